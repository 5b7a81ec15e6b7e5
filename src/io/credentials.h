/*
 * credentials.h: the secrets of sources, fetched at the first ask that needs them and kept.
 *
 *  (1) What was fetched is kept until credentials_doubt(), and that has an effect once a minute at
 *      most: a command may ask a human for a passphrase.
 *  (2) A failure is not kept: the next ask tries again.
 *  (3) However many wait for one secret, its command runs once.
 */
#ifndef IO_CREDENTIALS_H
#define IO_CREDENTIALS_H

#include "config/setting.h"
#include "io/loop.h"

struct credentials;
struct credential;

/* Somebody waiting for a secret; lives in its owner's struct, zeroed. */
struct credential_wait {
	/* secret is borrowed until it is doubted; NULL: err says why there is none. */
	void (*done)(void *arg, const struct secret *secret, const struct err *err);
	void *arg;
	struct credential_wait *next;
	struct credential *credential;	/* NULL: not waiting */
};

struct credentials *credentials_new(struct loop *loop, const char *const *environment);
void credentials_free(struct credentials *credentials);	/* takes NULL; nobody may wait */
void credentials_stop(struct credentials *credentials);	/* kill commands; nobody is told */

/* done may be called before this returns. */
void credentials_want(struct credentials *credentials, const struct secret_ref *ref, msec timeout,
		      struct credential_wait *wait);
void credential_wait_cancel(struct credential_wait *wait);	/* takes an idle one */

/* Of a file: what stands there now counts when it is wanted next. */
void credentials_reread(struct credentials *credentials, const struct secret_ref *ref);

/* It was refused: fetch it anew when it is wanted next. True when it will be. */
bool credentials_doubt(struct credentials *credentials, const struct secret_ref *ref);

#endif
