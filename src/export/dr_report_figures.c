/* dr_report_figures.c: see dr_report_inside.h. */
#include <string.h>

#include "export/dr_report_inside.h"

static msec span(msec from, msec to)
{
	return from == WHEN_NEVER || to == WHEN_NEVER || to < from ? WHEN_NEVER : to - from;
}

static const struct terms_component *terms_of(const struct dr_figures *f, const char *name)
{
	const struct incident *incident = f->in->incident;

	for (size_t i = 0; incident && i < incident->terms.component_count; i++)
		if (!strcmp(incident->terms.components[i].name, name))
			return &incident->terms.components[i];
	return NULL;
}

static const struct verified_component *verified_of(const struct dr_figures *f, const char *name)
{
	const struct verification *verification = f->in->verification;

	for (size_t i = 0; verification && i < verification->component_count; i++)
		if (!strcmp(verification->components[i].name, name))
			return &verification->components[i];
	return NULL;
}

/* --- when ------------------------------------------------------------------------------------- */

static void find_ends(struct dr_figures *f)
{
	const struct incident *incident = f->in->incident;
	const struct verification *verification = f->in->verification;
	const struct drill *drill = f->in->drill;

	f->start = verification ? verification->started : WHEN_NEVER;
	f->end = verification ? verification->ended : WHEN_NEVER;
	f->detected = WHEN_NEVER;
	if (!incident)
		return;
	f->start = drill->started_at > 0 ? drill->started_at : incident->declared_at;
	f->detected = incident->milestones[MILESTONE_DETECTED].at;
	f->end = incident->milestones[MILESTONE_RESOLVED].at;
	if (f->end == WHEN_NEVER)
		f->end = incident->last_at;
	if (drill->finished && drill->finished_at < f->end)
		f->end = drill->finished_at;	/* what came after it is not of the drill */
}

/* --- components ------------------------------------------------------------------------------- */

static struct dr_component *add_component(struct dr_figures *f, const char *name)
{
	const struct terms_component *terms = terms_of(f, name);
	const struct verified_component *verified = verified_of(f, name);
	struct dr_component *c = &f->components[f->component_count++];

	*c = (struct dr_component){ .name = name, .note = "", .started = WHEN_NEVER,
				    .ended = WHEN_NEVER, .took = WHEN_NEVER,
				    .since_start = WHEN_NEVER, .target = WHEN_NEVER };
	if (verified && verified->layer && *verified->layer)
		c->layer = verified->layer;
	if (terms && terms->rto > 0)
		c->target = terms->rto;
	else if (verified && verified->rto > 0)
		c->target = verified->rto;
	return c;
}

static void add_recorded(struct dr_figures *f, const struct drill_component *from)
{
	struct dr_component *c = add_component(f, from->name);

	c->recorded = true;
	c->started = from->started;
	c->ended = from->ended;
	c->took = span(from->started_t, from->ended_t);
	if (from->started == WHEN_NEVER || from->ended == WHEN_NEVER)
		c->took = WHEN_NEVER;
	if (from->ended != WHEN_NEVER)
		c->since_start = span(f->in->drill->started_t, from->ended_t);
	c->success = from->ended != WHEN_NEVER && from->ok;
	c->note = from->note;
}

static void add_verified(struct dr_figures *f, const struct verified_component *from)
{
	struct dr_component *c = add_component(f, from->name);

	c->started = from->started;
	c->ended = from->ended;
	c->took = span(from->started, from->ended);
	c->since_start = span(f->start, from->ended);
	c->success = from->success;
	c->note = from->note ? from->note : "";
}

static bool is_there(const struct dr_figures *f, const char *name)
{
	for (size_t i = 0; i < f->component_count; i++)
		if (!strcmp(f->components[i].name, name))
			return true;
	return false;
}

/* What people recorded counts before what a verification saw of the same component. */
static void find_components(struct dr_figures *f)
{
	const struct verification *verification = f->in->verification;
	const struct drill *drill = f->in->drill;
	size_t recorded = f->in->incident ? drill->component_count : 0;
	size_t verified = verification ? verification->component_count : 0;

	f->components = arena_array(&f->arena, recorded + verified + 1, sizeof(*f->components));
	for (size_t i = 0; i < recorded; i++)
		add_recorded(f, &drill->components[i]);
	for (size_t i = 0; i < verified; i++)
		if (!is_there(f, verification->components[i].name))
			add_verified(f, &verification->components[i]);
}

/* The whole took from the first beginning to the last end, and that is known only when everything
 * came back. */
static void find_course(struct dr_figures *f)
{
	bool all = f->component_count > 0;

	f->began = f->ended = f->took = WHEN_NEVER;
	for (size_t i = 0; i < f->component_count; i++) {
		const struct dr_component *c = &f->components[i];

		if (c->started != WHEN_NEVER && (f->began == WHEN_NEVER || c->started < f->began))
			f->began = c->started;
		if (c->ended != WHEN_NEVER && c->ended > f->ended)
			f->ended = c->ended;
		all = all && c->success && c->since_start != WHEN_NEVER;
	}
	if (f->began == WHEN_NEVER)
		f->began = f->start;
	if (!all)
		f->ended = WHEN_NEVER;
}

/* On one scale: since_start of the last end, minus that of the first beginning. */
static void find_took(struct dr_figures *f)
{
	msec first = WHEN_NEVER, last = WHEN_NEVER;

	for (size_t i = 0; i < f->component_count; i++) {
		const struct dr_component *c = &f->components[i];
		msec begin = c->since_start == WHEN_NEVER || c->took == WHEN_NEVER ? WHEN_NEVER :
			     c->since_start - c->took;

		if (begin == WHEN_NEVER)
			return;
		if (i == 0 || begin < first)
			first = begin;
		if (c->since_start > last)
			last = c->since_start;
	}
	if (f->ended != WHEN_NEVER)
		f->took = last - first;
}

/* --- objectives ------------------------------------------------------------------------------- */

static void find_rto(struct dr_figures *f)
{
	msec last = WHEN_NEVER;

	f->rto = (struct dr_objective){ WHEN_NEVER, WHEN_NEVER, TRI_UNKNOWN };
	for (size_t i = 0; i < f->component_count; i++) {
		const struct dr_component *c = &f->components[i];

		if (c->target > f->rto.target)
			f->rto.target = c->target;
		if (c->since_start > last)
			last = c->since_start;
	}
	if (f->ended != WHEN_NEVER)
		f->rto.achieved = last;
	f->rto.met = dr_met(f->rto.achieved, f->rto.target);
}

static void find_rpo(struct dr_figures *f)
{
	const struct incident *incident = f->in->incident;

	f->rpo = (struct dr_objective){ WHEN_NEVER, WHEN_NEVER, TRI_UNKNOWN };
	for (size_t i = 0; i < f->component_count; i++) {
		const struct terms_component *terms = terms_of(f, f->components[i].name);

		if (terms && terms->rpo > 0 &&
		    (f->rpo.target == WHEN_NEVER || terms->rpo < f->rpo.target))
			f->rpo.target = terms->rpo;
	}
	f->rpo.achieved = dr_data_lost(f->in->verification,
				       incident ? dr_loss_at(incident, NULL) : f->start);
	f->rpo.met = dr_met(f->rpo.achieved, f->rpo.target);
}

/* --- what did not pass ------------------------------------------------------------------------ */

static void fail(struct dr_figures *f, const char *text)
{
	if (f->failure_count < f->failure_room)
		f->failures[f->failure_count++] = text;
}

static void judge_component(struct dr_figures *f, const struct dr_component *c)
{
	char target[WHEN_TEXT], after[WHEN_TEXT];

	if (c->recorded && !c->success)
		fail(f, arena_fmt(&f->arena, "component %s was not restored%s%s", c->name,
				  *c->note ? ": " : "", c->note));
	if (dr_met(c->since_start, c->target) != TRI_NO)
		return;
	when_format_duration(target, c->target);
	when_format_duration(after, c->since_start);
	fail(f, arena_fmt(&f->arena, "component %s was %s %s after the beginning, its target is %s",
			  c->name, c->success ? "back" : "given up", after, target));
}

static void judge_rpo(struct dr_figures *f)
{
	char target[WHEN_TEXT], lost[WHEN_TEXT];

	if (f->rpo.met != TRI_NO)
		return;
	when_format_duration(target, f->rpo.target);
	when_format_duration(lost, f->rpo.achieved);
	fail(f, arena_fmt(&f->arena, "the data of %s is lost, the target is %s", lost, target));
}

/* What nobody looked at has not passed; in a tabletop it is people who are asked. */
static void judge_looking(struct dr_figures *f)
{
	const struct incident *incident = f->in->incident;

	if (f->in->drill->type == DRILL_TABLETOP) {
		if (incident && incident->note_count == 0)
			fail(f, "nobody wrote down what they would do");
		return;
	}
	if (!f->in->verification)
		fail(f, "nothing was verified: there is no verification on record");
	else if (incident && !f->in->drill->verified_ok && f->in->verification->failure_count == 0)
		fail(f, "the last verification did not pass");
}

static void judge(struct dr_figures *f)
{
	const struct verification *verification = f->in->verification;
	size_t own = verification ? verification->failure_count : 0;

	f->failure_room = own + 2 * f->component_count + 2;
	f->failures = arena_array(&f->arena, f->failure_room, sizeof(*f->failures));
	for (size_t i = 0; i < own; i++)
		fail(f, verification->failures[i]);
	judge_looking(f);
	for (size_t i = 0; i < f->component_count; i++)
		judge_component(f, &f->components[i]);
	judge_rpo(f);
}

void dr_figures_init(struct dr_figures *f, const struct dr_report_in *in)
{
	*f = (struct dr_figures){ .in = in };
	find_ends(f);
	find_components(f);
	find_course(f);
	find_rto(f);
	find_took(f);
	find_rpo(f);
	dr_hands(f);
	judge(f);
}

void dr_figures_done(struct dr_figures *f)
{
	arena_done(&f->arena);
}
