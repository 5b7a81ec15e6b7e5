/* drills_report.c: see drills_report.h. */
#include "app/drills_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/paths.h"
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

static bool write_all(int fd, const struct buf *bytes)
{
	size_t done = 0;

	while (done < bytes->len) {
		ssize_t n = write(fd, bytes->data + done, bytes->len - done);

		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) == 0;
}

/* Under a name of this process first: a name of a report is a whole report. */
static bool put_file(int dir, const char *name, const struct buf *bytes)
{
	char part[128];
	int fd, why;
	bool ok;

	(void)snprintf(part, sizeof(part), ".%.96s.%ld", name, (long)getpid());
	fd = openat(dir, part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	ok = write_all(fd, bytes);
	why = errno;
	if (close(fd) != 0 && ok) {
		ok = false;
		why = errno;
	}
	if (ok && renameat(dir, part, dir, name) == 0 && fsync(dir) == 0)
		return true;
	why = ok ? errno : why;
	(void)unlinkat(dir, part, 0);
	errno = why;
	return false;
}

bool drill_paper_store(const struct drill_paper *paper, const struct settings *settings,
		       struct buf *path, struct err *err)
{
	int dir;
	bool ok;

	buf_clear(path);
	buf_text(path, settings->drills.reports);
	if (!paths_make(path->data, err))
		return false;
	dir = open(buf_cstr(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = dir >= 0 && put_file(dir, paper->name, &paper->bytes);
	buf_fmt(path, "/%s", paper->name);
	if (!ok)
		err_set(err, ERR_IO, "cannot write %s: %s", buf_cstr(path), strerror(errno));
	if (dir >= 0)
		close(dir);
	return ok;
}
