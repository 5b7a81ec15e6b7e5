/*
 * history_inside.h: what history.c and history_marks.c share.
 */
#ifndef CORE_HISTORY_INSIDE_H
#define CORE_HISTORY_INSIDE_H

#include "core/history.h"
#include "core/incident_lookup.h"

struct entry {			/* record comes first: history_find() gives it out */
	struct record record;
	msec at;			/* as it was written, before a correction */
	const char *said;		/* say_event() */
	char *composed;			/* the sentence where it is another than said; owned; NULL */
	char about[ULID_TEXT];		/* the event that it is about; "" */
	const struct entry *fix;	/* the correction in force; NULL */
};

struct head {			/* the end of one file */
	char origin[ORIGIN_TEXT], hash[DIGEST_HEX];
	uint64_t seq;
};

struct list {
	struct entry **items;
	size_t count, cap;
};

struct history {
	struct incident incident;
	struct arena arena;		/* of entries, lines, sentences */
	struct lookup *ids;		/* id -> place in `all` */
	struct lookup *wanted;		/* ids that something is about and that have not come */
	struct list all;		/* as they arrived */
	struct list fresh;		/* since the last history_fold() */
	struct list order;		/* of the fold: hlc, origin, seq */
	struct list timeline;		/* at, then the order of the fold */
	struct entry *tail;		/* the last one that was folded; NULL */
	struct arena scratch;		/* texts of the last few events that were read */
	unsigned scratched;
	struct buf said;
	struct head *heads;
	size_t head_count, head_cap;
	struct hlc last;
	bool anew;			/* what came needs a fold from the beginning */
	bool resort;			/* an entry moved within the order */
};

/* Is the event about others, so that what was folded before may be another? */
static inline bool changes_others(enum event_kind kind)
{
	return kind == EVENT_UNDO || kind == EVENT_CORRECTION || kind == EVENT_PIN;
}

struct entry *history_entry(const struct history *history, const char *id);	/* NULL */

/* The sentence of an entry that is about another: with that one's in it. */
void entry_compose(const struct history *history, struct entry *entry);

/* What undos, corrections and pins make of the entries, from the beginning. */
void history_mark(struct history *history);

/* The event of an entry, with its correction; texts live in the arena. */
void entry_event(const struct entry *entry, struct arena *arena, struct event *out);

#endif
