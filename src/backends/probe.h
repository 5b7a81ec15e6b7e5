/*
 * probe.h: one configured source at work: its asks, their schedule, its facts. Pure; io/prober does
 * the asking, app/ carries reports to the world.
 *
 * Scheduling: each ask starts every `every` +-10 % (a hash of its name, not a clock), rounded up to
 * 100 ms ticks so that wake-ups fall together; one in flight for each ask; after failures the
 * period doubles up to four times itself, 30 s at most (or `every`, when longer), and never ends,
 * so that a recovery is seen soon; Retry-After is obeyed up to 10 minutes; an answer that wants
 * MORE is asked again at once, at most 8 pages in a row; an ask that prepare() did not need is
 * looked at again after a second. What is due starts when its host has room (budget.h), the longest
 * due first, so that nobody starves.
 */
#ifndef BACKENDS_PROBE_H
#define BACKENDS_PROBE_H

#include "backends/budget.h"

struct probe {
	const struct backend *backend;
	const void *config;
	void *facts;			/* owned */
	struct ask asks[PROBE_ASKS];
	struct ask_view views[PROBE_ASKS];
	msec due[PROBE_ASKS];		/* steady time of the next start; WHEN_NEVER: in flight */
	msec started[PROBE_ASKS];	/* steady time of the last start */
	unsigned pages[PROBE_ASKS];
	bool skipped[PROBE_ASKS];	/* prepare said no when it was due last */
	struct budget *hosts[PROBE_ASKS];	/* borrowed, set after probe_init(); NULL: no limit */
	size_t places[PROBE_ASKS];	/* at the host, of the one in flight */
	size_t ask_count;
};

/* Steady times (CLOCK_BOOTTIME) schedule, wall times are facts: the two never mix. */
struct now {
	msec wall, steady;
};

void probe_init(struct probe *probe, const struct backend *backend, const void *config,
		struct now now);
void probe_done(struct probe *probe);

/*
 * Once the hosts are set: plan no ask that must be asked more often than the host's rules allow all
 * of those together, so that `every` says how often answers can come. A host has room for the
 * optional ones in between, or they wait.
 */
void probe_fit(struct probe *const *probes, size_t count, const struct budget *host);

/* The ask that may start now, or -1; *wake (steady) is when to look again. */
int probe_next(const struct probe *probe, struct now now, msec *wake);

/* The same of several; false: none may start. */
struct next_ask {
	size_t probe, ask;
};
bool probe_next_of(struct probe *const *probes, size_t count, struct now now, struct next_ask *out,
		   msec *wake);

void probe_all_now(struct probe *probe, struct now now);	/* r: ask everything now */

void probe_started(struct probe *probe, size_t ask, struct now now);
/* It is under way no more: after probe_started(), before the answer is taken. NULL: dropped. */
void probe_ended(struct probe *probe, size_t ask, const struct reply *reply, struct now now);
void probe_skipped(struct probe *probe, size_t ask, struct now now);	/* prepare said no */

/* Take an answer: decode into the facts and schedule the next start. Large answers are decoded by
 * probe_decode() in a worker on a copy of the facts, then taken by probe_take_decoded(). */
void probe_take(struct probe *probe, size_t ask, const struct reply *reply, struct now now);
enum decoded probe_decode(const struct probe *probe, size_t ask, const struct reply *reply,
			  void *facts, char why[200]);
void probe_take_decoded(struct probe *probe, size_t ask, const struct reply *reply,
			enum decoded result, const void *facts, const char *why, struct now now);

/* It is due and its host has no room: why. */
bool probe_is_held(const struct probe *probe, size_t ask, struct now now, char why[BUDGET_TEXT]);

void probe_look(const struct probe *probe, const struct chain *chain, const struct cursor *cursor,
		msec now, struct look *out);
void probe_judge(const struct probe *probe, const struct chain *chain, const struct cursor *cursor,
		 msec now, struct report *out);

#endif
