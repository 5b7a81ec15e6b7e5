/*
 * channels_inside.h: what the channels consist of, for their own files and tests: channels.c (when
 * something is tried), channels_send.c (the ways to deliver), channels_text.c (the bytes).
 */
#ifndef APP_CHANNELS_INSIDE_H
#define APP_CHANNELS_INSIDE_H

#include "app/channels.h"
#include "io/command.h"
#include "io/errand.h"

/* An update with what a body tells of its incident. */
struct letter {
	char incident[INCIDENT_ID], event[ULID_TEXT], title[TITLE_MAX];
	char type[16];
	unsigned severity;
	enum incident_status status;
	char *text;			/* owned by whoever made it */
	msec next_at, at;		/* next_at: WHEN_NEVER when nothing was promised */
};

/* A text as it may leave: redacted, and each of its lines scrubbed. */
void letter_text(struct str text, struct buf *out);
/* {"text": ...} for an incoming webhook. What Slack would take for a mention or a link is text. */
void letter_slack(const struct letter *letter, struct buf *out);
/* {"schema": "binnacle.update/1", ...}. Of an incident, the public learns nothing but its id. */
void letter_webhook(const struct letter *letter, const char *audience, struct buf *out);
/* One block of a file, with an empty line behind it. */
void letter_block(const struct letter *letter, struct buf *out);

struct channels_pace {			/* of tries; a table of its own for tests */
	const msec *delays;		/* after the first failure, the second, ...; then the last one */
	size_t count;
	int64_t tries;
	msec timeout;			/* of one try */
};

struct loose;

/* A letter on its way into one channel. */
struct posting {
	struct channels *channels;
	struct posting *next;
	struct letter letter;
	char channel[NAME_TEXT];
	enum channel_kind kind;		/* at the last try */
	int64_t tries;
	struct loop_timer next_try;
	struct errand *errand;		/* at most one of these three is under way */
	struct command *command;
	struct loose *loose;		/* what cannot be called back: it may outlive the posting */
};

struct channels {
	struct loop *loop;
	const struct context *context;
	const struct settings *settings;
	void (*delivered)(void *arg, const struct delivered *what);
	void *arg;
	struct channels_pace pace;
	struct errands *errands;
	struct posting *all;
};

/* How one try ended. */
struct landing {
	bool ok, again;			/* again: trying once more may help */
	int64_t status;
	msec wait;			/* what the other side asked for; 0: nothing */
	struct str text;		/* as it came; made harmless by whoever tells it */
};

/* For tests: before anything is sent. */
void channels_set_pace(struct channels *channels, const struct channels_pace *pace);
/* How long after this many tries; pure. */
msec channels_delay(const struct channels_pace *pace, int64_t tries);
/* What an answer of a slack or webhook channel means; text is kept in room. Pure. */
struct landing channels_judge(enum channel_kind kind, const struct reply *reply, struct buf *room);

/* Try it now; posting_landed() follows from the loop, in this round or a later one. */
void posting_send(struct posting *posting, const struct channel_settings *channel);
void posting_landed(struct posting *posting, const struct landing *landing);
void posting_abandon(struct posting *posting);	/* stop what is under way */

#endif
