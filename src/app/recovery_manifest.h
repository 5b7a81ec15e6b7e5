/*
 * recovery_manifest.h: what a backup says of itself: its manifest, and the golden counts. Pure.
 *
 *	{"manifest_id": "2026-11-21T08", "backup_id": "1182", "integrity_hash": "2c26...",
 *	 "rto_tier": "critical", "created_at": "2026-11-21T08:00:02Z", "created_by": "GBACKUP",
 *	 "manifest_block": 54211873, "release_tag": "indexer-v1.14.2",
 *	 "artifacts": [{"path": "indexer/base.tar", "sha256": "9f86...", "bytes": 734003200}],
 *	 "counts": {"events": 18442190}}
 *
 * Only manifest_id (or id) and artifacts are required, of an artifact path (or name) and sha256 (or
 * integrity_hash). A path is relative, without `..`, and no two are the same. integrity_hash is the
 * SHA-256 of the lines that `sha256sum` prints of all artifacts, in the order of the manifest; with
 * one artifact it may be that artifact's own.
 */
#ifndef APP_RECOVERY_MANIFEST_H
#define APP_RECOVERY_MANIFEST_H

#include "base/arena.h"
#include "base/digest.h"
#include "export/dr_report.h"

enum { MANIFEST_ARTIFACTS = 4096 };

struct manifest_artifact {
	const char *path, *sha256;
	int64_t bytes;			/* -1: not said */
};

struct manifest {
	struct verified_backup backup;
	struct manifest_artifact *artifacts;
	size_t count;
};

/* Texts live in the arena. */
bool manifest_read(struct str json, struct arena *arena, struct manifest *out, struct err *err);

/* What integrity_hash ought to be. */
void manifest_digest(const struct manifest *manifest, char out[DIGEST_HEX]);
/* Is it? True too when the manifest has none. */
bool manifest_holds(const struct manifest *manifest);

/* A relative path that leads nowhere outside. */
bool manifest_path_is_safe(const char *path);

#endif
