/*
 * incident_dump.h: the whole state of an incident, and a timeline, as text: two that are the same
 * are the same text, and a difference can be read.
 */
#ifndef LIB_INCIDENT_DUMP_H
#define LIB_INCIDENT_DUMP_H

#include "core/history.h"

void incident_dump(const struct incident *incident, struct buf *out);
void timeline_dump(const struct history *history, struct buf *out);

/* SHA-256 of the first. */
void incident_digest(const struct incident *incident, char out[DIGEST_HEX]);

/* Fails the test with the first line that differs. */
void expect_same_text(const struct buf *a, const struct buf *b, const char *what);

#endif
