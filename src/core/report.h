/*
 * report.h: what a source says after it was judged. Neutral: core knows no kinds of backend.
 *
 * A backend's judge() fills one from its facts; world_report() takes it in. All text is scrubbed
 * and redacted by then. `fields` are the published fields of formats.md 7.3 (they are also the
 * SOURCE.FIELD of checks).
 */
#ifndef CORE_REPORT_H
#define CORE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/state.h"
#include "base/when.h"
#include "core/chain.h"
#include "core/series.h"

enum { NAME_TEXT = 64, BECAUSE_TEXT = 240, LABELS_TEXT = 640, SIGHTING_TEXT = 1024 };

/* One value of a signal. Core applies the thresholds unless the source has judged it itself. */
struct reading {
	char name[NAME_TEXT];
	char unit[16];
	bool known;
	double value;
	msec at;		/* wall time of the sample, not of the answer; WHEN_NEVER when not known */
	bool judged;		/* state and because stand as they are */
	bool yields;		/* ... unless the operator has set a limit of his own */
	bool wants_cursor;	/* not known only because nobody says where the indexer stands */
	enum state state;
	char because[BECAUSE_TEXT];
};

enum alert_state { ALERT_PENDING, ALERT_FIRING, ALERT_SUPPRESSED, ALERT_RESOLVED };

struct alert {
	char name[128];
	enum alert_state state;
	char severity[16];
	msec since;			/* firing: start of firing; pending: activeAt; WHEN_NEVER */
	char fingerprint[24];		/* "" from a rule list; never in the world's merged list */
	char labels[LABELS_TEXT];	/* name NUL value NUL name NUL ... */
	size_t label_count;
	char summary[BECAUSE_TEXT];
	char runbook[BECAUSE_TEXT];	/* annotation runbook_url or runbook; "" */
	char silenced_by[NAME_TEXT];	/* "" */
	bool watchdog;			/* the alert that always fires: evidence, never listed */
};

const char *alert_state_word(enum alert_state state);
bool alert_add_label(struct alert *alert, const char *name, const char *value);
const char *alert_label(const struct alert *alert, const char *name);	/* NULL: absent */
void alert_fingerprint(const struct alert *alert, char out[24]);	/* as Alertmanager makes it */
/* The same alert seen by two observers: same name and labels. */
bool alert_same(const struct alert *a, const struct alert *b);

/* Does this source prove that alerting works at all? An empty list means quiet only then. */
enum alert_role { ALERTS_NONE, ALERTS_FROM_RULES, ALERTS_FROM_MANAGER };

struct watch {
	enum alert_role role;
	bool listed;			/* the list of alerts below is a fresh, complete answer */
	bool proven;			/* rules evaluated recently, or the watchdog fires freshly */
	char because[BECAUSE_TEXT];	/* why (not) */
};

struct at_risk {
	char asset[NAME_TEXT];
	char amount[96];		/* exact decimal text */
};

struct tx_row {
	char id[NAME_TEXT];
	char hash[80];
	char status[32];
	char amount[96], asset[NAME_TEXT];
	double age_s;			/* by the database's own clock; negative when not known */
};

enum { TX_ROWS = 100, TX_ASSETS = 16, SIGHTINGS = 64 };

/* The rows that the platform itself believes to be open (formats.md 7.3 "transactions"). */
struct tx_summary {
	bool known;			/* false: because says why, and nothing below counts */
	char because[BECAUSE_TEXT];
	long late, stuck, cancellable, dismissed, undated, total_open;	/* no row is two of them */
	bool bounded, old_matter;	/* total_open is "at least"; cancellable ones are not well */
	double oldest_age_s;
	struct at_risk at_risk[TX_ASSETS];	/* of the stuck ones */
	struct tx_row rows[TX_ROWS];	/* late and stuck, the oldest first */
	size_t at_risk_count, row_count;
	msec at;
};

/* The version of a component that runs, as seen by whoever can tell. */
struct version {
	char component[NAME_TEXT];
	char text[NAME_TEXT];		/* "v1.4.2", a commit; "" when not known */
	msec seen_at;			/* of the answer */
};

struct duty {			/* who is on call by a rota */
	size_t contact;		/* of the configured contacts */
	char on_call[NAME_TEXT];	/* "": not known */
};

/* A line of a log that matched, newest last; its text is scrubbed and redacted. */
struct sighting {
	msec at;			/* as it says, else when it was read; WHEN_NEVER: unknown */
	char pattern[NAME_TEXT];
	char text[SIGHTING_TEXT];
	char hash[80];			/* a transaction hash in it; "" */
};

struct report {
	enum state state;
	char because[BECAUSE_TEXT];
	json_t *fields;			/* owned by the report; an object or NULL */
	msec newest;			/* wall time of the newest answer used; WHEN_NEVER: none yet */
	msec latency;			/* of the decisive ask; WHEN_NEVER */
	msec period;			/* how often answers come now, back-off included: the report
					 * is stale after three of it or of `every`, what is longer */
	bool asking;			/* nothing has answered or timed out yet */
	/* What only some kinds fill; zero means nothing to say. Borrowed from the probe's facts
	 * until its next decode: world_report() copies. */
	const struct chain *chain;
	const struct cursor *cursor;
	const struct reading *readings;
	size_t reading_count;
	const struct series *pasts;	/* of each reading, before we looked: its states are OK where
					 * there is a point. NULL: no history is known */
	const struct alert *alerts;
	size_t alert_count;
	struct watch watch;
	const struct tx_summary *tx;
	const struct version *versions;
	size_t version_count;
	const struct duty *duties;
	size_t duty_count;
	const struct sighting *sightings;
	size_t sighting_count;
};

void report_done(struct report *report);	/* drops fields */
PRINTF_LIKE(3, 4) void report_say(struct report *report, enum state state, const char *fmt, ...);

#endif
