/*
 * story_objectives.c: what was promised for each component that was lost, and what it came to.
 *
 * An RTO is achieved from the loss (the detection, or the reopening) to the recovery, or where that
 * is not recorded to the mitigation; of a drill in which the component itself was timed, from
 * component.restoring to component.restored. How much data was lost is what the last verification
 * on record found, by the rule of the report of a drill.
 */
#include <stdio.h>
#include <string.h>

#include "export/dr_report.h"
#include "export/story_inside.h"

struct ends {
	const char *from, *to;		/* words; to NULL: it has not ended */
	msec from_t, to_t;
};

static const struct drill_component *timed(const struct incident *incident, const char *name)
{
	for (size_t i = 0; incident->drill && i < incident->drill->component_count; i++) {
		if (strcmp(incident->drill->components[i].name, name) == 0)
			return &incident->drill->components[i];
	}
	return NULL;
}

static void end_at(struct ends *ends, const struct incident *incident, enum milestone_name name)
{
	const struct milestone *milestone = &incident->milestones[name];

	if (ends->to || milestone->at == WHEN_NEVER)
		return;
	ends->to = milestone_word(name);
	ends->to_t = milestone->t;
}

static struct ends ends_of(const struct incident *incident, const char *component)
{
	const struct drill_component *drilled = timed(incident, component);
	const struct milestone *detected = &incident->milestones[MILESTONE_DETECTED];
	bool reopened = incident->reopened_t > incident->declared_t;
	struct ends ends = { 0 };

	if (drilled) {
		ends = (struct ends){ "component.restoring", NULL, drilled->started_t, 0 };
		ends.to = drilled->ended != WHEN_NEVER && drilled->ok ? "component.restored" : NULL;
		ends.to_t = drilled->ended_t;
		return ends;
	}
	ends.from = reopened ? "reopened" : detected->at != WHEN_NEVER ? "detected" : "declared";
	ends.from_t = reopened ? incident->reopened_t :
		      detected->at != WHEN_NEVER ? detected->t : incident->declared_t;
	end_at(&ends, incident, MILESTONE_RECOVERED);
	end_at(&ends, incident, MILESTONE_MITIGATED);
	return ends;
}

static void achieve(const struct story *story, struct story_objective *objective)
{
	struct ends ends = ends_of(story->incident, objective->component);

	if (!ends.to) {
		(void)snprintf(objective->note, sizeof(objective->note),
			       "from %s; the record does not say when it had recovered", ends.from);
	} else if (ends.to_t < ends.from_t) {
		(void)snprintf(objective->note, sizeof(objective->note),
			       "%s is before %s: one of the two times is wrong", ends.to, ends.from);
	} else {
		objective->achieved = ends.to_t - ends.from_t;
		objective->known = true;
		objective->met = objective->achieved <= objective->target;
		(void)snprintf(objective->note, sizeof(objective->note), "from %s to %s", ends.from,
			       ends.to);
	}
}

static bool read_verification(const struct story *story, struct arena *arena,
			      struct verification *out)
{
	const struct drill *drill = story->incident->drill;
	struct buf bytes = { .max = JSON_MAX_PINNED };
	bool ok;

	if (!drill || !drill->verification[0] || !story->in.evidence)
		return false;
	ok = story->in.evidence(story->in.arg, drill->verification, &bytes) && !bytes.full &&
	     verification_read(str_sub(bytes.data, bytes.len), arena, out, NULL);
	buf_done(&bytes);
	return ok;
}

/* What the verification says is the same for every component. */
static void lose(const struct story *story, struct story_objective *objective)
{
	struct verification verification = { .data_until = WHEN_NEVER };
	char until[WHEN_TEXT], at[WHEN_TEXT];
	struct arena arena = { 0 };
	const char *called;
	msec loss = dr_loss_at(story->incident, &called);
	bool read = read_verification(story, &arena, &verification);

	arena_done(&arena);
	objective->achieved = dr_data_lost(read ? &verification : NULL, loss);
	objective->known = objective->achieved != WHEN_NEVER;
	objective->met = objective->known && objective->achieved <= objective->target;
	if (!objective->known) {
		(void)str_put(objective->note, sizeof(objective->note),
			      "the record does not say up to when data came back");
		return;
	}
	when_format(until, verification.data_until);
	when_format(at, loss);
	(void)snprintf(objective->note, sizeof(objective->note),
		       "from the newest data that came back, %s, to %s, %s%s", until, called, at,
		       verification.data_until > loss ? ": nothing is lost" : "");
}

static bool concerned(const struct incident *incident, const char *component)
{
	for (size_t i = 0; i < incident->component_count; i++) {
		if (strcmp(incident->components[i], component) == 0)
			return true;
	}
	return timed(incident, component);
}

static struct story_objective *add(struct story *story, const char *component, msec target)
{
	struct story_objective *objective = &story->objectives[story->objective_count++];

	*objective = (struct story_objective){ .component = component, .target = target,
					       .achieved = WHEN_NEVER };
	return objective;
}

void story_put_objectives(struct story *story)
{
	const struct terms *terms = &story->incident->terms;

	story->objectives = arena_array(&story->arena, 2 * terms->component_count + 1,
					sizeof(*story->objectives));
	for (size_t i = 0; i < terms->component_count; i++) {
		const struct terms_component *component = &terms->components[i];
		struct story_objective *rpo;

		if (!concerned(story->incident, component->name))
			continue;
		if (component->rto > 0)
			achieve(story, add(story, component->name, component->rto));
		if (component->rpo <= 0)
			continue;
		rpo = add(story, component->name, component->rpo);
		rpo->rpo = true;
		lose(story, rpo);
	}
}
