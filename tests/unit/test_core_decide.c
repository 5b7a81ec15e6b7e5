/* Orders become events or a sentence: severity, status, seats, command, what must be settled. */
#include "core/decide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/orders.h"

#define MIN WHEN_MINUTE

static int build(void **state)
{
	return orders_set_up(state, 2);
}

/* An order with one or two texts, as most of them are. */
static bool give(struct orders *orders, enum event_kind kind, const char *text)
{
	struct order order = { .kind = kind, .at = WHEN_NEVER, .src = SRC_HUMAN, .by = orders->by };

	if (text)
		EVENT_SET(order.data, text, text);
	return orders_give(orders, &order);
}

/* --- declaring ------------------------------------------------------------------------------ */

static void a_declaration_begins_an_incident_in_triage(void **state)
{
	const struct orders *orders = *state;

	assert_int_equal(orders->incident.status, INCIDENT_TRIAGE);
	assert_int_equal(orders->incident.severity, 2);
	assert_string_equal(orders->incident.type, "outage");
	assert_string_equal(orders->incident.title, "Indexer down");
}

static void a_declaration_needs_title_and_severity_that_are_such(void **state)
{
	char long_title[TITLE_MAX + 1] = "";
	const struct {
		const char *title, *type;
		int64_t severity;
		const char *sentence;
	} cases[] = {
		{ NULL, NULL, 1, "incident.declared needs title" },
		{ " \t", NULL, 1, "incident.declared needs title" },
		{ "x", NULL, 0, "a severity is 1, 2 or 3" },
		{ "x", NULL, 4, "a severity is 1, 2 or 3" },
		{ "x", NULL, -1, "a severity is 1, 2 or 3" },
		{ "x", "fire", 1, "an incident's type is outage, recovery or drill" },
		{ long_title, NULL, 1, "the title is too long: at most 159 bytes" },
	};
	static struct orders orders;

	(void)state;
	memset(long_title, 'a', TITLE_MAX);
	orders_open(&orders);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct order order = ORDER(&orders, INCIDENT_DECLARED);

		if (cases[i].title)
			EVENT_SET(order.data, title, cases[i].title);
		if (cases[i].type)
			EVENT_SET(order.data, type, cases[i].type);
		EVENT_SET(order.data, severity, cases[i].severity);
		assert_refused(&orders, orders_give(&orders, &order), cases[i].sentence);
		assert_int_equal(orders.kind, ERR_INPUT);
	}
	orders_close(&orders);
}

static void before_the_declaration_only_it_and_the_past_are_taken(void **state)
{
	static struct orders orders;
	struct order order;

	(void)state;
	orders_open(&orders);
	assert_refused(&orders, orders_note(&orders, "x"), "no incident is declared here yet");
	order = ORDER(&orders, SESSION_JOINED);
	EVENT_SET(order.data, tool_version, "1");
	EVENT_SET(order.data, host, "h");
	EVENT_SET(order.data, console, "console");
	assert_taken(&orders, orders_give(&orders, &order));
	order = ORDER(&orders, RECORDING_GAP);
	EVENT_SET(order.data, when, orders.now - WHEN_HOUR);
	EVENT_SET(order.data, until, orders.now - MIN);
	assert_taken(&orders, orders_give(&orders, &order));
	orders_close(&orders);
}

static void an_incident_is_declared_once(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, INCIDENT_DECLARED);

	EVENT_SET(order.data, title, "x");
	EVENT_SET(order.data, severity, 1);
	assert_refused(orders, orders_give(orders, &order), "it was declared already, as #7k3f9q");
}

/* --- who and when --------------------------------------------------------------------------- */

static void a_person_s_order_needs_a_name_and_an_instrument_s_none(void **state)
{
	struct orders *orders = *state;

	orders->by = " ";
	assert_refused(orders, orders_note(orders, "x"), "nobody is named as its author");
	orders->by = NULL;
	assert_refused(orders, orders_note(orders, "x"), "nobody is named as its author");
	assert_true(orders_fire(orders, "IndexerDown"));
}

static void what_has_happened_lies_not_ahead_but_for_five_seconds(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, NOTE);

	EVENT_SET(order.data, text, "x");
	order.at = orders->now + 5 * WHEN_SECOND;
	assert_taken(orders, orders_give(orders, &order));
	order.at++;
	assert_refused(orders, orders_give(orders, &order),
		       "it cannot have happened at 01:57:40Z: that lies in the future");
	order.at = orders->now - WHEN_DAY;
	assert_taken(orders, orders_give(orders, &order));
	assert_true(orders->last[0].at == orders->now - WHEN_DAY);
	assert_true(orders->last[0].rec == orders->now);
}

static void times_outside_of_all_calendars_are_none(void **state)
{
	static const msec times[] = { 0, -2, INT64_MIN, INT64_MAX };
	struct orders *orders = *state;

	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		struct order order = ORDER(orders, NOTE);

		EVENT_SET(order.data, text, "x");
		order.at = times[i];
		assert_refused(orders, orders_give(orders, &order),
			       "that is no time at which something can have happened");
	}
}

static void a_member_that_is_missing_is_named(void **state)
{
	static const struct {
		enum event_kind kind;
		const char *sentence;
	} cases[] = {
		{ EVENT_NOTE, "note needs text" }, { EVENT_UPDATE_SENT, "update.sent needs type" },
		{ EVENT_ROLE_TAKEN, "role.taken needs role" },
		{ EVENT_TIMER_STARTED, "timer.started needs text" },
		{ EVENT_ESCALATED, "escalated needs who" },
	};
	struct orders *orders = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_refused(orders, give(orders, cases[i].kind, NULL), cases[i].sentence);
}

static void members_of_other_kinds_are_not_written_down(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, NOTE);
	struct decision decision;

	EVENT_SET(order.data, text, "x");
	EVENT_SET(order.data, url, "https://example");
	assert_true(decide(&orders->incident, &orders->policy, &order, orders->now, &decision, NULL));
	assert_true(decision.events[0].data.has == F(text));
	decision_done(&decision);
}

/* --- severity ------------------------------------------------------------------------------- */

static void a_severity_rises_at_once_and_falls_with_a_reason(void **state)
{
	struct orders *orders = *state;

	assert_taken(orders, orders_severity(orders, "SEV1", NULL));
	assert_int_equal(orders->incident.severity, 1);
	assert_refused(orders, orders_severity(orders, "2", NULL),
		       "a lower severity needs a reason");
	assert_refused(orders, orders_severity(orders, "2", "  "),
		       "a lower severity needs a reason");
	assert_taken(orders, orders_severity(orders, "2", "reads work again"));
	assert_int_equal(orders->incident.severity, 2);
	assert_int_equal(orders->incident.max_severity, 1);
	assert_already(orders, orders_severity(orders, "SEV2", NULL), "it is SEV2 already");
	assert_refused(orders, orders_severity(orders, "SEV4", NULL),
		       "a severity is SEV1, SEV2 or SEV3");
}

static void a_conflict_is_settled_by_saying_what_it_is(void **state)
{
	struct orders *orders = *state;

	orders->incident.conflict.severity = orders->incident.conflict.status = true;
	assert_taken(orders, orders_severity(orders, "SEV2", NULL));
	assert_false(orders->incident.conflict.severity);
	assert_taken(orders, orders_status(orders, "investigating", NULL, NULL));
	assert_false(orders->incident.conflict.status);
}

/* --- status --------------------------------------------------------------------------------- */

static void work_goes_to_and_fro_between_the_open_statuses(void **state)
{
	static const char *const course[] = {
		"investigating", "identified", "monitoring", "mitigated", "investigating", "mitigated",
	};
	struct orders *orders = *state;

	for (size_t i = 0; i < ARRAY_LEN(course); i++) {
		assert_taken(orders, orders_status(orders, course[i], NULL, NULL));
		assert_string_equal(incident_status_word(orders->incident.status), course[i]);
		orders->now += MIN;
	}
	assert_already(orders, orders_status(orders, "mitigated", NULL, NULL),
		       "it is mitigated already");
	assert_refused(orders, orders_status(orders, "triage", NULL, NULL),
		       "triage is where an incident begins: say investigating");
	assert_refused(orders, orders_status(orders, "on fire", NULL, NULL),
		       "there is no such status");
}

static void a_resolution_needs_the_customer_impact(void **state)
{
	struct orders *orders = *state;

	assert_refused(orders, orders_status(orders, "resolved", "done", NULL),
		       "a resolution needs the customer impact in words");
	assert_refused(orders, orders_status(orders, "resolved", "done", " "),
		       "a resolution needs the customer impact in words");
	assert_taken(orders, orders_status(orders, "resolved", NULL, "payments were late"));
	assert_string_equal(orders->incident.summary, "payments were late");
	assert_true(orders->incident.milestones[MILESTONE_RESOLVED].at == orders->now);
}

static void add_item(struct orders *orders, enum event_kind kind, const char *text)
{
	struct order order = { .kind = kind, .at = WHEN_NEVER, .src = SRC_HUMAN, .by = "ana" };

	EVENT_SET(order.data, text, text);
	EVENT_SET(order.data, until, orders->now + WHEN_HOUR);
	if (kind == EVENT_ACTION_ITEM)
		EVENT_SET(order.data, type, "alert");
	assert_taken(orders, orders_give(orders, &order));
}

static void a_resolution_although_something_remains_needs_a_reason(void **state)
{
	struct orders *orders = *state;

	orders_fire(orders, "IndexerDown");
	add_item(orders, EVENT_FOLLOW_UP_ADDED, "resume the payout cron");
	assert_refused(orders, orders_status(orders, "resolved", NULL, "payments were late"),
		       "a reason is needed, because something remains (1 alert still fires: "
		       "IndexerDown; 1 follow-up is open: resume the payout cron)");
	assert_taken(orders, orders_status(orders, "resolved", "the alert lags",
					   "payments were late"));
}

static void closing_waits_until_all_is_settled_and_says_what_is_not(void **state)
{
	struct orders *orders = *state;

	add_item(orders, EVENT_FOLLOW_UP_ADDED, "resume the payout cron");
	add_item(orders, EVENT_DEFERRED_ADDED, "rotate the key");
	add_item(orders, EVENT_TIMER_STARTED, "check the archive");
	add_item(orders, EVENT_ACTION_ITEM, "alert on the archive");
	assert_refused(orders, orders_status(orders, "closed", NULL, NULL),
		       "it is triage: resolve it first");
	assert_taken(orders, orders_status(orders, "resolved", "all good", "payments were late"));
	assert_refused(orders, orders_status(orders, "closed", NULL, NULL),
		       "it cannot be closed yet: settle what remains "
		       "(1 follow-up is open: resume the payout cron; "
		       "1 deferred item is open: rotate the key; "
		       "1 ask has no answer: check the archive; "
		       "1 action has no owner or no date: alert on the archive)");
}

static bool settle(struct orders *orders, enum event_kind kind, const char *of)
{
	struct order order = { .kind = kind, .at = WHEN_NEVER, .src = SRC_HUMAN, .by = "ana" };

	EVENT_SET(order.data, of, of);
	EVENT_SET(order.data, text, "done");
	return orders_give(orders, &order);
}

static void what_is_settled_does_not_keep_it_open(void **state)
{
	struct orders *orders = *state;

	add_item(orders, EVENT_FOLLOW_UP_ADDED, "resume the payout cron");
	add_item(orders, EVENT_DEFERRED_ADDED, "rotate the key");
	add_item(orders, EVENT_TIMER_STARTED, "check the archive");
	assert_taken(orders, settle(orders, EVENT_FOLLOW_UP_SETTLED,
				    orders->incident.follow_ups[0].event));
	assert_taken(orders, settle(orders, EVENT_DEFERRED_SETTLED, "1"));
	assert_taken(orders, settle(orders, EVENT_TIMER_ENDED, "1"));
	assert_already(orders, settle(orders, EVENT_TIMER_ENDED, "1"), "ask 1 is settled: done");
	assert_refused(orders, settle(orders, EVENT_TIMER_ENDED, "2"), "there is no such ask");
	assert_int_equal(orders->kind, ERR_NOT_FOUND);
	assert_taken(orders, orders_status(orders, "resolved", NULL, "payments were late"));
	assert_taken(orders, orders_status(orders, "closed", NULL, NULL));
	assert_already(orders, orders_status(orders, "closed", NULL, NULL), "it is closed already");
}

static void a_silence_that_remains_keeps_it_from_being_closed(void **state)
{
	struct orders *orders = *state;

	orders_fire(orders, "IndexerDown");
	orders->incident.alerts[0].silence = SILENCE_ASKED;
	assert_taken(orders, orders_status(orders, "resolved", "all good", "payments were late"));
	assert_refused(orders, orders_status(orders, "closed", NULL, NULL),
		       "it cannot be closed yet: settle what remains "
		       "(1 silence remains: IndexerDown)");
}

static void cancelling_and_reopening_need_a_reason(void **state)
{
	struct orders *orders = *state;

	assert_refused(orders, orders_status(orders, "cancelled", NULL, NULL),
		       "cancelling needs a reason");
	assert_already(orders, orders_status(orders, "reopened", NULL, NULL), "it is open: triage");
	assert_taken(orders, orders_status(orders, "cancelled", "it was a test", NULL));
	assert_refused(orders, orders_status(orders, "reopened", "", NULL),
		       "reopening needs a reason");
	assert_taken(orders, orders_status(orders, "reopened", "it was none", NULL));
	assert_true(incident_open(&orders->incident));
}

static void merging_names_another_incident(void **state)
{
	static const struct {
		const char *into, *sentence;
	} cases[] = {
		{ NULL, "merging needs the id of the incident that goes on" },
		{ "x", "merging needs the id of the incident that goes on" },
		{ "../../", "merging needs the id of the incident that goes on" },
		{ "7k3f9q", "an incident cannot be merged into itself" },
	};
	struct orders *orders = *state;
	struct order order = ORDER(orders, STATUS_SET);

	EVENT_SET(order.data, new_, "merged");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (cases[i].into)
			EVENT_SET(order.data, into, cases[i].into);
		assert_refused(orders, orders_give(orders, &order), cases[i].sentence);
	}
	EVENT_SET(order.data, into, "2a2a2a");
	assert_taken(orders, orders_give(orders, &order));
	assert_refused(orders, orders_severity(orders, "SEV1", NULL),
		       "it is merged: the work goes on in #2a2a2a");
}

static void what_is_resolved_goes_on_only_when_it_is_reopened(void **state)
{
	static const char *const course[] = {
		"investigating", "mitigated", "cancelled", "monitoring",
	};
	struct orders *orders = *state;

	orders_status(orders, "resolved", NULL, "payments were late");
	for (size_t i = 0; i < ARRAY_LEN(course); i++)
		assert_refused(orders, orders_status(orders, course[i], "x", NULL),
			       "it is resolved: reopen it first");
	assert_taken(orders, orders_severity(orders, "SEV1", NULL));
	orders->now += WHEN_HOUR;
	assert_taken(orders, orders_status(orders, "reopened", "it came back", NULL));
	assert_true(orders->incident.reopened_t == orders->now);
	assert_taken(orders, orders_status(orders, "investigating", NULL, NULL));
}

static void what_is_over_takes_no_more_than_its_record(void **state)
{
	struct orders *orders = *state;
	const char *over = "it is closed: it takes notes, corrections, exports, evidence, what "
			   "belongs to the postmortem, and reopening";
	struct order order;

	add_item(orders, EVENT_ACTION_ITEM, "alert on the archive");
	str_put(orders->incident.actions[0].who, NAME_TEXT, "bo");
	orders_status(orders, "resolved", NULL, "payments were late");
	assert_taken(orders, orders_status(orders, "closed", NULL, NULL));
	assert_refused(orders, orders_severity(orders, "SEV1", NULL), over);
	assert_refused(orders, orders_seat(orders, "scribe", "bo"), over);
	assert_refused(orders, give(orders, EVENT_TIMER_STARTED, "x"), over);
	assert_refused(orders, orders_status(orders, "investigating", NULL, NULL),
		       "it is closed: reopen it first");
	assert_taken(orders, orders_note(orders, "the archive was full"));
	order = ORDER(orders, EXPORT_WRITTEN);
	EVENT_SET(order.data, format, "md");
	EVENT_SET(order.data, sha256,
		  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	assert_taken(orders, orders_give(orders, &order));
	assert_taken(orders, settle(orders, EVENT_ACTION_ITEM_DONE, "1"));
	assert_taken(orders, orders_status(orders, "reopened", "it came back", NULL));
}

/* --- seats and command ---------------------------------------------------------------------- */

static void an_empty_seat_is_taken_directly(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, ROLE_TAKEN);

	EVENT_SET(order.data, role, "commander");
	assert_taken(orders, orders_give(orders, &order));
	assert_string_equal(orders->incident.seats[SEAT_COMMANDER].who, "ana");
	assert_already(orders, orders_seat(orders, "commander", "ana"),
		       "the seat commander is held by ana");
	assert_taken(orders, orders_seat(orders, "scribe", "bo"));
	assert_taken(orders, orders_seat(orders, "scribe", "cleo"));
	assert_refused(orders, orders_seat(orders, "cook", "bo"),
		       "a seat is one of commander, infrastructure, indexer-operator, app-owner, "
		       "audit, scribe, comms");
}

static void command_is_never_taken_from_somebody(void **state)
{
	struct orders *orders = *state;

	orders_seat(orders, "commander", "ana");
	assert_refused(orders, orders_seat(orders, "commander", "ben"),
		       "command is held by ana: it is offered and accepted, not taken");
}

static bool offer(struct orders *orders, const char *from, const char *who)
{
	struct order order = ORDER(orders, COMMAND_OFFERED);

	order.by = from;
	EVENT_SET(order.data, who, who);
	EVENT_SET(order.data, text, "the card");
	return orders_give(orders, &order);
}

static bool reply(struct orders *orders, enum event_kind kind, const char *by, const char *of)
{
	struct order order = { .kind = kind, .at = WHEN_NEVER, .src = SRC_HUMAN, .by = by };

	if (of)
		EVENT_SET(order.data, of, of);
	return orders_give(orders, &order);
}

static void command_is_handed_over_with_two_hands(void **state)
{
	struct orders *orders = *state;

	assert_refused(orders, offer(orders, "ana", "ben"),
		       "nobody has command: the seat is taken, not offered");
	orders_seat(orders, "commander", "ana");
	assert_refused(orders, offer(orders, "cleo", "ben"),
		       "command is held by ana, and only who has it can offer it");
	assert_already(orders, offer(orders, "ana", "ana"), "command is held by ana");
	assert_refused(orders, reply(orders, EVENT_COMMAND_ACCEPTED, "ben", NULL),
		       "no offer of command waits for an answer");
	assert_taken(orders, offer(orders, "ana", "ben"));
	assert_already(orders, offer(orders, "ana", "ben"), "command is offered to ben");
	assert_refused(orders, reply(orders, EVENT_COMMAND_ACCEPTED, "cleo", NULL),
		       "command is offered to ben, who answers for themselves");
	assert_string_equal(orders->incident.seats[SEAT_COMMANDER].who, "ana");
	assert_taken(orders, reply(orders, EVENT_COMMAND_ACCEPTED, "ben", NULL));
	assert_string_equal(orders->incident.seats[SEAT_COMMANDER].who, "ben");
	assert_already(orders, reply(orders, EVENT_COMMAND_ACCEPTED, "ben", NULL),
		       "command is held by ben");
}

static void a_new_offer_withdraws_the_one_before(void **state)
{
	struct orders *orders = *state;
	char first[ULID_TEXT];

	orders_seat(orders, "commander", "ana");
	offer(orders, "ana", "ben");
	memcpy(first, orders->id, sizeof(first));
	assert_taken(orders, offer(orders, "ana", "cleo"));
	assert_refused(orders, reply(orders, EVENT_COMMAND_ACCEPTED, "ben", first),
		       "that offer of command was withdrawn");
	assert_taken(orders, reply(orders, EVENT_COMMAND_DECLINED, "cleo", NULL));
	assert_string_equal(orders->incident.offer.event, "");
	assert_string_equal(orders->incident.seats[SEAT_COMMANDER].who, "ana");
}

static void who_has_lost_command_cannot_hand_it_over(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, ROLE_RELEASED);

	orders_seat(orders, "commander", "ana");
	offer(orders, "ana", "ben");
	EVENT_SET(order.data, role, "commander");
	assert_taken(orders, orders_give(orders, &order));
	assert_refused(orders, reply(orders, EVENT_COMMAND_ACCEPTED, "ben", NULL),
		       "the offer of command is void: who made it has it no more");
	assert_already(orders, orders_give(orders, &order), "the seat commander is empty");
	assert_taken(orders, orders_seat(orders, "commander", "ben"));
}

/* --- tracked items -------------------------------------------------------------------------- */

static void what_is_planned_lies_ahead(void **state)
{
	static const enum event_kind kinds[] = {
		EVENT_TIMER_STARTED, EVENT_FOLLOW_UP_ADDED, EVENT_DEFERRED_ADDED,
	};
	struct orders *orders = *state;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct order order = { .kind = kinds[i], .at = WHEN_NEVER, .src = SRC_HUMAN,
				       .by = "ana" };

		EVENT_SET(order.data, text, "x");
		EVENT_SET(order.data, until, orders->now);
		assert_refused(orders, orders_give(orders, &order),
			       "the time that is set for it has passed");
	}
}

static void what_is_put_off_comes_back_to_somebody(void **state)
{
	struct orders *orders = *state;

	assert_refused(orders, give(orders, EVENT_DEFERRED_ADDED, "x"),
		       "what is put off needs a time when it comes back");
	add_item(orders, EVENT_DEFERRED_ADDED, "x");
	assert_string_equal(orders->incident.deferred[0].who, "ana");
}

static void an_action_is_of_one_of_four_types(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, ACTION_ITEM);

	EVENT_SET(order.data, type, "prayer");
	EVENT_SET(order.data, text, "x");
	assert_refused(orders, orders_give(orders, &order),
		       "an action's type is alert, test, fix or process");
}

static void a_call_counts_as_answered_unless_it_is_said_not_to(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, ESCALATED);

	EVENT_SET(order.data, who, "infra");
	assert_taken(orders, orders_give(orders, &order));
	assert_true(orders->incident.escalated[0].reached);
	EVENT_SET(order.data, ok, false);
	assert_taken(orders, orders_give(orders, &order));
	assert_false(orders->incident.escalated[1].reached);
}

static void the_ten_minutes_are_answered_once(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, CHECKPOINT_ANSWERED);

	EVENT_SET(order.data, name, "first_minutes");
	EVENT_SET(order.data, text, "mitigating");
	assert_taken(orders, orders_give(orders, &order));
	assert_already(orders, orders_give(orders, &order), "it was answered: mitigating");
}

static void what_remains_is_one_line_each_with_three_names(void **state)
{
	static const char *const names[] = { "A", "B", "C", "D", "E" };
	struct orders *orders = *state;
	struct world *world = world_new(orders->now);
	struct buf out = {0};

	assert_int_equal(decide_remains(&orders->incident, world, &out), 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		orders_fire(orders, names[i]);
	world->tx_configured = true;
	world->tx.known = true;
	world->tx.stuck = 37;
	assert_int_equal(decide_remains(&orders->incident, world, &out), 2);
	assert_string_equal(buf_cstr(&out), "5 alerts still fire: A, B, C and 2 more\n"
			    "37 transactions are stuck\n");
	buf_done(&out);
	world_free(world);
}

int main(void)
{
#define RIGGED(test) cmocka_unit_test_setup_teardown(test, build, orders_tear_down)
	static const struct CMUnitTest tests[] = {
		RIGGED(a_declaration_begins_an_incident_in_triage),
		RIGGED(a_declaration_needs_title_and_severity_that_are_such),
		RIGGED(before_the_declaration_only_it_and_the_past_are_taken),
		RIGGED(an_incident_is_declared_once),
		RIGGED(a_person_s_order_needs_a_name_and_an_instrument_s_none),
		RIGGED(what_has_happened_lies_not_ahead_but_for_five_seconds),
		RIGGED(times_outside_of_all_calendars_are_none),
		RIGGED(a_member_that_is_missing_is_named),
		RIGGED(members_of_other_kinds_are_not_written_down),
		RIGGED(a_severity_rises_at_once_and_falls_with_a_reason),
		RIGGED(a_conflict_is_settled_by_saying_what_it_is),
		RIGGED(work_goes_to_and_fro_between_the_open_statuses),
		RIGGED(a_resolution_needs_the_customer_impact),
		RIGGED(a_resolution_although_something_remains_needs_a_reason),
		RIGGED(closing_waits_until_all_is_settled_and_says_what_is_not),
		RIGGED(what_is_settled_does_not_keep_it_open),
		RIGGED(a_silence_that_remains_keeps_it_from_being_closed),
		RIGGED(cancelling_and_reopening_need_a_reason),
		RIGGED(merging_names_another_incident),
		RIGGED(what_is_resolved_goes_on_only_when_it_is_reopened),
		RIGGED(what_is_over_takes_no_more_than_its_record),
		RIGGED(an_empty_seat_is_taken_directly),
		RIGGED(command_is_never_taken_from_somebody),
		RIGGED(command_is_handed_over_with_two_hands),
		RIGGED(a_new_offer_withdraws_the_one_before),
		RIGGED(who_has_lost_command_cannot_hand_it_over),
		RIGGED(what_is_planned_lies_ahead),
		RIGGED(what_is_put_off_comes_back_to_somebody),
		RIGGED(an_action_is_of_one_of_four_types),
		RIGGED(a_call_counts_as_answered_unless_it_is_said_not_to),
		RIGGED(the_ten_minutes_are_answered_once),
		RIGGED(what_remains_is_one_line_each_with_three_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
