/* dr_report_loss.c: see dr_report.h. */
#include "base/attr.h"
#include "export/dr_report.h"

msec dr_loss_at(const struct incident *incident, const char **called)
{
	const struct drill *drill = incident->drill;
	const struct {
		msec at;
		const char *called;
	} moments[] = {
		{ incident->milestones[MILESTONE_IMPACT_STARTED].at,
		  milestone_word(MILESTONE_IMPACT_STARTED) },
		{ drill && drill->started_at > 0 ? drill->started_at : WHEN_NEVER,
		  "the beginning of the drill" },
		{ incident->milestones[MILESTONE_DETECTED].at, milestone_word(MILESTONE_DETECTED) },
		{ incident->declared_at, milestone_word(MILESTONE_DECLARED) },
	};
	size_t i = 0;

	while (i + 1 < ARRAY_LEN(moments) && moments[i].at == WHEN_NEVER)
		i++;
	if (called)
		*called = moments[i].called;
	return moments[i].at;
}

msec dr_data_lost(const struct verification *verification, msec loss)
{
	msec until = verification ? verification->data_until : WHEN_NEVER;

	if (until == WHEN_NEVER || loss == WHEN_NEVER)
		return WHEN_NEVER;
	return until < loss ? loss - until : 0;
}
