/*
 * event.h: what happened in an incident. Events are the only truth: a state is their fold
 * (incident.h), a line of the journal is their only form outside (journal_line.h).
 *
 *  (1) EVENT_KINDS (event_kinds.h) is the one list of kinds. No switch over them has a default, so
 *      that a kind that is not handled everywhere does not compile.
 *  (2) What this version does not know is EVENT_UNKNOWN: shown as such, without effect on a state,
 *      and never written again by us, so that its bytes stay as they are.
 *  (3) `at` is when it happened, `rec` when it was recorded. A correction is a new event.
 *
 * Texts of an event are borrowed. They were scrubbed and redacted before they became an event, and
 * are scrubbed again when a line is read: who wrote a file is not known.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "base/arena.h"
#include "core/event_fields.h"
#include "core/event_kinds.h"

enum { ULID_TEXT = 27, ORIGIN_TEXT = 17, OPERATOR_TEXT = 64, EVENT_VERSION = 1 };

enum event_kind {
	EVENT_UNKNOWN,
#define X(sym, name, must, may, help) EVENT_##sym,
	EVENT_KINDS(X)
#undef X
	EVENT_KIND_COUNT
};

enum event_src { SRC_HUMAN, SRC_SENSED, SRC_IMPORT };

struct hlc {			/* hybrid logical time: orders the events of several consoles */
	msec ms;
	unsigned counter;	/* 0 to 9999 */
};

struct event {
	char id[ULID_TEXT];		/* "" while nobody has given it one */
	char origin[ORIGIN_TEXT];	/* who wrote the file that it stands in; "" not yet */
	uint64_t seq;			/* in that file, from 1 */
	struct hlc hlc;
	msec at, rec;
	char by[OPERATOR_TEXT];
	enum event_src src;
	enum event_kind kind;
	char unknown[NAME_TEXT];	/* the name of an EVENT_UNKNOWN */
	struct event_data data;
};

const char *event_name(enum event_kind kind);		/* "unknown" for EVENT_UNKNOWN */
enum event_kind event_find(struct str name);		/* EVENT_UNKNOWN */
const char *event_help(enum event_kind kind);
uint64_t event_must(enum event_kind kind), event_may(enum event_kind kind);
const char *event_src_word(enum event_src src);
bool event_src_find(struct str word, enum event_src *out);

int hlc_compare(struct hlc a, struct hlc b);
/* The next one here: after `last`, and not before now. */
struct hlc hlc_next(struct hlc last, msec now);
/* Let *last follow one of another console, so that what comes here sorts after what was seen.
 * False: that one is more than HLC_AHEAD over our clock and is not followed (reliability.md, merge
 * rules). Our own lines are always followed, also when our clock was set back. */
#define HLC_AHEAD (5 * WHEN_MINUTE)
bool hlc_follow(struct hlc *last, struct hlc remote, msec now);

/* docs/journal.md: the kinds and their members, from the tables. */
void event_manual(struct buf *out);

#endif
