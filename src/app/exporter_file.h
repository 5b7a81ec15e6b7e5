/*
 * exporter_file.h: a file that appears under its name when it is whole and on the disk, and not
 * before: whoever reads it has the old one or the new one, whenever this program was stopped.
 *
 *  (1) Folders are 0700 and files 0600. No link is followed where a file is written or read, and
 *      what is no regular file is refused.
 *  (2) Bytes go out as they come: the memory is that of one piece.
 *  (3) What a killed program leaves is a hidden file `.NAME.RANDOM.new`, which nobody reads.
 */
#ifndef APP_EXPORTER_FILE_H
#define APP_EXPORTER_FILE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"

enum { EXPORT_NAME = 128, EXPORT_TEMP = EXPORT_NAME + 32 };

struct export_file {
	int dirfd;			/* borrowed */
	int fd;				/* -1: none */
	int error;			/* errno of the first write that failed */
	char name[EXPORT_NAME], temp[EXPORT_TEMP];
	struct digest *digest;
	int64_t bytes;
};

/* Opens a folder, made with all above it when it is missing. -1 with err. */
int export_folder(const char *path, struct err *err);

bool export_begin(struct export_file *file, int dirfd, const char *name, struct err *err);
/* A pour_into (export/pour.h): false when the disk cannot take it. */
bool export_put(void *file, struct str bytes);
/* Makes it appear, and says its SHA-256; false: the one before stands there as it was. */
bool export_end(struct export_file *file, char sha256[DIGEST_HEX], struct err *err);
void export_drop(struct export_file *file);	/* instead: nothing appears */

/* All at once. */
bool export_bytes(int dirfd, const char *name, struct str bytes, char sha256[DIGEST_HEX],
		  struct err *err);
/* A regular file, opened to be read; `path` may lead through folders below dirfd, through no link.
 * -1 with err: ERR_NOT_FOUND when there is none. */
int export_open(int dirfd, const char *path, struct err *err);
/* At most `max` bytes of one. */
bool export_read(int dirfd, const char *path, size_t max, struct buf *out, struct err *err);

#endif
