/*
 * crash.c: everything in the handler is async-signal-safe; what is not (file names, the unwinder's
 * lazy loading) is done when the guard is set.
 */
#include "app/crash.h"

#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"

static struct {
	void (*restore)(void);
	char path[512];
	char stack[64 * 1024];	/* a stack of its own: the usual one may be what overflowed */
} guard;

static void say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		return;		/* nobody is left to tell */
}

static bool write_report(int sig)
{
	void *frames[48];
	int n = backtrace(frames, ARRAY_LEN(frames));
	int fd = open(guard.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	char number[] = "signal 00\n";

	if (fd < 0)
		return false;
	number[7] = (char)('0' + sig / 10 % 10);
	number[8] = (char)('0' + sig % 10);
	say(fd, "binnacle " BINNACLE_VERSION " crashed, ");
	say(fd, number);
	backtrace_symbols_fd(frames, n, fd);
	close(fd);
	return true;
}

static void on_crash(int sig)
{
	if (guard.restore)
		guard.restore();
	say(STDERR_FILENO, "binnacle crashed");
	if (*guard.path && write_report(sig)) {
		say(STDERR_FILENO, "; report: ");
		say(STDERR_FILENO, guard.path);
	}
	say(STDERR_FILENO, "\n");
	raise(sig);		/* SA_RESETHAND: now with its usual effect */
}

void crash_guard(void (*restore)(void), const char *report_dir)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	const stack_t stack = { .ss_sp = guard.stack, .ss_size = sizeof(guard.stack) };
	struct sigaction action = { .sa_handler = on_crash,
				    .sa_flags = (int)(SA_RESETHAND | SA_ONSTACK | SA_NODEFER) };
	void *warm[2];

	guard.restore = restore;
	guard.path[0] = '\0';
	if (report_dir && (size_t)snprintf(guard.path, sizeof(guard.path), "%s/crash-%ld.txt", report_dir,
					   (long)getpid()) >= sizeof(guard.path))
		guard.path[0] = '\0';
	backtrace(warm, ARRAY_LEN(warm));	/* loads libgcc now, not in the handler */
	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaction(signals[i], &action, NULL);
}
