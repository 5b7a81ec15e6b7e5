#include "app/dossier.h"

#include <string.h>

#include "app/dossier_inside.h"
#include "base/log.h"
#include "base/mem.h"

void dossier_say(struct dossier *dossier, const char *what, const char *why)
{
	struct buf text = { 0 };

	buf_fmt(&text, "#%s: %s%s", dossier->id, what, why);
	if (dossier->setup.said && !dossier->closed)
		dossier->setup.said(dossier->setup.arg, buf_cstr(&text));
	buf_done(&text);
}

void dossier_tell(struct dossier *dossier)
{
	if (dossier->setup.changed && !dossier->closed)
		dossier->setup.changed(dossier->setup.arg, dossier);
}

/* --- deciding --- */

static bool decide_one(struct dossier *dossier, const struct entry *entry,
		       char already[BECAUSE_TEXT], struct err *err)
{
	struct decision decision = { 0 };
	struct order order = entry->order;
	size_t before = dossier->batch.count;
	bool ok;

	order_look_up(&order, dossier->history);
	ok = decide(dossier_incident(dossier), dossier->setup.policy, &order, entry->now,
		    &decision, err);
	already[0] = '\0';
	if (ok && decision.count == 0)
		str_put(already, BECAUSE_TEXT, decision.already);
	if (ok)
		batch_add(&dossier->batch, &decision);
	if (ok && dossier->in_memory)
		memory_fold(dossier, before);
	decision_done(&decision);
	return ok;
}

/* May the first one be decided now, with what the batch holds already? */
static bool may_decide(const struct dossier *dossier, bool sensed)
{
	const struct entry *entry = dossier->orders.first;

	if (!entry)
		return false;
	if (dossier->in_memory || dossier->batch.count == 0)
		return true;
	return sensed && entry->order.src != SRC_HUMAN && dossier->batch.count < DOSSIER_BATCH;
}

void dossier_decide(struct dossier *dossier)
{
	bool sensed = dossier->batch.count == 0;

	if (dossier->refused && !dossier->in_memory)
		return;
	while (may_decide(dossier, sensed)) {
		struct entry *entry = queue_pop(&dossier->orders);
		char already[BECAUSE_TEXT];
		struct err err = { 0 };

		sensed = sensed && entry->order.src != SRC_HUMAN;
		if (!decide_one(dossier, entry, already, &err))
			dossier_say(dossier, "not recorded: ", err.text);
		entry_free(entry);
	}
}

/* A trip that is under way has the batch: the choice counts when it is back, and was refused. */
static void enter_memory(struct dossier *dossier)
{
	dossier->wants_memory = false;
	if (!dossier->refused || dossier->in_memory)
		return;
	dossier->in_memory = true;
	dossier->in_memory_since = loop_now(dossier->setup.loop).wall;
	memory_fold(dossier, 0);
	dossier_tell(dossier);
}

/* Lines go first: they are small, and may find room where evidence finds none. */
static bool may_save(const struct dossier *dossier)
{
	if (dossier->batch.count > 0 || dossier->joins)
		return !dossier->refused || dossier->retry;
	return dossier->evidence.first && (!dossier->evidence_refused || dossier->retry);
}

void dossier_advance(struct dossier *dossier)
{
	bool saves;

	if (dossier->under_way || dossier->closed || !dossier->setup.loop)
		return;
	if (dossier->wants_memory)
		enter_memory(dossier);
	dossier_decide(dossier);
	saves = may_save(dossier);
	if (!saves && !dossier->look && !dossier->touch)
		return;
	trip_pack(dossier, saves, loop_now(dossier->setup.loop).wall);
	trip_send(dossier);
}

/* --- orders --- */

/* Without a loop: there and back, now. */
static bool save_now(struct dossier *dossier, msec now, struct err *err)
{
	trip_pack(dossier, true, now);
	trip_run(dossier);
	if (!dossier->trip.saved) {
		batch_done(&dossier->batch);
		queue_done(&dossier->evidence);
		*err = dossier->trip.refused;
		return err_add(err, "not saved");
	}
	trip_home(dossier);
	return true;
}

/* Decided at once when nothing is before it, so that a refusal is the answer. */
static bool submit_now(struct dossier *dossier, struct entry *entry, char already[BECAUSE_TEXT],
		       struct err *err)
{
	msec now = entry->now;
	bool ok = decide_one(dossier, entry, already, err);

	entry_free(entry);
	if (!ok || dossier->batch.count == 0)
		return ok;
	if (!dossier->setup.loop)
		return save_now(dossier, now, err);
	dossier_advance(dossier);
	return true;
}

/* Nothing is before it; and no trip has the batch, be it an empty one. */
static bool is_free(const struct dossier *dossier)
{
	return dossier->batch.count == 0 && !dossier->orders.first && !dossier->refused &&
	       !(dossier->under_way && dossier->trip.saves);
}

bool dossier_submit(struct dossier *dossier, const struct order *order, msec now,
		    char already[BECAUSE_TEXT], struct err *err)
{
	struct entry *entry;

	already[0] = '\0';
	if (dossier->orders.count >= DOSSIER_WAITING)
		return err_set(err, ERR_LIMIT, "%d orders wait for the disk already",
			       DOSSIER_WAITING);
	entry = entry_new(order, now, err);
	if (!entry)
		return false;
	if (is_free(dossier))
		return submit_now(dossier, entry, already, err);
	queue_push(&dossier->orders, entry);
	dossier_advance(dossier);
	return true;
}

bool dossier_evidence(struct dossier *dossier, struct str bytes, const char *name,
		      const char *text, const char *by, msec now, struct err *err)
{
	struct order order = {
		.kind = EVENT_EVIDENCE_ADDED, .at = WHEN_NEVER, .src = SRC_HUMAN, .by = by,
	};
	char already[BECAUSE_TEXT];

	if (bytes.len > EVIDENCE_MAX)
		return err_set(err, ERR_LIMIT, "%s: %zu MiB, evidence is at most %d MiB", name,
			       bytes.len >> 20, EVIDENCE_MAX >> 20);
	EVENT_SET(order.data, name, name);
	if (text && *text)
		EVENT_SET(order.data, text, text);
	queue_push(&dossier->evidence, entry_evidence(bytes, &order, now));
	if (dossier->setup.loop) {
		dossier_advance(dossier);
		return true;
	}
	return save_now(dossier, now, err) &&
	       submit_now(dossier, queue_pop(&dossier->orders), already, err);
}

void dossier_join(struct dossier *dossier)
{
	dossier->joins = true;
	dossier_advance(dossier);
}

void dossier_in_memory(struct dossier *dossier)
{
	dossier->wants_memory = dossier->refused;
	dossier_advance(dossier);
}

/* --- its life --- */

/* A disk that neither takes nor refuses is found out by the ticks that pass. */
void dossier_tick(struct dossier *dossier, msec now)
{
	(void)now;
	if (dossier->under_way && dossier->trip.saves && ++dossier->waited == TICKS_TO_DOUBT) {
		dossier_say(dossier, "NOT SAVED: ", "the disk does not answer");
		dossier_tell(dossier);
	}
	dossier->look = dossier->retry = true;
	if (++dossier->ticks % TICKS_TO_TOUCH == 0)
		dossier->touch = true;
	dossier_advance(dossier);
}

static void visit(void *arg, const char *origin, struct str line)
{
	trip_line(arg, origin, line);
}

static bool read_all(struct dossier *dossier, struct err *err)
{
	const struct dossier_setup *setup = &dossier->setup;

	dossier->journal = journal_open(dossier->folder, setup->create, setup->shared, &setup->who,
					err);
	if (!dossier->journal || !journal_follow(dossier->journal, visit, dossier, err))
		return false;
	history_fold(dossier->history);
	dossier->peer_count = journal_peers(dossier->journal, dossier->peers, DESK_PEERS);
	trip_watch(dossier);
	return true;
}

/* The id is the last word of the folder's name. */
static void put_name(struct dossier *dossier, const char *folder)
{
	const char *dash = strrchr(folder, '-');

	str_put(dossier->folder, sizeof(dossier->folder), folder);
	dossier->setup.folder = dossier->folder;
	str_put(dossier->id, sizeof(dossier->id), dash ? dash + 1 : folder);
}

struct dossier *dossier_open(const struct dossier_setup *setup, struct err *err)
{
	struct dossier *dossier = mem_new(sizeof(*dossier));

	dossier->setup = *setup;
	str_put(dossier->operator, sizeof(dossier->operator), event_text(setup->who.operator));
	dossier->setup.who.operator = dossier->operator;
	put_name(dossier, setup->folder);
	dossier->history = history_new(dossier->id);
	queue_init(&dossier->orders);
	queue_init(&dossier->evidence);
	uv_mutex_init(&dossier->mutex);
	uv_cond_init(&dossier->end);
	/* On a loop a new folder is made by the first trip, like all that is written. */
	if (!(setup->create && setup->loop) && !read_all(dossier, err)) {
		dossier_drop(dossier);
		return NULL;
	}
	return dossier;
}

void dossier_drop(struct dossier *dossier)
{
	queue_done(&dossier->orders);
	queue_done(&dossier->evidence);
	batch_done(&dossier->batch);
	buf_done(&dossier->trip.lines);
	uv_mutex_destroy(&dossier->mutex);
	uv_cond_destroy(&dossier->end);
	history_free(dossier->history);
	journal_close(dossier->journal);
	mem_free(dossier);
}

static void on_unwatched(uv_handle_t *handle)
{
	struct dossier *dossier = handle->data;

	if (--dossier->holds == 0)
		dossier_drop(dossier);
}

static bool waits(const struct dossier *dossier)
{
	return dossier->batch.count > 0 || dossier->orders.first || dossier->evidence.first;
}

bool dossier_idle(const struct dossier *dossier)
{
	return !waits(dossier) && !dossier->under_way;
}

static void log_rest(const struct dossier *dossier)
{
	if (waits(dossier))
		log_put(LOG_ERROR, "#%s: closed, and not saved: %zu events, %zu orders, %zu files: %s",
			dossier->id, dossier->batch.count, dossier->orders.count,
			dossier->evidence.count, dossier->trouble);
}

void dossier_close(struct dossier *dossier)
{
	if (!dossier)
		return;
	dossier->closed = true;
	if (!trip_last(dossier))
		dossier->holds++;	/* never given back: a worker may still use it */
	log_rest(dossier);
	if (dossier->watching)
		uv_close((uv_handle_t *)&dossier->watch, on_unwatched);
	if (dossier->holds == 0)
		dossier_drop(dossier);
}

const struct incident *dossier_incident(const struct dossier *dossier)
{
	return history_incident(dossier->history);
}

const char *dossier_origin(const struct dossier *dossier)
{
	return dossier->origin;
}

const struct history *dossier_history(const struct dossier *dossier)
{
	return dossier->history;
}
