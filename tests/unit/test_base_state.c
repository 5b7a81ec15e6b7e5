#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <string.h>

#include "base/state.h"

static void down_is_worst_and_ok_is_best(void **state)
{
	(void)state;
	static const enum state worst_first[] = {
		STATE_DOWN, STATE_BAD, STATE_UNKNOWN, STATE_STALE, STATE_WARN, STATE_OK,
	};
	for (size_t a = 0; a < STATE_COUNT; a++) {
		for (size_t b = a; b < STATE_COUNT; b++) {
			assert_int_equal(state_worse(worst_first[a], worst_first[b]), worst_first[a]);
			assert_int_equal(state_worse(worst_first[b], worst_first[a]), worst_first[a]);
		}
	}
}

static void every_state_has_a_word_of_its_own_and_a_label_that_fits(void **state)
{
	(void)state;
	for (enum state s = STATE_OK; s < STATE_COUNT; s++) {
		for (enum state other = STATE_OK; other < s; other++)
			assert_string_not_equal(state_word(s), state_word(other));
		assert_in_range(strlen(state_label(s)), 2, 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(down_is_worst_and_ok_is_best),
		cmocka_unit_test(every_state_has_a_word_of_its_own_and_a_label_that_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
