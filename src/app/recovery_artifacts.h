/*
 * recovery_artifacts.h: the files of a backup against its manifest: which match, which are missing,
 * which are there and on no manifest, which are not what the manifest says.
 *
 *  (1) Files are read in pieces, whatever their size; more than `max_bytes` of one is refused.
 *  (2) No symbolic link is followed, in no part of a path, and nothing but a regular file is read:
 *      a link or a pipe in the place of an artifact is one that does not match.
 *  (3) The folder is walked at most ARTIFACT_DEPTH deep and ARTIFACT_FILES long; more of it is an
 *      error, not a part of the answer.
 * It waits for the disk.
 */
#ifndef APP_RECOVERY_ARTIFACTS_H
#define APP_RECOVERY_ARTIFACTS_H

#include "app/recovery_manifest.h"

enum { ARTIFACT_DEPTH = 16, ARTIFACT_FILES = 16384 };
#define ARTIFACT_BYTES ((int64_t)256 * 1024 * 1024 * 1024)

/*  X(symbol, word) */
#define ARTIFACT_STATES(X) \
	X(MATCH, "match") X(MISSING, "missing") X(EXTRA, "extra") X(CORRUPT, "corrupt") \
	X(UNREADABLE, "unreadable")

enum artifact_state {
#define X(sym, word) ARTIFACT_##sym,
	ARTIFACT_STATES(X)
#undef X
	ARTIFACT_STATE_COUNT
};

struct artifact {
	struct verified_artifact seen;
	enum artifact_state state;
	const char *why;		/* of what cannot be read: "is a symbolic link"; NULL */
};

const char *artifact_state_word(enum artifact_state state);

/* Those of the manifest in its order, then the others by name; all in the arena. False: the folder
 * cannot be walked. max_bytes 0: ARTIFACT_BYTES. */
bool artifacts_compare(const char *dir, const struct manifest *manifest, int64_t max_bytes,
		       struct arena *arena, struct artifact **out, size_t *count, struct err *err);

#endif
