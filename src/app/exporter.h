/*
 * exporter.h: a record as files: the story of export/ with what it needs from outside: the evidence
 * beside a journal, local time, a disk.
 *
 *  (1) The same record, the same evidence, the same time of export and the same file before (of
 *      Markdown) make the same bytes.
 *  (2) Every file is there whole or not at all (exporter_file.h). Bytes go out as they come.
 *  (3) The zone of the record becomes that of the process (zone.h): one exporter at a time.
 *  (4) While it lives, the history stays as it is: write first, record after.
 */
#ifndef APP_EXPORTER_H
#define APP_EXPORTER_H

#include "app/exporter_file.h"
#include "app/verbs.h"
#include "export/postmortem.h"

enum { EXPORT_BEFORE_MAX = 16 * 1024 * 1024 };	/* of a postmortem that people wrote in */

struct exporter_setup {
	const struct history *history;
	const char *journal;		/* the folder of the journal: evidence is read from there */
	const char *tool_version;
	msec exported_at;
	bool public_;
};

struct exported {
	enum postmortem_format format;
	char sha256[DIGEST_HEX];
	int64_t bytes;
	size_t kept;			/* blocks that people edited, and that were left so */
};

struct exporter;

/* *remark: what the operator should know (a zone that this host has no file of), "" else. */
struct exporter *exporter_new(const struct exporter_setup *setup, char remark[BECAUSE_TEXT]);
void exporter_free(struct exporter *exporter);	/* takes NULL */
const struct story *exporter_story(const struct exporter *exporter);

/* Into postmortem_file(format) of the folder. What stands there of Markdown is read first: what
 * people wrote in it stays. */
bool exporter_write(struct exporter *exporter, int dirfd, enum postmortem_format format,
		    struct exported *out, struct err *err);
/* Does the file that stands there read as it would if it were written now? */
bool exporter_same(struct exporter *exporter, int dirfd, enum postmortem_format format, bool *same,
		   struct err *err);

/* SOURCE_DATE_EPOCH, else `now`. False: it is no number of seconds. */
bool exporter_time(const struct context *context, msec now, msec *out, struct err *err);
/* "2026-11-22-7k3f9q": the day of the declaration and the id. */
void exporter_name(const struct incident *incident, char out[EXPORT_NAME]);

#endif
