/* bundle_inside.h: what writing a bundle and checking one share. Private to bundle*.c. */
#ifndef APP_BUNDLE_INSIDE_H
#define APP_BUNDLE_INSIDE_H

#include "app/bundle.h"
#include "store/journal.h"

struct bundle_file {
	char path[BUNDLE_PATH], sha256[DIGEST_HEX];
	int64_t bytes;
	bool sound;			/* it was looked at, and is what it was */
};

struct bundle_files {			/* by path */
	struct bundle_file *items;
	size_t count, cap;
};

void bundle_add(struct bundle_files *files, const char *path, const char *sha256, int64_t bytes);
void bundle_sort(struct bundle_files *files);
struct bundle_file *bundle_find(const struct bundle_files *files, const char *path);

/* May this be the path of a file in a bundle: a name, or a name in a folder; nothing else. */
bool bundle_path_fits(const char *path);
/* The lines of SHA256SUMS: all files and the list itself, whose hash is given. */
void bundle_sums(const struct bundle_files *files, const char *list_sha256, struct buf *out);

/* The record as the journals of a folder give it. NULL with err. */
struct history *bundle_history(const char *folder, const char *id, struct err *err);

/* Of an open file, from where it stands to its end. */
bool bundle_digest(int fd, char sha256[DIGEST_HEX], int64_t *bytes, struct err *err);

#endif
