#include "ui/after.h"

#include "ui/form.h"

struct item item_of_section(const struct incident *incident, enum postmortem_section section)
{
	return (struct item){ ITEM_SECTION, item_hash(incident->id) ^ ((uint64_t)section + 1) };
}

bool item_section(const struct world *world, struct item item, enum postmortem_section *section)
{
	const struct docket *docket = desk_current(world->desk);

	for (int i = 0; docket && i < SECTION_COUNT; i++) {
		*section = (enum postmortem_section)i;
		if (item_eq(item, item_of_section(docket->incident, *section)))
			return true;
	}
	return false;
}

bool after_publishable(const struct scene *scene, const struct docket *docket, struct err *err)
{
	struct effect effect = { .kind = EFFECT_ORDER };
	struct entry entry = { .scene = scene, .out = &effect };
	bool may;

	effect.order = (struct order){ .kind = EVENT_POSTMORTEM_SET, .at = WHEN_NEVER,
				       .src = SRC_HUMAN, .by = scene->world->operator };
	EVENT_SET(effect.order.data, new_, postmortem_status_word(PAPER_PUBLISHED));
	may = form_decides(docket->incident, docket->history, &entry);
	*err = entry.err;
	return may;
}
