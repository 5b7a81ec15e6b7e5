/*
 * trust.c: the bytes of runbooks that this operator accepted (store/library.h), one file for each
 * id: `accepted/<sha256 of the id>`, because an id may hold anything that a file name may not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "runbook/markdown.h"
#include "store/library.h"

/* The folder of what was accepted, made when it is missing and `make` says so; -1 with errno. */
static int open_folder(const char *state, bool make)
{
	int fd = -1, top = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (top < 0)
		return -1;
	if (make)
		(void)mkdirat(top, "accepted", 0700);
	fd = openat(top, "accepted", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && make)
		(void)fsync(top);
	close(top);
	return fd;
}

static bool read_whole(int fd, struct buf *out)
{
	char chunk[8192];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0 && (out->len + (size_t)n > MARKDOWN_BYTES || !buf_add(out, chunk, (size_t)n)))
			return false;
	}
	return true;
}

bool trust_read(const char *state, const char *id, struct buf *out, struct err *err)
{
	char name[DIGEST_HEX];
	int folder = open_folder(state, false), fd = -1;
	struct stat st;
	bool ok = false;

	buf_clear(out);
	digest_sha256(name, str_of(id));
	if (folder >= 0)
		fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
			"what was accepted of %s cannot be read: %s", id, strerror(errno));
	else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
		 (st.st_mode & (S_IWGRP | S_IWOTH)))
		err_set(err, ERR_REFUSED, "what was accepted of %s: others could have written it",
			id);
	else if (!read_whole(fd, out))
		err_set(err, ERR_IO, "what was accepted of %s cannot be read", id);
	else
		ok = true;
	if (!ok)
		buf_clear(out);
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	return ok;
}

static bool write_whole(int fd, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.p, bytes.len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			bytes = str_sub(bytes.p + n, bytes.len - (size_t)n);
	}
	return fsync(fd) == 0;
}

/* Under a name of its own first: a name that stands there is a whole file. */
static bool put_file(int folder, const char *name, struct str bytes)
{
	char temp[DIGEST_HEX + 16];
	bool ok;
	int fd;

	(void)snprintf(temp, sizeof(temp), "%.64s.%ld", name, (long)getpid());
	(void)unlinkat(folder, temp, 0);
	fd = openat(folder, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	ok = fd >= 0 && write_whole(fd, bytes);
	if (fd >= 0)
		close(fd);
	if (ok && renameat(folder, temp, folder, name) == 0)
		return fsync(folder) == 0;
	(void)unlinkat(folder, temp, 0);
	return false;
}

bool trust_write(const char *state, const char *id, struct str bytes, struct err *err)
{
	char name[DIGEST_HEX];
	int folder = open_folder(state, true);
	bool ok;

	digest_sha256(name, str_of(id));
	ok = folder >= 0 && put_file(folder, name, bytes);
	if (!ok)
		err_set(err, ERR_IO, "that %s was accepted cannot be kept: %s", id,
			strerror(errno));
	if (folder >= 0)
		close(folder);
	return ok;
}

static bool is_id(const char *id)
{
	size_t len = strlen(id);

	return len > 0 && len < BOOK_ID && id[0] != '-' &&
	       strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

bool library_new_file(const char *folder, const char *id, struct str text, struct buf *path,
		      struct err *err)
{
	bool ok;
	int fd;

	if (!is_id(id))
		return err_set(err, ERR_INPUT, "'%.80s' is no id of a runbook: small letters, digits "
			       "and -, at most 64", id);
	buf_clear(path);
	buf_fmt(path, "%s/%s.md", folder, id);
	fd = open(buf_cstr(path), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_set(err, errno == EEXIST ? ERR_REFUSED : ERR_IO, "%s: %s",
			       buf_cstr(path), errno == EEXIST ? "there is one already" :
			       strerror(errno));
	ok = write_whole(fd, text);
	if (!ok)
		err_set(err, ERR_IO, "%s: %s", buf_cstr(path), strerror(errno));
	close(fd);
	return ok;
}
