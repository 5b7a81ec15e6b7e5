/* ticket.c: see ticket.h. */
#include "app/ticket.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/outside.h"
#include "io/command.h"

struct ticket {
	struct command *command;
	ticket_done *done;
	void *arg;
};

/* Printable ASCII without blanks or quotes: a browser takes it, a terminal shows it as it is. */
static bool is_url(struct str line)
{
	if (line.len >= TICKET_URL ||
	    !(str_starts(line, "http://") || str_starts(line, "https://")))
		return false;
	for (size_t i = 0; i < line.len; i++)
		if (line.p[i] <= ' ' || line.p[i] > '~' || line.p[i] == '"' || line.p[i] == '<')
			return false;
	return line.p[line.len - 1] != '/' || line.p[line.len - 2] != '/';
}

bool ticket_url(struct str printed, char out[TICKET_URL])
{
	struct str line;

	out[0] = '\0';
	while (str_cut(&printed, '\n', &line)) {
		line = str_trim(line);
		if (is_url(line))
			return outside_put(out, TICKET_URL, line);
	}
	return false;
}

static void on_reply(void *arg, const struct reply *reply)
{
	struct ticket *ticket = arg;
	char url[TICKET_URL], why[BECAUSE_TEXT + 32];
	bool ended_well = reply->kind == REPLY_ANSWER && reply->status == 0;
	bool good = ended_well && ticket_url(reply->body, url);

	if (ended_well)
		(void)snprintf(why, sizeof(why), "ticket_command printed no URL");
	else if (reply->kind == REPLY_ANSWER)
		(void)snprintf(why, sizeof(why), "ticket_command ended with status %d%s%s",
			       reply->status, *reply->why ? ": " : "", reply->why);
	else
		(void)snprintf(why, sizeof(why), "ticket_command: %s", reply->why);
	ticket->done(ticket->arg, good ? url : NULL, good ? "" : why);
	mem_free(ticket);
}

struct ticket *ticket_start(const struct ticket_plan *plan, ticket_done *done, void *arg,
			    struct err *err)
{
	const struct command_plan run = {
		.loop = plan->loop, .argv = &plan->settings->ticket_command,
		.environment = plan->context->environment, .timeout = TICKET_PATIENCE,
		.input = plan->brief,
	};
	struct ticket *ticket;

	if (plan->settings->ticket_command.count == 0) {
		err_set(err, ERR_REFUSED, "no ticket_command is configured");
		return NULL;
	}
	if (plan->settings->read_only) {
		err_set(err, ERR_REFUSED, "read-only: no ticket is made");
		return NULL;
	}
	ticket = mem_new(sizeof(*ticket));
	ticket->done = done;
	ticket->arg = arg;
	ticket->command = command_start(&run, on_reply, ticket);
	return ticket;
}

void ticket_cancel(struct ticket *ticket)
{
	if (!ticket)
		return;
	command_cancel(ticket->command);
	mem_free(ticket);
}
