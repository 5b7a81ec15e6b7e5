/*
 * A transaction with its whole payment, out of the rows of a real PostgreSQL: what one envelope
 * proves is decided over all of them. What the network says of each is this test's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/tx_intent.h"
#include "backends/horizon.h"
#include "backends/inquiry.h"
#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/txrig.h"

enum { KNOWN = 20, NAME = 16 };

static struct txrig rig;
static struct tx_intent intent;
static struct errands *errands;
static struct diagnoser *diagnoser;
static const char *const urls[] = { "http://127.0.0.1:1" };	/* nothing is sent to it */
static struct horizon_config horizon = {
	.source = { .name = "h", .kind = "horizon", .timeout = 1000, .urls = { urls, 1 } },
	.network = "testnet",
};
static const void *sources[2];

/* --- the network, as if everybody had been asked --- */

struct known {
	char hash[TX_HASH_TEXT];
	struct verdict verdict;
	enum twin consumer;
};

static struct known known[KNOWN];
static size_t known_count, asked_count;
static char asked[KNOWN][TX_HASH_TEXT];

/* An inquiry that knows at once. */
struct inquiry {
	const struct known *known;
	struct tx_evidence evidence;
};

struct inquiry *inquiry_new(const struct inquiry_setup *setup, struct err *err)
{
	struct inquiry *inquiry = mem_new(sizeof(*inquiry));

	(void)err;
	assert_true(asked_count < KNOWN);
	(void)str_put(asked[asked_count++], TX_HASH_TEXT, setup->identity->hash);
	for (size_t i = 0; i < known_count; i++)
		if (strcmp(known[i].hash, setup->identity->hash) == 0)
			inquiry->known = &known[i];
	return inquiry;
}

void inquiry_free(struct inquiry *inquiry)
{
	mem_free(inquiry);
}

void inquiry_again(struct inquiry *inquiry)
{
	(void)inquiry;
}

bool inquiry_next(struct inquiry *inquiry, struct inquiry_ask *out)
{
	(void)inquiry;
	(void)out;
	return false;
}

void inquiry_take(struct inquiry *inquiry, const struct inquiry_ask *ask,
		  const struct reply *reply, msec *retry_after)
{
	(void)inquiry;
	(void)ask;
	(void)reply;
	*retry_after = WHEN_NEVER;
}

const struct tx_evidence *inquiry_evidence(const struct inquiry *inquiry)
{
	return &inquiry->evidence;
}

void inquiry_verdict(const struct inquiry *inquiry, struct verdict *out)
{
	*out = inquiry->known ? inquiry->known->verdict :
	       (struct verdict){ .kind = VERDICT_UNKNOWN_STALE_SOURCE };
}

enum twin inquiry_consumer(const struct inquiry *inquiry)
{
	return inquiry->known ? inquiry->known->consumer : TWIN_UNKNOWN;
}

const struct tx_proof *inquiry_proofs(const struct inquiry *inquiry, size_t *count)
{
	(void)inquiry;
	*count = 0;
	return NULL;
}

void inquiry_progress(const struct inquiry *inquiry, unsigned *of_asked, unsigned *of)
{
	(void)inquiry;
	*of_asked = *of = 0;
}

static void hash_of(const char *name, char out[TX_HASH_TEXT])
{
	char sql[80];

	(void)snprintf(sql, sizeof(sql), "SELECT encode(sha256('%s'), 'hex')", name);
	assert_true(txrig_cell(&rig, sql, out, TX_HASH_TEXT));
}

static void judge(const char *name, enum verdict_kind kind, enum twin consumer)
{
	struct known *one = &known[known_count++];

	assert_true(known_count <= KNOWN);
	*one = (struct known){ .consumer = consumer, .verdict = { .kind = kind } };
	hash_of(name, one->hash);
	if (verdict_fate(kind) == FATE_DEAD || verdict_fate(kind) == FATE_FAILED)
		one->verdict.safe = SAFE_YES;
	if (kind == VERDICT_DEAD_SEQ_CONSUMED)
		hash_of("consumer", one->verdict.by);
}

/* --- rows --- */

static const char keyless[] =
	"SELECT id, hash, source, sequence, destination, asset, amount, memo, created_at, envelope_xdr"
	" FROM payment_intents";

static void add(const char *key, const char *name, const char *source, const char *more)
{
	char sql[600];

	(void)snprintf(sql, sizeof(sql), "INSERT INTO payment_intents (idempotency_key, hash,"
		       " envelope_xdr, source, sequence, destination, asset, amount, memo%s) VALUES"
		       " ('%s', encode(sha256('%s'), 'hex'), 'AAAA', '%s', 7, 'GB', 'XLM', 5, 'rent'%s)",
		       more[0] ? ", status, settled_at" : "", key, name, source, more);
	txrig_sql(&rig, sql);
}

static int begin(void **state)
{
	(void)state;
	txrig_sql(&rig, "TRUNCATE payment_intents RESTART IDENTITY CASCADE");
	known_count = asked_count = 0;
	return 0;
}

static void on_changed(void *arg, const char *key, bool judged)
{
	(void)arg;
	(void)key;
	(void)judged;
}

static void open_diagnoser(void)
{
	struct err err = { 0 };

	diagnoser_free(diagnoser);
	diagnoser = diagnoser_new(&(struct diagnoser_setup){
		.loop = rig.loop, .settings = &rig.settings, .errands = errands,
		.changed = on_changed }, &err);
	assert_non_null(diagnoser);
}

static void open_list(enum tx_preset preset, const char *query, bool complete)
{
	txrig_open(&rig, preset, query);
	rig.settings.transactions.complete = complete;
	open_diagnoser();
	intent = (struct tx_intent){ .diagnoser = diagnoser, .pages = rig.pages,
				     .config = &rig.settings.transactions };
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_string_equal(rig.cases.trouble, "");
}

static void open_rows(bool keyed, bool complete)
{
	open_list(keyed ? TX_PAYMENT_INTENTS : TX_CUSTOM, keyed ? NULL : keyless, complete);
}

/* The id of a row, as the list has it. */
static void id_of(const char *name, char out[NAME])
{
	char sql[120];

	(void)snprintf(sql, sizeof(sql), "SELECT id FROM payment_intents WHERE hash ="
		       " encode(sha256('%s'), 'hex')", name);
	assert_true(txrig_cell(&rig, sql, out, NAME));
}

static char want_id[NAME], want_hash[TX_HASH_TEXT];

static bool is_read(const struct txrig *at)
{
	const struct tx_line *lines;
	size_t count;
	bool complete;

	return tx_pages_group(at->pages, want_id, want_hash, &lines, &count, &complete);
}

static bool is_idle(const struct txrig *at)
{
	(void)at;
	return diagnoser_idle(diagnoser);
}

static bool is_answered(const struct txrig *at)
{
	return is_read(at) && is_idle(at);
}

/* All of its payment is read, and everybody has answered for each envelope. */
static void diagnose_this(void)
{
	char key[DIAGNOSER_KEY];
	struct err err = { 0 };

	if (!tx_intent_ask(&intent, want_id, want_hash, false, key, &err))
		fail_msg("%s", err.text);
	assert_string_equal(key, want_hash);
	assert_true(txrig_until(&rig, is_read));
	assert_true(tx_intent_ask_others(&intent, want_id, want_hash, false));
	assert_true(txrig_until(&rig, is_answered));
}

static void diagnose(const char *name)
{
	id_of(name, want_id);
	hash_of(name, want_hash);
	diagnose_this();
}

static struct tx_case case_of(const char *name)
{
	struct tx_case tx;

	id_of(name, want_id);
	hash_of(name, want_hash);
	assert_true(tx_intent_case(&intent, want_id, want_hash, &tx));
	assert_string_equal(tx.line.hash, want_hash);
	return tx;
}

/* Nothing by which a payment could be made twice, or lost. */
static void check_nothing_new(const struct tx_case *tx, const char *why)
{
	static const enum tx_act acts[] = { ACT_CANCEL, ACT_REBUILD, ACT_RESUBMIT, ACT_MARK_CANCELLED };

	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		if (tx->decision.allowed[acts[i]])
			fail_msg("%s: %s is allowed", why, act_word(acts[i]));
}

/* --- what is decided --- */

static const struct {
	const char *what;
	enum verdict_kind first, second;
	enum twin consumer;		/* of the second */
	const char *status;		/* of its row: ", 'confirmed', now()" */
} twins[] = {
	{ "a rebuilt twin that landed", VERDICT_LIVE_MAY_STILL_LAND, VERDICT_CONFIRMED, TWIN_UNKNOWN,
	  ", 'confirmed', now()" },
	{ "one that landed and whose row is open", VERDICT_LIVE_MAY_STILL_LAND, VERDICT_CONFIRMED,
	  TWIN_UNKNOWN, "" },
	{ "a dead one beside one that landed", VERDICT_DEAD_EXPIRED, VERDICT_CONFIRMED, TWIN_UNKNOWN,
	  "" },
	{ "a dead one beside a live one", VERDICT_DEAD_EXPIRED, VERDICT_LIVE_MAY_STILL_LAND,
	  TWIN_UNKNOWN, "" },
	{ "a live one beside a live one", VERDICT_LIVE_MAY_STILL_LAND, VERDICT_LIVE_MAY_STILL_LAND,
	  TWIN_UNKNOWN, "" },
	{ "a live one whose twin nobody knows", VERDICT_LIVE_MAY_STILL_LAND,
	  VERDICT_UNKNOWN_STALE_SOURCE, TWIN_UNKNOWN, "" },
	{ "a dead one whose twin says it is closed", VERDICT_DEAD_EXPIRED,
	  VERDICT_UNKNOWN_STALE_SOURCE, TWIN_UNKNOWN, ", 'cancelled', now()" },
	{ "the same payment used the twin's number", VERDICT_LIVE_MAY_STILL_LAND,
	  VERDICT_DEAD_SEQ_CONSUMED, TWIN_SAME, "" },
	{ "who used the twin's number was not compared", VERDICT_DEAD_EXPIRED,
	  VERDICT_DEAD_SEQ_CONSUMED, TWIN_UNKNOWN, "" },
	{ "the twin failed and can land no more, and is disputed", VERDICT_DEAD_EXPIRED,
	  VERDICT_SOURCES_DISAGREE, TWIN_UNKNOWN, "" },
};

static void check_twins(size_t i, bool keyed, const char *second_source)
{
	struct tx_case tx;

	(void)begin(NULL);
	add("pay-1", "first", "GA", "");
	add(keyed ? "pay-1" : "pay-2", "second", second_source, twins[i].status);
	if (keyed)	/* without a key whoever pays the same to the same is of the group */
		add("pay-3", "other", "GC", "");
	judge("first", twins[i].first, TWIN_UNKNOWN);
	judge("second", twins[i].second, twins[i].consumer);
	open_rows(keyed, keyed);
	diagnose("first");
	tx = case_of("first");
	if (tx.member_count != 2)
		fail_msg("%s: %zu members", twins[i].what, tx.member_count);
	assert_int_equal(tx.complete, keyed);
	check_nothing_new(&tx, twins[i].what);
}

static void no_twin_is_cancelled_rebuilt_or_sent_again_while_another_may_pay(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(twins); i++) {
		check_twins(i, true, "GA");
		check_twins(i, true, "GCHANNEL");
		check_twins(i, false, "GA");
		check_twins(i, false, "GCHANNEL");
	}
}

static void without_a_key_another_channel_account_is_of_the_same_payment(void **state)
{
	struct tx_case tx;

	(void)state;
	add("pay-1", "first", "GA", "");
	add("pay-2", "second", "GCHANNEL", "");
	judge("first", VERDICT_DEAD_EXPIRED, TWIN_UNKNOWN);
	judge("second", VERDICT_LIVE_MAY_STILL_LAND, TWIN_UNKNOWN);
	open_rows(false, true);
	diagnose("first");
	tx = case_of("first");
	assert_int_equal(tx.member_count, 2);
	assert_false(tx.decision.allowed[ACT_REBUILD]);
	assert_false(tx.decision.allowed[ACT_MARK_CANCELLED]);
}

static void the_only_envelope_that_is_dead_may_be_built_again(void **state)
{
	struct tx_case tx;

	(void)state;
	add("pay-1", "first", "GA", "");
	add("pay-1", "second", "GA", "");
	judge("first", VERDICT_DEAD_EXPIRED, TWIN_UNKNOWN);
	judge("second", VERDICT_DEAD_SEQ_CONSUMED, TWIN_OTHER);
	open_rows(true, true);
	diagnose("first");
	tx = case_of("first");
	assert_true(tx.decision.allowed[ACT_REBUILD]);
	assert_false(tx.decision.confirm);
	assert_string_equal(tx.intent_key, "pay-1");
	open_rows(true, false);
	diagnose("first");
	tx = case_of("first");
	assert_true(tx.decision.allowed[ACT_REBUILD]);
	assert_true(tx.decision.confirm);
}

static void before_its_payment_is_read_nothing_is_allowed(void **state)
{
	char key[DIAGNOSER_KEY];
	struct err err = { 0 };
	struct tx_case tx;

	(void)state;
	add("pay-1", "first", "GA", "");
	judge("first", VERDICT_DEAD_EXPIRED, TWIN_UNKNOWN);
	open_rows(true, true);
	id_of("first", want_id);
	hash_of("first", want_hash);
	assert_true(tx_intent_ask_one(&intent, &rig.cases.lines[0], false, key, &err));
	assert_true(txrig_until(&rig, is_idle));
	assert_true(tx_intent_case(&intent, want_id, want_hash, &tx));
	assert_int_equal(tx.verdict.kind, VERDICT_DEAD_EXPIRED);
	check_nothing_new(&tx, "not read");
	assert_int_equal(tx.member_count, 2);
	assert_non_null(strstr(tx.members[1].what, "not read yet"));
	assert_true(tx.unread && tx.waits);
	diagnose("first");
	tx = case_of("first");
	assert_true(tx.decision.allowed[ACT_REBUILD]);
}

static void more_envelopes_than_fit_allow_nothing(void **state)
{
	char name[NAME];
	struct tx_case tx;

	(void)state;
	for (int i = 0; i < TX_MEMBERS + 1; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		add("pay-1", name, "GA", "");
		judge(name, VERDICT_DEAD_EXPIRED, TWIN_UNKNOWN);
	}
	open_rows(true, true);
	diagnose("n0");
	tx = case_of("n0");
	assert_int_equal(tx.member_count, TX_MEMBERS);
	assert_false(tx.complete);
	check_nothing_new(&tx, "more than fit");
}

static void asking_about_one_asks_about_every_envelope_of_its_payment(void **state)
{
	char second[TX_HASH_TEXT];

	(void)state;
	add("pay-1", "first", "GA", "");
	add("pay-1", "second", "GA", ", 'cancelled', now()");
	add("pay-2", "third", "GA", "");
	open_rows(true, true);
	diagnose("first");
	hash_of("second", second);
	assert_int_equal(asked_count, 2);
	assert_string_equal(asked[0], want_hash);
	assert_string_equal(asked[1], second);
}

/* A platform may use the key of the payment as the id of its rows. */
static void envelopes_that_share_an_id_are_told_apart_by_their_hash(void **state)
{
	static const char *const names[] = { "first", "second" };
	struct tx_case tx;

	(void)state;
	add("pay-1", "first", "GA", "");
	add("pay-1", "second", "GA", "");
	judge("first", VERDICT_DEAD_EXPIRED, TWIN_UNKNOWN);
	judge("second", VERDICT_LIVE_MAY_STILL_LAND, TWIN_UNKNOWN);
	open_list(TX_CUSTOM, "SELECT idempotency_key AS id, idempotency_key AS intent, hash, source,"
		  " amount, created_at FROM payment_intents", false);
	assert_int_equal(rig.cases.count, 2);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		(void)str_put(want_id, sizeof(want_id), "pay-1");
		hash_of(names[i], want_hash);
		diagnose_this();
		assert_true(tx_intent_case(&intent, want_id, want_hash, &tx));
		assert_string_equal(tx.line.hash, want_hash);
		assert_int_equal(tx.verdict.kind, known[i].verdict.kind);
		assert_int_equal(tx.member_count, 2);
		assert_false(tx.decision.allowed[ACT_REBUILD]);
	}
}

static void what_is_no_row_is_a_group_that_nobody_knows_to_be_complete(void **state)
{
	struct tx_case tx;

	(void)state;
	add("pay-1", "first", "GA", "");
	judge("pasted", VERDICT_DEAD_EXPIRED, TWIN_UNKNOWN);
	open_rows(true, true);
	hash_of("pasted", want_hash);
	want_id[0] = '\0';
	diagnose_this();
	assert_true(tx_intent_case(&intent, "", want_hash, &tx));
	assert_false(tx.complete);
	assert_true(tx.decision.confirm);
	assert_false(tx_intent_case(&intent, "999", "", &tx));
}

/* --- rows whose hash only says that something began --- */

static void add_started(void)
{
	txrig_sql(&rig, "TRUNCATE bridge_transactions, escrows CASCADE");
	/* One of today, and one that was refunded on the ledger long ago. */
	txrig_sql(&rig, "INSERT INTO bridge_transactions (nonce, \"from\", amount, \"destinationChain\","
		  " \"destinationAddress\", ledger, \"txHash\", \"timestamp\", status)"
		  " SELECT n, 'GA', 9223372036854775807, '1', '0xab', 500,"
		  " encode(sha256(('bridge' || n)::bytea), 'hex'),"
		  " extract(epoch FROM now())::bigint - n * 10000, 'initiated'"
		  " FROM (VALUES (1), (1000)) AS r (n)");
	txrig_sql(&rig, "INSERT INTO escrows (\"escrowId\", depositor, beneficiary, amount,"
		  " \"requiredSigners\", \"requiredApprovals\", status, \"createdAtLedger\","
		  " \"createdTxHash\", \"indexedAt\") SELECT n, 'GA', 'GB', 9223372036854775807, '', 2,"
		  " 'approved', 1, encode(sha256('escrow'), 'hex'), localtimestamp - n * interval '1 hour'"
		  " FROM generate_series(1, 1) AS n");
}

static void check_no_act(size_t at)
{
	struct tx_case tx;

	str_put(want_id, sizeof(want_id), rig.cases.lines[at].id);
	str_put(want_hash, sizeof(want_hash), rig.cases.lines[at].hash);
	assert_string_equal(rig.cases.lines[at].amount, "9223372036854775807");
	diagnose_this();
	assert_true(tx_intent_case(&intent, want_id, want_hash, &tx));
	assert_true(tx.judged);
	for (int act = 0; act < ACT_COUNT; act++)
		if (tx.decision.allowed[act] != (act == ACT_DISMISS))
			fail_msg("%s of %s", act_word((enum tx_act)act), verdict_name(tx.verdict.kind));
}

static void a_bridge_or_an_escrow_gets_no_act_whatever_its_hash_proves(void **state)
{
	static const enum tx_preset presets[] = { TX_TEACHLINK_BRIDGE, TX_TEACHLINK_ESCROW };

	(void)state;
	add_started();
	for (int kind = 0; kind < VERDICT_COUNT; kind++) {
		known_count = asked_count = 0;
		judge("bridge1", (enum verdict_kind)kind, TWIN_OTHER);
		judge("bridge1000", (enum verdict_kind)kind, TWIN_OTHER);
		judge("escrow", (enum verdict_kind)kind, TWIN_OTHER);
		for (size_t i = 0; i < ARRAY_LEN(presets); i++) {
			open_list(presets[i], NULL, true);
			assert_int_equal(rig.cases.count, i == 0 ? 2 : 1);
			for (size_t at = 0; at < rig.cases.count; at++)
				check_no_act(at);
		}
	}
	assert_int_equal(rig.cases.lines[0].band, TX_STUCK);
	open_list(TX_TEACHLINK_BRIDGE, NULL, true);
	assert_int_equal(rig.cases.lines[0].band, TX_OLD);
	assert_int_equal(rig.cases.lines[1].band, TX_STUCK);
}

static int start(void **state)
{
	struct err err = { 0 };

	(void)state;
	if (txrig_start(&rig, &err)) {
		sources[0] = rig.sources[0];
		sources[1] = &horizon;
		rig.settings.sources = (struct items){ sources, ARRAY_LEN(sources) };
		errands = errands_new(rig.loop, rig.environment);
		return 0;
	}
	print_message("%s\n", err.text);
	return -1;
}

static int end(void **state)
{
	(void)state;
	diagnoser_free(diagnoser);
	txrig_close(&rig);
	errands_free(errands);
	txrig_stop(&rig);
	return 0;
}

int main(void)
{
#define ON_EMPTY(test) cmocka_unit_test_setup(test, begin)
	const struct CMUnitTest tests[] = {
		ON_EMPTY(no_twin_is_cancelled_rebuilt_or_sent_again_while_another_may_pay),
		ON_EMPTY(without_a_key_another_channel_account_is_of_the_same_payment),
		ON_EMPTY(the_only_envelope_that_is_dead_may_be_built_again),
		ON_EMPTY(before_its_payment_is_read_nothing_is_allowed),
		ON_EMPTY(more_envelopes_than_fit_allow_nothing),
		ON_EMPTY(asking_about_one_asks_about_every_envelope_of_its_payment),
		ON_EMPTY(envelopes_that_share_an_id_are_told_apart_by_their_hash),
		ON_EMPTY(a_bridge_or_an_escrow_gets_no_act_whatever_its_hash_proves),
		ON_EMPTY(what_is_no_row_is_a_group_that_nobody_knows_to_be_complete),
	};

	return cmocka_run_group_tests(tests, start, end);
}
