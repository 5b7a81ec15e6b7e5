#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/attr.h"
#include "stellar/xdr.h"

#define BYTES(text) str_sub(text, sizeof(text) - 1)

static void everything_is_big_endian_and_in_fours(void **state)
{
	struct xdr xdr;
	struct str text;

	(void)state;
	xdr_init(&xdr, BYTES("\x01\x02\x03\x04" "\xff\xff\xff\xfe"
			     "\x80\0\0\0\0\0\0\x01" "\xff\xff\xff\xff\xff\xff\xff\xfd"
			     "\0\0\0\x01" "\0\0\0\x05hello\0\0\0" "abcd" "\0\0\0\0"));
	assert_int_equal(xdr_u32(&xdr), 0x01020304);
	assert_int_equal(xdr_i32(&xdr), -2);
	assert_true(xdr_u64(&xdr) == UINT64_C(0x8000000000000001));
	assert_true(xdr_i64(&xdr) == -3);
	assert_true(xdr_bool(&xdr));
	text = xdr_opaque(&xdr, 5);
	assert_true(str_eq(text, "hello"));
	text = xdr_fixed(&xdr, 4);
	assert_true(str_eq(text, "abcd"));
	assert_int_equal(xdr_count(&xdr, 10), 0);
	assert_true(xdr_end(&xdr, NULL));
}

static void the_first_wrong_thing_stays_with_its_byte(void **state)
{
	struct err err = { 0 };
	struct xdr xdr;

	(void)state;
	xdr_init(&xdr, BYTES("\0\0\0\x01\0\0\0\x02\0\0"));
	assert_true(xdr_bool(&xdr));
	assert_false(xdr_bool(&xdr));
	assert_int_equal(xdr_u32(&xdr), 0);
	assert_true(xdr_u64(&xdr) == 0);
	assert_true(xdr_fixed(&xdr, 1).len == 0);
	assert_false(xdr_end(&xdr, &err));
	assert_string_equal(err.text, "XDR: byte 4 of 10: neither 0 nor 1");
}

static void read_u32(struct xdr *xdr) { (void)xdr_u32(xdr); }
static void read_u64(struct xdr *xdr) { (void)xdr_u64(xdr); }
static void read_fixed(struct xdr *xdr) { (void)xdr_fixed(xdr, 5); }
static void read_opaque(struct xdr *xdr) { (void)xdr_opaque(xdr, 4); }
static void read_count(struct xdr *xdr) { (void)xdr_count(xdr, 2); }
static void read_nothing(struct xdr *xdr) { (void)xdr; }

static void wrong_bytes_are_refused(void **state)
{
	static const struct {
		struct str bytes;
		void (*read)(struct xdr *);
		const char *why;
	} cases[] = {
		{ { "", 0 }, read_u32, "byte 0 of 0: it ends in the middle" },
		{ { NULL, 0 }, read_u32, "byte 0 of 0: it ends in the middle" },
		{ { "abc", 3 }, read_u32, "byte 0 of 3: it ends in the middle" },
		{ { "abcdefg", 7 }, read_u64, "byte 4 of 7: it ends in the middle" },
		{ { "hello\0\0", 7 }, read_fixed, "it ends in the middle" },
		{ { "hello\0\0\x01", 8 }, read_fixed, "byte 7 of 8: padding that is not zero" },
		{ { "\0\0\0\x05hello\0\0\0", 12 }, read_opaque, "byte 0 of 12: longer" },
		{ { "\xff\xff\xff\xff", 4 }, read_opaque, "longer than it may be" },
		{ { "\0\0\0\x04hel", 7 }, read_opaque, "byte 4 of 7: it ends" },
		{ { "\0\0\0\x03" "aaaabbbbcccc", 16 }, read_count, "more items than there may be" },
		{ { "\0\0\0\x02" "aaaa", 8 }, read_count, "more items than bytes" },
		{ { "aaaa", 4 }, read_nothing, "byte 0 of 4: more bytes" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };
		struct xdr xdr;

		xdr_init(&xdr, cases[i].bytes);
		cases[i].read(&xdr);
		assert_false(xdr_end(&xdr, &err));
		if (!strstr(err.text, cases[i].why))
			fail_msg("case %zu: %s", i, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_big_endian_and_in_fours),
		cmocka_unit_test(the_first_wrong_thing_stays_with_its_byte),
		cmocka_unit_test(wrong_bytes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
