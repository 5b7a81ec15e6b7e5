/*
 * setting.h: one table is parser, validator, documentation and schema of a group of settings.
 *
 * A module exports `const struct setting x_settings[]`, ended by SETTING_END; the tables are the
 * only place where a key, its type, default and help exist. settings_read() fills the module's own
 * plain struct, member by member at `offset`, and reports everything that is wrong at once.
 *
 * What each type stores at its offset (texts live in the arena):
 *   TEXT URL PATH       const char *          NULL when absent and without default; "~/" is
 *                                             expanded in PATH; URL is http or https unless
 *                                             it has a scheme of its own
 *   REGEX               const char *          a POSIX extended expression that compiles, bounded
 *                                             as base/pattern.h says
 *   DURATION            msec                  "10s"; a bare number is refused; min and max in ms
 *   INT                 int64_t               within [min, max] when max > min
 *   NUMBER              double                within [min, max] when max > min
 *   BOOL                bool                  true false yes no on off
 *   CHOICE              int                   index into choices
 *   THRESHOLD           struct threshold      "> 300", "< 5"
 *   TEXTS               struct texts          a list, or one scalar; each one of choices, if any
 *   URLS                struct texts          a list of URLs, or one
 *   PAIRS               struct pairs          a map of texts
 *   SECRET              struct secret_ref     not the key itself: KEY_env, KEY_file, KEY_command;
 *                                             the bare key is refused ("never inline")
 *   GROUP               the sub-struct itself, by `sub`
 *   ITEMS               struct items          a list of maps, each read by `sub`
 *   MAP                 struct items          a map of maps; first member of each item is
 *                                             `const char *name` = its key
 */
#ifndef CONFIG_SETTING_H
#define CONFIG_SETTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/when.h"
#include "config/tree.h"

enum setting_type {
	SETTING_END_MARK,
	SETTING_TEXT, SETTING_URL, SETTING_PATH, SETTING_REGEX, SETTING_DURATION,
	SETTING_INT, SETTING_NUMBER, SETTING_BOOL, SETTING_CHOICE,
	SETTING_THRESHOLD, SETTING_TEXTS, SETTING_URLS,
	SETTING_PAIRS, SETTING_SECRET, SETTING_GROUP, SETTING_ITEMS, SETTING_MAP,
	SETTING_TYPE_COUNT
};

enum threshold_side { THRESHOLD_NONE, THRESHOLD_ABOVE, THRESHOLD_BELOW };

struct threshold {
	enum threshold_side side;
	double value;
};

struct texts {
	const char *const *items;
	size_t count;
};

struct pair {
	const char *name, *value;
	struct origin at;
};

struct pairs {
	const struct pair *items;
	size_t count;
};

struct items {
	void *data;		/* count structs of the table's size, or of the variant's */
	size_t count;
};

enum secret_from { SECRET_NONE, SECRET_ENV, SECRET_FILE, SECRET_COMMAND };

struct secret_ref {		/* where a secret is to be got from; never the secret */
	enum secret_from from;
	const char *name;	/* variable or path */
	struct texts argv;	/* command */
	struct origin at;
};

struct setting {
	const char *key;
	enum setting_type type;
	size_t offset;
	const char *def;		/* default as it would be written, or NULL */
	const char *help;		/* one sentence for the man page and the schema */
	double min, max;		/* ITEMS, MAP: at most max entries; 0: any number */
	const char *const *choices;	/* NULL-terminated */
	const char *scheme;		/* URL: "redis://", instead of http:// and https:// */
	bool required;
	const struct setting *sub;	/* GROUP, ITEMS, MAP */
	size_t sub_size;		/* bytes of one item */
	/* MAP, ITEMS of several shapes: the key whose value ("kind") chooses the table. */
	const char *variant_key;
	const struct setting *(*variant)(const char *value, size_t *size);
	const char *const *(*variant_names)(void);	/* NULL-terminated, for errors and schema */
};

#define SETTING_END { .type = SETTING_END_MARK }

/*
 * A MAP or ITEMS with variants stores `struct items` whose data is an array of pointers (void *) to
 * items, each of its own variant's size, and whose first two members are `const char *name` and
 * `const char *kind`.
 */

/* Fill every member of *out that the table names from a map node (NULL: all defaults). Problems are
 * appended; true when none were. *out is usable either way: what is wrong has its default. */
bool settings_read(const struct setting *table, const struct node *node, void *out,
		   struct arena *arena, struct problems *problems);

/* Every setting with its value as written and its origin, one a line:
 * "sources.indexer.every  10s  ~/.config/binnacle/config.yaml:12". Secrets show their reference. */
void settings_show(const struct setting *table, const struct node *node, bool origin,
		   struct buf *out);

/* The same as a JSON array of {"key", "value", "origin"}; a new reference. */
json_t *settings_list(const struct setting *table, const struct node *node);

/* A JSON Schema (2020-12) of the table; a new reference. */
json_t *settings_schema(const struct setting *table);

/* The reference chapter of the man page in scdoc form: key, type, default, help. */
void settings_manual(const struct setting *table, struct buf *out);

#endif
