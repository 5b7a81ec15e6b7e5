#include "ui/prose_inside.h"

#include <ctype.h>
#include <string.h>

#include "base/attr.h"
#include "base/scrub.h"
#include "base/utf8.h"

enum { NEST = 2, DEPTH = 12 };

/* Where the next word goes. */
struct line {
	struct page *page;
	int left, x;			/* x of the next cell; left: where lines begin */
	bool blank;			/* a blank is owed before the next word */
	const struct run_of_text *without;
};

static void put_blocks(const struct prose *prose, const struct block *first,
		       const struct block *end, int depth);

static int right_of(const struct page *page)
{
	return page->cols - 1;
}

static void next_line(struct line *line)
{
	page_text(line->page);
	line->x = line->left;
	line->blank = false;
}

static struct line begin_line(struct page *page, int left)
{
	return (struct line){ .page = page, .left = left, .x = left };
}

static enum role role_of_run(enum run_kind kind)
{
	static const enum role roles[] = {
		[RUN_TEXT] = ROLE_PLAIN, [RUN_STRONG] = ROLE_STRONG, [RUN_EMPHASIS] = ROLE_PLAIN,
		[RUN_CODE] = ROLE_KEY, [RUN_LINK] = ROLE_STRONG, [RUN_BREAK] = ROLE_PLAIN,
		[RUN_COMMENT] = ROLE_PLAIN,
	};

	return roles[kind];
}

static size_t word_len(const char *text)
{
	return strcspn(text, " \t\n");
}

/* How wide the word is that begins here, with the parts of it that stand in the runs after. */
static int width_from(const struct run_of_text *run, const char *at)
{
	int width = 0;

	for (;;) {
		size_t len = word_len(at);

		width += (int)utf8_width(str_sub(at, len));
		if (at[len] || !run->next || run->next->kind == RUN_BREAK)
			return width;
		run = run->next;
		at = run->kind == RUN_COMMENT ? "" : run->text;
	}
}

/* A word that is wider than a whole line is broken where the line ends. */
static void put_word(struct line *line, enum role role, struct str word)
{
	while (word.len > 0) {
		int room = right_of(line->page) - line->x;
		size_t len = room > 0 ? utf8_fit(word, (size_t)room) : 0;

		if (len == 0 && line->x == line->left)
			len = utf8_cluster(word);
		if (len == 0) {
			next_line(line);
			continue;
		}
		line->x = page_put(line->page, line->x, right_of(line->page), role, "%.*s", (int)len,
				   word.p);
		word = str_sub(word.p + len, word.len - len);
	}
}

static void put_words(struct line *line, const struct run_of_text *run)
{
	const char *at = run->text;
	enum role role = role_of_run(run->kind);

	while (*at) {
		size_t len;

		if (isspace((unsigned char)*at)) {
			line->blank = line->x > line->left;
			at++;
			continue;
		}
		len = word_len(at);
		if (line->x > line->left &&
		    line->x + line->blank + width_from(run, at) > right_of(line->page) && line->blank)
			next_line(line);
		line->x += line->blank;
		line->blank = false;
		put_word(line, role, str_sub(at, len));
		at += len;
	}
}

static bool is_outside(const char *url)
{
	return url && (str_starts(str_of(url), "http") || str_starts(str_of(url), "mailto:"));
}

static void put_url(struct line *line, const struct run_of_text *run)
{
	char url[512];
	struct run_of_text text = { .kind = RUN_TEXT, .text = url };

	if (!is_outside(run->url) || strcmp(run->url, run->text) == 0)
		return;
	str_put(url, sizeof(url), " (");
	str_put(url + 2, sizeof(url) - 3, run->url);
	str_put(url + strlen(url), 2, ")");
	put_words(line, &text);
}

static void put_runs(struct line *line, const struct run_of_text *run)
{
	for (; run; run = run->next) {
		if (run->kind == RUN_COMMENT || run == line->without)
			continue;
		if (run->kind == RUN_BREAK && line->x == line->left && line->without)
			continue;	/* after what was left out */
		if (run->kind == RUN_BREAK) {
			next_line(line);
			continue;
		}
		put_words(line, run);
		if (run->kind == RUN_LINK)
			put_url(line, run);
	}
}

/* The words of a callout, `[!WARNING]`, and how it is shown. */
static const struct {
	const char *mark, *word;
	enum role role;
} callouts[] = {
	{ "[!CAUTION]", "CAUTION", ROLE_BAD }, { "[!WARNING]", "WARNING", ROLE_WARN },
	{ "[!IMPORTANT]", "IMPORTANT", ROLE_STRONG }, { "[!NOTE]", "NOTE", ROLE_STRONG },
	{ "[!TIP]", "TIP", ROLE_STRONG },
};

static const struct run_of_text *first_run(const struct block *quote)
{
	const struct block *first = quote->first;

	return first && first->kind == BLOCK_PARAGRAPH ? first->runs : NULL;
}

static size_t callout_of(const struct block *quote)
{
	const struct run_of_text *run = first_run(quote);
	size_t i = 0;

	while (i < ARRAY_LEN(callouts) &&
	       !(run && str_starts(str_of(run->text), callouts[i].mark)))
		i++;
	return i;
}

/* "CAUTION" in its role, then the text of the paragraph that the mark began. */
static void put_callout(const struct prose *prose, const struct block *quote, size_t which,
			int depth)
{
	struct run_of_text rest = *first_run(quote);
	struct prose inner = *prose;
	struct line line = begin_line(prose->page, prose->x);

	page_text(prose->page);
	line.x = page_put(prose->page, prose->x, right_of(prose->page), callouts[which].role, "%s:",
			  callouts[which].word);
	line.left = prose->x + NEST;
	line.blank = true;
	rest.text += strlen(callouts[which].mark);
	while (rest.next && rest.next->kind == RUN_BREAK && !rest.text[0])
		rest = *rest.next->next;
	put_runs(&line, &rest);
	inner.x += NEST;
	put_blocks(&inner, quote->first->next, NULL, depth - 1);
}

static void put_quote(const struct prose *prose, const struct block *block, int depth)
{
	size_t which = callout_of(block);
	struct prose inner = *prose;

	if (which < ARRAY_LEN(callouts)) {
		put_callout(prose, block, which, depth);
		return;
	}
	inner.x += NEST;
	put_blocks(&inner, block->first, NULL, depth - 1);
}

void prose_literal(struct page *page, int x, enum role role, const char *text, size_t len)
{
	struct buf clean = { 0 };
	struct str rest = str_sub(text, len), line;
	int room = right_of(page) - x;

	while (room > 0 && str_cut(&rest, '\n', &line)) {
		struct str left;

		buf_clear(&clean);
		scrub(&clean, line);
		left = str_sub(clean.data, clean.len);
		do {
			size_t fit = utf8_fit(left, (size_t)room);

			if (fit == 0 && left.len > 0)
				fit = utf8_cluster(left);
			page_text(page);
			if (left.p != clean.data)	/* it goes on from the row above */
				page_put(page, x - 2, 1, ROLE_DIM, "~");
			page_put(page, x, room, role, "%.*s", (int)fit, left.len ? left.p : "");
			left = str_sub(left.p + fit, left.len - fit);
		} while (left.len > 0);
	}
	buf_done(&clean);
}

static void put_fence(const struct prose *prose, const struct block *block)
{
	if (prose->fence && prose->fence(prose->arg, block))
		return;
	prose_literal(prose->page, prose->x + NEST, ROLE_KEY, block->text ? block->text : "",
		      block->text ? block->length : 0);
}

static void put_marker(const struct prose *prose, const struct block *list,
		       const struct block *item, int *width)
{
	struct text mark = list->ordered ? text_fmt("%u.", item->number) :
			   item->task ? text_fmt("[%c]", item->ticked ? 'x' : ' ') : text_fmt("-");

	page_put(prose->page, prose->x, 8, ROLE_PLAIN, "%s", mark.bytes);
	*width = (int)text_width(&mark) + 1;
}

/* The first paragraph stands beside the marker. */
static void put_item(const struct prose *prose, const struct block *list, const struct block *item,
		     int depth)
{
	const struct block *first = item->first;
	struct prose inner = *prose;
	struct line line;
	int width;

	page_text(prose->page);
	put_marker(prose, list, item, &width);
	inner.x += width;
	line = begin_line(prose->page, inner.x);
	if (first && first->kind == BLOCK_PARAGRAPH) {
		put_runs(&line, first->runs);
		first = first->next;
	}
	put_blocks(&inner, first, NULL, depth - 1);
}

static void put_list(const struct prose *prose, const struct block *list, int depth)
{
	for (const struct block *item = list->first; item; item = item->next)
		if (!prose->skip || !prose->skip(prose->arg, item))
			put_item(prose, list, item, depth);
}

static void put_paragraph(const struct prose *prose, const struct block *block, enum role role)
{
	struct line line = begin_line(prose->page, prose->x);

	line.without = prose->without;
	page_text(prose->page);
	if (role == ROLE_PLAIN) {
		put_runs(&line, block->runs);
	} else {
		struct buf text = { 0 };

		prose_say(block, &text);
		page_wrap(prose->page, prose->x, role, buf_cstr(&text));
		buf_done(&text);
	}
}

static bool says_something(const struct block *block, const struct run_of_text *without)
{
	for (const struct run_of_text *run = block->runs; run; run = run->next)
		if (run->kind != RUN_COMMENT && run->kind != RUN_BREAK && run != without &&
		    str_trim(str_of(run->text)).len > 0)
			return true;
	return false;
}

static void put_block(const struct prose *prose, const struct block *block, int depth)
{
	switch (block->kind) {
	case BLOCK_HEADING:
		put_paragraph(prose, block, ROLE_RULE);
		break;
	case BLOCK_PARAGRAPH:
		if (says_something(block, prose->without))
			put_paragraph(prose, block, ROLE_PLAIN);
		break;
	case BLOCK_LIST:
		put_list(prose, block, depth);
		break;
	case BLOCK_QUOTE:
		put_quote(prose, block, depth);
		break;
	case BLOCK_FENCE:
		put_fence(prose, block);
		break;
	case BLOCK_TABLE:
		prose_table(prose, block);
		break;
	case BLOCK_RULE:
		page_text(prose->page);
		page_put(prose->page, prose->x, 3, ROLE_DIM, "---");
		break;
	case BLOCK_HTML:
		if (block->text && !str_starts(str_trim(str_of(block->text)), "<!--"))
			prose_literal(prose->page, prose->x, ROLE_DIM, block->text, block->length);
		break;
	case BLOCK_DOCUMENT: case BLOCK_LIST_ITEM: case BLOCK_ROW: case BLOCK_CELL:
		put_blocks(prose, block->first, NULL, depth - 1);
		break;
	}
}

/* Deeper than anybody writes by hand, text is left out with a word. */
static void put_blocks(const struct prose *prose, const struct block *first,
		       const struct block *end, int depth)
{
	if (depth <= 0 && first) {
		page_text(prose->page);
		page_put(prose->page, prose->x, 60, ROLE_DIM, "(nested too deep to show)");
		return;
	}
	for (const struct block *block = first; block && block != end; block = block->next)
		if (!prose->skip || !prose->skip(prose->arg, block))
			put_block(prose, block, depth);
}

void prose_put(const struct prose *prose, const struct block *first, const struct block *end)
{
	put_blocks(prose, first, end, DEPTH);
}
