/* Who is let in by the verifiers of the stand-in backend. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jwt.h>

#include "base/attr.h"
#include "lab/gate.h"

static struct gate gate;

static void write_secret(const char *name, const char *secret)
{
	char path[300];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", gate.dir, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fprintf(file, "%s\n", secret) > 0);
	assert_int_equal(fclose(file), 0);
}

static int make_secrets(void **state)
{
	(void)state;
	gate = (struct gate){ .dir = "/tmp/gate.XXXXXX" };
	assert_non_null(mkdtemp(gate.dir));
	write_secret("current", "the-new-one");
	write_secret("previous", "the-old-one");
	return 0;
}

static int remove_secrets(void **state)
{
	static const char *const names[] = { "current", "previous" };
	char path[300];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", gate.dir, names[i]);
		(void)unlink(path);
	}
	return rmdir(gate.dir);
}

/* Is a token let in that expires that many seconds from now? */
static bool lets_in(enum gate_verifier verifier, jwt_alg_t alg, const char *secret, long seconds)
{
	jwt_t *jwt = NULL;
	char *token;
	bool in;

	assert_int_equal(jwt_new(&jwt), 0);
	assert_int_equal(jwt_set_alg(jwt, alg, (const unsigned char *)secret,
				     secret ? (int)strlen(secret) : 0), 0);
	assert_int_equal(jwt_add_grant_int(jwt, "exp", (long)time(NULL) + seconds), 0);
	token = jwt_encode_str(jwt);
	assert_non_null(token);
	in = gate_accepts(&gate, verifier, token);
	free(token);
	jwt_free(jwt);
	return in;
}

static void both_secrets_let_in_and_no_other_does(void **state)
{
	(void)state;
	assert_true(lets_in(GATE_ACCESS, JWT_ALG_HS256, "the-new-one", 60));
	assert_true(lets_in(GATE_ACCESS, JWT_ALG_HS256, "the-old-one", 60));
	assert_false(lets_in(GATE_ACCESS, JWT_ALG_HS256, "another", 60));
	assert_false(lets_in(GATE_ACCESS, JWT_ALG_HS512, "the-new-one", 60));
	assert_false(lets_in(GATE_ACCESS, JWT_ALG_NONE, NULL, 60));
	assert_false(gate_accepts(&gate, GATE_ACCESS, "no token"));
}

static void a_token_that_has_expired_is_not_let_in(void **state)
{
	(void)state;
	assert_false(lets_in(GATE_ACCESS, JWT_ALG_HS256, "the-new-one", -1));
}

static void one_verifier_may_forget_the_old_secret_alone(void **state)
{
	(void)state;
	gate.forgot[GATE_MOBILE] = true;
	assert_false(lets_in(GATE_MOBILE, JWT_ALG_HS256, "the-old-one", 60));
	assert_true(lets_in(GATE_MOBILE, JWT_ALG_HS256, "the-new-one", 60));
	assert_true(lets_in(GATE_WEBSOCKET, JWT_ALG_HS256, "the-old-one", 60));
}

static void a_secret_that_is_rotated_counts_at_once(void **state)
{
	(void)state;
	write_secret("current", "the-newest");
	assert_true(lets_in(GATE_ACCESS, JWT_ALG_HS256, "the-newest", 60));
	assert_false(lets_in(GATE_ACCESS, JWT_ALG_HS256, "the-new-one", 60));
}

static void without_secrets_nobody_is_let_in(void **state)
{
	char dir[sizeof(gate.dir)];

	(void)state;
	memcpy(dir, gate.dir, sizeof(dir));
	gate.dir[0] = '\0';
	assert_false(lets_in(GATE_ACCESS, JWT_ALG_HS256, "the-new-one", 60));
	memcpy(gate.dir, dir, sizeof(dir));
}

#define GATE(name) cmocka_unit_test_setup_teardown(name, make_secrets, remove_secrets)

int main(void)
{
	const struct CMUnitTest tests[] = {
		GATE(both_secrets_let_in_and_no_other_does),
		GATE(a_token_that_has_expired_is_not_let_in),
		GATE(one_verifier_may_forget_the_old_secret_alone),
		GATE(a_secret_that_is_rotated_counts_at_once),
		GATE(without_secrets_nobody_is_let_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
