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

static void every_word_reads_back_as_its_state(void **state)
{
	(void)state;
	for (enum state s = STATE_OK; s < STATE_COUNT; s++) {
		enum state back = STATE_COUNT;
		assert_true(state_parse(state_word(s), &back));
		assert_int_equal(back, s);
		assert_in_range(strlen(state_label(s)), 2, 5);
	}
}

static void other_words_are_no_states(void **state)
{
	(void)state;
	static const char *const words[] = { "", "OK", "ok ", "up", "????", "degraded" };
	enum state out = STATE_WARN;
	for (size_t i = 0; i < 6; i++)
		assert_false(state_parse(words[i], &out));
	assert_int_equal(out, STATE_WARN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(down_is_worst_and_ok_is_best),
		cmocka_unit_test(every_word_reads_back_as_its_state),
		cmocka_unit_test(other_words_are_no_states),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
