/*
 * propose.h: which incident the instruments propose: severity by the written rules (S0-6 to S0-8),
 * title, components, impact. Pure.
 *
 *  SEV1  user-impacting outage or data-integrity risk: payments, escrow or bridge newly stuck or
 *        growing, the indexer down, writes refused, two writable databases
 *  SEV2  degraded, a partial outage, an elevated error rate
 *  SEV3  minor or noisy: an alert that flapped three times in an hour
 *
 *  (1) What is proposed comes from what is newly wrong or growing, never from an absolute count.
 *  (2) Unsure means higher, and says so.
 *  (3) Nothing that is unknown is evidence.
 */
#ifndef CORE_PROPOSE_H
#define CORE_PROPOSE_H

#include "core/incident.h"
#include "core/policy.h"
#include "core/world.h"

struct proposal {
	bool worth;			/* critical alerts fire, or a rule holds that is not about
					 * something minor: NEXT asks to declare */
	unsigned severity;		/* 1 to 3; 2 and unsure when no rule holds */
	char rule[BECAUSE_TEXT];	/* "payments stuck 37: SEV1, payments/escrow/bridge stuck" */
	char title[TITLE_MAX];
	char components[INCIDENT_COMPONENTS][NAME_TEXT];
	size_t component_count;
	msec impact_at;			/* the earliest `since` of what it rests on; WHEN_NEVER */
	msec detected_at;		/* startsAt of the first alert; WHEN_NEVER */
};

void propose(const struct world *world, const struct policy *policy, struct proposal *out);

/* The instruments now: error_rate, lag, latency, stuck, oldest_age (of the stuck ones, "s"),
 * at_risk for each asset, which is its unit, and stuck_growth once two minutes can be compared.
 * Stale and unknown ones say since when. */
void snapshot_take(const struct world *world, struct snapshot *out);
/* As the payload of an event; the items live in the arena. */
struct figure_list snapshot_figures(const struct snapshot *snapshot, struct arena *arena);
void snapshot_read(struct snapshot *out, const struct figure_list *figures, msec at);
const struct figure_copy *snapshot_find(const struct snapshot *snapshot, const char *name);

#endif
