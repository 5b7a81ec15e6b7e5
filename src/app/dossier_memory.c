#include <stdio.h>
#include <sys/random.h>

#include "app/dossier_inside.h"

/* Until the journal gives it one: the time, then what nobody else says. */
static void put_id(char id[ULID_TEXT], msec now)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	unsigned char noise[ULID_TEXT] = { 0 };
	uint64_t left = (uint64_t)now;

	while (getrandom(noise, sizeof(noise), 0) != (ssize_t)sizeof(noise))
		continue;
	for (int i = 9; i >= 0; i--, left >>= 5)
		id[i] = digits[left & 31];
	for (size_t i = 10; i < ULID_TEXT - 1; i++)
		id[i] = digits[noise[i] & 31];
	id[ULID_TEXT - 1] = '\0';
}

/* Its line on the disk will have this id, so that it counts once. */
static void complete(struct event *event)
{
	if (!event->id[0])
		put_id(event->id, event->at);
	if (event->rec == WHEN_NEVER)
		event->rec = event->at;
}

/* Shown after all that was read, be its clock ahead of ours; its place among the others is the
 * journal's to give, and final only then. */
static void place(const struct dossier *dossier, struct event *shown)
{
	const char *origin = dossier->origin[0] ? dossier->origin : "0000000000000000";

	str_put(shown->origin, sizeof(shown->origin), origin);
	if (shown->seq == 0)
		shown->seq = 1;
	shown->hlc = hlc_next(history_last(dossier->history), shown->rec);
}

static void fold(struct dossier *dossier, struct event *event)
{
	static const char first[DIGEST_HEX] =
		"0000000000000000000000000000000000000000000000000000000000000000";
	struct buf line = { 0 };
	char hash[DIGEST_HEX];
	struct event shown;

	complete(event);
	shown = *event;
	place(dossier, &shown);
	if (journal_line_write(&line, &shown, first, hash))
		trip_line(dossier, shown.origin, str_sub(line.data, line.len - 1));
	buf_done(&line);
	history_fold(dossier->history);
}

void memory_fold(struct dossier *dossier, size_t from)
{
	for (size_t i = from; i < dossier->batch.count; i++)
		fold(dossier, &dossier->batch.events[i]);
	dossier->in_memory_count = dossier->batch.count;
}

void memory_settle(struct dossier *dossier)
{
	struct history *fresh = history_new(dossier->id);
	struct err err;

	for (size_t i = 0; i < history_count(dossier->history); i++) {
		const struct record *record = history_record(dossier->history, i);

		if (!batch_has(&dossier->batch, record->id))
			(void)history_take(fresh, str_of(record->line), &err);
	}
	history_free(dossier->history);
	dossier->history = fresh;
}

void memory_record(struct dossier *dossier, msec now)
{
	struct order order = { .kind = EVENT_NOTE, .at = WHEN_NEVER, .src = SRC_SENSED };
	char since[WHEN_TEXT], text[2 * BECAUSE_TEXT], already[BECAUSE_TEXT];
	struct err err = { 0 };

	when_format(since, dossier->in_memory_since);
	(void)snprintf(text, sizeof(text), "nothing could be saved since %s (%s): %zu events were "
		       "kept in memory by choice, and are saved now", since, dossier->trouble,
		       dossier->in_memory_count);
	EVENT_SET(order.data, text, text);
	order.by = dossier->setup.who.operator;
	if (!dossier_submit(dossier, &order, now, already, &err))
		dossier_say(dossier, "not recorded: ", err.text);
}
