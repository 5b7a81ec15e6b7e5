#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "backends/promtext.h"
#include "base/attr.h"

struct seen {
	struct prom_sample samples[8];
	size_t count;
};

static void keep(void *arg, const struct prom_sample *sample)
{
	struct seen *seen = arg;

	if (seen->count < ARRAY_LEN(seen->samples))
		seen->samples[seen->count] = *sample;
	seen->count++;
}

static bool scan(const char *text, struct seen *seen, struct err *err)
{
	memset(seen, 0, sizeof(*seen));
	return promtext_scan(str_of(text), keep, seen, err);
}

static void samples_are_read_with_labels_and_without(void **state)
{
	static const char text[] =
		"# HELP up Is it.\n# TYPE up gauge\nup 1\n\n"
		"calls_total{method=\"GET\",route=\"/a\"} 2.5 1795311441000\r\n"
		"  lag_seconds { a = \"b\" , } 0e+00\nodd:name{} -3";
	struct seen seen;
	struct err err = { 0 };
	char value[16];

	(void)state;
	assert_true(scan(text, &seen, &err));
	assert_int_equal(seen.count, 4);
	assert_true(str_eq(seen.samples[0].name, "up"));
	assert_true(fabs(seen.samples[1].value - 2.5) < 1e-9);
	assert_true(promtext_label(&seen.samples[1], "route", value, sizeof(value)));
	assert_string_equal(value, "/a");
	assert_false(promtext_label(&seen.samples[1], "path", value, sizeof(value)));
	assert_true(promtext_label(&seen.samples[2], "a", value, sizeof(value)));
	assert_string_equal(value, "b");
	assert_true(str_eq(seen.samples[3].name, "odd:name"));
}

static void values_that_are_no_finite_number_are_values(void **state)
{
	struct seen seen;
	struct err err = { 0 };

	(void)state;
	assert_true(scan("a NaN\nb +Inf\nc -Inf\n", &seen, &err));
	assert_true(isnan(seen.samples[0].value));
	assert_true(isinf(seen.samples[1].value) && seen.samples[1].value > 0);
	assert_true(isinf(seen.samples[2].value) && seen.samples[2].value < 0);
}

static void escapes_braces_and_commas_inside_a_label_belong_to_it(void **state)
{
	struct seen seen;
	struct err err = { 0 };
	char value[32];

	(void)state;
	assert_true(scan("a{x=\"q\\\"}, {\\\\\\n\",y=\"z\"} 1\n", &seen, &err));
	assert_true(promtext_label(&seen.samples[0], "x", value, sizeof(value)));
	assert_string_equal(value, "q\"}, {\\\n");
	assert_true(promtext_label(&seen.samples[0], "y", value, sizeof(value)));
	assert_string_equal(value, "z");
}

static void a_label_that_does_not_fit_is_cut(void **state)
{
	struct seen seen;
	struct err err = { 0 };
	char value[4];

	(void)state;
	assert_true(scan("a{x=\"abcdef\"} 1\n", &seen, &err));
	assert_true(promtext_label(&seen.samples[0], "x", value, sizeof(value)));
	assert_string_equal(value, "abc");
}

static void what_is_no_sample_refuses_the_text_and_names_its_line(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "", "no sample" }, { "# only a comment\n", "no sample" },
		{ "<html>\n", "line 1: <html>" }, { "a 1\n{\"b\":2}\n", "line 2" },
		{ "a\n", "line 1" }, { "a x\n", "line 1" }, { "a 1 2 3\n", "line 1" },
		{ "a 1 soon\n", "line 1" }, { "a{b=\"c\" 1\n", "line 1" },
		{ "a{b=\"c} 1\n", "line 1" }, { "a{b=c} 1\n", "line 1" },
		{ "a{b} 1\n", "line 1" }, { "a{=\"c\"} 1\n", "line 1" },
		{ "a{b=\"c\\", "line 1" }, { "1a 1\n", "line 1" },
		{ "\"INVALID\" 1\n", "line 1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = { 0 };
		struct seen seen;

		if (scan(bad[i].text, &seen, &err) || !strstr(err.text, bad[i].says))
			fail_msg("case %zu: %s", i, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_read_with_labels_and_without),
		cmocka_unit_test(values_that_are_no_finite_number_are_values),
		cmocka_unit_test(escapes_braces_and_commas_inside_a_label_belong_to_it),
		cmocka_unit_test(a_label_that_does_not_fit_is_cut),
		cmocka_unit_test(what_is_no_sample_refuses_the_text_and_names_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
