#include <string.h>

#include "app/dossier_inside.h"
#include "base/mem.h"
#include "base/outside.h"
#include "base/scrub.h"
#include "base/secret.h"

/* Secrets are hidden before the text is taken apart: one may reach over lines. */
static const char *clean_text(struct arena *arena, const char *text)
{
	struct buf open = { 0 }, clean = { 0 };
	struct str rest, line;
	const char *out;

	if (!text)
		return NULL;
	redact(&open, str_of(text));
	rest = str_sub(buf_cstr(&open), open.len);
	for (bool first = true; str_cut(&rest, '\n', &line); first = false) {
		if (!first)
			buf_char(&clean, '\n');
		scrub(&clean, line);
	}
	out = arena_text(arena, buf_cstr(&clean), clean.len);
	buf_done(&open);
	buf_done(&clean);
	return out;
}

static struct text_list clean_texts(struct arena *arena, struct text_list list)
{
	const char **items = arena_array(arena, list.count, sizeof(*items));

	for (size_t i = 0; i < list.count; i++)
		items[i] = clean_text(arena, list.items[i]);
	return (struct text_list){ items, list.count };
}

static struct figure_list clean_figures(struct arena *arena, struct figure_list list)
{
	struct figure *items = arena_array(arena, list.count, sizeof(*items));

	for (size_t i = 0; i < list.count; i++) {
		items[i] = list.items[i];
		items[i].name = clean_text(arena, items[i].name);
		items[i].unit = clean_text(arena, items[i].unit);
		items[i].text = clean_text(arena, items[i].text);
		items[i].because = clean_text(arena, items[i].because);
	}
	return (struct figure_list){ items, list.count };
}

#define CLEAN_TEXT(arena, value) clean_text(arena, value)
#define CLEAN_TEXTS(arena, value) clean_texts(arena, value)
#define CLEAN_FIGURES(arena, value) clean_figures(arena, value)
#define CLEAN_INT(arena, value) (value)
#define CLEAN_TIME(arena, value) (value)
#define CLEAN_BOOL(arena, value) (value)

static void clean(struct event_data *out, const struct event_data *from, struct arena *arena)
{
	*out = *from;
#define X(member, key, type, help) \
	if (from->has & F(member)) \
		out->member = CLEAN_##type(arena, from->member);
	EVENT_FIELDS(X)
#undef X
}

static size_t text_length(const struct event_data *data)
{
	struct buf text = { 0 };
	size_t length;

	event_data_write(data, &text);
	length = text.full ? SIZE_MAX : text.len;
	buf_done(&text);
	return length;
}

static const char *const *copy_list(const char *const *list, struct arena *arena)
{
	const char **out;
	size_t count = 0;

	while (list && list[count])
		count++;
	out = arena_array(arena, count + 1, sizeof(*out));
	for (size_t i = 0; i < count; i++)
		out[i] = arena_text(arena, list[i], strlen(list[i]));
	return out;
}

static struct entry *new_entry(const struct order *order, msec now)
{
	struct entry *entry = mem_new(sizeof(*entry));

	entry->order = *order;
	entry->now = now;
	entry->order.by = clean_text(&entry->arena, order->by);
	entry->order.lost = copy_list(order->lost, &entry->arena);
	clean(&entry->order.data, &order->data, &entry->arena);
	return entry;
}

struct entry *entry_new(const struct order *order, msec now, struct err *err)
{
	size_t length = text_length(&order->data);
	size_t most = order->kind == EVENT_RUN_STARTED ? DOSSIER_STEPS : DOSSIER_TEXT;

	if (length > most) {
		err_set(err, ERR_LIMIT, "%s: %zu KiB of text, at most %zu fit into one event",
			event_name(order->kind), length / 1024, most / 1024);
		return NULL;
	}
	return new_entry(order, now);
}

struct entry *entry_evidence(struct str bytes, const struct order *order, msec now)
{
	struct entry *entry = new_entry(order, now);

	entry->bytes = mem_dup(bytes.p, bytes.len);
	entry->len = bytes.len;
	return entry;
}

void entry_free(struct entry *entry)
{
	if (!entry)
		return;
	mem_free(entry->bytes);
	arena_done(&entry->arena);
	mem_free(entry);
}

void queue_init(struct queue *queue)
{
	*queue = (struct queue){ .last = &queue->first };
}

void queue_push(struct queue *queue, struct entry *entry)
{
	*queue->last = entry;
	queue->last = &entry->next;
	queue->count++;
}

struct entry *queue_pop(struct queue *queue)
{
	struct entry *entry = queue->first;

	queue->first = entry->next;
	if (!queue->first)
		queue->last = &queue->first;
	entry->next = NULL;
	queue->count--;
	return entry;
}

void queue_done(struct queue *queue)
{
	while (queue->first)
		entry_free(queue_pop(queue));
}

void batch_add(struct batch *batch, const struct decision *decision)
{
	size_t need = batch->count + decision->count;

	batch->events = mem_grow(batch->events, &batch->cap, need, sizeof(*batch->events));
	for (size_t i = 0; i < decision->count; i++) {
		struct event *event = &batch->events[batch->count++];

		*event = decision->events[i];
		event_data_copy(&event->data, &decision->events[i].data, &batch->arena);
	}
}

void batch_done(struct batch *batch)
{
	arena_done(&batch->arena);
	mem_free(batch->events);
	*batch = (struct batch){ 0 };
}

bool batch_has(const struct batch *batch, const char *id)
{
	for (size_t i = 0; i < batch->count; i++) {
		if (strcmp(batch->events[i].id, id) == 0)
			return true;
	}
	return false;
}
