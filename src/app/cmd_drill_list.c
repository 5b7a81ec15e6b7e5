/* cmd_drill_list.c: the verbs of drills that only read: report, list, due. */
#include <stdio.h>
#include <string.h>

#include "app/cmd_drill.h"
#include "app/drills_board.h"
#include "base/mem.h"
#include "export/board.h"

/* --- report ----------------------------------------------------------------------------------- */

static bool print_report(struct work *work, const struct drill_paper *paper, struct err *err)
{
	struct buf text = { 0 };

	if (work_given(work, OPTION_JSON))
		buf_add(&text, buf_cstr(&paper->bytes), paper->bytes.len);
	else
		dr_report_plain(&paper->in, &text);
	return work_print_text(work, &text, err);
}

static bool run_report(struct work *work, struct err *err)
{
	struct drill_paper paper;
	bool ok;

	if (!drill_open(work, err))
		return false;
	if (!drill_of(work)->finished)
		return err_set(err, ERR_REFUSED, "the drill is not finished: `binnacle drill finish %s` "
			       "makes its report", work->shelved.id);
	drill_paper_make(&paper, dossier_history(work->dossier), work->shelved.folder);
	ok = print_report(work, &paper, err);
	drill_paper_done(&paper);
	return ok;
}

int cmd_drill_report(const struct context *context)
{
	return work_run(context, run_report);
}

/* --- list ------------------------------------------------------------------------------------- */

static const char *outcome(const struct drill *drill)
{
	return !drill->finished ? "running" : drill->passed ? "passed" : "did not pass";
}

static json_t *row_json(const struct incident *incident)
{
	const struct drill *drill = incident->drill;
	json_t *row = json_object();

	json_set_text(row, "id", incident->id);
	json_set_text(row, "title", incident->title);
	json_set_text(row, "type", drill_type_word(drill->type));
	json_set_text(row, "scenario", drill_scenario_word(drill->scenario));
	json_set_time(row, "start", drill->started_at);
	json_set_time(row, "end", drill->finished_at);
	json_set(row, "pass", drill->finished ? json_boolean(drill->passed) : json_null());
	json_set_text(row, "verdict", drill->finished ? drill->verdict : NULL);
	json_set_time(row, "reviewed_at", drill->reviewed_at);
	json_set_text(row, "signed_off_by",
		      *incident->aftermath.signed_by ? incident->aftermath.signed_by : NULL);
	return row;
}

static void put_row(const struct incident *incident, struct buf *out)
{
	const struct drill *drill = incident->drill;
	char start[WHEN_TEXT];

	when_format(start, drill->started_at / WHEN_SECOND * WHEN_SECOND);
	buf_fmt(out, "%-8s %-20s %-27s %-20s %-13s %s%s%s\n", incident->id,
		drill_type_word(drill->type), drill_scenario_word(drill->scenario), start,
		outcome(drill), drill->reviewed_at != WHEN_NEVER ? "reviewed" : "not reviewed",
		*incident->aftermath.signed_by ? ", signed off by " : "",
		incident->aftermath.signed_by);
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
	if (drill_of(work)) {
		json_array_append_new(rows, row_json(dossier_incident(work->dossier)));
		put_row(dossier_incident(work->dossier), out);
	}
	dossier_close(work->dossier);
	work->dossier = NULL;
	return true;
}

static bool print_list(struct work *work, json_t *rows, struct buf *out, struct err *err)
{
	json_t *root;

	if (json_array_size(rows) == 0 && work_given(work, OPTION_FAIL_EMPTY))
		work->status = EXIT_NOT_FOUND;
	if (!work_given(work, OPTION_JSON)) {
		json_decref(rows);
		return work_print_text(work, out, err);
	}
	buf_done(out);
	root = json_object();
	json_set_text(root, "schema", "binnacle.drills/1");
	json_set_time(root, "at", work->now);
	json_set(root, "drills", rows);
	return work_print_json(work, root, err);
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
	for (size_t i = 0; all && i < count; i++)
		if (!list_one(work, &all[i], rows, &out))
			work->status = EXIT_FAILED;
	mem_free(all);
	return print_list(work, rows, &out, err);
}

int cmd_drill_list(const struct context *context)
{
	return work_run(context, run_list);
}

/* --- due -------------------------------------------------------------------------------------- */

static void judge(struct work *work, const struct drill_board *board)
{
	for (size_t i = 0; i < board->count; i++) {
		if (board->rows[i].overdue)
			work->status = EXIT_BAD;
		else if (board_soon(&board->rows[i], work->now) && work->status != EXIT_BAD)
			work->status = EXIT_WARN;
	}
}

static bool print_board(struct work *work, const struct drill_board *board, struct err *err)
{
	struct buf text = { 0 };
	json_t *root;

	if (!work_given(work, OPTION_JSON)) {
		board_plain(board, work->now, &text);
		return work_print_text(work, &text, err);
	}
	root = board_json(board, work->now);
	json_set_text(root, "schema", "binnacle.drills_due/1");
	json_set_time(root, "at", work->now);
	return work_print_json(work, root, err);
}

static bool run_due(struct work *work, struct err *err)
{
	struct drill_board board;
	struct board_plan plan;

	board_plan(&work->settings, &plan);
	if (!board_read(&plan, work->now, &board, err))
		return false;
	if (board.trouble[0])
		fprintf(work->context->err, "binnacle: %s\n", board.trouble);
	if (work_given(work, OPTION_CHECK))
		judge(work, &board);
	return print_board(work, &board, err);
}

int cmd_drill_due(const struct context *context)
{
	return work_run(context, run_due);
}
