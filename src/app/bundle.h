/*
 * bundle.h: everything of one incident in one folder, to hand in or to keep: its journals and its
 * evidence byte for byte, the runbooks as they were walked, every export, and two lists of what is
 * in it: `bundle.json` (binnacle.bundle/1, with the heads of the journals) and `SHA256SUMS`, which
 * sha256sum -c takes.
 *
 *  (1) A bundle is there whole or not at all, and is never changed again: where one stands, the
 *      next one is refused.
 *  (2) The exports in it are made from the journals in it: whoever has the bundle can make them
 *      anew.
 *  (3) Checking asks nobody, follows no link, and reads nothing outside of the folder, whatever
 *      bundle.json says. Of no file is more in memory than a piece, but for the journals.
 */
#ifndef APP_BUNDLE_H
#define APP_BUNDLE_H

#include "app/exporter.h"
#include "base/json.h"
#include "store/library.h"

#define BUNDLE_LIST "bundle.json"
#define BUNDLE_SUMS "SHA256SUMS"

enum {
	BUNDLE_PATH = EXPORT_NAME + 32,	/* of a file in it: at most one folder deep */
	BUNDLE_FILES = 20000,
	BUNDLE_FINDINGS = 200,		/* that are kept; all are counted */
};

struct bundle_setup {
	const char *id;			/* of the incident */
	const char *journal;		/* its folder */
	const char *target;		/* the folder that is made */
	const char *written;		/* a folder with an earlier postmortem.md, or NULL: what people
					 * wrote there goes with it */
	const struct library *library;	/* NULL: no runbooks are known */
	msec made_at;
};

/* What could not be put in, one sentence each. */
typedef void bundle_said(void *arg, const char *sentence);

bool bundle_write(const struct bundle_setup *setup, bundle_said *said, void *arg,
		  size_t *files, struct err *err);

/*  X(symbol, word) */
#define BUNDLE_FAULTS(X) \
	X(MISSING, "missing") X(EXTRA, "extra") X(CHANGED, "changed") X(BROKEN, "broken") \
	X(DIFFERS, "differs") X(REMARK, "remark")

enum bundle_fault {
#define X(sym, word) BUNDLE_##sym,
	BUNDLE_FAULTS(X)
#undef X
	BUNDLE_FAULT_COUNT
};
const char *bundle_fault_word(enum bundle_fault fault);

struct bundle_finding {
	enum bundle_fault fault;	/* all but a remark are damage */
	char path[BUNDLE_PATH], why[BECAUSE_TEXT];
};

struct bundle_report {
	char id[INCIDENT_ID], tool_version[32];
	msec made_at;
	size_t files, journals, events, exports;	/* that were looked at and are as they should */
	struct bundle_finding findings[BUNDLE_FINDINGS];
	size_t finding_count, damaged;	/* damaged: also those that are not kept */
};

/* False with err: there is no bundle to check. Damage is in the report. */
bool bundle_verify(const char *folder, struct bundle_report *out, struct err *err);

#endif
