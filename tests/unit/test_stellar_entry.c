/*
 * The account here has the key of the bytes 0, 1, 2 .. 31.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/attr.h"
#include "base/digest.h"
#include "stellar/entry.h"
#include "tests/lib/vectors.h"

#define KEY "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f" \
	    "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"
#define PUBLIC_KEY "\0\0\0\0" KEY
#define MAX64 "\x7f\xff\xff\xff\xff\xff\xff\xff"
#define MIN64 "\x80\0\0\0\0\0\0\0"
#define BASE(balance, sequence) "\0\0\0\0" PUBLIC_KEY balance sequence "\0\0\0\x02" \
	"\0\0\0\x01" PUBLIC_KEY "\0\0\0\x01" "\0\0\0\x03" "a.b\0" "\x01\x02\x03\x04" \
	"\0\0\0\x01" "\0\0\0\x02" KEY "\0\0\0\x05"
#define V1 "\0\0\0\x01" MAX64 MAX64
#define V2 V1 "\0\0\0\x02" "\0\0\0\x01" "\0\0\0\x02" "\0\0\0\x02" "\0\0\0\0" "\0\0\0\x01" PUBLIC_KEY
#define V3 V2 "\0\0\0\x03" "\0\0\0\0" "\xff\xff\xff\xfe" "\0\0\0\0\x64\xc2\xb7\xa9"
#define END "\0\0\0\0"

static const char account[] = "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX";

static bool read_bytes(const char *bytes, size_t len, struct account_entry *out, struct err *err)
{
	char text[1024];

	assert_true(len == 0 || digest_base64(text, sizeof(text), str_sub(bytes, len)) > 0);
	return entry_read_account_base64(str_of(len > 0 ? text : ""), out, err);
}

static void an_account_of_every_version_is_read(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int64_t balance, sequence;
		bool has;
	} cases[] = {
#define CASE(text, balance, sequence, has) { text, sizeof(text) - 1, balance, sequence, has }
		CASE(BASE(MAX64, MIN64) END, INT64_MAX, INT64_MIN, false),
		CASE(BASE(MAX64, MIN64) V1 END, INT64_MAX, INT64_MIN, false),
		CASE(BASE(MIN64, MAX64) V2 END, INT64_MIN, INT64_MAX, false),
		CASE(BASE("\0\0\0\0\0\0\0\x05", MAX64) V3, 5, INT64_MAX, true),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct account_entry entry;
		struct err err = { 0 };

		if (!read_bytes(cases[i].bytes, cases[i].len, &entry, &err))
			fail_msg("case %zu: %s", i, err.text);
		assert_string_equal(entry.account, account);
		assert_true(entry.balance == cases[i].balance);
		assert_true(entry.sequence == cases[i].sequence);
		assert_int_equal(entry.has_sequence_at, cases[i].has);
		assert_int_equal(entry.sequence_ledger, cases[i].has ? 0xfffffffe : 0);
		assert_true(entry.sequence_time == (cases[i].has ? 1690482601 : 0));
	}
}

static void an_entry_cut_anywhere_is_refused(void **state)
{
	static const char bytes[] = BASE(MAX64, MAX64) V3;

	(void)state;
	for (size_t len = 0; len < sizeof(bytes) - 1; len++) {
		struct account_entry entry;
		struct err err = { 0 };

		assert_false(read_bytes(bytes, len, &entry, &err));
		assert_non_null(strstr(err.text, "ledger entry: XDR: byte "));
		assert_string_equal(entry.account, "");
		assert_false(entry.has_sequence_at);
	}
}

static void what_is_no_account_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *why;
	} cases[] = {
#define BAD(text, why) { text, sizeof(text) - 1, why }
		BAD("\0\0\0\x01" PUBLIC_KEY END, "byte 0 of 44: not an account"),
		BAD("\0\0\0\0" "\0\0\0\x01" KEY MAX64, "byte 4 of 48: no known kind of PublicKey"),
		BAD(BASE(MAX64, MAX64) "\0\0\0\x02", "no known version of an account"),
		BAD(BASE(MAX64, MAX64) V1 "\0\0\0\x01", "no known version of an account"),
		BAD(BASE(MAX64, MAX64) END END, "more bytes than it should have"),
	};
	struct account_entry entry;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };

		assert_false(read_bytes(cases[i].bytes, cases[i].len, &entry, &err));
		if (!strstr(err.text, cases[i].why))
			fail_msg("case %zu: %s", i, err.text);
	}
	assert_false(entry_read_account_base64(str_of("not base64"), &entry, NULL));
}

static void a_key_asks_for_the_account_behind_a_name(void **state)
{
	static const char *const names[] = {
		"GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX",
		"MAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6AAAAAAAAEWWQ6S6Y",
	};
	static const char *const others[] = {
		"CAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6N4O", "", "G",
		"SAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6NKI",
	};
	char key[ENTRY_KEY_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_true(entry_account_key(key, names[i], NULL));
		assert_string_equal(key, "AAAAAAAAAAAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw==");
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct err err = { 0 };

		assert_false(entry_account_key(key, others[i], &err));
		assert_string_equal(key, "");
		assert_true(err.text[0] && !strstr(err.text, "AAACAQDAQ"));
	}
}

static void an_answer_of_the_rpc_is_read(void **state)
{
	json_t *answer = vectors_document("fixtures/rpc_getLedgerEntries_account.json");
	const json_t *entry = json_array_get(json_at(answer, "result.entries"), 0);
	struct account_entry read;
	char key[ENTRY_KEY_TEXT];

	(void)state;
	if (!answer)
		return;
	assert_true(entry_read_account_base64(str_of(json_text_at(entry, "xdr", "")), &read, NULL));
	assert_true(entry_account_key(key, read.account, NULL));
	assert_string_equal(key, json_text_at(entry, "key", ""));
	assert_true(read.has_sequence_at);
	assert_true(read.sequence == INT64_C(3418793967628));
	assert_int_equal(read.sequence_ledger, 97423);
	assert_true(read.sequence_time == 1690482601);
	json_decref(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_account_of_every_version_is_read),
		cmocka_unit_test(an_entry_cut_anywhere_is_refused),
		cmocka_unit_test(what_is_no_account_is_refused),
		cmocka_unit_test(a_key_asks_for_the_account_behind_a_name),
		cmocka_unit_test(an_answer_of_the_rpc_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
