#include "app/reload.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/watch.h"

#define QUIET_AFTER ((msec)200)		/* an editor makes several events of one saving */

/* What ends a saving. Not IN_MODIFY, as uv_fs_event has it: a log that grows in the same folder
 * would wake us with each of its lines. */
#define SAVED (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_ONLYDIR)

enum { FILES = 80 };			/* more than a configuration may have */

struct config_watch {
	struct loop *loop;
	loop_call *call;
	void *arg;
	char *files[FILES];		/* whose change counts */
	size_t file_count;
	int notes;			/* inotify; -1: nothing is watched */
	struct watch_fd *watch;
	struct loop_timer quiet;
	struct buf signature;
};

/* Everything about the files that a saving changes. What is not there counts too. */
static void sign(const struct config_watch *watch, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < watch->file_count; i++) {
		struct stat st = { 0 };

		if (stat(watch->files[i], &st) != 0)
			memset(&st, 0, sizeof(st));
		buf_fmt(out, "%ju %jd %jd.%09ld %jd.%09ld %o\n", (uintmax_t)st.st_ino,
			(intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
			(intmax_t)st.st_ctim.tv_sec, st.st_ctim.tv_nsec, st.st_mode);
	}
}

/* Whatever the folder is used for besides, we are woken once in QUIET_AFTER at most. */
static void on_note(void *arg, int fd, int events)
{
	struct config_watch *watch = arg;

	(void)fd;
	(void)events;
	watch_change(watch->watch, 0);
	loop_timer_set(watch->loop, &watch->quiet, loop_now(watch->loop).steady + QUIET_AFTER);
}

static void on_quiet(void *arg)
{
	struct config_watch *watch = arg;
	struct buf now = { 0 };
	char notes[4096];

	if (watch->watch) {
		while (read(watch->notes, notes, sizeof(notes)) > 0)
			;
		watch_change(watch->watch, UV_READABLE);
	}
	sign(watch, &now);
	if (strcmp(buf_cstr(&now), buf_cstr(&watch->signature)) == 0) {
		buf_done(&now);
		return;
	}
	buf_done(&watch->signature);
	watch->signature = now;
	watch->call(watch->arg);
}

static void warn(const char *what)
{
	log_put(LOG_WARN, "a change of %s will not be noticed: %s", what, strerror(errno));
}

/* A folder that is not there cannot be watched, and is none of ours. */
static void add_folder(const struct config_watch *watch, const char *path, size_t len)
{
	char *folder = len ? mem_text(path) : mem_text(".");

	if (len)
		folder[len] = '\0';
	if (watch->notes >= 0 && inotify_add_watch(watch->notes, folder, SAVED) < 0 &&
	    errno != ENOENT && errno != ENOTDIR)
		warn(folder);
	mem_free(folder);
}

static void add_file(struct config_watch *watch, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (watch->file_count == FILES)
		return;
	watch->files[watch->file_count++] = mem_text(path);
	add_folder(watch, path, slash == path ? 1 : slash ? (size_t)(slash - path) : 0);
}

/* conf.d beside the main file: its own time says that a file came or went, a file in it is one of
 * those that were read. */
static void add_main(struct config_watch *watch, const char *main)
{
	const char *slash = strrchr(main, '/');
	struct buf beside = { 0 };

	add_file(watch, main);
	buf_add(&beside, main, slash ? (size_t)(slash - main) + 1 : 0);
	buf_text(&beside, "conf.d");
	add_folder(watch, buf_cstr(&beside), beside.len);
	if (watch->file_count < FILES)
		watch->files[watch->file_count++] = buf_take(&beside);
	buf_done(&beside);
}

struct config_watch *config_watch_new(struct loop *loop, const struct settings *settings,
				      loop_call *call, void *arg)
{
	struct config_watch *watch = mem_new(sizeof(*watch));

	watch->loop = loop;
	watch->call = call;
	watch->arg = arg;
	watch->quiet = (struct loop_timer){ .call = on_quiet, .arg = watch };
	watch->notes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch->notes < 0)
		warn("the configuration");
	if (settings->files.main)
		add_main(watch, settings->files.main);
	for (size_t i = 0; i < settings->files.count; i++)
		add_file(watch, settings->files.paths[i]);
	if (settings->problems.count > 0)
		sign(watch, &watch->signature);
	else	/* it may have been saved between the reading and now: look once */
		loop_timer_set(loop, &watch->quiet, loop_now(loop).steady + QUIET_AFTER);
	if (watch->notes >= 0)
		watch->watch = watch_new(loop, watch->notes, UV_READABLE, on_note, watch);
	return watch;
}

void config_watch_free(struct config_watch *watch)
{
	if (!watch)
		return;
	loop_timer_stop(watch->loop, &watch->quiet);
	watch_free(watch->watch);
	if (watch->notes >= 0)
		close(watch->notes);
	for (size_t i = 0; i < watch->file_count; i++)
		mem_free(watch->files[i]);
	buf_done(&watch->signature);
	mem_free(watch);
}

static const char *key_at(const json_t *rows, size_t i)
{
	return json_text_at(json_array_get(rows, i), "key", "");
}

static const char *value_of(const json_t *rows, const char *key)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (strcmp(key_at(rows, i), key) == 0)
			return json_text_at(json_array_get(rows, i), "value", "");
	}
	return NULL;
}

/* "sources.db" of "sources.db.every"; the whole key when it has no third part. */
static struct str thing_of(const char *key)
{
	const char *dot = strchr(key, '.');

	dot = dot ? strchr(dot + 1, '.') : NULL;
	return dot ? str_sub(key, (size_t)(dot - key)) : str_of(key);
}

static bool has_thing(const json_t *rows, size_t count, struct str thing)
{
	for (size_t i = 0; i < count; i++) {
		struct str other = thing_of(key_at(rows, i));

		if (other.len == thing.len && memcmp(other.p, thing.p, thing.len) == 0)
			return true;
	}
	return false;
}

/* Rows of one side that the other does not have: a whole thing is one difference. */
static void put_one_sided(const json_t *rows, const json_t *others, const char *word,
			  struct buf *lines, size_t *count)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const char *key = key_at(rows, i);
		struct str thing = thing_of(key);

		if (value_of(others, key))
			continue;
		if (has_thing(others, json_array_size(others), thing)) {
			if ((*count)++ < RELOAD_LINES)
				buf_fmt(lines, "%s %s: %.100s\n", key, word, value_of(rows, key));
		} else if (!has_thing(rows, i, thing) && (*count)++ < RELOAD_LINES) {
			buf_fmt(lines, "%.*s %s\n", (int)thing.len, thing.p, word);
		}
	}
}

size_t reload_differences(const struct settings *old, const struct settings *fresh,
			  struct buf *lines)
{
	json_t *before = settings_list(settings_table, old->tree);
	json_t *after = settings_list(settings_table, fresh->tree);
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(after); i++) {
		const char *key = key_at(after, i), *now = value_of(after, key);
		const char *was = value_of(before, key);

		if (was && strcmp(was, now) != 0 && count++ < RELOAD_LINES)
			buf_fmt(lines, "%s %.100s -> %.100s\n", key, was, now);
	}
	put_one_sided(after, before, "added", lines, &count);
	put_one_sided(before, after, "removed", lines, &count);
	if (count > RELOAD_LINES)
		buf_fmt(lines, "and %zu differences more\n", count - RELOAD_LINES);
	json_decref(before);
	json_decref(after);
	return count;
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void reload_problem(const struct settings *settings, struct buf *out)
{
	const struct problem *first = settings->problems.first;

	if (!first)
		return;
	if (first->at.file)	/* what is wrong must fit on one line of the screen */
		buf_fmt(out, "%s:", name_of(first->at.file));
	if (first->at.file && first->at.line > 0)
		buf_fmt(out, "%u:", first->at.line);
	buf_fmt(out, "%s%s", first->at.file ? " " : "", first->text);
	if (settings->problems.count > 1)
		buf_fmt(out, ", and %zu more", settings->problems.count - 1);
}
