#include "core/rehearsal.h"

#include <string.h>

#define TABLE "table "

void rehearsal_note_put(msec clock, const char *text, struct buf *out)
{
	char at[WHEN_TEXT];

	when_format(at, clock);
	buf_fmt(out, TABLE "%s: %s", at, text);
}

bool rehearsal_note_read(const char *text, msec *clock, const char **words)
{
	const char *end;
	struct str at;

	if (strncmp(text, TABLE, strlen(TABLE)) != 0)
		return false;
	text += strlen(TABLE);
	end = strstr(text, ": ");
	if (!end)
		return false;
	at = (struct str){ text, (size_t)(end - text) };
	if (!when_parse(at, clock))
		return false;
	*words = end + 2;
	return true;
}
