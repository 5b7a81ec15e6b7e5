/*
 * test_app_exporter_backfill.c: which time the course of the signals is asked for, and when it is
 * known already.
 */
#include "app/exporter_backfill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/nights.h"

static msec at(const char *text)
{
	msec time = WHEN_NEVER;

	if (text && !when_parse(str_of(text), &time))
		fail_msg("%s is no time", text);
	return time;
}

static void the_window_is_from_an_hour_before_to_a_quarter_after(void **state)
{
	static const struct { const char *impact, *declared, *resolved, *now, *from, *until; } cases[] = {
		{ NULL, "2026-11-22T02:00:30Z", "2026-11-22T03:00:00Z", "2026-11-23T00:00:00Z",
		  "2026-11-22T01:00:00Z", "2026-11-22T03:15:00Z" },
		{ "2026-11-22T01:40:00Z", "2026-11-22T02:00:00Z", "2026-11-22T03:00:00Z",
		  "2026-11-23T00:00:00Z", "2026-11-22T00:40:00Z", "2026-11-22T03:15:00Z" },
		/* An impact that was said to begin later does not shorten it. */
		{ "2026-11-22T02:20:00Z", "2026-11-22T02:00:00Z", "2026-11-22T03:00:00Z",
		  "2026-11-23T00:00:00Z", "2026-11-22T01:00:00Z", "2026-11-22T03:15:00Z" },
		/* Nobody knows the future. */
		{ NULL, "2026-11-22T02:00:00Z", "2026-11-22T03:00:00Z", "2026-11-22T03:04:59Z",
		  "2026-11-22T01:00:00Z", "2026-11-22T03:04:00Z" },
		{ NULL, "2026-11-22T02:00:00Z", NULL, "2026-11-22T02:30:10Z",
		  "2026-11-22T01:00:00Z", "2026-11-22T02:30:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct incident incident;
		struct window window;

		incident_init(&incident);
		incident.declared_at = at(cases[i].declared);
		incident.milestones[MILESTONE_IMPACT_STARTED].at = at(cases[i].impact);
		incident.milestones[MILESTONE_RESOLVED].at = at(cases[i].resolved);
		window = backfill_window(&incident, at(cases[i].now));
		if (window.from != at(cases[i].from) || window.until != at(cases[i].until))
			fail_msg("case %zu: %lld to %lld", i, (long long)window.from,
				 (long long)window.until);
		incident_done(&incident);
	}
}

static void a_window_is_recorded_when_one_recording_covers_it(void **state)
{
	static const struct { const char *from, *until; bool recorded; } cases[] = {
		{ "2026-11-22T01:00:00Z", "2026-11-22T03:00:00Z", true },
		{ "2026-11-22T01:30:00Z", "2026-11-22T02:00:00Z", true },
		{ "2026-11-22T00:59:00Z", "2026-11-22T03:00:00Z", false },
		{ "2026-11-22T01:00:00Z", "2026-11-22T03:01:00Z", false },
	};
	struct night night;

	(void)state;
	night_begin(&night, "7k3f9q");
	night_tell(&night, &(struct night_event){
		.at = at("2026-11-22T02:00:00Z"), .rec = WHEN_NEVER, .kind = EVENT_INCIDENT_DECLARED,
		.data = "{\"title\":\"x\",\"severity\":1,\"type\":\"outage\"}" });
	/* The hour before a declaration is recorded without its times: it covers nothing. */
	night_tell(&night, &(struct night_event){
		.at = at("2026-11-22T02:01:00Z"), .rec = WHEN_NEVER, .src = SRC_IMPORT,
		.kind = EVENT_SIGNALS_RECORDED, .data = "{\"sha256\":\"00\"}" });
	assert_false(backfill_recorded(night.history, &(struct window){
		at("2026-11-22T01:30:00Z"), at("2026-11-22T02:00:00Z") }));
	night_tell(&night, &(struct night_event){
		.at = at("2026-11-22T04:00:00Z"), .rec = WHEN_NEVER, .src = SRC_IMPORT,
		.kind = EVENT_SIGNALS_RECORDED,
		.data = "{\"sha256\":\"01\",\"when\":\"2026-11-22T01:00:00Z\","
			"\"until\":\"2026-11-22T03:00:00Z\"}" });
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct window window = { at(cases[i].from), at(cases[i].until) };

		if (backfill_recorded(night.history, &window) != cases[i].recorded)
			fail_msg("case %zu", i);
	}
	history_free(night.history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_window_is_from_an_hour_before_to_a_quarter_after),
		cmocka_unit_test(a_window_is_recorded_when_one_recording_covers_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
