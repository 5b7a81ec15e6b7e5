/*
 * propose.c: what the instruments would declare: severity and rule, title, components, since when.
 */
#include <stdio.h>
#include <string.h>

#include "core/propose_inside.h"

/* The critical alert that has fired for the longest; NULL: none does. */
static const struct alert *first_critical(const struct world *world)
{
	const struct alert *first = NULL;

	for (size_t i = 0; i < world->alert_count; i++) {
		const struct alert *alert = &world->alerts[i];

		if (!alert_is_critical(alert))
			continue;
		if (!first || (alert->since != WHEN_NEVER && first->since != WHEN_NEVER &&
			       alert->since < first->since))
			first = alert;
	}
	return first;
}

static msec earliest(msec a, msec b)
{
	if (a == WHEN_NEVER || b == WHEN_NEVER)
		return a == WHEN_NEVER ? b : a;
	return a < b ? a : b;
}

/* When the first alert began to fire: a critical one if there is any. */
static msec detected_at(const struct world *world)
{
	msec critical = WHEN_NEVER, any = WHEN_NEVER;

	for (size_t i = 0; i < world->alert_count; i++) {
		const struct alert *alert = &world->alerts[i];

		if (alert->state != ALERT_FIRING)
			continue;
		any = earliest(any, alert->since);
		if (alert_is_critical(alert))
			critical = earliest(critical, alert->since);
	}
	return critical == WHEN_NEVER ? any : critical;
}

/* --- title ---------------------------------------------------------------------------------- */

static void put_title(const struct world *world, const struct alert *alert,
		      const struct basis *basis, struct proposal *out)
{
	int index = world->root >= 0 && basis->source >= 0 ? world->root : basis->source;
	const struct source *source = index < 0 ? NULL : &world->sources[index];
	char text[NAME_TEXT + BECAUSE_TEXT + 16];

	if (alert) {
		str_put(out->title, sizeof(out->title), alert->summary[0] ? alert->summary : alert->name);
		return;
	}
	if (source && source->state != STATE_OK) {
		(void)snprintf(text, sizeof(text), "%s %s: %s", source->name,
			       state_word(source->state), source->because);
		str_put(out->title, sizeof(out->title), text);
		return;
	}
	str_put(out->title, sizeof(out->title), basis->fact);
}

/* --- components ----------------------------------------------------------------------------- */

static void add_component(const struct world *world, int component, struct proposal *out)
{
	const char *name = component < 0 ? "" : world->components[component].name;

	for (size_t i = 0; i < out->component_count; i++)
		if (strcmp(out->components[i], name) == 0)
			return;
	if (name[0] && out->component_count < INCIDENT_COMPONENTS)
		str_put(out->components[out->component_count++], NAME_TEXT, name);
}

static void add_of_source(const struct world *world, int source, struct proposal *out)
{
	for (size_t i = 0; source >= 0 && i < world->component_count; i++)
		if (component_has_source(&world->components[i], source))
			add_component(world, (int)i, out);
}

static void add_of_alert(const struct world *world, const struct alert *alert,
			 struct proposal *out)
{
	static const char *const labels[] = { "component", "service", "job" };

	for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
		const char *name = alert_label(alert, labels[i]);

		if (name)
			add_component(world, world_find_component(world, name), out);
	}
}

/* The root first, then what the rule rests on, what the alerts name, what else fails. */
static void put_components(const struct world *world, const struct basis *basis,
			   struct proposal *out)
{
	add_of_source(world, world->root, out);
	add_of_source(world, basis->source, out);
	for (size_t i = 0; i < world->alert_count; i++)
		if (alert_is_critical(&world->alerts[i]))
			add_of_alert(world, &world->alerts[i], out);
	for (size_t i = 0; i < world->component_count; i++)
		if (world->components[i].state == STATE_DOWN || world->components[i].state == STATE_BAD)
			add_component(world, (int)i, out);
}

/* --- severity ------------------------------------------------------------------------------- */

enum { UNSURE = 2 };		/* what is not known to be minor is not taken for it */

static void put_severity(const struct alert *critical, const struct basis *basis,
			 struct proposal *out)
{
	bool unsure = critical && (!basis->severity || basis->severity > UNSURE);

	out->severity = unsure || !basis->severity ? UNSURE : basis->severity;
	if (unsure)
		(void)snprintf(out->rule, sizeof(out->rule),
			       "%s fires, and no rule says how bad that is: unsure, so SEV%d",
			       critical->name, UNSURE);
	else
		str_put(out->rule, sizeof(out->rule), basis->rule);
}

void propose(const struct world *world, const struct policy *policy, struct proposal *out)
{
	const struct alert *critical = first_critical(world);
	struct basis basis;

	rules_search(world, policy, &basis);
	*out = (struct proposal){ .worth = critical || basis.asks, .impact_at = basis.since,
				  .detected_at = detected_at(world) };
	put_severity(critical, &basis, out);
	if (!critical && !basis.severity)
		return;
	if (critical)
		out->impact_at = earliest(out->impact_at, critical->since);
	put_title(world, critical, &basis, out);
	put_components(world, &basis, out);
}
