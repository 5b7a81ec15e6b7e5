/*
 * reaper.h: the process that stands between us and a command, so that nothing of the command is
 * left. It is a fork of ours that never returns and does four things: it starts the command, says
 * how it ended, ends what the command left behind, and goes.
 *
 *  (1) It is the subreaper of the command: whatever forks, leaves the session and loses its parent
 *      becomes its child. So "waitpid says that there is none" is the proof that nothing is left,
 *      waitpid(-1) disturbs nobody, and a scan of /proc that must stop ten thousand processes does
 *      not stop our loop.
 *  (2) When we die, however we die, its end of the control socket says so and it kills everything.
 *      A hang-up of the terminal alone would miss who ignores it or left the session.
 *  (3) When it is itself killed the kernel kills the command's leader (PR_SET_PDEATHSIG), the
 *      terminal hangs up, and we kill the command's group; what has left that is out of reach.
 *  (4) We are perhaps many threads, it is the copy of one: it calls nothing but system calls.
 */
#ifndef IO_REAPER_H
#define IO_REAPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What it says: one packet each on the control socket, in this order; NOT_STARTED perhaps before
 * LEFT. After GONE it exits. */
enum reaper_word {
	REAPER_STARTED,		/* value: the command's process group */
	REAPER_NOT_STARTED,	/* value: enum reaper_step, more: errno */
	REAPER_LEFT,		/* the leader did. value: as of waitpid() */
	REAPER_GONE,		/* value: processes that were killed; more: that could not be */
};

/* Where a start can fail.  X(symbol, what could not be done) */
#define REAPER_STEPS(X) \
	X(FORK, "no process") X(SESSION, "no session") X(TERMINAL, "no terminal") \
	X(FOLDER, "its folder") X(LIMITS, "its limits") X(EXEC, "the program")

enum reaper_step {
#define X(sym, what) REAPER_AT_##sym,
	REAPER_STEPS(X)
#undef X
};

struct reaper_says {
	int32_t word, value, more;
};

/* What it is told: one byte each. A closed socket says END. */
enum reaper_order {
	REAPER_ASK = 'a',	/* SIGTERM to everything; what is there 5 s later is killed */
	REAPER_END = 'k',	/* kill everything */
};

struct reaper_plan {			/* read by the copy: may go after the start */
	const char *const *programs;	/* full paths, tried in order; NULL ends */
	const char *const *argv, *const *environment;
	const char *cwd;		/* NULL: ours */
	int terminal, input;		/* its 1 and 2; its 0. Not closed here */
	bool check;
	unsigned cpu_seconds;		/* of a check */
};

/* Returns the pid (to be waited for when the control socket has closed) and our end of the socket,
 * non-blocking; -1 with errno. */
pid_t reaper_start(const struct reaper_plan *plan, int *control);

#endif
