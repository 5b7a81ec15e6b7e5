/*
 * incidents_runs.c: runbooks on the desk: one set of walks for each incident, the library beside
 * them, and the pieces of evidence that a screen shows.
 */
#include <stdio.h>
#include <string.h>

#include "app/drills.h"
#include "app/incidents_inside.h"
#include "base/mem.h"
#include "store/journal.h"
#include "ui/shell.h"

/* --- the library --- */

static void on_library(void *arg)
{
	desk_make(arg);
}

void desk_library(struct incidents *incidents)
{
	incidents->bookcase = bookcase_new(incidents->setup.loop, incidents->setup.context,
					   incidents->setup.settings, on_library, incidents);
	incidents->board = board_keeper_new(incidents->setup.loop, incidents->setup.settings,
					    on_library, incidents);
	incidents->rehearsal = rehearsal_keeper_new(incidents->setup.loop, on_library, incidents);
}

void incidents_rehearse(struct incidents *incidents)
{
	rehearsal_keeper_next(incidents->rehearsal);
}

/* --- walks --- */

static void on_changed(void *arg)
{
	struct slot *slot = arg;

	desk_make(slot->owner);
}

static void on_said(void *arg, const char *sentence)
{
	struct slot *slot = arg;

	incidents_say(slot->owner, "#%s: %s", dossier_incident(slot->dossier)->id, sentence);
}

static void on_terminal(void *arg, struct str bytes)
{
	struct slot *slot = arg;

	slot->owner->setup.terminal(slot->owner->setup.arg, bytes);
}

static void on_terminal_back(void *arg)
{
	struct slot *slot = arg;

	slot->owner->setup.terminal_back(slot->owner->setup.arg);
}

/* The estate comes after the first incidents: their walks begin with the first look. */
static void open_runs(struct slot *slot)
{
	struct incidents *incidents = slot->owner;
	bool lends = incidents->setup.terminal;
	struct err err = { 0 };
	const struct runs_setup setup = {
		.loop = incidents->setup.loop, .context = incidents->setup.context,
		.settings = incidents->setup.settings, .estate = incidents->estate,
		.bookcase = incidents->bookcase, .dossier = slot->dossier,
		.policy = &incidents->policy, .operator = incidents->who.operator,
		.instruct = incidents->setup.settings->runbooks.instruct,
		.changed = on_changed, .said = on_said,
		.terminal = lends ? on_terminal : NULL,
		.terminal_back = lends ? on_terminal_back : NULL, .arg = slot,
	};

	slot->runs = runs_new(&setup);
	if (!drills_fence_of(dossier_incident(slot->dossier), setup.settings, &err))
		incidents_say(incidents, "#%s: %s; nothing of it is executed",
			      dossier_incident(slot->dossier)->id, err.text);
}

void slot_runs_look(struct slot *slot, bool second)
{
	if (!slot->runs && slot->owner->estate)
		open_runs(slot);
	if (slot->runs)
		runs_look(slot->runs, second);
}

static struct slot *find_slot(struct incidents *incidents, const char *incident)
{
	struct slot *slot = slot_find(incidents, incident);

	if (slot && !slot->runs && incidents->estate)
		open_runs(slot);
	if (slot && slot->runs)
		return slot;
	incidents_say(incidents, "#%s is not open here", incident);
	return NULL;
}

/* What it is for, as far as the library knows: it becomes a part of the record. */
static void say_because(const struct incidents *incidents, const char *runbook,
			char out[BECAUSE_TEXT])
{
	const struct books *books = bookcase_books(incidents->bookcase);

	out[0] = '\0';
	for (size_t i = 0; i < books->match_count && !out[0]; i++) {
		const struct book_match *match = &books->matches[i];

		if (strcmp(books->cards[match->card].id, runbook) == 0)
			(void)snprintf(out, BECAUSE_TEXT, "%s %.180s", match_words(match->kind),
				       match->what);
	}
}

static void begin_run(struct incidents *incidents, const char *incident, const char *runbook,
		      const char *parent)
{
	struct slot *slot = find_slot(incidents, incident);
	char because[BECAUSE_TEXT];

	if (!slot)
		return;
	say_because(incidents, runbook, because);
	runs_begin(slot->runs, runbook, because, parent);
	desk_make(incidents);
}

static void execute(struct incidents *incidents, const char *incident,
		    const struct run_order *order)
{
	struct slot *slot = find_slot(incidents, incident);
	struct err err = { 0 };

	if (slot && !runs_execute(slot->runs, order, &err))
		incidents_say(incidents, "%s", err.text);
	desk_make(incidents);
}

static void answer(struct incidents *incidents, const char *incident,
		   const struct run_order *order, bool well, const char *said)
{
	struct slot *slot = find_slot(incidents, incident);
	struct err err = { 0 };

	if (slot && !runs_answered(slot->runs, order, well, said, &err))
		incidents_say(incidents, "%s", err.text);
	desk_make(incidents);
}

static void accept_book(struct incidents *incidents, const char *incident, const char *run)
{
	struct slot *slot = find_slot(incidents, incident);

	if (slot)
		runs_accept(slot->runs, run);
}

static void give_value(struct incidents *incidents, const struct effect *effect)
{
	struct slot *slot = find_slot(incidents, effect->incident);

	if (slot)
		runs_value(slot->runs, effect->run, effect->step, effect->text);
}

static struct slot *busy_slot(const struct incidents *incidents)
{
	for (size_t i = 0; i < incidents->count; i++) {
		if (incidents->slots[i]->runs && runs_busy(incidents->slots[i]->runs))
			return incidents->slots[i];
	}
	return NULL;
}

void incidents_interrupt(struct incidents *incidents)
{
	struct slot *slot = busy_slot(incidents);

	if (slot)
		runs_interrupt(slot->runs);
}

struct task *incidents_wants_terminal(struct incidents *incidents)
{
	struct slot *slot = busy_slot(incidents);

	return slot ? runs_wants_terminal(slot->runs) : after_wants_terminal(incidents);
}

void incidents_in_sight(struct incidents *incidents, const char *run, enum book_section section)
{
	for (size_t i = 0; i < incidents->count; i++) {
		if (incidents->slots[i]->runs)
			runs_in_sight(incidents->slots[i]->runs, run, section);
	}
}

void incidents_sight(struct incidents *incidents, const struct shell *shell)
{
	enum book_section section = SECTION_OTHER;
	char run[ULID_TEXT] = "";

	shell_in_sight(shell, incidents->estate->world, run, &section);
	incidents_in_sight(incidents, run, section);
}

static void on_made(void *arg, bool made, const char *text)
{
	incidents_say(arg, made ? "%s is made: fill it in with an editor" : "no runbook is made: %s",
		      text);
}

static void new_book(struct incidents *incidents, const char *id)
{
	if (incidents->setup.settings->read_only)
		incidents_say(incidents, "read-only: no file is written");
	else
		bookcase_make(incidents->bookcase, id, on_made, incidents);
}

void incidents_walk(struct incidents *incidents, const struct effect *effect)
{
	const struct run_order order = {
		.run = effect->run, .step = effect->step, .fence = effect->fence,
		.digest = effect->digest, .text = effect->text, .target = effect->target,
		.reason = effect->reason,
	};

	if (effect->kind == EFFECT_BEGIN)
		begin_run(incidents, effect->incident, effect->text, effect->on ? effect->run : "");
	else if (effect->kind == EFFECT_EXECUTE)
		execute(incidents, effect->incident, &order);
	else if (effect->kind == EFFECT_ANSWERED)
		answer(incidents, effect->incident, &order, effect->on, effect->reason);
	else if (effect->kind == EFFECT_ACCEPT)
		accept_book(incidents, effect->incident, effect->run);
	else if (effect->kind == EFFECT_VALUE)
		give_value(incidents, effect);
	else if (effect->kind == EFFECT_NEW_BOOK)
		new_book(incidents, effect->text);
	else if (effect->kind == EFFECT_INTERRUPT)
		incidents_interrupt(incidents);
}

/* --- evidence for the screen --- */

struct evidence_reader {
	uv_work_t work;
	struct incidents *incidents;	/* NULL: left */
	char folder[512], sha256[DIGEST_HEX];
	struct buf bytes;
	struct err err;
};

static void in_worker(uv_work_t *work)
{
	struct evidence_reader *reader = work->data;

	(void)journal_evidence_read(reader->folder, reader->sha256, &reader->bytes, &reader->err);
}

static void on_return(uv_work_t *work, int status)
{
	struct evidence_reader *reader = work->data;
	struct incidents *incidents = reader->incidents;

	(void)status;
	if (incidents) {
		struct shown_evidence *shown = &incidents->evidence;

		shown->reader = NULL;
		if (strcmp(shown->sha256, reader->sha256) == 0) {
			buf_done(&shown->bytes);
			shown->bytes = reader->bytes;
			reader->bytes = (struct buf){ 0 };
			str_put(shown->why, sizeof(shown->why), reader->err.text);
			incidents->evidence_version++;
			desk_make(incidents);
		}
	}
	buf_done(&reader->bytes);
	mem_free(reader);
}

static void send_reader(struct incidents *incidents, const struct slot *slot)
{
	struct evidence_reader *reader = mem_new(sizeof(*reader));
	struct docket docket;

	dossier_docket(slot->dossier, &docket);
	reader->incidents = incidents;
	str_put(reader->folder, sizeof(reader->folder), docket.folder);
	str_put(reader->sha256, sizeof(reader->sha256), incidents->evidence.sha256);
	reader->work.data = reader;
	incidents->evidence.reader = reader;
	uv_queue_work(loop_uv(incidents->setup.loop), &reader->work, in_worker, on_return);
}

bool desk_evidence(void *arg, const char *incident, const char *sha256, struct str *out,
		   const char **why)
{
	struct incidents *incidents = arg;
	struct shown_evidence *shown = &incidents->evidence;
	const struct slot *slot = slot_find(incidents, incident);

	*why = slot ? "it is being read" : "this incident is not open here";
	if (!slot)
		return false;
	if (strcmp(shown->sha256, sha256) != 0 && !shown->reader) {
		buf_clear(&shown->bytes);
		str_put(shown->sha256, sizeof(shown->sha256), sha256);
		str_put(shown->why, sizeof(shown->why), "it is being read");
		send_reader(incidents, slot);
	}
	if (strcmp(shown->sha256, sha256) != 0)
		return false;
	*out = str_sub(buf_cstr(&shown->bytes), shown->bytes.len);
	*why = shown->why;
	return !shown->why[0];
}

void desk_evidence_leave(struct incidents *incidents)
{
	if (incidents->evidence.reader)
		incidents->evidence.reader->incidents = NULL;
	buf_done(&incidents->evidence.bytes);
}
