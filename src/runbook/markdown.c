/*
 * markdown.c: what md4c tells, made into a tree.
 *
 * md4c is linear in its input but for one thing, the expansion of references, which can make
 * gigabytes: the limits of markdown.h are counted here, and reaching one stops it. What lies deeper
 * than MARKDOWN_DEPTH is put into the deepest block that there is.
 */
#include "runbook/markdown.h"

#include <md4c.h>
#include <string.h>

#include "base/utf8.h"
#include "runbook/card_front.h"
#include "runbook/markdown_inside.h"

enum { SPANS = 32 };

struct span {
	MD_SPANTYPE type;
	const char *url;		/* of a link that may be one; NULL */
};

struct building {
	struct source source;
	struct padded padded;
	struct cursor cursor;
	struct arena *arena;
	struct markdown *out;
	struct block *open, *last_fence;
	struct block *tails[MARKDOWN_DEPTH + 2];	/* the last child at each depth */
	struct run_of_text *last_run;
	unsigned depth, skipped;	/* of open; containers below it that are not in the tree */
	bool implied;			/* open is a paragraph that md4c does not tell of */
	size_t made, bytes;		/* of what has a limit */
	bool stopped;			/* it was reached; md4c hears it not everywhere */
	struct span spans[SPANS];
	size_t span_count;
	struct run_of_text run;		/* that is being told */
	struct buf text;		/* of it */
	size_t text_at, html_at;
	struct buf html;
	struct code code;
};

/* Count what is made. True where it is too much: md4c is to stop. */
static bool full(struct building *b, size_t bytes)
{
	b->bytes += bytes;
	if (++b->made <= MARKDOWN_BLOCKS && b->bytes <= MARKDOWN_TEXT)
		return false;
	b->out->cut = b->stopped = true;
	return true;
}

/* A block stands where its first part stands, where nothing else tells. */
static void place(struct building *b, struct block *block, size_t at)
{
	for (; block && block->line == 0; block = block->parent) {
		block->line = source_line(&b->source, at);
		block->column = source_column(&b->source, at);
	}
}

static bool add_run(struct building *b, enum run_kind kind, const char *text, size_t at)
{
	struct run_of_text *run;

	if (full(b, strlen(text)))
		return false;
	run = arena_new(b->arena, sizeof(*run));
	*run = (struct run_of_text){ .kind = kind, .strong = b->run.strong, .text = text,
				     .url = kind == RUN_LINK ? b->run.url : "" };
	run->line = source_line(&b->source, at);
	run->column = source_column(&b->source, at);
	if (b->last_run)
		b->last_run->next = run;
	else
		b->open->runs = run;
	b->last_run = run;
	return true;
}

static bool flush_text(struct building *b)
{
	struct str text = str_sub(buf_cstr(&b->text), b->text.len);
	bool ok = text.len == 0 || add_run(b, b->run.kind, markdown_harmless(text, false, b->arena),
					   b->text_at);

	buf_clear(&b->text);
	return ok;
}

/* Cut the next comment, or what stands before it, off raw HTML. */
static struct str cut_html(struct str *rest, bool *comment)
{
	const char *open = memmem(rest->p, rest->len, "<!--", 4), *end = NULL;
	struct str part = str_sub(rest->p, open ? (size_t)(open - rest->p) : rest->len);

	*comment = part.len == 0 && open;
	if (*comment) {
		part = str_sub(rest->p + 4, rest->len - 4);
		end = memmem(part.p, part.len, "-->", 3);
		if (end)
			part.len = (size_t)(end - part.p);
	}
	*rest = str_sub(part.p + part.len + (end ? 3 : 0),
			(size_t)(rest->p + rest->len - part.p) - part.len - (end ? 3 : 0));
	return part;
}

static bool flush_html(struct building *b)
{
	struct str rest = str_sub(buf_cstr(&b->html), b->html.len);
	bool ok = true, comment;

	while (ok && rest.len > 0) {
		size_t at = b->html_at + (size_t)(rest.p - b->html.data);
		struct str part = cut_html(&rest, &comment);

		if (comment || str_trim(part).len > 0)
			ok = add_run(b, comment ? RUN_COMMENT : RUN_TEXT,
				     markdown_harmless(part, comment, b->arena), at);
	}
	buf_clear(&b->html);
	return ok;
}

static bool flush(struct building *b)
{
	return flush_text(b) && flush_html(b);
}

static bool open_block(struct building *b, enum block_kind kind)
{
	struct block *block;

	if (full(b, 0))
		return false;
	block = arena_new(b->arena, sizeof(*block));
	block->kind = kind;
	block->info = "";
	block->parent = b->open;
	if (b->tails[b->depth + 1])
		b->tails[b->depth + 1]->next = block;
	else
		b->open->first = block;
	b->tails[++b->depth] = block;
	if (b->depth <= MARKDOWN_DEPTH)
		b->tails[b->depth + 1] = NULL;
	b->open = block;
	b->last_run = NULL;
	return true;
}

static void close_block(struct building *b)
{
	struct block *block = b->open;

	/* An empty one stands where the next thing stands; cells stand with their row. */
	if (block->line == 0 && block->kind != BLOCK_CELL)
		place(b, block, cursor_any(&b->source, &b->cursor));
	if (block->end_line < block->line)
		block->end_line = block->line;
	if (block->parent->end_line < block->end_line)
		block->parent->end_line = block->end_line;
	b->open = block->parent;
	b->depth--;
	b->last_run = NULL;
	b->implied = false;
}

/* The text of a tight list stands in its items without a paragraph. */
static bool close_implied(struct building *b)
{
	bool ok = flush(b);

	if (b->implied)
		close_block(b);
	return ok;
}

static bool is_container(enum block_kind kind)
{
	return kind == BLOCK_DOCUMENT || kind == BLOCK_LIST || kind == BLOCK_LIST_ITEM ||
	       kind == BLOCK_QUOTE || kind == BLOCK_TABLE || kind == BLOCK_ROW;
}

static bool enter_container(struct building *b, enum block_kind kind)
{
	if (b->depth + 1 < MARKDOWN_DEPTH && b->skipped == 0)
		return open_block(b, kind);
	b->skipped++;
	b->out->cut = true;
	return true;
}

static void enter_item(struct building *b, const MD_BLOCK_LI_DETAIL *detail)
{
	unsigned number = 0;
	size_t at = cursor_item(&b->source, &b->cursor, &number);

	if (b->skipped > 0)
		return;
	b->open->task = detail->is_task;
	b->open->ticked = detail->is_task && detail->task_mark != ' ';
	b->open->number = number;
	place(b, b->open, at);
}

static void enter_code(struct building *b, const MD_BLOCK_CODE_DETAIL *detail)
{
	b->open->text = "";
	code_start(&b->code, detail->fence_char);
}

static const struct {
	enum block_kind kind;
	bool told;			/* has a block of ours */
} blocks[] = {
	[MD_BLOCK_DOC] = { BLOCK_DOCUMENT, false },
	[MD_BLOCK_QUOTE] = { BLOCK_QUOTE, true },
	[MD_BLOCK_UL] = { BLOCK_LIST, true },
	[MD_BLOCK_OL] = { BLOCK_LIST, true },
	[MD_BLOCK_LI] = { BLOCK_LIST_ITEM, true },
	[MD_BLOCK_HR] = { BLOCK_RULE, true },
	[MD_BLOCK_H] = { BLOCK_HEADING, true },
	[MD_BLOCK_CODE] = { BLOCK_FENCE, true },
	[MD_BLOCK_HTML] = { BLOCK_HTML, true },
	[MD_BLOCK_P] = { BLOCK_PARAGRAPH, true },
	[MD_BLOCK_TABLE] = { BLOCK_TABLE, true },
	[MD_BLOCK_THEAD] = { BLOCK_TABLE, false },
	[MD_BLOCK_TBODY] = { BLOCK_TABLE, false },
	[MD_BLOCK_TR] = { BLOCK_ROW, true },
	[MD_BLOCK_TH] = { BLOCK_CELL, true },
	[MD_BLOCK_TD] = { BLOCK_CELL, true },
};

static int enter_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct building *b = arg;
	enum block_kind kind = blocks[type].kind;

	if (!close_implied(b))
		return 1;
	if (!blocks[type].told)
		return 0;
	if (kind == BLOCK_CELL && b->open->kind != BLOCK_ROW)
		kind = BLOCK_PARAGRAPH;
	if (!(is_container(kind) ? enter_container(b, kind) : open_block(b, kind)))
		return 1;
	if (type == MD_BLOCK_LI)
		enter_item(b, detail);
	else if (type == MD_BLOCK_CODE)
		enter_code(b, detail);
	else if (type == MD_BLOCK_H)
		b->open->level = ((MD_BLOCK_H_DETAIL *)detail)->level;
	else if (type == MD_BLOCK_HR)
		place(b, b->open, cursor_rule(&b->source, &b->cursor));
	else if (type == MD_BLOCK_QUOTE && b->skipped == 0)
		place(b, b->open, cursor_quote(&b->source, &b->cursor));
	else if (type == MD_BLOCK_OL && b->skipped == 0)
		b->open->ordered = true;
	return 0;
}

/* A heading begins at its '#'; one that is underlined ends with the line after it. */
static void leave_heading(struct building *b)
{
	struct block *block = b->open;
	size_t at;

	if (block->line == 0)
		place(b, block, cursor_any(&b->source, &b->cursor));
	at = source_past_marks(&b->source, source_start(&b->source, block->line));
	block->column = source_column(&b->source, at);
	if (at < b->source.len && b->source.text[at] != '#')
		block->end_line = source_line(&b->source, b->cursor.at) + 1;
	cursor_line(&b->source, &b->cursor, (block->end_line ? block->end_line : block->line) + 1);
}

/* The closing line of a fence without an end may be the opening line of the next one. */
static void leave_code(struct building *b)
{
	code_finish(&b->code, &b->source, &b->cursor, b->arena, b->open);
	b->open->column = source_column(&b->source, source_past_marks(&b->source,
					source_start(&b->source, b->open->line)));
	if (b->code.mark && b->last_fence && b->last_fence->closed &&
	    b->last_fence->end_line >= b->open->line) {
		b->last_fence->closed = false;
		b->last_fence->end_line--;
	}
	b->last_fence = b->code.mark ? b->open : NULL;
	if (b->open->parent->line == 0)
		place(b, b->open->parent, source_start(&b->source, b->open->line));
}

/* Of a table the rows follow each other line by line, the delimiter row after the first. */
static void leave_row(struct building *b)
{
	struct block *row = b->open, *table = row->parent;

	if (table->first != row)
		row->line = table->end_line + 1 + (table->first->next == row);
	else
		place(b, row, cursor_any(&b->source, &b->cursor));
	row->end_line = row->line;
	row->column = row->column ? row->column : 1;
	for (struct block *cell = row->first; cell; cell = cell->next) {
		place(b, cell, source_start(&b->source, row->line));
		cell->end_line = row->line;
	}
	cursor_line(&b->source, &b->cursor, row->line + 1 + (table->first == row));
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct building *b = arg;
	enum block_kind kind = blocks[type].kind;

	(void)detail;
	if (type == MD_BLOCK_HTML) {
		b->open->text = markdown_harmless(str_sub(buf_cstr(&b->html), b->html.len), true,
						  b->arena);
		b->open->length = strlen(b->open->text);
	}
	if (!close_implied(b))
		return 1;
	if (!blocks[type].told)
		return 0;
	if (is_container(kind) && b->skipped > 0) {
		b->skipped--;
		return 0;
	}
	if (type == MD_BLOCK_H)
		leave_heading(b);
	else if (type == MD_BLOCK_CODE)
		leave_code(b);
	else if (type == MD_BLOCK_TR)
		leave_row(b);
	close_block(b);
	return 0;
}

static const char *read_url(struct building *b, const MD_ATTRIBUTE *attribute)
{
	struct buf url = { 0 };
	const char *kept = NULL;

	for (size_t i = 0; attribute->size > 0 && attribute->substr_offsets[i] < attribute->size; i++) {
		MD_OFFSET from = attribute->substr_offsets[i], to = attribute->substr_offsets[i + 1];
		struct str part = str_sub(attribute->text + from, to - from);

		if (attribute->substr_types[i] == MD_TEXT_ENTITY)
			markdown_entity(&url, part);
		else
			buf_add(&url, part.p, part.len);
	}
	if (markdown_url_allowed(str_sub(buf_cstr(&url), url.len)))
		kept = markdown_harmless(str_sub(buf_cstr(&url), url.len), false, b->arena);
	buf_done(&url);
	return kept;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct building *b = arg;
	struct span span = { type, NULL };
	const MD_ATTRIBUTE *url = type == MD_SPAN_A ? &((MD_SPAN_A_DETAIL *)detail)->href :
				  type == MD_SPAN_IMG ? &((MD_SPAN_IMG_DETAIL *)detail)->src : NULL;

	if (!flush(b) || (url && full(b, url->size)))
		return 1;
	if (url)
		span.url = read_url(b, url);
	if (b->span_count < SPANS)
		b->spans[b->span_count] = span;
	b->span_count++;
	return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct building *b = arg;

	(void)type, (void)detail;
	b->span_count--;
	return !flush(b);
}

/* What the spans that are open make of a text. */
static void look_of(struct building *b, MD_TEXTTYPE type)
{
	enum run_kind kind = RUN_TEXT;
	size_t count = b->span_count < SPANS ? b->span_count : SPANS;

	b->run = (struct run_of_text){ .url = "" };
	for (size_t i = 0; i < count; i++) {
		const struct span *span = &b->spans[i];

		if (span->url)
			b->run.url = span->url;
		if (span->type == MD_SPAN_STRONG)
			b->run.strong = true;
		if (span->type == MD_SPAN_STRONG || span->type == MD_SPAN_EM)
			kind = span->type == MD_SPAN_EM ? RUN_EMPHASIS : RUN_STRONG;
	}
	if (type == MD_TEXT_CODE)
		kind = RUN_CODE;
	b->run.kind = *b->run.url ? RUN_LINK : kind;
}

static bool add_break(struct building *b)
{
	return flush(b) && add_run(b, RUN_BREAK, "", b->cursor.at);
}

static bool add_text(struct building *b, MD_TEXTTYPE type, struct str text, size_t at)
{
	if (b->html.len > 0 && !flush_html(b))
		return false;
	if (b->text.len == 0) {
		look_of(b, type);
		b->text_at = at;
	}
	if (type == MD_TEXT_ENTITY)
		markdown_entity(&b->text, text);
	else if (type == MD_TEXT_SOFTBR)
		buf_char(&b->text, ' ');
	else
		buf_add(&b->text, text.p, text.len);
	return true;
}

static bool add_html(struct building *b, struct str text, size_t at)
{
	if (!flush_text(b))
		return false;
	if (b->html.len == 0) {
		look_of(b, MD_TEXT_NORMAL);
		b->html_at = at;
	}
	buf_add(&b->html, text.p, text.len);
	return true;
}

static void add_code(struct building *b, struct str text)
{
	size_t at;

	if (padded_find(&b->padded, &b->source, &text, &at))
		code_text(&b->code, at);
	else if (str_eq(text, "\n"))
		code_end_line(&b->code);
	else
		code_indent(&b->code, text.len);
}

/* Where a text is; of one that md4c made, where the one before it ends. */
static size_t locate(struct building *b, struct str *text)
{
	size_t at = b->cursor.at;

	if (padded_find(&b->padded, &b->source, text, &at)) {
		place(b, b->open, at);
		b->cursor.at = at + text->len;
		b->cursor.fresh = false;
		b->open->end_line = source_line(&b->source, at);
	}
	return at;
}

static int text(MD_TEXTTYPE type, const MD_CHAR *bytes, MD_SIZE size, void *arg)
{
	struct building *b = arg;
	struct str part = str_sub(bytes, size);
	size_t at;
	bool ok;

	if (b->stopped)
		return 1;
	/* Of code and HTML a zero is told twice: once more with the text that it begins. */
	if (type == MD_TEXT_NULLCHAR && (b->open->kind == BLOCK_FENCE ||
					 b->open->kind == BLOCK_HTML))
		return 0;
	if (b->open->kind == BLOCK_FENCE) {
		add_code(b, part);
		return 0;
	}
	if (is_container(b->open->kind)) {
		if (!open_block(b, BLOCK_PARAGRAPH))
			return 1;
		b->implied = true;
	}
	at = locate(b, &part);
	if (type == MD_TEXT_BR)
		ok = add_break(b);
	else if (type == MD_TEXT_HTML)
		ok = add_html(b, part, at);
	else
		ok = add_text(b, type, part, at);
	return !ok;
}

/* One byte in ten that is no text is a file that is none. */
static bool is_text(struct str bytes)
{
	size_t wrong = 0;
	uint32_t cp;

	for (size_t i = 0, len; i < bytes.len; i += len) {
		len = (unsigned char)bytes.p[i] < 0x80 ? 1 :
		      utf8_next(str_sub(bytes.p + i, bytes.len - i), &cp);
		wrong += len == 0 || bytes.p[i] == '\0';
		len += len == 0;
	}
	return wrong * 10 <= bytes.len;
}

static void parse(struct building *b, size_t from)
{
	static const MD_PARSER parser = {
		.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS,
		.enter_block = enter_block, .leave_block = leave_block,
		.enter_span = enter_span, .leave_span = leave_span, .text = text,
	};

	b->out->root = b->open = arena_new(b->arena, sizeof(*b->open));
	*b->open = (struct block){ .kind = BLOCK_DOCUMENT, .info = "", .column = 1,
				   .line = source_line(&b->source, from),
				   .end_line = source_line(&b->source, from) };
	b->tails[0] = b->open;
	b->cursor = (struct cursor){ .at = from, .fresh = true };
	padded_init(&b->padded, &b->source, from);
	b->out->cut = b->padded.defused;
	if (md_parse(b->padded.text, (MD_SIZE)b->padded.len, &parser, b) != 0)
		b->out->cut = true;
	while (b->open != b->out->root)
		close_block(b);
}

bool markdown_parse(struct str bytes, struct arena *arena, struct markdown *out, struct err *err)
{
	struct building b = { .arena = arena, .out = out };
	struct front front;

	*out = (struct markdown){ 0 };
	if (bytes.len > MARKDOWN_BYTES)
		return err_set(err, ERR_LIMIT, "it is larger than %d KiB", MARKDOWN_BYTES / 1024);
	if (!is_text(bytes))
		return err_set(err, ERR_INPUT, "it is no text in UTF-8");
	source_init(&b.source, arena_text(arena, bytes.p, bytes.len), bytes.len);
	front_find(str_sub(b.source.text, b.source.len), &front);
	out->front = front.text;
	out->front_line = front.line;
	parse(&b, front.end);
	padded_done(&b.padded);
	source_done(&b.source);
	code_done(&b.code);
	buf_done(&b.text);
	buf_done(&b.html);
	return true;
}
