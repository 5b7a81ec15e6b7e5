/*
 * It is over when the command has ended and its first line is there or its output is closed:
 * a grandchild that keeps the pipe open delays nobody.
 */
#include "io/secret_command.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/child.h"

struct secret_command {
	struct loop *loop;
	secret_command_done *done;
	void *arg;
	struct child *child;
	struct buf text;
	struct loop_timer deadline;
	msec timeout;
};

static void free_command(struct secret_command *command)
{
	loop_timer_stop(command->loop, &command->deadline);
	child_drop(command->child);
	if (command->text.data)
		explicit_bzero(command->text.data, command->text.cap);
	buf_done(&command->text);
	mem_free(command);
}

static void log_errors(const struct secret_command *command)
{
	struct str rest = child_errors(command->child), line;

	while (str_cut(&rest, '\n', &line))
		log_put(LOG_WARN, "%s says: %.*s", child_name(command->child), (int)line.len, line.p);
}

/* Told once: what still runs is killed. */
static void tell(struct secret_command *command, struct secret *secret, const struct err *err)
{
	secret_command_done *done = command->done;
	void *arg = command->arg;

	log_errors(command);
	free_command(command);
	done(arg, secret, err);
}

static void say_why(const struct secret_command *command, struct err *err)
{
	const struct child_state *child = child_state(command->child);
	const char *name = child_name(command->child);
	char waited[WHEN_TEXT];

	when_format_duration(waited, command->timeout);
	if (child->not_run)
		err_set(err, ERR_IO, "command %s cannot be run: %s", name,
			uv_strerror(child->not_run));
	else if (!child->exited)
		err_set(err, ERR_IO, "command %s did not end in %s", name, waited);
	else if (child->signal)
		err_set(err, ERR_IO, "command %s was ended by signal %d", name, child->signal);
	else if (child->status)
		err_set(err, ERR_IO, "command %s failed with status %lld", name,
			(long long)child->status);
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

static void on_changed(void *arg)
{
	struct secret_command *command = arg;
	const struct child_state *child = child_state(command->child);
	struct str rest = str_sub(buf_cstr(&command->text), command->text.len), line;
	bool ended_well = child->exited && !child->signal && !child->status && !child->not_run;

	if (!child->exited)
		return;
	if (!ended_well) {
		if (child->said_all)
			fail(command);
	} else if (command->text.full || (!rest.len && child->closed)) {
		fail(command);
	} else if (memchr(rest.p, '\n', rest.len) || child->closed) {
		(void)str_cut(&rest, '\n', &line);
		line = str_trim(line);
		if (line.len)
			tell(command, secret_new(line), NULL);
		else
			fail(command);
	}
}

/* What is over the limit is read and dropped, so that the command can end. */
static void on_output(void *arg, struct str bytes)
{
	struct secret_command *command = arg;

	(void)buf_add(&command->text, bytes.p, bytes.len);
	on_changed(command);
}

static void on_deadline(void *arg)
{
	fail(arg);
}

struct secret_command *secret_command_start(struct loop *loop, const struct texts *argv,
					    const char *const *environment, msec timeout,
					    secret_command_done *done, void *arg)
{
	struct secret_command *command = mem_new(sizeof(*command));
	struct child_watcher watcher = { on_output, on_changed, command };

	command->loop = loop;
	command->done = done;
	command->arg = arg;
	command->timeout = timeout;
	command->deadline.call = on_deadline;
	command->deadline.arg = command;
	buf_init(&command->text, SECRET_COMMAND_MAX);
	command->child = child_start(loop, argv, environment, str_of(NULL), &watcher);
	loop_timer_set(loop, &command->deadline, loop_now(loop).steady + timeout);
	return command;
}

void secret_command_cancel(struct secret_command *command)
{
	free_command(command);
}
