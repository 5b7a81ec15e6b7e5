/*
 * channels.c: when something is tried, and who is told. A posting is one update on its way into one
 * channel; it is found by the channel's name at every try, so that a saved configuration counts
 * from the next one on.
 */
#include "app/channels.h"

#include <string.h>

#include "app/channels_inside.h"
#include "base/mem.h"
#include "base/outside.h"

enum { TRIES = 10 };

#define ONE_TRY (10 * WHEN_SECOND)
#define LONGEST_WAIT (10 * WHEN_MINUTE)

static const msec delays[] = {
	5 * WHEN_SECOND, 15 * WHEN_SECOND, 45 * WHEN_SECOND, 2 * WHEN_MINUTE,
};
static const struct channels_pace usual = { delays, ARRAY_LEN(delays), TRIES, ONE_TRY };

msec channels_delay(const struct channels_pace *pace, int64_t tries)
{
	size_t last = pace->count - 1;

	return pace->delays[tries - 1 < (int64_t)last ? (size_t)(tries - 1) : last];
}

void channels_set_pace(struct channels *channels, const struct channels_pace *pace)
{
	channels->pace = *pace;
}

struct channels *channels_new(const struct channels_setup *setup)
{
	struct channels *channels = mem_new(sizeof(*channels));

	channels->loop = setup->loop;
	channels->context = setup->context;
	channels->settings = setup->settings;
	channels->delivered = setup->delivered;
	channels->arg = setup->arg;
	channels->pace = usual;
	channels->errands = errands_new(setup->loop, setup->context->environment);
	return channels;
}

static void free_posting(struct posting *posting)
{
	struct posting **at = &posting->channels->all;

	while (*at != posting)
		at = &(*at)->next;
	*at = posting->next;
	loop_timer_stop(posting->channels->loop, &posting->next_try);
	posting_abandon(posting);
	mem_free(posting->letter.text);
	mem_free(posting);
}

void channels_free(struct channels *channels)
{
	if (!channels)
		return;
	while (channels->all)
		free_posting(channels->all);
	errands_free(channels->errands);
	mem_free(channels);
}

void channels_settings(struct channels *channels, const struct settings *settings)
{
	channels->settings = settings;
	errands_reset(channels->errands);
}

size_t channels_in_flight(const struct channels *channels)
{
	size_t count = 0;

	for (const struct posting *at = channels->all; at; at = at->next)
		count++;
	return count;
}

bool channels_carry(const struct channels *channels, const char *incident)
{
	for (const struct posting *at = channels->all; at; at = at->next)
		if (strcmp(at->letter.incident, incident) == 0)
			return true;
	return false;
}

/* A last word frees the posting, after whoever is told has read it. */
void posting_landed(struct posting *posting, const struct landing *landing)
{
	struct channels *channels = posting->channels;
	bool final = landing->ok || !landing->again || posting->tries >= channels->pace.tries;
	char text[BECAUSE_TEXT];
	const struct delivered what = {
		.incident = posting->letter.incident, .event = posting->letter.event,
		.channel = posting->channel, .ok = landing->ok, .final = final,
		.status = landing->status, .tries = posting->tries, .text = text,
	};
	msec wait;

	(void)outside_put(text, sizeof(text), str_trim(landing->text));
	if (!final) {
		wait = channels_delay(&channels->pace, posting->tries);
		if (landing->wait > wait)
			wait = landing->wait < LONGEST_WAIT ? landing->wait : LONGEST_WAIT;
		loop_timer_set(channels->loop, &posting->next_try,
			       loop_now(channels->loop).steady + wait);
	}
	channels->delivered(channels->arg, &what);
	if (final)
		free_posting(posting);
}

static const struct channel_settings *find(const struct channels *channels, const char *name)
{
	const struct channel_settings *all = channels->settings->notify.data;

	for (size_t i = 0; i < channels->settings->notify.count; i++)
		if (all[i].name && !strcmp(all[i].name, name))
			return &all[i];
	return NULL;
}

static void refuse(struct posting *posting, const char *why)
{
	posting_landed(posting, &(struct landing){ .text = str_of(why) });
}

static void on_try(void *arg)
{
	struct posting *posting = arg;
	const struct channel_settings *channel = find(posting->channels, posting->channel);

	if (!channel) {
		refuse(posting, "no channel of this name is configured");
	} else if (posting->channels->settings->read_only && channel->kind != CHANNEL_CLIPBOARD) {
		refuse(posting, "read-only: nothing is sent");
	} else {
		posting->tries++;
		posting_send(posting, channel);
	}
}

static void write_letter(struct letter *out, const struct incident *incident,
			 const struct event *update)
{
	struct buf text = { 0 };

	(void)str_put(out->incident, sizeof(out->incident), incident->id);
	(void)str_put(out->event, sizeof(out->event), update->id);
	(void)str_put(out->title, sizeof(out->title), incident->title);
	(void)str_put(out->type, sizeof(out->type), event_text(update->data.type));
	out->severity = incident->severity;
	out->status = incident->status;
	letter_text(str_of(event_text(update->data.text)), &text);
	out->text = buf_take(&text);
	out->next_at = update->data.has & F(next_at) ? update->data.next_at : WHEN_NEVER;
	out->at = update->at;
}

void channels_send(struct channels *channels, const struct incident *incident,
		   const struct event *update)
{
	const struct text_list *names = &update->data.channels;

	for (size_t i = 0; i < names->count; i++) {
		struct posting *posting = mem_new(sizeof(*posting));

		posting->channels = channels;
		write_letter(&posting->letter, incident, update);
		(void)str_put(posting->channel, sizeof(posting->channel), names->items[i]);
		posting->next_try.call = on_try;
		posting->next_try.arg = posting;
		posting->next = channels->all;
		channels->all = posting;
		loop_timer_set(channels->loop, &posting->next_try, 0);
	}
}
