/*
 * changes.c: the commands of two versions of a runbook, side by side.
 *
 * A command is its bytes and what else decides what they do: language, folder, source, node, host,
 * whether the console may run it alone. Parameters count as well, since a command gets their values
 * without their being in its bytes. What is the same goes together wherever it stands: a step that
 * moved or got another name runs nothing new. The rest goes together by step and place in it.
 */
#include "runbook/changes.h"

#include <string.h>

#include "base/mem.h"
#include "base/scrub.h"

enum { DIFF_CELLS = 1 << 20 };	/* of a diff's table; above, all old lines come before all new */

struct command {
	const char *of, *key;		/* "step 5, Switch ..."; what it goes together by */
	const char *text;		/* the line of its attributes, then its bytes as lines */
	const struct command *pair;	/* in the other version */
};

struct commands {
	struct command *items;
	size_t count, cap;
};

static struct command *add(struct commands *to)
{
	to->items = mem_grow(to->items, &to->cap, to->count + 1, sizeof(*to->items));
	return &to->items[to->count++];
}

static void add_word(struct buf *out, const char *key, const char *value)
{
	if (value[0])
		buf_fmt(out, " %s=%s", key, value);
}

static const char *fence_text(const struct fence *fence, struct arena *arena)
{
	struct buf text = {0};
	const char *kept;

	buf_fmt(&text, "(%s%s%s%s", fence_lang_word(fence->lang), fence->check ? " check" : "",
		fence->write ? " write" : "", fence->interactive ? " interactive" : "");
	add_word(&text, "source", fence->source);
	add_word(&text, "node", fence->node);
	add_word(&text, "on", fence->on);
	add_word(&text, "cwd", fence->cwd);
	add_word(&text, "capture", fence->capture);
	buf_fmt(&text, ")\n%s", fence->text);
	kept = arena_text(arena, buf_cstr(&text), text.len);
	buf_done(&text);
	return kept;
}

static void add_step(struct commands *to, const struct step *step, struct arena *arena)
{
	size_t place = 0;

	for (size_t i = 0; i < step->fence_count; i++) {
		struct command *command;

		if (!step->fences[i].runnable)
			continue;
		command = add(to);
		command->of = arena_fmt(arena, "step %u, %s", step->n, step->title);
		command->key = arena_fmt(arena, "%s %zu", step->id, place++);
		command->text = fence_text(&step->fences[i], arena);
	}
}

static void add_param(struct commands *to, const struct param *param, struct arena *arena)
{
	struct command *command = add(to);

	command->of = arena_fmt(arena, "parameter %s", param->name);
	command->key = arena_fmt(arena, "$%s", param->name);
	command->text = arena_fmt(arena, "(value%s%s)\n%s", param->from[0] ? " from " : "",
				  param->from, param->def);
}

static struct commands commands_of(const struct runbook *runbook, struct arena *arena)
{
	struct commands all = {0};

	for (size_t i = 0; runbook && i < runbook->card.param_count; i++)
		add_param(&all, &runbook->card.params[i], arena);
	for (size_t i = 0; runbook && i < runbook->step_count; i++)
		add_step(&all, &runbook->steps[i], arena);
	return all;
}

enum { BY_KEY = 1, BY_TEXT = 2 };

static bool goes_with(const struct command *a, const struct command *b, unsigned by)
{
	return !a->pair && (!(by & BY_KEY) || strcmp(a->key, b->key) == 0) &&
	       (!(by & BY_TEXT) || strcmp(a->text, b->text) == 0);
}

/* Both versions are in about the same order: each search goes on where the last one found. */
static void pair_up(struct commands *was, struct commands *is, unsigned by)
{
	size_t at = 0;

	for (size_t i = 0; i < is->count; i++) {
		for (size_t tried = 0; tried < was->count && !is->items[i].pair; tried++) {
			struct command *old = &was->items[at];

			at = (at + 1) % was->count;
			if (!goes_with(old, &is->items[i], by))
				continue;
			old->pair = &is->items[i];
			is->items[i].pair = old;
		}
	}
}

struct lines {
	struct str *items;
	size_t count, cap;
};

static struct lines lines_of(const char *text)
{
	struct lines all = {0};
	struct str rest = str_of(text), line;

	while (str_cut(&rest, '\n', &line)) {
		all.items = mem_grow(all.items, &all.cap, all.count + 1, sizeof(*all.items));
		all.items[all.count++] = line;
	}
	return all;
}

static bool same_line(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static void say_line(struct buf *out, char mark, struct str line)
{
	buf_char(out, mark);
	scrub(out, line);
	buf_char(out, '\n');
}

static void say_lines(struct buf *out, char mark, const struct lines *lines, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		say_line(out, mark, lines->items[i]);
}

struct diff {
	const struct lines *old, *new;
	size_t from, old_to, new_to;	/* what is between the common head and the common tail */
	unsigned *table;		/* lengths of longest common rests, old by new; or NULL */
};

static unsigned *cell(const struct diff *diff, size_t i, size_t j)
{
	return &diff->table[(i - diff->from) * (diff->new_to - diff->from + 1) + j - diff->from];
}

static void fill(struct diff *diff)
{
	size_t rows = diff->old_to - diff->from + 1, columns = diff->new_to - diff->from + 1;

	if (rows > DIFF_CELLS / columns)
		return;
	diff->table = mem_array(rows * columns, sizeof(*diff->table));
	for (size_t i = diff->old_to; i-- > diff->from;) {
		for (size_t j = diff->new_to; j-- > diff->from;) {
			unsigned down = *cell(diff, i + 1, j), right = *cell(diff, i, j + 1);

			if (same_line(diff->old->items[i], diff->new->items[j]))
				*cell(diff, i, j) = *cell(diff, i + 1, j + 1) + 1;
			else
				*cell(diff, i, j) = down > right ? down : right;
		}
	}
}

static void say_middle(const struct diff *diff, struct buf *out)
{
	size_t i = diff->from, j = diff->from;

	while (diff->table && i < diff->old_to && j < diff->new_to) {
		if (same_line(diff->old->items[i], diff->new->items[j])) {
			say_line(out, ' ', diff->new->items[j++]);
			i++;
		} else if (*cell(diff, i + 1, j) >= *cell(diff, i, j + 1)) {
			say_line(out, '-', diff->old->items[i++]);
		} else {
			say_line(out, '+', diff->new->items[j++]);
		}
	}
	say_lines(out, '-', diff->old, i, diff->old_to);
	say_lines(out, '+', diff->new, j, diff->new_to);
}

static void say_diff(const char *was, const char *is, struct buf *out)
{
	struct lines old = lines_of(was), new = lines_of(is);
	struct diff diff = {&old, &new, 0, old.count, new.count, NULL};

	while (diff.from < old.count && diff.from < new.count &&
	       same_line(old.items[diff.from], new.items[diff.from]))
		diff.from++;
	while (diff.old_to > diff.from && diff.new_to > diff.from &&
	       same_line(old.items[diff.old_to - 1], new.items[diff.new_to - 1])) {
		diff.old_to--;
		diff.new_to--;
	}
	fill(&diff);
	say_lines(out, ' ', &new, 0, diff.from);
	say_middle(&diff, out);
	say_lines(out, ' ', &new, diff.new_to, new.count);
	mem_free(diff.table);
	mem_free(old.items);
	mem_free(new.items);
}

static void say_command(struct changes *out, const char *of, const char *was, const char *is)
{
	if (strcmp(was, is) == 0)
		return;
	buf_fmt(&out->text, "%s%s\n", out->commands++ ? "\n" : "", of);
	say_diff(was, is, &out->text);
}

bool runbook_changes(const struct runbook *was, const struct runbook *is, struct changes *out)
{
	struct arena arena = {0};
	struct commands old = commands_of(was, &arena), new = commands_of(is, &arena);

	*out = (struct changes){0};
	pair_up(&old, &new, BY_KEY | BY_TEXT);
	pair_up(&old, &new, BY_TEXT);
	pair_up(&old, &new, BY_KEY);
	for (size_t i = 0; i < new.count; i++)
		say_command(out, new.items[i].of, new.items[i].pair ? new.items[i].pair->text : "",
			    new.items[i].text);
	for (size_t i = 0; i < old.count; i++)
		if (!old.items[i].pair)
			say_command(out, old.items[i].of, old.items[i].text, "");
	mem_free(old.items);
	mem_free(new.items);
	arena_done(&arena);
	return out->commands > 0;
}

void changes_done(struct changes *changes)
{
	buf_done(&changes->text);
	*changes = (struct changes){0};
}
