/*
 * plain.c: the tolerant reading, of Markdown that knows nothing of us. What lies between two
 * headings is one part: each item of its lists is a step, and where it has no list it is one step
 * itself. A fence beside a list belongs to the item before it. Nothing is ever wrong here.
 */
#include <string.h>
#include <strings.h>

#include "runbook/runbook_inside.h"

static const struct { const char *word; enum book_section section; } names[] = {
	{ "overview", SECTION_OVERVIEW }, { "summary", SECTION_OVERVIEW },
	{ "description", SECTION_OVERVIEW }, { "background", SECTION_OVERVIEW },
	{ "introduction", SECTION_OVERVIEW }, { "about", SECTION_OVERVIEW },
	{ "meaning", SECTION_OVERVIEW }, { "references", SECTION_OVERVIEW },
	{ "links", SECTION_OVERVIEW }, { "see also", SECTION_OVERVIEW },
	{ "table of contents", SECTION_OVERVIEW }, { "contents", SECTION_OVERVIEW },
	{ "indicators", SECTION_INDICATORS }, { "symptoms", SECTION_INDICATORS },
	{ "impact", SECTION_INDICATORS }, { "detection", SECTION_INDICATORS },
	{ "alerts", SECTION_INDICATORS }, { "signals", SECTION_INDICATORS },
	{ "immediate", SECTION_MITIGATION }, { "mitigation", SECTION_MITIGATION },
	{ "quick fix", SECTION_MITIGATION }, { "first response", SECTION_MITIGATION },
	{ "root cause", SECTION_CAUSE }, { "diagnosis", SECTION_CAUSE },
	{ "investigation", SECTION_CAUSE }, { "troubleshooting", SECTION_CAUSE },
	{ "debugging", SECTION_CAUSE }, { "triage", SECTION_CAUSE },
	{ "resolution", SECTION_RESOLUTION }, { "remediation", SECTION_RESOLUTION },
	{ "recovery", SECTION_RESOLUTION }, { "fix", SECTION_RESOLUTION },
	{ "procedure", SECTION_RESOLUTION }, { "steps", SECTION_RESOLUTION },
	{ "escalation", SECTION_ESCALATION }, { "contacts", SECTION_ESCALATION },
	{ "post-incident", SECTION_AFTER }, { "postmortem", SECTION_AFTER },
	{ "follow-up", SECTION_AFTER }, { "follow up", SECTION_AFTER },
};

/* A heading that begins with one of these words. */
static enum book_section section_of(const char *heading)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t len = strlen(names[i].word);

		if (strncasecmp(heading, names[i].word, len) == 0 &&
		    !strchr("abcdefghijklmnopqrstuvwxyz", heading[len] ? heading[len] : ' '))
			return names[i].section;
	}
	return SECTION_OTHER;
}

/* What is read how. Where the sections that hold no steps are all there is, they do. */
struct plain {
	struct reading *reading;
	bool everything;
	enum book_section section;
	unsigned level;			/* of the heading that gave the section */
	bool intro;			/* this is the part under the title, or before it */
};

static bool is_contents(const struct block *list)
{
	for (const struct block *item = list->first; item; item = item->next) {
		const struct block *text = item->first;

		if (!text || text->kind != BLOCK_PARAGRAPH || !text->runs ||
		    text->runs->kind != RUN_LINK || text->runs->url[0] != '#' || text->runs->next)
			return false;
	}
	return list->first != NULL;
}

static bool is_steps(const struct block *block)
{
	return block->kind == BLOCK_LIST && !is_contents(block);
}

/* Does it say something, so that a step can be made of it? */
static bool is_content(const struct block *block)
{
	return block->kind == BLOCK_PARAGRAPH || block->kind == BLOCK_FENCE ||
	       block->kind == BLOCK_TABLE || block->kind == BLOCK_QUOTE ||
	       (block->kind == BLOCK_HTML && block->runs && block->runs->kind != RUN_COMMENT);
}

/* A block of ours around copies of the blocks from `first` up to `end`, behind those of `item`. */
static struct block *gather(struct reading *reading, const struct block *item,
			    const struct block *first, const struct block *end)
{
	struct block *whole = arena_new(reading->arena, sizeof(*whole)), **tail = &whole->first;
	const struct block *lists[2] = { item ? item->first : NULL, first };

	*whole = item ? *item : (struct block){ .kind = BLOCK_LIST_ITEM, .info = "",
						.line = first->line, .column = first->column };
	whole->next = NULL;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		for (const struct block *block = lists[i]; block && block != end; block = block->next) {
			struct block *copy = arena_new(reading->arena, sizeof(*copy));

			*copy = *block;
			copy->next = NULL;
			copy->parent = whole;
			*tail = copy;
			tail = &copy->next;
			whole->end_line = block->end_line;
		}
	return whole;
}

static struct step *add_step(struct plain *plain, const struct block *body, bool ordered)
{
	size_t index;
	struct step *step;

	reading_no_heading(plain->reading);
	index = reading_step(plain->reading, body);
	reading_fill(plain->reading, index, NULL);
	step = &plain->reading->steps[index];
	step->section = plain->section;
	step->ordered = ordered;
	for (size_t i = 0; i < step->fence_count; i++)
		if (step->fences[i].runnable)
			step->kind = STEP_COMMAND;
	return step;
}

/* The items of a list; what stands behind the list up to `end` belongs to the last one. */
static void read_list(struct plain *plain, const struct block *list, const struct block *end)
{
	for (const struct block *item = list->first; item; item = item->next) {
		const struct block *body = item;

		if (!item->next && list->next != end)
			body = gather(plain->reading, item, list->next, end);
		if (body->first)
			add_step(plain, body, list->ordered);
	}
}

static const char *title_of(const struct plain *plain, const struct step *step)
{
	const struct reading *reading = plain->reading;

	if (reading->heading_count > 0 && *reading->headings[reading->heading_count - 1].text)
		return reading->headings[reading->heading_count - 1].text;
	return *step->title ? step->title : reading->book->card.title;
}

static bool has_content(const struct block *from, const struct block *end)
{
	for (; from != end; from = from->next)
		if (is_content(from))
			return true;
	return false;
}

static bool has_fence(const struct block *from, const struct block *end)
{
	for (; from != end; from = from->next)
		if (from->kind == BLOCK_FENCE)
			return true;
	return false;
}

static const struct block *next_list(const struct block *from, const struct block *end)
{
	while (from != end && !is_steps(from))
		from = from->next;
	return from;
}

/* A part without a list: one step, called like its heading. */
static void read_prose(struct plain *plain, const struct block *from, const struct block *end)
{
	struct step *step;

	if (!has_content(from, end))
		return;
	step = add_step(plain, gather(plain->reading, NULL, from, end), false);
	step->title = title_of(plain, step);
}

/* Prose before a list is its introduction, and a step only where there is something to run. */
static void read_part(struct plain *plain, const struct block *from, const struct block *end)
{
	const struct block *list = next_list(from, end);

	if (!plain->everything && !section_has_steps(plain->section))
		return;
	if (!plain->everything && plain->intro && end && list == end && !has_fence(from, end))
		return;
	if (list == end || has_fence(from, list))
		read_prose(plain, from, list);
	for (; list != end; list = next_list(list->next, end))
		read_list(plain, list, next_list(list->next, end));
}

/* Without any heading and any list, each fence ends a step. */
static void read_fences(struct plain *plain, const struct block *from)
{
	const struct block *start = from;

	for (const struct block *block = from; block; block = block->next) {
		const struct block *after = block->next;

		if (block->kind != BLOCK_FENCE || (after && fence_is_output(after)))
			continue;
		add_step(plain, gather(plain->reading, NULL, start, after), true);
		start = after;
	}
	if (start && has_content(start, NULL))
		add_step(plain, gather(plain->reading, NULL, start, NULL), true);
}

static const struct block *next_heading(const struct block *block)
{
	while (block && block->kind != BLOCK_HEADING)
		block = block->next;
	return block;
}

/* The first heading of the first level is the title; what is under it belongs to no section. */
static void open_part(struct plain *plain, const struct block *heading, bool title)
{
	enum book_section section;

	reading_heading(plain->reading, SECTION_OTHER, heading);
	section = section_of(markdown_plain(heading, plain->reading->arena));
	if (title)
		section = SECTION_OTHER;
	if (title || section != SECTION_OTHER || heading->level <= plain->level) {
		plain->section = section;
		plain->level = title ? 1 : heading->level;
	}
	plain->reading->headings[plain->reading->heading_count - 1].section = plain->section;
	plain->intro = title;
}

static void read_parts(struct plain *plain)
{
	const struct block *first = plain->reading->book->doc.root->first;
	bool title = true;

	plain->intro = true;
	read_part(plain, first, next_heading(first));
	for (const struct block *heading = next_heading(first); heading;
	     heading = next_heading(heading->next)) {
		bool is_title = title && heading->level == 1;

		open_part(plain, heading, is_title);
		title = title && !is_title;
		read_part(plain, heading->next, next_heading(heading->next));
	}
}

static bool is_fences(const struct block *first)
{
	size_t fences = 0;

	for (; first; first = first->next) {
		if (first->kind == BLOCK_HEADING || is_steps(first))
			return false;
		fences += first->kind == BLOCK_FENCE;
	}
	return fences > 1;
}

void plain_read(struct reading *reading)
{
	struct plain plain = { .reading = reading, .section = SECTION_OTHER };

	if (is_fences(reading->book->doc.root->first)) {
		read_fences(&plain, reading->book->doc.root->first);
		return;
	}
	read_parts(&plain);
	if (reading->step_count > 0)
		return;
	reading->heading_count = 0;
	plain = (struct plain){ .reading = reading, .section = SECTION_OTHER, .everything = true };
	read_parts(&plain);
}
