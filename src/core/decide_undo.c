/*
 * decide_undo.c: what an order says of an event that stands in the history.
 */
#include <string.h>

#include "core/decide_inside.h"
#include "core/history.h"

void order_look_up(struct order *order, const struct history *history)
{
	const struct record *record = NULL;

	order->of_kind = EVENT_UNKNOWN;
	order->of_by = NULL;
	order->of_undone = false;
	if (history && order->data.has & F(of) && order->data.of)
		record = history_find(history, order->data.of);
	if (!record)
		return;
	order->of_kind = record->kind;
	order->of_by = record->by;
	order->of_undone = record->undone;
}

static bool is_newer(const struct record *a, const struct record *b)
{
	int order = hlc_compare(a->hlc, b->hlc);

	if (!order)
		order = strcmp(a->origin, b->origin);
	return order ? order > 0 : a->seq > b->seq;
}

const char *undo_last(const struct history *history, const char *by)
{
	const struct record *last = NULL;

	for (size_t i = 0; i < history_count(history); i++) {
		const struct record *record = history_record(history, i);

		if (record->undone || record->src != SRC_HUMAN || !can_be_undone(record->kind) ||
		    strcmp(record->by, by) != 0)
			continue;
		if (!last || is_newer(record, last))
			last = record;
	}
	return last ? last->id : NULL;
}
