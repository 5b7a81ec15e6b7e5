/*
 * native.c: the strict reading: sections by the headings of the template, steps from the top-level
 * lists of those that hold steps, what a step is from its comment.
 */
#include <string.h>
#include <strings.h>

#include "runbook/native_inside.h"

static enum book_section section_of(const char *heading)
{
	for (int i = 0; i < SECTION_OTHER; i++)
		if (strcasecmp(section_heading((enum book_section)i), heading) == 0)
			return (enum book_section)i;
	return SECTION_OTHER;
}

/* The word that a comment begins with. */
static struct str first_word(const struct run_of_text *run)
{
	struct str text = str_trim(str_of(run->text));

	text.len = strcspn(text.p, " \t\r\n=");
	return text;
}

/* A comment with attributes whose word is one letter off was meant to be read. */
static void check_word(struct reading *reading, const struct run_of_text *run, struct str word)
{
	static const char *const words[] = { "step", "option" };
	const char *text = arena_text(reading->arena, word.p, word.len);

	if (!strchr(run->text, '=') || strcmp(text, "step") == 0 || strcmp(text, "option") == 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_distance(text, words[i], 1) == 1)
			reading_trouble(reading, TROUBLE_R013,
					(struct spot){ reading->path, run->line, run->column },
					arena_fmt(reading->arena, "did you mean '%s'?", words[i]),
					"a comment that begins with '%s' says nothing", text);
}

static const struct run_of_text *comment_in(struct reading *reading, const struct block *block,
					    const char *word)
{
	for (const struct run_of_text *run = block->runs; run; run = run->next) {
		struct str first;

		if (run->kind != RUN_COMMENT)
			continue;
		first = first_word(run);
		if (str_eq(first, word))
			return run;
		check_word(reading, run, first);
	}
	return NULL;
}

const struct run_of_text *native_comment(struct reading *reading, const struct block *block,
					 const char *word)
{
	const struct run_of_text *found = NULL;

	for (const struct block *child = block->first; child && !found; child = child->next)
		if (child->kind == BLOCK_PARAGRAPH || child->kind == BLOCK_HTML)
			found = comment_in(reading, child, word);
	return found;
}

static const struct block *first_list(const struct block *item)
{
	const struct block *child = item->first;

	while (child && child->kind != BLOCK_LIST)
		child = child->next;
	return child;
}

static void read_list(struct reading *reading, const struct block *list,
		      enum book_section section, size_t branch_of, size_t branch);

/* The lists inside of options are the steps of their branches. */
static void read_branches(struct reading *reading, const struct block *options,
			  enum book_section section, size_t step)
{
	size_t option = 0;

	for (const struct block *item = options->first; item; item = item->next, option++)
		for (const struct block *child = item->first; child; child = child->next)
			if (child->kind == BLOCK_LIST)
				read_list(reading, child, section, step, option);
}

/* Quotes with a mark ([!NOTE]) are notes to the reader, not what is to be sent. */
static void draft(struct reading *reading, struct step *step)
{
	for (const struct block *block = step->body->first; block; block = block->next) {
		const char *text = block->kind == BLOCK_QUOTE && !*step->draft ?
				   body_quote(block, reading->arena) : "";

		if (*text && strncmp(text, "[!", 2) != 0)
			step->draft = text;
	}
}

/* A step without a kind is a command where it has one that runs. */
static void default_kind(struct step *step)
{
	for (size_t i = 0; i < step->fence_count; i++)
		if (step->fences[i].runnable)
			step->kind = STEP_COMMAND;
}

static void read_item(struct reading *reading, const struct block *item, const struct block *list,
		      enum book_section section, size_t branch_of, size_t branch)
{
	const struct run_of_text *comment = native_comment(reading, item, "step");
	size_t index = reading_step(reading, item);
	struct step *step = &reading->steps[index];
	bool kind = comment && native_step_comment(reading, comment, step);
	const struct block *options = step->kind == STEP_DECISION ? first_list(item) : NULL;

	step->section = section;
	step->ordered = list->ordered;
	step->branch_of = branch_of;
	step->branch = branch;
	reading_fill(reading, index, options);
	if (!kind)
		default_kind(step);
	if (step->kind == STEP_NOTIFY)
		draft(reading, step);
	if (!options)
		return;
	native_options(reading, options, index);
	read_branches(reading, options, section, index);
}

static void read_list(struct reading *reading, const struct block *list,
		      enum book_section section, size_t branch_of, size_t branch)
{
	for (const struct block *item = list->first; item; item = item->next)
		read_item(reading, item, list, section, branch_of, branch);
}

static void check_fences(struct reading *reading, const struct block *block)
{
	if (block->kind == BLOCK_FENCE && !block->closed)
		reading_trouble(reading, TROUBLE_R014,
				(struct spot){ reading->path, block->line, block->column },
				"end it with a line of ```", "this fence is not closed");
	for (const struct block *child = block->first; child; child = child->next)
		check_fences(reading, child);
}

void native_read(struct reading *reading)
{
	enum book_section section = SECTION_OTHER;

	for (const struct block *block = reading->book->doc.root->first; block;
	     block = block->next) {
		if (block->kind == BLOCK_HEADING && block->level == 2)
			section = section_of(markdown_plain(block, reading->arena));
		if (block->kind == BLOCK_HEADING && (block->level == 2 || block->level == 3)) {
			reading_heading(reading, section, block);
		} else if (block->kind == BLOCK_LIST && section_has_steps(section)) {
			reading_no_heading(reading);
			read_list(reading, block, section, SIZE_MAX, SIZE_MAX);
		}
	}
	check_fences(reading, reading->book->doc.root);
}
