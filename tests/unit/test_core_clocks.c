/* When updates are owed: by severity and promise, after clock steps, hours without a look. */
#include "core/clocks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/incidents.h"
#include "tests/lib/owed.h"

#define MIN WHEN_MINUTE

struct rig {
	struct policy policy;
	struct incident *incident;
	struct owed_look look;
	msec start;
};

static int build(void **state)
{
	struct rig *rig = mem_new(sizeof(*rig));

	policy_default(&rig->policy);
	rig->start = incidents_start();
	rig->incident = incidents_declared(1, rig->start);
	incidents_seat(rig->incident, SEAT_COMMANDER, "ana", rig->start);
	*state = rig;
	return 0;
}

static int drop(void **state)
{
	struct rig *rig = *state;

	incidents_free(rig->incident);
	mem_free(rig);
	return 0;
}

/* A new incident of this severity, announced at once. */
static void begin(struct rig *rig, unsigned severity)
{
	incidents_free(rig->incident);
	rig->incident = incidents_declared(severity, rig->start);
	incidents_send(rig->incident, "announce", NULL, rig->start, WHEN_NEVER);
}

static const struct owed *row_at(struct rig *rig, enum owed_kind kind, msec after)
{
	owed_look(&rig->look, rig->incident, &rig->policy, rig->start + after);
	return owed_find(&rig->look, kind);
}

static void the_announcement_is_owed_from_the_declaration_on_and_stands_first(void **state)
{
	struct rig *rig = *state;
	const struct owed *row = row_at(rig, OWED_ANNOUNCE, 0);

	incidents_fire(rig->incident, "IndexerDown", rig->start);
	assert_non_null(row);
	assert_true(row->prompt);
	assert_false(row->overdue);
	assert_true(row->due_at == rig->start);
	assert_string_equal(row->text, "announce SEV1: Indexer down");
	row = row_at(rig, OWED_ANNOUNCE, 29 * MIN);
	assert_true(row == &rig->look.rows[0]);
	assert_false(row->overdue);
	row = row_at(rig, OWED_ANNOUNCE, 30 * MIN);
	assert_true(row == &rig->look.rows[0]);
	assert_true(row->overdue);
	assert_null(owed_find(&rig->look, OWED_UPDATE));
}

static void the_announcement_is_settled_by_the_first_update(void **state)
{
	struct rig *rig = *state;

	begin(rig, 1);
	assert_null(row_at(rig, OWED_ANNOUNCE, 0));
	assert_non_null(owed_find(&rig->look, OWED_UPDATE));
}

static void an_update_is_due_after_15_and_late_after_30_minutes(void **state)
{
	static const struct {
		unsigned severity;
		msec after;
		bool owed, prompt, overdue;
	} cases[] = {
		{ 1, 0, true, false, false }, { 1, 15 * MIN - 1, true, false, false },
		{ 1, 15 * MIN, true, true, false }, { 1, 30 * MIN - 1, true, true, false },
		{ 1, 30 * MIN, true, true, true }, { 2, 15 * MIN, true, true, false },
		{ 2, 30 * MIN, true, true, true }, { 1, 30 * WHEN_DAY, true, true, true },
		{ 3, 0, false, false, false }, { 3, 9 * WHEN_HOUR, false, false, false },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct owed *row;

		begin(rig, cases[i].severity);
		row = row_at(rig, OWED_UPDATE, cases[i].after);
		assert_int_equal(row != NULL, cases[i].owed);
		if (!row)
			continue;
		assert_true(row->due_at == rig->start + 15 * MIN);
		assert_int_equal(row->prompt, cases[i].prompt);
		assert_int_equal(row->overdue, cases[i].overdue);
	}
}

static void an_own_setting_of_sev3_is_kept(void **state)
{
	struct rig *rig = *state;

	begin(rig, 3);
	rig->policy.sev[3].update_every = 60 * MIN;
	assert_true(row_at(rig, OWED_UPDATE, 60 * MIN)->prompt);
	assert_false(row_at(rig, OWED_UPDATE, 9 * WHEN_HOUR)->overdue);
	rig->policy.sev[3].update_overdue = 120 * MIN;
	assert_true(row_at(rig, OWED_UPDATE, 120 * MIN)->overdue);
}

static void a_promise_is_the_deadline_when_it_is_earlier(void **state)
{
	static const struct {
		unsigned severity;
		msec promise, due, overdue;
	} cases[] = {
		{ 1, 5 * MIN, 5 * MIN, 5 * MIN }, { 1, 20 * MIN, 15 * MIN, 20 * MIN },
		{ 1, 60 * MIN, 15 * MIN, 30 * MIN }, { 3, 60 * MIN, 60 * MIN, 60 * MIN },
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		begin(rig, cases[i].severity);
		incidents_send(rig->incident, "update", NULL, rig->start,
			       rig->start + cases[i].promise);
		assert_true(row_at(rig, OWED_UPDATE, 0)->due_at == rig->start + cases[i].due);
		assert_false(row_at(rig, OWED_UPDATE, cases[i].overdue - 1)->overdue);
		assert_true(row_at(rig, OWED_UPDATE, cases[i].overdue)->overdue);
	}
}

static void a_promise_is_named_with_its_time_in_utc(void **state)
{
	struct rig *rig = *state;

	begin(rig, 1);
	incidents_send(rig->incident, "update", NULL, rig->start, rig->start + 5 * MIN);
	assert_string_equal(row_at(rig, OWED_UPDATE, 0)->text, "update for SEV1, promised 02:01Z");
}

static void a_rise_of_severity_shortens_the_running_deadline_at_once(void **state)
{
	struct rig *rig = *state;

	begin(rig, 3);
	incidents_severity(rig->incident, 1, rig->start + 4 * MIN);
	assert_true(row_at(rig, OWED_UPDATE, 4 * MIN)->due_at == rig->start + 15 * MIN);
}

static void a_rise_makes_nothing_late_that_was_not_owed(void **state)
{
	struct rig *rig = *state;
	const struct owed *row;

	begin(rig, 3);
	incidents_severity(rig->incident, 1, rig->start + 3 * WHEN_HOUR);
	row = row_at(rig, OWED_UPDATE, 3 * WHEN_HOUR);
	assert_true(row->due_at == rig->start + 3 * WHEN_HOUR);
	assert_true(row->prompt);
	assert_false(row->overdue);
	assert_true(row_at(rig, OWED_UPDATE, 3 * WHEN_HOUR + 15 * MIN)->overdue);
}

static void a_fall_of_severity_never_lengthens_the_running_interval(void **state)
{
	struct rig *rig = *state;
	const struct owed *row;

	begin(rig, 1);
	incidents_severity(rig->incident, 3, rig->start + 4 * MIN);
	row = row_at(rig, OWED_UPDATE, 16 * MIN);
	assert_non_null(row);
	assert_true(row->due_at == rig->start + 15 * MIN);
	assert_true(row_at(rig, OWED_UPDATE, 31 * MIN)->overdue);
	incidents_send(rig->incident, "update", NULL, rig->start + 31 * MIN, WHEN_NEVER);
	assert_null(row_at(rig, OWED_UPDATE, 9 * WHEN_HOUR));
}

static void a_fall_and_a_rise_within_one_interval_do_not_begin_it_anew(void **state)
{
	struct rig *rig = *state;

	begin(rig, 1);
	incidents_severity(rig->incident, 2, rig->start + 16 * MIN);
	incidents_severity(rig->incident, 1, rig->start + 20 * MIN);
	assert_true(row_at(rig, OWED_UPDATE, 20 * MIN)->due_at == rig->start + 15 * MIN);
}

static void a_snooze_moves_the_prompt_and_its_lateness_and_says_why(void **state)
{
	struct rig *rig = *state;
	const struct owed *row;

	begin(rig, 1);
	rig->incident->cadence.snoozed_t = rig->start + 40 * MIN;
	str_put(rig->incident->cadence.snoozed_because, BECAUSE_TEXT, "on the phone with them");
	row = row_at(rig, OWED_UPDATE, 35 * MIN);
	assert_false(row->prompt);
	assert_false(row->overdue);
	assert_string_equal(row->text, "update for SEV1, snoozed: on the phone with them");
	assert_true(row_at(rig, OWED_UPDATE, 40 * MIN)->overdue);
}

static void nothing_is_owed_to_readers_once_it_is_resolved_but_the_resolution(void **state)
{
	struct rig *rig = *state;
	msec resolved = rig->start + 40 * MIN;
	const struct owed *row;

	begin(rig, 1);
	incidents_status(rig->incident, INCIDENT_RESOLVED, resolved);
	row = row_at(rig, OWED_UPDATE, 41 * MIN);
	assert_string_equal(row->text, "announce the resolution of SEV1");
	assert_true(row->due_at == resolved);
	assert_true(row->prompt);
	assert_true(clocks_next_update(rig->incident, &rig->policy) == resolved);
	assert_true(clocks_update_due(&rig->look.in) == WHEN_NEVER);
	incidents_send(rig->incident, "resolution", NULL, resolved + MIN, WHEN_NEVER);
	assert_null(row_at(rig, OWED_UPDATE, 90 * MIN));
	assert_true(clocks_next_update(rig->incident, &rig->policy) == WHEN_NEVER);
}

/* --- prompts -------------------------------------------------------------------------------- */

/* What the engine does at each look: records every prompt that is due. Returns how many. */
static size_t record_prompts(struct rig *rig, msec wall, msec last[1])
{
	size_t count = 0;
	msec due;

	owed_look(&rig->look, rig->incident, &rig->policy, wall);
	while ((due = clocks_update_due(&rig->look.in)) != WHEN_NEVER) {
		assert_true(due <= wall);
		assert_true(count == 0 || due > *last);
		rig->incident->cadence.due_t = incident_scale(rig->incident, rig->look.in.origin, due);
		*last = due;
		count++;
		assert_true(count < 1000);
	}
	return count;
}

static void each_due_update_has_one_prompt_however_rarely_anybody_looks(void **state)
{
	static const msec every[] = { WHEN_SECOND, 7 * MIN, 15 * MIN, 40 * MIN, 5 * WHEN_HOUR };
	struct rig *rig = *state;

	for (size_t i = 0; i < ARRAY_LEN(every); i++) {
		size_t count = 0;
		msec last = 0, end = 10 * WHEN_HOUR;

		begin(rig, 1);
		for (msec after = 0; after <= end; after += every[i])
			count += record_prompts(rig, rig->start + after, &last);
		count += record_prompts(rig, rig->start + end, &last);
		assert_int_equal(count, 40);
		assert_true(last == rig->start + end);
	}
}

static void a_suspend_of_40_minutes_leaves_one_row_and_no_prompt_out(void **state)
{
	struct rig *rig = *state;
	msec last = 0;

	begin(rig, 1);
	for (msec after = 0; after < 12 * MIN; after += WHEN_SECOND)
		assert_int_equal(record_prompts(rig, rig->start + after, &last), 0);
	assert_int_equal(record_prompts(rig, rig->start + 52 * MIN, &last), 3);
	assert_int_equal(owed_count(&rig->look, OWED_UPDATE), 1);
	assert_true(owed_find(&rig->look, OWED_UPDATE)->overdue);
	assert_int_equal(record_prompts(rig, rig->start + 52 * MIN, &last), 0);
}

static void the_prompt_of_a_promise_without_a_cadence_comes_once(void **state)
{
	struct rig *rig = *state;
	msec last = 0;

	begin(rig, 3);
	incidents_send(rig->incident, "update", NULL, rig->start, rig->start + 20 * MIN);
	assert_int_equal(record_prompts(rig, rig->start + 9 * WHEN_HOUR, &last), 1);
	assert_true(last == rig->start + 20 * MIN);
}

static void a_snooze_after_the_prompt_prompts_again_at_its_end(void **state)
{
	struct rig *rig = *state;
	msec last = 0;

	begin(rig, 1);
	assert_int_equal(record_prompts(rig, rig->start + 16 * MIN, &last), 1);
	rig->incident->cadence.snoozed_t = rig->start + 25 * MIN;
	assert_int_equal(record_prompts(rig, rig->start + 24 * MIN, &last), 0);
	assert_int_equal(record_prompts(rig, rig->start + 26 * MIN, &last), 1);
	assert_true(last == rig->start + 25 * MIN);
}

/* --- the wall clock ------------------------------------------------------------------------- */

static void set_forward(struct rig *rig, msec by)
{
	struct incident *incident = rig->incident;

	incident->writers = mem_grow(incident->writers, &incident->writer_cap, 1,
				     sizeof(*incident->writers));
	incident->writer_count = 1;
	incident->writers[0] = (struct writer){ .stepped = by };
	str_put(incident->writers[0].origin, ORIGIN_TEXT, "aaaaaaaaaaaaaaaa");
}

static void a_step_of_the_wall_clock_moves_no_deadline(void **state)
{
	static const msec steps[] = { WHEN_HOUR, -WHEN_HOUR, WHEN_DAY, -WHEN_DAY, 1500, -1500 };
	struct rig *rig = *state;

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		msec now = rig->start + 14 * MIN, last = 0;
		const struct owed *row;

		begin(rig, 1);
		set_forward(rig, steps[i]);
		owed_look(&rig->look, rig->incident, &rig->policy, now + steps[i]);
		row = owed_find(&rig->look, OWED_UPDATE);
		assert_true(row->due_t == rig->start + 15 * MIN);
		assert_true(row->due_at - rig->look.in.wall == MIN);
		assert_false(row->prompt);
		assert_int_equal(record_prompts(rig, now + steps[i], &last), 0);
		assert_int_equal(record_prompts(rig, now + MIN + steps[i], &last), 1);
		assert_true(last == rig->start + 15 * MIN + steps[i]);
		assert_true(owed_find(&rig->look, OWED_UPDATE)->prompt);
	}
}

static void midnight_and_summer_time_are_minutes_like_all_others(void **state)
{
	static const struct {
		const char *declared, *text;
	} cases[] = {
		{ "2026-11-21T23:50:00Z", "update for SEV1, promised 00:05Z" },
		{ "2026-10-25T00:50:00Z", "update for SEV1, promised 01:05Z" },
		{ "2026-03-29T00:50:00Z", "update for SEV1, promised 01:05Z" },
		{ "2026-12-31T23:50:00Z", "update for SEV1, promised 00:05Z" },
	};
	struct rig *rig = *state;

	assert_int_equal(setenv("TZ", "Europe/Berlin", 1), 0);
	tzset();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct owed *row;

		assert_true(when_parse(str_of(cases[i].declared), &rig->start));
		begin(rig, 1);
		incidents_send(rig->incident, "update", NULL, rig->start, rig->start + 15 * MIN);
		row = row_at(rig, OWED_UPDATE, 15 * MIN - 1);
		assert_string_equal(row->text, cases[i].text);
		assert_false(row->prompt);
		assert_true(row_at(rig, OWED_UPDATE, 15 * MIN)->prompt);
	}
	unsetenv("TZ");
	tzset();
}

/* --- waking up ------------------------------------------------------------------------------ */

static unsigned look_of(struct rig *rig, msec after)
{
	unsigned sum = 0;

	owed_look(&rig->look, rig->incident, &rig->policy, rig->start + after);
	for (size_t i = 0; i < rig->look.count; i++) {
		const struct owed *row = &rig->look.rows[i];

		sum += (1 + (unsigned)row->prompt + 2 * (unsigned)row->overdue) * (row->kind + 7U);
	}
	return sum;
}

static void nothing_changes_its_look_between_two_wakings(void **state)
{
	struct rig *rig = *state;
	msec wake = 0, changes = 0;
	unsigned before;

	begin(rig, 1);
	incidents_fire(rig->incident, "IndexerDown", rig->start + MIN);
	incidents_track(rig->incident, LIST_ASKS, "check the WAL archive", "bo",
			rig->start + 7 * MIN);
	rig->policy.escalations[0] = (struct escalation){ "infra", "+49 30 1", 25 * MIN, 2 };
	rig->policy.escalation_count = 1;
	before = look_of(rig, 0);
	wake = clocks_next_change(&rig->look.in) - rig->start;
	for (msec after = WHEN_SECOND; after <= 2 * WHEN_HOUR; after += WHEN_SECOND) {
		unsigned now = look_of(rig, after);

		if (now != before) {
			assert_true(after == wake);
			changes++;
		}
		if (after == wake)
			wake = clocks_next_change(&rig->look.in) - rig->start;
		before = now;
	}
	assert_int_equal(changes, 6);
	assert_true(clocks_next_change(&rig->look.in) == WHEN_NEVER);
}

static void an_incident_that_nobody_declared_owes_nothing(void **state)
{
	struct rig *rig = *state;

	rig->incident->severity = 0;
	owed_look(&rig->look, rig->incident, &rig->policy, rig->start + WHEN_HOUR);
	assert_int_equal(rig->look.count, 0);
	assert_true(clocks_update_due(&rig->look.in) == WHEN_NEVER);
	assert_true(clocks_next_change(&rig->look.in) == WHEN_NEVER);
}

int main(void)
{
#define RIGGED(test) cmocka_unit_test_setup_teardown(test, build, drop)
	static const struct CMUnitTest tests[] = {
		RIGGED(the_announcement_is_owed_from_the_declaration_on_and_stands_first),
		RIGGED(the_announcement_is_settled_by_the_first_update),
		RIGGED(an_update_is_due_after_15_and_late_after_30_minutes),
		RIGGED(an_own_setting_of_sev3_is_kept),
		RIGGED(a_promise_is_the_deadline_when_it_is_earlier),
		RIGGED(a_promise_is_named_with_its_time_in_utc),
		RIGGED(a_rise_of_severity_shortens_the_running_deadline_at_once),
		RIGGED(a_rise_makes_nothing_late_that_was_not_owed),
		RIGGED(a_fall_of_severity_never_lengthens_the_running_interval),
		RIGGED(a_fall_and_a_rise_within_one_interval_do_not_begin_it_anew),
		RIGGED(a_snooze_moves_the_prompt_and_its_lateness_and_says_why),
		RIGGED(nothing_is_owed_to_readers_once_it_is_resolved_but_the_resolution),
		RIGGED(each_due_update_has_one_prompt_however_rarely_anybody_looks),
		RIGGED(a_suspend_of_40_minutes_leaves_one_row_and_no_prompt_out),
		RIGGED(the_prompt_of_a_promise_without_a_cadence_comes_once),
		RIGGED(a_snooze_after_the_prompt_prompts_again_at_its_end),
		RIGGED(a_step_of_the_wall_clock_moves_no_deadline),
		RIGGED(midnight_and_summer_time_are_minutes_like_all_others),
		RIGGED(nothing_changes_its_look_between_two_wakings),
		RIGGED(an_incident_that_nobody_declared_owes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
