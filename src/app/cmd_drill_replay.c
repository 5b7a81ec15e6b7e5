/*
 * cmd_drill_replay.c: a tabletop line by line, on a terminal or from a pipe: what had happened by
 * then, and what the table would do. An empty line shows the next moment; q stops, and the next
 * `drill replay` goes on where the table has answered last. At the end: what was done in earnest.
 */
#include <stdio.h>
#include <string.h>

#include "app/cmd_drill.h"
#include "app/rehearsal.h"
#include "base/scrub.h"

enum { ANSWER_MOST = 4096, DEEDS = 3 };

struct replay {
	struct work *work;
	struct history *history;	/* of the incident that is replayed */
	struct rehearsal table;
	bool stopped;
};

/* --- what is shown ---------------------------------------------------------------------------- */

static void put_line(const struct replay *replay, msec at, const char *who, const char *text)
{
	struct buf line = { 0 };
	char clock[WHEN_TEXT];

	when_format(clock, at / WHEN_SECOND * WHEN_SECOND);
	scrub(&line, str_of(text ? text : ""));
	fprintf(replay->work->context->out, "%s  %s%s%s\n", clock, who, *who ? ": " : "",
		buf_cstr(&line));
	buf_done(&line);
}

static void put_record(const struct replay *replay, const struct record *record)
{
	struct buf who = { 0 };

	if (record->src == SRC_HUMAN)
		scrub(&who, str_of(record->by));
	put_line(replay, record->at, buf_cstr(&who), record->sentence);
	buf_done(&who);
}

static void put_records(const struct replay *replay, size_t from)
{
	for (size_t i = from; i < replay->table.shown; i++) {
		const struct record *record = history_record(replay->history, i);

		if (rehearsal_shows(record))
			put_record(replay, record);
	}
}

static bool is_deed(const struct record *record, msec after, msec upto)
{
	return record->src == SRC_HUMAN && rehearsal_shows(record) && !record->undone &&
	       record->at > after && record->at <= upto;
}

static void put_deeds(const struct replay *replay, msec after, msec upto)
{
	FILE *out = replay->work->context->out;
	size_t count = 0;

	for (size_t i = 0; i < history_count(replay->history); i++) {
		const struct record *record = history_record(replay->history, i);

		if (is_deed(record, after, upto) && count++ < DEEDS)
			put_record(replay, record);
	}
	if (count == 0)
		fprintf(out, "  nobody did anything before the next answer\n");
	else if (count > DEEDS)
		fprintf(out, "  and %zu more\n", count - DEEDS);
}

/* The answers by the clock of the table, each with what was done until the next one. */
static const char *answer_at(const struct history *drill, size_t *index, msec *clock)
{
	for (; *index < history_count(drill); (*index)++) {
		const struct record *record = history_record(drill, *index);
		const char *words;

		if (record->kind == EVENT_NOTE && !record->undone && record->sentence &&
		    rehearsal_note_read(record->sentence, clock, &words)) {
			(*index)++;
			return words;
		}
	}
	return NULL;
}

static void compare(const struct replay *replay)
{
	const struct history *drill = dossier_history(replay->work->dossier);
	FILE *out = replay->work->context->out;
	size_t index = 0, count = 0;
	msec clock = WHEN_NEVER, next = WHEN_NEVER;
	const char *words = answer_at(drill, &index, &clock);

	fprintf(out, "\nThat is all of it. What we would have done, and what was done:\n");
	while (words) {
		const char *after = answer_at(drill, &index, &next);

		fprintf(out, "\n");
		put_line(replay, clock, "WE", words);
		put_deeds(replay, clock, after ? next : INT64_MAX);
		words = after;
		clock = next;
		count++;
	}
	if (count == 0)
		fprintf(out, "The table wrote no answer.\n");
}

/* --- the table -------------------------------------------------------------------------------- */

static bool record_answer(struct replay *replay, struct str words, struct err *err)
{
	struct work *work = replay->work;
	struct order order = work_order(work, EVENT_NOTE);
	struct buf clean = { 0 }, note = { 0 };
	bool ok;

	scrub(&clean, words);
	rehearsal_note_put(replay->table.clock, buf_cstr(&clean), &note);
	EVENT_SET(order.data, text, arena_text(&work->arena, buf_cstr(&note), note.len));
	ok = work_submit(work, &order, err);
	buf_done(&clean);
	buf_done(&note);
	return ok;
}

/* Answers until an empty line asks for the next moment. The end of the input stops. */
static bool ask(struct replay *replay, struct err *err)
{
	char line[ANSWER_MOST];

	for (;;) {
		struct str words;

		fprintf(replay->work->context->out,
			"What would we do now? (Enter: what happened next, q: stop)\n> ");
		fflush(replay->work->context->out);
		if (!fgets(line, sizeof(line), stdin)) {
			replay->stopped = true;
			return true;
		}
		words = str_trim(str_of(line));
		replay->stopped = str_eq(words, "q");
		if (words.len == 0 || replay->stopped)
			return true;
		if (!record_answer(replay, words, err))
			return false;
	}
}

static bool go_through(struct replay *replay, struct err *err)
{
	put_records(replay, 0);
	if (replay->table.shown > 0 && !replay->table.over && !ask(replay, err))
		return false;
	while (!replay->stopped && !replay->table.over) {
		size_t from = replay->table.shown;

		if (!rehearsal_next(&replay->table))
			break;
		put_records(replay, from);
		if (!ask(replay, err))
			return false;
	}
	if (replay->table.over && !replay->stopped)
		compare(replay);
	return true;
}

static bool run_replay(struct work *work, struct err *err)
{
	struct replay replay = { .work = work, .table = { .clock = WHEN_NEVER } };
	const struct drill *drill;
	bool ok;

	if (work_given(work, OPTION_JSON))
		return err_set(err, ERR_USAGE, "drill replay talks with people: it has no --json");
	if (!drill_open(work, err))
		return false;
	drill = drill_of(work);
	if (!drill->replays[0])
		return err_set(err, ERR_REFUSED, "#%s replays no incident: `binnacle drill start --type "
			       "tabletop --replay ID` does", work->shelved.id);
	replay.history = rehearsal_read(work->roots, drill->replays, err);
	if (!replay.history)
		return false;
	replay.table.history = replay.history;
	rehearsal_resume(&replay.table, dossier_history(work->dossier));
	fprintf(work->context->out, "DRILL: #%s replays #%s. What came later is hidden.\n",
		work->shelved.id, drill->replays);
	ok = go_through(&replay, err);
	history_free(replay.history);
	return ok;
}

int cmd_drill_replay(const struct context *context)
{
	return work_run(context, run_replay);
}
