#include "tests/lib/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/attr.h"

enum { MAX_ENV = 64 };

static const char *const passed_on[] = {
	"PATH", "HOME", "USER", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS",
	"BINNACLE_SHARED",
};

static const char *const defaults[] = {"TERM=xterm-256color", "LANG=C.UTF-8"};

struct environment {
	char *list[MAX_ENV + 1];
	size_t count;
};

nsec nsec_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (nsec)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static size_t name_length(const char *assignment)
{
	return strcspn(assignment, "=");
}

/* "NAME=value" replaces or adds; "NAME" alone removes. */
static void environment_apply(struct environment *env, struct arena *arena, const char *change)
{
	size_t len = name_length(change);
	size_t at = 0;

	while (at < env->count && (name_length(env->list[at]) != len ||
				   strncmp(env->list[at], change, len) != 0))
		at++;
	if (change[len] == '=') {
		if (at == env->count && env->count < MAX_ENV)
			env->count++;
		if (at < MAX_ENV)
			env->list[at] = arena_text(arena, change, strlen(change));
	} else if (at < env->count) {
		env->list[at] = env->list[--env->count];
	}
	env->list[env->count] = NULL;
}

static void environment_make(struct environment *env, struct arena *arena,
			     const char *const *changes)
{
	for (size_t i = 0; i < ARRAY_LEN(passed_on); i++)
		if (getenv(passed_on[i]))
			environment_apply(env, arena, arena_fmt(arena, "%s=%s", passed_on[i],
								getenv(passed_on[i])));
	for (size_t i = 0; i < ARRAY_LEN(defaults); i++)
		environment_apply(env, arena, defaults[i]);
	for (; changes && *changes; changes++)
		environment_apply(env, arena, *changes);
}

static char **copy_argv(struct arena *arena, const char *const *argv)
{
	size_t count = 0;

	while (argv[count])
		count++;
	char **copy = arena_array(arena, count + 1, sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		copy[i] = arena_text(arena, argv[i], strlen(argv[i]));
	return copy;
}

/* In the child, between fork and exec: only what is safe there. */
static void become(const struct pty *pty, char **argv, char **env, const char *cwd, int report)
{
	sigset_t none;

	for (int sig = 1; sig < SIGSYS; sig++)
		if (sig != SIGKILL && sig != SIGSTOP)
			signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	ioctl(pty->slave, TIOCSCTTY, 0);
	for (int fd = 0; fd <= 2; fd++)
		dup2(pty->slave, fd);
	close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
	if (!cwd || chdir(cwd) == 0)
		execvpe(argv[0], argv, env);
	int why = errno;
	if (write(report, &why, sizeof(why)) < 0)
		_exit(126);
	_exit(127);
}

/* The exec succeeded when the report pipe closes without a word. */
static bool exec_succeeded(int report, const char *program, struct err *err)
{
	int why = 0;
	ssize_t got;

	do
		got = read(report, &why, sizeof(why));
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return true;
	return err_set(err, ERR_IO, "cannot run %s: %s", program, strerror(why));
}

static bool open_pair(struct pty *pty, const struct pty_spec *spec, struct err *err)
{
	struct winsize size = {
		.ws_row = (unsigned short)spec->rows,
		.ws_col = (unsigned short)spec->cols,
	};

	if (openpty(&pty->master, &pty->slave, NULL, NULL, &size) != 0)
		return err_set(err, ERR_IO, "openpty: %s", strerror(errno));
	fcntl(pty->master, F_SETFD, FD_CLOEXEC);
	fcntl(pty->slave, F_SETFD, FD_CLOEXEC);
	fcntl(pty->master, F_SETFL, O_RDWR | O_NONBLOCK);
	tcgetattr(pty->slave, &pty->before);
	return true;
}

bool pty_start(struct pty *pty, const struct pty_spec *spec, struct err *err)
{
	struct arena arena = {0};
	struct environment env = {0};
	int report[2] = {-1, -1};
	char **argv;
	bool ok = false;

	*pty = (struct pty){.master = -1, .slave = -1, .pidfd = -1, .started = nsec_now()};
	if (!open_pair(pty, spec, err))
		goto out;
	if (pipe2(report, O_CLOEXEC) != 0) {
		err_set(err, ERR_IO, "pipe: %s", strerror(errno));
		goto out;
	}
	environment_make(&env, &arena, spec->env);
	argv = copy_argv(&arena, spec->argv);
	pty->started = nsec_now();
	pty->pid = fork();
	if (pty->pid == 0)
		become(pty, argv, env.list, spec->cwd, report[1]);
	if (pty->pid < 0) {
		pty->pid = 0;
		err_set(err, ERR_IO, "fork: %s", strerror(errno));
		goto out;
	}
	close(report[1]);
	report[1] = -1;
	pty->pidfd = pidfd_open(pty->pid, 0);
	ok = exec_succeeded(report[0], argv[0], err);
out:
	for (int i = 0; i < 2; i++)
		if (report[i] >= 0)
			close(report[i]);
	if (!ok)
		pty_stop(pty);
	arena_done(&arena);
	return ok;
}

bool pty_reap(struct pty *pty)
{
	if (pty->pid <= 0 || pty->exited)
		return true;
	if (wait4(pty->pid, &pty->status, WNOHANG, &pty->usage) == pty->pid) {
		pty->ended = nsec_now();
		pty->exited = true;
	}
	return pty->exited;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void pty_stop(struct pty *pty)
{
	if (!pty->started)
		return;
	if (pty->pid > 0 && !pty_reap(pty)) {
		kill(pty->pid, SIGKILL);
		wait4(pty->pid, &pty->status, 0, &pty->usage);
		pty->exited = true;
	}
	close_fd(&pty->master);
	close_fd(&pty->slave);
	close_fd(&pty->pidfd);
	pty->pid = 0;
	pty->started = 0;
}

void pty_hangup(struct pty *pty)
{
	close_fd(&pty->master);
}

void pty_winsize(const struct pty *pty, unsigned short rows, unsigned short cols)
{
	struct winsize size = {.ws_row = rows, .ws_col = cols};

	ioctl(pty->master, TIOCSWINSZ, &size);
}

bool pty_termios_restored(const struct pty *pty)
{
	struct termios now;
	const struct termios *was = &pty->before;

	if (tcgetattr(pty->slave, &now) != 0)
		return false;
	return now.c_iflag == was->c_iflag && now.c_oflag == was->c_oflag &&
	       now.c_cflag == was->c_cflag && now.c_lflag == was->c_lflag &&
	       memcmp(now.c_cc, was->c_cc, sizeof(now.c_cc)) == 0;
}

int pty_exit_code(const struct pty *pty)
{
	if (!pty->exited)
		return -1;
	return WIFSIGNALED(pty->status) ? 128 + WTERMSIG(pty->status) : WEXITSTATUS(pty->status);
}
