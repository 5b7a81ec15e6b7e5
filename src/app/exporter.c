#include "app/exporter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/zone.h"
#include "base/mem.h"
#include "base/num.h"
#include "store/journal.h"

struct exporter {
	struct story *story;
	char *journal;
};

/* Markdown has its own: it is given what stands there. */
static postmortem_writer *const writers[POSTMORTEM_FORMAT_COUNT] = {
	[POSTMORTEM_HTML] = postmortem_html,
	[POSTMORTEM_JSON] = postmortem_json,
	[POSTMORTEM_CSV] = postmortem_csv,
	[POSTMORTEM_TEXT] = postmortem_text,
};

static bool read_evidence(void *arg, const char *sha256, struct buf *out)
{
	const struct exporter *exporter = arg;

	return journal_evidence_read(exporter->journal, sha256, out, NULL);
}

struct exporter *exporter_new(const struct exporter_setup *setup, char remark[BECAUSE_TEXT])
{
	const struct terms *terms = &history_incident(setup->history)->terms;
	struct exporter *exporter = mem_new(sizeof(*exporter));
	struct err err = { 0 };

	(void)zone_use(terms->zone[0] ? terms->zone : "UTC", &err);
	(void)snprintf(remark, BECAUSE_TEXT, "%.180s%s", err.text,
		       err.text[0] ? ": local times are UTC" : "");
	exporter->journal = mem_text(setup->journal);
	exporter->story = story_new(&(struct story_in){
		.history = setup->history, .tool_version = setup->tool_version,
		.exported_at = setup->exported_at, .public_ = setup->public_,
		.offset = zone_offset, .evidence = read_evidence, .arg = exporter });
	return exporter;
}

void exporter_free(struct exporter *exporter)
{
	if (!exporter)
		return;
	story_free(exporter->story);
	mem_free(exporter->journal);
	mem_free(exporter);
}

const struct story *exporter_story(const struct exporter *exporter)
{
	return exporter->story;
}

/* What stands there; nothing yet is no failure. */
static bool read_before(int dirfd, struct buf *before, struct err *err)
{
	struct err why = { 0 };

	if (export_read(dirfd, postmortem_file(POSTMORTEM_MD), EXPORT_BEFORE_MAX, before, &why) ||
	    why.kind == ERR_NOT_FOUND)
		return true;
	*err = why;
	return false;
}

/* All of a format into a sink. False with err: what stands there cannot be read. What the sink
 * refused is the sink's to tell. */
static bool pour_out(struct exporter *exporter, int dirfd, enum postmortem_format format,
		     struct pour *pour, size_t *kept, struct err *err)
{
	struct buf before = { .max = EXPORT_BEFORE_MAX + 16 * 1024 };

	if (format != POSTMORTEM_MD) {
		(void)writers[format](exporter->story, pour);
		return true;
	}
	if (!read_before(dirfd, &before, err)) {
		buf_done(&before);
		return false;
	}
	(void)postmortem_markdown(exporter->story, str_sub(buf_cstr(&before), before.len), pour,
				  kept);
	buf_done(&before);
	return true;
}

bool exporter_write(struct exporter *exporter, int dirfd, enum postmortem_format format,
		    struct exported *out, struct err *err)
{
	struct export_file file;
	struct pour pour;
	bool ok;

	*out = (struct exported){ .format = format };
	if (!export_begin(&file, dirfd, postmortem_file(format), err))
		return false;
	pour_begin(&pour, export_put, &file);
	ok = pour_out(exporter, dirfd, format, &pour, &out->kept, err);
	(void)pour_end(&pour);		/* why not stands in the file */
	out->bytes = file.bytes;
	if (ok)
		return export_end(&file, out->sha256, err);
	export_drop(&file);
	return false;
}

/* --- is it what it would be? --------------------------------------------------------------- */

struct comparison {
	int fd, error;
	bool same;
};

/* A sink: the next bytes of the file must be these. */
static bool compare(void *arg, struct str bytes)
{
	struct comparison *comparison = arg;
	char chunk[8 * 1024];

	while (bytes.len > 0 && comparison->same) {
		size_t want = bytes.len < sizeof(chunk) ? bytes.len : sizeof(chunk);
		ssize_t got = read(comparison->fd, chunk, want);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			comparison->error = errno;
		if (got <= 0 || memcmp(chunk, bytes.p, (size_t)got) != 0)
			comparison->same = false;
		else
			bytes = str_sub(bytes.p + got, bytes.len - (size_t)got);
	}
	return comparison->same;
}

static bool is_at_end(int fd)
{
	char more;

	return read(fd, &more, 1) == 0;
}

bool exporter_same(struct exporter *exporter, int dirfd, enum postmortem_format format, bool *same,
		   struct err *err)
{
	struct comparison comparison = { .same = true };
	struct pour pour;
	size_t kept;
	bool ok;

	comparison.fd = export_open(dirfd, postmortem_file(format), err);
	if (comparison.fd < 0)
		return false;
	pour_begin(&pour, compare, &comparison);
	ok = pour_out(exporter, dirfd, format, &pour, &kept, err);
	(void)pour_end(&pour);		/* it stops at the first difference */
	*same = comparison.same && is_at_end(comparison.fd);
	close(comparison.fd);
	if (ok && comparison.error)
		return err_set(err, ERR_IO, "%s: %s", postmortem_file(format),
			       strerror(comparison.error));
	return ok;
}

/* --- names and times --------------------------------------------------------------------- */

bool exporter_time(const struct context *context, msec now, msec *out, struct err *err)
{
	const char *epoch = context_env(context, "SOURCE_DATE_EPOCH");
	int64_t seconds;

	*out = now;
	if (!epoch)
		return true;
	if (!num_parse_i64(str_of(epoch), &seconds) || seconds < 0 || seconds > 253402300799)
		return err_set(err, ERR_USAGE, "SOURCE_DATE_EPOCH: '%.40s' is no number of seconds",
			       epoch);
	*out = seconds * WHEN_SECOND;
	return true;
}

void exporter_name(const struct incident *incident, char out[EXPORT_NAME])
{
	char day[WHEN_TEXT];

	when_format(day, incident->declared_at);
	(void)snprintf(out, EXPORT_NAME, "%.10s-%s", day, incident->id);
}
