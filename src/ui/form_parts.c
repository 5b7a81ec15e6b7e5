#include "ui/form_parts.h"

#include <string.h>

#include "base/attr.h"
#include "base/outside.h"

static const struct form_kind *const kinds[] = {
	&form_declare, &form_note, &form_severity, &form_status, &form_resolve, &form_close,
	&form_cancel, &form_merge, &form_reopen, &form_seat, &form_offer, &form_accept, &form_ask,
	&form_escalated, &form_minutes, &form_action, &form_follow_up, &form_deferred, &form_settle,
	&form_ticket, &form_ticket_run, &form_milestone, &form_mute, &form_expire, &form_update,
	&form_snooze, &form_memory, &form_quit, &form_done, &form_skip, &form_override,
	&form_put_off, &form_failed, &form_repeat, &form_claim, &form_decide, &form_accept_book,
	&form_input, &form_end_run, &form_answer_run, &form_command,
	&form_new_book, &form_diagnose, &form_sort, &form_answer, &form_owner,
	&form_none, &form_review, &form_publish, &form_redraft, &form_signoff, &form_export,
	&form_bundle, &form_editor, &form_said,
	&form_drill_review, NULL,
};

const struct form_kind *const *form_kinds(void)
{
	return kinds;
}

struct event_data *form_order(const struct form *form, struct entry *entry, enum event_kind kind)
{
	struct effect *out = entry->out;

	out->kind = EFFECT_ORDER;
	out->order = (struct order){ .kind = kind, .at = WHEN_NEVER, .src = SRC_HUMAN,
				     .by = entry->scene->world->operator };
	str_put(out->text, sizeof(out->text), form->incident);
	return &out->order.data;
}

const char *form_text(struct entry *entry, struct str text)
{
	struct buf clean = { 0 };
	struct str line;
	const char *copy;

	while (str_cut(&text, '\n', &line)) {
		outside(&clean, line);
		if (text.len > 0)
			buf_char(&clean, '\n');
	}
	copy = arena_text(entry->arena, buf_cstr(&clean), clean.len);
	buf_done(&clean);
	return copy;
}

const char *form_entered(const struct form *form, struct entry *entry, const char *name)
{
	return form_text(entry, form_value(form, name));
}

bool form_needs(const struct form *form, struct entry *entry, const char *name,
		const char *sentence)
{
	if (form_value(form, name).len > 0)
		return true;
	err_set(&entry->err, ERR_INPUT, "%s", sentence);
	return form_wrong(entry, name);
}

bool form_wrong(struct entry *entry, const char *name)
{
	entry->wrong = name;
	return false;
}

struct text_list form_list(struct entry *entry, struct str text)
{
	const char **items = arena_array(entry->arena, INCIDENT_COMPONENTS, sizeof(*items));
	struct str part;
	size_t count = 0;

	while (count < INCIDENT_COMPONENTS && str_cut(&text, ',', &part))
		if (str_trim(part).len > 0)
			items[count++] = form_text(entry, str_trim(part));
	return (struct text_list){ items, count };
}

bool form_word(const char *word, char out[FORM_OPTION])
{
	str_put(out, FORM_OPTION, word);
	return true;
}

bool form_option_severity(const struct form *form, const struct scene *scene, size_t index,
			  char out[FORM_OPTION])
{
	static const char *const words[] = { "SEV1", "SEV2", "SEV3" };

	(void)form;
	(void)scene;
	return index < ARRAY_LEN(words) && form_word(words[index], out);
}

const char *form_unless_there(const struct scene *scene, const struct docket *docket)
{
	(void)scene;
	return docket ? NULL : "no incident is open: i declares one";
}

const char *form_unless_open(const struct scene *scene, const struct docket *docket)
{
	if (!docket)
		return form_unless_there(scene, docket);
	return docket->incident->status < INCIDENT_RESOLVED ? NULL :
	       "it is over: reopening it comes first";
}
