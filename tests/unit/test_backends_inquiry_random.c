/*
 * The real inquiry against a random network: ledgers close between any two of its requests, the
 * transaction competes with others, is bumped, wrapped, expires, its account is merged and made
 * anew; its servers lag, are filtered, pruned, several behind one name, without headers, failing.
 * When it has spoken, validators try to include the transaction in every later ledger. What it
 * called dead must never have landed, and never land.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "tests/lib/trial.h"

enum { HISTORIES = 5000, LATER = 60 };

struct history {
	struct trial trial;
	uint64_t seed;
	unsigned busy;			/* per cent: how often a ledger has something of the account */
	unsigned failing;		/* per cent of the answers */
	bool adversarial;		/* whoever closes ledgers wants it in */
	bool one_backend;		/* of every server */
	bool good;			/* one server is as they should be */
};

static int64_t dice(struct history *h, int64_t below)
{
	return (int64_t)(fake_random(&h->seed) % (uint64_t)below);
}

static bool happens(struct history *h, int64_t percent)
{
	return dice(h, 100) < percent;
}

/* ---- the network ---- */

static struct fake_state now(const struct history *h)
{
	return *fake_state_at(&h->trial.chain, h->trial.chain.now);
}

static bool is_valid(const struct history *h)
{
	const struct fake_chain *chain = &h->trial.chain;
	const struct fake_plan *plan = &h->trial.plan;
	uint64_t close = (uint64_t)fake_close_of(chain, chain->now);
	struct fake_state state = now(h);
	int64_t least = plan->min_sequence ? plan->min_sequence : plan->sequence - 1;

	return state.exists && state.sequence < plan->sequence && state.sequence >= least &&
	       state.ledger < chain->now &&	/* one of the account in each ledger */
	       close >= plan->min_time && (!plan->max_time || close <= plan->max_time) &&
	       chain->now >= plan->min_ledger &&
	       (!plan->max_ledger || chain->now < plan->max_ledger);
}

static void include(struct history *h)
{
	fake_apply(&h->trial.chain, &h->trial.plan, happens(h, 40) ? 'W' : 0,
		   happens(h, 20) ? -1 : 0);
}

/* Another of the account: the next number, and sometimes a jump behind it. */
static void include_other(struct history *h)
{
	struct fake_plan other = { .source = 'S', .sequence = now(h).sequence + 1,
				   .amount = 1 + (unsigned)dice(h, 3), .destination = 'E' };

	if (happens(h, 25))
		other.amount = 0;
	fake_apply(&h->trial.chain, &other, happens(h, 20) ? 'V' : 0, happens(h, 15) ? -1 : 0);
	if (other.amount == 0 && happens(h, 70))
		fake_set_state(&h->trial.chain, true, other.sequence + dice(h, 4));
}

static void include_somebody(struct history *h)
{
	struct fake_plan other = { .source = 'O', .sequence = 77 + h->trial.chain.now,
				   .amount = 1, .destination = 'S' };

	fake_apply(&h->trial.chain, &other, 0, 0);
}

static void do_something(struct history *h)
{
	struct fake_chain *chain = &h->trial.chain;
	int64_t what = dice(h, 100);

	if (!now(h).exists) {
		if (what < 30)
			fake_set_state(chain, true, chain->now << 32);
	} else if (what < 30 && is_valid(h)) {
		include(h);
	} else if (what < 80) {
		include_other(h);
	} else if (what < 84) {
		fake_set_state(chain, false, 0);
	} else {
		include_somebody(h);
	}
}

static void close_one(struct history *h)
{
	fake_close(&h->trial.chain, 4 + dice(h, 4));
	if (h->adversarial && is_valid(h) && happens(h, 70))
		include(h);
	else if (happens(h, (int64_t)h->busy))
		do_something(h);
}

static void ledgers_close(struct trial *trial, const struct inquiry_ask *ask)
{
	struct history *h = trial->arg;
	int64_t count = happens(h, 60) ? 0 : 1 + dice(h, 3);

	for (size_t i = 0; i < trial->count; i++) {	/* lags change, nobody goes back */
		for (size_t k = 0; k < trial->servers[i].backend_count && happens(h, 30); k++)
			trial->servers[i].lags[k] = dice(h, h->good && i == 0 ? 1 : 9);
	}
	(void)ask;
	while (count-- > 0)
		close_one(h);
}

static void some_answers_fail(struct trial *trial, const struct inquiry_ask *ask,
			      struct reply *reply)
{
	static const char *const bodies[] = { "{}", "", "<html>", "{\"error\":{\"code\":1}}", "[1" };
	struct history *h = trial->arg;

	if ((h->good && ask->endpoint == 0) || !happens(h, (int64_t)h->failing))
		return;
	reply->body = str_of(bodies[dice(h, ARRAY_LEN(bodies))]);
	reply->kind = happens(h, 20) ? REPLY_TIMEOUT : REPLY_ANSWER;
	reply->status = happens(h, 50) ? 200 : happens(h, 50) ? 404 : 503;
}

/* ---- a history ---- */

static void make_plan(struct history *h)
{
	struct fake_plan *plan = &h->trial.plan;

	plan->max_time = happens(h, 20) ? 0 : (uint64_t)(TRIAL_CLOSE + 5 + dice(h, 90));
	plan->min_time = happens(h, 12) ? (uint64_t)(TRIAL_CLOSE + dice(h, 40)) : 0;
	plan->max_ledger = happens(h, 25) ? (uint32_t)(TRIAL_FIRST + 1 + dice(h, 20)) : 0;
	plan->min_ledger = happens(h, 8) ? (uint32_t)(TRIAL_FIRST + dice(h, 8)) : 0;
	plan->min_sequence = happens(h, 20) ? TRIAL_NUMBER - 1 - dice(h, 4) : 0;
	h->trial.chain.states[0].sequence = TRIAL_NUMBER - 1 - (happens(h, 70) ? 0 : dice(h, 5));
}

static void make_server(struct history *h, size_t i)
{
	struct fake_server *server =
		trial_add(&h->trial, happens(h, 50) ? ENDPOINT_RPC : ENDPOINT_HORIZON);
	bool rpc = server->kind == ENDPOINT_RPC;

	server->backend_count = 1;
	if (h->good && i == 0)
		return;
	if (!h->one_backend)
		server->backend_count = 1 + (size_t)dice(h, 3);
	for (size_t k = 0; k < server->backend_count; k++)
		server->lags[k] = dice(h, 9);
	server->filtered = !rpc && happens(h, 30);
	server->no_header = !rpc && happens(h, 10);
	server->race = rpc ? (unsigned)dice(h, 4) : 0;
	server->no_times = rpc && happens(h, 20);
	server->old_numbers = rpc && happens(h, 20);
	if (happens(h, 30))
		server->oldest = TRIAL_FIRST - 80 + dice(h, 100);
	server->seed = fake_random(&h->seed);
}

static void begin(struct history *h, uint64_t seed)
{
	struct trial *trial = &h->trial;

	*h = (struct history){ .seed = seed * 0x9e3779b97f4a7c15u + 1 };
	for (int i = 0; i < 8; i++)
		(void)fake_random(&h->seed);
	trial_init(trial);
	make_plan(h);
	trial_sign(trial, happens(h, 25) ? 'G' : 0);
	h->busy = (unsigned)dice(h, 70);
	h->failing = happens(h, 50) ? 0 : (unsigned)dice(h, 25);
	h->adversarial = happens(h, 30);
	h->one_backend = happens(h, 50);
	h->good = happens(h, 40);
	for (size_t i = 0; i < 1 + (size_t)(seed % TRIAL_SERVERS); i++)
		make_server(h, i);
	trial->setup.created_at = happens(h, 85) ? TRIAL_CLOSE - 200 + dice(h, 400) : 0;
	trial->before = ledgers_close;
	trial->after = some_answers_fail;
	trial->arg = h;
	for (int64_t left = dice(h, 25); left > 0; left--)
		close_one(h);
}

/* It landed: 1 with success, -1 without, 0 not at all. */
static int landed(const struct history *h)
{
	const struct trial *trial = &h->trial;
	const char *hash = trial->envelope.inner[0] ? trial->envelope.inner : trial->envelope.hash;

	for (size_t i = 0; i < trial->chain.tx_count; i++) {
		const struct fake_tx *tx = &trial->chain.txs[i];

		if (strcmp(tx->envelope.hash, hash) == 0 || strcmp(tx->envelope.inner, hash) == 0)
			return tx->code == 0 ? 1 : -1;
	}
	return 0;
}

/* Could it still be applied in a later ledger, if nothing else happened? */
static bool is_over(const struct history *h)
{
	const struct fake_plan *plan = &h->trial.plan;
	const struct fake_chain *chain = &h->trial.chain;

	return (plan->max_time && (uint64_t)fake_close_of(chain, chain->now) > plan->max_time) ||
	       (plan->max_ledger && chain->now + 1 >= plan->max_ledger);
}

static void check(struct history *h, uint64_t seed, const char *when)
{
	const struct verdict *verdict = &h->trial.verdict;
	int fate = landed(h);
	bool wrong = (verdict->safe == SAFE_YES && fate == 1) ||
		     (verdict->safe == SAFE_CONFIRM && fate == 1 && h->one_backend) ||
		     (verdict->kind == VERDICT_CONFIRMED && fate != 1) ||
		     (verdict->kind == VERDICT_FAILED_ON_CHAIN && fate != -1) ||
		     (verdict_fate(verdict->kind) == FATE_DEAD && verdict->safe == SAFE_YES && fate) ||
		     verdict->kind == VERDICT_SOURCES_DISAGREE;

	if (wrong)
		fail_msg("history %llu, %s: %s (%s, row %s) although it %s: %s",
			 (unsigned long long)seed, when, verdict_name(verdict->kind),
			 safety_word(verdict->safe), verdict->row,
			 fate > 0 ? "landed" : fate < 0 ? "landed and failed" : "did not land",
			 verdict->because);
}

static void let_validators_try(struct history *h)
{
	h->adversarial = true;
	h->busy = 20;
	for (int i = 0; i < LATER; i++)
		close_one(h);
}

struct counts { unsigned kinds[VERDICT_COUNT], safe, decidable, decided; };

/* Up to three rounds, as a live one is asked about again. */
static void run(uint64_t seed, struct counts *counts)
{
	static struct history h;
	bool decidable;

	begin(&h, seed);
	/* What must be told: it has landed, or its time is over and its number not used. */
	decidable = h.good && (landed(&h) || (is_over(&h) && now(&h).exists && h.busy < 5 &&
					      now(&h).sequence < TRIAL_NUMBER));
	trial_judge(&h.trial);
	check(&h, seed, "at once");
	for (int round = 0; round < 2 && !h.trial.verdict.final; round++) {
		for (int64_t left = dice(&h, 15); left > 0; left--)
			close_one(&h);
		h.trial.asked = 0;
		inquiry_again(h.trial.inquiry);
		trial_run(&h.trial);
		check(&h, seed, "again");
	}
	counts->kinds[h.trial.verdict.kind]++;
	counts->safe += h.trial.verdict.safe == SAFE_YES;
	counts->decidable += decidable;
	counts->decided += decidable && h.trial.verdict.final;
	let_validators_try(&h);
	check(&h, seed, "later");
	trial_done(&h.trial);
}

static void nothing_that_it_calls_dead_ever_lands(void **state)
{
	const char *wanted = getenv("BINNACLE_HISTORIES");
	uint64_t count = wanted ? strtoull(wanted, NULL, 10) : HISTORIES;
	struct counts counts = { .safe = 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= count; seed++)
		run(seed, &counts);
	printf("%llu histories: %u safe, 0 wrong; %u of %u decided that can be\n",
	       (unsigned long long)count, counts.safe, counts.decided, counts.decidable);
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		printf("  %-22s %u\n", verdict_name((enum verdict_kind)i), counts.kinds[i]);
	assert_true(counts.safe > count / 10);
	assert_true(counts.decidable > count / 50);
	assert_true(counts.decided * 100 >= counts.decidable * 95);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_that_it_calls_dead_ever_lands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
