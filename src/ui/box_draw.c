/*
 * box_draw.c: the picture of a box: everything about the command above, what is typed below, always
 * in sight.
 */
#include <ctype.h>
#include <string.h>

#include "base/attr.h"
#include "ui/box.h"
#include "ui/drills.h"
#include "ui/prose.h"
#include "ui/tx_box.h"

enum { LABEL = 11 };

struct drawing {
	const struct box *box;
	const struct scene *scene;
	const struct ready *ready;
	struct page *page;
};

static void put(const struct drawing *to, enum role role, const char *label, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
static void put(const struct drawing *to, enum role role, const char *label, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	page_text(to->page);
	page_put(to->page, 1, LABEL - 1, ROLE_DIM, "%s", label);
	page_wrap(to->page, 1 + LABEL, role, buf_cstr(&text));
	buf_done(&text);
}

static void put_title(const struct drawing *to)
{
	static const char *const levels[] = { "L0", "L1", "L2", "L3" };
	const struct ready *ready = to->ready;
	struct text right = text_fmt("care %s ", levels[ready->care & 3]);

	if (ready->step)
		page_title(to->page, text_fmt("STEP %u %s", ready->step->n, ready->step->title).bytes,
			   right.bytes);
	else
		page_title(to->page, "COMMAND", right.bytes);
}

static void put_where(const struct drawing *to)
{
	const struct world *world = to->scene->world;
	enum role role;
	const char *drill = drill_warning(world, to->box->incident, &role);
	char word[NAME_TEXT];

	str_put(word, sizeof(word), world->environment[0] ? world->environment : "no environment");
	for (char *c = word; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	if (drill)
		put(to, role, "DRILL", "%s", drill);
	put(to, world->production ? ROLE_BAD : ROLE_STRONG, "where", "%s%s, %s %s", word,
	    world->production ? " (production)" : "",
	    to->ready->elsewhere ? "NOT HERE, but on" : "on", to->ready->host);
}

static void put_danger(const struct drawing *to)
{
	const struct step *step = to->ready->step;

	if (step && step->danger != DANGER_NONE)
		put(to, step->danger == DANGER_CAUTION ? ROLE_BAD : ROLE_WARN,
		    step->danger == DANGER_CAUTION ? "CAUTION" : "WARNING", "%s", step->danger_text);
	if (step && step->rollback[0])
		put(to, ROLE_PLAIN, "rollback", "%s", step->rollback);
}

/* Does the command name this value, "NAME=value"? */
static bool is_named(const char *text, const char *value)
{
	size_t len = strcspn(value, "=");

	for (size_t i = 0; text[i]; i++) {
		bool starts = i == 0 || !(isalnum((unsigned char)text[i - 1]) || text[i - 1] == '_');
		char after;

		if (!starts || strncmp(text + i, value, len) != 0)
			continue;
		after = text[i + len];
		if (!isalnum((unsigned char)after) && after != '_')
			return true;
	}
	return false;
}

static void put_values(const struct drawing *to, bool named, const char *label)
{
	const char *const *values = to->ready->values;

	for (size_t i = 0; values && values[i]; i++) {
		if (is_named(to->ready->text, values[i]) != named)
			continue;
		put(to, named ? ROLE_PLAIN : ROLE_DIM, label, "%s", values[i]);
		label = "";
	}
}

static void put_command(const struct drawing *to)
{
	const char *text = to->ready->odd ? to->ready->odd : to->ready->text;

	put(to, ROLE_DIM, "command", "%s, these bytes and no others:", to->ready->fence ?
	    to->ready->fence->word : "bash");
	prose_literal(to->page, 3, ROLE_KEY, text, strlen(text));
	if (to->ready->odd)
		put(to, ROLE_BAD, "ODD", "it holds characters that do not show, or turn the text round");
	put_values(to, true, "with");
}

static void put_expected(const struct drawing *to)
{
	const struct fence *fence = to->ready->fence;
	char span[WHEN_TEXT];

	if (!fence)
		return;
	if (fence->expected[0]) {
		put(to, ROLE_DIM, "expect", "%s", "it prints something like");
		prose_literal(to->page, 3, ROLE_PLAIN, fence->expected, strlen(fence->expected));
	}
	if (fence->expect[0])
		put(to, ROLE_PLAIN, "wants", "output that matches %s", fence->expect);
	if (fence->exit != 0)
		put(to, ROLE_PLAIN, "wants", "exit status %d", fence->exit);
	if (fence->timeout > 0) {
		when_format_duration(span, fence->timeout);
		put(to, ROLE_PLAIN, "at most", "%s, then it is ended", span);
	}
}

static void put_locks(const struct drawing *to)
{
	static const enum role roles[] = {
		[LOCK_GREEN] = ROLE_OK, [LOCK_BOUNDED] = ROLE_WARN, [LOCK_BLOCKED] = ROLE_DOWN,
	};
	const struct interlock *interlock = &to->ready->interlock;

	for (size_t i = 0; i < interlock->count && i < LOCKS_MAX; i++) {
		const struct lock *lock = &interlock->locks[i];

		put(to, roles[lock->state], lock_word(lock->state), "%s: %s", lock->name, lock->because);
	}
	if (interlock->loss[0])
		put(to, ROLE_BAD, "may lose", "%s", interlock->loss);
	if (to->ready->care >= 3)
		put(to, interlock->target[0] ? ROLE_STRONG : ROLE_WARN, "target", "%s",
		    interlock->target[0] ? interlock->target :
		    "nothing can be sensed: the word and a reason are typed");
}

static void put_second(const struct drawing *to)
{
	switch (box_second(to->box, to->scene, to->ready)) {
	case SECOND_ASK:
		put(to, ROLE_WARN, "second", "another person has to confirm: this asks for it, and runs "
		    "nothing yet");
		break;
	case SECOND_WAITS:
		put(to, ROLE_WARN, "second", "asked; nobody has confirmed yet");
		break;
	case SECOND_CONFIRMS:
		put(to, ROLE_WARN, "second", "you are asked to confirm; it runs on the other console");
		break;
	case SECOND_THERE:
		put(to, ROLE_STRONG, "second", "confirmed");
		break;
	case SECOND_NONE:
		break;
	}
}

/* What is decided by stands first: on a small screen the rest is a page further down. */
static void build(const struct drawing *to)
{
	if (to->box->about_tx) {
		tx_box_build(to->box, to->scene, to->ready, to->page);
		return;
	}
	put_title(to);
	if (to->box->changed)
		put(to, ROLE_BAD, "CHANGED", "it changed while it was shown: read it again");
	put_where(to);
	put_danger(to);
	put_command(to);
	put_locks(to);
	put_second(to);
	put_expected(to);
	put_values(to, false, "also set");
	if (to->ready->refusal)
		put(to, ROLE_DOWN, "NOT NOW", "%s", to->ready->refusal);
}

/* The rows below: a rule with the word, and the fields. */
static int draw_fields(const struct box *box, const struct ready *ready, struct surface *surface,
		       struct area area, bool unicode)
{
	int first = (int)box_first(ready), rows = box_wants_reason(ready) ? 3 - first : 2;
	struct area at;

	for (int y = area.h - rows; y < area.h; y++)
		surface_fill(surface, area_row(area, y), 0, 0, ROLE_PLAIN, ' ');
	at = area_row(area, area.h - rows);
	surface_rule(surface, at, 0, 0, unicode);
	if (first == BOX_TYPED)
		surface_fmt(surface, at, 1, 0, ROLE_RULE, " type: %s ", box_word(ready));
	else
		surface_fmt(surface, at, 1, 0, ROLE_RULE, " say why ");
	for (int i = first; i < first + rows - 1; i++) {
		bool here = (int)box->at == i || ((int)box->at < first && i == first);

		at = area_row(area, area.h - rows + 1 + i - first);
		surface_fmt(surface, at, 0, 0, ROLE_KEY, "%c", here ? '>' : ' ');
		surface_fmt(surface, at, 1, 0, here ? ROLE_STRONG : ROLE_PLAIN, "%s",
			    i == BOX_TYPED ? "typed" : "reason");
		if (here)
			edit_draw(&box->fields[i], surface, at, LABEL, 0);
		else
			surface_fmt(surface, at, LABEL, 0, ROLE_PLAIN, "%s", box->fields[i].text);
	}
	return rows;
}

/* Another command than the one that was shown is not answered by what was typed for that. */
static void look(struct box *box, const struct ready *ready, msec steady)
{
	if (box->shown && strcmp(box->digest, ready->digest) == 0)
		return;
	if (box->shown) {
		box_open(box, steady);
		box->changed = true;
	}
	box->shown = true;
	str_put(box->digest, sizeof(box->digest), ready->digest);
}

static void draw_none(struct surface *surface, struct area area)
{
	for (int y = 0; y < area.h; y++)
		surface_fill(surface, area_row(area, y), 0, 0, ROLE_PLAIN, ' ');
	surface_fmt(surface, area, 1, 0, ROLE_STRONG, "It is not there any more. Esc goes back.");
}

void box_draw(struct box *box, const struct scene *scene, struct page *page,
	      struct surface *surface, struct area area, msec steady)
{
	const struct filter none = { .text = "" };
	struct ready ready;
	struct drawing to = { box, scene, &ready, page };
	int height = area.h;

	if (!box_ready(box, scene, &ready)) {
		draw_none(surface, area);
		return;
	}
	look(box, &ready, steady);
	page_begin(page, area.w, surface->ascii, &none);
	page->unicode = scene->prefs->unicode_frame;
	build(&to);
	page_end(page);
	if ((box_wants_word(&ready) || box_wants_reason(&ready)) && !ready.elsewhere)
		height -= draw_fields(box, &ready, surface, area, page->unicode);
	box->most = page->count > height ? page->count - height : 0;
	box->top = box->top > box->most ? box->most : box->top;
	box->seen = box->seen || box->top == box->most;
	area.h = height;
	page_copy(page, surface, area, 0, box->top);
}
