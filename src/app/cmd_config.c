/*
 * cmd_config.c: what the configuration is made of, what it says, and what is wrong with it. Every
 * verb but `init` only reads.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/example.h"
#include "app/fail.h"
#include "app/paths.h"
#include "base/json.h"

static bool wants_json(const struct context *context)
{
	return context->options->given[OPTION_JSON];
}

static bool quiet(const struct context *context)
{
	return context->options->given[OPTION_QUIET];
}

/* verb_print() for an object; takes the reference. */
static int print_json(const struct context *context, json_t *object)
{
	struct buf out = { 0 };

	json_write(&out, object);
	buf_char(&out, '\n');
	json_decref(object);
	return verb_print(context, &out);
}

static json_t *object_of(const char *schema)
{
	json_t *object = json_object();

	json_set_text(object, "schema", schema);
	return object;
}

static json_t *files_json(const struct settings *settings)
{
	json_t *files = json_array();

	for (size_t i = 0; i < settings->files.count; i++)
		json_array_append_new(files, json_string(settings->files.paths[i]));
	return files;
}

/* What is in force is shown even where something else is wrong; then that is told after. */
int cmd_config_show(const struct context *context)
{
	struct settings settings;
	struct buf out = { 0 };
	bool ok = settings_load(context, &settings);
	int status = EXIT_OK;

	if (wants_json(context) && ok) {
		json_t *object = object_of("binnacle.config/1");

		json_set(object, "settings", settings_list(settings_table, settings.tree));
		status = print_json(context, object);
	} else if (!wants_json(context)) {
		settings_show(settings_table, settings.tree,
			      context->options->given[OPTION_ORIGIN], &out);
		status = verb_print(context, &out);
	}
	if (!ok)
		status = settings_fail(context, &settings);
	settings_done(&settings);
	return status;
}

static int print_checked(const struct context *context, const struct settings *settings)
{
	struct buf out = { 0 };

	if (wants_json(context)) {
		json_t *object = object_of("binnacle.config-check/1");

		json_set_bool(object, "ok", true);
		json_set(object, "files", files_json(settings));
		return print_json(context, object);
	}
	if (settings->files.count == 0 && !quiet(context))
		fprintf(context->err, "binnacle: no configuration: everything has its default\n");
	for (size_t i = 0; i < settings->files.count; i++)
		buf_fmt(&out, "%s: ok\n", settings->files.paths[i]);
	return verb_print(context, &out);
}

int cmd_config_check(const struct context *context)
{
	struct settings settings;
	int status = settings_load(context, &settings) ? print_checked(context, &settings) :
							 settings_fail(context, &settings);

	settings_done(&settings);
	return status;
}

/* The files in force in the order of reading; the operator's own also where it is not there yet. */
int cmd_config_path(const struct context *context)
{
	struct settings settings;
	struct buf out = { 0 };
	int status;

	settings_load(context, &settings);	/* a wrong file is a file all the same */
	if (wants_json(context)) {
		json_t *object = object_of("binnacle.config-path/1");

		json_set_text(object, "main", settings.files.main);
		json_set_bool(object, "main_missing", settings.files.main_missing);
		json_set(object, "files", files_json(&settings));
		status = print_json(context, object);
	} else {
		for (size_t i = 0; i < settings.files.count; i++)
			buf_fmt(&out, "%s\n", settings.files.paths[i]);
		if (settings.files.main && settings.files.main_missing)
			buf_fmt(&out, "%s\n", settings.files.main);
		if (settings.files.main_missing && !quiet(context))
			fprintf(context->err, "binnacle: %s is not there: binnacle config init "
				"writes it\n", settings.files.main ? settings.files.main : "HOME");
		status = verb_print(context, &out);
	}
	settings_done(&settings);
	return status;
}

static bool make_folder_of(const char *path, struct err *err)
{
	struct buf folder = { 0 };
	const char *slash = strrchr(path, '/');
	bool ok = true;

	if (slash && slash != path) {
		buf_add(&folder, path, (size_t)(slash - path));
		ok = paths_make(folder.data, err);
	}
	buf_done(&folder);
	return ok;
}

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return fsync(fd) == 0;
}

/* O_EXCL is what keeps an existing file, a link to one included, whoever is faster. */
static bool write_example(const char *path, struct err *err)
{
	int fd;
	bool ok;

	if (!make_folder_of(path, err))
		return false;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return err_set(err, ERR_IO, "%s exists already: nothing was written", path);
	if (fd < 0)
		return err_set(err, ERR_IO, "cannot make %s: %s", path, strerror(errno));
	ok = write_all(fd, example_yaml, strlen(example_yaml));
	if (!ok) {
		err_set(err, ERR_IO, "cannot write %s: %s", path, strerror(errno));
		unlink(path);
	}
	close(fd);
	return ok;
}

static int print_written(const struct context *context, const char *path)
{
	struct buf out = { 0 };

	if (wants_json(context)) {
		json_t *object = object_of("binnacle.config-init/1");

		json_set_text(object, "path", path);
		return print_json(context, object);
	}
	if (!quiet(context))
		fprintf(context->err, "binnacle: edit it, then: binnacle config check\n");
	buf_fmt(&out, "%s\n", path);
	return verb_print(context, &out);
}

int cmd_config_init(const struct context *context)
{
	struct settings settings;
	struct err err = { ERR_IO, "no place for the configuration: HOME is not set" };
	int status;

	settings_load(context, &settings);	/* only to learn where the file belongs */
	if (settings.files.main && write_example(settings.files.main, &err))
		status = print_written(context, settings.files.main);
	else
		status = verb_fail(context, "BN-C010", &err);
	settings_done(&settings);
	return status;
}

int cmd_config_schema(const struct context *context)
{
	return print_json(context, settings_schema(settings_table));
}
