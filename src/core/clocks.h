/*
 * clocks.h: what is owed now, to whom, by when: one ordered list. A function of the state, the
 * policy and the time and of nothing else, so that a restart, a suspend or a missed tick loses none
 * of it, and a step of the wall clock moves none of it (incident.h (3)).
 */
#ifndef CORE_CLOCKS_H
#define CORE_CLOCKS_H

#include "core/decide.h"

enum { OWED_MAX = 48, OWED_TEXT = 160 };

/*  X(symbol, word in show --json, name of the key's action): the order among those due alike */
#define OWED_KINDS(X) \
	X(UNSAVED, "unsaved", "incident") \
	X(ANNOUNCE, "announce", "update") \
	X(UPDATE, "update", "update") \
	X(FIRST_MINUTES, "first_minutes", "incident") \
	X(OFFER, "command_offer", "incident") \
	X(CONFLICT, "conflict", "incident") \
	X(STEP, "step", "open") \
	X(CONFIRM, "confirm", "open") \
	X(INTERRUPTED, "interrupted", "open") \
	X(REGRESSED, "regressed", "open") \
	X(STEP_DUE, "step_due", "open") \
	X(ESCALATE, "escalate", "incident") \
	X(ACK, "acknowledge", "ack") \
	X(TIMER, "ask", "open") \
	X(SILENCE, "silence", "open") \
	X(SILENCE_UNKNOWN, "silence_unknown", "open") \
	X(DELIVERY, "delivery", "open") \
	X(RTO, "rto", "open") \
	X(RPO, "rpo", "open") \
	X(FOLLOW_UP, "follow_up", "open") \
	X(DEFERRED, "deferred", "open") \
	X(ACTION, "action_item", "open") \
	X(RECOVERED, "recovered", "incident") \
	X(COMMANDER, "commander", "incident") \
	X(TICKET, "ticket", "incident") \
	X(POSTMORTEM, "postmortem", "incident") \
	X(RCA, "rca", "incident") \
	X(PAPER, "postmortem_draft", "incident") \
	X(DRILL_WINDOW, "drill_window", "incident") \
	X(DRILL_REVIEW, "drill_review", "incident") \
	X(SIGN_OFF, "sign_off", "incident")

enum owed_kind {
#define X(sym, word, action) OWED_##sym,
	OWED_KINDS(X)
#undef X
	OWED_KIND_COUNT
};

struct owed {
	enum owed_kind kind;
	char incident[INCIDENT_ID];
	char event[ULID_TEXT];		/* of the thing; ""; of an alert: "" */
	char subject[NAME_TEXT];	/* a component, a person, a fingerprint; "" */
	char text[OWED_TEXT];		/* "update for SEV1, promised 02:18Z" (times in UTC) */
	msec due_t;			/* on the incident's scale; WHEN_NEVER: no clock runs */
	msec due_at;			/* the same as wall time of this console */
	bool prompt;			/* amber: it is time */
	bool overdue;			/* red, and counting up */
	bool drill;			/* of a rehearsal: it waits behind all that is real */
};

const char *owed_word(enum owed_kind kind);
const char *owed_action(enum owed_kind kind);	/* of ui/keys.h */

struct docket_run;

struct clocks_in {
	const struct incident *incident;
	const struct policy *policy;
	const struct world *world;	/* rto, rpo, firing alerts; may be NULL */
	const char *origin;		/* of this console; "" when it has none */
	const char *operator;
	msec wall;
	/* Its runs with their checklists, for the next steps and the times that runbooks set; NULL. */
	const struct docket_run *runs;
	size_t run_count;
};

/* The most pressing first (owed_compare); of more than max the least pressing are left out. */
size_t clocks_owed(const struct clocks_in *in, struct owed *out, size_t max);

/* What is real before what is rehearsed; what is not saved and what nobody was told yet; what is
 * overdue, the longest first; the next step of a runbook; what it is time for; then by deadline;
 * what has none comes last. Also for rows of several incidents. */
int owed_compare(const struct owed *a, const struct owed *b);

/* The prompt for an update that is due and not yet recorded: when it fell due (wall time), or
 * WHEN_NEVER. The engine makes update.due and update.missed of it. */
msec clocks_update_due(const struct clocks_in *in);
/* The instant on the incident's scale when the next update is due; WHEN_NEVER: none is. */
msec clocks_next_update(const struct incident *incident, const struct policy *policy);
/* When anything on the list changes its look next (wall time), for timers. WHEN_NEVER. */
msec clocks_next_change(const struct clocks_in *in);

#endif
