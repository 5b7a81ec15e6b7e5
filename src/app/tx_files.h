/*
 * tx_files.h: rows of transactions out of a file: CSV with a header line (RFC 4180), or one JSON
 * object a line, with the names of columns that a query has (backends/tx_row.h). Others are passed
 * over. Which of the two it is shows in its first character.
 *
 * A line that cannot be used is told by its number in one sentence and left out; the others go on.
 * Ages are by the clock that is given: a file has none.
 */
#ifndef APP_TX_FILES_H
#define APP_TX_FILES_H

#include <stdio.h>

#include "backends/tx_row.h"

enum { TX_FILE_ROW = 1024 * 1024 };	/* bytes of one row at most */

struct tx_file {
	const struct tx_config *config;
	msec now;
	bool (*row)(void *arg, const struct tx_record *row);	/* borrowed; false: no more */
	void (*bad)(void *arg, size_t line, const char *sentence);
	void *arg;
};

/* False with err: there is nothing in it that could be a list of transactions, or it cannot be
 * read. `name` stands in sentences. */
bool tx_file_read(FILE *in, const char *name, const struct tx_file *file, struct err *err);

#endif
