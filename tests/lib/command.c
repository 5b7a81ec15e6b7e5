#include "tests/lib/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static msec steady(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (msec)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void become(const char *const *argv, int out, int err)
{
	char *words[32] = { NULL };
	int null = open("/dev/null", O_RDONLY);

	for (size_t i = 0; argv[i] && i < ARRAY_LEN(words) - 1; i++)
		words[i] = strdup(argv[i]);
	setpgid(0, 0);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	execvp(words[0], words);
	_exit(127);
}

/* False at the end of the stream. */
static bool take(int fd, struct buf *into)
{
	char bytes[4096];
	ssize_t got = read(fd, bytes, sizeof(bytes));

	if (got > 0)
		buf_add(into, bytes, (size_t)got);
	return got > 0 || (got < 0 && errno == EINTR);
}

static void take_ready(struct command *command, struct pollfd fds[2])
{
	struct buf *into[] = { &command->out, &command->err };

	for (int i = 0; i < 2; i++) {
		if (fds[i].revents && !take(fds[i].fd, into[i]))
			fds[i].fd = -1;		/* poll passes it over */
	}
}

/* Until the program itself has ended (a child that it left behind may keep the pipes open) and
 * what it wrote has been read. False at the deadline. */
static bool collect(struct command *command, pid_t pid, int out, int err, msec end, int *status)
{
	struct pollfd fds[] = { { out, POLLIN, 0 }, { err, POLLIN, 0 } };
	bool ended = false;

	while (!ended) {
		ended = waitpid(pid, status, WNOHANG) == pid;
		if (!ended && steady() >= end)
			return false;
		while (poll(fds, 2, ended ? 0 : 20) > 0)
			take_ready(command, fds);
	}
	return true;
}

void command_run(struct command *command, const char *const *argv, msec timeout)
{
	int out[2], err[2], status = 0;
	pid_t pid;

	memset(command, 0, sizeof(*command));
	command->status = -1;
	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
		abort();
	pid = fork();
	if (pid == 0)
		become(argv, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	if (pid > 0 && collect(command, pid, out[0], err[0], steady() + timeout, &status)) {
		command->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	} else if (pid > 0) {
		kill(-pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	close(out[0]);
	close(err[0]);
}

void command_done(struct command *command)
{
	buf_done(&command->out);
	buf_done(&command->err);
}

const char *command_binnacle(void)
{
	const char *path = getenv("BINNACLE");

	return path ? path : "build/rel/binnacle";
}
