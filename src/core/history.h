/*
 * history.h: all events of one incident, of all its consoles, in order, and the state that follows
 * from them.
 *
 *  (1) The state is the fold of the union of all events in the order of (hlc, origin, seq), however
 *      and in whatever order they arrived: what comes late makes the fold begin anew.
 *  (2) An id counts once, in whatever files it stands.
 *  (3) Taking is total: a line that is none is kept out, nothing else happens.
 *  (4) An undo leaves its event in the timeline and folds as if it had never been; an undo that was
 *      taken back itself has no effect. A correction moves its event and gives it another sentence;
 *      the state follows, but for the texts of what left the house.
 */
#ifndef CORE_HISTORY_H
#define CORE_HISTORY_H

#include "core/incident.h"
#include "core/journal_line.h"

/* One event as the timeline shows it. */
struct record {
	struct hlc hlc;
	char id[ULID_TEXT], origin[ORIGIN_TEXT];
	uint64_t seq;
	msec at, rec;
	msec t;			/* of at, on the incident's scale (incident.h (3)) */
	enum event_kind kind;
	enum event_src src;
	char by[OPERATOR_TEXT];
	const char *line;	/* the whole line without its LF */
	const char *sentence;	/* say_event() and what it is about; a correction's text instead */
	bool pinned, undone;
	bool repeat;		/* a second observer's word of what was known: kept, and not listed */
	bool corrected;
	bool backdated;		/* at is more than a minute before rec */
};

struct history;

/* The id stands in the name of its folder and in no event. */
struct history *history_new(const char *incident);
void history_free(struct history *history);	/* takes NULL */

/* A whole line without its LF. False: it is none or its hash is another, and err says why. What was
 * taken counts after history_fold(): before that the state may know of some of it and not of the
 * rest. */
bool history_take(struct history *history, struct str line, struct err *err);

/* The same for a line that stands in the file of this console. One of another is refused: each file
 * has one writer, and one file can bring no more than one. */
bool history_take_from(struct history *history, const char *origin, struct str line,
		       struct err *err);

/* Fold what was taken since. True when the state or the timeline is another. */
bool history_fold(struct history *history);

const struct incident *history_incident(const struct history *history);
struct hlc history_last(const struct history *history);		/* the highest that we may follow */

/* The timeline: by `at`, then in the order of the fold. */
size_t history_count(const struct history *history);
const struct record *history_record(const struct history *history, size_t index);
const struct record *history_find(const struct history *history, const char *id);	/* NULL */

/* One sentence for one event: "declared SEV1: Indexer down". Names are in it, times are not. */
void say_event(const struct event *event, struct buf *out);

#endif
