/*
 * lint_links.c: R016 and R017, what leads nowhere: links and anchors, goto, when, on-fail.
 */
#include <ctype.h>
#include <string.h>

#include "runbook/lint_inside.h"

/* The fragments of a page as GitHub makes them: the second "Check" is #check-1. */
static void add_heading(struct linter *linter, struct words *all, const struct block *block)
{
	const char *text = markdown_plain(block, linter->arena);
	const char *first = markdown_anchor(text, linter->arena), *anchor = first;

	for (unsigned again = 1; words_have(all, str_of(anchor)); again++)
		anchor = arena_fmt(linter->arena, "%s-%u", first, again);
	words_add(all, str_of(anchor), linter->arena);
}

static struct words anchors_of(struct linter *linter)
{
	struct words all = {0};

	for (const struct block *b = linter->book->doc.root; b; b = block_after(b))
		if (b->kind == BLOCK_HEADING)
			add_heading(linter, &all, b);
	return all;
}

static int hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The path of a relative URL, without %20 and what stands behind ? and #. */
static const char *path_of(struct linter *linter, const char *url)
{
	size_t len = strcspn(url, "?#");
	char *path = arena_text(linter->arena, url, len), *to = path;

	for (const char *from = path; *from; to++) {
		int high = *from == '%' ? hex(from[1]) : -1, low = high < 0 ? -1 : hex(from[2]);

		*to = low < 0 ? *from : (char)(high * 16 + low);
		from += low < 0 ? 1 : 3;
	}
	*to = '\0';
	return path;
}

/* Not ours to follow: another host, a mail address, a path from the root of a repository. */
static bool is_elsewhere(const char *url)
{
	size_t word = strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+.-");

	return url[0] == '/' || url[0] == '\0' || url[word] == ':';
}

static void judge_url(struct linter *linter, const struct words *anchors, const char *url,
		      struct spot at)
{
	const char *nearest, *path;

	if (is_elsewhere(url))
		return;
	if (url[0] == '#') {
		nearest = str_nearest(url + 1, anchors->items, anchors->count);
		if (!words_have(anchors, str_of(url + 1)))
			trouble_add(linter->out, TROUBLE_R016, at,
				    nearest ? arena_fmt(linter->arena, "did you mean #%s?",
							nearest) : "",
				    "no heading has the anchor %s", url);
		return;
	}
	path = path_of(linter, url);
	if (path[0] && linter->in->exists && !linter->in->exists(linter->in->arg, path))
		trouble_add(linter->out, TROUBLE_R016, at, "", "there is no file %s", path);
}

static bool is_link_of_text(const struct linter *linter, const char *url)
{
	for (const struct block *b = linter->book->doc.root; b; b = block_after(b))
		for (const struct run_of_text *run = b->runs; run; run = run->next)
			if (run->kind == RUN_LINK && strcmp(run->url, url) == 0)
				return true;
	return false;
}

/* The texts of one link follow each other: it is told once. */
static void judge_text(struct linter *linter, const struct words *anchors,
		       const struct block *block)
{
	const char *last = NULL;

	for (const struct run_of_text *run = block->runs; run; run = run->next) {
		struct spot at = lint_at(linter, run->line);

		at.column = run->column;
		if (run->kind == RUN_LINK && (!last || strcmp(last, run->url) != 0))
			judge_url(linter, anchors, run->url, at);
		last = run->kind == RUN_LINK ? run->url : NULL;
	}
}

static const char *nearest_step(struct linter *linter, const char *id)
{
	const struct runbook *book = linter->book;
	const char **ids = arena_array(linter->arena, book->step_count + 1, sizeof(*ids));
	const char *nearest;

	for (size_t i = 0; i < book->step_count; i++)
		ids[i] = book->steps[i].id;
	nearest = str_nearest(id, ids, book->step_count);
	return nearest ? arena_fmt(linter->arena, "did you mean %s?", nearest) : "";
}

static void judge_step_name(struct linter *linter, const struct step *step, const char *key,
			    const char *id, unsigned line)
{
	if (id[0] && !runbook_step(linter->book, id))
		trouble_add(linter->out, TROUBLE_R017, lint_at(linter, line),
			    nearest_step(linter, id), "step %u: %s names the step %s, which does not "
			    "exist", step->n, key, id);
}

static void judge_jump(struct linter *linter, const struct words *anchors,
		       const struct step *step, const struct book_option *option)
{
	const char *to = option->jump;
	bool is_page = strchr(to, '.') || strchr(to, '#') || strchr(to, '/');

	if (!is_page)
		judge_step_name(linter, step, "goto", to, option->line);
	else if (!is_link_of_text(linter, to))
		judge_url(linter, anchors, to, lint_at(linter, option->line));
}

static bool has_outcome(const struct step *step, const char *outcome)
{
	static const char *const always[] = {"done", "skipped", "failed"};

	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		if (strcmp(outcome, always[i]) == 0)
			return true;
	for (size_t i = 0; i < step->option_count; i++)
		if (strcmp(outcome, step->options[i].value) == 0)
			return true;
	return false;
}

static void judge_when(struct linter *linter, const struct step *step)
{
	const struct step *other = step->when.step[0] ?
				   runbook_step(linter->book, step->when.step) : NULL;

	judge_step_name(linter, step, "when", step->when.step, step->line);
	if (other && !has_outcome(other, step->when.outcome))
		trouble_add(linter->out, TROUBLE_R017, lint_at(linter, step->line),
			    "it can be done, skipped, failed, or the value of an option",
			    "step %u waits for %s to be %s, which it never is", step->n, other->id,
			    step->when.outcome);
}

static void judge_step(struct linter *linter, const struct words *anchors,
		       const struct step *step)
{
	judge_when(linter, step);
	if (strcmp(step->on_fail, "escalate") != 0)
		judge_step_name(linter, step, "on-fail", step->on_fail, step->line);
	if (strcmp(step->on_timeout, "escalate") != 0)
		judge_step_name(linter, step, "on-timeout", step->on_timeout, step->line);
	for (size_t i = 0; i < step->option_count; i++)
		judge_jump(linter, anchors, step, &step->options[i]);
}

void lint_links(struct linter *linter)
{
	struct words anchors = anchors_of(linter);

	for (const struct block *b = linter->book->doc.root; b; b = block_after(b))
		judge_text(linter, &anchors, b);
	for (size_t i = 0; i < linter->book->step_count; i++)
		judge_step(linter, &anchors, &linter->book->steps[i]);
}
