/*
 * loop.h: the one event loop of the program: time, timers, signals and the watchdog.
 *
 *  (1) Time is read once per round: loop_now() gives the same answer until libuv has slept again.
 *  (2) Timers count on CLOCK_BOOTTIME through one timerfd, so that what fell due while the machine
 *      slept fires at once after it, and once.
 *  (3) Nothing here calls back from inside the function that was called; callbacks come from
 *      loop_run() only. There is no nested loop.
 *  (4) When a timer comes LOOP_LATE too late, the process did not run (suspend, SIGSTOP, a starved
 *      host). The late hooks come before it then, because deadlines that passed meanwhile say
 *      nothing about a server.
 *
 * Order of a program's life: loop_new, everything else, loop_run, everything else freed, loop_free.
 */
#ifndef IO_LOOP_H
#define IO_LOOP_H

#include <stdbool.h>
#include <uv.h>

#include "backends/probe.h"
#include "base/err.h"

#define LOOP_LATE (2 * WHEN_SECOND)

struct loop;

typedef void loop_call(void *arg);
typedef void loop_signalled(int signum, void *arg);

/* Call it first, before any thread exists: it sets UV_THREADPOOL_SIZE (a name server that is dead
 * must not keep a third name waiting). NULL with err when the system has no descriptors left. */
struct loop *loop_new(struct err *err);

/* After everything that was made on it is freed. Waits for workers that cannot be interrupted (a
 * name being looked up may take 30 s), so a program that quits restores the terminal and calls
 * _exit() instead. Takes NULL. */
void loop_free(struct loop *loop);

void loop_run(struct loop *loop);	/* until loop_stop() */
void loop_stop(struct loop *loop);	/* loop_run() returns after this round */

struct now loop_now(struct loop *loop);
/* For golden files and tests (BINNACLE_NOW): wall time stands still here. Steady time goes on. */
void loop_fix_wall(struct loop *loop, msec wall);
uv_loop_t *loop_uv(struct loop *loop);	/* for io/ and for app/'s terminal */

/*
 * A timer lives in its owner's struct, zeroed. Setting a set timer moves it. A time that has passed
 * means the next round. The callback may set it again, or free its owner.
 */
struct loop_timer {
	loop_call *call;
	void *arg;
	msec at;			/* steady */
	bool set;
	struct loop_timer *next;	/* the loop's */
};

void loop_timer_set(struct loop *loop, struct loop_timer *timer, msec at);
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);

/* A handler for a signal for as long as the loop lives; at most LOOP_SIGNALS. */
enum { LOOP_SIGNALS = 12, LOOP_HOOKS = 4 };
bool loop_on_signal(struct loop *loop, int signum, loop_signalled *call, void *arg,
		    struct err *err);

/* Called in each round before the loop sleeps: the place to see that something is to be painted.
 * At most LOOP_HOOKS of each. */
void loop_on_round(struct loop *loop, loop_call *call, void *arg);
void loop_on_late(struct loop *loop, loop_call *call, void *arg);
void loop_forget(struct loop *loop, const void *arg);	/* drop the hooks that have this arg */

/* Workers that read what somebody else owns (a source's configuration): counted by whoever starts
 * them, so that the owner knows when it may be freed. */
void loop_job_began(struct loop *loop);
void loop_job_ended(struct loop *loop);
unsigned loop_jobs(const struct loop *loop);

/* The watchdog: the longest time in which the loop was not asleep and not yet back (ms, with
 * fraction), and how many rounds there were, both since the last loop_gap_reset(). */
double loop_largest_gap(const struct loop *loop);
unsigned long loop_rounds(const struct loop *loop);
void loop_gap_reset(struct loop *loop);

#endif
