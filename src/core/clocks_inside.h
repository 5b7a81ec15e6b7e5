/*
 * clocks_inside.h: what the files of clocks share: one function for each kind of thing that may be
 * owed, and how it says so.
 */
#ifndef CORE_CLOCKS_INSIDE_H
#define CORE_CLOCKS_INSIDE_H

#include "base/attr.h"
#include "core/clocks.h"

struct sheet {
	const struct clocks_in *in;
	const struct incident *incident;
	msec t;				/* the present on the incident's scale */
	struct owed *out;
	size_t count, max;		/* max 0: only `next` is asked for */
	msec next;			/* when a row changes its look; WHEN_NEVER */
};

/* Instants are on the incident's scale; WHEN_NEVER: no clock runs. */
struct claim {
	enum owed_kind kind;
	const char *event, *subject;	/* NULL: "" */
	msec due;
	msec prompt;			/* from when on it is time */
	msec overdue;
};

PRINTF_LIKE(3, 4) void owe(struct sheet *sheet, const struct claim *claim, const char *fmt, ...);

/* A row without a clock that it is time for. */
static inline struct claim claim_now(const struct sheet *sheet, enum owed_kind kind)
{
	return (struct claim){ .kind = kind, .due = WHEN_NEVER, .prompt = sheet->t,
			       .overdue = WHEN_NEVER };
}

/* One that is amber and red at the same instant. */
static inline struct claim claim_due(enum owed_kind kind, msec due)
{
	return (struct claim){ .kind = kind, .due = due, .prompt = due, .overdue = due };
}

/* The look of a thing changes at this instant, though no row says so yet. */
void sheet_wake(struct sheet *sheet, msec t);

msec sheet_scale(const struct sheet *sheet, msec wall);

/* "02:18Z" */
const char *clock_text(char out[WHEN_TEXT], msec wall);

msec earlier(msec a, msec b), later(msec a, msec b);	/* WHEN_NEVER is no instant */

/* An incident may come from a file: a severity that is none owes nothing. */
static inline const struct sev_policy *sev_policy_of(const struct policy *policy,
						     unsigned severity)
{
	return &policy->sev[severity <= 3 ? severity : 0];
}

/* From when on it is to be dealt with: what was over owed nothing until it was reopened. */
static inline msec open_since(const struct incident *incident)
{
	return incident->reopened_t > incident->declared_t ? incident->reopened_t :
	       incident->declared_t;
}

/* All that was bad is good again, and nothing of it fires. */
bool clocks_recovered(const struct incident *incident);

/* When the update is due and when it is late, on the incident's scale; WHEN_NEVER: never. */
struct deadlines {
	msec due, overdue, every;
	bool promised, snoozed;		/* it is due because that was said */
};

void clocks_deadlines(const struct incident *incident, const struct policy *policy,
		      struct deadlines *out);

void owe_announce(struct sheet *sheet), owe_update(struct sheet *sheet);
void owe_first_minutes(struct sheet *sheet), owe_escalations(struct sheet *sheet);
void owe_offer(struct sheet *sheet), owe_conflict(struct sheet *sheet);
void owe_commander(struct sheet *sheet), owe_ticket(struct sheet *sheet);
void owe_timers(struct sheet *sheet), owe_follow_ups(struct sheet *sheet);
void owe_deferred(struct sheet *sheet), owe_actions(struct sheet *sheet);
void owe_acks(struct sheet *sheet), owe_silences(struct sheet *sheet);
void owe_silence_outcomes(struct sheet *sheet), owe_deliveries(struct sheet *sheet);
void owe_rto(struct sheet *sheet), owe_rpo(struct sheet *sheet);
void owe_recovered(struct sheet *sheet), owe_postmortem(struct sheet *sheet);
void owe_rca(struct sheet *sheet), owe_paper(struct sheet *sheet);
void owe_drill_window(struct sheet *sheet), owe_drill_review(struct sheet *sheet);
void owe_sign_off(struct sheet *sheet);
void owe_next_step(struct sheet *sheet), owe_confirmations(struct sheet *sheet);
void owe_interrupted(struct sheet *sheet), owe_regressed(struct sheet *sheet);
void owe_step_times(struct sheet *sheet);

#endif
