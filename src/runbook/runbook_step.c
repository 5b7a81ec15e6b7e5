/* runbook_step.c: what the blocks of a step tell, in either mode. */
#include <string.h>

#include "base/mem.h"
#include "base/scrub.h"
#include "runbook/runbook_inside.h"

struct filling {
	struct reading *reading;
	struct step *step;
	struct fence *fences;
	size_t count, cap;
};

size_t reading_step(struct reading *reading, const struct block *body)
{
	struct step *step;

	reading->steps = mem_grow(reading->steps, &reading->step_cap, reading->step_count + 1,
				  sizeof(*reading->steps));
	step = &reading->steps[reading->step_count];
	*step = (struct step){
		.id = "", .line = body->line, .branch_of = SIZE_MAX, .branch = SIZE_MAX,
		.heading = reading->heading_count - 1, .section = SECTION_OTHER, .role = "",
		.when = { "", "", "" }, .danger_text = "", .rollback = "",
		.rollback_fence = SIZE_MAX, .target = "", .interlock = "", .link = "",
		.probe_text = "", .on_fail = "", .on_timeout = "", .ask = "", .audience = "",
		.draft = "", .to = "", .body = body,
		.title = body_title(body, reading->arena),
	};
	return reading->step_count++;
}

static void add_fence(struct filling *filling, const struct block *block)
{
	struct fence *fence;

	if (fence_is_output(block)) {
		if (filling->count > 0)
			filling->fences[filling->count - 1].expected = block->text;
		return;
	}
	filling->fences = mem_grow(filling->fences, &filling->cap, filling->count + 1,
				   sizeof(*filling->fences));
	fence = &filling->fences[filling->count++];
	fence_read(filling->reading, block, fence);
}

static void add_danger(struct filling *filling, const struct block *quote)
{
	const char *text;
	enum danger danger = body_danger(quote, &text, filling->reading->arena);

	if (danger <= filling->step->danger)
		return;
	filling->step->danger = danger;
	filling->step->danger_text = text;
}

/* A fence right under the line is the way back. */
static void add_rollback(struct filling *filling, const struct block *paragraph)
{
	const char *text = body_rollback(paragraph, filling->reading->arena);

	if (!text)
		return;
	filling->step->rollback = *text ? text : "see below";
	if (paragraph->next && paragraph->next->kind == BLOCK_FENCE)
		filling->step->rollback_fence = filling->count;
}

static void fill(struct filling *filling, const struct block *first, const struct block *options)
{
	for (const struct block *block = first; block; block = block->next) {
		if (block->kind == BLOCK_FENCE)
			add_fence(filling, block);
		if (block->kind == BLOCK_QUOTE)
			add_danger(filling, block);
		if (block->kind == BLOCK_PARAGRAPH)
			add_rollback(filling, block);
		if (block != options)
			fill(filling, block->first, options);
	}
}

static void fill_options(struct filling *filling, const struct block *options)
{
	for (const struct block *item = options->first; item; item = item->next)
		for (struct block *block = item->first; block; block = block->next)
			if (block->kind == BLOCK_FENCE)
				add_fence(filling, block);
}

/* A step without words is called like what it runs. */
static const char *title_of(struct arena *arena, const struct fence *fences, size_t count)
{
	struct str rest = str_of(count > 0 ? fences[0].text : ""), line;
	char title[80];

	while (str_cut(&rest, '\n', &line))
		if (str_trim(line).len > 0) {
			scrub_put(title, sizeof(title), str_trim(line));
			return arena_text(arena, title, strlen(title));
		}
	return "Untitled";
}

void reading_fill(struct reading *reading, size_t step, const struct block *options)
{
	struct filling filling = { .reading = reading, .step = &reading->steps[step] };
	struct fence *fences;

	fill(&filling, filling.step->body->first, options);
	if (options)
		fill_options(&filling, options);
	fences = arena_array(reading->arena, filling.count + 1, sizeof(*fences));
	if (filling.count > 0)
		memcpy(fences, filling.fences, filling.count * sizeof(*fences));
	filling.step->fences = fences;
	filling.step->fence_count = filling.count;
	if (filling.step->rollback_fence >= filling.count)
		filling.step->rollback_fence = SIZE_MAX;
	filling.step->link = body_link(filling.step->body, options);
	mem_free(filling.fences);
	if (!*filling.step->title)
		filling.step->title = title_of(reading->arena, fences, filling.count);
}
