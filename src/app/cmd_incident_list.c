/*
 * cmd_incident_list.c: the verbs that only read: list, show, brief, verify.
 */
#include <stdio.h>
#include <string.h>

#include "app/cmd_incident.h"
#include "base/mem.h"
#include "export/incident_json.h"
#include "export/updates.h"

/* --- list ------------------------------------------------------------------------------------ */

static void put_row(const struct incident *incident, const char *folder, struct buf *out)
{
	char declared[WHEN_TEXT], resolved[WHEN_TEXT] = "-";
	msec end = incident->milestones[MILESTONE_RESOLVED].at;

	when_format(declared, incident->declared_at);
	if (end != WHEN_NEVER)
		when_format(resolved, end);
	buf_fmt(out, "%-8s SEV%u %-13s %-24s %-24s %s  %s\n", incident->id, incident->severity,
		incident_status_word(incident->status), declared, resolved, incident->title, folder);
}

/* One that cannot be read is told, and is no reason to hide the others. */
static bool list_one(struct work *work, const struct shelved *shelved, json_t *rows,
		     struct buf *out)
{
	struct err err = { 0 };

	if (!work_open_folder(work, shelved, false, &err)) {
		fprintf(work->context->err, "binnacle: %s: %s\n", shelved->folder, err.text);
		return false;
	}
	json_array_append_new(rows, incident_row_json(dossier_incident(work->dossier),
						      shelved->folder));
	put_row(dossier_incident(work->dossier), shelved->folder, out);
	dossier_close(work->dossier);
	work->dossier = NULL;
	return true;
}

static bool print_list(struct work *work, json_t *rows, struct buf *out, struct err *err)
{
	json_t *root = json_object();

	json_set_text(root, "schema", "binnacle.incidents/1");
	json_set_time(root, "at", work->now);
	json_set(root, "incidents", rows);
	if (work_given(work, OPTION_JSON)) {
		buf_done(out);
		return work_print_json(work, root, err);
	}
	json_decref(root);
	return work_print_text(work, out, err);
}

static bool run_list(struct work *work, struct err *err)
{
	size_t count = 0;
	struct shelved *all = shelf_list(work->roots, &count, err);
	json_t *rows = json_array();
	struct buf out = { 0 };

	if (!all && err->kind != ERR_NONE) {
		json_decref(rows);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		if (!list_one(work, &all[i], rows, &out))
			work->status = EXIT_FAILED;
	mem_free(all);
	if (count == 0 && work_given(work, OPTION_FAIL_EMPTY))
		work->status = EXIT_NOT_FOUND;
	return print_list(work, rows, &out, err);
}

int cmd_incident_list(const struct context *context)
{
	return work_run(context, run_list);
}

/* --- show, brief ------------------------------------------------------------------------------ */

static bool run_show(struct work *work, struct err *err)
{
	struct incident_view view = { .folder = work->shelved.folder };
	struct docket docket;
	struct buf text = { 0 };

	if (!work_open(work, err))
		return false;
	if (work_given(work, OPTION_JSON))
		return work_print(work, err);
	work_clocks(work, &view.in);
	dossier_docket(work->dossier, &docket);
	view.history = dossier_history(work->dossier);
	view.degraded = docket.trouble;
	incident_plain(&view, &text);
	buf_char(&text, '\n');
	timeline_plain(view.history, &text);
	return work_print_text(work, &text, err);
}

int cmd_incident_show(const struct context *context)
{
	return work_run(context, run_show);
}

static bool run_brief(struct work *work, struct err *err)
{
	struct buf text = { 0 };
	json_t *root;

	if (!work_open(work, err))
		return false;
	work_ask(work);
	work_brief(work, &text);
	if (!work_given(work, OPTION_JSON))
		return work_print_text(work, &text, err);
	root = json_object();
	json_set_text(root, "schema", "binnacle.brief/1");
	json_set_time(root, "at", work->now);
	json_set_text(root, "id", dossier_incident(work->dossier)->id);
	json_set(root, "text", json_stringn(buf_cstr(&text), text.len));
	buf_done(&text);
	return work_print_json(work, root, err);
}

int cmd_incident_brief(const struct context *context)
{
	return work_run(context, run_brief);
}

/* --- verify ----------------------------------------------------------------------------------- */

static json_t *report_json(const struct journal_report *report)
{
	json_t *one = json_object();

	json_set_text(one, "file", report->file);
	json_set_i64(one, "events", (int64_t)report->events);
	json_set_text(one, "head", report->events > 0 ? report->head : NULL);
	json_set(one, "bad_line", report->bad_line ? json_integer((json_int_t)report->bad_line) :
		 json_null());
	json_set_text(one, "why", report->why[0] ? report->why : NULL);
	json_set_bool(one, "torn", report->torn);
	return one;
}

static void put_report(const struct journal_report *report, struct buf *out)
{
	if (report->bad_line)
		buf_fmt(out, "DAMAGED %s line %llu: %s\n", report->file,
			(unsigned long long)report->bad_line, report->why);
	else
		buf_fmt(out, "ok      %s %llu events, head %s\n", report->file,
			(unsigned long long)report->events, report->head);
}

static void note_torn(const struct work *work, const struct journal_report *report)
{
	if (report->torn && !report->bad_line && !work_given(work, OPTION_QUIET))
		fprintf(work->context->err, "binnacle: %s: its last line is not whole: it was never "
					    "said to be saved, and is put aside by the next writer\n",
			report->file);
}

/* A piece of evidence that is not what its name says is damage of the record too. */
static json_t *check_evidence(const struct work *work, const struct incident *incident,
			      struct buf *out, size_t *damaged)
{
	json_t *all = json_array();

	for (size_t i = 0; i < incident->evidence_count; i++) {
		const struct evidence *evidence = &incident->evidence[i];
		struct buf bytes = { 0 };
		struct err why = { 0 };
		json_t *one = json_object();
		bool ok = journal_evidence_read(work->shelved.folder, evidence->sha256, &bytes, &why);

		*damaged += !ok;
		if (!ok)
			buf_fmt(out, "DAMAGED evidence %s: %s\n", evidence->name, why.text);
		json_set_text(one, "sha256", evidence->sha256);
		json_set_text(one, "name", evidence->name);
		json_set_bool(one, "ok", ok);
		json_set_text(one, "why", ok ? NULL : why.text);
		json_array_append_new(all, one);
		buf_done(&bytes);
	}
	return all;
}

static bool run_verify(struct work *work, struct err *err)
{
	size_t count = 0, damaged = 0;
	struct journal_report *reports;
	json_t *root, *files = json_array();
	struct buf out = { 0 };

	if (!work_open(work, err) ||
	    !(reports = journal_verify(work->shelved.folder, &count, &damaged, err))) {
		json_decref(files);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		json_array_append_new(files, report_json(&reports[i]));
		put_report(&reports[i], &out);
		note_torn(work, &reports[i]);
	}
	mem_free(reports);
	root = json_object();
	json_set_text(root, "schema", "binnacle.verify/1");
	json_set_text(root, "id", work->shelved.id);
	json_set(root, "files", files);
	json_set(root, "evidence", check_evidence(work, dossier_incident(work->dossier), &out,
						  &damaged));
	json_set_bool(root, "ok", damaged == 0);
	work->status = damaged > 0 ? EXIT_DAMAGED : EXIT_OK;
	if (work_given(work, OPTION_JSON)) {
		buf_done(&out);
		return work_print_json(work, root, err);
	}
	json_decref(root);
	return work_print_text(work, &out, err);
}

int cmd_incident_verify(const struct context *context)
{
	return work_run(context, run_verify);
}
