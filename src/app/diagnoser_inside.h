/*
 * diagnoser_inside.h: what the files of the diagnoser share: a matter is one transaction that is
 * asked about, a gate is one endpoint, through which one request goes at a time.
 */
#ifndef APP_DIAGNOSER_INSIDE_H
#define APP_DIAGNOSER_INSIDE_H

#include "app/diagnoser.h"
#include "backends/inquiry.h"

enum {
	MATTERS = 512,		/* the one that was used longest ago makes room */
	MATTERS_AT_WORK = 8,	/* inquiries under way; what is asked by hand begins at once */
};

enum turn {
	TURN_RESTS,		/* it is asked about again at `again_at`, if at all */
	TURN_WAITS,		/* for its turn */
	TURN_WORKS,
	TURN_STOPPED,		/* with the bulk: the inquiry is kept and goes on where it was */
};

enum rank { RANK_HAND, RANK_BULK, RANK_AGAIN };	/* in this order */

struct matter {
	char key[DIAGNOSER_KEY];
	struct tx_identity identity;	/* its envelope is ours */
	int64_t created_at;
	enum turn turn;
	enum rank rank;
	bool counted;			/* in the progress of the bulk */
	bool by_hand, watched;
	bool told;			/* what became of it was told to the caller */
	uint64_t order, used;		/* when it was asked for; when it was looked at */
	struct inquiry *inquiry;	/* at work, or stopped; NULL */
	struct inquiry *ended;		/* the last one that is over; NULL */
	bool may_go_on;			/* it may be taken up again: the endpoints are its own */
	struct inquiry_ask ask;		/* what it wants to send next */
	bool wants, sent;		/* it wants to; it is under way */
	bool judged;
	struct verdict verdict;
	msec judged_at;			/* wall */
	bool settled;			/* it was decided for good, as these say, whatever came since */
	struct verdict settled_as;
	msec settled_at;		/* wall */
	msec again_at;			/* steady; WHEN_NEVER */
	char trouble[BECAUSE_TEXT];
	struct envelope *envelope;	/* decoded when it is looked at; NULL */
	char inner_hash[TX_HASH_TEXT];
};

struct gate {
	struct diagnoser *owner;
	const struct source_config *source;
	unsigned target;
	struct budget pace;
	size_t place;
	struct prober_pass pass;	/* it waits for room at its host, or has it */
	struct errand *errand;
	struct matter *matter;		/* for which it waits or sends; NULL: it is free */
};

struct diagnoser {
	struct diagnoser_setup setup;
	const struct diagnoser_pace *pace;
	char *passphrase;
	struct diagnoser_keys *keys;	/* under this passphrase */
	struct inquiry_endpoint facts[INQUIRY_ENDPOINTS];	/* of the gates, in the same order */
	struct gate gates[INQUIRY_ENDPOINTS];
	size_t gate_count;
	struct matter *matters[MATTERS];
	size_t count;
	uint64_t clock;			/* of order and used */
	struct loop_timer wake;
	size_t bulk_done, bulk_all;
	int64_t highwater;		/* as it stands in the casebook */
	bool began_again;		/* the network did: no verdict of before is believed unasked */
};

/* diagnoser.c */
void matter_drop_inquiry(struct matter *matter);

/* diagnoser_key.c: the hashes of the envelopes that have none beside them. */
struct diagnoser_keys;
struct diagnoser_keys *diagnoser_keys_new(void);
void diagnoser_keys_free(struct diagnoser_keys *keys);	/* takes NULL */

/* diagnoser_turns.c */
void diagnoser_turn(void *diagnoser);			/* its timer */
void diagnoser_advance(struct diagnoser *diagnoser);	/* in the next round */
void matter_tell(struct diagnoser *diagnoser, struct matter *matter, bool judged);
bool matter_goes_before(const struct matter *a, const struct matter *b);
/* The next ask, or the end of the inquiry. */
void matter_go_on(struct diagnoser *diagnoser, struct matter *matter);
void matter_enlist(struct diagnoser *diagnoser, struct matter *matter, enum rank rank);
void matter_drop_ask(struct matter *matter);

/* diagnoser_gates.c */
bool gates_make(struct diagnoser *diagnoser, struct err *err);
void gates_cancel(struct diagnoser *diagnoser);	/* what is under way is forgotten */
/* It sends nothing more; also_sent: and what it has sent is not waited for. */
void gates_let_go(struct diagnoser *diagnoser, struct matter *matter, bool also_sent);
void gates_send(struct diagnoser *diagnoser, msec *wake);
bool gates_are_held(const struct diagnoser *diagnoser, msec *until);	/* all of them */

/* diagnoser_judge.c */
void matter_conclude(struct diagnoser *diagnoser, struct matter *matter);
bool matter_recall(struct diagnoser *diagnoser, struct matter *matter);	/* from the casebook */
void matter_plan(struct diagnoser *diagnoser, struct matter *matter);

#endif
