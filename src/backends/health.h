/*
 * health.h: a backend that reports on itself over HTTP: FuTuRe by what was measured of it, any
 * other by rules of the configuration.
 *
 * FuTuRe's own summary cannot be believed (facts/platforms.md 3): /health says the same with its
 * database up and down, /health/ready is never ready, and one look at /health while Horizon fails
 * opens the breaker that payments use and sends mail. So the process is judged by /health/live, the
 * database by the list of shards, and /health is asked only when it is configured, rarely, and only
 * while every Horizon that we watch is well; of its checks only Horizon's are read.
 *
 * Nothing is asked that does not stand in `paths`: one route of that backend ends its process.
 */
#ifndef BACKENDS_HEALTH_H
#define BACKENDS_HEALTH_H

#include "backends/backend.h"

enum { HEALTH_RULES = 24, HEALTH_PATHS = 8, HEALTH_VALUE_TEXT = 64 };

enum health_ask {
	HEALTH_LIVE, HEALTH_SHARDS, HEALTH_POOLS, HEALTH_METRICS, HEALTH_DEEP, HEALTH_ASKS,
};

/* A field of an answer, and what its values mean; a value in none of the lists is unknown. */
struct health_rule {
	const char *path;	/* "/status" */
	const char *field;	/* "checks.database.state" */
	struct texts ok, warn, bad;
};

struct health_deep_config {
	const char *path;	/* NULL: never asked */
	msec every;
};

struct health_config {
	struct source_config source;
	struct texts paths;		/* none: the kind's own */
	struct health_deep_config deep;
	struct items rules;		/* of struct health_rule; none: FuTuRe */
};

struct health_live {
	char status[16];
	msec timestamp;
	msec started_at;	/* by its uptime; WHEN_NEVER */
	msec restarted_at;	/* the uptime has jumped back since we look; WHEN_NEVER */
};

struct health_shards {
	long ok, failed, other;
	char error[160];	/* of the first that failed */
};

struct health_deep {
	bool told, online;	/* told: it says whether Horizon is online */
	char circuit[16];	/* "CLOSED", "OPEN", "HALF_OPEN"; "" */
	char version[64];	/* "" */
	msec timestamp;
};

/*
 * Counters of the process, which forgets them when it restarts: fields and no signals, because they
 * are asked for last, and not at all while the budget is short; a signal would look stale then.
 *   X(symbol, name in the Prometheus text)
 */
#define HEALTH_COUNTERS(X) \
	X(PAYMENTS, "payments_total") \
	X(PAYMENTS_FAILED, "payments_failed_total") \
	X(IDEMPOTENCY_BYPASS, "idempotency_bypass_total") \
	X(ACTIVE_STREAMS, "active_streams") \
	X(PENDING_MULTISIG, "pending_multisig_transactions")

enum health_counter {
#define X(sym, name) HEALTH_##sym,
	HEALTH_COUNTERS(X)
#undef X
	HEALTH_COUNTER_COUNT
};

extern const char *const health_counter_names[HEALTH_COUNTER_COUNT];

struct health_metrics {
	double counters[HEALTH_COUNTER_COUNT];	/* NaN: absent */
	bool json;		/* it came as JSON, which has none of them */
	double horizon_calls, horizon_errors;	/* of the JSON */
};

struct health_value {		/* what a rule found */
	bool found;
	char text[HEALTH_VALUE_TEXT];
};

struct health_facts {
	struct health_live live;
	struct health_shards shards;
	double waiting;		/* clients for a connection of the pool; NaN */
	struct health_deep deep;
	struct health_metrics metrics;
	struct health_value values[HEALTH_RULES];
	struct version version;			/* lent */
};

/* What is known at one moment, weighed. */
struct health_standing {
	const struct look *look;
	const struct health_config *config;
	const struct health_facts *facts;
	bool has[HEALTH_ASKS];		/* its facts are of a good answer that is young enough */
	bool throttled;			/* an ask was, and was not let in since */
	msec throttled_until;		/* WHEN_NEVER */
	enum state database;		/* as the backend sees it */
};

const char *health_path(const struct health_config *config, enum health_ask ask);
bool health_may_ask(const struct health_config *config, const char *path);
/* Where an ask stands among those that are made; -1: it is not made. */
int health_find(const struct look *look, enum health_ask ask);
/* Until when we are to leave it alone, 10 minutes at most; WHEN_NEVER. */
msec health_throttled_until(const struct look *look);

enum decoded health_decode(const struct ask *ask, const struct reply *reply,
			   struct health_facts *facts, char why[200]);
void health_judge(const struct look *look, struct report *out);
void health_publish(const struct health_standing *s, struct health_facts *facts,
		    struct report *out);
/* NULL: the ask is not made. */
const struct ask_view *health_view(const struct health_standing *s, enum health_ask ask);
const char *health_circuit(const struct health_standing *s);	/* NULL: not known */
bool health_restarted(const struct health_standing *s);

/* The same by rules of the configuration (health_rules.c). */
size_t health_rules_asks(const struct health_config *config, struct ask *out, size_t max);
enum decoded health_rules_decode(const struct ask *ask, const struct reply *reply,
				 const struct health_config *config, struct health_facts *facts,
				 char why[200]);
size_t health_rule_count(const struct health_config *config);
const struct health_rule *health_rules(const struct health_config *config);
void health_rules_judge(const struct look *look, struct report *out);

#endif
