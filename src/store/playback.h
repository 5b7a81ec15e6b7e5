/*
 * playback.h: reading what flight recorders have left of the hour before now, from every folder
 * that is there. It may wait for the disk: call it from a worker.
 */
#ifndef STORE_PLAYBACK_H
#define STORE_PLAYBACK_H

#include "core/recall.h"
#include "store/recorder.h"

enum { PLAYBACK_BYTES = 4 * 1024 * 1024 };	/* of one segment: its end */

struct playback {
	size_t segments, lines;
	size_t bad;			/* lines that are none, passed over */
	char torn[256];			/* a segment whose last line was cut off; "" */
};

/* Folders that do not exist are passed over; a NULL among them too. */
void playback_read(const char *const *dirs, size_t count, const char *estate,
		   struct recall *recall, msec now, struct playback *out);

/* The lines of one segment that are not older than `oldest`, and its last one; the bytes begin in
 * the middle of a line when `cut`. False when the last line is not whole; it is passed over. Pure.
 */
bool playback_scan(struct str bytes, bool cut, msec oldest, struct recall *recall,
		   struct playback *out);

#endif
