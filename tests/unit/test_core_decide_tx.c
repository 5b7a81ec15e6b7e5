/* test_core_decide_tx.c: what is recorded of transactions, and what is refused: an act needs the
 * verdict on record that allows it, and nothing that is not known allows anything. */
#include "core/decide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/orders.h"

static const char hash[] = "8f41000000000000000000000000000000000000000000000000000000009c02";
static const char other[] = "9f41000000000000000000000000000000000000000000000000000000009c02";
static const char box[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char box_2[] = "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char ana_s[] = "aaaaaaaaaaaaaaaa", ben_s[] = "bbbbbbbbbbbbbbbb";

static int build(void **state)
{
	orders_set_up(state, 2);
	((struct orders *)*state)->origin = ana_s;
	return 0;
}

static void as(struct orders *orders, const char *who)
{
	orders->by = who;
	orders->origin = strcmp(who, "ana") == 0 ? ana_s : ben_s;
}

static bool diagnose_it(struct orders *orders, const char *which, const char *verdict,
			const char *safe)
{
	struct order order = ORDER(orders, TX_DIAGNOSED);

	order.src = SRC_SENSED;
	EVENT_SET(order.data, hash, which);
	EVENT_SET(order.data, id, "17");
	EVENT_SET(order.data, verdict, verdict);
	EVENT_SET(order.data, safe, safe);
	EVENT_SET(order.data, because, "sequence 4711 at ledger 61204380");
	EVENT_SET(order.data, how, "8");
	EVENT_SET(order.data, sha256, box);
	return orders_give(orders, &order);
}

static bool diagnose(struct orders *orders, const char *verdict, const char *safe)
{
	return diagnose_it(orders, hash, verdict, safe);
}

struct deed {
	const char *how, *verdict, *safe, *reason, *digest;
	bool two_person;
	const char *const *lost;
};

static struct order act_order(struct orders *orders, const struct deed *deed)
{
	struct order order = ORDER(orders, TX_ACT_STARTED);

	EVENT_SET(order.data, hash, hash);
	EVENT_SET(order.data, id, "17");
	EVENT_SET(order.data, how, deed->how);
	EVENT_SET(order.data, text, "UPDATE payment_intents SET status = 'failed'");
	EVENT_SET(order.data, verdict, deed->verdict);
	EVENT_SET(order.data, safe, deed->safe);
	EVENT_SET(order.data, because, "sequence 4711 at ledger 61204380");
	EVENT_SET(order.data, sha256, deed->digest ? deed->digest : box);
	if (deed->reason)
		EVENT_SET(order.data, reason, deed->reason);
	order.two_person = deed->two_person;
	order.lost = deed->lost;
	return order;
}

static bool act(struct orders *orders, const struct deed *deed)
{
	struct order order = act_order(orders, deed);

	return orders_give(orders, &order);
}

static bool ask(struct orders *orders, const struct deed *deed)
{
	struct order order = act_order(orders, deed);

	order.kind = EVENT_TX_ACT_ASKED;
	return orders_give(orders, &order);
}

static bool end(struct orders *orders, const char *of, bool ok)
{
	struct order order = ORDER(orders, TX_ACT_ENDED);

	order.src = SRC_SENSED;
	EVENT_SET(order.data, of, of);
	EVENT_SET(order.data, ok, ok);
	EVENT_SET(order.data, text, "1 row");
	return orders_give(orders, &order);
}

static const struct incident_tx *it(const struct orders *orders)
{
	return incident_tx(&orders->incident, hash, "");
}

/* --- verdicts ------------------------------------------------------------------------------- */

static void a_verdict_is_recorded_once_and_again_when_it_is_another(void **state)
{
	struct orders *orders = *state;

	assert_taken(orders, diagnose(orders, "LIVE_MAY_STILL_LAND", "false"));
	assert_already(orders, diagnose(orders, "LIVE_MAY_STILL_LAND", "false"),
		       "it is LIVE_MAY_STILL_LAND");
	assert_taken(orders, diagnose(orders, "DEAD_SEQ_CONSUMED", "confirm"));
	assert_taken(orders, diagnose(orders, "DEAD_SEQ_CONSUMED", "true"));
	assert_int_equal(orders->incident.tx_count, 1);
	assert_int_equal(it(orders)->verdict, VERDICT_DEAD_SEQ_CONSUMED);
	assert_int_equal(it(orders)->safe, SAFE_YES);
	assert_string_equal(it(orders)->id, "17");
	assert_taken(orders, diagnose_it(orders, other, "CONFIRMED", "false"));
	assert_int_equal(orders->incident.tx_count, 2);
}

static void what_is_final_stays_against_a_source_that_lags(void **state)
{
	static const char *const final[][2] = {
		{ "CONFIRMED", "false" }, { "FAILED_ON_CHAIN", "true" }, { "DEAD_EXPIRED", "true" },
	};
	struct orders *orders;
	char said[80];

	for (size_t i = 0; i < ARRAY_LEN(final); i++) {
		if (i > 0)
			build(state);
		orders = *state;
		assert_taken(orders, diagnose(orders, final[i][0], final[i][1]));
		snprintf(said, sizeof(said), "it is %s, which is final", final[i][0]);
		assert_already(orders, diagnose(orders, "LIVE_MAY_STILL_LAND", "false"), said);
		assert_already(orders, diagnose(orders, "UNKNOWN_STALE_SOURCE", "false"), said);
		assert_already(orders, diagnose(orders, "DEAD_SEQ_CONSUMED", "confirm"), said);
		assert_taken(orders, diagnose(orders, "SOURCES_DISAGREE", "false"));
		assert_int_equal(it(orders)->verdict, VERDICT_SOURCES_DISAGREE);
		if (i + 1 < ARRAY_LEN(final))
			orders_tear_down(state);
	}
}

static void a_verdict_that_is_none_is_refused(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, TX_DIAGNOSED);

	assert_refused(orders, diagnose(orders, "FINE", "true"), "there is no verdict \"FINE\"");
	assert_refused(orders, diagnose(orders, "CONFIRMED", "maybe"),
		       "safe is true, false or confirm");
	assert_refused(orders, diagnose_it(orders, "8F41", "CONFIRMED", "false"),
		       "hash is 64 hexadecimal digits");
	EVENT_SET(order.data, verdict, "CONFIRMED");
	EVENT_SET(order.data, safe, "false");
	EVENT_SET(order.data, because, "found");
	assert_refused(orders, orders_give(orders, &order), "tx.diagnosed needs hash or id");
}

/* --- acts ----------------------------------------------------------------------------------- */

/* Each act with each verdict; what stands not here is refused. */
static void an_act_needs_the_verdict_that_allows_it(void **state)
{
	static const char *const acts[] = {
		"mark-done", "mark-failed", "mark-cancelled", "resubmit", "cancel", "rebuild",
	};
	static const struct {
		const char *verdict, *safe, *allowed;	/* one letter an act, in their order */
	} cases[] = {
		{ "HASH_MISMATCH", "false", "......" },
		{ "SOURCES_DISAGREE", "false", "......" },
		{ "CONFIRMED", "false", "d....." },
		{ "FAILED_ON_CHAIN", "true", ".f...r" },
		{ "DEAD_SEQ_CONSUMED", "true", "..c..r" },
		{ "DEAD_SEQ_CONSUMED", "confirm", "..c..r" },
		{ "DEAD_SEQ_CONSUMED", "false", "......" },
		{ "DEAD_EXPIRED", "true", "..c..r" },
		{ "DEAD_EXPIRED", "false", "......" },
		{ "DEAD_ACCOUNT_GONE", "confirm", "..c..r" },
		{ "LIVE_MAY_STILL_LAND", "false", "...sx." },
		{ "LIVE_BLOCKED_SEQ_GAP", "false", "...sx." },
		{ "LIVE_NOT_YET_VALID", "false", "...sx." },
		{ "UNKNOWN_STALE_SOURCE", "false", "......" },
		{ "UNKNOWN_NO_ENVELOPE", "false", "......" },
		{ "UNKNOWN_NO_IDENTITY", "false", "......" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (size_t a = 0; a < ARRAY_LEN(acts); a++) {
			struct deed deed = { acts[a], cases[i].verdict, cases[i].safe, .reason = "seen" };
			struct orders *orders = *state;
			char said[128];

			snprintf(said, sizeof(said), "%s is not for a transaction that is %s", acts[a],
				 cases[i].verdict);
			assert_taken(orders, diagnose(orders, cases[i].verdict, cases[i].safe));
			if (cases[i].allowed[a] == '.')
				assert_refused(orders, act(orders, &deed), said);
			else
				assert_taken(orders, act(orders, &deed));
			orders_tear_down(state);
			build(state);
		}
	}
}

static void without_a_verdict_on_record_nothing_is_done(void **state)
{
	struct orders *orders = *state;
	struct deed deed = { "mark-done", "CONFIRMED", "false", .reason = NULL };

	assert_refused(orders, act(orders, &deed), "no verdict of it is on record: diagnose it first");
	assert_taken(orders, diagnose_it(orders, other, "CONFIRMED", "false"));
	assert_refused(orders, act(orders, &deed), "no verdict of it is on record: diagnose it first");
}

static void an_act_on_a_verdict_that_is_another_now_is_refused(void **state)
{
	struct orders *orders = *state;
	struct deed deed = { "mark-cancelled", "DEAD_EXPIRED", "true", .reason = NULL };

	assert_taken(orders, diagnose(orders, "DEAD_EXPIRED", "true"));
	assert_taken(orders, diagnose(orders, "SOURCES_DISAGREE", "false"));
	assert_refused(orders, act(orders, &deed),
		       "its verdict is SOURCES_DISAGREE now, not DEAD_EXPIRED: look again");
}

static void a_row_whose_hash_only_starts_something_is_never_marked(void **state)
{
	static const struct deed deeds[] = {
		{ "mark-done", "CONFIRMED", "false", .reason = "we are sure" },
		{ "mark-failed", "FAILED_ON_CHAIN", "true", .reason = "we are sure" },
		{ "mark-cancelled", "DEAD_EXPIRED", "true", .reason = "we are sure" },
	};

	for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
		struct orders *orders = *state;

		orders->policy.hash_starts = true;
		assert_taken(orders, diagnose(orders, deeds[i].verdict, deeds[i].safe));
		assert_refused(orders, act(orders, &deeds[i]),
			       "the hash of such a row only starts the payment: it is never marked");
		orders_tear_down(state);
		build(state);
	}
}

static void a_second_act_waits_for_the_end_of_the_first(void **state)
{
	struct orders *orders = *state;
	struct deed deed = { "resubmit", "LIVE_MAY_STILL_LAND", "false", .reason = NULL };
	char first[ULID_TEXT];

	assert_taken(orders, diagnose(orders, "LIVE_MAY_STILL_LAND", "false"));
	assert_taken(orders, act(orders, &deed));
	str_put(first, sizeof(first), orders->id);
	as(orders, "ben");
	assert_refused(orders, act(orders, &deed), "another act on it is under way: resubmit, by ana");
	deed.how = "cancel";
	deed.reason = "I know better";
	assert_refused(orders, act(orders, &deed), "another act on it is under way: resubmit, by ana");
	assert_taken(orders, end(orders, first, true));
	assert_string_equal(tx_deed_word(tx_last_deed(it(orders))), "done");
	assert_taken(orders, act(orders, &deed));
}

/* What was cut off is not done again before somebody has looked. */
static void the_outcome_of_an_act_whose_console_is_gone_is_unknown(void **state)
{
	struct orders *orders = *state;
	struct deed deed = { "mark-cancelled", "DEAD_EXPIRED", "true", .reason = NULL };
	struct order gone = ORDER(orders, SESSION_LOST);

	assert_taken(orders, diagnose(orders, "DEAD_EXPIRED", "true"));
	assert_taken(orders, act(orders, &deed));
	assert_string_equal(tx_deed_word(tx_last_deed(it(orders))), "under way");
	EVENT_SET(gone.data, reason, "killed");
	assert_taken(orders, orders_give(orders, &gone));
	assert_string_equal(tx_deed_word(tx_last_deed(it(orders))), "UNKNOWN OUTCOME");
	as(orders, "ben");
	assert_refused(orders, act(orders, &deed), "the outcome of mark-cancelled by ana is not known: "
		       "look, and give a reason");
	deed.reason = "the row still says pending";
	assert_taken(orders, act(orders, &deed));
}

static void a_console_that_says_nothing_more_is_as_good_as_gone(void **state)
{
	static const char *const lost[] = { ana_s, NULL };
	struct orders *orders = *state;
	struct deed deed = { "resubmit", "LIVE_MAY_STILL_LAND", "false", .lost = lost,
			     .reason = "its host is down" };

	assert_taken(orders, diagnose(orders, "LIVE_MAY_STILL_LAND", "false"));
	assert_taken(orders, act(orders, &deed));
	as(orders, "ben");
	assert_taken(orders, act(orders, &deed));
}

static void an_assumption_needs_a_reason_and_where_configured_another_person(void **state)
{
	struct orders *orders = *state;
	struct deed deed = { "rebuild", "DEAD_ACCOUNT_GONE", "confirm", .reason = NULL };

	assert_taken(orders, diagnose(orders, "DEAD_ACCOUNT_GONE", "confirm"));
	assert_refused(orders, act(orders, &deed),
		       "the verdict stands on an assumption: rebuild needs a reason");
	deed.reason = "the merge was ours";
	deed.two_person = true;
	assert_refused(orders, act(orders, &deed), "rebuild wants a second person: ask for it first");
	assert_taken(orders, ask(orders, &deed));
	assert_already(orders, ask(orders, &deed), "a second person is asked");
	assert_refused(orders, act(orders, &deed),
		       "rebuild waits for a second person: ana asked for it");
	as(orders, "ben");
	deed.digest = box_2;
	assert_refused(orders, act(orders, &deed),
		       "what would be done is not what ana asked for: look again");
	deed.digest = box;
	assert_taken(orders, act(orders, &deed));
	assert_string_equal(it(orders)->asked_by, "");
}

static void an_act_names_what_it_is_about(void **state)
{
	struct orders *orders = *state;
	struct deed deed = { "mark-done", "CONFIRMED", "false", .reason = NULL };
	struct order order = act_order(orders, &deed);

	order.data.has &= ~F(id);
	assert_refused(orders, orders_give(orders, &order),
		       "mark-done is about a row: it needs its id");
	EVENT_SET(order.data, how, "resubmit");
	EVENT_SET(order.data, id, "17");
	order.data.has &= ~F(hash);
	assert_refused(orders, orders_give(orders, &order),
		       "resubmit is about an envelope: it needs its hash");
	EVENT_SET(order.data, how, "dismiss");
	assert_refused(orders, orders_give(orders, &order),
		       "there is no act on a transaction \"dismiss\"");
}

static void an_outcome_is_recorded_once_and_also_after_the_end(void **state)
{
	struct orders *orders = *state;
	struct deed deed = { "resubmit", "LIVE_MAY_STILL_LAND", "false", .reason = NULL };
	char first[ULID_TEXT];

	assert_refused(orders, end(orders, "01ARZ3NDEKTSV4RRFFQ69G5FAV", true),
		       "no such act was begun in this incident");
	assert_taken(orders, diagnose(orders, "LIVE_MAY_STILL_LAND", "false"));
	assert_taken(orders, act(orders, &deed));
	str_put(first, sizeof(first), orders->id);
	assert_taken(orders, orders_status(orders, "cancelled", "a drill", NULL));
	assert_taken(orders, end(orders, first, false));
	assert_string_equal(tx_deed_word(tx_last_deed(it(orders))), "NOT DONE");
	assert_already(orders, end(orders, first, true), "it is known what came of it: 1 row");
}

static void what_nobody_knows_of_an_act_remains(void **state)
{
	struct orders *orders = *state;
	struct deed deed = { "resubmit", "LIVE_MAY_STILL_LAND", "false", .reason = NULL };
	struct buf lines = { 0 };

	assert_taken(orders, diagnose(orders, "LIVE_MAY_STILL_LAND", "false"));
	assert_int_equal(decide_remains(&orders->incident, NULL, &lines), 0);
	assert_taken(orders, act(orders, &deed));
	assert_int_equal(decide_remains(&orders->incident, NULL, &lines), 1);
	assert_string_equal(buf_cstr(&lines),
			    "1 act on a transaction has an unknown outcome: resubmit of 17\n");
	assert_taken(orders, diagnose(orders, "CONFIRMED", "false"));
	assert_int_equal(decide_remains(&orders->incident, NULL, &lines), 0);
	deed = (struct deed){ "mark-done", "CONFIRMED", "false", .reason = "the row is open" };
	orders->origin = ben_s;
	assert_taken(orders, end(orders, orders->incident.txs[0].deeds[0].event, true));
	assert_taken(orders, act(orders, &deed));
	assert_int_equal(decide_remains(&orders->incident, NULL, &lines), 1);
	assert_taken(orders, end(orders, orders->id, true));
	assert_int_equal(decide_remains(&orders->incident, NULL, &lines), 0);
	buf_done(&lines);
}

/* --- dismissals ----------------------------------------------------------------------------- */

static void a_dismissal_needs_a_reason_and_is_taken_back_by_restoring(void **state)
{
	struct orders *orders = *state;
	struct order dismiss = ORDER(orders, TX_DISMISSED), restore = ORDER(orders, TX_RESTORED);
	struct order undo = ORDER(orders, UNDO);

	EVENT_SET(dismiss.data, hash, hash);
	EVENT_SET(restore.data, hash, hash);
	assert_refused(orders, orders_give(orders, &dismiss), "tx.dismissed needs reason");
	assert_already(orders, orders_give(orders, &restore), "it is not dismissed");
	EVENT_SET(dismiss.data, reason, "paid back by hand in May");
	assert_taken(orders, orders_give(orders, &dismiss));
	assert_true(it(orders)->dismissed);
	assert_string_equal(it(orders)->dismissed_reason, "paid back by hand in May");
	assert_already(orders, orders_give(orders, &dismiss), "it was dismissed, by ana");
	EVENT_SET(undo.data, of, orders->id);
	undo.of_kind = EVENT_TX_DISMISSED;
	undo.of_by = "ana";
	assert_refused(orders, orders_give(orders, &undo),
		       "a dismissal is taken back by restoring the transaction");
	assert_taken(orders, orders_give(orders, &restore));
	assert_false(it(orders)->dismissed);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, build, orders_tear_down)
	static const struct CMUnitTest tests[] = {
		CASE(a_verdict_is_recorded_once_and_again_when_it_is_another),
		CASE(what_is_final_stays_against_a_source_that_lags),
		CASE(a_verdict_that_is_none_is_refused),
		CASE(an_act_needs_the_verdict_that_allows_it),
		CASE(without_a_verdict_on_record_nothing_is_done),
		CASE(an_act_on_a_verdict_that_is_another_now_is_refused),
		CASE(a_row_whose_hash_only_starts_something_is_never_marked),
		CASE(a_second_act_waits_for_the_end_of_the_first),
		CASE(the_outcome_of_an_act_whose_console_is_gone_is_unknown),
		CASE(a_console_that_says_nothing_more_is_as_good_as_gone),
		CASE(an_assumption_needs_a_reason_and_where_configured_another_person),
		CASE(an_act_names_what_it_is_about),
		CASE(an_outcome_is_recorded_once_and_also_after_the_end),
		CASE(what_nobody_knows_of_an_act_remains),
		CASE(a_dismissal_needs_a_reason_and_is_taken_back_by_restoring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
