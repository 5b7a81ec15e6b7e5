/*
 * drill.h: what the record of an incident of type `drill` says about the drill itself. An incident
 * has one of these from drill.announced on.
 *
 *  (1) It is practised outside of production only: decide() refuses an announcement that says
 *      otherwise, and app/ refuses before that when a source is (drills in the configuration).
 *  (2) announced -> verified (as often as wanted; the last one counts) -> finished -> reviewed ->
 *      signed off, in that order. Signed off by the seat of audit, and by nobody who ran it.
 */
#ifndef CORE_DRILL_H
#define CORE_DRILL_H

#include "core/event.h"

/*  X(symbol, word, how often, help): S1-58 to S1-61 */
#define DRILL_TYPES(X) \
	X(VERIFICATION, "backup-verification", 7, "are the backups whole? weekly, by itself") \
	X(RESTORATION, "restoration", 30, "a backup is restored in isolation: monthly") \
	X(FULL, "full-dr", 91, "everything, with everybody: quarterly") \
	X(TABLETOP, "tabletop", 182, "talked through: twice a year")

enum drill_type {
#define X(sym, word, days, help) DRILL_##sym,
	DRILL_TYPES(X)
#undef X
	DRILL_TYPE_COUNT
};

/*  X(symbol, word, runbook) */
#define DRILL_SCENARIOS(X) \
	X(CORRUPTION, "data-corruption", "dr-data-corruption") \
	X(PARTIAL_LOSS, "partial-data-loss", "dr-partial-data-loss") \
	X(FULL_LOSS, "full-environment-loss", "dr-full-environment-loss") \
	X(SECRETS, "key-secrets-compromise", "dr-secrets-compromise") \
	X(THIRD_PARTY, "third-party-outage", "dr-third-party-outage") \
	X(RESTORE, "indexer-db-restore", "restore-test") \
	X(DELAYED, "delayed-backup-verification", "restore-test") \
	X(OTHER, "other", "")

enum drill_scenario {
#define X(sym, word, runbook) SCENARIO_##sym,
	DRILL_SCENARIOS(X)
#undef X
	DRILL_SCENARIO_COUNT
};

const char *drill_type_word(enum drill_type type), *drill_scenario_word(enum drill_scenario s);
bool drill_type_find(const char *word, enum drill_type *out);
bool drill_scenario_find(const char *word, enum drill_scenario *out);
msec drill_type_every(enum drill_type type);
const char *drill_scenario_runbook(enum drill_scenario scenario);

struct drill_component {		/* component.restoring and component.restored */
	char name[NAME_TEXT];
	msec started, started_t, ended, ended_t;	/* WHEN_NEVER */
	bool ok;
	char note[BECAUSE_TEXT];
};

struct drill_hand {			/* drill.intervened: what was done by hand */
	msec at;
	char by[OPERATOR_TEXT], step[80], what[BECAUSE_TEXT];
};

enum { DRILL_COMPONENTS = 16, DRILL_HANDS = 64, DRILL_TARGETS = 16 };

struct drill {
	bool announced;
	enum drill_type type;
	enum drill_scenario scenario;
	char environment[NAME_TEXT], image[NAME_TEXT], runbook[NAME_TEXT], runbook_sha256[65];
	char replays[16];		/* the incident that a tabletop goes through; "" */
	msec announced_at, window_start, window_end, window_end_t;	/* WHEN_NEVER */
	msec started_at, started_t;	/* when it was announced to begin, or began */
	struct drill_component components[DRILL_COMPONENTS];
	size_t component_count;
	struct drill_hand hands[DRILL_HANDS];
	size_t hand_count, hands_more;	/* more than there is room for */
	char verification[65];		/* evidence: the last one; "" */
	bool verified, verified_ok;
	bool rolled_back;
	msec rolled_back_at;
	char rolled_back_because[BECAUSE_TEXT];
	bool finished, passed;
	msec finished_at, finished_t;
	char report[65];		/* evidence; "" */
	char verdict[BECAUSE_TEXT];
	msec reviewed_at;		/* WHEN_NEVER */
	char reviewed_by[OPERATOR_TEXT];
};

#endif
