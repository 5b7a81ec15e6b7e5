#include "ui/form_undo.h"

#include <string.h>

#include "base/mem.h"
#include "core/decide.h"

enum { TRIES = 32 };		/* of the newest own events; what is older is not "the last thing" */

static bool is_own(const struct record *record, const struct entry *entry)
{
	return record->src == SRC_HUMAN && !record->undone && record->kind != EVENT_UNDO &&
	       strcmp(record->by, entry->scene->world->operator) == 0;
}

/* The newest own one before `limit`; NULL: there is none. */
static const struct record *newest_before(const struct entry *entry, const struct history *history,
					  const struct record *limit)
{
	const struct record *found = NULL;

	for (size_t i = 0; i < history_count(history); i++) {
		const struct record *record = history_record(history, i);

		if (!is_own(record, entry) || (limit && hlc_compare(record->hlc, limit->hlc) >= 0))
			continue;
		if (!found || hlc_compare(record->hlc, found->hlc) > 0)
			found = record;
	}
	return found;
}

static void make_order(struct entry *entry, const struct docket *docket,
		       const struct record *record)
{
	struct effect *out = entry->out;

	out->kind = EFFECT_ORDER;
	str_put(out->text, sizeof(out->text), docket->incident->id);
	out->order = (struct order){ .kind = EVENT_UNDO, .at = WHEN_NEVER, .src = SRC_HUMAN,
				     .by = entry->scene->world->operator };
	EVENT_SET(out->order.data, of, arena_text(entry->arena, record->id, ULID_TEXT - 1));
}

static bool is_taken(struct entry *entry, const struct docket *docket)
{
	struct decision *decision = mem_new(sizeof(*decision));
	struct err ignored = { 0 };
	bool taken = decide(docket->incident, entry->scene->world->desk->policy, &entry->out->order,
			    entry->scene->now, decision, &ignored) && decision->count > 0;

	decision_done(decision);
	mem_free(decision);
	return taken;
}

bool form_undo(struct entry *entry, struct text *said)
{
	const struct docket *docket = desk_current(entry->scene->world->desk);
	const struct record *record = NULL;

	for (int i = 0; docket && docket->history && i < TRIES; i++) {
		record = newest_before(entry, docket->history, record);
		if (!record)
			break;
		make_order(entry, docket, record);
		if (is_taken(entry, docket)) {
			*said = text_fmt("%s", record->sentence);
			return true;
		}
	}
	entry->out->kind = EFFECT_NONE;
	return err_set(&entry->err, ERR_REFUSED, "you have entered nothing that can be taken back");
}
