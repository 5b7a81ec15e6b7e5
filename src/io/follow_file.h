/*
 * follow_file.h: a file that grows, read from where it was left. It blocks as file systems do, so
 * it belongs in a worker; it knows no loop.
 *
 *  (1) The first answer is the end of what is there (FOLLOW_BEGUN). A file that appears later is
 *      read from its beginning.
 *  (2) A file that was renamed away is read to its end before the new one is begun, with the last
 *      line even when it has no end (FOLLOW_ROTATED).
 *  (3) A file that is shorter than what was read of it, or has other bytes there, was truncated and
 *      is read from its beginning (FOLLOW_TRUNCATED).
 *  (4) One read gives FOLLOW_ANSWER bytes at most. Who falls farther behind than FOLLOW_BEHIND gets
 *      the newest lines, and the number of bytes left out.
 *  (5) Only files and FIFOs are opened; opening waits for nobody and makes no terminal ours.
 */
#ifndef IO_FOLLOW_FILE_H
#define IO_FOLLOW_FILE_H

#include <sys/types.h>

#include "backends/reply.h"
#include "io/lines.h"

enum {
	FOLLOW_FIRST = 64 * 1024, FOLLOW_ANSWER = 256 * 1024,
	FOLLOW_BEHIND = 64 * 1024 * 1024, FOLLOW_RESUME = 1024 * 1024,
};

enum { FOLLOW_MARK = 32 };

struct follow_file {
	char *path;			/* owned */
	int fd;				/* -1: not open */
	bool fifo, begun;
	dev_t device;
	ino_t inode;
	off_t offset;			/* of what was read */
	char mark[FOLLOW_MARK];		/* the bytes before it */
	size_t marked;
	struct lines lines;
};

struct follow_read {
	struct buf lines;
	enum follow follow;
	bool more;
	uint64_t lost;
	bool failed;			/* then why, and nothing else */
	char why[160];
};

void follow_file_init(struct follow_file *file, const char *path);
void follow_file_done(struct follow_file *file);
void follow_file_read(struct follow_file *file, struct follow_read *out);	/* out: zeroed */

#endif
