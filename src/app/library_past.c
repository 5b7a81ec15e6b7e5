/*
 * library_past.c: what earlier incidents tell about runbooks: the folders of the newest incidents
 * are read in a worker, one after the other, and forgotten again.
 */
#include <string.h>

#include "app/library_inside.h"
#include "base/mem.h"
#include "store/journal.h"
#include "store/shelf.h"

enum { PAST_INCIDENTS = 200 };
#define PAST_EVERY (5 * WHEN_MINUTE)

struct past_reader {
	uv_work_t work;
	struct bookcase *bookcase;	/* NULL: left */
	char *roots[2];
	struct book_past *pasts;
	size_t count, cap;
};

void pasts_free(struct book_past *pasts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		past_done(&pasts[i]);
	mem_free(pasts);
}

/* --- in the worker --- */

static struct book_past *past_of(struct past_reader *reader, const char *runbook)
{
	struct book_past *past;

	for (size_t i = 0; i < reader->count; i++) {
		if (strcmp(reader->pasts[i].runbook, runbook) == 0)
			return &reader->pasts[i];
	}
	reader->pasts = mem_grow(reader->pasts, &reader->cap, reader->count + 1,
				 sizeof(*reader->pasts));
	past = &reader->pasts[reader->count++];
	str_put(past->runbook, sizeof(past->runbook), runbook);
	return past;
}

/* Several runs of one runbook in one incident are added at once. */
static bool is_first(const struct incident *incident, size_t run)
{
	for (size_t i = 0; i < run; i++) {
		if (strcmp(incident->runs[i].runbook, incident->runs[run].runbook) == 0)
			return false;
	}
	return true;
}

/* Earlier ones only: what goes on proves nothing yet. */
static void take(struct past_reader *reader, const struct incident *incident, const char *folder)
{
	if (incident_open(incident))
		return;
	for (size_t i = 0; i < incident->run_count; i++) {
		if (is_first(incident, i))
			past_add(past_of(reader, incident->runs[i].runbook), incident, folder);
	}
}

static void visit(void *arg, const char *origin, struct str line)
{
	struct err err;

	(void)history_take_from(arg, origin, line, &err);	/* damage is told by whoever opens it */
}

static void read_folder(struct past_reader *reader, const struct shelved *shelved)
{
	struct journal_who nobody = { 0 };
	struct journal *journal = journal_open(shelved->folder, false, shelved->shared, &nobody,
					       NULL);
	struct history *history;
	struct err err;

	if (!journal)
		return;
	history = history_new(shelved->id);
	if (journal_follow(journal, visit, history, &err)) {
		history_fold(history);
		take(reader, history_incident(history), shelved->folder);
	}
	history_free(history);
	journal_close(journal);
}

static void in_worker(uv_work_t *work)
{
	struct past_reader *reader = work->data;
	const char *const roots[2] = { reader->roots[0], reader->roots[1] };
	struct err err = { 0 };
	size_t count = 0;
	struct shelved *list = shelf_list(roots, &count, &err);

	for (size_t i = 0; i < count && i < PAST_INCIDENTS; i++)
		read_folder(reader, &list[i]);
	mem_free(list);
	for (size_t i = 0; i < reader->count; i++)
		past_finish(&reader->pasts[i]);
}

/* --- on the loop --- */

static void on_return(uv_work_t *work, int status)
{
	struct past_reader *reader = work->data;
	struct bookcase *bookcase = reader->bookcase;

	(void)status;
	if (bookcase) {
		pasts_free(bookcase->pasts, bookcase->past_count);
		bookcase->pasts = reader->pasts;
		bookcase->past_count = reader->count;
		bookcase->past_known = true;
		bookcase->past_reader = NULL;
		bookcase_tell(bookcase);
	} else {
		pasts_free(reader->pasts, reader->count);
	}
	mem_free(reader->roots[0]);
	mem_free(reader->roots[1]);
	mem_free(reader);
}

void bookcase_past_send(struct bookcase *bookcase)
{
	msec now = loop_now(bookcase->loop).steady;
	struct past_reader *reader;

	if (bookcase->past_reader || now < bookcase->next_past)
		return;
	bookcase->next_past = now + PAST_EVERY;
	reader = mem_new(sizeof(*reader));
	reader->bookcase = bookcase;
	reader->roots[0] = mem_text(bookcase->roots[0]);
	reader->roots[1] = mem_text(bookcase->roots[1]);
	reader->work.data = reader;
	bookcase->past_reader = reader;
	uv_queue_work(loop_uv(bookcase->loop), &reader->work, in_worker, on_return);
}

void bookcase_past_leave(struct bookcase *bookcase)
{
	if (bookcase->past_reader)
		bookcase->past_reader->bookcase = NULL;
	bookcase->past_reader = NULL;
}

bool bookcase_recalls(const struct bookcase *bookcase)
{
	return bookcase->past_reader && !bookcase->past_known;
}

const struct book_past *bookcase_past(void *arg, const char *runbook)
{
	const struct bookcase *bookcase = arg;

	for (size_t i = 0; i < bookcase->past_count; i++) {
		if (strcmp(bookcase->pasts[i].runbook, runbook) == 0)
			return &bookcase->pasts[i];
	}
	return NULL;
}
