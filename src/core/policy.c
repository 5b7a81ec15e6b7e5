/*
 * policy.c: what holds where nothing is configured (demands S0-20, S0-22, S1-76).
 */
#include "core/policy.h"

#define EVERY (15 * WHEN_MINUTE)
#define OVERDUE (30 * WHEN_MINUTE)
#define POSTMORTEM (48 * WHEN_HOUR)
#define RCA (72 * WHEN_HOUR)
#define ACK (5 * WHEN_MINUTE)
#define SILENCE_FOR (15 * WHEN_MINUTE)

void policy_default(struct policy *policy)
{
	static const struct policy defaults = {
		.sev = {
			[1] = { EVERY, OVERDUE, POSTMORTEM, RCA, ACK },
			[2] = { EVERY, OVERDUE, POSTMORTEM, RCA, ACK },
			[3] = { .postmortem = POSTMORTEM, .rca = RCA },
		},
		.recovery_hold = RECOVERY_HOLD,
		.silence_for = SILENCE_FOR,
	};

	*policy = defaults;
}
