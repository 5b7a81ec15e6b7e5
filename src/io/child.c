/*
 * The tether of (2) is a pair of sockets that we hold both ends of, and each end's owner is the
 * child's process group with SIGKILL as its signal. When we die the kernel closes one end before
 * the other, and the other one tells its owner: no helper process, nothing that the child inherits
 * and could close, and unlike PR_SET_PDEATHSIG it reaches the grandchildren too.
 */
#include "io/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/outside.h"

enum { STDERR_MAX = 2048, CHUNK = 16 * 1024 };

struct child {
	struct loop *loop;
	struct child_watcher watcher;
	bool dropped;
	char **argv, **envp;
	uv_process_t process;
	uv_pipe_t out, errors;
	struct buf said;
	struct child_state state;
	struct loop_timer later;	/* to tell that it could not be started */
	int tether[2];			/* -1: none */
	unsigned handles;		/* still open */
	char chunk[CHUNK];
};

/* What a program needs to find its files, its store and its agents; no credential of others. */
static const char *const passed_on[] = {
	"PATH=", "HOME=", "USER=", "LOGNAME=", "SHELL=", "TMPDIR=", "LANG=", "LC_ALL=", "LC_CTYPE=",
	"XDG_RUNTIME_DIR=", "XDG_CONFIG_HOME=", "XDG_DATA_HOME=", "XDG_CACHE_HOME=",
	"DBUS_SESSION_BUS_ADDRESS=", "SSH_AUTH_SOCK=", "GNUPGHOME=", "GPG_AGENT_INFO=",
	"PASSWORD_STORE_DIR=", "VAULT_ADDR=", "AWS_PROFILE=", "AWS_REGION=",
};

static bool is_passed_on(const char *variable)
{
	for (size_t i = 0; i < ARRAY_LEN(passed_on); i++) {
		if (str_starts(str_of(variable), passed_on[i]))
			return true;
	}
	return false;
}

static char **copy_environment(const char *const *environment)
{
	size_t count = 0, kept = 0;
	char **out;

	while (environment && environment[count])
		count++;
	out = mem_array(count + 2, sizeof(*out));
	for (size_t i = 0; i < count; i++) {
		if (is_passed_on(environment[i]))
			out[kept++] = mem_text(environment[i]);
	}
	out[kept] = mem_text("TZ=UTC");		/* a time printed without a zone is known then */
	return out;
}

static char **copy_argv(const struct texts *argv)
{
	char **out = mem_array(argv->count + 1, sizeof(*out));

	for (size_t i = 0; i < argv->count; i++)
		out[i] = mem_text(argv->items[i]);
	return out;
}

static void free_texts(char **texts)
{
	for (size_t i = 0; texts[i]; i++)
		mem_free(texts[i]);
	mem_free(texts);
}

/* The output may have been a secret. */
static void free_child(struct child *child)
{
	free_texts(child->argv);
	free_texts(child->envp);
	explicit_bzero(child->chunk, sizeof(child->chunk));
	buf_done(&child->said);
	mem_free(child);
}

static void on_closed(uv_handle_t *handle)
{
	struct child *child = handle->data;

	if (--child->handles == 0 && child->dropped)
		free_child(child);
}

static void close_handle(void *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, on_closed);
}

static void tell(struct child *child)
{
	if (!child->dropped)
		child->watcher.changed(child->watcher.arg);
}

static void tie(struct child *child)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, child->tether) != 0) {
		child->tether[0] = child->tether[1] = -1;
		log_put(LOG_WARN, "a command may outlive us: no socket to tie it: %s", strerror(errno));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(child->tether); i++) {
		int end = child->tether[i];

		if (fcntl(end, F_SETOWN, -child->process.pid) != 0 ||
		    fcntl(end, F_SETSIG, SIGKILL) != 0 ||
		    fcntl(end, F_SETFL, O_ASYNC | O_NONBLOCK) != 0)
			log_put(LOG_WARN, "a command may outlive us: it cannot be tied: %s",
				strerror(errno));
	}
}

/* Closing an end is what kills the group. The kernel knows it by more than its number, so that this
 * is safe long after the child itself was reaped. */
static void untie(struct child *child)
{
	for (size_t i = 0; i < ARRAY_LEN(child->tether); i++) {
		if (child->tether[i] >= 0)
			close(child->tether[i]);
		child->tether[i] = -1;
	}
}

static void on_exit_status(uv_process_t *process, int64_t status, int signal)
{
	struct child *child = process->data;

	child->state.exited = true;
	child->state.status = status;
	child->state.signal = signal;
	close_handle(process);
	tell(child);
}

static void on_not_run(void *arg)
{
	tell(arg);
}

static void give_chunk(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
	struct child *child = handle->data;

	(void)suggested;
	*out = uv_buf_init(child->chunk, sizeof(child->chunk));
}

static void on_output(uv_stream_t *stream, ssize_t len, const uv_buf_t *bytes)
{
	struct child *child = stream->data;

	if (len > 0) {
		child->watcher.output(child->watcher.arg, str_sub(bytes->base, (size_t)len));
	} else if (len < 0) {
		child->state.closed = true;
		close_handle(stream);
		tell(child);
	}
}

/* What is over the limit is read and dropped, so that the program can end. */
static void on_errors(uv_stream_t *stream, ssize_t len, const uv_buf_t *bytes)
{
	struct child *child = stream->data;
	size_t room = STDERR_MAX - child->said.len;

	if (len >= 0) {
		(void)buf_add(&child->said, bytes->base, (size_t)len < room ? (size_t)len : room);
		return;
	}
	child->state.said_all = true;
	close_handle(stream);
	tell(child);
}

/* A file without a name, at its beginning; libuv's error when there is none. */
static int input_file(struct str input)
{
	int fd = memfd_create("input", MFD_CLOEXEC), failed;

	if (fd >= 0 && write(fd, input.p, input.len) == (ssize_t)input.len &&
	    lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	failed = errno ? -errno : UV_EIO;
	if (fd >= 0)
		close(fd);
	return failed;
}

static int spawn(struct child *child, int input)
{
	uv_stdio_container_t stdio[3] = {
		{ .flags = input < 0 ? UV_IGNORE : UV_INHERIT_FD, .data.fd = input },
		{ .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
		  .data.stream = (uv_stream_t *)&child->out },
		{ .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
		  .data.stream = (uv_stream_t *)&child->errors },
	};
	uv_process_options_t options = {
		.exit_cb = on_exit_status,
		.file = child->argv[0],
		.args = child->argv,
		.env = child->envp,
		.flags = UV_PROCESS_DETACHED,	/* no terminal to ask a passphrase on */
		.stdio_count = 3,
		.stdio = stdio,
	};

	/* Also what our own parent left open. */
	(void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	return uv_spawn(loop_uv(child->loop), &child->process, &options);
}

static int spawn_with(struct child *child, struct str input)
{
	int fd = input.len > 0 ? input_file(input) : -1, failed;

	if (input.len > 0 && fd < 0)
		return fd;
	failed = spawn(child, fd);
	if (fd >= 0)
		close(fd);
	return failed;
}

static void begin(struct child *child, struct str input)
{
	child->state.not_run = spawn_with(child, input);
	if (child->state.not_run) {
		child->state.exited = child->state.closed = child->state.said_all = true;
		close_handle(&child->process);
		close_handle(&child->out);
		close_handle(&child->errors);
		loop_timer_set(child->loop, &child->later, 0);
		return;
	}
	tie(child);
	uv_read_start((uv_stream_t *)&child->out, give_chunk, on_output);
	uv_read_start((uv_stream_t *)&child->errors, give_chunk, on_errors);
}

struct child *child_start(struct loop *loop, const struct texts *argv,
			  const char *const *environment, struct str input,
			  const struct child_watcher *watcher)
{
	struct child *child = mem_new(sizeof(*child));

	child->loop = loop;
	child->watcher = *watcher;
	child->argv = copy_argv(argv);
	child->envp = copy_environment(environment);
	child->tether[0] = child->tether[1] = -1;
	child->later.call = on_not_run;
	child->later.arg = child;
	buf_init(&child->said, STDERR_MAX);
	uv_pipe_init(loop_uv(loop), &child->out, 0);
	uv_pipe_init(loop_uv(loop), &child->errors, 0);
	child->out.data = child->errors.data = child->process.data = child;
	child->handles = 3;
	begin(child, input);
	return child;
}

const struct child_state *child_state(const struct child *child)
{
	return &child->state;
}

const char *child_name(const struct child *child)
{
	return child->argv[0];
}

struct str child_errors(const struct child *child)
{
	return str_sub(buf_cstr(&child->said), child->said.len);
}

void child_said(const struct child *child, char out[CHILD_SAID])
{
	struct str rest = str_trim(child_errors(child)), line = str_of("");

	(void)str_cut(&rest, '\n', &line);
	(void)outside_put(out, CHILD_SAID, str_trim(line));
}

void child_pause(struct child *child)
{
	if (!child->state.closed)
		uv_read_stop((uv_stream_t *)&child->out);
}

void child_resume(struct child *child)
{
	if (!child->state.closed)
		uv_read_start((uv_stream_t *)&child->out, give_chunk, on_output);
}

void child_kill(struct child *child)
{
	/* The group, since a shell script does not pass a signal on. */
	if (!child->state.exited)
		kill(-child->process.pid, SIGKILL);
	untie(child);
}

void child_drop(struct child *child)
{
	if (!child)
		return;
	child->dropped = true;
	loop_timer_stop(child->loop, &child->later);
	child_kill(child);
	close_handle(&child->out);
	close_handle(&child->errors);
	if (child->handles == 0)
		free_child(child);
}
