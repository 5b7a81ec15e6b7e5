/*
 * library_walk.c: what stands below a folder of runbooks, and who could have written it.
 *
 * Folders are entered by their descriptors and never through a symbolic link, so that a folder that
 * is exchanged meanwhile leads nowhere else.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/library_inside.h"

/* --- who could have written it --- */

static const char *by_mode(const struct stat *st, const char *what, struct arena *arena)
{
	if (!(st->st_mode & (S_IWGRP | S_IWOTH)))
		return NULL;
	return arena_fmt(arena, "%s mode %04o: %s can write it; chmod go-w mends it", what,
			 (unsigned)st->st_mode & 07777,
			 st->st_mode & S_IWOTH ? "everybody" : "its group");
}

static bool trusted(uid_t user, uid_t owner)
{
	return user == 0 || user == geteuid() || user == owner;
}

const char *library_unsafe_file(const struct stat *st, uid_t owner, struct arena *arena)
{
	if (!trusted(st->st_uid, owner))
		return arena_fmt(arena, "it belongs to user %u, who is neither we nor root",
				 st->st_uid);
	if (st->st_nlink > 1)
		return "it has a second name (a hard link), which others may hold";
	return by_mode(st, "it has", arena);
}

/* In a folder with the sticky bit nobody can put a file in the place of another's. */
static const char *unsafe_parent(const char *path, uid_t owner, struct arena *arena)
{
	char what[LIBRARY_PATH + 16];
	struct stat st;

	if (stat(path, &st) != 0)
		return arena_fmt(arena, "%s: %s", path, strerror(errno));
	if (!trusted(st.st_uid, owner))
		return arena_fmt(arena, "%s belongs to user %u, who is neither we nor root", path,
				 st.st_uid);
	if (st.st_mode & S_ISVTX)
		return NULL;
	(void)snprintf(what, sizeof(what), "%s has", path);
	return by_mode(&st, what, arena);
}

const char *library_unsafe_folder(const char *folder, uid_t *owner, struct arena *arena)
{
	char whole[PATH_MAX];
	const char *unsafe;
	struct stat st;

	if (!realpath(folder, whole) || stat(whole, &st) != 0)
		return arena_fmt(arena, "%s: %s", folder, strerror(errno));
	*owner = st.st_uid;
	unsafe = unsafe_parent(whole, *owner, arena);
	while (!unsafe && whole[1]) {
		char *slash = strrchr(whole, '/');

		slash[slash == whole] = '\0';	/* "/" is left of "/name" */
		unsafe = unsafe_parent(whole, *owner, arena);
	}
	return unsafe;
}

/* --- the walk --- */

static void tell(const struct library_walk *walk, const char *path, const char *why)
{
	if (walk->trouble)
		walk->trouble(walk->arg, path, why);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
	return hash ^ (hash >> 29);
}

/* A sum of one number for each file: the order in which a folder lists them does not matter. */
static void sign(struct library_walk *walk, const char *path, const struct stat *st)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (const char *p = path; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 0x100000001b3u;
	hash = mix(hash, (uint64_t)st->st_size);
	hash = mix(hash, (uint64_t)st->st_mtim.tv_sec);
	hash = mix(hash, (uint64_t)st->st_mtim.tv_nsec);
	hash = mix(hash, (uint64_t)st->st_ctim.tv_sec);
	hash = mix(hash, (uint64_t)st->st_ctim.tv_nsec);
	hash = mix(hash, st->st_ino);
	walk->signature += mix(mix(hash, st->st_mode), st->st_uid);
}

/* The list of the runbooks and the words that they use are no runbooks. */
static bool is_runbook(const char *name)
{
	size_t len = strlen(name);

	return len > 3 && strcmp(name + len - 3, ".md") == 0 && strcmp(name, "README.md") != 0 &&
	       strcmp(name, "glossary.md") != 0;
}

struct place {				/* where in the walk */
	char *path;			/* LIBRARY_PATH of room */
	const char *unsafe;
	uid_t owner;
	unsigned depth;
};

static void walk_folder(struct library_walk *walk, int fd, const struct place *at);

static void enter(struct library_walk *walk, int dirfd, const char *name, const struct place *at)
{
	struct place inside = *at;
	struct stat st;
	int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0) {
		tell(walk, at->path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return;
	}
	sign(walk, at->path, &st);
	inside.depth++;
	if (walk->arena && !inside.unsafe) {
		if (!trusted(st.st_uid, at->owner))
			inside.unsafe = arena_fmt(walk->arena, "its folder belongs to user %u",
						  st.st_uid);
		else
			inside.unsafe = by_mode(&st, "its folder has", walk->arena);
	}
	walk_folder(walk, fd, &inside);
}

/* The target of a link counts for the signature too: it may change while the link does not. */
static void take_file(struct library_walk *walk, int dirfd, const char *name,
		      const struct place *at, const struct stat *st)
{
	struct library_found found = {
		.dirfd = dirfd, .name = name, .path = at->path, .st = st, .unsafe = at->unsafe,
	};
	struct stat target;

	sign(walk, at->path, st);
	if (S_ISLNK(st->st_mode) && fstatat(dirfd, name, &target, 0) == 0)
		sign(walk, at->path, &target);
	if (++walk->count == LIBRARY_FILES + 1)
		tell(walk, at->path, "more than 20000 files: this one and others are left out");
	else if (walk->count <= LIBRARY_FILES && walk->file)
		walk->file(walk->arg, &found);
}

static void take_entry(struct library_walk *walk, int dirfd, const struct dirent *entry,
		       const struct place *at)
{
	const char *name = entry->d_name;
	bool folder = entry->d_type == DT_DIR;
	struct stat st;

	if (!folder && entry->d_type != DT_UNKNOWN && !is_runbook(name))
		return;
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;			/* gone meanwhile */
	if (!S_ISDIR(st.st_mode)) {
		if (is_runbook(name))
			take_file(walk, dirfd, name, at, &st);
	} else if (at->depth == LIBRARY_DEPTH) {
		tell(walk, at->path, "folders in folders, deeper than 12: left out");
	} else {
		enter(walk, dirfd, name, at);
	}
}

/* Takes the descriptor. */
static void walk_folder(struct library_walk *walk, int fd, const struct place *at)
{
	size_t end = strlen(at->path);
	DIR *dir = fdopendir(fd);

	if (!dir) {
		tell(walk, at->path, strerror(errno));
		close(fd);
		return;
	}
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		if (entry->d_name[0] == '.')
			continue;
		if (snprintf(at->path + end, LIBRARY_PATH - end, "/%s", entry->d_name) <
		    (int)(LIBRARY_PATH - end))
			take_entry(walk, fd, entry, at);
		at->path[end] = '\0';
	}
	closedir(dir);
}

void library_walk(struct library_walk *walk, const char *folder)
{
	char path[LIBRARY_PATH];
	struct place at = { .path = path };
	struct stat st;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0 || !str_put(path, sizeof(path), folder)) {
		tell(walk, folder, fd < 0 ? strerror(errno) : "it cannot be entered");
		if (fd >= 0)
			close(fd);
		return;
	}
	sign(walk, path, &st);
	if (walk->arena)
		at.unsafe = library_unsafe_folder(folder, &at.owner, walk->arena);
	walk_folder(walk, fd, &at);
}
