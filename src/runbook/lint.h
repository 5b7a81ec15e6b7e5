/*
 * lint.h: what is wrong with a runbook beyond its reading: R005 to R009, R015 to R024.
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
	struct texts terms;		/* words that the glossary explains */
	/* Does a path relative to this runbook exist? NULL: not asked. */
	bool (*exists)(void *arg, const char *path);
	/* `sh -n` of these bytes: false with a sentence. NULL: not asked. */
	bool (*parses)(void *arg, enum fence_lang lang, struct str text, struct err *err);
	void *arg;
};

void runbook_lint(const struct runbook *runbook, const struct lint *lint, struct troubles *out);

#endif
