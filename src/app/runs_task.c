/* runs_task.c: a fence on its way to a task or an errand, and what its outcome means. */
#include <string.h>

#include "app/runs_inside.h"
#include "base/pattern.h"

bool fence_is_native(const struct fence *fence)
{
	return fence->lang == LANG_SQL || fence->lang == LANG_PROMQL || fence->lang == LANG_HTTP;
}

bool fence_environment(const struct runs *runs, const char *const *values, struct arena *arena,
		       const char *const **out, struct err *err)
{
	return task_environment(runs->setup.context->environment, values, arena, out, err);
}

static const char *copy(const char *text, struct arena *arena)
{
	return arena_text(arena, text, strlen(text));
}

/* What of a fence counts for its run; placeholders and its place do not. */
const struct fence *fence_copy(const struct fence *fence, struct arena *arena)
{
	struct fence *out = arena_new(arena, sizeof(*out));

	*out = *fence;
	out->word = copy(fence->word, arena);
	out->text = copy(fence->text, arena);
	out->expected = out->why_not = "";
	out->placeholders = (struct texts){ .count = 0 };
	out->source = copy(fence->source, arena);
	out->node = copy(fence->node, arena);
	out->on = copy(fence->on, arena);
	out->expect = copy(fence->expect, arena);
	out->capture = copy(fence->capture, arena);
	out->cwd = copy(fence->cwd, arena);
	out->name = copy(fence->name, arena);
	return out;
}

bool fence_judge_exit(const struct fence *fence, const struct task_end *end)
{
	return end->kind == TASK_EXITED && end->status == fence->exit;
}

/* As grep would: a line of it must match, so that "^t$" is the answer t. An expression that cannot
 * be made is matched by nothing: lint says so. */
bool fence_judge_text(const struct fence *fence, struct str output)
{
	struct pattern *pattern;
	struct str line;
	struct err err;
	bool matches = false;

	if (!fence->expect[0])
		return true;
	pattern = pattern_new(fence->expect, &err);
	while (pattern && !matches && str_cut(&output, '\n', &line))
		matches = pattern_matches(pattern, line);
	pattern_free(pattern);
	return matches;
}
