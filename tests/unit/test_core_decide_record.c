/* Orders about the record, and about what leaves the house and comes from outside. */
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
	return orders_set_up(state, 1);
}

/* --- the record ----------------------------------------------------------------------------- */

static struct order about(const struct orders *orders, enum event_kind kind,
			  enum event_kind of_kind, const char *of_by)
{
	struct order order = { .kind = kind, .at = WHEN_NEVER, .src = SRC_HUMAN,
			       .by = orders->by, .of_kind = of_kind, .of_by = of_by };

	EVENT_SET(order.data, of, "01JTESTEVENT00000000000001");
	return order;
}

static void taken_back_is_what_one_did_oneself(void **state)
{
	static const enum event_kind mine[] = {
		EVENT_NOTE, EVENT_SEVERITY_SET, EVENT_ROLE_TAKEN, EVENT_MILESTONE_SET,
		EVENT_FOLLOW_UP_ADDED, EVENT_ALERT_ACKED, EVENT_TICKET_SET,
	};
	struct orders *orders = *state;

	for (size_t i = 0; i < ARRAY_LEN(mine); i++) {
		struct order order = about(orders, EVENT_UNDO, mine[i], "ana");

		assert_taken(orders, orders_give(orders, &order));
		order.of_by = "ben";
		assert_refused(orders, orders_give(orders, &order),
			       "only who did it can take it back");
		order.of_undone = true;
		assert_already(orders, orders_give(orders, &order), "it was taken back");
	}
}

static void what_left_the_house_is_not_taken_back(void **state)
{
	static const struct {
		enum event_kind kind;
		const char *sentence;
	} cases[] = {
		{ EVENT_UPDATE_SENT, "an event of the kind update.sent cannot be taken back" },
		{ EVENT_ALERT_SILENCED, "an event of the kind alert.silenced cannot be taken back" },
		{ EVENT_ESCALATED, "an event of the kind escalated cannot be taken back" },
		{ EVENT_STATUS_SET, "an event of the kind status.set cannot be taken back" },
		{ EVENT_UNDO, "an event of the kind undo cannot be taken back" },
		{ EVENT_UNKNOWN, "there is no such event in this incident" },
	};
	struct orders *orders = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct order order = about(orders, EVENT_UNDO, cases[i].kind, "ana");

		assert_refused(orders, orders_give(orders, &order), cases[i].sentence);
	}
}

static void when_it_is_over_only_remarks_are_taken_back(void **state)
{
	struct orders *orders = *state;
	struct order order = about(orders, EVENT_UNDO, EVENT_SEVERITY_SET, "ana");

	orders_status(orders, "cancelled", "it was a test", NULL);
	assert_refused(orders, orders_give(orders, &order), "it is cancelled: reopen it first");
	order.of_kind = EVENT_NOTE;
	assert_taken(orders, orders_give(orders, &order));
}

static void a_correction_says_what_is_otherwise(void **state)
{
	struct orders *orders = *state;
	struct order order = about(orders, EVENT_CORRECTION, EVENT_NOTE, "ben");

	assert_refused(orders, orders_give(orders, &order),
		       "a correction needs another text or another time");
	EVENT_SET(order.data, text, "it was the archive");
	assert_taken(orders, orders_give(orders, &order));
	order.of_kind = EVENT_UPDATE_SENT;
	assert_refused(orders, orders_give(orders, &order),
		       "what was sent was read as it was: send another update");
	order.of_kind = EVENT_UNKNOWN;
	assert_refused(orders, orders_give(orders, &order),
		       "there is no such event in this incident");
	assert_int_equal(orders->kind, ERR_NOT_FOUND);
}

static bool milestone(struct orders *orders, const char *name, msec when, const char *reason)
{
	struct order order = ORDER(orders, MILESTONE_SET);

	EVENT_SET(order.data, name, name);
	EVENT_SET(order.data, when, when);
	if (reason)
		EVENT_SET(order.data, reason, reason);
	return orders_give(orders, &order);
}

static void milestones_keep_their_order_and_their_reasons(void **state)
{
	struct orders *orders = *state;
	msec now = orders->now;

	assert_taken(orders, milestone(orders, "impact_started", now - 9 * MIN, NULL));
	assert_already(orders, milestone(orders, "impact_started", now - 9 * MIN, NULL),
		       "that is when it was");
	assert_refused(orders, milestone(orders, "impact_started", now - 8 * MIN, NULL),
		       "another time for a milestone that a person has set needs a reason");
	assert_taken(orders, milestone(orders, "impact_started", now - 8 * MIN, "the log says so"));
	assert_refused(orders, milestone(orders, "mitigated", now - 10 * MIN, NULL),
		       "mitigated cannot be before impact_started");
	assert_refused(orders, milestone(orders, "declared", now - 2 * MIN, "x"),
		       "the declaration is on the record: its clocks count from it");
	assert_refused(orders, milestone(orders, "resolved", now, "x"), "it is not resolved yet");
	assert_refused(orders, milestone(orders, "detected", now + MIN, NULL),
		       "when lies in the future");
	assert_refused(orders, milestone(orders, "lunch", now, NULL), "there is no such milestone");
}

static void a_status_is_not_older_than_what_it_follows(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, STATUS_SET);

	assert_taken(orders, milestone(orders, "impact_started", orders->now - 30 * WHEN_SECOND,
				       NULL));
	EVENT_SET(order.data, new_, "mitigated");
	order.at = orders->now - 40 * WHEN_SECOND;
	assert_refused(orders, orders_give(orders, &order),
		       "mitigated cannot be before impact_started");
	order.at = orders->incident.declared_at - 1;
	assert_refused(orders, orders_give(orders, &order),
		       "before the declaration it had no status");
	order.at = orders->now - 20 * WHEN_SECOND;
	assert_taken(orders, orders_give(orders, &order));
}

/* The clock of this host is a day back, and nobody can wait for it to come round again. */
static void what_happens_now_is_taken_although_the_clock_was_set_back(void **state)
{
	struct orders *orders = *state;
	struct order status = ORDER(orders, STATUS_SET), severity = ORDER(orders, SEVERITY_SET);
	struct order prompt = ORDER(orders, UPDATE_DUE);

	assert_taken(orders, milestone(orders, "impact_started", orders->now, NULL));
	orders->now -= WHEN_DAY;
	EVENT_SET(status.data, new_, "mitigated");
	assert_taken(orders, orders_give(orders, &status));
	EVENT_SET(severity.data, new_, orders->incident.severity == 1 ? "SEV2" : "SEV1");
	EVENT_SET(severity.data, reason, "part of it works");
	assert_taken(orders, orders_give(orders, &severity));
	prompt.src = SRC_SENSED;
	EVENT_SET(prompt.data, when, orders->now);
	assert_taken(orders, orders_give(orders, &prompt));
	EVENT_SET(status.data, new_, "resolved");
	EVENT_SET(status.data, text, "payments waited");
	assert_taken(orders, orders_give(orders, &status));
	EVENT_SET(status.data, new_, "closed");
	assert_taken(orders, orders_give(orders, &status));
}

static void evidence_is_kept_once_by_its_digest(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, EVIDENCE_ADDED);

	EVENT_SET(order.data, sha256, "ABC");
	EVENT_SET(order.data, bytes, 12);
	EVENT_SET(order.data, name, "psql.txt");
	assert_refused(orders, orders_give(orders, &order), "sha256 is 64 hexadecimal digits");
	EVENT_SET(order.data, sha256,
		  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	assert_taken(orders, orders_give(orders, &order));
	assert_already(orders, orders_give(orders, &order), "the same bytes are kept");
}

static void a_gap_ends_after_it_begins(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, RECORDING_GAP);

	EVENT_SET(order.data, when, orders->now - MIN);
	EVENT_SET(order.data, until, orders->now - 2 * MIN);
	assert_refused(orders, orders_give(orders, &order), "when is after until");
	EVENT_SET(order.data, until, orders->now + MIN);
	assert_refused(orders, orders_give(orders, &order), "until lies in the future");
}

static void a_clock_that_was_not_set_is_no_news(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, CLOCK_STEPPED);

	EVENT_SET(order.data, by_ms, 0);
	assert_already(orders, orders_give(orders, &order), "the clock is right");
	EVENT_SET(order.data, by_ms, WHEN_HOUR);
	assert_taken(orders, orders_give(orders, &order));
}

static void a_ticket_is_set_once(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, TICKET_SET);

	EVENT_SET(order.data, url, "https://tickets.example/7");
	assert_taken(orders, orders_give(orders, &order));
	assert_already(orders, orders_give(orders, &order), "that is its ticket");
}

/* --- updates -------------------------------------------------------------------------------- */

struct message {
	const char *type, *channel;
	bool by_hand;
	msec next_at;			/* WHEN_NEVER */
};

static bool send(struct orders *orders, struct message message)
{
	struct order order = ORDER(orders, UPDATE_SENT);

	EVENT_SET(order.data, type, message.type);
	EVENT_SET(order.data, text, "payments are delayed");
	if (message.channel)
		EVENT_SET(order.data, channels, ((struct text_list){ &message.channel, 1 }));
	EVENT_SET(order.data, by_hand, message.by_hand);
	if (message.next_at != WHEN_NEVER)
		EVENT_SET(order.data, next_at, message.next_at);
	return orders_give(orders, &order);
}

static void an_update_goes_to_a_channel_or_was_posted_by_hand(void **state)
{
	struct orders *orders = *state;

	assert_refused(orders, send(orders, (struct message){ "update", NULL, false, WHEN_NEVER }),
		       "an update needs a channel, or your word that you posted it");
	assert_refused(orders, send(orders, (struct message){ "update", "irc", false, WHEN_NEVER }),
		       "no channel has the name irc in the configuration");
	assert_taken(orders, send(orders, (struct message){ "update", "ops", false, WHEN_NEVER }));
	assert_taken(orders, send(orders, (struct message){ "update", NULL, true, WHEN_NEVER }));
}

static void the_first_update_is_the_announcement(void **state)
{
	struct orders *orders = *state;

	assert_taken(orders, send(orders, (struct message){ "update", "ops", false, WHEN_NEVER }));
	assert_string_equal(orders->incident.sent[0].type, "announce");
	assert_taken(orders, send(orders, (struct message){ "update", "ops", false, WHEN_NEVER }));
	assert_string_equal(orders->incident.sent[1].type, "update");
	assert_refused(orders, send(orders, (struct message){ "announce", "ops", false, WHEN_NEVER }),
		       "the start was announced: send an update");
}

static void a_resolution_is_told_once_there_is_one(void **state)
{
	struct orders *orders = *state;
	struct message message = { "resolution", "ops", false, WHEN_NEVER };

	assert_refused(orders, send(orders, message), "a resolution is told once it is resolved");
	orders_status(orders, "resolved", NULL, "payments were late");
	assert_taken(orders, send(orders, message));
	message.type = "rumour";
	assert_refused(orders, send(orders, message),
		       "an update's type is announce, update or resolution");
}

static void the_next_update_is_promised_for_later(void **state)
{
	struct orders *orders = *state;
	struct message message = { "update", "ops", false, orders->now };

	assert_refused(orders, send(orders, message),
		       "the next update cannot be promised for a time before this one");
	message.next_at += 15 * MIN;
	assert_taken(orders, send(orders, message));
	assert_true(orders->incident.cadence.promised_at == message.next_at);
}

static void a_delivery_is_of_an_update_that_was_sent(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, UPDATE_DELIVERED);

	order.src = SRC_SENSED;
	EVENT_SET(order.data, of, "01JTESTEVENT00000000000099");
	EVENT_SET(order.data, channel, "ops");
	EVENT_SET(order.data, ok, false);
	assert_refused(orders, orders_give(orders, &order), "no update was sent to that channel");
	send(orders, (struct message){ "update", "ops", false, WHEN_NEVER });
	EVENT_SET(order.data, of, orders->incident.sent[0].event);
	assert_taken(orders, orders_give(orders, &order));
	EVENT_SET(order.data, ok, true);
	assert_taken(orders, orders_give(orders, &order));
	assert_already(orders, orders_give(orders, &order), "it was delivered to ops");
}

static bool snooze(struct orders *orders, msec until, const char *reason)
{
	struct order order = ORDER(orders, UPDATE_SNOOZED);

	EVENT_SET(order.data, until, until);
	EVENT_SET(order.data, reason, reason);
	return orders_give(orders, &order);
}

static void a_snooze_is_short_and_says_why(void **state)
{
	struct orders *orders = *state;
	msec now = orders->now;

	assert_refused(orders, snooze(orders, now + MIN, " "), "update.snoozed needs reason");
	assert_refused(orders, snooze(orders, now, "x"), "a snooze ends in the future");
	assert_refused(orders, snooze(orders, now + 2 * WHEN_HOUR + 1, "x"),
		       "a snooze lasts two hours at most");
	assert_taken(orders, snooze(orders, now + 20 * MIN, "on the phone with them"));
	assert_true(orders->incident.cadence.snoozed_t == now + 20 * MIN);
}

static void where_no_update_is_owed_there_is_nothing_to_snooze(void **state)
{
	struct orders *orders = *state;

	orders_severity(orders, "SEV3", "minor");
	send(orders, (struct message){ "update", "ops", false, WHEN_NEVER });
	assert_refused(orders, snooze(orders, orders->now + MIN, "x"), "no update is owed");
}

static void a_prompt_says_until_when_it_is_in_time(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, UPDATE_DUE);
	msec due = orders->incident.declared_at + 15 * MIN;

	order.src = SRC_SENSED;
	orders->now = due;
	EVENT_SET(order.data, when, due);
	assert_taken(orders, orders_give(orders, &order));
	orders->now = due + 15 * MIN;
	send(orders, (struct message){ "update", "ops", false, WHEN_NEVER });
	assert_false(orders->incident.sent[0].late);
	orders->now = due + 31 * MIN;
	EVENT_SET(order.data, when, due + 30 * MIN);
	assert_taken(orders, orders_give(orders, &order));
	orders->now = due + 46 * MIN;
	send(orders, (struct message){ "update", "ops", false, WHEN_NEVER });
	assert_true(orders->incident.sent[1].late);
}

/* --- alerts --------------------------------------------------------------------------------- */

static void an_alert_is_acknowledged_once(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, ALERT_ACKED);

	EVENT_SET(order.data, name, "IndexerDown");
	assert_refused(orders, orders_give(orders, &order), "the incident has no such alert");
	orders_fire(orders, "IndexerDown");
	assert_already(orders, orders_fire(orders, "IndexerDown"), "it fires");
	assert_taken(orders, orders_give(orders, &order));
	assert_string_equal(orders->incident.alerts[0].acked_by, "ana");
	assert_already(orders, orders_give(orders, &order), "it was acknowledged by ana");
}

static void an_alert_resolves_only_after_it_fired(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, ALERT_RESOLVED);

	order.src = SRC_SENSED;
	EVENT_SET(order.data, name, "IndexerDown");
	EVENT_SET(order.data, fingerprint, "IndexerDown");
	assert_already(orders, orders_give(orders, &order), "it does not fire");
	orders_fire(orders, "IndexerDown");
	assert_taken(orders, orders_give(orders, &order));
	assert_already(orders, orders_give(orders, &order), "it does not fire");
}

static bool silence(struct orders *orders, const char *name, struct text_list labels, msec until)
{
	struct order order = ORDER(orders, ALERT_SILENCE_ASKED);

	EVENT_SET(order.data, name, name);
	if (labels.count)
		EVENT_SET(order.data, labels, labels);
	EVENT_SET(order.data, until, until);
	return orders_give(orders, &order);
}

static void a_silence_is_for_one_firing_alert_with_all_its_labels(void **state)
{
	static const char *const few[] = { "alertname=IndexerDown" };
	static const char *const all[] = { "service=indexer", "alertname=IndexerDown" };
	const struct text_list none = {0}, some = { few, 1 }, exact = { all, 2 };
	struct orders *orders = *state;
	msec soon = orders->now + 15 * MIN;

	assert_refused(orders, silence(orders, "IndexerDown", none, soon),
		       "the incident has no such alert");
	orders_fire(orders, "IndexerDown");
	assert_refused(orders, silence(orders, "IndexerDown", some, soon),
		       "a silence is for one alert with all its labels");
	assert_refused(orders, silence(orders, "IndexerDown", exact, orders->now),
		       "a silence ends in the future");
	assert_refused(orders, silence(orders, "IndexerDown", exact, orders->now + 61 * MIN),
		       "a silence lasts an hour at most");
	assert_taken(orders, silence(orders, "IndexerDown", exact, soon));
	assert_int_equal(orders->incident.alerts[0].silence, SILENCE_ASKED);
	assert_int_equal(orders->incident.alerts[0].label_count, 2);
	orders->incident.alerts[0].firing = false;
	assert_refused(orders, silence(orders, "IndexerDown", none, soon),
		       "an alert that does not fire is not silenced");
}

static void the_watchdog_is_never_silenced(void **state)
{
	static const char *const names[] = { "Watchdog", "TeachLinkWATCHDOG", "DeadMansSwitch" };
	struct orders *orders = *state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		orders_fire(orders, names[i]);
		assert_refused(orders, silence(orders, names[i], (struct text_list){0},
					       orders->now + MIN),
			       "the watchdog is never silenced: it proves that alerts work");
	}
}

static void outcomes_are_recorded_after_the_end_as_well(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, ALERT_UNSILENCED);

	orders_fire(orders, "IndexerDown");
	silence(orders, "IndexerDown", (struct text_list){0}, orders->now + MIN);
	orders_status(orders, "cancelled", "it was a test", NULL);
	order.src = SRC_SENSED;
	EVENT_SET(order.data, fingerprint, "IndexerDown");
	EVENT_SET(order.data, id, "s1");
	assert_taken(orders, orders_give(orders, &order));
}

static void a_signal_that_is_what_it_was_is_no_news(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, SIGNAL_CHANGED);

	order.src = SRC_SENSED;
	EVENT_SET(order.data, name, "db");
	EVENT_SET(order.data, new_, "down");
	EVENT_SET(order.data, type, "source");
	assert_taken(orders, orders_give(orders, &order));
	assert_already(orders, orders_give(orders, &order), "it is down");
	EVENT_SET(order.data, new_, "tired");
	assert_refused(orders, orders_give(orders, &order),
		       "a state is ok, warn, bad, down, stale or unknown");
}

int main(void)
{
#define RIGGED(test) cmocka_unit_test_setup_teardown(test, build, orders_tear_down)
	static const struct CMUnitTest tests[] = {
		RIGGED(taken_back_is_what_one_did_oneself),
		RIGGED(what_left_the_house_is_not_taken_back),
		RIGGED(when_it_is_over_only_remarks_are_taken_back),
		RIGGED(a_correction_says_what_is_otherwise),
		RIGGED(milestones_keep_their_order_and_their_reasons),
		RIGGED(a_status_is_not_older_than_what_it_follows),
		RIGGED(what_happens_now_is_taken_although_the_clock_was_set_back),
		RIGGED(evidence_is_kept_once_by_its_digest),
		RIGGED(a_gap_ends_after_it_begins),
		RIGGED(a_clock_that_was_not_set_is_no_news),
		RIGGED(a_ticket_is_set_once),
		RIGGED(an_update_goes_to_a_channel_or_was_posted_by_hand),
		RIGGED(the_first_update_is_the_announcement),
		RIGGED(a_resolution_is_told_once_there_is_one),
		RIGGED(the_next_update_is_promised_for_later),
		RIGGED(a_delivery_is_of_an_update_that_was_sent),
		RIGGED(a_snooze_is_short_and_says_why),
		RIGGED(where_no_update_is_owed_there_is_nothing_to_snooze),
		RIGGED(a_prompt_says_until_when_it_is_in_time),
		RIGGED(an_alert_is_acknowledged_once),
		RIGGED(an_alert_resolves_only_after_it_fired),
		RIGGED(a_silence_is_for_one_firing_alert_with_all_its_labels),
		RIGGED(the_watchdog_is_never_silenced),
		RIGGED(outcomes_are_recorded_after_the_end_as_well),
		RIGGED(a_signal_that_is_what_it_was_is_no_news),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
