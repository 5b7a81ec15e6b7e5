#include <stdio.h>
#include <string.h>

#include "app/dossier_inside.h"
#include "base/log.h"

#define CLOSE_PATIENCE ((uint64_t)900 * 1000 * 1000)	/* ns */

enum { TRIP_LINES = 1 << 30 };

/* --- there: in a worker --- */

static void visit(void *arg, const char *origin, struct str line)
{
	struct trip *trip = arg;

	buf_fmt(&trip->lines, "%s\t%.*s\n", origin, (int)line.len, line.p);
}

static bool open_journal(struct dossier *dossier, struct err *err)
{
	const struct dossier_setup *setup = &dossier->setup;

	if (!dossier->journal)
		dossier->journal = journal_open(dossier->folder, setup->create, setup->shared,
						&setup->who, err);
	return dossier->journal;
}

static bool save(struct dossier *dossier)
{
	struct trip *trip = &dossier->trip;
	struct entry *evidence = trip->evidence;

	if (evidence)
		return journal_evidence(dossier->journal, str_sub(evidence->bytes, evidence->len),
					evidence->sha256, &trip->refused);
	return journal_append(dossier->journal, dossier->batch.events, dossier->batch.count,
			      trip->now, &trip->refused);
}

static void look_around(struct dossier *dossier)
{
	struct trip *trip = &dossier->trip;

	trip->read = journal_follow(dossier->journal, visit, trip, &trip->unread);
	trip->peer_count = journal_peers(dossier->journal, trip->peers, DESK_PEERS);
	str_put(trip->origin, sizeof(trip->origin), journal_origin(dossier->journal));
	str_put(trip->degraded, sizeof(trip->degraded), journal_degraded(dossier->journal));
	str_put(trip->remark, sizeof(trip->remark), journal_remark(dossier->journal));
}

void trip_run(struct dossier *dossier)
{
	struct trip *trip = &dossier->trip;

	if (!open_journal(dossier, &trip->refused)) {
		trip->saved = false;
		trip->read = true;	/* there is nothing to be read yet */
		return;
	}
	trip->saved = !trip->saves || save(dossier);
	if (trip->touch)
		journal_touch(dossier->journal);
	look_around(dossier);
}

/* --- and back --- */

void trip_line(struct dossier *dossier, const char *origin, struct str line)
{
	struct err err = { 0 };

	if (history_take_from(dossier->history, origin, line, &err))
		return;
	if (dossier->damaged++ == 0)
		(void)snprintf(dossier->damage, sizeof(dossier->damage),
			       "journal.%s.jsonl is damaged: %.150s", origin, err.text);
}

static void take_lines(struct dossier *dossier)
{
	struct buf *lines = &dossier->trip.lines;
	struct str rest = str_sub(buf_cstr(lines), lines->len), line, origin;
	char name[ORIGIN_TEXT];

	if (lines->full)
		dossier_say(dossier, "not all of it is shown: ",
			    "others wrote more at once than is taken");
	while (str_cut(&rest, '\n', &line)) {
		if (!str_cut(&line, '\t', &origin))
			continue;
		(void)str_copy(name, sizeof(name), origin);
		trip_line(dossier, name, line);
	}
	buf_done(lines);
}

static void take_sights(struct dossier *dossier)
{
	const struct trip *trip = &dossier->trip;

	if (!trip->read) {
		log_put(LOG_WARN, "#%s cannot be read: %s", dossier->id, trip->unread.text);
		return;
	}
	memcpy(dossier->origin, trip->origin, sizeof(trip->origin));
	memcpy(dossier->degraded, trip->degraded, sizeof(trip->degraded));
	memcpy(dossier->peers, trip->peers, sizeof(trip->peers));
	dossier->peer_count = trip->peer_count;
	if (!trip->remark[0] || strcmp(trip->remark, dossier->remark) == 0)
		return;
	memcpy(dossier->remark, trip->remark, sizeof(trip->remark));
	log_put(LOG_WARN, "#%s: %s", dossier->id, trip->remark);
	dossier_say(dossier, "", trip->remark);
}

/* Where it stands whether the last saving of what this trip took along was refused. */
static bool *refusal(struct dossier *dossier)
{
	return dossier->trip.evidence ? &dossier->evidence_refused : &dossier->refused;
}

static void take_refusal(struct dossier *dossier)
{
	const char *why = dossier->trip.refused.text;
	bool known = *refusal(dossier) && str_starts(str_of(why), dossier->trouble);

	*refusal(dossier) = true;
	str_put(dossier->trouble, sizeof(dossier->trouble), why);
	if (known)
		return;
	log_put(LOG_WARN, "#%s: not saved: %s", dossier->id, why);
	dossier_say(dossier, "NOT SAVED: ", dossier->trouble);
}

/* Its bytes are on the disk: from now on it is an order like others. */
static void take_evidence(struct dossier *dossier)
{
	struct entry *entry = queue_pop(&dossier->evidence);

	EVENT_SET(entry->order.data, sha256, entry->sha256);
	EVENT_SET(entry->order.data, bytes, (int64_t)entry->len);
	queue_push(&dossier->orders, entry);
}

static void take_success(struct dossier *dossier, struct batch *saved)
{
	if (*refusal(dossier)) {
		log_put(LOG_INFO, "#%s: saved again", dossier->id);
		dossier_say(dossier, "saved again", "");
	}
	*refusal(dossier) = dossier->joins = false;
	if (dossier->trip.evidence) {
		take_evidence(dossier);
		return;
	}
	*saved = dossier->batch;
	dossier->batch = (struct batch){ 0 };
}

static void tell_durable(struct dossier *dossier, const struct batch *saved)
{
	for (size_t i = 0; i < saved->count && !dossier->closed; i++) {
		if (dossier->setup.durable)
			dossier->setup.durable(dossier->setup.arg, dossier, &saved->events[i]);
	}
}

/* Callbacks come last: they may submit, and with that start the next trip. */
void trip_home(struct dossier *dossier)
{
	const struct trip *trip = &dossier->trip;
	bool news = trip->saves || trip->lines.len > 0 || dossier->waited >= TICKS_TO_DOUBT;
	bool memory = trip->saves && trip->saved && !trip->evidence && dossier->in_memory;
	msec now = trip->now;
	struct batch saved = { 0 };

	dossier->waited = 0;
	if (memory)
		memory_settle(dossier);
	take_lines(dossier);
	take_sights(dossier);
	if (!trip->saved)
		take_refusal(dossier);
	else if (trip->saves)
		take_success(dossier, &saved);
	history_fold(dossier->history);
	if (memory)
		dossier->in_memory = false;
	if (news)
		dossier_tell(dossier);
	tell_durable(dossier, &saved);
	if (memory)
		memory_record(dossier, now);
	batch_done(&saved);
}

/* The batch, else the first piece of evidence. */
void trip_pack(struct dossier *dossier, bool saves, msec now)
{
	struct trip *trip = &dossier->trip;

	trip->saves = saves;
	trip->evidence = saves && dossier->batch.count == 0 && !dossier->joins ?
			 dossier->evidence.first : NULL;
	trip->touch = dossier->touch;
	trip->now = now;
	trip->lines.max = TRIP_LINES;
	trip->unread = trip->refused = (struct err){ 0 };
	dossier->look = dossier->touch = dossier->retry = dossier->finished = false;
}

/* --- on the loop --- */

static void let_go(struct dossier *dossier)
{
	if (--dossier->holds == 0 && dossier->closed)
		dossier_drop(dossier);
}

static void finish(struct dossier *dossier)
{
	uv_mutex_lock(&dossier->mutex);
	dossier->finished = true;
	uv_cond_signal(&dossier->end);
	uv_mutex_unlock(&dossier->mutex);
}

static void in_worker(uv_work_t *work)
{
	trip_run(work->data);
	finish(work->data);
}

static void on_folder(uv_fs_event_t *watch, const char *name, int events, int status)
{
	struct dossier *dossier = watch->data;

	(void)name, (void)events, (void)status;
	dossier->look = true;
	dossier_advance(dossier);
}

/* A folder that cannot be watched is looked at every second all the same. */
void trip_watch(struct dossier *dossier)
{
	if (dossier->watching || !dossier->setup.loop || !dossier->journal)
		return;
	dossier->watching = true;
	dossier->holds++;
	uv_fs_event_init(loop_uv(dossier->setup.loop), &dossier->watch);
	dossier->watch.data = dossier;
	if (uv_fs_event_start(&dossier->watch, on_folder, dossier->folder, 0) != 0)
		log_put(LOG_DEBUG, "#%s: its folder cannot be watched", dossier->id);
}

static void on_return(uv_work_t *work, int status)
{
	struct dossier *dossier = work->data;

	(void)status;
	if (!dossier->closed) {
		dossier->under_way = false;
		trip_watch(dossier);
		trip_home(dossier);
		dossier_advance(dossier);
	}
	let_go(dossier);
}

void trip_send(struct dossier *dossier)
{
	dossier->under_way = true;
	dossier->work.data = dossier;
	dossier->holds++;
	uv_queue_work(loop_uv(dossier->setup.loop), &dossier->work, in_worker, on_return);
}

static bool wait_for_it(struct dossier *dossier)
{
	int failed = 0;

	uv_mutex_lock(&dossier->mutex);
	while (!dossier->finished && failed == 0)
		failed = uv_cond_timedwait(&dossier->end, &dossier->mutex, CLOSE_PATIENCE);
	uv_mutex_unlock(&dossier->mutex);
	return failed == 0;
}

static void in_thread(void *arg)
{
	trip_run(arg);
	finish(arg);
}

/* In a thread of its own, because nobody may run the loop any more. */
static bool go_once_more(struct dossier *dossier)
{
	uv_thread_t thread;

	trip_pack(dossier, true, loop_now(dossier->setup.loop).wall);
	if (uv_thread_create(&thread, in_thread, dossier) != 0)
		return true;
	if (!wait_for_it(dossier))
		return false;
	uv_thread_join(&thread);
	trip_home(dossier);
	return true;
}

bool trip_last(struct dossier *dossier)
{
	if (dossier->under_way) {
		if (!wait_for_it(dossier))
			return false;
		dossier->under_way = false;
		trip_home(dossier);
	}
	for (dossier_decide(dossier); dossier->batch.count > 0 || dossier->evidence.first;
	     dossier_decide(dossier)) {
		if (!go_once_more(dossier))
			return false;
		if (!dossier->trip.saved)
			break;
	}
	return true;
}
