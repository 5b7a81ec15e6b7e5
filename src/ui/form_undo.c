#include "ui/form_undo.h"

#include <string.h>

#include "core/decide.h"

static void make_order(struct entry *entry, const struct docket *docket, const char *id)
{
	struct effect *out = entry->out;

	out->kind = EFFECT_ORDER;
	str_put(out->text, sizeof(out->text), docket->incident->id);
	out->order = (struct order){ .kind = EVENT_UNDO, .at = WHEN_NEVER, .src = SRC_HUMAN,
				     .by = entry->scene->world->operator };
	EVENT_SET(out->order.data, of, arena_text(entry->arena, id, strlen(id)));
}

bool form_undo(struct entry *entry, struct text *said)
{
	const struct docket *docket = desk_current(entry->scene->world->desk);
	const struct history *history = docket ? docket->history : NULL;
	const char *id = history ? undo_last(history, entry->scene->world->operator) : NULL;
	const struct record *record = id ? history_find(history, id) : NULL;

	if (!record)
		return err_set(&entry->err, ERR_REFUSED,
			       "you have entered nothing that can be taken back");
	make_order(entry, docket, id);
	*said = text_fmt("%s", record->sentence);
	return true;
}
