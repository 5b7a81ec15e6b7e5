/*
 * prober.h: does all the asking. It owns one struct probe for each configured source, asks what is
 * due, and tells the app which source has something new.
 *
 *  (1) An ask is never in flight twice; sources never wait for one another.
 *  (2) Everything happens on the loop; only large bodies are decoded in a worker (decoding.h).
 *  (3) Secrets are fetched at the first ask that needs them, kept, and fetched anew (once a minute
 *      at most) after they were refused. What cannot be had is REPLY_NO_SECRET.
 *  (4) Requests to one host keep the budgets of all sources that ask it (budget.h), with r, pages,
 *      sleep and one-shot mode alike. An ask without room waits; it is not in flight.
 *  (5) After the process has slept, what was in flight is dropped unjudged and everything is asked
 *      again, once.
 *
 * The app judges: on `changed`, and every second for the ages, it calls prober_judge() and takes
 * the report to the world. Sources are judged in the order of their backend's rank.
 */
#ifndef IO_PROBER_H
#define IO_PROBER_H

#include "backends/probe.h"
#include "io/resolve.h"

struct prober;

struct prober_source {			/* borrowed for the prober's life */
	const struct backend *backend;
	const void *config;		/* begins with struct source_config */
};

/* What the other sources know now; borrowed until the next return to the loop. NULL: nothing. With
 * prober_once() it is asked for after each answer: judge first what has come since. */
struct prober_context {
	const struct chain *chain;
	const struct cursor *cursor;
};

struct prober_setup {
	struct loop *loop;
	const struct prober_source *sources;
	size_t count;
	const char *const *environment;		/* NULL-terminated, for secrets */
	const struct resolve_origin *names;	/* NULL: the system's */

	/* Both are called from the loop only, and not after prober_stop(). They may call what does
	 * not stop or free the prober. */
	struct prober_context (*context)(void *arg);
	/* An ask of a source was answered (also badly, also not at all in time). */
	void (*changed)(void *arg, size_t source, size_t ask);
	void *arg;
};

/* Nothing is asked before prober_start() or prober_once(). */
struct prober *prober_new(const struct prober_setup *setup);

/* Everything is due now, then each ask at its own period. */
void prober_start(struct prober *prober);

/*
 * Ask every ask of every source once (with its further pages, and those that an answer made
 * necessary) and call done: when all are answered, or at the steady time `deadline`; what has not
 * answered by then is taken as a time-out that waited as long. Optional asks come last, after all
 * that their host must be asked or may yet have to be, and only where its budget has room; another
 * one that had no room in time is REPLY_HELD, or stays as it was answered before. Of several asks
 * of one name each time another one goes first, so that none is always the one without room. Not
 * together with prober_start(); it may be called again from done on.
 */
void prober_once(struct prober *prober, msec deadline, loop_call *done, void *arg);

/*
 * How long prober_once() should be given where the budgets do not let through at once all that must
 * be asked, and what is in the way: "6 requests to 127.0.0.1:3000, which is asked at most 4 times
 * in 15 s". 0: nothing is.
 */
msec prober_once_time(const struct prober *prober, char why[BUDGET_TEXT]);

/*
 * Leave to send one request that is no ask of a source (io/errand.h). It counts in the budget of
 * its host, and goes before the asks that wait for room there; whoever wants many keeps a pace of
 * his own. Held by what the host said of itself, it may take ten minutes: prober_pass_at() says.
 */
struct prober_pass {			/* the caller's, zeroed, in its place until it is back */
	loop_call *granted;		/* from the loop, once; not after it is back or the prober
					 * was stopped. It may give it back, and want another one */
	void *arg;
	struct prober *prober;		/* these are the prober's; NULL: it is not out */
	struct budget *host;
	size_t place;
	bool is_granted;
	struct prober_pass *next;
};

void prober_pass_want(struct prober *prober, struct prober_pass *pass, struct str url);
/* reply: what came of it; NULL: it was dropped, and the host may have seen it. Also of one that is
 * not out. */
void prober_pass_back(struct prober_pass *pass, const struct reply *reply);
/* When the host of this URL has room, steady, WHEN_NEVER: once something has ended; and why not
 * now ("" else). */
msec prober_pass_at(const struct prober *prober, struct str url, char why[BUDGET_TEXT]);

void prober_ask_all(struct prober *prober);		/* the key r */
void prober_drop_and_ask_all(struct prober *prober);	/* after SIGCONT, see (5) */

const struct probe *prober_probe(const struct prober *prober, size_t source);
/* out is the caller's: report_done(). */
void prober_judge(struct prober *prober, size_t source, struct report *out);

/*
 * Stop asking: cancel everything that is in flight and forget it. Returns at once, whatever hangs:
 * sockets are closed, names being looked up are left to their worker. No callback comes after it.
 * The program may then _exit() (quitting), or prober_free() and loop_free() at leisure; until
 * loop_free() returns, a worker may still read the sources' configuration.
 */
void prober_stop(struct prober *prober);
void prober_free(struct prober *prober);		/* stops; takes NULL */

#endif
