/*
 * cmd_tx.h: what the verbs of `tx` share: input that comes one object a line.
 */
#ifndef APP_CMD_TX_H
#define APP_CMD_TX_H

#include <stdio.h>

#include "base/buf.h"

enum { TX_LINE_MAX = 768 * 1024 };	/* the longest envelope, as base64 */

/* The next line without its end; false at the end of the input. A line over TX_LINE_MAX leaves
 * `full` set and is passed over to its end. */
bool tx_line(FILE *in, struct buf *line);

#endif
