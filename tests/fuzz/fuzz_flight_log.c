/*
 * Whatever the bytes: a line is taken whole or refused with a sentence; what was taken can be
 * written, reads as the same again, and never breaks the world that it becomes the past of.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "core/recall.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take_line(struct recall *recall, struct str text, struct flight_line *lines)
{
	struct buf first = { 0 }, second = { 0 };
	struct err err = { 0 };

	if (!flight_decode(text, &lines[0], &err)) {
		assert(err.text[0]);
		return;
	}
	flight_encode(&lines[0], &first);
	assert(first.len <= FLIGHT_LINE);
	assert(flight_decode(str_sub(first.data, first.len - 1), &lines[1], &err));
	flight_encode(&lines[1], &second);
	assert(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
	recall_take(recall, &lines[0]);
	buf_done(&first);
	buf_done(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const msec now = 1795312800000;	/* of the seeds */
	static const struct limit limit = { 300, 900, false, 0 };
	struct str rest = str_sub((const char *)data, size), line;
	struct recall *recall = recall_new(now);
	struct world *world = world_new(now);
	struct flight_line *lines = mem_array(2, sizeof(*lines));

	world_add_source(world, "db", "postgres", 10000);
	world_add_signal(world, "lag", "s", 0, limit);
	while (str_cut(&rest, '\n', &line))
		take_line(recall, line, lines);
	world_recall(world, recall);
	world_refresh(world, now);
	world_free(world);
	mem_free(lines);
	return 0;
}
