/*
 * evidence.c: files beside a journal, named by their SHA-256 (store/journal.h). A file appears
 * under its name only when it is whole and on the disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/journal_inside.h"

static bool failed(const struct journal *journal, struct err *err)
{
	return err_set(err, ERR_IO, "cannot keep evidence in %s: %s", journal->dir, strerror(errno));
}

/* The folder of evidence, made when it is missing; -1 with errno. */
static int open_folder(const struct journal *journal)
{
	static const char name[] = "evidence";
	bool made = mkdirat(journal->dirfd, name, 0700) == 0;
	int fd = journal_open_file(&journal->calls, journal->dirfd, name, O_RDONLY | O_DIRECTORY, 0);

	if (fd >= 0 && (!made || !journal->shared || fchmod(fd, 02770) == 0) &&
	    journal_sync(journal->calls.fsync, journal->dirfd))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool is_name(const char *sha256)
{
	return strlen(sha256) == DIGEST_HEX - 1 &&
	       strspn(sha256, "0123456789abcdef") == DIGEST_HEX - 1;
}

static bool read_file(int fd, struct buf *out)
{
	char chunk[8192];
	ssize_t got;

	do {
		got = read(fd, chunk, sizeof(chunk));
		if (got > 0)
			buf_add(out, chunk, (size_t)got);
	} while ((got > 0 && out->len <= EVIDENCE_MAX) || (got < 0 && errno == EINTR));
	return got == 0;
}

static bool read_checked(int folder, const char *sha256, struct buf *out, struct err *err)
{
	int fd = openat(folder, sha256, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char found[DIGEST_HEX];
	struct stat st;
	bool ok = fd >= 0 && fstat(fd, &st) == 0;

	buf_clear(out);
	if (!ok)
		err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "evidence %s: %s", sha256,
			strerror(errno));
	else if (journal_oddity(&st) || st.st_size > EVIDENCE_MAX)
		ok = err_set(err, ERR_REFUSED, "evidence %s is %s", sha256,
			     journal_oddity(&st) ? journal_oddity(&st) : "too large");
	else if (!read_file(fd, out))
		ok = err_set(err, ERR_IO, "evidence %s: %s", sha256, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (!ok)
		return false;
	digest_sha256(found, str_sub(buf_cstr(out), out->len));
	if (strcmp(found, sha256) == 0)
		return true;
	buf_clear(out);
	return err_set(err, ERR_INPUT, "evidence %s is not what its name says", sha256);
}

/* Written under a name of its own, then renamed: a name that stands there is the whole file. */
static bool put_file(const struct journal *journal, int folder, struct str bytes,
		     const char *sha256)
{
	char temp[DIGEST_HEX + 16];
	mode_t mode = journal->shared ? 0660 : 0600;
	int fd;
	bool ok;

	(void)snprintf(temp, sizeof(temp), "%.64s.%ld", sha256, (long)getpid());
	(void)!unlinkat(folder, temp, 0);		/* left by one that had our number */
	fd = journal_open_file(&journal->calls, folder, temp, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ok = fd >= 0 && fchmod(fd, mode) == 0 && journal_write_whole(&journal->calls, fd, bytes) &&
	     journal_sync(journal->calls.fsync, fd);
	if (fd >= 0)
		close(fd);
	while (ok && journal->calls.rename(folder, temp, folder, sha256) != 0)
		ok = errno == EINTR;
	if (!ok) {
		int why = errno;

		(void)!unlinkat(folder, temp, 0);
		errno = why;
	}
	return ok && journal_sync(journal->calls.fsync, folder);
}

bool journal_evidence(struct journal *journal, struct str bytes, char sha256[DIGEST_HEX],
		      struct err *err)
{
	struct buf there = { .max = EVIDENCE_MAX + 8192 };
	int folder;
	bool ok;

	if (bytes.len > EVIDENCE_MAX)
		return err_set(err, ERR_LIMIT, "evidence of %zu bytes: at most %d", bytes.len,
			       EVIDENCE_MAX);
	digest_sha256(sha256, bytes);
	folder = open_folder(journal);
	if (folder < 0)
		return failed(journal, err);
	ok = read_checked(folder, sha256, &there, NULL) ?
	     journal_sync(journal->calls.fsync, folder) :
	     put_file(journal, folder, bytes, sha256);
	if (!ok)
		failed(journal, err);
	close(folder);
	buf_done(&there);
	return ok;
}

bool journal_evidence_read(const char *dir, const char *sha256, struct buf *out, struct err *err)
{
	int dirfd, folder;
	bool ok;

	if (!is_name(sha256))
		return err_set(err, ERR_INPUT, "'%.80s' is no name of evidence", sha256);
	dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	folder = dirfd < 0 ? -1 :
		 openat(dirfd, "evidence", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	ok = folder >= 0 ? read_checked(folder, sha256, out, err) :
	     err_set(err, ERR_NOT_FOUND, "no evidence in %s: %s", dir, strerror(errno));
	if (folder >= 0)
		close(folder);
	if (dirfd >= 0)
		close(dirfd);
	return ok;
}
