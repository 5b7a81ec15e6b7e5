/*
 * value.h: texts into values, one row for each type of setting. Private to config/.
 */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/setting.h"

/* The way to a setting, from the inside outwards: {"every", {"horizon", {"sources"}}}. */
struct path {
	const struct path *up;	/* NULL: at the top */
	const char *key;
};

/* "sources.horizon.every"; "" for NULL. */
const char *path_text(struct arena *arena, const struct path *path);

/* One value being read. */
struct value {
	struct arena *arena;
	struct problems *problems;
	const struct path *path;
	const struct setting *setting;
	const struct node *node;	/* NULL: there is only the default */
	void *out;
};

typedef bool value_parse(const struct value *value, const char *text);

struct value_type {
	const char *word;	/* "a duration" */
	const char *form;	/* how it is written: "10s, 5m, 1h30m" */
	size_t size;		/* bytes at its offset */
	value_parse *parse;	/* of a scalar; NULL: it is none */
};

const struct value_type *value_type(enum setting_type type);

/* How this one is written, for a hint. */
const char *value_form(struct arena *arena, const struct setting *setting);

/* Read the node into out, the default where there is none or it is wrong. */
void value_read(const struct value *value);

/* Add a problem about the value ("sources.x.every: ...") and return false. */
bool value_wrong(const struct value *value, const struct complaint *complaint);

bool value_wrong_kind(const struct value *value);	/* a list where a number should be */
bool value_missing(const struct value *value);		/* "has no value" */

/* The index of the word among the setting's choices; false after a problem. */
bool value_choose(const struct value *value, const char *text, int *index);

/* A scalar that says nothing: "", null, ~. */
bool value_empty(const struct node *node);

/* TEXTS, URLS and PAIRS (list.c), into out, which is empty. */
void list_read_texts(const struct value *value);
void list_read_pairs(const struct value *value);
void list_default(const struct value *value);

/* SECRET: the references beside each other in a map (secret.c). */
enum { SECRET_FORMS = 3 };
const char *secret_key(struct arena *arena, const struct setting *setting, size_t form);
bool secret_has_key(const struct setting *setting, const char *key);
void secret_read(const struct value *value, const struct node *map);

#endif
