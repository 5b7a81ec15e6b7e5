/*
 * problem.h: everything that is wrong with a configuration, shown as people want it (ux.md 2.4):
 *
 *	error: config.yaml:14:5: unknown key 'timeuot' under sources.horizon
 *	   14 |     timeuot: 5s
 *	      |     ^^^^^^^ did you mean 'timeout'?
 *	   known keys: url, timeout, every [BN-C003]
 *	1 error in all
 *
 *  (1) Nothing is reported one at a time: a reader goes on as far as it can.
 *  (2) What is shown is scrubbed and redacted, and a value that may be a secret is blanked out of
 *      the line even where the redactor does not know it: values of keys that sound like one, and
 *      what problems_hide() names, in problems found before and after.
 *  (3) However much is wrong, memory and work stay bounded: PROBLEMS_KEPT are kept, all counted.
 */
#ifndef CONFIG_PROBLEM_H
#define CONFIG_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/*  X(symbol, id, meaning): the ids are stable and stand in binnacle-config(5) */
#define PROBLEM_IDS(X) \
	X(FILE, "BN-C001", "a file cannot be read, or others could have written it") \
	X(SYNTAX, "BN-C002", "the file is not YAML, or is over a limit") \
	X(UNKNOWN, "BN-C003", "a key that does not exist") \
	X(VALUE, "BN-C004", "a value that is not of the type that its key wants") \
	X(UNSAFE, "BN-C005", "a feature of YAML that is not accepted: anchors, aliases, tags, " \
		"duplicate keys, control characters") \
	X(SECRET, "BN-C006", "a secret written into the file, or a reference that is not clear") \
	X(MISSING, "BN-C007", "a key that is required is not there") \
	X(REFERENCE, "BN-C008", "a name that nothing else in the configuration has")

enum problem_id {
#define X(sym, id, meaning) PROBLEM_##sym,
	PROBLEM_IDS(X)
#undef X
	PROBLEM_ID_COUNT
};

const char *problem_id_text(enum problem_id id);
const char *problem_id_meaning(enum problem_id id);

struct origin {
	const char *file;	/* path as given, or "environment BINNACLE_X", "flag --x" */
	unsigned line, column;	/* from 1; 0 where the origin is no file */
};

/* One thing wrong, complete enough to be shown with its line and a caret. */
struct problem {
	struct origin at;
	enum problem_id id;
	const char *text;		/* "unknown key 'timeuot' under sources.horizon" */
	const char *hint;		/* "did you mean 'timeout'?", or NULL */
	const char *known;		/* "known keys: url, timeout, every", or NULL */
	unsigned width;			/* characters of the file under the caret, at least 1 */
	const char *source_line;	/* NULL: there is none */
	unsigned caret, caret_width;	/* cells of source_line before and under the caret */
	struct problem *next;
};

struct problem_source;
struct problem_span;

enum { PROBLEMS_KEPT = 100 };

/* Start with {.arena = &arena}; all that is kept lives there. */
struct problems {
	struct arena *arena;
	struct problem *first;		/* by file, and in each by line */
	size_t count;
	const char *home;		/* what "~/" of a path means; NULL: left as it is */
	struct problem_source *sources;	/* private: the files, for the line above the caret */
	struct problem_span *hidden;	/* private: what must not be shown of them */
};

/* What to report: the members of struct problem that the reporter knows; texts are copied. */
struct complaint {
	struct origin at;
	unsigned width;
	enum problem_id id;
	const char *text, *hint, *known;
};

void problems_add(struct problems *problems, const struct complaint *complaint);

/* Does another problem get kept? Where not, the work for its hint can be saved. */
bool problems_open(const struct problems *problems);

/* What the operator wrote, fit to be quoted in a sentence: cut, redacted and scrubbed. */
const char *problems_quote(struct arena *arena, const char *text);

/* "did you mean 'a'?", or NULL when nothing is near. */
const char *problems_nearest(struct arena *arena, const char *word, const char *const *names,
			     size_t count);

/* "LEADa, b, c" */
const char *problems_list(struct arena *arena, const char *lead, const char *const *names,
			  size_t count);

/* Make the lines of a file known (copied), before problems about it are added. */
void problems_source(struct problems *problems, const char *file, struct str bytes);

/* Never show the file from this place to the end of its line, nor the lines up to to_line. */
void problems_hide(struct problems *problems, struct origin from, unsigned to_line);

/* All of them as above; nothing when there are none. */
void problems_write(const struct problems *problems, struct buf *out);

/* What each id means, in scdoc form for the man page. */
void problems_manual(struct buf *out);

#endif
