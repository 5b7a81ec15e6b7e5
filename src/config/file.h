/*
 * file.h: reading a file that decides what the program does, only if nobody else could have written
 * it. Private to config/.
 */
#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

enum file_privacy {
	FILE_SAFE,	/* others may read it, not write it */
	FILE_PRIVATE,	/* others may not even read it; its group may */
};

/*
 * Append at most max + 1 bytes of the file to out (so that too long can be told from long enough).
 * False with one sentence that names the path, the mode and the way out. ERR_NOT_FOUND when there
 * is no such file.
 *
 *  (1) What is checked is what was opened: the descriptor is asked, not the path.
 *  (2) A symbolic link is followed when it is ours or root's (dotfile managers), and then the
 *      folders of both the link and its target count.
 *  (3) Opening never waits: a FIFO or a device is refused, not read.
 */
bool file_read(const char *path, enum file_privacy privacy, size_t max, struct buf *out,
	       struct err *err);

#endif
