/*
 * runs_walk.c: the bytes of a run, which are in the evidence, and what of its commands was accepted
 * before. All of it in a worker.
 */
#include <string.h>

#include "app/runs_inside.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/journal.h"

#define READ_AGAIN (2 * WHEN_SECOND)	/* bytes of another console may still be on their way */

struct walk_reader {
	uv_work_t work;
	struct walk *walk;		/* NULL: left */
	char *folder, *state, *path, *bytes;	/* bytes NULL: from the evidence */
	size_t len;
	char id[BOOK_ID], sha256[DIGEST_HEX];
	bool accept;			/* write down that it is accepted, too */
	struct runbook *runbook;
	struct changes changes;
	bool accepted;
	struct err err, trust;
};

/* --- in the worker --- */

static bool read_bytes(struct walk_reader *reader, struct buf *out)
{
	if (reader->bytes)
		return buf_add(out, reader->bytes, reader->len);
	return journal_evidence_read(reader->folder, reader->sha256, out, &reader->err);
}

/* What differs from the version that was accepted; an equal one, or one with the same commands, is
 * accepted by that; so is one that has none. */
static void compare(struct walk_reader *reader, struct str bytes)
{
	struct buf before = { 0 };
	struct runbook *was = NULL;
	struct err err = { 0 };

	if (reader->accept && reader->state)
		(void)trust_write(reader->state, reader->id, bytes, &reader->trust);
	if (reader->state && trust_read(reader->state, reader->id, &before, &err))
		was = runbook_read(reader->path, str_sub(buf_cstr(&before), before.len), &err);
	(void)runbook_changes(was, reader->runbook, &reader->changes);
	reader->accepted = reader->changes.commands == 0;
	runbook_free(was);
	buf_done(&before);
}

static void in_worker(uv_work_t *work)
{
	struct walk_reader *reader = work->data;
	struct buf bytes = { 0 };
	struct str text;

	if (read_bytes(reader, &bytes)) {
		text = str_sub(buf_cstr(&bytes), bytes.len);
		reader->runbook = runbook_read(reader->path, text, &reader->err);
		if (reader->runbook)
			compare(reader, text);
	}
	buf_done(&bytes);
}

/* --- on the loop --- */

static void reader_free(struct walk_reader *reader)
{
	runbook_free(reader->runbook);
	changes_done(&reader->changes);
	mem_free(reader->folder);
	mem_free(reader->state);
	mem_free(reader->path);
	mem_free(reader->bytes);
	mem_free(reader);
}

static void take_changes(struct walk *walk, struct walk_reader *reader)
{
	changes_done(&walk->changes);
	walk->changes = reader->changes;
	reader->changes = (struct changes){ .commands = 0 };
	walk->accepted = reader->accepted;
	if (reader->trust.kind != ERR_NONE)
		runs_say(walk->owner, "%s", reader->trust.text);
}

static void take_runbook(struct walk *walk, struct walk_reader *reader)
{
	const struct run *run = run_of_walk(walk);

	if (!reader->runbook) {
		str_put(walk->why, sizeof(walk->why), reader->err.text);
		walk->retry = runs_now(walk->owner).steady + READ_AGAIN;
		return;
	}
	if (run && strcmp(run->sha256, reader->runbook->card.sha256) != 0) {
		str_put(walk->why, sizeof(walk->why), "its bytes are not what the run says");
		walk->retry = WHEN_NEVER;
		return;
	}
	take_changes(walk, reader);
	if (walk->runbook)
		return;			/* it was only accepted */
	walk->runbook = reader->runbook;
	reader->runbook = NULL;
	walk->senses = mem_array(walk->runbook->step_count + 1, sizeof(*walk->senses));
	walk->told = mem_array(walk->runbook->step_count + 1, sizeof(*walk->told));
}

static void on_return(uv_work_t *work, int status)
{
	struct walk_reader *reader = work->data;
	struct walk *walk = reader->walk;

	(void)status;
	if (walk) {
		walk->reader = NULL;
		take_runbook(walk, reader);
		sense_look(walk);
		runs_tell(walk->owner);
	}
	reader_free(reader);
}

static void send_reader(struct walk *walk, const struct run *run, struct str bytes, bool accept)
{
	struct runs *runs = walk->owner;
	struct docket docket;
	struct walk_reader *reader = mem_new(sizeof(*reader));

	dossier_docket(runs->setup.dossier, &docket);
	reader->walk = walk;
	reader->folder = mem_text(docket.folder);
	reader->state = mem_text(runs->state);
	reader->path = mem_new(BOOK_ID + sizeof(".md"));
	str_put(reader->path, BOOK_ID + sizeof(".md"), run->runbook);
	(void)str_put(reader->path + strlen(reader->path), sizeof(".md"), ".md");
	str_put(reader->id, sizeof(reader->id), run->runbook);
	str_put(reader->sha256, sizeof(reader->sha256), run->sha256);
	if (bytes.len > 0) {
		reader->bytes = mem_dup(bytes.p, bytes.len);
		reader->len = bytes.len;
	}
	reader->accept = accept;
	reader->work.data = reader;
	walk->reader = reader;
	uv_queue_work(loop_uv(runs->setup.loop), &reader->work, in_worker, on_return);
}

void walk_load(struct walk *walk)
{
	const struct run *run = run_of_walk(walk);

	if (walk->runbook || walk->reader || !run || walk->retry == WHEN_NEVER ||
	    runs_now(walk->owner).steady < walk->retry)
		return;
	if (!walk->why[0])
		str_put(walk->why, sizeof(walk->why), "it is being read");
	send_reader(walk, run, str_of(NULL), false);
}

void walk_accept(struct walk *walk)
{
	struct runs *runs = walk->owner;
	const struct run *run = run_of_walk(walk);
	struct order order = { .kind = EVENT_RUNBOOK_ACCEPTED, .at = WHEN_NEVER, .src = SRC_HUMAN };
	struct err err = { 0 };

	if (!run || walk->accepted || walk->reader)
		return;
	EVENT_SET(order.data, runbook, run->runbook);
	EVENT_SET(order.data, sha256, run->sha256);
	if (!runs_submit(runs, &order, &err)) {
		runs_say(runs, "%s", err.text);
		return;
	}
	run = run_of_walk(walk);			/* the state may be folded anew */
	if (run)
		send_reader(walk, run, walk->runbook->bytes, true);
}

void walk_leave(struct walk *walk)
{
	if (walk->reader)
		walk->reader->walk = NULL;
	walk->reader = NULL;
}

void walk_free(struct walk *walk)
{
	walk_leave(walk);
	checklist_done(&walk->list);
	changes_done(&walk->changes);
	pane_done(&walk->pane);
	mem_free(walk->senses);
	mem_free(walk->told);
	runbook_free(walk->runbook);
	mem_free(walk);
}
