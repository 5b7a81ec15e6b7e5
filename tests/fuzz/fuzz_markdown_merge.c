/*
 * fuzz_markdown_merge.c: any bytes as the Markdown that was there before. The pieces are the file,
 * what is not ours stands in the new one in its order, and writing again changes nothing.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "export/sheet_split.h"
#include "tests/lib/nightly.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool theirs(const struct piece *piece)
{
	return piece->kind == PIECE_HUMAN || (piece->kind == PIECE_FRONT && !piece->intact) ||
	       (piece->kind == PIECE_BLOCK && (!piece->ours || !piece->intact));
}

static void check(struct str before, struct str after)
{
	struct pieces pieces = { 0 };
	const char *at = after.p, *was = before.p;

	sheet_split(before, &pieces);
	for (size_t i = 0; i < pieces.count; i++) {
		const struct piece *piece = &pieces.items[i];

		assert(piece->bytes.p == was);
		was += piece->bytes.len;
		if (!theirs(piece))
			continue;
		at = memmem(at, after.len - (size_t)(at - after.p), piece->bytes.p,
			    piece->bytes.len);
		assert(at);
		at += piece->bytes.len;
	}
	assert(was == before.p + before.len);
	pieces_done(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct nightly drill;
	struct str before = str_sub((const char *)data, size);
	const char *answers[SECTION_COUNT];
	struct arena arena = { 0 };
	struct buf once = { 0 }, twice = { 0 };

	if (!drill.story)
		nightly_build(&drill, NIGHTLY_DRILL, false);
	nightly_write(drill.story, POSTMORTEM_MD, before, &once);
	if (str_trim(before).len > 0)
		check(before, str_sub(buf_cstr(&once), once.len));
	nightly_write(drill.story, POSTMORTEM_MD, str_sub(buf_cstr(&once), once.len), &twice);
	assert(once.len == twice.len && memcmp(buf_cstr(&once), buf_cstr(&twice), once.len) == 0);
	postmortem_answers(before, &arena, answers);
	arena_done(&arena);
	buf_done(&once);
	buf_done(&twice);
	return 0;
}
