/*
 * incident_words.h: the words of an incident: its statuses, seats and milestones, each one table.
 */
#ifndef CORE_INCIDENT_WORDS_H
#define CORE_INCIDENT_WORDS_H

#include <stdbool.h>

/*  X(symbol, word in the journal, help): in the order in which it goes on */
#define INCIDENT_STATUSES(X) \
	X(TRIAGE, "triage", "declared; nobody knows yet what it is") \
	X(REOPENED, "reopened", "it was over, and is not") \
	X(INVESTIGATING, "investigating", "the cause is looked for") \
	X(IDENTIFIED, "identified", "the cause is known") \
	X(MONITORING, "monitoring", "it is mended, and watched") \
	X(MITIGATED, "mitigated", "users feel it no more; it is not mended for good") \
	X(RESOLVED, "resolved", "mended and verified; the postmortem is owed") \
	X(CLOSED, "closed", "everything is settled") \
	X(CANCELLED, "cancelled", "it was none") \
	X(MERGED, "merged", "another incident goes on for it")

enum incident_status {
#define X(sym, word, help) INCIDENT_##sym,
	INCIDENT_STATUSES(X)
#undef X
	INCIDENT_STATUS_COUNT
};

/*  X(symbol, word, title): the seats of S1-4 to S1-8, and two more */
#define SEATS(X) \
	X(COMMANDER, "commander", "recovery lead (commander)") \
	X(INFRASTRUCTURE, "infrastructure", "infrastructure engineer") \
	X(INDEXER, "indexer-operator", "indexer operator") \
	X(APPLICATION, "app-owner", "application owner") \
	X(AUDIT, "audit", "compliance and audit") \
	X(SCRIBE, "scribe", "scribe") \
	X(COMMS, "comms", "communications")

enum seat_name {
#define X(sym, word, title) SEAT_##sym,
	SEATS(X)
#undef X
	SEAT_COUNT
};

/*  X(symbol, word): formats.md 5 */
#define MILESTONES(X) \
	X(IMPACT_STARTED, "impact_started") X(DETECTED, "detected") \
	X(ACKNOWLEDGED, "acknowledged") X(DECLARED, "declared") X(FIRST_UPDATE, "first_update") \
	X(MITIGATED, "mitigated") X(RECOVERED, "recovered") X(RESOLVED, "resolved") \
	X(CLOSED, "closed")

enum milestone_name {
#define X(sym, word) MILESTONE_##sym,
	MILESTONES(X)
#undef X
	MILESTONE_COUNT
};

const char *incident_status_word(enum incident_status status);
bool incident_status_find(const char *word, enum incident_status *out);
const char *seat_word(enum seat_name seat), *seat_title(enum seat_name seat);
bool seat_find(const char *word, enum seat_name *out);
const char *milestone_word(enum milestone_name name);
bool milestone_find(const char *word, enum milestone_name *out);
/* "SEV1" or "1" */
bool severity_find(const char *word, unsigned *out);

#endif
