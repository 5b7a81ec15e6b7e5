/*
 * dossier_inside.h: what the files of a dossier share.
 *
 * An order goes through three places: the queue (what was asked, cleaned, not yet decided), the
 * batch (events, decided, not yet on the disk), the history (folded). At most one trip to the disk
 * is under way; it takes the whole batch in one append and brings back all new lines.
 *
 *  (1) An order is decided against a state in which all that was decided before it is folded: so
 *      pressing a key twice counts once. Only what instruments say is decided in runs against one
 *      state: what one of them says is no reason for another, and saying it twice is one thing
 *      (incident.h (4)).
 *  (2) While a trip is under way, journal, trip and (when it saves) batch are its worker's.
 */
#ifndef APP_DOSSIER_INSIDE_H
#define APP_DOSSIER_INSIDE_H

#include "app/dossier.h"

enum {
	DOSSIER_WAITING = 20000,	/* orders in the queue; more are refused */
	DOSSIER_BATCH = 256,		/* events of one append, but for those kept in memory */
	DOSSIER_TEXT = 64 * 1024,	/* of all texts of one order, */
	DOSSIER_STEPS = 240 * 1024,	/* and of one that names all steps of a runbook */
	TICKS_TO_TOUCH = 5,
	TICKS_TO_DOUBT = 2,		/* a disk that says nothing for so long is in trouble */
};

struct batch {
	struct arena arena;
	struct event *events;		/* their texts live in the arena */
	size_t count, cap;
};

void batch_add(struct batch *batch, const struct decision *decision);
void batch_done(struct batch *batch);		/* and is empty again */
bool batch_has(const struct batch *batch, const char *id);

/* What waits for its turn: an order, or bytes that become evidence and then an order. */
struct entry {
	struct entry *next;
	struct arena arena;
	struct order order;
	msec now;			/* when it was given */
	char *bytes;			/* NULL: an order */
	size_t len;
	char sha256[DIGEST_HEX];	/* of the bytes, once they are on the disk */
};

/* A copy with every text cleaned (base/outside.h), line by line. NULL: too long. */
struct entry *entry_new(const struct order *order, msec now, struct err *err);
struct entry *entry_evidence(struct str bytes, const struct order *order, msec now);
void entry_free(struct entry *entry);		/* takes NULL */

struct queue {
	struct entry *first, **last;
	size_t count;
};

void queue_init(struct queue *queue);
void queue_push(struct queue *queue, struct entry *entry);
struct entry *queue_pop(struct queue *queue);
void queue_done(struct queue *queue);

/* One trip to the disk: what it takes along, and what it brings. */
struct trip {
	bool saves;			/* the batch, or evidence */
	struct entry *evidence;
	bool touch;
	msec now;
	bool saved, read;
	struct err refused, unread;	/* why not */
	struct buf lines;		/* of all files: ORIGIN TAB LINE LF */
	char origin[ORIGIN_TEXT], degraded[BECAUSE_TEXT], remark[BECAUSE_TEXT];
	struct journal_peer peers[DESK_PEERS];
	size_t peer_count;
};

struct dossier {
	struct dossier_setup setup;
	char folder[512];
	char id[INCIDENT_ID];
	char operator[OPERATOR_TEXT];	/* the journal borrows it for longer than settings live */
	struct journal *journal;	/* NULL: not made yet */
	struct history *history;

	struct queue orders, evidence;
	struct batch batch;
	bool in_memory, wants_memory;	/* the operator chose so; ends when all is saved */
	msec in_memory_since;
	size_t in_memory_count;

	struct trip trip;
	uv_work_t work;
	bool under_way, finished;	/* finished: by the worker, under the mutex */
	uv_mutex_t mutex;
	uv_cond_t end;

	bool joins;			/* be on the record, although there is nothing to say */
	bool look;			/* somebody may have written: read */
	bool touch;			/* give a sign of life */
	bool refused;			/* the last saving was */
	bool evidence_refused;		/* the last piece of evidence was: no reason not to write lines */
	bool retry;			/* and may be tried again */
	unsigned ticks, waited;		/* waited: ticks that this trip takes already */
	char trouble[BECAUSE_TEXT];	/* why not */
	size_t damaged;			/* lines that are none */
	char damage[BECAUSE_TEXT];	/* the first of them */
	char origin[ORIGIN_TEXT], degraded[BECAUSE_TEXT];
	char remark[BECAUSE_TEXT];	/* the last one that was told */
	struct journal_peer peers[DESK_PEERS];
	size_t peer_count;

	uv_fs_event_t watch;
	bool watching, closed;
	unsigned holds;			/* callbacks of libuv that will still come */
};

/* dossier.c: decide what can be decided, and go to the disk when there is a reason to. */
void dossier_advance(struct dossier *dossier);
void dossier_decide(struct dossier *dossier);
void dossier_say(struct dossier *dossier, const char *what, const char *why);
void dossier_tell(struct dossier *dossier);	/* setup.changed */
void dossier_drop(struct dossier *dossier);	/* all memory */

/* dossier_trip.c: pack, run (in a worker or in the caller), take in what it brought. */
void trip_pack(struct dossier *dossier, bool saves, msec now);
void trip_run(struct dossier *dossier);
void trip_home(struct dossier *dossier);
void trip_send(struct dossier *dossier);	/* pack first; the loop does the rest */
void trip_line(struct dossier *dossier, const char *origin, struct str line);
/* The folder is watched from the first trip on that found it. */
void trip_watch(struct dossier *dossier);
/* The end: wait for what is under way, save what still waits, with a limit. False: the disk hangs,
 * and a worker may still use all of this. */
bool trip_last(struct dossier *dossier);

/* dossier_memory.c: events that are folded although they are not on the disk. */
void memory_fold(struct dossier *dossier, size_t from);
void memory_settle(struct dossier *dossier);	/* they are, and take the place that they have there */
void memory_record(struct dossier *dossier, msec now);

#endif
