/*
 * journal_line.h: an event as one line of a journal, and the chain of hashes. Pure; formats.md 7.6
 * is the contract, byte for byte:
 *
 *	{"v":1,"id":ULID,"seq":N,"origin":HEX16,"hlc":"MS13-COUNTER4","at":T,"rec":T,"by":NAME,
 *	 "src":"human|sensed|import","kind":K,"data":{...},"prev":HEX64,"hash":HEX64}
 *
 * on one line without blanks. hash is SHA-256 of the bytes from `{` up to and without `,"hash":`;
 * prev is the hash of the line before in the same file, 64 zeros in its first.
 *
 *  (1) The envelope is read by position: a line whose members stand otherwise is none of ours. Only
 *      `data` goes through a JSON library, and only when it is asked for.
 *  (2) Any version is read as far as the envelope goes; a higher `v` makes an EVENT_UNKNOWN.
 *  (3) Every bit counts: a line with one bit flipped is refused or has another hash.
 */
#ifndef CORE_JOURNAL_LINE_H
#define CORE_JOURNAL_LINE_H

#include "base/digest.h"
#include "core/event.h"

enum { JOURNAL_LINE = 256 * 1024 };	/* the longest line that is written or read, with its LF */

struct journal_line {		/* slices of the bytes that were read; unescaped where that matters */
	int version;
	uint64_t seq;
	struct str id, origin, kind, by, data, prev, hash;
	struct hlc hlc;
	msec at, rec;
	enum event_src src;
};

/* text has no LF. False with a sentence: "no journal line: ...". The hash is not looked at. */
bool journal_line_parse(struct str text, struct journal_line *out, struct err *err);
/* The same, and the hash must be that of the line. */
bool journal_line_whole(struct str text, struct journal_line *out, struct err *err);

/* The event of a line; its texts live in the arena. Only a payload that is none fails: of a kind
 * that we know and with a member missing it is EVENT_UNKNOWN. */
bool journal_line_event(const struct journal_line *line, struct arena *arena, struct event *out,
			struct err *err);

/* Append the event as a line with its LF; hash becomes that of this line. prev may be "". False,
 * and nothing is appended: too long, or an id, a time or a kind that no line can have. */
bool journal_line_write(struct buf *out, const struct event *event, const char *prev,
			char hash[DIGEST_HEX]);

/* Where a file's chain stands. Zeroed: before its first line. */
struct journal_chain {
	char origin[ORIGIN_TEXT];
	uint64_t seq;
	char head[DIGEST_HEX];
	struct hlc hlc;
};

/* Is this the line that comes next? Checks hash, prev, seq and origin; takes it when it is. The
 * sentence names what is wrong: "its hash is another", "it does not follow line 41". */
bool journal_chain_take(struct journal_chain *chain, struct str text, struct journal_line *out,
			struct err *err);

/* What `verify` says of one file. */
struct journal_report {
	char file[256];
	uint64_t events;		/* whole and in order, from the first on */
	char head[DIGEST_HEX];
	uint64_t bad_line;		/* from 1; 0: none */
	char why[256];
	bool torn;			/* the last line is not whole; not damage by itself */
};

/* Read the bytes of a whole file. True when it is undamaged (torn or not). Pure. */
bool journal_scan(struct str bytes, struct journal_report *out);

#endif
