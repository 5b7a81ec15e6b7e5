/*
 * Leave for requests beside the standing asking: the prober's budgets hold for them, they go before
 * what waits, and nothing of them is left when the prober goes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/answer.h"
#include "io/outcome.h"
#include "io/prober.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pump.h"

enum { LIMIT = 30000, ASKS = 4, PASSES = 6 };

static size_t kind_asks(const void *arg, struct ask *out, size_t max)
{
	static const char *const names[ASKS] = { "a", "b", "c", "d" };
	const struct source_config *config = arg;

	assert_true(max >= ASKS);
	for (unsigned i = 0; i < ASKS; i++)
		out[i] = (struct ask){ .name = names[i], .what = names[i], .via = ASK_HTTP, .index = i,
				       .every = config->every, .timeout = 5000 };
	return ASKS;
}

static bool kind_prepare(const struct look *look, size_t ask, struct request *out)
{
	(void)look;
	(void)ask;
	return buf_text(&out->path, "/good");
}

static enum decoded kind_decode(const struct ask *ask, const struct reply *reply,
				const void *config, void *facts, char why[200])
{
	(void)ask;
	(void)reply;
	(void)config;
	(void)facts;
	(void)why;
	return DECODED_GOOD;
}

static void kind_judge(const struct look *look, struct report *out)
{
	(void)look;
	(void)out;
}

static struct backend limited = {
	.kind = "limited", .config_size = sizeof(struct source_config), .facts_size = 1,
	.asks = kind_asks, .prepare = kind_prepare, .decode = kind_decode, .judge = kind_judge,
};

static struct loop *loop;
static struct prober *prober;
static struct httpd *httpd;
static struct source_config config;
static struct prober_source source = { &limited, &config };
static int changes, granted, changes_when_granted;
static char base[64];
static struct prober_pass passes[PASSES];

static void on_changed(void *arg, size_t index, size_t ask)
{
	(void)arg;
	(void)index;
	(void)ask;
	changes++;
}

static void on_granted(void *arg)
{
	(void)arg;
	granted++;
	changes_when_granted = changes;
}

static void make(unsigned most, msec window)
{
	const struct prober_setup setup_of = {
		.loop = loop, .sources = &source, .count = 1, .changed = on_changed,
	};

	limited.budget = (struct budget_rule){ most, window };
	prober = prober_new(&setup_of);
}

static int setup(void **state)
{
	const struct httpd_rule rule = { .path = "/good", .body = str_of("{}") };
	struct err err;

	(void)state;
	httpd = httpd_start(&rule, 1, &err);
	loop = loop_new(&err);
	changes = granted = 0;
	httpd_url(httpd, "", base, sizeof(base));
	config = (struct source_config){ .name = "one", .url = base, .every = WHEN_HOUR };
	for (size_t i = 0; i < PASSES; i++)
		passes[i] = (struct prober_pass){ .granted = on_granted };
	return httpd && loop ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	prober_free(prober);
	prober = NULL;
	loop_free(loop);
	httpd_stop(httpd);
	return 0;
}

static void want_all(const char *url)
{
	for (size_t i = 0; i < PASSES; i++)
		prober_pass_want(prober, &passes[i], str_of(url));
	assert_int_equal(granted, 0);	/* never from inside */
}

static struct reply reply_of(int status, msec retry_after)
{
	struct reply reply;

	reply_init(&reply);
	reply.kind = REPLY_ANSWER;
	reply.status = status;
	reply.retry_after = retry_after;
	return reply;
}

static void no_more_are_granted_than_the_host_may_be_asked(void **state)
{
	char why[BUDGET_TEXT];

	(void)state;
	make(4, 15 * WHEN_SECOND);
	want_all(base);
	assert_false(pump(loop, &granted, PASSES, 100));
	assert_int_equal(granted, 4);
	assert_int_equal(prober_pass_at(prober, str_of(base), why), WHEN_NEVER);
	assert_non_null(strstr(why, "at most 4 requests in 15 s"));
}

static void one_that_is_back_makes_room_only_after_its_window(void **state)
{
	const struct reply good = reply_of(200, WHEN_NEVER);

	(void)state;
	make(1, 200);
	want_all(base);
	assert_true(pump(loop, &granted, 1, LIMIT));
	prober_pass_back(&passes[0], &good);
	assert_true(prober_pass_at(prober, str_of(base), (char[BUDGET_TEXT]){ 0 }) >
		    loop_now(loop).steady);
	assert_true(pump(loop, &granted, 2, LIMIT));
}

static void what_was_never_sent_takes_no_room(void **state)
{
	struct reply unsent = reply_of(0, WHEN_NEVER);

	(void)state;
	make(1, WHEN_HOUR);
	unsent.kind = REPLY_NO_SECRET;
	want_all(base);
	for (int i = 0; i < PASSES; i++) {
		assert_true(pump(loop, &granted, i + 1, LIMIT));
		prober_pass_back(&passes[i], &unsent);
	}
}

/* All asks are due at once and the host takes two at a time: a pass that was wanted meanwhile is
 * granted in the middle of them. */
static void a_pass_goes_before_asks_that_wait(void **state)
{
	(void)state;
	make(2, 300);
	prober_start(prober);
	assert_true(pump(loop, &changes, 2, LIMIT));
	prober_pass_want(prober, &passes[0], str_of(base));
	assert_true(pump(loop, &granted, 1, LIMIT));
	assert_int_equal(changes_when_granted, 2);
	prober_pass_back(&passes[0], NULL);
	assert_true(pump(loop, &changes, ASKS, LIMIT));
}

static void a_host_that_says_too_many_is_left_alone_by_both(void **state)
{
	const struct reply limit = reply_of(429, 600 * WHEN_SECOND);
	char why[BUDGET_TEXT];

	(void)state;
	make(0, 0);
	prober_pass_want(prober, &passes[0], str_of(base));
	assert_true(pump(loop, &granted, 1, LIMIT));
	prober_pass_back(&passes[0], &limit);
	assert_true(prober_pass_at(prober, str_of(base), why) >
		    loop_now(loop).steady + 500 * WHEN_SECOND);
	assert_non_null(strstr(why, "wants to be left alone"));
	prober_start(prober);
	prober_pass_want(prober, &passes[1], str_of(base));
	assert_false(pump(loop, &changes, 1, 100));
	assert_int_equal(granted, 1);
	assert_int_equal(httpd_requests(httpd, NULL), 0);
}

static void a_host_that_nobody_asks_has_no_budget(void **state)
{
	(void)state;
	make(1, WHEN_HOUR);
	want_all("http://127.0.0.1:1");
	assert_true(pump(loop, &granted, PASSES, LIMIT));
}

static void nothing_is_granted_after_the_end(void **state)
{
	(void)state;
	make(2, WHEN_HOUR);
	want_all(base);
	assert_true(pump(loop, &granted, 2, LIMIT));
	prober_free(prober);
	prober = NULL;
	assert_false(pump(loop, &granted, 3, 50));
	for (size_t i = 0; i < PASSES; i++)
		prober_pass_back(&passes[i], NULL);	/* of the granted ones too */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_more_are_granted_than_the_host_may_be_asked, setup,
						teardown),
		cmocka_unit_test_setup_teardown(one_that_is_back_makes_room_only_after_its_window, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_was_never_sent_takes_no_room, setup, teardown),
		cmocka_unit_test_setup_teardown(a_pass_goes_before_asks_that_wait, setup, teardown),
		cmocka_unit_test_setup_teardown(a_host_that_says_too_many_is_left_alone_by_both, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_host_that_nobody_asks_has_no_budget, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_is_granted_after_the_end, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
