/*
 * Our end of a command: its terminal's master side, what it wrote, and the reaper's socket.
 *
 * Reading ends when the master says EIO, that is when nobody has the slave open any more. We hold
 * one ourselves until the reaper says that all are gone: a command that closes its output and opens
 * it again is not at its end, and a watched master without a slave would spin the loop.
 */
#include "io/task.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/reaper.h"
#include "io/task_kept.h"
#include "io/watch.h"

enum {
	CAP = 256 * 1024,
	CHUNK = 4096,			/* what a master has at a time */
	READS = 16,			/* in a round of the loop */
	INPUT = 4096,
	DRAIN_MS = 500,			/* when somebody who could not be ended has the slave */
	COLS = 80,
	ROWS = 24,
	WHY = 256,
	SHELL = 32,
};

#define TIMEOUT (10 * WHEN_MINUTE)

struct task {
	struct loop *loop;
	void (*output)(void *arg, struct str bytes);
	void (*ended)(void *arg, const struct task_end *end);
	void *arg;
	bool interactive;
	bool dropped;			/* nobody is told any more */
	unsigned busy;			/* calls of ours that go on after a callback */

	char shell[SHELL];
	msec timeout;
	int master, slave, control, pidfd;	/* -1: closed */
	pid_t reaper, group;			/* 0: none */
	struct watch_fd *on_master, *on_control, *on_pid;
	struct loop_timer timer;		/* not started; its timeout; draining */
	struct kept kept;
	struct buf input;			/* that the pty had no room for yet */

	msec started;
	bool not_run, timed_out, killed, left, gone, drained;
	struct task_end end;
	char why[WHY];
};

const char *task_end_word(enum task_end_kind kind)
{
	static const char *const words[] = {
#define X(sym, word) [TASK_##sym] = (word),
		TASK_ENDS(X)
#undef X
	};

	return words[kind];
}

/* Ends *********************************************************************************/

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_watched(struct watch_fd **watch, int *fd)
{
	watch_free(*watch);
	*watch = NULL;
	close_fd(fd);
}

static void close_terminal(struct task *task)
{
	close_watched(&task->on_master, &task->master);
	close_fd(&task->slave);
}

/* The memory of one whose reaper is still at work goes when that is reaped. */
static void let_go(struct task *task)
{
	if (task->dropped && task->reaper <= 0 && task->busy == 0)
		mem_free(task);
}

static void forget(struct task *task)
{
	loop_timer_stop(task->loop, &task->timer);
	close_terminal(task);
	close_watched(&task->on_control, &task->control);
	kept_done(&task->kept);
	buf_done(&task->input);
	task->dropped = true;
	let_go(task);
}

/* Not before the reaper was waited for, so that the end is the end of every process. */
static void tell_end(struct task *task)
{
	if (!task->drained || task->reaper > 0 || task->dropped)
		return;
	task->end.cut_at = kept_cut_at(&task->kept);
	task->end.output = kept_text(&task->kept);
	task->end.bytes = task->kept.bytes;
	task->end.why = task->why;
	task->busy++;
	task->dropped = true;
	task->ended(task->arg, &task->end);
	task->busy--;
	forget(task);
}

static void say_kind(struct task *task, int status)
{
	bool exited = WIFEXITED(status);

	task->end.status = exited ? WEXITSTATUS(status) : WTERMSIG(status);
	if (task->not_run)
		task->end.kind = TASK_NOT_RUN;
	else if (task->timed_out)
		task->end.kind = TASK_TIMEOUT;
	else if (task->killed)
		task->end.kind = TASK_KILLED;
	else
		task->end.kind = exited ? TASK_EXITED : TASK_SIGNALLED;
}

static void why_not_run(struct task *task, const char *what, int number)
{
	task->not_run = true;
	task->end.kind = TASK_NOT_RUN;
	snprintf(task->why, sizeof(task->why), "cannot start %s: %s: %s", task->shell, what,
		 strerror(number));
}

static void refuse(struct task *task, const char *why)
{
	task->not_run = true;
	task->end.kind = TASK_NOT_RUN;
	snprintf(task->why, sizeof(task->why), "cannot start the command: %s", why);
}

/* What the reaper says **********************************************************************/

/* All are gone: what they wrote is in the terminal, and then it says EIO. */
static void begin_draining(struct task *task)
{
	task->gone = true;
	close_fd(&task->slave);
	if (task->master < 0)
		loop_timer_set(task->loop, &task->timer, 0);
	else
		loop_timer_set(task->loop, &task->timer, loop_now(task->loop).steady + DRAIN_MS);
}

static void on_left(struct task *task, int status)
{
	task->left = true;
	task->end.took = loop_now(task->loop).steady - task->started;
	say_kind(task, status);
}

static void on_gone(struct task *task, const struct reaper_says *says)
{
	task->end.leftovers = (size_t)says->value;
	if (says->more > 0)
		snprintf(task->why, sizeof(task->why), "%d of its processes could not be ended",
			 (int)says->more);
	begin_draining(task);
}

static void on_says(struct task *task, const struct reaper_says *says)
{
	static const char *const steps[] = {
#define X(sym, what) [REAPER_AT_##sym] = (what),
		REAPER_STEPS(X)
#undef X
	};

	switch ((enum reaper_word)says->word) {
	case REAPER_STARTED:
		task->group = says->value;
		break;
	case REAPER_NOT_STARTED:
		why_not_run(task, steps[says->value], says->more);
		break;
	case REAPER_LEFT:
		on_left(task, says->value);
		break;
	case REAPER_GONE:
		on_gone(task, says);
		break;
	}
}

/* Somebody killed the reaper: the kernel has killed the command, but not what that had started. */
static void on_reaper_lost(struct task *task)
{
	close_watched(&task->on_control, &task->control);
	if (task->gone)
		return;
	if (task->group > 0)
		kill(-task->group, SIGKILL);
	if (!task->left) {
		task->killed = true;
		on_left(task, SIGKILL);
	}
	snprintf(task->why, sizeof(task->why),
		 "the process that watches over it was killed: some of it may still run");
	begin_draining(task);
}

static void on_control(void *arg, int fd, int events)
{
	struct task *task = arg;
	struct reaper_says says;
	ssize_t got;

	(void)events;
	while ((got = recv(fd, &says, sizeof(says), MSG_DONTWAIT)) == (ssize_t)sizeof(says))
		on_says(task, &says);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	on_reaper_lost(task);
}

static void on_reaper_exit(void *arg, int fd, int events)
{
	struct task *task = arg;

	(void)fd, (void)events;
	if (waitpid(task->reaper, NULL, WNOHANG) == 0)
		return;
	task->reaper = 0;
	close_watched(&task->on_pid, &task->pidfd);
	task->busy++;
	tell_end(task);
	task->busy--;
	let_go(task);
}

static void order(struct task *task, enum reaper_order what)
{
	char byte = (char)what;

	if (task->control >= 0)
		(void)!send(task->control, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Its terminal **************************************************************************/

static void take_output(struct task *task, struct str bytes)
{
	uint64_t before = task->kept.bytes;

	kept_add(&task->kept, bytes);
	if (before >= task->kept.cap)
		return;
	if (bytes.len > task->kept.cap - before)
		bytes.len = (size_t)(task->kept.cap - before);
	if (task->output)
		task->output(task->arg, bytes);
}

static ssize_t read_some(struct task *task)
{
	char chunk[CHUNK];
	ssize_t got = read(task->master, chunk, sizeof(chunk));

	if (got > 0)
		take_output(task, str_sub(chunk, (size_t)got));
	explicit_bzero(chunk, sizeof(chunk));
	return got;
}

static void read_output(struct task *task)
{
	ssize_t got = 1;

	for (size_t i = 0; i < READS && got > 0 && !task->dropped; i++)
		got = read_some(task);
	if (task->dropped || got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)))
		return;
	close_terminal(task);
	if (task->gone)
		loop_timer_set(task->loop, &task->timer, 0);
}

static void write_input(struct task *task)
{
	ssize_t done = write(task->master, buf_cstr(&task->input), task->input.len);
	size_t left = done > 0 ? task->input.len - (size_t)done : task->input.len;

	if (done > 0 && left > 0)
		memmove(task->input.data, task->input.data + done, left);
	buf_cut(&task->input, left);
	watch_change(task->on_master, left > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

/* Output may drop the task. */
static void on_master(void *arg, int fd, int events)
{
	struct task *task = arg;

	(void)fd;
	task->busy++;
	read_output(task);
	if ((events & UV_WRITABLE) && !task->dropped && task->on_master)
		write_input(task);
	task->busy--;
	let_go(task);
}

static void on_timer(void *arg)
{
	struct task *task = arg;

	if (task->gone || (task->not_run && task->reaper == 0)) {
		task->drained = true;
		tell_end(task);
		return;
	}
	if (task->left)
		return;
	task->timed_out = true;
	order(task, REAPER_ASK);
}

/* The start ****************************************************************************/

/* 0 to 2 are to be replaced in the child: what goes there must lie higher. */
static int above_standard(int fd)
{
	int higher;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(fd);
	return higher;
}

static void set_modes(const struct task *task, const struct task_plan *plan)
{
	struct winsize size = {
		.ws_col = plan->cols ? plan->cols : COLS,
		.ws_row = plan->rows ? plan->rows : ROWS,
	};
	struct termios modes;

	(void)ioctl(task->master, TIOCSWINSZ, &size);
	if (tcgetattr(task->slave, &modes) != 0)
		return;
	modes.c_iflag |= IUTF8;
	modes.c_cc[VSUSP] = _POSIX_VDISABLE;	/* there is no shell to continue it from */
	if (!task->interactive) {
		modes.c_oflag &= ~(tcflag_t)OPOST;
		modes.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	}
	(void)tcsetattr(task->slave, TCSANOW, &modes);
}

static bool open_terminal(struct task *task, const struct task_plan *plan)
{
	task->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (task->master < 0 || grantpt(task->master) != 0 || unlockpt(task->master) != 0)
		return false;
	/* By its number, not by its path: /dev/pts may be another one's. */
	task->slave = above_standard(ioctl(task->master, TIOCGPTPEER,
					   O_RDWR | O_NOCTTY | O_CLOEXEC));
	if (task->slave < 0)
		return false;
	set_modes(task, plan);
	return true;
}

static pid_t start_reaper(struct task *task, const struct task_plan *plan, const char *text,
			  int input)
{
	static const char *const folders[] = { "/bin", "/usr/bin", "/usr/local/bin" };
	const char *const argv[] = { plan->shell, "-c", "--", text, NULL };
	char paths[ARRAY_LEN(folders)][SHELL + sizeof("/usr/local/bin/")];
	const char *programs[ARRAY_LEN(folders) + 1] = { NULL };
	struct reaper_plan start = {
		.programs = programs, .argv = argv, .environment = plan->environment,
		.cwd = plan->cwd, .terminal = task->slave, .input = input, .check = plan->check,
		.cpu_seconds = (unsigned)(task->timeout / WHEN_SECOND) + 1,
	};

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		(void)snprintf(paths[i], sizeof(paths[i]), "%s/%s", folders[i], task->shell);
		programs[i] = paths[i];
	}
	return reaper_start(&start, &task->control);
}

static bool spawn(struct task *task, const struct task_plan *plan)
{
	int input = task->interactive ? task->slave :
		    above_standard(open("/dev/null", O_RDONLY | O_CLOEXEC));
	char *text = mem_array(plan->text.len + 1, 1);
	int failed;

	memcpy(text, plan->text.p, plan->text.len);
	task->reaper = input >= 0 ? start_reaper(task, plan, text, input) : -1;
	failed = errno;
	explicit_bzero(text, plan->text.len);
	mem_free(text);
	if (!task->interactive && input >= 0)
		close(input);
	errno = failed;
	return task->reaper > 0;
}

/* The number of a process that was not waited for cannot be another's. */
static bool watch_over(struct task *task)
{
	task->pidfd = (int)syscall(SYS_pidfd_open, task->reaper, 0);
	if (task->pidfd < 0) {
		int failed = errno;

		close_fd(&task->control);
		(void)waitpid(task->reaper, NULL, 0);	/* it kills, and goes */
		errno = failed;
		return false;
	}
	task->on_pid = watch_new(task->loop, task->pidfd, UV_READABLE, on_reaper_exit, task);
	task->on_control = watch_new(task->loop, task->control, UV_READABLE, on_control, task);
	task->on_master = watch_new(task->loop, task->master, UV_READABLE, on_master, task);
	return true;
}

static void begin(struct task *task, const struct task_plan *plan)
{
	if (plan->text.len > TASK_TEXT) {
		refuse(task, "it is longer than 96 KiB");
	} else if (plan->text.len > 0 && memchr(plan->text.p, '\0', plan->text.len)) {
		refuse(task, "it holds a NUL byte");
	} else if (!open_terminal(task, plan)) {
		why_not_run(task, "no terminal", errno);
	} else if (!spawn(task, plan) || !watch_over(task)) {
		why_not_run(task, "no process", errno);
		task->reaper = 0;
	}
	loop_timer_set(task->loop, &task->timer, task->not_run ? 0 : task->started + task->timeout);
}

struct task *task_start(const struct task_plan *plan)
{
	struct task *task = mem_new(sizeof(*task));

	task->loop = plan->loop;
	task->output = plan->output;
	task->ended = plan->ended;
	task->arg = plan->arg;
	task->interactive = plan->interactive;
	task->timeout = plan->timeout > 0 ? plan->timeout : TIMEOUT;
	(void)str_put(task->shell, sizeof(task->shell), plan->shell);
	task->master = task->slave = task->control = task->pidfd = -1;
	task->timer.call = on_timer;
	task->timer.arg = task;
	task->started = loop_now(task->loop).steady;
	kept_init(&task->kept, plan->cap > 0 ? plan->cap : CAP);
	buf_init(&task->input, INPUT);
	begin(task, plan);
	return task;
}

/* What is done with it **********************************************************************/

void task_signal(struct task *task, int signal)
{
	pid_t group = task->master >= 0 ? tcgetpgrp(task->master) : 0;

	if (task->dropped || task->left)
		return;
	if (signal == SIGKILL) {
		task->killed = true;
		order(task, REAPER_END);
	} else if (group > 0) {
		kill(-group, signal);
	}
}

bool task_input(struct task *task, struct str bytes)
{
	if (!task->interactive || !task->on_master || bytes.len > INPUT - task->input.len)
		return false;
	(void)buf_add(&task->input, bytes.p, bytes.len);
	write_input(task);
	return true;
}

void task_resize(struct task *task, unsigned short cols, unsigned short rows)
{
	struct winsize size = { .ws_col = cols, .ws_row = rows };

	if (task->master >= 0)
		(void)ioctl(task->master, TIOCSWINSZ, &size);
}

/* The closed socket is what kills. From inside `ended` it is gone anyway. */
void task_drop(struct task *task)
{
	if (task && !task->dropped)
		forget(task);
}
