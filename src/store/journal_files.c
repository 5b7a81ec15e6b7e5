#include "store/journal_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/journal.h"

void journal_put_name(char out[JOURNAL_NAME], const char *origin)
{
	(void)snprintf(out, JOURNAL_NAME, "journal.%.16s.jsonl", origin);
}

static bool is_origin(struct str part)
{
	for (size_t i = 0; i < part.len; i++) {
		char c = part.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return part.len == ORIGIN_TEXT - 1;
}

static bool parse_name(const char *name, struct journal_file *out)
{
	struct str rest = str_of(name), word, origin;

	return str_cut(&rest, '.', &word) && str_eq(word, "journal") &&
	       str_cut(&rest, '.', &origin) && is_origin(origin) && str_eq(rest, "jsonl") &&
	       str_put(out->name, sizeof(out->name), name) &&
	       str_copy(out->origin, sizeof(out->origin), origin);
}

static bool look(int dirfd, const char *name, struct journal_file *out)
{
	if (!parse_name(name, out) || fstatat(dirfd, name, &out->st, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	out->touched = (msec)out->st.st_mtim.tv_sec * WHEN_SECOND +
		       out->st.st_mtim.tv_nsec / 1000000;
	return true;
}

static int by_touch(const void *a, const void *b)
{
	const struct journal_file *x = a, *y = b;

	return x->touched != y->touched ? (x->touched < y->touched) - (x->touched > y->touched) :
					  strcmp(x->name, y->name);
}

struct journal_file *journal_files(int dirfd, size_t *count, struct err *err)
{
	int own = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = own < 0 ? NULL : fdopendir(own);
	struct journal_file *all = mem_new(sizeof(*all)), file;
	size_t cap = 1;

	*count = 0;
	if (!dir) {
		err_set(err, ERR_IO, "cannot read the folder: %s", strerror(errno));
		if (own >= 0)
			close(own);
		mem_free(all);
		return NULL;
	}
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		if (*count == JOURNAL_FILES || !look(dirfd, entry->d_name, &file))
			continue;
		all = mem_grow(all, &cap, *count + 1, sizeof(*all));
		all[(*count)++] = file;
	}
	closedir(dir);
	qsort(all, *count, sizeof(*all), by_touch);
	return all;
}

const char *journal_oddity(const struct stat *st)
{
	return S_ISREG(st->st_mode) ? NULL :
	       S_ISLNK(st->st_mode) ? "a symbolic link" :
	       S_ISDIR(st->st_mode) ? "a folder" :
	       S_ISFIFO(st->st_mode) ? "a FIFO" :
	       S_ISSOCK(st->st_mode) ? "a socket" : "a device";
}

void journal_lines_init(struct journal_lines *lines, int fd, int64_t from, int64_t end)
{
	*lines = (struct journal_lines){ .fd = fd, .next = from, .end = end };
	if (from < end)
		lines->room = mem_new(JOURNAL_LINE);
}

void journal_lines_done(struct journal_lines *lines)
{
	mem_free(lines->room);
	lines->room = NULL;
}

/* More bytes behind those that are there; false at the end, or when it cannot be read. */
static bool read_more(struct journal_lines *lines)
{
	int64_t at = lines->next + (int64_t)(lines->have - lines->used), left = lines->end - at;
	ssize_t got;

	memmove(lines->room, lines->room + lines->used, lines->have - lines->used);
	lines->have -= lines->used;
	lines->used = 0;
	if (left > (int64_t)(JOURNAL_LINE - lines->have))
		left = (int64_t)(JOURNAL_LINE - lines->have);
	do
		got = left > 0 ? pread(lines->fd, lines->room + lines->have, (size_t)left, at) : 0;
	while (got < 0 && errno == EINTR);
	if (got < 0)
		lines->error = errno;
	else
		lines->have += (size_t)got;
	return got > 0;
}

static void hand_out(struct journal_lines *lines, size_t len, size_t bytes, struct str *line)
{
	*line = str_sub(lines->room + lines->used, len);
	lines->used += bytes;
	lines->next += (int64_t)bytes;
}

bool journal_lines_next(struct journal_lines *lines, struct str *line)
{
	while (lines->room) {
		size_t left = lines->have - lines->used;
		const char *begin = lines->room + lines->used;
		const char *end = left > 0 ? memchr(begin, '\n', left) : NULL;
		bool rest = lines->skipping;

		if (end) {
			hand_out(lines, (size_t)(end - begin), (size_t)(end - begin) + 1, line);
			lines->skipping = false;
		} else if (left == JOURNAL_LINE || (rest && left > 0)) {
			hand_out(lines, left, left, line);
			lines->skipping = true;
		} else if (read_more(lines)) {
			continue;
		} else {
			return false;
		}
		if (!rest)
			return true;
	}
	return false;
}

bool journal_write_whole(const struct journal_calls *calls, int fd, struct str bytes)
{
	size_t done = 0;

	while (done < bytes.len) {
		ssize_t put = calls->write(fd, bytes.p + done, bytes.len - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put == 0)
			errno = ENOSPC;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

bool journal_sync(int (*sync)(int fd), int fd)
{
	int result;

	do
		result = sync(fd);
	while (result != 0 && errno == EINTR);
	return result == 0;
}

static int system_open(int dirfd, const char *name, int flags, mode_t mode)
{
	return openat(dirfd, name, flags, mode);
}

void journal_calls_fill(struct journal_calls *out, const struct journal_calls *calls)
{
	static const struct journal_calls system = {
		.open = system_open, .write = write, .fdatasync = fdatasync, .fsync = fsync,
		.rename = renameat,
	};

	*out = calls ? *calls : system;
	out->open = out->open ? out->open : system.open;
	out->write = out->write ? out->write : system.write;
	out->fdatasync = out->fdatasync ? out->fdatasync : system.fdatasync;
	out->fsync = out->fsync ? out->fsync : system.fsync;
	out->rename = out->rename ? out->rename : system.rename;
}

int journal_open_file(const struct journal_calls *calls, int dirfd, const char *name, int flags,
		      mode_t mode)
{
	int fd;

	do
		fd = calls->open(dirfd, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}
