/* test_export_incident.c: the state of an incident for scripts and for people. */
#include "export/incident_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "tests/lib/incidents.h"

#define START incidents_start()

static struct policy policy;

static struct incident_view view_of(const struct incident *incident)
{
	policy_default(&policy);
	return (struct incident_view){
		.in = { .incident = incident, .policy = &policy, .origin = "", .operator = "ana",
			.wall = START + 20 * WHEN_MINUTE },
		.folder = "/tmp/x", .degraded = "" };
}

/* Something in every list. */
static struct incident *full(void)
{
	static struct snapshot snapshot;
	struct incident *incident = incidents_declared(1, START);
	struct writer writer = { .origin = "00112233aabbccdd", .seq = 7, .host = "idx-1", .by = "ana",
				 .console = "command" };
	struct tracked *done;

	snapshot = (struct snapshot){ .at = START, .severity = 1, .count = 2, .figures = {
		{ .name = "lag", .unit = "s", .because = "refused", .at = START },
		{ .name = "at_risk", .unit = "USDC", .text = "12400.00", .known = true,
		  .at = START } } };
	memset(writer.head, 'a', 64);
	incidents_seat(incident, SEAT_COMMANDER, "ana", START);
	incidents_offer(incident, "ana", "ben", START);
	incidents_fire(incident, "IndexerDown", START);
	incidents_send(incident, "announce", "ops", START, START + WHEN_HOUR);
	incidents_track(incident, LIST_ASKS, "check the WAL", "bo", START + WHEN_MINUTE);
	incidents_track(incident, LIST_FOLLOW_UPS, "cron is paused", "", WHEN_NEVER);
	done = incidents_track(incident, LIST_ACTIONS, "alert on WAL age", "bo", WHEN_NEVER);
	done->settled = true;
	done->settled_at = START;
	incident->snapshots = &snapshot;
	incident->snapshot_count = 1;
	incident->writers = mem_dup(&writer, sizeof(writer));
	incident->writer_count = 1;
	return incident;
}

static void drop(struct incident *incident)
{
	incident->snapshots = NULL;
	incident->snapshot_count = 0;
	incidents_free(incident);
}

/* The contract with scripts: a key more is fine, one less is not. */
static const char *const state_keys[] = {
	"id", "title", "sev", "max_sev", "status", "components", "roles", "milestones", "clocks",
	"updates", "runs", "follow_ups", "actions", "alerts", "money_at_risk", "origins", "degraded",
	"type", "environment", "declared_at", "summary", "ticket", "offer", "asks", "deferred",
	"impact", "signals", "evidence", "escalated", "conflict", "merged_into", "time_in_s",
};

static void every_key_is_always_there(void **state)
{
	struct incident *incidents[] = { incidents_declared(3, START), full() };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(incidents); i++) {
		struct incident_view view = view_of(incidents[i]);
		json_t *json = incident_state_json(&view);

		for (size_t k = 0; k < ARRAY_LEN(state_keys); k++)
			if (!json_object_get(json, state_keys[k]))
				fail_msg("no %s", state_keys[k]);
		json_decref(json);
	}
	incidents_free(incidents[0]);
	drop(incidents[1]);
}

/* The keys of the objects in lists, and what is in them. */
static void the_lists_say_what_scripts_ask_for(void **state)
{
	static const struct { const char *path, *text; } texts[] = {
		{ "status", "triage" }, { "roles.commander", "ana" }, { "offer.to", "ben" },
		{ "milestones.declared.at", "2026-11-22T01:56:35Z" },
		{ "updates.promised_at", "2026-11-22T02:56:35Z" },
	};
	static const char *const nulls[] = { "degraded", "summary", "roles.scribe",
					     "milestones.resolved", "ticket" };
	static const struct { const char *list; const char *key; } members[] = {
		{ "clocks", "what" }, { "clocks", "due_at" }, { "clocks", "overdue_s" },
		{ "alerts", "name" }, { "alerts", "fingerprint" }, { "alerts", "labels" },
		{ "alerts", "acked_by" }, { "alerts", "silence" }, { "origins", "origin" },
		{ "origins", "seq" }, { "origins", "head" }, { "actions", "settled" },
		{ "actions", "owner" }, { "follow_ups", "n" }, { "asks", "due_at" },
		{ "money_at_risk", "asset" }, { "money_at_risk", "amount" }, { "impact", "figures" },
	};
	struct incident *incident = full();
	struct incident_view view = view_of(incident);
	json_t *json = incident_state_json(&view);
	int64_t sev;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_string_equal(json_text_at(json, texts[i].path, "missing"), texts[i].text);
	for (size_t i = 0; i < ARRAY_LEN(nulls); i++)
		assert_true(json_is_null(json_at(json, nulls[i])));
	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		json_t *first = json_array_get(json_object_get(json, members[i].list), 0);

		if (!json_object_get(first, members[i].key))
			fail_msg("%s: no %s", members[i].list, members[i].key);
	}
	assert_true(json_i64_at(json, "sev", &sev));
	assert_int_equal(sev, 1);
	json_decref(json);
	drop(incident);
}

/* Overdue counts up in seconds, and is null before. */
static void what_is_overdue_says_for_how_long(void **state)
{
	struct incident *incident = incidents_declared(1, START);
	struct incident_view view = view_of(incident);
	json_t *json, *clock;
	size_t i, overdue = 0;

	(void)state;
	incidents_track(incident, LIST_ASKS, "check", "bo", START + 19 * WHEN_MINUTE);
	json = incident_state_json(&view);
	json_array_foreach(json_object_get(json, "clocks"), i, clock) {
		if (strcmp(json_text_at(clock, "what", ""), "ask") != 0)
			continue;
		assert_int_equal(json_integer_value(json_object_get(clock, "overdue_s")), 60);
		overdue++;
	}
	assert_int_equal(overdue, 1);
	json_decref(json);
	incidents_free(incident);
}

static void a_row_of_the_list_has_seven_keys(void **state)
{
	static const char *const keys[] = { "id", "title", "sev", "status", "declared_at",
					    "resolved_at", "folder" };
	struct incident *incident = incidents_declared(2, START);
	json_t *row = incident_row_json(incident, "/tmp/x");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		assert_non_null(json_object_get(row, keys[i]));
	assert_true(json_is_null(json_object_get(row, "resolved_at")));
	assert_int_equal(json_object_size(row), ARRAY_LEN(keys));
	json_decref(row);
	incidents_free(incident);
}

static void plain_text_has_a_line_for_each_thing(void **state)
{
	static const char *const lines[] = {
		"incident        #7k3f9q Indexer down\n", "severity        SEV1\n",
		"commander       ana\n", "offered to      ben\n", "component       indexer\n",
		"declared        2026-11-22T01:56:35Z\n",
		"figures         01:56Z lag not known since 01:56Z, at risk 12400.00 USDC\n",
		"alert           firing IndexerDown fp-IndexerDown\n",
		"update          announce 01:56Z by ana, ops on its way\n",
		"ask 1           open: check the WAL, bo, due by 01:57Z\n",
		"follow-up 1     open: cron is paused\n", "action 1        done: alert on WAL age, bo\n",
		"folder          /tmp/x\n",
	};
	struct incident *incident = full();
	struct incident_view view = view_of(incident);
	struct buf out = { 0 };

	(void)state;
	incident_plain(&view, &out);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (!strstr(buf_cstr(&out), lines[i]))
			fail_msg("no '%s' in\n%s", lines[i], buf_cstr(&out));
	assert_null(strstr(buf_cstr(&out), "DEGRADED"));
	buf_clear(&out);
	view.degraded = "a file is damaged";
	incident_line(&view, &out);
	assert_ptr_equal(strstr(buf_cstr(&out), "#7k3f9q SEV1 triage: Indexer down\n"), buf_cstr(&out));
	assert_non_null(strstr(buf_cstr(&out), "DEGRADED        a file is damaged\n"));
	buf_done(&out);
	drop(incident);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_always_there),
		cmocka_unit_test(the_lists_say_what_scripts_ask_for),
		cmocka_unit_test(what_is_overdue_says_for_how_long),
		cmocka_unit_test(a_row_of_the_list_has_seven_keys),
		cmocka_unit_test(plain_text_has_a_line_for_each_thing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
