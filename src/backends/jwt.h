/*
 * jwt.h: kind `jwt`: a canary token, got before a rotation of the signing secret, shown to every
 * verifier of the platform. It proves that the old secret is still believed where it must be, and
 * no signing secret is needed for that.
 *
 * What an answer proves: 2xx, or a status that the verifier's `proof` names, is "yes"; 401 is "no".
 * Everything else is neither: 403 is sent for a token that is not believed as well as for one that
 * is, 404 and 3xx mean another address, 429 and 5xx come before the token is looked at. A verifier
 * whose process is down has rejected nothing.
 * A token that has expired, by its own exp and the server's clock, says nothing of the secret
 * either: AUTH EXPIRED, never ok and never bad.
 */
#ifndef BACKENDS_JWT_H
#define BACKENDS_JWT_H

#include "backends/backend.h"

enum { JWT_VERIFIERS = 8 };

struct jwt_verifier {
	const char *name, *url;
	msec lifetime;			/* of the tokens that it is shown by users */
	struct texts proof;
};

struct jwt_config {
	struct source_config source;
	struct secret_ref token;
	int alg;			/* jwt_algorithm() */
	struct items verifiers;		/* struct jwt_verifier */
};

enum jwt_accepted { JWT_UNKNOWN, JWT_YES, JWT_NO };

struct jwt_facts {
	enum jwt_accepted accepted[JWT_VERIFIERS];	/* when its last answer was good */
	char alg[8];			/* "": no JWT, or nothing was answered yet */
	msec issued, expires;		/* 0: it does not say */
	msec clock_off;			/* how far the server's clock is ahead of ours */
	bool seen;			/* something was answered, so that the token is known */
};

const char *jwt_algorithm(const struct jwt_config *config);
size_t jwt_verifier_count(const struct jwt_config *config);
const struct jwt_verifier *jwt_verifier(const struct jwt_config *config, size_t i);
void jwt_judge(const struct look *look, struct report *out);

#endif
