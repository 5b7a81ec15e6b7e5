/*
 * The prober with a kind made for the test, against an HTTP server that answers, hangs, or sends a
 * lot. What a kind decodes is here the length of the body and how often it was asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/postgres.h"
#include "base/mem.h"
#include "io/prober.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pump.h"

enum { LIMIT = 30000, ASKS = 4, LARGE = 200 * 1024 };

struct kind_config {
	struct source_config source;
	size_t asks;
	const char *paths[ASKS];
	msec timeout, every;
	int pages;		/* of ask 0 */
	bool second_needs_cursor;	/* ask 1 is needed only when somebody doubts */
};

struct kind_facts {
	size_t length[ASKS];
	int answers[ASKS];
	int all;		/* counts every decode: none may be lost */
};

static size_t kind_asks(const void *arg, struct ask *out, size_t max)
{
	static const char *const names[ASKS] = { "a", "b", "c", "d" };
	const struct kind_config *config = arg;

	assert_true(max >= ASKS);
	for (size_t i = 0; i < config->asks; i++)
		out[i] = (struct ask){ .name = names[i], .what = names[i], .via = ASK_HTTP,
				       .index = (unsigned)i, .every = config->every,
				       .timeout = config->timeout, .max_body = 2 * LARGE };
	return config->asks;
}

static bool kind_prepare(const struct look *look, size_t ask, struct request *out)
{
	const struct kind_config *config = look->config;

	if (ask == 1 && config->second_needs_cursor && !look->cursor->doubted)
		return false;
	buf_text(&out->path, config->paths[ask]);
	return true;
}

static enum decoded kind_decode(const struct ask *ask, const struct reply *reply,
				const void *arg, void *facts, char why[200])
{
	const struct kind_config *config = arg;
	struct kind_facts *out = facts;

	if (reply->status != 200) {
		snprintf(why, 200, "status %d", reply->status);
		return DECODED_BAD;
	}
	out->length[ask->index] = reply->body.len;
	out->answers[ask->index]++;
	out->all++;
	if (ask->index == 0 && out->answers[0] < config->pages)
		return DECODED_MORE;
	return DECODED_GOOD;
}

static msec judged_as_of;

static void kind_judge(const struct look *look, struct report *out)
{
	(void)out;
	judged_as_of = look->now;
}

static const struct backend kind = {
	.kind = "test", .config_size = sizeof(struct kind_config),
	.facts_size = sizeof(struct kind_facts), .asks = kind_asks, .prepare = kind_prepare,
	.decode = kind_decode, .judge = kind_judge,
};

enum { SOURCES = 2 };

static struct loop *loop;
static struct prober *prober;
static struct httpd *httpd;
static struct kind_config configs[SOURCES];
static struct cursor cursor;
static char *large;
static int changed[SOURCES], done, changes;
static struct prober_setup setup_of;
static char base[64];

static struct prober_context on_context(void *arg)
{
	(void)arg;
	return (struct prober_context){ .cursor = &cursor };
}

static void on_changed(void *arg, size_t source, size_t ask)
{
	(void)arg;
	(void)ask;
	changed[source]++;
	changes++;
}

static void on_done(void *arg)
{
	(void)arg;
	done++;
}

/* dead.test never gets an answer. */
static void name_start(void *arg, struct resolver *resolver, const char *host)
{
	(void)arg;
	(void)resolver;
	(void)host;
}

static int setup(void **state)
{
	static const struct resolve_origin origin = { .start = name_start };
	static struct prober_source sources[SOURCES];
	const struct httpd_rule rules[] = {
		{ .path = "/good", .body = str_of("{}") },
		{ .path = "/hang", .mode = HTTPD_SILENT },
		{ .path = "/large", .body = str_sub(large, LARGE) },
		{ .path = "/bad", .status = 500 },
	};
	struct err err;

	(void)state;
	httpd = httpd_start(rules, ARRAY_LEN(rules), &err);
	loop = loop_new(&err);
	memset(configs, 0, sizeof(configs));
	memset(changed, 0, sizeof(changed));
	memset(&cursor, 0, sizeof(cursor));
	done = changes = 0;
	httpd_url(httpd, "", base, sizeof(base));
	for (size_t i = 0; i < SOURCES; i++) {
		configs[i] = (struct kind_config){
			.source = { .name = i ? "two" : "one", .kind = "test", .url = base },
			.asks = 1, .paths = { "/good", "/good", "/good", "/good" },
			.timeout = 700, .every = 3600000,
		};
		sources[i] = (struct prober_source){ &kind, &configs[i] };
	}
	setup_of = (struct prober_setup){
		.loop = loop, .sources = sources, .count = SOURCES, .names = &origin,
		.context = on_context, .changed = on_changed,
	};
	return 0;
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

static const struct kind_facts *facts_of(size_t source)
{
	return prober_probe(prober, source)->facts;
}

static const struct ask_view *view_of(size_t source, size_t ask)
{
	return &prober_probe(prober, source)->views[ask];
}

static void once(msec limit)
{
	prober_once(prober, loop_now(loop).steady + limit, on_done, NULL);
	assert_int_equal(done, 0);
	assert_true(pump(loop, &done, 1, LIMIT));
}

static void at_the_start_everything_is_asked(void **state)
{
	(void)state;
	configs[0].asks = 3;
	configs[0].paths[2] = "/bad";
	prober = prober_new(&setup_of);
	assert_int_equal(changes, 0);
	prober_start(prober);
	assert_true(pump(loop, &changes, 4, LIMIT));
	assert_int_equal(facts_of(0)->answers[0], 1);
	assert_int_equal(facts_of(0)->answers[1], 1);
	assert_int_equal(facts_of(1)->answers[0], 1);
	assert_false(view_of(0, 2)->good);
	assert_string_equal(view_of(0, 2)->error, "status 500");
	assert_int_equal(changed[0], 3);
}

static void each_ask_comes_again_at_its_period(void **state)
{
	(void)state;
	configs[0].every = 200;
	prober = prober_new(&setup_of);
	prober_start(prober);
	assert_true(pump(loop, &changed[0], 4, LIMIT));
	assert_int_equal(changed[1], 1);
}

static void a_source_that_hangs_delays_no_other(void **state)
{
	(void)state;
	configs[0].paths[0] = "/hang";
	configs[0].timeout = 5000;
	configs[1].every = 200;
	prober = prober_new(&setup_of);
	prober_start(prober);
	assert_true(pump(loop, &changed[1], 5, LIMIT));
	assert_int_equal(changed[0], 0);
	assert_true(pump(loop, &changed[0], 1, LIMIT));
	assert_int_equal(view_of(0, 0)->kind, REPLY_TIMEOUT);
}

static void a_name_that_hangs_delays_no_other(void **state)
{
	(void)state;
	configs[0].source.url = "http://dead.test:8080";
	configs[1].every = 200;
	prober = prober_new(&setup_of);
	prober_start(prober);
	assert_true(pump(loop, &changed[1], 2, LIMIT));
	assert_true(pump(loop, &changed[0], 1, LIMIT));
	assert_int_equal(view_of(0, 0)->kind, REPLY_NO_NAME);
}

static void once_asks_everything_once(void **state)
{
	(void)state;
	configs[0].asks = 4;
	configs[0].every = configs[1].every = 1000;
	configs[0].paths[3] = "/bad";
	prober = prober_new(&setup_of);
	once(LIMIT);
	assert_int_equal(changes, 5);
	assert_int_equal(httpd_requests(httpd, NULL), 5);
	done = 0;
	once(LIMIT);
	assert_int_equal(httpd_requests(httpd, NULL), 10);
}

static void once_goes_through_all_pages(void **state)
{
	(void)state;
	configs[0].pages = 3;
	prober = prober_new(&setup_of);
	once(LIMIT);
	assert_int_equal(facts_of(0)->answers[0], 3);
}

static void doubt(void *arg, size_t source, size_t ask)
{
	on_changed(arg, source, ask);
	cursor.doubted = cursor.doubted || source == 1;
}

static void once_asks_what_an_answer_made_necessary(void **state)
{
	(void)state;
	configs[0].asks = 2;
	configs[0].second_needs_cursor = true;
	setup_of.changed = doubt;
	prober = prober_new(&setup_of);
	once(LIMIT);
	assert_int_equal(facts_of(0)->answers[0], 1);
	assert_int_equal(facts_of(0)->answers[1], 1);
}

static void once_leaves_out_what_stays_needless(void **state)
{
	(void)state;
	configs[0].asks = 2;
	configs[0].second_needs_cursor = true;
	prober = prober_new(&setup_of);
	once(LIMIT);
	assert_int_equal(changed[0], 1);
	assert_false(view_of(0, 1)->answered);
}

static void once_ends_at_its_deadline_and_says_how_long_it_waited(void **state)
{
	(void)state;
	configs[0].paths[0] = "/hang";
	configs[0].timeout = 3600000;
	prober = prober_new(&setup_of);
	once(1000);
	assert_int_equal(view_of(0, 0)->kind, REPLY_TIMEOUT);
	assert_true(view_of(0, 0)->took >= 900);
	assert_true(view_of(0, 0)->took < LIMIT);
	assert_true(view_of(1, 0)->good);
}

static void once_judges_a_source_as_of_its_own_answer(void **state)
{
	struct report report;

	(void)state;
	configs[0].paths[0] = "/hang";
	configs[0].timeout = 3600000;
	prober = prober_new(&setup_of);
	once(1000);
	assert_true(view_of(1, 0)->at < view_of(0, 0)->at);
	for (size_t i = 0; i < SOURCES; i++) {
		prober_judge(prober, i, &report);
		assert_int_equal(judged_as_of, view_of(i, 0)->at);
		report_done(&report);
	}
}

static void a_name_that_hangs_until_the_deadline_is_still_our_dns(void **state)
{
	(void)state;
	configs[0].source.url = "http://dead.test:8080";
	configs[0].timeout = 3600000;
	prober = prober_new(&setup_of);
	once(500);
	assert_int_equal(view_of(0, 0)->kind, REPLY_NO_NAME);
}

static void a_large_answer_loses_nothing_of_the_small_ones_beside_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < 20; i++) {
		configs[0].asks = 4;
		configs[0].paths[0] = configs[0].paths[2] = "/large";
		prober = prober_new(&setup_of);
		done = 0;
		once(LIMIT);
		assert_int_equal(facts_of(0)->all, 4);
		assert_int_equal(facts_of(0)->length[0], LARGE);
		assert_int_equal(facts_of(0)->length[2], LARGE);
		assert_int_equal(facts_of(0)->length[1], 2);
		prober_free(prober);
	}
	prober = NULL;
}

static void a_worker_may_outlive_the_prober(void **state)
{
	(void)state;
	configs[0].asks = 2;
	configs[0].paths[0] = "/large";
	configs[0].paths[1] = "/large";
	prober = prober_new(&setup_of);
	prober_start(prober);
	/* At the first answer of the other source the large ones may be anywhere on their way. */
	assert_true(pump(loop, &changed[1], 1, LIMIT));
	changes = 0;
	prober_free(prober);
	prober = NULL;
	loop_free(loop);
	loop = NULL;
	assert_int_equal(changes, 0);
}

static void without_its_secret_a_source_is_not_asked(void **state)
{
	static const char *const environment[] = { "OTHER=1", NULL };

	(void)state;
	setup_of.environment = environment;
	configs[0].source.access.bearer = (struct secret_ref){ .from = SECRET_ENV, .name = "TOKEN" };
	prober = prober_new(&setup_of);
	once(LIMIT);
	assert_int_equal(view_of(0, 0)->kind, REPLY_NO_SECRET);
	assert_non_null(strstr(view_of(0, 0)->error, "TOKEN"));
	assert_int_equal(httpd_requests(httpd, NULL), 1);
}

static void a_secret_of_a_command_is_sent(void **state)
{
	static const char *const environment[] = { "PATH=/usr/bin:/bin", NULL };
	static const char *const words[] = { "printf", "canary-%s", "9" };
	struct buf head = { 0 };

	(void)state;
	setup_of.environment = environment;
	configs[0].source.access.bearer = (struct secret_ref){ .from = SECRET_COMMAND,
							       .argv = { words, 3 } };
	configs[0].paths[0] = "/large";
	prober = prober_new(&setup_of);
	once(LIMIT);
	assert_true(view_of(0, 0)->good);
	httpd_last_head(httpd, "/large", &head);
	assert_non_null(strstr(buf_cstr(&head), "Bearer canary-9\r\n"));
	buf_done(&head);
}

static void a_command_that_hangs_is_no_secret_and_not_a_dead_server(void **state)
{
	static const char *const environment[] = { "PATH=/usr/bin:/bin", NULL };
	static const char *const words[] = { "sleep", "600" };

	(void)state;
	setup_of.environment = environment;
	configs[0].source.access.bearer = (struct secret_ref){ .from = SECRET_COMMAND,
							       .argv = { words, 2 } };
	prober = prober_new(&setup_of);
	once(LIMIT);
	assert_int_equal(view_of(0, 0)->kind, REPLY_NO_SECRET);
}

static void asking_all_does_not_ask_twice_what_is_under_way(void **state)
{
	(void)state;
	configs[0].paths[0] = "/hang";
	configs[0].timeout = 3000;
	prober = prober_new(&setup_of);
	prober_start(prober);
	assert_true(pump(loop, &changed[1], 1, LIMIT));
	prober_ask_all(prober);
	assert_true(pump(loop, &changed[1], 2, LIMIT));
	assert_int_equal(httpd_requests(httpd, "/hang"), 1);
	assert_int_equal(httpd_requests(httpd, "/good"), 2);
}

static void what_was_under_way_when_we_slept_is_not_judged_but_asked_again(void **state)
{
	const struct httpd_rule awake = { .path = "/hang", .body = str_of("{}") };

	(void)state;
	configs[0].paths[0] = "/hang";
	configs[0].timeout = 3600000;
	prober = prober_new(&setup_of);
	prober_start(prober);
	assert_true(pump(loop, &changed[1], 1, LIMIT));
	assert_int_equal(changed[0], 0);
	httpd_set(httpd, &awake);
	prober_drop_and_ask_all(prober);
	assert_true(pump(loop, &changed[0], 1, LIMIT));
	assert_true(view_of(0, 0)->good);
	assert_int_equal(view_of(0, 0)->failures, 0);
	assert_int_equal(changed[0], 1);
}

static void after_a_stop_nothing_is_heard_whatever_hangs(void **state)
{
	(void)state;
	configs[0].asks = 2;
	configs[0].paths[0] = "/hang";
	configs[0].timeout = 3600000;
	configs[1].source.url = "http://dead.test:8080";
	configs[1].timeout = 3600000;
	prober = prober_new(&setup_of);
	prober_start(prober);
	assert_true(pump(loop, &changed[0], 1, LIMIT));
	prober_stop(prober);
	prober_ask_all(prober);
	changes = 0;
	prober_free(prober);
	prober = NULL;
	loop_free(loop);
	loop = NULL;
	assert_int_equal(changes, 0);
}

static void a_database_whose_dsn_is_wrong_is_no_secret(void **state)
{
	static const char *const environment[] = { "DSN=postgresql://ana:canary@[::1/db", NULL };
	struct postgres_config config = {
		.source = { .name = "db", .kind = "postgres", .every = 5000, .timeout = 2000 },
		.dsn = { .from = SECRET_ENV, .name = "DSN" },
	};
	const struct prober_source source = { backend_find("postgres"), &config };

	(void)state;
	setup_of.sources = &source;
	setup_of.count = 1;
	setup_of.environment = environment;
	prober = prober_new(&setup_of);
	once(LIMIT);
	for (size_t i = 0; i < prober_probe(prober, 0)->ask_count; i++) {
		if (!view_of(0, i)->answered)
			continue;
		assert_int_equal(view_of(0, i)->kind, REPLY_NO_SECRET);
		assert_non_null(strstr(view_of(0, i)->error, "DSN is malformed"));
		assert_null(strstr(view_of(0, i)->error, "canary"));
	}
	assert_true(view_of(0, 0)->answered);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(at_the_start_everything_is_asked),
		T(each_ask_comes_again_at_its_period),
		T(a_source_that_hangs_delays_no_other),
		T(a_name_that_hangs_delays_no_other),
		T(once_asks_everything_once),
		T(once_goes_through_all_pages),
		T(once_asks_what_an_answer_made_necessary),
		T(once_leaves_out_what_stays_needless),
		T(once_ends_at_its_deadline_and_says_how_long_it_waited),
		T(once_judges_a_source_as_of_its_own_answer),
		T(a_name_that_hangs_until_the_deadline_is_still_our_dns),
		T(a_large_answer_loses_nothing_of_the_small_ones_beside_it),
		T(a_worker_may_outlive_the_prober),
		T(without_its_secret_a_source_is_not_asked),
		T(a_secret_of_a_command_is_sent),
		T(a_command_that_hangs_is_no_secret_and_not_a_dead_server),
		T(asking_all_does_not_ask_twice_what_is_under_way),
		T(what_was_under_way_when_we_slept_is_not_judged_but_asked_again),
		T(after_a_stop_nothing_is_heard_whatever_hangs),
		T(a_database_whose_dsn_is_wrong_is_no_secret),
	};
	int failed;

	large = mem_new(LARGE);
	memset(large, ' ', LARGE);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	mem_free(large);
	return failed;
}
