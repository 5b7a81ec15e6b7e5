/*
 * incidents_inside.h: what the files of the desk share.
 */
#ifndef APP_INCIDENTS_INSIDE_H
#define APP_INCIDENTS_INSIDE_H

#include "app/channels.h"
#include "app/drills_board.h"
#include "app/importer.h"
#include "app/incidents.h"
#include "app/library.h"
#include "app/rehearsal.h"
#include "app/runs.h"
#include "app/sensing.h"
#include "app/silencer.h"
#include "core/policy.h"

enum { SLOT_ASKED = 32 };

struct asked {				/* Alertmanager was asked about this one */
	char fingerprint[24];
	msec at;			/* steady */
};

struct slot {				/* one incident on the desk */
	struct incidents *owner;
	struct dossier *dossier;
	struct sensing *sensing;
	struct importer *importer;	/* while the hour before is read */
	struct ticket *ticket;		/* while it is made */
	struct runs *runs;		/* NULL until its first look */
	struct after *after;		/* NULL: nothing was asked for yet */
	msec due_told, recovered_told;	/* what the last order said; WHEN_NEVER */
	msec told;			/* rec of the last order that was said to be saved */
	msec good_since, good_from;	/* all is good since, and was first seen so (steady) */
	msec stepping;			/* steps of the clock that are told and not recorded yet */
	struct asked asked[SLOT_ASKED];
	size_t asked_count;
	bool entered;			/* its first look is over */
	bool shared;			/* its folder is one that others write, too */
};

/* A folder of the shelf, as it was when it was read last. */
struct glance {
	struct shelved shelved;
	bool fresh;			/* nobody has looked at it since it was read */
	bool declared, over, exported;
	enum incident_status status;
	unsigned severity;		/* the worst that it had */
	msec over_at, resolved_at;	/* WHEN_NEVER */
};

struct survey;				/* of the shelf, by a worker */
struct evidence_reader;

struct shown_evidence {			/* the piece that a screen asked for last */
	char sha256[65], why[BECAUSE_TEXT];	/* why: it is not there; "" */
	struct buf bytes;
	struct evidence_reader *reader;
};

struct incidents {
	struct incidents_setup setup;
	struct estate *estate;
	struct policy policy;
	struct journal_who who;
	char host[NAME_TEXT];
	char *roots[2];			/* the own one, the shared one; NULL: none */
	uv_fs_event_t root_watches[2];
	bool shelf_eager;		/* look at the shelf again next second */
	char no_root[BECAUSE_TEXT];	/* why there is none; "" */
	struct slot *slots[DESK_OPEN];
	size_t count;
	char current[INCIDENT_ID];
	struct survey *survey;
	struct glance *glances;		/* the survey's while it is under way */
	size_t glance_count, glance_cap;
	struct channels *channels;
	struct silencer *silencer;
	struct bookcase *bookcase;
	struct board_keeper *board;	/* of drills */
	struct rehearsal_keeper *rehearsal;	/* of the tabletop that is worked on */
	struct shown_evidence evidence;
	uint64_t evidence_version;

	bool clock_stands;		/* it is fixed: a test */
	msec clock_offset;		/* wall minus steady */
	char boot[40];
	msec second;			/* steady, of the last look that did its duties */

	struct owed owed[OWED_MAX];	/* scratch */
	struct desk desk, next;		/* next: what the desk is made in */
	uint64_t events;		/* in the histories, and what else grows, when it was made */
	bool left;
};

/* incidents.c */
struct slot *slot_find(const struct incidents *incidents, const char *incident);
struct slot *slot_open(struct incidents *incidents, const char *folder, bool create, bool shared,
		       struct err *err);
void slot_close(struct incidents *incidents, size_t index);
/* A refusal is said. */
void slot_submit(struct slot *slot, struct order *order);
void incidents_say(struct incidents *incidents, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct clocks_in slot_clocks(const struct slot *slot);
/* It is over, and leaves nothing behind that somebody would have to end: a silence. */
bool desk_is_done(const struct incident *incident, msec wall);

/* incidents_desk.c */
void desk_make(struct incidents *incidents);

/* incidents_shelf.c: which folders there are, and which of them belong on the desk. */
void shelf_roots(struct incidents *incidents);
bool shelf_folder(const struct incidents *incidents, const char *title, msec at,
		  struct shelved *out);
void shelf_watch(struct incidents *incidents);	/* once, before the roots are known */
void shelf_start(struct incidents *incidents, const char *first);
void shelf_look(struct incidents *incidents);	/* once a second */
void shelf_leave(struct incidents *incidents);
bool shelf_last(const struct incidents *incidents, msec now, char out[BECAUSE_TEXT]);

/* incidents_duty.c: what must be recorded because time or instruments say so. */
void duty_boot(struct incidents *incidents);	/* once */
void duty_clock(struct incidents *incidents);
const char *duty_origin(const struct slot *slot);
void duty_look(struct slot *slot, bool second);

/* incidents_effects.c: durable events -> the world outside, and what it answers. */
void effects_open(struct incidents *incidents);
void effects_settings(struct incidents *incidents);
void effects_durable(struct slot *slot, const struct event *event);
void effects_silences(struct slot *slot);
void effects_expire(struct slot *slot, const char *fingerprint);
void effects_ticket(struct slot *slot);

/* incidents_after.c: what comes afterwards, and the verbs that a screen asks for */
void after_free(struct after *after);		/* takes NULL */
void slot_after_look(struct slot *slot, bool second);
const struct afterword *after_view(const struct after *after);	/* NULL: there is none */
struct task *after_wants_terminal(struct incidents *incidents);

/* incidents_runs.c: runbooks */
void desk_library(struct incidents *incidents);
void slot_runs_look(struct slot *slot, bool second);
bool desk_evidence(void *arg, const char *incident, const char *sha256, struct str *out,
		   const char **why);
void desk_evidence_leave(struct incidents *incidents);

#endif
