/*
 * moment.h: the record of an incident, one event after the other, as every export shows it: what
 * kind it is for a reader, who it was, what stood behind it (design/schemas: timeline.schema.json).
 *
 *  (1) In the order of the timeline (history.h). Repeats are left out, and so is what this program
 *      writes down of itself: exports, and that a command of it was at work. An export would change
 *      the next one otherwise. What was taken back by an undo is there and says so; what this
 *      version does not know is there as a note.
 *  (2) Every text is scrubbed, redacted, and, for the public, without names, commands, outputs and
 *      hosts, before it gets here: a format has only its own escaping to do.
 *  (3) One moment at a time: its texts live until the next one is asked for.
 */
#ifndef EXPORT_MOMENT_H
#define EXPORT_MOMENT_H

#include "core/history.h"

/*  X(symbol, word in every format) */
#define MOMENT_KINDS(X) \
	X(ALERT, "alert") X(ALERT_RESOLVED, "alert-resolved") X(DECLARE, "declare") \
	X(SEVERITY, "severity") X(STATUS, "status") X(ROLE, "role") X(ACK, "ack") X(STEP, "step") \
	X(CHECK, "check") X(COMMAND, "command") X(DECISION, "decision") X(INPUT, "input") \
	X(NOTE, "note") X(UPDATE_SENT, "update-sent") X(UPDATE_MISSED, "update-missed") \
	X(ESCALATE, "escalate") X(HANDOFF, "handoff") X(DEPLOY, "deploy") \
	X(TRANSACTION, "transaction") X(CORRECTION, "correction") X(IMPORT, "import")

enum moment_kind {
#define X(sym, word) MOMENT_##sym,
	MOMENT_KINDS(X)
#undef X
	MOMENT_KIND_COUNT
};

/*  X(symbol, word): what it was for the course of the incident (J. Paul Reed's and Howie's four) */
#define MOMENT_MARKERS(X) \
	X(NONE, "") X(DETECTION, "detection") X(DIAGNOSIS, "diagnosis") X(REPAIR, "repair") \
	X(KEY, "key-moment")

enum moment_marker {
#define X(sym, word) MARKER_##sym,
	MOMENT_MARKERS(X)
#undef X
	MARKER_COUNT
};

/*  X(symbol, word) */
#define MOMENT_ACTORS(X) \
	X(HUMAN, "human") X(CONSOLE, "console") X(RUNBOOK, "runbook") X(ALERT, "alert") \
	X(IMPORT, "import")

enum moment_actor {
#define X(sym, word) ACTOR_##sym,
	MOMENT_ACTORS(X)
#undef X
};

struct moment_evidence {		/* a text that there is none of is NULL */
	const char *kind;		/* link, query, command, output, file, ledger */
	const char *label;
	const char *url;		/* http or https; of no other scheme is one ever given */
	const char *value, *sha256;
};

enum { MOMENT_EVIDENCE = 8 };

struct moment {
	const struct record *record;
	size_t seq;			/* from 1, without gaps */
	msec until;			/* of what has an end; WHEN_NEVER */
	msec since_t0;			/* T+; may be negative */
	enum moment_kind kind;
	enum moment_marker marker;
	enum moment_actor actor;
	const char *name, *role;	/* of the actor; role NULL: none then */
	const char *source;		/* console, alertmanager, prometheus, recorder, runbook ... */
	const char *summary;		/* one line */
	const char *detail;		/* lines, or NULL */
	const char *runbook, *runbook_sha256, *step, *step_state;	/* NULL: none */
	const char *corrects;		/* id, or NULL */
	struct moment_evidence evidence[MOMENT_EVIDENCE];
	size_t evidence_count;
	unsigned severity;		/* in force after it; 0: not declared yet */
	enum incident_status status;	/* likewise */
	bool automatic;			/* no person did it */
	bool public_;			/* may be shown to everybody */
	bool redacted;			/* something of it is hidden */
};

struct story;
struct moments;

/* Is it one of the timeline (1)? */
bool moment_listed(const struct record *record);

/* Of a story that lives longer than it. */
struct moments *moments_new(const struct story *story);
const struct moment *moments_next(struct moments *moments);	/* NULL: that was all */
void moments_free(struct moments *moments);

const char *moment_kind_word(enum moment_kind kind);
const char *moment_marker_word(enum moment_marker marker);
const char *moment_actor_word(enum moment_actor actor);

#endif
