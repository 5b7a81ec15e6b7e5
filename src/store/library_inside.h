/*
 * library_inside.h: what the files of the library share.
 */
#ifndef STORE_LIBRARY_INSIDE_H
#define STORE_LIBRARY_INSIDE_H

#include <sys/stat.h>

#include "base/buf.h"
#include "store/library.h"

enum {
	LIBRARY_FILES = 20000,
	LIBRARY_BYTES = 256 * 1024 * 1024,	/* of all files together */
	LIBRARY_DEPTH = 12,			/* of folders in folders */
	LIBRARY_PATH = 4096,
};

/* A *.md below a folder, as lstat() sees it. */
struct library_found {
	int dirfd;			/* of the folder that it stands in */
	const char *name;		/* in that */
	const char *path;		/* whole */
	const struct stat *st;
	const char *unsafe;		/* of the folders on the way; NULL: only ours and root's */
};

struct library_walk {
	void (*file)(void *arg, const struct library_found *found);
	/* A folder that cannot be read, or too many files: a sentence. NULL: not told. */
	void (*trouble)(void *arg, const char *path, const char *why);
	void *arg;
	size_t count;			/* files so far; start with 0 */
	uint64_t signature;		/* of names, sizes, times, modes; start with 0 */
	struct arena *arena;		/* of `unsafe`; NULL: it is not looked for */
};

void library_walk(struct library_walk *walk, const char *folder);

/* Why a file of this folder's owner is only shown; NULL: nobody else could have written it. */
const char *library_unsafe_file(const struct stat *st, uid_t owner, struct arena *arena);
/* The same of a folder and all above it. */
const char *library_unsafe_folder(const char *folder, uid_t *owner, struct arena *arena);

#endif
