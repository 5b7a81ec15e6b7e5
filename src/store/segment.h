/*
 * segment.h: the names of the flight recorder's files, and which of them a folder holds. Private to
 * store/.
 */
#ifndef STORE_SEGMENT_H
#define STORE_SEGMENT_H

#include "store/recorder.h"

/* A segment covers a part of what is kept, in time and in bytes, so that room is made in steps. */
enum { SEGMENT_NAME = 80, SEGMENTS_MAX = 4096, SEGMENT_PARTS = 8 };

struct segment {
	char name[SEGMENT_NAME];
	char estate[FLIGHT_ID], origin[FLIGHT_ID];
	msec start;
	msec written;		/* last; as the file system says */
	int64_t size;
};

void segment_put_name(char out[SEGMENT_NAME], const char *estate, const char *origin, msec start);
bool segment_parse(const char *name, struct segment *out);	/* written and size are left */

/* The segments of all estates in the folder, the oldest first, SEGMENTS_MAX at most. The caller
 * frees with mem_free(); NULL and *count 0 when there is none or the folder cannot be read. */
struct segment *segment_list(int dirfd, size_t *count);

#endif
