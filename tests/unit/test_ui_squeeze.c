/* Bytes for the terminal, without those that change nothing. */
#include "ui/squeeze.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"

static const struct {
	const char *in, *out;
} cases[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "a\033(B\033[mb", "a\033[mb" },
	{ "\033(B\033[0;7mrow\033(B\033[m", "\033[0;7mrow\033[m" },
	{ "x\033[39m\033(B\033[my", "x\033[my" },
	{ "x\033[39m\033(B\033[0;1my", "x\033[0;1my" },
	{ "x\033[39my", "x\033[39my" },		/* the colour alone is reset: that counts */
	{ "x\033[39m\033[1my", "x\033[39m\033[1my" },
	{ "\033[39", "\033[39" },
	{ "\033(", "\033(" },
	{ "\033(0", "\033(0" },
	{ "\033", "\033" },
};

static void only_what_changes_nothing_is_left_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = { 0 };

		squeeze(&out, str_of(cases[i].in));
		assert_string_equal(buf_cstr(&out), cases[i].out);
		buf_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_changes_nothing_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
