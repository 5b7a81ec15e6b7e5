/*
 * Every member has one of six types; write_TYPE, read_TYPE and copy_TYPE are all that is to know of
 * one. The table of the header joins members and types.
 */
#include "core/event_fields.h"

#include <inttypes.h>
#include <string.h>

#include "core/event_text.h"

static const struct {
	const char *key;
	size_t len;
} keys[] = {
#define X(member, key, type, help) [FIELD_##member] = { key, sizeof(key) - 1 },
	EVENT_FIELDS(X)
#undef X
};
_Static_assert(ARRAY_LEN(keys) == FIELD_COUNT, "every member has its key");

/* The one text that may have lines: an update, a card, a note. */
static bool has_lines(enum event_field field)
{
	return field == FIELD_text;
}

/* Writing */

static void write_TEXT(struct buf *out, enum event_field field, const char *value)
{
	quote_text(out, str_of(value), has_lines(field));
}

static void write_INT(struct buf *out, enum event_field field, int64_t value)
{
	(void)field;
	buf_fmt(out, "%" PRId64, value);
}

static void write_TIME(struct buf *out, enum event_field field, msec value)
{
	(void)field;
	if (!stamp_fits(value)) {	/* "never", and what no reader would take */
		buf_text(out, "null");
		return;
	}
	buf_char(out, '"');
	stamp_write(out, value);
	buf_char(out, '"');
}

static void write_BOOL(struct buf *out, enum event_field field, bool value)
{
	(void)field;
	buf_text(out, value ? "true" : "false");
}

static void write_TEXTS(struct buf *out, enum event_field field, struct text_list value)
{
	buf_char(out, '[');
	for (size_t i = 0; i < value.count; i++) {
		if (i > 0)
			buf_char(out, ',');
		write_TEXT(out, field, value.items[i]);
	}
	buf_char(out, ']');
}

static void write_figure(struct buf *out, const struct figure *figure)
{
	buf_text(out, "{\"name\":");
	quote_text(out, str_of(figure->name), false);
	buf_text(out, ",\"unit\":");
	quote_text(out, str_of(figure->unit), false);
	buf_text(out, figure->known ? ",\"text\":" : ",\"because\":");
	quote_text(out, str_of(figure->known ? figure->text : figure->because), false);
	buf_text(out, ",\"at\":");
	write_TIME(out, FIELD_figures, figure->at);
	buf_char(out, '}');
}

static void write_FIGURES(struct buf *out, enum event_field field, struct figure_list value)
{
	(void)field;
	buf_char(out, '[');
	for (size_t i = 0; i < value.count; i++) {
		if (i > 0)
			buf_char(out, ',');
		write_figure(out, &value.items[i]);
	}
	buf_char(out, ']');
}

static void write_member(struct buf *out, const struct event_data *data, enum event_field field)
{
	switch (field) {
#define X(member, key, type, help) \
	case FIELD_##member: write_##type(out, field, data->member); break;
	EVENT_FIELDS(X)
#undef X
	case FIELD_COUNT:
		break;
	}
}

void event_data_write(const struct event_data *data, struct buf *out)
{
	bool first = true;

	buf_char(out, '{');
	for (int field = 0; field < FIELD_COUNT; field++) {
		if (!(data->has & (uint64_t)1 << field))
			continue;
		buf_fmt(out, "%s\"%s\":", first ? "" : ",", keys[field].key);
		write_member(out, data, (enum event_field)field);
		first = false;
	}
	buf_char(out, '}');
}

/* Reading: false when the value has another type. */

struct value {
	const json_t *json;
	struct arena *arena;
	bool lines;
};

static bool read_TEXT(const struct value *from, const char **out)
{
	if (!json_is_string(from->json))
		return false;
	*out = clean_text(from->arena, str_sub(json_string_value(from->json),
					       json_string_length(from->json)), from->lines);
	return true;
}

static bool read_INT(const struct value *from, int64_t *out)
{
	*out = json_integer_value(from->json);
	return json_is_integer(from->json);
}

static bool read_TIME(const struct value *from, msec *out)
{
	return json_is_string(from->json) &&
	       when_parse(str_sub(json_string_value(from->json), json_string_length(from->json)), out) &&
	       stamp_fits(*out);
}

static bool read_BOOL(const struct value *from, bool *out)
{
	*out = json_is_true(from->json);
	return json_is_boolean(from->json);
}

static bool read_TEXTS(const struct value *from, struct text_list *out)
{
	size_t count = json_array_size(from->json);
	const char **items = arena_array(from->arena, count, sizeof(*items));

	for (size_t i = 0; i < count; i++) {
		struct value item = { json_array_get(from->json, i), from->arena, false };

		if (!read_TEXT(&item, &items[i]))
			return false;
	}
	*out = (struct text_list){ items, count };
	return json_is_array(from->json);
}

/* A member of a figure; "" when it is missing or no text. */
static const char *figure_text(const struct value *from, const char *key)
{
	struct value member = { json_object_get(from->json, key), from->arena, false };
	const char *text = "";

	(void)read_TEXT(&member, &text);
	return text;
}

static bool read_figure(const struct value *from, struct figure *out)
{
	struct value at = { json_object_get(from->json, "at"), from->arena, false };

	*out = (struct figure){
		.name = figure_text(from, "name"), .unit = figure_text(from, "unit"),
		.text = figure_text(from, "text"), .because = figure_text(from, "because"),
		.known = json_is_string(json_object_get(from->json, "text")), .at = WHEN_NEVER,
	};
	if (!read_TIME(&at, &out->at))
		out->at = WHEN_NEVER;
	return json_is_object(from->json);
}

static bool read_FIGURES(const struct value *from, struct figure_list *out)
{
	size_t count = json_array_size(from->json);
	struct figure *items = arena_array(from->arena, count, sizeof(*items));

	for (size_t i = 0; i < count; i++) {
		struct value item = { json_array_get(from->json, i), from->arena, false };

		if (!read_figure(&item, &items[i]))
			return false;
	}
	*out = (struct figure_list){ items, count };
	return json_is_array(from->json);
}

static bool read_member(const struct value *from, enum event_field field, struct event_data *out)
{
	switch (field) {
#define X(member, key, type, help) \
	case FIELD_##member: return read_##type(from, &out->member);
	EVENT_FIELDS(X)
#undef X
	case FIELD_COUNT:
		break;
	}
	return false;
}

enum event_field event_field_find(struct str key)
{
	for (int field = 0; field < FIELD_COUNT; field++) {
		if (keys[field].len == key.len && memcmp(keys[field].key, key.p, key.len) == 0)
			return (enum event_field)field;
	}
	return FIELD_COUNT;
}

static bool read_all(json_t *root, struct arena *arena, struct event_data *out, struct err *err)
{
#define X(member, key, type, help) [FIELD_##member] = WORD_##type,
#define WORD_TEXT "no text"
#define WORD_INT "no whole number"
#define WORD_TIME "no time"
#define WORD_BOOL "neither true nor false"
#define WORD_TEXTS "no list of texts"
#define WORD_FIGURES "no list of figures"
	static const char *const words[] = { EVENT_FIELDS(X) };
#undef X
	const char *key;
	json_t *json;

	json_object_foreach(root, key, json) {
		enum event_field field = event_field_find(str_of(key));
		struct value value = { json, arena, has_lines(field) };

		if (field == FIELD_COUNT || json_is_null(json))
			continue;
		if (!read_member(&value, field, out))
			return err_set(err, ERR_INPUT, "\"%s\" is %s", key, words[field]);
		out->has |= (uint64_t)1 << field;
	}
	return true;
}

bool event_data_read(struct str json, struct arena *arena, struct event_data *out, struct err *err)
{
	json_t *root;
	bool ok;

	if (event_data_plain(json, arena, out))
		return true;
	memset(out, 0, sizeof(*out));
	root = json_read(json, JSON_MAX_SMALL, err);
	if (!root)
		return false;
	if (!json_is_object(root))
		ok = err_set(err, ERR_INPUT, "it is no object");
	else
		ok = read_all(root, arena, out, err);
	json_decref(root);
	return ok;
}

/* Copying */

static const char *copy_TEXT(const char *from, struct arena *arena)
{
	return from ? arena_text(arena, from, strlen(from)) : NULL;
}

static int64_t copy_INT(int64_t from, struct arena *arena)
{
	(void)arena;
	return from;
}

static msec copy_TIME(msec from, struct arena *arena)
{
	(void)arena;
	return from;
}

static bool copy_BOOL(bool from, struct arena *arena)
{
	(void)arena;
	return from;
}

static struct text_list copy_TEXTS(struct text_list from, struct arena *arena)
{
	const char **items = arena_array(arena, from.count, sizeof(*items));

	for (size_t i = 0; i < from.count; i++)
		items[i] = copy_TEXT(from.items[i], arena);
	return (struct text_list){ items, from.count };
}

static struct figure_list copy_FIGURES(struct figure_list from, struct arena *arena)
{
	struct figure *items = arena_array(arena, from.count, sizeof(*items));

	for (size_t i = 0; i < from.count; i++) {
		items[i] = from.items[i];
		items[i].name = copy_TEXT(from.items[i].name, arena);
		items[i].unit = copy_TEXT(from.items[i].unit, arena);
		items[i].text = copy_TEXT(from.items[i].text, arena);
		items[i].because = copy_TEXT(from.items[i].because, arena);
	}
	return (struct figure_list){ items, from.count };
}

void event_data_copy(struct event_data *out, const struct event_data *from, struct arena *arena)
{
	struct event_data copy = { .has = from->has };

#define X(member, key, type, help) copy.member = copy_##type(from->member, arena);
	EVENT_FIELDS(X)
#undef X
	*out = copy;
}
