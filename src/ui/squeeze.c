#include "ui/squeeze.h"

#include <string.h>

static const char charset[] = "\033(B", colour_off[] = "\033[39m";

static struct str skip(struct str rest, size_t len)
{
	return str_sub(rest.p + len, rest.len - len);
}

/* Is the next thing, charset aside, a reset of all attributes, "ESC [ m" or "ESC [ 0 ;"? */
static bool is_reset(struct str rest)
{
	while (str_starts(rest, charset))
		rest = skip(rest, sizeof(charset) - 1);
	return str_starts(rest, "\033[m") || str_starts(rest, "\033[0;") || str_starts(rest, "\033[0m");
}

/* How many bytes at the start of rest change nothing. */
static size_t idle(struct str rest)
{
	if (str_starts(rest, charset))
		return sizeof(charset) - 1;
	if (str_starts(rest, colour_off) && is_reset(skip(rest, sizeof(colour_off) - 1)))
		return sizeof(colour_off) - 1;
	return 0;
}

void squeeze(struct buf *out, struct str frame)
{
	while (frame.len > 0) {
		const char *escape = memchr(frame.p + 1, '\033', frame.len - 1);
		size_t len = escape ? (size_t)(escape - frame.p) : frame.len;
		size_t drop = idle(frame);

		buf_add(out, frame.p + drop, len - drop);
		frame = skip(frame, len);
	}
}
