#include "io/lines.h"

#include <string.h>

static void put_line(struct lines *lines, struct buf *out)
{
	(void)buf_add(out, buf_cstr(&lines->part), lines->part.len);
	(void)buf_char(out, '\n');
	buf_clear(&lines->part);
}

/* A piece of a line, up to its end or not. */
static void take_piece(struct lines *lines, struct str piece, struct buf *out)
{
	size_t room = LINES_LONGEST - lines->part.len;

	if (lines->skipping)
		return;
	(void)buf_add(&lines->part, piece.p, piece.len < room ? piece.len : room);
	if (piece.len > room) {
		put_line(lines, out);
		lines->skipping = true;
	}
}

void lines_take(struct lines *lines, struct str bytes, struct buf *out)
{
	while (bytes.len > 0) {
		const char *end = memchr(bytes.p, '\n', bytes.len);
		size_t len = end ? (size_t)(end - bytes.p) : bytes.len;

		take_piece(lines, str_sub(bytes.p, len), out);
		if (!end)
			return;
		if (!lines->skipping)
			put_line(lines, out);
		lines->skipping = false;
		bytes = str_sub(end + 1, bytes.len - len - 1);
	}
}

void lines_end(struct lines *lines, struct buf *out)
{
	if (lines->part.len > 0)
		put_line(lines, out);
	lines->skipping = false;
}

void lines_skip(struct lines *lines)
{
	buf_clear(&lines->part);
	lines->skipping = true;
}

void lines_reset(struct lines *lines)
{
	buf_clear(&lines->part);
	lines->skipping = false;
}

void lines_done(struct lines *lines)
{
	buf_done(&lines->part);
}
