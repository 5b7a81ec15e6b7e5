/*
 * shell_state.h: what shell.c (events), acts.c and shell_draw.c (pictures) share, and nobody else.
 */
#ifndef UI_SHELL_STATE_H
#define UI_SHELL_STATE_H

#include "ui/box.h"
#include "ui/edit.h"
#include "ui/form.h"
#include "ui/form_menu.h"
#include "ui/layout.h"
#include "ui/palette.h"
#include "ui/screen.h"

enum { SHELL_DEPTH = 8, SHELL_CANCELS = 3, CANCEL_WITHIN = 2000 };

enum mode {
	MODE_KEYS,
	MODE_FILTER,
	MODE_PALETTE,
	MODE_FORM,
	MODE_MENU,
	MODE_BOX,
};

enum { SHELL_RUNG = 16 };

struct shell {
	struct ui_prefs prefs;
	struct keymap keymap;
	struct view tabs[SHELL_TABS];		/* they live as long as the shell */
	int tab, previous;
	struct view stack[SHELL_DEPTH];		/* on top of the tab */
	int depth;
	enum mode mode;
	struct edit filter;
	struct palette palette;
	struct form form;			/* that is open, in MODE_FORM */
	struct menu menu;
	struct box box;				/* in MODE_BOX, or asked about in form_answer_run */
	msec interrupted;			/* steady: when a command was interrupted last */
	struct form drafts[FORM_DRAFTS];	/* left half written; ring */
	size_t draft_count;			/* all there ever were */
	struct arena entered;			/* texts of the effect of the last event */
	struct message messages[SCENE_MESSAGES];
	size_t message_count;
	bool speaking;				/* the newest message is in its row */
	char run[ULID_TEXT];			/* that was chosen to be shown; "" */
	char run_over[ULID_TEXT];		/* in place of this one, which the docket names */
	struct world *frozen;			/* a copy, while frozen */
	msec frozen_at;
	msec cancels[SHELL_CANCELS];		/* steady times of the last idle Ctrl-C */
	struct moment now;			/* of the last event or frame */
	struct page page, side, panel;
	struct layout layout;			/* of the last frame */

	bool dirty;				/* a key or a message wants a frame at once */
	uint64_t drawn_version, drawn_desk;
	struct moment drawn;
	enum state bell_state;
	size_t bell_firing;
	unsigned bell_severity;			/* the worst that is open; 0: none */
	uint64_t rung[SHELL_RUNG];		/* updates that the bell has rung for; ring */
	size_t rung_count;
};

struct act {			/* one event on its way through the shell */
	struct shell *shell;
	const struct world *world;	/* what is shown */
	struct moment now;
	struct effect *out;
};

struct view *shell_view(struct shell *shell);		/* the top one */
const struct world *shell_world(const struct shell *shell, const struct world *live);
struct scene shell_scene(const struct shell *shell, const struct world *live,
			 const struct view *view, msec wall);

/* Do it, or say why not. */
void shell_perform(struct act *act, enum action action);
void shell_show(struct act *act, const struct screen *screen);	/* one with a tab */
void shell_push(struct act *act, const struct screen *screen, struct item subject);
void shell_refuse(struct shell *shell, const char *fmt, ...) PRINTF_LIKE(2, 3);
void shell_thaw(struct shell *shell);
/* What is never frozen: the record, and the transactions with their proof. */
void shell_follow(struct world *frozen, const struct world *live);

/* Forms (shell_form.c). Opening says why not; a draft of the same comes back. */
void shell_form(struct act *act, const struct form_kind *kind, const char *subject);
void shell_form_key(struct act *act, uint32_t code);
void shell_form_paste(struct act *act, const struct input *event);
void shell_form_leave(struct act *act);			/* Esc */
void shell_menu_key(struct act *act, uint32_t code);

/* What the keys of an incident do (shell_incident.c). */
void act_incident(struct act *act), act_note(struct act *act), act_update(struct act *act);
void act_ack(struct act *act), act_undo(struct act *act), act_expire(struct act *act);
void act_switch(struct act *act);
void act_runbook(struct act *act), act_begin(struct act *act);	/* shell_run.c */
void act_tick(struct act *act), act_step(struct act *act), act_command(struct act *act);
void act_accept(struct act *act), act_evidence(struct act *act), act_output(struct act *act);
void act_go_to_step(struct act *act, unsigned n);		/* `:7` */
bool act_interrupt(struct act *act);	/* Ctrl-C to what runs; false: nothing does */
void shell_box_key(struct act *act, uint32_t code);
/* After a form is done: a command of one's own is shown, what ran elsewhere gets its box. */
void shell_form_after(struct act *act, const struct form *form);
void shell_run_look(struct shell *shell, const struct world *world);
void act_diagnose(struct act *act), act_diagnose_all(struct act *act);	/* shell_tx.c */
void act_tx_acts(struct act *act), act_sort(struct act *act);
/* Something pasted where nothing takes text: does it name a transaction? Then that is offered. */
bool act_paste_tx(struct act *act, const struct input *event);
bool act_open_tx(struct act *act, struct item item);	/* Enter on what is of transactions */
/* After a key has moved the cursor from row `before`: at the edge of the window another page. */
void act_tx_edge(struct act *act, enum action action, int before);
void act_tx_find(struct act *act);	/* after a filter was entered: a hash is searched for */
/* Before a picture: the cursor in the page that has come. */
void shell_tx_look(struct view *view, const struct world *world);
void act_postmortem(struct act *act), act_drills(struct act *act);	/* shell_after.c */
void act_tabletop(struct act *act), act_moment(struct act *act);
bool act_open_after(struct act *act, struct item item);
bool act_open_step(struct act *act, struct item item);	/* shell_step.c */
bool act_open_run(struct act *act, struct item item);	/* Enter on what is of runbooks */
bool act_owed(struct act *act, struct item item);	/* Enter on a row of NEXT; false: it is none */

#endif
