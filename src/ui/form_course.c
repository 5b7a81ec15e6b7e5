/*
 * form_course.c: the course of an incident: declared, noted, judged, mended, over.
 */
#include <string.h>

#include "base/attr.h"
#include "ui/form_parts.h"
#include "ui/form_when.h"
#include "ui/say.h"

enum { DEFAULT_SEVERITY = 2 };

static const struct desk *desk_of(const struct entry *entry)
{
	return entry->scene->world->desk;
}

static bool put_reason(const struct form *form, struct entry *entry, struct event_data *data)
{
	if (form_value(form, "reason").len > 0)
		EVENT_SET(*data, reason, form_entered(form, entry, "reason"));
	return true;
}

static void put_figures(struct entry *entry, struct event_data *data)
{
	if (desk_of(entry)->figures.count > 0)
		EVENT_SET(*data, figures, snapshot_figures(&desk_of(entry)->figures, entry->arena));
}

/* Declaring. What is proposed comes first; unsure means higher. */
static void fill_declare(struct form *form, const struct scene *scene)
{
	const struct proposal *proposal = &scene->world->desk->proposal;
	unsigned severity = proposal->severity ? proposal->severity : DEFAULT_SEVERITY;
	struct buf names = { 0 };
	char clock[WHEN_TEXT];
	msec impact = proposal->impact_at;

	form->incident[0] = '\0';
	form_set(form, "title", proposal->title);
	form_choose(form, scene, "severity", severity - 1);
	for (size_t i = 0; i < proposal->component_count; i++)
		buf_fmt(&names, "%s%s", i ? ", " : "", proposal->components[i]);
	form_set(form, "components", buf_cstr(&names));
	if (impact <= 0)
		impact = WHEN_NEVER;	/* nothing is proposed */
	if (scene->now - impact < WHEN_DAY / 2)
		when_format_clock(clock, impact);
	else
		when_format(clock, impact / WHEN_SECOND * WHEN_SECOND);
	form_set(form, "impact", impact == WHEN_NEVER ? "unknown" : clock);
	buf_done(&names);
}

static void tell_declare(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct proposal *proposal = &scene->world->desk->proposal;

	(void)form;
	if (proposal->rule[0])
		buf_fmt(out, "Proposed: %s.\n", proposal->rule);
	else
		buf_text(out, "No rule holds now.\n");
	buf_text(out, "SEV1 users or integrity, SEV2 degraded, SEV3 minor. Unsure means higher.");
}

static void ask_declare(const struct form *form, const struct scene *scene, struct buf *out)
{
	struct str title = form_value(form, "title"), parts = form_value(form, "components");
	char since[WHEN_TEXT] = "unknown";
	struct err ignored = { 0 };
	msec impact;

	if (form_past(form_value(form, "impact"), scene->now, &impact, &ignored) &&
	    impact != WHEN_NEVER)
		when_format(since, impact / WHEN_SECOND * WHEN_SECOND);
	buf_fmt(out, "Declare %s (%s): %.*s\n", form->values[1].text, form->values[4].text,
		(int)title.len, title.p);
	buf_fmt(out, "affected: %.*s; impact since %s\n", parts.len ? (int)parts.len : 7,
		parts.len ? parts.p : "nothing", since);
	buf_text(out, "The announcement is owed from that moment on; nothing is sent by declaring.");
}

static void put_proposal(const struct form *form, struct entry *entry, struct event_data *data)
{
	const struct proposal *proposal = &desk_of(entry)->proposal;

	(void)form;
	if (proposal->rule[0] && proposal->severity == (unsigned)data->severity)
		EVENT_SET(*data, rule, arena_text(entry->arena, proposal->rule, strlen(proposal->rule)));
}

static bool order_declare(const struct form *form, struct entry *entry)
{
	const struct world *world = entry->scene->world;
	struct event_data *data = form_order(form, entry, EVENT_INCIDENT_DECLARED);
	msec impact;

	if (!form_needs(form, entry, "title", "a title is needed: what is wrong, in one line"))
		return false;
	if (!form_past(form_value(form, "impact"), entry->scene->now, &impact, &entry->err))
		return form_wrong(entry, "impact");
	entry->out->text[0] = '\0';
	EVENT_SET(*data, title, form_entered(form, entry, "title"));
	EVENT_SET(*data, severity, (int64_t)form_chosen(form, entry->scene, "severity") + 1);
	EVENT_SET(*data, type, form_entered(form, entry, "type"));
	EVENT_SET(*data, environment, world->environment);
	EVENT_SET(*data, operator, world->operator);
	if (form_value(form, "components").len > 0)
		EVENT_SET(*data, components, form_list(entry, form_value(form, "components")));
	if (impact != WHEN_NEVER)
		EVENT_SET(*data, impact_at, impact);
	put_proposal(form, entry, data);
	put_figures(entry, data);
	return true;
}

static bool option_type(const struct form *form, const struct scene *scene, size_t index,
			char out[FORM_OPTION])
{
	static const char *const words[] = { "outage", "recovery", "drill" };

	(void)form;
	(void)scene;
	return index < ARRAY_LEN(words) && form_word(words[index], out);
}

const struct form_kind form_declare = {
	.name = "declare", .title = "DECLARE", .care = CARE_SURE, .does = "declares the incident",
	.fields = {
		{ "title", "title", "what is wrong, in one line", FIELD_LINE, NULL },
		{ "severity", "severity", "1, 2, 3 or arrows; unsure means higher", FIELD_CHOICE,
		  form_option_severity },
		{ "components", "components", "what is affected, with commas", FIELD_LINE, NULL },
		{ "impact", "impact since", "-20m, 01:54 (UTC) or unknown", FIELD_LINE, NULL },
		{ "type", "type", "o, r, d or arrows", FIELD_CHOICE, option_type },
	},
	.count = 5, .fill = fill_declare, .tells = tell_declare, .asks = ask_declare,
	.order = order_declare,
};

/* A note, from anywhere. */
static bool order_note(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_NOTE);
	struct str text = form_value(form, "text");
	msec at;

	if (!form_backdate(&text, entry->scene->now, &at, &entry->err))
		return false;
	if (text.len == 0)
		return err_set(&entry->err, ERR_INPUT, "the note is empty");
	entry->out->order.at = at;
	EVENT_SET(*data, text, form_text(entry, text));
	return true;
}

const struct form_kind form_note = {
	.name = "note", .title = "NOTE", .care = CARE_ENTER, .does = "Enter writes it down",
	.fields = { { "text", "note", "@-5m or @02:10 (UTC) first back-dates it", FIELD_LINE, NULL } },
	.count = 1, .refusal = form_unless_there, .order = order_note,
};

/* Severity: up at once, down with a reason. */
static void fill_severity(struct form *form, const struct scene *scene)
{
	form_choose(form, scene, "severity", form_docket(form, scene)->incident->severity - 1);
}

static void tell_conflict(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct docket *docket = form_docket(form, scene);

	if (docket && docket->incident->conflict.text[0])
		buf_fmt(out, "Two consoles differ: %s.", docket->incident->conflict.text);
}

static bool order_severity(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_SEVERITY_SET);

	EVENT_SET(*data, new_, form_entered(form, entry, "severity"));
	put_figures(entry, data);
	return put_reason(form, entry, data);
}

const struct form_kind form_severity = {
	.name = "severity", .title = "SEVERITY", .care = CARE_ENTER, .does = "Enter sets it",
	.fields = {
		{ "severity", "severity", "1, 2, 3 or arrows; unsure means higher", FIELD_CHOICE,
		  form_option_severity },
		{ "reason", "reason", "needed to lower it", FIELD_LINE, NULL },
	},
	.count = 2, .refusal = form_unless_open, .fill = fill_severity, .tells = tell_conflict,
	.order = order_severity,
};

/* Status, as long as it is open. */
static const enum incident_status steps[] = {
	INCIDENT_INVESTIGATING, INCIDENT_IDENTIFIED, INCIDENT_MONITORING, INCIDENT_MITIGATED,
};

static bool option_status(const struct form *form, const struct scene *scene, size_t index,
			  char out[FORM_OPTION])
{
	(void)form;
	(void)scene;
	return index < ARRAY_LEN(steps) && form_word(incident_status_word(steps[index]), out);
}

static void fill_status(struct form *form, const struct scene *scene)
{
	enum incident_status status = form_docket(form, scene)->incident->status;

	for (size_t i = 0; i + 1 < ARRAY_LEN(steps); i++)	/* the one after it */
		if (steps[i] == status)
			form_choose(form, scene, "status", i + 1);
}

static bool set_status(const struct form *form, struct entry *entry, const char *word)
{
	struct event_data *data = form_order(form, entry, EVENT_STATUS_SET);

	EVENT_SET(*data, new_, word);
	put_figures(entry, data);
	return put_reason(form, entry, data);
}

static bool order_status(const struct form *form, struct entry *entry)
{
	return set_status(form, entry, form_entered(form, entry, "status"));
}

const struct form_kind form_status = {
	.name = "status", .title = "STATUS", .care = CARE_ENTER, .does = "Enter sets it",
	.fields = {
		{ "status", "status", "arrows or its first letter", FIELD_CHOICE, option_status },
		{ "reason", "because", "what is known now; may be empty", FIELD_LINE, NULL },
	},
	.count = 2, .refusal = form_unless_open, .fill = fill_status, .tells = tell_conflict,
	.order = order_status,
};

/* The ends. */
static void tell_remains(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct docket *docket = form_docket(form, scene);
	struct buf lines = { 0 };
	size_t count = docket ? decide_remains(docket->incident, scene->world, &lines) : 0;

	if (count > 0)
		buf_fmt(out, "What remains:\n%s", buf_cstr(&lines));
	buf_done(&lines);
}

static void ask_end(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct docket *docket = form_docket(form, scene);
	struct str impact = form_value(form, "impact"), reason = form_value(form, "reason");

	if (!docket)
		return;
	buf_fmt(out, "%s SEV%u #%s %s\n", form->kind->title, docket->incident->severity,
		docket->incident->id, docket->incident->title);
	if (form_value(form, "into").len > 0)
		buf_fmt(out, "into #%s\n", form->values[0].text);
	if (impact.len > 0)
		buf_fmt(out, "customer impact: %.*s\n", (int)impact.len, impact.p);
	if (reason.len > 0)
		buf_fmt(out, "reason: %.*s\n", (int)reason.len, reason.p);
	if (form->kind != &form_reopen)
		tell_remains(form, scene, out);
}

static bool order_resolve(const struct form *form, struct entry *entry)
{
	if (!form_needs(form, entry, "impact", "a resolution needs the customer impact in words"))
		return false;
	set_status(form, entry, incident_status_word(INCIDENT_RESOLVED));
	EVENT_SET(entry->out->order.data, text, form_entered(form, entry, "impact"));
	return true;
}

const struct form_kind form_resolve = {
	.name = "resolve", .title = "RESOLVE", .care = CARE_SURE, .does = "resolves it",
	.fields = {
		{ "impact", "impact", "what customers felt, in words; it is required", FIELD_LINE,
		  NULL },
		{ "reason", "reason", "needed while something remains", FIELD_LINE, NULL },
	},
	.count = 2, .refusal = form_unless_open, .tells = tell_remains, .asks = ask_end,
	.order = order_resolve,
};

static const char *unless_resolved(const struct scene *scene, const struct docket *docket)
{
	if (!docket)
		return form_unless_there(scene, docket);
	return docket->incident->status == INCIDENT_RESOLVED ? NULL : "it is not resolved yet";
}

static bool order_close(const struct form *form, struct entry *entry)
{
	return set_status(form, entry, incident_status_word(INCIDENT_CLOSED));
}

const struct form_kind form_close = {
	.name = "close", .title = "CLOSE", .care = CARE_SURE, .does = "closes it",
	.refusal = unless_resolved, .asks = ask_end, .order = order_close,
};

static bool order_cancel(const struct form *form, struct entry *entry)
{
	return form_needs(form, entry, "reason", "why was it none? A reason is needed") &&
	       set_status(form, entry, incident_status_word(INCIDENT_CANCELLED));
}

const struct form_kind form_cancel = {
	.name = "cancel", .title = "CANCEL", .care = CARE_SURE, .does = "cancels it: it was none",
	.fields = { { "reason", "reason", "why it was no incident", FIELD_LINE, NULL } },
	.count = 1, .refusal = form_unless_open, .asks = ask_end, .order = order_cancel,
};

static bool option_other(const struct form *form, const struct scene *scene, size_t index,
			 char out[FORM_OPTION])
{
	const struct desk *desk = scene->world->desk;
	struct text text;

	for (size_t i = 0; i < desk->count; i++) {
		const struct incident *incident = desk->open[i].incident;

		if (strcmp(incident->id, form->incident) == 0 || index-- > 0)
			continue;
		text = text_fmt("%s %s", incident->id, incident->title);
		text = text_cut(&text, FORM_OPTION / 2);
		return form_word(text.bytes, out);
	}
	return false;
}

static const char *unless_two(const struct scene *scene, const struct docket *docket)
{
	const char *refusal = form_unless_open(scene, docket);

	if (refusal)
		return refusal;
	return scene->world->desk->count > 1 ? NULL : "there is no other incident to go on with";
}

static bool order_merge(const struct form *form, struct entry *entry)
{
	struct str other = form_value(form, "into"), id;

	if (!str_cut(&other, ' ', &id))
		return err_set(&entry->err, ERR_INPUT, "into which incident?");
	set_status(form, entry, incident_status_word(INCIDENT_MERGED));
	EVENT_SET(entry->out->order.data, into, form_text(entry, id));
	return true;
}

const struct form_kind form_merge = {
	.name = "merge", .title = "MERGE", .care = CARE_SURE, .does = "merges it: the other goes on",
	.fields = {
		{ "into", "into", "arrows; the incident that goes on", FIELD_CHOICE, option_other },
		{ "reason", "reason", "why they are one; may be empty", FIELD_LINE, NULL },
	},
	.count = 2, .refusal = unless_two, .asks = ask_end, .order = order_merge,
};

static const char *unless_over(const struct scene *scene, const struct docket *docket)
{
	if (!docket)
		return form_unless_there(scene, docket);
	return docket->incident->status >= INCIDENT_RESOLVED ? NULL : "it is open";
}

static bool order_reopen(const struct form *form, struct entry *entry)
{
	return form_needs(form, entry, "reason", "why is it not over? A reason is needed") &&
	       set_status(form, entry, incident_status_word(INCIDENT_REOPENED));
}

const struct form_kind form_reopen = {
	.name = "reopen", .title = "REOPEN", .care = CARE_SURE, .does = "opens it again",
	.fields = { { "reason", "reason", "why it is not over", FIELD_LINE, NULL } },
	.count = 1, .refusal = unless_over, .asks = ask_end, .order = order_reopen,
};
