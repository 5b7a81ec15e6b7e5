/*
 * values.h: the values of a run's parameters: what was entered, else where `from` says, else the
 * default; each of its type. They reach commands as variables of the environment and in no other
 * way.
 *
 *  (1) A secret is shown by its name and where it is from, and is known to the redactor from the
 *      moment on in which it is known here, also after another took its place.
 *  (2) What does not fit its type is none, and a sentence says why.
 */
#ifndef APP_VALUES_H
#define APP_VALUES_H

#include "app/settings.h"
#include "core/incident.h"
#include "runbook/card.h"

/* Secrets that were entered or found, for as long as the program runs. */
struct vault {
	struct vaulted {
		char name[ULID_TEXT + NAME_TEXT];	/* of the run and of the parameter */
		char *value;
		struct secret *secret;
	} *items;
	size_t count, cap;
};

void vault_put(struct vault *vault, const char *run, const char *name, const char *value);
const char *vault_get(const struct vault *vault, const char *run, const char *name);	/* NULL */
void vault_done(struct vault *vault);

struct values_in {
	const struct context *context;
	const struct settings *settings;
	const struct world *world;
	const struct incident *incident;
	const struct run *run;		/* NULL: a command of no run has none */
	const struct card *card;
	struct vault *vault;
	const char *text;		/* of the command: which of them it reads */
};

struct values {
	const char *const *shown;	/* "NAME=value", "NAME=(secret, from env:X)"; NULL ends */
	const char *const *real;	/* "NAME=value"; NULL ends */
	const char *const *marks;	/* the same, but of a secret only which one it is: a digest of
					 * its value would let it be guessed */
	const char *missing;		/* a sentence about one that the text reads and that is not
					 * known; NULL */
};

void values_make(const struct values_in *in, struct arena *arena, struct values *out);
/* The parameter of that name; NULL. */
const struct param *values_param(const struct card *card, const char *name);

#endif
