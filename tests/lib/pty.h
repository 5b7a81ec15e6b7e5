/*
 * pty.h: a program on a pseudo-terminal of its own, in a known environment.
 *
 * The child is a session leader with the slave as its controlling terminal. Its environment is
 * built from nothing: PATH, HOME, USER, TMPDIR and the sanitizers' options pass through, TERM is
 * xterm-256color and LANG is C.UTF-8; spec.env adds, replaces ("NAME=value") or removes ("NAME").
 * The slave stays open on our side, so that the terminal's settings can be read after the child's
 * end; the end itself is seen through a pidfd. Only this child is ever signalled, by its pid.
 */
#ifndef LIB_PTY_H
#define LIB_PTY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <termios.h>

#include "base/err.h"
#include "base/when.h"

typedef int64_t nsec;			/* CLOCK_MONOTONIC, nanoseconds */
#define NSEC_PER_MSEC ((nsec)1000000)

nsec nsec_now(void);

struct pty_spec {
	const char *const *argv;	/* NULL at the end; argv[0] is looked up in PATH */
	const char *const *env;		/* NULL at the end, or NULL */
	const char *cwd;		/* NULL: ours */
	int rows, cols;
};

struct pty {
	int master;			/* not blocking; -1 after pty_hangup() */
	int slave;
	int pidfd;
	pid_t pid;			/* 0: none */
	nsec started;			/* just before the fork */
	nsec ended;
	bool exited;
	int status;			/* of waitpid(), when exited */
	struct rusage usage;		/* when exited */
	struct termios before;
};

bool pty_start(struct pty *pty, const struct pty_spec *spec, struct err *err);
void pty_stop(struct pty *pty);		/* SIGKILL if it still runs, reap, close; takes zeroed */

bool pty_reap(struct pty *pty);		/* has it ended? never waits */
void pty_hangup(struct pty *pty);	/* close the master, as a terminal that goes away does */
void pty_winsize(const struct pty *pty, unsigned short rows, unsigned short cols);
bool pty_termios_restored(const struct pty *pty);

/* Exit code, or 128 + signal; -1 while it runs. */
int pty_exit_code(const struct pty *pty);

#endif
