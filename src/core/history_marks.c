/*
 * Events about events: undos, corrections, pins, and those that settle what another began.
 *
 * An undo takes its event back unless it was taken back itself. The last ones in the order decide
 * first, so that two that take back each other have one outcome, too. Of several corrections of one
 * event the last one counts.
 */
#include <string.h>

#include "base/mem.h"
#include "base/scrub.h"
#include "core/history_inside.h"

static void put_sentence(struct entry *entry, struct buf *text)
{
	for (size_t i = 0; i < text->len; i++) {
		if (text->data[i] == '\n')
			text->data[i] = ' ';
	}
	mem_free(entry->composed);
	entry->composed = buf_take(text);
	entry->record.sentence = entry->composed;
}

static void reset(struct entry *entry)
{
	struct record *record = &entry->record;

	mem_free(entry->composed);
	entry->composed = NULL;
	entry->fix = NULL;
	record->sentence = entry->said;
	record->at = entry->at;
	record->backdated = record->at < record->rec - WHEN_MINUTE;
	record->undone = record->pinned = record->corrected = record->repeat = false;
}

static void undo(struct history *history, const struct entry *entry)
{
	struct entry *of = history_entry(history, entry->about);

	if (of && of != entry && entry->record.kind == EVENT_UNDO && !entry->record.undone)
		of->record.undone = true;
}

/* It was read once, or it would not be here. */
static void read_entry(const struct entry *entry, struct arena *arena, struct event *out)
{
	struct journal_line line;

	if (!journal_line_parse(str_of(entry->record.line), &line, NULL) ||
	    !journal_line_event(&line, arena, out, NULL))
		*out = (struct event){ .at = entry->at };
}

static void pin(struct entry *of, const struct entry *entry)
{
	struct arena arena = { 0 };
	struct event event;

	read_entry(entry, &arena, &event);
	of->record.pinned = !(event.data.has & F(on)) || event.data.on;
	arena_done(&arena);
}

/* In the order of the fold, so that the last one counts. */
static void mark(struct history *history, const struct entry *entry)
{
	struct entry *of = history_entry(history, entry->about);

	if (!of || of == entry || entry->record.undone)
		return;
	if (entry->record.kind == EVENT_PIN)
		pin(of, entry);
	else if (entry->record.kind == EVENT_CORRECTION)
		of->fix = entry;
}

static void correct(struct entry *entry)
{
	struct record *record = &entry->record;
	struct arena arena = { 0 };
	struct event fix;
	struct buf text = { 0 };

	read_entry(entry->fix, &arena, &fix);
	record->corrected = true;
	if (fix.data.has & F(when))
		record->at = fix.data.when;
	record->backdated = record->at < record->rec - WHEN_MINUTE;
	if (fix.data.has & F(text)) {
		buf_text(&text, event_text(fix.data.text));
		put_sentence(entry, &text);
	}
	arena_done(&arena);
}

/* Does the sentence need that of the event that it is about? */
static bool needs_other(enum event_kind kind)
{
	return changes_others(kind) || kind == EVENT_TIMER_ENDED || kind == EVENT_ACTION_ITEM_DONE ||
	       kind == EVENT_FOLLOW_UP_SETTLED || kind == EVENT_DEFERRED_SETTLED ||
	       kind == EVENT_STEP_RUN_ENDED || kind == EVENT_STEP_CONFIRMED ||
	       kind == EVENT_TX_ACT_ENDED;
}

void entry_compose(const struct history *history, struct entry *entry)
{
	const struct entry *of = history_entry(history, entry->about);
	bool colon = entry->record.kind == EVENT_UNDO || entry->record.kind == EVENT_PIN;
	char other[BECAUSE_TEXT];
	struct buf text = { 0 };

	if (!of || of == entry || entry->composed || !needs_other(entry->record.kind))
		return;
	scrub_put(other, sizeof(other), str_of(of->said));
	buf_fmt(&text, colon ? "%s: %s" : "%s (%s)", entry->said, other);
	put_sentence(entry, &text);
}

void history_mark(struct history *history)
{
	const struct list *order = &history->order;

	for (size_t i = 0; i < order->count; i++)
		reset(order->items[i]);
	for (size_t i = order->count; i-- > 0;)
		undo(history, order->items[i]);
	for (size_t i = 0; i < order->count; i++)
		mark(history, order->items[i]);
	for (size_t i = 0; i < order->count; i++) {
		if (order->items[i]->fix)
			correct(order->items[i]);
		entry_compose(history, order->items[i]);
	}
}

/* What people wrote for themselves reads as corrected; what left the house stays as it was sent. */
static bool reads_otherwise(enum event_kind kind)
{
	return kind == EVENT_NOTE || kind == EVENT_TIMER_STARTED || kind == EVENT_ACTION_ITEM ||
	       kind == EVENT_FOLLOW_UP_ADDED || kind == EVENT_DEFERRED_ADDED;
}

void entry_event(const struct entry *entry, struct arena *arena, struct event *out)
{
	struct event fix;

	read_entry(entry, arena, out);
	if (!entry->fix)
		return;
	read_entry(entry->fix, arena, &fix);
	out->at = entry->record.at;
	if (fix.data.has & F(when) && out->kind == EVENT_MILESTONE_SET)
		out->data.when = fix.data.when;
	if (fix.data.has & F(text) && reads_otherwise(out->kind))
		out->data.text = fix.data.text;
}
