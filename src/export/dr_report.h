/*
 * dr_report.h: what a recovery, real or practised, came to (binnacle.dr_report/1; formats.md 5,
 * design/schemas/dr_report.schema.json). Pure.
 *
 * What was verified (struct verification) is made by app/, with or without an incident; who, when,
 * what by hand, and how long each component took follow from the record of the drill where there is
 * one. Nothing is said to have passed that was not looked at: a rate without anything to count is
 * null, a test that was left out has its reason.
 */
#ifndef EXPORT_DR_REPORT_H
#define EXPORT_DR_REPORT_H

#include "core/drill.h"
#include "core/history.h"

enum tri { TRI_UNKNOWN, TRI_NO, TRI_YES };	/* null, false, true */

struct verified_artifact {		/* texts of all of these are borrowed */
	const char *path;
	const char *expected, *actual;	/* hex; NULL: not on the manifest (extra), not there (missing) */
	int64_t bytes;			/* -1: not known */
	bool match;
};

struct verified_count {
	const char *name;
	bool golden_known, restored_known;
	int64_t golden, restored, tolerance;
	bool within;
};

struct verified_smoke {
	const char *name, *kind, *target;	/* kind: health, read, write, synthetic-transaction, other */
	const char *status_code;	/* "200", "000": no connection; NULL: not of HTTP */
	msec took;			/* WHEN_NEVER */
	enum tri pass;
	const char *skipped;		/* the reason; NULL */
	msec at;			/* WHEN_NEVER */
};

struct verified_component {
	const char *name, *layer;	/* persistence, indexer, api, worker, frontend, other */
	int64_t order;			/* from 1 */
	msec started, ended;		/* WHEN_NEVER */
	bool success;
	msec rto;			/* target; WHEN_NEVER */
	const char *note;
};

struct verified_backup {		/* as the manifest says; NULL where it says nothing */
	const char *manifest_id, *backup_id, *integrity_hash, *rto_tier, *created_by;
	const char *release_tag, *ledger, *tx_hash;
	msec created;
	int64_t block;			/* -1 */
};

struct verified_chain {			/* RecoveryExecutedEvent, numbers as its entity has them */
	const char *recovery_id, *backup_id, *executed_by, *duration_secs, *ledger, *tx_hash;
	bool success, indexed;
};

struct verified_file { const char *kind, *path, *sha256; int64_t bytes; msec captured; };

struct verification {
	msec started, ended;
	const char *health_code, *indexer_code;	/* three digits; "000": no connection */
	struct verified_artifact *artifacts;
	struct verified_count *counts;
	struct verified_smoke *smokes;
	struct verified_component *components;
	struct verified_file *files;
	const char **failures;		/* one sentence each; none: it passed */
	size_t artifact_count, count_count, smoke_count, component_count, file_count, failure_count;
	struct verified_backup *backup;	/* NULL: no manifest */
	struct verified_chain *chain;	/* NULL: there is no such event */
	msec data_until;		/* the newest data that came back; WHEN_NEVER: not known */
};

/* As evidence beside a journal, and back. */
json_t *verification_json(const struct verification *verification);	/* a new reference */
bool verification_read(struct str json, struct arena *arena, struct verification *out,
		       struct err *err);

/* Where a loss of data is counted to, and what that is called: when the impact started, else when
 * the drill began, else when it was detected or declared. */
msec dr_loss_at(const struct incident *incident, const char **called);
/* How much of the data is lost: from the newest that came back to `loss`, and nothing when that is
 * newer. WHEN_NEVER: one of the ends is not known. The report and the postmortem share it. */
msec dr_data_lost(const struct verification *verification, msec loss);

struct dr_report_in {
	const struct verification *verification;
	const struct drill *drill;	/* what was announced, or what the verb was told */
	const struct incident *incident;	/* NULL: verified outside of a drill */
	const struct history *history;	/* of it; NULL with it */
	const char *tool_version, *host;
	msec rca, postmortem;		/* after the end; 0: 72 hours, and none */
};

/* "restore-7k3f9q"; outside of a drill by the time: "verify-20261122-021407". */
enum { DR_REPORT_ID = 64 };
void dr_report_id(const struct dr_report_in *in, char out[DR_REPORT_ID]);

/* What it is called as evidence beside a journal: a report does not list itself. */
#define DR_REPORT_FILE "dr_report.json"

/* A new reference; *pass as in it. */
json_t *dr_report_json(const struct dr_report_in *in, bool *pass);
void dr_report_plain(const struct dr_report_in *in, struct buf *out);

/* What the board needs of a report that is read again. False: it is none. */
struct dr_glance {
	char id[DR_REPORT_ID], type[32], scenario[48];
	msec start, end;
	bool pass, signed_off;
};
bool dr_glance_read(struct str json, struct dr_glance *out, struct err *err);

#endif
