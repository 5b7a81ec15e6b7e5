/*
 * The fold of drills. What is said of a drill that nobody announced has no effect.
 */
#include <string.h>

#include "base/mem.h"
#include "core/incident_fold.h"

/* Once. */
void fold_DRILL_ANNOUNCED(struct folding *f)
{
	struct drill *drill;
	enum drill_type type;
	enum drill_scenario scenario = SCENARIO_OTHER;

	if (f->incident->drill || !drill_type_find(f->data->type, &type))
		return;
	(void)drill_scenario_find(f->data->name, &scenario);
	drill = f->incident->drill = mem_new(sizeof(*drill));
	*drill = (struct drill){
		.announced = true, .type = type, .scenario = scenario, .announced_at = f->event->at,
		.window_start = folding_time(f, F(when), f->data->when),
		.window_end = folding_time(f, F(until), f->data->until),
		.rolled_back_at = WHEN_NEVER, .finished_at = WHEN_NEVER, .finished_t = WHEN_NEVER,
		.reviewed_at = WHEN_NEVER,
	};
	drill->window_end_t = folding_t(f, drill->window_end);
	drill->started_at = drill->window_start == WHEN_NEVER ? f->event->at : drill->window_start;
	drill->started_t = folding_t(f, drill->started_at);
	put_line(drill->environment, sizeof(drill->environment), f->data->environment);
	put_line(drill->image, sizeof(drill->image), f->data->target);
	put_line(drill->runbook, sizeof(drill->runbook), f->data->runbook);
	put_line(drill->runbook_sha256, sizeof(drill->runbook_sha256), f->data->sha256);
	put_line(drill->replays, sizeof(drill->replays), f->data->of);
}

void fold_DRILL_INTERVENED(struct folding *f)
{
	struct drill *drill = f->incident->drill;
	struct drill_hand *hand;

	if (!drill)
		return;
	if (drill->hand_count == DRILL_HANDS) {
		drill->hands_more++;
		return;
	}
	hand = &drill->hands[drill->hand_count++];
	hand->at = f->event->at;
	put_line(hand->by, sizeof(hand->by), f->event->by);
	put_line(hand->step, sizeof(hand->step), f->data->step);
	put_line(hand->what, sizeof(hand->what), f->data->text);
}

static struct drill_component *component_of(struct drill *drill, const char *name)
{
	char line[NAME_TEXT];

	put_line(line, sizeof(line), name);
	for (size_t i = 0; i < drill->component_count; i++)
		if (strcmp(drill->components[i].name, line) == 0)
			return &drill->components[i];
	return NULL;
}

static struct drill_component *component_add(struct folding *f)
{
	struct drill *drill = f->incident->drill;
	struct drill_component *component;

	if (drill->component_count == DRILL_COMPONENTS)
		return NULL;
	component = &drill->components[drill->component_count++];
	*component = (struct drill_component){ .started = f->event->at, .started_t = f->t,
					       .ended = WHEN_NEVER, .ended_t = WHEN_NEVER };
	put_line(component->name, sizeof(component->name), f->data->name);
	return component;
}

/* One that failed is begun again, and has been under way since the first time. */
void fold_COMPONENT_RESTORING(struct folding *f)
{
	struct drill_component *component;

	if (!f->incident->drill)
		return;
	component = component_of(f->incident->drill, f->data->name);
	f->repeat = component && (component->ok || component->ended == WHEN_NEVER);
	if (f->repeat)
		return;
	if (!component)
		component = component_add(f);
	if (!component)
		return;
	component->ended = component->ended_t = WHEN_NEVER;
	put_line(component->note, sizeof(component->note), f->data->text);
}

void fold_COMPONENT_RESTORED(struct folding *f)
{
	struct drill_component *component;

	if (!f->incident->drill)
		return;
	component = component_of(f->incident->drill, f->data->name);
	f->repeat = component && component->ended != WHEN_NEVER;
	if (!component || f->repeat)
		return;
	component->ended = f->event->at;
	component->ended_t = f->t;
	component->ok = f->data->ok;
	if (f->data->has & F(text))
		put_line(component->note, sizeof(component->note), f->data->text);
}

/* Bytes that were put beside the journal before are on the list. */
static void keep(struct folding *f, const char *name)
{
	for (size_t i = 0; i < f->incident->evidence_count; i++)
		if (strcmp(f->incident->evidence[i].sha256, event_text(f->data->sha256)) == 0)
			return;
	evidence_add(f, name);
}

/* The last one counts. */
void fold_DRILL_VERIFIED(struct folding *f)
{
	struct drill *drill = f->incident->drill;

	keep(f, "verification");
	if (!drill || drill->finished)
		return;
	drill->verified = true;
	drill->verified_ok = f->data->ok;
	put_line(drill->verification, sizeof(drill->verification), f->data->sha256);
}

void fold_DRILL_ROLLED_BACK(struct folding *f)
{
	struct drill *drill = f->incident->drill;

	f->repeat = drill && drill->rolled_back;
	if (!drill || f->repeat)
		return;
	drill->rolled_back = true;
	drill->rolled_back_at = f->event->at;
	put_line(drill->rolled_back_because, sizeof(drill->rolled_back_because), f->data->reason);
}

void fold_DRILL_FINISHED(struct folding *f)
{
	struct drill *drill = f->incident->drill;

	if (f->data->has & F(sha256))
		keep(f, "report");
	f->repeat = drill && drill->finished;
	if (!drill || f->repeat)
		return;
	drill->finished = true;
	drill->passed = f->data->ok;
	drill->finished_at = f->event->at;
	drill->finished_t = f->t;
	put_line(drill->report, sizeof(drill->report), f->data->sha256);
	put_line(drill->verdict, sizeof(drill->verdict), f->data->text);
}

/* Of what is not finished there is nothing to go through. */
void fold_DRILL_REVIEWED(struct folding *f)
{
	struct drill *drill = f->incident->drill;

	f->repeat = drill && drill->reviewed_at != WHEN_NEVER;
	if (!drill || !drill->finished || f->repeat)
		return;
	drill->reviewed_at = f->event->at;
	put_line(drill->reviewed_by, sizeof(drill->reviewed_by), f->event->by);
}
