/* load.c: the layers of the configuration, each parsed alone and merged over those before it. */
#include "config/load.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scrub.h"
#include "config/file.h"
#include "config/value.h"

enum { CONFIG_MAX = 64 * 1024, SECRET_MAX = 8 * 1024, FILES_MAX = 64 };

struct load {
	const struct config_sources *sources;
	struct arena *arena;
	struct problems *problems;
	struct config_files *files;
	struct node *root;
	bool ok;
};

enum layer { LAYER_OPTIONAL, LAYER_WANTED };

/* NULL when it is not set, or set to nothing, which is how a shell says the same. */
static const char *variable(const char *const *environment, const char *name)
{
	size_t len = strlen(name);

	for (; environment && *environment; environment++)
		if (!strncmp(*environment, name, len) && (*environment)[len] == '=')
			return (*environment)[len + 1] ? *environment + len + 1 : NULL;
	return NULL;
}

static void complain(struct load *l, const char *place, enum problem_id id, const char *text)
{
	problems_add(l->problems, &(struct complaint){ .at = { .file = place }, .id = id,
						       .text = text });
	l->ok = false;
}

/* One file over what is there; false when it does not exist. */
static bool read_layer(struct load *l, const char *path, enum layer layer)
{
	struct buf bytes = { .max = CONFIG_MAX + 1 };
	struct node *tree = NULL;
	struct err err = { ERR_NONE, "" };
	bool got = file_read(path, FILE_SAFE, CONFIG_MAX, &bytes, &err);
	bool missing = err.kind == ERR_NOT_FOUND;

	if (got && l->files->count < FILES_MAX) {
		l->files->paths[l->files->count++] = path;
		if (!tree_parse(path, str_sub(buf_cstr(&bytes), bytes.len), l->arena, &tree,
				l->problems))
			l->ok = false;
		l->root = tree_merge(l->arena, l->root, tree);
	} else if (got) {
		complain(l, path, PROBLEM_FILE, "one file of the configuration too many");
	} else if (!missing || layer == LAYER_WANTED) {
		complain(l, NULL, PROBLEM_FILE, err.text);
	}
	buf_done(&bytes);
	return !missing;
}

/* $XDG_CONFIG_DIRS names the most important folder first: it is merged last. */
static void read_system(struct load *l)
{
	const char *dirs = variable(l->sources->environment, "XDG_CONFIG_DIRS");
	struct str rest = str_of(dirs ? dirs : "/etc/xdg"), part;
	const char *paths[8];
	size_t count = 0;

	while (count < ARRAY_LEN(paths) && str_cut(&rest, ':', &part))
		if (str_starts(part, "/"))
			paths[count++] = arena_fmt(l->arena, "%.*s/binnacle/config.yaml",
						   (int)part.len, part.p);
	while (count > 0)
		read_layer(l, paths[--count], LAYER_OPTIONAL);
}

/* The operator's own file: -c, BINNACLE_CONFIG, or where XDG says; NULL when nothing says. */
static const char *main_path(const struct load *l, enum layer *layer)
{
	const char *const *environment = l->sources->environment;
	const char *given = l->sources->file ? l->sources->file :
			    variable(environment, "BINNACLE_CONFIG");
	const char *xdg = variable(environment, "XDG_CONFIG_HOME");
	const char *home = variable(environment, "HOME");

	*layer = given ? LAYER_WANTED : LAYER_OPTIONAL;
	if (given)
		return arena_text(l->arena, given, strlen(given));
	if (xdg && xdg[0] == '/')
		return arena_fmt(l->arena, "%s/binnacle/config.yaml", xdg);
	return home ? arena_fmt(l->arena, "%s/.config/binnacle/config.yaml", home) : NULL;
}

static bool is_layer_name(const char *name)
{
	return name[0] != '.' && str_ends(str_of(name), ".yaml");
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* conf.d/NAME.yaml beside the main file, in the order of their names. */
static void read_folder(struct load *l, const char *beside)
{
	const char *slash = strrchr(beside, '/');
	int len = slash ? (int)(slash - beside) + 1 : 0;
	const char *folder = arena_fmt(l->arena, "%.*sconf.d", len, beside);
	const char *names[FILES_MAX];
	size_t count = 0;
	DIR *dir = opendir(folder);

	if (!dir) {
		if (errno != ENOENT && errno != ENOTDIR)
			complain(l, folder, PROBLEM_FILE, strerror(errno));
		return;
	}
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		if (!is_layer_name(entry->d_name))
			continue;
		if (count == FILES_MAX) {
			complain(l, folder, PROBLEM_FILE, "too many files");
			break;
		}
		names[count++] = arena_fmt(l->arena, "%s/%s", folder, entry->d_name);
	}
	closedir(dir);
	qsort(names, count, sizeof(*names), compare_names);
	for (size_t i = 0; i < count; i++)
		read_layer(l, names[i], LAYER_WANTED);
}

/* One value from outside the files; what cannot be seen is refused as in a file. */
static void set_value(struct load *l, const char *path, const char *text, const char *place)
{
	struct origin at = { .file = place };

	if (!scrub_clean(str_of(text)))
		complain(l, place, PROBLEM_UNSAFE,
			 "a control character, or one that cannot be seen");
	else
		l->root = tree_set(l->arena, l->root, path, text, at);
}

/* "ui.theme" -> "BINNACLE_UI_THEME" */
static const char *variable_of(struct arena *arena, const char *path)
{
	char *name = arena_fmt(arena, "BINNACLE_%s", path);

	for (char *c = name; *c; c++)
		*c = *c == '.' ? '_' : (char)toupper((unsigned char)*c);
	return name;
}

/* A single value at a place that the table alone determines can be set by a variable. */
static void read_variables(struct load *l, const struct setting *table, const struct path *up)
{
	for (const struct setting *s = table; s->type != SETTING_END_MARK; s++) {
		struct path path = { up, s->key };
		const char *dotted = path_text(l->arena, &path), *name, *text;

		if (s->type == SETTING_GROUP)
			read_variables(l, s->sub, &path);
		if (!value_type(s->type)->parse)
			continue;
		name = variable_of(l->arena, dotted);
		text = variable(l->sources->environment, name);
		if (text)
			set_value(l, dotted, text, arena_fmt(l->arena, "environment %s", name));
	}
}

bool config_load(const struct config_sources *sources, struct arena *arena, struct node **out,
		 struct config_files *files, struct problems *problems)
{
	struct load l = { .sources = sources, .arena = arena, .problems = problems,
			  .files = files, .ok = true };
	const char *home = variable(sources->environment, "HOME");
	enum layer layer;

	*files = (struct config_files){
		.paths = arena_array(arena, FILES_MAX, sizeof(*files->paths)) };
	problems->home = home ? arena_text(arena, home, strlen(home)) : NULL;
	read_system(&l);
	files->main = main_path(&l, &layer);
	files->main_missing = !files->main || !read_layer(&l, files->main, layer);
	if (files->main)
		read_folder(&l, files->main);
	read_variables(&l, sources->table, NULL);
	for (size_t i = 0; i < sources->override_count; i++) {
		const struct config_override *o = &sources->overrides[i];

		set_value(&l, o->path, o->text, arena_fmt(arena, "flag %s", o->flag));
	}
	*out = l.root;
	return l.ok;
}

static struct secret *take(char *bytes, size_t len, const char *what, struct err *err)
{
	size_t line = strcspn(bytes, "\r\n");
	struct secret *secret = NULL;

	if (len > SECRET_MAX)
		err_set(err, ERR_LIMIT, "%s: more than %d bytes", what, SECRET_MAX);
	else if (line == 0)
		err_set(err, ERR_INPUT, "%s: its first line is empty", what);
	else
		secret = secret_new(str_sub(bytes, line));
	explicit_bzero(bytes, len);
	return secret;
}

static struct secret *from_file(const char *path, struct err *err)
{
	struct buf bytes = { .max = SECRET_MAX + 1 };
	struct secret *secret = NULL;

	if (!file_read(path, FILE_PRIVATE, SECRET_MAX, &bytes, err))
		err_add(err, "secret");
	else if (bytes.len == 0)
		err_set(err, ERR_INPUT, "%s: is empty", path);
	else
		secret = take(bytes.data, bytes.len, path, err);
	buf_done(&bytes);
	return secret;
}

struct secret *secret_fetch(const struct secret_ref *ref, const char *const *environment,
			    struct err *err)
{
	const char *value;

	switch (ref->from) {
	case SECRET_FILE:
		return from_file(ref->name, err);
	case SECRET_ENV:
		value = variable(environment, ref->name);
		if (value)
			return secret_new(str_of(value));
		err_set(err, ERR_NOT_FOUND, "environment variable %s is not set", ref->name);
		return NULL;
	case SECRET_COMMAND:
		err_set(err, ERR_REFUSED, "a command is run by the loop");
		return NULL;
	case SECRET_NONE:
		break;
	}
	err_set(err, ERR_CONFIG, "no secret is configured");
	return NULL;
}
