#include "io/token.h"

#include <jwt.h>

/* The library has no number for "absent" but 0; what no clock shows is not believed either. */
static msec time_of(jwt_t *jwt, const char *grant)
{
	const long last = 253402300799;		/* the end of the year 9999 */
	long seconds = jwt_get_grant_int(jwt, grant);

	return seconds > 0 && seconds <= last ? seconds * WHEN_SECOND : WHEN_NEVER;
}

/* By the header: without a key the library forgets the algorithm of what it decodes. */
static const char *algorithm_of(jwt_t *jwt)
{
	const char *name = jwt_get_header(jwt, "alg");
	const char *known = name ? jwt_alg_str(jwt_str_alg(name)) : NULL;

	return known ? known : "";
}

void token_describe(const struct secret *secret, struct reply *reply)
{
	jwt_t *jwt = NULL;

	if (jwt_decode(&jwt, secret_reveal(secret), NULL, 0) != 0)
		return;
	(void)str_put(reply->token_alg, sizeof(reply->token_alg), algorithm_of(jwt));
	reply->token_issued = time_of(jwt, "iat");
	reply->token_expires = time_of(jwt, "exp");
	jwt_free(jwt);
}
