#include "tests/lib/books.h"

#include <string.h>

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
