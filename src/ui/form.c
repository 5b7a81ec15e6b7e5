/*
 * form.c: what keys and pastes do to a form, and when it acts.
 */
#include "ui/form.h"

#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "core/decide.h"

const struct form_kind *form_find(const char *name)
{
	for (const struct form_kind *const *kind = form_kinds(); *kind; kind++)
		if (strcmp((*kind)->name, name) == 0)
			return *kind;
	return NULL;
}

static size_t index_of(const struct form *form, const char *name)
{
	size_t i = 0;

	while (i < form->kind->count && strcmp(form->kind->fields[i].name, name) != 0)
		i++;
	return i;
}

struct str form_value(const struct form *form, const char *name)
{
	size_t i = index_of(form, name);

	if (i == form->kind->count)
		return str_of("");
	if (form->kind->fields[i].kind == FIELD_LINES)
		return str_trim(str_sub(form->text.text, form->text.len));
	return str_trim(str_sub(form->values[i].text, form->values[i].len));
}

void form_set(struct form *form, const char *name, const char *text)
{
	size_t i = index_of(form, name);

	if (i == form->kind->count)
		return;
	if (form->kind->fields[i].kind == FIELD_LINES)
		compose_set(&form->text, text);
	else
		edit_set(&form->values[i], text);
}

void form_choose(struct form *form, const struct scene *scene, const char *name, size_t index)
{
	size_t i = index_of(form, name);
	char text[FORM_OPTION];

	if (i < form->kind->count && form->kind->fields[i].option(form, scene, index, text))
		edit_set(&form->values[i], text);
}

size_t form_chosen(const struct form *form, const struct scene *scene, const char *name)
{
	size_t i = index_of(form, name);
	char text[FORM_OPTION];

	for (size_t k = 0; i < form->kind->count && k < FORM_OPTIONS; k++) {
		if (!form->kind->fields[i].option(form, scene, k, text))
			break;
		if (strcmp(text, form->values[i].text) == 0)
			return k;
	}
	return (size_t)-1;
}

const struct docket *form_docket(const struct form *form, const struct scene *scene)
{
	return desk_find(scene->world->desk, form->incident);
}

const char *form_refusal(const struct scene *scene, const struct form_kind *kind)
{
	const struct docket *docket = desk_current(scene->world->desk);

	if (!scene->world->desk && !kind->without_desk)
		return "no incident can be kept here: this console has no place for one";
	if (scene->frozen && !kind->always)
		return "the picture is frozen: z thaws it";
	if (kind->care == CARE_OUTSIDE && scene->world->read_only)
		return "this console is read-only: nothing leaves it";
	return kind->refusal ? kind->refusal(scene, docket) : NULL;
}

/* A choice always stands on one of its options. */
static void settle_choices(struct form *form, const struct scene *scene)
{
	for (size_t i = 0; i < form->kind->count; i++) {
		const struct field *field = &form->kind->fields[i];

		if (field->kind == FIELD_CHOICE &&
		    form_chosen(form, scene, field->name) == (size_t)-1)
			form_choose(form, scene, field->name, 0);
	}
}

void form_open(struct form *form, const struct form_kind *kind, const struct scene *scene,
	       const char *subject, msec steady)
{
	const struct docket *docket = desk_current(scene->world->desk);

	*form = (struct form){ .kind = kind, .since = steady, .asking = kind->count == 0 };
	str_put(form->subject, sizeof(form->subject), subject);
	if (docket && !kind->without_desk)
		str_put(form->incident, sizeof(form->incident), docket->incident->id);
	if (kind->fill)
		kind->fill(form, scene);
	settle_choices(form, scene);
}

/* For a key that would act. One that is dropped prolongs it: a key that repeats never acts. */
static bool is_deaf(struct form *form, const struct entry *entry)
{
	if (entry->steady - form->since >= FORM_DEAF)
		return false;
	form->since = entry->steady;
	return true;
}

bool form_decides(const struct incident *incident, const struct history *history,
		  struct entry *entry)
{
	struct decision *decision = mem_new(sizeof(*decision));
	bool taken;

	order_look_up(&entry->out->order, history);
	taken = decide(incident, entry->scene->world->desk->policy, &entry->out->order,
		       entry->scene->now, decision, &entry->err);

	if (taken && decision->count == 0) {
		err_set(&entry->err, ERR_NONE, "%s", decision->already);
		taken = false;
	}
	decision_done(decision);
	mem_free(decision);
	return taken;
}

static bool decides_new(struct entry *entry)
{
	struct incident *incident = mem_new(sizeof(*incident));
	bool taken;

	incident_init(incident);
	taken = form_decides(incident, NULL, entry);
	incident_done(incident);
	mem_free(incident);
	return taken;
}

/* Would the state take it? What is refused after the form is gone would be lost. */
static bool try_order(struct form *form, struct entry *entry)
{
	const struct docket *docket = form_docket(form, entry->scene);

	*entry->out = (struct effect){ .kind = EFFECT_NONE };
	if (form->incident[0] && !docket && !form->kind->always)
		return err_set(&entry->err, ERR_REFUSED, "#%s is not open any more", form->incident);
	if (!form->kind->order(form, entry))
		return false;
	if (entry->out->kind != EFFECT_ORDER)
		return true;
	return docket ? form_decides(docket->incident, docket->history, entry) : decides_new(entry);
}

/* Behind the last field: act, or show what would be done. */
static enum form_answer finish(struct form *form, struct entry *entry)
{
	if (is_deaf(form, entry) || !try_order(form, entry)) {
		entry->out->kind = EFFECT_NONE;
		if (entry->wrong)
			form->at = index_of(form, entry->wrong);
		return FORM_STAYS;
	}
	if (form->kind->care == CARE_ENTER)
		return FORM_DONE;
	entry->out->kind = EFFECT_NONE;
	form->asking = true;
	form->top = 0;
	form->since = entry->steady;
	return FORM_STAYS;
}

static void copy_question(const struct form *form, struct entry *entry)
{
	struct buf text = { 0 };

	form->kind->asks(form, entry->scene, &text);
	entry->out->kind = EFFECT_COPY;
	str_put(entry->out->text, sizeof(entry->out->text), buf_cstr(&text));
	buf_done(&text);
}

static bool scroll(struct form *form, uint32_t code)
{
	static const struct {
		uint32_t code;
		int by;
	} steps[] = { { KEYCODE_UP, -1 }, { KEYCODE_DOWN, 1 }, { KEYCODE_PGUP, -8 },
		      { KEYCODE_PGDN, 8 } };

	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (steps[i].code == code && (form->taller || form->top > 0)) {
			form->top += form->taller || steps[i].by < 0 ? steps[i].by : 0;
			form->top = form->top < 0 ? 0 : form->top;
			return true;
		}
	return false;
}

static enum form_answer answer(struct form *form, struct entry *entry, uint32_t code)
{
	if (scroll(form, code) || is_deaf(form, entry))
		return FORM_STAYS;
	if (code == 'y') {
		copy_question(form, entry);
		return FORM_STAYS;
	}
	if (code == 'Y' && try_order(form, entry))
		return FORM_DONE;
	entry->out->kind = EFFECT_NONE;
	if (entry->err.kind == ERR_NONE)
		err_set(&entry->err, ERR_NONE, "nothing was done: only Y does it");
	form->since = entry->steady;
	form->asking = form->kind->count == 0;
	return form->asking && code != 'Y' ? FORM_DONE : FORM_STAYS;
}

static void changed(struct form *form, const struct scene *scene, size_t field)
{
	form->touched = true;
	if (form->kind->follows)
		form->kind->follows(form, scene, field);
	settle_choices(form, scene);
}

/* Does a key that the field has taken change its text, and not only move in it? */
static bool writes(uint32_t code)
{
	return code < KEYCODE_BASE || code == KEYCODE_BACKSPACE || code == KEYCODE_DELETE ||
	       code == KEYCODE_ENTER;
}

/* True when the field has taken the key. */
static bool key_in_field(struct form *form, struct entry *entry, uint32_t code)
{
	const struct field *field = &form->kind->fields[form->at];
	bool taken = false;

	switch (field->kind) {
	case FIELD_LINE:
		taken = edit_key(&form->values[form->at], code);
		break;
	case FIELD_LINES:
		taken = compose_key(&form->text, code);
		break;
	case FIELD_CHOICE:
		if (code == KEYCODE_UP || code == KEYCODE_DOWN || code == KEYCODE_ENTER)
			return false;
		if (form_choice_key(form, entry->scene, code))
			changed(form, entry->scene, form->at);
		return true;
	}
	if (taken && writes(code))
		changed(form, entry->scene, form->at);
	return taken;
}

static void move(struct form *form, int step)
{
	form->typed = 0;
	if (step < 0 && form->at > 0)
		form->at--;
	if (step > 0 && form->at + 1 < form->kind->count)
		form->at++;
}

/* Enter is a line of its text. */
static bool writes_lines(const struct form *form)
{
	return form->kind->fields[form->at].kind == FIELD_LINES && !form->kind->one_text;
}

enum form_answer form_key(struct form *form, struct entry *entry, uint32_t code)
{
	bool last = form->at + 1 >= form->kind->count;

	if (form->asking)
		return answer(form, entry, code);
	if (code == KEYCODE_TAB && last && (form->kind->care != CARE_ENTER || writes_lines(form))) {
		if (form->kind->fields[form->at].kind == FIELD_LINES && compose_question(&form->text))
			return FORM_STAYS;
		return finish(form, entry);
	}
	if (code == KEYCODE_TAB || code == KEYCODE_BACKTAB) {
		move(form, code == KEYCODE_TAB ? 1 : -1);
		return FORM_STAYS;
	}
	if (code == KEYCODE_ENTER && last && form->kind->one_text)
		return finish(form, entry);
	if (key_in_field(form, entry, code))
		return FORM_STAYS;
	if (code == KEYCODE_ENTER && last)
		return finish(form, entry);
	if (code == KEYCODE_ENTER)
		(void)is_deaf(form, entry);	/* going on acts not, but may be the repeating key */
	if (code == KEYCODE_ENTER || code == KEYCODE_DOWN)
		move(form, 1);
	else if (code == KEYCODE_UP)
		move(form, -1);
	return FORM_STAYS;
}

bool form_paste(struct form *form, struct str text)
{
	const struct field *field = &form->kind->fields[form->at];

	if (form->asking || form->kind->count == 0 || field->kind == FIELD_CHOICE)
		return false;
	form->touched = true;
	if (field->kind == FIELD_LINES)
		return compose_paste(&form->text, text);
	edit_paste(&form->values[form->at], text);
	return true;
}

/* What Enter or Tab does in the field with the cursor. */
static const char *way_on(const struct form *form)
{
	if (writes_lines(form))
		return form->kind->care == CARE_ENTER ? form->kind->does : "Tab next [bracket], at last asks";
	if (form->at + 1 < form->kind->count || form->kind->care != CARE_ENTER)
		return "Enter goes on";
	return form->kind->does;
}

void form_hint(const struct form *form, char out[MESSAGE_TEXT])
{
	struct text text;

	if (form->asking)
		text = text_fmt("nothing is done before Y");
	else
		text = text_fmt("%s", form->kind->fields[form->at].hint);
	str_put(out, MESSAGE_TEXT, text.bytes);
}

void form_keys(const struct form *form, char out[MESSAGE_TEXT])
{
	const char *back = form->at > 0 ? "  Shift-Tab back" : "";
	struct text text;

	if (form->asking)
		text = text_fmt("Y %s  y copies the text%s  any other key is no", form->kind->does,
				form->taller ? "  PgDn shows more" : "");
	else
		text = text_fmt("%s%s  Esc %s", way_on(form), back,
				form->touched ? "keeps a draft" : "leaves");
	str_put(out, MESSAGE_TEXT, text.bytes);
}
