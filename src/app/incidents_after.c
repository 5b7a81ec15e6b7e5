/*
 * incidents_after.c: what screens see of an incident afterwards, and the verbs that they ask for.
 */
#include <stdio.h>
#include <string.h>

#include "app/afterword.h"
#include "app/incidents_inside.h"
#include "app/outing.h"
#include "base/mem.h"
#include "ui/shell.h"

struct after {
	struct slot *slot;
	struct afterword view;
	struct outing_work *work;	/* NULL: none is at work */
	struct afterword_maker *maker;	/* NULL: none is at work */
	size_t events, making;		/* of the record that the figures are of, or will be */
};

static struct after *after_of(struct slot *slot)
{
	if (!slot->after) {
		slot->after = mem_new(sizeof(*slot->after));
		slot->after->slot = slot;
	}
	return slot->after;
}

void after_free(struct after *after)
{
	if (!after)
		return;
	outing_stop(after->work);
	afterword_stop(after->maker);
	mem_free(after);
}

const struct afterword *after_view(const struct after *after)
{
	return after ? &after->view : NULL;
}

/* --- figures --------------------------------------------------------------------------------- */

static void on_made(void *arg, const struct afterword *afterword)
{
	struct after *after = arg;
	struct outing outing = after->view.outing;

	after->maker = NULL;
	after->events = after->making;
	after->view = *afterword;
	after->view.outing = outing;
	after->slot->owner->evidence_version++;
	desk_make(after->slot->owner);
}

/* Of what is over the figures are wanted, and again whenever its record is another: one at a time,
 * once a second at most. */
void slot_after_look(struct slot *slot, bool second)
{
	const struct incident *incident = dossier_incident(slot->dossier);
	size_t events = history_count(dossier_history(slot->dossier));
	struct after *after;
	struct docket docket;

	if (!second || incident->severity == 0 || incident_open(incident))
		return;
	after = after_of(slot);
	if (after->maker || after->events == events)
		return;
	dossier_docket(slot->dossier, &docket);
	after->making = events;
	after->maker = afterword_start(&(struct afterword_plan){
		.loop = slot->owner->setup.loop, .folder = docket.folder, .incident = incident->id,
		.shared = slot->shared, .made = on_made, .arg = after,
	});
}

/* --- verbs ----------------------------------------------------------------------------------- */

static void on_terminal(void *arg, struct str bytes)
{
	struct slot *slot = arg;

	slot->owner->setup.terminal(slot->owner->setup.arg, bytes);
}

static void on_terminal_back(void *arg)
{
	struct slot *slot = arg;

	slot->owner->setup.terminal_back(slot->owner->setup.arg);
}

/* The paths stand on the screen of the postmortem; the message says the first. */
static void on_outing(void *arg, const struct outing *outing)
{
	struct after *after = arg;
	struct slot *slot = after->slot;
	struct outing_work *work = after->work;
	const char *id = dossier_incident(slot->dossier)->id;

	after->view.outing = *outing;
	after->work = NULL;
	outing_stop(work);		/* *outing goes with it */
	outing = &after->view.outing;
	incidents_say(slot->owner, "#%s: %s%s%s%s", id, outing->ok ? "" : "NOT done: ",
		      outing->said, outing->path_count ? ": " : "",
		      outing->path_count ? outing->paths[0] : "");
	slot->owner->evidence_version++;
	desk_make(slot->owner);
}

static void begin(struct slot *slot, const char *verb)
{
	struct incidents *incidents = slot->owner;
	struct after *after = after_of(slot);
	bool lends = incidents->setup.terminal;
	const struct outing_plan plan = {
		.loop = incidents->setup.loop, .context = incidents->setup.context, .verb = verb,
		.incident = dossier_incident(slot->dossier)->id,
		.terminal = lends ? on_terminal : NULL,
		.terminal_back = lends ? on_terminal_back : NULL, .terminal_arg = slot,
		.done = on_outing, .arg = after,
	};
	struct err err = { 0 };

	if (after->work) {
		incidents_say(incidents, "#%s: one is at work already", plan.incident);
		return;
	}
	after->work = outing_start(&plan, &after->view.outing, &err);
	if (!after->work)
		incidents_say(incidents, "%s", err.text);
	incidents->evidence_version++;
	desk_make(incidents);
}

void incidents_outing(struct incidents *incidents, const struct effect *effect)
{
	struct slot *slot = slot_find(incidents, effect->incident);

	if (!slot)
		incidents_say(incidents, "#%s is not open here", effect->incident);
	else if (incidents->setup.settings->read_only)
		incidents_say(incidents, "this console is read-only: nothing leaves it");
	else
		begin(slot, effect->text);
}

struct task *after_wants_terminal(struct incidents *incidents)
{
	for (size_t i = 0; i < incidents->count; i++) {
		struct after *after = incidents->slots[i]->after;
		struct task *task = after && after->work ? outing_wants_terminal(after->work) : NULL;

		if (task)
			return task;
	}
	return NULL;
}
