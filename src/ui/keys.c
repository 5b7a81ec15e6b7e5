#include "ui/keys.h"

#include <string.h>

#include "base/attr.h"
#include "ui/key.h"

static const struct action_info infos[] = {
#define X(sym, name, keys, needs, hint, help) \
	[ACTION_##sym] = { name, keys, hint, help, needs },
	ACTIONS(X)
#undef X
};
_Static_assert(ARRAY_LEN(infos) == ACTION_COUNT, "every action has its row");

const struct action_info *action_info(enum action action)
{
	return &infos[action];
}

enum action action_find(const char *name)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		if (strcmp(infos[i].name, name) == 0)
			return (enum action)i;
	return ACTION_NONE;
}

/* "up k" -> codes. A comma or a blank separates; ":" or "," alone is that key. False: *bad is no
 * key. */
static bool parse_keys(const char *text, uint32_t keys[KEYS_PER_ACTION], struct str *bad)
{
	struct str rest = str_of(text), word;
	size_t count = 0;

	memset(keys, 0, KEYS_PER_ACTION * sizeof(keys[0]));
	if (strcmp(text, "none") == 0)
		return true;
	while (str_cut(&rest, ' ', &word)) {
		if (word.len == 0)
			continue;
		*bad = word;
		if (count == KEYS_PER_ACTION || !key_parse(word, &keys[count++]))
			return false;
	}
	return true;
}

enum action keymap_find(const struct keymap *map, uint32_t code)
{
	for (int action = ACTION_NONE + 1; action < ACTION_COUNT && code != KEYCODE_NONE; action++)
		for (size_t i = 0; i < KEYS_PER_ACTION; i++)
			if (map->keys[action][i] == code)
				return (enum action)action;
	return ACTION_NONE;
}

static bool problem(struct buf *out, const char *fmt, ...) PRINTF_LIKE(2, 3);
static bool problem(struct buf *out, const char *fmt, ...)
{
	va_list args;

	if (out->len > 0)
		buf_char(out, '\n');
	va_start(args, fmt);
	buf_vfmt(out, fmt, args);
	va_end(args);
	return false;
}

static bool parse_override(const struct key_override *override, enum action *action,
			   uint32_t keys[KEYS_PER_ACTION], struct buf *problems)
{
	const char *names[ACTION_COUNT];
	struct str bad = { 0 };
	const char *near;

	for (int i = 0; i < ACTION_COUNT - 1; i++)
		names[i] = infos[i + 1].name;
	*action = action_find(override->action);
	if (*action == ACTION_NONE) {
		near = str_nearest(override->action, names, ACTION_COUNT - 1);
		return problem(problems, "ui.keys: no action is named '%s'%s%s%s", override->action,
			       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	}
	if (!parse_keys(override->keys, keys, &bad))
		return problem(problems, "ui.keys.%s: '%.*s' is no key", override->action,
			       (int)bad.len, bad.p);
	return true;
}

/* Nobody else may have a key of this action. */
static bool check_clash(const struct keymap *map, enum action action, struct buf *problems)
{
	for (size_t i = 0; i < KEYS_PER_ACTION && map->keys[action][i]; i++)
		for (int other = ACTION_NONE + 1; other < ACTION_COUNT; other++)
			for (size_t k = 0; k < KEYS_PER_ACTION && other != (int)action; k++)
				if (map->keys[other][k] == map->keys[action][i]) {
					char name[KEY_NAME];

					key_text(name, map->keys[action][i]);
					return problem(problems, "ui.keys.%s: '%s' is the key of '%s' already",
						       infos[action].name, name, infos[other].name);
				}
	return true;
}

/* Put an action's default keys back, as far as nobody else has taken them meanwhile. */
static void restore(struct keymap *map, enum action action)
{
	uint32_t keys[KEYS_PER_ACTION];
	struct str bad;
	size_t count = 0;

	memset(map->keys[action], 0, sizeof(map->keys[action]));
	parse_keys(infos[action].keys, keys, &bad);
	for (size_t i = 0; i < KEYS_PER_ACTION && keys[i]; i++)
		if (keymap_find(map, keys[i]) == ACTION_NONE)
			map->keys[action][count++] = keys[i];
}

/* All overrides go in first, so that two actions can swap their keys; then each must stand. */
bool keymap_init(struct keymap *map, const struct key_override *overrides, size_t count,
		 struct buf *problems)
{
	struct str bad;
	bool given[ACTION_COUNT] = { false }, ok = true;

	*map = (struct keymap){ 0 };
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		parse_keys(infos[i].keys, map->keys[i], &bad);
	for (size_t i = 0; i < count; i++) {
		uint32_t keys[KEYS_PER_ACTION];
		enum action action;

		if (!parse_override(&overrides[i], &action, keys, problems)) {
			ok = false;
			continue;
		}
		memcpy(map->keys[action], keys, sizeof(keys));
		given[action] = true;
	}
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		if (given[i] && !check_clash(map, (enum action)i, problems)) {
			restore(map, (enum action)i);
			ok = false;
		}
	return ok;
}

void keymap_text(const struct keymap *map, enum action action, struct buf *out)
{
	for (size_t i = 0; i < KEYS_PER_ACTION && map->keys[action][i]; i++) {
		char name[KEY_NAME];

		key_text(name, map->keys[action][i]);
		buf_fmt(out, "%s%s", i ? ", " : "", name);
	}
}
