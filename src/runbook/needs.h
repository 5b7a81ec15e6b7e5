/*
 * needs.h: what a runbook relies on outside of itself: tools, sources, live values, metrics,
 * tables, addresses. Whether they are there is for the caller to find out.
 *
 * Read off the text by simple rules: what is told stands there, what no rule sees is not told.
 */
#ifndef RUNBOOK_NEEDS_H
#define RUNBOOK_NEEDS_H

#include "runbook/runbook.h"

/*  X(symbol, word for people) */
#define NEEDS(X) \
	X(TOOL, "tool") X(SOURCE, "source") X(DATUM, "live value") X(ALERT, "alert") \
	X(METRIC, "metric") X(TABLE, "table") X(URL, "address") X(HOST, "host")

enum need_kind {
#define X(sym, word) NEED_##sym,
	NEEDS(X)
#undef X
};

struct need {
	enum need_kind kind;
	const char *what;		/* "docker", "indexer.lag_s", "http://..." */
	const char *source;		/* of a metric or a table: which source was named; "" */
	const struct step *step;	/* the first that needs it */
	unsigned line;
};

struct needs {				/* in the arena; each need once, in the order of the file */
	struct need *items;
	size_t count, cap;
};

void runbook_needs(const struct runbook *runbook, struct arena *arena, struct needs *out);
const char *need_word(enum need_kind kind);

#endif
