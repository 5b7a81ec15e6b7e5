/*
 * postmortem_md.c: the Markdown export: a file of ours and of people's pieces (sheet_split.h). One
 * that is new is made of the pieces of the table below; one that was there is gone through piece by
 * piece, and only what is ours and still as we wrote it gives way.
 *
 * A block stands in memory while it is written, because its hash comes first; its parts are small.
 */
#include "export/postmortem.h"

#include <string.h>

#include "base/attr.h"
#include "export/sheet_split.h"
#include "export/sheet_text.h"

enum { HUMAN_CHUNK = 64 * 1024 };

struct paper {
	const struct story *story;
	struct pour *pour;
	struct sheet sheet;
	struct pieces pieces;
	char front[DIGEST_HEX];
	struct buf block, left_out;
};

/* The order of a new file: blocks of the machine and sections of people. */
static const struct {
	bool human;
	int which;
} layout[] = {
	{ false, SHEET_FACTS }, { true, SECTION_SUMMARY }, { true, SECTION_IMPACT },
	{ false, SHEET_METRICS }, { false, SHEET_TIMELINE }, { true, SECTION_HAPPENED },
	{ false, SHEET_SIGNALS }, { true, SECTION_DETECTION }, { true, SECTION_FACTORS },
	{ true, SECTION_SURPRISES }, { true, SECTION_RECOVERY }, { false, SHEET_RUNS },
	{ true, SECTION_WELL }, { true, SECTION_BADLY }, { true, SECTION_LUCK },
	{ false, SHEET_ACTIONS }, { false, SHEET_UPDATES }, { false, SHEET_MESSAGES },
	{ false, SHEET_QUESTIONS },
};
_Static_assert(ARRAY_LEN(layout) == (size_t)SHEET_SECTION_COUNT + SECTION_COUNT,
	       "every section has its place");

static void put_due(struct buf *out, const char *key, msec at)
{
	char text[WHEN_TEXT];

	if (at == WHEN_NEVER)
		return;
	when_format(text, at);
	buf_fmt(out, "%s: %s\n", key, text);
}

static void put_front(const struct story *story, struct buf *out)
{
	const struct incident *incident = story->incident;
	const struct seat *commander = incident_commander(incident);
	const char *owner = incident->aftermath.owner;
	enum postmortem_status status = incident->aftermath.status;
	struct arena arena = { 0 };

	if (!*owner && commander)
		owner = commander->who;
	buf_text(out, "---\nincident: ");
	sheet_quoted(out, str_of(incident->id));
	buf_text(out, "\ntitle: ");
	sheet_quoted(out, str_of(story->title));
	buf_fmt(out, "\nseverity: SEV%u\nstatus: %s\nowner: ", incident->severity,
		postmortem_status_word(status == PAPER_NONE ? PAPER_DRAFT : status));
	sheet_quoted(out, str_of(story_text(story, &arena, *owner ? story_name(story, owner) : "", false,
					    NULL)));
	arena_done(&arena);
	buf_char(out, '\n');
	put_due(out, "postmortem_due", story->postmortem_due);
	put_due(out, "rca_due", story->rca_due);
	if (sheet_watermark(story))
		buf_fmt(out, "drill: \"%s\"\n", sheet_watermark(story));
	buf_text(out, "---");
}

static void put_lines(struct buf *out, struct str text, bool crlf)
{
	struct str rest = text;

	while (crlf && rest.len > 0) {
		const char *end = memchr(rest.p, '\n', rest.len);
		size_t len = end ? (size_t)(end - rest.p) : rest.len;

		buf_add(out, rest.p, len);
		if (end)
			buf_text(out, "\r\n");
		rest = str_sub(rest.p + len + !!end, rest.len - len - !!end);
	}
	buf_add(out, rest.p, rest.len);
}

/* A part of a section that has none any more is left out. */
static void put_block(struct paper *w, enum sheet_section section, size_t part, bool crlf)
{
	size_t parts = sheet_section_parts(section, w->story);
	struct buf name = { 0 }, *out = &w->pour->text;
	const char *eol = crlf ? "\r\n" : "\n";
	char hash[DIGEST_HEX];

	if (part >= parts)
		return;
	buf_clear(&w->block);
	w->sheet.out = &w->block;
	sheet_heading(&w->sheet, sheet_section_heading(section));
	sheet_section_write(section, &w->sheet, part);
	digest_sha256(hash, str_sub(buf_cstr(&w->block), w->block.len));
	sheet_block_name(&name, section, part);
	buf_fmt(out, BLOCK_BEGIN "%s sha256=%s", buf_cstr(&name), hash);
	if (parts > 1)
		buf_fmt(out, " of=%zu", parts);
	if (section == SHEET_FACTS)
		buf_fmt(out, " front=%s", w->front);
	buf_fmt(out, BLOCK_CLOSE "%s", eol);
	put_lines(out, str_sub(buf_cstr(&w->block), w->block.len), crlf);
	buf_fmt(out, BLOCK_END "%s" BLOCK_CLOSE, buf_cstr(&name));
	buf_done(&name);
}

static void put_beside(struct paper *w, enum sheet_section section, size_t part, bool crlf)
{
	if (part >= sheet_section_parts(section, w->story))
		return;
	buf_text(&w->pour->text, crlf ? "\r\n\r\n" : "\n\n");
	put_block(w, section, part, crlf);
	(void)pour_some(w->pour);
}

static bool same(const struct piece *a, const struct piece *b)
{
	return a->kind == PIECE_BLOCK && a->ours && a->section == b->section && a->part == b->part;
}

/* The last of those that were edited, when none is left that may be replaced. */
static bool wants_new(const struct paper *w, size_t index)
{
	const struct piece *piece = &w->pieces.items[index];

	for (size_t i = 0; i < w->pieces.count; i++) {
		if (same(&w->pieces.items[i], piece) &&
		    (w->pieces.items[i].intact || i > index))
			return false;
	}
	return true;
}

/* How many parts of a section were written before. 0: none is there. */
static size_t parts_before(const struct pieces *pieces, enum sheet_section section, size_t *last)
{
	size_t of = 0;

	for (size_t i = 0; i < pieces->count; i++) {
		const struct piece *piece = &pieces->items[i];

		if (piece->kind != PIECE_BLOCK || !piece->ours || piece->section != section)
			continue;
		of = piece->of > of ? piece->of : of;
		*last = i;
	}
	return of;
}

static void write_ours(struct paper *w, size_t index)
{
	const struct piece *piece = &w->pieces.items[index];
	size_t last = 0, before = parts_before(&w->pieces, piece->section, &last);

	if (piece->intact)
		put_block(w, piece->section, piece->part, piece->crlf);
	else
		buf_add(&w->pour->text, piece->bytes.p, piece->bytes.len);
	if (!piece->intact && wants_new(w, index))
		put_beside(w, piece->section, piece->part, piece->crlf);
	for (size_t i = before; index == last && i < sheet_section_parts(piece->section, w->story);
	     i++)
		put_beside(w, piece->section, i, piece->crlf);
}

static bool write_bytes(struct paper *w, struct str bytes)
{
	while (bytes.len > 0) {
		size_t len = bytes.len < HUMAN_CHUNK ? bytes.len : HUMAN_CHUNK;

		buf_add(&w->pour->text, bytes.p, len);
		if (!pour_some(w->pour))
			return false;
		bytes = str_sub(bytes.p + len, bytes.len - len);
	}
	return true;
}

static void write_front(struct paper *w, const struct piece *piece)
{
	if (piece->intact) {
		buf_clear(&w->block);
		put_front(w->story, &w->block);
		put_lines(&w->pour->text, str_sub(buf_cstr(&w->block), w->block.len), piece->crlf);
	} else {
		buf_add(&w->pour->text, piece->bytes.p, piece->bytes.len);
	}
}

/* For the public, people write anew: what was answered was answered inside. */
static void write_question(struct paper *w, const struct piece *piece)
{
	const struct incident *incident = w->story->incident;
	const char *answer = incident->aftermath.answers[piece->answers].text;
	struct arena arena = { 0 };
	bool hidden;

	if (!answer || !*answer || w->story->in.public_) {
		buf_add(&w->pour->text, piece->bytes.p, piece->bytes.len);
		return;
	}
	buf_clear(&w->block);
	answer = story_text(w->story, &arena, answer, true, &hidden);
	sheet_prose(&w->block, str_trim(str_of(answer)));
	put_lines(&w->pour->text, str_sub(buf_cstr(&w->block), w->block.len), piece->crlf);
	arena_done(&arena);
}

static bool write_piece(struct paper *w, size_t index)
{
	const struct piece *piece = &w->pieces.items[index];

	switch (piece->kind) {
	case PIECE_HUMAN:
		return write_bytes(w, piece->bytes);
	case PIECE_FRONT:
		write_front(w, piece);
		break;
	case PIECE_QUESTION:
		write_question(w, piece);
		break;
	case PIECE_BLOCK:
		if (!piece->ours)
			return write_bytes(w, piece->bytes);
		write_ours(w, index);
		break;
	}
	return pour_some(w->pour);
}

static void left_out(struct paper *w, enum sheet_section section, size_t part)
{
	buf_text(&w->left_out, w->left_out.len > 0 ? ", " : "");
	sheet_block_name(&w->left_out, section, part);
}

/* What people took out of the file: it stays out, and the facts say so. */
static void find_left_out(struct paper *w)
{
	for (int i = 0; i < SHEET_SECTION_COUNT; i++) {
		struct piece want = { .section = (enum sheet_section)i };
		size_t last, of = parts_before(&w->pieces, want.section, &last);

		for (want.part = 0; want.part < (of ? of : 1); want.part++) {
			size_t k = 0;

			while (k < w->pieces.count && !same(&w->pieces.items[k], &want))
				k++;
			if (k == w->pieces.count)
				left_out(w, want.section, want.part);
		}
	}
	w->sheet.left_out = buf_cstr(&w->left_out);
}

/* A new file: all blocks are empty, and as such intact; all questions stand. */
static void put_template(const struct story *story, struct buf *out)
{
	char empty[DIGEST_HEX];

	digest_sha256(empty, str_of(""));
	put_front(story, out);
	buf_text(out, "\n\n# ");
	sheet_line(out, str_of(story->title));
	buf_text(out, "\n\n");
	for (size_t i = 0; i < ARRAY_LEN(layout); i++) {
		enum postmortem_section human = (enum postmortem_section)layout[i].which;
		enum sheet_section ours = (enum sheet_section)layout[i].which;
		size_t parts = layout[i].human ? 0 : sheet_section_parts(ours, story);

		for (size_t part = 0; part < parts; part++) {
			struct buf name = { 0 };

			sheet_block_name(&name, ours, part);
			buf_fmt(out, BLOCK_BEGIN "%s sha256=%s of=%zu" BLOCK_CLOSE "\n" BLOCK_END
				"%s" BLOCK_CLOSE "\n\n", buf_cstr(&name), empty, parts, buf_cstr(&name));
			buf_done(&name);
		}
		if (layout[i].human)
			buf_fmt(out, "## %s\n\n> %s\n\n", postmortem_section_heading(human),
				postmortem_section_question(human));
	}
	buf_cut(out, out->len - 1);
}

bool postmortem_markdown(const struct story *story, struct str before, struct pour *pour,
			 size_t *kept)
{
	struct paper w = { .story = story, .pour = pour };
	struct buf fresh = { 0 };
	bool empty = str_trim(before).len == 0;

	put_front(story, &w.block);
	digest_sha256(w.front, str_sub(buf_cstr(&w.block), w.block.len));
	if (empty)
		put_template(story, &fresh);
	sheet_split(empty ? str_sub(buf_cstr(&fresh), fresh.len) : before, &w.pieces);
	sheet_begin(&w.sheet, &sheet_markdown_tongue, story);
	if (!empty)
		find_left_out(&w);
	*kept = 0;
	for (size_t i = 0; i < w.pieces.count && write_piece(&w, i); i++)
		*kept += w.pieces.items[i].kind == PIECE_BLOCK && w.pieces.items[i].ours &&
			 !w.pieces.items[i].intact;
	sheet_done(&w.sheet);
	pieces_done(&w.pieces);
	buf_done(&fresh);
	buf_done(&w.block);
	buf_done(&w.left_out);
	return !pour->failed;
}

/* What is said there, without the question when it was left standing above the answer. */
static struct str answer_of(const struct piece *piece)
{
	const char *question =
		postmortem_section_question((enum postmortem_section)piece->answers);
	struct str rest = str_trim(piece->bytes), line, text;

	text = rest;
	if (str_starts(rest, "> ") && str_cut(&rest, '\n', &line)) {
		line = str_trim(str_sub(line.p + 2, line.len - 2));
		if (str_eq(line, question))
			text = str_trim(rest);
	}
	return text;
}

void postmortem_answers(struct str markdown, struct arena *arena,
			const char *answers[SECTION_COUNT])
{
	struct pieces pieces = { 0 };
	struct buf text = { 0 };

	for (int i = 0; i < SECTION_COUNT; i++)
		answers[i] = NULL;
	sheet_split(markdown, &pieces);
	for (size_t i = 0; i < pieces.count; i++) {
		const struct piece *piece = &pieces.items[i];
		struct str said;

		if (piece->kind != PIECE_HUMAN || piece->answers < 0 || answers[piece->answers])
			continue;
		said = answer_of(piece);
		if (said.len == 0)
			continue;
		buf_clear(&text);
		sheet_prose_read(&text, said);
		answers[piece->answers] = arena_text(arena, buf_cstr(&text), text.len);
	}
	buf_done(&text);
	pieces_done(&pieces);
}
