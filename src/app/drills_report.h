/*
 * drills_report.h: the report of a drill from its record, and its file (S1-70):
 * <drills.reports>/<YYYY-MM-DD>-<drill-id>.json.
 */
#ifndef APP_DRILLS_REPORT_H
#define APP_DRILLS_REPORT_H

#include "app/settings.h"
#include "base/digest.h"
#include "export/dr_report.h"

struct drill_paper {
	struct arena arena;
	struct verification verification;
	struct dr_report_in in;
	struct buf bytes;		/* JSON with its LF */
	char name[96];			/* of the file, without its folder */
	char sha256[DIGEST_HEX];
	bool pass;
};

/* From the record of an incident that is a drill, and the evidence in its folder. A verification
 * that cannot be read is a failure of the drill, not of this. */
void drill_paper_make(struct drill_paper *paper, const struct history *history,
		      const char *folder);
/* The same for a verification outside of a drill: all of `in` is borrowed. */
void drill_paper_of(struct drill_paper *paper, const struct dr_report_in *in);
void drill_paper_done(struct drill_paper *paper);

/* Puts it where reports are: folder 0700 when it is made, file 0600, there as a whole or not at
 * all. *path becomes where. */
bool drill_paper_store(const struct drill_paper *paper, const struct settings *settings,
		       struct buf *path, struct err *err);

#endif
