/*
 * manual.c: the tables as the reference chapter of binnacle-config(5), in scdoc form. Each map of
 * settings is a section; each setting a paragraph with its type, its default and its help.
 */
#include <string.h>

#include "config/value.h"

static void write_section(struct buf *out, struct arena *arena, const struct path *path,
			  const struct setting *table, const char *variant);

/* scdoc reads * and _ as markup, and some characters at the start of a line. */
static void put(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\*_<>#[]|~.", *text))
			buf_char(out, '\\');
		buf_char(out, *text);
	}
}

static void put_key(struct buf *out, const char *key)
{
	buf_char(out, '*');
	put(out, key);
	buf_char(out, '*');
}

static void put_choices(struct buf *out, const char *const *choices)
{
	for (size_t i = 0; choices[i]; i++) {
		buf_text(out, i == 0 ? " " : choices[i + 1] ? ", " : " or ");
		put(out, choices[i]);
	}
}

static void put_about(struct buf *out, struct arena *arena, const struct setting *setting)
{
	const struct value_type *type = value_type(setting->type);

	buf_text(out, " (");
	if (setting->type == SETTING_CHOICE) {
		buf_text(out, setting->choices[1] ? "one of" : "only");
		put_choices(out, setting->choices);
	} else {
		put(out, type->word);
	}
	if (setting->type == SETTING_TEXTS && setting->choices) {
		buf_text(out, " of");
		put_choices(out, setting->choices);
	}
	if (setting->max > setting->min && setting->type == SETTING_DURATION) {
		char from[WHEN_TEXT], to[WHEN_TEXT];

		when_format_duration(from, (msec)setting->min);
		when_format_duration(to, (msec)setting->max);
		put(out, arena_fmt(arena, ", %s to %s", from, to));
	} else if (setting->max > setting->min) {
		put(out, arena_fmt(arena, ", %g to %g", setting->min, setting->max));
	}
	if (setting->def) {
		buf_text(out, "; default _");
		put(out, setting->def);
		buf_char(out, '_');
	}
	buf_text(out, setting->required ? "; required)" : ")");
}

static void write_setting(struct buf *out, struct arena *arena, const struct setting *setting)
{
	if (setting->type == SETTING_SECRET) {
		for (size_t i = 0; i < SECRET_FORMS; i++) {
			buf_text(out, i ? ", " : "");
			put_key(out, secret_key(arena, setting, i));
		}
	} else {
		put_key(out, setting->key);
	}
	put_about(out, arena, setting);
	buf_text(out, "\n\t");
	put(out, setting->help ? setting->help : "");
	buf_text(out, "\n\n");
}

static void write_variants(struct buf *out, struct arena *arena, const struct path *path,
			   const struct setting *setting)
{
	size_t size;

	for (const char *const *name = setting->variant_names(); *name; name++)
		write_section(out, arena, path, setting->variant(*name, &size),
			      arena_fmt(arena, "%s: %s", setting->variant_key, *name));
}

/* The sections of what is nested, after all settings of the map that nests it. */
static void write_nested(struct buf *out, struct arena *arena, const struct path *up,
			 const struct setting *setting)
{
	struct path path = { up, setting->key }, item = { &path, "NAME" };
	const struct path *of = setting->type == SETTING_MAP ? &item : &path;

	if (setting->variant)
		write_variants(out, arena, of, setting);
	else if (setting->sub)
		write_section(out, arena, of, setting->sub, NULL);
}

static void write_section(struct buf *out, struct arena *arena, const struct path *path,
			  const struct setting *table, const char *variant)
{
	buf_text(out, "## ");
	put(out, path ? path_text(arena, path) : "At the top");
	if (variant) {
		buf_text(out, ", ");
		put(out, variant);
	}
	buf_text(out, "\n\n");
	for (const struct setting *s = table; s->type != SETTING_END_MARK; s++)
		write_setting(out, arena, s);
	for (const struct setting *s = table; s->type != SETTING_END_MARK; s++)
		write_nested(out, arena, path, s);
}

void problems_manual(struct buf *out)
{
	for (int i = 0; i < PROBLEM_ID_COUNT; i++) {
		put_key(out, problem_id_text((enum problem_id)i));
		buf_text(out, "\n\t");
		put(out, problem_id_meaning((enum problem_id)i));
		buf_text(out, "\n\n");
	}
}

void settings_manual(const struct setting *table, struct buf *out)
{
	struct arena arena = { NULL };

	write_section(out, &arena, NULL, table, NULL);
	arena_done(&arena);
}
