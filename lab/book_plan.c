/*
 * book_plan.c: one transaction for each verdict, and those of the platform's own tables. Times are
 * seconds before the moment at which the book is filled, ledgers are counted from that moment's.
 */
#include "lab/book.h"

#include <stdio.h>

#include "base/mem.h"

enum {
	ALL = BOOKED_ALL, HASH = BOOKED_HASH,
	SHORT = 30, LONG = 2 * 86400,	/* for how long it is valid */
	SOON = 8,			/* after how many seconds it lands */
	OLD = 400000, ORDINARY = 200000,	/* ledgers since an account was made */
	NO_TRUST = -6, UNDERFUNDED = -2,
	HOSTILE = 27, EXTREME = 28, CUSTOMERS = 7,
};

struct plan {
	const char *name, *table, *key;
	const char *account;	/* NULL: one of its own */
	const char *function;
	const char *trouble;
	int64_t age;
	int64_t valid;		/* seconds after that age; 0: without end */
	int64_t lands;		/* seconds after that age; 0: never */
	int64_t from;		/* not before so many seconds from now */
	int64_t before_ledger, from_ledger;
	enum expectation expected;
	unsigned flags;
	int slot;		/* how far above the account's first sequence number; 0: the next */
	int pay;		/* which payment; the same number is the same payment */
	int32_t op_code;
	enum draft_op op;	/* 0: a payment */
	int bump_slot;
	bool bumped;		/* by a fee bump of somebody else */
	bool gaps;		/* any lower sequence number will do */
	bool channel;		/* its source is not who pays */
};

#define ONE_OF(key_, name_, expected_) \
	.name = (name_), .table = "intent", .key = (key_), .expected = EXPECT_##expected_
#define INTENT(name_, expected_) ONE_OF(name_, name_, expected_)
#define ONLY_ON_CHAIN(name_, account_) .name = (name_), .account = (account_)

static const char timeout[] = "504 transaction_submission_timeout";

static const struct plan plans[] = {
	{ INTENT("confirmed", CONFIRMED), ALL, .age = 7500, .valid = SHORT, .lands = SOON,
	  .pay = 1, .trouble = timeout },
	{ INTENT("confirmed-in-fee-bump", CONFIRMED), ALL | BOOKED_INNER, .age = 7800,
	  .valid = 600, .lands = 120, .pay = 2, .bumped = true, .trouble = timeout },
	{ INTENT("failed", FAILED), ALL, .age = 8000, .valid = SHORT, .lands = SOON, .pay = 3,
	  .op_code = UNDERFUNDED },
	{ INTENT("failed-in-fee-bump", FAILED), ALL | BOOKED_INNER, .age = 8100, .valid = 600,
	  .lands = 90, .pay = 4, .bumped = true, .op_code = NO_TRUST },
	{ INTENT("expired", EXPIRED), ALL, .age = 9000, .valid = SHORT, .pay = 5,
	  .trouble = "tx_too_late" },
	{ INTENT("expired-by-ledger", EXPIRED), ALL, .age = 9100, .before_ledger = -4500, .pay = 6 },
	{ INTENT("consumed", CONSUMED), ALL, .age = 9500, .valid = LONG, .pay = 7,
	  .trouble = "tx_bad_seq" },
	{ ONLY_ON_CHAIN("consumed-by-another", "consumed"), .age = 5000, .valid = SHORT,
	  .lands = SOON, .pay = 8 },
	{ INTENT("consumed-by-twin", CONSUMED), ALL, .age = 9600, .valid = LONG, .pay = 9,
	  .trouble = "tx_bad_seq" },
	{ ONLY_ON_CHAIN("twin", "consumed-by-twin"), .age = 5200, .valid = SHORT, .lands = SOON,
	  .pay = 9 },
	{ INTENT("bumped-past", CONSUMED), ALL | BOOKED_ASSUMED, .slot = 50, .age = 9700,
	  .valid = LONG, .pay = 10 },
	{ ONLY_ON_CHAIN("bump", "bumped-past"), .age = 5400, .valid = SHORT, .lands = SOON,
	  .op = DRAFT_BUMP, .bump_slot = 100 },
	{ INTENT("account-gone", GONE), ALL, .slot = 5, .age = 9800, .valid = LONG, .pay = 11 },
	{ ONLY_ON_CHAIN("merge", "account-gone"), .age = 5600, .valid = SHORT, .lands = SOON,
	  .op = DRAFT_MERGE, .pay = 11 },
	{ INTENT("live-two-minutes", LIVE), ALL, .age = 600, .valid = 720, .pay = 12 },
	{ INTENT("live-unbounded", LIVE), ALL, .age = 8200, .pay = 13, .trouble = timeout },
	{ INTENT("live-gap-allowed", LIVE), ALL, .slot = 5, .age = 8300, .valid = LONG, .pay = 14,
	  .gaps = true },
	{ INTENT("lands-soon", LIVE), ALL, .age = 20, .valid = 600, .lands = 60, .pay = 15 },
	{ INTENT("gap", GAP), ALL, .slot = 5, .age = 8400, .valid = LONG, .pay = 16 },
	{ INTENT("not-yet-valid", EARLY), ALL, .age = 7400, .valid = LONG, .from = 86400,
	  .pay = 17 },
	{ INTENT("not-yet-by-ledger", EARLY), ALL, .age = 7450, .valid = LONG,
	  .from_ledger = 40000, .pay = 18 },
	{ INTENT("hash-mismatch", HASH_MISMATCH), ALL | BOOKED_MISMATCH, .age = 7600,
	  .valid = SHORT, .pay = 19 },
	{ INTENT("disputed", DISAGREE), ALL | BOOKED_DISPUTED, .age = 7700, .valid = SHORT,
	  .lands = SOON, .pay = 20 },
	{ INTENT("forgotten", STALE), ALL, .age = 700000, .valid = SHORT, .lands = SOON,
	  .pay = 21 },
	{ INTENT("filtered", CONFIRMED), ALL | BOOKED_FILTERED, .age = 7900, .valid = SHORT,
	  .lands = SOON, .pay = 22 },
	{ INTENT("no-envelope", NO_ENVELOPE), HASH, .age = 7350, .valid = SHORT, .pay = 23 },
	{ INTENT("no-envelope-confirmed", CONFIRMED), HASH, .age = 7360, .valid = SHORT,
	  .lands = SOON, .pay = 24 },
	{ INTENT("sequence-only", LIVE), HASH | BOOKED_SEQUENCE, .age = 8500, .pay = 25 },
	{ INTENT("no-identity", NO_IDENTITY), 0, .age = 7370, .valid = SHORT, .pay = 26 },
	{ INTENT("hostile-memo", CONFIRMED), ALL, .age = 7380, .valid = SHORT, .lands = SOON,
	  .pay = HOSTILE },
	{ INTENT("extreme-amount", EXPIRED), ALL, .age = 9200, .valid = SHORT, .pay = EXTREME },

	/* Several envelopes for one payment. */
	{ ONE_OF("retried", "retried-1", EXPIRED), ALL, .age = 7550, .valid = SHORT,
	  .pay = 30, .channel = true, .trouble = timeout },
	{ ONE_OF("retried", "retried-2", LIVE), ALL, .age = 7250, .valid = LONG,
	  .pay = 30, .channel = true, .trouble = timeout },
	{ ONE_OF("given-up", "given-up-1", EXPIRED), ALL, .age = 7650, .valid = SHORT,
	  .pay = 31, .channel = true },
	{ ONE_OF("given-up", "given-up-2", EXPIRED), ALL, .age = 7560, .valid = SHORT,
	  .pay = 31, .channel = true },
	{ ONE_OF("paid-by-retry", "paid-by-retry-1", EXPIRED), ALL, .age = 7750,
	  .valid = SHORT, .pay = 32, .channel = true, .trouble = timeout },
	{ ONE_OF("paid-by-retry", "paid-by-retry-2", CONFIRMED), ALL, .age = 7660,
	  .valid = SHORT, .lands = SOON, .pay = 32, .channel = true },
	{ ONE_OF(NULL, "keyless-1", EXPIRED), ALL, .age = 7850, .valid = SHORT, .pay = 33,
	  .channel = true },
	{ ONE_OF(NULL, "keyless-2", LIVE), ALL, .age = 7760, .valid = LONG, .pay = 33,
	  .channel = true },

	/* What the indexer has seen is on the ledger, but only the start of a transfer. */
	{ .name = "bridge-7", .table = "bridge", .key = "7", .expected = EXPECT_NO_ENVELOPE,
	  .flags = HASH, .account = "depositor", .slot = 1, .age = 700000,
	  .valid = SHORT, .lands = SOON, .op = DRAFT_CALL, .function = "deposit" },
	{ .name = "bridge-6", .table = "bridge", .key = "6", .expected = EXPECT_CONFIRMED,
	  .flags = HASH, .account = "depositor", .slot = 2, .age = 90000,
	  .valid = SHORT, .lands = SOON, .op = DRAFT_CALL, .function = "deposit" },
	{ .name = "bridge-5", .table = "bridge", .key = "5", .expected = EXPECT_CONFIRMED,
	  .flags = HASH, .account = "depositor", .slot = 3, .age = 30000,
	  .valid = SHORT, .lands = SOON, .op = DRAFT_CALL, .function = "deposit" },
	{ .name = "bridge-4", .table = "bridge", .key = "4", .expected = EXPECT_CONFIRMED,
	  .flags = HASH, .account = "depositor", .slot = 4, .age = 14400,
	  .valid = SHORT, .lands = SOON, .op = DRAFT_CALL, .function = "deposit" },
	{ .name = "bridge-3", .table = "bridge", .key = "3", .expected = EXPECT_CONFIRMED,
	  .flags = HASH, .account = "depositor", .slot = 5, .age = 9000,
	  .valid = SHORT, .lands = SOON, .op = DRAFT_CALL, .function = "deposit" },
	{ .name = "bridge-2", .table = "bridge", .key = "2", .expected = EXPECT_CONFIRMED,
	  .flags = HASH | BOOKED_FILTERED, .account = "depositor", .slot = 6, .age = 2400,
	  .valid = SHORT, .lands = SOON, .op = DRAFT_CALL, .function = "deposit" },
	{ .name = "bridge-1", .table = "bridge", .key = "1", .expected = EXPECT_CONFIRMED,
	  .flags = HASH, .account = "depositor", .slot = 7, .age = 900,
	  .valid = SHORT, .lands = SOON, .op = DRAFT_CALL, .function = "deposit" },
	{ .name = "escrow-1", .table = "escrow", .key = "1", .expected = EXPECT_CONFIRMED,
	  .flags = HASH, .account = "escrow payer", .slot = 1, .age = 300000,
	  .valid = SHORT, .lands = SOON, .op = DRAFT_CALL, .function = "create_escrow" },
	{ .name = "escrow-2", .table = "escrow", .key = "2", .expected = EXPECT_CONFIRMED,
	  .flags = HASH, .account = "escrow payer", .slot = 2, .age = 20000,
	  .valid = SHORT, .lands = SOON, .op = DRAFT_CALL, .function = "create_escrow" },
	{ .name = "escrow-3", .table = "escrow", .key = "3", .expected = EXPECT_CONFIRMED,
	  .flags = HASH, .account = "escrow payer", .slot = 3, .age = 10000,
	  .valid = SHORT, .lands = SOON, .op = DRAFT_CALL, .function = "create_escrow" },
	{ .name = "unsaved", .table = "payment", .key = "1", .expected = EXPECT_CONFIRMED,
	  .flags = HASH, .account = "hot wallet", .slot = 1, .age = 9300,
	  .valid = SHORT, .lands = SOON, .pay = 41 },
	{ .name = "unsaved-failed", .table = "payment", .key = "2", .expected = EXPECT_FAILED,
	  .flags = HASH, .account = "hot wallet", .slot = 2, .age = 9250,
	  .valid = SHORT, .lands = SOON, .pay = 42, .op_code = UNDERFUNDED },
	{ .name = "unsaved-lost", .table = "payment", .key = "3", .expected = EXPECT_NO_ENVELOPE,
	  .flags = HASH, .account = "hot wallet", .slot = 3, .age = 8800,
	  .valid = SHORT, .pay = 43 },
	{ .name = "unsaved-old", .table = "payment", .key = "4", .expected = EXPECT_NO_ENVELOPE,
	  .flags = HASH, .account = "hot wallet", .slot = 3, .age = 690000,
	  .valid = SHORT, .pay = 44 },
};

static const char hostile_memo[] = "\x1b[31mPAID\x1b[0m <b>&\"'";

/* Who gets how much, and what the payment is known by. */
static void set_payment(struct draft *draft, int pay)
{
	char customer[32];

	snprintf(customer, sizeof(customer), "customer %d", pay % CUSTOMERS);
	account_key_of(&draft->payee, customer);
	draft->asset = pay % 3 == 0 ? "USDC" : NULL;
	draft->amount = pay == EXTREME ? INT64_MAX : pay * INT64_C(37500001);
	if (pay == HOSTILE)
		str_put(draft->memo, sizeof(draft->memo), hostile_memo);
	else if (pay > 0)
		snprintf(draft->memo, sizeof(draft->memo), "invoice %d", 4100 + pay);
}

static uint64_t later_than(int64_t present, int64_t seconds)
{
	return (uint64_t)(present + seconds);
}

static void set_bounds(struct draft *draft, const struct plan *plan, int64_t tip, int64_t present)
{
	if (plan->valid != 0)
		draft->max_time = later_than(present, plan->valid - plan->age);
	if (plan->from != 0)
		draft->min_time = later_than(present, plan->from);
	if (plan->before_ledger != 0)
		draft->max_ledger = (uint32_t)(tip + plan->before_ledger);
	if (plan->from_ledger != 0)
		draft->min_ledger = (uint32_t)(tip + plan->from_ledger);
}

static void set_source(struct draft *draft, const struct plan *plan,
		       const struct booked_account *account)
{
	int64_t first = account->since << 32;

	draft->source = account->key;
	draft->sequence = first + (plan->slot > 0 ? plan->slot : 1);
	draft->min_sequence = plan->gaps ? first : 0;
	draft->bump_to = first + plan->bump_slot;
	if (plan->channel)
		account_key_of(&draft->payer, "treasury");
	if (plan->bumped)
		account_key_of(&draft->fee_source, "sponsor");
}

static void add(struct book *book, const struct plan *plan, int64_t tip)
{
	int64_t present = ledger_closed_at(tip) / WHEN_SECOND;
	int64_t since = tip - (plan->age > 600000 ? OLD : ORDINARY);
	const struct booked_account *account =
		book_account(book, plan->account ? plan->account : plan->name, since);
	struct booked item = {
		.table = plan->table, .key = plan->key, .expected = plan->expected,
		.flags = plan->flags, .op_code = plan->op_code, .created = present - plan->age,
		.trouble = plan->trouble, .attempts = plan->trouble ? 2 : 1,
		.draft = { .fee = 100, .op = plan->op ? plan->op : DRAFT_PAYMENT,
			   .function = plan->function },
	};

	str_put(item.name, sizeof(item.name), plan->name);
	set_source(&item.draft, plan, account);
	set_payment(&item.draft, plan->pay);
	set_bounds(&item.draft, plan, tip, present);
	if (plan->lands != 0)
		item.ledger = tip - (plan->age - plan->lands) * WHEN_SECOND / LEDGER_STEP;
	book_add(book, &item);
}

void book_fill(struct book *book, int64_t tip)
{
	for (size_t i = 0; i < book->count; i++)
		mem_free(book->items[i].foreign);
	book->count = book->account_count = 0;
	(void)book_account(book, "treasury", tip - ORDINARY);
	(void)book_account(book, "sponsor", tip - ORDINARY);
	for (int i = 0; i < CUSTOMERS; i++) {
		char customer[32];

		snprintf(customer, sizeof(customer), "customer %d", i);
		(void)book_account(book, customer, tip - OLD);
	}
	for (size_t i = 0; i < ARRAY_LEN(plans); i++)
		add(book, &plans[i], tip);
}
