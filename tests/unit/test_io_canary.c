/*
 * A canary token on its way: the prober with kind jwt against an HTTP server that lets it in or
 * not. The tokens are made here and signed by nobody: who asks reads them without a key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include <cmocka.h>

#include "backends/jwt.h"
#include "backends/kinds.h"
#include "io/flight.h"
#include "io/outcome.h"
#include "io/prober.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pump.h"

enum { LIMIT = 30000, TOKEN_TEXT = 512 };

static struct loop *loop;
static struct prober *prober;
static struct httpd *httpd;
static struct jwt_verifier verifier;
static struct jwt_config config;
static struct prober_source source;
static char url[64], path[64];
static int done;

static void add_base64url(struct buf *out, const char *text)
{
	unsigned char wide[TOKEN_TEXT];
	int len = EVP_EncodeBlock(wide, (const unsigned char *)text, (int)strlen(text));

	for (int i = 0; i < len; i++)
		if (wide[i] != '=')
			buf_char(out, wide[i] == '+' ? '-' : wide[i] == '/' ? '_' : (char)wide[i]);
}

/* A token that expires so long from now; `mark` is what an Authorization header is known by. */
static void put_token(struct buf *out, msec expires, const char *mark)
{
	msec now = loop_now(loop).wall / WHEN_SECOND;
	char claims[128];

	(void)snprintf(claims, sizeof(claims), "{\"iat\":%lld,\"exp\":%lld}", (long long)now - 600,
		       (long long)(now + expires / WHEN_SECOND));
	add_base64url(out, "{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
	buf_char(out, '.');
	add_base64url(out, claims);
	buf_char(out, '.');
	add_base64url(out, mark);
}

static void write_token(msec expires, const char *mark)
{
	struct buf token = { .max = TOKEN_TEXT };
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	put_token(&token, expires, mark);
	fprintf(file, "%s\n", buf_cstr(&token));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0600), 0);
	buf_done(&token);
}

static int setup(void **state)
{
	const struct httpd_rule rule = { .path = "/me", .body = str_of("{}") };
	struct err err;

	(void)state;
	httpd = httpd_start(&rule, 1, &err);
	loop = loop_new(&err);
	assert_true(httpd && loop);
	httpd_url(httpd, "/me", url, sizeof(url));
	(void)snprintf(path, sizeof(path), "build/canary.%d", (int)getpid());
	verifier = (struct jwt_verifier){ .name = "access", .url = url,
					  .lifetime = 15 * WHEN_MINUTE };
	config = (struct jwt_config){
		.source = { .name = "jwt", .kind = "jwt", .every = WHEN_HOUR, .timeout = LIMIT },
		.token = { .from = SECRET_FILE, .name = path },
		.verifiers = { &verifier, 1 },
	};
	source = (struct prober_source){ &jwt_backend, &config };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	prober_free(prober);
	prober = NULL;
	loop_free(loop);
	httpd_stop(httpd);
	(void)unlink(path);
	return 0;
}

static struct prober_context no_context(void *arg)
{
	(void)arg;
	return (struct prober_context){ 0 };
}

static void on_changed(void *arg, size_t index, size_t ask)
{
	(void)arg;
	(void)index;
	(void)ask;
}

static void on_done(void *arg)
{
	(void)arg;
	done++;
}

/* Ask once and judge. */
static void expect(enum state state, const char *word)
{
	static const char *const environment[] = { "PATH=/usr/bin:/bin", NULL };
	const struct prober_setup plan = {
		.loop = loop, .sources = &source, .count = 1, .environment = environment,
		.context = no_context, .changed = on_changed,
	};
	struct report report;

	if (!prober)
		prober = prober_new(&plan);
	done = 0;
	prober_once(prober, loop_now(loop).steady + LIMIT, on_done, NULL);
	assert_true(pump(loop, &done, 1, LIMIT));
	prober_judge(prober, 0, &report);
	if (report.state != state || !strstr(report.because, word))
		fail_msg("%s: %s", state_word(report.state), report.because);
	report_done(&report);
}

static void let_in(bool is)
{
	const struct httpd_rule rule = { .path = "/me", .status = is ? 200 : 401,
					 .body = str_of("{}") };

	httpd_set(httpd, &rule);
}

static bool last_bearer_was(const char *mark)
{
	struct buf head = { .max = 65536 }, text = { .max = TOKEN_TEXT };
	bool was;

	add_base64url(&text, mark);
	httpd_last_head(httpd, "/me", &head);
	was = strstr(buf_cstr(&head), buf_cstr(&text)) && strstr(buf_cstr(&head), "Bearer ");
	buf_done(&head);
	buf_done(&text);
	return was;
}

static void the_token_is_sent_and_what_it_says_is_known(void **state)
{
	(void)state;
	write_token(WHEN_HOUR, "first-canary");
	expect(STATE_OK, "accepted by access");
	assert_true(last_bearer_was("first-canary"));
}

static void a_file_counts_as_it_stands_now(void **state)
{
	(void)state;
	write_token(WHEN_HOUR, "first-canary");
	let_in(false);
	expect(STATE_BAD, "rejected");
	write_token(WHEN_HOUR, "second-canary");
	let_in(true);
	expect(STATE_OK, "accepted");
	assert_true(last_bearer_was("second-canary"));
	write_token(-WHEN_MINUTE, "third-canary");
	let_in(false);
	expect(STATE_UNKNOWN, "AUTH EXPIRED");
}

/* Fetching a refused canary anew would hide the refusal; one that has expired is of no more use. */
static const struct {
	const char *kind;
	int status;
	msec expires;		/* from now; WHEN_NEVER */
	bool doubted;
} doubts[] = {
	{ "jwt", 401, WHEN_HOUR, false },
	{ "jwt", 401, WHEN_NEVER, false },
	{ "jwt", 200, WHEN_HOUR, false },
	{ "jwt", 401, -WHEN_HOUR, true },
	{ "jwt", 503, -WHEN_HOUR, true },
	{ "http", 401, WHEN_HOUR, true },
	{ "http", 401, WHEN_NEVER, true },
	{ "http", 200, -WHEN_HOUR, false },
};

static void only_a_canary_that_has_expired_is_fetched_anew(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(doubts); i++) {
		struct reply reply;
		bool doubted;

		reply_init(&reply);
		reply.status = doubts[i].status;
		reply.at = loop_now(loop).wall;
		if (doubts[i].expires != WHEN_NEVER)
			reply.token_expires = reply.at + doubts[i].expires;
		doubted = flight_doubts_secret(backend_find(doubts[i].kind), &reply);
		if (doubted != doubts[i].doubted)
			fail_msg("case %zu", i);
	}
}

static void a_token_that_cannot_be_had_is_not_asked_about(void **state)
{
	(void)state;
	expect(STATE_UNKNOWN, "no credential to ask with");
	assert_int_equal(httpd_requests(httpd, NULL), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_token_is_sent_and_what_it_says_is_known),
		T(a_file_counts_as_it_stands_now),
		T(only_a_canary_that_has_expired_is_fetched_anew),
		T(a_token_that_cannot_be_had_is_not_asked_about),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
