/* How long a check has been so: what counts, what breaks it, and what does neither. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "runbook/expr.h"

#define Y TRUTH_YES
#define N TRUTH_NO
#define U TRUTH_UNKNOWN

enum { NEEDED = 120, PATIENCE = 30 };

struct look {
	msec at;
	enum truth truth;
};

static const struct {
	const char *what;
	struct look looks[8];		/* ended by at 0 behind the first */
	msec needed;
	enum truth is;
	msec held;
} cases[] = {
	{"a look that says yes is enough where no time is needed", {{10, Y}}, 0, Y, 0},
	{"one look is not yet two minutes", {{10, Y}}, NEEDED, N, 0},
	{"just short of its time it does not hold", {{10, Y}, {129, Y}}, NEEDED, N, 119},
	{"at its time it holds", {{10, Y}, {130, Y}}, NEEDED, Y, 120},
	{"a no sets it back", {{10, Y}, {130, Y}, {131, N}, {140, Y}}, NEEDED, N, 0},
	{"after a no it counts from the next yes",
	 {{10, Y}, {20, N}, {30, Y}, {150, Y}}, NEEDED, Y, 120},
	{"no is no at once", {{10, Y}, {200, Y}, {201, N}}, NEEDED, N, 0},
	{"unknown does not untick", {{10, Y}, {130, Y}, {140, U}}, NEEDED, Y, 120},
	{"unknown does not tick", {{10, Y}, {120, Y}, {140, U}}, NEEDED, N, 110},
	{"unknown does not count", {{10, Y}, {100, Y}, {110, U}, {125, U}, {130, Y}}, NEEDED, N, 90},
	{"unknown does not break",
	 {{10, Y}, {100, Y}, {110, U}, {130, Y}, {160, Y}}, NEEDED, Y, 120},
	{"what is unknown for long is unknown", {{10, Y}, {130, Y}, {140, U}, {171, U}}, NEEDED, U,
	 120},
	{"just within patience it is as it was", {{10, Y}, {130, Y}, {140, U}, {170, U}}, NEEDED, Y,
	 120},
	{"what was no is no while unknown", {{10, N}, {20, U}}, NEEDED, N, 0},
	{"what was no is unknown in the end", {{10, N}, {20, U}, {51, U}}, NEEDED, U, 0},
	{"what was never known is unknown at once", {{10, U}}, NEEDED, U, 0},
	{"what was never known is no yes without a time either", {{10, U}, {11, U}}, 0, U, 0},
	{"time that nobody looked at does not count across unknown",
	 {{10, Y}, {5000, U}, {5001, Y}}, NEEDED, N, 0},
	{"after a no and unknown nothing of before is left",
	 {{10, Y}, {130, Y}, {140, N}, {150, U}, {160, Y}}, NEEDED, N, 0},
};

static void a_check_holds_for_its_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct hold hold;
		msec now = 0;

		hold_start(&hold);
		for (size_t j = 0; j < 8 && cases[i].looks[j].at; j++) {
			now = cases[i].looks[j].at;
			hold_see(&hold, cases[i].looks[j].truth, now);
		}
		if (hold_is(&hold, cases[i].needed, PATIENCE, now) != cases[i].is)
			fail_msg("%s", cases[i].what);
		if (hold_held(&hold) != cases[i].held)
			fail_msg("%s: held %d", cases[i].what, (int)hold_held(&hold));
	}
}

static void what_was_never_looked_at_is_unknown(void **state)
{
	struct hold hold;

	(void)state;
	hold_start(&hold);
	assert_int_equal(hold_is(&hold, 0, PATIENCE, 1000), TRUTH_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_check_holds_for_its_time),
		cmocka_unit_test(what_was_never_looked_at_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
