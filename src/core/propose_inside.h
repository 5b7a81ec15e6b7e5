/*
 * propose_inside.h: what the files of the proposal share: a search through the world for what one
 * rule is about.
 */
#ifndef CORE_PROPOSE_INSIDE_H
#define CORE_PROPOSE_INSIDE_H

#include "base/attr.h"
#include "core/propose.h"

enum { FACT_TEXT = 160 };

/* What a rule rests on, the worst so far. */
struct basis {
	unsigned severity;		/* 0: nothing yet */
	bool asks;			/* it is worth a question whether to declare */
	char fact[FACT_TEXT], rule[BECAUSE_TEXT];
	int source;			/* whose failure it is; -1 */
	msec since;			/* the earliest of all of this severity; WHEN_NEVER */
};

struct search {
	const struct world *world;
	const struct policy *policy;
	unsigned severity;		/* of the rule that searches */
	const char *words;		/* as it reads */
	bool own;			/* the operator's: stands against what is built in */
	bool firm;			/* built in, and never stands back: integrity */
	bool quiet;			/* minor: nobody is asked to declare */
	struct basis *basis;
};

struct ground {
	const char *what;		/* the name of the signal, source, component or alert */
	int source;			/* -1 */
	msec since;			/* WHEN_NEVER */
};

/* The rule holds because of this. */
PRINTF_LIKE(3, 4) void found(const struct search *search, struct ground what, const char *fmt, ...);

/* Every rule: the operator's first, then the written ones. */
void rules_search(const struct world *world, const struct policy *policy, struct basis *basis);

bool alert_is_critical(const struct alert *alert);

#endif
