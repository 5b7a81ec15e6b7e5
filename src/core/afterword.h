/*
 * afterword.h: what is to be said of an incident that is resolved, as screens see it: figures that
 * export/ works out (export/story.h, which screens do not know), what nobody knows yet, and what
 * was exported. Plain data, made by app and hung on the docket.
 */
#ifndef CORE_AFTERWORD_H
#define CORE_AFTERWORD_H

#include "core/incident.h"

enum { AFTERWORD_TIMES = 8, AFTERWORD_QUESTIONS = 32, AFTERWORD_PATHS = 12 };

struct afterword_time {			/* "time to detect", with both its ends */
	const char *label, *from, *to;	/* from, to: names of milestones; static */
	msec from_at, to_at;		/* WHEN_NEVER: it has not come, or nobody knows */
	msec took;			/* WHEN_NEVER: the note says why */
	char note[BECAUSE_TEXT];	/* "" */
};

/* The last `incident export` or `incident bundle` that this console asked for. */
struct outing {
	const char *verb;		/* "export", "bundle", "edit"; NULL: none was */
	bool busy, ok;
	char said[BECAUSE_TEXT];	/* one sentence, once it is over */
	char paths[AFTERWORD_PATHS][256];	/* that it wrote */
	size_t path_count;
};

struct afterword {
	bool known;			/* the rest but `outing` was worked out */
	char trouble[BECAUSE_TEXT];	/* or why it cannot be; "" */
	struct afterword_time times[AFTERWORD_TIMES];
	size_t time_count;
	msec update_every, longest_gap;	/* 0: none were owed */
	unsigned updates_due, updates_sent, updates_late, updates_missed;
	size_t runs;			/* walks through runbooks, and what became of their steps: */
	unsigned done, sensed, overridden, skipped, deferred, failed, left_open;
	unsigned commands, by_hand;	/* that ran; what was done outside of them */
	char questions[AFTERWORD_QUESTIONS][BECAUSE_TEXT];	/* what no one knows yet */
	size_t question_count, questions_more;
	struct outing outing;
};

#endif
