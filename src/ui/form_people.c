/*
 * form_people.c: who does what: seats, command, asks with a time, who was called.
 */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "ui/form_parts.h"
#include "ui/form_when.h"

/* Seats. */
static bool option_seat(const struct form *form, const struct scene *scene, size_t index,
			char out[FORM_OPTION])
{
	(void)form;
	(void)scene;
	return index < SEAT_COUNT && form_word(seat_title((enum seat_name)index), out);
}

static void follow_seat(struct form *form, const struct scene *scene, size_t field)
{
	size_t seat = form_chosen(form, scene, "seat");
	const struct docket *docket = form_docket(form, scene);

	if (field == 0 && docket && seat < SEAT_COUNT)
		form_set(form, "who", docket->incident->seats[seat].who[0] ?
			 docket->incident->seats[seat].who : scene->world->operator);
}

static void fill_seat(struct form *form, const struct scene *scene)
{
	enum seat_name seat;

	form_choose(form, scene, "seat", seat_find(form->subject, &seat) ? seat : SEAT_COMMANDER);
	follow_seat(form, scene, 0);
}

static bool order_seat(const struct form *form, struct entry *entry)
{
	size_t seat = form_chosen(form, entry->scene, "seat");
	struct str who = form_value(form, "who");
	bool empties = who.len == 0 || str_eq(who, "-");
	struct event_data *data = form_order(form, entry,
					     empties ? EVENT_ROLE_RELEASED : EVENT_ROLE_TAKEN);

	EVENT_SET(*data, role, seat_word((enum seat_name)seat));
	if (!empties)
		EVENT_SET(*data, who, form_text(entry, who));
	return true;
}

const struct form_kind form_seat = {
	.name = "seat", .title = "SEAT", .care = CARE_ENTER, .does = "Enter writes it down",
	.fields = {
		{ "seat", "seat", "arrows or a letter", FIELD_CHOICE, option_seat },
		{ "who", "who", "a name; - empties the seat", FIELD_LINE, NULL },
	},
	.count = 2, .refusal = form_unless_open, .fill = fill_seat, .follows = follow_seat,
	.order = order_seat,
};

/* Command goes over only when it is taken. */
static void fill_offer(struct form *form, const struct scene *scene)
{
	const struct docket *docket = form_docket(form, scene);

	for (size_t i = 0; i < docket->peer_count; i++)
		if (!docket->peers[i].lost &&
		    strcmp(docket->peers[i].who, scene->world->operator) != 0)
			form_set(form, "who", docket->peers[i].who);
}

static bool order_offer(const struct form *form, struct entry *entry)
{
	const struct docket *docket = form_docket(form, entry->scene);
	const struct wording *wording = entry->scene->world->desk->wording;
	struct event_data *data = form_order(form, entry, EVENT_COMMAND_OFFERED);
	struct buf card = { 0 };

	if (!form_needs(form, entry, "who", "to whom is command offered?"))
		return false;
	EVENT_SET(*data, who, form_entered(form, entry, "who"));
	if (wording && docket) {
		wording->card(docket, entry->scene->world, entry->scene->now, &card);
		EVENT_SET(*data, text, arena_text(entry->arena, buf_cstr(&card), card.len));
	}
	buf_done(&card);
	return true;
}

const struct form_kind form_offer = {
	.name = "offer", .title = "OFFER COMMAND", .care = CARE_ENTER, .does = "Enter offers it",
	.fields = { { "who", "to", "a name; the card of where it stands goes with it", FIELD_LINE,
		      NULL } },
	.count = 1, .refusal = form_unless_open, .fill = fill_offer, .order = order_offer,
};

static const char *unless_offered(const struct scene *scene, const struct docket *docket)
{
	const char *refusal = form_unless_open(scene, docket);

	if (refusal)
		return refusal;
	return docket->incident->offer.event[0] ? NULL : "nobody has offered command";
}

static void tell_offer(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct docket *docket = form_docket(form, scene);
	const struct offer *offer = docket ? &docket->incident->offer : NULL;

	if (!offer || !offer->event[0])
		return;
	buf_fmt(out, "%s offers command to %s.\n", offer->from, offer->to);
	if (offer->card)
		buf_text(out, offer->card);
}

static bool option_answer(const struct form *form, const struct scene *scene, size_t index,
			  char out[FORM_OPTION])
{
	static const char *const words[] = { "accept: I have command", "decline" };

	(void)form;
	(void)scene;
	return index < ARRAY_LEN(words) && form_word(words[index], out);
}

static bool order_accept(const struct form *form, struct entry *entry)
{
	const struct docket *docket = form_docket(form, entry->scene);
	bool takes = form_chosen(form, entry->scene, "answer") == 0;
	struct event_data *data = form_order(form, entry,
					     takes ? EVENT_COMMAND_ACCEPTED : EVENT_COMMAND_DECLINED);

	if (!docket || !docket->incident->offer.event[0])
		return err_set(&entry->err, ERR_REFUSED, "the offer is not there any more");
	EVENT_SET(*data, of, arena_text(entry->arena, docket->incident->offer.event, ULID_TEXT - 1));
	if (takes)
		EVENT_SET(*data, who, entry->scene->world->operator);
	else if (form_value(form, "reason").len > 0)
		EVENT_SET(*data, reason, form_entered(form, entry, "reason"));
	return true;
}

const struct form_kind form_accept = {
	.name = "accept", .title = "COMMAND IS OFFERED", .care = CARE_ENTER,
	.does = "Enter answers",
	.fields = {
		{ "answer", "answer", "a, d or arrows", FIELD_CHOICE, option_answer },
		{ "reason", "reason", "why not, when you decline", FIELD_LINE, NULL },
	},
	.count = 2, .refusal = unless_offered, .tells = tell_offer, .order = order_accept,
};

/* An ask with a time. */
static void fill_ask(struct form *form, const struct scene *scene)
{
	(void)scene;
	form_set(form, "within", "5m");
}

static bool order_ask(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_TIMER_STARTED);
	msec until;

	if (!form_needs(form, entry, "text", "what is asked?") ||
	    !form_ahead(form_value(form, "within"), entry->scene->now, &until, &entry->err))
		return false;
	if (until == WHEN_NEVER)
		return err_set(&entry->err, ERR_INPUT, "within: how long? 5m");
	EVENT_SET(*data, text, form_entered(form, entry, "text"));
	EVENT_SET(*data, until, until);
	if (form_value(form, "who").len > 0)
		EVENT_SET(*data, who, form_entered(form, entry, "who"));
	return true;
}

const struct form_kind form_ask = {
	.name = "ask", .title = "ASK SOMEBODY", .care = CARE_ENTER, .does = "Enter starts the clock",
	.fields = {
		{ "who", "who", "a name or a team", FIELD_LINE, NULL },
		{ "text", "to do what", "like: check the WAL archive", FIELD_LINE, NULL },
		{ "within", "within", "5m; NEXT comes back to it then", FIELD_LINE, NULL },
	},
	.count = 3, .refusal = form_unless_open, .fill = fill_ask, .order = order_ask,
};

/* Who was called. */
static bool option_reached(const struct form *form, const struct scene *scene, size_t index,
			   char out[FORM_OPTION])
{
	static const char *const words[] = { "no answer yet", "yes: reached" };

	(void)form;
	(void)scene;
	return index < ARRAY_LEN(words) && form_word(words[index], out);
}

static void fill_escalated(struct form *form, const struct scene *scene)
{
	(void)scene;
	form_set(form, "who", form->subject);
}

/* How to reach them: what NEXT asks for is a telephone call. */
static void tell_escalated(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct policy *policy = scene->world->desk->policy;
	const struct docket *docket = form_docket(form, scene);

	for (size_t i = 0; i < policy->escalation_count; i++) {
		const struct escalation *row = &policy->escalations[i];
		char after[WHEN_TEXT];

		if (docket && docket->incident->severity > row->severity)
			continue;
		when_format_duration(after, row->after);
		buf_fmt(out, "%s: %s (after %s)\n", row->who, row->reach, after);
	}
	for (size_t i = 0; i < scene->world->contact_count && policy->escalation_count == 0; i++)
		buf_fmt(out, "%s: %s\n", scene->world->contacts[i].who,
			scene->world->contacts[i].reach);
	buf_cut(out, out->len > 0 ? out->len - 1 : 0);
}

static bool order_escalated(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_ESCALATED);

	if (!form_needs(form, entry, "who", "who was called?"))
		return false;
	EVENT_SET(*data, who, form_entered(form, entry, "who"));
	EVENT_SET(*data, ok, form_chosen(form, entry->scene, "reached") == 1);
	if (form_value(form, "text").len > 0)
		EVENT_SET(*data, text, form_entered(form, entry, "text"));
	return true;
}

const struct form_kind form_escalated = {
	.name = "escalated", .title = "CALL", .care = CARE_ENTER, .does = "Enter writes it down",
	.fields = {
		{ "who", "who was called", "a person or a team", FIELD_LINE, NULL },
		{ "reached", "reached", "n, y or arrows", FIELD_CHOICE, option_reached },
		{ "text", "said", "what they said; may be empty", FIELD_LINE, NULL },
	},
	.count = 3, .refusal = form_unless_open, .fill = fill_escalated, .tells = tell_escalated,
	.order = order_escalated,
};

/* What the first ten minutes came to. */
static bool option_minutes(const struct form *form, const struct scene *scene, size_t index,
			   char out[FORM_OPTION])
{
	static const char *const words[] = { "mitigating", "called a second person",
					     "still looking, alone" };

	(void)form;
	(void)scene;
	return index < ARRAY_LEN(words) && form_word(words[index], out);
}

static bool order_minutes(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_CHECKPOINT_ANSWERED);
	struct str choice = form_value(form, "answer"), text = form_value(form, "text");

	EVENT_SET(*data, name, "first_minutes");
	EVENT_SET(*data, text, form_text(entry, str_of(arena_fmt(entry->arena, "%.*s%s%.*s",
		  (int)choice.len, choice.p, text.len ? ": " : "", (int)text.len, text.p))));
	return true;
}

const struct form_kind form_minutes = {
	.name = "first-minutes", .title = "FIRST 10 MINUTES", .care = CARE_ENTER,
	.does = "Enter writes it down",
	.fields = {
		{ "answer", "mitigating?", "m, c, s or arrows", FIELD_CHOICE, option_minutes },
		{ "text", "how, or whom", "may be empty", FIELD_LINE, NULL },
	},
	.count = 2, .refusal = form_unless_open, .order = order_minutes,
};
