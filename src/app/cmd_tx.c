/*
 * cmd_tx.c: what the verbs of `tx` share, and the bare noun.
 */
#include "app/cmd_tx.h"

#include <string.h>

#include "app/commands.h"
#include "app/fail.h"

bool tx_line(FILE *in, struct buf *line)
{
	int c = getc(in);

	buf_clear(line);
	line->max = TX_LINE_MAX;
	if (c == EOF)
		return false;
	for (; c != EOF && c != '\n'; c = getc(in))
		buf_char(line, (char)c);
	return true;
}

int cmd_tx(const struct context *context)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < verb_count; i++)
		if (!strcmp(verbs[i].noun, "tx") && !verbs[i].verb)
			help_write(&verbs[i], &out);
	return verb_print(context, &out);
}
