#include "app/incidents.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/incidents_inside.h"
#include "app/policies.h"
#include "app/ticket.h"
#include "base/log.h"
#include "base/mem.h"

void incidents_say(struct incidents *incidents, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	if (!incidents->left)
		incidents->setup.said(incidents->setup.arg, buf_cstr(&text));
	buf_done(&text);
}

/* --- slots --- */

struct slot *slot_find(const struct incidents *incidents, const char *incident)
{
	for (size_t i = 0; i < incidents->count; i++) {
		if (strcmp(dossier_incident(incidents->slots[i]->dossier)->id, incident) == 0)
			return incidents->slots[i];
	}
	return NULL;
}

/* What an event that changes another one is about: it may be on no screen now. */
static void say_other(const struct slot *slot, const char *of, struct buf *text)
{
	const struct record *record = history_find(dossier_history(slot->dossier), of);

	if (record)
		buf_fmt(text, ": %s", record->sentence);
}

/* What the operator has done, once it is on disk; the first event of an order says it, and the
 * others follow from it. Evidence is what the console has gathered itself. */
static void tell_saved(struct slot *slot, const struct event *event)
{
	struct incidents *incidents = slot->owner;
	const char *id = dossier_incident(slot->dossier)->id;
	struct buf text = { 0 };

	if (event->src != SRC_HUMAN || event->kind == EVENT_EVIDENCE_ADDED ||
	    event->kind == EVENT_STEP_CLAIMED ||
	    event->rec == slot->told ||
	    strcmp(event->by, incidents->who.operator) != 0)
		return;
	slot->told = event->rec;
	if (event->kind == EVENT_INCIDENT_DECLARED) {	/* what to do next is not cut off by a title */
		incidents_say(incidents, "declared SEV%u #%s; p announces it",
			      (unsigned)event->data.severity, id);
		return;
	}
	if (event->kind == EVENT_UPDATE_SENT && !event->data.by_hand) {	/* no channel has it yet */
		incidents_say(incidents, "#%s: saved and on its way; NEXT says if it does not arrive", id);
		return;
	}
	say_event(event, &text);
	if (event->kind == EVENT_UNDO)
		say_other(slot, event->data.of, &text);
	incidents_say(incidents, "#%s: %s%s%s", id, event->kind == EVENT_NOTE ? "noted: " :
		      event->kind == EVENT_STEP_RUN_STARTED ? "+ shows what it prints: " : "",
		      buf_cstr(&text), can_be_undone(event->kind) ? "; u takes it back" : "");
	buf_done(&text);
}

static void on_durable(void *arg, struct dossier *dossier, const struct event *event)
{
	struct slot *slot = arg;

	(void)dossier;
	tell_saved(slot, event);
	if (event->kind == EVENT_CLOCK_STEPPED)
		slot->stepping -= event->data.by_ms;
	effects_durable(slot, event);
	if (slot->runs)
		runs_durable(slot->runs, event);
	if (slot->owner->setup.durable && !slot->owner->left)
		slot->owner->setup.durable(slot->owner->setup.arg, event);
}

static void on_changed(void *arg, struct dossier *dossier)
{
	struct slot *slot = arg;

	(void)dossier;
	if (slot->dossier)
		desk_make(slot->owner);
}

static void on_said(void *arg, const char *sentence)
{
	struct slot *slot = arg;

	incidents_say(slot->owner, "%s", sentence);
}

struct slot *slot_open(struct incidents *incidents, const char *folder, bool create, bool shared,
		       struct err *err)
{
	struct slot *slot = mem_new(sizeof(*slot));
	struct dossier_setup setup = {
		.loop = incidents->setup.loop, .folder = folder, .create = create,
		.shared = shared, .who = incidents->who, .policy = &incidents->policy,
		.durable = on_durable, .changed = on_changed, .said = on_said, .arg = slot,
	};

	slot->owner = incidents;
	slot->shared = shared;
	slot->due_told = slot->recovered_told = slot->good_since = slot->told = WHEN_NEVER;
	slot->dossier = dossier_open(&setup, err);
	if (!slot->dossier) {
		mem_free(slot);
		return NULL;
	}
	slot->sensing = sensing_new();
	incidents->slots[incidents->count++] = slot;
	return slot;
}

static void slot_free(struct slot *slot)
{
	importer_cancel(slot->importer);
	ticket_cancel(slot->ticket);
	runs_free(slot->runs);
	after_free(slot->after);
	dossier_close(slot->dossier);
	sensing_free(slot->sensing);
	mem_free(slot);
}

void slot_close(struct incidents *incidents, size_t index)
{
	slot_free(incidents->slots[index]);
	incidents->count--;
	memmove(&incidents->slots[index], &incidents->slots[index + 1],
		(incidents->count - index) * sizeof(struct slot *));
}

void slot_submit(struct slot *slot, struct order *order)
{
	struct incidents *incidents = slot->owner;
	char already[BECAUSE_TEXT];
	struct err err = { 0 };

	if (!order->by)
		order->by = incidents->who.operator;
	if (!dossier_submit(slot->dossier, order, loop_now(incidents->setup.loop).wall, already,
			    &err))
		incidents_say(incidents, "%s", err.text);
	else if (already[0] && order->src == SRC_HUMAN)
		incidents_say(incidents, "%s", already);
}

struct clocks_in slot_clocks(const struct slot *slot)
{
	const struct incidents *incidents = slot->owner;

	return (struct clocks_in){
		.incident = dossier_incident(slot->dossier), .policy = &incidents->policy,
		.world = incidents->estate->world, .origin = duty_origin(slot),
		.operator = incidents->who.operator,
		.wall = loop_now(incidents->setup.loop).wall - slot->stepping,
	};
}

/* --- its life --- */

static void put_settings(struct incidents *incidents, const struct settings *settings)
{
	incidents->setup.settings = settings;
	incidents->who.operator = settings->operator;
	policy_make(settings, &incidents->policy);
	shelf_roots(incidents);
}

struct incidents *incidents_new(const struct incidents_setup *setup)
{
	struct incidents *incidents = mem_new(sizeof(*incidents));
	struct now now = loop_now(setup->loop);
	struct err err = { 0 };
	msec fixed = WHEN_NEVER;

	incidents->setup = *setup;
	if (gethostname(incidents->host, sizeof(incidents->host) - 1) != 0)
		incidents->host[0] = '\0';
	incidents->who = (struct journal_who){
		.host = incidents->host, .console = "console", .tool_version = BINNACLE_VERSION,
	};
	incidents->clock_stands = context_now(setup->context, &fixed, &err) && fixed != WHEN_NEVER;
	incidents->clock_offset = now.wall - now.steady;
	incidents->second = now.steady;
	duty_boot(incidents);
	shelf_watch(incidents);
	put_settings(incidents, setup->settings);
	desk_library(incidents);
	effects_open(incidents);
	return incidents;
}

void incidents_begin(struct incidents *incidents, struct estate *estate, const char *first)
{
	incidents->estate = estate;
	shelf_start(incidents, first);
	desk_make(incidents);
}

void incidents_replace(struct incidents *incidents, const struct settings *settings,
		       struct estate *estate)
{
	for (size_t i = 0; i < incidents->count; i++) {
		importer_cancel(incidents->slots[i]->importer);
		incidents->slots[i]->importer = NULL;
	}
	incidents->estate = estate;
	put_settings(incidents, settings);
	effects_settings(incidents);
	bookcase_settings(incidents->bookcase, settings);
	board_keeper_settings(incidents->board, settings);
	for (size_t i = 0; i < incidents->count; i++) {
		if (incidents->slots[i]->runs)
			runs_replace(incidents->slots[i]->runs, settings, estate);
	}
	desk_make(incidents);
}

void incidents_leave(struct incidents *incidents, const char *reason)
{
	incidents->left = true;
	for (size_t i = 0; i < incidents->count; i++) {
		struct slot *slot = incidents->slots[i];
		struct order order = {
			.kind = EVENT_SESSION_LOST, .at = WHEN_NEVER, .src = SRC_SENSED,
		};

		EVENT_SET(order.data, reason, reason);
		if (slot->entered)
			slot_submit(slot, &order);
	}
	shelf_leave(incidents);
	while (incidents->count > 0)
		slot_close(incidents, incidents->count - 1);
	desk_evidence_leave(incidents);
	bookcase_free(incidents->bookcase);
	incidents->bookcase = NULL;
	board_keeper_free(incidents->board);
	incidents->board = NULL;
	rehearsal_keeper_free(incidents->rehearsal);
	incidents->rehearsal = NULL;
}

/* --- looking --- */

bool desk_is_done(const struct incident *incident, msec wall)
{
	return incident_over(incident) && !incident_silent(incident, wall);
}

/* What is on its way still has an outcome to be recorded. */
static bool may_leave(const struct slot *slot, msec now)
{
	const struct incident *incident = dossier_incident(slot->dossier);

	return desk_is_done(incident, now) && dossier_idle(slot->dossier) &&
	       !channels_carry(slot->owner->channels, incident->id);
}

static void drop_what_is_over(struct incidents *incidents, msec now)
{
	for (size_t i = incidents->count; i-- > 0;) {
		if (may_leave(incidents->slots[i], now))
			slot_close(incidents, i);
	}
}

static bool is_new_second(struct incidents *incidents)
{
	msec steady = loop_now(incidents->setup.loop).steady;
	bool is_new = steady / WHEN_SECOND != incidents->second / WHEN_SECOND;

	if (is_new)
		incidents->second = steady;
	return is_new;
}

void incidents_look(struct incidents *incidents)
{
	bool second = is_new_second(incidents);
	msec now = loop_now(incidents->setup.loop).wall;

	duty_clock(incidents);
	if (second) {
		shelf_look(incidents);
		drop_what_is_over(incidents, now);
		bookcase_look(incidents->bookcase, incidents->estate->world);
		board_keeper_look(incidents->board);
	}
	for (size_t i = 0; i < incidents->count; i++) {
		if (second)
			dossier_tick(incidents->slots[i]->dossier, now);
		duty_look(incidents->slots[i], second);
		slot_runs_look(incidents->slots[i], second);
		slot_after_look(incidents->slots[i], second);
	}
	desk_make(incidents);
}

const struct desk *incidents_desk(const struct incidents *incidents)
{
	return &incidents->desk;
}

/* --- what the shell asks for --- */

static void declare(struct incidents *incidents, const struct order *asked)
{
	struct order order = *asked;
	struct shelved place;
	struct err err = { 0 };
	msec now = loop_now(incidents->setup.loop).wall;
	struct slot *slot = NULL;

	if (incidents->count == DESK_OPEN)
		incidents_say(incidents, "%d incidents are open: close or merge one first",
			      DESK_OPEN);
	else if (!shelf_folder(incidents, event_text(order.data.title), now, &place))
		incidents_say(incidents, "no incident can be kept: %s", incidents->no_root);
	else if (!(slot = slot_open(incidents, place.folder, true, place.shared, &err)))
		incidents_say(incidents, "%s", err.text);
	if (!slot)
		return;
	slot_submit(slot, &order);
	if (dossier_idle(slot->dossier))
		slot_close(incidents, incidents->count - 1);	/* it was refused */
	else
		str_put(incidents->current, sizeof(incidents->current), place.id);
}

/* A declaration that is on its way to the disk is none yet for the shell: it asks once only. */
static bool is_being_declared(const struct incidents *incidents)
{
	for (size_t i = 0; i < incidents->count; i++) {
		if (dossier_incident(incidents->slots[i]->dossier)->severity == 0)
			return true;
	}
	return false;
}

void incidents_submit(struct incidents *incidents, const char *incident, const struct order *order)
{
	struct slot *slot = slot_find(incidents, incident);
	struct order ours = *order;
	struct err err = { 0 };

	if (slot && slot->runs && !runs_allow(slot->runs, &ours, &err))
		incidents_say(incidents, "%s", err.text);
	else if (slot)
		slot_submit(slot, &ours);
	else if (*incident)
		incidents_say(incidents, "#%s is not open here", incident);
	else if (is_being_declared(incidents))
		incidents_say(incidents, "the last declaration is not saved yet");
	else
		declare(incidents, order);
	desk_make(incidents);
}

void incidents_choose(struct incidents *incidents, const char *incident)
{
	str_put(incidents->current, sizeof(incidents->current), incident);
	desk_make(incidents);
}

struct dossier *incidents_dossier(const struct incidents *incidents)
{
	const struct desk *desk = &incidents->desk;
	const struct slot *slot = desk->current < desk->count ?
				  slot_find(incidents, desk->open[desk->current].incident->id) : NULL;

	return slot ? slot->dossier : NULL;
}

bool incidents_holds(const struct incidents *incidents, const struct dossier *dossier)
{
	for (size_t i = 0; i < incidents->count; i++)
		if (incidents->slots[i]->dossier == dossier)
			return true;
	return false;
}

void incidents_in_memory(struct incidents *incidents)
{
	for (size_t i = 0; i < incidents->count; i++)
		dossier_in_memory(incidents->slots[i]->dossier);
	desk_make(incidents);
}

void incidents_expire(struct incidents *incidents, const char *incident, const char *fingerprint)
{
	struct slot *slot = slot_find(incidents, incident);

	if (slot)
		effects_expire(slot, fingerprint);
	else
		incidents_say(incidents, "#%s is not open here", incident);
}

void incidents_ticket(struct incidents *incidents, const char *incident)
{
	struct slot *slot = slot_find(incidents, incident);

	if (slot)
		effects_ticket(slot);
	else
		incidents_say(incidents, "#%s is not open here", incident);
}
