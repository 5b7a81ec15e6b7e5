/*
 * journal_files.h: the journals that a folder holds, and reading them line by line. Private to
 * store/.
 */
#ifndef STORE_JOURNAL_FILES_H
#define STORE_JOURNAL_FILES_H

#include <sys/stat.h>

#include "base/err.h"
#include "core/journal_line.h"

enum {
	JOURNAL_NAME = 32,		/* "journal.<16 hexadecimal digits>.jsonl", terminated */
	JOURNAL_FILES = 1024,		/* of one folder that are looked at */
};
#define JOURNAL_BYTES ((int64_t)1 << 30)	/* of one file that are read */

struct journal_file {
	char name[JOURNAL_NAME];
	char origin[ORIGIN_TEXT];
	struct stat st;
	msec touched;			/* its mtime */
};

void journal_put_name(char out[JOURNAL_NAME], const char *origin);

/* The journals of a folder, the one that was touched last first, whatever they are (st says). The
 * caller frees with mem_free(). NULL with err when the folder cannot be read, never for none. */
struct journal_file *journal_files(int dirfd, size_t *count, struct err *err);

/* What stands under the name of a journal: "a symbolic link", "a FIFO"; NULL: a file. */
const char *journal_oddity(const struct stat *st);

/* Whole lines of an open file, from an offset up to another, in little memory. A zeroed one is
 * empty; of what is longer than JOURNAL_LINE the first part is handed out and the rest passed
 * over. */
struct journal_lines {
	int fd;
	int64_t next;			/* where the first byte stands that was not handed out */
	int64_t end;			/* reading stops there */
	char *room;
	size_t have, used;
	bool skipping;
	int error;			/* errno of a read that failed */
};

void journal_lines_init(struct journal_lines *lines, int fd, int64_t from, int64_t end);
bool journal_lines_next(struct journal_lines *lines, struct str *line);	/* borrowed, no LF */
void journal_lines_done(struct journal_lines *lines);

/* All of it or false with errno set. A short write goes on, an interrupted one is begun again. */
struct journal_calls;
bool journal_write_whole(const struct journal_calls *calls, int fd, struct str bytes);
/* false with errno; an interrupted one is begun again */
bool journal_sync(int (*sync)(int fd), int fd);

/* The table with the system's own calls where `calls` (or NULL) has none. */
void journal_calls_fill(struct journal_calls *out, const struct journal_calls *calls);
/* As open(), begun again when interrupted. */
int journal_open_file(const struct journal_calls *calls, int dirfd, const char *name, int flags,
		      mode_t mode);

#endif
