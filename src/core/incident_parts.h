/*
 * incident_parts.h: what an incident is made of. Plain data that screens and exports may read.
 */
#ifndef CORE_INCIDENT_PARTS_H
#define CORE_INCIDENT_PARTS_H

#include "core/event.h"
#include "core/incident_words.h"

enum { INCIDENT_ID = 7, INCIDENT_COMPONENTS = 16, TITLE_MAX = 160, IMPACT_FIGURES = 16 };

struct milestone {
	msec at, t;			/* WHEN_NEVER: not yet */
	enum event_src src;		/* an estimate of impact_started is SRC_IMPORT or SRC_SENSED */
	char reason[BECAUSE_TEXT], event[ULID_TEXT];
};

struct seat {
	char who[OPERATOR_TEXT];	/* "": empty */
	msec at, t;
};

struct offer {
	char event[ULID_TEXT];		/* ""; none waits */
	char from[OPERATOR_TEXT], to[OPERATOR_TEXT];
	char *card;			/* NULL */
	msec at, t;
};

struct cadence {			/* of updates to stakeholders */
	msec base_t;			/* the last update or the declaration: intervals count from it */
	unsigned severity;		/* the worst since base_t: a downgrade never lengthens the
					 * running interval; 0: that of the incident */
	msec severity_t;		/* since when it was that one, base_t at the earliest */
	bool announced;			/* the start was announced; owed from the declaration on */
	msec promised_at, promised_t;	/* WHEN_NEVER */
	msec snoozed_t;			/* WHEN_NEVER; a snooze ends with the next update */
	char snoozed_because[BECAUSE_TEXT];
	msec due_t;			/* of the last update.due that was recorded; WHEN_NEVER */
	msec overdue_t;			/* when the next one is late, as the prompts since base_t
					 * said; WHEN_NEVER: there was none */
	msec missed_t;			/* of the last update.missed; WHEN_NEVER */
	unsigned due, late, missed;	/* prompts; sent after overdue; never sent */
	msec longest_gap;
};

/* Two consoles set a thing differently at once: neither had seen the other's. A setting carries
 * what its author saw before it (`old`). When that is not what the fold has come to, somebody's
 * setting before it was not seen; when the two differ, they are in conflict. The later one stands
 * until somebody who sees it sets anything, be it the same. */
struct conflict {
	bool severity, status;
	char severity_text[120], status_text[120];
	char text[BECAUSE_TEXT];	/* both: "ana: SEV1, ben: SEV2 - settle" */
};

struct delivery {
	char channel[NAME_TEXT];
	bool done, ok;
	int64_t status, tries;
	char response[BECAUSE_TEXT];
	msec at;
};

enum { SENT_CHANNELS = 8 };

struct sent {				/* one update */
	char event[ULID_TEXT], by[OPERATOR_TEXT], type[16], audience[NAME_TEXT];
	char *text;
	msec at, t, next_at;
	bool by_hand, late;
	struct delivery channels[SENT_CHANNELS];
	size_t channel_count;
	struct snapshot *figures;	/* as they were then; NULL */
};

struct tracked {			/* an ask, an action item, a follow-up, a deferred item */
	unsigned n;			/* 1, 2, 3 within its list: what people say */
	char event[ULID_TEXT], by[OPERATOR_TEXT];
	char type[16];			/* of an action item */
	char text[BECAUSE_TEXT], who[NAME_TEXT];
	msec at, t;
	msec until, until_t;		/* due; WHEN_NEVER: no time was set */
	bool settled;
	char outcome[BECAUSE_TEXT];
	msec settled_at;
};

struct incident_alert {
	char name[128], fingerprint[24];
	char **labels;			/* name=value, sorted */
	size_t label_count;
	bool firing;
	unsigned fired;			/* how often */
	msec since, resolved_at;
	msec t;				/* when it was heard of that it fires; 0: not recorded */
	bool acked;
	char acked_by[OPERATOR_TEXT];
	msec acked_at;
	/* The silence. `owner` is the console that renews it. */
	enum { SILENCE_NONE, SILENCE_ASKED, SILENCE_IN_FORCE, SILENCE_EXPIRED, SILENCE_FAILED } silence;
	char silence_id[64], owner[ORIGIN_TEXT];
	char silence_because[BECAUSE_TEXT];	/* why it failed */
	msec silence_until, silence_asked_t;
};

struct incident_signal {
	char name[NAME_TEXT], type[8];	/* source or signal */
	enum state state;
	char because[BECAUSE_TEXT];
	msec at;
};

struct figure_copy {
	char name[NAME_TEXT], unit[NAME_TEXT], text[96], because[BECAUSE_TEXT];
	bool known;
	msec at;
};

struct snapshot {			/* the instruments at one moment */
	msec at;
	unsigned severity;
	size_t count;
	struct figure_copy figures[IMPACT_FIGURES];
};

struct evidence {
	char event[ULID_TEXT], sha256[65], name[NAME_TEXT], text[BECAUSE_TEXT];
	int64_t bytes;
	msec at;
};

struct writer {				/* one file, one console */
	char origin[ORIGIN_TEXT], host[NAME_TEXT], by[OPERATOR_TEXT], console[16];
	uint64_t seq;
	char head[65];			/* hash of its last line that was folded; history.c sets it */
	msec joined_at, last_at, lost_at;
	msec stepped;			/* how far its wall clock was set forward so far */
	char boot[40];
	msec boot_ms, boot_wall;	/* what its clocks said when it joined or noticed a step */
	uint64_t events;
};

struct escalated {
	char who[NAME_TEXT], text[BECAUSE_TEXT], by[OPERATOR_TEXT];
	msec at;
	bool reached;
};

#endif
