/*
 * form_step.c: what is said of a step beyond "done": skipped, passed over, put off, failed, opened
 * again, each with a reason; and what a decision came to.
 */
#include "ui/form_step.h"

#include <string.h>

#include "base/attr.h"
#include "ui/checklist_rows.h"
#include "ui/form_parts.h"
#include "ui/form_when.h"

void form_step_subject(const struct docket_run *run, const struct step *step,
		       char out[FORM_SUBJECT])
{
	struct buf text = { 0 };

	buf_fmt(&text, "%s/%s", run->run->event, step ? step->id : "");
	str_put(out, FORM_SUBJECT, buf_cstr(&text));
	buf_done(&text);
}

static const struct docket_run *run_of(const struct form *form, const struct scene *scene,
				       const struct docket **docket)
{
	*docket = form_docket(form, scene);
	for (size_t i = 0; *docket && i < (*docket)->run_count; i++)
		if (str_starts(str_of(form->subject), (*docket)->runs[i].run->event))
			return &(*docket)->runs[i];
	return NULL;
}

bool form_step_of(const struct form *form, const struct scene *scene, struct step_place *out)
{
	const char *step = strchr(form->subject, '/');

	*out = (struct step_place){ .fence = SIZE_MAX };
	out->run = run_of(form, scene, &out->docket);
	for (size_t i = 0; step && out->run && out->run->list && i < out->run->list->count; i++)
		if (strcmp(out->run->list->items[i].step->id, step + 1) == 0)
			out->item = &out->run->list->items[i];
	return out->item != NULL;
}

struct event_data *form_step_order(const struct form *form, struct entry *entry,
				   enum event_kind kind)
{
	struct event_data *data = form_order(form, entry, kind);
	struct step_place place;

	if (!form_step_of(form, entry->scene, &place)) {
		err_set(&entry->err, ERR_REFUSED, "the step is not there any more: nothing was done");
		return NULL;
	}
	EVENT_SET(*data, run, place.run->run->event);
	EVENT_SET(*data, step, place.item->step->id);
	return data;
}

/* What it is about, above the fields. */
static void tell_step(const struct form *form, const struct scene *scene, struct buf *out)
{
	struct step_place place;

	if (form_step_of(form, scene, &place))
		buf_fmt(out, "step %u of %s: %s\n", place.item->step->n, place.run->run->runbook,
			place.item->step->title);
}

static bool order_reason(const struct form *form, struct entry *entry, enum event_kind kind,
			 const char *question)
{
	struct event_data *data;

	if (!form_needs(form, entry, "reason", question))
		return false;
	data = form_step_order(form, entry, kind);
	if (data)
		EVENT_SET(*data, reason, form_entered(form, entry, "reason"));
	return data != NULL;
}

static bool order_skip(const struct form *form, struct entry *entry)
{
	return order_reason(form, entry, EVENT_STEP_SKIPPED, "why is it left out? A reason is needed");
}

static bool order_failed(const struct form *form, struct entry *entry)
{
	return order_reason(form, entry, EVENT_STEP_FAILED, "what was seen? Words are needed");
}

static bool order_repeat(const struct form *form, struct entry *entry)
{
	return order_reason(form, entry, EVENT_STEP_REPEATED, "why once more? A reason is needed");
}

static bool order_claim(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_step_order(form, entry, EVENT_STEP_CLAIMED);

	if (data && form_value(form, "reason").len > 0)
		EVENT_SET(*data, reason, form_entered(form, entry, "reason"));
	return data != NULL;
}

/* With what the instruments say at that moment. */
static bool order_override(const struct form *form, struct entry *entry)
{
	struct step_place place;

	if (!order_reason(form, entry, EVENT_STEP_OVERRIDDEN,
			  "why does it count as done? A reason is needed"))
		return false;
	if (form_step_of(form, entry->scene, &place) && place.item->sense &&
	    place.item->sense->because[0])
		EVENT_SET(entry->out->order.data, because,
			  form_text(entry, str_of(place.item->sense->because)));
	return true;
}

static bool order_done(const struct form *form, struct entry *entry)
{
	struct event_data *data;
	struct step_place place;

	if (!form_needs(form, entry, "text", "what came of it? Words are needed"))
		return false;
	data = form_step_order(form, entry, EVENT_STEP_DONE);
	if (!data)
		return false;
	EVENT_SET(*data, text, form_entered(form, entry, "text"));
	if (form_step_of(form, entry->scene, &place) && place.item->early)
		EVENT_SET(*data, early, true);
	return true;
}

static bool order_put_off(const struct form *form, struct entry *entry)
{
	struct event_data *data;
	msec until;

	if (!form_needs(form, entry, "reason", "why is it put off? A reason is needed"))
		return false;
	if (!form_ahead(form_value(form, "until"), entry->scene->now, &until, &entry->err))
		return form_wrong(entry, "until");
	if (until == WHEN_NEVER) {
		err_set(&entry->err, ERR_INPUT, "when does it come back? 2h, or 06:00 (UTC)");
		return form_wrong(entry, "until");
	}
	data = form_step_order(form, entry, EVENT_STEP_DEFERRED);
	if (!data)
		return false;
	EVENT_SET(*data, until, until);
	EVENT_SET(*data, reason, form_entered(form, entry, "reason"));
	EVENT_SET(*data, owner, form_value(form, "owner").len > 0 ? form_entered(form, entry, "owner") :
				entry->scene->world->operator);
	return true;
}

static void fill_owner(struct form *form, const struct scene *scene)
{
	form_set(form, "owner", scene->world->operator);
	form_set(form, "until", "2h");
}

/* --- decisions ------------------------------------------------------------------------------ */

static bool option_decision(const struct form *form, const struct scene *scene, size_t index,
			    char out[FORM_OPTION])
{
	struct step_place place;

	return form_step_of(form, scene, &place) && index < place.item->step->option_count &&
	       form_word(text_fmt("%.70s", place.item->step->options[index].title).bytes, out);
}

static void tell_decision(const struct form *form, const struct scene *scene, struct buf *out)
{
	struct step_place place;
	struct buf because = { 0 };
	size_t option;

	tell_step(form, scene, out);
	if (!form_step_of(form, scene, &place))
		return;
	option = checklist_proposed(scene, place.item->step, &because);
	if (option != SIZE_MAX)
		buf_fmt(out, "the instruments propose: %s, since %s\n",
			place.item->step->options[option].title, buf_cstr(&because));
	buf_done(&because);
}

static void fill_decision(struct form *form, const struct scene *scene)
{
	struct step_place place;
	struct buf because = { 0 };
	size_t option;

	if (!form_step_of(form, scene, &place))
		return;
	option = checklist_proposed(scene, place.item->step, &because);
	form_choose(form, scene, "option", option == SIZE_MAX ? 0 : option);
	buf_done(&because);
}

static bool order_decision(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_step_order(form, entry, EVENT_DECISION_TAKEN);
	size_t chosen = form_chosen(form, entry->scene, "option"), proposed;
	struct step_place place;
	struct buf because = { 0 };

	if (!data || !form_step_of(form, entry->scene, &place) ||
	    chosen >= place.item->step->option_count)
		return err_set(&entry->err, ERR_REFUSED, "there is nothing to decide any more");
	EVENT_SET(*data, option, place.item->step->options[chosen].value);
	if (form_value(form, "reason").len > 0)
		EVENT_SET(*data, reason, form_entered(form, entry, "reason"));
	proposed = checklist_proposed(entry->scene, place.item->step, &because);
	if (proposed == chosen && because.len > 0)
		EVENT_SET(*data, because, form_text(entry, str_of(buf_cstr(&because))));
	buf_done(&because);
	return true;
}

#define REASON(hint) { "reason", "reason", hint, FIELD_LINE, NULL }

const struct form_kind form_done = {
	.name = "step-done", .title = "DONE, WITH WORDS", .care = CARE_ENTER, .about_row = true,
	.does = "Enter writes it down",
	.fields = { { "text", "outcome", "what came of it: what you saw", FIELD_LINE, NULL } },
	.count = 1, .refusal = form_unless_open, .tells = tell_step, .order = order_done,
};

const struct form_kind form_skip = {
	.name = "step-skip", .title = "SKIP", .care = CARE_ENTER, .about_row = true,
	.does = "Enter skips it",
	.fields = { REASON("why it is left out; it is on the record") },
	.count = 1, .refusal = form_unless_open, .tells = tell_step, .order = order_skip,
};

const struct form_kind form_override = {
	.name = "step-override", .title = "OVERRIDE: DONE ALTHOUGH ITS CHECK DOES NOT HOLD",
	.care = CARE_ENTER, .about_row = true, .does = "Enter overrides it",
	.fields = { REASON("why it counts as done all the same") },
	.count = 1, .refusal = form_unless_open, .tells = tell_step, .order = order_override,
};

const struct form_kind form_put_off = {
	.name = "step-defer", .title = "PUT OFF", .care = CARE_ENTER, .about_row = true,
	.does = "Enter puts it off",
	.fields = {
		REASON("why not now; it comes back before the incident can be closed"),
		{ "until", "until", "2h, 06:00 (UTC)", FIELD_LINE, NULL },
		{ "owner", "owner", "who does it then", FIELD_LINE, NULL },
	},
	.count = 3, .refusal = form_unless_open, .fill = fill_owner, .tells = tell_step,
	.order = order_put_off,
};

const struct form_kind form_failed = {
	.name = "step-failed", .title = "NOT DONE: IT FAILED", .care = CARE_ENTER, .about_row = true,
	.does = "Enter writes it down",
	.fields = { REASON("what was seen") },
	.count = 1, .refusal = form_unless_open, .tells = tell_step, .order = order_failed,
};

const struct form_kind form_repeat = {
	.name = "step-repeat", .title = "ONCE MORE", .care = CARE_ENTER, .about_row = true,
	.does = "Enter opens the step again",
	.fields = { REASON("why once more") },
	.count = 1, .refusal = form_unless_open, .tells = tell_step, .order = order_repeat,
};

const struct form_kind form_claim = {
	.name = "step-claim", .title = "I AM AT IT", .care = CARE_ENTER, .about_row = true,
	.does = "Enter says so",
	.fields = { REASON("only to take it over from somebody") },
	.count = 1, .refusal = form_unless_open, .tells = tell_step, .order = order_claim,
};

const struct form_kind form_decide = {
	.name = "step-decide", .title = "DECIDE", .care = CARE_ENTER, .about_row = true,
	.does = "Enter takes this way",
	.fields = {
		{ "option", "way", "arrows; the proposal is only that", FIELD_CHOICE, option_decision },
		REASON("may be empty"),
	},
	.count = 2, .refusal = form_unless_open, .fill = fill_decision, .tells = tell_decision,
	.order = order_decision,
};
