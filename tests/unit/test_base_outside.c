#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/outside.h"
#include "base/secret.h"

static void a_secret_at_the_cut_is_hidden_before_it_is_cut(void **state)
{
	struct secret *secret = secret_new(str_of("hunter2-hunter2"));
	char field[16];

	(void)state;
	assert_false(outside_put(field, sizeof(field), str_of("0123456789hunter2-hunter2")));
	assert_null(strstr(field, "hunt"));
	secret_free(secret);
}

/* Scrubbed first, the secret would read ^[ and no longer be known. */
static void a_secret_with_control_bytes_is_hidden_before_it_is_scrubbed(void **state)
{
	struct secret *secret = secret_new(str_of("pass\033word"));
	struct buf out = { 0 };

	(void)state;
	outside(&out, str_of("it was pass\033word, \033[2J"));
	assert_string_equal(buf_cstr(&out), "it was [redacted], ^[[2J");
	buf_done(&out);
	secret_free(secret);
}

static void what_is_harmless_stays_as_it_is(void **state)
{
	char field[64];

	(void)state;
	assert_true(outside_put(field, sizeof(field), str_of("ledger 61204411 closed 5h ago")));
	assert_string_equal(field, "ledger 61204411 closed 5h ago");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_at_the_cut_is_hidden_before_it_is_cut),
		cmocka_unit_test(a_secret_with_control_bytes_is_hidden_before_it_is_scrubbed),
		cmocka_unit_test(what_is_harmless_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
