/*
 * channels.h: taking an update to where people read it: Slack, a webhook, a command, the clipboard,
 * a file. Asynchronous, tried again (5 s, 15 s, 45 s, then every 2 min, ten times), and each
 * outcome is told: it becomes update.delivered. Chat being down blocks nothing.
 *
 *  (1) A URL of a channel is a secret: it stands in no event, log, screen or message.
 *  (2) A text goes to a channel as data: the body is made by a JSON library, a command gets it on
 *      its standard input.
 *  (3) What was in flight when the program ended is sent again only when the operator says so: an
 *      update without an outcome is owed in NEXT.
 */
#ifndef APP_CHANNELS_H
#define APP_CHANNELS_H

#include "app/settings.h"
#include "core/incident.h"
#include "io/loop.h"

struct channels;

/* What became of one try. `final` is set on the last word of one channel. */
struct delivered {
	const char *incident, *event, *channel;
	bool ok, final;
	int64_t status, tries;		/* status: of HTTP, or the exit status of a command; 0: none */
	const char *text;		/* its answer or why not; scrubbed and redacted */
};

struct channels_setup {
	struct loop *loop;
	const struct context *context;
	const struct settings *settings;
	void (*delivered)(void *arg, const struct delivered *what);
	void *arg;
};

struct channels *channels_new(const struct channels_setup *setup);
void channels_free(struct channels *channels);
void channels_settings(struct channels *channels, const struct settings *settings);

/* To each channel that the update names. All is copied: of the incident its id, title, severity and
 * status as they are now. Unknown names are told as failed in the next round. */
void channels_send(struct channels *channels, const struct incident *incident,
		   const struct event *update);
size_t channels_in_flight(const struct channels *channels);
bool channels_carry(const struct channels *channels, const char *incident);	/* one of its */

#endif
