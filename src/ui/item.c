#include "ui/item.h"

#include <stdio.h>
#include <string.h>

enum { ITEM_TEXT = 128 };

/* FNV-1a: short names, no adversary that gains more by a collision than a cursor on the wrong row
 * of its own making. */
static uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211U;
	return hash;
}

uint64_t item_hash(const char *text)
{
	return hash_bytes(14695981039346656037U, text, strlen(text));
}

bool item_eq(struct item a, struct item b)
{
	return a.kind == b.kind && a.key == b.key;
}

struct item item_of_source(const struct world *world, size_t index)
{
	return (struct item){ ITEM_SOURCE, item_hash(world->sources[index].name) };
}

struct item item_of_ask(const struct world *world, size_t source, size_t ask)
{
	char text[ITEM_TEXT];

	snprintf(text, sizeof(text), "%s/%zu", world->sources[source].name, ask);
	return (struct item){ ITEM_ASK, item_hash(text) };
}

struct item item_of_signal(const struct world *world, size_t index)
{
	return (struct item){ ITEM_SIGNAL, item_hash(world->signals[index].name) };
}

struct item item_of_component(const struct world *world, size_t index)
{
	return (struct item){ ITEM_COMPONENT, item_hash(world->components[index].name) };
}

/* Two contacts may have one name; their number is that of the configuration and stays. */
struct item item_of_contact(size_t index)
{
	return (struct item){ ITEM_CONTACT, index };
}

static size_t labels_len(const struct alert *alert)
{
	size_t at = 0;

	for (size_t i = 0; i < 2 * alert->label_count && at < sizeof(alert->labels); i++)
		at += strnlen(alert->labels + at, sizeof(alert->labels) - at) + 1;
	return at < sizeof(alert->labels) ? at : sizeof(alert->labels);
}

struct item item_of_alert(const struct alert *alert)
{
	uint64_t key = hash_bytes(item_hash(alert->name), alert->labels, labels_len(alert));

	return (struct item){ ITEM_ALERT, key };
}

/* A row without an id is known by its hash. */
struct item item_of_tx(const struct tx_row *row)
{
	return (struct item){ ITEM_TX, item_hash(row->id[0] ? row->id : row->hash) };
}

/* Lines may be equal: the n-th of them, counted from the oldest. */
struct item item_of_sighting(const struct world *world, size_t source, size_t index)
{
	const struct source *of = &world->sources[source];
	const struct sighting *all = of->last.sightings, *is = &all[index];
	uint64_t key = item_hash(of->name), before = 0;

	for (size_t i = 0; i < index; i++)
		before += all[i].at == is->at && strcmp(all[i].text, is->text) == 0;
	key = hash_bytes(key, is->text, strlen(is->text));
	key = hash_bytes(key, (const char *)&is->at, sizeof(is->at));
	key = hash_bytes(key, (const char *)&before, sizeof(before));
	return (struct item){ ITEM_SIGHTING, key };
}

struct item item_of_change(const struct world *world, size_t newest_first)
{
	return (struct item){ ITEM_CHANGE, world->change_count - 1 - newest_first };
}

int item_source(const struct world *world, struct item item)
{
	if (item.kind == ITEM_SOURCE)
		for (size_t i = 0; i < world->source_count; i++)
			if (item_eq(item, item_of_source(world, i)))
				return (int)i;
	return -1;
}

int item_ask(const struct world *world, struct item item, size_t *ask)
{
	if (item.kind != ITEM_ASK)
		return -1;
	for (size_t i = 0; i < world->source_count; i++)
		for (*ask = 0; *ask < world->sources[i].ask_count; ++*ask)
			if (item_eq(item, item_of_ask(world, i, *ask)))
				return (int)i;
	return -1;
}

int item_signal(const struct world *world, struct item item)
{
	if (item.kind == ITEM_SIGNAL)
		for (size_t i = 0; i < world->signal_count; i++)
			if (item_eq(item, item_of_signal(world, i)))
				return (int)i;
	return -1;
}

int item_component(const struct world *world, struct item item)
{
	if (item.kind == ITEM_COMPONENT)
		for (size_t i = 0; i < world->component_count; i++)
			if (item_eq(item, item_of_component(world, i)))
				return (int)i;
	return -1;
}

const struct contact *item_contact(const struct world *world, struct item item)
{
	if (item.kind != ITEM_CONTACT || item.key >= world->contact_count)
		return NULL;
	return &world->contacts[item.key];
}

const struct alert *item_alert(const struct world *world, struct item item)
{
	if (item.kind == ITEM_ALERT)
		for (size_t i = 0; i < world->alert_count; i++)
			if (item_eq(item, item_of_alert(&world->alerts[i])))
				return &world->alerts[i];
	return NULL;
}

const struct tx_row *item_tx(const struct world *world, struct item item)
{
	if (item.kind == ITEM_TX && world->tx.known)
		for (size_t i = 0; i < world->tx.row_count; i++)
			if (item_eq(item, item_of_tx(&world->tx.rows[i])))
				return &world->tx.rows[i];
	return NULL;
}

const struct change *item_change(const struct world *world, struct item item)
{
	if (item.kind != ITEM_CHANGE || item.key >= world->change_count)
		return NULL;
	return world_change(world, world->change_count - 1 - (size_t)item.key);
}

const struct sighting *item_sighting(const struct world *world, struct item item, size_t *source)
{
	if (item.kind != ITEM_SIGHTING)
		return NULL;
	for (*source = 0; *source < world->source_count; ++*source) {
		const struct report *last = &world->sources[*source].last;

		for (size_t i = 0; i < last->sighting_count; i++)
			if (item_eq(item, item_of_sighting(world, *source, i)))
				return &last->sightings[i];
	}
	return NULL;
}

/* Eight bytes at three places: an id has 26 letters, and thousands of them are listed at once. */
struct item item_of_record(const char event[ULID_TEXT])
{
	uint64_t key = 0, part;

	for (size_t i = 0; i < 3; i++) {
		memcpy(&part, event + i * (ULID_TEXT - 1 - sizeof(part)) / 2, sizeof(part));
		key = (key ^ part) * 0x9e3779b97f4a7c15U;
		key ^= key >> 32;
	}
	return (struct item){ ITEM_RECORD, key };
}

struct item item_of_seat(const struct incident *incident, enum seat_name seat)
{
	return (struct item){ ITEM_SEAT, item_hash(incident->id) ^ (uint64_t)seat };
}

struct item item_of_tracked(const struct tracked *tracked)
{
	return (struct item){ ITEM_TRACKED, item_hash(tracked->event) };
}

struct item item_of_sent(const struct sent *sent)
{
	return (struct item){ ITEM_SENT, item_hash(sent->event) };
}

struct item item_of_evidence(const struct evidence *evidence)
{
	return (struct item){ ITEM_EVIDENCE, item_hash(evidence->event) };
}

struct item item_of_fired(const struct incident_alert *alert)
{
	return (struct item){ ITEM_FIRED, item_hash(alert->fingerprint) };
}

/* The n-th docket, the current one first. NULL: no more. */
static const struct docket *docket_at(const struct world *world, size_t n)
{
	const struct desk *desk = world->desk;

	if (!desk || n >= desk->count)
		return NULL;
	return &desk->open[(desk->current + n) % desk->count];
}

const struct seat *item_seat(const struct world *world, struct item item,
			     const struct docket **docket, enum seat_name *name)
{
	if (item.kind != ITEM_SEAT)
		return NULL;
	for (size_t n = 0; (*docket = docket_at(world, n)); n++)
		for (int seat = 0; seat < SEAT_COUNT; seat++) {
			*name = (enum seat_name)seat;
			if (item_eq(item, item_of_seat((*docket)->incident, *name)))
				return &(*docket)->incident->seats[seat];
		}
	return NULL;
}

static const struct tracked *tracked_in(const struct tracked *list, size_t count, struct item item)
{
	for (size_t i = 0; i < count; i++)
		if (item_eq(item, item_of_tracked(&list[i])))
			return &list[i];
	return NULL;
}

const struct tracked *item_tracked(const struct world *world, struct item item,
				   const struct docket **docket)
{
	if (item.kind != ITEM_TRACKED)
		return NULL;
	for (size_t n = 0; (*docket = docket_at(world, n)); n++) {
		const struct incident *in = (*docket)->incident;
		const struct tracked *found = tracked_in(in->asks, in->ask_count, item);

		if (!found)
			found = tracked_in(in->actions, in->action_count, item);
		if (!found)
			found = tracked_in(in->follow_ups, in->follow_up_count, item);
		if (!found)
			found = tracked_in(in->deferred, in->deferred_count, item);
		if (found)
			return found;
	}
	return NULL;
}

const struct sent *item_sent(const struct world *world, struct item item,
			     const struct docket **docket)
{
	if (item.kind != ITEM_SENT)
		return NULL;
	for (size_t n = 0; (*docket = docket_at(world, n)); n++)
		for (size_t i = 0; i < (*docket)->incident->sent_count; i++)
			if (item_eq(item, item_of_sent(&(*docket)->incident->sent[i])))
				return &(*docket)->incident->sent[i];
	return NULL;
}

const struct evidence *item_evidence(const struct world *world, struct item item,
				     const struct docket **docket)
{
	if (item.kind != ITEM_EVIDENCE)
		return NULL;
	for (size_t n = 0; (*docket = docket_at(world, n)); n++)
		for (size_t i = 0; i < (*docket)->incident->evidence_count; i++)
			if (item_eq(item, item_of_evidence(&(*docket)->incident->evidence[i])))
				return &(*docket)->incident->evidence[i];
	return NULL;
}

const struct incident_alert *item_fired(const struct world *world, struct item item,
					const struct docket **docket)
{
	if (item.kind != ITEM_FIRED)
		return NULL;
	for (size_t n = 0; (*docket = docket_at(world, n)); n++)
		for (size_t i = 0; i < (*docket)->incident->alert_count; i++)
			if (item_eq(item, item_of_fired(&(*docket)->incident->alerts[i])))
				return &(*docket)->incident->alerts[i];
	return NULL;
}
const struct record *item_record(const struct world *world, struct item item,
				 const struct docket **docket)
{
	if (item.kind != ITEM_RECORD)
		return NULL;
	for (size_t n = 0; (*docket = docket_at(world, n)); n++) {
		const struct history *history = (*docket)->history;

		for (size_t i = history ? history_count(history) : 0; i > 0; i--) {
			const struct record *record = history_record(history, i - 1);

			if (item_eq(item, item_of_record(record->id)))
				return record;
		}
	}
	return NULL;
}

