#include "export/status.h"

#include <string.h>

bool status_wants(const struct status_filter *filter, const char *name)
{
	if (!filter || filter->count == 0)
		return true;
	for (size_t i = 0; i < filter->count; i++) {
		if (strcmp(filter->names[i], name) == 0)
			return true;
	}
	return false;
}

bool status_wants_signal(const struct world *world, const struct status_filter *filter,
			 const struct signal *signal)
{
	if (status_wants(filter, signal->name))
		return true;
	return signal->source >= 0 && status_wants(filter, world->sources[signal->source].name);
}

bool status_wants_component(const struct world *world, const struct status_filter *filter,
			    const struct component *component)
{
	for (size_t i = 0; i < component->source_count; i++)
		if (component->sources[i] >= 0 &&
		    status_wants(filter, world->sources[component->sources[i]].name))
			return true;
	return !filter || filter->count == 0;
}

enum state status_worst(const struct world *world, const struct status_filter *filter)
{
	enum state worst = STATE_OK;
	bool any = false;

	if (!filter || filter->count == 0)
		return world->state;
	for (size_t i = 0; i < world->source_count; i++) {
		if (!status_wants(filter, world->sources[i].name))
			continue;
		worst = state_worse(worst, world->sources[i].state);
		any = true;
	}
	for (size_t i = 0; i < world->signal_count; i++) {
		if (!status_wants_signal(world, filter, &world->signals[i]))
			continue;
		worst = state_worse(worst, world->signals[i].state);
		any = true;
	}
	return any ? worst : STATE_UNKNOWN;
}

