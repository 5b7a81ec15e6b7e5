/*
 * redis.h: kind `redis`: one server, asked PING and INFO on one connection.
 *
 * An error is an answer: NOAUTH, even to PING, is a server that lives and of which we know nothing.
 * A replica of a hung primary says "link up" until repl-timeout has passed: only the seconds since
 * the primary's last word tell, which a live one keeps under its ping period. PING is refused like
 * a write where the server cannot save (MISCONF); that memory is full is seen in INFO alone. What
 * INFO does not say is not known, and never well.
 */
#ifndef BACKENDS_REDIS_H
#define BACKENDS_REDIS_H

#include "backends/backend.h"

enum redis_role { REDIS_PRIMARY, REDIS_REPLICA, REDIS_ANY };

struct redis_config {
	struct source_config source;	/* user and password: access.basic_* */
	int role;			/* enum redis_role: what it must be */
	int64_t memory;			/* percent */
	msec silence;
};

/* Numbers are negative, texts "" when INFO does not say them. */
struct redis_info {
	char role[16], version[32], policy[32], link[8], bgsave[8], aof[8], master[NAME_TEXT];
	int64_t used_memory, max_memory;	/* max 0: no limit */
	int64_t uncounted;	/* bytes that do not count towards the limit */
	int64_t evicted_keys, connected_clients, connected_replicas;
	int64_t loading, master_port, last_io_s, link_down_s, syncing;
};

/*
 * X(symbol, how the reply begins, state, what it means). The first that fits; the last fits all,
 * and is told in the server's own words.
 */
#define REDIS_ERRORS(X) \
	X(NOAUTH, "-NOAUTH", UNKNOWN, \
	  "NOAUTH: set password_env, password_file or password_command, it wants one") \
	X(WRONGPASS, "-WRONGPASS", UNKNOWN, \
	  "WRONGPASS: our user or password is wrong, or the user is off: compare with ACL LIST") \
	X(INVALID, "-ERR invalid password", UNKNOWN, \
	  "WRONGPASS: our password is wrong: compare with requirepass") \
	X(NOPERM, "-NOPERM", UNKNOWN, \
	  "NOPERM: our user may not ask: allow it with ACL SETUSER ... +ping +info") \
	X(DENIED, "-DENIED", UNKNOWN, \
	  "DENIED: protected mode refuses whoever comes from another host") \
	X(CLIENTS, "-ERR max number of clients", BAD, \
	  "max number of clients reached: new connections are refused") \
	X(AOF, "-MISCONF Errors writing to the AOF", BAD, \
	  "writes refused: MISCONF, the append-only file cannot be written") \
	X(MISCONF, "-MISCONF", BAD, "writes refused: MISCONF, the last snapshot failed") \
	X(OOM, "-OOM", BAD, "out of memory: writes refused") \
	X(READONLY, "-READONLY", BAD, "read-only: writes refused") \
	X(MASTERDOWN, "-MASTERDOWN", BAD, "MASTERDOWN: it serves nothing while its primary is away") \
	X(BUSY, "-BUSY", BAD, "BUSY: a script blocks all others") \
	X(LOADING, "-LOADING", WARN, "loading its data: commands are refused until then") \
	X(OTHER, "-", UNKNOWN, NULL)

enum redis_error {
	REDIS_NO_ERROR,
#define X(sym, begin, state, text) REDIS_ERROR_##sym,
	REDIS_ERRORS(X)
#undef X
};

struct redis_facts {
	enum redis_error error;		/* of PING or INFO, one that is a finding */
	bool open;			/* a password was sent, and none is wanted */
	bool has_info;
	struct redis_info info;
	int64_t evicted;		/* between the last two answers; -1: not known */
};

/* The first of a reply's kinds of error; REDIS_NO_ERROR for any other reply, also for NULL. */
enum redis_error redis_error_of(const char *cell);
enum state redis_error_state(enum redis_error error);
const char *redis_error_text(enum redis_error error);	/* NULL: the server's own */

void redis_read_info(struct redis_info *out, struct str text);	/* pure, total */
void redis_judge(const struct look *look, struct report *out);

#endif
