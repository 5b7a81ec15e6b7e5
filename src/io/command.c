/*
 * It is over when the command has ended and both of its outputs are closed. What it left running
 * would keep them open and is killed; what has fled from its group is waited for until the deadline
 * at most, and then the answer is what was printed until then.
 */
#include "io/command.h"

#include "base/json.h"
#include "base/mem.h"
#include "io/outcome.h"

enum { BY_SIGNAL = 128 };

struct command {
	struct loop *loop;
	struct child *child;
	command_done *done;
	void *arg;
	struct buf body;
	struct loop_timer deadline;
	msec timeout, started;
};

static void free_command(struct command *command)
{
	loop_timer_stop(command->loop, &command->deadline);
	child_drop(command->child);
	buf_done(&command->body);
	mem_free(command);
}

static void fill(const struct command *command, struct reply *reply)
{
	const struct child_state *child = child_state(command->child);
	const char *name = child_name(command->child);
	char waited[WHEN_TEXT];

	when_format_duration(waited, command->timeout);
	if (child->not_run)
		reply_fail(reply, REPLY_NOT_RUN, "%s: %s", name, uv_strerror(child->not_run));
	else if (command->body.full)
		reply_fail(reply, REPLY_TOO_LARGE, "%s printed more than %zu bytes", name,
			   command->body.max);
	else if (!child->exited)
		reply_fail(reply, REPLY_TIMEOUT, "%s did not end in %s", name, waited);
	else {
		reply->kind = REPLY_ANSWER;
		reply->status = child->signal ? BY_SIGNAL + child->signal : (int)child->status;
		reply->body = str_sub(buf_cstr(&command->body), command->body.len);
		child_said(command->child, reply->why);
	}
}

static void finish(struct command *command)
{
	struct now now = loop_now(command->loop);
	struct reply reply;

	reply_init(&reply);
	fill(command, &reply);
	reply.at = now.wall;
	reply.took = now.steady - command->started;
	command->done(command->arg, &reply);
	free_command(command);
}

static void on_changed(void *arg)
{
	struct command *command = arg;
	const struct child_state *child = child_state(command->child);

	if (!child->exited)
		return;
	if (child->closed && child->said_all)
		finish(command);
	else
		child_kill(command->child);
}

static void on_output(void *arg, struct str bytes)
{
	struct command *command = arg;

	if (!buf_add(&command->body, bytes.p, bytes.len))
		finish(command);
}

static void on_deadline(void *arg)
{
	finish(arg);
}

struct command *command_start(const struct command_plan *plan, command_done *done, void *arg)
{
	struct command *command = mem_new(sizeof(*command));
	struct child_watcher watcher = { on_output, on_changed, command };

	command->loop = plan->loop;
	command->done = done;
	command->arg = arg;
	command->timeout = plan->timeout;
	command->started = loop_now(plan->loop).steady;
	command->deadline.call = on_deadline;
	command->deadline.arg = command;
	buf_init(&command->body, plan->max_body ? plan->max_body : JSON_MAX_SMALL);
	command->child = child_start(plan->loop, plan->argv, plan->environment, plan->input,
				     &watcher);
	loop_timer_set(plan->loop, &command->deadline, command->started + plan->timeout);
	return command;
}

void command_cancel(struct command *command)
{
	free_command(command);
}
