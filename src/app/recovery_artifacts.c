#include "app/recovery_artifacts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mem.h"

enum { PIECE = 64 * 1024 };

struct search {
	const struct manifest *manifest;
	const char *dir;
	int root;
	int64_t max_bytes;
	struct arena *arena;
	struct artifact *found;
	size_t count, cap;
};

const char *artifact_state_word(enum artifact_state state)
{
	static const char *const words[] = {
#define X(sym, word) [ARTIFACT_##sym] = (word),
		ARTIFACT_STATES(X)
#undef X
	};

	return words[state];
}

static const char *oddity(const struct stat *st)
{
	if (S_ISLNK(st->st_mode))
		return "is a symbolic link";
	if (S_ISDIR(st->st_mode))
		return "is a folder";
	return S_ISREG(st->st_mode) ? NULL : "is no regular file";
}

/* The folder that the last part of a path (*name) lies in, step by step; -1 with errno. */
static int open_parent(int root, const char *path, const char **name)
{
	struct str rest = str_of(path), part;
	int at = fcntl(root, F_DUPFD_CLOEXEC, 0);

	*name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	while (at >= 0 && str_cut(&rest, '/', &part) && part.p != *name) {
		char folder[NAME_MAX + 1];
		int below = -1;

		if (str_copy(folder, sizeof(folder), part))
			below = openat(at, folder,
				       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		else
			errno = ENAMETOOLONG;
		close(at);
		at = below;
	}
	return at;
}

/* False with errno, or with 0: it is longer than it may be. */
static bool read_digest(int fd, int64_t max_bytes, char out[DIGEST_HEX], int64_t *bytes)
{
	struct digest *digest = digest_begin();
	char *piece = mem_new(PIECE);
	ssize_t got;
	int why;

	*bytes = 0;
	do {
		got = read(fd, piece, PIECE);
		if (got > 0)
			digest_feed(digest, str_sub(piece, (size_t)got));
		*bytes += got > 0 ? got : 0;
	} while ((got > 0 && *bytes <= max_bytes) || (got < 0 && errno == EINTR));
	why = got < 0 ? errno : 0;
	mem_free(piece);
	digest_end(digest, out);
	errno = why;
	return got == 0;
}

static void unreadable(struct search *search, struct artifact *out, const char *why)
{
	out->state = ARTIFACT_UNREADABLE;
	out->why = arena_text(search->arena, why, strlen(why));
}

static void read_open(struct search *search, int fd, struct artifact *out)
{
	char sum[DIGEST_HEX];

	if (!read_digest(fd, search->max_bytes, sum, &out->seen.bytes)) {
		unreadable(search, out, errno ? strerror(errno) : "is too large");
		return;
	}
	out->seen.actual = arena_text(search->arena, sum, strlen(sum));
	out->seen.match = out->seen.expected && !strcmp(out->seen.expected, sum);
	out->state = out->seen.match ? ARTIFACT_MATCH :
		     out->seen.expected ? ARTIFACT_CORRUPT : ARTIFACT_EXTRA;
}

/* It may have been exchanged since it was looked at: what was opened is looked at again. */
static void read_at(struct search *search, int folder, const char *name, struct artifact *out)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		unreadable(search, out, strerror(errno));
	else if (oddity(&st))
		unreadable(search, out, oddity(&st));
	else
		read_open(search, fd, out);
	if (fd >= 0)
		close(fd);
}

/* What lies at the path; *out has its path and what is expected of it. */
static void look_at(struct search *search, struct artifact *out)
{
	const char *name;
	int folder = open_parent(search->root, out->seen.path, &name);
	struct stat st;

	out->seen.bytes = -1;
	if (folder < 0 || fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		out->state = ARTIFACT_MISSING;
		if (errno == ELOOP || errno == ENOTDIR)
			unreadable(search, out, "has a symbolic link or a file in its path");
		else if (errno != ENOENT)
			unreadable(search, out, strerror(errno));
	} else if (oddity(&st)) {
		unreadable(search, out, oddity(&st));
	} else {
		read_at(search, folder, name, out);
	}
	if (folder >= 0)
		close(folder);
}

static struct artifact *add(struct search *search, const char *path, const char *expected)
{
	struct artifact *new;

	search->found = mem_grow(search->found, &search->cap, search->count + 1,
				 sizeof(*search->found));
	new = &search->found[search->count++];
	*new = (struct artifact){ .seen = { .path = path, .expected = expected } };
	return new;
}

static bool is_listed(const struct manifest *manifest, const char *path)
{
	for (size_t i = 0; i < manifest->count; i++)
		if (!strcmp(manifest->artifacts[i].path, path))
			return true;
	return false;
}

static bool walk(struct search *search, int folder, const char *prefix, int depth, struct err *err);

static bool enter(struct search *search, int folder, const char *name, const char *path, int depth,
		  struct err *err)
{
	int below = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (below < 0)
		return err_set(err, ERR_IO, "%s/%s: %s", search->dir, path, strerror(errno));
	return walk(search, below, arena_fmt(search->arena, "%s/", path), depth + 1, err);
}

static bool meet(struct search *search, int folder, const char *name, const char *prefix, int depth,
		 struct err *err)
{
	const char *path = arena_fmt(search->arena, "%s%s", prefix, name);
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ||
		       err_set(err, ERR_IO, "%s/%s: %s", search->dir, path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return enter(search, folder, name, path, depth, err);
	if (!is_listed(search->manifest, path))
		look_at(search, add(search, path, NULL));
	return search->count <= ARTIFACT_FILES ||
	       err_set(err, ERR_LIMIT, "%s: more than %d files", search->dir, ARTIFACT_FILES);
}

/* All below a folder that are on no manifest. Closes the folder. */
static bool walk(struct search *search, int folder, const char *prefix, int depth, struct err *err)
{
	DIR *list = fdopendir(folder);
	const struct dirent *entry;
	bool ok = list && depth < ARTIFACT_DEPTH;

	if (!list) {
		close(folder);
		return err_set(err, ERR_IO, "%s: %s", search->dir, strerror(errno));
	}
	if (!ok)
		err_set(err, ERR_LIMIT, "%s: folders are more than %d deep", search->dir,
			ARTIFACT_DEPTH);
	while (ok && (entry = readdir(list)))
		ok = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") ||
		     meet(search, dirfd(list), entry->d_name, prefix, depth, err);
	closedir(list);
	return ok;
}

static int by_path(const void *a, const void *b)
{
	const struct artifact *left = a, *right = b;

	return strcmp(left->seen.path, right->seen.path);
}

bool artifacts_compare(const char *dir, const struct manifest *manifest, int64_t max_bytes,
		       struct arena *arena, struct artifact **out, size_t *count, struct err *err)
{
	struct search search = { .manifest = manifest, .dir = dir, .arena = arena,
				 .max_bytes = max_bytes ? max_bytes : ARTIFACT_BYTES };
	int again;
	bool ok;

	*out = NULL;
	*count = 0;
	search.root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (search.root < 0)
		return err_set(err, ERR_IO, "artifacts %s: %s", dir, strerror(errno));
	for (size_t i = 0; i < manifest->count; i++)
		look_at(&search, add(&search, manifest->artifacts[i].path,
				     manifest->artifacts[i].sha256));
	again = openat(search.root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = again >= 0 ? walk(&search, again, "", 0, err) :
	     err_set(err, ERR_IO, "artifacts %s: %s", dir, strerror(errno));
	close(search.root);
	if (ok && search.count > manifest->count)
		qsort(search.found + manifest->count, search.count - manifest->count,
		      sizeof(*search.found), by_path);
	if (ok) {
		*out = arena_array(arena, search.count + 1, sizeof(**out));
		if (search.count > 0)
			memcpy(*out, search.found, search.count * sizeof(**out));
		*count = search.count;
	}
	mem_free(search.found);
	return ok;
}
