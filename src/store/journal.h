/*
 * journal.h: the files of one incident: a folder with one append-only file of lines for each
 * console (`journal.<origin>.jsonl`), and its evidence. Files and bytes only; what lines mean is
 * core's.
 *
 *  (1) What journal_append() says yes to is on the disk (fdatasync of the file; of the folder too
 *      when the file is new), in one write() and one fdatasync() for one call.
 *  (2) One writer for each file, held by flock. A console that opens takes a file of its own user
 *      that nobody holds, else makes a new one: after kill -9 the next start goes on in the same
 *      file. A torn last line is cut off then and kept aside as `<file>.torn`; nothing else of a
 *      file is ever changed.
 *  (3) A failed write or fdatasync is never forgiven: that file is left as it is, the next append
 *      begins a new one, and what was not acknowledged is written there again, with the same ids.
 *  (4) Any prefix of a file, cut at any byte, reads as a prefix of its events.
 *  (5) Folder 0700 and files 0600; in a shared root with its group 2770 and 0660. Opens for writing
 *      are O_NOFOLLOW | O_CLOEXEC and refuse what is no regular file.
 *
 * Everything here may wait for the disk: call it from a worker, and for one journal from one at a
 * time. What the system is asked goes through a table, so that tests make it fail.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <sys/stat.h>
#include <sys/types.h>

#include "core/journal_line.h"

struct journal;

struct journal_calls {			/* NULL members: the system's own */
	int (*open)(int dirfd, const char *name, int flags, mode_t mode);
	ssize_t (*write)(int fd, const void *bytes, size_t len);
	int (*fdatasync)(int fd);
	int (*fsync)(int fd);
	int (*rename)(int olddir, const char *old, int newdir, const char *new_);
};

struct journal_who {			/* for session.joined; texts are borrowed for the journal's life */
	const char *operator, *host, *console, *tool_version;
	const struct journal_calls *calls;	/* or NULL */
};

/* An existing folder, or with `create` a new one. Opening for reading makes no file of ours: that
 * happens with the first append. NULL with err. */
struct journal *journal_open(const char *dir, bool create, bool shared,
			     const struct journal_who *who, struct err *err);
void journal_close(struct journal *journal);	/* takes NULL */

const char *journal_dir(const struct journal *journal);
const char *journal_origin(const struct journal *journal);	/* "" before the first append */

/*
 * Make events durable, in order. Fills id (where it is ""), rec (where WHEN_NEVER), hlc (where it
 * is zero; from `now` and the last hlc seen), origin and seq of each. False: none of them is
 * acknowledged; they may be given again as they are then, with the ids and hlcs that they have.
 * The first append of an opened journal is led by a session.joined of its own.
 */
bool journal_append(struct journal *journal, struct event *events, size_t count, msec now,
		    struct err *err);
/* A write had failed since it was opened; why. "" when none had. */
const char *journal_degraded(const struct journal *journal);

typedef void journal_visit(void *arg, const char *origin, struct str line);	/* borrowed, no LF */

/* What is new in all files since the last call, own lines included. Damaged lines are visited too
 * (history_take() judges them), a torn end is not until it is whole. False: the folder cannot be
 * read. Of a file of ours, no more than what was acknowledged. */
bool journal_follow(struct journal *journal, journal_visit *visit, void *arg, struct err *err);
/* What was odd about a file when it was followed last: it cannot be read, it is shorter than it
 * was, or another one (read again from its start then). Said once; "" when nothing was. */
const char *journal_remark(const struct journal *journal);

struct journal_peer {
	char origin[ORIGIN_TEXT];
	msec touched;			/* mtime of its file, by this host's clock */
	bool ours;
};
/* As journal_follow() found them, the one that was touched last first. */
size_t journal_peers(struct journal *journal, struct journal_peer *out, size_t max);
void journal_touch(struct journal *journal);	/* a sign of life: mtime of our file; no sync */

/* All files of a folder, checked from the first byte. Returns how many; *damaged how many of them
 * are. The caller frees with mem_free(). */
struct journal_report *journal_verify(const char *dir, size_t *count, size_t *damaged,
				      struct err *err);

/* Put bytes beside the journal as `evidence/<sha256>`, durable before true; the same bytes are one
 * file. At most EVIDENCE_MAX. */
enum { EVIDENCE_MAX = 8 * 1024 * 1024 };
bool journal_evidence(struct journal *journal, struct str bytes, char sha256[DIGEST_HEX],
		      struct err *err);
/* Read one back; refused when it is not what its name says. */
bool journal_evidence_read(const char *dir, const char *sha256, struct buf *out, struct err *err);

#endif
