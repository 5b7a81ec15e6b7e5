#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/journal.h"
#include "store/journal_files.h"

static bool read_whole(int fd, struct buf *out, struct err *err)
{
	char chunk[8192];
	ssize_t got;

	do {
		got = read(fd, chunk, sizeof(chunk));
		if (got > 0)
			buf_add(out, chunk, (size_t)got);
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (got < 0)
		return err_set(err, ERR_IO, "it cannot be read: %s", strerror(errno));
	return !out->full || err_set(err, ERR_LIMIT, "it is too long");
}

/* A whole file that goes by another origin's name was put there by somebody. */
static bool has_its_name(const struct journal_file *file, struct str bytes, struct err *err)
{
	struct journal_line line;
	struct str first;

	if (!str_cut(&bytes, '\n', &first) || !journal_line_parse(first, &line, NULL) ||
	    str_eq(line.origin, file->origin))
		return true;
	return err_set(err, ERR_INPUT, "its lines are those of journal.%.*s.jsonl",
		       (int)line.origin.len, line.origin.p);
}

static bool scan(const struct journal_file *file, int fd, struct journal_report *out)
{
	struct err err = { 0 };
	struct buf bytes;
	bool sound;

	buf_init(&bytes, (size_t)JOURNAL_BYTES);
	sound = read_whole(fd, &bytes, &err);
	if (sound) {
		struct str all = str_sub(buf_cstr(&bytes), bytes.len);

		sound = journal_scan(all, out);
		str_put(out->file, sizeof(out->file), file->name);
		if (sound && !has_its_name(file, all, &err)) {
			out->bad_line = 1;
			sound = false;
		}
	}
	buf_done(&bytes);
	if (err.text[0])
		str_put(out->why, sizeof(out->why), err.text);
	return sound;
}

static bool check(int dirfd, const struct journal_file *file, struct journal_report *out)
{
	const char *odd = journal_oddity(&file->st);
	int fd = odd ? -1 : openat(dirfd, file->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool sound = false;

	str_put(out->file, sizeof(out->file), file->name);
	if (odd)
		(void)snprintf(out->why, sizeof(out->why), "it is %s, not a file", odd);
	else if (fd < 0)
		(void)snprintf(out->why, sizeof(out->why), "it cannot be opened: %s",
			       strerror(errno));
	else
		sound = scan(file, fd, out);
	if (fd >= 0)
		close(fd);
	return sound;
}

static int by_name(const void *a, const void *b)
{
	const struct journal_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

struct journal_report *journal_verify(const char *dir, size_t *count, size_t *damaged,
				      struct err *err)
{
	int dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct journal_report *reports = NULL;
	struct journal_file *files;

	*count = *damaged = 0;
	if (dirfd < 0) {
		err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %s: %s", dir,
			strerror(errno));
		return NULL;
	}
	files = journal_files(dirfd, count, err);
	if (files) {
		qsort(files, *count, sizeof(*files), by_name);
		reports = mem_array(*count, sizeof(*reports));
		for (size_t i = 0; i < *count; i++)
			*damaged += !check(dirfd, &files[i], &reports[i]);
	} else {
		err_add(err, "%s", dir);
	}
	mem_free(files);
	close(dirfd);
	return reports;
}
