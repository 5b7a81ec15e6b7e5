/*
 * The short way through a payload: flat members, plain texts without an escape, short whole
 * numbers, as nearly all payloads are. It knows no errors: what it does not take word for word goes
 * to the JSON library, which has the last word. Both say the same of whatever it takes.
 */
#include <string.h>

#include "core/event_text.h"

enum { DIGITS = 18 };		/* of a whole number that cannot overflow */

static bool take(struct str *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	*s = str_sub(s->p + 1, s->len - 1);
	return true;
}

/* A string of printable ASCII without a backslash. */
static bool take_plain(struct str *s, struct str *out)
{
	size_t len = 0;

	if (!take(s, '"'))
		return false;
	while (len < s->len && s->p[len] >= ' ' && s->p[len] <= '~' && s->p[len] != '"' &&
	       s->p[len] != '\\')
		len++;
	*out = str_sub(s->p, len);
	*s = str_sub(s->p + len, s->len - len);
	return take(s, '"');
}

static bool plain_TEXT(struct str *s, struct arena *arena, const char **out)
{
	struct str text;

	if (!take_plain(s, &text))
		return false;
	*out = arena_text(arena, text.p, text.len);
	return true;
}

/* No zero in front. What comes after it must be a comma or the end: so no fraction, no exponent, no
 * digit too many. */
static bool plain_INT(struct str *s, struct arena *arena, int64_t *out)
{
	bool minus = take(s, '-');
	size_t len = 0;

	(void)arena;
	*out = 0;
	for (; len < s->len && s->p[len] >= '0' && s->p[len] <= '9' && len < DIGITS; len++)
		*out = *out * 10 + (s->p[len] - '0');
	if (len == 0 || (s->p[0] == '0' && (len > 1 || minus)))
		return false;
	*s = str_sub(s->p + len, s->len - len);
	*out = minus ? -*out : *out;
	return true;
}

static bool plain_TIME(struct str *s, struct arena *arena, msec *out)
{
	struct str text;

	(void)arena;
	return take_plain(s, &text) && stamp_read(text, out);
}

static bool plain_BOOL(struct str *s, struct arena *arena, bool *out)
{
	size_t len;

	(void)arena;
	*out = str_starts(*s, "true");
	len = *out ? strlen("true") : strlen("false");
	if (!*out && !str_starts(*s, "false"))
		return false;
	*s = str_sub(s->p + len, s->len - len);
	return true;
}

static size_t texts_of(struct str s)
{
	struct str text;
	size_t count = 0;

	do {
		if (!take_plain(&s, &text))
			return 0;
		count++;
	} while (take(&s, ','));
	return count;
}

static bool plain_TEXTS(struct str *s, struct arena *arena, struct text_list *out)
{
	const char **items;
	size_t count;

	if (!take(s, '['))
		return false;
	count = texts_of(*s);
	items = arena_array(arena, count, sizeof(*items));
	for (size_t i = 0; i < count; i++) {
		if ((i > 0 && !take(s, ',')) || !plain_TEXT(s, arena, &items[i]))
			return false;
	}
	*out = (struct text_list){ items, count };
	return take(s, ']');
}

static bool plain_FIGURES(struct str *s, struct arena *arena, struct figure_list *out)
{
	(void)s;
	(void)arena;
	(void)out;
	return false;
}

static bool plain_member(struct str *s, struct arena *arena, struct event_data *out)
{
	enum event_field field;
	struct str key;

	if (!take_plain(s, &key) || !take(s, ':'))
		return false;
	field = event_field_find(key);
	if (field == FIELD_COUNT || out->has & (uint64_t)1 << field)
		return false;
	out->has |= (uint64_t)1 << field;
	switch (field) {
#define X(member, key, type, help) \
	case FIELD_##member: return plain_##type(s, arena, &out->member);
	EVENT_FIELDS(X)
#undef X
	case FIELD_COUNT:
		break;
	}
	return false;
}

bool event_data_plain(struct str json, struct arena *arena, struct event_data *out)
{
	memset(out, 0, sizeof(*out));
	if (!take(&json, '{'))
		return false;
	do {
		if (!plain_member(&json, arena, out))
			return false;
	} while (take(&json, ','));
	return take(&json, '}') && json.len == 0;
}
