/* A recorded incident in every format, byte for byte, and what must hold of all of them. */
#include "tests/lib/nightly.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/golden.h"

static const struct {
	const char *name;
	enum nightly_kind kind;
	bool public_;
} exports[] = {
	{ "outage", NIGHTLY_OUTAGE, false },
	{ "outage-public", NIGHTLY_OUTAGE, true },
	{ "drill", NIGHTLY_DRILL, false },
};

static void the_recorded_incident_reads_as_it_always_did(void **state)
{
	bool same = true;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(exports); i++) {
		struct nightly nightly;

		nightly_build(&nightly, exports[i].kind, exports[i].public_);
		for (int k = 0; k < 2; k++) {
			enum postmortem_format format = (enum postmortem_format)k;
			struct buf out = { 0 };
			char name[96];

			nightly_write(nightly.story, format, str_of(""), &out);
			(void)snprintf(name, sizeof(name), "record-%s-%s", exports[i].name,
				       postmortem_file(format));
			same &= golden_same(name, str_sub(out.data, out.len));
			buf_done(&out);
		}
		nightly_done(&nightly);
	}
	assert_true(same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_recorded_incident_reads_as_it_always_did),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
