/*
 * form_outside.c: what leaves the house, but for updates (form_update.c), and the two questions
 * about this console itself: to go on without a disk, and to quit.
 */
#include <string.h>

#include "ui/form_parts.h"
#include "ui/form_when.h"

static const struct incident_alert *alert_of(const struct form *form, const struct scene *scene)
{
	const struct docket *docket = form_docket(form, scene);

	return docket ? incident_alert(docket->incident, form->subject) : NULL;
}

static void put_labels(const struct incident_alert *alert, struct buf *out)
{
	for (size_t i = 0; i < alert->label_count; i++)
		buf_fmt(out, "%s%s", i ? ", " : "", alert->labels[i]);
}

static struct text_list labels_of(struct entry *entry, const struct incident_alert *alert)
{
	const char **items = arena_array(entry->arena, alert->label_count + 1, sizeof(*items));

	for (size_t i = 0; i < alert->label_count; i++)
		items[i] = arena_text(entry->arena, alert->labels[i], strlen(alert->labels[i]));
	return (struct text_list){ items, alert->label_count };
}

static void fill_mute(struct form *form, const struct scene *scene)
{
	char length[WHEN_TEXT];

	when_format_duration(length, scene->world->desk->policy->silence_for);
	form_set(form, "for", length);
}

static void tell_mute(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct incident_alert *alert = alert_of(form, scene);

	if (alert)
		buf_fmt(out, "%s: %s. Mute it too? Esc is no. A silence ends at its first sensed recovery.",
			alert->name, alert->acked ? "acknowledged" : "the acknowledgement is written down");
}

static void ask_mute(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct incident_alert *alert = alert_of(form, scene);
	struct str length = form_value(form, "for");

	if (!alert)
		return;
	buf_fmt(out, "Silence %s in Alertmanager for %.*s, for exactly these labels:\n", alert->name,
		(int)length.len, length.p);
	put_labels(alert, out);
}

static bool order_mute(const struct form *form, struct entry *entry)
{
	const struct incident_alert *alert = alert_of(form, entry->scene);
	struct event_data *data = form_order(form, entry, EVENT_ALERT_SILENCE_ASKED);
	msec until;

	if (!alert)
		return err_set(&entry->err, ERR_REFUSED, "the alert is not in this incident");
	if (!form_ahead(form_value(form, "for"), entry->scene->now, &until, &entry->err))
		return false;
	if (until == WHEN_NEVER)
		return err_set(&entry->err, ERR_INPUT, "for how long? 15m");
	EVENT_SET(*data, name, arena_text(entry->arena, alert->name, strlen(alert->name)));
	EVENT_SET(*data, fingerprint, arena_text(entry->arena, alert->fingerprint,
						 strlen(alert->fingerprint)));
	EVENT_SET(*data, labels, labels_of(entry, alert));
	EVENT_SET(*data, until, until);
	if (form_value(form, "reason").len > 0)
		EVENT_SET(*data, reason, form_entered(form, entry, "reason"));
	return true;
}

const struct form_kind form_mute = {
	.name = "mute", .title = "MUTE THE ALERT", .care = CARE_OUTSIDE, .about_row = true,
	.does = "mutes it",
	.fields = {
		{ "for", "for", "15m; an hour at most", FIELD_LINE, NULL },
		{ "reason", "comment", "why, for the timeline; Alertmanager gets the number", FIELD_LINE, NULL },
	},
	.count = 2, .refusal = form_unless_open, .fill = fill_mute, .tells = tell_mute,
	.asks = ask_mute, .order = order_mute,
};

static void ask_expire(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct incident_alert *alert = alert_of(form, scene);

	if (!alert)
		return;
	buf_fmt(out, "End the silence of %s in Alertmanager now; it may page again.\n", alert->name);
	put_labels(alert, out);
}

static bool order_expire(const struct form *form, struct entry *entry)
{
	const struct incident_alert *alert = alert_of(form, entry->scene);
	struct event_data *data = form_order(form, entry, EVENT_ALERT_UNSILENCED);

	if (!alert || !alert->silence_id[0])
		return err_set(&entry->err, ERR_REFUSED, "no silence of this alert is known");
	entry->out->kind = EFFECT_EXPIRE;
	EVENT_SET(*data, fingerprint, arena_text(entry->arena, alert->fingerprint,
						 strlen(alert->fingerprint)));
	EVENT_SET(*data, id, arena_text(entry->arena, alert->silence_id, strlen(alert->silence_id)));
	EVENT_SET(*data, name, arena_text(entry->arena, alert->name, strlen(alert->name)));
	return true;
}

const struct form_kind form_expire = {
	.name = "expire", .title = "END THE SILENCE", .care = CARE_OUTSIDE, .about_row = true,
	.does = "ends it",
	.refusal = form_unless_there, .asks = ask_expire, .order = order_expire,
};

/* Going on without a disk. */
static const char *unless_unsaved(const struct scene *scene, const struct docket *docket)
{
	if (!docket)
		return form_unless_there(scene, docket);
	return docket->saving == SAVING_NOT_SAVED ? NULL : "everything can be saved";
}

static void ask_memory(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct docket *docket = form_docket(form, scene);

	if (docket)
		buf_fmt(out, "Nothing can be saved: %s.\nGo on in memory: %zu events are lost if this console "
			"ends before the disk takes them. Every export will say so.",
			docket->trouble[0] ? docket->trouble : "the disk refuses", docket->waiting);
}

static bool order_memory(const struct form *form, struct entry *entry)
{
	entry->out->kind = EFFECT_IN_MEMORY;
	str_put(entry->out->text, sizeof(entry->out->text), form->incident);
	return true;
}

const struct form_kind form_memory = {
	.name = "memory", .title = "NOT SAVED", .care = CARE_SURE, .does = "goes on in memory",
	.refusal = unless_unsaved, .asks = ask_memory, .order = order_memory,
};

/* Quitting. */
static void ask_quit(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct desk *desk = scene->world->desk;

	(void)form;
	for (size_t i = 0; desk && i < desk->count; i++) {
		const struct docket *docket = &desk->open[i];

		if (!incident_over(docket->incident))
			buf_fmt(out, "SEV%u #%s %s is %s.\n", docket->incident->severity,
				docket->incident->id, docket->incident->title,
				incident_status_word(docket->incident->status));
		if (docket->waiting > 0)
			buf_fmt(out, "%zu events are NOT SAVED and would be lost.\n", docket->waiting);
	}
	buf_text(out, "Its clocks run on; nobody is prompted and no silence is renewed until a console "
		      "opens.");
}

static bool order_quit(const struct form *form, struct entry *entry)
{
	(void)form;
	entry->out->kind = EFFECT_QUIT;
	return true;
}

const struct form_kind form_quit = {
	.name = "quit", .title = "QUIT", .care = CARE_SURE, .always = true,
	.does = "or the same key again quits",
	.asks = ask_quit, .order = order_quit,
};
