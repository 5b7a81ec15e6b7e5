/*
 * sheet_split.h: a Markdown export that was written before, and that people wrote in since, cut
 * into what is ours and what is theirs.
 *
 *  (1) The pieces, one after the other, are the file, byte for byte.
 *  (2) A block is from its begin line to its end line. It is intact when its bytes, with the ends
 *      of lines as LF, still have the hash of its begin line.
 *  (3) What stands in a fence of code is the text of people, also when it looks like a block. So is
 *      a begin without its end.
 */
#ifndef EXPORT_SHEET_SPLIT_H
#define EXPORT_SHEET_SPLIT_H

#include "base/digest.h"
#include "core/aftermath.h"
#include "export/sheet_sections.h"

enum piece_kind {
	PIECE_HUMAN,
	PIECE_FRONT,		/* the front matter */
	PIECE_BLOCK,
	PIECE_QUESTION,		/* of a section, as we wrote it, and nothing else is said there */
};

struct piece {
	enum piece_kind kind;
	struct str bytes;		/* without the end of the last line, but of people's */
	int answers;			/* people's: the enum postmortem_section it is of; -1: none */
	bool ours;			/* a block of a section that we know: */
	enum sheet_section section;
	size_t part, of;		/* which part, from 0, of how many */
	bool intact;
	char front[DIGEST_HEX];		/* the hash of the front matter, in the begin line; "" */
	bool crlf;			/* how its lines end */
};

struct pieces {
	struct piece *items;
	size_t count, cap;
};

void sheet_split(struct str markdown, struct pieces *out);
void pieces_done(struct pieces *pieces);

/* SHA-256 of the bytes with CR LF as LF. */
void sheet_hash(char out[DIGEST_HEX], struct str bytes);
/* "timeline-3" is part 2. */
void sheet_block_name(struct buf *out, enum sheet_section section, size_t part);

#define BLOCK_BEGIN "<!-- binnacle:begin "
#define BLOCK_END "<!-- binnacle:end "
#define BLOCK_CLOSE " -->"

#endif
