/* file.c: see file.h. Ownership is compared with the effective user, who is the one that acts. */
#include "config/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"

static bool ours(uid_t owner)
{
	return owner == geteuid() || owner == 0;
}

static const char *kind_of(mode_t mode)
{
	return S_ISDIR(mode) ? "a folder" : S_ISFIFO(mode) ? "a FIFO" :
	       S_ISSOCK(mode) ? "a socket" : S_ISREG(mode) ? "a file" : "a device";
}

static unsigned mode_bits(const struct stat *st)
{
	return (unsigned)st->st_mode & 07777;
}

static const char *who_writes(const struct stat *st)
{
	return st->st_mode & S_IWOTH ? "everybody" : "its group";
}

static bool refuse(struct err *err, const char *path, const char *why)
{
	return err_set(err, ERR_REFUSED, "%s: %s", path, why);
}

static bool check_file(const char *path, const struct stat *st, enum file_privacy privacy,
		       struct err *err)
{
	if (!S_ISREG(st->st_mode))
		return err_set(err, ERR_REFUSED, "%s: is %s, not a file", path,
			       kind_of(st->st_mode));
	if (!ours(st->st_uid))
		return err_set(err, ERR_REFUSED,
			       "%s: belongs to user %u, neither to us nor to root", path,
			       st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return err_set(err, ERR_REFUSED,
			       "%s: mode %04o: %s can write it; chmod go-w mends it", path,
			       mode_bits(st), who_writes(st));
	if (privacy == FILE_PRIVATE && (st->st_mode & S_IROTH))
		return err_set(err, ERR_REFUSED,
			       "%s: mode %04o: everybody can read it; chmod o-r mends it", path,
			       mode_bits(st));
	if (st->st_nlink > 1)
		return refuse(err, path, "has a second name (a hard link), which others may hold");
	return true;
}

/* Who can write a folder can put another file into it, unless it has the sticky bit. */
static bool check_folder_of(const char *path, struct err *err)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	struct stat st;

	if (!slash)
		str_put(folder, sizeof(folder), ".");
	else if (!str_copy(folder, sizeof(folder), len ? str_sub(path, len) : str_of("/")))
		return refuse(err, path, "the path is too long");
	if (stat(folder, &st))
		return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) && !(st.st_mode & S_ISVTX))
		return err_set(err, ERR_REFUSED,
			       "%s: its folder has mode %04o: %s can put another file there; "
			       "chmod go-w %s mends it",
			       path, mode_bits(&st), who_writes(&st), folder);
	return true;
}

/* Where the path ends in a symbolic link: whose is it, and is the target's folder safe too? */
static bool check_link(const char *path, int fd, struct err *err)
{
	char proc[64], target[PATH_MAX];
	struct stat st;
	ssize_t len;

	if (lstat(path, &st))
		return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	if (!S_ISLNK(st.st_mode))
		return true;
	if (!ours(st.st_uid))
		return err_set(err, ERR_REFUSED,
			       "%s: is a link of user %u, neither ours nor root's", path,
			       st.st_uid);
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	len = readlink(proc, target, sizeof(target) - 1);
	if (len <= 0)
		return err_set(err, ERR_IO, "%s: its target cannot be told: %s", path,
			       strerror(errno));
	target[len] = '\0';
	return check_folder_of(target, err);
}

static bool read_all(const char *path, int fd, size_t max, struct buf *out, struct err *err)
{
	size_t got = 0;
	char chunk[4096];

	while (got <= max) {
		size_t want = max + 1 - got < sizeof(chunk) ? max + 1 - got : sizeof(chunk);
		ssize_t n = read(fd, chunk, want);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
		if (n == 0)
			break;
		buf_add(out, chunk, (size_t)n);
		got += (size_t)n;
	}
	explicit_bzero(chunk, sizeof(chunk));
	return true;
}

bool file_read(const char *path, enum file_privacy privacy, size_t max, struct buf *out,
	       struct err *err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	bool ok;

	if (fd < 0)
		return err_set(err, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO,
			       "%s: %s", path, strerror(errno));
	if (fstat(fd, &st))
		ok = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	else
		ok = check_file(path, &st, privacy, err) && check_link(path, fd, err) &&
		     check_folder_of(path, err) && read_all(path, fd, max, out, err);
	close(fd);
	return ok;
}
