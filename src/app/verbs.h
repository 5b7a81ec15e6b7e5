/*
 * verbs.h: the commands of the command line as one table. Help, completions, the synopsis of the
 * man page and the palette of the console are made from it.
 */
#ifndef APP_VERBS_H
#define APP_VERBS_H

#include <stdint.h>
#include <stdio.h>

#include "app/exits.h"
#include "app/options.h"
#include "base/buf.h"
#include "base/when.h"

/* What every command gets. Data goes to out, words to err. */
struct context {
	const struct options *options;
	const char *const *words;	/* arguments behind noun and verb */
	size_t word_count;
	const char *const *environment;	/* NULL-terminated "K=V" */
	FILE *out, *err;
};

#define OPTION_BIT(id) ((uint64_t)1 << (id))

struct verb {
	const char *noun, *verb;	/* verb NULL: the bare noun */
	const char *args;		/* "[NAME...]", "" */
	size_t max_words;
	uint64_t options;		/* OPTION_BIT()s of flags of its own */
	const char *summary;		/* one line, no full stop */
	const char *examples;		/* lines "  binnacle status --json | jq .state\n" */
	int (*run)(const struct context *context);
};

extern const struct verb verbs[];
extern const size_t verb_count;

/* The verb that words begin with, NULL with err: "unknown verb 'statsu': did you mean 'status'?".
 * *used is how many words named it. No words: the console. */
const struct verb *verb_find(const struct options *options, size_t *used, struct err *err);

const char *context_env(const struct context *context, const char *name);	/* NULL: absent */

/* BINNACLE_NOW, which fixes wall time: WHEN_NEVER when it is not set. False: it is no time. */
bool context_now(const struct context *context, msec *out, struct err *err);

#endif
