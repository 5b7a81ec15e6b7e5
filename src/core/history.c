/*
 * Lines are folded as they come while they come in their order. One that belongs before what was
 * folded, or that changes what others mean, makes the next history_fold() begin anew, once, however
 * many of them there are.
 *
 * Kept of each line: the line, its sentence, an entry. What a fold needs besides is read from the
 * line again.
 */
#include "core/history_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/incident_fold.h"

struct history *history_new(const char *incident)
{
	struct history *history = mem_new(sizeof(*history));

	incident_init(&history->incident);
	str_put(history->incident.id, sizeof(history->incident.id), incident);
	history->ids = lookup_new();
	history->wanted = lookup_new();
	return history;
}

void history_free(struct history *history)
{
	if (!history)
		return;
	for (size_t i = 0; i < history->all.count; i++)
		mem_free(history->all.items[i]->composed);
	mem_free(history->all.items);
	mem_free(history->fresh.items);
	mem_free(history->order.items);
	mem_free(history->timeline.items);
	mem_free(history->heads);
	lookup_free(history->ids);
	lookup_free(history->wanted);
	incident_done(&history->incident);
	buf_done(&history->said);
	arena_done(&history->scratch);
	arena_done(&history->arena);
	mem_free(history);
}

static uint64_t id_hash(const char *id)
{
	return lookup_hash(LOOKUP_SENT, id);
}

struct entry *history_entry(const struct history *history, const char *id)
{
	size_t step = 0, place;

	while (id[0] && lookup_next(history->ids, id_hash(id), &step, &place)) {
		if (strcmp(history->all.items[place]->record.id, id) == 0)
			return history->all.items[place];
	}
	return NULL;
}

/* Orders */

static int by_fold(const struct entry *a, const struct entry *b)
{
	int order = hlc_compare(a->record.hlc, b->record.hlc);

	if (order == 0)
		order = strcmp(a->record.origin, b->record.origin);
	if (order == 0)
		order = (a->record.seq > b->record.seq) - (a->record.seq < b->record.seq);
	return order;
}

static int by_time(const struct entry *a, const struct entry *b)
{
	if (a->record.at != b->record.at)
		return a->record.at < b->record.at ? -1 : 1;
	return by_fold(a, b);
}

typedef int compare_entries(const struct entry *a, const struct entry *b);

static int fold_order(const void *a, const void *b)
{
	return by_fold(*(struct entry *const *)a, *(struct entry *const *)b);
}

static int time_order(const void *a, const void *b)
{
	return by_time(*(struct entry *const *)a, *(struct entry *const *)b);
}

static void push(struct list *list, struct entry *entry)
{
	list->items = mem_grow(list->items, &list->cap, list->count + 1, sizeof(struct entry *));
	list->items[list->count++] = entry;
}

/* Nearly always it is in order as it is. */
static void sort(struct list *list, compare_entries *compare,
		 int (*order)(const void *a, const void *b))
{
	for (size_t i = 1; i < list->count; i++) {
		if (compare(list->items[i - 1], list->items[i]) > 0) {
			qsort(list->items, list->count, sizeof(struct entry *), order);
			return;
		}
	}
}

/* Both are sorted. From the end, so that what is newer than all costs nothing but itself. */
static void merge(struct list *into, const struct list *from, compare_entries *compare)
{
	size_t i = into->count, j = from->count, k = i + j;

	into->items = mem_grow(into->items, &into->cap, k, sizeof(struct entry *));
	into->count = k;
	while (j > 0) {
		if (i > 0 && compare(into->items[i - 1], from->items[j - 1]) > 0)
			into->items[--k] = into->items[--i];
		else
			into->items[--k] = from->items[--j];
	}
}

/* Taking */

static void note_head(struct history *history, const struct journal_line *line)
{
	struct head *head = NULL;

	for (size_t i = history->head_count; i-- > 0 && !head;) {
		if (str_eq(line->origin, history->heads[i].origin))
			head = &history->heads[i];
	}
	if (!head) {
		history->heads = mem_grow(history->heads, &history->head_cap,
					  history->head_count + 1, sizeof(*head));
		head = &history->heads[history->head_count++];
		str_copy(head->origin, sizeof(head->origin), line->origin);
	}
	if (line->seq > head->seq) {
		head->seq = line->seq;
		str_copy(head->hash, sizeof(head->hash), line->hash);
	}
	if (hlc_compare(history->last, line->hlc) < 0)
		history->last = line->hlc;
}

static void put_record(struct history *history, struct entry *entry, const struct event *event,
		       struct str line)
{
	struct record *record = &entry->record;
	struct buf *said = &history->said;

	buf_clear(said);
	say_event(event, said);
	*entry = (struct entry){ .at = event->at, .composed = entry->composed };
	entry->said = arena_text(&history->arena, buf_cstr(said), said->len);
	*record = (struct record){
		.hlc = event->hlc, .seq = event->seq, .at = event->at, .rec = event->rec,
		.kind = event->kind, .src = event->src, .sentence = entry->said,
		.line = arena_text(&history->arena, line.p, line.len),
		.backdated = event->at < event->rec - WHEN_MINUTE,
	};
	str_put(record->id, sizeof(record->id), event->id);
	str_put(record->origin, sizeof(record->origin), event->origin);
	str_put(record->by, sizeof(record->by), event->by);
	if (event->kind != EVENT_UNKNOWN && event->data.has & F(of))
		put_line(entry->about, sizeof(entry->about), event->data.of);
}

static bool is_wanted(const struct history *history, const char *id)
{
	size_t step = 0, place;

	return lookup_next(history->wanted, id_hash(id), &step, &place);
}

static void want(struct history *history, const struct entry *entry)
{
	if (entry->about[0] && !history_entry(history, entry->about) &&
	    !is_wanted(history, entry->about))
		lookup_add(history->wanted, id_hash(entry->about), 0);
}

/* Every entry has its place on the scale, one that was taken back, too. */
static void put_scale(struct history *history, struct record *record)
{
	record->t = incident_scale(&history->incident, record->origin, record->at);
}

static void add_entry(struct history *history, struct entry *entry, const struct event *event)
{
	bool late = history->tail && by_fold(entry, history->tail) < 0;

	if (late || changes_others(event->kind) || is_wanted(history, event->id))
		history->anew = true;
	lookup_add(history->ids, id_hash(event->id), history->all.count);
	push(&history->all, entry);
	push(&history->fresh, entry);
	want(history, entry);
	if (history->anew)
		return;
	incident_fold(&history->incident, event, &entry->record.repeat);
	put_scale(history, &entry->record);
	entry_compose(history, entry);
	history->tail = entry;
}

/* The same id in another file: a console whose disk had failed wrote it once more. One of the two
 * counts, and it is not the one that came first here but the first one in the order. */
static void take_again(struct history *history, struct entry *entry, const struct event *event,
		       struct str line)
{
	struct entry other = { 0 };

	other.record.hlc = event->hlc;
	other.record.seq = event->seq;
	str_put(other.record.origin, sizeof(other.record.origin), event->origin);
	if (by_fold(&other, entry) >= 0)
		return;
	put_record(history, entry, event, line);
	want(history, entry);
	history->anew = history->resort = true;
}

/* Where the texts of the next event go. Giving memory back for each of them would cost more than
 * reading it. */
static struct arena *scratch(struct history *history)
{
	enum { EVENTS = 32 };

	if (++history->scratched % EVENTS == 0)
		arena_done(&history->scratch);
	return &history->scratch;
}

bool history_take(struct history *history, struct str line, struct err *err)
{
	struct journal_line parts;
	struct event event;
	struct entry *entry;

	if (!journal_line_whole(line, &parts, err))
		return false;
	if (!journal_line_event(&parts, scratch(history), &event, err))
		return false;
	note_head(history, &parts);
	entry = history_entry(history, event.id);
	if (entry) {
		take_again(history, entry, &event, line);
	} else {
		entry = arena_new(&history->arena, sizeof(*entry));
		put_record(history, entry, &event, line);
		add_entry(history, entry, &event);
	}
	return true;
}

bool history_take_from(struct history *history, const char *origin, struct str line,
		       struct err *err)
{
	struct journal_line parts;

	if (journal_line_parse(line, &parts, NULL) && !str_eq(parts.origin, origin))
		return err_set(err, ERR_INPUT, "a line of another file, %.*s",
			       (int)parts.origin.len, parts.origin.p);
	return history_take(history, line, err);
}

/* Folding */

static void fold_anew(struct history *history)
{
	char id[INCIDENT_ID];

	str_put(id, sizeof(id), history->incident.id);
	incident_done(&history->incident);
	incident_init(&history->incident);
	str_put(history->incident.id, sizeof(history->incident.id), id);
	history->tail = NULL;
	for (size_t i = 0; i < history->order.count; i++) {
		struct entry *entry = history->order.items[i];
		struct event event;

		history->tail = entry;
		if (!entry->record.undone) {
			entry_event(entry, scratch(history), &event);
			incident_fold(&history->incident, &event, &entry->record.repeat);
		}
		put_scale(history, &entry->record);
	}
}

static void put_heads(struct history *history)
{
	for (size_t i = 0; i < history->head_count; i++) {
		const struct head *head = &history->heads[i];
		struct writer *writer = incident_writer(&history->incident, head->origin);

		writer->seq = head->seq;
		str_put(writer->head, sizeof(writer->head), head->hash);
	}
}

static void begin_anew(struct history *history)
{
	struct list *timeline = &history->timeline;

	if (history->resort)
		sort(&history->order, by_fold, fold_order);
	history_mark(history);
	fold_anew(history);
	timeline->count = 0;
	merge(timeline, &history->order, by_time);
	sort(timeline, by_time, time_order);
	history->anew = history->resort = false;
}

bool history_fold(struct history *history)
{
	if (history->fresh.count == 0 && !history->anew)
		return false;
	sort(&history->fresh, by_fold, fold_order);
	merge(&history->order, &history->fresh, by_fold);
	if (history->anew) {
		begin_anew(history);
	} else {
		sort(&history->fresh, by_time, time_order);
		merge(&history->timeline, &history->fresh, by_time);
	}
	history->fresh.count = 0;
	put_heads(history);
	return true;
}

const struct incident *history_incident(const struct history *history)
{
	return &history->incident;
}

struct hlc history_last(const struct history *history)
{
	return history->last;
}

size_t history_count(const struct history *history)
{
	return history->timeline.count;
}

const struct record *history_record(const struct history *history, size_t index)
{
	return &history->timeline.items[index]->record;
}

const struct record *history_find(const struct history *history, const char *id)
{
	struct entry *entry = history_entry(history, id);

	return entry ? &entry->record : NULL;
}
