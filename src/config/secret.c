/*
 * secret.c: references to secrets. A setting "dsn" of type SECRET is three keys, dsn_env, dsn_file
 * and dsn_command, of which one is written; "dsn" itself is refused and never shown.
 */
#include <string.h>

#include "config/value.h"

static const struct { const char *suffix; enum secret_from from; } forms[] = {
	{ "_env", SECRET_ENV },
	{ "_file", SECRET_FILE },
	{ "_command", SECRET_COMMAND },
};
_Static_assert(ARRAY_LEN(forms) == SECRET_FORMS, "every form of a reference is known");

const char *secret_key(struct arena *arena, const struct setting *setting, size_t form)
{
	return arena_fmt(arena, "%s%s", setting->key, forms[form].suffix);
}

bool secret_has_key(const struct setting *setting, const char *key)
{
	size_t len = strlen(setting->key);

	if (strncmp(key, setting->key, len) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++)
		if (!strcmp(key + len, forms[i].suffix))
			return true;
	return key[len] == '\0';
}

static const char *forms_of(const struct value *v)
{
	return arena_fmt(v->arena, "%s_env, %s_file or %s_command", v->setting->key,
			 v->setting->key, v->setting->key);
}

static void refuse_bare(const struct value *v)
{
	problems_hide(v->problems, v->node->at, v->node->end_line);
	value_wrong(v, &(struct complaint){
		.at = v->node->key_at, .width = v->node->key_width, .id = PROBLEM_SECRET,
		.text = "a secret is never written into this file",
		.hint = arena_fmt(v->arena, "use %s", forms_of(v)) });
}

/* One reference by a setting of the right type: a command is a list, for no shell reads it. */
static void read_form(const struct value *v, size_t form, struct secret_ref *ref)
{
	struct path path = { v->path ? v->path->up : NULL, v->node->key };
	struct setting setting = *v->setting;
	struct value part = *v;
	struct texts argv = { NULL, 0 };
	const char *name = NULL;
	bool command = forms[form].from == SECRET_COMMAND;

	setting.type = command ? SETTING_TEXTS :
		       forms[form].from == SECRET_FILE ? SETTING_PATH : SETTING_TEXT;
	setting.def = NULL;
	part.path = &path;
	part.setting = &setting;
	part.out = command ? (void *)&argv : (void *)&name;
	if (command && v->node->kind == NODE_SCALAR) {
		value_wrong(&part, &(struct complaint){
			.id = PROBLEM_VALUE, .text = "a command is a list of its words",
			.hint = "write it like [pass, show, name]" });
		return;
	}
	value_read(&part);
	if (name || argv.count > 0)
		*ref = (struct secret_ref){ forms[form].from, name, argv, v->node->at };
}

void secret_read(const struct value *v, const struct node *map)
{
	struct secret_ref *ref = v->out;
	struct value part = *v;
	size_t given = 0;

	*ref = (struct secret_ref){ .from = SECRET_NONE };
	part.node = tree_child(map, v->setting->key);
	if (part.node) {
		refuse_bare(&part);
		given++;
	}
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		part.node = tree_child(map, secret_key(v->arena, v->setting, i));
		if (!part.node)
			continue;
		if (given++ == 0)
			read_form(&part, i, ref);
		else
			value_wrong(&part, &(struct complaint){
				.at = part.node->key_at, .width = part.node->key_width,
				.id = PROBLEM_SECRET, .text = "the same secret a second time",
				.hint = arena_fmt(v->arena, "keep one of %s", forms_of(v)) });
	}
	if (given == 0 && v->setting->required && map) {
		part.node = map;
		value_wrong(&part, &(struct complaint){
			.at = map->key ? map->key_at : map->at, .width = map->key_width,
			.id = PROBLEM_MISSING, .text = "is required",
			.hint = arena_fmt(v->arena, "give %s", forms_of(v)) });
	}
}
