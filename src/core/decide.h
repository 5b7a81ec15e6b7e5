/*
 * decide.h: what an operator or an instrument wants, decided into events or refused with a
 * sentence. Pure, and never by assertion: any order in any state gets one or the other.
 *
 * An order is an event that has not happened: its kind, its data, when, by whom. decide() checks it
 * against the state and completes it (what was before, who, `rec`; an item that is named by its
 * number gets the id of its event). What follows from it is the fold's: a resolution sets its
 * milestone. id, origin, seq and hlc are left to whoever writes it down.
 */
#ifndef CORE_DECIDE_H
#define CORE_DECIDE_H

#include "core/incident.h"
#include "core/policy.h"
#include "core/world.h"

enum { DECISION_EVENTS = 8 };

struct order {
	enum event_kind kind;
	struct event_data data;		/* borrowed */
	msec at;			/* WHEN_NEVER: now */
	enum event_src src;
	const char *by;
	/* Of an undo and a correction: what the event of data.of is, and whose: order_look_up(). */
	enum event_kind of_kind;	/* EVENT_UNKNOWN: there is none */
	const char *of_by;		/* NULL */
	bool of_undone;
	/* Of a step or an act: origins of consoles that are gone, NULL ends; NULL: none but those that
	 * said so. And of a command or an act: a second person is wanted. */
	const char *const *lost;
	bool two_person;
};

struct history;

/* Fill of_* from the history, for decide(), which knows the state alone. Texts are borrowed from
 * the history. Orders about no event stay as they are. */
void order_look_up(struct order *order, const struct history *history);

/* The id of the last thing that `by` did and may take back; NULL: nothing. */
const char *undo_last(const struct history *history, const char *by);
bool can_be_undone(enum event_kind kind);

struct decision {
	struct arena arena;		/* of the events' texts */
	struct event events[DECISION_EVENTS];
	size_t count;			/* 0: it is so already, `already` says how */
	char already[BECAUSE_TEXT];
};

/*
 * False: refused, err->kind is ERR_REFUSED (a rule) or ERR_INPUT (a member is missing or wrong) and
 * the sentence says what would do: "a resolution needs the customer impact in words".
 *  - An incident that is over takes notes, corrections, exports, evidence and reopening only; what
 *    belongs to its postmortem (answers, actions or why there are none, its status, the sign-off,
 *    the review of a drill); and outcomes of what was begun before: deliveries, ends of silences.
 *  - Severity goes up at once; down it needs a reason. Never is a running update clock lengthened.
 *  - A deadline or a time in the future is refused where it must have happened, with 5 s of grace.
 *  - Closing is refused while something is unsettled, and the sentence lists it; resolving is not,
 *    but wants a reason then.
 *  - A silence is for one alert with all its labels, never for the watchdog, an hour at most.
 *  - Nothing is run twice by accident: a step whose command runs, ran well, or was interrupted is
 *    not run again before that is settled by hand.
 *  - An act on a transaction needs the verdict on record that allows it, and none under way; a
 *    verdict that stands on an assumption ("confirm") needs a reason and, with two_person, another
 *    person who asked for the same box. No row is marked whose hash only starts something.
 *  - Terms of a declaration come from the policy. The rules of the postmortem, of the sign-off and
 *    of drills stand in aftermath.h and drill.h.
 *  - undo takes back one's own last tick, note, severity, seat, milestone: not what left the house.
 *    A dismissal is taken back by restoring.
 * On a state without a declaration only INCIDENT_DECLARED, SESSION_JOINED and imports are taken.
 */
bool decide(const struct incident *incident, const struct policy *policy,
	    const struct order *order, msec now, struct decision *out, struct err *err);
void decision_done(struct decision *decision);	/* takes a zeroed one */

/* What remains, one line each ("2 alerts still fire: A, B"), for the resolution's and the close's
 * dialog. Returns how many lines. */
size_t decide_remains(const struct incident *incident, const struct world *world, struct buf *out);

#endif
