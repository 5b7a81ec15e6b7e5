#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "base/num.h"

static void whole_numbers_are_read_to_their_limits(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t value;
	} cases[] = {
		{ "0", 0 }, { "-0", 0 }, { "7", 7 }, { "-7", -7 }, { "007", 7 },
		{ "9223372036854775807", INT64_MAX }, { "-9223372036854775808", INT64_MIN },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t value = 99;
		assert_true(num_parse_i64(str_of(cases[i].text), &value));
		assert_true(value == cases[i].value);
	}
	uint64_t most = 0;
	assert_true(num_parse_u64(str_of("18446744073709551615"), &most));
	assert_true(most == UINT64_MAX);
}

static void anything_else_is_no_whole_number_and_leaves_the_value(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "--1", "1_000", "1,000", "one",
		"9223372036854775808", "-9223372036854775809", "99999999999999999999999",
	};
	int64_t value = 42;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_false(num_parse_i64(str_of(texts[i]), &value));
	assert_int_equal(value, 42);
	uint64_t size = 42;
	assert_false(num_parse_u64(str_of("-1"), &size));
	assert_false(num_parse_u64(str_of("18446744073709551616"), &size));
	assert_false(num_parse_u64(str_sub("12\0" "3", 4), &size));
	assert_int_equal(size, 42);
}

static void doubles_are_read_as_prometheus_writes_them(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double value;
	} cases[] = {
		{ "0", 0 }, { "0e+00", 0 }, { "1.5", 1.5 }, { "-2.25e-2", -0.0225 }, { "+3", 3 },
		{ ".5", .5 }, { "5.", 5 }, { "1E3", 1000 }, { "1e-400", 0 },
		{ "1.7976931348623157e308", 1.7976931348623157e308 },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		double value = 99;
		assert_true(num_parse_double(str_of(cases[i].text), &value));
		assert_true(fabs(value - cases[i].value) <= 0);
	}
	double value;
	assert_true(num_parse_double(str_of("NaN"), &value) && isnan(value));
	assert_true(num_parse_double(str_of("+Inf"), &value) && isinf(value) && value > 0);
	assert_true(num_parse_double(str_of("-Inf"), &value) && isinf(value) && value < 0);
}

static void anything_else_is_no_double(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "-", ".", "e5", "1e", "1e+", " 1", "1 ", "1,5", "0x1p3", "nan", "inf", "infinity",
		"NaN(1)", "1e999", "-1e999", "1.2.3", "1f",
	};
	double value = 42;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_false(num_parse_double(str_of(texts[i]), &value));
	char longer[1000];
	memset(longer, '0', sizeof(longer));
	assert_false(num_parse_double(str_sub(longer, sizeof(longer)), &value));
	assert_true(fabs(value - 42) <= 0);
}

static void amounts_add_up_exactly(void **state)
{
	(void)state;
	static const struct {
		const char *sum, *term, *result;
	} cases[] = {
		{ "", "0", "0" },
		{ "", "1.50", "1.5" },
		{ "0.1", "0.2", "0.3" },
		{ "9223372036854775807", "1", "9223372036854775808" },
		{ "999.999", "0.001", "1000" },
		{ "1", "-1", "0" },
		{ "1", "-2.5", "-1.5" },
		{ "-1", "2.5", "1.5" },
		{ "-1.5", "-2.5", "-4" },
		{ "-0.5", "0.5", "0" },
		{ "-0", "0", "0" },
		{ "100", "-0.0000001", "99.9999999" },
		{ "-1000", "0.01", "-999.99" },
		{ "007", "1.000", "8" },
		{ "0.000000000000000000000000000001", "12.340000000000000000000000000000",
		  "12.340000000000000000000000000001" },
		{ "170141183460469231731687303715884105727", "1",
		  "170141183460469231731687303715884105728" },
		{ "-170141183460469231731687303715884105728", "170141183460469231731687303715884105727",
		  "-1" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char sum[NUM_DECIMAL_TEXT];
		str_put(sum, sizeof(sum), cases[i].sum);
		assert_true(num_decimal_add(sum, str_of(cases[i].term)));
		assert_string_equal(sum, cases[i].result);
	}
}

static void the_order_of_terms_does_not_matter(void **state)
{
	(void)state;
	static const char *const terms[] = {
		"3.1", "-0.000001", "1000000000000000000000.5", "-77", "0.4", "-1000000000000000000000.5",
	};
	char up[NUM_DECIMAL_TEXT] = "", down[NUM_DECIMAL_TEXT] = "";
	for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
		assert_true(num_decimal_add(up, str_of(terms[i])));
		assert_true(num_decimal_add(down, str_of(terms[ARRAY_LEN(terms) - 1 - i])));
	}
	assert_string_equal(up, "-73.500001");
	assert_string_equal(up, down);
}

static void eighty_digits_fit_and_the_eighty_first_changes_nothing(void **state)
{
	(void)state;
	char nines[81], sum[NUM_DECIMAL_TEXT];
	memset(nines, '9', 80);
	nines[80] = '\0';
	str_put(sum, sizeof(sum), "");
	assert_true(num_decimal_add(sum, str_of(nines)));
	assert_string_equal(sum, nines);
	assert_false(num_decimal_add(sum, str_of("1")));
	assert_false(num_decimal_add(sum, str_of("0.1")));
	assert_string_equal(sum, nines);
	assert_true(num_decimal_add(sum, str_of("-9")));
	assert_int_equal(sum[79], '0');
	char longer[120];
	memset(longer, '1', sizeof(longer));
	assert_false(num_decimal_add(sum, str_sub(longer, 81)));
}

static void texts_that_are_no_amount_are_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "-", ".5", "5.", "+1", "1e3", "NaN", " 1", "1 ", "1,5", "1.2.3", "--1", "0x1", "-.5",
	};
	char sum[NUM_DECIMAL_TEXT] = "12";
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_false(num_decimal_add(sum, str_of(texts[i])));
	assert_string_equal(sum, "12");
	str_put(sum, sizeof(sum), "lost");
	assert_false(num_decimal_add(sum, str_of("1")));
	assert_string_equal(sum, "lost");
}

static void numbers_for_people_have_no_trailing_zeros(void **state)
{
	(void)state;
	static const struct {
		double value;
		int digits;
		const char *text;
	} cases[] = {
		{ 4.9, 1, "4.9" }, { 1842, 2, "1842" }, { 4.0, 2, "4" }, { 0.5, 0, "0" },
		{ 1.999, 2, "2" }, { -0.001, 2, "0" }, { -1.5, 1, "-1.5" }, { 100, 0, "100" },
		{ 0, 3, "0" }, { 1.25, -3, "1" }, { 0.125, 99, "0.125" }, { 1e21, 1, "1000000000000000000000" },
		{ (double)NAN, 2, "NaN" }, { HUGE_VAL, 2, "inf" }, { -HUGE_VAL, 2, "-inf" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = { 0 };
		num_put(&out, cases[i].value, cases[i].digits);
		assert_string_equal(buf_cstr(&out), cases[i].text);
		buf_done(&out);
	}
	struct buf most = { 0 };
	num_put(&most, -1.7976931348623157e308, 17);
	assert_int_equal(most.len, 310);
	buf_done(&most);
}

/* A locale with a decimal comma is rarely installed, so one is not asked for by name: it is enough
 * that the calling thread's own locale is what it was. */
static void the_callers_locale_is_left_alone(void **state)
{
	(void)state;
	locale_t mine = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = uselocale(mine);
	struct buf out = { 0 };
	num_put(&out, 1.5, 1);
	locale_t after = uselocale(before);
	assert_ptr_equal(after, mine);
	buf_done(&out);
	freelocale(mine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_are_read_to_their_limits),
		cmocka_unit_test(anything_else_is_no_whole_number_and_leaves_the_value),
		cmocka_unit_test(doubles_are_read_as_prometheus_writes_them),
		cmocka_unit_test(anything_else_is_no_double),
		cmocka_unit_test(amounts_add_up_exactly),
		cmocka_unit_test(the_order_of_terms_does_not_matter),
		cmocka_unit_test(eighty_digits_fit_and_the_eighty_first_changes_nothing),
		cmocka_unit_test(texts_that_are_no_amount_are_refused),
		cmocka_unit_test(numbers_for_people_have_no_trailing_zeros),
		cmocka_unit_test(the_callers_locale_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
