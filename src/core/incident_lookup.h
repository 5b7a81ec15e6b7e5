/*
 * incident_lookup.h: where a thing of an incident stands, by its name, so that a fold of a million
 * events is not a search through all that came before each of them.
 *
 * Positions are only ever added. A key has several when two keys have one hash: compare.
 */
#ifndef CORE_INCIDENT_LOOKUP_H
#define CORE_INCIDENT_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lookup_what {
	LOOKUP_ALERT, LOOKUP_SIGNAL, LOOKUP_SENT, LOOKUP_ASK, LOOKUP_ACTION, LOOKUP_FOLLOW_UP,
	LOOKUP_DEFERRED, LOOKUP_ATTEMPT, LOOKUP_CONFIRM, LOOKUP_TX, LOOKUP_DEED,
};

struct lookup;

struct lookup *lookup_new(void);
void lookup_free(struct lookup *lookup);	/* takes NULL */

uint64_t lookup_hash(enum lookup_what what, const char *key);
void lookup_add(struct lookup *lookup, uint64_t hash, size_t position);

/* One position after the other: begin with *step 0. False: there are no more. Takes NULL. */
bool lookup_next(const struct lookup *lookup, uint64_t hash, size_t *step, size_t *position);

#endif
