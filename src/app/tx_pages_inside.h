/*
 * tx_pages_inside.h: what the files of tx_pages share: the questions, each at most once in flight,
 * and the connection that they go over.
 */
#ifndef APP_TX_PAGES_INSIDE_H
#define APP_TX_PAGES_INSIDE_H

#include "app/tx_pages.h"
#include "backends/tx_sql.h"
#include "io/credentials.h"
#include "io/pg.h"

enum { TX_GROUPS = 64 };

/* In this order where several wait. */
enum tx_question {
	ASK_FIND, ASK_PAGE, ASK_GROUP, ASK_COUNT, ASK_PLAN, ASK_HASH_PLAN, ASK_EXACT,
	TX_QUESTIONS
};

struct tx_slot {
	struct tx_pages *pages;
	enum tx_question question;
	struct pg_call *call;
	bool wanted;
};

struct tx_group {
	char id[NAME_TEXT], hash[TX_HASH_TEXT];		/* of whom it was asked for */
	struct tx_record records[TX_MEMBERS];
	struct tx_line lines[TX_MEMBERS];
	size_t count;
	bool wanted, known, complete;
	char trouble[BECAUSE_TEXT];			/* of the last reading; "" */
	msec at;					/* steady; of the last answer */
	uint64_t used;
};

struct tx_pages {
	struct tx_pages_setup setup;
	const struct tx_config *config;
	const struct source_config *source;

	struct credentials *credentials;
	struct resolver *resolver;
	struct credential_wait wait;
	bool waiting;
	/* For what is waited for, and beside it for what may take its time. NULL: no DSN yet. */
	struct pg *pg, *beside;
	bool refused;			/* the login was; another one is to be fetched */
	struct loop_timer later;

	struct tx_slot slots[TX_QUESTIONS];
	struct tx_window next, asked;	/* of the page */
	bool again;			/* `asked` is the window as it stands, read anew */
	char words[256];		/* that are searched for */

	struct tx_record records[CASELOAD_LINES];
	struct tx_line lines[CASELOAD_LINES];
	size_t count;
	enum tx_order order;
	bool more_before, more_after;
	char found[TX_HASH_TEXT];
	long total;
	bool total_bounded;
	msec counted_at, exact_at;	/* steady; 0: never */
	bool slow, hash_slow;		/* without an index */
	char trouble[BECAUSE_TEXT];

	struct tx_group *groups[TX_GROUPS];
	struct tx_group *grouping;	/* in flight; NULL */
	uint64_t used;
};

/* Ask it, when there is a connection and it is not in flight already. */
void tx_pages_want(struct tx_pages *pages, enum tx_question question);
void tx_link_init(struct tx_pages *pages);
void tx_link_done(struct tx_pages *pages);
void tx_pages_changed(struct tx_pages *pages);
/* An answer that is none: why, in `trouble`. True: it is an answer. */
bool tx_pages_good(struct tx_pages *pages, const struct reply *reply);

/* tx_pages_group.c */
bool tx_group_build(struct tx_pages *pages, struct request *out);
void tx_group_take(struct tx_pages *pages, const struct reply *reply);
void tx_groups_free(struct tx_pages *pages);
const struct tx_record *tx_groups_find(const struct tx_pages *pages, const char *id,
				       const char *hash);

/* Is it this row? By its hash where both have one, and by its id where both have one. */
bool tx_is_row(const struct tx_line *line, const char *id, const char *hash);

/* tx_pages.c: what each question says and what its answer does; for tx_pages_link.c. */
bool tx_pages_build(struct tx_pages *pages, enum tx_question question, struct request *out);
void tx_pages_take(struct tx_pages *pages, enum tx_question question, const struct reply *reply);

#endif
