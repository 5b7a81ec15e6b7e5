/*
 * What a token says of itself, with tokens made here: signed by a secret that is random each time,
 * so that no reader can know it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cmocka.h>

#include "io/outcome.h"
#include "io/token.h"

enum { TOKEN_TEXT = 1024 };

static void add_base64url(struct buf *out, const unsigned char *bytes, size_t len)
{
	unsigned char text[TOKEN_TEXT];
	int wide = EVP_EncodeBlock(text, bytes, (int)len);

	for (int i = 0; i < wide; i++)
		if (text[i] != '=')
			buf_char(out, text[i] == '+' ? '-' : text[i] == '/' ? '_' : (char)text[i]);
}

static void sign(struct buf *token)
{
	unsigned char key[32], mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	assert_int_equal(RAND_bytes(key, sizeof(key)), 1);
	assert_non_null(HMAC(EVP_sha256(), key, sizeof(key),
			     (const unsigned char *)buf_cstr(token), token->len, mac, &len));
	buf_char(token, '.');
	add_base64url(token, mac, len);
}

/* What is read of a token with this head and body; signed, or with an empty signature. */
static struct reply describe(const char *head, const char *claims, bool is_signed)
{
	struct buf token = { .max = TOKEN_TEXT };
	struct secret *secret;
	struct reply reply;

	add_base64url(&token, (const unsigned char *)head, strlen(head));
	buf_char(&token, '.');
	add_base64url(&token, (const unsigned char *)claims, strlen(claims));
	if (is_signed)
		sign(&token);
	else
		buf_char(&token, '.');
	secret = secret_new(str_of(buf_cstr(&token)));
	reply_init(&reply);
	token_describe(secret, &reply);
	secret_free(secret);
	buf_done(&token);
	return reply;
}

static void a_token_says_its_algorithm_and_its_times(void **state)
{
	static const char head[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
	static const struct {
		const char *claims;
		msec issued, expires;
	} cases[] = {
		{ "{\"iat\":1795311441,\"exp\":1795312341}", 1795311441000, 1795312341000 },
		{ "{\"exp\":1795312341}", WHEN_NEVER, 1795312341000 },
		{ "{\"iat\":1795311441}", 1795311441000, WHEN_NEVER },
		{ "{}", WHEN_NEVER, WHEN_NEVER },
		{ "{\"iat\":\"1795311441\",\"exp\":null}", WHEN_NEVER, WHEN_NEVER },
		{ "{\"iat\":-5,\"exp\":9223372036854775807}", WHEN_NEVER, WHEN_NEVER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reply reply = describe(head, cases[i].claims, true);

		assert_string_equal(reply.token_alg, "HS256");
		assert_int_equal(reply.token_issued, cases[i].issued);
		assert_int_equal(reply.token_expires, cases[i].expires);
	}
}

static void a_token_without_a_signature_says_so(void **state)
{
	struct reply reply = describe("{\"alg\":\"none\"}", "{\"exp\":1795312341}", false);

	(void)state;
	assert_string_equal(reply.token_alg, "none");
	assert_int_equal(reply.token_expires, 1795312341000);
}

static void what_is_no_token_leaves_everything_as_it_was(void **state)
{
	static const struct {
		const char *head, *claims;
	} cases[] = {
		{ "", "" },
		{ "{\"alg\":\"HS256\"}", "not JSON" },
		{ "[]", "{}" },
		{ "{\"alg\":\"HS999\",\"typ\":\"JWT\"}", "{\"exp\":1795312341}" },
		{ "{\"alg\":7}", "{\"exp\":1795312341}" },
	};
	struct reply untouched;

	(void)state;
	reply_init(&untouched);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reply reply = describe(cases[i].head, cases[i].claims, true);

		if (memcmp(&reply, &untouched, sizeof(reply)) != 0)
			fail_msg("case %zu: alg '%s'", i, reply.token_alg);
	}
}

static void a_plain_password_is_no_token(void **state)
{
	static const char *const plain[] = { "hunter2hunter2", "a.b", "...", "a.b.c.d", "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
		struct secret *secret = secret_new(str_of(plain[i]));
		struct reply reply;

		reply_init(&reply);
		token_describe(secret, &reply);
		assert_string_equal(reply.token_alg, "");
		secret_free(secret);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_says_its_algorithm_and_its_times),
		cmocka_unit_test(a_token_without_a_signature_says_so),
		cmocka_unit_test(what_is_no_token_leaves_everything_as_it_was),
		cmocka_unit_test(a_plain_password_is_no_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
