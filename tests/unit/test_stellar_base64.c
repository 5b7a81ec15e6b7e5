#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/attr.h"
#include "base/digest.h"
#include "stellar/base64.h"

static void what_an_encoder_writes_is_read_back(void **state)
{
	unsigned char bytes[64];
	char text[128];
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 37 + 200);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		buf_clear(&out);
		(void)digest_base64(text, sizeof(text), str_sub((const char *)bytes, len));
		assert_true(base64_read(str_of(text), &out, NULL));
		assert_int_equal(out.len, len);
		assert_memory_equal(buf_cstr(&out), bytes, len);
	}
	buf_done(&out);
}

static void every_other_text_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "A", "1 characters" }, { "AA", "2 characters" }, { "AAA", "3 characters" },
		{ "AAAAA", "5 characters" }, { "AA=A", "character 3" }, { "=AAA", "character 1" },
		{ "====", "character 1" }, { "A===", "character 2" }, { "AAAA====", "character 5" },
		{ "AB==", "character 2" }, { "AAB=", "character 3" }, { "AA A", "character 3" },
		{ "AAA\n", "character 4" }, { "AA-_", "character 3" }, { "AAAA\xc3\xa4==", "character 5" },
		{ "AAAAAA==AAAA", "character 7" },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };

		assert_false(base64_read(str_of(cases[i].text), &out, &err));
		if (!strstr(err.text, cases[i].why))
			fail_msg("%s: %s", cases[i].text, err.text);
	}
	assert_false(base64_read(str_sub("A\0AA", 4), &out, NULL));
	buf_done(&out);
}

static void more_than_there_is_room_for_is_said(void **state)
{
	struct err err = { 0 };
	struct buf out;

	(void)state;
	buf_init(&out, 4);
	assert_false(base64_read(str_of("AAAAAAAA"), &out, &err));
	assert_non_null(strstr(err.text, "more than 4 bytes"));
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_an_encoder_writes_is_read_back),
		cmocka_unit_test(every_other_text_is_refused_with_its_place),
		cmocka_unit_test(more_than_there_is_room_for_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
