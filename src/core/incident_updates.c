/*
 * What is told to people, when it is due, and what became of it.
 */
#include <string.h>

#include "base/mem.h"
#include "core/incident_fold.h"
#include "core/propose.h"

/* Two consoles that see one update fall due see it at one instant, but for a rounding. */
#define SAME_INSTANT WHEN_SECOND

static bool same_instant(msec a, msec b)
{
	return a != WHEN_NEVER && b != WHEN_NEVER && a - b < SAME_INSTANT && b - a < SAME_INSTANT;
}

/* A prompt that does not say when the update is late means the rule: 15 and 30 minutes. */
#define LATE_AFTER (15 * WHEN_MINUTE)

static msec overdue_of(const struct folding *f, msec due)
{
	return f->data->has & F(until) ? folding_t(f, f->data->until) : due + LATE_AFTER;
}

/* The earliest word about it since the last update. A prompt that crossed with the update that it
 * was for says nothing of the next one. */
void fold_UPDATE_DUE(struct folding *f)
{
	struct cadence *cadence = &f->incident->cadence;
	msec due = folding_t(f, f->data->when), overdue = overdue_of(f, due);

	f->repeat = same_instant(due, cadence->due_t);
	if (f->repeat)
		return;
	cadence->due++;
	cadence->due_t = due;
	if (due > cadence->base_t && (cadence->overdue_t == WHEN_NEVER || overdue < cadence->overdue_t))
		cadence->overdue_t = overdue;
}

void fold_UPDATE_MISSED(struct folding *f)
{
	struct cadence *cadence = &f->incident->cadence;
	msec due = folding_t(f, f->data->when);

	f->repeat = same_instant(due, cadence->missed_t);
	if (f->repeat)
		return;
	cadence->missed++;
	cadence->missed_t = due;
}

void fold_UPDATE_SNOOZED(struct folding *f)
{
	struct cadence *cadence = &f->incident->cadence;

	cadence->snoozed_t = folding_t(f, f->data->until);
	if (cadence->overdue_t != WHEN_NEVER && cadence->overdue_t < cadence->snoozed_t)
		cadence->overdue_t = cadence->snoozed_t;
	put_line(cadence->snoozed_because, sizeof(cadence->snoozed_because), f->data->reason);
}

static struct delivery *add_channel(struct sent *sent, const char *name)
{
	struct delivery *delivery;

	if (sent->channel_count == SENT_CHANNELS)
		return NULL;
	delivery = &sent->channels[sent->channel_count++];
	*delivery = (struct delivery){ .at = WHEN_NEVER };
	put_line(delivery->channel, sizeof(delivery->channel), name);
	return delivery;
}

static struct sent *add_sent(struct folding *f)
{
	struct incident *incident = f->incident;
	size_t place = incident->sent_count;
	struct sent *sent;

	incident->sent = mem_grow(incident->sent, &incident->sent_cap, place + 1, sizeof(*sent));
	sent = &incident->sent[place];
	*sent = (struct sent){ .at = f->event->at, .t = f->t, .by_hand = f->data->by_hand };
	lookup_add(incident->lookup, lookup_hash(LOOKUP_SENT, f->event->id), place);
	incident->sent_count++;
	return sent;
}

static void put_sent(struct folding *f, struct sent *sent)
{
	str_put(sent->event, sizeof(sent->event), f->event->id);
	str_put(sent->by, sizeof(sent->by), f->event->by);
	put_line(sent->type, sizeof(sent->type), f->data->type);
	put_line(sent->audience, sizeof(sent->audience), f->data->audience);
	sent->text = mem_text(f->data->text);
	sent->next_at = folding_time(f, F(next_at), f->data->next_at);
	for (size_t i = 0; i < f->data->channels.count; i++)
		add_channel(sent, f->data->channels.items[i]);
	if (f->data->has & F(figures)) {
		sent->figures = mem_new(sizeof(*sent->figures));
		snapshot_read(sent->figures, &f->data->figures, f->event->at);
		sent->figures->severity = f->incident->severity;
	}
}

/* Whatever its type: who has read an update knows that it began. */
void fold_UPDATE_SENT(struct folding *f)
{
	struct cadence *cadence = &f->incident->cadence;
	struct sent *sent = add_sent(f);
	msec gap = cadence->base_t == WHEN_NEVER ? 0 : f->t - cadence->base_t;

	put_sent(f, sent);
	sent->late = cadence->overdue_t != WHEN_NEVER && f->t > cadence->overdue_t;
	cadence->late += sent->late;
	if (gap > cadence->longest_gap)
		cadence->longest_gap = gap;
	cadence->announced = true;
	cadence_restart(f->incident, gap > 0 ? f->t : cadence->base_t);
	cadence->promised_at = sent->next_at;
	cadence->promised_t = folding_t(f, sent->next_at);
	milestone_follow(f, MILESTONE_FIRST_UPDATE);
}

static struct sent *find_sent(const struct incident *incident, const char *id)
{
	uint64_t hash = lookup_hash(LOOKUP_SENT, id);
	size_t step = 0, at;

	while (lookup_next(incident->lookup, hash, &step, &at)) {
		if (strcmp(incident->sent[at].event, id) == 0)
			return &incident->sent[at];
	}
	return NULL;
}

static struct delivery *find_channel(struct sent *sent, const char *name)
{
	char channel[NAME_TEXT];

	put_line(channel, sizeof(channel), name);
	for (size_t i = 0; i < sent->channel_count; i++) {
		if (strcmp(sent->channels[i].channel, channel) == 0)
			return &sent->channels[i];
	}
	return add_channel(sent, name);
}

/* Tried again later, the last word counts. */
void fold_UPDATE_DELIVERED(struct folding *f)
{
	struct sent *sent = find_sent(f->incident, event_text(f->data->of));
	struct delivery *delivery = sent ? find_channel(sent, f->data->channel) : NULL;

	if (!delivery)
		return;
	delivery->done = true;
	delivery->ok = f->data->ok;
	delivery->status = f->data->status;
	delivery->tries = f->data->tries;
	delivery->at = f->event->at;
	put_line(delivery->response, sizeof(delivery->response), f->data->text);
}
