/*
 * cmd_tx.c: what the verbs of `tx` share, and the bare noun.
 */
#include "app/cmd_tx.h"

#include <string.h>

#include "app/commands.h"
#include "app/fail.h"
#include "base/json.h"

bool tx_line(FILE *in, struct buf *line)
{
	int c = getc_unlocked(in);

	buf_clear(line);
	line->max = TX_LINE_MAX;
	if (c == EOF)
		return false;
	for (; c != EOF && c != '\n'; c = getc_unlocked(in))
		buf_char(line, (char)c);
	return true;
}

void tx_line_error(struct buf *out, const char *id, const struct err *err, size_t line)
{
	json_t *root = json_object(), *error = json_object();

	json_set_text(error, "id", id);
	json_set_text(error, "message", err->text);
	json_set_i64(error, "line", (int64_t)line);
	json_set(root, "error", error);
	json_write(out, root);
	buf_char(out, '\n');
	json_decref(root);
}

int cmd_tx(const struct context *context)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < verb_count; i++)
		if (!strcmp(verbs[i].noun, "tx") && !verbs[i].verb)
			help_write(&verbs[i], &out);
	return verb_print(context, &out);
}
