/*
 * Whatever a program writes into its log, and whatever a command lists: bytes in pieces give the
 * same lines as bytes at once, each within its limit; times are times, hashes are hashes; and what
 * is taken for an entry of a list lies within the list. The first byte is the size of the pieces.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "backends/backup_list.h"
#include "backends/log_time.h"
#include "io/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW ((msec)1795311441000)

static void take_all(struct str text, size_t piece, struct buf *out)
{
	struct lines lines = { .skipping = false };

	while (text.len > 0) {
		size_t len = text.len < piece ? text.len : piece;

		lines_take(&lines, str_sub(text.p, len), out);
		text = str_sub(text.p + len, text.len - len);
	}
	lines_end(&lines, out);
	lines_done(&lines);
}

static void expect_line(struct str line)
{
	struct line_time time;
	char hash[LOG_HASH];

	assert(line.len <= LINES_LONGEST);
	if (log_time(line, NOW, &time))
		assert(time.at > 0);
	if (log_hash(line, hash))
		assert(strspn(hash, "0123456789abcdef") == LOG_HASH - 1);
}

static void expect_entry(void *arg, const struct listed *entry)
{
	size_t *count = arg;

	++*count;
	assert(entry->at > 0 || entry->at == WHEN_NEVER);
	assert(entry->text_count <= LISTED_TEXTS);
	for (size_t i = 0; i < entry->text_count; i++)
		assert(entry->texts[i].len > 0 && entry->texts[i].p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = { 0 }, pieces = { 0 };
	struct listing listing;
	struct err err = { 0 };
	struct str text, rest, line;
	size_t count = 0;

	if (size < 1)
		return 0;
	text = str_sub((const char *)data + 1, size - 1);
	take_all(text, text.len + 1, &whole);
	take_all(text, data[0] + 1U, &pieces);
	assert(whole.len == pieces.len);
	assert(whole.len == 0 || memcmp(whole.data, pieces.data, whole.len) == 0);
	rest = str_sub(buf_cstr(&whole), whole.len);
	while (str_cut(&rest, '\n', &line))
		expect_line(line);
	if (backup_list_scan(text, &listing, expect_entry, &count, &err))
		assert(listing.count == count);
	else
		assert(err.text[0]);
	buf_done(&whole);
	buf_done(&pieces);
	return 0;
}
