/*
 * screen.h: what a screen is: a constant table row with a pure function that builds a page from
 * the world. What keys do is the shell's business and the same everywhere, save for what Enter
 * means on a row of the screen's own.
 */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "ui/keys.h"
#include "ui/list.h"
#include "ui/page.h"
#include "ui/shell.h"

struct screen;

struct tx_ref {				/* a transaction, wherever the window of the list stands */
	char id[NAME_TEXT], hash[TX_HASH_TEXT];	/* both "": none */
};

struct view {
	const struct screen *screen;
	struct item subject;		/* what a detail or a help is about */
	struct tx_ref tx;		/* of a screen about one transaction */
	struct item about;		/* screen->about() of the last frame */
	struct list list;
	struct filter filter;
	bool unfolded;			/* Now: FINE shown row by row */
	int shift;			/* columns scrolled to the right */
	int paged;			/* transactions: another page was asked for, and the cursor goes
					 * to its first row (1) or its last (-1); 2, -2: to those of all;
					 * 0: none was */
	uint64_t left;			/* the row from where; its key */
	uint64_t paged_version;		/* of the caseload then */
};

enum { SCENE_MESSAGES = 32, MESSAGE_TEXT = 240 };

struct message {
	msec at;
	bool refusal;
	char text[MESSAGE_TEXT];
};

struct scene {				/* all that a picture is made of */
	const struct world *world;
	const struct view *view;
	const struct view *under;	/* help: the view whose keys it lists; else NULL */
	const struct ui_prefs *prefs;
	const struct keymap *keymap;
	const struct message *messages;	/* ring; the newest at message_count - 1, modulo */
	size_t message_count;
	const char *run;	/* the run that was chosen; "": the one that the docket names */
	bool frozen;
	msec now;			/* wall time of the picture */
};

struct screen {
	const char *name, *title;
	const char *brief;	/* of a tab: its title where there is no room for all of them */
	enum action tab;		/* the action that goes there; ACTION_NONE: no tab */
	void (*build)(const struct scene *scene, struct page *page);
	size_t (*wrong)(const struct world *world);	/* rows to look at, for the tab; or NULL */
	/* What it is about now: when that changes, cursor and filter begin anew. Or NULL. */
	struct item (*about)(const struct scene *scene);
	/* The column at its side, where there is one; false: what is selected is explained there. */
	bool (*side)(const struct scene *scene, struct page *page);
	/* For the tab, in place of the rows that are wrong: "6/14", or "". Or NULL. */
	void (*count)(const struct scene *scene, char *out, size_t size);
	bool follows;		/* its first row is the newest: at the top the cursor stays there */
};

extern const struct screen screen_now, screen_alerts, screen_incident, screen_timeline;
extern const struct screen screen_sources;
extern const struct screen screen_detail, screen_help, screen_messages;
extern const struct screen screen_components, screen_contacts;
extern const struct screen screen_runbook, screen_runbooks, screen_book, screen_pane;
extern const struct screen screen_evidence;
extern const struct screen screen_postmortem, screen_drills, screen_tabletop;
extern const struct screen screen_transactions, screen_proof, screen_acts;

/* Screens that have a tab, in the order of their numbers; NULL ends. */
enum { SHELL_TABS = 7 };
extern const struct screen *const screen_tabs[SHELL_TABS + 1];

/* Why an action cannot be done in this scene, or NULL when it can. */
const char *screen_refusal(const struct scene *scene, enum action action);

#endif
