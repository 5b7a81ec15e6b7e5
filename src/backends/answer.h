/*
 * answer.h: what kinds do with an HTTP answer before they look for their own facts in it, and how
 * they put their findings into a report.
 */
#ifndef BACKENDS_ANSWER_H
#define BACKENDS_ANSWER_H

#include "backends/backend.h"
#include "base/json.h"

/* Is it a 2xx? Else `why` says what the status means: "answers 503", "throttled, HTTP 429". */
bool answer_is_ok(const struct reply *reply, char why[200]);

/* The body of a 2xx as JSON: a new reference, or NULL with `why` filled. */
json_t *answer_json(const struct ask *ask, const struct reply *reply, char why[200]);
/* The same where the server itself calls it a failure and says in its body what failed. */
json_t *answer_json_of_failure(const struct ask *ask, const struct reply *reply, char why[200]);

/* Why io got no answer, in the words that outcome_judge() uses. */
void outcome_error(const struct ask *ask, const struct reply *reply, char error[200]);

/* Was the last answer to this ask a good one, and is it young enough to count? */
bool answer_is_current(const struct look *look, size_t ask);

/* Say it when it is worse than what the report says already; the first of two equals stands. */
PRINTF_LIKE(3, 4) void finding(struct report *report, enum state state, const char *fmt, ...);

/* The host and port of an endpoint, for people: "127.0.0.1:3000". */
struct str endpoint_host(const struct look *look, unsigned target);

/* A member that is a time in RFC 3339; WHEN_NEVER when absent, wrong or Go's year 1. */
msec answer_time(const json_t *root, const char *path);

/* A number, or a text that is one; NaN when absent. */
double answer_number(const json_t *root, const char *path);

/* The number of a ledger; false where there is none, or one that no ledger has. */
bool answer_ledger(const json_t *root, const char *path, int64_t *out);

/* The time of an answer by the server's own clock, by which the ages in it are taken. A Date header
 * is in whole seconds: only what differs by more than two is another clock. */
msec answer_server_now(const struct reply *reply);
/* How old that was when it came, by the server's clock; by ours where it would be of the future,
 * as its clock is behind then. Negative: by neither can it be. */
msec answer_age(const struct reply *reply, msec of);

/* A count; null when it is NaN. */
void answer_set_count(json_t *object, const char *key, double value);

#endif
