/*
 * recovery.h: the verification of a recovery, as `recovery:` configures it: artifacts, components
 * in the order of restoring, counts, smoke tests, the newest data, the release, the chain.
 *
 *  (1) What is not configured is not looked at, and nothing is said of it. What could not be read
 *      is a failure, never a pass.
 *  (2) Everything that is asked has --timeout; components have their own `within`.
 *  (3) A write is tried only when it is armed, and nothing that changes anything outside when the
 *      configuration is read-only.
 *  (4) The sentences of failures hold no secret: they are redacted here.
 */
#ifndef APP_RECOVERY_H
#define APP_RECOVERY_H

#include "app/recovery_ask.h"
#include "app/recovery_judge.h"

struct recovery {
	struct recovery_ask ask;
	const struct recovery_settings *set;
	bool armed;
	const struct drill *drill;	/* what is on the record of it; NULL */
	/* A component is waited for; it is there (or is given up). NULL: nobody wants to know. */
	void (*restoring)(void *arg, const struct verified_component *component);
	void (*restored)(void *arg, const struct verified_component *component);
	void *arg;

	struct verification out;	/* what it came to; everything lives in the arena */
	struct manifest manifest;
	struct artifact *artifacts;	/* as out.artifacts, with their states */
	struct buf golden, manifest_bytes;
	struct arena arena;
	size_t failure_cap;
};

/* work, armed, drill and callbacks are set. False: there is nothing to verify, or a file of the
 * configuration is not there to begin with. */
bool recovery_verify(struct recovery *recovery, struct err *err);
void recovery_done(struct recovery *recovery);

/* A line for each thing that was looked at, then the failures. */
void recovery_plain(const struct recovery *recovery, struct buf *out);

/* For the parts (recovery_parts.c, recovery_wait.c). */
void recovery_fail(struct recovery *recovery, const char *fmt, ...) PRINTF_LIKE(2, 3);
void recovery_artifacts(struct recovery *recovery);
void recovery_components(struct recovery *recovery);
void recovery_counts(struct recovery *recovery);
void recovery_smoke(struct recovery *recovery);
void recovery_rest(struct recovery *recovery);	/* newest data, release, chain */
const char *recovery_text(struct recovery *recovery, struct str text);	/* redacted, harmless */

#endif
