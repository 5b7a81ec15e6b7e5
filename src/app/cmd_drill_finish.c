/*
 * cmd_drill_finish.c: the end of a drill, and its report.
 *
 * Resolved first, then composed, kept as evidence, recorded as finished, and put into its folder.
 * Whoever is killed in between finishes it again: each step that is on the record is left out, and
 * the report is made of the record alone.
 */
#include <string.h>

#include "app/cmd_drill.h"

#define NOBODY_AFFECTED "A drill: nobody was affected."

static bool resolve(struct work *work, struct err *err)
{
	const char *summary = work_flag(work, OPTION_SUMMARY);
	const char *reason = work_flag(work, OPTION_REASON);
	struct order order = work_order(work, EVENT_STATUS_SET);

	if (!incident_open(dossier_incident(work->dossier)))
		return true;
	EVENT_SET(order.data, new_, incident_status_word(INCIDENT_RESOLVED));
	EVENT_SET(order.data, text, summary ? summary : NOBODY_AFFECTED);
	if (reason)
		EVENT_SET(order.data, reason, reason);
	return work_submit(work, &order, err);
}

/* The first failure in words, for the line of the record. */
static const char *verdict_of(struct work *work, const struct drill_paper *paper)
{
	struct err ignored = { 0 };
	json_t *root = json_read(str_of(buf_cstr(&paper->bytes)), JSON_MAX_PINNED, &ignored);
	const json_t *failures = json_object_get(root, "failures");
	size_t count = json_array_size(failures);
	const char *first = json_string_value(json_array_get(failures, 0));
	const char *text = "it passed";

	if (count > 0)
		text = arena_fmt(&work->arena, "%.200s%s", first, count > 1 ? "; and more" : "");
	json_decref(root);
	return text;
}

static bool record(struct work *work, const struct drill_paper *paper, struct err *err)
{
	struct order order = work_order(work, EVENT_DRILL_FINISHED);

	if (!dossier_evidence(work->dossier, str_sub(buf_cstr(&paper->bytes), paper->bytes.len),
			      DR_REPORT_FILE, "the report of the drill", work->by, work->now, err))
		return false;
	EVENT_SET(order.data, ok, paper->pass);
	EVENT_SET(order.data, sha256, paper->sha256);
	EVENT_SET(order.data, text, verdict_of(work, paper));
	return work_submit(work, &order, err);
}

static bool print_it(struct work *work, const struct drill_paper *paper, const char *path,
		     struct err *err)
{
	char id[DR_REPORT_ID];
	struct buf text = { 0 };
	json_t *root;

	if (!work_given(work, OPTION_JSON)) {
		dr_report_plain(&paper->in, &text);
		buf_fmt(&text, "report: %s\n", path);
		return work_print_text(work, &text, err);
	}
	dr_report_id(&paper->in, id);
	root = json_object();
	json_set_text(root, "schema", "binnacle.drill/1");
	json_set_time(root, "at", work->now);
	json_set_text(root, "id", work->shelved.id);
	json_set_text(root, "drill", id);
	json_set_bool(root, "pass", paper->pass);
	json_set_text(root, "path", path);
	json_set_text(root, "sha256", paper->sha256);
	return work_print_json(work, root, err);
}

static bool store(struct work *work, const struct drill_paper *paper, struct err *err)
{
	struct buf path = { 0 };
	bool ok = drill_paper_store(paper, &work->settings, &path, err) &&
		  print_it(work, paper, buf_cstr(&path), err);

	buf_done(&path);
	return ok;
}

static bool finish(struct work *work, struct err *err)
{
	struct drill_paper paper;
	bool ok;

	drill_paper_make(&paper, dossier_history(work->dossier), work->shelved.folder);
	if (!paper.pass)
		work->status = EXIT_NOT_PASSED;
	ok = (drill_of(work)->finished || record(work, &paper, err)) && store(work, &paper, err);
	drill_paper_done(&paper);
	return ok;
}

static bool run_finish(struct work *work, struct err *err)
{
	return drill_open(work, err) && (drill_of(work)->finished || resolve(work, err)) &&
	       finish(work, err);
}

int cmd_drill_finish(const struct context *context)
{
	return work_run(context, run_finish);
}
