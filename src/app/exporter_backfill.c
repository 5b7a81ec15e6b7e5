#include "app/exporter_backfill.h"

#include <stdio.h>

#include "app/importer.h"
#include "base/mem.h"

#define HOUR_BEFORE WHEN_HOUR
#define AFTERWARDS (15 * WHEN_MINUTE)

struct backfill {
	struct work *work;
	struct loop_timer patience;
	struct window window;
	bool done;
	struct buf evidence;
	char why[BECAUSE_TEXT];
};

struct window backfill_window(const struct incident *incident, msec now)
{
	msec began = incident->milestones[MILESTONE_IMPACT_STARTED].at;
	msec ended = incident->milestones[MILESTONE_RESOLVED].at;
	struct window window = { .until = now };

	if (began == WHEN_NEVER || began > incident->declared_at)
		began = incident->declared_at;
	window.from = began - HOUR_BEFORE;
	window.from -= window.from % WHEN_MINUTE;
	if (ended != WHEN_NEVER && ended + AFTERWARDS < now)
		window.until = ended + AFTERWARDS;
	window.until -= window.until % WHEN_MINUTE;
	return window;
}

static bool covers(const struct record *record, const struct window *window)
{
	struct arena arena = { 0 };
	struct journal_line line;
	struct event event;
	bool ok = journal_line_parse(str_of(record->line), &line, NULL) &&
		  journal_line_event(&line, &arena, &event, NULL) &&
		  event.data.has & F(when) && event.data.has & F(until) &&
		  event.data.when <= window->from && event.data.until >= window->until;

	arena_done(&arena);
	return ok;
}

bool backfill_recorded(const struct history *history, const struct window *window)
{
	for (size_t i = 0; i < history_count(history); i++) {
		const struct record *record = history_record(history, i);

		if (record->kind == EVENT_SIGNALS_RECORDED && !record->undone &&
		    covers(record, window))
			return true;
	}
	return false;
}

static void stop_waiting(void *arg)
{
	struct backfill *backfill = arg;

	loop_stop(backfill->work->loop);
}

static void on_course(void *arg, struct str evidence, const char *why)
{
	struct backfill *backfill = arg;

	buf_add(&backfill->evidence, evidence.p, evidence.len);
	str_put(backfill->why, sizeof(backfill->why), why);
	backfill->done = true;
	loop_stop(backfill->work->loop);
}

static void ask(struct backfill *backfill)
{
	struct work *work = backfill->work;
	struct importer *importer =
		importer_course(&work->estate, work->context, backfill->window.from,
				backfill->window.until, on_course, backfill);

	backfill->patience = (struct loop_timer){ .call = stop_waiting, .arg = backfill };
	loop_timer_set(work->loop, &backfill->patience,
		       loop_now(work->loop).steady + work->timeout);
	if (!backfill->done)
		loop_run(work->loop);
	loop_timer_stop(work->loop, &backfill->patience);
	if (!backfill->done) {
		importer_cancel(importer);
		str_put(backfill->why, sizeof(backfill->why), "no answer in time");
	}
	if (!work->fixed)
		work->now = loop_now(work->loop).wall;
}

static bool record(struct backfill *backfill, struct err *err)
{
	struct work *work = backfill->work;
	struct order order = { .kind = EVENT_SIGNALS_RECORDED, .at = WHEN_NEVER, .src = SRC_IMPORT };

	work->recorded = (struct event){ .kind = EVENT_EVIDENCE_ADDED };
	if (!dossier_evidence(work->dossier,
			      str_sub(buf_cstr(&backfill->evidence), backfill->evidence.len),
			      "signals.json", "the course of the signals around the incident",
			      work->by, work->now, err))
		return false;
	EVENT_SET(order.data, sha256, event_text(work->recorded.data.sha256));
	EVENT_SET(order.data, when, backfill->window.from);
	EVENT_SET(order.data, until, backfill->window.until);
	return work_submit(work, &order, err);
}

void work_backfill(struct work *work)
{
	const struct incident *incident = dossier_incident(work->dossier);
	struct backfill backfill = { .work = work,
				     .window = backfill_window(incident, work->now) };
	struct err err = { 0 };

	if (work_given(work, OPTION_NO_ASK) || !importer_has_signals(&work->estate) ||
	    backfill.window.from >= backfill.window.until ||
	    backfill_recorded(dossier_history(work->dossier), &backfill.window))
		return;
	ask(&backfill);
	if (backfill.evidence.len > 0 && !record(&backfill, &err))
		str_put(backfill.why, sizeof(backfill.why), err.text);
	if (backfill.why[0])
		fprintf(work->context->err, "binnacle: the course of the signals is not all on the "
					    "record: %s\n", backfill.why);
	buf_done(&backfill.evidence);
}
