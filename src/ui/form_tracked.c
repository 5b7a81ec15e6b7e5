/*
 * form_tracked.c: what must not be forgotten: action items, follow-ups, what was put off, the
 * ticket, when things happened.
 */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "ui/form_parts.h"
#include "ui/form_when.h"

/* The members that these have in common: whose it is, and by when. */
static bool put_due(const struct form *form, struct entry *entry, struct event_data *data)
{
	msec until;

	if (!form_ahead(form_value(form, "until"), entry->scene->now, &until, &entry->err))
		return form_wrong(entry, "until");
	if (until != WHEN_NEVER)
		EVENT_SET(*data, until, until);
	return true;
}

static bool option_action(const struct form *form, const struct scene *scene, size_t index,
			  char out[FORM_OPTION])
{
	(void)form;
	(void)scene;
	return index < ACTION_TYPE_COUNT && form_word(action_type_word((enum action_type)index), out);
}

/* Opened on a type that lacks one: that is its type. */
static void fill_action(struct form *form, const struct scene *scene)
{
	enum action_type type;

	if (!action_type_find(form->subject, &type))
		return;
	form_choose(form, scene, "type", (size_t)type);
	form->at = 1;
}

static bool order_action(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_ACTION_ITEM);

	if (!form_needs(form, entry, "text", "what is to be done?"))
		return false;
	EVENT_SET(*data, type, form_entered(form, entry, "type"));
	EVENT_SET(*data, text, form_entered(form, entry, "text"));
	if (form_value(form, "owner").len > 0)
		EVENT_SET(*data, owner, form_entered(form, entry, "owner"));
	return put_due(form, entry, data);
}

const struct form_kind form_action = {
	.name = "action", .title = "ACTION ITEM", .care = CARE_ENTER, .does = "Enter writes it down",
	.fields = {
		{ "type", "type", "a, t, p, f or arrows", FIELD_CHOICE, option_action },
		{ "text", "what", "so that it does not happen again", FIELD_LINE, NULL },
		{ "owner", "owner", "who does it; may be empty", FIELD_LINE, NULL },
		{ "until", "due", "14d, a date, or none", FIELD_LINE, NULL },
	},
	.count = 4, .refusal = form_unless_there, .fill = fill_action, .order = order_action,
};

static bool order_follow_up(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_FOLLOW_UP_ADDED);

	if (!form_needs(form, entry, "text", "what was done by hand and must be undone?"))
		return false;
	EVENT_SET(*data, text, form_entered(form, entry, "text"));
	if (form_value(form, "who").len > 0)
		EVENT_SET(*data, who, form_entered(form, entry, "who"));
	return put_due(form, entry, data);
}

const struct form_kind form_follow_up = {
	.name = "follow-up", .title = "FOLLOW-UP", .care = CARE_ENTER, .does = "Enter writes it down",
	.fields = {
		{ "text", "what", "like: payout cron paused by hand", FIELD_LINE, NULL },
		{ "who", "who", "may be empty", FIELD_LINE, NULL },
		{ "until", "due", "2h, 06:00 (UTC) or none", FIELD_LINE, NULL },
	},
	.count = 3, .refusal = form_unless_there, .order = order_follow_up,
};

static bool order_deferred(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_DEFERRED_ADDED);

	if (!form_needs(form, entry, "text", "what is put off?"))
		return false;
	EVENT_SET(*data, text, form_entered(form, entry, "text"));
	if (form_value(form, "owner").len > 0)
		EVENT_SET(*data, owner, form_entered(form, entry, "owner"));
	return put_due(form, entry, data);
}

const struct form_kind form_deferred = {
	.name = "deferred", .title = "PUT OFF", .care = CARE_ENTER, .does = "Enter writes it down",
	.fields = {
		{ "text", "what", "it comes back before the incident can be closed", FIELD_LINE, NULL },
		{ "owner", "owner", "may be empty", FIELD_LINE, NULL },
		{ "until", "due", "2h, 06:00 (UTC) or none", FIELD_LINE, NULL },
	},
	.count = 3, .refusal = form_unless_there, .order = order_deferred,
};

/* Settling: one list of all that is open. */
struct open_thing {
	const struct tracked *tracked;
	const char *word;
	enum event_kind ends;
};

static bool nth_of(const struct tracked *list, size_t count, size_t *index,
		   const struct tracked **out)
{
	for (size_t i = 0; i < count; i++)
		if (!list[i].settled && (*index)-- == 0) {
			*out = &list[i];
			return true;
		}
	return false;
}

static bool nth_open(const struct incident *in, size_t index, struct open_thing *out)
{
	const struct {
		const struct tracked *list;
		size_t count;
		const char *word;
		enum event_kind ends;
	} lists[] = {
		{ in->asks, in->ask_count, "ask", EVENT_TIMER_ENDED },
		{ in->follow_ups, in->follow_up_count, "follow-up", EVENT_FOLLOW_UP_SETTLED },
		{ in->deferred, in->deferred_count, "put off", EVENT_DEFERRED_SETTLED },
		{ in->actions, in->action_count, "action", EVENT_ACTION_ITEM_DONE },
	};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (nth_of(lists[i].list, lists[i].count, &index, &out->tracked)) {
			out->word = lists[i].word;
			out->ends = lists[i].ends;
			return true;
		}
	return false;
}

static bool option_open(const struct form *form, const struct scene *scene, size_t index,
			char out[FORM_OPTION])
{
	const struct docket *docket = form_docket(form, scene);
	struct open_thing thing;
	struct text text;

	if (!docket || !nth_open(docket->incident, index, &thing))
		return false;
	text = text_fmt("%s %u: %s", thing.word, thing.tracked->n, thing.tracked->text);
	text = text_cut(&text, FORM_OPTION / 2);
	return form_word(text.bytes, out);
}

static const char *unless_unsettled(const struct scene *scene, const struct docket *docket)
{
	struct open_thing thing;

	if (!docket)
		return form_unless_there(scene, docket);
	return nth_open(docket->incident, 0, &thing) ? NULL : "nothing waits to be settled";
}

static void fill_settle(struct form *form, const struct scene *scene)
{
	const struct docket *docket = form_docket(form, scene);
	struct open_thing thing;

	for (size_t i = 0; nth_open(docket->incident, i, &thing); i++)
		if (strcmp(thing.tracked->event, form->subject) == 0)
			form_choose(form, scene, "which", i);
}

static bool order_settle(const struct form *form, struct entry *entry)
{
	const struct docket *docket = form_docket(form, entry->scene);
	struct open_thing thing;
	struct event_data *data;

	if (!docket || !nth_open(docket->incident, form_chosen(form, entry->scene, "which"), &thing))
		return err_set(&entry->err, ERR_REFUSED, "nothing waits to be settled");
	data = form_order(form, entry, thing.ends);
	EVENT_SET(*data, of, arena_text(entry->arena, thing.tracked->event, ULID_TEXT - 1));
	if (form_value(form, "text").len > 0)
		EVENT_SET(*data, text, form_entered(form, entry, "text"));
	return true;
}

const struct form_kind form_settle = {
	.name = "settle", .title = "SETTLE", .care = CARE_ENTER, .does = "Enter settles it",
	.fields = {
		{ "which", "which", "arrows or its number", FIELD_CHOICE, option_open },
		{ "text", "outcome", "what came of it; may be empty", FIELD_LINE, NULL },
	},
	.count = 2, .refusal = unless_unsettled, .fill = fill_settle, .order = order_settle,
};

/* The ticket. */
static void fill_ticket(struct form *form, const struct scene *scene)
{
	form_set(form, "url", form_docket(form, scene)->incident->ticket);
}

static bool order_ticket(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_TICKET_SET);

	if (!form_needs(form, entry, "url", "where is the ticket? Paste its address"))
		return false;
	EVENT_SET(*data, url, form_entered(form, entry, "url"));
	return true;
}

const struct form_kind form_ticket = {
	.name = "ticket", .title = "TICKET", .care = CARE_ENTER, .does = "Enter writes it down",
	.fields = { { "url", "address", "paste where the ticket is", FIELD_LINE, NULL } },
	.count = 1, .refusal = form_unless_there, .fill = fill_ticket, .order = order_ticket,
};

static const char *unless_command(const struct scene *scene, const struct docket *docket)
{
	if (!docket)
		return form_unless_there(scene, docket);
	return scene->world->desk->policy->has_ticket_command ? NULL :
	       "no ticket_command is configured: paste the address instead";
}

static void ask_ticket(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct docket *docket = form_docket(form, scene);

	if (docket)
		buf_fmt(out, "Run ticket_command for #%s %s: severity, targets and seats go to its standard "
			"input; what it prints is the ticket's address.", docket->incident->id,
			docket->incident->title);
}

static bool order_ticket_run(const struct form *form, struct entry *entry)
{
	entry->out->kind = EFFECT_TICKET;
	str_put(entry->out->text, sizeof(entry->out->text), form->incident);
	return true;
}

const struct form_kind form_ticket_run = {
	.name = "ticket-run", .title = "MAKE THE TICKET", .care = CARE_OUTSIDE, .does = "runs it",
	.refusal = unless_command, .asks = ask_ticket, .order = order_ticket_run,
};

/* When things happened. */
static bool option_milestone(const struct form *form, const struct scene *scene, size_t index,
			     char out[FORM_OPTION])
{
	(void)form;
	(void)scene;
	return index < MILESTONE_COUNT && form_word(milestone_word((enum milestone_name)index), out);
}

static bool order_milestone(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_MILESTONE_SET);
	msec when;

	if (!form_past(form_value(form, "when"), entry->scene->now, &when, &entry->err))
		return form_wrong(entry, "when");
	if (when == WHEN_NEVER)
		return err_set(&entry->err, ERR_INPUT, "when was it? -5m or 02:10 (UTC)");
	EVENT_SET(*data, name, form_entered(form, entry, "name"));
	EVENT_SET(*data, when, when);
	if (form_value(form, "reason").len > 0)
		EVENT_SET(*data, reason, form_entered(form, entry, "reason"));
	return true;
}

const struct form_kind form_milestone = {
	.name = "milestone", .title = "MILESTONE", .care = CARE_ENTER, .does = "Enter writes it down",
	.fields = {
		{ "name", "which", "arrows or its first letter", FIELD_CHOICE, option_milestone },
		{ "when", "when", "-5m, 02:10 (UTC) or a whole instant", FIELD_LINE, NULL },
		{ "reason", "known from", "may be empty", FIELD_LINE, NULL },
	},
	.count = 3, .refusal = form_unless_there, .order = order_milestone,
};
