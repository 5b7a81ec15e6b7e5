#include "io/foreground.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

/* Those of the keyboard, which go to the whole group. */
static void ignore(struct sigaction old[2])
{
	struct sigaction nothing = { .sa_handler = SIG_IGN };

	sigaction(SIGINT, &nothing, &old[0]);
	sigaction(SIGQUIT, &nothing, &old[1]);
}

static void listen_again(const struct sigaction old[2])
{
	sigaction(SIGINT, &old[0], NULL);
	sigaction(SIGQUIT, &old[1], NULL);
}

/* posix_spawn() promises not to change what it does not take as const. */
static char *const *list(const char *const *texts)
{
	union {
		const char *const *given;
		char *const *taken;
	} same = { .given = texts };

	return same.taken;
}

static int start(const char *command, const char *argument, const char *const *environment,
		 pid_t *pid)
{
	const char *const argv[] = { "sh", "-c", command, "sh", argument, NULL };
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	int failed;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGINT);
	sigaddset(&usual, SIGQUIT);
	sigaddset(&usual, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	failed = posix_spawn(pid, "/bin/sh", NULL, &attributes, list(argv), list(environment));
	posix_spawnattr_destroy(&attributes);
	return failed;
}

bool foreground_run(const char *command, const char *argument, const char *const *environment,
		    int *status, struct err *err)
{
	struct sigaction old[2];
	int failed, how = 0;
	pid_t pid, ended;

	ignore(old);
	failed = start(command, argument, environment, &pid);
	do
		ended = failed ? -1 : waitpid(pid, &how, 0);
	while (!failed && ended < 0 && errno == EINTR);
	if (!failed && ended < 0)
		failed = errno;
	listen_again(old);
	if (failed)
		return err_set(err, ERR_IO, "/bin/sh: %s", strerror(failed));
	*status = WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
	return true;
}
