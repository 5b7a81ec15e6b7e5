/*
 * No network that keeps the rules, however late, filtered and forgetful its sources are, can make
 * the decision table call a transaction dead that landed or still lands: random histories, evidence
 * gathered in the sound order, then adversaries that take T wherever the rules allow it.
 */
#include "stellar/verdict.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/onlookers.h"

#if defined(__SANITIZE_ADDRESS__)
enum { HISTORIES = 10000 };
#else
enum { HISTORIES = 100000 };
#endif

enum { ATTACKS = 90, SEED = 20261122 };

static struct chain chain;
static struct view view;

struct tally {
	uint64_t seed;			/* of the history that is looked at */
	long safe, confirm, decidable, decided, landed;
	long wrong_safe, wrong_confirm, wrong_fate, disagree, changed;
	long on_broken_assumption;	/* "confirm", and what it stands on did not hold */
	long naive_404, naive_rpc;	/* what simpler rules would have got wrong */
	long verdicts[VERDICT_COUNT];
};

static void complain(const struct tally *tally, const char *what, const struct verdict *verdict)
{
	if (tally->wrong_safe + tally->wrong_confirm + tally->wrong_fate + tally->disagree +
	    tally->changed > 5)
		return;
	printf("history %" PRIu64 ": %s: %s, row %s: %s\n", tally->seed, what,
	       verdict_name(verdict->kind), verdict->row, verdict->because);
}

static bool count(struct tally *tally, long *counter, const char *what,
		  const struct verdict *verdict)
{
	++*counter;
	complain(tally, what, verdict);
	return false;
}

/* What "confirm" stands on: one node behind each RPC, and a recorded hash that is not one half of
 * a fee bump. */
static bool assumption_holds(void)
{
	bool half = view.known != KNOWN_ENVELOPE && chain.landing.ledger && chain.landing.hashes[1];

	return !view.balanced && !half && !(view.known != KNOWN_ENVELOPE && chain.wrapped);
}

static bool ever_pays(void)
{
	for (int i = 0; i < ATTACKS && !chain.landing.effect; i++)
		chain_attack(&chain);
	return chain.landing.ok;
}

static void judge_safety(struct tally *tally, const struct verdict *verdict)
{
	bool pays = verdict->safe != SAFE_NO && ever_pays();

	tally->safe += verdict->safe == SAFE_YES;
	tally->confirm += verdict->safe == SAFE_CONFIRM;
	if (!pays)
		return;
	if (verdict->safe == SAFE_YES)
		count(tally, &tally->wrong_safe, "paid twice", verdict);
	else if (assumption_holds())
		count(tally, &tally->wrong_confirm, "paid twice after a confirmation", verdict);
	else
		tally->on_broken_assumption++;
}

static void judge_words(struct tally *tally, const struct verdict *verdict)
{
	const struct entry *t = &chain.landing;

	if (verdict->kind == VERDICT_CONFIRMED && !t->ok)
		count(tally, &tally->wrong_fate, "confirmed without having landed", verdict);
	if (verdict->kind == VERDICT_FAILED_ON_CHAIN && (!t->ledger || t->ok))
		count(tally, &tally->wrong_fate, "failed without having failed", verdict);
	if (verdict->kind == VERDICT_SOURCES_DISAGREE || verdict->kind == VERDICT_HASH_MISMATCH)
		count(tally, &tally->disagree, "honest sources", verdict);
}

/* More evidence of the same network takes nothing back. */
static void judge_again(struct tally *tally, const struct verdict *verdict)
{
	struct verdict later;

	if (!verdict->final)
		return;
	view_round(&view, &chain);
	verdict_reach(&view.evidence, &later);
	if (!later.final || verdict_fate(later.kind) != verdict_fate(verdict->kind) ||
	    later.safe != verdict->safe)
		count(tally, &tally->changed, "a final verdict changed", &later);
}

/* Nothing found means nothing landed: the rules that this table replaces. */
static void judge_naively(struct tally *tally)
{
	const struct tx_evidence *e = &view.evidence;

	if (e->found_count || !chain.landing.ok)
		return;
	tally->naive_404++;
	tally->naive_rpc += view.past_by_rpc;
}

static void one_history(struct tally *tally)
{
	struct verdict verdict = { 0 };
	bool final, decidable, decided;
	int rounds;

	chain_start(&chain, tally->seed);
	for (uint64_t n = dice_roll(&chain.dice, 20); n > 0; n--)
		chain_close(&chain);
	view_start(&view, &chain);
	rounds = dice_hit(&chain.dice, 40) ? 1 : VIEW_ROUNDS;	/* asked once, or watched */
	for (int i = 0; i < rounds && !verdict.final; i++) {
		view_round(&view, &chain);
		verdict_reach(&view.evidence, &verdict);
	}
	decidable = view_decidable(&view, &chain, &final);
	decided = verdict_fate(verdict.kind) != FATE_UNKNOWN &&
		  !(final && verdict_fate(verdict.kind) == FATE_LIVE);
	tally->decidable += decidable;
	tally->decided += decidable && decided;
	tally->landed += chain.landing.ok;
	tally->verdicts[verdict.kind]++;
	judge_naively(tally);
	judge_words(tally, &verdict);
	judge_again(tally, &verdict);
	judge_safety(tally, &verdict);
}

static void print(const struct tally *tally, uint64_t seed)
{
	printf("seed %" PRIu64 ", %d histories%s: %ld safe, %ld confirm; %ld wrong safe, %ld wrong "
	       "confirm; decided %ld of %ld decidable\n", seed, HISTORIES,
	       HISTORIES < 100000 ? " (a tenth, under the sanitizers)" : "", tally->safe,
	       tally->confirm, tally->wrong_safe, tally->wrong_confirm, tally->decided,
	       tally->decidable);
	printf("simpler rules would have paid twice: not found %ld, RPC not found and past %ld; "
	       "confirmations whose assumption did not hold: %ld\n", tally->naive_404,
	       tally->naive_rpc, tally->on_broken_assumption);
	for (int i = 0; i < VERDICT_COUNT; i++)
		printf("  %-24s %6ld\n", verdict_name((enum verdict_kind)i), tally->verdicts[i]);
}

static void no_history_makes_it_pay_twice(void **state)
{
	const char *text = getenv("BINNACLE_SEED");
	uint64_t seed = text ? strtoull(text, NULL, 10) : SEED;
	struct tally tally = { 0 };

	(void)state;
	for (uint64_t i = 0; i < HISTORIES; i++) {
		tally.seed = seed * 1000000 + i;
		one_history(&tally);
	}
	print(&tally, seed);
	assert_int_equal(tally.wrong_safe, 0);
	assert_int_equal(tally.wrong_confirm, 0);
	assert_int_equal(tally.wrong_fate, 0);
	assert_int_equal(tally.disagree, 0);
	assert_int_equal(tally.changed, 0);
	assert_true(tally.decidable > HISTORIES / 2);
	assert_true(tally.decided * 100 >= tally.decidable * 95);
	/* The network is hard enough: simpler rules fail in it, and every verdict comes up. */
	assert_true(tally.naive_404 > HISTORIES / 100 && tally.naive_rpc > HISTORIES / 500);
	assert_true(tally.safe > HISTORIES / 10 && tally.confirm > HISTORIES / 100);
	for (int i = 0; i < VERDICT_COUNT; i++)
		if (i != VERDICT_HASH_MISMATCH && i != VERDICT_SOURCES_DISAGREE &&
		    i != VERDICT_UNKNOWN_NO_IDENTITY)
			assert_true(tally.verdicts[i] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_history_makes_it_pay_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
