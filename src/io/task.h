/*
 * task.h: one command of a runbook, on a terminal of its own (a pty), and nothing of it left when
 * it is over.
 *
 *  (1) What runs is `text`, byte for byte: `bash -c TEXT` (or sh). No value is put into it; values
 *      are environment variables.
 *  (2) It is the leader of a new session with its pty as the controlling terminal; it inherits
 *      nothing but 0, 1 and 2; its environment is the one it is given and no more.
 *  (3) It and all its offspring end with its end, with its timeout plus 5 s at most (TERM, then
 *      KILL), or with task_drop(): this process is their subreaper; what left the session is found
 *      and killed. No zombie stays. When this process dies they get a hang-up.
 *  (4) Its output is handed on as it comes, at most `cap` bytes of it are kept; it is drained and
 *      counted after that, so that it never waits for us, and memory stays bounded.
 *  (5) Its standard input is the pty only where it is interactive; else it reads end of file.
 *  (6) Callbacks come from the loop, never from inside task_start(), and not after task_drop().
 */
#ifndef IO_TASK_H
#define IO_TASK_H

#include "io/loop.h"

struct task;

/*  X(symbol, word in the journal) */
#define TASK_ENDS(X) \
	X(EXITED, "exited") X(SIGNALLED, "signalled") X(TIMEOUT, "timeout") X(KILLED, "killed") \
	X(NOT_RUN, "not-run")

enum task_end_kind {
#define X(sym, word) TASK_##sym,
	TASK_ENDS(X)
#undef X
};

struct task_end {
	enum task_end_kind kind;
	int64_t status;			/* of its exit, or the number of the signal */
	msec took;
	struct str output;		/* raw, at most cap bytes; borrowed for the call */
	uint64_t bytes;			/* that it wrote in all */
	size_t leftovers;		/* processes that had to be ended after it */
	const char *why;		/* of NOT_RUN: a sentence; "" */
};

struct task_plan {			/* borrowed for the length of task_start() */
	struct loop *loop;
	const char *shell;		/* "bash" or "sh" */
	struct str text;
	const char *const *environment;	/* whole: "NAME=value", NULL ends */
	const char *cwd;		/* NULL: ours */
	msec timeout;			/* 0: 10 min */
	size_t cap;			/* 0: 256 KiB */
	bool interactive;
	bool check;			/* also limited: no file may grow, CPU time, processes */
	unsigned short cols, rows;	/* 0: 80x24 */
	void (*output)(void *arg, struct str bytes);	/* raw: scrub and redact before showing */
	void (*ended)(void *arg, const struct task_end *end);
	void *arg;
};

struct task *task_start(const struct task_plan *plan);
void task_signal(struct task *task, int signal);	/* to its whole foreground group */
bool task_input(struct task *task, struct str bytes);	/* of an interactive one; false: it is full */
void task_resize(struct task *task, unsigned short cols, unsigned short rows);
void task_drop(struct task *task);			/* kill and forget; takes NULL */

const char *task_end_word(enum task_end_kind kind);
/* The allow-list of what a command inherits of our environment (PATH, HOME, LANG, TERM, ...), with
 * `values` on top; the arena's. A value that would name one of the loader's or shell's own
 * variables (LD_*, BASH_ENV, IFS, ENV, PATH ...) is refused. */
bool task_environment(const char *const *ours, const char *const *values, struct arena *arena,
		      const char *const **out, struct err *err);

#endif
