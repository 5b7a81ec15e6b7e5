/*
 * backup_list.h: lists of backups as they are written in the wild, entry by entry. Pure.
 *
 *   JSON     an array of manifests, or an object that holds one (manifests, backups, items, data,
 *            Contents as `aws s3api list-objects-v2` has it), or one manifest, or one a line
 *   lines    of `aws s3 ls --recursive`, or of `ls -l --time-style=full-iso` (also -R)
 *
 * Of a manifest these members are read, the first that is there: the time createdAt, created_at,
 * completedAt, completed_at, timestamp, time, date, LastModified (RFC 3339, or an epoch as a number
 * or a text); what it is called backupId, backup_id, manifest_id, manifestId, id, Key, key, name,
 * path; what its component is matched against: component, name, Key, key, path, type, kind, table,
 * rtoTier and the former. It was verified when verified, valid or verification.valid is true,
 * verifiedAt or verified_at a time, or status or verification_status "verified"; false there says
 * that it was not, and without any of them nothing is said. A time without a zone is UTC.
 */
#ifndef BACKENDS_BACKUP_LIST_H
#define BACKENDS_BACKUP_LIST_H

#include "base/err.h"
#include "base/str.h"
#include "base/when.h"

enum verified { VERIFIED_UNSAID, VERIFIED_YES, VERIFIED_NO };

enum { LISTED_TEXTS = 8 };

struct listed {				/* borrowed for the visit */
	struct str id;
	struct str texts[LISTED_TEXTS];	/* what a component's expression is matched against */
	size_t text_count;
	msec at;			/* WHEN_NEVER: not known */
	enum verified verified;
};

struct listing {
	size_t count;			/* entries that were visited */
	bool partial;			/* it says that there are more */
};

typedef void listed_visit(void *arg, const struct listed *entry);

/* False when it is none of these, with the line where that shows. */
bool backup_list_scan(struct str text, struct listing *out, listed_visit *visit, void *arg,
		      struct err *err);

#endif
