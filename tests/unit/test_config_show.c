/* test_config_show.c: what the tables say to people, editors and the manual. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/config_sample.h"

static void show(const char *yaml, bool origin, struct buf *out)
{
	struct arena arena = { NULL };
	struct problems problems = { .arena = &arena };
	struct node *tree;

	tree_parse("c.yaml", str_of(yaml), &arena, &tree, &problems);
	settings_show(sample_table, tree, origin, out);
	arena_done(&arena);
}

static void show_tells_every_value_and_where_it_is_from(void **state)
{
	static const char yaml[] =
		"read_only: yes\n"
		"ui: {bell: [down], keys: {note: m}}\n"
		"sources:\n"
		"  db: {kind: sql, dsn_command: [pass, show, x], replicas: [{name: one}]}\n"
		"  web: {kind: web, url: \"http://h\"}\n"
		"  odd: {kind: none, x: y}\n"
		"  odder: 3\n";
	static const char want[] =
		"version                                   1  built-in\n"
		"read_only                                 yes  c.yaml:1\n"
		"ui.theme                                  default  built-in\n"
		"ui.ratio                                  0.5  built-in\n"
		"ui.bell                                   [down]  c.yaml:2\n"
		"ui.keys                                   {note: m}  c.yaml:2\n"
		"sources.db.kind                           sql  c.yaml:4\n"
		"sources.db.dsn_command                    [pass, show, x]  c.yaml:4\n"
		"sources.db.replicas.1.name                one  c.yaml:4\n"
		"sources.web.kind                          web  c.yaml:5\n"
		"sources.web.url                           http://h  c.yaml:5\n"
		"sources.web.every                         10s  built-in\n"
		"sources.odd.kind                          none  c.yaml:6\n";
	struct buf out = { 0 }, tight = { 0 };

	(void)state;
	show(yaml, true, &out);
	/* The third column stands in column 90; its padding is not what this test is about. */
	for (size_t i = 0, blanks = 0; i < out.len; i++) {
		size_t line = tight.len;

		while (line > 0 && tight.data[line - 1] != '\n')
			line--;
		blanks = out.data[i] == ' ' ? blanks + 1 : 0;
		if (blanks <= 2 || tight.len - line < 42)
			buf_char(&tight, out.data[i]);
	}
	assert_string_equal(buf_cstr(&tight), want);
	buf_done(&out);
	buf_done(&tight);
}

static void show_hides_what_is_secret_and_folds_what_is_long(void **state)
{
	struct buf out = { 0 };

	(void)state;
	show("operator: \"postgres://u:hunter2@h/d\"\nhome: |\n  a\n    b\n"
	     "sources: {db: {kind: sql, dsn: hunter2}}\n", false, &out);
	assert_null(strstr(buf_cstr(&out), "hunter2"));
	assert_non_null(strstr(buf_cstr(&out), "home                                      a b\n"));
	buf_done(&out);
}

static const json_t *at(const json_t *root, const char *const *path)
{
	for (; *path; path++)
		root = json_object_get(root, *path);
	return root;
}

#define AT(root, ...) at(root, (const char *const[]){ __VA_ARGS__, NULL })

static void the_schema_has_every_key_with_its_type(void **state)
{
	json_t *schema = settings_schema(sample_table);
	const json_t *kinds;
	json_t *web;

	(void)state;
	assert_string_equal(json_string_value(json_object_get(schema, "$schema")),
			    "https://json-schema.org/draft/2020-12/schema");
	assert_true(json_is_false(json_object_get(schema, "additionalProperties")));
	assert_string_equal(json_string_value(AT(schema, "properties", "version", "type")),
			    "integer");
	assert_int_equal(json_integer_value(AT(schema, "properties", "version", "default")), 1);
	assert_int_equal(json_array_size(AT(schema, "properties", "read_only", "enum")), 6);
	assert_int_equal(json_array_size(AT(schema, "properties", "ui", "properties", "theme",
					    "enum")), 2);
	kinds = AT(schema, "properties", "sources", "additionalProperties", "anyOf");
	assert_int_equal(json_array_size(kinds), 2);
	web = json_array_get(kinds, 0);
	assert_string_equal(json_string_value(AT(web, "properties", "kind", "const")), "web");
	assert_int_equal(json_array_size(json_object_get(web, "required")), 2);
	assert_null(AT(web, "properties", "password"));
	assert_non_null(AT(web, "properties", "password_env"));
	assert_string_equal(json_string_value(AT(web, "properties", "password_command", "type")),
			    "array");
	for (const struct setting *s = sample_table; s->type != SETTING_END_MARK; s++)
		assert_string_equal(json_string_value(AT(schema, "properties", s->key,
							 "description")), s->help);
	json_decref(schema);
}

static void the_manual_has_every_key_with_its_default(void **state)
{
	static const char *const parts[] = {
		"## At the top\n\n"
		"*version* (a whole number, 1 to 2; default _1_)\n\tThe format\\.\n\n",
		"## ui\n\n*theme* (one of default or mono; default _default_)\n\tColours\\.\n\n",
		"*bell* (a list of texts of down or alert; default _down, alert_)\n",
		"## sources\\.NAME, kind: web\n\n*url* (a URL; required)\n",
		"*every* (a duration, 1s to 1h; default _10s_)\n",
		"*password\\_env*, *password\\_file*, *password\\_command* (a secret)\n",
		"## sources\\.NAME\\.replicas\n\n*name* (a text; required)\n",
		"## zones\\.NAME\n",
	};
	struct buf out = { 0 };

	(void)state;
	settings_manual(sample_table, &out);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!strstr(buf_cstr(&out), parts[i]))
			fail_msg("no \"%s\" in\n%s", parts[i], buf_cstr(&out));
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(show_tells_every_value_and_where_it_is_from),
		cmocka_unit_test(show_hides_what_is_secret_and_folds_what_is_long),
		cmocka_unit_test(the_schema_has_every_key_with_its_type),
		cmocka_unit_test(the_manual_has_every_key_with_its_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
