/*
 * The life of the copy:
 *
 *   RUNNING --the leader left--> LAST_WORDS --200 ms--> ASKED --1 s--> KILLING
 *   RUNNING --REAPER_ASK--> ASKED --5 s--> KILLING
 *   any --REAPER_END, the socket closed--> KILLING
 *   any --no child is left--> GONE
 *
 * It leads the session itself, and the command is the foreground group in it. Would the command
 * lead, then the kernel would hang the terminal up with its end, and who still writes to it, the
 * `tee` of a redirection for one, would write no more.
 *
 * Killing is first stopping: who is stopped cannot fork, so that even a fork bomb holds still once
 * a scan finds nobody running; then all of them are killed at once. What neither dies nor may be
 * signalled by us (it runs as somebody else) is given up after a while, and counted.
 */
#include "io/reaper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/when.h"
#include "io/reaper_kin.h"

enum {
	LAST_WORDS_MS = 200,	/* for a `tee` that only has to see its end of file */
	ASKED_AFTER_MS = 1000,
	ASKED_MS = 5000,
	KILL_EVERY_MS = 20,
	GIVE_UP_MS = 3000,	/* without a single process less */
	FREEZES = 50,
	NICE_OF_CHECK = 10,
	MORE_PROCESSES = 256,
	LAST_SIGNAL = 64,	/* the kernel's; the mask has a bit for each */
	NOT_STARTED_STATUS = 127,
};

/* A here-document of bash that does not fit into a pipe goes through a file, and no text of a
 * command is longer than this. */
#define CHECK_FILE ((rlim_t)128 * 1024)

enum phase { RUNNING, LAST_WORDS, ASKED, KILLING };

struct reaper {
	const struct reaper_plan *plan;
	int control, children;		/* the socket; a signalfd */
	pid_t leader;
	enum phase phase;
	msec phase_ends, gives_up;
	bool leader_left;
	int32_t killed;
	struct kin kin;
};

static msec clock_now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_BOOTTIME, &at);
	return (msec)at.tv_sec * WHEN_SECOND + at.tv_nsec / 1000000;
}

static void say(int control, enum reaper_word word, int value, int more)
{
	struct reaper_says says = { (int32_t)word, value, more };

	(void)!send(control, &says, sizeof(says), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* The command, from here to exec ********************************************************/

static _Noreturn void not_started(int control, enum reaper_step step)
{
	say(control, REAPER_NOT_STARTED, (int)step, errno);
	_exit(NOT_STARTED_STATUS);
}

static bool limit(int resource, rlim_t most)
{
	struct rlimit now;

	if (getrlimit(resource, &now) != 0)
		return false;
	if (now.rlim_cur > most)
		now.rlim_cur = most;
	if (now.rlim_max > most)
		now.rlim_max = most;
	return setrlimit(resource, &now) == 0;
}

/* The limit of processes counts all of the user's, wherever they are: what the whole host has is
 * never too low a number for that. Root has no such limit. */
static bool limit_check(const struct reaper_plan *plan)
{
	struct sysinfo host;

	if (sysinfo(&host) != 0 || setpriority(PRIO_PROCESS, 0, NICE_OF_CHECK) != 0)
		return false;
	return limit(RLIMIT_FSIZE, CHECK_FILE) && limit(RLIMIT_CORE, 0) &&
	       limit(RLIMIT_CPU, plan->cpu_seconds) &&
	       limit(RLIMIT_NPROC, (rlim_t)host.procs + MORE_PROCESSES);
}

static bool take_terminal(const struct reaper_plan *plan)
{
	return setpgid(0, 0) == 0 && tcsetpgrp(plan->terminal, getpid()) == 0 &&
	       dup2(plan->input, STDIN_FILENO) >= 0 && dup2(plan->terminal, STDOUT_FILENO) >= 0 &&
	       dup2(plan->terminal, STDERR_FILENO) >= 0;
}

/* execve() promises not to change what it does not take as const. */
static char *const *list(const char *const *texts)
{
	union {
		const char *const *given;
		char *const *taken;
	} same = { .given = texts };

	return same.taken;
}

static _Noreturn void become_command(const struct reaper_plan *plan, int control, pid_t reaper)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != reaper)
		_exit(NOT_STARTED_STATUS);
	if (!take_terminal(plan))
		not_started(control, REAPER_AT_TERMINAL);
	if (plan->cwd && chdir(plan->cwd) != 0)
		not_started(control, REAPER_AT_FOLDER);
	if (plan->check && !limit_check(plan))
		not_started(control, REAPER_AT_LIMITS);
	close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (size_t i = 0; plan->programs[i]; i++) {
		execve(plan->programs[i], list(plan->argv), list(plan->environment));
		if (errno != ENOENT)
			break;
	}
	not_started(control, REAPER_AT_EXEC);
}

/* The reaper ****************************************************************************/

static void enter(struct reaper *reaper, enum phase phase, msec length)
{
	reaper->phase = phase;
	reaper->phase_ends = clock_now() + length;
}

static void ask_to_end(struct reaper *reaper, msec length)
{
	(void)kin_scan(&reaper->kin, getpid());
	(void)kin_signal(&reaper->kin, SIGTERM);
	(void)kin_signal(&reaper->kin, SIGCONT);	/* what is stopped would not hear it */
	enter(reaper, ASKED, length);
}

static void begin_killing(struct reaper *reaper)
{
	if (reaper->phase == KILLING)
		return;
	enter(reaper, KILLING, 0);
	reaper->gives_up = reaper->phase_ends + GIVE_UP_MS;
}

static void kill_all(struct reaper *reaper)
{
	for (size_t i = 0; i < FREEZES; i++) {
		(void)kin_scan(&reaper->kin, getpid());
		if (kin_signal(&reaper->kin, SIGSTOP) == 0)
			break;
	}
	(void)kin_scan(&reaper->kin, getpid());
	(void)kin_signal(&reaper->kin, SIGKILL);
	/* Also where there is no /proc to be read. */
	if (!reaper->leader_left)
		kill(-reaper->leader, SIGKILL);
	reaper->phase_ends = clock_now() + KILL_EVERY_MS;
}

static void on_child(struct reaper *reaper, pid_t pid, int status)
{
	if (reaper->phase == KILLING)
		reaper->gives_up = clock_now() + GIVE_UP_MS;
	if (pid != reaper->leader) {
		reaper->killed += reaper->phase >= ASKED && WIFSIGNALED(status);
		return;
	}
	reaper->leader_left = true;
	say(reaper->control, REAPER_LEFT, status, 0);
	if (reaper->phase == RUNNING)
		enter(reaper, LAST_WORDS, LAST_WORDS_MS);
}

/* There is no shell below it that would continue what a key or an editor suspends. */
static void on_stop(const struct reaper *reaper, int status)
{
	if (WSTOPSIG(status) == SIGTSTP && reaper->phase == RUNNING && !reaper->leader_left)
		kill(-reaper->leader, SIGCONT);
}

/* False: there is none left. */
static bool reap(struct reaper *reaper)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		if (WIFSTOPPED(status))
			on_stop(reaper, status);
		else
			on_child(reaper, pid, status);
	}
	return pid == 0;
}

static void take_order(struct reaper *reaper)
{
	char order;
	ssize_t got = recv(reaper->control, &order, 1, MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got == 1 && order == REAPER_ASK && reaper->phase != KILLING)
		ask_to_end(reaper, ASKED_MS);
	else if (got != 1 || order == REAPER_END)
		begin_killing(reaper);
}

static void move_on(struct reaper *reaper)
{
	if (reaper->phase == RUNNING || clock_now() < reaper->phase_ends)
		return;
	if (reaper->phase == LAST_WORDS)
		ask_to_end(reaper, ASKED_AFTER_MS);
	else if (reaper->phase == ASKED)
		begin_killing(reaper);
	if (reaper->phase == KILLING)
		kill_all(reaper);
}

static void wait_for_news(const struct reaper *reaper)
{
	struct signalfd_siginfo ignored;
	struct pollfd watched[] = {
		/* Once it is closed it would always be ready. */
		{ .fd = reaper->phase == KILLING ? -1 : reaper->control, .events = POLLIN },
		{ .fd = reaper->children, .events = POLLIN },
	};
	msec left = reaper->phase_ends - clock_now();

	if (reaper->phase == RUNNING)
		left = -1;
	else if (left < 0)
		left = 0;
	(void)poll(watched, sizeof(watched) / sizeof(watched[0]), (int)left);
	while (read(reaper->children, &ignored, sizeof(ignored)) > 0)
		;
}

static bool gave_up(const struct reaper *reaper)
{
	return reaper->phase == KILLING && clock_now() >= reaper->gives_up;
}

static _Noreturn void watch_over(struct reaper *reaper)
{
	size_t left = 0;

	while (reap(reaper)) {
		if (gave_up(reaper)) {
			left = kin_scan(&reaper->kin, getpid());
			break;
		}
		wait_for_news(reaper);
		take_order(reaper);
		move_on(reaper);
	}
	say(reaper->control, REAPER_GONE, reaper->killed, (int)left);
	_exit(0);
}

static void close_from(unsigned from, unsigned last)
{
	struct rlimit most;

	/* A kernel or a filter of system calls that does not know it. */
	if (from <= last && close_range(from, last, 0) != 0 && getrlimit(RLIMIT_NOFILE, &most) == 0)
		for (unsigned fd = from; fd <= last && fd < most.rlim_cur; fd++)
			close((int)fd);
}

/* Everything but the three in `kept`, which are in ascending order. */
static void close_others(const int kept[3])
{
	unsigned from = STDERR_FILENO + 1;

	for (size_t i = 0; i < 3; i++) {
		if ((unsigned)kept[i] > from)
			close_from(from, (unsigned)kept[i] - 1);
		from = (unsigned)kept[i] + 1;
	}
	close_from(from, ~0U);
}

static void swap_to_order(int *low, int *high)
{
	int kept = *low;

	if (*low > *high) {
		*low = *high;
		*high = kept;
	}
}

/* The kernel is asked itself: libc's sigaction() refuses the two signals that libc keeps for its
 * threads, 32 and 33, and who started us may have left them ignored. In the kernel's structure
 * nothing but zeros is the usual way: SIG_DFL, no flag, an empty mask. */
static void reset_signals(void)
{
	static const unsigned long usual[8];

	for (int signal = 1; signal <= LAST_SIGNAL; signal++)
		(void)syscall(SYS_rt_sigaction, signal, usual, NULL, LAST_SIGNAL / 8);
}

/* It keeps no file of ours open and takes no signal of our terminal. 0 to 2 are /dev/null, so that
 * whoever reads our output sees its end with ours. */
static void stand_alone(const struct reaper *reaper)
{
	int kept[] = { reaper->control, reaper->plan->terminal, reaper->plan->input };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	swap_to_order(&kept[0], &kept[1]);
	swap_to_order(&kept[1], &kept[2]);
	swap_to_order(&kept[0], &kept[1]);
	close_others(kept);
	prctl(PR_SET_NAME, "binnacle-reaper");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	reset_signals();
}

static _Noreturn void live(const struct reaper_plan *plan, int control)
{
	struct reaper reaper = { .plan = plan, .control = control };
	pid_t self;
	sigset_t children;

	stand_alone(&reaper);
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	reaper.children = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
	(void)kin_init(&reaper.kin);
	if (setsid() < 0 || ioctl(plan->terminal, TIOCSCTTY, 0) != 0)
		not_started(control, REAPER_AT_SESSION);
	self = getpid();
	reaper.leader = _Fork();
	if (reaper.leader == 0)
		become_command(plan, control, self);
	if (reaper.leader > 0)
		say(control, REAPER_STARTED, reaper.leader, 0);
	else
		say(control, REAPER_NOT_STARTED, REAPER_AT_FORK, errno);
	/* The terminal hangs up when those who use it are gone. */
	close(plan->terminal);
	if (plan->input != plan->terminal)
		close(plan->input);
	watch_over(&reaper);
}

/* No handler of ours may run in the copy: libuv's would write into our pipe. Nor may those that
 * libraries want called around a fork(). */
static pid_t fork_silently(void)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = _Fork();
	if (pid != 0)
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	return pid;
}

pid_t reaper_start(const struct reaper_plan *plan, int *control)
{
	int ends[2], failed;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return -1;
	pid = fork_silently();
	if (pid == 0)
		live(plan, ends[1]);
	failed = errno;
	close(ends[1]);
	*control = ends[0];
	if (pid > 0)
		return pid;
	close(ends[0]);
	errno = failed;
	return -1;
}
