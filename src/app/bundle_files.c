/* bundle_files.c: the list of what is in a bundle, and its record: see bundle_inside.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/bundle_inside.h"
#include "base/mem.h"

void bundle_add(struct bundle_files *files, const char *path, const char *sha256, int64_t bytes)
{
	struct bundle_file *file;

	files->items = mem_grow(files->items, &files->cap, files->count + 1, sizeof(*files->items));
	file = &files->items[files->count++];
	*file = (struct bundle_file){ .bytes = bytes };
	(void)str_put(file->path, sizeof(file->path), path);
	(void)str_put(file->sha256, sizeof(file->sha256), sha256);
}

static int by_path(const void *a, const void *b)
{
	const struct bundle_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

void bundle_sort(struct bundle_files *files)
{
	if (files->count > 0)
		qsort(files->items, files->count, sizeof(*files->items), by_path);
}

struct bundle_file *bundle_find(const struct bundle_files *files, const char *path)
{
	struct bundle_file wanted = { .bytes = 0 };

	if (!str_put(wanted.path, sizeof(wanted.path), path) || files->count == 0)
		return NULL;
	return bsearch(&wanted, files->items, files->count, sizeof(wanted), by_path);
}

/* A name that hides nothing: no dot in front, no blank, no control byte. */
static bool is_name(struct str part)
{
	for (size_t i = 0; i < part.len; i++) {
		char c = part.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '.' && c != '-' && c != '_')
			return false;
	}
	return part.len > 0 && part.p[0] != '.' && part.len < EXPORT_NAME;
}

bool bundle_path_fits(const char *path)
{
	const char *slash = strchr(path, '/');

	if (strlen(path) >= BUNDLE_PATH)
		return false;
	if (!slash)
		return is_name(str_of(path));
	return is_name(str_sub(path, (size_t)(slash - path))) && is_name(str_of(slash + 1));
}

void bundle_sums(const struct bundle_files *files, const char *list_sha256, struct buf *out)
{
	buf_fmt(out, "%s  " BUNDLE_LIST "\n", list_sha256);
	for (size_t i = 0; i < files->count; i++)
		buf_fmt(out, "%s  %s\n", files->items[i].sha256, files->items[i].path);
}

static void visit(void *arg, const char *origin, struct str line)
{
	(void)history_take_from(arg, origin, line, NULL);	/* damage is what journal_verify() tells */
}

struct history *bundle_history(const char *folder, const char *id, struct err *err)
{
	struct journal_who nobody = { .operator = "", .host = "", .console = "",
				      .tool_version = BINNACLE_VERSION };
	struct journal *journal = journal_open(folder, false, false, &nobody, err);
	struct history *history = journal ? history_new(id) : NULL;

	if (journal && !journal_follow(journal, visit, history, err)) {
		history_free(history);
		history = NULL;
	}
	journal_close(journal);
	if (history)
		(void)history_fold(history);
	return history;
}

bool bundle_digest(int fd, char sha256[DIGEST_HEX], int64_t *bytes, struct err *err)
{
	struct digest *digest = digest_begin();
	char chunk[8 * 1024];
	ssize_t got;

	*bytes = 0;
	do {
		got = read(fd, chunk, sizeof(chunk));
		if (got > 0) {
			digest_feed(digest, str_sub(chunk, (size_t)got));
			*bytes += got;
		}
	} while (got > 0 || (got < 0 && errno == EINTR));
	digest_end(digest, sha256);
	return got == 0 || err_set(err, ERR_IO, "cannot be read: %s", strerror(errno));
}
