/*
 * runbook_text.c: the tree of a runbook, block by block, in lines of at most COLUMNS cells.
 *
 * Commands are not wrapped: a line of a command that is broken is another command.
 */
#include "export/runbook_text.h"

#include <string.h>

#include "base/scrub.h"
#include "base/utf8.h"

enum { COLUMNS = 78, DEEPEST = 32, MARK = 24 };

/* Where text goes: what stands before each line, and before the first one only. */
struct page {
	const struct runbook *runbook;
	struct buf *out;
	size_t indent;
	char mark[MARK];		/* of a list item, until its first line is written */
	bool quoted;
};

static void begin_line(struct page *page)
{
	size_t mark = strlen(page->mark);

	for (size_t i = mark; i < page->indent; i++)
		buf_char(page->out, ' ');
	buf_text(page->out, page->mark);
	page->mark[0] = '\0';
	if (page->quoted)
		buf_text(page->out, "| ");
}

static size_t width_left(const struct page *page)
{
	size_t taken = page->indent + (page->quoted ? 2 : 0);

	return taken + 20 < COLUMNS ? COLUMNS - taken : 20;
}

/* Words of one line of text, in as many lines as they need. */
static void put_words(struct page *page, struct str text)
{
	struct str word;
	size_t used = 0;

	while (str_cut(&text, ' ', &word)) {
		size_t width = utf8_width(word);

		if (word.len == 0)
			continue;
		if (used > 0 && used + 1 + width > width_left(page)) {
			buf_char(page->out, '\n');
			used = 0;
		}
		if (used == 0)
			begin_line(page);
		else
			buf_char(page->out, ' ');
		buf_add(page->out, word.p, word.len);
		used += (used > 0) + width;
	}
	if (used > 0)
		buf_char(page->out, '\n');
}

/* Its runs as lines: a break ends one, an address follows its words. */
static void put_runs(struct page *page, const struct block *block)
{
	struct buf line = {0};

	for (const struct run_of_text *run = block->runs; run; run = run->next) {
		bool last = run->kind == RUN_LINK && (!run->next || run->next->kind != RUN_LINK ||
						      strcmp(run->next->url, run->url) != 0);

		if (run->kind == RUN_BREAK) {
			put_words(page, str_sub(buf_cstr(&line), line.len));
			buf_clear(&line);
		} else if (run->kind != RUN_COMMENT) {
			buf_text(&line, run->text);
		}
		if (last && run->url[0] != '#' && strcmp(run->url, run->text) != 0)
			buf_fmt(&line, " (%s)", run->url);
	}
	put_words(page, str_sub(buf_cstr(&line), line.len));
	buf_done(&line);
}

static void put_code(struct page *page, const struct block *block)
{
	struct str rest = str_sub(block->text ? block->text : "", block->text ? block->length : 0);
	struct str line;

	if (block->info && block->info[0]) {
		begin_line(page);
		buf_text(page->out, "  ");
		scrub(page->out, str_of(block->info));
		buf_text(page->out, ":\n");
	}
	while (str_cut(&rest, '\n', &line)) {
		begin_line(page);
		buf_text(page->out, "    ");
		scrub(page->out, line);
		buf_char(page->out, '\n');
	}
}

static void put_row(struct page *page, const struct block *row)
{
	struct arena arena = {0};

	begin_line(page);
	for (const struct block *cell = row->first; cell; cell = cell->next)
		buf_fmt(page->out, "%s%s", cell == row->first ? "" : " | ",
			markdown_plain(cell, &arena));
	buf_char(page->out, '\n');
	arena_done(&arena);
}

static const struct step *step_of(const struct page *page, const struct block *item)
{
	for (size_t i = 0; i < page->runbook->step_count; i++)
		if (page->runbook->steps[i].body == item)
			return &page->runbook->steps[i];
	return NULL;
}

/* "[check]", "[decision][CAUTION]": what kind of step it is, where it is more than manual. */
static void put_kind(struct page *page, const struct step *step)
{
	bool danger = step->danger != DANGER_NONE;

	if (step->kind == STEP_MANUAL && !danger && !step->probe && !step->role[0] &&
	    !step->when.step[0] && !step->when.param[0])
		return;
	begin_line(page);
	if (step->kind != STEP_MANUAL)
		buf_fmt(page->out, "[%s]", step_kind_word(step->kind));
	if (danger)
		buf_text(page->out, step->danger == DANGER_CAUTION ? "[CAUTION]" : "[WARNING]");
	if (step->role[0])
		buf_fmt(page->out, "[%s]", step->role);
	if (step->when.step[0])
		buf_fmt(page->out, " only if %s is %s", step->when.step, step->when.outcome);
	else if (step->when.param[0])
		buf_fmt(page->out, " only if %s has a value", step->when.param);
	if (step->probe)
		buf_fmt(page->out, " watches: %s", step->probe_text);
	buf_char(page->out, '\n');
}

static void put_blocks(struct page *page, const struct block *first, unsigned depth);

static void set_mark(struct page *page, const struct block *item, const struct step *step)
{
	if (step)
		(void)snprintf(page->mark, MARK, "%u. ", step->n);
	else if (item->parent && item->parent->ordered)
		(void)snprintf(page->mark, MARK, "%u. ", item->number);
	else
		(void)str_put(page->mark, MARK, item->task ? "[ ] " : "- ");
}

static void put_item(struct page *page, const struct block *item, unsigned depth)
{
	const struct step *step = step_of(page, item);
	struct page inner = *page;
	const struct block *body = item->first;

	set_mark(&inner, item, step);
	inner.indent += 4;
	if (step && body && body->kind == BLOCK_PARAGRAPH) {
		put_runs(&inner, body);
		put_kind(&inner, step);
		body = body->next;
	}
	put_blocks(&inner, body, depth + 1);
	if (inner.mark[0]) {		/* an empty item is a line too */
		begin_line(&inner);
		buf_char(page->out, '\n');
	}
}

static void put_quote(struct page *page, const struct block *quote, unsigned depth)
{
	struct page inner = *page;

	inner.quoted = true;
	put_blocks(&inner, quote->first, depth + 1);
}

static void put_heading(struct page *page, const struct block *block)
{
	struct arena arena = {0};
	const char *text = markdown_plain(block, &arena);

	begin_line(page);
	buf_fmt(page->out, "%s\n", text);
	for (size_t i = 0; block->level <= 2 && i < utf8_width(str_of(text)); i++)
		buf_char(page->out, block->level == 1 ? '=' : '-');
	if (block->level <= 2)
		buf_char(page->out, '\n');
	arena_done(&arena);
}

static void put_block(struct page *page, const struct block *block, unsigned depth)
{
	switch (block->kind) {
	case BLOCK_HEADING:
		put_heading(page, block);
		break;
	case BLOCK_PARAGRAPH:
	case BLOCK_CELL:
		put_runs(page, block);
		break;
	case BLOCK_LIST_ITEM:
		put_item(page, block, depth);
		break;
	case BLOCK_QUOTE:
		put_quote(page, block, depth);
		break;
	case BLOCK_FENCE:
		put_code(page, block);
		break;
	case BLOCK_HTML:
		if (!str_starts(str_trim(str_of(block->text)), "<!--"))
			put_code(page, block);
		break;
	case BLOCK_ROW:
		put_row(page, block);
		break;
	case BLOCK_RULE:
		put_words(page, str_of("* * *"));
		break;
	case BLOCK_DOCUMENT:
	case BLOCK_LIST:
	case BLOCK_TABLE:
		put_blocks(page, block->first, depth + 1);
		break;
	}
}

/* A blank line between blocks, none between the rows of a table and the items of a short list. */
static void put_blocks(struct page *page, const struct block *first, unsigned depth)
{
	if (depth == DEEPEST)
		return;
	for (const struct block *block = first; block; block = block->next) {
		bool tight = block->kind == BLOCK_ROW ||
			     (block->kind == BLOCK_LIST_ITEM && !step_of(page, block));

		if (block != first && !tight)
			buf_char(page->out, '\n');
		put_block(page, block, depth);
		/* The mark of an item is for its first line alone. */
		page->mark[0] = '\0';
	}
}

static void put_list(struct page *page, const char *name, const struct texts *texts)
{
	struct buf line = {0};

	for (size_t i = 0; i < texts->count; i++)
		buf_fmt(&line, "%s%s", i ? ", " : "", texts->items[i]);
	if (line.len) {
		struct page inner = *page;

		(void)snprintf(inner.mark, MARK, "%-12s", name);
		inner.indent = 12;
		put_words(&inner, str_sub(line.data, line.len));
	}
	buf_done(&line);
}

static void put_fact(struct page *page, const char *name, const char *text)
{
	const char *one[] = {text};

	if (text[0])
		put_list(page, name, &(struct texts){one, 1});
}

static void put_alerts(struct page *page, const struct card *card)
{
	const char *names[32];
	size_t count = 0;

	for (; count < card->alert_count && count < ARRAY_LEN(names); count++)
		names[count] = card->alerts[count].name;
	put_list(page, "Alerts", &(struct texts){names, count});
}

static void put_review(struct page *page, const struct card *card, msec now)
{
	msec due = card_review_due(card);
	char text[64] = "UNREVIEWED: nobody has confirmed that it is right", day[WHEN_TEXT];

	if (card->reviewed_by.count && due != WHEN_NEVER) {
		when_format(day, due);
		(void)snprintf(text, sizeof(text), "%s %.10s", due <= now ? "OVERDUE since" :
			       "due again on", day);
		put_list(page, "Reviewed by", &card->reviewed_by);
	}
	put_fact(page, "Review", text);
}

static void put_card(struct page *page, msec now)
{
	const struct card *card = &page->runbook->card;
	char severity[] = "SEV0";

	severity[3] = (char)('0' + card->severity % 10);
	put_fact(page, "Runbook", card->id);
	put_fact(page, "What for", card->summary);
	put_fact(page, "Severity", card->severity ? severity : "");
	put_list(page, "Components", &card->components);
	put_alerts(page, card);
	put_fact(page, "Owner", card->owner);
	put_review(page, card, now);
	put_fact(page, "File", card->path);
	buf_char(page->out, '\n');
}

void runbook_text(const struct runbook *runbook, msec now, struct buf *out)
{
	struct page page = {.runbook = runbook, .out = out};

	put_card(&page, now);
	put_blocks(&page, runbook->doc.root->first, 0);
}

void runbook_step_text(const struct runbook *runbook, const struct step *step, struct buf *out)
{
	struct page page = { .runbook = runbook, .out = out };

	if (step->body)
		put_block(&page, step->body, 0);
}
