/*
 * shell_incident.c: what the keys of an incident do: most open a form; acknowledging and undoing
 * are done at once, since they are ours and reversible.
 */
#include <string.h>

#include "ui/explain.h"
#include "ui/form_parts.h"
#include "ui/form_undo.h"
#include "ui/next.h"
#include "ui/shell_state.h"

static struct scene scene_of(struct act *act)
{
	return shell_scene(act->shell, act->world, shell_view(act->shell), act->now.wall);
}

static struct item target_of(struct act *act)
{
	return shell_view(act->shell)->list.row.target;
}

/* A row of another incident brings that one to the fore; the same key then answers it, on what is
 * shown then. */
static bool is_elsewhere(struct act *act, const struct owed *owed)
{
	const struct docket *docket = desk_current(act->world->desk);

	if (!docket || strcmp(docket->incident->id, owed->incident) == 0)
		return false;
	act->out->kind = EFFECT_CHOOSE;
	str_put(act->out->text, sizeof(act->out->text), owed->incident);
	shell_say(act->shell, "now on #%s; once more to answer", owed->incident);
	return true;
}

/* The same for the row under the cursor, when it is one of NEXT. */
static bool is_row_elsewhere(struct act *act)
{
	const struct owed *owed = next_owed(act->world, target_of(act));

	return owed && is_elsewhere(act, owed);
}

void act_incident(struct act *act)
{
	if (!desk_current(act->world->desk)) {
		shell_form(act, &form_declare, "");
		return;
	}
	menu_open(&act->shell->menu, MENU_INCIDENT, act->now.steady);
	act->shell->mode = MODE_MENU;
}

/* At the table a note is what the table would do. */
void act_note(struct act *act)
{
	bool table = shell_view(act->shell)->screen == &screen_tabletop && act->world->desk->rehearsal;

	shell_form(act, table ? &form_said : &form_note, "");
}

void act_update(struct act *act)
{
	if (!is_row_elsewhere(act))
		shell_form(act, &form_update, "");
}

/* The fingerprint of the alert under the cursor, whichever row stands for it; NULL: it is none. */
static const char *fingerprint_of(struct act *act)
{
	struct item item = target_of(act);
	const struct alert *alert = item_alert(act->world, item);
	const struct owed *owed = next_owed(act->world, item);
	const struct docket *docket;
	const struct incident_alert *fired = item_fired(act->world, item, &docket);

	if (alert)
		return alert->fingerprint;
	if (fired)
		return fired->fingerprint;
	return owed && (owed->kind == OWED_ACK || owed->kind == OWED_SILENCE) ? owed->subject : NULL;
}

static void acknowledge(struct act *act, const struct docket *docket,
			const struct incident_alert *alert)
{
	struct arena *arena = &act->shell->entered;
	struct event_data *data = &act->out->order.data;

	act->out->kind = EFFECT_ORDER;
	str_put(act->out->text, sizeof(act->out->text), docket->incident->id);
	act->out->order = (struct order){ .kind = EVENT_ALERT_ACKED, .at = WHEN_NEVER,
					  .src = SRC_HUMAN, .by = act->world->operator };
	EVENT_SET(*data, name, arena_text(arena, alert->name, strlen(alert->name)));
	EVENT_SET(*data, fingerprint, arena_text(arena, alert->fingerprint,
						 strlen(alert->fingerprint)));
}

/* Recorded at once; to mute it is a second choice, and its default is no. */
void act_ack(struct act *act)
{
	const struct docket *docket = desk_current(act->world->desk);
	const char *fingerprint = fingerprint_of(act);
	const struct incident_alert *alert =
		fingerprint ? incident_alert(docket->incident, fingerprint) : NULL;
	struct scene scene = scene_of(act);

	if (is_row_elsewhere(act))
		return;
	if (!fingerprint) {
		shell_refuse(act->shell, "a needs an alert under the cursor: select one first");
		return;
	}
	if (!alert) {
		shell_refuse(act->shell, "#%s does not know this alert yet; it is told within a second",
			     docket->incident->id);
		return;
	}
	if (!alert->acked)
		acknowledge(act, docket, alert);
	if (form_refusal(&scene, &form_mute))
		shell_say(act->shell, "%s is acknowledged", alert->name);
	else
		shell_form(act, &form_mute, alert->fingerprint);
}

void act_expire(struct act *act)
{
	const char *fingerprint = fingerprint_of(act);
	const struct incident_alert *alert =
		fingerprint ? incident_alert(desk_current(act->world->desk)->incident, fingerprint) : NULL;

	if (is_row_elsewhere(act))
		return;
	if (!alert || !alert->silence_id[0])
		shell_refuse(act->shell, "there is no silence of this incident here");
	else
		shell_form(act, &form_expire, alert->fingerprint);
}

void act_undo(struct act *act)
{
	struct scene scene = scene_of(act);
	struct entry entry = { .scene = &scene, .steady = act->now.steady,
			       .arena = &act->shell->entered, .out = act->out };
	struct text said;

	if (form_undo(&entry, &said))
		shell_say(act->shell, "taken back: %s", said.bytes);
	else
		shell_refuse(act->shell, "%s", entry.err.text);
}

void act_switch(struct act *act)
{
	const struct desk *desk = act->world->desk;
	const struct incident *next = desk->open[(desk->current + 1) % desk->count].incident;

	if (desk->count == 1) {
		shell_say(act->shell, "#%s is the only one", next->id);
		return;
	}
	act->out->kind = EFFECT_CHOOSE;
	str_put(act->out->text, sizeof(act->out->text), next->id);
	shell_say(act->shell, "now on SEV%u #%s %s", next->severity, next->id, next->title);
}

static const char *subject_of(const struct owed *owed, const struct form_kind *kind)
{
	if (kind == &form_update)
		return "";		/* one draft, whichever key opened it */
	return owed->event[0] && kind != &form_expire ? owed->event : owed->subject;
}

bool act_owed(struct act *act, struct item item)
{
	const struct owed *owed = next_owed(act->world, item);
	const struct form_kind *kind;

	if (item.kind != ITEM_OWED)
		return false;
	if (item_eq(item, next_declare())) {
		shell_form(act, &form_declare, "");
	} else if (!owed) {
		shell_refuse(act->shell, "it is not owed any more: nothing was opened");
	} else if (!is_elsewhere(act, owed)) {
		kind = next_form(owed, act->world->desk);
		if (kind)
			shell_form(act, kind, subject_of(owed, kind));
		else
			shell_perform(act, next_screen(owed));
	}
	return true;
}
