/*
 * The prober under a budget, against an HTTP server that counts: what waits, what goes first, and
 * what is said of an ask that had no room.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/answer.h"
#include "io/prober.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pump.h"

enum { LIMIT = 30000, SOURCES = 2, ASKS = 4 };

struct kind_config {
	struct source_config source;
	size_t asks, optional;		/* the first `optional` ones are */
	const char *path;
	bool alike;			/* all asks have one name */
	bool first_decides;		/* the last ask is needed when the first one was answered */
};

static size_t kind_asks(const void *arg, struct ask *out, size_t max)
{
	static const char *const names[ASKS] = { "a", "b", "c", "d" };
	const struct kind_config *config = arg;

	assert_true(max >= ASKS);
	for (size_t i = 0; i < config->asks; i++)
		out[i] = (struct ask){ .name = names[config->alike ? 0 : i], .what = names[i], .via = ASK_HTTP,
				       .index = (unsigned)i, .every = config->source.every,
				       .timeout = 5000, .optional = i < config->optional };
	return config->asks;
}

static bool kind_prepare(const struct look *look, size_t ask, struct request *out)
{
	const struct kind_config *config = look->config;

	if (config->first_decides && ask == config->asks - 1 && !look->views[0].good)
		return false;
	return buf_text(&out->path, config->path);
}

static enum decoded kind_decode(const struct ask *ask, const struct reply *reply,
				const void *config, void *facts, char why[200])
{
	(void)ask;
	(void)config;
	(void)facts;
	if (reply->status == 200)
		return DECODED_GOOD;
	snprintf(why, 200, "status %d", reply->status);
	return DECODED_BAD;
}

static void kind_judge(const struct look *look, struct report *out)
{
	(void)look;
	(void)out;
}

static const struct backend limited = {
	.kind = "limited", .config_size = sizeof(struct kind_config), .facts_size = 1,
	.budget = { .most = 4, .window = 15 * WHEN_SECOND }, .asks = kind_asks,
	.prepare = kind_prepare, .decode = kind_decode, .judge = kind_judge,
};

static const struct backend brisk = {
	.kind = "brisk", .config_size = sizeof(struct kind_config), .facts_size = 1,
	.budget = { .most = 2, .window = 300 }, .asks = kind_asks,
	.prepare = kind_prepare, .decode = kind_decode, .judge = kind_judge,
};

static const struct backend unlimited = {
	.kind = "unlimited", .config_size = sizeof(struct kind_config), .facts_size = 1,
	.asks = kind_asks, .prepare = kind_prepare, .decode = kind_decode, .judge = kind_judge,
};

static struct loop *loop;
static struct prober *prober;
static struct httpd *httpd;
static struct kind_config configs[SOURCES];
static struct prober_source sources[SOURCES];
static int changes, done;
static char base[64];

static void on_changed(void *arg, size_t source, size_t ask)
{
	(void)arg;
	(void)source;
	(void)ask;
	changes++;
}

static void on_done(void *arg)
{
	(void)arg;
	done++;
}

static int setup(void **state)
{
	const struct httpd_rule rules[] = {
		{ .path = "/good", .body = str_of("{}") },
		{ .path = "/limited", .status = 429, .headers = "Retry-After: 600\r\n",
		  .body = str_of("{}") },
		{ .path = "/last", .headers = "X-Ratelimit-Remaining: 0\r\nX-Ratelimit-Reset: 600\r\n",
		  .body = str_of("{}") },
	};
	struct err err;

	(void)state;
	httpd = httpd_start(rules, ARRAY_LEN(rules), &err);
	loop = loop_new(&err);
	changes = done = 0;
	httpd_url(httpd, "", base, sizeof(base));
	for (size_t i = 0; i < SOURCES; i++) {
		configs[i] = (struct kind_config){
			.source = { .name = i ? "two" : "one", .url = base, .every = WHEN_HOUR },
			.asks = ASKS, .path = "/good",
		};
		sources[i] = (struct prober_source){ &limited, &configs[i] };
	}
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

static void make(size_t count)
{
	const struct prober_setup setup_of = {
		.loop = loop, .sources = sources, .count = count, .changed = on_changed,
	};

	prober = prober_new(&setup_of);
}

static void once(msec limit)
{
	done = 0;
	prober_once(prober, loop_now(loop).steady + limit, on_done, NULL);
	assert_true(pump(loop, &done, 1, LIMIT));
}

static const struct ask_view *view_of(size_t source, size_t ask)
{
	return &prober_probe(prober, source)->views[ask];
}

static bool is_held(size_t source, size_t ask)
{
	char why[BUDGET_TEXT];

	return probe_is_held(prober_probe(prober, source), ask, loop_now(loop), why);
}

static void two_sources_of_a_host_share_its_budget(void **state)
{
	size_t held = 0;

	(void)state;
	make(SOURCES);
	prober_start(prober);
	assert_true(pump(loop, &changes, 4, LIMIT));
	for (size_t i = 0; i < SOURCES; i++)
		for (size_t ask = 0; ask < ASKS; ask++)
			held += is_held(i, ask);
	assert_int_equal(held, 4);
	assert_int_equal(httpd_requests(httpd, NULL), 4);
}

static void a_source_without_a_rule_keeps_that_of_its_neighbour(void **state)
{
	(void)state;
	sources[0].backend = &unlimited;
	make(SOURCES);
	once(2000);
	assert_int_equal(httpd_requests(httpd, NULL), 4);
}

static void pressing_r_breaks_no_budget(void **state)
{
	(void)state;
	make(1);
	prober_start(prober);
	assert_true(pump(loop, &changes, 4, LIMIT));
	for (int i = 0; i < 20; i++) {
		prober_ask_all(prober);
		prober_drop_and_ask_all(prober);
		assert_false(pump(loop, &changes, 5, 10));
	}
	assert_int_equal(httpd_requests(httpd, NULL), 4);
	assert_true(is_held(0, 0));
}

static void what_waits_starts_when_there_is_room(void **state)
{
	(void)state;
	sources[0].backend = sources[1].backend = &brisk;
	make(SOURCES);
	prober_start(prober);
	assert_true(pump(loop, &changes, 2 * ASKS, LIMIT));
	assert_int_equal(httpd_requests(httpd, NULL), 2 * ASKS);
}

static void once_says_what_it_had_no_room_to_ask(void **state)
{
	size_t held = 0;

	(void)state;
	make(SOURCES);
	once(5000);
	assert_int_equal(httpd_requests(httpd, NULL), 4);
	assert_true(view_of(0, 0)->good && view_of(1, 0)->good);
	for (size_t i = 0; i < SOURCES; i++)
		for (size_t ask = 0; ask < ASKS; ask++) {
			const struct ask_view *view = view_of(i, ask);

			if (view->good)
				continue;
			held++;
			assert_int_equal(view->kind, REPLY_HELD);
			assert_non_null(strstr(view->error, "not asked: at most 4 requests in 15 s to "
							    "127.0.0.1:"));
			assert_non_null(strstr(view->error, "; --timeout 30s asks all"));
		}
	assert_int_equal(held, 4);
}

static void what_was_not_asked_is_unknown_and_no_time_out(void **state)
{
	char because[BECAUSE_TEXT];
	enum state is = STATE_OK;

	(void)state;
	make(SOURCES);
	once(5000);
	assert_true(outcome_judge(&prober_probe(prober, 1)->asks[3], view_of(1, 3), &is, because));
	assert_int_equal(is, STATE_UNKNOWN);
}

static void once_waits_for_room_within_its_time(void **state)
{
	(void)state;
	sources[0].backend = sources[1].backend = &brisk;
	make(SOURCES);
	once(LIMIT);
	for (size_t i = 0; i < SOURCES; i++)
		for (size_t ask = 0; ask < ASKS; ask++)
			assert_true(view_of(i, ask)->good);
}

static void once_asks_the_optional_ones_last_and_only_where_there_is_room(void **state)
{
	(void)state;
	configs[0].optional = 2;
	configs[1].asks = 1;
	make(SOURCES);
	once(5000);
	assert_true(view_of(0, 2)->good && view_of(0, 3)->good && view_of(1, 0)->good);
	assert_int_equal(view_of(0, 0)->good + view_of(0, 1)->good, 1);
	assert_false(view_of(0, 0)->answered && view_of(0, 1)->answered);
}

/* Three that must be asked, one that an answer makes necessary, and one that may be asked: a budget
 * of four has no room for it. */
static void once_an_optional_one_gives_way_to_what_an_answer_makes_necessary(void **state)
{
	(void)state;
	configs[0].asks = configs[0].optional = 1;
	configs[1].first_decides = true;
	make(SOURCES);
	once(5000);
	assert_int_equal(httpd_requests(httpd, NULL), 4);
	for (size_t ask = 0; ask < ASKS; ask++)
		assert_true(view_of(1, ask)->good);
	assert_false(view_of(0, 0)->answered);
}

static void once_an_optional_one_is_asked_where_the_rest_was_not_needed(void **state)
{
	(void)state;
	configs[0].asks = configs[0].optional = 1;
	configs[1].first_decides = true;
	configs[1].path = "/missing";
	make(SOURCES);
	once(5000);
	assert_false(view_of(1, ASKS - 1)->answered);
	assert_true(view_of(0, 0)->good);
}

/* The deep check of a health source: three others and a full window go before it. */
static void once_waits_also_for_what_an_answer_made_necessary(void **state)
{
	(void)state;
	sources[0].backend = sources[1].backend = &brisk;
	configs[1].first_decides = true;
	make(SOURCES);
	once(LIMIT);
	assert_true(view_of(1, ASKS - 1)->good);
}

static void once_tells_also_of_what_became_necessary_and_had_no_room(void **state)
{
	(void)state;
	configs[1].first_decides = true;
	make(SOURCES);
	once(3000);
	assert_true(view_of(1, 0)->good);
	assert_int_equal(view_of(1, ASKS - 1)->kind, REPLY_HELD);
}

/* Two of four have room, each time others: one that rejects is found sooner or later. */
static void once_none_of_several_alike_is_always_left_out(void **state)
{
	bool asked[ASKS] = { false };

	(void)state;
	configs[0].alike = true;
	configs[1].asks = 2;
	for (msec shift = 0; shift < ASKS; shift++) {
		loop_fix_wall(loop, 1000 + shift);
		make(SOURCES);
		once(5000);
		assert_true(view_of(1, 0)->good && view_of(1, 1)->good);
		for (size_t ask = 0; ask < ASKS; ask++)
			asked[ask] = asked[ask] || view_of(0, ask)->good;
		prober_free(prober);
		prober = NULL;
	}
	for (size_t ask = 0; ask < ASKS; ask++)
		assert_true(asked[ask]);
}

static void how_long_once_takes_is_known_before(void **state)
{
	static const struct {
		size_t asks, optional;
		msec time;
	} cases[] = { { 2, 0, 0 }, { 3, 0, 30000 }, { 4, 0, 30000 }, { 4, 2, 0 }, { 3, 1, 0 } };
	char why[BUDGET_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		configs[0].asks = configs[1].asks = cases[i].asks;
		configs[0].optional = configs[1].optional = cases[i].optional;
		make(SOURCES);
		assert_int_equal(prober_once_time(prober, why), cases[i].time);
		if (cases[i].time == 0)
			assert_string_equal(why, "");
		else
			assert_non_null(strstr(why, ", which is asked at most 4 times in 15 s"));
		prober_free(prober);
		prober = NULL;
	}
}

static void once_again_keeps_what_it_had_no_room_to_renew(void **state)
{
	(void)state;
	make(1);
	once(5000);
	once(1000);
	assert_int_equal(httpd_requests(httpd, NULL), 4);
	for (size_t ask = 0; ask < ASKS; ask++)
		assert_true(view_of(0, ask)->good);
}

static size_t count_good(void)
{
	size_t good = 0;

	for (size_t i = 0; i < SOURCES; i++)
		for (size_t ask = 0; ask < ASKS; ask++)
			good += view_of(i, ask)->good;
	return good;
}

/* A round has time for half of them; were the first ones first again, the others never came. */
static void once_again_asks_first_what_was_not_asked(void **state)
{
	(void)state;
	sources[0].backend = sources[1].backend = &brisk;
	make(SOURCES);
	for (int i = 0; i < 20 && (i == 0 || count_good() < SOURCES * ASKS); i++)
		once(600);
	assert_int_equal(count_good(), SOURCES * ASKS);
}

static void stops_asking(const char *path)
{
	sources[0].backend = &unlimited;
	configs[0].asks = 1;
	configs[0].path = path;
	make(1);
	prober_start(prober);
	assert_true(pump(loop, &changes, 1, LIMIT));
	for (int i = 0; i < 20; i++) {
		prober_ask_all(prober);
		assert_false(pump(loop, &changes, 2, 10));
	}
	assert_int_equal(httpd_requests(httpd, NULL), 1);
	assert_true(is_held(0, 0));
}

static void a_host_that_says_retry_after_is_left_alone(void **state)
{
	(void)state;
	stops_asking("/limited");
}

static void a_host_of_which_nothing_remains_is_left_alone(void **state)
{
	(void)state;
	stops_asking("/last");
}

/* libcurl repeats a request that a kept connection has lost: the server would see five. */
static void what_a_server_drops_is_not_sent_again(void **state)
{
	struct httpd_rule dropped = { .path = "/good", .mode = HTTPD_EMPTY };

	(void)state;
	configs[0].asks = 2;
	make(1);
	once(5000);
	assert_int_equal(httpd_connections(httpd), 2);
	httpd_set(httpd, &dropped);
	once(5000);
	assert_int_equal(httpd_requests(httpd, NULL), 4);
	assert_int_equal(view_of(0, 0)->kind, REPLY_RESET);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(two_sources_of_a_host_share_its_budget),
		T(a_source_without_a_rule_keeps_that_of_its_neighbour),
		T(pressing_r_breaks_no_budget),
		T(what_waits_starts_when_there_is_room),
		T(once_says_what_it_had_no_room_to_ask),
		T(what_was_not_asked_is_unknown_and_no_time_out),
		T(once_waits_for_room_within_its_time),
		T(once_asks_the_optional_ones_last_and_only_where_there_is_room),
		T(once_an_optional_one_gives_way_to_what_an_answer_makes_necessary),
		T(once_an_optional_one_is_asked_where_the_rest_was_not_needed),
		T(once_waits_also_for_what_an_answer_made_necessary),
		T(once_tells_also_of_what_became_necessary_and_had_no_room),
		T(once_none_of_several_alike_is_always_left_out),
		T(how_long_once_takes_is_known_before),
		T(once_again_keeps_what_it_had_no_room_to_renew),
		T(once_again_asks_first_what_was_not_asked),
		T(a_host_that_says_retry_after_is_left_alone),
		T(a_host_of_which_nothing_remains_is_left_alone),
		T(what_a_server_drops_is_not_sent_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
