/*
 * palette.h: finding a command by a few of its letters. The commands are the actions of keys.h, the
 * forms of an incident, and "open NAME" for every source and signal.
 */
#ifndef UI_PALETTE_H
#define UI_PALETTE_H

#include "core/world.h"
#include "ui/edit.h"
#include "ui/item.h"
#include "ui/keys.h"

enum { PALETTE_SHOWN = 8, PALETTE_NAME = 80, PALETTE_HISTORY = 16 };

struct form_kind;

struct candidate {
	enum action action;	/* ACTION_NONE: open the form, else the item */
	const struct form_kind *form;	/* NULL: none */
	struct item item;
	int score;
	char name[PALETTE_NAME];
	const char *help;
};

struct palette {
	struct edit edit;
	struct candidate found[PALETTE_SHOWN];	/* the best first */
	size_t count, matched;			/* matched may be more than are shown */
	size_t at;				/* the chosen one */
	char history[PALETTE_HISTORY][PALETTE_NAME];
	size_t history_count, history_at;	/* at: steps back from the newest */
};

/* How well a name answers a query, negative when its letters are not all there in order. Whole
 * prefixes beat starts of words, those beat letters in between. */
int palette_score(const char *query, const char *name);

void palette_open(struct palette *palette, const struct world *world);
/* Keys of the palette's own: typing, up and down, Tab completes. False: not one of them. */
bool palette_key(struct palette *palette, const struct world *world, uint32_t code);
void palette_paste(struct palette *palette, const struct world *world, struct str text);
/* The chosen command; it goes into the history. False: nothing matches. */
bool palette_take(struct palette *palette, struct candidate *out);
/* Candidates in the lowest rows of the body, as many as fit; the field in the message row. */
void palette_draw(const struct palette *palette, const struct keymap *keymap,
		  struct surface *surface, struct area body, struct area message, bool unicode);

#endif
