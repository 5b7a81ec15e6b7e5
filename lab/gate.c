/* gate.c: see gate.h. */
#include "lab/gate.h"

#include <jwt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "base/str.h"

const char *const gate_names[GATE_COUNT] = {
#define X(sym, name) [GATE_##sym] = (name),
	GATE_VERIFIERS(X)
#undef X
};

static bool read_secret(const char *path, char out[GATE_SECRET_MAX])
{
	FILE *file = fopen(path, "re");
	bool good = file && fgets(out, GATE_SECRET_MAX, file);

	if (file)
		fclose(file);
	if (!good)
		out[0] = '\0';
	out[strcspn(out, "\r\n")] = '\0';
	return out[0];
}

/* The library checks the signature; the times are ours to check. */
static bool is_signed_and_young(const char *token, const char *secret)
{
	jwt_t *jwt = NULL;
	bool good;

	if (jwt_decode(&jwt, token, (const unsigned char *)secret, (int)strlen(secret)) != 0)
		return false;
	good = jwt_get_alg(jwt) == JWT_ALG_HS256 && jwt_get_grant_int(jwt, "exp") > time(NULL);
	jwt_free(jwt);
	return good;
}

static bool accepts(const struct gate *gate, const char *name, const char *token)
{
	char path[sizeof(gate->dir) + 16], secret[GATE_SECRET_MAX];

	snprintf(path, sizeof(path), "%s/%s", gate->dir, name);
	return read_secret(path, secret) && is_signed_and_young(token, secret);
}

bool gate_accepts(const struct gate *gate, enum gate_verifier verifier, const char *token)
{
	return gate->dir[0] &&
		(accepts(gate, "current", token) ||
		 (!gate->forgot[verifier] && accepts(gate, "previous", token)));
}

static char *mint(const char *secret, int64_t seconds)
{
	long now = (long)time(NULL);
	char *token = NULL;
	jwt_t *jwt = NULL;

	if (jwt_new(&jwt) != 0)
		return NULL;
	if (jwt_set_alg(jwt, JWT_ALG_HS256, (const unsigned char *)secret,
			(int)strlen(secret)) == 0 &&
	    jwt_add_grant(jwt, "sub", "canary") == 0 && jwt_add_grant_int(jwt, "iat", now) == 0 &&
	    jwt_add_grant_int(jwt, "exp", now + (long)seconds) == 0)
		token = jwt_encode_str(jwt);
	jwt_free(jwt);
	return token;
}

int gate_mint(int argc, char **argv)
{
	const int64_t longest = (int64_t)366 * 86400;
	char secret[GATE_SECRET_MAX];
	int64_t seconds = 0;
	char *token;

	if (argc != 2 || !num_parse_i64(str_of(argv[1]), &seconds) || seconds > longest ||
	    seconds < -longest || !read_secret(argv[0], secret)) {
		fprintf(stderr, "labserver: token SECRETFILE SECONDS\n");
		return 2;
	}
	token = mint(secret, seconds);
	if (token)
		puts(token);
	free(token);	/* the library made it */
	return token ? 0 : 1;
}
