/*
 * It is over when the command has ended and its first line is there or its output is closed:
 * a grandchild that keeps the pipe open delays nobody. Memory and handles stay until the process is
 * reaped, also after a cancel, so that no zombie is left.
 */
#include "io/secret_command.h"

#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

enum { STDERR_MAX = 2048 };

struct secret_command {
	struct loop *loop;
	secret_command_done *done;	/* NULL: told, or cancelled */
	void *arg;
	char **argv, **envp;
	uv_process_t process;
	uv_pipe_t out, errors;
	struct buf text, said;
	struct loop_timer deadline;
	msec timeout;
	int not_run;			/* libuv's error, or 0 */
	bool exited, closed, said_all;	/* the process, its output, its standard error */
	int64_t status;
	int signal;
	unsigned handles;		/* still open */
	char chunk[1024];
};

/* What a password manager needs to find its store and to ask its agent; no credential of others. */
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
	out = mem_array(count + 1, sizeof(*out));
	for (size_t i = 0; i < count; i++) {
		if (is_passed_on(environment[i]))
			out[kept++] = mem_text(environment[i]);
	}
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

static void free_command(struct secret_command *command)
{
	free_texts(command->argv);
	free_texts(command->envp);
	if (command->text.data)
		explicit_bzero(command->text.data, command->text.cap);
	explicit_bzero(command->chunk, sizeof(command->chunk));
	buf_done(&command->text);
	buf_done(&command->said);
	mem_free(command);
}

static void on_closed(uv_handle_t *handle)
{
	struct secret_command *command = handle->data;

	if (--command->handles == 0)
		free_command(command);
}

static void close_handle(void *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, on_closed);
}

static void log_errors(const struct secret_command *command)
{
	struct str rest = str_sub(buf_cstr(&command->said), command->said.len), line;

	while (str_cut(&rest, '\n', &line))
		log_put(LOG_WARN, "%s says: %.*s", command->argv[0], (int)line.len, line.p);
}

/* The process group, since a shell script does not pass the signal on. */
static void kill_it(struct secret_command *command)
{
	if (!command->exited)
		kill(-command->process.pid, SIGKILL);
}

/* Told once. A process that still runs is killed, and its handle waits for it to be reaped. */
static void tell(struct secret_command *command, struct secret *secret, const struct err *err)
{
	secret_command_done *done = command->done;

	command->done = NULL;
	loop_timer_stop(command->loop, &command->deadline);
	close_handle(&command->out);
	close_handle(&command->errors);
	kill_it(command);
	log_errors(command);
	if (done)
		done(command->arg, secret, err);
}

static void say_why(const struct secret_command *command, struct err *err)
{
	const char *name = command->argv[0];
	char waited[WHEN_TEXT];

	when_format_duration(waited, command->timeout);
	if (command->not_run)
		err_set(err, ERR_IO, "command %s cannot be run: %s", name,
			uv_strerror(command->not_run));
	else if (!command->exited)
		err_set(err, ERR_IO, "command %s did not end in %s", name, waited);
	else if (command->signal)
		err_set(err, ERR_IO, "command %s was ended by signal %d", name, command->signal);
	else if (command->status)
		err_set(err, ERR_IO, "command %s failed with status %lld", name,
			(long long)command->status);
	else if (command->text.full)
		err_set(err, ERR_IO, "command %s printed more than %d bytes", name,
			SECRET_COMMAND_MAX);
	else
		err_set(err, ERR_IO, "command %s printed no secret", name);
}

static void fail(struct secret_command *command)
{
	struct err err = { 0 };

	say_why(command, &err);
	tell(command, NULL, &err);
}

static void judge(struct secret_command *command)
{
	struct str rest = str_sub(buf_cstr(&command->text), command->text.len), line;
	bool ended_well = command->exited && !command->signal && !command->status;

	if (!command->done || !command->exited)
		return;
	if (!ended_well) {
		if (command->said_all)
			fail(command);
	} else if (command->text.full || (!rest.len && command->closed)) {
		fail(command);
	} else if (memchr(rest.p, '\n', rest.len) || command->closed) {
		(void)str_cut(&rest, '\n', &line);
		line = str_trim(line);
		if (line.len)
			tell(command, secret_new(line), NULL);
		else
			fail(command);
	}
}

static void on_exit_status(uv_process_t *process, int64_t status, int signal)
{
	struct secret_command *command = process->data;

	command->exited = true;
	command->status = status;
	command->signal = signal;
	judge(command);
	close_handle(process);
}

static void on_deadline(void *arg)
{
	fail(arg);
}

static void give_chunk(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
	struct secret_command *command = handle->data;

	(void)suggested;
	*out = uv_buf_init(command->chunk, sizeof(command->chunk));
}

/* What is over the limit is read and dropped, so that the command can end. */
static void on_output(uv_stream_t *stream, ssize_t len, const uv_buf_t *bytes)
{
	struct secret_command *command = stream->data;

	if (len >= 0) {
		(void)buf_add(&command->text, bytes->base, (size_t)len);
	} else {
		command->closed = true;
		close_handle(stream);
	}
	judge(command);
}

static void on_errors(uv_stream_t *stream, ssize_t len, const uv_buf_t *bytes)
{
	struct secret_command *command = stream->data;

	if (len >= 0) {
		(void)buf_add(&command->said, bytes->base, (size_t)len);
		return;
	}
	command->said_all = true;
	close_handle(stream);
	judge(command);
}

static int spawn(struct secret_command *command)
{
	uv_stdio_container_t stdio[3] = {
		{ .flags = UV_IGNORE },
		{ .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
		  .data.stream = (uv_stream_t *)&command->out },
		{ .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
		  .data.stream = (uv_stream_t *)&command->errors },
	};
	uv_process_options_t options = {
		.exit_cb = on_exit_status,
		.file = command->argv[0],
		.args = command->argv,
		.env = command->envp,
		.flags = UV_PROCESS_DETACHED,	/* no terminal to ask a passphrase on */
		.stdio_count = 3,
		.stdio = stdio,
	};

	/* Also what our own parent left open. */
	(void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	return uv_spawn(loop_uv(command->loop), &command->process, &options);
}

struct secret_command *secret_command_start(struct loop *loop, const struct texts *argv,
					    const char *const *environment, msec timeout,
					    secret_command_done *done, void *arg)
{
	struct secret_command *command = mem_new(sizeof(*command));

	command->loop = loop;
	command->done = done;
	command->arg = arg;
	command->timeout = timeout;
	command->argv = copy_argv(argv);
	command->envp = copy_environment(environment);
	command->deadline.call = on_deadline;
	command->deadline.arg = command;
	buf_init(&command->text, SECRET_COMMAND_MAX);
	buf_init(&command->said, STDERR_MAX);
	uv_pipe_init(loop_uv(loop), &command->out, 0);
	uv_pipe_init(loop_uv(loop), &command->errors, 0);
	command->out.data = command;
	command->errors.data = command;
	command->process.data = command;
	command->handles = 3;
	command->not_run = spawn(command);
	if (command->not_run) {
		/* Told by the timer in the next round, never from in here. */
		command->exited = true;
		close_handle(&command->process);
		loop_timer_set(loop, &command->deadline, 0);
		return command;
	}
	uv_read_start((uv_stream_t *)&command->out, give_chunk, on_output);
	uv_read_start((uv_stream_t *)&command->errors, give_chunk, on_errors);
	loop_timer_set(loop, &command->deadline, loop_now(loop).steady + timeout);
	return command;
}

void secret_command_cancel(struct secret_command *command)
{
	command->done = NULL;
	tell(command, NULL, NULL);
}
