/* rehearsal.c: see rehearsal.h. */
#include "app/rehearsal.h"

#include "store/journal.h"

/* A damaged line is no reason to show nothing: it is left out, as everywhere. */
static void take(void *arg, const char *origin, struct str line)
{
	struct err ignored = { 0 };

	(void)history_take_from(arg, origin, line, &ignored);
}

struct history *rehearsal_read(const char *const roots[2], const char *id, struct err *err)
{
	static const struct journal_who nobody = { .operator = "", .host = "", .console = "command",
						   .tool_version = BINNACLE_VERSION };
	struct shelved shelved;
	struct history *history;
	struct journal *journal;
	bool ok;

	if (!shelf_find(roots, id, &shelved, err))
		return NULL;
	journal = journal_open(shelved.folder, false, shelved.shared, &nobody, err);
	if (!journal)
		return NULL;
	history = history_new(shelved.id);
	ok = journal_follow(journal, take, history, err);
	journal_close(journal);
	if (ok) {
		history_fold(history);
		return history;
	}
	history_free(history);
	return NULL;
}

bool rehearsal_shows(const struct record *record)
{
	return !record->repeat && record->kind != EVENT_SESSION_JOINED &&
	       record->kind != EVENT_SESSION_LOST;
}

/* All records up to the clock; at the end the table is over. */
static void settle(struct rehearsal *table)
{
	size_t count = history_count(table->history), left;

	while (table->shown < count &&
	       history_record(table->history, table->shown)->at <= table->clock)
		table->shown++;
	for (left = table->shown; left < count; left++)
		if (rehearsal_shows(history_record(table->history, left)))
			break;
	table->over = left == count;
	if (table->over)
		table->shown = count;
}

void rehearsal_resume(struct rehearsal *table, const struct history *drill)
{
	table->clock = WHEN_NEVER;
	table->shown = 0;
	for (size_t i = 0; i < history_count(drill); i++) {
		const struct record *record = history_record(drill, i);
		const char *words;
		msec clock;

		if (record->kind == EVENT_NOTE && !record->undone && record->sentence &&
		    rehearsal_note_read(record->sentence, &clock, &words) && clock > table->clock)
			table->clock = clock;
	}
	settle(table);
}

bool rehearsal_next(struct rehearsal *table)
{
	size_t count = history_count(table->history), next = table->shown;

	if (table->over)
		return false;
	while (next < count && !rehearsal_shows(history_record(table->history, next)))
		next++;
	if (next < count)
		table->clock = history_record(table->history, next)->at;
	settle(table);
	return next < count;
}
