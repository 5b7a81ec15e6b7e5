#include "tests/lib/books.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scrub.h"

static void put_text(struct buf *out, const char *name, const char *text)
{
	if (*text)
		buf_fmt(out, " %s='%s'", name, text);
}

static void put_time(struct buf *out, const char *name, msec time)
{
	char text[WHEN_TEXT];

	when_format_duration(text, time);
	if (time)
		buf_fmt(out, " %s=%s", name, text);
}

static void put_flag(struct buf *out, const char *name, bool flag)
{
	if (flag)
		buf_fmt(out, " %s", name);
}

static void put_lines(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_fmt(out, *text == '\n' ? "|" : "%c", *text);
}

static void put_fence(struct buf *out, const struct fence *fence)
{
	buf_fmt(out, "    %u %s", fence->line, fence_lang_word(fence->lang));
	put_flag(out, "runs", fence->runnable);
	put_flag(out, "check", fence->check);
	put_flag(out, "write", fence->write);
	put_flag(out, "interactive", fence->interactive);
	put_flag(out, "background", fence->background);
	put_time(out, "every", fence->every);
	put_time(out, "for", fence->hold);
	put_time(out, "timeout", fence->timeout);
	if (fence->exit)
		buf_fmt(out, " exit=%d", fence->exit);
	put_text(out, "source", fence->source);
	put_text(out, "node", fence->node);
	put_text(out, "on", fence->on);
	put_text(out, "expect", fence->expect);
	put_text(out, "capture", fence->capture);
	put_text(out, "cwd", fence->cwd);
	put_text(out, "name", fence->name);
	put_text(out, "not", fence->why_not);
	buf_text(out, ": ");
	put_lines(out, fence->text);
	if (*fence->expected)
		buf_text(out, " => ");
	put_lines(out, fence->expected);
	buf_char(out, '\n');
}

static void put_option(struct buf *out, const struct book_option *option)
{
	buf_fmt(out, "    %u (%s) %s", option->line, option->value, option->title);
	put_text(out, "goto", option->jump);
	put_flag(out, "probe", option->probe);
	buf_char(out, '\n');
}

static void put_when(struct buf *out, const struct when *when)
{
	put_text(out, "when", when->param);
	if (*when->step)
		buf_fmt(out, " when=%s:%s", when->step, when->outcome);
}

static void put_attributes(struct buf *out, const struct step *step)
{
	put_flag(out, "any-order", !step->ordered);
	if (step->branch_of != SIZE_MAX)
		buf_fmt(out, " branch=%zu/%zu", step->branch_of + 1, step->branch + 1);
	put_text(out, "role", step->role);
	put_when(out, &step->when);
	put_text(out, "probe", step->probe ? step->probe_text : "");
	put_time(out, "every", step->every);
	put_time(out, "for", step->hold);
	put_time(out, "timeout", step->timeout);
	put_time(out, "after", step->after);
	put_time(out, "due", step->due);
	put_text(out, "on-fail", step->on_fail);
	put_text(out, "on-timeout", step->on_timeout);
	put_text(out, "ask", step->ask);
	put_text(out, "audience", step->audience);
	put_text(out, "draft", step->draft);
	put_text(out, "to", step->to);
	if (step->severity)
		buf_fmt(out, " severity=%u", step->severity);
	put_flag(out, "two-person", step->two_person);
	put_text(out, "target", step->target);
	put_text(out, "interlock", step->interlock);
	put_text(out, "link", step->link);
	if (step->danger)
		buf_fmt(out, " %s='%s'", danger_word(step->danger), step->danger_text);
	put_text(out, "rollback", step->rollback);
	if (step->rollback_fence != SIZE_MAX)
		buf_fmt(out, " undo=%zu", step->rollback_fence + 1);
}

static void put_step(struct buf *out, const struct step *step)
{
	buf_fmt(out, "  %u:%u %s %s [%s]", step->n, step->line, step->id,
		step_kind_word(step->kind), step->title);
	put_attributes(out, step);
	buf_char(out, '\n');
	for (size_t i = 0; i < step->option_count; i++)
		put_option(out, &step->options[i]);
	for (size_t i = 0; i < step->fence_count; i++)
		put_fence(out, &step->fences[i]);
}

static void put_book(struct buf *out, const struct runbook *book)
{
	size_t step = 0;

	for (size_t i = 0; i < book->heading_count; i++) {
		const struct heading *heading = &book->headings[i];

		buf_fmt(out, "%u h%u #%s %s\n", heading->line, heading->level, heading->anchor,
			section_heading(heading->section));
		for (; step < book->step_count && book->steps[step].heading == i; step++)
			put_step(out, &book->steps[step]);
	}
	troubles_write(&book->troubles, out);
}

const char *book_dump(struct arena *arena, const char *path, struct str bytes)
{
	struct err err = { 0 };
	struct runbook *book = runbook_read(path, bytes, &err);
	struct buf out = { 0 };
	const char *kept;

	if (book)
		put_book(&out, book);
	else
		buf_text(&out, err.text);
	kept = arena_text(arena, buf_cstr(&out), out.len);
	buf_done(&out);
	runbook_free(book);
	return kept;
}

static bool is_clean(const char *text)
{
	struct str rest = str_of(text), line;

	while (str_cut(&rest, '\n', &line))
		if (!scrub_clean(line))
			return false;
	return true;
}

/* The n-th line of a file without its end; a line ends at LF, CR LF or CR. */
static struct str line_at(struct str rest, unsigned n)
{
	size_t len = 0;

	for (;;) {
		for (len = 0; len < rest.len && rest.p[len] != '\n' && rest.p[len] != '\r';)
			len++;
		if (--n == 0)
			return str_sub(rest.p, len);
		len += len + 1 < rest.len && rest.p[len] == '\r' && rest.p[len + 1] == '\n' ? 2 : 1;
		if (len > rest.len)
			return str_of("");
		rest = str_sub(rest.p + len, rest.len - len);
	}
}

/* Each line of a block of code is the end of its line in the file; before it stand only the blanks
 * and marks that it is indented by. */
static bool is_at(const struct runbook *book, const struct block *block, unsigned n)
{
	struct str rest = str_sub(block->text, block->length), line;

	for (; str_cut(&rest, '\n', &line); n++) {
		struct str whole = line_at(book->bytes, n);

		while (line.len > 0 && line.p[0] == ' ')
			line = str_sub(line.p + 1, line.len - 1);
		if (whole.len < line.len ||
		    memcmp(whole.p + whole.len - line.len, line.p, line.len) != 0)
			return false;
		for (size_t i = 0; i < whole.len - line.len; i++)
			if (!strchr(" \t>-+*0123456789.)", whole.p[i]))
				return false;
	}
	return true;
}

/* A fence begins a line before its code, indented code with it. */
static bool is_of_file(const struct runbook *book, const struct block *block)
{
	return is_at(book, block, block->line) || is_at(book, block, block->line + 1);
}

static const char *broken_block(const struct runbook *book, const struct block *block)
{
	const char *broken = NULL;

	if (block->line == 0 || block->end_line < block->line)
		return "a block without its lines";
	if (block->parent && block->line < block->parent->line)
		return "a block that stands before what it is in";
	if (block->kind == BLOCK_FENCE && !is_of_file(book, block))
		return "code that is not in the file";
	for (const struct run_of_text *run = block->runs; run; run = run->next)
		if (!is_clean(run->text) || !is_clean(run->url))
			return "a text that drives a terminal";
	for (const struct block *child = block->first; child && !broken; child = child->next)
		broken = broken_block(book, child);
	return broken;
}

static const char *broken_fence(const struct fence *fence)
{
	if (fence->runnable == (*fence->why_not != '\0'))
		return "a fence that is not run without a reason, or run with one";
	if (fence->runnable && (fence->lang == LANG_TEXT || fence->placeholders.count > 0 ||
				fence->norun || str_trim(str_of(fence->text)).len == 0))
		return "a fence that must not run";
	return is_clean(fence->why_not) ? NULL : "a reason that drives a terminal";
}

static const char *broken_step(const struct runbook *book, size_t index)
{
	const struct step *step = &book->steps[index];
	const char *broken = NULL;

	if (step->n != index + 1 || step->heading >= book->heading_count)
		return "a step with a wrong number or heading";
	if (!*step->id || strlen(step->id) >= BOOK_ID || runbook_step(book, step->id) != step)
		return "a step whose id is not its own";
	if (step->branch_of != SIZE_MAX && (step->branch_of >= index ||
	    step->branch >= book->steps[step->branch_of].option_count))
		return "a step of a branch that there is not";
	if (step->rollback_fence != SIZE_MAX && step->rollback_fence >= step->fence_count)
		return "a way back that there is not";
	if (!*step->title || !is_clean(step->title) || !is_clean(step->draft) ||
	    !is_clean(step->danger_text) || !is_clean(step->rollback) || !is_clean(step->link))
		return "a step with a text that drives a terminal, or without a title";
	for (size_t i = 0; i < step->fence_count && !broken; i++)
		broken = broken_fence(&step->fences[i]);
	return broken;
}

const char *book_broken(const struct runbook *book)
{
	const char *broken = broken_block(book, book->doc.root);

	for (size_t i = 0; i < book->step_count && !broken; i++)
		broken = broken_step(book, i);
	return broken;
}

bool book_file(const char *path, struct buf *out)
{
	const char *shared = getenv("BINNACLE_SHARED");
	char full[512], bytes[4096];
	FILE *file;
	size_t len;

	snprintf(full, sizeof(full), "%s%s%s", path[0] == '@' ? (shared ? shared : "../shared") : "",
		 path[0] == '@' ? "/" : "", path + (path[0] == '@'));
	buf_clear(out);
	file = fopen(full, "rb");
	if (!file) {
		printf("SKIPPED: %s is not there\n", full);
		return false;
	}
	while ((len = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_add(out, bytes, len);
	fclose(file);
	return true;
}
