/*
 * form_after.c: what is done about a postmortem: its answers, its owner, why there is no action of
 * a type, its status, its sign-off, its files.
 */
#include <string.h>

#include "base/attr.h"
#include "ui/form_parts.h"
#include "ui/rows_after.h"

static const char *unless_begun(const struct scene *scene, const struct docket *docket)
{
	if (!docket)
		return form_unless_there(scene, docket);
	return docket->incident->aftermath.status != PAPER_NONE ? NULL :
	       "its postmortem begins with the resolution: i resolves it";
}

/* What is published is changed by nobody. */
static const char *unless_published(const struct scene *scene, const struct docket *docket)
{
	if (!docket)
		return form_unless_there(scene, docket);
	return docket->incident->aftermath.status != PAPER_PUBLISHED ? NULL :
	       "the postmortem is published: make it a draft again first, with a reason";
}

static const struct aftermath *after_of(const struct form *form, const struct scene *scene)
{
	const struct docket *docket = form_docket(form, scene);

	return docket ? &docket->incident->aftermath : NULL;
}

/* --- answers --------------------------------------------------------------------------------- */

static bool option_section(const struct form *form, const struct scene *scene, size_t index,
			   char out[FORM_OPTION])
{
	(void)form;
	(void)scene;
	return index < SECTION_COUNT &&
	       form_word(postmortem_section_heading((enum postmortem_section)index), out);
}

static enum postmortem_section section_of(const struct form *form, const struct scene *scene)
{
	size_t chosen = form_chosen(form, scene, "section");

	return chosen < SECTION_COUNT ? (enum postmortem_section)chosen : SECTION_SUMMARY;
}

/* What stands there; the impact was told to customers at the resolution already. */
static void put_written(struct form *form, const struct scene *scene)
{
	const struct docket *docket = form_docket(form, scene);
	enum postmortem_section section = section_of(form, scene);
	const char *text = docket ? docket->incident->aftermath.answers[section].text : NULL;

	if (!text && docket && section == SECTION_IMPACT)
		text = docket->incident->summary;
	form_set(form, "text", text ? text : "");
}

/* At the section that it was opened for, else at the first that nobody has answered. */
static void fill_answer(struct form *form, const struct scene *scene)
{
	const struct aftermath *after = after_of(form, scene);
	enum postmortem_section section = SECTION_SUMMARY;
	size_t first = 0;

	while (after && first + 1 < SECTION_COUNT && after->answers[first].text)
		first++;
	if (postmortem_section_find(form->subject, &section))
		form->at = 1;
	else
		section = (enum postmortem_section)first;
	form_choose(form, scene, "section", (size_t)section);
	put_written(form, scene);
}

/* What was typed into one section is not lost by a look at another. */
static void follow_answer(struct form *form, const struct scene *scene, size_t field)
{
	const struct aftermath *after = after_of(form, scene);
	struct str typed = form_value(form, "text");
	bool ours = typed.len > 0;

	for (int i = 0; after && field == 0 && i < SECTION_COUNT; i++)
		if (after->answers[i].text &&
		    str_eq(typed, str_trim(str_of(after->answers[i].text)).p))
			ours = false;
	if (field == 0 && !ours)
		put_written(form, scene);
}

static void tell_question(const struct form *form, const struct scene *scene, struct buf *out)
{
	buf_text(out, postmortem_section_question(section_of(form, scene)));
}

static bool order_answer(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_POSTMORTEM_ANSWERED);

	if (!form_needs(form, entry, "text", "what is the answer?"))
		return false;
	EVENT_SET(*data, name, postmortem_section_key(section_of(form, entry->scene)));
	EVENT_SET(*data, text, form_entered(form, entry, "text"));
	return true;
}

const struct form_kind form_answer = {
	.name = "answer", .title = "ANSWER", .care = CARE_ENTER, .does = "Tab writes it down",
	.fields = {
		{ "section", "section", "arrows, then Enter", FIELD_CHOICE, option_section },
		{ "text", "answer", "many lines; Tab writes it down", FIELD_LINES, NULL },
	},
	.count = 2, .refusal = unless_published, .fill = fill_answer, .tells = tell_question,
	.follows = follow_answer, .order = order_answer,
};

/* --- who, and why there is none -------------------------------------------------------------- */

static struct event_data *order_status(const struct form *form, struct entry *entry,
				       enum postmortem_status status)
{
	struct event_data *data = form_order(form, entry, EVENT_POSTMORTEM_SET);

	EVENT_SET(*data, new_, postmortem_status_word(status));
	return data;
}

static void fill_owner(struct form *form, const struct scene *scene)
{
	form_set(form, "who", scene->world->operator);
}

static bool order_owner(const struct form *form, struct entry *entry)
{
	const struct aftermath *after = after_of(form, entry->scene);
	struct event_data *data = order_status(form, entry, after ? after->status : PAPER_DRAFT);

	if (!form_needs(form, entry, "who", "who is to write it?"))
		return false;
	EVENT_SET(*data, who, form_entered(form, entry, "who"));
	return true;
}

const struct form_kind form_owner = {
	.name = "postmortem-owner", .title = "OWNER OF THE POSTMORTEM", .care = CARE_ENTER,
	.does = "Enter writes it down",
	.fields = { { "who", "owner", "who is to write it", FIELD_LINE, NULL } },
	.count = 1, .refusal = unless_begun, .fill = fill_owner, .order = order_owner,
};

static bool option_type(const struct form *form, const struct scene *scene, size_t index,
			char out[FORM_OPTION])
{
	(void)form;
	(void)scene;
	return index < ACTION_TYPE_COUNT && form_word(action_type_word((enum action_type)index), out);
}

/* At the type that lacks one. */
static void fill_none(struct form *form, const struct scene *scene)
{
	const struct docket *docket = form_docket(form, scene);

	for (int type = ACTION_TYPE_COUNT - 1; docket && type >= 0; type--)
		if (action_lacks(docket->incident, (enum action_type)type))
			form_choose(form, scene, "type", (size_t)type);
}

static bool order_none(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_ACTION_ITEM_NONE);

	if (!form_needs(form, entry, "reason", "why is there none? The reason is published, too"))
		return false;
	EVENT_SET(*data, type, form_entered(form, entry, "type"));
	EVENT_SET(*data, reason, form_entered(form, entry, "reason"));
	return true;
}

const struct form_kind form_none = {
	.name = "no-action", .title = "NO ACTION OF THIS TYPE", .care = CARE_ENTER,
	.does = "Enter writes it down",
	.fields = {
		{ "type", "type", "a, t, f, p or arrows", FIELD_CHOICE, option_type },
		{ "reason", "none, because", "it is published with the postmortem", FIELD_LINE, NULL },
	},
	.count = 2, .refusal = unless_published, .fill = fill_none, .order = order_none,
};

/* --- its status ------------------------------------------------------------------------------ */

static void ask_status(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct docket *docket = form_docket(form, scene);
	struct str reason = form_value(form, "reason");
	size_t open = 0;

	if (!docket)
		return;
	for (int i = 0; i < SECTION_COUNT; i++)
		open += docket->incident->aftermath.answers[i].text == NULL;
	buf_fmt(out, "%s of #%s %s: it is %s now; %zu of %d sections are not answered.",
		form->kind->title, docket->incident->id, docket->incident->title,
		postmortem_status_word(docket->incident->aftermath.status), open, SECTION_COUNT);
	if (reason.len > 0)
		buf_fmt(out, "\nreason: %.*s", (int)reason.len, reason.p);
}

static const char *unless_in_review(const struct scene *scene, const struct docket *docket)
{
	const char *refusal = unless_begun(scene, docket);

	if (!refusal)
		refusal = unless_published(scene, docket);
	return refusal || docket->incident->aftermath.status != PAPER_REVIEW ? refusal :
	       "it is in review";
}

static bool order_review(const struct form *form, struct entry *entry)
{
	(void)order_status(form, entry, PAPER_REVIEW);
	return true;
}

const struct form_kind form_review = {
	.name = "postmortem-review", .title = "POSTMORTEM TO REVIEW", .care = CARE_SURE,
	.does = "gives it to review", .refusal = unless_in_review, .asks = ask_status,
	.order = order_review,
};

/* decide() says the same; here it is said before anybody asks. */
static const char *unless_complete(const struct scene *scene, const struct docket *docket)
{
	static const char *const lacks[] = {
#define X(sym, word) \
		"publishing needs an action of type " word ", or the reason why there is none",
		ACTION_TYPES(X)
#undef X
	};
	const char *refusal = unless_begun(scene, docket);

	if (refusal)
		return refusal;
	if (docket->incident->aftermath.status == PAPER_PUBLISHED)
		return "it is published";
	for (int type = 0; type < ACTION_TYPE_COUNT; type++)
		if (action_lacks(docket->incident, (enum action_type)type))
			return lacks[type];
	return NULL;
}

static bool order_publish(const struct form *form, struct entry *entry)
{
	(void)order_status(form, entry, PAPER_PUBLISHED);
	return true;
}

const struct form_kind form_publish = {
	.name = "postmortem-publish", .title = "PUBLISH THE POSTMORTEM", .care = CARE_SURE,
	.does = "publishes it", .refusal = unless_complete, .asks = ask_status,
	.order = order_publish,
};

static const char *unless_draft(const struct scene *scene, const struct docket *docket)
{
	const char *refusal = unless_begun(scene, docket);

	return refusal || docket->incident->aftermath.status != PAPER_DRAFT ? refusal : "it is a draft";
}

static bool order_draft(const struct form *form, struct entry *entry)
{
	struct event_data *data = order_status(form, entry, PAPER_DRAFT);

	if (!form_needs(form, entry, "reason", "why is it a draft again?"))
		return false;
	EVENT_SET(*data, reason, form_entered(form, entry, "reason"));
	return true;
}

const struct form_kind form_redraft = {
	.name = "postmortem-draft", .title = "POSTMORTEM BACK TO DRAFT", .care = CARE_ENTER,
	.does = "Enter makes it a draft",
	.fields = { { "reason", "because", "what has to be written anew", FIELD_LINE, NULL } },
	.count = 1, .refusal = unless_draft, .order = order_draft,
};

/* --- signing off ----------------------------------------------------------------------------- */

static void ask_signoff(const struct form *form, const struct scene *scene, struct buf *out)
{
	const struct docket *docket = form_docket(form, scene);
	struct str text = form_value(form, "text");

	if (!docket)
		return;
	buf_fmt(out, "%s signs off #%s %s.\nIt is for the seat of audit, and for nobody who had the "
		"command or did a step of it.", scene->world->operator, docket->incident->id,
		docket->incident->title);
	if (text.len > 0)
		buf_fmt(out, "\nwords: %.*s", (int)text.len, text.p);
}

static const char *unless_audited(const struct scene *scene, const struct docket *docket)
{
	const char *refusal = unless_begun(scene, docket);

	if (refusal)
		return refusal;
	if (docket->incident->aftermath.signed_by[0])
		return "it is signed off";
	return docket->incident->seats[SEAT_AUDIT].who[0] ? NULL :
	       "signing off is for the seat audit, which is empty";
}

static bool order_signoff(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_SIGNED_OFF);

	if (form_value(form, "text").len > 0)
		EVENT_SET(*data, text, form_entered(form, entry, "text"));
	return true;
}

const struct form_kind form_signoff = {
	.name = "signoff", .title = "SIGN OFF", .care = CARE_SURE, .does = "signs it off",
	.fields = { { "text", "words", "what was looked at; may be empty", FIELD_LINE, NULL } },
	.count = 1, .refusal = unless_audited, .asks = ask_signoff, .order = order_signoff,
};

/* --- the review of a drill ------------------------------------------------------------------- */

static const char *unless_finished(const struct scene *scene, const struct docket *docket)
{
	if (!docket)
		return form_unless_there(scene, docket);
	if (!docket->incident->drill)
		return "it is no drill";
	return docket->incident->drill->finished ? NULL :
	       "a drill is reviewed when it is finished: binnacle drill finish";
}

static bool order_drill_review(const struct form *form, struct entry *entry)
{
	struct event_data *data = form_order(form, entry, EVENT_DRILL_REVIEWED);

	if (!form_needs(form, entry, "text", "what did the review come to?"))
		return false;
	EVENT_SET(*data, text, form_entered(form, entry, "text"));
	return true;
}

const struct form_kind form_drill_review = {
	.name = "drill-review", .title = "REVIEW OF THE DRILL", .care = CARE_ENTER,
	.does = "Tab writes it down",
	.fields = { { "text", "review", "many lines; Tab writes it down",
		      FIELD_LINES, NULL } },
	.count = 1, .refusal = unless_finished, .order = order_drill_review,
};

/* --- its files ------------------------------------------------------------------------------- */

static const char *unless_idle(const struct scene *scene, const struct docket *docket)
{
	if (!docket)
		return form_unless_there(scene, docket);
	return docket->afterword && docket->afterword->outing.busy ?
	       "one is at work already: the screen of the postmortem says when it is done" : NULL;
}

static void ask_export(const struct form *form, const struct scene *scene, struct buf *out)
{
	(void)scene;
	buf_fmt(out, "binnacle incident export %s\nwrites the postmortem as Markdown, HTML, JSON, CSV and "
		"text where `postmortem:` says. What people wrote in postmortem.md stays as it is.",
		form->incident);
}

static void ask_bundle(const struct form *form, const struct scene *scene, struct buf *out)
{
	(void)scene;
	buf_fmt(out, "binnacle incident bundle %s\nwrites everything into one folder to hand in: all "
		"formats, the journal, the evidence, checksums.", form->incident);
}

static void ask_edit(const struct form *form, const struct scene *scene, struct buf *out)
{
	(void)scene;
	buf_fmt(out, "binnacle incident postmortem %s --edit\nlends the terminal to $EDITOR with the "
		"whole text; what was written comes into the record when it ends.", form->incident);
}

static bool outing(const struct form *form, struct entry *entry, const char *verb)
{
	entry->out->kind = EFFECT_OUTING;
	str_put(entry->out->incident, sizeof(entry->out->incident), form->incident);
	str_put(entry->out->text, sizeof(entry->out->text), verb);
	return true;
}

static bool order_export(const struct form *form, struct entry *entry)
{
	return outing(form, entry, "export");
}

static bool order_bundle(const struct form *form, struct entry *entry)
{
	return outing(form, entry, "bundle");
}

static bool order_edit(const struct form *form, struct entry *entry)
{
	return outing(form, entry, "edit");
}

static const char *unless_idle_and_begun(const struct scene *scene, const struct docket *docket)
{
	const char *refusal = unless_begun(scene, docket);

	return refusal ? refusal : unless_idle(scene, docket);
}

const struct form_kind form_export = {
	.name = "export", .title = "EXPORT", .care = CARE_OUTSIDE, .does = "writes the files",
	.refusal = unless_idle, .asks = ask_export, .order = order_export,
};

const struct form_kind form_bundle = {
	.name = "bundle", .title = "BUNDLE", .care = CARE_OUTSIDE, .does = "writes the folder",
	.refusal = unless_idle, .asks = ask_bundle, .order = order_bundle,
};

const struct form_kind form_editor = {
	.name = "postmortem-edit", .title = "EDIT THE WHOLE TEXT", .care = CARE_OUTSIDE,
	.does = "opens $EDITOR", .refusal = unless_idle_and_begun, .asks = ask_edit,
	.order = order_edit,
};

/* --- the tabletop ---------------------------------------------------------------------------- */

static const char *unless_table(const struct scene *scene, const struct docket *docket)
{
	const struct desk *desk = scene->world->desk;

	if (!docket)
		return form_unless_there(scene, docket);
	return desk->rehearsal && desk->rehearsal->clock != WHEN_NEVER ? NULL :
	       "no moment is on the table yet: n shows the first";
}

static bool order_said(const struct form *form, struct entry *entry)
{
	const struct desk *desk = entry->scene->world->desk;
	struct event_data *data = form_order(form, entry, EVENT_NOTE);
	struct buf note = { 0 };

	if (!form_needs(form, entry, "text", "what would we do now?"))
		return false;
	if (!desk->rehearsal)
		return err_set(&entry->err, ERR_REFUSED, "the tabletop is over");
	rehearsal_note_put(desk->rehearsal->clock, form_entered(form, entry, "text"), &note);
	EVENT_SET(*data, text, arena_text(entry->arena, buf_cstr(&note), note.len));
	buf_done(&note);
	return true;
}

const struct form_kind form_said = {
	.name = "said", .title = "WHAT WE WOULD DO", .care = CARE_ENTER, .does = "Enter writes it down",
	.fields = { { "text", "we would", "the act, and what we expect of it", FIELD_LINE, NULL } },
	.count = 1, .refusal = unless_table, .order = order_said,
};
