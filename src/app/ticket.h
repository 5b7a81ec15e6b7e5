/*
 * ticket.h: a ticket by `ticket_command`: it gets the incident's brief on its standard input, and
 * the first line of what it prints that is an http or https URL is the ticket.
 */
#ifndef APP_TICKET_H
#define APP_TICKET_H

#include "app/settings.h"
#include "io/loop.h"

enum { TICKET_URL = 512 };
#define TICKET_PATIENCE (30 * WHEN_SECOND)

struct ticket;

/* url NULL: `why` is the sentence. Both are scrubbed and redacted, and borrowed for the call, which
 * comes once, from the loop; not after ticket_cancel(). */
typedef void ticket_done(void *arg, const char *url, const char *why);

struct ticket_plan {			/* borrowed for the length of ticket_start() */
	struct loop *loop;
	const struct context *context;
	const struct settings *settings;
	struct str brief;
};

/* NULL with err: none is configured, or nothing may be changed. */
struct ticket *ticket_start(const struct ticket_plan *plan, ticket_done *done, void *arg,
			    struct err *err);
void ticket_cancel(struct ticket *ticket);	/* kills the command; takes NULL */

/* The first URL among these lines. Pure. */
bool ticket_url(struct str printed, char out[TICKET_URL]);

#endif
