/*
 * form_draft.c: a form as JSON, and back: what is half written outlives the program.
 */
#include "ui/form.h"

#include <string.h>

#include "base/json.h"

static json_t *lines_of(const struct compose *compose)
{
	json_t *lines = json_array();
	struct str rest = str_sub(compose->text, compose->len), line;

	while (str_cut(&rest, '\n', &line))
		json_array_append_new(lines, json_stringn(line.p, line.len));
	return lines;
}

void form_write(const struct form *form, bool open, struct buf *out)
{
	json_t *root = json_object(), *values = json_object();

	json_set_bool(root, "open", open);
	json_set_text(root, "incident", form->incident);
	json_set_text(root, "subject", form->subject);
	json_set_i64(root, "at", (int64_t)form->at);
	for (size_t i = 0; i < form->kind->count; i++)
		if (form->kind->fields[i].kind == FIELD_LINES)
			json_set(values, form->kind->fields[i].name, lines_of(&form->text));
		else
			json_set_text(values, form->kind->fields[i].name, form->values[i].text);
	json_set(root, "values", values);
	json_write(out, root);
	json_decref(root);
}

static void read_lines(struct compose *compose, const json_t *lines)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const char *line = json_string_value(json_array_get(lines, i));

		buf_fmt(&text, "%s%s", i ? "\n" : "", line ? line : "");
	}
	compose_set(compose, "");
	compose_paste(compose, str_sub(text.data, text.len));	/* the file may be anybody's */
	buf_done(&text);
}

static void read_values(struct form *form, const json_t *values)
{
	for (size_t i = 0; i < form->kind->count; i++) {
		const json_t *value = json_object_get(values, form->kind->fields[i].name);
		const char *text = json_string_value(value);

		edit_set(&form->values[i], "");
		if (form->kind->fields[i].kind == FIELD_LINES)
			read_lines(&form->text, value);
		else if (text)
			edit_paste(&form->values[i], str_of(text));
	}
}

bool form_read(struct form *form, struct str json, bool *open, msec steady)
{
	const struct form_kind *kind = form->kind;
	struct err ignored = { 0 };
	json_t *root = json_read(json, JSON_MAX_SMALL, &ignored);
	int64_t at = 0;

	if (!json_is_object(root)) {
		json_decref(root);
		return false;
	}
	*form = (struct form){ .kind = kind, .touched = true, .since = steady,
			       .asking = kind->count == 0 };
	*open = json_is_true(json_object_get(root, "open"));
	str_put(form->incident, sizeof(form->incident), json_text_at(root, "incident", ""));
	str_put(form->subject, sizeof(form->subject), json_text_at(root, "subject", ""));
	read_values(form, json_object_get(root, "values"));
	if (json_i64_at(root, "at", &at) && at >= 0 && (size_t)at < kind->count)
		form->at = (size_t)at;
	json_decref(root);
	return true;
}
