#include "ui/chrome.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ui/checklist_rows.h"
#include "ui/drills.h"
#include "ui/next.h"
#include "ui/say.h"

enum {
	STATE_WIDTH = 9,	/* " | DOWN #" */
	NARROW = 60,		/* below it an incident is told in short */
};

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
	bool tight = area.w < NARROW && next_worst(scene->world->desk);

	when_format_clock(clock, now.wall);
	snprintf(text, sizeof(text), "%.*sZ", tight ? 5 : 8, clock);	/* seconds run beside it */
	right = put_left_of(surface, area, right, ROLE_PLAIN, text);
	say_zone(scene, now, text);
	if (area.w >= LAYOUT_TWO && scene->prefs->zone[0] && scene->prefs->utc_offset != 0)
		right = put_left_of(surface, area, right, ROLE_DIM, text);
	if (scene->prefs->root && !tight)
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

/* What the operator must know about the record itself, first of all. */
static int put_saving(const struct docket *docket, struct surface *surface, struct area area, int x)
{
	if (docket->saving == SAVING_SAVED || docket->saving == SAVING_SAVING)
		return x;
	return surface_fmt(surface, area, x, 0, ROLE_DOWN, "%s", saving_word(docket->saving)) + 1;
}

/* "UPDATE in 04:12", "POSTMORTEM in 47h"; "upd 04:12" where it is narrow. */
static void say_clock_of(const struct owed *owed, msec now, bool narrow, char out[SAY_TEXT])
{
	bool update = owed->kind == OWED_UPDATE || owed->kind == OWED_ANNOUNCE;
	const char *what = update && narrow ? "upd" : owed_word(owed->kind);
	char due[WHEN_TEXT];

	if (narrow)
		next_due_short(owed, now, due);
	else
		next_due(owed, now, due);
	snprintf(out, SAY_TEXT, "%.16s %.12s", what, due);
	for (char *c = out; *c && *c != ' '; c++)
		*c = *c == '_' ? ' ' : narrow ? *c : (char)toupper((unsigned char)*c);
}

static size_t others(const struct desk *desk)
{
	size_t count = 0;

	for (size_t i = 0; i < desk->count; i++)
		count += !incident_over(desk->open[i].incident);
	return count - 1;
}

static size_t here(const struct docket *docket)
{
	size_t count = 1;

	for (size_t i = 0; i < docket->peer_count; i++)
		count += !docket->peers[i].lost;
	return count;
}

struct headline {			/* what the header says of the worst incident */
	char running[WHEN_TEXT], more[SAY_TEXT], due[SAY_TEXT], people[SAY_TEXT];
	enum role role;			/* of due */
};

static void make_headline(const struct desk *desk, const struct docket *docket, msec now,
			  bool narrow, struct headline *out)
{
	const struct owed *owed = next_clock(desk);
	char running[WHEN_TEXT];

	*out = (struct headline){ .role = ROLE_PLAIN };
	next_running(docket, now, running);
	str_put(out->running, sizeof(out->running),
		narrow && strncmp(running, "00:", 3) == 0 ? running + 3 : running);
	if (!incident_open(docket->incident))
		str_put(out->running, sizeof(out->running), "resolved");
	if (others(desk) > 0)
		snprintf(out->more, sizeof(out->more), " +%zu", others(desk));
	if (here(docket) > 1 && !narrow)
		snprintf(out->people, sizeof(out->people), " | %zu here", here(docket));
	if (owed) {
		out->role = next_role(owed);
		say_clock_of(owed, now, narrow, out->due);
	}
}

/* The title gives way: a number, a time and a clock never do. */
static int put_incident(const struct scene *scene, struct surface *surface, struct area area, int x,
			msec now)
{
	const struct desk *desk = scene->world->desk;
	const struct docket *docket = next_worst(desk);
	const struct incident *incident = docket->incident;
	bool narrow = surface->cols < NARROW;
	struct headline line;
	struct text title = text_fmt("%s", incident->title);
	int room;

	make_headline(desk, docket, now, narrow, &line);
	x = put_saving(docket, surface, area, x);
	x = surface_fmt(surface, area, x, 0, ROLE_STRONG, "SEV%u", incident->severity) + 1;
	if (!narrow)
		x = surface_fmt(surface, area, x, 0, ROLE_PLAIN, "#%s", incident->id) + 1;
	room = area.w - x - (int)(strlen(line.running) + strlen(line.more) + strlen(line.due) +
				  strlen(line.people)) - (line.due[0] ? (int)sizeof(" | ") : 1);
	if (!narrow && room > 3) {
		title = text_cut(&title, (size_t)room);
		x = surface_put(surface, area, x, 0, ROLE_PLAIN, &title) + 1;
	}
	x = surface_fmt(surface, area, x, 0, ROLE_STRONG, "%s%s", line.running, line.more);
	if (line.due[0]) {
		x = surface_fmt(surface, area, x, 0, ROLE_PLAIN, narrow ? " " : " | ");
		x = surface_fmt(surface, area, x, 0, line.role, "%s", line.due);
	}
	return surface_fmt(surface, area, x, 0, ROLE_PLAIN, "%s", line.people);
}

static int put_state(const struct world *world, struct surface *surface, struct area area, int x)
{
	if (only_asks(world))
		return surface_fmt(surface, area, x, 0, ROLE_STRONG, "ASK");
	return surface_fmt(surface, area, x, 0, role_of_state(world->state), "%s %c",
			   state_label(world->state), state_mark(world->state));
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
	if (drill_watermark(world))
		x = surface_fmt(surface, left, x + 1, 0, ROLE_DRILL, " DRILL ");
	if (next_worst(world->desk)) {
		x = put_incident(scene, surface, left, x + 1, now.wall);
		if (x + STATE_WIDTH > left.w)
			return;
		x = surface_fmt(surface, left, x + 1, 0, ROLE_PLAIN, "|");
	}
	x = put_state(world, surface, left, x + 1);
	chrome_counts(world, &counts);
	if (counts.len > 0)
		x = surface_fmt(surface, left, x + 1, 0, ROLE_PLAIN, "| %s", buf_cstr(&counts));
	if (world->operator[0])
		surface_fmt(surface, left, x + 1, 0, ROLE_DIM, "| %s", world->operator);
	buf_done(&counts);
}

/* How much of a tab there is room for, from all of it to its number. */
enum tabs { TABS_WIDE, TABS_CLOSE, TABS_BRIEF, TABS_NUMBERS, TABS_COUNT };

static struct text say_tab(const struct scene *scene, const struct screen *screen, bool here,
			   enum tabs how)
{
	size_t wrong = screen->wrong ? screen->wrong(scene->world) : 0;
	const char *title = here || how < TABS_BRIEF ? screen->title :
			    how == TABS_BRIEF ? screen->brief : "";
	char key[KEY_NAME] = "", count[SAY_TEXT] = "";

	if (scene->keymap->keys[screen->tab][0])
		key_text(key, scene->keymap->keys[screen->tab][0]);
	if (wrong > 0)
		snprintf(count, sizeof(count), ":%zu", wrong);
	if (screen->count)
		screen->count(scene, count, sizeof(count));
	return text_fmt("%s%s%s%s%s%s", here ? "[" : " ", key, title[0] ? " " : "", title, count,
			here ? "]" : " ");
}

static int tabs_width(const struct scene *scene, const struct screen *current, enum tabs how)
{
	int width = 0;

	for (size_t i = 0; screen_tabs[i]; i++) {
		struct text text = say_tab(scene, screen_tabs[i], screen_tabs[i] == current, how);

		width += (int)text_width(&text) + (how == TABS_WIDE);
	}
	return width;
}

void chrome_tabs(const struct scene *scene, struct surface *surface, struct area area,
		 const struct screen *current)
{
	enum tabs how = TABS_WIDE;
	int x = 0;

	while (how + 1 < TABS_COUNT && tabs_width(scene, current, how) > area.w + 1)
		how++;
	for (size_t i = 0; screen_tabs[i]; i++) {
		bool here = screen_tabs[i] == current;
		struct text text = say_tab(scene, screen_tabs[i], here, how);

		x = surface_put(surface, area, x, 0, here ? ROLE_TAB : ROLE_PLAIN, &text);
		x += how == TABS_WIDE;
	}
}

/* What is about an incident or a step has no hint while there is none to do it to. */
static bool is_about_nothing(const struct scene *scene, enum action action)
{
	unsigned needs = action_info(action)->needs;
	const struct desk *desk = scene->world->desk;
	struct step_place place;

	if ((needs & ON_STEP) &&
	    !(scene->view->list.selected && item_step(scene->world, scene->view->list.row.target, &place)))
		return true;
	if ((needs & ON_TXS) && scene->view->screen != &screen_transactions &&
	    scene->view->screen != &screen_proof)
		return true;
	if ((needs & ON_TABLE) && (!desk || !desk->rehearsal))
		return true;
	return ((needs & ON_DESK) && !desk) || ((needs & ON_INCIDENT) && (!desk || desk->count == 0));
}

static const char *hint_of(const struct scene *scene, enum action action)
{
	struct step_place place;

	if (action == ACTION_QUIT && scene->view->screen == &screen_now)
		return "quit";
	if (action == ACTION_OPEN && scene->view->screen == &screen_runbook &&
	    scene->view->list.selected && item_step(scene->world, scene->view->list.row.target, &place))
		return checklist_act_word(checklist_act(place.run, (size_t)(place.item -
								   place.run->list->items)));
	if (scene->view->screen == &screen_postmortem && action == ACTION_POSTMORTEM)
		return "what may be done";
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
		    is_about_nothing(scene, (enum action)i))
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

/* The two lines that must stay in sight on the smallest screen. */
static int tiny_incident(const struct docket *docket, const struct desk *desk,
			 struct surface *surface, int y, msec now)
{
	struct area all = surface_area(surface);
	struct headline line;
	int x;

	make_headline(desk, docket, now, true, &line);
	x = surface_fmt(surface, all, 0, y, ROLE_STRONG, "SEV%u %s%s ", docket->incident->severity,
			line.running, line.more);
	if (x + (int)strlen(line.due) > all.w) {
		x = 0;
		y++;
	}
	surface_fmt(surface, all, x, y, line.role, "%s", line.due);
	if (docket->saving == SAVING_NOT_SAVED || docket->saving == SAVING_IN_MEMORY)
		surface_fmt(surface, all, 0, ++y, ROLE_DOWN, "%s", saving_word(docket->saving));
	return y + 1;
}

void chrome_tiny(const struct scene *scene, struct surface *surface, struct moment now)
{
	const struct world *world = scene->world;
	const struct docket *docket = next_worst(world->desk);
	struct area all = surface_area(surface);
	char clock[WHEN_TEXT];
	struct buf counts = { 0 };
	int y = 0;

	if (drill_watermark(world))
		surface_fmt(surface, all, 0, y++, ROLE_DRILL, " DRILL ");
	if (docket)
		y = tiny_incident(docket, world->desk, surface, y, now.wall);
	chrome_counts(world, &counts);
	when_format_clock(clock, scene->now);
	if (only_asks(world))
		surface_fmt(surface, all, 0, y, ROLE_STRONG, "ASK");
	else
		surface_fmt(surface, all, 0, y, role_of_state(world->state), "%s%c",
			    state_label(world->state), state_mark(world->state));
	surface_fmt(surface, all, 6, y, ROLE_PLAIN, "%s", buf_cstr(&counts));
	if (y + 2 < all.h || !docket)	/* the clock goes first where rows are few */
		surface_fmt(surface, all, 0, ++y, ROLE_PLAIN, "%.5sZ", clock);
	surface_fmt(surface, all, 0, y + 1, ROLE_PLAIN, "need %dx%d", LAYOUT_COLS, LAYOUT_ROWS);
	buf_done(&counts);
}
