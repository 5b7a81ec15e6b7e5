/*
 * The lab's book of transactions without its servers: what accounts are at each ledger, what is
 * made of an envelope that is handed in, and that its bytes are those of the network.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "lab/handin.h"
#include "stellar/base64.h"
#include "stellar/cancelling.h"
#include "stellar/entry.h"
#include "stellar/envelope.h"
#include "stellar/network.h"
#include "stellar/result.h"

static const int64_t tip = 97000000;

static struct book *book;

static int fill(void **unused)
{
	(void)unused;
	book = mem_new(sizeof(*book));
	book_fill(book, tip);
	return 0;
}

static int drop(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < book->count; i++)
		mem_free(book->items[i].foreign);
	mem_free(book);
	return 0;
}

static struct booked *named(const char *name)
{
	for (size_t i = 0; i < book->count; i++)
		if (strcmp(book->items[i].name, name) == 0)
			return &book->items[i];
	fail_msg("no %s in the book", name);
	return NULL;
}

static int64_t sequence_at(const char *name, int64_t ledger)
{
	struct account_state state;

	book_state(book, &named(name)->draft.source, ledger, &state);
	return state.exists ? state.sequence : -1;
}

static void every_item_reads_as_what_it_was_drafted(void **unused)
{
	struct envelope *envelope = mem_new(sizeof(*envelope));

	(void)unused;
	for (size_t i = 0; i < book->count; i++) {
		const struct booked *item = &book->items[i];
		char text[BOOK_BASE64], hash[TX_HASH_TEXT], inner[TX_HASH_TEXT];
		struct buf xdr = { 0 };
		struct tx_result result;
		struct err err = { 0 };

		booked_envelope(item, text);
		assert_true(base64_read(str_of(text), &xdr, &err));
		if (!envelope_read(str_sub(xdr.data, xdr.len), envelope, &err))
			fail_msg("%s: %s", item->name, err.text);
		envelope_hash(envelope, str_sub(xdr.data, xdr.len), network_passphrase("testnet"),
			      hash, inner);
		assert_string_equal(hash, item->hash);
		assert_string_equal(inner, item->inner);
		assert_int_equal(envelope->sequence, item->draft.sequence);
		assert_true(envelope->max_time == item->draft.max_time);
		assert_int_equal(envelope->ops[0].amount, envelope->ops[0].pays ?
				 item->draft.amount : 0);
		booked_result(item, text);
		assert_true(result_read_base64(str_of(text), &result, &err));
		assert_int_equal(result_succeeded(&result), item->op_code == 0);
		if (item->inner[0])
			assert_string_equal(result.inner_hash, item->inner);
		buf_done(&xdr);
	}
	mem_free(envelope);
}

static void what_is_applied_uses_its_number_from_its_ledger_on(void **unused)
{
	static const char *const applied[] = { "confirmed", "failed", "confirmed-in-fee-bump" };

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(applied); i++) {
		const struct booked *item = named(applied[i]);

		assert_int_equal(sequence_at(applied[i], item->ledger - 1), item->draft.sequence - 1);
		assert_int_equal(sequence_at(applied[i], item->ledger), item->draft.sequence);
		assert_int_equal(sequence_at(applied[i], tip), item->draft.sequence);
	}
	assert_int_equal(sequence_at("bumped-past", tip), named("bump")->draft.bump_to);
	assert_int_equal(sequence_at("account-gone", tip), -1);
	assert_true(sequence_at("account-gone", named("merge")->ledger - 1) > 0);
}

static void an_entry_reads_as_the_account_it_was_written_of(void **unused)
{
	const struct booked *item = named("confirmed");
	struct account_state state;
	struct account_entry entry;
	struct buf xdr = { 0 };
	char text[BOOK_BASE64], address[DRAFT_ACCOUNT], key[ENTRY_KEY_TEXT];
	struct err err = { 0 };

	(void)unused;
	book_state(book, &item->draft.source, tip, &state);
	draft_entry(&item->draft.source, &state, 1795361768, &xdr);
	digest_base64(text, sizeof(text), str_sub(xdr.data, xdr.len));
	assert_true(entry_read_account_base64(str_of(text), &entry, &err));
	account_key_text(&item->draft.source, address);
	assert_string_equal(entry.account, address);
	assert_int_equal(entry.sequence, state.sequence);
	assert_int_equal(entry.sequence_ledger, item->ledger);
	assert_true(entry.sequence_time == 1795361768);
	buf_clear(&xdr);
	draft_entry_key(&item->draft.source, &xdr);
	digest_base64(text, sizeof(text), str_sub(xdr.data, xdr.len));
	assert_true(entry_account_key(key, address, &err));
	assert_string_equal(text, key);
	buf_done(&xdr);
}

/* --- what is handed in --- */

static enum handin hand(const char *base64, int64_t at, const struct booked **item)
{
	char hash[DIGEST_HEX];

	return handin(book, base64, at, hash, item);
}

static enum handin hand_again(const char *name, int64_t at)
{
	const struct booked *item;
	char text[BOOK_BASE64];

	booked_envelope(named(name), text);
	return hand(text, at, &item);
}

static void what_is_handed_in_is_judged_as_the_ledger_would(void **unused)
{
	static const struct {
		const char *name;
		enum handin how;
	} handed[] = {
		{ "live-unbounded", HANDIN_TAKEN }, { "live-unbounded", HANDIN_KNOWN },
		{ "live-gap-allowed", HANDIN_TAKEN }, { "confirmed", HANDIN_KNOWN },
		{ "expired", HANDIN_TOO_LATE }, { "expired-by-ledger", HANDIN_TOO_LATE },
		{ "not-yet-valid", HANDIN_TOO_EARLY }, { "not-yet-by-ledger", HANDIN_TOO_EARLY },
		{ "consumed", HANDIN_BAD_SEQ }, { "bumped-past", HANDIN_BAD_SEQ },
		{ "gap", HANDIN_BAD_SEQ }, { "account-gone", HANDIN_NO_ACCOUNT },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(handed); i++) {
		enum handin how = hand_again(handed[i].name, tip);

		if (how != handed[i].how)
			fail_msg("%s: %s", handed[i].name, handin_code(how));
	}
	assert_int_equal(named("live-unbounded")->ledger, tip + 2);
	assert_int_equal(sequence_at("live-unbounded", tip + 1),
			 named("live-unbounded")->draft.sequence - 1);
	assert_int_equal(book_expected(book, named("live-unbounded"), tip + 1), EXPECT_LIVE);
	assert_int_equal(book_expected(book, named("live-unbounded"), tip + 2), EXPECT_CONFIRMED);
}

static void a_time_limit_is_over_once_a_ledger_has_closed_after_it(void **unused)
{
	const struct booked *item = named("live-two-minutes");
	int64_t last = ledger_tip((msec)item->draft.max_time * WHEN_SECOND);

	(void)unused;
	assert_int_equal(book_expected(book, item, last), EXPECT_LIVE);
	assert_int_equal(book_expected(book, item, last + 1), EXPECT_EXPIRED);
	assert_int_equal(hand_again("live-two-minutes", last), HANDIN_TOO_LATE);
	assert_int_equal(hand_again("live-two-minutes", last - 2), HANDIN_TAKEN);
}

/* The cancelling transaction, as the console prints it, uses up the number of the other. */
static void a_cancelling_transaction_takes_the_slot(void **unused)
{
	struct booked *live = named("live-unbounded");
	char address[DRAFT_ACCOUNT], hash[TX_HASH_TEXT];
	const struct booked *item;
	struct buf base64 = { 0 };
	struct err err = { 0 };

	(void)unused;
	account_key_text(&live->draft.source, address);
	assert_true(cancelling_write(&(struct cancelling){
		.source = address, .sequence = live->draft.sequence, .fee = 100000,
		.max_time = (uint64_t)(ledger_closed_at(tip) / WHEN_SECOND) + 60,
	}, network_passphrase("testnet"), &base64, hash, &err));
	assert_int_equal(hand(buf_cstr(&base64), tip, &item), HANDIN_TAKEN);
	assert_string_equal(item->hash, hash);
	assert_int_equal(hand_again("live-unbounded", tip), HANDIN_BUSY);
	assert_int_equal(hand_again("live-unbounded", tip + 2), HANDIN_BAD_SEQ);
	assert_int_equal(book_expected(book, live, tip + 2), EXPECT_CONSUMED);
	buf_done(&base64);
}

/* Somebody else puts a fee bump around it: it is found by its own hash, and it landed. */
static void a_fee_bump_settles_the_transaction_in_it(void **unused)
{
	struct booked *live = named("live-unbounded");
	struct draft bumped = live->draft;
	char text[BOOK_BASE64];
	const struct booked *item;
	struct booked everyday;
	struct buf xdr = { 0 };

	(void)unused;
	account_key_of(&bumped.fee_source, "sponsor");
	draft_envelope(&bumped, false, &xdr);
	digest_base64(text, sizeof(text), str_sub(xdr.data, xdr.len));
	assert_int_equal(hand(text, tip, &item), HANDIN_TAKEN);
	assert_string_equal(item->inner, live->hash);
	assert_ptr_equal(book_find(book, live->hash, tip, &everyday), item);
	assert_int_equal(book_expected(book, live, tip + 2), EXPECT_CONFIRMED);
	booked_envelope(item, text);
	assert_non_null(strstr(text, "AAAABQ"));
	buf_done(&xdr);
}

static void what_is_no_envelope_is_malformed(void **unused)
{
	static const char *const texts[] = {
		"", "AAAA", "not base64", "AAAAAgAAAAA=", "AAAABQAAAAA",
	};
	const struct booked *item;

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_int_equal(hand(texts[i], tip, &item), HANDIN_MALFORMED);
		assert_null(item);
	}
}

/* What is everyday is found by its hash as long as it is young. */
static void everyday_traffic_is_found_by_its_hash(void **unused)
{
	static const struct quiet never;
	struct ledger_op ops[LEDGER_OPS_MAX];
	struct booked everyday;
	char hash[DIGEST_HEX];

	(void)unused;
	assert_int_equal(ledger_operations(tip - 5, &never, ops), LEDGER_OPS_MAX);
	for (size_t i = 0; i < LEDGER_OPS_MAX; i++) {
		operation_hash(hash, &ops[i]);
		assert_ptr_equal(book_find(book, hash, tip, &everyday), &everyday);
		assert_int_equal(everyday.ledger, tip - 5);
		assert_null(book_find(book, hash, tip + 100000, &everyday));
	}
}

int main(void)
{
#define WITH_A_BOOK(test) cmocka_unit_test_setup_teardown(test, fill, drop)
	const struct CMUnitTest tests[] = {
		WITH_A_BOOK(every_item_reads_as_what_it_was_drafted),
		WITH_A_BOOK(what_is_applied_uses_its_number_from_its_ledger_on),
		WITH_A_BOOK(an_entry_reads_as_the_account_it_was_written_of),
		WITH_A_BOOK(what_is_handed_in_is_judged_as_the_ledger_would),
		WITH_A_BOOK(a_time_limit_is_over_once_a_ledger_has_closed_after_it),
		WITH_A_BOOK(a_cancelling_transaction_takes_the_slot),
		WITH_A_BOOK(a_fee_bump_settles_the_transaction_in_it),
		WITH_A_BOOK(what_is_no_envelope_is_malformed),
		WITH_A_BOOK(everyday_traffic_is_found_by_its_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
