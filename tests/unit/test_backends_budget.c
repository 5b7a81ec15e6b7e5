/*
 * How often a host is asked: tables of places and limits, then whole days of virtual time in which
 * the schedule and the budgets are at work together, as in io/prober, and a host counts what it
 * sees.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/horizon.h"
#include "backends/kinds.h"
#include "backends/probe.h"
#include "base/mem.h"

static const struct budget_rule four = { .most = 4, .window = 15 * WHEN_SECOND };

static struct budget budget_of(struct budget_rule rule)
{
	struct budget budget = { .origin = "http://127.0.0.1:3000" };

	budget_allow(&budget, rule);
	return budget;
}

static struct reply answer(int status)
{
	return (struct reply){
		.kind = REPLY_ANSWER, .status = status, .date = WHEN_NEVER,
		.retry_after = WHEN_NEVER, .rate_remaining = -1, .rate_reset = WHEN_NEVER,
	};
}

static void an_origin_is_scheme_host_and_port(void **state)
{
	static const struct {
		const char *url, *origin;
	} cases[] = {
		{ "http://127.0.0.1:3000", "http://127.0.0.1:3000" },
		{ "http://127.0.0.1:3000/api/v1/profile?x=http://y:1/", "http://127.0.0.1:3000" },
		{ "HTTPS://Horizon.Example", "https://horizon.example:443" },
		{ "https://horizon.example/", "https://horizon.example:443" },
		{ "http://app.test", "http://app.test:80" },
		{ "http://[::1]", "http://[::1]:80" },
		{ "http://[::1]:8000/x", "http://[::1]:8000" },
		{ "", "://" },
	};
	char origin[BUDGET_ORIGIN];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		budget_origin(str_of(cases[i].url), origin);
		assert_string_equal(origin, cases[i].origin);
	}
}

static void without_a_rule_there_is_always_room(void **state)
{
	struct budget budget = budget_of((struct budget_rule){ 0 });

	(void)state;
	for (msec now = 1; now < 1000; now++) {
		assert_int_equal(budget_free_at(&budget, now), now);
		(void)budget_start(&budget, now);
	}
}

static void a_place_is_taken_until_a_window_after_its_end(void **state)
{
	struct budget budget = budget_of(four);
	size_t places[4];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(budget_free_at(&budget, 1000), 1000);
		places[i] = budget_start(&budget, 1000);
	}
	assert_int_equal(budget_free_at(&budget, 1000), WHEN_NEVER);
	assert_int_equal(budget_free_at(&budget, 1000000), WHEN_NEVER);
	budget_end(&budget, places[2], 9000);
	assert_int_equal(budget_free_at(&budget, 9000), 24100);
	budget_end(&budget, places[0], 1500);
	assert_int_equal(budget_free_at(&budget, 9000), 16600);
	assert_int_equal(budget_free_at(&budget, 16600), 16600);
}

static void what_was_not_sent_takes_no_place(void **state)
{
	struct budget budget = budget_of(four);

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		assert_int_equal(budget_free_at(&budget, 1000), 1000);
		budget_unsent(&budget, budget_start(&budget, 1000));
	}
}

static void every_rule_holds(void **state)
{
	struct budget budget = budget_of(four);
	size_t place;

	(void)state;
	budget_allow(&budget, (struct budget_rule){ .most = 2, .window = WHEN_SECOND });
	budget_allow(&budget, four);
	assert_int_equal(budget.rule_count, 2);
	for (msec now = 1000; now < 4000; now += 2000) {
		for (size_t i = 0; i < 2; i++) {
			assert_int_equal(budget_free_at(&budget, now), now);
			place = budget_start(&budget, now);
			budget_end(&budget, place, now);
		}
		assert_true(budget_free_at(&budget, now) > now);
	}
	assert_int_equal(budget_free_at(&budget, 5000), 16100);
}

/* What an answer says of the host's own limit, and when the next request may start. */
static const struct {
	int status;
	long remaining;
	msec reset, retry;
	msec free_at;		/* after an answer at 1000 */
	const char *word;
} limits[] = {
	{ 200, -1, WHEN_NEVER, WHEN_NEVER, 1000, "" },
	{ 200, 99, 60000, WHEN_NEVER, 1000, "" },
	{ 200, 0, 56000, WHEN_NEVER, 57000, "left alone for another 56 s" },
	{ 200, 0, WHEN_NEVER, WHEN_NEVER, 61000, "left alone for another 60 s" },
	{ 200, 9, 100000, WHEN_NEVER, 11000, "one request in 10 s" },
	{ 200, 9, WHEN_NEVER, WHEN_NEVER, 1000, "" },
	{ 429, -1, WHEN_NEVER, 17000, 18000, "left alone for another 17 s" },
	{ 429, 0, 56000, 60000, 61000, "left alone for another 60 s" },
	{ 429, -1, WHEN_NEVER, WHEN_DAY, 601000, "another 600 s" },
	{ 429, -1, WHEN_NEVER, WHEN_NEVER, 1000, "" },
	{ 503, -1, WHEN_NEVER, 30000, 1000, "" },	/* that ask alone waits: probe.h */
};

static void what_the_host_says_of_its_limit_is_heeded(void **state)
{
	char text[BUDGET_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		struct budget budget = budget_of((struct budget_rule){ 0 });
		struct reply reply = answer(limits[i].status);

		reply.rate_remaining = limits[i].remaining;
		reply.rate_reset = limits[i].reset;
		reply.retry_after = limits[i].retry;
		(void)budget_start(&budget, 1000);
		budget_heed(&budget, &reply, 1000);
		budget_say(&budget, 1000, text);
		if (budget_free_at(&budget, 1000) != limits[i].free_at ||
		    !strstr(text, limits[i].word))
			fail_msg("case %zu: %lld, '%s'", i,
				 (long long)budget_free_at(&budget, 1000), text);
	}
}

static void what_little_remains_is_spread_until_it_is_full_again(void **state)
{
	struct budget budget = budget_of((struct budget_rule){ 0 });
	struct reply reply = answer(200);
	unsigned asked = 0;

	(void)state;
	reply.rate_remaining = 9;
	reply.rate_reset = 100000;
	(void)budget_start(&budget, 1000);
	budget_heed(&budget, &reply, 1000);
	for (msec now = 1000; now < 101000; now += 100) {
		if (budget_free_at(&budget, now) != now)
			continue;
		(void)budget_start(&budget, now);
		asked++;
	}
	assert_int_equal(asked, 9);
	assert_int_equal(budget_free_at(&budget, 101000), 101000);
}

static void the_sentence_names_the_rule_and_the_host(void **state)
{
	struct budget budget = budget_of(four);
	char text[BUDGET_TEXT];

	(void)state;
	budget_say(&budget, 1000, text);
	assert_string_equal(text, "");
	for (size_t i = 0; i < 4; i++)
		(void)budget_start(&budget, 1000);
	budget_say(&budget, 1000, text);
	assert_string_equal(text, "at most 4 requests in 15 s to 127.0.0.1:3000");
}

/* --- days of virtual time --------------------------------------------------------------------- */

enum { SEEN_MAX = 200000, PROBES = 3, FLIGHTS = PROBES * PROBE_ASKS };

struct play_config {
	struct source_config source;
	size_t asks;
	msec every;
};

static uint32_t dice;

static uint32_t roll(uint32_t sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 17;
	dice ^= dice << 5;
	return dice % sides;
}

static size_t play_asks(const void *arg, struct ask *out, size_t max)
{
	static const char *const names[] = { "a", "b", "c", "d" };
	const struct play_config *config = arg;

	assert_true(config->asks <= max);
	for (size_t i = 0; i < config->asks; i++)
		out[i] = (struct ask){ .name = names[i], .what = names[i], .via = ASK_HTTP,
				       .index = (unsigned)i, .every = config->every,
				       .timeout = 8 * WHEN_SECOND };
	return config->asks;
}

static bool play_prepare(const struct look *look, size_t ask, struct request *out)
{
	(void)look;
	(void)ask;
	(void)out;
	return true;
}

/* Bad, good, or one more page, as the dice fall. */
static enum decoded play_decode(const struct ask *ask, const struct reply *reply,
				const void *config, void *facts, char why[200])
{
	(void)ask;
	(void)reply;
	(void)config;
	(void)facts;
	(void)why;
	switch (roll(8)) {
	case 0:
		return DECODED_BAD;
	case 1:
		return DECODED_MORE;
	default:
		return DECODED_GOOD;
	}
}

static const struct backend play_kind = {
	.kind = "play", .config_size = sizeof(struct play_config), .facts_size = 1,
	.asks = play_asks, .prepare = play_prepare, .decode = play_decode,
};

struct under_way {
	bool is;
	struct next_ask ask;
	msec seen_at, ends_at;
	bool seen;
};

struct play {
	struct budget host;
	struct probe probes[PROBES];
	struct probe *list[PROBES];
	size_t count;
	struct under_way flights[FLIGHTS];
	msec *seen;			/* when the host saw a request, in order */
	size_t seen_count;
	msec now;
};

static struct now now_of(const struct play *play)
{
	return (struct now){ .wall = play->now, .steady = play->now };
}

static void start_one(struct play *play, struct next_ask next)
{
	static const msec times[] = { 0, 40, 700, 2900, 8000 };
	struct under_way *flight = play->flights;
	msec took = times[roll(ARRAY_LEN(times))];

	while (flight->is)
		flight++;
	probe_started(&play->probes[next.probe], next.ask, now_of(play));
	*flight = (struct under_way){
		.is = true, .ask = next, .ends_at = play->now + took,
		.seen_at = play->now + (msec)roll((uint32_t)took + 1),
	};
}

static void land_one(struct play *play, struct under_way *flight)
{
	static const enum reply_kind kinds[] = { REPLY_ANSWER, REPLY_ANSWER, REPLY_ANSWER,
						 REPLY_RESET, REPLY_TIMEOUT, REPLY_REFUSED };
	struct probe *probe = &play->probes[flight->ask.probe];
	struct reply reply = answer(200);

	reply.kind = kinds[roll(ARRAY_LEN(kinds))];
	reply.at = play->now;
	flight->is = false;
	probe_ended(probe, flight->ask.ask, &reply, now_of(play));
	probe_take(probe, flight->ask.ask, &reply, now_of(play));
}

/* What the host sees, and what ends. */
static void pass_flights(struct play *play)
{
	for (size_t i = 0; i < FLIGHTS; i++) {
		struct under_way *flight = &play->flights[i];

		if (flight->is && !flight->seen && flight->seen_at <= play->now) {
			assert_true(play->seen_count < SEEN_MAX);
			flight->seen = true;
			play->seen[play->seen_count++] = play->now;
		}
		if (flight->is && flight->ends_at <= play->now)
			land_one(play, flight);
	}
}

/* SIGCONT, or a lid opened: what was under way is dropped and everything asked again. */
static void wake_up(struct play *play)
{
	for (size_t i = 0; i < FLIGHTS; i++) {
		struct under_way *flight = &play->flights[i];
		struct probe *probe = &play->probes[flight->ask.probe];

		if (!flight->is)
			continue;
		flight->is = false;
		probe_ended(probe, flight->ask.ask, NULL, now_of(play));
		probe_skipped(probe, flight->ask.ask, now_of(play));
	}
	for (size_t i = 0; i < play->count; i++)
		probe_all_now(&play->probes[i], now_of(play));
}

static void disturb(struct play *play)
{
	if (roll(300) == 0)		/* r, about every half minute */
		for (size_t i = 0; i < play->count; i++)
			probe_all_now(&play->probes[i], now_of(play));
	if (roll(6000) == 0) {
		play->now += (msec)roll(60000);
		wake_up(play);
	}
}

static void run_play(struct play *play, msec until)
{
	struct next_ask next;
	msec wake;

	for (; play->now < until; play->now += 100) {
		pass_flights(play);
		disturb(play);
		while (probe_next_of(play->list, play->count, now_of(play), &next, &wake))
			start_one(play, next);
	}
}

static void set_play(struct play *play, const struct play_config *configs, size_t count,
		     struct budget_rule rule)
{
	play->now = 1000;
	play->count = count;
	play->seen = mem_array(SEEN_MAX, sizeof(*play->seen));
	play->host = budget_of(rule);
	for (size_t i = 0; i < count; i++) {
		probe_init(&play->probes[i], &play_kind, &configs[i], now_of(play));
		play->list[i] = &play->probes[i];
		for (size_t ask = 0; ask < configs[i].asks; ask++)
			play->probes[i].hosts[ask] = &play->host;
	}
}

static void end_play(struct play *play)
{
	for (size_t i = 0; i < play->count; i++)
		probe_done(&play->probes[i]);
	mem_free(play->seen);
}

/* The most that the host saw in any window of this length. */
static size_t most_in(const struct play *play, msec window)
{
	size_t most = 0, first = 0;

	for (size_t i = 0; i < play->seen_count; i++) {
		while (play->seen[i] - play->seen[first] >= window)
			first++;
		if (i - first + 1 > most)
			most = i - first + 1;
	}
	return most;
}

/* How often three asks of one source and four of another are planned under the rule of four. */
static const struct {
	msec first, second;		/* as configured */
	msec fit_first, fit_second;	/* as planned */
} fits[] = {
	{ 15000, 60000, 15000, 60000 },
	{ 2000, 60000, 15000, 60000 },
	{ 2000, 2000, 26300, 26300 },
	{ 60000, 2000, 60000, 18500 },
};

static void no_ask_is_planned_more_often_than_all_have_room(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fits); i++) {
		const struct play_config configs[] = {
			{ .source = { .name = "api" }, .asks = 3, .every = fits[i].first },
			{ .source = { .name = "jwt" }, .asks = 4, .every = fits[i].second },
		};
		struct play *play = mem_new(sizeof(*play));

		set_play(play, configs, ARRAY_LEN(configs), four);
		probe_fit(play->list, play->count, &play->host);
		assert_int_equal(play->probes[0].asks[0].every, fits[i].fit_first);
		assert_int_equal(play->probes[1].asks[3].every, fits[i].fit_second);
		end_play(play);
		mem_free(play);
	}
}

static void no_window_of_a_day_sees_more_than_four(void **state)
{
	static const struct play_config configs[] = {
		{ .source = { .name = "api" }, .asks = 3, .every = 15 * WHEN_SECOND },
		{ .source = { .name = "jwt" }, .asks = 4, .every = WHEN_MINUTE },
		{ .source = { .name = "again" }, .asks = 3, .every = 15 * WHEN_SECOND },
	};

	(void)state;
	for (uint32_t seed = 1; seed <= 3; seed++) {
		struct play *play = mem_new(sizeof(*play));

		dice = seed * 7919;
		set_play(play, configs, ARRAY_LEN(configs), four);
		run_play(play, WHEN_DAY);
		assert_int_equal(most_in(play, four.window), 4);
		assert_true(play->seen_count > 9000);
		end_play(play);
		mem_free(play);
	}
}

static void nobody_starves_although_the_places_are_too_few(void **state)
{
	static const struct play_config configs[] = {
		{ .source = { .name = "greedy" }, .asks = 4, .every = WHEN_SECOND },
		{ .source = { .name = "modest" }, .asks = 1, .every = WHEN_MINUTE },
	};
	struct play *play = mem_new(sizeof(*play));
	const struct probe *modest = &play->probes[1];
	msec longest = 0;

	(void)state;
	dice = 4711;
	set_play(play, configs, ARRAY_LEN(configs), four);
	for (msec until = 2000; until < 4 * WHEN_HOUR; until += 1000) {
		msec waits = modest->due[0] == WHEN_NEVER ? 0 : play->now - modest->due[0];

		run_play(play, until);
		longest = waits > longest ? waits : longest;
	}
	/* A minute asleep, then two rounds of all places at their slowest. */
	assert_true(longest <= WHEN_MINUTE + 2 * (8 + 15) * WHEN_SECOND);
	end_play(play);
	mem_free(play);
}

static void a_horizon_sees_well_under_3600_in_any_hour(void **state)
{
	static const struct play_config config = {
		.source = { .name = "horizon" }, .asks = 3, .every = WHEN_SECOND,
	};
	struct play *play = mem_new(sizeof(*play));

	(void)state;
	dice = 31337;
	set_play(play, &config, 1, horizon_backend.budget);
	run_play(play, WHEN_DAY);
	assert_true(most_in(play, WHEN_HOUR) <= 3010);
	assert_true(most_in(play, WHEN_HOUR) > 500);
	end_play(play);
	mem_free(play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_origin_is_scheme_host_and_port),
		cmocka_unit_test(without_a_rule_there_is_always_room),
		cmocka_unit_test(a_place_is_taken_until_a_window_after_its_end),
		cmocka_unit_test(what_was_not_sent_takes_no_place),
		cmocka_unit_test(every_rule_holds),
		cmocka_unit_test(what_the_host_says_of_its_limit_is_heeded),
		cmocka_unit_test(what_little_remains_is_spread_until_it_is_full_again),
		cmocka_unit_test(the_sentence_names_the_rule_and_the_host),
		cmocka_unit_test(no_ask_is_planned_more_often_than_all_have_room),
		cmocka_unit_test(no_window_of_a_day_sees_more_than_four),
		cmocka_unit_test(nobody_starves_although_the_places_are_too_few),
		cmocka_unit_test(a_horizon_sees_well_under_3600_in_any_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
