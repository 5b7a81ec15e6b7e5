/*
 * orders.h: an incident that is driven by orders: each is decided and, unless refused, folded.
 */
#ifndef LIB_ORDERS_H
#define LIB_ORDERS_H

#include "core/decide.h"

struct taken {			/* an event without its data */
	enum event_kind kind;
	enum event_src src;
	msec at, rec;
	char by[OPERATOR_TEXT];
};

struct orders {
	struct policy policy;		/* the default, with the channels ops and status */
	struct incident incident;
	msec now;			/* the next order's */
	const char *by;			/* "ana" */
	const char *origin;		/* of the console that gives them; NULL: 16 times "a" */
	unsigned seq;
	struct taken last[DECISION_EVENTS];	/* what the last order became */
	size_t count;
	char id[ULID_TEXT];		/* of the last event */
	enum err_kind kind;		/* ERR_NONE: taken, or so already */
	char said[512];			/* the refusal, or how it is so already; "" */
};

void orders_open(struct orders *orders);	/* nothing is declared yet */
void orders_declared(struct orders *orders, int64_t severity);
void orders_close(struct orders *orders);

/* For a test's set-up and tear-down: declared a minute ago. */
int orders_set_up(void **state, int64_t severity);
int orders_tear_down(void **state);

/* Decide and fold; false: refused. */
bool orders_give(struct orders *orders, const struct order *order);

/* The usual ones, at `now`, by `by`. */
bool orders_note(struct orders *orders, const char *text);
bool orders_status(struct orders *orders, const char *status, const char *reason,
		   const char *text);
bool orders_severity(struct orders *orders, const char *severity, const char *reason);
bool orders_seat(struct orders *orders, const char *role, const char *who);
bool orders_fire(struct orders *orders, const char *name);

/* A blank order of a kind, by a person, now: ORDER(orders, NOTE), to be filled by EVENT_SET. */
#define ORDER(orders, sym) \
	((struct order){ .kind = EVENT_##sym, .at = WHEN_NEVER, .src = SRC_HUMAN, \
			 .by = (orders)->by })

#define assert_refused(orders, given, sentence) \
	do { \
		assert_false(given); \
		assert_string_equal((orders)->said, (sentence)); \
	} while (0)

#define assert_already(orders, given, sentence) \
	do { \
		assert_true(given); \
		assert_int_equal((orders)->count, 0); \
		assert_string_equal((orders)->said, (sentence)); \
	} while (0)

#define assert_taken(orders, given) \
	do { \
		assert_true(given); \
		assert_true((orders)->count > 0); \
	} while (0)

#endif
