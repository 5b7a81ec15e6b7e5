#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/scrub.h"
#include "tests/lib/trial.h"

static int setup(void **state)
{
	static struct trial trial;

	trial_init(&trial);
	*state = &trial;
	return 0;
}

static int teardown(void **state)
{
	trial_done(*state);
	return 0;
}

static void pass(struct fake_chain *chain, int ledgers)
{
	while (ledgers-- > 0)
		fake_close(chain, 5);
}

/* ---- what may have happened to it; each after a ledger in which nothing did ---- */

static void nothing(struct trial *trial)
{
	(void)trial;
}

static void it_lands(struct trial *trial)
{
	fake_apply(&trial->chain, &trial->plan, 0, 0);
}

static void somebody_bumps_it(struct trial *trial)
{
	fake_apply(&trial->chain, &trial->plan, 'F', 0);
}

static void it_fails(struct trial *trial)
{
	fake_apply(&trial->chain, &trial->plan, 0, -1);
}

static void it_fails_without_using_the_number(struct trial *trial)
{
	fake_apply(&trial->chain, &trial->plan, 0, -5);
}

static void it_fails_and_the_number_is_used_later(struct trial *trial)
{
	it_fails_without_using_the_number(trial);
	pass(&trial->chain, 1);
	fake_set_state(&trial->chain, true, TRIAL_NUMBER + 2);
}

static void another_payment_lands(struct trial *trial)
{
	struct fake_plan other = trial->plan;

	other.amount++;
	fake_apply(&trial->chain, &other, 0, 0);
}

static void the_same_payment_lands_rebuilt(struct trial *trial)
{
	struct fake_plan other = trial->plan;

	other.max_time++;
	fake_apply(&trial->chain, &other, 'F', 0);
}

static void the_number_is_jumped_over(struct trial *trial)
{
	fake_set_state(&trial->chain, true, TRIAL_NUMBER + 3);
}

static void the_account_is_merged(struct trial *trial)
{
	fake_set_state(&trial->chain, false, 0);
}

static void it_expires(struct trial *trial)
{
	pass(&trial->chain, 13);
}

static void its_time_is_just_reached(struct trial *trial)
{
	pass(&trial->chain, 10);
}

static void its_last_ledger_is_reached(struct trial *trial)
{
	trial->plan.max_ledger = 1003;
	trial->plan.max_time = 0;
	pass(&trial->chain, 1);
}

static void it_never_ends(struct trial *trial)
{
	trial->plan.max_time = 0;
	pass(&trial->chain, 500);
}

static void one_is_missing_before_it(struct trial *trial)
{
	trial->chain.states[0].sequence -= 3;
}

static void it_is_not_valid_yet(struct trial *trial)
{
	trial->plan.min_time = (uint64_t)TRIAL_CLOSE + 50;
}

static const struct {
	const char *name;
	void (*happens)(struct trial *trial);
	enum verdict_kind by_horizon, by_rpc;
	enum safety safe_horizon, safe_rpc;
} happenings[] = {
#define BOTH(what, kind, safe) { #what, what, VERDICT_##kind, VERDICT_##kind, safe, safe }
	BOTH(nothing, LIVE_MAY_STILL_LAND, SAFE_NO),
	BOTH(it_lands, CONFIRMED, SAFE_NO),
	BOTH(somebody_bumps_it, CONFIRMED, SAFE_NO),
	BOTH(it_fails, FAILED_ON_CHAIN, SAFE_YES),
	BOTH(it_fails_without_using_the_number, LIVE_MAY_STILL_LAND, SAFE_NO),
	BOTH(it_fails_and_the_number_is_used_later, FAILED_ON_CHAIN, SAFE_YES),
	BOTH(another_payment_lands, DEAD_SEQ_CONSUMED, SAFE_YES),
	BOTH(the_same_payment_lands_rebuilt, DEAD_SEQ_CONSUMED, SAFE_YES),
	{ "the_number_is_jumped_over", the_number_is_jumped_over, VERDICT_UNKNOWN_STALE_SOURCE,
	  VERDICT_DEAD_SEQ_CONSUMED, SAFE_NO, SAFE_CONFIRM },
	{ "the_account_is_merged", the_account_is_merged, VERDICT_UNKNOWN_STALE_SOURCE,
	  VERDICT_DEAD_ACCOUNT_GONE, SAFE_NO, SAFE_CONFIRM },
	BOTH(it_expires, DEAD_EXPIRED, SAFE_YES),
	BOTH(its_time_is_just_reached, LIVE_MAY_STILL_LAND, SAFE_NO),
	BOTH(its_last_ledger_is_reached, DEAD_EXPIRED, SAFE_YES),
	BOTH(it_never_ends, LIVE_MAY_STILL_LAND, SAFE_NO),
	BOTH(one_is_missing_before_it, LIVE_BLOCKED_SEQ_GAP, SAFE_NO),
	BOTH(it_is_not_valid_yet, LIVE_NOT_YET_VALID, SAFE_NO),
#undef BOTH
};

/* Of all kinds of its own: two that wrap it, and one that does not. */
static void expect_each(const enum endpoint_kind *kinds, size_t count, unsigned char wrapper)
{
	for (size_t i = 0; i < ARRAY_LEN(happenings); i++) {
		struct trial trial;
		bool rpc = false;
		enum verdict_kind kind;

		trial_init(&trial);
		for (size_t k = 0; k < count; k++) {
			trial_add(&trial, kinds[k]);
			rpc = rpc || kinds[k] == ENDPOINT_RPC;
		}
		pass(&trial.chain, 1);
		happenings[i].happens(&trial);
		pass(&trial.chain, 1);
		trial_sign(&trial, wrapper);
		trial_judge(&trial);
		kind = rpc ? happenings[i].by_rpc : happenings[i].by_horizon;
		if (trial.verdict.kind != kind ||
		    trial.verdict.safe != (rpc ? happenings[i].safe_rpc : happenings[i].safe_horizon))
			fail_msg("%s: %s (%s), row %s: %s", happenings[i].name,
				 verdict_name(trial.verdict.kind), safety_word(trial.verdict.safe),
				 trial.verdict.row, trial.verdict.because);
		trial_done(&trial);
	}
}

static void each_verdict_is_reached_by_horizon_alone(void **state)
{
	static const enum endpoint_kind kinds[] = { ENDPOINT_HORIZON };

	(void)state;
	expect_each(kinds, 1, 0);
	expect_each(kinds, 1, 'G');
}

static void each_verdict_is_reached_by_rpc_alone(void **state)
{
	static const enum endpoint_kind kinds[] = { ENDPOINT_RPC };

	(void)state;
	expect_each(kinds, 1, 0);
	expect_each(kinds, 1, 'G');
}

static void each_verdict_is_reached_by_both_together(void **state)
{
	static const enum endpoint_kind kinds[] = { ENDPOINT_HORIZON, ENDPOINT_RPC,
						    ENDPOINT_HORIZON };

	(void)state;
	expect_each(kinds, 3, 0);
}

static void who_used_the_number_is_compared_with_the_payment(void **state)
{
	static const struct {
		void (*happens)(struct trial *trial);
		enum twin twin;
	} cases[] = {
		{ another_payment_lands, TWIN_OTHER }, { the_same_payment_lands_rebuilt, TWIN_SAME },
		{ the_number_is_jumped_over, TWIN_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct trial trial;

		trial_init(&trial);
		trial_add(&trial, i % 2 ? ENDPOINT_RPC : ENDPOINT_HORIZON);
		pass(&trial.chain, 1);
		cases[i].happens(&trial);
		trial_sign(&trial, 0);
		trial_judge(&trial);
		assert_int_equal(inquiry_consumer(trial.inquiry), cases[i].twin);
		trial_done(&trial);
	}
}

/* ---- who is asked about ---- */

static void a_hash_alone_is_found_with_its_envelope(void **state)
{
	struct trial *trial = *state;
	const struct tx_evidence *evidence;

	trial_add(trial, ENDPOINT_HORIZON);
	trial_sign(trial, 0);
	trial->identity.envelope = NULL;
	pass(&trial->chain, 1);
	somebody_bumps_it(trial);
	trial_judge(trial);
	evidence = inquiry_evidence(trial->inquiry);
	assert_int_equal(trial->verdict.kind, VERDICT_CONFIRMED);
	assert_true(evidence->has_tx && evidence->tx.envelope);
	assert_true(evidence->tx.sequence == TRIAL_NUMBER);
	assert_string_equal(evidence->hashes[1], trial->envelope.hash);
	assert_int_equal(evidence->account_count, 1);
}

static void a_hash_alone_that_nobody_has_stays_unknown(void **state)
{
	struct trial *trial = *state;

	trial_add(trial, ENDPOINT_HORIZON);
	trial_add(trial, ENDPOINT_RPC);
	trial_sign(trial, 0);
	trial->identity.envelope = NULL;
	it_expires(trial);
	trial_judge(trial);
	assert_int_equal(trial->verdict.kind, VERDICT_UNKNOWN_NO_ENVELOPE);
	assert_int_equal(trial->verdict.safe, SAFE_NO);
}

static void an_account_with_a_number_finds_who_used_it(void **state)
{
	struct trial *trial = *state;

	trial_add(trial, ENDPOINT_HORIZON);
	fake_account(trial->identity.account, 'S');
	trial->identity.has_sequence = true;
	trial->identity.sequence = TRIAL_NUMBER;
	pass(&trial->chain, 1);
	another_payment_lands(trial);
	trial_judge(trial);
	assert_int_equal(inquiry_evidence(trial->inquiry)->consumer_count, 1);
	/* It may be the very one: without hash and envelope nobody can tell. */
	assert_int_equal(inquiry_consumer(trial->inquiry), TWIN_UNKNOWN);
	assert_int_equal(trial->verdict.safe, SAFE_NO);
}

static void a_wrong_hash_is_told_with_the_network_that_it_fits(void **state)
{
	struct trial *trial = *state;
	struct fake_envelope there;
	struct inquiry_ask ask;

	trial_add(trial, ENDPOINT_HORIZON);
	trial_sign(trial, 0);
	fake_envelope(&there, &trial->plan, "Public Global Stellar Network ; September 2015", 0);
	(void)str_put(trial->identity.hash, sizeof(trial->identity.hash), there.hash);
	fake_envelope_done(&there);
	trial_begin(trial);
	assert_false(inquiry_next(trial->inquiry, &ask));
	inquiry_again(trial->inquiry);
	assert_false(inquiry_next(trial->inquiry, &ask));
	inquiry_verdict(trial->inquiry, &trial->verdict);
	assert_int_equal(trial->verdict.kind, VERDICT_HASH_MISMATCH);
	assert_non_null(strstr(trial->verdict.because, "the network public"));
}

static void what_cannot_be_asked_about_is_refused_in_one_sentence(void **state)
{
	static const struct {
		struct tx_identity identity;
		const char *says;
	} cases[] = {
		{ { .account = "" }, "nothing to ask by" },
		{ { .has_sequence = true, .sequence = 5 }, "nothing to ask by" },
		{ { .hash = "abc" }, "the hash has 3 characters, not 64" },
		{ { .hash = "zz00000000000000000000000000000000000000000000000000000000000000" },
		  "character 1 of the hash is no hex digit" },
		{ { .account = "GABC", .has_sequence = true }, "account: " },
		{ { .envelope = (char *)(uintptr_t)"AAAA!" }, "envelope: " },
	};
	struct trial *trial = *state;

	trial_add(trial, ENDPOINT_HORIZON);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };

		trial->identity = cases[i].identity;
		assert_null(inquiry_new(&trial->setup, &err));
		if (!strstr(err.text, cases[i].says))
			fail_msg("%zu: %s", i, err.text);
	}
	trial->identity = (struct tx_identity){ .account = "" };
}

static void a_broken_envelope_leaves_its_hash_to_ask_by(void **state)
{
	struct trial *trial = *state;
	char broken[] = "AAAAAgAAAA==";

	trial_add(trial, ENDPOINT_HORIZON);
	trial_sign(trial, 0);
	trial->identity.envelope = broken;
	trial_judge(trial);
	assert_int_equal(trial->verdict.kind, VERDICT_UNKNOWN_NO_ENVELOPE);
	assert_non_null(strstr(trial->verdict.because, "envelope: "));
}

/* ---- endpoints ---- */

static void another_network_makes_an_endpoint_unusable(void **state)
{
	struct trial *trial = *state;
	size_t count;
	const struct tx_proof *proofs;

	trial_add(trial, ENDPOINT_HORIZON)->passphrase = "Public Global \\u001b[2J";
	trial_add(trial, ENDPOINT_RPC)->passphrase = "";
	trial_sign(trial, 0);
	it_expires(trial);
	trial_judge(trial);
	proofs = inquiry_proofs(trial->inquiry, &count);
	assert_int_equal(trial->verdict.kind, VERDICT_UNKNOWN_STALE_SOURCE);
	assert_int_equal(count, 2);
	assert_non_null(strstr(trial->endpoints[0].unusable, "another network"));
	assert_null(strchr(proofs[0].says, '\033'));
	assert_non_null(strstr(trial->endpoints[1].unusable, "does not say which network"));
}

static void the_network_is_asked_for_once_for_all_inquiries(void **state)
{
	struct trial *trial = *state;
	unsigned first;

	trial_add(trial, ENDPOINT_HORIZON);
	trial_sign(trial, 0);
	trial_judge(trial);
	first = trial->asked;
	inquiry_free(trial->inquiry);
	trial->asked = 0;
	trial_judge(trial);
	assert_int_equal(trial->asked, first - 1);
}

static void a_reset_network_proves_nothing(void **state)
{
	struct trial *trial = *state;

	trial_add(trial, ENDPOINT_HORIZON);
	trial_add(trial, ENDPOINT_RPC);
	trial_sign(trial, 0);
	it_expires(trial);
	trial->setup.highwater = 60000000;
	trial_judge(trial);
	assert_int_equal(trial->verdict.kind, VERDICT_UNKNOWN_STALE_SOURCE);
}

static void two_that_place_it_differently_disagree(void **state)
{
	struct trial *trial = *state;

	trial_add(trial, ENDPOINT_HORIZON);
	trial_add(trial, ENDPOINT_HORIZON)->moved_ledger = -1;
	trial_sign(trial, 0);
	pass(&trial->chain, 3);
	it_lands(trial);
	trial_judge(trial);
	assert_int_equal(trial->verdict.kind, VERDICT_SOURCES_DISAGREE);
}

static void without_the_ledger_of_its_state_nothing_is_proven(void **state)
{
	struct trial *trial = *state;

	trial_add(trial, ENDPOINT_HORIZON)->no_header = true;
	trial_sign(trial, 0);
	it_expires(trial);
	trial_judge(trial);
	assert_int_equal(trial->verdict.kind, VERDICT_UNKNOWN_STALE_SOURCE);
	assert_int_equal(inquiry_evidence(trial->inquiry)->account_count, 1);
	assert_false(inquiry_evidence(trial->inquiry)->account[0].usable);
}

/* B <= A: the account's answer came from a backend that is behind the one that told the tip. */
static void a_tip_newer_than_the_account_does_not_expire(void **state)
{
	struct trial *trial = *state;
	struct fake_server *server = trial_add(trial, ENDPOINT_HORIZON);
	bool live = false;

	trial_sign(trial, 0);
	it_expires(trial);
	server->lags[1] = 8;
	server->backend_count = 2;
	for (uint64_t seed = 1; seed < 40; seed++) {
		server->seed = seed * 2654435761u;
		trial->asked = 0;
		trial_judge(trial);
		for (size_t i = 0; i < inquiry_evidence(trial->inquiry)->account_count; i++) {
			const struct account_read *read =
				&inquiry_evidence(trial->inquiry)->account[i];

			assert_true(read->b_ledger <= read->at);
		}
		live = live || trial->verdict.kind == VERDICT_LIVE_MAY_STILL_LAND;
		inquiry_free(trial->inquiry);
		trial->inquiry = NULL;
	}
	assert_true(live);
}

static void an_old_rpc_without_closing_times_is_asked_for_its_latest_ledger(void **state)
{
	struct trial *trial = *state;
	struct fake_server *server = trial_add(trial, ENDPOINT_RPC);
	const struct tx_proof *proofs;
	size_t count;

	server->no_times = server->old_numbers = true;
	trial_sign(trial, 0);
	it_expires(trial);
	trial_judge(trial);
	proofs = inquiry_proofs(trial->inquiry, &count);
	assert_int_equal(trial->verdict.kind, VERDICT_DEAD_EXPIRED);
	assert_string_equal(proofs[2].what, "getHealth");
	assert_string_equal(proofs[3].what, "getLatestLedger");
}

/* ---- RPC's "not found" ---- */

static bool is_complete(const struct trial *trial)
{
	const struct tx_evidence *evidence = inquiry_evidence(trial->inquiry);

	return evidence->complete_count == 1 && evidence->complete[0].oldest_ok;
}

/* getTransaction looks first and reads its tip afterwards: ledgers in between may hold it. */
static void ledgers_close_within_the_second_look(struct trial *trial, const struct inquiry_ask *ask)
{
	unsigned *looks = trial->arg;

	if (str_starts(str_of(ask->what), "getTransaction ") && ++*looks == 2)
		pass(&trial->chain, 3);
}

static void not_found_counts_from_a_tip_that_was_told_before(void **state)
{
	struct trial *trial = *state;
	unsigned looks = 0;

	trial_add(trial, ENDPOINT_RPC);
	trial_sign(trial, 0);
	pass(&trial->chain, 10);
	the_number_is_jumped_over(trial);
	trial->before = ledgers_close_within_the_second_look;
	trial->arg = &looks;
	trial_judge(trial);
	assert_int_equal(looks, 2);
	assert_true(is_complete(trial));
	assert_true(inquiry_evidence(trial->inquiry)->complete[0].tip_before == 1010);
}

static void a_window_that_begins_too_late_is_not_complete(void **state)
{
	static const struct {
		int64_t oldest, created_at;
		bool complete;
	} cases[] = {
		{ 500, TRIAL_CLOSE, true }, { 995, TRIAL_CLOSE, false },
		{ 940, TRIAL_CLOSE, false },	/* exactly five minutes before */
		{ 939, TRIAL_CLOSE, true }, { 500, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct trial trial;

		trial_init(&trial);
		trial_add(&trial, ENDPOINT_RPC)->oldest = cases[i].oldest;
		trial.setup.created_at = cases[i].created_at;
		trial_sign(&trial, 0);
		pass(&trial.chain, 2);
		the_number_is_jumped_over(&trial);
		trial_judge(&trial);
		if (is_complete(&trial) != cases[i].complete)
			fail_msg("case %zu", i);
		trial_done(&trial);
	}
}

static void a_horizon_never_denies(void **state)
{
	struct trial *trial = *state;

	trial_add(trial, ENDPOINT_HORIZON)->filtered = true;
	trial_sign(trial, 0);
	pass(&trial->chain, 1);
	it_lands(trial);
	pass(&trial->chain, 1000);
	trial_judge(trial);
	assert_int_equal(trial->verdict.kind, VERDICT_UNKNOWN_STALE_SOURCE);
	assert_int_equal(inquiry_evidence(trial->inquiry)->complete_count, 0);
}

/* The inner one of a fee bump landed naked, and nobody could tell of it. */
static void no_answer_about_the_inner_hash(struct trial *trial, const struct inquiry_ask *ask,
					   struct reply *reply)
{
	if (strstr(ask->what, trial->envelope.inner))
		reply->kind = REPLY_TIMEOUT;
}

static void not_found_counts_only_of_both_hashes(void **state)
{
	struct trial *trial = *state;

	trial_add(trial, ENDPOINT_RPC);
	pass(&trial->chain, 1);
	it_lands(trial);
	pass(&trial->chain, 1);
	the_number_is_jumped_over(trial);
	trial_sign(trial, 'G');
	trial->after = no_answer_about_the_inner_hash;
	trial_judge(trial);
	assert_int_equal(inquiry_evidence(trial->inquiry)->complete_count, 0);
	assert_int_equal(trial->verdict.kind, VERDICT_UNKNOWN_STALE_SOURCE);
}

/* A hash on record may be that of a fee bump, whose inner one nobody knows then. */
static void not_found_counts_only_with_the_envelope(void **state)
{
	struct trial *trial = *state;

	trial_add(trial, ENDPOINT_RPC);
	trial_sign(trial, 0);
	trial->identity.envelope = NULL;
	fake_account(trial->identity.account, 'S');
	trial->identity.has_sequence = true;
	trial->identity.sequence = TRIAL_NUMBER;
	pass(&trial->chain, 1);
	the_number_is_jumped_over(trial);
	trial_judge(trial);
	assert_int_equal(inquiry_evidence(trial->inquiry)->complete_count, 0);
	assert_int_equal(trial->verdict.safe, SAFE_NO);
}

/* ---- servers that show something else ---- */

static void another_transaction_under_its_hash_is_a_disagreement(void **state)
{
	static const enum endpoint_kind kinds[] = { ENDPOINT_HORIZON, ENDPOINT_RPC };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct trial trial;

		trial_init(&trial);
		trial_add(&trial, kinds[i]);
		trial_sign(&trial, 0);
		another_payment_lands(&trial);
		memcpy(trial.chain.txs[0].envelope.hash, trial.envelope.hash, TX_HASH_TEXT);
		trial_judge(&trial);
		assert_int_equal(trial.verdict.kind, VERDICT_SOURCES_DISAGREE);
		trial_done(&trial);
	}
}

/* What a list says beside the envelope does not count: here of its number, and of its account. */
static void who_used_the_number_must_show_it_in_its_own_bytes(void **state)
{
	static const struct fake_plan others[] = {
		{ .source = 'S', .sequence = TRIAL_NUMBER + 1, .amount = 2, .destination = 'E' },
		{ .source = 'O', .sequence = TRIAL_NUMBER, .amount = 2, .destination = 'E' },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct trial trial;

		trial_init(&trial);
		trial_add(&trial, ENDPOINT_HORIZON);
		trial_sign(&trial, 0);
		pass(&trial.chain, 1);
		fake_apply(&trial.chain, &others[i], 0, 0);
		trial.chain.txs[0].source = 'S';
		trial.chain.txs[0].sequence = TRIAL_NUMBER;
		fake_set_state(&trial.chain, true, TRIAL_NUMBER + 1);
		trial_judge(&trial);
		assert_int_equal(inquiry_evidence(trial.inquiry)->consumer_count, 0);
		assert_int_equal(trial.verdict.kind, VERDICT_UNKNOWN_STALE_SOURCE);
		trial_done(&trial);
	}
}

static void of_a_whole_ledger_only_the_account_itself_used_its_number(void **state)
{
	struct trial *trial = *state;
	struct fake_plan other = { .source = 'O', .sequence = TRIAL_NUMBER, .amount = 2,
				   .destination = 'E' };

	trial_add(trial, ENDPOINT_RPC);
	trial_sign(trial, 0);
	pass(&trial->chain, 1);
	for (int i = 0; i < 50; i++)
		fake_apply(&trial->chain, &other, 0, 0);
	another_payment_lands(trial);
	trial_judge(trial);
	assert_int_equal(trial->verdict.kind, VERDICT_DEAD_SEQ_CONSUMED);
	assert_string_equal(inquiry_evidence(trial->inquiry)->consumers[0].hashes[0],
			    trial->chain.txs[50].envelope.hash);
}

int main(void)
{
#define ONE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		ONE(each_verdict_is_reached_by_horizon_alone),
		ONE(each_verdict_is_reached_by_rpc_alone),
		ONE(each_verdict_is_reached_by_both_together),
		ONE(who_used_the_number_is_compared_with_the_payment),
		ONE(a_hash_alone_is_found_with_its_envelope),
		ONE(a_hash_alone_that_nobody_has_stays_unknown),
		ONE(an_account_with_a_number_finds_who_used_it),
		ONE(a_wrong_hash_is_told_with_the_network_that_it_fits),
		ONE(what_cannot_be_asked_about_is_refused_in_one_sentence),
		ONE(a_broken_envelope_leaves_its_hash_to_ask_by),
		ONE(another_network_makes_an_endpoint_unusable),
		ONE(the_network_is_asked_for_once_for_all_inquiries),
		ONE(a_reset_network_proves_nothing),
		ONE(two_that_place_it_differently_disagree),
		ONE(without_the_ledger_of_its_state_nothing_is_proven),
		ONE(a_tip_newer_than_the_account_does_not_expire),
		ONE(an_old_rpc_without_closing_times_is_asked_for_its_latest_ledger),
		ONE(not_found_counts_from_a_tip_that_was_told_before),
		ONE(a_window_that_begins_too_late_is_not_complete),
		ONE(a_horizon_never_denies),
		ONE(not_found_counts_only_of_both_hashes),
		ONE(not_found_counts_only_with_the_envelope),
		ONE(another_transaction_under_its_hash_is_a_disagreement),
		ONE(who_used_the_number_must_show_it_in_its_own_bytes),
		ONE(of_a_whole_ledger_only_the_account_itself_used_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
