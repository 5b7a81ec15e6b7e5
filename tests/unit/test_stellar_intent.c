/* What may be done with a payment: every default that forbids, one by one, and what is left. */
#include "stellar/intent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

#define BIT(act) (1u << (act))

enum {
	DISMISS = BIT(ACT_DISMISS),
	DONE = BIT(ACT_MARK_DONE) | DISMISS,
	FAILED = BIT(ACT_MARK_FAILED) | BIT(ACT_REBUILD) | DISMISS,
	DEAD = BIT(ACT_MARK_CANCELLED) | BIT(ACT_REBUILD) | DISMISS,
	LIVE = BIT(ACT_RESUBMIT) | BIT(ACT_CANCEL) | DISMISS,
	CANCEL_ONLY = BIT(ACT_CANCEL) | DISMISS,
};

#define MEMBER(kind, how) { .judged = true, .verdict = VERDICT_##kind, .safe = SAFE_##how, \
			    .has_envelope = true }

static const struct intent_member confirmed = MEMBER(CONFIRMED, NO),
	failed = MEMBER(FAILED_ON_CHAIN, YES), expired = MEMBER(DEAD_EXPIRED, YES),
	gone = MEMBER(DEAD_ACCOUNT_GONE, CONFIRM), pending = MEMBER(LIVE_MAY_STILL_LAND, NO),
	gap = MEMBER(LIVE_BLOCKED_SEQ_GAP, NO), early = MEMBER(LIVE_NOT_YET_VALID, NO),
	stale = MEMBER(UNKNOWN_STALE_SOURCE, NO), mismatch = MEMBER(HASH_MISMATCH, NO),
	disagree = MEMBER(SOURCES_DISAGREE, NO), no_envelope = MEMBER(UNKNOWN_NO_ENVELOPE, NO),
	not_judged = { .verdict = VERDICT_DEAD_EXPIRED, .safe = SAFE_YES, .has_envelope = true },
	not_safe = MEMBER(DEAD_EXPIRED, NO),
	by_same = { .judged = true, .verdict = VERDICT_DEAD_SEQ_CONSUMED, .safe = SAFE_YES,
		    .consumer = TWIN_SAME, .has_envelope = true },
	by_other = { .judged = true, .verdict = VERDICT_DEAD_SEQ_CONSUMED, .safe = SAFE_YES,
		     .consumer = TWIN_OTHER, .has_envelope = true },
	by_unknown = { .judged = true, .verdict = VERDICT_DEAD_SEQ_CONSUMED, .safe = SAFE_YES,
		       .consumer = TWIN_UNKNOWN, .has_envelope = true },
	by_nobody_known = { .judged = true, .verdict = VERDICT_DEAD_SEQ_CONSUMED,
			    .safe = SAFE_CONFIRM, .has_envelope = true },
	by_one_never_compared = { .judged = true, .verdict = VERDICT_DEAD_SEQ_CONSUMED,
				  .safe = SAFE_CONFIRM, .consumer_known = true,
				  .has_envelope = true },
	pending_bare = { .judged = true, .verdict = VERDICT_LIVE_MAY_STILL_LAND };

/* What may be done with `self` beside `other` (NULL: alone) in a payment that is known whole. */
static struct decision_of_intent decide(const struct intent_member *self,
					const struct intent_member *other)
{
	struct intent_member members[2] = { other ? *other : *self, *self };
	struct intent intent = { .members = other ? members : members + 1, .count = other ? 2 : 1,
				 .complete = true };
	struct decision_of_intent out;

	str_put(members[0].hash, TX_HASH_TEXT, "a");
	str_put(members[1].hash, TX_HASH_TEXT, "b");
	intent_decide(&intent, other ? 1 : 0, &out);
	return out;
}

static unsigned allowed(const struct decision_of_intent *decision)
{
	unsigned acts = 0;

	for (int act = 0; act < ACT_COUNT; act++) {
		assert_int_equal(decision->allowed[act], !decision->why_not[act]);
		if (decision->allowed[act])
			acts |= BIT(act);
	}
	assert_true(*decision->because);
	return acts;
}

static void assert_acts(const struct intent_member *self, const struct intent_member *other,
			unsigned acts, bool confirm)
{
	struct decision_of_intent decision = decide(self, other);

	assert_int_equal(allowed(&decision), acts);
	assert_int_equal(decision.confirm, confirm);
}

static void alone_each_verdict_offers_what_it_proves(void **state)
{
	(void)state;
	assert_acts(&confirmed, NULL, DONE, false);
	assert_acts(&failed, NULL, FAILED, false);
	assert_acts(&expired, NULL, DEAD, false);
	assert_acts(&by_other, NULL, DEAD, false);
	assert_acts(&pending, NULL, LIVE, false);
}

static void a_verdict_on_an_assumption_wants_a_second_person(void **state)
{
	(void)state;
	assert_acts(&gone, NULL, DEAD, true);
	assert_acts(&by_nobody_known, NULL, DEAD, true);
	assert_acts(&expired, &gone, DEAD, true);
	assert_acts(&pending, &by_nobody_known, LIVE, true);
}

/* ---- the defaults that forbid, one test each ---- */

#define FORBIDS(name, self, other) \
	static void name(void **state) \
	{ \
		(void)state; \
		assert_acts(self, other, DISMISS, false); \
	}

FORBIDS(an_envelope_without_a_verdict_is_not_touched, &not_judged, NULL)
FORBIDS(a_dead_verdict_that_is_not_called_safe_is_unknown, &not_safe, NULL)
FORBIDS(an_unknown_one_is_not_touched, &stale, NULL)
FORBIDS(one_without_an_envelope_is_not_touched, &no_envelope, NULL)
FORBIDS(a_mismatch_is_not_touched, &mismatch, NULL)
FORBIDS(sources_that_disagree_leave_it_untouched, &disagree, NULL)
FORBIDS(one_whose_consumer_was_not_compared_is_not_touched, &by_unknown, NULL)
FORBIDS(one_on_an_assumption_whose_consumer_was_not_compared_is_not_touched,
	&by_one_never_compared, NULL)
FORBIDS(one_whose_consumer_is_the_same_payment_was_paid, &by_same, NULL)
FORBIDS(a_live_one_without_its_envelope_is_neither_sent_nor_cancelled, &pending_bare, NULL)
FORBIDS(a_live_twin_of_a_confirmed_one_is_left_alone, &pending, &confirmed)
FORBIDS(a_live_twin_of_a_live_one_is_left_alone, &pending, &pending)
FORBIDS(a_live_twin_of_an_unknown_one_is_left_alone, &pending, &stale)
FORBIDS(a_live_twin_of_one_without_a_verdict_is_left_alone, &pending, &not_judged)
FORBIDS(a_live_twin_of_one_whose_consumer_paid_is_left_alone, &pending, &by_same)
FORBIDS(a_live_twin_of_one_whose_consumer_is_unknown_is_left_alone, &pending, &by_unknown)
FORBIDS(a_dead_twin_of_a_confirmed_one_is_not_built_again, &expired, &confirmed)
FORBIDS(a_dead_twin_of_a_live_one_is_not_built_again, &expired, &pending)
FORBIDS(a_dead_twin_of_one_in_a_gap_is_not_built_again, &expired, &gap)
FORBIDS(a_dead_twin_of_one_that_is_early_is_not_built_again, &expired, &early)
FORBIDS(a_dead_twin_of_an_unknown_one_is_not_built_again, &expired, &disagree)
FORBIDS(a_dead_twin_of_one_without_a_verdict_is_not_built_again, &expired, &not_judged)
FORBIDS(a_dead_twin_of_one_whose_consumer_paid_is_not_built_again, &expired, &by_same)
FORBIDS(a_failed_twin_of_a_confirmed_one_is_not_called_failed, &failed, &confirmed)
FORBIDS(a_failed_twin_of_a_live_one_is_not_called_failed, &failed, &pending)
FORBIDS(a_failed_twin_of_an_unknown_one_is_not_called_failed, &failed, &stale)

static void what_waits_for_its_turn_is_not_sent_again(void **state)
{
	(void)state;
	assert_acts(&gap, NULL, CANCEL_ONLY, false);
	assert_acts(&early, NULL, CANCEL_ONLY, false);
}

static void a_group_that_may_be_incomplete_is_at_most_confirm(void **state)
{
	static const struct intent_member *const selves[] = { &failed, &expired, &by_other, &pending };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(selves); i++) {
		struct intent intent = { .members = selves[i], .count = 1, .complete = false };
		struct decision_of_intent out;

		intent_decide(&intent, 0, &out);
		assert_true(out.confirm);
		assert_non_null(strstr(out.because, "there may be others"));
	}
}

static void a_confirmed_one_is_done_without_knowing_the_others(void **state)
{
	struct intent intent = { .members = &confirmed, .count = 1, .complete = false };
	struct decision_of_intent out;

	(void)state;
	intent_decide(&intent, 0, &out);
	assert_int_equal(allowed(&out), DONE);
	assert_false(out.confirm);
	assert_acts(&confirmed, &pending, DONE, false);
	assert_acts(&confirmed, &expired, DONE, false);
}

static void what_was_paid_twice_is_shown_to_a_person(void **state)
{
	struct decision_of_intent out = decide(&confirmed, &confirmed);

	(void)state;
	assert_true(out.confirm);
	assert_non_null(strstr(out.because, "paid twice"));
	assert_true(decide(&confirmed, &by_same).confirm);
}

static void a_dead_envelope_beside_dead_ones_may_be_built_again(void **state)
{
	(void)state;
	assert_acts(&expired, &failed, DEAD, false);
	assert_acts(&failed, &by_other, FAILED, false);
	assert_acts(&pending, &expired, LIVE, false);
}

static void a_row_that_only_starts_something_gets_no_act_ever(void **state)
{
	static const struct intent_member *const all[] = { &confirmed, &failed, &expired, &gone,
		&pending, &gap, &stale, &by_other, &by_nobody_known, &not_judged };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		for (int complete = 0; complete < 2; complete++) {
			struct intent intent = { .members = all[i], .count = 1, .complete = complete,
						 .hash_is = HASH_IS_INITIATION };
			struct decision_of_intent out;

			intent_decide(&intent, 0, &out);
			assert_int_equal(allowed(&out), DISMISS);
		}
}

static void two_rows_of_one_envelope_are_one_envelope(void **state)
{
	struct intent_member members[3] = { pending, pending, expired };
	struct intent intent = { .members = members, .count = 3, .complete = true };
	struct decision_of_intent out;

	(void)state;
	str_put(members[0].hash, TX_HASH_TEXT, "a");
	str_put(members[1].hash, TX_HASH_TEXT, "a");
	str_put(members[2].hash, TX_HASH_TEXT, "b");
	intent_decide(&intent, 0, &out);
	assert_int_equal(allowed(&out), LIVE);
	intent_decide(&intent, 2, &out);
	assert_int_equal(allowed(&out), DISMISS);
	members[0].hash[0] = members[1].hash[0] = '\0';	/* without hashes they may be two */
	intent_decide(&intent, 0, &out);
	assert_int_equal(allowed(&out), DISMISS);
}

static void a_row_with_the_same_hash_that_is_known_otherwise_counts(void **state)
{
	struct intent_member members[2] = { expired, not_judged };
	struct intent intent = { .members = members, .count = 2, .complete = true };
	struct decision_of_intent out;

	(void)state;
	str_put(members[0].hash, TX_HASH_TEXT, "a");
	str_put(members[1].hash, TX_HASH_TEXT, "a");
	intent_decide(&intent, 0, &out);
	assert_int_equal(allowed(&out), DISMISS);
}

static void one_bad_twin_among_many_is_enough(void **state)
{
	enum { MANY = 12 };
	struct intent_member members[MANY];
	struct intent intent = { .members = members, .count = MANY, .complete = true };

	(void)state;
	for (size_t bad = 1; bad < MANY; bad++) {
		struct decision_of_intent out;

		for (size_t i = 0; i < MANY; i++) {
			members[i] = i == bad ? stale : expired;
			members[i].hash[0] = (char)('a' + i);
			members[i].hash[1] = '\0';
		}
		intent_decide(&intent, 0, &out);
		assert_int_equal(allowed(&out), DISMISS);
	}
}

static void every_act_has_a_word_that_finds_it(void **state)
{
	(void)state;
	for (int act = 0; act < ACT_COUNT; act++) {
		enum tx_act found;

		assert_true(act_find(act_word((enum tx_act)act), &found));
		assert_int_equal(found, act);
		assert_true(act_care(found) <= 3);
	}
	assert_int_equal(act_care(ACT_CANCEL), 3);
	assert_false(act_find("delete", &(enum tx_act){ 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alone_each_verdict_offers_what_it_proves),
		cmocka_unit_test(a_verdict_on_an_assumption_wants_a_second_person),
		cmocka_unit_test(an_envelope_without_a_verdict_is_not_touched),
		cmocka_unit_test(a_dead_verdict_that_is_not_called_safe_is_unknown),
		cmocka_unit_test(an_unknown_one_is_not_touched),
		cmocka_unit_test(one_without_an_envelope_is_not_touched),
		cmocka_unit_test(a_mismatch_is_not_touched),
		cmocka_unit_test(sources_that_disagree_leave_it_untouched),
		cmocka_unit_test(one_whose_consumer_was_not_compared_is_not_touched),
		cmocka_unit_test(one_on_an_assumption_whose_consumer_was_not_compared_is_not_touched),
		cmocka_unit_test(one_whose_consumer_is_the_same_payment_was_paid),
		cmocka_unit_test(a_live_one_without_its_envelope_is_neither_sent_nor_cancelled),
		cmocka_unit_test(a_live_twin_of_a_confirmed_one_is_left_alone),
		cmocka_unit_test(a_live_twin_of_a_live_one_is_left_alone),
		cmocka_unit_test(a_live_twin_of_an_unknown_one_is_left_alone),
		cmocka_unit_test(a_live_twin_of_one_without_a_verdict_is_left_alone),
		cmocka_unit_test(a_live_twin_of_one_whose_consumer_paid_is_left_alone),
		cmocka_unit_test(a_live_twin_of_one_whose_consumer_is_unknown_is_left_alone),
		cmocka_unit_test(a_dead_twin_of_a_confirmed_one_is_not_built_again),
		cmocka_unit_test(a_dead_twin_of_a_live_one_is_not_built_again),
		cmocka_unit_test(a_dead_twin_of_one_in_a_gap_is_not_built_again),
		cmocka_unit_test(a_dead_twin_of_one_that_is_early_is_not_built_again),
		cmocka_unit_test(a_dead_twin_of_an_unknown_one_is_not_built_again),
		cmocka_unit_test(a_dead_twin_of_one_without_a_verdict_is_not_built_again),
		cmocka_unit_test(a_dead_twin_of_one_whose_consumer_paid_is_not_built_again),
		cmocka_unit_test(a_failed_twin_of_a_confirmed_one_is_not_called_failed),
		cmocka_unit_test(a_failed_twin_of_a_live_one_is_not_called_failed),
		cmocka_unit_test(a_failed_twin_of_an_unknown_one_is_not_called_failed),
		cmocka_unit_test(what_waits_for_its_turn_is_not_sent_again),
		cmocka_unit_test(a_group_that_may_be_incomplete_is_at_most_confirm),
		cmocka_unit_test(a_confirmed_one_is_done_without_knowing_the_others),
		cmocka_unit_test(what_was_paid_twice_is_shown_to_a_person),
		cmocka_unit_test(a_dead_envelope_beside_dead_ones_may_be_built_again),
		cmocka_unit_test(a_row_that_only_starts_something_gets_no_act_ever),
		cmocka_unit_test(two_rows_of_one_envelope_are_one_envelope),
		cmocka_unit_test(a_row_with_the_same_hash_that_is_known_otherwise_counts),
		cmocka_unit_test(one_bad_twin_among_many_is_enough),
		cmocka_unit_test(every_act_has_a_word_that_finds_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
