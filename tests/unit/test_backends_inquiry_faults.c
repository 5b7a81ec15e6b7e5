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

/* ---- answers that are none ---- */

#define PROBLEM(type) "{\"type\":\"https://stellar.org/horizon-errors/" type "\",\"title\":\"x\"}"

static const struct fault {
	const char *name;
	enum reply_kind kind;
	int status;
	const char *body;
	const char *says;		/* in the proof of an account that a Horizon was asked for */
	bool rpc_only;
} faults[] = {
	{ "refused", REPLY_REFUSED, 0, "", "connection refused", false },
	{ "reset", REPLY_RESET, 0, "", "dropped before a full answer", false },
	{ "hang", REPLY_TIMEOUT, 0, "", "no answer in", false },
	{ "no name", REPLY_NO_NAME, 0, "", "DNS does not resolve", false },
	{ "too large", REPLY_TOO_LARGE, 0, "", "larger than we accept", false },
	{ "held", REPLY_HELD, 0, "", "not asked", false },
	{ "throttled", REPLY_ANSWER, 429, PROBLEM("rate_limit_exceeded"), "asked too often", false },
	{ "ingesting", REPLY_ANSWER, 503, PROBLEM("still_ingesting"), "taking in ledgers", false },
	{ "stale", REPLY_ANSWER, 503, PROBLEM("stale_history"), "too far behind", false },
	{ "busy", REPLY_ANSWER, 503, PROBLEM("server_over_capacity"), "capacity", false },
	{ "timeout", REPLY_ANSWER, 504, PROBLEM("timeout"), "within its own time", false },
	{ "proxy", REPLY_ANSWER, 502, "<html>Bad gateway</html>", "answers 502", false },
	{ "empty 504", REPLY_ANSWER, 504, "", "answers 504", false },
	{ "sign-in", REPLY_ANSWER, 200, "<html>Sign in</html>", "HTML instead of JSON", false },
	{ "another's 404", REPLY_ANSWER, 404, "404 page not found", "answers 404", false },
	{ "a 404 without a kind", REPLY_ANSWER, 404, "{\"status\":404}", "answers 404", false },
	{ "denied", REPLY_ANSWER, 403, "{}", "does not let us in", false },
	{ "redirect", REPLY_ANSWER, 302, "", "redirects to", false },
	{ "cut", REPLY_ANSWER, 200, "{\"sequence\":\"1\",\"account_id\":", "not JSON", false },
	{ "empty", REPLY_ANSWER, 200, "", "not JSON", false },
	{ "no object", REPLY_ANSWER, 200, "[]", "", false },
	{ "a number", REPLY_ANSWER, 200, "7", "", false },
	{ "null", REPLY_ANSWER, 200, "null", "", false },
	{ "nothing in it", REPLY_ANSWER, 200, "{}", "", false },
	{ "wrong types", REPLY_ANSWER, 200, "{\"sequence\":[],\"account_id\":7,\"ledger\":{},"
	  "\"successful\":\"yes\",\"_embedded\":{\"records\":{}},\"result\":[],\"error\":1}", "", false },
	{ "extremes", REPLY_ANSWER, 200, "{\"sequence\":\"9223372036854775808\",\"ledger\":-1,"
	  "\"successful\":true,\"result\":{\"latestLedger\":1e300,\"entries\":[{\"xdr\":\"AAAA\"}],"
	  "\"status\":\"SUCCESS\",\"ledger\":99999999999}}", "", false },
	{ "an RPC's error", REPLY_ANSWER, 200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,"
	  "\"message\":\"latency (1m12s) \\u001b[31m is too high\"}}", "error -32603: latency", true },
};

struct injected {
	const struct fault *fault;
	unsigned at, now;		/* which ask of the inquiry; ~0: all */
};

static void inject(struct trial *trial, const struct inquiry_ask *ask, struct reply *reply)
{
	struct injected *injected = trial->arg;
	const struct fault *fault = injected->fault;

	(void)ask;
	if (injected->at != ~0u && injected->now++ != injected->at)
		return;
	reply->kind = fault->kind;
	reply->status = fault->status;
	reply->body = str_of(fault->body);
	reply->latest_ledger = -1;
}

static void expect_proofs(const struct trial *trial, const char *name)
{
	size_t count;
	const struct tx_proof *proofs = inquiry_proofs(trial->inquiry, &count);

	if (count != trial->asked)
		fail_msg("%s: %u asked, %zu shown", name, trial->asked, count);
	for (size_t i = 0; i < count; i++) {
		if (!proofs[i].says[0] || !proofs[i].what[0] || !proofs[i].endpoint[0] ||
		    !scrub_clean(str_of(proofs[i].says)) || strchr(proofs[i].says, '\n'))
			fail_msg("%s: %s: \"%s\"", name, proofs[i].what, proofs[i].says);
	}
}

/* What is true of it: it landed, it may still land, it is dead. */
static const struct {
	const char *name;
	int later, code;		/* ledgers that pass; 1: nothing lands */
	enum verdict_kind whole;
} truths[] = {
	{ "landed", 4, 0, VERDICT_CONFIRMED },
	{ "live", 4, 1, VERDICT_LIVE_MAY_STILL_LAND },
	{ "expired", 40, 1, VERDICT_DEAD_EXPIRED },
};

static void begin_truth(struct trial *trial, size_t truth, enum endpoint_kind kind, size_t servers)
{
	trial_init(trial);
	while (servers-- > 0)
		trial_add(trial, kind);
	trial_sign(trial, 0);
	fake_close(&trial->chain, 5);
	if (truths[truth].code <= 0)
		fake_apply(&trial->chain, &trial->plan, 0, truths[truth].code);
	for (int i = 0; i < truths[truth].later; i++)
		fake_close(&trial->chain, 5);
}

/* At every place of the course, of every truth: the inquiry ends, shows all that was asked, and
 * says what it would have said without the fault, or less. */
static void expect_fault(const struct fault *fault, size_t truth, enum endpoint_kind kind,
			 unsigned at)
{
	struct injected injected = { fault, at, 0 };
	struct trial trial;
	bool unknown, same;

	begin_truth(&trial, truth, kind, 1);
	trial.after = inject;
	trial.arg = &injected;
	trial_judge(&trial);
	expect_proofs(&trial, fault->name);
	unknown = verdict_fate(trial.verdict.kind) == FATE_UNKNOWN;
	same = trial.verdict.kind == truths[truth].whole ||
	       (truths[truth].whole == VERDICT_DEAD_EXPIRED &&
		verdict_fate(trial.verdict.kind) == FATE_LIVE);
	if (!unknown && !same)
		fail_msg("%s at %u, %s: %s", fault->name, at, truths[truth].name,
			 trial.verdict.because);
	trial_done(&trial);
}

static void a_fault_at_any_place_is_never_evidence(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		for (size_t truth = 0; truth < ARRAY_LEN(truths); truth++) {
			for (unsigned at = 0; at < 7; at++) {
				expect_fault(&faults[i], truth, ENDPOINT_HORIZON, at);
				expect_fault(&faults[i], truth, ENDPOINT_RPC, at);
			}
			expect_fault(&faults[i], truth, ENDPOINT_HORIZON, ~0u);
			expect_fault(&faults[i], truth, ENDPOINT_RPC, ~0u);
		}
	}
}

static void a_fault_is_told_in_plain_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		const struct fault *fault = &faults[i];
		struct injected injected = { fault, 3, 0 };
		struct trial trial;
		size_t count;
		const struct tx_proof *proof;

		begin_truth(&trial, 1, fault->rpc_only ? ENDPOINT_RPC : ENDPOINT_HORIZON, 1);
		trial.after = inject;
		trial.arg = &injected;
		trial_judge(&trial);
		proof = &inquiry_proofs(trial.inquiry, &count)[3];
		if (!strstr(proof->what, fault->rpc_only ? "getLedgerEntries" : "GET /accounts/") ||
		    !strstr(proof->says, fault->says))
			fail_msg("%s: %s: %s", fault->name, proof->what, proof->says);
		assert_int_equal(proof->status, fault->kind == REPLY_ANSWER ? fault->status : 0);
		trial_done(&trial);
	}
}

static void the_others_decide_while_one_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		struct injected injected = { &faults[i], 0, 0 };
		struct trial trial;

		begin_truth(&trial, 2, ENDPOINT_HORIZON, 2);
		trial.after = inject;
		trial.arg = &injected;
		trial_judge(&trial);
		if (trial.verdict.kind != VERDICT_DEAD_EXPIRED)
			fail_msg("%s: %s", faults[i].name, trial.verdict.because);
		trial_done(&trial);
	}
}

static void refused(struct trial *trial, const struct inquiry_ask *ask, struct reply *reply)
{
	(void)ask;
	if (trial->asked > 1)
		reply->kind = REPLY_REFUSED;
}

static void an_endpoint_that_failed_twice_is_left_alone(void **state)
{
	struct trial trial;

	(void)state;
	begin_truth(&trial, 1, ENDPOINT_RPC, 1);
	trial.after = refused;
	trial_judge(&trial);
	assert_int_equal(trial.asked, 3);
	trial_done(&trial);
}

static void how_long_an_endpoint_wants_to_be_left_alone_is_told(void **state)
{
	static const struct {
		enum reply_kind kind;
		int status;
		msec after, reset, hold;
	} cases[] = {
		{ REPLY_ANSWER, 429, 17000, 360000, 17000 },
		{ REPLY_ANSWER, 429, WHEN_NEVER, 360000, 360000 },
		{ REPLY_ANSWER, 429, WHEN_NEVER, WHEN_NEVER, 60000 },
		{ REPLY_ANSWER, 503, 30000, WHEN_NEVER, 30000 },
		{ REPLY_ANSWER, 503, WHEN_NEVER, WHEN_NEVER, 10000 },
		{ REPLY_ANSWER, 504, WHEN_NEVER, WHEN_NEVER, WHEN_NEVER },
		{ REPLY_REFUSED, 0, WHEN_NEVER, WHEN_NEVER, WHEN_NEVER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reply reply = { .kind = cases[i].kind, .status = cases[i].status,
				       .retry_after = cases[i].after, .rate_reset = cases[i].reset,
				       .date = WHEN_NEVER, .rate_remaining = -1, .at = 1000,
				       .latest_ledger = -1, .body = { "{}", 2 } };
		struct inquiry_ask ask;
		struct trial trial;
		msec hold;

		begin_truth(&trial, 1, ENDPOINT_HORIZON, 1);
		trial_begin(&trial);
		assert_true(inquiry_next(trial.inquiry, &ask));
		inquiry_take(trial.inquiry, &ask, &reply, &hold);
		buf_done(&ask.path);
		if (hold != cases[i].hold)
			fail_msg("case %zu: %lld", i, (long long)hold);
		assert_false(inquiry_next(trial.inquiry, &ask));
		trial_done(&trial);
	}
}

/* ---- stopping, going on, asking again ---- */

static void an_ask_is_repeated_until_its_answer_came(void **state)
{
	struct trial trial;
	struct inquiry_ask first, again;
	const struct tx_proof *proofs;
	struct reply reply;
	size_t count;
	msec hold;

	(void)state;
	begin_truth(&trial, 1, ENDPOINT_HORIZON, 1);
	trial_begin(&trial);
	assert_true(trial_step(&trial) && inquiry_next(trial.inquiry, &first));
	assert_true(inquiry_next(trial.inquiry, &again));
	assert_int_equal(first.step, again.step);
	assert_string_equal(buf_cstr(&first.path), buf_cstr(&again.path));
	fake_answer(&trial.servers[0], &first, &trial.body, &reply);
	inquiry_take(trial.inquiry, &first, &reply, &hold);
	/* The late one of the two is nobody's any more. */
	inquiry_take(trial.inquiry, &again, &reply, &hold);
	buf_done(&first.path);
	buf_done(&again.path);
	trial_run(&trial);
	assert_int_equal(trial.verdict.kind, VERDICT_LIVE_MAY_STILL_LAND);
	proofs = inquiry_proofs(trial.inquiry, &count);
	assert_int_equal(count, 4);
	assert_non_null(strstr(proofs[2].says, "its newest ledger"));
	trial_done(&trial);
}

static unsigned asks_of_another_round(struct trial *trial)
{
	trial->asked = 0;
	inquiry_again(trial->inquiry);
	trial_run(trial);
	return trial->asked;
}

static void a_live_one_is_asked_about_again_with_two_requests(void **state)
{
	struct trial trial;
	unsigned asked, of;

	(void)state;
	begin_truth(&trial, 1, ENDPOINT_HORIZON, 1);
	trial_judge(&trial);
	assert_int_equal(trial.asked, 4);
	assert_int_equal(asks_of_another_round(&trial), 2);
	assert_int_equal(trial.verdict.kind, VERDICT_LIVE_MAY_STILL_LAND);
	assert_int_equal(inquiry_evidence(trial.inquiry)->account_count, 1);
	for (int i = 0; i < 20; i++)
		fake_close(&trial.chain, 5);
	assert_int_equal(asks_of_another_round(&trial), 2);
	assert_int_equal(trial.verdict.kind, VERDICT_DEAD_EXPIRED);
	inquiry_progress(trial.inquiry, &asked, &of);
	assert_int_equal(asked, 2);
	assert_int_equal(of, 2);
	trial_done(&trial);
}

static void one_that_landed_meanwhile_is_found_in_another_round(void **state)
{
	struct trial trial;

	(void)state;
	begin_truth(&trial, 1, ENDPOINT_HORIZON, 1);
	trial_judge(&trial);
	fake_apply(&trial.chain, &trial.plan, 0, 0);
	assert_int_equal(asks_of_another_round(&trial), 3);
	assert_int_equal(trial.verdict.kind, VERDICT_CONFIRMED);
	trial_done(&trial);
}

/* The proofs that another round stands on stay, the others are of this round. */
static void another_round_keeps_the_proof_of_what_was_found(void **state)
{
	struct trial trial;
	size_t count;
	const struct tx_proof *proofs;

	(void)state;
	begin_truth(&trial, 0, ENDPOINT_HORIZON, 1);
	trial_judge(&trial);
	(void)asks_of_another_round(&trial);
	proofs = inquiry_proofs(trial.inquiry, &count);
	assert_int_equal(trial.verdict.kind, VERDICT_CONFIRMED);
	assert_int_equal(count, 3);
	assert_non_null(strstr(proofs[0].says, "configured network"));
	assert_non_null(strstr(proofs[1].says, "in ledger 1001, successful"));
	assert_non_null(strstr(proofs[2].what, "GET /accounts/"));
	trial_done(&trial);
}

/* Between the tip and the account it was left alone for an hour. */
static void an_hour_passes(struct trial *trial, const struct inquiry_ask *ask)
{
	bool *passed = trial->arg;

	if (*passed || !str_starts(str_of(ask->what), "GET /accounts/"))
		return;
	*passed = true;
	trial->shift = WHEN_HOUR;
}

static void after_a_long_pause_what_denies_is_read_anew(void **state)
{
	struct trial trial;
	bool passed = false;
	size_t count, tips = 0;
	const struct tx_proof *proofs;

	(void)state;
	begin_truth(&trial, 2, ENDPOINT_HORIZON, 1);
	trial.before = an_hour_passes;
	trial.arg = &passed;
	trial_judge(&trial);
	proofs = inquiry_proofs(trial.inquiry, &count);
	for (size_t i = 0; i < count; i++)
		tips += strstr(proofs[i].what, "/ledgers?") != NULL;
	assert_int_equal(tips, 2);
	assert_int_equal(inquiry_evidence(trial.inquiry)->account_count, 1);
	assert_int_equal(trial.verdict.kind, VERDICT_DEAD_EXPIRED);
	trial_done(&trial);
}

static void time_goes_wild(struct trial *trial, const struct inquiry_ask *ask)
{
	(void)ask;
	trial->shift += WHEN_DAY;
}

static void pauses_without_end_do_not_keep_it_from_ending(void **state)
{
	struct trial trial;

	(void)state;
	begin_truth(&trial, 2, ENDPOINT_RPC, 3);
	trial.before = time_goes_wild;
	trial_judge(&trial);
	assert_int_equal(trial.verdict.kind, VERDICT_DEAD_EXPIRED);
	trial_done(&trial);
}

/* Stopped after any answer: what it says by then is never more than it says in the end. */
static void stopped_anywhere_it_says_nothing_wrong(void **state)
{
	(void)state;
	for (size_t truth = 0; truth < ARRAY_LEN(truths); truth++) {
		struct trial trial;
		struct verdict early;

		begin_truth(&trial, truth, truth % 2 ? ENDPOINT_RPC : ENDPOINT_HORIZON, 2);
		trial_begin(&trial);
		do {
			inquiry_verdict(trial.inquiry, &early);
			if (early.safe == SAFE_YES || early.kind == VERDICT_CONFIRMED)
				assert_int_equal(early.kind, truths[truth].whole);
		} while (trial_step(&trial));
		trial_run(&trial);
		assert_int_equal(trial.verdict.kind, truths[truth].whole);
		trial_done(&trial);
	}
}

static void a_proof_tells_what_an_auditor_wants(void **state)
{
	struct trial trial;
	size_t count;
	const struct tx_proof *proof;

	(void)state;
	begin_truth(&trial, 2, ENDPOINT_HORIZON, 1);
	trial_judge(&trial);
	proof = &inquiry_proofs(trial.inquiry, &count)[3];
	assert_int_equal(count, 4);
	assert_string_equal(proof->endpoint, "horizon0:8000");
	assert_true(str_starts(str_of(proof->what), "GET /accounts/G"));
	assert_int_equal(proof->status, 200);
	assert_string_equal(proof->headers[0], "Latest-Ledger: 1041");
	assert_int_equal(strlen(proof->sha256), 64);
	assert_true(proof->ledger == 1041);
	assert_string_equal(proof->says,
			    "sequence number 3865470566404 at the end of ledger 1041: 3865470566405 "
			    "is not used yet; ledger 1041 closed at 2026-11-22T01:33:25Z");
	trial_done(&trial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_at_any_place_is_never_evidence),
		cmocka_unit_test(a_fault_is_told_in_plain_words),
		cmocka_unit_test(the_others_decide_while_one_fails),
		cmocka_unit_test(an_endpoint_that_failed_twice_is_left_alone),
		cmocka_unit_test(how_long_an_endpoint_wants_to_be_left_alone_is_told),
		cmocka_unit_test(an_ask_is_repeated_until_its_answer_came),
		cmocka_unit_test(a_live_one_is_asked_about_again_with_two_requests),
		cmocka_unit_test(one_that_landed_meanwhile_is_found_in_another_round),
		cmocka_unit_test(another_round_keeps_the_proof_of_what_was_found),
		cmocka_unit_test(after_a_long_pause_what_denies_is_read_anew),
		cmocka_unit_test(pauses_without_end_do_not_keep_it_from_ending),
		cmocka_unit_test(stopped_anywhere_it_says_nothing_wrong),
		cmocka_unit_test(a_proof_tells_what_an_auditor_wants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
