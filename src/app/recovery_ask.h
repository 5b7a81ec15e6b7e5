/*
 * recovery_ask.h: the questions of a verification, one at a time: a URL, SQL on a source, a
 * command, a source as a whole. Each runs the loop until its answer is there, or its time is over:
 * nothing that hangs holds up more than itself.
 *
 * What is answered comes from outside: it is judged as it is, and redacted before it is shown.
 */
#ifndef APP_RECOVERY_ASK_H
#define APP_RECOVERY_ASK_H

#include "app/cmd_incident.h"
#include "io/http.h"

struct recovery_ask {
	struct work *work;
	struct resolver *resolver;	/* made at the first URL */
	struct http *http;
	struct errands *errands;
};

struct recovery_answer {
	bool reached;			/* else `why` says why not */
	bool well;			/* 2xx; no error of SQL; exit 0 */
	char code[4];			/* of HTTP: "200", "000": no connection; "" */
	struct buf body;		/* the caller's */
	char why[256];			/* when not well: one sentence, harmless */
	msec at, took;
};

void recovery_answer_done(struct recovery_answer *answer);
void recovery_ask_done(struct recovery_ask *ask);	/* takes a zeroed one */

/* body NULL: a GET. */
void recovery_url(struct recovery_ask *ask, const char *url, const char *body, msec timeout,
		  struct recovery_answer *out);
/* POST of JSON to a source, with its account. */
void recovery_post(struct recovery_ask *ask, const char *source, const char *body, msec timeout,
		   struct recovery_answer *out);
/* Rows as psql -At prints them; read-only unless `write`. */
void recovery_sql(struct recovery_ask *ask, const char *source, const char *query, bool write,
		  msec timeout, struct recovery_answer *out);
void recovery_command(struct recovery_ask *ask, const struct texts *argv, msec timeout,
		      struct recovery_answer *out);
/* All sources are asked once; well when this one is OK. */
void recovery_source(struct recovery_ask *ask, const char *source, msec timeout,
		     struct recovery_answer *out);
void recovery_pause(struct recovery_ask *ask, msec pause);

#endif
