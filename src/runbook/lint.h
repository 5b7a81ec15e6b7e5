/*
 * lint.h: what is wrong with a runbook beyond its reading: R005 to R009, R015 to R025.
 *
 * Template, front matter, parameters and words are looked at in native runbooks alone; what would
 * mislead or break at night, in any Markdown.
 */
#ifndef RUNBOOK_LINT_H
#define RUNBOOK_LINT_H

#include "runbook/runbook.h"

struct lint {
	msec now;
	const struct card *others;	/* all of the library, itself included */
	size_t other_count;
	struct texts rules;		/* names of alert rules that exist; count 0: not known */
	struct texts contacts;		/* who is a contact, lower case; count 0: not known */
	struct texts terms;		/* words that the glossary explains; count 0: not known */
	/* Does a path relative to this runbook exist? NULL: not asked. */
	bool (*exists)(void *arg, const char *path);
	/* `sh -n` of these bytes: false with a sentence. NULL: not asked. */
	bool (*parses)(void *arg, enum fence_lang lang, struct str text, struct err *err);
	void *arg;
};

void runbook_lint(const struct runbook *runbook, const struct lint *lint, struct troubles *out);

/* The terms of a glossary.md: its headings, and what stands in bold at the start of a text. */
struct texts lint_terms(const struct markdown *glossary, struct arena *arena);

#endif
