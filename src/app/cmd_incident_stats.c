/*
 * cmd_incident_stats.c: all incidents together. One after the other is opened, told and closed:
 * the memory is that of one.
 */
#include <stdio.h>

#include "app/cmd_incident.h"
#include "base/mem.h"
#include "export/story.h"
#include "store/journal.h"

static bool read_evidence(void *arg, const char *sha256, struct buf *out)
{
	return journal_evidence_read(arg, sha256, out, NULL);
}

/* One that cannot be read is told, and is no reason to leave the others out. */
static bool add_one(struct work *work, struct shelved *shelved, struct stats *stats)
{
	struct err err = { 0 };
	struct story *story;

	if (!work_open_folder(work, shelved, false, &err)) {
		fprintf(work->context->err, "binnacle: %s: %s\n", shelved->folder, err.text);
		return false;
	}
	story = story_new(&(struct story_in){
		.history = dossier_history(work->dossier), .tool_version = BINNACLE_VERSION,
		.exported_at = work->now, .evidence = read_evidence, .arg = shelved->folder });
	stats_add(stats, story);
	story_free(story);
	dossier_close(work->dossier);
	work->dossier = NULL;
	return true;
}

static bool print_stats(struct work *work, struct stats *stats, struct err *err)
{
	struct buf text = { 0 };

	if (work_given(work, OPTION_JSON))
		return work_print_json(work, stats_json(stats, work->now), err);
	stats_plain(stats, &text);
	return work_print_text(work, &text, err);
}

static bool run_stats(struct work *work, struct err *err)
{
	size_t count = 0;
	struct shelved *all = shelf_list(work->roots, &count, err);
	struct stats *stats;
	bool ok;

	if (!all && err->kind != ERR_NONE)
		return false;
	stats = stats_new();
	for (size_t i = 0; i < count; i++) {
		if (!add_one(work, &all[i], stats))
			work->status = EXIT_FAILED;
	}
	if (count == 0 && work_given(work, OPTION_FAIL_EMPTY))
		work->status = EXIT_NOT_FOUND;
	ok = print_stats(work, stats, err);
	stats_free(stats);
	mem_free(all);
	return ok;
}

int cmd_incident_stats(const struct context *context)
{
	return work_run(context, run_stats);
}
