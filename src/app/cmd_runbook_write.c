/*
 * cmd_runbook_write.c: the verbs that write a file: index and new. This program writes nothing else
 * of a library.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cmd_runbook.h"
#include "base/scrub.h"
#include "export/runbook_index.h"

/* The folder that is named, else the first one of the configuration. */
static bool find_folder(struct librarian *librarian, size_t word, const char **out,
			struct err *err)
{
	struct texts folders;

	if (word < librarian->context->word_count) {
		*out = librarian->context->words[word];
		return librarian_is_folder(*out) ||
		       err_set(err, ERR_NOT_FOUND, "%s: no such folder", *out);
	}
	if (!library_folders(librarian->context, &librarian->settings, &folders,
			     &librarian->arena, err))
		return false;
	for (size_t i = 0; i < folders.count; i++) {
		*out = folders.items[i];
		if (librarian_is_folder(*out))
			return true;
	}
	return err_set(err, ERR_NOT_FOUND, "there is no folder of runbooks: name one, or set "
		       "runbooks.dirs in the configuration");
}

static bool may_write(const struct librarian *librarian, struct err *err)
{
	if (librarian_given(librarian, OPTION_READ_ONLY) || librarian->settings.read_only)
		return err_set(err, ERR_REFUSED, "read-only: no file is written");
	return true;
}

static bool write_all(int fd, const struct buf *text)
{
	size_t done = 0;

	while (done < text->len) {
		ssize_t put = write(fd, text->data + done, text->len - done);

		if (put < 0 && errno != EINTR)
			return false;
		done += put > 0 ? (size_t)put : 0;
	}
	return true;
}

/* Whole or not at all: a reader never sees half an index. */
static bool replace_file(const char *path, const struct buf *text, struct err *err)
{
	struct buf beside = { 0 };
	bool ok;
	int fd;

	buf_fmt(&beside, "%s.new", path);
	fd = open(buf_cstr(&beside), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	ok = fd >= 0 && write_all(fd, text);
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	ok = ok && rename(buf_cstr(&beside), path) == 0;
	if (!ok)
		err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	if (!ok && fd >= 0)
		(void)unlink(buf_cstr(&beside));
	buf_done(&beside);
	return ok;
}

/* --- index ----------------------------------------------------------------------------------- */

static bool check_index(struct librarian *librarian, const char *path, const struct buf *wanted,
			struct err *err)
{
	struct buf now = { 0 };
	struct err why = { 0 };
	bool same = librarian_file(path, &now, &why) && now.len == wanted->len &&
		    memcmp(buf_cstr(&now), buf_cstr(wanted), now.len) == 0;

	buf_done(&now);
	(void)librarian;
	return same || err_set(err, ERR_IO, "%s is not what the runbooks say now: binnacle runbook "
			       "index", path);
}

static bool keep_index(struct librarian *librarian, const char *folder, const struct buf *index,
		       struct err *err)
{
	struct buf path = { 0 };
	bool ok;

	buf_fmt(&path, "%s/README.md", folder);
	if (librarian_given(librarian, OPTION_CHECK)) {
		ok = check_index(librarian, buf_cstr(&path), index, err);
	} else {
		ok = may_write(librarian, err) && replace_file(buf_cstr(&path), index, err);
		if (ok && !librarian_given(librarian, OPTION_QUIET))
			fprintf(librarian->context->err, "%s is written\n", buf_cstr(&path));
	}
	buf_done(&path);
	return ok;
}

static bool has_glossary(struct librarian *librarian, const char *folder)
{
	return access(arena_fmt(&librarian->arena, "%s/glossary.md", folder), R_OK) == 0;
}

static bool run_index(struct librarian *librarian, struct err *err)
{
	struct index_in in = { 0 };
	struct buf out = { 0 };
	const char *url = librarian_flag(librarian, OPTION_URL);
	bool ok;

	if (!find_folder(librarian, 0, &in.folder, err))
		return false;
	librarian->library = library_read(&in.folder, 1);
	in.cards = library_cards(librarian->library);
	in.count = library_count(librarian->library);
	in.glossary = has_glossary(librarian, in.folder);
	if (librarian_given(librarian, OPTION_TOPIC)) {
		runbook_topic(in.cards, in.count, url ? url :
			      arena_fmt(&librarian->arena, "%s/README.md", in.folder), &out);
		return librarian_print(librarian, &out);
	}
	runbook_index(&in, &out);
	ok = keep_index(librarian, in.folder, &out, err);
	buf_done(&out);
	return ok;
}

int cmd_runbook_index(const struct context *context)
{
	return librarian_run(context, run_index);
}

/* --- new ------------------------------------------------------------------------------------- */

/* As a scalar of YAML and as a heading: quotes and backslashes would end the first. */
static bool is_plain(const char *title)
{
	return scrub_clean(str_of(title)) && !strpbrk(title, "\"\\:#[]{}<>") && title[0];
}

static bool run_new(struct librarian *librarian, struct err *err)
{
	const char *title = librarian_flag(librarian, OPTION_TITLE), *id, *folder = "";
	struct texts folders = { &folder, 1 };
	struct buf path = { 0 };
	bool ok;

	if (librarian->context->word_count == 0)
		return err_set(err, ERR_USAGE, "an id is missing: binnacle runbook new cache-full");
	id = librarian->context->words[0];
	if (title && !is_plain(title))
		return err_set(err, ERR_USAGE, "--title: letters, digits and plain punctuation, "
			       "without quotes, colons and brackets");
	if (!may_write(librarian, err) || !find_folder(librarian, 1, &folder, err))
		return false;
	ok = library_make(&folders, id, title, &path, err);
	if (ok) {
		buf_char(&path, '\n');
		return librarian_print(librarian, &path);
	}
	buf_done(&path);
	return false;
}

int cmd_runbook_new(const struct context *context)
{
	return librarian_run(context, run_new);
}
