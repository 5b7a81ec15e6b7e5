#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/incidents_inside.h"
#include "app/wording.h"

/* --- the incidents --- */

static unsigned rank(const struct incident *incident)
{
	unsigned severity = incident->severity == 0 ? 4 : incident->severity;
	unsigned drill = strcmp(incident->type, "drill") == 0 ? 5 : 0;	/* behind what is real */

	return severity + drill + (incident_open(incident) ? 0 : 10);
}

static int by_weight(const void *left, const void *right)
{
	const struct incident *a = ((const struct docket *)left)->incident;
	const struct incident *b = ((const struct docket *)right)->incident;

	if (rank(a) != rank(b))
		return rank(a) < rank(b) ? -1 : 1;
	return (a->declared_at > b->declared_at) - (a->declared_at < b->declared_at);
}

/* What was declared and is not on the disk yet is no incident on a screen: there is nothing of it
 * that may be shown, but that it is not saved. */
static void put_dockets(struct incidents *incidents, struct desk *desk)
{
	for (size_t i = 0; i < incidents->count; i++) {
		struct docket *docket = &desk->open[desk->count];

		dossier_docket(incidents->slots[i]->dossier, docket);
		if (incidents->slots[i]->runs)
			runs_docket(incidents->slots[i]->runs, docket);
		docket->afterword = after_view(incidents->slots[i]->after);
		if (docket->incident->severity > 0)
			desk->count++;
		else if (docket->trouble[0])
			(void)snprintf(desk->trouble, sizeof(desk->trouble),
				       "the declaration is NOT SAVED: %.200s", docket->trouble);
	}
	if (desk->count < DESK_OPEN)
		memset(&desk->open[desk->count], 0, sizeof(desk->open[0]));
	if (desk->count > 1)
		qsort(desk->open, desk->count, sizeof(desk->open[0]), by_weight);
	for (size_t i = 0; i < desk->count; i++) {
		if (strcmp(desk->open[i].incident->id, incidents->current) == 0)
			desk->current = i;
	}
}

/* --- what is owed --- */

static void insert(struct desk *desk, const struct owed *owed)
{
	size_t at = desk->owed_count;

	while (at > 0 && owed_compare(owed, &desk->owed[at - 1]) < 0)
		at--;
	if (at == DESK_OWED)
		return;
	if (desk->owed_count < DESK_OWED)
		desk->owed_count++;
	memmove(&desk->owed[at + 1], &desk->owed[at],
		(desk->owed_count - at - 1) * sizeof(desk->owed[0]));
	desk->owed[at] = *owed;
}

/* Before everything else: what is not saved can still be lost. */
static void owe_saving(struct desk *desk, const struct docket *docket, msec now)
{
	struct owed owed = { .kind = OWED_UNSAVED, .due_at = WHEN_NEVER, .due_t = WHEN_NEVER };

	if (docket->saving != SAVING_NOT_SAVED && docket->saving != SAVING_IN_MEMORY)
		return;
	owed.overdue = owed.prompt = true;
	owed.due_at = docket->incident->last_at < now ? docket->incident->last_at : now;
	str_put(owed.incident, sizeof(owed.incident), docket->incident->id);
	(void)snprintf(owed.text, sizeof(owed.text), "%s: %.80s; %zu wait",
		       saving_word(docket->saving), docket->trouble, docket->waiting);
	insert(desk, &owed);
}

/* Its clocks, with the checklists of its runs. */
static struct clocks_in clocks_of(const struct slot *slot, const struct desk *desk)
{
	struct clocks_in in = slot_clocks(slot);

	for (size_t i = 0; i < desk->count; i++) {
		if (desk->open[i].incident == in.incident) {
			in.runs = desk->open[i].runs;
			in.run_count = desk->open[i].run_count;
		}
	}
	return in;
}

static void put_owed(struct incidents *incidents, struct desk *desk)
{
	struct owed *list = incidents->owed;
	msec now = loop_now(incidents->setup.loop).wall;

	for (size_t i = 0; i < incidents->count; i++) {
		struct clocks_in in = clocks_of(incidents->slots[i], desk);
		size_t count = in.incident->severity == 0 ? 0 : clocks_owed(&in, list, OWED_MAX);

		for (size_t j = 0; j < count; j++)
			insert(desk, &list[j]);
	}
	for (size_t i = 0; i < desk->count; i++)
		owe_saving(desk, &desk->open[i], now);
}

/* --- the whole --- */

/* What a picture shows of it besides figures and ages, which are drawn anew each second anyway. */
static bool is_another(const struct desk *a, const struct desk *b)
{
	if (a->count != b->count || a->current != b->current || a->owed_count != b->owed_count ||
	    a->proposal.worth != b->proposal.worth ||
	    strcmp(a->proposal.title, b->proposal.title) != 0 ||
	    strcmp(a->trouble, b->trouble) != 0 || strcmp(a->last, b->last) != 0)
		return true;
	for (size_t i = 0; i < a->count; i++) {
		const struct docket *one = &a->open[i], *other = &b->open[i];

		if (one->incident != other->incident || one->history != other->history ||
		    one->saving != other->saving || one->waiting != other->waiting ||
		    one->peer_count != other->peer_count)
			return true;
	}
	for (size_t i = 0; i < a->owed_count; i++) {
		const struct owed *one = &a->owed[i], *other = &b->owed[i];

		if (one->kind != other->kind || one->overdue != other->overdue ||
		    one->prompt != other->prompt || strcmp(one->text, other->text) != 0)
			return true;
	}
	return false;
}

/* All of these only grow, but for the events of an incident that leaves: then the count of dockets
 * is another, too. */
static uint64_t events_of(const struct incidents *incidents)
{
	uint64_t events = bookcase_books(incidents->bookcase)->version + incidents->evidence_version +
			  board_keeper_version(incidents->board) +
			  rehearsal_keeper_version(incidents->rehearsal);

	for (size_t i = 0; i < incidents->count; i++) {
		events += history_count(dossier_history(incidents->slots[i]->dossier));
		if (incidents->slots[i]->runs)
			events += runs_version(incidents->slots[i]->runs);
	}
	return events;
}

/* The record that is talked through in the incident at hand. */
static void look_at_table(struct incidents *incidents, struct desk *next)
{
	const struct docket *docket = next->count > 0 ? &next->open[next->current] : NULL;
	const char *const roots[2] = { incidents->roots[0], incidents->roots[1] };

	rehearsal_keeper_look(incidents->rehearsal, roots, docket ? docket->history : NULL);
	next->rehearsal = rehearsal_keeper_table(incidents->rehearsal);
}

void desk_make(struct incidents *incidents)
{
	struct desk *next = &incidents->next;
	struct world *world = incidents->estate ? incidents->estate->world : NULL;
	msec now = loop_now(incidents->setup.loop).wall;
	uint64_t events;
	bool another;

	if (!world || incidents->left)
		return;
	memset(next, 0, sizeof(*next));
	str_put(next->trouble, sizeof(next->trouble), incidents->no_root);
	put_dockets(incidents, next);
	events = events_of(incidents);
	put_owed(incidents, next);
	propose(world, &incidents->policy, &next->proposal);
	snapshot_take(world, &next->figures);
	next->policy = &incidents->policy;
	next->wording = &wording;
	next->books = bookcase_books(incidents->bookcase);
	next->board = board_keeper_board(incidents->board);
	look_at_table(incidents, next);
	next->evidence = desk_evidence;
	next->arg = incidents;
	next->last_owes = shelf_last(incidents, now, next->last);
	another = is_another(next, &incidents->desk) || events != incidents->events;
	next->version = incidents->desk.version + (another ? 1 : 0);
	incidents->desk = *next;
	incidents->events = events;
	world->desk = &incidents->desk;
	if (!another)
		return;
	world->version++;
	incidents->setup.changed(incidents->setup.arg);
}
