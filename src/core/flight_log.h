/*
 * flight_log.h: the lines of the flight recorder, to and from text. Pure.
 *
 * A line is one JSON object in one line of text, at most FLIGHT_LINE bytes without its LF:
 *
 *	{"at":T,"kind":"start","v":1,"by":"record","pid":4711,"environment":"prod"}
 *	{"at":T,"kind":"change","what":"db","state":"down","text":"ok -> down: connection refused"}
 *	{"at":T,"kind":"sample","of":T,"state":"bad","sources":[ROW],"signals":[ROW],"parts":[PART]}
 *
 * T is an RFC 3339 time. A sample is of the minute `of`; its rows say how things are at `at`:
 * ROW  {"name","state","since","before":true,"worst","value"}: `since` is the latest possible when
 * `before` stands there; worst and value are those of the minute, absent where it had none.
 * PART {"name","version","seen","deployed","was"}: the version of a component.
 * Members and kinds are only ever added: a reader passes over what it does not know.
 */
#ifndef CORE_FLIGHT_LOG_H
#define CORE_FLIGHT_LOG_H

#include "core/parts.h"

enum { FLIGHT_LINE = 128 * 1024 };	/* above what the fullest world can say */

/*  X(symbol, word) */
#define FLIGHT_KINDS(X) \
	X(START, "start") \
	X(CHANGE, "change") \
	X(SAMPLE, "sample")

enum flight_kind {
#define X(sym, word) FLIGHT_##sym,
	FLIGHT_KINDS(X)
#undef X
	FLIGHT_KIND_COUNT
};

struct flight_row {
	char name[NAME_TEXT];
	enum state state;
	msec since;
	bool since_before;
	enum state worst;	/* of the minute; STATE_COUNT: it has no point */
	double value;		/* of the minute; NaN: none */
};

struct flight_part {
	char name[NAME_TEXT], version[NAME_TEXT];
	msec seen, deployed;	/* deployed: WHEN_NEVER before anybody looked */
	char was[NAME_TEXT];	/* "" */
};

/* One line. It is large: keep it off the stack. */
struct flight_line {
	enum flight_kind kind;
	msec at;
	char by[NAME_TEXT], environment[NAME_TEXT];	/* START */
	long pid;
	struct change change;				/* CHANGE; its `at` is that of the line */
	msec of;					/* SAMPLE */
	enum state state;
	struct flight_row sources[WORLD_SOURCES], signals[WORLD_SIGNALS];
	size_t source_count, signal_count;
	struct flight_part parts[WORLD_COMPONENTS];
	size_t part_count;
};

/* Append the line and an LF. */
void flight_encode(const struct flight_line *line, struct buf *out);

/* Fill all of *out from a text without LF. Texts are scrubbed: who wrote the file is not known.
 * ERR_NOT_FOUND: it is of a kind that this program does not know. */
bool flight_decode(struct str text, struct flight_line *out, struct err *err);

#endif
