/*
 * Two envelopes: the same payment, surely another, or neither is sure. "Another" allows to pay
 * again, so that each way to be unsure has its line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/attr.h"
#include "stellar/envelope.h"

#define ALICE "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX"
#define ALICE_5 "MAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB77777777777776UTS"
#define BOB "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"
#define USD "USD:" BOB

#define PAY(to, what, amount) { OPERATION_PAYMENT, "", true, to, what, amount }
#define SEND(to, what, amount) \
	{ OPERATION_PATH_PAYMENT_STRICT_SEND, "", true, to, what, amount }
#define RECEIVE(to, what, amount) \
	{ OPERATION_PATH_PAYMENT_STRICT_RECEIVE, "", true, to, what, amount }
#define CREATE(to, amount) { OPERATION_CREATE_ACCOUNT, "", true, to, "native", amount }
#define MERGE(to) { OPERATION_ACCOUNT_MERGE, "", false, to, "", 0 }
#define OTHER(type) { OPERATION_##type, "", false, "", "", 0 }

struct sketch {
	struct envelope_op ops[3];
	size_t count;
	const char *memo;
};

static struct envelope a, b;

static void draw(struct envelope *out, const struct sketch *sketch)
{
	memset(out, 0, offsetof(struct envelope, ops));
	memcpy(out->ops, sketch->ops, sizeof(sketch->ops));
	out->op_count = sketch->count;
	if (sketch->memo) {
		out->memo.type = MEMO_TEXT;
		out->memo.len = strlen(sketch->memo);
		memcpy(out->memo.bytes, sketch->memo, out->memo.len);
	}
}

static const struct {
	const char *what;
	struct sketch a, b;
	enum twin twin;
} cases[] = {
	{ "the same", { { PAY(ALICE, USD, 5) }, 1, "x" }, { { PAY(ALICE, USD, 5) }, 1, "x" },
	  TWIN_SAME },
	{ "beside something else", { { OTHER(CHANGE_TRUST), PAY(ALICE, USD, 5) }, 2, NULL },
	  { { PAY(ALICE, USD, 5) }, 1, NULL }, TWIN_SAME },
	{ "in another order", { { PAY(ALICE, USD, 5), PAY(BOB, USD, 6) }, 2, NULL },
	  { { PAY(BOB, USD, 6), PAY(ALICE, USD, 5) }, 2, NULL }, TWIN_SAME },
	{ "by the market, as much arrives", { { PAY(ALICE, USD, 5) }, 1, NULL },
	  { { RECEIVE(ALICE, USD, 5) }, 1, NULL }, TWIN_SAME },
	{ "as a new account", { { PAY(ALICE, "native", 5) }, 1, NULL },
	  { { CREATE(ALICE, 5) }, 1, NULL }, TWIN_SAME },
	{ "twice is not once", { { PAY(ALICE, USD, 5), PAY(ALICE, USD, 5) }, 2, NULL },
	  { { PAY(ALICE, USD, 5) }, 1, NULL }, TWIN_UNKNOWN },
	{ "twice one is not each once",
	  { { PAY(ALICE, USD, 5), PAY(ALICE, USD, 5) }, 2, NULL },
	  { { PAY(ALICE, USD, 5), PAY(BOB, USD, 5) }, 2, NULL }, TWIN_UNKNOWN },
	{ "one of many", { { PAY(ALICE, USD, 5) }, 1, NULL },
	  { { PAY(BOB, USD, 6), PAY(ALICE, USD, 5) }, 2, NULL }, TWIN_UNKNOWN },
	{ "another memo", { { PAY(ALICE, USD, 5) }, 1, "x" }, { { PAY(ALICE, USD, 5) }, 1, "y" },
	  TWIN_UNKNOWN },
	{ "no memo", { { PAY(ALICE, USD, 5) }, 1, "x" }, { { PAY(ALICE, USD, 5) }, 1, NULL },
	  TWIN_UNKNOWN },
	{ "muxed and not", { { PAY(ALICE, USD, 5) }, 1, NULL },
	  { { PAY(ALICE_5, USD, 5) }, 1, NULL }, TWIN_UNKNOWN },
	{ "what arrives is not what is sent", { { PAY(ALICE, USD, 5) }, 1, NULL },
	  { { SEND(ALICE, USD, 5) }, 1, NULL }, TWIN_UNKNOWN },
	{ "sent in another asset", { { PAY(ALICE, USD, 5) }, 1, NULL },
	  { { SEND(ALICE, "native", 9) }, 1, NULL }, TWIN_UNKNOWN },
	{ "sent alike", { { SEND(ALICE, USD, 5) }, 1, NULL }, { { SEND(ALICE, USD, 5) }, 1, NULL },
	  TWIN_SAME },
	{ "a contract may pay", { { PAY(ALICE, USD, 5) }, 1, NULL },
	  { { OTHER(INVOKE_HOST_FUNCTION) }, 1, NULL }, TWIN_UNKNOWN },
	{ "two contracts", { { OTHER(INVOKE_HOST_FUNCTION) }, 1, NULL },
	  { { OTHER(INVOKE_HOST_FUNCTION) }, 1, NULL }, TWIN_UNKNOWN },
	{ "a balance may be claimed", { { PAY(ALICE, USD, 5) }, 1, NULL },
	  { { OTHER(CREATE_CLAIMABLE_BALANCE) }, 1, NULL }, TWIN_UNKNOWN },
	{ "a merge pays all", { { PAY(ALICE, "native", 5) }, 1, NULL }, { { MERGE(ALICE) }, 1, NULL },
	  TWIN_UNKNOWN },
	{ "the same, and a contract", { { PAY(ALICE, USD, 5) }, 1, NULL },
	  { { PAY(ALICE, USD, 5), OTHER(INVOKE_HOST_FUNCTION) }, 2, NULL }, TWIN_UNKNOWN },
	{ "another amount", { { PAY(ALICE, USD, 5) }, 1, "x" }, { { PAY(ALICE, USD, 6) }, 1, "x" },
	  TWIN_OTHER },
	{ "another asset", { { PAY(ALICE, USD, 5) }, 1, "x" },
	  { { PAY(ALICE, "native", 5) }, 1, "x" }, TWIN_OTHER },
	{ "another destination", { { PAY(ALICE, USD, 5) }, 1, "x" }, { { PAY(BOB, USD, 5) }, 1, "x" },
	  TWIN_OTHER },
	{ "nothing is paid", { { PAY(ALICE, USD, 5) }, 1, NULL }, { { OTHER(BUMP_SEQUENCE) }, 1, NULL },
	  TWIN_OTHER },
	{ "a contract, and nothing", { { OTHER(INVOKE_HOST_FUNCTION) }, 1, NULL },
	  { { OTHER(BUMP_SEQUENCE) }, 1, NULL }, TWIN_OTHER },
	{ "nothing twice", { { OTHER(BUMP_SEQUENCE) }, 1, "x" }, { { OTHER(BUMP_SEQUENCE) }, 1, "x" },
	  TWIN_OTHER },
};

static void each_pair_is_judged_and_either_way_round(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		draw(&a, &cases[i].a);
		draw(&b, &cases[i].b);
		if (envelope_twin(&a, &b) != cases[i].twin || envelope_twin(&b, &a) != cases[i].twin)
			fail_msg("%s: %d and %d, not %d", cases[i].what, envelope_twin(&a, &b),
				 envelope_twin(&b, &a), cases[i].twin);
		assert_int_equal(envelope_same_payment(&a, &b), cases[i].twin == TWIN_SAME);
	}
}

/* The ids of memos and the bytes of hashes count like texts. */
static void every_kind_of_memo_counts(void **state)
{
	static const struct sketch plain = { { PAY(ALICE, USD, 5) }, 1, NULL };

	(void)state;
	draw(&a, &plain);
	draw(&b, &plain);
	a.memo.type = b.memo.type = MEMO_ID;
	a.memo.id = b.memo.id = UINT64_MAX;
	assert_int_equal(envelope_twin(&a, &b), TWIN_SAME);
	b.memo.id--;
	assert_int_equal(envelope_twin(&a, &b), TWIN_UNKNOWN);
	draw(&b, &plain);
	draw(&a, &plain);
	a.memo.type = MEMO_HASH;
	b.memo.type = MEMO_RETURN;
	a.memo.len = b.memo.len = MEMO_BYTES;
	assert_int_equal(envelope_twin(&a, &b), TWIN_UNKNOWN);
	b.memo.type = MEMO_HASH;
	assert_int_equal(envelope_twin(&a, &b), TWIN_SAME);
	b.memo.bytes[31] = 1;
	assert_int_equal(envelope_twin(&a, &b), TWIN_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pair_is_judged_and_either_way_round),
		cmocka_unit_test(every_kind_of_memo_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
