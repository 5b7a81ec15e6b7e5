/*
 * form_run.c: what is said of a whole walk: its commands were read, a parameter's value, that it is
 * over; what a command that was run elsewhere came to; and a command of one's own.
 */
#include <string.h>

#include "base/attr.h"
#include "runbook/changes.h"
#include "ui/form_parts.h"
#include "ui/form_step.h"

static void put_effect(const struct form *form, struct entry *entry, enum effect_kind kind,
		       const struct docket_run *run)
{
	struct effect *out = entry->out;

	out->kind = kind;
	str_put(out->incident, sizeof(out->incident), form->incident);
	str_put(out->run, sizeof(out->run), run->run->event);
}

static const struct docket_run *run_of(const struct form *form, const struct scene *scene)
{
	const struct docket *docket = form_docket(form, scene);

	for (size_t i = 0; docket && i < docket->run_count; i++)
		if (str_starts(str_of(form->subject), docket->runs[i].run->event))
			return &docket->runs[i];
	return NULL;
}

static const struct docket_run *run_there(const struct form *form, struct entry *entry)
{
	const struct docket_run *run = run_of(form, entry->scene);

	if (!run)
		err_set(&entry->err, ERR_REFUSED, "the runbook is not there any more: nothing was done");
	return run;
}

/* --- its commands --------------------------------------------------------------------------- */

static void ask_accept(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct docket_run *run = run_of(form, scene);

	if (!run || !run->changes) {
		buf_text(out, "There is nothing new to accept.");
		return;
	}
	buf_fmt(out, "%s: %zu command%s that nobody has accepted in this form. Accepting lets its checks, "
		"and nothing else, run by themselves while their section is in sight.\n",
		run->run->runbook, run->changes->commands, run->changes->commands == 1 ? "" : "s");
	buf_add(out, run->changes->text.data, run->changes->text.len);
}

static bool order_accept_book(const struct form *form, struct entry *entry)
{
	const struct docket_run *run = run_there(form, entry);

	if (!run)
		return false;
	if (run->accepted || !run->changes)
		return err_set(&entry->err, ERR_REFUSED, "its commands are accepted already");
	put_effect(form, entry, EFFECT_ACCEPT, run);
	return true;
}

const struct form_kind form_accept_book = {
	.name = "runbook-accept", .title = "ITS COMMANDS", .care = CARE_SURE, .about_row = true,
	.does = "accepts them", .refusal = form_unless_open, .asks = ask_accept,
	.order = order_accept_book,
};

/* --- parameters ----------------------------------------------------------------------------- */

static const struct param *param_of(const struct docket_run *run, const char *name)
{
	const struct card *card = run && run->runbook ? &run->runbook->card : NULL;

	for (size_t i = 0; card && i < card->param_count; i++)
		if (strcmp(card->params[i].name, name) == 0)
			return &card->params[i];
	return NULL;
}

static const struct param *asked(const struct form *form, const struct scene *scene,
				 struct step_place *place)
{
	return form_step_of(form, scene, place) ? param_of(place->run, place->item->step->ask) : NULL;
}

static void tell_input(const struct form *form, const struct scene *scene, struct buf *out)
{
	struct step_place place;
	const struct param *param = asked(form, scene, &place);

	if (!param)
		return;
	buf_fmt(out, "%s%s%s\n", param->name, param->help[0] ? ": " : "", param->help);
	for (size_t i = 0; i < param->choices.count; i++)
		buf_fmt(out, "%s%s", i ? ", " : "one of ", param->choices.items[i]);
}

static void fill_input(struct form *form, const struct scene *scene)
{
	struct step_place place;
	const struct param *param = asked(form, scene, &place);

	if (!param)
		return;
	form->secret = param->type == PARAM_SECRET;
	form_set(form, "value", form->secret ? "" : param->def);
	for (size_t i = 0; !form->secret && i < place.run->run->value_count; i++)
		if (strcmp(place.run->run->values[i].name, param->name) == 0 &&
		    place.run->run->values[i].value)
			form_set(form, "value", place.run->run->values[i].value);
}

static bool order_input(const struct form *form, struct entry *entry)
{
	struct step_place place;
	const struct param *param = asked(form, entry->scene, &place);
	struct str value = form_value(form, "value");
	char text[EDIT_TEXT] = "";

	if (!param)
		return err_set(&entry->err, ERR_REFUSED, "nothing asks for this value any more");
	str_put(text, sizeof(text), text_of(value).bytes);
	if (!param_fits(param, text, &entry->err))
		return form_wrong(entry, "value");
	put_effect(form, entry, EFFECT_VALUE, place.run);
	str_put(entry->out->step, sizeof(entry->out->step), param->name);
	str_put(entry->out->text, sizeof(entry->out->text), text);
	return true;
}

const struct form_kind form_input = {
	.name = "step-input", .title = "VALUE", .care = CARE_ENTER, .about_row = true,
	.does = "Enter takes it",
	.fields = { { "value", "value", "it goes to commands as a variable, never into their text",
		      FIELD_LINE, NULL } },
	.count = 1, .refusal = form_unless_open, .fill = fill_input, .tells = tell_input,
	.order = order_input,
};

/* --- the end -------------------------------------------------------------------------------- */

static void tell_end(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct docket_run *run = run_of(form, scene);

	if (run)
		buf_fmt(out, "%s: %s\n", run->run->runbook, run->list ? run->list->words : "");
}

static void fill_end(struct form *form, const struct scene *scene)
{
	const struct docket_run *run = run_of(form, scene);

	if (run && run->list)
		form_set(form, "reason", run->list->complete ? "complete" : "");
}

static bool order_end(const struct form *form, struct entry *entry)
{
	const struct docket_run *run = run_there(form, entry);
	struct event_data *data;
	struct buf words = { 0 };

	if (!run || !form_needs(form, entry, "reason", "how did it end? Words are needed"))
		return false;
	data = form_order(form, entry, EVENT_RUN_ENDED);
	EVENT_SET(*data, run, run->run->event);
	if (run->list)
		checklist_end(run->list, form_entered(form, entry, "reason"), &words);
	EVENT_SET(*data, text, form_text(entry, run->list ? str_of(buf_cstr(&words)) :
						form_value(form, "reason")));
	buf_done(&words);
	return true;
}

const struct form_kind form_end_run = {
	.name = "runbook-end", .title = "END THE RUNBOOK", .care = CARE_ENTER, .about_row = true,
	.does = "Enter ends it",
	.fields = { { "reason", "how it ended", "what is open stays open", FIELD_LINE, NULL } },
	.count = 1, .refusal = form_unless_open, .fill = fill_end, .tells = tell_end,
	.order = order_end,
};

/* --- commands elsewhere, and of one's own --------------------------------------------------- */

static bool option_came(const struct form *form, const struct scene *scene, size_t index,
			char out[FORM_OPTION])
{
	static const char *const words[] = { "failed", "done" };

	(void)form;
	(void)scene;
	return index < ARRAY_LEN(words) && form_word(words[index], out);
}

/* The subject is "RUN/STEP"; the fence and the digest of what was shown are in the box that asks
 * (box.c), which completes the effect. */
static bool order_answer(const struct form *form, struct entry *entry)
{
	struct step_place place;

	if (!form_needs(form, entry, "text", "what came of it? Words are needed"))
		return false;
	if (!form_step_of(form, entry->scene, &place))
		return err_set(&entry->err, ERR_REFUSED, "the step is not there any more");
	put_effect(form, entry, EFFECT_ANSWERED, place.run);
	entry->out->on = form_chosen(form, entry->scene, "came") == 1;
	str_put(entry->out->step, sizeof(entry->out->step), place.item->step->id);
	str_put(entry->out->reason, sizeof(entry->out->reason), form_entered(form, entry, "text"));
	return true;
}

const struct form_kind form_answer_run = {
	.name = "step-answer", .title = "WHAT CAME OF IT THERE?", .care = CARE_ENTER,
	.about_row = true, .does = "Enter writes it down",
	.fields = {
		{ "came", "outcome", "d, f or arrows", FIELD_CHOICE, option_came },
		{ "text", "in words", "what it printed, or what you saw", FIELD_LINE, NULL },
	},
	.count = 2, .refusal = form_unless_open, .order = order_answer,
};

static const char *unless_read_only(const struct scene *scene, const struct docket *docket)
{
	return scene->world->read_only ? "this console is read-only: nothing is run here" :
	       form_unless_open(scene, docket);
}

static bool order_command(const struct form *form, struct entry *entry)
{
	(void)form;
	return form_needs(form, entry, "text", "which command?");
}

const struct form_kind form_command = {
	.name = "command", .title = "COMMAND", .care = CARE_ENTER, .does = "Enter shows it whole",
	.fields = { { "text", "$", "it is shown whole before it runs, and kept as evidence", FIELD_LINE,
		      NULL } },
	.count = 1, .refusal = unless_read_only, .order = order_command,
};

/* --- a new one ------------------------------------------------------------------------------ */

static bool is_id(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", name.p[i]))
			return false;
	return name.len > 0 && name.len < BOOK_ID;
}

static bool order_new_book(const struct form *form, struct entry *entry)
{
	struct str name = form_value(form, "name");

	if (!is_id(name)) {
		err_set(&entry->err, ERR_INPUT, "a name is made of a to z, 0 to 9 and -, at most %d",
			BOOK_ID - 1);
		return form_wrong(entry, "name");
	}
	entry->out->kind = EFFECT_NEW_BOOK;
	str_put(entry->out->text, sizeof(entry->out->text), form_entered(form, entry, "name"));
	return true;
}

const struct form_kind form_new_book = {
	.name = "runbook-new", .title = "NEW RUNBOOK", .care = CARE_ENTER,
	.does = "Enter makes it from the template",
	.fields = { { "name", "name", "like cache-cold: it becomes cache-cold.md", FIELD_LINE, NULL } },
	.count = 1, .order = order_new_book,
};
