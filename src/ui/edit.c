#include "ui/edit.h"

#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"

void edit_set(struct edit *edit, const char *text)
{
	str_put(edit->text, sizeof(edit->text), text);
	edit->len = edit->cursor = strlen(edit->text);
}

static void insert(struct edit *edit, struct str text)
{
	if (edit->len + text.len >= sizeof(edit->text))
		return;
	memmove(edit->text + edit->cursor + text.len, edit->text + edit->cursor,
		edit->len - edit->cursor);
	memcpy(edit->text + edit->cursor, text.p, text.len);
	edit->cursor += text.len;
	edit->len += text.len;
	edit->text[edit->len] = '\0';
}

static void remove_range(struct edit *edit, size_t from, size_t to)
{
	memmove(edit->text + from, edit->text + to, edit->len - to);
	edit->len -= to - from;
	edit->text[edit->len] = '\0';
	edit->cursor = from;
}

static size_t step_right(const struct edit *edit)
{
	return edit->cursor + utf8_cluster(str_sub(edit->text + edit->cursor,
						   edit->len - edit->cursor));
}

/* Clusters can only be told from the start. */
static size_t step_left(const struct edit *edit)
{
	size_t at = 0, before = 0;

	while (at < edit->cursor) {
		before = at;
		at += utf8_cluster(str_sub(edit->text + at, edit->len - at));
	}
	return before;
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

static void move_left(struct edit *edit)
{
	edit->cursor = step_left(edit);
}

static void move_right(struct edit *edit)
{
	edit->cursor = step_right(edit);
}

static void move_home(struct edit *edit)
{
	edit->cursor = 0;
}

static void move_end(struct edit *edit)
{
	edit->cursor = edit->len;
}

static void erase_left(struct edit *edit)
{
	remove_range(edit, step_left(edit), edit->cursor);
}

static void erase_right(struct edit *edit)
{
	remove_range(edit, edit->cursor, step_right(edit));
}

static void erase_to_start(struct edit *edit)
{
	remove_range(edit, 0, edit->cursor);
}

static const struct {
	uint32_t code;
	void (*act)(struct edit *edit);
} commands[] = {
	{ KEYCODE_LEFT, move_left }, { KEYCODE_RIGHT, move_right },
	{ KEYCODE_HOME, move_home }, { KEYCODE_END, move_end },
	{ KEYCODE_BACKSPACE, erase_left }, { KEYCODE_DELETE, erase_right },
	{ KEYCODE_CTRL('u'), erase_to_start },
};

bool edit_key(struct edit *edit, uint32_t code)
{
	char bytes[4];

	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (commands[i].code == code) {
			commands[i].act(edit);
			return true;
		}
	if (code < ' ' || code >= KEYCODE_BASE)
		return false;
	insert(edit, str_sub(bytes, encode(code, bytes)));
	return true;
}

void edit_paste(struct edit *edit, struct str text)
{
	char plain[EDIT_TEXT];
	size_t len = 0;
	struct text clean;

	for (; len < text.len && len < sizeof(plain); len++) {
		unsigned char c = (unsigned char)text.p[len];

		plain[len] = c < 0x20 || c == 0x7f ? ' ' : (char)c;
	}
	clean = text_of(str_trim(str_sub(plain, len)));
	insert(edit, str_sub(clean.bytes, utf8_fit(text_str(&clean), sizeof(edit->text) - 1 - edit->len)));
}

void edit_draw(const struct edit *edit, struct surface *surface, struct area area, int x, int y)
{
	struct text before = text_of(str_sub(edit->text, edit->cursor));
	size_t next = step_right(edit);
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
