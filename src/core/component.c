/*
 * component.c: the parts of the platform: how they are by their sources, which version of each
 * runs and since when, and whom to call for them.
 *
 * A version proves no health: a component without sources is unknown, whatever runs. What cannot
 * be read leaves the last version standing, with its time.
 */
#include <string.h>

#include "core/internal.h"

int world_add_component(struct world *world, const char *name)
{
	struct component *component;

	if (world->component_count == WORLD_COMPONENTS)
		return -1;
	component = &world->components[world->component_count];
	str_put(component->name, sizeof(component->name), name);
	component->state = STATE_UNKNOWN;
	component->hit_by = component->version_source = -1;
	component->version_at = component->deployed_at = WHEN_NEVER;
	return (int)world->component_count++;
}

int world_add_contact(struct world *world, const char *who, const char *reach,
		      const char *for_what)
{
	struct contact *contact;

	if (world->contact_count == WORLD_CONTACTS)
		return -1;
	contact = &world->contacts[world->contact_count];
	str_put(contact->who, sizeof(contact->who), who);
	str_put(contact->reach, sizeof(contact->reach), reach);
	str_put(contact->for_what, sizeof(contact->for_what), for_what);
	return (int)world->contact_count++;
}

int world_find_component(const struct world *world, const char *name)
{
	for (size_t i = 0; i < world->component_count; i++)
		if (strcmp(world->components[i].name, name) == 0)
			return (int)i;
	return -1;
}

bool contact_is_for(const struct contact *contact, int component)
{
	for (size_t i = 0; i < contact->component_count; i++)
		if (contact->components[i] == component)
			return true;
	return contact->component_count == 0;
}

bool component_has_source(const struct component *component, int source)
{
	for (size_t i = 0; i < component->source_count; i++)
		if (component->sources[i] == source)
			return true;
	return false;
}

static void set_version(struct world *world, struct component *component, const char *text,
			msec now)
{
	if (component->version[0]) {
		memcpy(component->version_before, component->version,
		       sizeof(component->version_before));
		component->deployed_at = now;
		change_add(world, now, component->name, component->state, "deployed %s, was %s",
			   text, component->version);
	}
	str_put(component->version, sizeof(component->version), text);
	world->version++;
}

static void take_version(struct world *world, int source, const struct version *version, msec now)
{
	int index = world_find_component(world, version->component);
	struct component *component = index < 0 ? NULL : &world->components[index];

	if (!component || !version->text[0])
		return;
	if (component->version_source < 0)
		component->version_source = source;
	if (component->version_source != source || component->version_field[0] ||
	    version->seen_at < component->version_at)
		return;
	component->version_at = version->seen_at;
	if (strcmp(component->version, version->text) != 0)
		set_version(world, component, version->text, now);
}

static void take_duty(struct world *world, const struct duty *duty)
{
	struct contact *contact;

	if (duty->contact >= world->contact_count)
		return;
	contact = &world->contacts[duty->contact];
	if (strcmp(contact->on_call, duty->on_call) == 0)
		return;
	memcpy(contact->on_call, duty->on_call, sizeof(contact->on_call));
	world->version++;
}

void versions_take(struct world *world, int source, const struct report *report, msec now)
{
	for (size_t i = 0; i < report->version_count; i++)
		take_version(world, source, &report->versions[i], now);
	for (size_t i = 0; i < report->duty_count; i++)
		take_duty(world, &report->duties[i]);
}

/* The version that a source publishes among its fields, while it can be believed. */
static void read_field(struct world *world, struct component *component, msec now)
{
	const struct source *source = component->version_source < 0 ? NULL :
				      &world->sources[component->version_source];
	char text[NAME_TEXT];

	if (!source || !component->version_field[0] || source->state == STATE_STALE ||
	    !json_put_at(source->fields, component->version_field, text, sizeof(text)) || !text[0])
		return;
	component->version_at = source->newest;
	if (strcmp(component->version, text) != 0)
		set_version(world, component, text, now);
}

/* What only asks says nothing yet. */
static enum state state_of(const struct world *world, const struct component *component)
{
	enum state worst = STATE_OK;
	bool any = false;

	for (size_t i = 0; i < component->source_count; i++) {
		int index = component->sources[i];
		const struct source *source = index < 0 ? NULL : &world->sources[index];

		if (!source || source->asking)
			continue;
		worst = state_worse(worst, source->state);
		any = true;
	}
	return any ? worst : STATE_UNKNOWN;
}

void components_refresh(struct world *world, msec now)
{
	for (size_t i = 0; i < world->component_count; i++) {
		struct component *component = &world->components[i];
		enum state state = state_of(world, component);

		if (state != component->state)
			world->version++;
		component->state = state;
		read_field(world, component, now);
	}
}
