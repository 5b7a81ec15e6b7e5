/*
 * runbook.h: a runbook: a plain Markdown file whose steps this program can walk. Pure: bytes in,
 * one tree out; owner of everything it holds.
 *
 *  (1) Any Markdown loads (plain mode: a list item is a step; a section without a list is one
 *      step). What says `binnacle: 1` is native and held to the rules of binnacle-runbooks(5); what
 *      breaks them is in the troubles, and loads all the same.
 *  (2) A step's number counts through the whole runbook, from 1, in the order of the file, steps of
 *      branches included. Its id is the one it was given, else made of its title, and unique.
 *  (3) The bytes that run are fence->text, and those are what is shown.
 *  (4) Nothing with a placeholder that is left, with norun, or of an unclosed fence is runnable.
 */
#ifndef RUNBOOK_RUNBOOK_H
#define RUNBOOK_RUNBOOK_H

#include "runbook/card.h"
#include "runbook/expr.h"
#include "runbook/markdown.h"

/*  X(symbol, heading as the template has it, holds steps) */
#define BOOK_SECTIONS(X) \
	X(OVERVIEW, "Overview", false) \
	X(INDICATORS, "Indicators", false) \
	X(MITIGATION, "Immediate mitigation", true) \
	X(CAUSE, "Root cause investigation", true) \
	X(RESOLUTION, "Resolution", true) \
	X(ESCALATION, "Escalation path", true) \
	X(AFTER, "Post-incident actions", true) \
	X(OTHER, "", true)

enum book_section {
#define X(sym, heading, steps) SECTION_##sym,
	BOOK_SECTIONS(X)
#undef X
};

/*  X(symbol, word) */
#define STEP_KINDS(X) \
	X(MANUAL, "manual") X(COMMAND, "command") X(CHECK, "check") X(DECISION, "decision") \
	X(INPUT, "input") X(WAIT, "wait") X(NOTIFY, "notify") X(ESCALATE, "escalate")

enum step_kind {
#define X(sym, word) STEP_##sym,
	STEP_KINDS(X)
#undef X
};

/*  X(symbol, word): CAUTION is level L3 of care, WARNING L2 */
#define DANGERS(X) X(NONE, "none") X(WARNING, "warning") X(CAUTION, "caution")

enum danger {
#define X(sym, word) DANGER_##sym,
	DANGERS(X)
#undef X
};

enum fence_lang { LANG_TEXT, LANG_SH, LANG_BASH, LANG_CONSOLE, LANG_SQL, LANG_PROMQL, LANG_HTTP };

struct fence {
	enum fence_lang lang;
	const char *word;		/* the language as written */
	const char *text;		/* what runs: of a console fence its `$ ` lines */
	const char *expected;		/* of the `output` fence after it; "" */
	bool runnable;
	const char *why_not;		/* where it is not: "a placeholder is left: <host>"; "" */
	struct texts placeholders;
	bool check;			/* reads only, may be run by the console alone */
	bool write;			/* of sql and http: changes something; asked about as a command */
	bool interactive, background, norun;
	msec every, hold, timeout;	/* 0: not given */
	int exit;			/* that means well */
	const char *source, *node;	/* of sql, promql, http: a source; which of its nodes; "" */
	const char *on;			/* the host that it belongs on; "" */
	const char *expect;		/* an expression that the output must match; "" */
	const char *capture;		/* a variable that takes the output's first line; "" */
	const char *cwd, *name;
	unsigned line;
};

struct book_option {				/* of a decision */
	const char *value, *title, *jump;	/* jump: id of a step, "#section", "other.md", "" */
	struct expr *probe;		/* proposes it; NULL */
	unsigned line;
};

/* `when=`: a parameter has a value, or a step came to something. */
struct when {
	const char *param;		/* "" */
	const char *step, *outcome;	/* done, skipped, failed, or the value of an option; "" */
};

struct step {
	const char *id, *title;
	unsigned n, line;
	enum step_kind kind;
	enum book_section section;
	size_t heading;			/* index of struct heading that it stands under */
	bool ordered;			/* in order with those of its list */
	size_t branch_of, branch;	/* step and option that it belongs to; SIZE_MAX: none */
	const char *role;
	struct when when;
	enum danger danger;
	const char *danger_text;	/* of the callout */
	const char *rollback;		/* "" */
	size_t rollback_fence;		/* SIZE_MAX */
	bool two_person;
	const char *target;		/* SOURCE.FIELD that is typed to confirm; "" */
	const char *interlock;		/* a set of interlocks by name, or an expression; "" */
	const char *link;		/* the runbook that its first link to one opens; "" */
	struct expr *probe;		/* NULL */
	const char *probe_text;
	msec every, hold, timeout, after, due;	/* 0: not given */
	const char *on_fail, *on_timeout;	/* a step, "escalate", "" */
	const char *ask;		/* of an input: the parameter */
	const char *audience, *draft;	/* of a notify */
	const char *to;			/* of an escalate */
	unsigned severity;		/* of an escalate: from this one on; 0 */
	const struct book_option *options;
	const struct fence *fences;
	size_t option_count, fence_count;
	const struct block *body;	/* the item: its blocks are body->first and on */
};

struct heading {			/* H2, or H3 as a group in it */
	enum book_section section;
	unsigned level, line;
	const char *text, *anchor;
	const struct block *block;	/* the heading; what follows it is its text */
};

struct runbook {
	struct arena arena;
	struct card card;
	struct markdown doc;
	struct str bytes;		/* the file */
	const struct heading *headings;
	const struct step *steps;
	size_t heading_count, step_count;
	struct troubles troubles;
};

/* NULL: R001 only (too large, not text); err says so. */
struct runbook *runbook_read(const char *path, struct str bytes, struct err *err);
void runbook_free(struct runbook *runbook);		/* takes NULL */

const struct step *runbook_step(const struct runbook *runbook, const char *id);	/* NULL */
const char *step_kind_word(enum step_kind kind), *danger_word(enum danger danger);
const char *section_heading(enum book_section section), *fence_lang_word(enum fence_lang lang);

#endif
