/* runbook_body.c: what the text of a step tells: its title, its dangers, the way back. */
#include <string.h>
#include <strings.h>

#include "runbook/runbook_inside.h"

enum { TITLE = 120 };

/* "The API is down. Restart it." -> "The API is down"; a dot inside a word ends nothing. */
static size_t sentence_end(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool last = i + 1 == text.len || text.p[i + 1] == ' ';

		if (last && strchr(".!?:;", text.p[i]) && text.p[i])
			return text.p[i] == '?' || text.p[i] == '!' ? i + 1 : i;
	}
	return text.len;
}

/* A title is one line that fits beside its marks; a full stop at its end says nothing. */
static const char *as_title(struct str text, struct arena *arena)
{
	char title[TITLE] = "";

	text = str_trim(text);
	while (text.len > 0 && strchr(".:;", text.p[text.len - 1]) && text.p[text.len - 1])
		text.len--;
	if (!str_copy(title, sizeof(title) - 1, text))
		title[strlen(title)] = '~';
	return arena_text(arena, title, strlen(title));
}

static bool is_empty(const struct run_of_text *run)
{
	return run->kind == RUN_COMMENT || str_trim(str_of(run->text)).len == 0;
}

static const struct block *first_text(const struct block *block)
{
	const struct block *found = NULL;

	if (block->runs && (block->kind == BLOCK_PARAGRAPH || block->kind == BLOCK_HEADING ||
			    block->kind == BLOCK_CELL))
		return block;
	for (const struct block *child = block->first; child && !found; child = child->next)
		if (child->kind != BLOCK_LIST && child->kind != BLOCK_TABLE)
			found = first_text(child);
	return found;
}

const char *body_title(const struct block *block, struct arena *arena)
{
	const struct block *paragraph = first_text(block);
	const struct run_of_text *run = paragraph ? paragraph->runs : NULL;
	struct buf text = { 0 };
	const char *title;
	struct str line;

	while (run && is_empty(run))
		run = run->next;
	for (; run && run->strong; run = run->next)
		buf_text(&text, run->text);
	if (text.len > 0) {
		title = as_title(str_sub(text.data, text.len), arena);
	} else {
		for (; run && run->kind != RUN_BREAK; run = run->next)
			if (run->kind != RUN_COMMENT)
				buf_text(&text, run->text);
		line = str_trim(str_sub(buf_cstr(&text), text.len));
		title = as_title(str_sub(line.p, sentence_end(line)), arena);
	}
	buf_done(&text);
	return title;
}

const char *body_quote(const struct block *quote, struct arena *arena)
{
	struct buf text = { 0 };
	const char *kept;

	for (const struct block *child = quote->first; child; child = child->next) {
		const char *line = markdown_plain(child, arena);

		buf_fmt(&text, "%s%s", text.len > 0 ? "\n" : "", line);
	}
	kept = arena_text(arena, buf_cstr(&text), text.len);
	buf_done(&text);
	return kept;
}

static const char *after(const char *text, const char *mark)
{
	size_t len = strlen(mark);

	if (strncasecmp(text, mark, len) != 0)
		return NULL;
	for (text += len; *text == ' ' || *text == '\n';)
		text++;
	return text;
}

enum danger body_danger(const struct block *quote, const char **text, struct arena *arena)
{
	const char *whole = body_quote(quote, arena);

	*text = after(whole, "[!CAUTION]");
	if (*text)
		return DANGER_CAUTION;
	*text = after(whole, "[!WARNING]");
	return *text ? DANGER_WARNING : DANGER_NONE;
}

/* The text after "Rollback:", which begins a line: it begins the paragraph, or it is strong. */
static const char *rollback_at(const struct run_of_text **run, bool begins)
{
	const char *rest = begins || (*run)->strong ? after((*run)->text, "Rollback:") : NULL;

	if (rest || !(*run)->strong || !(*run)->next || strcasecmp((*run)->text, "Rollback") != 0)
		return rest;
	*run = (*run)->next;
	return after((*run)->text, ":");
}

const char *body_rollback(const struct block *paragraph, struct arena *arena)
{
	for (const struct run_of_text *run = paragraph->runs; run; run = run->next) {
		const char *rest = rollback_at(&run, run == paragraph->runs);
		struct run_of_text first = *run;
		struct block tail = { .kind = BLOCK_PARAGRAPH, .runs = &first };

		if (!rest)
			continue;
		first.text = rest;
		return markdown_plain(&tail, arena);
	}
	return NULL;
}

static bool is_book(const char *url)
{
	size_t len = strcspn(url, "?#");

	return len > 3 && strncasecmp(url + len - 3, ".md", 3) == 0 && !strstr(url, "://") &&
	       strncasecmp(url, "mailto:", 7) != 0;
}

const char *body_link(const struct block *block, const struct block *except)
{
	const char *found = "";

	for (const struct run_of_text *run = block->runs; run && !*found; run = run->next)
		if (run->kind == RUN_LINK && is_book(run->url))
			found = run->url;
	for (const struct block *child = block->first; child && !*found; child = child->next)
		if (child != except)
			found = body_link(child, except);
	return found;
}
