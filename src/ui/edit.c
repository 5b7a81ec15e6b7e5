#include "ui/edit.h"

#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"

void edit_set(struct edit *edit, const char *text)
{
	str_put(edit->text, sizeof(edit->text), text);
	edit->len = edit->cursor = strlen(edit->text);
}

static struct pen pen_of(struct edit *edit)
{
	return (struct pen){ edit->text, sizeof(edit->text), &edit->len, &edit->cursor };
}

bool pen_insert(const struct pen *pen, struct str text)
{
	if (*pen->len + text.len >= pen->size)
		return false;
	memmove(pen->text + *pen->cursor + text.len, pen->text + *pen->cursor,
		*pen->len - *pen->cursor);
	memcpy(pen->text + *pen->cursor, text.p, text.len);
	*pen->cursor += text.len;
	*pen->len += text.len;
	pen->text[*pen->len] = '\0';
	return true;
}

static void remove_range(const struct pen *pen, size_t from, size_t to)
{
	memmove(pen->text + from, pen->text + to, *pen->len - to);
	*pen->len -= to - from;
	pen->text[*pen->len] = '\0';
	*pen->cursor = from;
}

size_t pen_right(const struct pen *pen)
{
	return *pen->cursor + utf8_cluster(str_sub(pen->text + *pen->cursor,
						   *pen->len - *pen->cursor));
}

/* Clusters can only be told from the start. */
static size_t step_left(const struct pen *pen)
{
	size_t at = 0, before = 0;

	while (at < *pen->cursor) {
		before = at;
		at += utf8_cluster(str_sub(pen->text + at, *pen->len - at));
	}
	return before;
}

static size_t line_start(const struct pen *pen)
{
	size_t at = *pen->cursor;

	while (at > 0 && pen->text[at - 1] != '\n')
		at--;
	return at;
}

static size_t encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

static void move_left(const struct pen *pen)
{
	*pen->cursor = step_left(pen);
}

static void move_right(const struct pen *pen)
{
	*pen->cursor = pen_right(pen);
}

static void move_home(const struct pen *pen)
{
	*pen->cursor = line_start(pen);
}

static void move_end(const struct pen *pen)
{
	while (*pen->cursor < *pen->len && pen->text[*pen->cursor] != '\n')
		(*pen->cursor)++;
}

static void erase_left(const struct pen *pen)
{
	remove_range(pen, step_left(pen), *pen->cursor);
}

static void erase_right(const struct pen *pen)
{
	remove_range(pen, *pen->cursor, pen_right(pen));
}

static void erase_to_start(const struct pen *pen)
{
	remove_range(pen, line_start(pen), *pen->cursor);
}

static const struct {
	uint32_t code;
	void (*act)(const struct pen *pen);
} commands[] = {
	{ KEYCODE_LEFT, move_left }, { KEYCODE_RIGHT, move_right },
	{ KEYCODE_HOME, move_home }, { KEYCODE_END, move_end },
	{ KEYCODE_BACKSPACE, erase_left }, { KEYCODE_DELETE, erase_right },
	{ KEYCODE_CTRL('u'), erase_to_start },
};

bool pen_key(const struct pen *pen, uint32_t code)
{
	char bytes[4];

	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (commands[i].code == code) {
			commands[i].act(pen);
			return true;
		}
	if (code < ' ' || code >= KEYCODE_BASE)
		return false;
	pen_insert(pen, str_sub(bytes, encode(code, bytes)));
	return true;
}

bool edit_key(struct edit *edit, uint32_t code)
{
	const struct pen pen = pen_of(edit);

	return pen_key(&pen, code);
}

void edit_paste(struct edit *edit, struct str text)
{
	char plain[EDIT_TEXT];
	size_t len = 0;
	struct text clean;
	const struct pen pen = pen_of(edit);

	for (; len < text.len && len < sizeof(plain); len++) {
		unsigned char c = (unsigned char)text.p[len];

		plain[len] = c < 0x20 || c == 0x7f ? ' ' : (char)c;
	}
	clean = text_of(str_trim(str_sub(plain, len)));
	pen_insert(&pen, str_sub(clean.bytes,
				 utf8_fit(text_str(&clean), sizeof(edit->text) - 1 - edit->len)));
}

void edit_draw(const struct edit *edit, struct surface *surface, struct area area, int x, int y)
{
	struct text before = text_of(str_sub(edit->text, edit->cursor));
	size_t next = edit->cursor + utf8_cluster(str_sub(edit->text + edit->cursor,
							  edit->len - edit->cursor));
	struct text at = text_of(str_sub(edit->text + edit->cursor, next - edit->cursor));
	struct text after = text_of(str_sub(edit->text + next, edit->len - next));
	int room = area.w - x - 1, wide = (int)text_width(&before);

	area = area_cut(area, x, area.w);
	x = wide > room ? room - wide : 0;	/* keep the cursor in sight */
	x = surface_put(surface, area, x, y, ROLE_PLAIN, &before);
	if (at.len > 0)
		x = surface_put(surface, area, x, y, ROLE_FIELD, &at);
	else
		x = surface_fmt(surface, area, x, y, ROLE_FIELD, " ");
	surface_put(surface, area, x, y, ROLE_PLAIN, &after);
}
