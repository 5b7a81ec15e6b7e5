/*
 * cmd_incident_after.c: the verbs of what comes after an incident: its postmortem, its sign-off.
 */
#include <string.h>

#include "app/cmd_incident_edit.h"
#include "export/incident_json.h"

static const struct {
	const char *word;
	enum postmortem_status status;
} acts[] = {
	{ "draft", PAPER_DRAFT }, { "review", PAPER_REVIEW }, { "publish", PAPER_PUBLISHED },
};

static bool fill_status(struct work *work, const char *word, struct order *order, struct err *err)
{
	if (work->context->word_count > 2)
		return err_set(err, ERR_USAGE, "%s takes no more words", word);
	if (work_given(work, OPTION_TEXT))
		return err_set(err, ERR_USAGE, "--text belongs to answer SECTION");
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		if (strcmp(acts[i].word, word) != 0)
			continue;
		EVENT_SET(order->data, new_, postmortem_status_word(acts[i].status));
		return true;
	}
	return err_set(err, ERR_USAGE, "'%.20s' is none of draft, review, publish, answer", word);
}

static bool fill_answer(struct work *work, struct order *order, struct err *err)
{
	const char *section, *text;

	if (!work_word(work, 2, "the section", &section, err) || !work_text(work, &text, err))
		return false;
	if (work_given(work, OPTION_OWNER) || work_given(work, OPTION_REASON))
		return err_set(err, ERR_USAGE, "an answer takes neither --owner nor --reason");
	order->kind = EVENT_POSTMORTEM_ANSWERED;
	EVENT_SET(order->data, name, section);
	EVENT_SET(order->data, text, text);
	return true;
}

static bool fill_postmortem(struct work *work, struct order *order, struct err *err)
{
	const char *owner = work_flag(work, OPTION_OWNER), *reason = work_flag(work, OPTION_REASON);
	const char *word = work->context->word_count > 1 ? work->context->words[1] : NULL;

	if (word && strcmp(word, "answer") == 0)
		return fill_answer(work, order, err);
	if (word && !fill_status(work, word, order, err))
		return false;
	if (owner)
		EVENT_SET(order->data, who, owner);
	if (reason)
		EVENT_SET(order->data, reason, reason);
	return true;
}

/* As it stands, with the questions that are open. */
static bool print_postmortem(struct work *work, struct err *err)
{
	const struct incident *incident = dossier_incident(work->dossier);
	struct buf text = { 0 };
	json_t *root;

	if (!work_given(work, OPTION_JSON)) {
		postmortem_plain(incident, work->now, &text);
		return work_print_text(work, &text, err);
	}
	root = json_object();
	json_set_text(root, "schema", "binnacle.postmortem/1");
	json_set_text(root, "id", incident->id);
	json_set(root, "postmortem", aftermath_json(incident));
	return work_print_json(work, root, err);
}

static bool run_postmortem(struct work *work, struct err *err)
{
	struct order order = work_order(work, EVENT_POSTMORTEM_SET);
	bool look = work->context->word_count < 2 && !work_given(work, OPTION_OWNER);

	if (work_given(work, OPTION_EDIT))
		return work_edit(work, err);
	if (look && (work_given(work, OPTION_TEXT) || work_given(work, OPTION_REASON)))
		return err_set(err, ERR_USAGE, "draft, review, publish or answer SECTION is missing");
	if (!work_open(work, err))
		return false;
	if (look)
		return print_postmortem(work, err);
	return fill_postmortem(work, &order, err) && work_submit(work, &order, err) &&
	       work_print(work, err);
}

int cmd_incident_postmortem(const struct context *context)
{
	return work_run(context, run_postmortem);
}

static bool run_signoff(struct work *work, struct err *err)
{
	struct order order = work_order(work, EVENT_SIGNED_OFF);
	const char *text;

	if (work_given(work, OPTION_TEXT)) {
		if (!work_text(work, &text, err))
			return false;
		EVENT_SET(order.data, text, text);
	}
	return work_open(work, err) && work_submit(work, &order, err) && work_print(work, err);
}

int cmd_incident_signoff(const struct context *context)
{
	return work_run(context, run_signoff);
}
