/*
 * trouble.h: what is wrong with a runbook, by its code R001 to R025, with place and a way out.
 */
#ifndef RUNBOOK_TROUBLE_H
#define RUNBOOK_TROUBLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"

/*  X(code, error?, meaning) */
#define TROUBLES(X) \
	X(R001, true, "the file cannot be read or is too large") \
	X(R002, true, "too complex") \
	X(R003, true, "the front matter is not YAML") \
	X(R004, false, "a key that does not exist") \
	X(R005, false, "a section of the template is missing") \
	X(R006, false, "sections stand in another order than the template's") \
	X(R007, false, "nobody has reviewed it, or the review is overdue") \
	X(R008, false, "the id is not the name of the file") \
	X(R009, false, "an alert is claimed by two runbooks or by none, or there is no such alert") \
	X(R010, true, "two steps have one id") \
	X(R011, true, "attributes of a fence are not closed") \
	X(R012, true, "a quote in a step comment is not closed") \
	X(R013, true, "a kind, attribute or expression that does not exist") \
	X(R014, true, "a fence is not closed") \
	X(R015, false, "the shell cannot parse a command") \
	X(R016, true, "a link leads nowhere") \
	X(R017, true, "goto or when names a step that does not exist") \
	X(R018, true, "a decision with fewer than two options") \
	X(R019, true, "a CAUTION without Rollback") \
	X(R020, false, "a placeholder is left") \
	X(R021, true, "a parameter is used and not declared") \
	X(R022, true, "a check that writes") \
	X(R023, true, "a secret stands in it") \
	X(R024, false, "an escalation to nobody who is a contact") \
	X(R025, false, "an abbreviation that nobody explains")

enum trouble_code {
#define X(code, error, meaning) TROUBLE_##code,
	TROUBLES(X)
#undef X
	TROUBLE_COUNT
};

struct trouble {
	enum trouble_code code;
	const char *path;
	unsigned line, column;		/* from 1; 0: of the whole file */
	const char *text, *fix;		/* fix: what would do, "" */
	struct trouble *next;
};

enum { TROUBLES_KEPT = 200 };

struct troubles {			/* start with {.arena = &arena} */
	struct arena *arena;
	struct trouble *first, **last;	/* in the order of their being found */
	size_t count, errors;		/* all, also those that are not kept */
};

struct spot {
	const char *path;
	unsigned line, column;
};

const char *trouble_name(enum trouble_code code);	/* "R013" */
const char *trouble_meaning(enum trouble_code code);
bool trouble_is_error(enum trouble_code code);
void trouble_add(struct troubles *troubles, enum trouble_code code, struct spot at,
		 const char *fix, const char *fmt, ...) PRINTF_LIKE(5, 6);
/* Those that are kept, by place; how many. */
size_t troubles_sorted(const struct troubles *troubles, const struct trouble *out[TROUBLES_KEPT]);
/* "path:12:3: error: ... [R013]" and the fix, one or two lines each, by place. */
void troubles_write(const struct troubles *troubles, struct buf *out);

#endif
