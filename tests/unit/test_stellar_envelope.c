/*
 * One small payment, taken apart, cut, flipped and bent; the keys in it are those of the bytes 0,
 * 1, 2 .. 31. Whole families of envelopes are in test_stellar_envelope_vectors.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "stellar/envelope.h"
#include "tests/lib/vectors.h"

#define BYTES(text) str_sub(text, sizeof(text) - 1)
#define KEY "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f" \
	    "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"
#define WORD "\0\0\0\0"
#define ACCOUNT WORD KEY
#define MAX64 "\x7f\xff\xff\xff\xff\xff\xff\xff"
#define MIN64 "\x80\0\0\0\0\0\0\0"
#define ALL64 "\xff\xff\xff\xff\xff\xff\xff\xff"
#define HEAD "\0\0\0\x02" ACCOUNT "\xff\xff\xff\xff" MAX64
#define PAYMENT(asset, amount) "\0\0\0\x01" WORD "\0\0\0\x01" ACCOUNT asset amount
#define TAIL WORD WORD

static const char account[] = "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX";
static const char muxed[] =
	"MAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB77777777777776UTS";
static const char network[] = "Test SDF Network ; September 2015";

static struct envelope envelope, other;

static void read_it(struct str bytes)
{
	struct err err = { 0 };

	if (!envelope_read(bytes, &envelope, &err))
		fail_msg("%s", err.text);
}

static void the_extremes_of_64_bits_are_exact(void **state)
{
	(void)state;
	read_it(BYTES(HEAD "\0\0\0\x01" ALL64 MAX64 "\0\0\0\x02" ALL64 PAYMENT(WORD, MIN64) TAIL));
	assert_true(envelope.fee == UINT32_MAX);
	assert_true(envelope.sequence == INT64_MAX);
	assert_true(envelope.has_time_bounds);
	assert_true(envelope.min_time == UINT64_MAX && envelope.max_time == INT64_MAX);
	assert_true(envelope.memo.id == UINT64_MAX);
	assert_true(envelope.ops[0].amount == INT64_MIN);
	/* 2^53 + 1 is no double. */
	read_it(BYTES(HEAD WORD WORD PAYMENT(WORD, "\0\x20\0\0\0\0\0\x01") TAIL));
	assert_true(envelope.ops[0].amount == INT64_C(9007199254740993));
}

static void no_bound_and_a_bound_of_zero_are_told_apart(void **state)
{
	(void)state;
	read_it(BYTES(HEAD "\0\0\0\x01" WORD WORD WORD WORD WORD WORD TAIL));
	assert_true(envelope.has_time_bounds && envelope.max_time == 0);
	read_it(BYTES(HEAD WORD WORD WORD TAIL));
	assert_false(envelope.has_time_bounds);
	assert_int_equal(envelope.op_count, 0);
}

static void a_memo_may_be_any_bytes(void **state)
{
	(void)state;
	read_it(BYTES(HEAD WORD "\0\0\0\x01" "\0\0\0\x05" "\xff\0\x1b[2" "\0\0\0" WORD TAIL));
	assert_int_equal(envelope.memo.type, MEMO_TEXT);
	assert_int_equal(envelope.memo.len, 5);
	assert_memory_equal(envelope.memo.bytes, "\xff\0\x1b[2", 5);
}

static void a_muxed_source_keeps_its_id_and_gives_its_account(void **state)
{
	(void)state;
	read_it(BYTES("\0\0\0\x02" "\0\0\x01\0" ALL64 KEY WORD MIN64 WORD WORD WORD TAIL));
	assert_true(envelope.muxed && envelope.mux_id == UINT64_MAX);
	assert_string_equal(envelope.source, muxed);
	assert_string_equal(envelope.source_account, account);
	read_it(BYTES(HEAD WORD WORD WORD TAIL));
	assert_false(envelope.muxed);
	assert_true(envelope.mux_id == 0);
	assert_string_equal(envelope.source, account);
	assert_string_equal(envelope.source_account, account);
}

static void an_asset_of_other_bytes_is_no_other_asset(void **state)
{
	static const struct {
		const char *asset, *text;	/* its type and its code; the issuer follows */
		size_t len;
	} cases[] = {
#define ASSET(bytes, text) { bytes, text, sizeof(bytes) - 1 }
		ASSET("\0\0\0\x01" "USDC", "USDC:"),
		ASSET("\0\0\0\x01" "US\0\0", "US:"),
		ASSET("\0\0\0\x01" "U\0SD", "#55005344:"),
		ASSET("\0\0\0\x01" "\0\0\0\0", "#00000000:"),
		ASSET("\0\0\0\x01" "\x1b[2J", "#1b5b324a:"),
		ASSET("\0\0\0\x02" "USDCoin\0\0\0\0\0", "USDCoin:"),
		ASSET("\0\0\0\x02" "TwelveLetter", "TwelveLetter:"),
		ASSET("\0\0\0\x02" "USDC\0\0\0\0\0\0\0\0", "#555344430000000000000000:"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf bytes = { 0 };
		char text[ASSET_TEXT];

		(void)buf_add(&bytes, BYTES(HEAD WORD WORD "\0\0\0\x01" WORD "\0\0\0\x01" ACCOUNT).p,
			      sizeof(HEAD WORD WORD "\0\0\0\x01" WORD "\0\0\0\x01" ACCOUNT) - 1);
		(void)buf_add(&bytes, cases[i].asset, cases[i].len);
		(void)buf_add(&bytes, ACCOUNT MAX64 TAIL, sizeof(ACCOUNT MAX64 TAIL) - 1);
		read_it(str_sub(bytes.data, bytes.len));
		(void)str_put(text, sizeof(text), cases[i].text);
		(void)str_put(text + strlen(text), sizeof(text) - strlen(text), account);
		assert_string_equal(envelope.ops[0].asset, text);
		buf_done(&bytes);
	}
}

static void a_hundred_operations_fit_and_one_more_does_not(void **state)
{
	struct buf bytes = { 0 };
	struct err err = { 0 };
	size_t head = sizeof(HEAD WORD WORD) - 1;

	(void)state;
	(void)buf_add(&bytes, HEAD WORD WORD "\0\0\0\x64", head + 4);
	for (int i = 0; i < ENVELOPE_OPS; i++)
		(void)buf_add(&bytes, WORD "\0\0\0\x09", 8);		/* INFLATION */
	(void)buf_add(&bytes, TAIL, 8);
	read_it(str_sub(bytes.data, bytes.len));
	assert_int_equal(envelope.op_count, ENVELOPE_OPS);
	assert_int_equal(envelope.ops[99].type, OPERATION_INFLATION);
	assert_false(envelope.ops[99].pays);
	assert_string_equal(envelope.ops[99].destination, "");
	bytes.data[head + 3] = 0x65;
	assert_false(envelope_read(str_sub(bytes.data, bytes.len), &envelope, &err));
	assert_string_equal(err.text, "transaction envelope: operations: XDR: byte 60 of 872: more "
			    "items than there may be");
	buf_done(&bytes);
}

static void too_large_is_refused_before_it_is_read(void **state)
{
	char *bytes = mem_new(ENVELOPE_BYTES + 1);
	struct err err = { 0 };

	(void)state;
	assert_false(envelope_read(str_sub(bytes, ENVELOPE_BYTES + 1), &envelope, &err));
	assert_int_equal(err.kind, ERR_LIMIT);
	assert_string_equal(err.text, "transaction envelope of 524289 bytes: more than 524288");
	mem_free(bytes);
}

static void what_is_no_base64_is_refused(void **state)
{
	static const char *const texts[] = { "AAAA*AAA", "AAA", "", "AAAA AAA" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct err err = { 0 };

		envelope.op_count = 7;
		assert_false(envelope_read_base64(str_of(texts[i]), &envelope, &err));
		assert_true(str_starts(str_of(err.text), "transaction envelope: "));
		assert_int_equal(envelope.op_count, 0);
	}
}

static void what_is_wrong_is_named_with_its_part_and_its_byte(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *why;
	} cases[] = {
#define BAD(bytes, why) { bytes, sizeof(bytes) - 1, why }
		BAD("", "type: XDR: byte 0 of 0: it ends in the middle"),
		BAD("\0\0\0\x03", "type: XDR: byte 0 of 4: no known kind of envelope"),
		BAD("\0\0\0\x02" "\0\0\0\x01" KEY,
		    "source account: XDR: byte 4 of 40: no known kind of account"),
		BAD(HEAD "\0\0\0\x03", "preconditions: XDR: byte 52 of 56: no known kind of precond"),
		BAD(HEAD "\0\0\0\x02" "\0\0\0\x02", "preconditions: XDR: byte 56 of 60: neither 0"),
		BAD(HEAD "\0\0\0\x02" WORD WORD WORD WORD WORD WORD "\0\0\0\x03",
		    "preconditions: XDR: byte 80 of 84: more items than there may be"),
		BAD(HEAD "\0\0\0\x02" WORD WORD WORD WORD WORD WORD "\0\0\0\x01" "\0\0\0\x04",
		    "preconditions: XDR: byte 84 of 88: no known kind of signer"),
		BAD(HEAD WORD "\0\0\0\x05", "memo: XDR: byte 56 of 60: no known kind of memo"),
		BAD(HEAD WORD "\0\0\0\x01" "\0\0\0\x1d",
		    "memo: XDR: byte 60 of 64: longer than it may be"),
		BAD(HEAD WORD "\0\0\0\x01" "\0\0\0\x01" "a\0\x01\0",
		    "memo: XDR: byte 66 of 68: padding that is not zero"),
		BAD(HEAD WORD WORD "\0\0\0\x01" "\0\0\0\x07",
		    "operation 1: XDR: byte 64 of 68: neither 0 nor 1"),
		BAD(HEAD WORD WORD "\0\0\0\x02" WORD "\0\0\0\x09" WORD "\0\0\0\x1b",
		    "operation 2: XDR: byte 76 of 80: no known kind of OperationBody"),
		BAD(HEAD WORD WORD WORD "\0\0\0\x02",
		    "extension: XDR: byte 64 of 68: no known kind of TransactionExt"),
		BAD(HEAD WORD WORD WORD WORD "\0\0\0\x15",
		    "signatures: XDR: byte 68 of 72: more items than there may be"),
		BAD(HEAD WORD WORD WORD WORD "\0\0\0\x01" "hint" "\0\0\0\x41",
		    "signatures: XDR: byte 76 of 80: longer than it may be"),
		BAD(HEAD WORD WORD WORD TAIL WORD,
		    "end: XDR: byte 72 of 76: more bytes than it should have"),
		BAD("\0\0\0\x05" "\0\0\0\x02",
		    "fee source: XDR: byte 4 of 8: no known kind of account"),
		BAD("\0\0\0\x05" ACCOUNT MAX64 WORD,
		    "inner transaction: XDR: byte 48 of 52: no known kind of inner transaction"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };

		assert_false(envelope_read(str_sub(cases[i].bytes, cases[i].len), &envelope, &err));
		if (!str_starts(str_of(err.text), "transaction envelope: ") ||
		    !strstr(err.text, cases[i].why))
			fail_msg("case %zu: %s", i, err.text);
	}
}

static void the_hash_is_of_the_network_and_of_all_but_signatures(void **state)
{
	static const char bytes[] = HEAD WORD WORD PAYMENT(WORD, MAX64) WORD
				    "\0\0\0\x01" "abcd" "\0\0\0\x04" "sign";
	static const char resigned[] = HEAD WORD WORD PAYMENT(WORD, MAX64) WORD WORD;
	char hash[TX_HASH_TEXT], again[TX_HASH_TEXT], inner[TX_HASH_TEXT];

	(void)state;
	read_it(BYTES(bytes));
	envelope_hash(&envelope, BYTES(bytes), network, hash, inner);
	assert_string_equal(inner, "");
	envelope_hash(&envelope, BYTES(bytes), "another network", again, inner);
	assert_string_not_equal(again, hash);
	read_it(BYTES(resigned));
	envelope_hash(&envelope, BYTES(resigned), network, again, inner);
	assert_string_equal(again, hash);
}

static void cut_anywhere_it_is_refused(struct str bytes)
{
	for (size_t len = 0; len < bytes.len; len++) {
		struct err err = { 0 };

		assert_false(envelope_read(str_sub(bytes.p, len), &envelope, &err));
		assert_true(str_has(str_of(err.text), "byte ") && !envelope.source[0]);
	}
}

/* With a bit flipped it is another transaction, or none; in its outermost signatures it stays. */
static void flipped_anywhere_it_is_another(struct str bytes)
{
	char hash[TX_HASH_TEXT], again[TX_HASH_TEXT], inner[TX_HASH_TEXT];
	char *copy = mem_dup(bytes.p, bytes.len);

	read_it(bytes);
	envelope_hash(&envelope, bytes, network, hash, inner);
	for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
		struct str changed = str_sub(copy, bytes.len);
		char mask = (char)(1 << bit % 8);

		copy[bit / 8] ^= mask;
		if (envelope_read(changed, &other, NULL)) {
			envelope_hash(&other, changed, network, again, inner);
			assert_int_equal(strcmp(hash, again) == 0, bit / 8 >= envelope.hashed_end);
		}
		copy[bit / 8] ^= mask;
	}
	mem_free(copy);
}

static void bend(void *arg, const json_t *vector)
{
	enum { SHORT = 420 };
	struct buf room = { 0 };
	struct str bytes = vectors_bytes(&room, json_text_at(vector, "envelope", ""));
	size_t *bent = arg;

	if (bytes.len <= SHORT) {
		cut_anywhere_it_is_refused(bytes);
		flipped_anywhere_it_is_another(bytes);
		++*bent;
	}
	buf_done(&room);
}

static void no_byte_can_be_cut_and_no_bit_be_flipped_unnoticed(void **state)
{
	size_t bent = 0;

	(void)state;
	assert_true(vectors_own("envelopes.jsonl", bend, &bent) >= 50);
	assert_true(bent >= 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_extremes_of_64_bits_are_exact),
		cmocka_unit_test(no_bound_and_a_bound_of_zero_are_told_apart),
		cmocka_unit_test(a_memo_may_be_any_bytes),
		cmocka_unit_test(a_muxed_source_keeps_its_id_and_gives_its_account),
		cmocka_unit_test(an_asset_of_other_bytes_is_no_other_asset),
		cmocka_unit_test(a_hundred_operations_fit_and_one_more_does_not),
		cmocka_unit_test(too_large_is_refused_before_it_is_read),
		cmocka_unit_test(what_is_no_base64_is_refused),
		cmocka_unit_test(what_is_wrong_is_named_with_its_part_and_its_byte),
		cmocka_unit_test(the_hash_is_of_the_network_and_of_all_but_signatures),
		cmocka_unit_test(no_byte_can_be_cut_and_no_bit_be_flipped_unnoticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
