#include "io/task_kept.h"

#include <inttypes.h>
#include <string.h>

#include "base/mem.h"

enum { MARK = 64 };		/* room for the line about what is missing */

void kept_init(struct kept *kept, size_t cap)
{
	memset(kept, 0, sizeof(*kept));
	kept->cap = cap;
	kept->head_room = cap / 4 * 3;
	kept->tail_room = cap - kept->head_room;
	buf_init(&kept->head, cap + MARK);
}

void kept_done(struct kept *kept)
{
	if (kept->head.data)
		explicit_bzero(kept->head.data, kept->head.cap);
	if (kept->tail)
		explicit_bzero(kept->tail, kept->tail_room);
	buf_done(&kept->head);
	mem_free(kept->tail);
	kept->tail = NULL;
}

/* The ring is filled from its start, at the place that the count of its bytes says. */
static void add_to_tail(struct kept *kept, struct str bytes)
{
	uint64_t before = kept->bytes - kept->head_room;

	if (!kept->tail)
		kept->tail = mem_new(kept->tail_room);
	if (bytes.len > kept->tail_room) {
		before += bytes.len - kept->tail_room;
		bytes = str_sub(bytes.p + bytes.len - kept->tail_room, kept->tail_room);
	}
	for (size_t at = (size_t)(before % kept->tail_room); bytes.len > 0; at = 0) {
		size_t room = kept->tail_room - at, len = bytes.len < room ? bytes.len : room;

		memcpy(kept->tail + at, bytes.p, len);
		bytes = str_sub(bytes.p + len, bytes.len - len);
	}
}

void kept_add(struct kept *kept, struct str bytes)
{
	size_t room = kept->head_room - kept->head.len;
	size_t first = bytes.len < room ? bytes.len : room;

	(void)buf_add(&kept->head, bytes.p, first);
	kept->bytes += first;
	if (bytes.len > first)
		add_to_tail(kept, str_sub(bytes.p + first, bytes.len - first));
	kept->bytes += bytes.len - first;
}

size_t kept_cut_at(const struct kept *kept)
{
	return kept->bytes > kept->cap ? kept->head_room : 0;
}

struct str kept_text(struct kept *kept)
{
	uint64_t after = kept->bytes - kept->head.len;
	size_t at;

	if (after > kept->tail_room) {
		uint64_t missing = after - kept->tail_room;

		(void)buf_fmt(&kept->head, "\n[%" PRIu64 " bytes are left out here]\n", missing);
		at = (size_t)(after % kept->tail_room);
		(void)buf_add(&kept->head, kept->tail + at, kept->tail_room - at);
		(void)buf_add(&kept->head, kept->tail, at);
	} else if (after > 0) {
		(void)buf_add(&kept->head, kept->tail, (size_t)after);
	}
	return str_sub(buf_cstr(&kept->head), kept->head.len);
}
