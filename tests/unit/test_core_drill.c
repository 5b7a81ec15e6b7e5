/* A drill from its announcement to the sign-off: by orders, with every sentence that says no. */
#include "core/drill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/orders.h"

static const char sha[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char long_name[] =
	"a name that is longer than any name of a thing may ever be in here, ever";

static int setup(void **state)
{
	struct orders *orders = mem_new(sizeof(*orders));
	struct order order = ORDER(orders, INCIDENT_DECLARED);

	orders_open(orders);
	order.by = orders->by;
	EVENT_SET(order.data, title, "Restore test");
	EVENT_SET(order.data, severity, 3);
	EVENT_SET(order.data, type, "drill");
	EVENT_SET(order.data, environment, "staging");
	assert_true(orders_give(orders, &order));
	orders->now += WHEN_MINUTE;
	*state = orders;
	return 0;
}

static struct order plan(const struct orders *orders)
{
	struct order order = ORDER(orders, DRILL_ANNOUNCED);

	EVENT_SET(order.data, type, "restoration");
	EVENT_SET(order.data, name, "indexer-db-restore");
	return order;
}

static bool announce(struct orders *orders)
{
	struct order order = plan(orders);

	return orders_give(orders, &order);
}

static bool restore(struct orders *orders, enum event_kind kind, const char *name, bool ok)
{
	struct order order = ORDER(orders, NOTE);

	order.kind = kind;
	EVENT_SET(order.data, name, name);
	EVENT_SET(order.data, ok, ok);
	return orders_give(orders, &order);
}

static bool begin(struct orders *orders, const char *name)
{
	return restore(orders, EVENT_COMPONENT_RESTORING, name, true);
}

static bool end(struct orders *orders, const char *name, bool ok)
{
	return restore(orders, EVENT_COMPONENT_RESTORED, name, ok);
}

static bool verify(struct orders *orders, bool ok)
{
	struct order order = ORDER(orders, DRILL_VERIFIED);

	EVENT_SET(order.data, ok, ok);
	EVENT_SET(order.data, sha256, sha);
	return orders_give(orders, &order);
}

static bool finish(struct orders *orders, bool ok)
{
	struct order order = ORDER(orders, DRILL_FINISHED);

	EVENT_SET(order.data, ok, ok);
	EVENT_SET(order.data, text, "all rows are back");
	EVENT_SET(order.data, sha256, sha);
	return orders_give(orders, &order);
}

static bool tell(struct orders *orders, enum event_kind kind, const char *text)
{
	struct order order = ORDER(orders, NOTE);

	order.kind = kind;
	EVENT_SET(order.data, text, text);
	EVENT_SET(order.data, reason, text);
	return orders_give(orders, &order);
}

static bool sign(struct orders *orders, const char *by)
{
	struct order order = ORDER(orders, SIGNED_OFF);

	order.by = by;
	return orders_give(orders, &order);
}

/* --- the announcement ----------------------------------------------------------------------- */

static void an_announcement_says_what_is_practised_where_and_until_when(void **state)
{
	struct orders *orders = *state;
	struct order order = plan(orders);
	const struct drill *drill;

	EVENT_SET(order.data, target, "teachlink/dr-test");
	EVENT_SET(order.data, runbook, "restore-test");
	EVENT_SET(order.data, sha256, sha);
	EVENT_SET(order.data, when, orders->now + WHEN_HOUR);
	EVENT_SET(order.data, until, orders->now + 3 * WHEN_HOUR);
	assert_null(orders->incident.drill);
	assert_taken(orders, orders_give(orders, &order));
	drill = orders->incident.drill;
	assert_non_null(drill);
	assert_true(drill->announced);
	assert_int_equal(drill->type, DRILL_RESTORATION);
	assert_int_equal(drill->scenario, SCENARIO_RESTORE);
	assert_string_equal(drill->environment, "staging");
	assert_string_equal(drill->image, "teachlink/dr-test");
	assert_string_equal(drill->runbook, "restore-test");
	assert_string_equal(drill->runbook_sha256, sha);
	assert_true(drill->announced_at == orders->now);
	assert_true(drill->started_at == orders->now + WHEN_HOUR);
	assert_true(drill->started_at == drill->window_start);
	assert_true(drill->window_end == orders->now + 3 * WHEN_HOUR);
	assert_true(drill->reviewed_at == WHEN_NEVER);
	assert_already(orders, announce(orders), "the drill is announced");
	order = plan(orders);
	EVENT_SET(order.data, type, "full-dr");
	assert_refused(orders, orders_give(orders, &order),
		       "the drill is announced already, as restoration, indexer-db-restore");
}

static void an_announcement_that_cannot_be_is_refused(void **state)
{
	struct orders *orders = *state;
	const msec now = orders->now;
	const struct {
		const char *sentence, *type, *name, *environment, *target, *of;
		msec when, until;
	} rows[] = {
		{ "a drill's type is one of backup-verification, restoration, full-dr, tabletop",
		  "party", "other", NULL, NULL, NULL, 0, 0 },
		{ "a drill's scenario is one of data-corruption, partial-data-loss, "
		  "full-environment-loss, key-secrets-compromise, third-party-outage, "
		  "indexer-db-restore, delayed-backup-verification, other",
		  "full-dr", "fire", NULL, NULL, NULL, 0, 0 },
		{ "the environment production is production, and a drill is never practised there",
		  "full-dr", "other", "production", NULL, NULL, 0, 0 },
		{ "the window ends before it begins", "full-dr", "other", NULL, NULL, NULL, now + 5, now },
		{ "the window has passed", "full-dr", "other", NULL, NULL, NULL, now - 9, now },
		{ "a tabletop needs the id of the incident that it goes through",
		  "tabletop", "other", NULL, NULL, NULL, 0, 0 },
		{ "a tabletop needs the id of the incident that it goes through",
		  "tabletop", "other", NULL, NULL, "../etc", 0, 0 },
		{ "a tabletop cannot go through itself", "tabletop", "other", NULL, NULL, "7k3f9q", 0, 0 },
		{ "only a tabletop replays an incident", "full-dr", "other", NULL, NULL, "2a2a2a", 0, 0 },
		{ "the environment is too long: at most 63 bytes",
		  "full-dr", "other", long_name, NULL, NULL, 0, 0 },
		{ "the image is too long: at most 63 bytes",
		  "full-dr", "other", NULL, long_name, NULL, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct order order = ORDER(orders, DRILL_ANNOUNCED);

		EVENT_SET(order.data, type, rows[i].type);
		EVENT_SET(order.data, name, rows[i].name);
		if (rows[i].environment)
			EVENT_SET(order.data, environment, rows[i].environment);
		if (rows[i].target)
			EVENT_SET(order.data, target, rows[i].target);
		if (rows[i].of)
			EVENT_SET(order.data, of, rows[i].of);
		if (rows[i].when)
			EVENT_SET(order.data, when, rows[i].when);
		if (rows[i].until)
			EVENT_SET(order.data, until, rows[i].until);
		assert_refused(orders, orders_give(orders, &order), rows[i].sentence);
		assert_null(orders->incident.drill);
	}
}

static void only_a_drill_is_announced_as_one(void **state)
{
	struct orders *orders;

	(void)state;
	assert_int_equal(orders_set_up((void **)&orders, 1), 0);
	assert_refused(orders, announce(orders),
		       "it is of the type outage: only a drill is announced as one");
	orders_tear_down((void **)&orders);
}

static void production_is_known_by_its_words(void **state)
{
	static const struct { const char *environment; bool live; } rows[] = {
		{ "production", true }, { "PROD", true }, { "prod-1", true }, { "eu_prd", true },
		{ "eu-production.2", true }, { "pre-production", false }, { "non prod", false },
		{ "preprod", false }, { "products", false }, { "staging", false }, { "lab", false },
		{ "pre-prod, then prod", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct orders *orders;
		struct order order;
		bool taken;

		assert_int_equal(setup((void **)&orders), 0);
		order = plan(orders);
		EVENT_SET(order.data, environment, rows[i].environment);
		taken = orders_give(orders, &order);
		if (taken == rows[i].live)
			fail_msg("%s: %s", rows[i].environment, taken ? "taken" : orders->said);
		if (!taken)
			assert_int_equal(orders->kind, ERR_REFUSED);
		orders_tear_down((void **)&orders);
	}
}

/* --- while it goes on ----------------------------------------------------------------------- */

static void nothing_is_done_in_a_drill_that_nobody_announced(void **state)
{
	struct orders *orders = *state;
	const char *says = "no drill is announced here";

	assert_refused(orders, begin(orders, "db"), says);
	assert_refused(orders, end(orders, "db", true), says);
	assert_refused(orders, verify(orders, true), says);
	assert_refused(orders, finish(orders, false), says);
	assert_refused(orders, tell(orders, EVENT_DRILL_INTERVENED, "x"), says);
	assert_refused(orders, tell(orders, EVENT_DRILL_ROLLED_BACK, "x"), says);
	assert_refused(orders, tell(orders, EVENT_DRILL_REVIEWED, "x"), says);
	assert_refused(orders, sign(orders, "dora"),
		       "no drill was announced here: there is nothing to sign off");
}

static void a_component_is_timed_from_its_first_beginning_to_its_end(void **state)
{
	struct orders *orders = *state;
	const struct drill_component *db;
	msec start;

	announce(orders);
	start = orders->now;
	assert_refused(orders, end(orders, "db", true), "the restoration of db has not begun");
	assert_refused(orders, begin(orders, long_name),
		       "a component's name is too long: at most 63 bytes");
	assert_taken(orders, begin(orders, "db"));
	assert_already(orders, begin(orders, "db"), "the component db is being restored");
	db = &orders->incident.drill->components[0];
	assert_true(db->started == start && db->ended == WHEN_NEVER);
	orders->now += WHEN_MINUTE;
	assert_taken(orders, end(orders, "db", false));
	assert_false(db->ok);
	assert_already(orders, end(orders, "db", false), "the component db is not restored");
	assert_refused(orders, end(orders, "db", true),
		       "the component db is not restored: begin its restoration again");
	assert_taken(orders, begin(orders, "db"));
	orders->now += WHEN_MINUTE;
	assert_taken(orders, end(orders, "db", true));
	assert_true(db->ok && db->started == start && db->ended == start + 2 * WHEN_MINUTE);
	assert_true(db->ended_t - db->started_t == 2 * WHEN_MINUTE);
	assert_already(orders, begin(orders, "db"), "the component db is restored");
	assert_refused(orders, end(orders, "db", false),
		       "the component db is restored: begin its restoration again");
	assert_int_equal(orders->incident.drill->component_count, 1);
}

static void an_end_is_not_before_its_beginning(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, COMPONENT_RESTORED);

	announce(orders);
	begin(orders, "db");
	EVENT_SET(order.data, name, "db");
	order.at = orders->now - WHEN_SECOND;
	assert_refused(orders, orders_give(orders, &order),
		       "the component db cannot be restored before its restoration begins");
}

static void there_is_room_for_so_many_components_and_hands(void **state)
{
	struct orders *orders = *state;
	const struct drill *drill;

	announce(orders);
	drill = orders->incident.drill;
	for (int i = 0; i < DRILL_COMPONENTS; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "c%d", i);
		assert_taken(orders, begin(orders, name));
	}
	assert_refused(orders, begin(orders, "one more"), "a drill restores 16 components at most");
	for (int i = 0; i < DRILL_HANDS + 3; i++)
		assert_taken(orders, tell(orders, EVENT_DRILL_INTERVENED, "restarted it"));
	assert_int_equal(drill->hand_count, DRILL_HANDS);
	assert_int_equal(drill->hands_more, 3);
	assert_string_equal(drill->hands[0].what, "restarted it");
	assert_string_equal(drill->hands[0].by, "ana");
}

static void the_last_verification_counts(void **state)
{
	struct orders *orders = *state;

	announce(orders);
	assert_refused(orders, finish(orders, true),
		       "a drill passes only what was verified, and nothing was");
	assert_taken(orders, verify(orders, true));
	assert_taken(orders, verify(orders, false));
	assert_refused(orders, finish(orders, true),
		       "a drill does not pass whose last verification did not");
	assert_taken(orders, verify(orders, true));
	assert_taken(orders, finish(orders, true));
	assert_true(orders->incident.drill->passed);
	assert_string_equal(orders->incident.drill->verification, sha);
	assert_int_equal(orders->incident.evidence_count, 1);	/* the same bytes are kept once */
	assert_string_equal(orders->incident.evidence[0].name, "verification");
}

static void what_is_only_talked_through_passes_by_talking(void **state)
{
	struct orders *orders = *state;
	struct order order = plan(orders);

	EVENT_SET(order.data, type, "tabletop");
	EVENT_SET(order.data, of, "2a2a2a");
	assert_taken(orders, orders_give(orders, &order));
	assert_string_equal(orders->incident.drill->replays, "2a2a2a");
	assert_taken(orders, finish(orders, true));
}

static void what_is_rolled_back_is_so_once(void **state)
{
	struct orders *orders = *state;

	announce(orders);
	assert_refused(orders, tell(orders, EVENT_DRILL_ROLLED_BACK, " "),
		       "drill.rolled_back needs reason");
	assert_taken(orders, tell(orders, EVENT_DRILL_ROLLED_BACK, "the disk is full"));
	assert_already(orders, tell(orders, EVENT_DRILL_ROLLED_BACK, "again"),
		       "it is rolled back: the disk is full");
	assert_true(orders->incident.drill->rolled_back_at == orders->now);
}

/* --- its end -------------------------------------------------------------------------------- */

static void what_is_finished_takes_no_more(void **state)
{
	struct orders *orders = *state;
	const char *says = "the drill is finished";

	announce(orders);
	begin(orders, "db");
	assert_taken(orders, finish(orders, false));
	assert_string_equal(orders->incident.drill->verdict, "all rows are back");
	assert_already(orders, finish(orders, false), "the drill is finished: it did not pass");
	assert_refused(orders, finish(orders, true), says);
	assert_refused(orders, begin(orders, "api"), says);
	assert_refused(orders, end(orders, "db", true), says);
	assert_refused(orders, verify(orders, true), says);
	assert_refused(orders, tell(orders, EVENT_DRILL_INTERVENED, "x"), says);
	assert_refused(orders, tell(orders, EVENT_DRILL_ROLLED_BACK, "x"), says);
}

static void it_is_finished_then_reviewed_then_signed_off(void **state)
{
	struct orders *orders = *state;
	const struct drill *drill;

	announce(orders);
	drill = orders->incident.drill;
	orders_seat(orders, "audit", "dora");
	assert_refused(orders, tell(orders, EVENT_DRILL_REVIEWED, "x"),
		       "a drill is reviewed when it is finished");
	assert_refused(orders, sign(orders, "dora"), "a drill is signed off after its review");
	finish(orders, false);
	assert_refused(orders, sign(orders, "dora"), "a drill is signed off after its review");
	orders->by = "ben";
	assert_taken(orders, tell(orders, EVENT_DRILL_REVIEWED, "two steps took too long"));
	assert_true(drill->reviewed_at == orders->now);
	assert_string_equal(drill->reviewed_by, "ben");
	assert_already(orders, tell(orders, EVENT_DRILL_REVIEWED, "x"),
		       "the drill was reviewed by ben");
	assert_taken(orders, sign(orders, "dora"));
	assert_string_equal(orders->incident.aftermath.signed_sha256, sha);
}

static void it_may_be_reviewed_after_the_close_and_not_by_who_ran_it_signed_off(void **state)
{
	struct orders *orders = *state;

	announce(orders);
	finish(orders, false);
	orders_status(orders, "resolved", "it is over", "nobody felt it");
	assert_taken(orders, orders_status(orders, "closed", NULL, NULL));
	assert_taken(orders, tell(orders, EVENT_DRILL_REVIEWED, "two steps took too long"));
	orders_seat(orders, "audit", "ana");
	assert_refused(orders, sign(orders, "ana"),
		       "whoever ran it does not sign it off: ana declared it and ran the drill");
	orders_seat(orders, "audit", "dora");
	assert_taken(orders, sign(orders, "dora"));
}

/* Of a console that had not seen the end. */
static void what_is_verified_after_the_end_is_kept_and_counts_no_more(void **state)
{
	struct orders *orders = *state;
	struct event event = { .kind = EVENT_DRILL_VERIFIED, .at = orders->now, .rec = orders->now };
	bool repeat;

	announce(orders);
	verify(orders, true);
	finish(orders, true);
	str_put(event.origin, sizeof(event.origin), "bbbbbbbbbbbbbbbb");
	EVENT_SET(event.data, ok, false);
	EVENT_SET(event.data, sha256, "of another one");
	incident_fold(&orders->incident, &event, &repeat);
	assert_true(orders->incident.drill->verified_ok);
	assert_string_equal(orders->incident.drill->verification, sha);
	assert_int_equal(orders->incident.evidence_count, 2);
}

static void every_word_is_found_again(void **state)
{
	(void)state;
	for (enum drill_type type = 0, found; type < DRILL_TYPE_COUNT; type++) {
		assert_true(drill_type_find(drill_type_word(type), &found));
		assert_int_equal(found, type);
	}
	for (enum drill_scenario s = 0, found; s < DRILL_SCENARIO_COUNT; s++) {
		assert_true(drill_scenario_find(drill_scenario_word(s), &found));
		assert_int_equal(found, s);
	}
	assert_false(drill_type_find(NULL, &(enum drill_type){ 0 }));
	assert_false(drill_scenario_find("", &(enum drill_scenario){ 0 }));
	assert_int_equal(drill_type_every(DRILL_VERIFICATION), 7 * WHEN_DAY);
	assert_string_equal(drill_scenario_runbook(SCENARIO_SECRETS), "dr-secrets-compromise");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define OF(test) cmocka_unit_test_setup_teardown(test, setup, orders_tear_down)
		OF(an_announcement_says_what_is_practised_where_and_until_when),
		OF(an_announcement_that_cannot_be_is_refused),
		cmocka_unit_test(only_a_drill_is_announced_as_one),
		cmocka_unit_test(production_is_known_by_its_words),
		OF(nothing_is_done_in_a_drill_that_nobody_announced),
		OF(a_component_is_timed_from_its_first_beginning_to_its_end),
		OF(an_end_is_not_before_its_beginning),
		OF(there_is_room_for_so_many_components_and_hands),
		OF(the_last_verification_counts),
		OF(what_is_only_talked_through_passes_by_talking),
		OF(what_is_rolled_back_is_so_once),
		OF(what_is_finished_takes_no_more),
		OF(it_is_finished_then_reviewed_then_signed_off),
		OF(it_may_be_reviewed_after_the_close_and_not_by_who_ran_it_signed_off),
		OF(what_is_verified_after_the_end_is_kept_and_counts_no_more),
		cmocka_unit_test(every_word_is_found_again),
#undef OF
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
