/*
 * nights.h: desks whose incidents were made by events, as journals make them, at the moment of
 * worlds_now(). Each hangs itself on the world that is given and must be freed before it.
 *
 *  none      no incident is open; the last is named
 *  open      one SEV1 with something of everything in it
 *  two       that one, and a SEV2 beside it
 *  resolved  the one is resolved; postmortem and RCA are owed
 *  unsaved   the one, and the disk is full
 *  unknown   the one, and no instrument is known any more
 */
#ifndef LIB_NIGHTS_H
#define LIB_NIGHTS_H

#include "core/desk.h"
#include "core/world.h"

/*  X(symbol, name) */
#define NIGHTS(X) \
	X(NONE, "none") X(OPEN, "open") X(TWO, "two") X(RESOLVED, "resolved") \
	X(UNSAVED, "unsaved") X(UNKNOWN, "unknown")

enum nights_kind {
#define X(sym, name) NIGHTS_##sym,
	NIGHTS(X)
#undef X
	NIGHTS_COUNT
};

struct night_origin {			/* one console's file */
	char origin[ORIGIN_TEXT];
	uint64_t seq;
	char head[DIGEST_HEX];
};

struct night {				/* one incident in the making */
	struct history *history;
	struct night_origin origins[2];	/* ana's, and ben's */
	size_t told;
};

struct nights {
	struct desk desk;
	struct policy policy;
	struct night nights[2];
	size_t count;
};

const char *nights_name(enum nights_kind kind);
struct nights *nights_new(enum nights_kind kind, struct world *world);
void nights_free(struct nights *nights);	/* takes NULL */

void night_begin(struct night *night, const char *incident);
/* One event: who says it (0 ana, 1 ben), what happened when, the payload as JSON, and when it was
 * written down (WHEN_NEVER: at once). Its id is night_id(n), n counting from 0. Folded at once. */
struct night_event {
	size_t origin;
	msec at, rec;
	enum event_src src;
	enum event_kind kind;
	const char *data;
};
void night_tell(struct night *night, const struct night_event *event);
/* The same without the fold: for thousands. */
void night_add(struct night *night, const struct night_event *event);
void night_id(size_t n, char out[ULID_TEXT]);

#endif
