/*
 * shell.h: the console between events and pictures: a stack of screens, header, tabs, message row,
 * palette, filter, help. Pure: the world is read, time is given, what must happen outside is
 * returned as an effect.
 *
 * Use: shell_event() for each event, then, when shell_wait() is 0 and the terminal can take a
 * frame, shell_draw() and term_paint().
 *
 *  (1) A key acts on the item that was under the cursor in the last frame that was drawn, or to
 *      which keys have moved it since; never on what the world has put in its place.
 *  (2) A paste never acts.
 *  (3) While frozen the picture is of the moment of freezing, and acts outside refuse.
 *  (4) Nothing is hidden without a count of what is hidden.
 */
#ifndef UI_SHELL_H
#define UI_SHELL_H

#include "base/attr.h"
#include "base/buf.h"
#include "core/caseload.h"
#include "core/desk.h"
#include "core/world.h"
#include "ui/key.h"
#include "ui/keys.h"
#include "ui/prefs.h"
#include "ui/surface.h"

struct moment {
	msec wall, steady;	/* of this round of the loop */
};

enum effect_kind {
	EFFECT_NONE,
	EFFECT_QUIT,
	EFFECT_SUSPEND,		/* leave the screen, stop, come back */
	EFFECT_REDRAW,		/* forget what the terminal shows */
	EFFECT_ASK_ALL,
	EFFECT_COPY,		/* text to the clipboard; say with shell_say() which way was taken */
	EFFECT_LINK,		/* text is a URL */
	EFFECT_PRINT,		/* leave the screen, print shell_print(), wait for Enter, come back */
	EFFECT_MOUSE,		/* on */
	EFFECT_ORDER,		/* order, for the incident `text`; "": a new one */
	EFFECT_CHOOSE,		/* work on the incident `text` from now on */
	EFFECT_IN_MEMORY,	/* go on although nothing can be saved */
	EFFECT_EXPIRE,		/* end the silence order.data.id of order.data.fingerprint in `text` */
	EFFECT_TICKET,		/* run ticket_command for the incident `text` */
	EFFECT_BEGIN,		/* begin runbook `text` in `incident`; `on`: on top of the run `run` */
	EFFECT_EXECUTE,		/* run `run`, `step`, `fence` or the command `text`, as `digest` says */
	EFFECT_ANSWERED,	/* the same was run elsewhere by hand: `on` it went well, `reason` says
				 * what came of it; nothing is run here */
	EFFECT_ACCEPT,		/* the commands of the run `run` were read and are accepted */
	EFFECT_INTERRUPT,	/* Ctrl-C to the command that runs */
	EFFECT_NEW_BOOK,	/* make runbook `text` from the template */
	EFFECT_TX_PAGE,		/* the window of transactions: `text` is first, next, prev, last, again,
				 * the word of an order, "grouped" or "single" (by intent or not), or
				 * "find:" and a hash or an id */
	EFFECT_DIAGNOSE,	/* the transaction tx_id, tx_hash; or what was pasted, `text`; `on`: all
				 * that are listed */
	EFFECT_STOP_BULK,
	EFFECT_ACT,		/* `act` on tx_id, tx_hash, as `digest` says; typed: `target`, `reason` */
	EFFECT_OUTING,		/* the verb `text` (export, bundle, edit) for `incident` */
	EFFECT_REHEARSE,	/* the next moment of the tabletop */
	EFFECT_VALUE,		/* parameter `step` of the run `run` is `text` */
};

enum { EFFECT_TEXT = 8192, TITLE_TEXT = 80 };

struct effect {
	enum effect_kind kind;
	bool on;
	char text[EFFECT_TEXT];
	struct order order;	/* its texts are the shell's until the next shell_event() */
	char incident[INCIDENT_ID], run[ULID_TEXT], step[RUN_STEP_ID], digest[65];
	size_t fence;
	char target[128], reason[BECAUSE_TEXT];	/* as typed */
	char tx_id[NAME_TEXT], tx_hash[TX_HASH_TEXT];
	enum tx_act act;
};

/* Where the operator is, for the next start: the half-written text too. */
enum { PLACE_DRAFT = 10240 };
struct place {
	char incident[INCIDENT_ID], screen[32];
	char form[32];		/* the form that is open; "" */
	char draft[PLACE_DRAFT];	/* what was entered in it, as ui/form.h writes it */
};

struct shell;

/* prefs is copied, its texts are borrowed. Overrides of keys that clash end up as a message. */
struct shell *shell_new(const struct ui_prefs *prefs);
void shell_free(struct shell *shell);
/* Other preferences from now on; the screens stay as they are. */
void shell_prefs(struct shell *shell, const struct ui_prefs *prefs);
void shell_place(const struct shell *shell, const struct world *world, struct place *out);
void shell_restore(struct shell *shell, const struct world *world, const struct place *place);
void shell_zone(struct shell *shell, msec utc_offset, const char *zone);

void shell_event(struct shell *shell, const struct world *world, const struct input *event,
		 struct moment now, struct effect *out);
void shell_draw(struct shell *shell, const struct world *world, struct surface *surface,
		struct moment now);

/* Milliseconds until a frame is due: 0 now (after a key), at most 100 for new data, else until the
 * next second that a clock or an age shows. */
msec shell_wait(const struct shell *shell, const struct world *world, struct moment now);

/* Did something happen since the last call that the bell is on for? */
bool shell_bell(struct shell *shell, const struct world *world);

/* The whole current view as plain text, nothing cut at the bottom. */
void shell_print(struct shell *shell, const struct world *world, int cols, struct moment now,
		 struct buf *out);
/* What the last effect came to: the message row until the next key, then `:messages`. */
void shell_say(struct shell *shell, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Which section of which run is in sight: check fences run for it. run "": none. */
void shell_in_sight(const struct shell *shell, const struct world *world, char run[ULID_TEXT],
		    enum book_section *section);
/* The transaction of the row under the cursor, or that the screen is about; both "": none. */
void shell_on_tx(const struct shell *shell, const struct world *world, char id[NAME_TEXT],
		 char hash[TX_HASH_TEXT]);
/* For the window title: ASCII. */
void shell_title(const struct world *world, msec now, char out[TITLE_TEXT]);

#endif
