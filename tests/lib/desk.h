/*
 * desk.h: one source under test. Its probe is fed with answers by hand, at times of the test's own,
 * and judged. Wall time starts at DESK_START; both clocks move by desk_wait().
 */
#ifndef LIB_DESK_H
#define LIB_DESK_H

#include "backends/probe.h"

#define DESK_START ((msec)1795311441000)	/* 2026-11-22T01:37:21Z */

struct desk {
	struct probe probe;
	struct now now;
	struct chain chain;
	struct cursor cursor;
	struct report report;
	char decoding[200];	/* why the last answer was refused */
};

/* config begins with struct source_config; every and timeout of 0 become 10 s and 5 s. */
void desk_open(struct desk *desk, const struct backend *backend, void *config);
void desk_close(struct desk *desk);
void desk_wait(struct desk *desk, msec d);

/* The number of an ask by its name, target and index; fails the test when there is none. */
size_t desk_ask(const struct desk *desk, const char *name, unsigned target, unsigned index);

/* The path and query that prepare() makes now, "" when it is not needed. Static, until the next. */
const char *desk_path(struct desk *desk, size_t ask);
/* The same of the body that is posted. */
const char *desk_body(struct desk *desk, size_t ask);

/* A reply with sound defaults: 200, JSON, 20 ms, no limits. */
struct reply desk_reply(const struct desk *desk, const char *body);
void desk_take(struct desk *desk, size_t ask, const struct reply *reply);

/* The usual cases in one line. */
void desk_answer(struct desk *desk, size_t ask, int status, const char *body);
void desk_fail(struct desk *desk, size_t ask, enum reply_kind kind);

const struct report *desk_judge(struct desk *desk);
/* Judge, and fail the test unless the report has this state and this word in its reason. */
void desk_expect(struct desk *desk, enum state state, const char *word);
const struct reading *desk_reading(const struct desk *desk, const char *name);	/* NULL */

#endif
