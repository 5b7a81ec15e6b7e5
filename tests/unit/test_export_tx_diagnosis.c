/* The diagnosis for people: bounds as they are, and no more conditions than there are. */
#include "export/tx_diagnosis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

static void expect(const struct tx_case *tx, const char *there, const char *not_there)
{
	struct buf text = { 0 };

	tx_diagnosis_text(&(struct tx_diagnosis){ .input = "a hash", .tx = tx }, &text);
	if (!strstr(buf_cstr(&text), there) || (not_there && strstr(buf_cstr(&text), not_there)))
		fail_msg("wanted '%s', not '%s' in:\n%s", there, not_there ? not_there : "",
			 buf_cstr(&text));
	buf_done(&text);
}

static void a_bound_is_told_as_what_it_is(void **state)
{
	static const struct {
		uint64_t max_time;
		uint32_t max_ledger;
		const char *there, *not_there;
	} cases[] = {
		{ 0, 0, "no bound: it never expires", "valid before" },
		{ 0, 61204380, "valid before    ledger 61204380", "never expires" },
		{ 1795365494, 0, "valid until     2026-11-22T16:38:14", "never expires" },
		{ 1795365494, 7, "valid before    ledger 7", "never expires" },
		{ UINT64_MAX, 0, "18446744073709551615 s, beyond the year 9999", "never expires" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tx_evidence evidence = { .has_tx = true, .tx = { .envelope = true,
			.max_time = cases[i].max_time, .max_ledger = cases[i].max_ledger } };
		struct tx_case tx = { .judged = true, .evidence = &evidence };

		expect(&tx, cases[i].there, cases[i].not_there);
	}
}

static void a_dismissal_waits_for_nobody(void **state)
{
	struct tx_member member = { .id = "58" };
	struct tx_case tx = { .judged = true, .members = &member, .member_count = 1 };

	(void)state;
	tx.decision.confirm = tx.decision.allowed[ACT_DISMISS] = tx.decision.allowed[ACT_REBUILD] = true;
	expect(&tx, "may rebuild, once that is confirmed\n", "may dismiss, once");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bound_is_told_as_what_it_is),
		cmocka_unit_test(a_dismissal_waits_for_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
