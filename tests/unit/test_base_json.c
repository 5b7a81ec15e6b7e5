#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/scrub.h"
#include "base/secret.h"

static json_t *read_text(const char *text)
{
	struct err err = { 0 };
	json_t *root = json_read(str_of(text), JSON_MAX_SMALL, &err);
	if (!root)
		fail_msg("%s: %s", text, err.text);
	return root;
}

static void any_json_value_is_read(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"{}", "[]", "{\"a\":[1,2,{\"b\":null}]}", "\"a bare string\"", "12", "true", " [1]\n",
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		json_decref(read_text(texts[i]));
}

static void what_is_no_json_is_refused_with_a_clean_sentence(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "<html>", "{\"a\":1", "{\"a\":1,\"a\":2}", "[1,]", "{\"a\":1}x", "{'a':1}", "nul",
		"[\"\033[2J]", "\xFF", "\"\\u0000\"", "[99999999999999999999]", "NaN", "[\033]0;PWN\a]",
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct err err = { 0 };
		assert_null(json_read(str_of(texts[i]), JSON_MAX_SMALL, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		assert_memory_equal(err.text, "not JSON: line ", 15);
		assert_true(scrub_clean(str_of(err.text)));
	}
}

static void sizes_are_limited_before_anything_is_parsed(void **state)
{
	(void)state;
	struct buf text = { 0 };
	struct err err = { 0 };
	buf_fmt(&text, "\"%100d\"", 1);
	assert_null(json_read(str_sub(text.data, text.len), text.len - 1, &err));
	assert_int_equal(err.kind, ERR_LIMIT);
	json_t *root = json_read(str_sub(text.data, text.len), text.len, &err);
	assert_non_null(root);
	json_decref(root);
	buf_done(&text);
}

static void nest(struct buf *text, size_t depth)
{
	buf_clear(text);
	for (size_t i = 0; i < depth; i++)
		buf_text(text, i % 2 ? "{\"a\":" : "[");
	buf_char(text, '1');
	for (size_t i = depth; i-- > 0;)
		buf_char(text, i % 2 ? '}' : ']');
}

static void sixty_four_levels_are_read_and_sixty_five_are_not(void **state)
{
	(void)state;
	struct buf text = { 0 };
	struct err err = { 0 };
	nest(&text, 64);
	json_decref(read_text(buf_cstr(&text)));
	nest(&text, 65);
	assert_null(json_read(str_sub(text.data, text.len), JSON_MAX_SMALL, &err));
	assert_int_equal(err.kind, ERR_LIMIT);
	buf_clear(&text);
	for (size_t i = 0; i < 100000; i++)
		buf_char(&text, '[');
	assert_null(json_read(str_sub(text.data, text.len), JSON_MAX_SMALL, &err));
	assert_int_equal(err.kind, ERR_LIMIT);
	buf_done(&text);
}

static void a_flood_of_members_is_refused_by_count(void **state)
{
	(void)state;
	struct buf text = { 0 };
	struct err err = { 0 };
	buf_char(&text, '[');
	for (size_t i = 0; i < JSON_OPENERS / 2 + 1; i++)
		buf_text(&text, "[],");
	buf_text(&text, "1]");
	assert_null(json_read(str_sub(text.data, text.len), JSON_MAX_PINNED, &err));
	assert_int_equal(err.kind, ERR_LIMIT);
	buf_done(&text);
}

static void brackets_in_strings_cost_nothing(void **state)
{
	(void)state;
	struct buf text = { 0 };
	buf_char(&text, '"');
	for (size_t i = 0; i < 1000; i++)
		buf_text(&text, "[{,\\\"");
	buf_char(&text, '"');
	json_decref(read_text(buf_cstr(&text)));
	buf_done(&text);
}

static void members_are_found_by_dotted_path(void **state)
{
	(void)state;
	json_t *root = read_text("{\"a\":{\"b\":{\"c\":\"deep\"}},\"n\":7,\"list\":[{\"x\":1}]}");
	assert_string_equal(json_text_at(root, "a.b.c", "?"), "deep");
	assert_string_equal(json_text_at(root, "a.b", "?"), "?");
	assert_string_equal(json_text_at(root, "a.b.c.d", "?"), "?");
	assert_string_equal(json_text_at(root, "a..c", "?"), "?");
	assert_string_equal(json_text_at(NULL, "a", "?"), "?");
	assert_null(json_text_at(root, "n", NULL));
	assert_null(json_at(root, "list.x"));
	assert_null(json_at(root, "missing"));
	assert_ptr_equal(json_at(root, ""), root);
	json_decref(root);
}

static void numbers_are_taken_from_numbers_and_from_numeric_strings(void **state)
{
	(void)state;
	json_t *root = read_text("{\"i\":42,\"s\":\"43\",\"r\":1.5,\"t\":\"2.5\",\"nan\":\"NaN\","
				 "\"b\":true,\"x\":\"12 m\",\"z\":null}");
	int64_t i = 0;
	double d = 0;
	assert_true(json_i64_at(root, "i", &i) && i == 42);
	assert_true(json_i64_at(root, "s", &i) && i == 43);
	assert_true(json_double_at(root, "i", &d) && fabs(d - 42) <= 0);
	assert_true(json_double_at(root, "r", &d) && fabs(d - 1.5) <= 0);
	assert_true(json_double_at(root, "t", &d) && fabs(d - 2.5) <= 0);
	assert_true(json_double_at(root, "nan", &d) && isnan(d));
	static const char *const no_i64[] = { "r", "t", "nan", "b", "x", "z", "missing" };
	for (size_t n = 0; n < ARRAY_LEN(no_i64); n++)
		assert_false(json_i64_at(root, no_i64[n], &i));
	static const char *const no_double[] = { "b", "x", "z", "missing" };
	for (size_t n = 0; n < ARRAY_LEN(no_double); n++)
		assert_false(json_double_at(root, no_double[n], &d));
	assert_int_equal(i, 43);
	json_decref(root);
}

static void fields_are_filled_with_scrubbed_text(void **state)
{
	(void)state;
	json_t *root = read_text("{\"s\":\"a\\u001b[2J\\u202eb\",\"i\":-5,\"r\":4.9,\"b\":false,"
				 "\"z\":null,\"o\":{},\"long\":\"0123456789\"}");
	static const struct {
		const char *path, *text;
		bool found;
	} cases[] = {
		{ "s", "a^[[2J<U+202E>b", true }, { "i", "-5", true }, { "r", "4.9", true },
		{ "b", "false", true }, { "z", "", false }, { "o", "", false }, { "missing", "", false },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char field[32] = "before";
		assert_int_equal(json_put_at(root, cases[i].path, field, sizeof(field)),
				 cases[i].found);
		assert_string_equal(field, cases[i].text);
	}
	char small[5];
	assert_true(json_put_at(root, "long", small, sizeof(small)));
	assert_string_equal(small, "012~");
	json_decref(root);
}

static void what_is_set_is_written_compactly_in_order(void **state)
{
	(void)state;
	json_t *object = json_object(), *inner = json_array();
	struct buf out = { 0 };
	json_set_text(object, "z", "tab\t\033[m\xFF");
	json_set_text(object, "none", NULL);
	json_set_i64(object, "big", INT64_MAX);
	json_set_number(object, "n", 4.9);
	json_set_number(object, "nan", (double)NAN);
	json_set_number(object, "inf", HUGE_VAL);
	json_set_bool(object, "b", true);
	json_set_time(object, "at", WHEN_SECOND);
	json_set_time(object, "never", WHEN_NEVER);
	json_set(object, "a", inner);
	json_write(&out, object);
	assert_string_equal(buf_cstr(&out),
			    "{\"z\":\"tab ^[[m\\\\xFF\",\"none\":null,\"big\":9223372036854775807,"
			    "\"n\":4.9,\"nan\":null,\"inf\":null,\"b\":true,"
			    "\"at\":\"1970-01-01T00:00:01Z\",\"never\":null,\"a\":[]}");
	json_decref(object);
	buf_done(&out);
}

/* The parser's sentence quotes the word that it stumbled over. */
static void a_secret_in_what_is_no_json_is_not_quoted(void **state)
{
	struct secret *secret = secret_new(str_of("correcthorsebattery"));
	struct err err = { 0 };

	(void)state;
	assert_null(json_read(str_of("{\"token\": correcthorsebattery}"), JSON_MAX_SMALL, &err));
	assert_null(strstr(err.text, "correcthorse"));
	assert_non_null(strstr(err.text, "not JSON: line 1: "));
	secret_free(secret);
}

static void writing_into_a_full_buffer_says_so(void **state)
{
	(void)state;
	struct buf out;
	json_t *value = json_string("longer than eight");
	buf_init(&out, 8);
	json_write(&out, value);
	assert_true(out.full);
	json_decref(value);
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_json_value_is_read),
		cmocka_unit_test(what_is_no_json_is_refused_with_a_clean_sentence),
		cmocka_unit_test(sizes_are_limited_before_anything_is_parsed),
		cmocka_unit_test(sixty_four_levels_are_read_and_sixty_five_are_not),
		cmocka_unit_test(a_flood_of_members_is_refused_by_count),
		cmocka_unit_test(brackets_in_strings_cost_nothing),
		cmocka_unit_test(members_are_found_by_dotted_path),
		cmocka_unit_test(numbers_are_taken_from_numbers_and_from_numeric_strings),
		cmocka_unit_test(fields_are_filled_with_scrubbed_text),
		cmocka_unit_test(what_is_set_is_written_compactly_in_order),
		cmocka_unit_test(a_secret_in_what_is_no_json_is_not_quoted),
		cmocka_unit_test(writing_into_a_full_buffer_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
