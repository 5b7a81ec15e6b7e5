#include "ui/chrome.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ui/say.h"

void chrome_counts(const struct world *world, struct buf *out)
{
	size_t counts[STATE_COUNT] = { 0 }, asking = 0;

	for (size_t i = 0; i < world->source_count; i++)
		if (world->sources[i].asking)
			asking++;
		else
			counts[world->sources[i].state]++;
	for (size_t i = 0; i < world->signal_count; i++) {
		int source = world->signals[i].source;

		if (source >= 0 && !world->sources[source].asking)
			counts[world->signals[i].state]++;
	}
	for (int state = STATE_COUNT - 1; state >= 0; state--)
		if (counts[state] > 0)
			buf_fmt(out, "%s%zu %s", out->len ? " " : "", counts[state],
				state_label((enum state)state));
	if (asking > 0)
		buf_fmt(out, "%s%zu ASK", out->len ? " " : "", asking);
}

/* What has answered is fine, and somebody has not answered yet and had not to: that is no state. */
static bool only_asks(const struct world *world)
{
	size_t asking = 0;

	for (size_t i = 0; i < world->source_count; i++)
		asking += world->sources[i].asking;
	return asking > 0 && (world->state == STATE_OK || asking == world->source_count);
}

/* One part of the right side, drawn from the right; returns where it begins. */
static int put_left_of(struct surface *surface, struct area area, int right, enum role role,
		       const char *text)
{
	int width = (int)strlen(text);

	if (width == 0 || right - width < 1)
		return right;
	surface_fmt(surface, area, right - width, 0, role, "%s", text);
	return right - width - 1;
}

static void say_frozen(msec since, char out[SAY_TEXT])
{
	msec seconds = since / WHEN_SECOND;

	snprintf(out, SAY_TEXT, "FROZEN %02d:%02d", (int)(seconds / 60 % 1000), (int)(seconds % 60));
}

static void say_zone(const struct scene *scene, struct moment now, char out[SAY_TEXT])
{
	char clock[WHEN_TEXT];

	when_format_clock(clock, now.wall + scene->prefs->utc_offset);
	snprintf(out, SAY_TEXT, "%.5s %.12s", clock, scene->prefs->zone);
}

static int put_right(const struct scene *scene, struct surface *surface, struct area area,
		     struct moment now, msec frozen_at)
{
	char text[SAY_TEXT], clock[WHEN_TEXT];
	int right = area.w;

	when_format_clock(clock, now.wall);
	snprintf(text, sizeof(text), "%sZ", clock);
	right = put_left_of(surface, area, right, ROLE_PLAIN, text);
	say_zone(scene, now, text);
	if (area.w >= LAYOUT_TWO && scene->prefs->zone[0] && scene->prefs->utc_offset != 0)
		right = put_left_of(surface, area, right, ROLE_DIM, text);
	if (scene->prefs->root)
		right = put_left_of(surface, area, right, ROLE_ROOT, "root");
	if (scene->world->read_only)
		right = put_left_of(surface, area, right, ROLE_STRONG, "ro");
	say_frozen(now.wall - frozen_at, text);
	if (scene->frozen)
		right = put_left_of(surface, area, right, ROLE_ENV, text);
	return right;
}

static void say_environment(const struct world *world, char out[NAME_TEXT])
{
	str_put(out, NAME_TEXT, world->environment[0] ? world->environment : "no environment");
	for (char *c = out; *c; c++)
		*c = (char)toupper((unsigned char)*c);
}

void chrome_header(const struct scene *scene, struct surface *surface, struct area area,
		   struct moment now, msec frozen_at)
{
	const struct world *world = scene->world;
	int right = put_right(scene, surface, area, now, frozen_at), x;
	struct area left = area_cut(area, 0, right);
	char word[NAME_TEXT];
	struct buf counts = { 0 };

	say_environment(world, word);
	x = surface_fmt(surface, left, 0, 0, world->production ? ROLE_PROD : ROLE_ENV, " %s ", word);
	if (only_asks(world))
		x = surface_fmt(surface, left, x + 1, 0, ROLE_STRONG, "ASK");
	else
		x = surface_fmt(surface, left, x + 1, 0, role_of_state(world->state), "%s %c",
				state_label(world->state), state_mark(world->state));
	chrome_counts(world, &counts);
	if (counts.len > 0)
		x = surface_fmt(surface, left, x + 1, 0, ROLE_PLAIN, "| %s", buf_cstr(&counts));
	if (world->operator[0])
		surface_fmt(surface, left, x + 1, 0, ROLE_DIM, "| %s", world->operator);
	buf_done(&counts);
}

void chrome_tabs(const struct scene *scene, struct surface *surface, struct area area,
		 const struct screen *current)
{
	int x = 0;

	for (size_t i = 0; screen_tabs[i]; i++) {
		const struct screen *screen = screen_tabs[i];
		size_t wrong = screen->wrong ? screen->wrong(scene->world) : 0;
		bool here = screen == current;
		char key[KEY_NAME] = "", count[SAY_TEXT] = "";

		if (scene->keymap->keys[screen->tab][0])
			key_text(key, scene->keymap->keys[screen->tab][0]);
		if (wrong > 0)
			snprintf(count, sizeof(count), ":%zu", wrong);
		x = surface_fmt(surface, area, x, 0, here ? ROLE_TAB : ROLE_PLAIN, "%s%s %s%s%s",
				here ? "[" : " ", key, screen->title, count, here ? "]" : " ");
		x++;
	}
}

/* What is about an incident has no hint while there is none to do it to. */
static bool is_about_nothing(const struct desk *desk, enum action action)
{
	unsigned needs = action_info(action)->needs;

	return ((needs & ON_DESK) && !desk) || ((needs & ON_INCIDENT) && (!desk || desk->count == 0));
}

static const char *hint_of(const struct scene *scene, enum action action)
{
	if (action == ACTION_QUIT && scene->view->screen == &screen_now)
		return "quit";
	return action_info(action)->hint;
}

void chrome_hints(const struct scene *scene, struct surface *surface, struct area area, int above,
		  int below)
{
	char hidden[SAY_TEXT] = "";
	int x = 1, right;

	if (above > 0 && below > 0)
		snprintf(hidden, sizeof(hidden), "+%d above +%d below", above, below);
	else if (above > 0 || below > 0)
		snprintf(hidden, sizeof(hidden), "+%d %s", above + below, above ? "above" : "below");
	right = put_left_of(surface, area, area.w, ROLE_STRONG, hidden);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const char *hint = hint_of(scene, (enum action)i);
		uint32_t code = scene->keymap->keys[i][0];
		char key[KEY_NAME];
		int width;

		if (!hint[0] || code == KEYCODE_NONE ||
		    is_about_nothing(scene->world->desk, (enum action)i))
			continue;
		key_text(key, code);
		if (key[1])
			key[0] = (char)toupper((unsigned char)key[0]);
		width = (int)(strlen(key) + 1 + strlen(hint));
		if (x + width > right)
			return;
		surface_fmt(surface, area, x, 0, ROLE_KEY, "%s", key);
		surface_fmt(surface, area, x + (int)strlen(key) + 1, 0,
			    screen_refusal(scene, (enum action)i) ? ROLE_DIM : ROLE_PLAIN, "%s", hint);
		x += width + 2;
	}
}

void chrome_tiny(const struct scene *scene, struct surface *surface)
{
	const struct world *world = scene->world;
	struct area all = surface_area(surface);
	char clock[WHEN_TEXT];
	struct buf counts = { 0 };

	chrome_counts(world, &counts);
	when_format_clock(clock, scene->now);
	if (only_asks(world))
		surface_fmt(surface, all, 0, 0, ROLE_STRONG, "ASK");
	else
		surface_fmt(surface, all, 0, 0, role_of_state(world->state), "%s%c",
			    state_label(world->state), state_mark(world->state));
	surface_fmt(surface, all, 6, 0, ROLE_PLAIN, "%s", buf_cstr(&counts));
	surface_fmt(surface, all, 0, 1, ROLE_PLAIN, "%.5sZ", clock);
	surface_fmt(surface, all, 0, 2, ROLE_PLAIN, "need %dx%d", LAYOUT_COLS, LAYOUT_ROWS);
	buf_done(&counts);
}
