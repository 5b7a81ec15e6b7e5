/*
 * task_kept.h: what is kept of an output that may be endless: all of it while it is no more than
 * `cap` bytes, else its first three quarters and its end, with a line between them that says how
 * much is missing. A zeroed one is to be initialised; the memory grows with the output.
 */
#ifndef IO_TASK_KEPT_H
#define IO_TASK_KEPT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct kept {
	struct buf head;
	char *tail;			/* a ring, made when it is needed */
	size_t cap, head_room, tail_room;
	uint64_t bytes;			/* in all */
};

void kept_init(struct kept *kept, size_t cap);
void kept_done(struct kept *kept);	/* wipes: it may hold secrets */

void kept_add(struct kept *kept, struct str bytes);

/* Where something is missing: behind so many bytes of the whole. 0: nowhere. */
size_t kept_cut_at(const struct kept *kept);
/* The whole; adds the tail to the head, so nothing may be added after it. */
struct str kept_text(struct kept *kept);

#endif
