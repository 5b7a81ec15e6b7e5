/*
 * expr_hold.c: how long a check has been so.
 *
 *  (1) Only time between two looks that both said yes counts: what was not looked at was not seen.
 *  (2) A no sets it back. Unknown sets nothing back and adds nothing.
 */
#include "runbook/expr.h"

void hold_start(struct hold *hold)
{
	*hold = (struct hold){WHEN_NEVER, WHEN_NEVER, WHEN_NEVER, WHEN_NEVER, 0};
}

static msec stretch(const struct hold *hold)
{
	return hold->yes_since == WHEN_NEVER ? 0 : hold->yes_seen - hold->yes_since;
}

static void see_unknown(struct hold *hold, msec steady)
{
	hold->counted += stretch(hold);
	hold->yes_since = WHEN_NEVER;
	if (hold->unknown_since == WHEN_NEVER)
		hold->unknown_since = steady;
}

static void see_yes(struct hold *hold, msec steady)
{
	if (hold->yes_since == WHEN_NEVER)
		hold->yes_since = steady;
	hold->yes_seen = steady;
	hold->no_since = hold->unknown_since = WHEN_NEVER;
}

static void see_no(struct hold *hold, msec steady)
{
	msec since = hold->no_since == WHEN_NEVER ? steady : hold->no_since;

	hold_start(hold);
	hold->no_since = since;
}

void hold_see(struct hold *hold, enum truth truth, msec steady)
{
	switch (truth) {
	case TRUTH_NO:
		see_no(hold, steady);
		break;
	case TRUTH_YES:
		see_yes(hold, steady);
		break;
	case TRUTH_UNKNOWN:
		see_unknown(hold, steady);
		break;
	}
}

msec hold_held(const struct hold *hold)
{
	return hold->counted + stretch(hold);
}

enum truth hold_is(const struct hold *hold, msec needed, msec patience, msec steady)
{
	bool was_yes = hold->yes_seen != WHEN_NEVER, was_no = hold->no_since != WHEN_NEVER;

	if (!was_yes && !was_no)
		return TRUTH_UNKNOWN;
	if (hold->unknown_since != WHEN_NEVER && steady - hold->unknown_since > patience)
		return TRUTH_UNKNOWN;
	return was_yes && hold_held(hold) >= needed ? TRUTH_YES : TRUTH_NO;
}
