/*
 * decide_inside.h: what the files of decide share: one order on its way, and how a rule answers.
 */
#ifndef CORE_DECIDE_INSIDE_H
#define CORE_DECIDE_INSIDE_H

#include "base/attr.h"
#include "core/decide.h"

#define DECIDE_GRACE (5 * WHEN_SECOND)	/* clocks of two hosts differ */
#define SILENCE_MOST WHEN_HOUR
#define SNOOZE_MOST (2 * WHEN_HOUR)

struct matter {
	const struct incident *incident;
	const struct policy *policy;
	const struct order *order;
	struct event_data data;		/* of the order; a rule completes it */
	msec at, now;
	const char *by;			/* never NULL */
	struct decision *out;
	struct err *err;
};

typedef bool decide_rule(struct matter *m);

/* Ways to answer; each is what a rule returns. */
bool accept(struct matter *m);			/* the event of the order, as completed */
PRINTF_LIKE(2, 3) bool already(struct matter *m, const char *fmt, ...);
PRINTF_LIKE(2, 3) bool refuse(struct matter *m, const char *fmt, ...);
PRINTF_LIKE(2, 3) bool wrong(struct matter *m, const char *fmt, ...);	/* ERR_INPUT */

bool is_blank(const char *text);		/* NULL, "" or blanks only */
bool has_reason(const struct matter *m);
bool has_text(const struct matter *m);
/* It is no word about the past: it comes after all that is on record, whatever the clock shows,
 * which may have been set back since. */
bool happens_now(const struct matter *m);
bool is_one_of(const char *word, const char *const *words, size_t count);
bool is_incident_id(const char *text);
bool refuse_over(struct matter *m);		/* what is over does not take it */
bool is_its_own(struct matter *m);		/* else: it is cancelled or merged */
bool is_not_published(struct matter *m);	/* its postmortem */
bool check_action_type(struct matter *m);	/* its type is one of ACTION_TYPES */
bool check_sha256(struct matter *m);		/* 64 hexadecimal digits, where there is one */

/* True, or the sentence why this milestone cannot be at that time. */
bool fits_milestones(struct matter *m, enum milestone_name name, msec when);

/* An item of a list by the id of its event or by its number; NULL. */
const struct tracked *tracked_find(const struct tracked *items, size_t count, const char *of);

/* What keeps it from being closed, or wants a reason for a resolution: one line each. */
enum remains { REMAINS_ALL, REMAINS_RESOLVE, REMAINS_CLOSE };
size_t remains_list(const struct incident *incident, enum remains which, struct buf *out);

/* decide_state.c */
decide_rule decide_declare, decide_rename, decide_components, decide_severity;
/* decide_status.c */
decide_rule decide_status;
/* decide_people.c */
decide_rule decide_take_seat, decide_release_seat, decide_offer, decide_accept, decide_decline;
decide_rule decide_ask, decide_ask_end, decide_action, decide_action_done, decide_follow_up;
decide_rule decide_follow_up_end, decide_defer, decide_defer_end, decide_ticket, decide_escalated;
decide_rule decide_checkpoint;
/* decide_record.c */
decide_rule decide_pin, decide_correction, decide_undo, decide_milestone, decide_evidence;
decide_rule decide_export, decide_span, decide_step;
/* decide_outside.c */
decide_rule decide_send, decide_delivered, decide_snooze, decide_prompt, decide_firing;
decide_rule decide_recovered, decide_ack, decide_silence, decide_silenced, decide_unsilenced;
decide_rule decide_silence_failed, decide_signal;
/* decide_run.c */
decide_rule decide_run_start, decide_run_end, decide_accept_book, decide_input, decide_decision;
decide_rule decide_step_claim, decide_step_release, decide_step_start, decide_step_done;
decide_rule decide_step_sensed, decide_step_regressed, decide_step_skip, decide_step_override;
decide_rule decide_step_defer, decide_step_fail, decide_step_repeat;
/* decide_run_command.c */
decide_rule decide_command, decide_command_end, decide_confirm_ask, decide_confirm;
/* decide_tx.c */
decide_rule decide_tx_diagnosed, decide_tx_ask, decide_tx_act, decide_tx_act_end;
decide_rule decide_tx_dismiss, decide_tx_restore;
/* decide_aftermath.c */
decide_rule decide_postmortem, decide_answer, decide_no_action, decide_sign_off;
/* decide_drill.c */
decide_rule decide_drill_announce, decide_drill_hand, decide_restoring, decide_restored;
decide_rule decide_drill_verified, decide_rolled_back, decide_drill_finish, decide_drill_review;

/* The run and the step of a rule about one; what they share. */
struct step_matter {
	const struct run *run;
	const struct run_step *step;
};
/* False: there is none, or the run is over. */
bool find_step(struct matter *m, struct step_matter *out);
/* False: somebody else who is there has it, or its command runs, or that was interrupted. */
bool is_free(struct matter *m, const struct run_step *step);
bool is_quiet(struct matter *m, const struct run_step *step);
/* The console is known to be gone: by its own word, or by order.lost. */
bool is_gone(const struct matter *m, const char *origin);

#endif
