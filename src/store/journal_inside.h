/*
 * journal_inside.h: what the files of an open journal share. Private to store/journal*.c and
 * evidence.c.
 */
#ifndef STORE_JOURNAL_INSIDE_H
#define STORE_JOURNAL_INSIDE_H

#include "store/journal.h"
#include "store/journal_files.h"

enum { JOURNAL_SIGN = 72 };	/* bytes of the end of a line: its hash, which stands for all before */

struct followed {			/* how far one file was read */
	char origin[ORIGIN_TEXT];
	int64_t offset;
	int64_t limit;			/* ours, and its writing failed: no more was acknowledged; -1 */
	dev_t dev;
	ino_t ino;
	char sign[JOURNAL_SIGN];	/* what stood before the offset */
	size_t sign_len;
	struct hlc hlc;			/* the highest in it */
	msec touched;
	bool ours;
	bool gone;			/* it is not there any more */
	bool said;			/* that it cannot be read; once, until it can be */
};

struct journal {
	char *dir;
	int dirfd;
	bool shared;
	struct journal_who who;
	struct journal_calls calls;
	int fd;				/* of our file; -1: none yet, or its writing failed */
	bool fresh;			/* the folder does not hold it for sure: it has no line yet */
	bool joined;			/* this start has led with its session.joined */
	char name[JOURNAL_NAME];
	struct journal_chain chain;	/* where our file stands */
	int64_t size;			/* of it, acknowledged */
	struct hlc last;		/* the last that we gave to an event */
	char degraded[512], remark[512];
	struct followed *files;
	size_t file_count, file_cap;
};

/* A file to write into: a free one of ours, taken up at its end, or a new one. */
bool journal_take(struct journal *journal, struct err *err);

/* What leads all that a start writes: session.joined. Its texts live in the arena. */
void journal_join(const struct journal *journal, msec now, struct arena *arena, struct event *out);

/* id, origin, seq, rec and hlc, where they are missing. False when there is no randomness. */
bool journal_stamp(struct journal *journal, struct event *event, uint64_t seq, msec now,
		   struct err *err);

/* How far the file of an origin was read; made when it is new. */
struct followed *journal_followed(struct journal *journal, const char *origin);
void journal_forget(struct journal *journal, const char *origin);

bool journal_random(unsigned char *bytes, size_t len, struct err *err);

#endif
