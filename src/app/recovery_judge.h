/*
 * recovery_judge.h: what an answer means for a recovery. Pure.
 */
#ifndef APP_RECOVERY_JUDGE_H
#define APP_RECOVERY_JUDGE_H

#include "app/recovery_artifacts.h"
#include "base/buf.h"

/* A body that says that it is an error, whatever the status: {"status": "error"}, {"error": ...}.
 * `degraded` is none: a platform may be that all its life. *why is what it says. */
bool recovery_body_is_error(struct str body, char *why, size_t size);

/* The first line as a whole number. */
bool recovery_number(struct str text, int64_t *out);
/* The first line as a time: a timestamp, or seconds since 1970. */
bool recovery_time(struct str text, msec *out);

/* What a manifest of JSON says at a path; false: no number, or no JSON. */
bool recovery_golden(struct str json, const char *path, int64_t *out);

/* Sets within. */
void recovery_compare(struct verified_count *count);

/* Why it did not pass, one sentence; false: it did. */
bool recovery_artifact_failure(const struct artifact *artifact, struct buf *out);
bool recovery_count_failure(const struct verified_count *count, struct buf *out);

/* The newest of `GET /backup/recoveries` that is of this backup (NULL: of any). Texts live in the
 * arena. False: there is none. */
bool recovery_listed(struct str json, const char *backup_id, struct arena *arena,
		     struct verified_chain *out);
/* The same of the events that a stellar-rpc answered to getEvents. */
bool recovery_emitted(struct str json, const char *backup_id, struct arena *arena,
		      struct verified_chain *out);
/* What getEvents is asked: all of one contract since a ledger. */
void recovery_events_ask(struct buf *out, const char *contract, int64_t since);

#endif
