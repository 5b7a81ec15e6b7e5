#include "ui/palette.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "ui/form.h"

enum { SCORE_PREFIX = 1000, SCORE_WORD = 30, SCORE_NEXT = 15, SCORE_LETTER = 1 };

static bool starts_word(const char *name, size_t at)
{
	return at == 0 || name[at - 1] == ' ' || name[at - 1] == '-' || name[at - 1] == '_';
}

/* Who writes "runbook new" means runbook-new. */
static bool is_same(char name, char asked)
{
	if (asked == ' ')
		return !isalnum((unsigned char)name);
	return tolower((unsigned char)name) == tolower((unsigned char)asked);
}

int palette_score(const char *query, const char *name)
{
	size_t at = 0, before = 0;
	int score = 0;

	if (strncasecmp(name, query, strlen(query)) == 0)
		return SCORE_PREFIX - (int)strlen(name);
	for (const char *c = query; *c; c++) {
		size_t from = at;

		while (name[at] && !is_same(name[at], *c))
			at++;
		if (!name[at])
			return -1;
		score += starts_word(name, at) ? SCORE_WORD
			 : c != query && at == from && at == before + 1 ? SCORE_NEXT : SCORE_LETTER;
		before = at++;
	}
	return score - (int)strlen(name) / 4;
}

static void offer(struct palette *palette, struct candidate candidate)
{
	size_t at = palette->count;

	candidate.score = palette_score(palette->edit.text, candidate.name);
	if (candidate.score < 0 && palette->edit.len > 0)
		return;
	palette->matched++;
	while (at > 0 && palette->found[at - 1].score < candidate.score)
		at--;
	if (at == PALETTE_SHOWN)
		return;
	if (palette->count < PALETTE_SHOWN)
		palette->count++;
	memmove(palette->found + at + 1, palette->found + at,
		(palette->count - at - 1) * sizeof(candidate));
	palette->found[at] = candidate;
}

static void offer_item(struct palette *palette, struct item item, const char *name,
		       const char *help)
{
	struct candidate candidate = { .item = item, .help = help };

	snprintf(candidate.name, sizeof(candidate.name), "open %s", name);
	offer(palette, candidate);
}

/* Those that no key has already, and that need no row to be about. */
static void offer_forms(struct palette *palette)
{
	for (const struct form_kind *const *kind = form_kinds(); *kind; kind++) {
		struct candidate candidate = { .form = *kind, .help = (*kind)->does };

		if ((*kind)->about_row || action_find((*kind)->name) != ACTION_NONE)
			continue;
		str_put(candidate.name, sizeof(candidate.name), (*kind)->name);
		offer(palette, candidate);
	}
}

static void search(struct palette *palette, const struct world *world)
{
	palette->count = palette->matched = palette->at = 0;
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		struct candidate candidate = { .action = (enum action)i,
					       .help = action_info((enum action)i)->help };

		str_put(candidate.name, sizeof(candidate.name), action_info((enum action)i)->name);
		offer(palette, candidate);
	}
	if (world->desk)
		offer_forms(palette);
	for (size_t i = 0; i < world->source_count; i++)
		offer_item(palette, item_of_source(world, i), world->sources[i].name, "a source");
	for (size_t i = 0; i < world->signal_count; i++)
		offer_item(palette, item_of_signal(world, i), world->signals[i].name, "a signal");
	for (size_t i = 0; i < world->component_count; i++)
		offer_item(palette, item_of_component(world, i), world->components[i].name,
			   "a component");
	for (size_t i = 0; i < world->contact_count; i++)
		offer_item(palette, item_of_contact(i), world->contacts[i].who, "a contact");
}

void palette_open(struct palette *palette, const struct world *world)
{
	edit_set(&palette->edit, "");
	palette->history_at = 0;
	search(palette, world);
}

/* Up with an empty field, or while walking through the history, brings back what was taken. */
static bool recall(struct palette *palette, const struct world *world, int step)
{
	size_t held = palette->history_count < PALETTE_HISTORY ? palette->history_count
							       : PALETTE_HISTORY;
	size_t at = palette->history_at;

	if (palette->edit.len > 0 && at == 0)
		return false;
	if (step > 0 ? at >= held : at == 0)
		return false;
	at = step > 0 ? at + 1 : at - 1;
	palette->history_at = at;
	edit_set(&palette->edit,
		 at ? palette->history[(palette->history_count - at) % PALETTE_HISTORY] : "");
	search(palette, world);
	return true;
}

bool palette_key(struct palette *palette, const struct world *world, uint32_t code)
{
	if (code == KEYCODE_UP || code == KEYCODE_DOWN) {
		if (recall(palette, world, code == KEYCODE_UP ? 1 : -1))
			return true;
		if (code == KEYCODE_DOWN && palette->at + 1 < palette->count)
			palette->at++;
		if (code == KEYCODE_UP && palette->at > 0)
			palette->at--;
		return true;
	}
	if (code == KEYCODE_TAB) {
		if (palette->count > 0)
			edit_set(&palette->edit, palette->found[palette->at].name);
		search(palette, world);
		return true;
	}
	if (!edit_key(&palette->edit, code))
		return false;
	palette->history_at = 0;
	search(palette, world);
	return true;
}

void palette_paste(struct palette *palette, const struct world *world, struct str text)
{
	edit_paste(&palette->edit, text);
	search(palette, world);
}

bool palette_take(struct palette *palette, struct candidate *out)
{
	char *slot = palette->history[palette->history_count % PALETTE_HISTORY];

	if (palette->count == 0)
		return false;
	*out = palette->found[palette->at];
	str_put(slot, PALETTE_NAME, out->name);
	palette->history_count++;
	return true;
}

static void draw_candidate(const struct palette *palette, size_t at, const struct keymap *keymap,
			   struct surface *surface, struct area row)
{
	const struct candidate *candidate = &palette->found[at];
	struct buf keys = { 0 };

	if (candidate->action != ACTION_NONE)
		keymap_text(keymap, candidate->action, &keys);
	surface_fill(surface, row, 0, 0, ROLE_PLAIN, ' ');
	surface_fmt(surface, row, 0, 0, ROLE_KEY, "%c%s", at == palette->at ? '>' : ' ',
		    candidate->name);
	surface_fmt(surface, row, 24, 0, ROLE_DIM, "%-12s %s", buf_cstr(&keys), candidate->help);
	if (at == palette->at)
		surface_select(surface, row, 0);
	buf_done(&keys);
}

void palette_draw(const struct palette *palette, const struct keymap *keymap,
		  struct surface *surface, struct area body, struct area message, bool unicode)
{
	int count = (int)palette->count < body.h - 1 ? (int)palette->count : body.h - 1;
	int top = body.h - count - 1, x;
	size_t first = (int)palette->at < count ? 0 : palette->at + 1 - (size_t)count;

	for (int i = 0; i < count; i++)
		draw_candidate(palette, first + (size_t)i, keymap, surface,
			       area_row(body, top + 1 + i));
	surface_rule(surface, area_row(body, top), 0, 0, unicode);
	surface_fmt(surface, area_row(body, top), 1, 0, ROLE_RULE, " COMMANDS %d of %zu ",
		    count > 0 ? count : 0, palette->matched);
	surface_fill(surface, message, 0, 0, ROLE_PLAIN, ' ');
	x = surface_fmt(surface, message, 0, 0, ROLE_KEY, ":");
	edit_draw(&palette->edit, surface, message, x, 0);
}
