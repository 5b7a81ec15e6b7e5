#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/digest.h"
#include "stellar/scval.h"

static void add_leaf(void *arg, const struct scval_leaf *leaf)
{
	struct buf *out = arg;

	(void)buf_fmt(out, "%s%s=%s:%s", out->len > 0 ? " " : "", leaf->path,
		      scval_type_name(leaf->type), leaf->text);
}

static void every_arm_of_the_union_is_read(void **state)
{
	static const struct {
		const char *base64, *leaves;
	} cases[] = {
		{ "AAAAAAAAAAE=",
		  "=bool:true" },
		{ "AAAAAQ==",
		  "=void:void" },
		{ "AAAAAgAAAAAAAAAH",
		  "=error:contract 7" },
		{ "AAAAAgAAAAkAAAAC",
		  "=error:auth invalid_input" },
		{ "AAAAA/////8=",
		  "=u32:4294967295" },
		{ "AAAABIAAAAA=",
		  "=i32:-2147483648" },
		{ "AAAABf//////////",
		  "=u64:18446744073709551615" },
		{ "AAAABoAAAAAAAAAA",
		  "=i64:-9223372036854775808" },
		{ "AAAABwAAAABqX+z9",
		  "=timepoint:1784671485" },
		{ "AAAACAAAAAAAAAA8",
		  "=duration:60" },
		{ "AAAACf////////////////////8=",
		  "=u128:340282366920938463463374607431768211455" },
		{ "AAAACoAAAAAAAAAAAAAAAAAAAAA=",
		  "=i128:-170141183460469231731687303715884105728" },
		{ "AAAACv////////////////////8=",
		  "=i128:-1" },
		{ "AAAACgAAAAAAAAAADeC2s6dkAAA=",
		  "=i128:1000000000000000000" },
		{ "AAAAC///////////////////////////////////////////",
		  "=u256:115792089237316195423570985008687907853269984665640564039457584007913129"
		  "639935" },
		{ "AAAADIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		  "=i256:-57896044618658097711785492504343953926634992332820282019728792003956564"
		  "819968" },
		{ "AAAADQAAAAMAq/8A",
		  "=bytes:00abff" },
		{ "AAAADgAAAARhG2L/",
		  "=string:a^[b\\xFF" },
		{ "AAAADwAAAAh0cmFuc2Zlcg==",
		  "=symbol:transfer" },
		{ "AAAAEAAAAAEAAAAA",
		  "=vec:[]" },
		{ "AAAAEAAAAAA=",
		  "=vec:none" },
		{ "AAAAEQAAAAEAAAAA",
		  "=map:{}" },
		{ "AAAAEAAAAAEAAAACAAAAAwAAAAcAAAAQAAAAAQAAAAEAAAAB",
		  "[0]=u32:7 [1][0]=void:void" },
		{ "AAAAEQAAAAEAAAAFAAAADwAAAAJ0bwAAAAAAEQAAAAEAAAABAAAADwAAAAJpZAAAAAAAAwAAAAEAAA"
		  "ADAAAACQAAAAAAAAAAAAAADgAAAANhIGIAAAAAAQAAABAAAAABAAAAAQAAAAMAAAAFAAAAAwAAAAYA"
		  "AAASAAAAAAAAAAAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHwAAAAE=",
		  "to.id=u32:1 [9]=bool:false a b=void:void {3}=u32:6 [GAAACAQDAQCQMBYIBEFAWDANBY"
		  "HRAEISCMKBKFQXDAMRUGY4DUPB7JZX]=void:void" },
		{ "AAAAEgAAAAAAAAAAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
		  "=address:GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX" },
		{ "AAAAEgAAAAEAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw==",
		  "=address:CAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6N4O" },
		{ "AAAAEgAAAAIAAAAAABLWhwABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
		  "=address:MAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6AAAAAAAAEWWQ6S6Y" },
		{ "AAAAEgAAAAMAAAAAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
		  "=address:BAAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H2TOM" },
		{ "AAAAEgAAAAQAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw==",
		  "=address:LAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6UWD" },
		{ "AAAAEwAAAAAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHwAAAAEAAAABAAAADwAAAAFuAA"
		  "AAAAAAAwAAAAE=",
		  "executable=contract_instance:wasm 000102030405060708090a0b0c0d0e0f101112131415"
		  "161718191a1b1c1d1e1f storage.n=u32:1" },
		{ "AAAAEwAAAAEAAAAA",
		  "executable=contract_instance:stellar_asset storage=map:none" },
		{ "AAAAEwAAAAIAAAABAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8AAAACdjEAAAAAAAA=",
		  "executable=contract_instance:CAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4D"
		  "UPB6N4O v1 storage=map:none" },
		{ "AAAAFA==",
		  "=ledger_key_contract_instance:ledger_key_contract_instance" },
		{ "AAAAFf//////////",
		  "=ledger_key_nonce:-1" },
		{ "AAAAFgAAAAF4AAAA",
		  "=executable_tag:x" },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };

		buf_clear(&out);
		if (!scval_read_base64(str_of(cases[i].base64), add_leaf, &out, &err))
			fail_msg("%s: %s", cases[i].leaves, err.text);
		assert_string_equal(buf_cstr(&out), cases[i].leaves);
		assert_true(scval_read_base64(str_of(cases[i].base64), NULL, NULL, &err));
	}
	buf_done(&out);
}

static void what_is_no_value_is_refused_with_its_byte(void **state)
{
	static const struct {
		const char *base64, *why;
	} cases[] = {
		{ "AAAAFw==",
		  "byte 0 of 4: a value of no known type" },
		{ "AAAAAAAAAAI=",
		  "byte 4 of 8: neither 0 nor 1" },
		{ "AAAAAgAAAAo=",
		  "an error of no known type" },
		{ "AAAAAgAAAAEAAAAK",
		  "an error of no known code" },
		{ "AAAADwAAACFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=",
		  "longer than it may be" },
		{ "AAAAEAAAAAH/////",
		  "more items than bytes" },
		{ "AAAAEgAAAAUAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw==",
		  "an address of no known type" },
		{ "AAAAEgAAAAAAAAABAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
		  "a key of no known type" },
		{ "AAAAEwAAAAMAAAAA",
		  "an executable of no known type" },
		{ "AAAAAwAAAAEAAAAA",
		  "byte 8 of 12: more bytes" },
		{ "AAAACQAAAAAAAAAAAAAAAA==",
		  "it ends in the middle" },
		{ "AAAADwAAAAFhAAAB",
		  "padding" },
		{ "AAAAEQAAAAEAAAABAAAAYwAAAAE=",
		  "a value of no known type" },
		{ "AAAA",
		  "it ends in the middle" },
		{ "AA",
		  "not base64" },
		{ "",
		  "it ends in the middle" },
		{ "AAAADIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		  "it ends in the middle" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };

		assert_false(scval_read_base64(str_of(cases[i].base64), NULL, NULL, &err));
		if (!strstr(err.text, cases[i].why))
			fail_msg("case %zu: %s", i, err.text);
	}
}

/* A vec in a vec in a vec ..., `levels` of them. */
static bool read_nested(size_t levels, struct buf *leaves, struct err *err)
{
	static const char vec[] = "\0\0\0\x10\0\0\0\x01\0\0\0\x01", nothing[] = "\0\0\0\x01";
	struct buf bytes = { 0 };
	struct xdr xdr;
	bool ok;

	for (size_t i = 0; i < levels; i++)
		(void)buf_add(&bytes, vec, sizeof(vec) - 1);
	(void)buf_add(&bytes, nothing, sizeof(nothing) - 1);
	xdr_init(&xdr, str_sub(buf_cstr(&bytes), bytes.len));
	scval_read(&xdr, add_leaf, leaves);
	ok = xdr_end(&xdr, err);
	buf_done(&bytes);
	return ok;
}

static void nesting_ends_somewhere(void **state)
{
	struct err err = { 0 };
	struct buf leaves = { 0 };

	(void)state;
	assert_true(read_nested(SCVAL_DEPTH, &leaves, &err));
	assert_non_null(strstr(buf_cstr(&leaves), "[0][0]=void:void"));
	buf_clear(&leaves);
	assert_false(read_nested(SCVAL_DEPTH + 1, &leaves, &err));
	assert_non_null(strstr(err.text, "nested too deeply"));
	assert_false(read_nested(100000, &leaves, &err));
	assert_int_equal(leaves.len, 0);
	buf_done(&leaves);
}

static void a_long_text_is_cut_where_it_is_shown(void **state)
{
	unsigned char bytes[8 + 4096] = { [3] = SCVAL_STRING, [6] = 4096 >> 8 };
	struct buf leaves = { 0 };
	struct xdr xdr;

	(void)state;
	memset(bytes + 8, 'a', sizeof(bytes) - 8);
	xdr_init(&xdr, str_sub((const char *)bytes, sizeof(bytes)));
	scval_read(&xdr, add_leaf, &leaves);
	assert_true(xdr_end(&xdr, NULL));
	assert_true(str_ends(str_of(buf_cstr(&leaves)), "aa~"));
	assert_int_equal(leaves.len, strlen("=string:") + SCVAL_TEXT + 1);
	buf_done(&leaves);
}

static void a_symbol_is_written_as_topics_want_it(void **state)
{
	char text[64];

	(void)state;
	assert_true(scval_symbol_base64(text, sizeof(text), str_of("bridge_metrics_updated_event")));
	assert_string_equal(text, "AAAADwAAABxicmlkZ2VfbWV0cmljc191cGRhdGVkX2V2ZW50");
	assert_true(scval_symbol_base64(text, sizeof(text), str_of("a")));
	assert_string_equal(text, "AAAADwAAAAFhAAAA");
	assert_false(scval_symbol_base64(text, sizeof(text), str_of("")));
	assert_false(scval_symbol_base64(text, sizeof(text),
					 str_of("a_name_that_is_longer_than_32_by_1")));
	assert_false(scval_symbol_base64(text, 8, str_of("transfer")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_arm_of_the_union_is_read),
		cmocka_unit_test(what_is_no_value_is_refused_with_its_byte),
		cmocka_unit_test(nesting_ends_somewhere),
		cmocka_unit_test(a_long_text_is_cut_where_it_is_shown),
		cmocka_unit_test(a_symbol_is_written_as_topics_want_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
