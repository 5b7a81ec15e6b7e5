#include "app/wording.h"

#include "export/updates.h"

static const char *owed(const struct incident *incident)
{
	return update_type_word(update_owed(incident));
}

static enum update_type type_of(const char *word)
{
	for (int type = 0; type < UPDATE_TYPE_COUNT; type++)
		if (str_eq(str_of(word), update_type_word((enum update_type)type)))
			return (enum update_type)type;
	return UPDATE_TYPE_UPDATE;
}

static void draft(const struct draft *draft, const struct snapshot *figures, struct buf *out)
{
	const struct update_in in = {
		.incident = draft->docket->incident, .history = draft->docket->history,
		.figures = figures, .audience = draft->audience, .next_step = draft->next_step,
		.next_at = draft->next_at, .wall = draft->wall,
	};

	update_draft(&in, type_of(draft->type), out);
}

static void card(const struct docket *docket, const struct world *world, msec wall, struct buf *out)
{
	const struct clocks_in in = {
		.incident = docket->incident, .policy = world->desk->policy, .world = world,
		.origin = docket->origin, .operator = world->operator, .wall = wall,
		.runs = docket->runs, .run_count = docket->run_count,
	};

	incident_brief(&in, docket->history, &world->desk->figures, out);
}

const struct wording wording = { .owed = owed, .draft = draft, .fit = update_fit, .card = card };
