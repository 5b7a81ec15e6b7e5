/*
 * rows_impact.c: what an incident hits, as figures and as components. The figures of then are those
 * that were frozen into the record; those of now are the instruments'.
 */
#include <stdio.h>
#include <string.h>

#include "ui/rows_incident.h"
#include "ui/say.h"

enum { NARROW = 60, FIGURE = 22, FIGURE_NAME = 11, SNAPSHOTS = 2 };

/* A number only while it is known; else since when it is not. */
static void put_figure(const struct scene *scene, struct page *page, int x,
		       const struct figure_copy *is)
{
	char at[SAY_TEXT];

	if (!is) {
		page_put(page, x, FIGURE - 1, ROLE_DIM, "not measured");
	} else if (is->known) {
		page_put(page, x, FIGURE - 1, ROLE_PLAIN, "%s %s", is->text,
			 strcmp(is->unit, "count") == 0 ? "" : is->unit);
	} else if (is->at == WHEN_NEVER) {
		page_put(page, x, FIGURE - 1, ROLE_UNKNOWN, "not known");
	} else {
		say_clock(scene, is->at, at);
		if (!at[0])
			say_age(scene, is->at, at);
		page_put(page, x, FIGURE - 1, ROLE_UNKNOWN, "not known since %s", at);
	}
}

static const struct figure_copy *figure_in(const struct snapshot *snapshot, const char *name)
{
	for (size_t i = 0; snapshot && i < snapshot->count; i++)
		if (strcmp(snapshot->figures[i].name, name) == 0)
			return &snapshot->figures[i];
	return NULL;
}

/* The first, and the last of another severity: a column each; then the present. */
struct comparison {
	const struct snapshot *then[SNAPSHOTS], *now;
	size_t count;
};

static struct comparison compare(const struct page *page, const struct incident *in,
				 const struct snapshot *now)
{
	struct comparison all = { .now = now };
	size_t room = page->cols < NARROW ? 0 :
		      (size_t)((page->cols - FIGURE_NAME - 2) / FIGURE) - 1;

	if (in->snapshot_count > 0 && room > 0)
		all.then[all.count++] = &in->snapshots[0];
	if (in->snapshot_count > 1 && room > 1)
		all.then[all.count++] = &in->snapshots[in->snapshot_count - 1];
	return all;
}

static void put_impact_head(const struct scene *scene, struct page *page,
			    const struct comparison *all)
{
	int x = FIGURE_NAME + 2;
	char at[SAY_TEXT];

	page_text(page);
	for (size_t i = 0; i < all->count; i++, x += FIGURE) {
		say_time(scene, all->then[i]->at, at);
		page_put(page, x, FIGURE - 1, ROLE_DIM, "SEV%u %s", all->then[i]->severity, at);
	}
	page_put(page, x, FIGURE - 1, ROLE_DIM, "now");
}

static void put_impact(const struct scene *scene, struct page *page, const struct comparison *all,
		       const char *name)
{
	int x = FIGURE_NAME + 2;

	page_text(page);
	page_put(page, 1, FIGURE_NAME, ROLE_PLAIN, "%s", name);
	for (size_t i = 0; i < all->count; i++, x += FIGURE)
		put_figure(scene, page, x, figure_in(all->then[i], name));
	put_figure(scene, page, x, figure_in(all->now, name));
}

void rows_impact(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct incident *in = docket->incident;
	const struct snapshot *now = &scene->world->desk->figures;
	struct comparison all = compare(page, in, now);
	const struct snapshot *first = in->snapshot_count > 0 ? &in->snapshots[0] : NULL;

	if (now->count == 0 && !first)
		return;
	page_title(page, "IMPACT", all.count > 0 ? "then and now " : "now ");
	put_impact_head(scene, page, &all);
	for (size_t i = 0; i < now->count; i++)
		put_impact(scene, page, &all, now->figures[i].name);
	for (size_t i = 0; first && i < first->count; i++)
		if (!figure_in(now, first->figures[i].name))
			put_impact(scene, page, &all, first->figures[i].name);
}

/* The clock of a recovery runs from when it was noticed. */
static msec elapsed_of(const struct scene *scene, const struct docket *docket)
{
	const struct incident *in = docket->incident;
	const struct milestone *from = &in->milestones[MILESTONE_DETECTED];
	const struct milestone *to = &in->milestones[MILESTONE_RECOVERED];
	msec now = incident_scale(in, docket->origin, scene->now);

	return (to->at != WHEN_NEVER ? to->t : now) -
	       (from->at != WHEN_NEVER ? from->t : in->declared_t);
}

static void row_affected(const struct scene *scene, struct page *page, const char *name,
			 msec elapsed)
{
	int index = world_find_component(scene->world, name);
	const struct component *is = index < 0 ? NULL : &scene->world->components[index];
	struct item item = { ITEM_COMPONENT, item_hash(name) };
	enum state state = is ? is->state : STATE_UNKNOWN;
	bool over = is && is->rto > 0 && elapsed > is->rto;
	char rto[WHEN_TEXT], used[WHEN_TEXT];
	int x = page->cols < NARROW ? 14 : 24;

	page_row(page, (struct row){ ROW_ITEM, item, item, state != STATE_OK });
	page_field(page, "name", name);
	page_field(page, "state", state_word(state));
	page_put(page, 1, x - 2, ROLE_PLAIN, "%s", name);
	x = page_put(page, x, 7, role_of_state(state), "%-4s %c", state_label(state),
		     state_mark(state)) + 1;
	say_elapsed(elapsed, used);
	if (!is || is->rto == 0) {
		page_put(page, x, page->cols, ROLE_DIM, "no RTO is set; %s so far", used);
		return;
	}
	say_elapsed(is->rto, rto);
	x = page_put(page, x, page->cols, ROLE_PLAIN, "RTO %s, %s used", rto, used);
	say_elapsed(over ? elapsed - is->rto : is->rto - elapsed, used);
	page_put(page, x, page->cols, over ? ROLE_BAD : ROLE_PLAIN, ", %s %s", used,
		 over ? "OVER" : "left");
}

void rows_components(const struct scene *scene, struct page *page, const struct docket *docket)
{
	const struct incident *in = docket->incident;
	msec elapsed = elapsed_of(scene, docket);

	if (in->component_count == 0)
		return;
	page_title(page, "AFFECTED", "");
	for (size_t i = 0; i < in->component_count; i++)
		row_affected(scene, page, in->components[i], elapsed);
}
