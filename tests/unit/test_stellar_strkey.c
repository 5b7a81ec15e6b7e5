/*
 * The keys here are those of the bytes 0, 1, 2 .. 31. The vectors of SEP-23 are read from
 * $BINNACLE_SHARED/data/stellar (default ../shared) where they are.
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
#include "base/buf.h"
#include "base/json.h"
#include "base/secret.h"
#include "stellar/strkey.h"

static const char seed[] = "SAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6NKI";

static const struct {
	const char *text;
	enum strkey_kind kind;
	size_t len;
} good[] = {
	{ "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX", STRKEY_ACCOUNT, 32 },
	{ "MAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6AAAAAAAAEWWQ6S6Y",
	  STRKEY_MUXED, 40 },
	{ "CAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6N4O", STRKEY_CONTRACT, 32 },
	{ "TAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6ULG", STRKEY_PRE_AUTH, 32 },
	{ "XAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7QO7", STRKEY_HASH_X, 32 },
	{ "PAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6AAAAACWQZLMNRXQAAAADWIQ",
	  STRKEY_SIGNED_PAYLOAD, 44 },
	{ "LAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6UWD", STRKEY_POOL, 32 },
	{ "BAAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H2TOM", STRKEY_BALANCE, 33 },
};

static void every_kind_is_read_and_written_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct strkey key;
		char text[STRKEY_TEXT];

		assert_true(strkey_read(str_of(good[i].text), &key, NULL));
		assert_int_equal(key.kind, good[i].kind);
		assert_int_equal(key.len, good[i].len);
		assert_int_equal(key.payload[key.kind == STRKEY_BALANCE ? 32 : 31], 31);
		strkey_write(text, key.kind, key.payload, key.len);
		assert_string_equal(text, good[i].text);
	}
}

static void a_kind_other_than_the_one_meant_is_refused(void **state)
{
	struct err err = { 0 };
	struct strkey key;

	(void)state;
	assert_true(strkey_read_as(str_of(good[2].text), STRKEY_CONTRACT, &key, &err));
	assert_false(strkey_read_as(str_of(good[0].text), STRKEY_CONTRACT, &key, &err));
	assert_string_equal(err.text, "account G... where contract C... is meant");
}

static void what_is_no_address_is_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "no base32" }, { "G", "no base32" }, { "hello", "no base32" },
		{ "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZY", "check sum" },
		{ "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZ", "" },
		{ "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZXA", "" },
		{ "gaaacaqdaqcqmbyibefawdanbyhraeiscmkbkfqxdamrugy4dupb7jzx", "no base32" },
		{ "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX=", "no base32" },
		{ "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPE6XA", "31 bytes" },
		{ "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6AFU4E", "33 bytes" },
		{ "FAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6C2F", "no kind" },
		{ "PAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6AAAAACWQZLMNRXQAAABHSAQ",
		  "no signed payload" },
		{ "PAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6AAAAAAAAAAAACDDO",
		  "no signed payload" },
		{ "PAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6AAAAAEWQZLMNRXQAAAABUSA",
		  "no signed payload" },
		{ "BAAQAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H4P7Y",
		  "no claimable balance" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };
		struct strkey key;

		assert_false(strkey_read(str_of(cases[i].text), &key, &err));
		if (!strstr(err.text, cases[i].why))
			fail_msg("%s: %s", cases[i].text, err.text);
	}
	assert_false(strkey_read(str_sub("GA\0A", 4), &(struct strkey){ 0 }, NULL));
}

static void one_wrong_character_anywhere_is_noticed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		for (size_t at = 0; at < strlen(good[i].text); at++) {
			char text[STRKEY_TEXT];
			struct strkey key;

			(void)str_put(text, sizeof(text), good[i].text);
			text[at] = text[at] == 'A' ? 'B' : 'A';
			assert_false(strkey_read(str_of(text), &key, NULL));
		}
}

static void a_seed_is_refused_and_never_repeated(void **state)
{
	char texts[3][sizeof(seed)];
	struct strkey key;
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		memcpy(texts[i], seed, sizeof(seed));
	texts[1][20] = 'A';			/* mistyped */
	texts[2][50] = '\0';			/* cut */
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct err err = { 0 };

		assert_false(strkey_read_as(str_of(texts[i]), STRKEY_CONTRACT, &key, &err));
		assert_int_equal(err.kind, ERR_REFUSED);
		assert_non_null(strstr(err.text, "secret seed"));
		assert_null(strstr(err.text, "AAACAQDAQ"));
		for (size_t n = 0; n < sizeof(key.payload); n++)
			assert_int_equal(key.payload[n], 0);
	}
	redact(&out, str_of(seed));
	assert_string_equal(buf_cstr(&out), "[redacted]");
	buf_done(&out);
}

static void no_complaint_repeats_the_text(void **state)
{
	static const char *const texts[] = {
		"XYZZY", "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZY",
		"FAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6C2F",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct err err = { 0 };

		assert_false(strkey_read(str_of(texts[i]), &(struct strkey){ 0 }, &err));
		assert_null(strstr(err.text, texts[i]));
	}
}

static void put_hex(char *out, const struct strkey *key)
{
	for (size_t i = 0; i < key->len; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", key->payload[i]);
}

static void expect_vector(const json_t *vector)
{
	const char *text = json_text_at(vector, "strkey", "");
	char hex[2 * STRKEY_PAYLOAD + 1] = "";
	struct strkey key;
	bool read = strkey_read(str_of(text), &key, NULL);

	if (read != json_is_true(json_at(vector, "valid")))
		fail_msg("%s is %s", text, read ? "read" : "refused");
	if (!read)
		return;
	put_hex(hex, &key);
	assert_string_equal(hex, json_text_at(vector, "payload", ""));
}

static void the_vectors_of_the_standard_hold(void **state)
{
	const char *shared = getenv("BINNACLE_SHARED");
	char path[512], line[4096];
	size_t count = 0;
	FILE *file;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/data/stellar/strkeys.jsonl",
		       shared ? shared : "../shared");
	file = fopen(path, "r");
	if (!file) {
		print_message("SKIPPED: no vectors at %s\n", path);
		skip();
		return;
	}
	for (; fgets(line, sizeof(line), file); count++) {
		json_t *vector = json_read(str_of(line), sizeof(line), NULL);

		assert_non_null(vector);
		expect_vector(vector);
		json_decref(vector);
	}
	(void)fclose(file);
	assert_true(count > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_read_and_written_back),
		cmocka_unit_test(a_kind_other_than_the_one_meant_is_refused),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(one_wrong_character_anywhere_is_noticed),
		cmocka_unit_test(a_seed_is_refused_and_never_repeated),
		cmocka_unit_test(no_complaint_repeats_the_text),
		cmocka_unit_test(the_vectors_of_the_standard_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
