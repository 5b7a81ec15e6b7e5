/*
 * cmd_tx.h: what the verbs of `tx` share: input that comes one thing a line, and answers that are
 * one JSON object a line.
 */
#ifndef APP_CMD_TX_H
#define APP_CMD_TX_H

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"

enum { TX_LINE_MAX = 768 * 1024 };	/* the longest envelope, as base64 */

/* The next line without its end; false at the end of the input. A line over TX_LINE_MAX is cut
 * there, leaves `full` set and is passed over to its end. */
bool tx_line(FILE *in, struct buf *line);

/* The answer to a bad line: {"error":{"id","message","line"}}. */
void tx_line_error(struct buf *out, const char *id, const struct err *err, size_t line);

#endif
