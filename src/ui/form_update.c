/*
 * form_update.c: the composer: what is told to people, drafted from the record and the
 * instruments, and put off with a reason.
 *
 * A text is for one audience: each one that has channels is a choice, and behind them what somebody
 * has posted by hand. The draft follows the choices until somebody has changed a letter of it.
 */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "ui/form_parts.h"
#include "ui/form_when.h"

enum { TYPE, TO, NEXT };	/* the fields that the draft follows */

static const char *const types[] = { "announce", "update", "resolution" };
static const char by_hand[] = "I posted it myself";

static bool option_update(const struct form *form, const struct scene *scene, size_t index,
			  char out[FORM_OPTION])
{
	(void)form;
	(void)scene;
	return index < ARRAY_LEN(types) && form_word(types[index], out);
}

/* The index-th audience that some channel is for; NULL: no more. */
static const char *audience_at(const struct policy *policy, size_t index)
{
	for (size_t i = 0; i < policy->channel_count; i++) {
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen = seen || strcmp(policy->channels[k].audience,
					      policy->channels[i].audience) == 0;
		if (!seen && index-- == 0)
			return policy->channels[i].audience;
	}
	return NULL;
}

/* "ops, pager" of an audience; with where they go: "ops (hooks.slack.example), ..." */
static void put_channels(const struct policy *policy, const char *audience, bool targets,
			 struct buf *out)
{
	for (size_t i = 0; i < policy->channel_count; i++) {
		const struct channel *channel = &policy->channels[i];

		if (strcmp(channel->audience, audience) != 0)
			continue;
		buf_fmt(out, "%s%s", out->len ? ", " : "", channel->name);
		if (targets && channel->target && channel->target[0])
			buf_fmt(out, " (%s)", channel->target);
	}
}

static bool option_to(const struct form *form, const struct scene *scene, size_t index,
		      char out[FORM_OPTION])
{
	const struct policy *policy = scene->world->desk->policy;
	const char *audience = audience_at(policy, index);
	struct buf names = { 0 };
	struct text text;

	(void)form;
	if (!audience)
		return (index == 0 || audience_at(policy, index - 1)) && form_word(by_hand, out);
	put_channels(policy, audience, false, &names);
	text = text_fmt("%s: %s", audience, buf_cstr(&names));
	text = text_cut(&text, FORM_OPTION / 2);
	buf_done(&names);
	return form_word(text.bytes, out);
}

/* The audience that the text is for; NULL: posted by hand. */
static const char *audience_of(const struct form *form, const struct scene *scene)
{
	return audience_at(scene->world->desk->policy, form_chosen(form, scene, "to"));
}

static void draft(struct form *form, const struct scene *scene)
{
	const struct wording *wording = scene->world->desk->wording;
	const char *audience = audience_of(form, scene);
	const struct docket *docket = form_docket(form, scene);
	struct draft about = { .docket = docket, .type = form->values[TYPE].text,
			       .audience = audience ? audience : "internal", .next_step = "",
			       .next_at = WHEN_NEVER, .wall = scene->now };
	struct err ignored = { 0 };
	struct buf text = { 0 };

	form_ahead(form_value(form, "next"), scene->now, &about.next_at, &ignored);
	if (wording && docket)
		wording->draft(&about, &scene->world->desk->figures, &text);
	compose_set(&form->text, buf_cstr(&text));
	compose_question(&form->text);
	form->drafted = item_hash(form->text.text);
	buf_done(&text);
}

static void follow_update(struct form *form, const struct scene *scene, size_t field)
{
	if (field <= NEXT && form->drafted == item_hash(form->text.text))
		draft(form, scene);
}

static void fill_update(struct form *form, const struct scene *scene)
{
	const struct desk *desk = scene->world->desk;
	const struct incident *incident = form_docket(form, scene)->incident;
	const struct sev_policy *sev = &desk->policy->sev[incident->severity & 3];
	char next[WHEN_TEXT];

	form_choose(form, scene, "type", 0);
	if (desk->wording)
		form_set(form, "type", desk->wording->owed(incident));
	form_choose(form, scene, "to", 0);
	when_format_duration(next, sev->update_every);
	form_set(form, "next", sev->update_every > 0 ? next : "none");
	if (strcmp(form->values[TYPE].text, types[ARRAY_LEN(types) - 1]) == 0)
		form_set(form, "next", "none");
	form->at = form->kind->count - 1;
	draft(form, scene);
}

static void tell_update(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct policy *policy = scene->world->desk->policy;
	const char *audience = audience_of(form, scene);

	if (policy->channel_count == 0)
		buf_text(out, "No channel is configured: post it yourself, then say so here.");
	else if (audience && strcmp(audience, "public") == 0)
		buf_text(out, "PUBLIC: no names, hosts, components or figures of money.");
}

/* The exact text, and where it goes. */
static void ask_update(const struct form *form, const struct scene *scene, struct buf *out)
{
	const char *audience = audience_of(form, scene);
	struct buf names = { 0 };
	struct str next = form_value(form, "next"), text = form_value(form, "text");

	if (audience)
		put_channels(scene->world->desk->policy, audience, true, &names);
	buf_fmt(out, "to %s%s%s; next update %.*s\n\n%.*s\n", audience ? audience : "people, by hand",
		audience ? ": " : "", buf_cstr(&names), next.len ? (int)next.len : 4,
		next.len ? next.p : "none", (int)text.len, text.p);
	buf_done(&names);
}

static struct text_list channels_of(struct entry *entry, const char *audience)
{
	const struct policy *policy = entry->scene->world->desk->policy;
	const char **names = arena_array(entry->arena, POLICY_CHANNELS, sizeof(*names));
	size_t count = 0;

	for (size_t i = 0; i < policy->channel_count; i++)
		if (strcmp(policy->channels[i].audience, audience) == 0)
			names[count++] = policy->channels[i].name;
	return (struct text_list){ names, count };
}

static bool is_fit(struct entry *entry, const struct form *form, const char *text,
		   const char *audience)
{
	const struct desk *desk = entry->scene->world->desk;
	const struct docket *docket = form_docket(form, entry->scene);

	if (!docket)
		return err_set(&entry->err, ERR_REFUSED, "the incident is not open any more");
	if (audience && entry->scene->world->read_only)
		return err_set(&entry->err, ERR_REFUSED,
			       "this console is read-only: nothing leaves it; post it by hand");
	return !desk->wording ||
	       desk->wording->fit(text, audience ? audience : "internal", docket->incident, &entry->err);
}

static bool order_update(const struct form *form, struct entry *entry)
{
	const char *audience = audience_of(form, entry->scene);
	const char *text = form_entered(form, entry, "text");
	struct event_data *data = form_order(form, entry, EVENT_UPDATE_SENT);
	const struct snapshot *figures = &entry->scene->world->desk->figures;
	msec next;

	if (!form_needs(form, entry, "text", "the update is empty") ||
	    !form_ahead(form_value(form, "next"), entry->scene->now, &next, &entry->err) ||
	    !is_fit(entry, form, text, audience))
		return false;
	EVENT_SET(*data, type, form_entered(form, entry, "type"));
	EVENT_SET(*data, text, text);
	EVENT_SET(*data, audience, audience ? audience : "internal");
	if (audience)
		EVENT_SET(*data, channels, channels_of(entry, audience));
	else
		EVENT_SET(*data, by_hand, true);
	if (next != WHEN_NEVER)
		EVENT_SET(*data, next_at, next);
	if (figures->count > 0)
		EVENT_SET(*data, figures, snapshot_figures(figures, entry->arena));
	return true;
}

const struct form_kind form_update = {
	.name = "update", .title = "UPDATE", .care = CARE_SURE, .does = "sends it",
	.fields = {
		[TYPE] = { "type", "type", "a, u, r or arrows", FIELD_CHOICE, option_update },
		[TO] = { "to", "to", "arrows: whom it is for", FIELD_CHOICE, option_to },
		[NEXT] = { "next", "next update", "15m, 02:30 (UTC) or none", FIELD_LINE, NULL },
		{ "text", "text", "what is in [brackets] only you know: Tab goes there, then write", FIELD_LINES,
		  NULL },
	},
	.count = 4, .refusal = form_unless_there, .fill = fill_update, .tells = tell_update,
	.asks = ask_update, .follows = follow_update, .order = order_update,
};

/* Not yet, with a reason. */
static void fill_snooze(struct form *form, const struct scene *scene)
{
	(void)scene;
	form_set(form, "for", "5m");
}

static bool order_snooze(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_UPDATE_SNOOZED);
	msec until;

	if (!form_needs(form, entry, "reason", "why not yet? A reason is needed") ||
	    !form_ahead(form_value(form, "for"), entry->scene->now, &until, &entry->err))
		return false;
	if (until == WHEN_NEVER)
		return err_set(&entry->err, ERR_INPUT, "for how long? 5m");
	EVENT_SET(*data, until, until);
	EVENT_SET(*data, reason, form_entered(form, entry, "reason"));
	return true;
}

const struct form_kind form_snooze = {
	.name = "snooze", .title = "UPDATE LATER", .care = CARE_ENTER, .does = "Enter puts it off",
	.fields = {
		{ "for", "for", "how long, like 5m", FIELD_LINE, NULL },
		{ "reason", "reason", "why not yet; it is on the record", FIELD_LINE, NULL },
	},
	.count = 2, .refusal = form_unless_open, .fill = fill_snooze, .order = order_snooze,
};
