/*
 * policy.h: what the estate's configuration says about incidents, as core sees it. app builds it;
 * texts are borrowed from the settings.
 */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include "core/parts.h"

enum { POLICY_ESCALATIONS = 16, POLICY_CHANNELS = 16, POLICY_RULES = 48, POLICY_TARGETS = 32 };

#define FIRST_TEN_MINUTES (10 * WHEN_MINUTE)
#define RECOVERY_HOLD (2 * WHEN_MINUTE)	/* all must be good for so long to be recovered */

struct sev_policy {			/* 0: none */
	msec update_every;		/* the prompt */
	msec update_overdue;
	msec postmortem, rca;		/* after the resolution */
	msec ack;			/* firing alerts are acknowledged within */
};

struct escalation {
	const char *who, *reach;
	msec after;			/* of the declaration, while nothing is mitigated */
	unsigned severity;		/* for this one and worse: 1 to 3 */
};

enum channel_kind {
	CHANNEL_SLACK, CHANNEL_WEBHOOK, CHANNEL_COMMAND, CHANNEL_CLIPBOARD, CHANNEL_FILE,
};

struct channel {
	const char *name;
	enum channel_kind kind;
	const char *audience;		/* "internal" unless it says otherwise; "public" gets nothing
					 * that is internal (updates.h of export/) */
	const char *target;		/* for people: a host, a command, a file; never a secret */
};

/* What proposes a severity (propose.h). */
struct sev_rule {
	unsigned severity;
	const char *what;		/* name of a signal, source, component or alert */
	const char *words;		/* as the rule reads: "payments/escrow/bridge stuck" */
};

struct policy_target {		/* of a component: how long it may be gone, how much lost */
	const char *component;
	msec rto, rpo;			/* 0: none */
};

struct policy {
	struct sev_policy sev[4];	/* by severity, [0] unused */
	struct escalation escalations[POLICY_ESCALATIONS];
	size_t escalation_count;
	struct channel channels[POLICY_CHANNELS];
	size_t channel_count;
	struct sev_rule rules[POLICY_RULES];	/* the operator's; the built-in ones come after */
	size_t rule_count;
	bool has_ticket_command;
	msec recovery_hold;
	msec silence_for;		/* 15 min */
	bool hash_starts;		/* hash_is: initiation: the hash of a row proves only that it
					 * was begun, and no row is ever marked */
	bool has_terms;			/* a declaration records what is promised (terms.h) */
	struct policy_target targets[POLICY_TARGETS];
	size_t target_count;
	const char *zone;		/* of the postmortem, as IANA names it; NULL: UTC */
};

/* 15 and 30 minutes for SEV1 and SEV2, 48 h and 72 h for all; nothing owed by SEV3 but those. */
void policy_default(struct policy *policy);

#endif
