/* The table of actions and the keymap made from it. */
#include "ui/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ui/key.h"

static struct keymap map;
static struct buf problems;

static bool build(const struct key_override *overrides, size_t count)
{
	buf_clear(&problems);
	return keymap_init(&map, overrides, count, &problems);
}

static uint32_t code_of(const char *name)
{
	uint32_t code = 0;

	assert_true(key_parse(str_of(name), &code));
	return code;
}

static void the_default_keys_are_all_keys_and_clash_nowhere(void **state)
{
	(void)state;
	assert_true(build(NULL, 0));
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);
		struct str rest = str_of(info->keys), word;

		assert_int_equal(action_find(info->name), i);
		assert_true(info->help[0]);
		while (str_cut(&rest, ' ', &word)) {
			char name[KEY_NAME];

			str_copy(name, sizeof(name), word);
			if (name[0])
				assert_int_equal(keymap_find(&map, code_of(name)), i);
		}
	}
}

static void no_default_key_is_one_that_terminals_or_multiplexers_keep(void **state)
{
	static const char *const kept[] = { "ctrl-a", "ctrl-b", "ctrl-s", "ctrl-q", "ctrl-d",
					    "ctrl-k", "ctrl-w", "f10", "f11" };

	(void)state;
	assert_true(build(NULL, 0));
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		assert_int_equal(keymap_find(&map, code_of(kept[i])), ACTION_NONE);
}

static void every_key_has_a_name_that_reads_back(void **state)
{
	(void)state;
	for (uint32_t code = KEYCODE_BASE + 1; code < KEYCODE_LAST; code++) {
		char name[KEY_NAME];

		key_text(name, code);
		assert_int_equal(code_of(name), code);
	}
	assert_int_equal(code_of("ctrl-l"), KEYCODE_CTRL('l'));
	assert_int_equal(code_of("space"), ' ');
	assert_int_equal(code_of("?"), '?');
}

static void words_that_are_no_keys_are_refused(void **state)
{
	static const char *const bad[] = { "", "ctrl-", "ctrl-m", "ctrl-L", "hyper-x", "f13", "jj" };
	uint32_t code;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(key_parse(str_of(bad[i]), &code));
}

static void an_override_replaces_the_default_keys(void **state)
{
	(void)state;
	assert_true(build((struct key_override[]){ { "ask", "f5 R" } }, 1));
	assert_int_equal(keymap_find(&map, code_of("f5")), ACTION_ASK);
	assert_int_equal(keymap_find(&map, code_of("R")), ACTION_ASK);
	assert_int_equal(keymap_find(&map, code_of("r")), ACTION_NONE);
}

static void none_takes_the_keys_away(void **state)
{
	(void)state;
	assert_true(build((struct key_override[]){ { "mouse", "none" } }, 1));
	assert_int_equal(keymap_find(&map, code_of("M")), ACTION_NONE);
}

static void two_actions_may_swap_their_keys(void **state)
{
	(void)state;
	assert_true(build((struct key_override[]){ { "ask", "z" }, { "freeze", "r" } }, 2));
	assert_int_equal(keymap_find(&map, code_of("z")), ACTION_ASK);
	assert_int_equal(keymap_find(&map, code_of("r")), ACTION_FREEZE);
}

static const struct {
	struct key_override override;
	const char *says;
} conflicts[] = {
	{ { "ask", "q" }, "ui.keys.ask: 'q' is the key of 'quit' already" },
	{ { "aks", "f5" }, "ui.keys: no action is named 'aks'; did you mean 'ask'?" },
	{ { "ask", "hyper" }, "ui.keys.ask: 'hyper' is no key" },
};

static void a_conflict_is_reported_and_the_default_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(conflicts); i++) {
		assert_false(build(&conflicts[i].override, 1));
		assert_string_equal(buf_cstr(&problems), conflicts[i].says);
		assert_int_equal(keymap_find(&map, code_of("r")), ACTION_ASK);
		assert_int_equal(keymap_find(&map, code_of("q")), ACTION_QUIT);
	}
}

static void all_problems_are_reported_at_once(void **state)
{
	(void)state;
	assert_false(build((struct key_override[]){ { "ask", "q" }, { "nothing", "x" } }, 2));
	assert_non_null(strstr(buf_cstr(&problems), "quit"));
	assert_non_null(strstr(buf_cstr(&problems), "nothing"));
}

static int clean(void **state)
{
	(void)state;
	buf_done(&problems);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_keys_are_all_keys_and_clash_nowhere),
		cmocka_unit_test(no_default_key_is_one_that_terminals_or_multiplexers_keep),
		cmocka_unit_test(every_key_has_a_name_that_reads_back),
		cmocka_unit_test(words_that_are_no_keys_are_refused),
		cmocka_unit_test(an_override_replaces_the_default_keys),
		cmocka_unit_test(none_takes_the_keys_away),
		cmocka_unit_test(two_actions_may_swap_their_keys),
		cmocka_unit_test(a_conflict_is_reported_and_the_default_stays),
		cmocka_unit_test(all_problems_are_reported_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, clean);
}
