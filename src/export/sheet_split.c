#include "export/sheet_split.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"

enum { PARTS_MAX = 10000 };		/* a block that says it has more is none of ours */

struct splitter {
	struct str text;
	size_t at;			/* the next line */
	size_t from;			/* where the text of people began that is not a piece yet */
	int answers;
	size_t hopeless[2];		/* fences of so many ` or ~ are never closed from here on; 0 */
	struct pieces *out;
};

struct line {
	struct str text;		/* without its end */
	size_t start, next;
	bool crlf;
};

static bool line_at(struct str text, size_t at, struct line *out)
{
	const char *end;
	size_t len;

	if (at >= text.len)
		return false;
	end = memchr(text.p + at, '\n', text.len - at);
	len = end ? (size_t)(end - text.p) - at : text.len - at;
	*out = (struct line){ .start = at, .next = at + len + (end ? 1 : 0) };
	out->crlf = end && len > 0 && text.p[at + len - 1] == '\r';
	out->text = str_sub(text.p + at, len - out->crlf);
	return true;
}

static struct str right_trimmed(struct str text)
{
	while (text.len > 0 && strchr(" \t\r", text.p[text.len - 1]))
		text.len--;
	return text;
}

static struct piece *add(struct pieces *out, enum piece_kind kind, struct str bytes)
{
	struct piece *piece;

	out->items = mem_grow(out->items, &out->cap, out->count + 1, sizeof(*out->items));
	piece = &out->items[out->count++];
	*piece = (struct piece){ .kind = kind, .bytes = bytes, .answers = -1 };
	return piece;
}

/* What people wrote up to here becomes a piece. */
static void close_human(struct splitter *s, size_t to)
{
	if (to > s->from)
		add(s->out, PIECE_HUMAN, str_sub(s->text.p + s->from, to - s->from))->answers =
			s->answers;
	s->from = to;
}

void sheet_hash(char out[DIGEST_HEX], struct str bytes)
{
	struct buf clean = { 0 };

	if (bytes.len == 0 || !memchr(bytes.p, '\r', bytes.len)) {
		digest_sha256(out, bytes);
		return;
	}
	buf_init(&clean, bytes.len + 1);
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.p[i] != '\r' || i + 1 == bytes.len || bytes.p[i + 1] != '\n')
			buf_char(&clean, bytes.p[i]);
	}
	digest_sha256(out, str_sub(buf_cstr(&clean), clean.len));
	buf_done(&clean);
}

void sheet_block_name(struct buf *out, enum sheet_section section, size_t part)
{
	buf_text(out, sheet_section_name(section));
	if (part > 0)
		buf_fmt(out, "-%zu", part + 1);
}

static void read_name(struct str name, struct piece *piece)
{
	size_t dash = name.len;
	uint64_t number;

	piece->ours = sheet_section_find(name, &piece->section);
	while (!piece->ours && dash > 0 && name.p[dash - 1] != '-')
		dash--;
	if (piece->ours || dash < 2 ||
	    !num_parse_u64(str_sub(name.p + dash, name.len - dash), &number) ||
	    number < 2 || number > PARTS_MAX)
		return;
	piece->ours = sheet_section_find(str_sub(name.p, dash - 1), &piece->section);
	piece->part = (size_t)number - 1;
}

/* "sha256=...", "of=3", "front=...": what stands behind the name. */
static void read_attributes(struct str rest, char sha256[DIGEST_HEX], struct piece *piece)
{
	struct str word;

	while (str_cut(&rest, ' ', &word)) {
		uint64_t of;

		if (str_starts(word, "sha256="))
			(void)str_copy(sha256, DIGEST_HEX, str_sub(word.p + 7, word.len - 7));
		else if (str_starts(word, "front="))
			(void)str_copy(piece->front, DIGEST_HEX, str_sub(word.p + 6, word.len - 6));
		else if (str_starts(word, "of=") &&
			 num_parse_u64(str_sub(word.p + 3, word.len - 3), &of) && of <= PARTS_MAX)
			piece->of = (size_t)of;
	}
	if (piece->of <= piece->part)
		piece->of = piece->part + 1;
}

/* "<!-- binnacle:begin NAME sha256=... -->"; *rest: what stands behind the name. */
static bool begins(struct str line, struct str *name, struct str *rest)
{
	struct str text = right_trimmed(line);
	size_t skip = strlen(BLOCK_BEGIN);

	if (!str_starts(text, BLOCK_BEGIN) || !str_ends(text, BLOCK_CLOSE) ||
	    text.len < skip + strlen(BLOCK_CLOSE))
		return false;
	*rest = str_sub(text.p + skip, text.len - skip - strlen(BLOCK_CLOSE));
	return str_cut(rest, ' ', name) && name->len > 0 && str_starts(*rest, "sha256=");
}

static bool ends(struct str line, struct str name)
{
	struct str text = right_trimmed(line);
	size_t skip = strlen(BLOCK_END);

	return str_starts(text, BLOCK_END) && str_ends(text, BLOCK_CLOSE) &&
	       text.len == skip + name.len + strlen(BLOCK_CLOSE) &&
	       memcmp(text.p + skip, name.p, name.len) == 0;
}

/* A whole block that begins in this line; another begin before its end means that it has none. */
static bool take_block(struct splitter *s, const struct line *begin)
{
	struct str name, rest, other, unused;
	struct line line = *begin;
	char said[DIGEST_HEX] = "", is[DIGEST_HEX];
	struct piece *piece;

	if (!begins(begin->text, &name, &rest))
		return false;
	do {
		if (!line_at(s->text, line.next, &line) || begins(line.text, &other, &unused))
			return false;
	} while (!ends(line.text, name));
	close_human(s, begin->start);
	piece = add(s->out, PIECE_BLOCK,
		    str_sub(s->text.p + begin->start, line.start + line.text.len - begin->start));
	read_name(name, piece);
	read_attributes(rest, said, piece);
	sheet_hash(is, str_sub(s->text.p + begin->next, line.start - begin->next));
	piece->intact = strcmp(said, is) == 0;
	piece->crlf = begin->crlf;
	s->from = line.start + line.text.len;
	s->at = line.next;
	s->answers = -1;
	return true;
}

/* How many ` or ~ open or close a fence here; 0: it is none. */
static size_t fence(struct str line, char *sign, bool *bare)
{
	size_t at = 0, len = 0;

	while (at < line.len && at < 3 && line.p[at] == ' ')
		at++;
	if (at == line.len || (line.p[at] != '`' && line.p[at] != '~'))
		return 0;
	*sign = line.p[at];
	while (at + len < line.len && line.p[at + len] == *sign)
		len++;
	line = str_sub(line.p + at + len, line.len - at - len);
	*bare = str_trim(line).len == 0;
	return len < 3 || (*sign == '`' && memchr(line.p, '`', line.len)) ? 0 : len;
}

/* One that is never closed is taken for none: it would make all that follows the text of people. */
static bool skip_fence(struct splitter *s, const struct line *open)
{
	struct line line = *open;
	char sign, other;
	bool bare;
	size_t len = fence(open->text, &sign, &bare), *hopeless = &s->hopeless[len && sign == '~'];

	if (len == 0 || (*hopeless && len >= *hopeless))
		return false;
	while (line_at(s->text, line.next, &line)) {
		if (fence(line.text, &other, &bare) >= len && other == sign && bare) {
			s->at = line.next;
			return true;
		}
	}
	*hopeless = len;
	return false;
}

static int section_of(struct str line)
{
	struct str text = right_trimmed(line);

	for (int i = 0; i < SECTION_COUNT; i++) {
		if (str_starts(text, "## ") &&
		    str_eq(str_sub(text.p + 3, text.len - 3),
			   postmortem_section_heading((enum postmortem_section)i)))
			return i;
	}
	return -1;
}

static bool heading(struct str line)
{
	return str_starts(line, "# ") || str_starts(line, "## ");
}

static bool skip_blank(struct str text, size_t at, struct line *out)
{
	while (line_at(text, at, out)) {
		if (str_trim(out->text).len > 0)
			return true;
		at = out->next;
	}
	return false;
}

/* The question of a section, when it is all that stands there. */
static void take_question(struct splitter *s)
{
	struct line line, next;
	struct str name, rest;
	struct piece *piece;

	if (s->answers < 0 || !skip_blank(s->text, s->at, &line) || !str_starts(line.text, "> ") ||
	    !str_eq(right_trimmed(str_sub(line.text.p + 2, line.text.len - 2)),
		    postmortem_section_question((enum postmortem_section)s->answers)))
		return;
	if (skip_blank(s->text, line.next, &next) && !heading(next.text) &&
	    !begins(next.text, &name, &rest))
		return;
	close_human(s, line.start);
	piece = add(s->out, PIECE_QUESTION, line.text);
	piece->answers = s->answers;
	piece->crlf = line.crlf;
	s->from = line.start + line.text.len;
	s->at = line.next;
	s->answers = -1;
}

/* From "---" in the first line to the next "---". A mark of byte order may stand before it. */
static void take_front(struct splitter *s)
{
	size_t bom = str_starts(s->text, "\xEF\xBB\xBF") ? 3 : 0;
	struct line first, line;

	if (!line_at(s->text, bom, &first) || !str_eq(right_trimmed(first.text), "---"))
		return;
	line = first;
	do {
		if (!line_at(s->text, line.next, &line) || str_starts(line.text, BLOCK_BEGIN))
			return;
	} while (!str_eq(right_trimmed(line.text), "---"));
	close_human(s, bom);
	add(s->out, PIECE_FRONT, str_sub(s->text.p + bom, line.start + line.text.len - bom))->crlf =
		first.crlf;
	s->from = line.start + line.text.len;
	s->at = line.next;
}

/* The front matter is intact when a block of facts still has its hash. */
static void judge_front(struct pieces *pieces)
{
	char is[DIGEST_HEX];

	for (size_t i = 0; i < pieces->count; i++) {
		if (pieces->items[i].kind != PIECE_FRONT)
			continue;
		sheet_hash(is, pieces->items[i].bytes);
		for (size_t k = 0; k < pieces->count; k++)
			pieces->items[i].intact |= pieces->items[k].kind == PIECE_BLOCK &&
						   strcmp(pieces->items[k].front, is) == 0;
		return;
	}
}

void sheet_split(struct str markdown, struct pieces *out)
{
	struct splitter s = { .text = markdown, .answers = -1, .out = out };
	struct line line;

	take_front(&s);
	while (line_at(s.text, s.at, &line)) {
		s.at = line.next;
		if (take_block(&s, &line) || skip_fence(&s, &line) || !heading(line.text))
			continue;
		close_human(&s, line.start);
		s.answers = -1;
		close_human(&s, line.next);
		s.answers = section_of(line.text);
		take_question(&s);
	}
	close_human(&s, markdown.len);
	judge_front(out);
}

void pieces_done(struct pieces *pieces)
{
	mem_free(pieces->items);
	*pieces = (struct pieces){ 0 };
}
