/*
 * postgres.h: kind `postgres`: a primary and its replicas, each asked directly.
 *
 * Target 0 is the configured primary, 1.. are the replicas in order. Every node is asked for its
 * role, timeline, receiver and clients; the primary also for lock waits, followers and slots, and
 * for the open transactions when app/ has set `transactions`.
 *
 * Right formulas (facts/platforms.md 5): the timeline of a primary is in the name of its current
 * WAL file, of a replica in its receiver; a replica without a receiver row is cut off, whatever its
 * lag says; lag counts in bytes first. A login without pg_monitor sees NULLs: unknown, never well.
 */
#ifndef BACKENDS_POSTGRES_H
#define BACKENDS_POSTGRES_H

#include "backends/backend.h"
#include "backends/queues.h"
#include "backends/transactions.h"

enum { PG_TARGETS = 9, PG_FOLLOWERS = 16, PG_SLOTS = 16, PG_WAITS = 32, PG_CLIENTS_KEPT = 16 };

struct postgres_replica {
	const char *name;
	struct secret_ref dsn;
};

struct postgres_config {
	struct source_config source;
	struct secret_ref dsn;
	struct items replicas;		/* struct postgres_replica */
	int64_t lag_bytes;
	msec lag, message_age, blocked;
	int64_t connections;		/* percent */
	struct texts clients;		/* application names that belong on the primary */
	struct queue_config queues;
	const struct tx_config *transactions;	/* set by app/ after reading; NULL: none */
};

enum pg_ask {			/* struct ask.index */
	PG_NODE, PG_LOCKS, PG_REPLICATION, PG_TRANSACTIONS, PG_CLIENTS,
	PG_QUEUE,		/* and on, one for each queue */
};

struct pg_node {			/* what one server says of itself */
	bool in_recovery, read_only, paused, pause_known, archive_fails;
	bool may_promote;		/* the login that we use */
	char system_id[24], user[NAME_TEXT];
	int64_t timeline;		/* 0: not known */
	int64_t connections, max_connections;	/* -1: not known */
	bool has_receiver;
	char receiver[16];		/* "streaming"; "" when hidden from us */
	double message_age_s, lag_bytes, lag_s;	/* NaN: not known */
	msec patience;			/* wal_receiver_timeout; 0: it waits for ever */
	unsigned behind;		/* answers in a row in which replay had not caught up */
	char address[64], sender[64];	/* "10.0.3.5:5432" as it says itself; whom it receives from */
	double lsn, replayed;		/* WAL position: written, in recovery received; NaN: not known */
	double last_commit_s;		/* the last one replayed, seconds since the epoch; NaN */
	msec heard_at;			/* when it last heard its primary while streaming, kept after
					 * the receiver is gone; 0: never */
};

struct pg_follower {			/* a row of pg_stat_replication */
	char name[NAME_TEXT], state[16];	/* state "": hidden from us */
	char address[48];		/* without its port, which is not the one it listens on */
	double lag_bytes, lag_s, age_s;
};

struct pg_slot {
	char name[NAME_TEXT], status[16];
	bool active;
	double retained_bytes;		/* NaN: none */
};

struct pg_wait {			/* a session that waits for a lock */
	int64_t pid;
	char blockers[48], what[NAME_TEXT];
	double waited_s;		/* NaN: not known */
};

struct pg_client {			/* the sessions of one application from one address */
	char application[NAME_TEXT], address[48];
	long connections;
	msec last_write_at;		/* seen writing; WHEN_NEVER */
};

struct pg_clients {			/* of one node, the busiest */
	struct pg_client items[PG_CLIENTS_KEPT];
	size_t count;
	bool hidden;			/* sessions exist that we may not see */
	double changed;			/* rows ever inserted, updated and deleted */
	msec at;			/* 0: never asked */
};

struct postgres_facts {
	struct pg_node nodes[PG_TARGETS];
	struct pg_clients clients[PG_TARGETS];
	struct pg_follower followers[PG_FOLLOWERS];
	struct pg_slot slots[PG_SLOTS];
	struct pg_wait waits[PG_WAITS];
	size_t follower_count, slot_count, wait_count;
	struct tx_facts tx;
	struct queue_fact queues[QUEUES];
	struct reading readings[1 + QUEUES];	/* "stuck", then the queues; lent to the report */
};

/* Where a target's DSN comes from; NULL when there is no such target. */
const struct secret_ref *postgres_dsn(const void *config, unsigned target);
/* Its name for people: "primary", or the replica's name. */
const char *postgres_target_name(const void *config, unsigned target);
size_t postgres_target_count(const struct postgres_config *config);

/* The ask of this kind to this target, or SIZE_MAX. */
size_t postgres_ask(const struct look *look, enum pg_ask what, unsigned target);
void postgres_judge(const struct look *look, struct report *out);
json_t *postgres_fields(const struct look *look);	/* a new reference */

/* The rest is shared among the files of this kind. */

/* Has it a good answer that is young enough to count? */
bool postgres_is_known(const struct look *look, enum pg_ask what, unsigned target);
/* Was the last answer to this ask none? Then state and because say what that means. */
bool postgres_has_failed(const struct look *look, size_t ask, enum state *state,
			 char because[BECAUSE_TEXT]);
bool postgres_is_writable(const struct look *look, unsigned target);
bool postgres_is_one_cluster(const struct look *look, unsigned target);	/* as the primary */
bool postgres_is_blocked(const struct postgres_config *config, const struct pg_wait *wait);
const char *postgres_bytes(char out[32], double bytes);	/* "13.9 MB" */

/* How one replica is, with a sentence; also what its entry in the fields says. */
enum state postgres_replica_state(const struct look *look, unsigned target,
				  char because[BECAUSE_TEXT]);
enum state postgres_follower_state(const struct postgres_config *config,
				   const struct pg_follower *follower);
void postgres_judge_replicas(const struct look *look, struct report *out);
/* What the primary sees of followers counts where no replica is configured to be asked itself. */
void postgres_judge_followers(const struct look *look, struct report *out);

/* Who holds sessions on a node, and who writes there (postgres_clients.c). */
extern const char postgres_clients_sql[];
enum decoded postgres_clients_decode(const struct reply *reply, struct pg_clients *clients,
				     char why[200]);
json_t *postgres_clients_json(const struct look *look);
json_t *postgres_clients_unknown_json(const struct look *look);
/* "; api still writes to b", or that it is hidden, or nothing. */
void postgres_say_clients(const struct look *look, unsigned target, struct buf *out);
/* "; api still connected to primary", where nobody can write. */
void postgres_say_sessions(const struct look *look, unsigned target, struct buf *out);

#endif
