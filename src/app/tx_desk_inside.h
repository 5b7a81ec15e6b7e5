/*
 * tx_desk_inside.h: what the files of the desk of transactions share.
 */
#ifndef APP_TX_DESK_INSIDE_H
#define APP_TX_DESK_INSIDE_H

#include "app/tx_desk.h"
#include "app/tx_intent.h"
#include "base/attr.h"

enum {
	TX_PASTED = 20,			/* the oldest one makes room */
	TX_WISHES = 8,
	TX_DESK_EVERY = 15,		/* seconds, from one reading of the window to the next */
};

struct pasted {
	struct tx_identity identity;	/* its hash is always known; its envelope is ours */
};

struct wish {				/* asked about by hand: the others of its payment too */
	char id[NAME_TEXT], hash[TX_HASH_TEXT];
};

struct noted {				/* recorded, or on its way there */
	char incident[INCIDENT_ID];
	char hash[TX_HASH_TEXT], id[NAME_TEXT];
	enum verdict_kind verdict;
	enum safety safe;
};

struct tx_desk {
	struct tx_desk_setup setup;
	struct errands *errands;
	struct casebook *casebook;	/* NULL: nothing is remembered */
	struct diagnoser *diagnoser;	/* NULL: nobody can be asked */
	struct tx_pages *pages;		/* NULL: only what was pasted */
	struct tx_acts *acts;
	struct tx_intent intent;
	struct caseload load;
	struct tx_line lines[TX_PASTED + CASELOAD_LINES];
	struct pasted pasted[TX_PASTED];	/* the newest is the last */
	size_t pasted_count;
	struct wish wishes[TX_WISHES];
	size_t wish_count;
	struct noted *noted;
	size_t noted_count, noted_cap;
	enum tx_order order;
	bool grouped, dirty, read;
	unsigned seconds;
	char trouble[BECAUSE_TEXT];	/* why there are no rows; "" */
};

void desk_say(struct tx_desk *desk, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* tx_desk_window.c: *load has the rows of the window; from here on it has the lines of the desk. */
void desk_put_lines(struct tx_desk *desk, struct caseload *load);
enum { RANK_OVER = 1 };			/* it can never land: up to here */
/* By what may be touched first: what is decided, then what is live, then what nobody knows. */
int desk_rank(const struct tx_desk *desk, const struct tx_line *line);

/* tx_desk_note.c: verdicts that were reached go into the open incident. */
void desk_note(struct tx_desk *desk, const char *key);
/* All that are listed: an incident that was opened since wants them too. */
void desk_note_all(struct tx_desk *desk);

#endif
