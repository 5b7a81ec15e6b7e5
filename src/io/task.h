/*
 * task.h: one command of a runbook, on a terminal of its own (a pty), and nothing of it left when
 * it is over.
 *
 *  (1) What runs is `text`, byte for byte: `bash -c TEXT` (or sh). No value is put into it; values
 *      are environment variables. More than TASK_TEXT bytes, or a NUL in them, is NOT_RUN.
 *  (2) It is the foreground group of a new session with its pty as the controlling terminal; it
 *      inherits nothing but 0, 1 and 2; its environment is the one it is given and no more.
 *  (3) It and all its offspring end with its end (they have 0.2 s to end by themselves, 1 s after a
 *      TERM), with its timeout plus 5 s at most (TERM, then KILL), or at once with task_drop(). So
 *      they do when this process dies, however it dies. What left the session is found and killed.
 *      No zombie stays. reaper.h says how.
 *  (4) The first `cap` bytes of its output are handed on as they come; more is read and counted, so
 *      that it never waits for us. At the end at most `cap` bytes are there: where there were more,
 *      the first three quarters and the end, with a line between them that says so.
 *  (5) Its standard input is the pty only where it is interactive; else it reads end of file. What
 *      a command that is not interactive reads from /dev/tty never comes: it waits.
 *  (6) Output that is not interactive comes as it was written: no CR before LF, and no echo.
 *  (7) Callbacks come from the loop, never from inside task_start(), and not after task_drop().
 *      `ended` comes once and is the last: the task is gone when it returns.
 */
#ifndef IO_TASK_H
#define IO_TASK_H

#include "io/loop.h"

struct task;

enum { TASK_TEXT = 96 * 1024 };		/* the kernel takes 128 KiB in one argument */

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
	struct str output;		/* raw, about cap bytes at most; borrowed for the call */
	size_t cut_at;			/* behind so many of it bytes are missing; 0: nowhere */
	uint64_t bytes;			/* that it wrote in all */
	size_t leftovers;		/* processes that had to be ended after it */
	const char *why;		/* of NOT_RUN, or what could not be ended: a sentence; "" */
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
	bool check;			/* also limited: files of 128 KiB, CPU time, processes */
	unsigned short cols, rows;	/* 0: 80x24 */
	void (*output)(void *arg, struct str bytes);	/* raw: scrub and redact before showing;
							 * NULL: only its end is wanted */
	void (*ended)(void *arg, const struct task_end *end);
	void *arg;
};

struct task *task_start(const struct task_plan *plan);
/* To its whole foreground group. SIGKILL ends the task, all of it: TASK_KILLED. */
void task_signal(struct task *task, int signal);
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
