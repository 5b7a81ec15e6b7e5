/* test_export_updates.c: what is told to people: drafts, what may be sent, the card. */
#include "export/updates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "tests/lib/incidents.h"

#define START incidents_start()			/* 01:56:35 */
#define MIN WHEN_MINUTE
#define FIGURE(named, in, says, when) \
	{ .name = named, .unit = in, .text = says, .known = true, .at = (when) }

static struct buf out;

static int teardown(void **state)
{
	(void)state;
	buf_done(&out);
	return 0;
}

static void expect(const char *text)
{
	assert_string_equal(buf_cstr(&out), text);
	buf_clear(&out);
}

static struct snapshot bad_figures(void)
{
	return (struct snapshot){ .at = START, .severity = 1, .count = 4, .figures = {
		FIGURE("error_rate", "%", "7.1", START), FIGURE("lag", "s", "1240", START),
		FIGURE("stuck", "count", "37", START), FIGURE("at_risk", "USDC", "12400.00", START) } };
}

static struct snapshot good_figures(void)
{
	return (struct snapshot){ .at = START, .count = 3, .figures = {
		FIGURE("error_rate", "%", "0.4", START), FIGURE("lag", "s", "35", START),
		FIGURE("stuck", "count", "3", START) } };
}

static void draft(const struct incident *incident, const struct snapshot *figures,
		  const char *audience, enum update_type type, const struct history *history)
{
	const struct update_in in = {
		.incident = incident, .history = history, .figures = figures, .audience = audience,
		.next_step = type == UPDATE_TYPE_UPDATE ? "watch the lag" : "",
		.next_at = type == UPDATE_TYPE_RESOLUTION ? WHEN_NEVER : START + 30 * MIN,
		.wall = START + 15 * MIN,
	};

	update_draft(&in, type, &out);
}

static struct incident *felt_since_before(void)
{
	struct incident *incident = incidents_declared(1, START);

	incidents_milestone(incident, MILESTONE_IMPACT_STARTED, START - 6 * MIN);
	incident->milestones[MILESTONE_IMPACT_STARTED].src = SRC_SENSED;
	incidents_seat(incident, SEAT_COMMANDER, "ana", START);
	return incident;
}

static void tell(struct incident *incident, const char *audience, const char *text,
		 const struct snapshot *figures)
{
	struct sent *sent = incidents_send(incident, "announce", "ops", START + 2 * MIN, WHEN_NEVER);

	str_put(sent->audience, sizeof(sent->audience), audience);
	mem_free(sent->text);
	sent->text = mem_text(text);
	sent->figures = figures ? mem_dup(figures, sizeof(*figures)) : NULL;
}

static void an_age_is_said_as_people_say_it(void **state)
{
	struct incident *incident = felt_since_before();
	const struct snapshot figures = { .at = START, .count = 1, .figures = {
		FIGURE("oldest_age", "s", "700160.42", START) } };

	(void)state;
	draft(incident, &figures, "internal", UPDATE_TYPE_ANNOUNCE, NULL);
	assert_non_null(strstr(buf_cstr(&out), "Now: oldest age 8d.\n"));
	incidents_free(incident);
}

static void an_announcement_says_what_is_known_and_asks_the_rest(void **state)
{
	struct incident *incident = felt_since_before();
	const struct snapshot figures = bad_figures();

	(void)state;
	draft(incident, &figures, "internal", UPDATE_TYPE_ANNOUNCE, NULL);
	expect("SEV1: Indexer down\n"
	       "Since about 01:50Z. Affected: indexer.\n"
	       "Users see: [what do users see now?]\n"
	       "Now: error rate 7.1 %, lag 1240 s, stuck 37, at risk 12400.00 USDC.\n"
	       "Lead: ana.\n"
	       "Next update by 02:26Z.\n");
	incidents_free(incident);
}

static void the_public_is_told_what_users_see_and_since_when(void **state)
{
	struct incident *incident = felt_since_before();
	const struct snapshot figures = bad_figures();

	(void)state;
	draft(incident, &figures, "public", UPDATE_TYPE_ANNOUNCE, NULL);
	expect("We are looking into a problem that began at about 01:50Z.\n"
	       "Users see: [what do users see now?]\n"
	       "Next update by 02:26Z.\n");
	draft(incident, &figures, "public", UPDATE_TYPE_UPDATE, NULL);
	expect("We are still working on the problem that began at about 01:50Z.\n"
	       "Users see: [what do users see now?]\n"
	       "Next update by 02:26Z.\n");
	incidents_free(incident);
}

static void an_update_says_what_changed_since_the_last_one(void **state)
{
	struct incident *incident = felt_since_before();
	const struct snapshot then = bad_figures(), now = good_figures();

	(void)state;
	tell(incident, "internal", "SEV1: Indexer down\nUsers see: late payments\n", &then);
	incidents_status(incident, INCIDENT_IDENTIFIED, START + 5 * MIN);
	draft(incident, &now, "internal", UPDATE_TYPE_UPDATE, NULL);
	expect("SEV1 update: Indexer down\n"
	       "Identified, since about 01:50Z. Affected: indexer.\n"
	       "Users see: late payments\n"
	       "Since the last update (01:58Z): error rate 7.1 % -> 0.4 %, lag 1240 s -> 35 s, "
	       "stuck 37 -> 3.\n"
	       "Next: watch the lag\n"
	       "Next update by 02:26Z.\n");
	incidents_free(incident);
}

static void what_other_people_were_told_is_not_the_last_update(void **state)
{
	struct incident *incident = felt_since_before();
	const struct snapshot then = bad_figures(), now = good_figures();

	(void)state;
	tell(incident, "internal", "Users see: late payments\n", &then);
	draft(incident, &now, "support", UPDATE_TYPE_UPDATE, NULL);
	assert_non_null(strstr(buf_cstr(&out), "Users see: [what do users see now?]\nNow: error rate"));
	incidents_free(incident);
}

static void a_figure_that_is_not_known_is_never_a_number(void **state)
{
	static const char *const audiences[] = { "internal", "public", "support" };
	struct incident *incident = felt_since_before();
	const struct snapshot then = bad_figures();
	struct snapshot now = good_figures();

	(void)state;
	tell(incident, "internal", "x", &then);
	for (size_t i = 0; i < now.count; i++)
		now.figures[i].known = false;
	now.figures[0].at = START + 12 * MIN + 30 * WHEN_SECOND;
	now.figures[1].at = now.figures[2].at = WHEN_NEVER;
	draft(incident, &now, "internal", UPDATE_TYPE_UPDATE, NULL);
	assert_non_null(strstr(buf_cstr(&out), ": error rate not known since 02:09Z, lag not known, "
					       "stuck not known.\n"));
	for (size_t a = 0; a < ARRAY_LEN(audiences); a++)
		for (int type = 0; type < UPDATE_TYPE_COUNT; type++) {
			buf_clear(&out);
			draft(incident, &now, audiences[a], (enum update_type)type, NULL);
			for (size_t i = 0; i < now.count; i++) {
				assert_null(strstr(buf_cstr(&out), then.figures[i].text));
				assert_null(strstr(buf_cstr(&out), now.figures[i].text));
			}
		}
	incidents_free(incident);
}

static void a_figure_that_stands_still_or_is_new_says_so(void **state)
{
	struct incident *incident = felt_since_before();
	const struct snapshot now = bad_figures();
	struct snapshot then = now;

	(void)state;
	then.figures[0].known = false;
	tell(incident, "internal", "x", &then);
	draft(incident, &now, "internal", UPDATE_TYPE_UPDATE, NULL);
	assert_non_null(strstr(buf_cstr(&out), "): error rate 7.1 %, lag 1240 s as before, stuck 37 as "
					       "before, at risk 12400.00 USDC as before.\n"));
	incidents_free(incident);
}

static void once_users_feel_it_no_more_they_are_asked_about_again(void **state)
{
	struct incident *incident = felt_since_before();

	(void)state;
	tell(incident, "internal", "Users see: late payments\n", NULL);
	incidents_status(incident, INCIDENT_MITIGATED, START + 10 * MIN);
	draft(incident, NULL, "internal", UPDATE_TYPE_UPDATE, NULL);
	assert_non_null(strstr(buf_cstr(&out), "Users see: [what do users see now?]\n"));
	incidents_free(incident);
}

static void a_resolution_says_how_long_and_what_it_meant(void **state)
{
	struct incident *incident = felt_since_before();
	const struct snapshot now = good_figures();

	(void)state;
	tell(incident, "internal", "Users see: late payments\n", NULL);
	incidents_status(incident, INCIDENT_MITIGATED, START + 40 * MIN);
	incidents_status(incident, INCIDENT_RESOLVED, START + 60 * MIN);
	draft(incident, &now, "internal", UPDATE_TYPE_RESOLUTION, NULL);
	expect("SEV1 resolved: Indexer down\n"
	       "From about 01:50Z to 02:36Z (46m).\n"
	       "Customer impact: [what did it mean for customers?]\n"
	       "Users saw: late payments\n"
	       "Now: error rate 0.4 %, lag 35 s, stuck 3.\n");
	incident->summary = mem_text("Payments were up to 20 minutes late.");
	draft(incident, &now, "public", UPDATE_TYPE_RESOLUTION, NULL);
	expect("The problem is resolved: 01:50Z to 02:36Z (46m).\n"
	       "Customer impact: Payments were up to 20 minutes late.\n");
	incidents_free(incident);
}

static void ends_that_are_the_wrong_way_round_make_no_duration(void **state)
{
	struct incident *incident = felt_since_before();

	(void)state;
	incidents_status(incident, INCIDENT_RESOLVED, START - 10 * MIN);
	draft(incident, NULL, "internal", UPDATE_TYPE_RESOLUTION, NULL);
	assert_non_null(strstr(buf_cstr(&out), "From about 01:50Z to 01:46Z.\n"));
	incidents_free(incident);
}

static void yesterday_is_told_with_its_date(void **state)
{
	struct incident *incident = incidents_declared(2, START - 3 * WHEN_HOUR);

	(void)state;
	draft(incident, NULL, "internal", UPDATE_TYPE_ANNOUNCE, NULL);
	assert_non_null(strstr(buf_cstr(&out), "\nNoticed at 2026-11-21 22:56Z. Affected"));
	incidents_free(incident);
}

static void a_drill_is_called_one(void **state)
{
	struct incident *incident = felt_since_before();

	(void)state;
	str_put(incident->type, sizeof(incident->type), "drill");
	draft(incident, NULL, "internal", UPDATE_TYPE_ANNOUNCE, NULL);
	assert_ptr_equal(strstr(buf_cstr(&out), "DRILL SEV1: "), buf_cstr(&out));
	buf_clear(&out);
	draft(incident, NULL, "public", UPDATE_TYPE_UPDATE, NULL);
	assert_ptr_equal(strstr(buf_cstr(&out), "This is a drill.\n"), buf_cstr(&out));
	incidents_free(incident);
}

static void the_announcement_is_owed_first_and_the_resolution_last(void **state)
{
	struct incident *incident = incidents_declared(1, START);

	(void)state;
	assert_int_equal(update_owed(incident), UPDATE_TYPE_ANNOUNCE);
	tell(incident, "internal", "x", NULL);
	assert_int_equal(update_owed(incident), UPDATE_TYPE_UPDATE);
	incidents_status(incident, INCIDENT_MITIGATED, START + MIN);
	assert_int_equal(update_owed(incident), UPDATE_TYPE_UPDATE);
	incidents_status(incident, INCIDENT_RESOLVED, START + 2 * MIN);
	assert_int_equal(update_owed(incident), UPDATE_TYPE_RESOLUTION);
	incidents_free(incident);
}

/* An event as a line of a journal, taken into the history. */
static void happen(struct history *history, struct journal_chain *chain, enum event_kind kind,
		   const char *text, msec at)
{
	struct event event = { .at = at, .rec = at, .kind = kind, .src = SRC_HUMAN, .by = "ana" };
	struct buf line = { 0 };
	struct err err = { 0 };

	event.seq = ++chain->seq;
	event.hlc.ms = at;
	str_put(event.origin, sizeof(event.origin), "00112233aabbccdd");
	(void)snprintf(event.id, sizeof(event.id), "01JTEST0000000000000%06u",
		       (unsigned)(event.seq % 1000000));
	if (kind == EVENT_NOTE)
		EVENT_SET(event.data, text, text);
	if (kind == EVENT_INCIDENT_DECLARED) {
		EVENT_SET(event.data, title, text);
		EVENT_SET(event.data, severity, 1);
		EVENT_SET(event.data, type, "outage");
	}
	assert_true(journal_line_write(&line, &event, chain->head, chain->head));
	assert_true(history_take(history, str_sub(line.data, line.len - 1), &err));
	buf_done(&line);
}

static struct history *notes(size_t count)
{
	struct history *history = history_new("7k3f9q");
	struct journal_chain chain = { .seq = 0 };
	char text[32];

	memset(chain.head, '0', sizeof(chain.head) - 1);
	happen(history, &chain, EVENT_INCIDENT_DECLARED, "Indexer down", START);
	for (size_t i = 1; i <= count; i++) {
		(void)snprintf(text, sizeof(text), "step %zu done", i);
		happen(history, &chain, EVENT_NOTE, text, START + (msec)i * MIN);
	}
	history_fold(history);
	return history;
}

static void steps_since_the_last_update_are_in_the_next_one(void **state)
{
	struct incident *incident = felt_since_before();
	struct history *history = notes(9);

	(void)state;
	tell(incident, "internal", "x", NULL);		/* at START + 2 min */
	draft(incident, NULL, "internal", UPDATE_TYPE_UPDATE, history);
	assert_null(strstr(buf_cstr(&out), "step 2 done"));
	assert_null(strstr(buf_cstr(&out), "step 4 done"));	/* the last five are enough */
	for (int i = 5; i <= 9; i++) {
		char line[40];

		(void)snprintf(line, sizeof(line), "\n- 02:%02dZ ", i - 4);
		assert_non_null(strstr(buf_cstr(&out), line));
	}
	assert_non_null(strstr(buf_cstr(&out), "step 9 done"));
	buf_clear(&out);
	draft(incident, NULL, "public", UPDATE_TYPE_UPDATE, history);
	assert_null(strstr(buf_cstr(&out), "step"));
	history_free(history);
	incidents_free(incident);
}

static void what_was_told_already_is_not_told_again(void **state)
{
	struct incident *incident = felt_since_before();
	struct history *history = notes(4);

	(void)state;
	tell(incident, "internal", "x", NULL);		/* at START + 2 min */
	draft(incident, NULL, "internal", UPDATE_TYPE_UPDATE, history);
	assert_null(strstr(buf_cstr(&out), "step 1 done"));
	assert_null(strstr(buf_cstr(&out), "step 2 done"));
	assert_non_null(strstr(buf_cstr(&out), "step 3 done"));
	assert_non_null(strstr(buf_cstr(&out), "step 4 done"));
	history_free(history);
	incidents_free(incident);
}

static void what_is_unanswered_or_internal_is_not_sent(void **state)
{
	static const struct { const char *text, *audience, *says; } cases[] = {
		{ "", "internal", "says nothing" },
		{ " \n", "internal", "says nothing" },
		{ "Users see: [what do users see now?]\n", "internal",
		  "[what do users see now?] is still to be answered" },
		{ "All good [now]", "support", "[now] is still to be answered" },
		{ "Payments are late.", "public", NULL },
		{ "Payments are late on the Indexer.", "public", "the component 'indexer'" },
		{ "Payments are late: reindexers crawl.", "public", NULL },
		{ "Ask ANA.", "public", "a person: 'ana'" },
		{ "Banana payments are late.", "public", NULL },
		{ "IndexerHealthcheckFailed fires.", "public", "the alert 'IndexerHealthcheckFailed'" },
		{ "See 10.0.3.4:3000.", "public", "an address: 10.0.3.4" },
		{ "Since version 1.2.3 of the app.", "public", NULL },
		{ "12400.00 USDC are stuck.", "public", "'12400.00'" },
		{ "Incident #7k3f9q.", "public", "the incident '7k3f9q'" },
		{ "host idx-1 hangs", "public", "the host 'idx-1'" },
		{ "Ask ana about the indexer at 10.0.3.4.", "internal", NULL },
	};
	struct incident *incident = felt_since_before();
	struct snapshot figures = bad_figures();
	struct writer writer = { .host = "idx-1", .by = "ben" };

	(void)state;
	incidents_fire(incident, "IndexerHealthcheckFailed", START);
	incident->snapshots = &figures;
	incident->snapshot_count = 1;
	incident->writers = mem_dup(&writer, sizeof(writer));
	incident->writer_count = 1;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };
		bool fit = update_fit(cases[i].text, cases[i].audience, incident, &err);

		if (fit != !cases[i].says || (!fit && !strstr(err.text, cases[i].says)))
			fail_msg("'%s' for %s: %s", cases[i].text, cases[i].audience, err.text);
		if (!fit)
			assert_int_equal(err.kind, ERR_REFUSED);
	}
	incident->snapshots = NULL;
	incident->snapshot_count = 0;
	incidents_free(incident);
}

/* Whatever a draft leaves open, no draft for the public is stopped for being internal. */
static void no_public_draft_holds_what_is_internal(void **state)
{
	struct incident *incident = felt_since_before();
	struct snapshot figures = bad_figures();
	struct history *history = notes(3);

	(void)state;
	incident->snapshots = &figures;
	incident->snapshot_count = 1;
	incident->summary = mem_text("Payments were late.");
	tell(incident, "public", "Users see: late payments\n", &figures);
	for (int type = 0; type < UPDATE_TYPE_COUNT; type++) {
		struct err err = { 0 };

		buf_clear(&out);
		draft(incident, &figures, "public", (enum update_type)type, history);
		if (!update_fit(buf_cstr(&out), "public", incident, &err))
			fail_msg("%s\n%s", err.text, buf_cstr(&out));
	}
	incident->snapshots = NULL;
	incident->snapshot_count = 0;
	history_free(history);
	incidents_free(incident);
}

static void a_card_is_one_screen_whatever_happened(void **state)
{
	struct incident *incident = felt_since_before();
	static struct snapshot then, now;
	struct history *history = notes(40);
	struct policy policy;
	struct clocks_in in = { .incident = incident, .policy = &policy, .origin = "",
				.operator = "ana", .wall = START + 90 * MIN };
	struct str rest, line;
	size_t lines = 0;

	(void)state;
	then = bad_figures();
	now = good_figures();
	policy_default(&policy);
	memset(incident->title, 'x', sizeof(incident->title) - 1);
	memset(incident->ticket, 'u', 300);
	for (int i = 0; i < 30; i++) {
		char name[40];

		(void)snprintf(name, sizeof(name), "Alert of the %d. kind", i);
		incidents_fire(incident, name, START);
		incidents_track(incident, LIST_FOLLOW_UPS, "undo what was done by hand for the payouts",
				"ana", START + i * MIN);
	}
	for (int seat = 0; seat < SEAT_COUNT; seat++)
		incidents_seat(incident, (enum seat_name)seat, "someone-with-a-long-name", START);
	tell(incident, "internal", "Users see: payments that are late by more than an hour, and a "
	     "bridge that does not move at all, in all regions and for all customers\n", &then);
	incident_brief(&in, history, &now, &out);
	rest = str_sub(out.data, out.len);
	while (str_cut(&rest, '\n', &line) && (line.len > 0 || rest.len > 0)) {
		lines++;
		assert_true(utf8_width(line) <= 78);
	}
	assert_in_range(lines, 15, 23);
	history_free(history);
	incidents_free(incident);
}

static void a_card_says_where_it_stands(void **state)
{
	struct incident *incident = felt_since_before();
	const struct snapshot now = good_figures();
	struct history *history = notes(1);
	struct policy policy;
	struct clocks_in in = { .incident = incident, .policy = &policy, .origin = "",
				.operator = "ana", .wall = START + 5 * MIN };

	(void)state;
	policy_default(&policy);
	incident_brief(&in, history, &now, &out);
	assert_ptr_equal(strstr(buf_cstr(&out), "SEV1      #7k3f9q Indexer down\n"
			 "outage    triage, users feel it since about 01:50Z, declared at 01:56Z\n"
			 "affected  indexer\n"
			 "who       commander ana\n"
			 "now       error rate 0.4 %, lag 35 s, stuck 3\n"
			 "told      nobody yet\n"
			 "owed      "), buf_cstr(&out));
	assert_non_null(strstr(buf_cstr(&out), "\nlast      01:56Z ana: "));
	assert_non_null(strstr(buf_cstr(&out), "          01:57Z ana: "));
	history_free(history);
	incidents_free(incident);
}

int main(void)
{
#define T(f) cmocka_unit_test_teardown(f, teardown)
	const struct CMUnitTest tests[] = {
		T(an_age_is_said_as_people_say_it),
		T(an_announcement_says_what_is_known_and_asks_the_rest),
		T(the_public_is_told_what_users_see_and_since_when),
		T(an_update_says_what_changed_since_the_last_one),
		T(what_other_people_were_told_is_not_the_last_update),
		T(a_figure_that_is_not_known_is_never_a_number),
		T(a_figure_that_stands_still_or_is_new_says_so),
		T(once_users_feel_it_no_more_they_are_asked_about_again),
		T(a_resolution_says_how_long_and_what_it_meant),
		T(ends_that_are_the_wrong_way_round_make_no_duration),
		T(yesterday_is_told_with_its_date),
		T(a_drill_is_called_one),
		T(the_announcement_is_owed_first_and_the_resolution_last),
		T(steps_since_the_last_update_are_in_the_next_one),
		T(what_was_told_already_is_not_told_again),
		T(what_is_unanswered_or_internal_is_not_sent),
		T(no_public_draft_holds_what_is_internal),
		T(a_card_is_one_screen_whatever_happened),
		T(a_card_says_where_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
