/*
 * desk.h: the incidents that this console works on, as screens see them. Plain data, made by app
 * and hung on the world (world->desk); core and ui only read it.
 */
#ifndef CORE_DESK_H
#define CORE_DESK_H

#include "core/afterword.h"
#include "core/books.h"
#include "core/clocks.h"
#include "core/drill_board.h"
#include "core/history.h"
#include "core/propose.h"
#include "core/rehearsal.h"

enum { DESK_OPEN = 8, DESK_PEERS = 16, DESK_OWED = 64 };

/*  X(symbol, word) */
#define SAVINGS(X) \
	X(SAVED, "saved")		/* all that was entered is on the disk */ \
	X(SAVING, "saving")		/* on its way there; never longer than a disk takes */ \
	X(NOT_SAVED, "NOT SAVED")	/* the disk refuses: kept in memory and tried again */ \
	X(IN_MEMORY, "IN MEMORY ONLY")	/* the same, and the operator chose to go on so */ \
	X(DEGRADED, "DEGRADED")		/* saved, but a write had failed and a new file was begun */

enum saving {
#define X(sym, word) SAVING_##sym,
	SAVINGS(X)
#undef X
};

struct peer {				/* another console in the same incident */
	char origin[ORIGIN_TEXT], who[OPERATOR_TEXT], host[NAME_TEXT];
	msec heard;			/* its file's last sign of life; it gives one every 5 s */
	bool lost;			/* it said that it goes */
};

struct docket {				/* one incident on the desk */
	const struct incident *incident;	/* never NULL */
	const struct history *history;
	char folder[256];		/* for people: its whole path */
	char origin[ORIGIN_TEXT];	/* of this console's file in it; "" before it has one */
	enum saving saving;
	size_t waiting;			/* events that are not on the disk */
	char trouble[BECAUSE_TEXT];	/* why not; or what is damaged in the folder; "" */
	struct peer peers[DESK_PEERS];
	size_t peer_count;
	struct docket_run runs[DOCKET_RUNS];	/* that go on, the newest first; then ended ones */
	size_t run_count, run;		/* run: that the screen is on; run < run_count, or both 0 */
	const struct pane *pane;	/* of `!`; NULL */
	const struct afterword *afterword;	/* once it is resolved; NULL: not yet */
	/* The box of a command of `!`, as struct docket_run's of a fence. NULL: none can be run. */
	bool (*ready)(void *arg, const struct docket *docket, const char *text, struct ready *out);
	void *arg;			/* of ready */
};

/* The words of what is told to people come from export/, which screens do not know: app hands its
 * functions on. All are pure. */
struct draft {
	const struct docket *docket;
	const char *type;		/* announce, update, resolution */
	const char *audience;
	const char *next_step;		/* "" */
	msec next_at;			/* promised; WHEN_NEVER: none */
	msec wall;
};

struct wording {
	const char *(*owed)(const struct incident *incident);	/* the type that is owed now */
	void (*draft)(const struct draft *draft, const struct snapshot *figures, struct buf *out);
	/* May it be sent so? Else a sentence: a question is left in it, it is not for these. */
	bool (*fit)(const char *text, const char *audience, const struct incident *incident,
		    struct err *err);
	/* The card of a hand-over. */
	void (*card)(const struct docket *docket, const struct world *world, msec wall,
		     struct buf *out);
};

struct desk {
	struct docket open[DESK_OPEN];	/* worst severity first, then the oldest */
	size_t count, current;		/* current < count, or both 0 */
	struct owed owed[DESK_OWED];	/* of all of them, merged */
	size_t owed_count;
	struct proposal proposal;	/* what `i` would declare now */
	struct snapshot figures;	/* the instruments now, for drafts and forms */
	const struct policy *policy;	/* never NULL */
	const struct wording *wording;	/* NULL: drafts are empty */
	const struct books *books;	/* NULL: there is no library */
	const struct drill_board *board;	/* NULL: no drills are configured */
	const struct rehearsal *rehearsal;	/* of the current incident; NULL: it replays none */
	/* The bytes of a piece of evidence, read when it is first asked for. False: it is on its way,
	 * or *why says why it cannot be read. Borrowed until the next call. NULL: none is kept. */
	bool (*evidence)(void *arg, const char *incident, const char *sha256, struct str *out,
			 const char **why);
	void *arg;			/* of evidence */
	bool last_owes;			/* its postmortem is not written yet */
	char last[BECAUSE_TEXT];	/* the last one that is over: "#7k3f9q closed 3d ago; ..."; "" */
	char trouble[BECAUSE_TEXT];	/* why no incident could be kept at all; "" */
	uint64_t version;		/* grows with every change that a picture shows */
};

const char *saving_word(enum saving saving);
const struct docket *desk_current(const struct desk *desk);	/* NULL: none is open; takes NULL */
const struct docket *desk_find(const struct desk *desk, const char *incident);

#endif
