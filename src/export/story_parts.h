/*
 * story_parts.h: what a story is made of (story.h). Plain data that writers read; texts are
 * borrowed from the record or live with the story.
 */
#ifndef EXPORT_STORY_PARTS_H
#define EXPORT_STORY_PARTS_H

#include "core/history.h"
#include "core/incident.h"

/*  X(symbol, word in exports): where a milestone is known from */
#define STORY_SOURCES(X) \
	X(NONE, "none") X(ALERT, "alert") X(OPERATOR, "operator") X(CHECK, "check") \
	X(ESTIMATE, "estimate")

enum story_source {
#define X(sym, word) STORY_##sym,
	STORY_SOURCES(X)
#undef X
};

struct story_milestone {
	msec at, t;			/* WHEN_NEVER: it has not come, or nobody knows */
	enum story_source source;
	const char *event;		/* NULL: it follows from no single one */
};

/*  X(symbol, key, from, to, label) */
#define STORY_METRICS(X) \
	X(TTD, "ttd", IMPACT_STARTED, DETECTED, "time to detect") \
	X(TTA, "tta", DETECTED, ACKNOWLEDGED, "time to acknowledge") \
	X(TTM, "ttm", IMPACT_STARTED, MITIGATED, "time to mitigate") \
	X(TTRC, "ttrc", IMPACT_STARTED, RECOVERED, "time to recover") \
	X(TTR, "ttr", IMPACT_STARTED, RESOLVED, "time to resolve")

enum story_metric_name {
#define X(sym, key, from, to, label) METRIC_##sym,
	STORY_METRICS(X)
#undef X
	METRIC_COUNT
};

struct story_metric {
	const char *key, *label;
	enum milestone_name from, to;
	msec took;			/* WHEN_NEVER: the note says why */
	char note[BECAUSE_TEXT];	/* "" when there is nothing to add */
};

struct story_updates {			/* S0-20 */
	msec every, overdue;		/* 0: none were owed */
	unsigned due, sent, late, missed;
	msec longest_gap;
};

struct story_step {
	const struct run_step *step;
	const char *title;		/* NULL: the record does not have it */
	msec took, usually;		/* WHEN_NEVER: not known */
	bool automatic;
};

struct story_run {			/* how one runbook was followed: S2-7 */
	const struct run *run;
	struct story_step *steps;
	unsigned done, sensed, overridden, skipped, deferred, failed, open, early, repeated;
	unsigned commands, by_hand;	/* that ran; that were copied or ran elsewhere */
};

struct story_objective {		/* RTO or RPO of a component, achieved against its target */
	const char *component;
	bool rpo;			/* else rto */
	msec target, achieved;		/* WHEN_NEVER */
	bool known, met;		/* known: both are there */
	char note[BECAUSE_TEXT];	/* its ends, or why it is not known */
};

struct story_money {			/* S2-2: at risk at the declaration and at the end */
	const char *asset, *before, *after;	/* exact; NULL: not known, and then */
	const char *because;
};

#endif
