/*
 * backend.h: a kind of source, as one constant table (architecture.md "Backends").
 *
 * A kind says what to ask and what an answer means, and does no I/O:
 *   asks()     the standing questions that follow from its configuration
 *   prepare()  the bytes of one question now; false: not needed now
 *   decode()   bytes -> facts (the kind's own plain struct: no pointers, so that it can be decoded
 *              in a worker and copied). Text is scrubbed here. Called for answers only
 *              (REPLY_ANSWER, REPLY_SQL_ERROR, REPLY_DENIED); a wrong answer fills `why` and is
 *              DECODED_BAD.
 *   judge()    facts and their ages -> report. Called after every answer and every second.
 * Every kind's configuration struct begins with struct source_config, its table with
 * SOURCE_SETTINGS.
 */
#ifndef BACKENDS_BACKEND_H
#define BACKENDS_BACKEND_H

#include "backends/ask.h"
#include "config/setting.h"
#include "core/report.h"

enum { PROBE_ASKS = 48 };		/* a prometheus source has one for each check */

/*
 * How many requests one host may get in a window, whoever of our sources sends them: the strictest
 * rule of all kinds that ask this host holds for all of them. An ask that finds it used up waits
 * (io/prober); `most` 0 is no rule.
 */
struct budget_rule {
	unsigned most;
	msec window;
};

struct http_access {			/* how to reach http-ish endpoints */
	struct secret_ref bearer, basic_password;
	const char *basic_user;
	const char *ca_file, *proxy;
};

struct source_config {
	const char *name, *kind;	/* first, as settings with variants want it */
	msec every, timeout, stale;	/* 0 where the kind's default holds */
	struct texts urls;		/* http-ish kinds: url or urls */
	const char *url;
	struct http_access access;
	const char *environment;
	bool production;		/* marked so: no drill may touch it */
};

/* Shared lines for the tables of kinds; `config` is the kind's struct, beginning with `source`. */
#define SOURCE_SETTINGS(config, default_every, default_timeout) \
	{ .key = "every", .type = SETTING_DURATION, .offset = offsetof(config, source.every), \
	  .def = default_every, .min = 1000, .max = 3600000, \
	  .help = "How often it is asked." }, \
	{ .key = "timeout", .type = SETTING_DURATION, .offset = offsetof(config, source.timeout), \
	  .def = default_timeout, .min = 100, .max = 60000, \
	  .help = "When an answer is given up; a source that hangs is DOWN." }, \
	{ .key = "stale", .type = SETTING_DURATION, .offset = offsetof(config, source.stale), \
	  .help = "Age after which a fact no longer counts; three periods when absent." }, \
	{ .key = "production", .type = SETTING_BOOL, \
	  .offset = offsetof(config, source.production), .def = "false", \
	  .help = "Is this the real thing? Then no drill runs while it is configured." }

struct look {				/* what a kind may look at */
	const void *config;
	void *facts;			/* judge() writes what it lends to the report, prepare() what
					 * it asked for; nothing else does but decode() */
	const struct ask *asks;
	const struct ask_view *views;	/* one for each ask */
	size_t ask_count;
	const struct chain *chain;	/* what the other sources know; never NULL */
	const struct cursor *cursor;
	msec now;
};

struct backend {
	const char *kind;
	const struct setting *settings;
	size_t config_size, facts_size;
	unsigned rank;			/* judged in this order: 0 databases, 1 chain, 2 the rest */
	struct budget_rule budget;
	/* Where a target is: the base URL, "redis://host:port", or for SQL, COMMAND and FOLLOW a name
	 * for people. NULL: backend_url(). */
	struct str (*target)(const void *config, unsigned target);
	/* What asking it needs. NULL: the bearer token or password of http_access. */
	const struct secret_ref *(*secret)(const void *config, unsigned target);
	/* The secret is what is tested: one that was refused stays, as fetching it anew would hide
	 * that; only one that has expired is replaced, and a file counts as it stands now. */
	bool canary;
	size_t (*asks)(const void *config, struct ask *out, size_t max);
	bool (*prepare)(const struct look *look, size_t ask, struct request *out);
	enum decoded (*decode)(const struct ask *ask, const struct reply *reply, const void *config,
			       void *facts, char why[200]);
	void (*judge)(const struct look *look, struct report *out);
};

const struct backend *backend_find(const char *kind);		/* NULL */
const char *const *backend_kinds(void);				/* NULL-terminated */
/* For struct setting.variant. */
const struct setting *backend_settings(const char *kind, size_t *size);

/* The target's base URL ("http://127.0.0.1:3000", without slashes at the end), empty when none. */
struct str backend_url(const struct source_config *config, unsigned target);
size_t backend_url_count(const struct source_config *config);
/* The same by the kind's own rule, where it has one. */
struct str backend_target(const struct backend *backend, const void *config, unsigned target);
/* NULL: none is configured. */
const struct secret_ref *backend_secret(const struct backend *backend, const void *config,
					unsigned target);

/*
 * What an answer's outcome alone says (formats.md 7.1): refused, reset, hung and 5xx are down; our
 * DNS, route, credentials, 3xx, 401, 403, 429, and what cannot be read are unknown. True when the
 * outcome decides and state and because are filled ("connection refused", "no answer in 8 s").
 */
bool outcome_judge(const struct ask *ask, const struct ask_view *view, enum state *state,
		   char because[BECAUSE_TEXT]);

#endif
