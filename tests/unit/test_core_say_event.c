/* One plain sentence for each kind of event, and nothing hostile in it. */
#include "core/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/scrub.h"
#include "tests/lib/pen.h"

#define HASH "8f41000000000000000000000000000000000000000000000000000000009c02"

static void expect_said(enum event_kind kind, enum event_src src, const char *json,
			const char *expected)
{
	struct event event = { .kind = kind, .src = src, .at = PEN_START, .rec = PEN_START };
	struct arena arena = { 0 };
	struct buf text = { 0 };
	struct err err = { 0 };

	if (!event_data_read(str_of(json), &arena, &event.data, &err))
		fail_msg("%s: %s", json, err.text);
	assert_int_equal(event.data.has & event_must(kind), event_must(kind));
	say_event(&event, &text);
	assert_string_equal(buf_cstr(&text), expected);
	buf_done(&text);
	arena_done(&arena);
}

static void sentences_are_as_people_say_them(void **state)
{
	static const struct {
		enum event_kind kind;
		const char *json, *said;
	} cases[] = {
		{ EVENT_INCIDENT_DECLARED,
		  "{\"title\":\"Indexer down\",\"severity\":1,\"type\":\"outage\"}",
		  "declared SEV1: Indexer down" },
		{ EVENT_SEVERITY_SET, "{\"old\":\"SEV2\",\"new\":\"SEV1\",\"reason\":\"payments are stuck\"}",
		  "SEV2 -> SEV1: payments are stuck" },
		{ EVENT_SEVERITY_SET, "{\"new\":\"SEV1\",\"rule\":\"indexer down\"}",
		  "SEV1 (indexer down)" },
		{ EVENT_STATUS_SET, "{\"old\":\"triage\",\"new\":\"merged\",\"into\":\"7k3f9q\"}",
		  "triage -> merged into #7k3f9q" },
		{ EVENT_ROLE_TAKEN, "{\"role\":\"app-owner\",\"who\":\"ben\"}", "ben is app-owner" },
		{ EVENT_ROLE_RELEASED, "{\"role\":\"scribe\"}", "the seat of scribe is empty" },
		{ EVENT_COMMAND_ACCEPTED, "{\"of\":\"x\",\"who\":\"ben\"}", "ben took command" },
		{ EVENT_NOTE, "{\"text\":\"one\\ntwo\"}", "one two" },
		{ EVENT_MILESTONE_SET,
		  "{\"name\":\"impact_started\",\"when\":\"2026-11-21T23:50:00.000Z\"}",
		  "impact started at 2026-11-21 23:50Z" },
		{ EVENT_UPDATE_SENT,
		  "{\"type\":\"announce\",\"text\":\"Payments wait.\",\"channels\":[\"slack\",\"page\"]}",
		  "announcement sent to slack, page: Payments wait." },
		{ EVENT_UPDATE_SENT, "{\"type\":\"update\",\"text\":\"Better.\",\"by_hand\":true}",
		  "update posted by hand: Better." },
		{ EVENT_UPDATE_DELIVERED, "{\"of\":\"x\",\"channel\":\"slack\",\"ok\":false,\"text\":\"503\"}",
		  "NOT delivered to slack: 503" },
		{ EVENT_UPDATE_SNOOZED,
		  "{\"until\":\"2026-11-22T02:20:00.000Z\",\"reason\":\"on the phone\"}",
		  "update put off until 02:20Z: on the phone" },
		{ EVENT_ALERT_FIRING, "{\"name\":\"IndexerDown\",\"fingerprint\":\"f1\"}",
		  "alert IndexerDown fires" },
		{ EVENT_ALERT_ACKED, "{\"name\":\"IndexerDown\",\"fingerprint\":\"f1\"}",
		  "acknowledged IndexerDown" },
		{ EVENT_ALERT_SILENCED,
		  "{\"fingerprint\":\"f1\",\"id\":\"s\",\"until\":\"2026-11-22T02:15:00.000Z\"}",
		  "silenced f1 until 02:15Z" },
		{ EVENT_SIGNAL_CHANGED,
		  "{\"name\":\"redis\",\"old\":\"ok\",\"new\":\"down\",\"because\":\"connection refused\"}",
		  "redis OK -> DOWN: connection refused" },
		{ EVENT_TIMER_STARTED,
		  "{\"text\":\"check the WAL archive\",\"until\":\"2026-11-22T02:05:00.000Z\",\"who\":\"Bo\"}",
		  "asked Bo: check the WAL archive, until 02:05Z" },
		{ EVENT_PIN, "{\"of\":\"x\",\"on\":false}", "unpinned" },
		{ EVENT_ESCALATED, "{\"who\":\"database team\",\"ok\":true}", "reached database team" },
		{ EVENT_ESCALATED, "{\"who\":\"database team\",\"ok\":false}",
		  "could not reach database team" },
		{ EVENT_ESCALATED, "{\"who\":\"database team\"}", "called database team" },
		{ EVENT_CLOCK_STEPPED, "{\"by_ms\":-5400000}",
		  "the clock of this host was set back by 1h30m" },
		{ EVENT_CHECKPOINT_ANSWERED, "{\"name\":\"first_minutes\",\"text\":\"mitigating\"}",
		  "first minutes: mitigating" },
		{ EVENT_SESSION_JOINED,
		  "{\"tool_version\":\"0.1.0\",\"host\":\"night\",\"console\":\"record\"}",
		  "joined from night, record 0.1.0" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_said(cases[i].kind, SRC_HUMAN, cases[i].json, cases[i].said);
}

static void runs_and_their_steps_read_as_a_log_of_hands(void **state)
{
	static const struct {
		enum event_kind kind;
		const char *json, *said;
	} cases[] = {
		{ EVENT_STEP_DONE, "{\"run\":\"r\",\"step\":\"promote\",\"text\":\"timeline 2\"}",
		  "did step promote: timeline 2" },
		{ EVENT_STEP_DONE, "{\"run\":\"r\",\"step\":\"promote\",\"early\":true}",
		  "did step promote before its turn" },
		{ EVENT_STEP_REGRESSED,
		  "{\"run\":\"r\",\"step\":\"lag\",\"because\":\"indexer.lag_s is 1842 s\"}",
		  "step lag is so NO MORE: indexer.lag_s is 1842 s" },
		{ EVENT_STEP_DEFERRED, "{\"run\":\"r\",\"step\":\"tidy\",\"owner\":\"ben\","
		  "\"reason\":\"at night\",\"until\":\"2026-11-22T04:00:00.000Z\"}",
		  "put off step tidy until 04:00Z, ben: at night" },
		{ EVENT_STEP_RUN_STARTED, "{\"run\":\"r\",\"step\":\"promote\",\"host\":\"db-2\","
		  "\"text\":\"pg_ctl\\npromote\",\"target\":\"db-2:5432 timeline 1\"}",
		  "step promote: began on db-2, target db-2:5432 timeline 1: pg_ctl promote" },
		{ EVENT_STEP_RUN_STARTED, "{\"text\":\"systemctl restart indexer\"}",
		  "began by hand: systemctl restart indexer" },
		{ EVENT_STEP_RUN_ENDED, "{\"of\":\"x\",\"how\":\"exited\",\"status\":2,\"ok\":false,"
		  "\"took_ms\":1200,\"text\":\"no such table\"}",
		  "the command: exited with 2 after 1s200ms, NOT as wanted: no such table" },
		{ EVENT_STEP_RUN_ENDED, "{\"of\":\"x\",\"how\":\"exited\",\"status\":0,\"ok\":true}",
		  "the command: exited with 0, as wanted" },
		{ EVENT_INPUT_GIVEN, "{\"run\":\"r\",\"name\":\"REPLICA\",\"text\":\"db-2\"}",
		  "REPLICA is db-2" },
		{ EVENT_INPUT_GIVEN, "{\"run\":\"r\",\"name\":\"TOKEN\"}",
		  "TOKEN is given, and secret" },
		{ EVENT_TX_DIAGNOSED, "{\"hash\":\"" HASH "\",\"verdict\":\"DEAD_EXPIRED\","
		  "\"safe\":\"true\",\"because\":\"sequence 4710 at ledger 9\"}",
		  "transaction 8f41..9c02 is DEAD EXPIRED, safe to cancel: sequence 4710 at ledger 9" },
		{ EVENT_TX_DIAGNOSED, "{\"hash\":\"" HASH "\",\"verdict\":\"DEAD_SEQ_CONSUMED\","
		  "\"safe\":\"confirm\",\"because\":\"by an unknown one\"}",
		  "transaction 8f41..9c02 is DEAD SEQ CONSUMED, safe with a confirmation: by an unknown one" },
		{ EVENT_TX_DIAGNOSED, "{\"id\":\"row 17\",\"verdict\":\"UNKNOWN_NO_IDENTITY\","
		  "\"safe\":\"false\",\"because\":\"it has no hash\"}",
		  "transaction row 17 is UNKNOWN NO IDENTITY: it has no hash" },
		{ EVENT_TX_ACT_STARTED, "{\"hash\":\"" HASH "\",\"how\":\"mark-cancelled\","
		  "\"text\":\"UPDATE x\",\"target\":\"db-1:5432\",\"verdict\":\"DEAD_EXPIRED\","
		  "\"safe\":\"true\",\"because\":\"expired\",\"reason\":\"told by ben\"}",
		  "began mark-cancelled of 8f41..9c02 at db-1:5432: expired (told by ben)" },
		{ EVENT_TX_ACT_ENDED, "{\"of\":\"x\",\"ok\":true,\"text\":\"1 row\"}",
		  "the act is done: 1 row" },
		{ EVENT_TX_ACT_ENDED, "{\"of\":\"x\",\"ok\":false,\"text\":\"the row is another\"}",
		  "the act was NOT done: the row is another" },
		{ EVENT_TX_ACT_ENDED, "{\"of\":\"x\",\"text\":\"no answer in 10 s\"}",
		  "the act's outcome is NOT KNOWN: no answer in 10 s" },
		{ EVENT_TX_DISMISSED, "{\"id\":\"row 17\",\"reason\":\"paid back in May\"}",
		  "dismissed transaction row 17: paid back in May" },
		{ EVENT_TX_RESTORED, "{\"id\":\"row 17\"}", "restored transaction row 17" },
		{ EVENT_DECISION_TAKEN, "{\"run\":\"r\",\"step\":\"which\",\"option\":\"wait\","
		  "\"because\":\"the replica lags\"}",
		  "decided at step which: wait, the replica lags" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_said(cases[i].kind, SRC_HUMAN, cases[i].json, cases[i].said);
}

static void the_end_and_drills_read_as_what_became_of_it(void **state)
{
	static const struct {
		enum event_kind kind;
		const char *json, *said;
	} cases[] = {
		{ EVENT_POSTMORTEM_SET, "{\"new\":\"in review\",\"old\":\"draft\",\"who\":\"ben\"}",
		  "the postmortem is in review, owned by ben" },
		{ EVENT_POSTMORTEM_ANSWERED, "{\"name\":\"impact\",\"text\":\"all\\nof them\"}",
		  "wrote of impact: all of them" },
		{ EVENT_ACTION_ITEM_NONE, "{\"type\":\"test\",\"reason\":\"a disk broke\"}",
		  "no action of type test: a disk broke" },
		{ EVENT_SIGNED_OFF, "{}", "signed it off" },
		{ EVENT_SIGNED_OFF, "{\"text\":\"as described\"}", "signed it off: as described" },
		{ EVENT_DRILL_ANNOUNCED, "{\"type\":\"tabletop\",\"name\":\"other\",\"of\":\"2a2a2a\","
		  "\"until\":\"2026-11-22T04:00:00.000Z\"}",
		  "announced a drill, tabletop, other to 04:00Z, replaying #2a2a2a" },
		{ EVENT_DRILL_INTERVENED, "{\"text\":\"chmod\",\"step\":\"restore\"}",
		  "by hand at step restore: chmod" },
		{ EVENT_COMPONENT_RESTORING, "{\"name\":\"db\"}", "began to restore db" },
		{ EVENT_COMPONENT_RESTORED, "{\"name\":\"db\",\"ok\":true}", "restored db" },
		{ EVENT_COMPONENT_RESTORED, "{\"name\":\"db\",\"ok\":false,\"text\":\"no WAL\"}",
		  "could NOT restore db: no WAL" },
		{ EVENT_DRILL_VERIFIED, "{\"ok\":true,\"sha256\":\"x\"}", "verified what came back" },
		{ EVENT_DRILL_VERIFIED, "{\"ok\":false,\"sha256\":\"x\",\"text\":\"3 rows lost\"}",
		  "what came back is NOT right: 3 rows lost" },
		{ EVENT_DRILL_ROLLED_BACK, "{\"reason\":\"disk full\"}", "ROLLED BACK: disk full" },
		{ EVENT_DRILL_FINISHED, "{\"ok\":true}", "the drill PASSED" },
		{ EVENT_DRILL_FINISHED, "{\"ok\":false,\"text\":\"too slow\"}",
		  "the drill did NOT pass: too slow" },
		{ EVENT_DRILL_REVIEWED, "{\"text\":\"two steps hung\"}",
		  "reviewed the drill: two steps hung" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_said(cases[i].kind, SRC_HUMAN, cases[i].json, cases[i].said);
}

static void what_was_imported_says_so(void **state)
{
	(void)state;
	expect_said(EVENT_ALERT_RESOLVED, SRC_IMPORT, "{\"name\":\"A\",\"fingerprint\":\"f\"}",
		    "imported: alert A is resolved");
	expect_said(EVENT_FLIGHT_IMPORTED, SRC_IMPORT, "{\"when\":\"2026-11-22T01:00:00.000Z\","
		    "\"until\":\"2026-11-22T02:00:00.000Z\"}",
		    "imported what was recorded from 01:00Z to 02:00Z");
}

/* With all of its members and with none but the necessary ones. */
static void every_kind_has_a_whole_sentence(void **state)
{
	(void)state;
	for (int kind = EVENT_UNKNOWN + 1; kind < EVENT_KIND_COUNT; kind++) {
		for (int sparse = 0; sparse < 2; sparse++) {
			struct event event = { .kind = (enum event_kind)kind, .at = PEN_START };
			struct buf text = { 0 };

			pen_fill(&event.data, event.kind);
			if (sparse)
				event.data.has &= event_must(event.kind);
			say_event(&event, &text);
			if (text.len < 3 || strpbrk(buf_cstr(&text), "[]{}\n") ||
			    !scrub_clean(str_sub(text.data, text.len)) ||
			    text.data[text.len - 1] == ' ' || strstr(text.data, "  "))
				fail_msg("%s: \"%s\"", event_name(event.kind), buf_cstr(&text));
			buf_done(&text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences_are_as_people_say_them),
		cmocka_unit_test(runs_and_their_steps_read_as_a_log_of_hands),
		cmocka_unit_test(the_end_and_drills_read_as_what_became_of_it),
		cmocka_unit_test(what_was_imported_says_so),
		cmocka_unit_test(every_kind_has_a_whole_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
