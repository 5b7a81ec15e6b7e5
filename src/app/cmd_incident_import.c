/*
 * cmd_incident_import.c: the hour before a declaration, as the console puts it on the record: what
 * was recorded or can still be read, each marked as imported. It may fail: the incident is open.
 */
#include <stdio.h>

#include "app/cmd_incident.h"
#include "app/importer.h"
#include "base/mem.h"

#define HOUR_BEFORE WHEN_HOUR

struct hour {
	struct work *work;
	struct loop_timer patience;
	bool done;
	struct order *orders;		/* their texts are in the arena of work */
	size_t count;
	struct buf evidence;
};

static void stop_waiting(void *arg)
{
	struct hour *hour = arg;

	loop_stop(hour->work->loop);
}

static void on_done(void *arg, const struct order *orders, size_t count, struct str evidence)
{
	struct hour *hour = arg;

	hour->orders = mem_array(count + 1, sizeof(*hour->orders));
	hour->count = count;
	for (size_t i = 0; i < count; i++) {
		hour->orders[i] = orders[i];
		hour->orders[i].by = NULL;
		event_data_copy(&hour->orders[i].data, &orders[i].data, &hour->work->arena);
	}
	buf_add(&hour->evidence, evidence.p, evidence.len);
	hour->done = true;
	loop_stop(hour->work->loop);
}

static void wait_for_hour(struct hour *hour, msec until)
{
	struct work *work = hour->work;
	struct importer *importer = importer_start(&work->estate, work->context,
						   until - HOUR_BEFORE, until, on_done, hour);

	hour->patience = (struct loop_timer){ .call = stop_waiting, .arg = hour };
	loop_timer_set(work->loop, &hour->patience, loop_now(work->loop).steady + work->timeout);
	if (!hour->done)
		loop_run(work->loop);
	loop_timer_stop(work->loop, &hour->patience);
	if (!hour->done)
		importer_cancel(importer);
	if (!work->fixed)
		work->now = loop_now(work->loop).wall;
}

/* The course of the signals is a file beside the journal. */
static bool record_course(struct hour *hour, struct err *err)
{
	struct work *work = hour->work;
	struct order order = { .kind = EVENT_SIGNALS_RECORDED, .at = WHEN_NEVER,
			       .src = SRC_IMPORT };

	if (hour->evidence.len == 0)
		return true;
	work->recorded = (struct event){ .kind = EVENT_EVIDENCE_ADDED };
	if (!dossier_evidence(work->dossier, str_sub(hour->evidence.data, hour->evidence.len),
			      "signals.json", "the course of the signals in the hour before",
			      work->by, work->now, err))
		return false;
	EVENT_SET(order.data, sha256, event_text(work->recorded.data.sha256));
	return work_submit(work, &order, err);
}

static bool record_hour(struct hour *hour, struct err *err)
{
	for (size_t i = 0; i < hour->count; i++)
		if (!work_submit(hour->work, &hour->orders[i], err))
			return false;
	return record_course(hour, err);
}

void work_import(struct work *work, msec until)
{
	struct hour hour = { .work = work };
	struct err err = { 0 };

	wait_for_hour(&hour, until);
	if (!hour.done)
		err_set(&err, ERR_IO, "no answer in time");
	else
		record_hour(&hour, &err);
	if (err.kind != ERR_NONE) {
		fprintf(work->context->err, "binnacle: the incident is open; the hour before is not "
					    "on its record: %s\n", err.text);
		work->status = EXIT_FAILED;
	}
	mem_free(hour.orders);
	buf_done(&hour.evidence);
}
