/*
 * nightly.h: two incidents whose whole record is made here, with fixed times, for exports: an
 * outage of a night with something of everything in it, and a drill.
 */
#ifndef LIB_NIGHTLY_H
#define LIB_NIGHTLY_H

#include "export/postmortem.h"
#include "tests/lib/nights.h"

#define NIGHTLY_AT ((msec)1795435200000)	/* 2026-11-23T12:00:00Z: when it is exported */

enum nightly_kind { NIGHTLY_OUTAGE, NIGHTLY_DRILL };

struct nightly {
	struct night night;
	struct story *story;
};

void nightly_build(struct nightly *nightly, enum nightly_kind kind, bool public_);
/* The same of an incident that a test made; it keeps the history. */
struct story *nightly_story(const struct history *history, bool public_);
/* And with a name for its first signal. */
struct story *nightly_named(const struct history *history, bool public_, char *signal);
void nightly_done(struct nightly *nightly);

/* A format as a whole; for Markdown, given what was there before. */
void nightly_write(const struct story *story, enum postmortem_format format, struct str before,
		    struct buf *out);
bool nightly_gather(void *out, struct str bytes);	/* a pour_into a struct buf */

#endif
