#include "app/exporter_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/paths.h"
#include "base/mem.h"
#include "base/str.h"

int export_folder(const char *path, struct err *err)
{
	char *copy = mem_text(path);
	int fd = -1;

	if (!*path)
		err_set(err, ERR_USAGE, "the name of a folder is missing");
	else if (paths_make(copy, err)) {
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			err_set(err, ERR_IO, "cannot open the folder %s: %s", path, strerror(errno));
	}
	mem_free(copy);
	return fd;
}

/* --- writing --------------------------------------------------------------------------------- */

static bool failed(const struct export_file *file, int why, struct err *err)
{
	return err_set(err, ERR_IO, "cannot write %s: %s", file->name, strerror(why));
}

bool export_begin(struct export_file *file, int dirfd, const char *name, struct err *err)
{
	unsigned long long number = 0;

	*file = (struct export_file){ .dirfd = dirfd, .fd = -1 };
	if (!str_put(file->name, sizeof(file->name), name) || strchr(name, '/'))
		return err_set(err, ERR_INPUT, "'%.80s' is no name of a file", name);
	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		return failed(file, errno, err);
	(void)snprintf(file->temp, sizeof(file->temp), ".%s.%016llx.new", name, number);
	file->fd = openat(dirfd, file->temp,
			  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file->fd < 0)
		return failed(file, errno, err);
	file->digest = digest_begin();
	return true;
}

bool export_put(void *arg, struct str bytes)
{
	struct export_file *file = arg;
	size_t done = 0;

	while (done < bytes.len && !file->error) {
		ssize_t put = write(file->fd, bytes.p + done, bytes.len - done);

		if (put > 0)
			done += (size_t)put;
		else if (put == 0 || errno != EINTR)
			file->error = put == 0 ? ENOSPC : errno;
	}
	digest_feed(file->digest, bytes);
	file->bytes += (int64_t)bytes.len;
	return !file->error;
}

static bool sync_of(int fd)
{
	int result;

	do
		result = fsync(fd);
	while (result != 0 && errno == EINTR);
	return result == 0;
}

void export_drop(struct export_file *file)
{
	if (file->fd < 0)
		return;
	close(file->fd);
	(void)unlinkat(file->dirfd, file->temp, 0);
	digest_end(file->digest, NULL);
	file->fd = -1;
}

bool export_end(struct export_file *file, char sha256[DIGEST_HEX], struct err *err)
{
	if (!file->error && (fchmod(file->fd, 0600) != 0 || !sync_of(file->fd) ||
			     renameat(file->dirfd, file->temp, file->dirfd, file->name) != 0))
		file->error = errno;
	if (file->error) {
		failed(file, file->error, err);
		export_drop(file);
		return false;
	}
	digest_end(file->digest, sha256);
	close(file->fd);
	file->fd = -1;
	return sync_of(file->dirfd) || failed(file, errno, err);
}

bool export_bytes(int dirfd, const char *name, struct str bytes, char sha256[DIGEST_HEX],
		  struct err *err)
{
	struct export_file file;

	if (!export_begin(&file, dirfd, name, err))
		return false;
	(void)export_put(&file, bytes);		/* its error stays in the file */
	return export_end(&file, sha256, err);
}

/* --- reading --------------------------------------------------------------------------------- */

/* Each folder on the way is opened on its own, so that none of them is a link. */
static int open_below(int dirfd, const char *path)
{
	struct str rest = str_of(path), part;
	int at = dirfd;

	while (str_cut(&rest, '/', &part)) {
		char name[EXPORT_NAME];
		bool last = rest.len == 0;
		int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
		int next = -1;

		if (part.len == 0 || !str_copy(name, sizeof(name), part) || !strcmp(name, ".") ||
		    !strcmp(name, ".."))
			errno = EINVAL;
		else
			next = openat(at, name, last ? flags : flags | O_DIRECTORY);
		if (at != dirfd) {
			int why = errno;

			close(at);
			errno = why;
		}
		if (next < 0 || last)
			return next;
		at = next;
	}
	errno = EINVAL;
	return -1;
}

int export_open(int dirfd, const char *path, struct err *err)
{
	int fd = open_below(dirfd, path);
	struct stat st;

	if (fd < 0) {
		err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
			errno == ELOOP ? "a symbolic link is not followed" : strerror(errno));
	} else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		err_set(err, ERR_REFUSED, "%s: it is no regular file", path);
		close(fd);
		fd = -1;
	}
	return fd;
}

bool export_read(int dirfd, const char *path, size_t max, struct buf *out, struct err *err)
{
	int fd = export_open(dirfd, path, err);
	char chunk[8 * 1024];
	ssize_t got = -1;

	if (fd < 0)
		return false;
	do {
		got = read(fd, chunk, sizeof(chunk));
		if (got > 0)
			buf_add(out, chunk, (size_t)got);
	} while ((got > 0 && out->len <= max) || (got < 0 && errno == EINTR));
	if (got < 0)
		err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	else if (out->len > max)
		err_set(err, ERR_LIMIT, "%s: more than %zu KiB", path, max / 1024);
	close(fd);
	return got >= 0 && out->len <= max;
}
