/*
 * fuzz_runbook.c: any bytes as a runbook, strict or tolerant as they say themselves. Reading ends,
 * what holds of every runbook holds, nothing that is shown drives a terminal, and a prefix of what
 * loads is a runbook too or no text.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>

#include "base/scrub.h"
#include "tests/lib/books.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_one(struct str bytes)
{
	struct err err = { 0 };
	struct runbook *book = runbook_read("fuzz.md", bytes, &err);
	struct buf said = { 0 };
	struct str rest, line;
	const char *broken = book ? book_broken(book) : NULL;

	assert(book || *err.text);
	if (broken)
		fprintf(stderr, "%s\n", broken);
	assert(!broken);
	if (book)
		troubles_write(&book->troubles, &said);
	rest = str_sub(buf_cstr(&said), said.len);
	while (str_cut(&rest, '\n', &line))
		assert(scrub_clean(line));
	buf_done(&said);
	runbook_free(book);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_sub((const char *)data, size);

	read_one(bytes);
	if (size > 1)
		read_one(str_sub(bytes.p, data[size - 1] * size / 256));
	return 0;
}
