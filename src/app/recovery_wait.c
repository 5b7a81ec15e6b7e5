/*
 * recovery_wait.c: the components, waited for in the order of restoring; see recovery.h.
 */
#include "app/recovery.h"

#include <string.h>

#include "app/objectives.h"

#define AGAIN_AFTER (WHEN_SECOND / 2)

/* What is on the record of a component; NULL: nothing. */
static const struct drill_component *recorded(const struct recovery *recovery, const char *name)
{
	const struct drill *drill = recovery->drill;

	for (size_t i = 0; drill && i < drill->component_count; i++)
		if (!strcmp(drill->components[i].name, name))
			return &drill->components[i];
	return NULL;
}

static void ask_once(struct recovery *recovery, const struct recovered_settings *set, msec left,
		     struct recovery_answer *answer)
{
	msec timeout = recovery->ask.work->timeout;

	/* Also of one that is waited for no longer there is one look. */
	timeout = left > 0 && left < timeout ? left : timeout;
	if (set->source) {
		recovery_source(&recovery->ask, set->source, timeout, answer);
		return;
	}
	recovery_url(&recovery->ask, set->url, NULL, timeout, answer);
	if (answer->well &&
	    recovery_body_is_error(str_sub(buf_cstr(&answer->body), answer->body.len), answer->why,
				   sizeof(answer->why)))
		answer->well = false;
}

/* The codes of the script that this replaces: the service's, and the indexer's. */
static void keep_code(struct recovery *recovery, const struct recovered_settings *set,
		      const struct recovery_answer *answer)
{
	if (!set->url)
		return;
	if (set->layer == LAYER_API)
		recovery->out.health_code = recovery_text(recovery, str_of(answer->code));
	else if (set->layer == LAYER_INDEXER)
		recovery->out.indexer_code = recovery_text(recovery, str_of(answer->code));
}

static void begin(struct recovery *recovery, const struct recovered_settings *set,
		  struct verified_component *component)
{
	const struct drill_component *before = recorded(recovery, set->name);
	msec rto = objective_of(&recovery->ask.work->settings.rto, set->name);

	*component = (struct verified_component){
		.name = set->name, .layer = recovery_layer_word((enum recovery_layer)set->layer),
		.order = (int64_t)recovery->out.component_count,
		.started = loop_now(recovery->ask.work->loop).wall, .ended = WHEN_NEVER,
		.rto = rto > 0 ? rto : WHEN_NEVER, .note = "",
	};
	if (before && (before->ended == WHEN_NEVER || before->ok))
		component->started = before->started;
	else if (recovery->restoring)
		recovery->restoring(recovery->arg, component);
}

static void settle(struct recovery *recovery, const struct recovered_settings *set,
		   struct verified_component *component, const struct recovery_answer *answer)
{
	const struct drill_component *before = recorded(recovery, set->name);
	bool was_back = before && before->ended != WHEN_NEVER && before->ok;
	char within[WHEN_TEXT];

	component->success = answer->well;
	component->ended = was_back && answer->well ? before->ended : answer->at;
	component->note = answer->well ? "" : recovery_text(recovery, str_of(answer->why));
	/* What is on the record as restored stays so: that it is lost again is a failure below. */
	if (recovery->restored && !was_back)
		recovery->restored(recovery->arg, component);
	if (answer->well)
		return;
	when_format_duration(within, set->within);
	recovery_fail(recovery, "%s did not come back within %s: %s", set->name, within,
		      answer->why);
}

static void await(struct recovery *recovery, const struct recovered_settings *set)
{
	struct verified_component *component =
		&recovery->out.components[recovery->out.component_count++];
	struct recovery_answer answer = { 0 };
	struct loop *loop = recovery->ask.work->loop;
	msec until = loop_now(loop).steady + set->within;

	begin(recovery, set, component);
	for (;;) {
		ask_once(recovery, set, until - loop_now(loop).steady, &answer);
		if (answer.well || loop_now(loop).steady + AGAIN_AFTER >= until)
			break;
		recovery_pause(&recovery->ask, AGAIN_AFTER);
	}
	keep_code(recovery, set, &answer);
	settle(recovery, set, component, &answer);
	recovery_answer_done(&answer);
}

void recovery_components(struct recovery *recovery)
{
	const struct recovered_settings *set = recovery->set->components.data;
	size_t count = recovery->set->components.count;

	recovery->out.components = arena_array(&recovery->arena, count + 1,
					       sizeof(*recovery->out.components));
	for (int layer = 0; layer < LAYER_COUNT; layer++)
		for (size_t i = 0; i < count; i++)
			if (set[i].layer == layer)
				await(recovery, &set[i]);
}
