/*
 * caseload.h: the transactions that the console knows of, as screens see them. Plain data, made by
 * app (app/diagnoser.h, app/tx_pages.h) and hung on the world; core and ui only read it.
 *
 * A list of a million rows is never held: `lines` is a window that moves (EFFECT_TX_PAGE), by the
 * key of its first and last row. Pasted ones stand before the window.
 */
#ifndef CORE_CASELOAD_H
#define CORE_CASELOAD_H

#include "core/tx_case.h"

struct world;

enum { CASELOAD_LINES = 200 };

/*  X(symbol, word, what stands where); the word is that of EFFECT_TX_PAGE */
#define TX_ORDERS(X) \
	X(OLDEST_FIRST, "oldest", "the oldest first") \
	X(NEWEST_FIRST, "newest", "the newest first") \
	X(BY_AMOUNT, "amount", "the largest amount first") \
	X(BY_ACCOUNT, "account", "by account, then by age") \
	X(BY_VERDICT, "verdict", "what may be touched first, of those in sight")

enum tx_order {
#define X(sym, word, help) TX_##sym,
	TX_ORDERS(X)
#undef X
	TX_ORDER_COUNT
};

const char *tx_order_word(enum tx_order order);
const char *tx_order_help(enum tx_order order);
bool tx_order_find(const char *word, enum tx_order *out);

/* How fast a count grows, by the last minutes of its series (that of the signal "stuck"); NaN:
 * there are no two minutes to compare. */
double caseload_growth(const struct series *series, msec now);
/* That of the stuck ones of this world; NaN also while their number is not known. */
double caseload_growth_of(const struct world *world);

struct ready_act {			/* the box of an act: what would happen, whole */
	enum tx_act act;
	const char *text;		/* the SQL with its bound values, the XDR, the envelope's hash */
	const char *host;		/* the database or the endpoints that it goes to; "" */
	bool copied;			/* nothing is run: it is copied for somebody who may */
	unsigned care;
	const char *word;		/* to be typed: a word, or the hash of L3; NULL */
	const char *evidence;		/* the line that makes it safe */
	const char *refusal;		/* why it cannot be done; NULL */
	bool confirm;			/* wants a reason and, where configured, a second person */
	char digest[65];		/* of all of it, the row included: what has changed is refused */
};

struct caseload {
	bool configured;		/* `transactions:` is set; else only what was pasted */
	const struct tx_line *lines;
	size_t count;
	bool more_before, more_after, paging;
	size_t pasted;			/* of the lines, the first ones */
	enum tx_order order;
	bool grouped;			/* by intent */
	char found[TX_HASH_TEXT];	/* what was searched for in the database, and is not in it; "" */
	long total;			/* exact, or at least when bounded; -1: not counted */
	bool total_bounded;
	char index[BECAUSE_TEXT];	/* the DDL of an index that is missing; "" */
	char trouble[BECAUSE_TEXT];	/* why there is no list; "" */
	double growth_per_minute;	/* of the stuck ones; NaN: not known */
	/* Progress of the bulk diagnosis; all 0 when there is none. */
	size_t bulk_done, bulk_all;
	bool bulk_held;			/* it waits for the endpoints' rate */
	size_t verdicts[VERDICT_COUNT];	/* of those judged */
	size_t judged;
	/* Of a line; false: it is not in the window. Borrowed until `version` changes. */
	bool (*find)(void *arg, const char *id, const char *hash, struct tx_case *out);
	/* Borrowed until it is called again. */
	bool (*ready)(void *arg, const char *id, const char *hash, enum tx_act act,
		      struct ready_act *out);
	void *arg;
	/* The row under the cursor, here or when it was last on one: what `selected:` and tx.verdict
	 * mean. Both "": none was. */
	char selected_id[NAME_TEXT], selected_hash[TX_HASH_TEXT];
	uint64_t version;
};

#endif
