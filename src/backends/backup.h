/*
 * backup.h: the kind `backup`: is there, for each component, a verified backup that is younger than
 * its RPO? Asked from TeachLink's /backup/manifests (and /backup/verifications, where it has them),
 * or from a command that prints a list (backup_list.h).
 *
 *  (1) Only a verified backup counts. That one exists and was listed verifies nothing: a manifest
 *      says so, or a record of its verification does, or for objects the configuration says by
 *      which name or which companion object it shows. Where nothing of this can be known, a young
 *      backup is a warning.
 *  (2) No backup at all is BAD only when the list was read to its end.
 *  (3) A backup whose age is not known, or that is dated in the future, is not young.
 */
#ifndef BACKENDS_BACKUP_H
#define BACKENDS_BACKUP_H

#include "backends/backend.h"
#include "backends/backup_list.h"

enum { BACKUP_COMPONENTS = 16, BACKUP_KEPT = 16, BACKUP_RECORDS = 256, BACKUP_ID = 96 };

enum backup_ask { BACKUP_LIST, BACKUP_VERIFICATIONS };	/* struct ask.index */

struct backup_component {
	const char *name, *match;	/* match NULL: its name */
	msec rpo;			/* 0: not said here; app/ puts in that of `rpo:` */
	msec rto;			/* 0: none; set by app/ */
};

struct backup_config {
	struct source_config source;	/* url, or: */
	struct texts command;
	struct items components;	/* struct backup_component */
	const char *verified_by;	/* NULL: names say nothing */
	struct texts companions;	/* suffixes */
};

struct backup_kept {
	char id[BACKUP_ID];
	msec at;
	enum verified verified;
};

struct backup_found {			/* of one component */
	struct backup_kept newest[BACKUP_KEPT];	/* the newest first */
	size_t count, undated;
};

struct backup_record {			/* of a verification */
	char id[BACKUP_ID];
	msec at;
	bool valid;
};

struct backup_facts {
	struct backup_found found[BACKUP_COMPONENTS];
	bool whole;			/* the list was read to its end */
	bool told;			/* an entry said whether it was verified */
	struct backup_record records[BACKUP_RECORDS];
	size_t record_count;
	bool recorded;			/* the list of verifications exists */
	struct reading readings[BACKUP_COMPONENTS];	/* lent */
};

size_t backup_component_count(const struct backup_config *config);
void backup_judge(const struct look *look, struct report *out);

#endif
