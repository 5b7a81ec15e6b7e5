/*
 * runs_begin.c: a run begins: its bytes go to the evidence first, and run.started names them. Only
 * then is it a run, so that any console can go on with it whatever becomes of the file.
 */
#include <string.h>

#include "app/runs_inside.h"
#include "base/mem.h"

#define RECALL_PATIENCE (5 * WHEN_SECOND)

static const struct evidence *find_evidence(const struct incident *incident, const char *sha256)
{
	for (size_t i = 0; i < incident->evidence_count; i++) {
		if (strcmp(incident->evidence[i].sha256, sha256) == 0)
			return &incident->evidence[i];
	}
	return NULL;
}

static const char *mode_of(const struct beginning *beginning)
{
	if (beginning->instruct)
		return "instruct";
	return beginning->runbook->card.native ? "native" : "plain";
}

static struct text_list steps_of(struct beginning *beginning)
{
	const struct runbook *runbook = beginning->runbook;
	const char **ids = arena_array(&beginning->arena, runbook->step_count, sizeof(*ids));

	for (size_t i = 0; i < runbook->step_count; i++)
		ids[i] = runbook->steps[i].id;
	return (struct text_list){ ids, runbook->step_count };
}

/* "STEP=SECONDS", as far as earlier incidents were read: what comes of it is measured against what
 * was usual then. */
static struct text_list usual_of(struct beginning *beginning)
{
	const struct runs *runs = beginning->owner;
	const struct books *books = bookcase_books(runs->setup.bookcase);
	const struct runbook *runbook = beginning->runbook;
	const struct book_past *past = books && books->past ?
				       books->past(books->arg, runbook->card.id) : NULL;
	const char **values = arena_array(&beginning->arena, runbook->step_count, sizeof(*values));
	size_t count = 0;

	for (size_t i = 0; past && i < runbook->step_count; i++) {
		const struct past_step *step = past_step(past, runbook->steps[i].id);

		if (step && step->usually >= WHEN_SECOND)
			values[count++] = arena_fmt(&beginning->arena, "%s=%lld",
						    runbook->steps[i].id,
						    (long long)((step->usually + WHEN_SECOND / 2) / WHEN_SECOND));
	}
	return (struct text_list){ values, count };
}

static void submit(struct beginning *beginning)
{
	struct runs *runs = beginning->owner;
	const struct card *card = &beginning->runbook->card;
	struct order order = { .kind = EVENT_RUN_STARTED, .at = WHEN_NEVER, .src = SRC_HUMAN };
	char already[BECAUSE_TEXT];
	struct text_list usual = usual_of(beginning);
	struct err err = { 0 };

	EVENT_SET(order.data, runbook, card->id);
	EVENT_SET(order.data, title, card->title);
	EVENT_SET(order.data, sha256, card->sha256);
	EVENT_SET(order.data, blob, card->blob);
	EVENT_SET(order.data, mode, mode_of(beginning));
	EVENT_SET(order.data, steps, steps_of(beginning));
	if (usual.count > 0)
		EVENT_SET(order.data, values, usual);
	if (*beginning->because)
		EVENT_SET(order.data, because, beginning->because);
	if (*beginning->parent)
		EVENT_SET(order.data, of, beginning->parent);
	order.by = runs->setup.operator;
	if (!dossier_submit(runs->setup.dossier, &order, runs_now(runs).wall, already, &err))
		runs_say(runs, "%s", err.text);
	else if (already[0])
		runs_say(runs, "%s", already);
	beginning->submitted = true;
}

static void beginning_free(struct beginning *beginning)
{
	runbook_free(beginning->runbook);
	arena_done(&beginning->arena);
	mem_free(beginning);
}

/* Its bytes are kept, and what its steps took before is known or takes too long to be read. */
static bool may_start(struct runs *runs, const struct beginning *beginning)
{
	bool recalls = runs->setup.bookcase && bookcase_recalls(runs->setup.bookcase) &&
		       runs_now(runs).steady < beginning->since + RECALL_PATIENCE;

	return !recalls &&
	       find_evidence(runs_incident(runs), beginning->runbook->card.sha256) != NULL;
}

void begin_look(struct runs *runs)
{
	struct beginning **at = &runs->beginnings;

	while (*at) {
		struct beginning *beginning = *at;

		if (may_start(runs, beginning)) {
			*at = beginning->next;
			submit(beginning);
			beginning_free(beginning);
		} else {
			at = &beginning->next;
		}
	}
}

void begin_done(struct runs *runs)
{
	while (runs->beginnings) {
		struct beginning *beginning = runs->beginnings;

		runs->beginnings = beginning->next;
		beginning_free(beginning);
	}
}

static bool is_beginning(const struct runs *runs, const char *runbook)
{
	for (const struct beginning *b = runs->beginnings; b; b = b->next) {
		if (strcmp(b->runbook->card.id, runbook) == 0)
			return true;
	}
	return false;
}

/* The bytes are taken as they are in memory: the runbook that the list shows is the one that
 * begins. */
static struct runbook *read_book(struct runs *runs, const char *id, const char **unsafe)
{
	const char *path = "";
	struct str bytes = bookcase_bytes(runs->setup.bookcase, id, &path, unsafe);
	struct runbook *runbook;
	struct err err = { 0 };

	if (bytes.len == 0) {
		runs_say(runs, "there is no runbook %s", id);
		return NULL;
	}
	runbook = runbook_read(path, bytes, &err);
	if (!runbook)
		runs_say(runs, "%s", err.text);
	return runbook;
}

static bool keep_bytes(struct runs *runs, struct beginning *beginning)
{
	const struct runbook *runbook = beginning->runbook;
	struct err err = { 0 };

	if (find_evidence(runs_incident(runs), runbook->card.sha256))
		return true;
	if (dossier_evidence(runs->setup.dossier, runbook->bytes,
			     arena_fmt(&beginning->arena, "%s.md", runbook->card.id),
			     "the runbook as it was begun", runs->setup.operator,
			     runs_now(runs).wall, &err))
		return true;
	runs_say(runs, "%s cannot begin: %s", runbook->card.id, err.text);
	return false;
}

void runs_begin(struct runs *runs, const char *runbook, const char *because, const char *parent)
{
	const char *unsafe = NULL;
	struct beginning *beginning;
	struct runbook *book;

	if (is_beginning(runs, runbook)) {
		runs_say(runs, "%s begins already", runbook);
		return;
	}
	book = read_book(runs, runbook, &unsafe);
	if (!book)
		return;
	if (unsafe)
		runs_say(runs, "%s: shown, and nothing of it is run: %s", runbook, unsafe);
	beginning = mem_new(sizeof(*beginning));
	*beginning = (struct beginning){
		.runbook = book, .owner = runs, .next = runs->beginnings,
		.since = runs_now(runs).steady,
		.instruct = runs->setup.instruct || unsafe,
	};
	beginning->because = arena_text(&beginning->arena, because, strlen(because));
	beginning->parent = arena_text(&beginning->arena, parent, strlen(parent));
	if (!keep_bytes(runs, beginning)) {
		beginning_free(beginning);
		return;
	}
	runs->beginnings = beginning;
	begin_look(runs);
}
