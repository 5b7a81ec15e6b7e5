/* drills_report.c: see drills_report.h. */
#include "app/drills_report.h"

#include <stdio.h>
#include <unistd.h>

#include "app/exporter_file.h"
#include "base/secret.h"
#include "store/journal.h"

/* --- the bytes -------------------------------------------------------------------------------- */

/* The day on which it began, and its id. */
static void name_it(struct drill_paper *paper, const json_t *root)
{
	char id[DR_REPORT_ID];

	dr_report_id(&paper->in, id);
	(void)snprintf(paper->name, sizeof(paper->name), "%.10s-%s.json",
		       json_text_at(root, "start", "0000-00-00"), id);
}

static void write_it(struct drill_paper *paper)
{
	json_t *root = dr_report_json(&paper->in, &paper->pass);
	struct buf text = { 0 };

	json_write(&text, root);
	buf_char(&text, '\n');
	redact(&paper->bytes, str_sub(buf_cstr(&text), text.len));
	buf_done(&text);
	digest_sha256(paper->sha256, str_sub(buf_cstr(&paper->bytes), paper->bytes.len));
	name_it(paper, root);
	json_decref(root);
}

void drill_paper_of(struct drill_paper *paper, const struct dr_report_in *in)
{
	*paper = (struct drill_paper){ .in = *in };
	write_it(paper);
}

static void read_failed(struct drill_paper *paper, const struct err *err)
{
	const char **failures = arena_array(&paper->arena, 1, sizeof(*failures));

	failures[0] = arena_fmt(&paper->arena, "the verification on record cannot be read: %s",
				err->text);
	paper->verification = (struct verification){
		.started = WHEN_NEVER, .ended = WHEN_NEVER, .data_until = WHEN_NEVER,
		.failures = failures, .failure_count = 1 };
}

static void read_verification(struct drill_paper *paper, const struct drill *drill,
			      const char *folder)
{
	struct buf bytes = { 0 };
	struct err err = { 0 };

	if (!drill->verified)
		return;
	paper->in.verification = &paper->verification;
	if (!journal_evidence_read(folder, drill->verification, &bytes, &err) ||
	    !verification_read(str_sub(buf_cstr(&bytes), bytes.len), &paper->arena,
			       &paper->verification, &err))
		read_failed(paper, &err);
	buf_done(&bytes);
}

void drill_paper_make(struct drill_paper *paper, const struct history *history, const char *folder)
{
	const struct incident *incident = history_incident(history);
	unsigned severity = incident->severity <= 3 ? incident->severity : 0;

	*paper = (struct drill_paper){ .in = {
		.drill = incident->drill, .incident = incident, .history = history,
		.tool_version = BINNACLE_VERSION,
		.host = incident->writer_count > 0 ? incident->writers[0].host : "",
		.rca = incident->terms.known ? incident->terms.sev[severity].rca : 0,
		.postmortem = incident->terms.known ? incident->terms.sev[severity].postmortem : 0,
	} };
	read_verification(paper, incident->drill, folder);
	write_it(paper);
}

void drill_paper_done(struct drill_paper *paper)
{
	arena_done(&paper->arena);
	buf_done(&paper->bytes);
}

/* --- the file --------------------------------------------------------------------------------- */

bool drill_paper_store(const struct drill_paper *paper, const struct settings *settings,
		       struct buf *path, struct err *err)
{
	const char *reports = settings->drills.reports;
	int dir = export_folder(reports, err);
	bool ok = false;

	buf_clear(path);
	buf_fmt(path, "%s/%s", reports, paper->name);
	if (dir >= 0) {
		ok = export_bytes(dir, paper->name,
				  str_sub(buf_cstr(&paper->bytes), paper->bytes.len), NULL, err) ||
		     err_add(err, "folder %s", reports);
		close(dir);
	}
	return ok;
}
