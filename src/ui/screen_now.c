/*
 * screen_now.c: what is wrong now, and what to look at first. The order is that of a night: what
 * waits, what explains the rest, what is wrong, what is fine in one line, alerts, money, history.
 */
#include <stdio.h>

#include "ui/checklist_rows.h"
#include "ui/drills.h"
#include "ui/next.h"
#include "ui/rows.h"
#include "ui/rows_alerts.h"
#include "ui/say.h"
#include "ui/screen.h"
#include "ui/timeline.h"
#include "ui/tx_now.h"

enum { CHANGES_SHOWN = 100 };

/* The worst row that nothing else explains; what asks is only waiting. */
static int worst_source(const struct world *world)
{
	int worst = -1;

	for (size_t i = 0; i < world->source_count; i++) {
		const struct source *source = &world->sources[i];

		if (source->asking || source->state == STATE_OK || source->consequence_of >= 0)
			continue;
		if (worst < 0 || source->state > world->sources[worst].state)
			worst = (int)i;
	}
	return worst;
}

/* What nobody can tell while its teller fails is no thing of its own to look at. */
static bool is_consequence(const struct world *world, size_t signal)
{
	int teller = world_teller(world, &world->signals[signal]);
	const struct source *source = teller < 0 ? NULL : &world->sources[teller];

	return world_root_of_signal(world, (int)signal) ||
	       (source && (source->asking || (world->signals[signal].state == STATE_UNKNOWN &&
					      source->state != STATE_OK)));
}

static int worst_signal(const struct world *world)
{
	int worst = -1;

	for (size_t i = 0; i < world->signal_count; i++) {
		const struct signal *signal = &world->signals[i];

		if (!say_signal_wrong(signal) || is_consequence(world, i))
			continue;
		if (worst < 0 || signal->state > world->signals[worst].state)
			worst = (int)i;
	}
	return worst;
}

/* A row of NEXT is another row when it is about another thing: its identity holds both. */
static void begin_next(struct page *page, const char *what, struct item target)
{
	struct item item = { ITEM_NEXT, item_hash(what) ^ target.key };

	page_row(page, (struct row){ ROW_ITEM, item, target, false });
	page_field(page, "name", what);
	page_put(page, 1, NEXT_TEXT_AT - 2, ROLE_STRONG, "%s", what);
	page_put_right(page, page->cols - 12, 11, ROLE_KEY, "Enter opens");
}

static int next_width(const struct page *page)
{
	return page->cols - NEXT_TEXT_AT - 13;
}

static void next_state(struct page *page, struct item target, const char *name, enum state state,
		       const char *because)
{
	begin_next(page, "look at", target);
	page_put(page, NEXT_TEXT_AT, next_width(page), ROLE_PLAIN, "%s %s %s", name,
		 state_label(state), because);
}

static void next_source(struct page *page, const struct world *world, int index)
{
	const struct source *source = index < 0 ? NULL : &world->sources[index];

	if (source)
		next_state(page, item_of_source(world, (size_t)index), source->name, source->state,
			   source->because);
}

static void next_signal(struct page *page, const struct world *world, int index)
{
	const struct signal *signal = index < 0 ? NULL : &world->signals[index];

	if (signal)
		next_state(page, item_of_signal(world, (size_t)index), signal->name, signal->state,
			   signal->because);
}

/* At equal badness the source goes first: it may explain the signal. */
static bool is_signal_worse(const struct world *world, int signal, int source)
{
	return signal >= 0 && source >= 0 &&
	       world->signals[signal].state > world->sources[source].state;
}

static size_t alerts_in(const struct world *world, enum alert_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < world->alert_count; i++)
		count += world->alerts[i].state == state;
	return count;
}

/* The alerts that fire, by the first of them; else that nobody could tell. */
static void next_alert(const struct scene *scene, struct page *page, bool explained)
{
	const struct world *world = scene->world;
	const struct alert *alert = &world->alerts[0];	/* firing ones stand first */
	size_t firing = alerts_in(world, ALERT_FIRING);
	char age[SAY_TEXT], more[32] = "";

	if (firing > 0) {
		begin_next(page, "alert", item_of_alert(alert));
		say_age(scene, alert->since, age);
		if (firing > 1)
			snprintf(more, sizeof(more), ", and %zu more", firing - 1);
		page_put(page, NEXT_TEXT_AT, next_width(page), ROLE_PLAIN, "%s firing for %s%s", alert->name, age,
			 more);
	} else if (!world->alerts_trusted && !explained) {
		begin_next(page, "alerts", (struct item){ ITEM_ALERTS, 0 });
		page_put(page, NEXT_TEXT_AT, next_width(page), ROLE_PLAIN, "cannot be trusted: %s",
			 world->alerts_because);
	}
}

static size_t asking_count(const struct world *world)
{
	size_t count = 0;

	for (size_t i = 0; i < world->source_count; i++)
		count += world->sources[i].asking;
	return count;
}

static void title_next(const struct desk *desk, struct page *page)
{
	char right[32] = "";

	if (desk && desk->owed_count > 0)
		snprintf(right, sizeof(right), "%zu owed ", desk->owed_count);
	page_title(page, "NEXT", right);
}

static void say_quiet(const struct desk *desk, struct page *page)
{
	page_text(page);
	page_put(page, 1, page->cols - 1, ROLE_PLAIN, "Nothing waits for you.%s%s",
		 desk && desk->last[0] ? " Last incident " : "", desk ? desk->last : "");
}

/* Closing an incident does not write its postmortem. */
static void say_debt(const struct desk *desk, struct page *page)
{
	if (!desk || !desk->last_owes)
		return;
	page_text(page);
	page_put(page, 1, page->cols - 1, ROLE_PLAIN, "Still owed: %s", desk->last);
}

static void build_next(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;
	int source = world->root >= 0 ? world->root : worst_source(world);
	int signal = worst_signal(world), rows = page->count;
	size_t asking = asking_count(world);

	title_next(world->desk, page);
	next_build(scene, page);
	if (is_signal_worse(world, signal, source)) {
		next_signal(page, world, signal);
		next_source(page, world, source);
	} else {
		next_source(page, world, source);
		next_signal(page, world, signal);
	}
	if (world->source_count > 0)
		next_alert(scene, page, source >= 0 || asking > 0);
	tx_now_next(scene, page);
	drills_next(scene, page);
	say_debt(world->desk, page);
	if (world->source_count == 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_PLAIN,
			 "No sources are configured: binnacle config init writes an example.");
	} else if (asking > 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_PLAIN, "waiting for the first answer of %zu of %zu",
			 asking, world->source_count);
	} else if (page->count == rows + 1) {
		say_quiet(world->desk, page);
	}
}

static void build_cause(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;
	const struct source *root = world->root < 0 ? NULL : &world->sources[world->root];
	char text[BECAUSE_TEXT + NAME_TEXT + 64];

	if (!root)
		return;
	page_text(page);
	page_put(page, 1, 6, ROLE_RULE, "CAUSE");
	snprintf(text, sizeof(text), "%s %s: %s. Explains %zu of the rows below.", root->name,
		 state_label(root->state), root->because, root->explains);
	page_wrap(page, 8, ROLE_PLAIN, text);
}

struct ranked {
	enum state state;
	bool asking, signal, root;
	size_t index;
};

/* What explains the others, then the worst, what only asks last; else as configured. */
static bool before(const struct ranked *a, const struct ranked *b)
{
	if (a->asking != b->asking)
		return b->asking;
	if (a->root != b->root)
		return a->root;
	return a->state > b->state;
}

static size_t rank_wrong(const struct world *world, struct ranked *out)
{
	size_t count = 0;

	for (size_t i = 0; i < world->source_count; i++)
		if (say_source_wrong(&world->sources[i]))
			out[count++] = (struct ranked){ world->sources[i].state,
							world->sources[i].asking, false,
							world->root == (int)i, i };
	for (size_t i = 0; i < world->signal_count; i++)
		if (say_signal_wrong(&world->signals[i])) {
			const struct signal *signal = &world->signals[i];

			out[count++] = (struct ranked){ signal->state,
							world->sources[signal->source].asking, true,
							false, i };
		}
	for (size_t i = 1; i < count; i++)	/* insertion keeps equals in order */
		for (size_t k = i; k > 0 && before(&out[k], &out[k - 1]); k--) {
			struct ranked swap = out[k];

			out[k] = out[k - 1];
			out[k - 1] = swap;
		}
	return count;
}

static void build_wrong(const struct scene *scene, struct page *page)
{
	struct ranked wrong[WORLD_SOURCES + WORLD_SIGNALS];
	size_t count = rank_wrong(scene->world, wrong);

	if (count == 0)
		return;
	page_title(page, wrong[0].asking ? "ASKING" : "WRONG",
		   page->cols >= 60 ? "since ----- seen " : "seen ");
	for (size_t i = 0; i < count; i++)
		if (wrong[i].signal)
			row_signal(scene, page, wrong[i].index);
		else
			row_source(scene, page, wrong[i].index);
}

static bool signal_fine(const struct signal *signal)
{
	return signal->source >= 0 && !say_signal_wrong(signal);
}

/* Names as far as they fit, then how many did not. */
static void put_names(struct page *page, int x, const char *const *names, size_t count)
{
	enum { MORE = 9 };

	for (size_t i = 0; i < count; i++) {
		struct text name = text_of(str_of(names[i]));
		int last = i + 1 == count ? 0 : MORE;

		if (x + (int)text_width(&name) + last > page->cols - 1) {
			page_put(page, x, page->cols, ROLE_STRONG, "+%zu more", count - i);
			return;
		}
		x = page_put(page, x, page->cols, ROLE_PLAIN, "%s", name.bytes) + 1;
	}
}

static void build_fine(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;
	struct item item = { ITEM_FINE, 0 };
	const char *names[WORLD_SOURCES + WORLD_SIGNALS];
	size_t count = 0;

	for (size_t i = 0; i < world->source_count; i++)
		if (!say_source_wrong(&world->sources[i]))
			names[count++] = world->sources[i].name;
	for (size_t i = 0; i < world->signal_count; i++)
		if (signal_fine(&world->signals[i]))
			names[count++] = world->signals[i].name;
	if (count == 0)
		return;
	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	put_names(page, page_put(page, 1, 12, ROLE_RULE, "FINE %zu", count) + 2, names, count);
	for (size_t i = 0; scene->view->unfolded && i < world->source_count; i++)
		if (!say_source_wrong(&world->sources[i]))
			row_source(scene, page, i);
	for (size_t i = 0; scene->view->unfolded && i < world->signal_count; i++)
		if (signal_fine(&world->signals[i]))
			row_signal(scene, page, i);
}

/* Signals that no source feeds: not wrong, not fine, and said. */
static void build_unset(const struct scene *scene, struct page *page)
{
	const char *names[WORLD_SIGNALS];
	size_t count = 0;

	for (size_t i = 0; i < scene->world->signal_count; i++)
		if (scene->world->signals[i].source < 0)
			names[count++] = scene->world->signals[i].name;
	if (count == 0)
		return;
	page_text(page);
	put_names(page, page_put(page, 1, 30, ROLE_DIM, "NOT CONFIGURED %zu", count) + 2, names, count);
}

static void build_alerts(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;
	char counts[96] = "";

	if (world->alert_count > 0)
		snprintf(counts, sizeof(counts), "%zu firing, %zu pending, %zu silenced ",
			 alerts_in(world, ALERT_FIRING), alerts_in(world, ALERT_PENDING),
			 alerts_in(world, ALERT_SUPPRESSED));
	page_title(page, "ALERTS", counts);
	for (size_t i = 0; i < world->alert_count; i++)
		row_alert(scene, page, &world->alerts[i]);
	if (world->alerts_dropped > 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_STRONG, "%zu more alerts are not held",
			 world->alerts_dropped);
	}
	if (world->alert_count == 0 || !world->alerts_trusted)
		row_trust(scene, page);
	rows_silent(scene, page);
}

static void build_changes(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;
	size_t held = world->change_count < WORLD_CHANGES ? world->change_count : WORLD_CHANGES;
	size_t shown = held < CHANGES_SHOWN ? held : CHANGES_SHOWN;
	char right[48];

	snprintf(right, sizeof(right), "%zu changes ", world->change_count);
	page_title(page, "TIMELINE", right);
	for (size_t i = 0; i < shown; i++) {
		const struct change *change = world_change(world, i);

		if (change)
			row_change(scene, page, change, item_of_change(world, i));
	}
	page_text(page);
	if (world->change_count == 0)
		page_put(page, 1, page->cols, ROLE_DIM, "nothing has changed since the start");
	else if (world->change_count > shown)
		page_put(page, 1, page->cols, ROLE_DIM, "%zu older changes are not shown",
			 world->change_count - shown);
}

static void build(const struct scene *scene, struct page *page)
{
	const struct docket *docket = timeline_docket(scene);
	char count[TIMELINE_COUNT];

	if (docket)
		timeline_begin(scene, page, docket, count);
	next_banner(scene, page);
	rows_notices(scene, page);
	build_next(scene, page);
	build_cause(scene, page);
	build_wrong(scene, page);
	build_fine(scene, page);
	build_unset(scene, page);
	build_alerts(scene, page);
	tx_now_build(scene, page);
	if (docket) {
		page_title(page, "TIMELINE", count);
		timeline_end(scene, page);
	} else {
		build_changes(scene, page);
	}
}

static size_t wrong(const struct world *world)
{
	struct ranked all[WORLD_SOURCES + WORLD_SIGNALS];
	size_t count = rank_wrong(world, all), wrong = 0;

	for (size_t i = 0; i < count; i++)
		wrong += !all[i].asking;
	return wrong;
}

const struct screen screen_now = {
	.name = "now", .title = "Now", .brief = "Now", .tab = ACTION_NOW, .build = build, .wrong = wrong,
	.side = checklist_side,
};
