/*
 * cmd_runbook_run.c: `runbook run`: which runbook, in which incident; then the walker. --dry-run
 * prints what would be walked and run, and records nothing.
 */
#include <string.h>

#include "app/cmd_incident.h"
#include "app/cmd_runbook.h"
#include "app/walker.h"
#include "base/mem.h"

/* --- the incident ---------------------------------------------------------------------------- */

static void put_down(struct work *work)
{
	dossier_close(work->dossier);
	work->dossier = NULL;
}

static bool is_open(struct work *work, const struct shelved *shelved)
{
	struct err err = { 0 };
	bool open;

	if (!work_open_folder(work, shelved, false, &err)) {
		fprintf(work->context->err, "binnacle: %s: %s\n", shelved->folder, err.text);
		return false;
	}
	open = incident_open(dossier_incident(work->dossier));
	put_down(work);
	return open;
}

/* The one that is open; which of several nobody can guess. */
static bool find_only(struct work *work, struct shelved *out, struct err *err)
{
	size_t count = 0, found = 0;
	struct shelved *all = shelf_list(work->roots, &count, err);

	if (!all && err->kind != ERR_NONE)
		return false;
	for (size_t i = 0; all && i < count; i++) {
		if (!is_open(work, &all[i]))
			continue;
		*out = all[i];
		found++;
	}
	mem_free(all);
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no incident is open: `binnacle incident open` "
			       "declares one, --type drill a drill");
	return found == 1 || err_set(err, ERR_USAGE, "%zu incidents are open: --incident says in "
				     "which", found);
}

static bool find_incident(struct work *work, struct shelved *out, struct err *err)
{
	const char *word = work_flag(work, OPTION_INCIDENT);

	if (!word)
		return find_only(work, out, err);
	if (!shelf_find(work->roots, word, out, err))
		return false;
	return is_open(work, out) ||
	       err_set(err, ERR_REFUSED, "#%s is not open: `binnacle incident reopen` first",
		       out->id);
}

/* --- the plan -------------------------------------------------------------------------------- */

/* What a fence would be asked about before it runs. */
static const char *care_words(const struct step *step, const struct fence *fence, bool production)
{
	bool native = fence->lang == LANG_SQL || fence->lang == LANG_PROMQL ||
		      fence->lang == LANG_HTTP;

	if (fence->check)
		return "reads; runs by itself once it is accepted";
	if (!fence->runnable)
		return "is not run";
	if (step->danger == DANGER_CAUTION)
		return "cannot be taken back: the target is typed";
	if (step->danger == DANGER_WARNING || (production && !(native && !fence->write)))
		return "changes production: a word is typed";
	return "Y runs it";
}

static void put_fence(const struct work *work, const struct step *step, const struct fence *fence,
		      struct buf *out)
{
	struct str rest = str_of(fence->text), line;

	buf_fmt(out, "   %s%s%s: %s%s%s\n", fence_lang_word(fence->lang),
		fence->on[0] ? " on " : "", fence->on,
		care_words(step, fence, work->settings.production),
		fence->runnable ? "" : ": ", fence->runnable ? "" : fence->why_not);
	while (str_cut(&rest, '\n', &line))
		buf_fmt(out, "     %.*s\n", (int)line.len, line.p);
}

static void put_plan(const struct work *work, const struct runbook *runbook, struct buf *out)
{
	buf_fmt(out, "%s: %s\n", runbook->card.id, runbook->card.title);
	for (size_t i = 0; i < runbook->step_count; i++) {
		const struct step *step = &runbook->steps[i];

		buf_fmt(out, "%u. %s [%s]%s%s\n", step->n, step->title,
			step_kind_word(step->kind), step->probe_text[0] ? " ticks when " : "",
			step->probe_text);
		for (size_t f = 0; f < step->fence_count; f++)
			put_fence(work, step, &step->fences[f], out);
	}
	for (size_t i = 0; i < runbook->card.param_count; i++)
		buf_fmt(out, "parameter %s%s%s\n", runbook->card.params[i].name,
			runbook->card.params[i].from[0] ? " from " : "",
			runbook->card.params[i].from);
}

static bool print_plan(struct work *work, const struct library *library, size_t index,
		       struct err *err)
{
	const struct card *card = &library_cards(library)[index];
	struct runbook *runbook = runbook_read(card->path, library_bytes(library, index), err);
	struct buf text = { 0 };

	if (!runbook)
		return false;
	put_plan(work, runbook, &text);
	runbook_free(runbook);
	return work_print_text(work, &text, err);
}

static bool walk(struct work *work, const char *id, struct err *err)
{
	struct walker_plan plan = { .context = work->context, .settings = &work->settings,
				    .runbook = id };
	struct shelved shelved;

	if (!find_incident(work, &shelved, err))
		return false;
	if (work_given(work, OPTION_INSTRUCT))
		work->settings.runbooks.instruct = true;
	plan.incident = shelved.id;
	work->status = walker_run(&plan);
	return true;
}

static bool run_run(struct work *work, struct err *err)
{
	struct librarian librarian;
	const char *id = NULL;
	size_t index;
	bool ok;

	if (!work_word(work, 0, "the id of a runbook", &id, err))
		return false;
	librarian_borrow(&librarian, work);
	index = librarian_find(&librarian, id, err);
	ok = index != SIZE_MAX;
	if (ok && work_given(work, OPTION_DRY_RUN))
		ok = print_plan(work, librarian.library, index, err);
	else if (ok)
		ok = walk(work, id, err);
	librarian_return(&librarian);
	return ok;
}

int cmd_runbook_run(const struct context *context)
{
	return work_run(context, run_run);
}
