/* screen_view.c: what is to be seen on the screen: cells, rows, the place of a text. */
#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"
#include "tests/lib/screen_inside.h"

struct screen_pos screen_size(const struct screen *screen)
{
	struct screen_pos size;

	vterm_get_size(screen->vt, &size.row, &size.col);
	return size;
}

struct screen_pos screen_cursor(const struct screen *screen)
{
	VTermPos pos;

	vterm_state_get_cursorpos(vterm_obtain_state(screen->vt), &pos);
	return (struct screen_pos){pos.row, pos.col};
}

/* libvterm holds code points; what it draws is always a valid one. */
static size_t encode(char *out, uint32_t cp)
{
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	for (size_t i = len; i-- > 1; cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)(len == 1 ? cp : lead[len] | cp);
	return len;
}

static int palette(const VTermColor *colour, bool plain)
{
	return plain || !VTERM_COLOR_IS_INDEXED(colour) ? -1 : colour->indexed.idx;
}

struct screen_cell screen_cell(const struct screen *screen, int row, int col)
{
	VTermScreenCell from;
	struct screen_cell cell = {.width = 1, .fg = -1, .bg = -1};
	size_t len = 0;

	if (!vterm_screen_get_cell(screen->model, (VTermPos){row, col}, &from))
		return cell;
	for (size_t i = 0; i < ARRAY_LEN(from.chars) && from.chars[i]; i++)
		if (from.chars[i] <= 0x10ffff && len + 4 < sizeof(cell.text))
			len += encode(cell.text + len, from.chars[i]);
	cell.width = from.width;
	cell.bold = from.attrs.bold;
	cell.reverse = from.attrs.reverse;
	cell.underline = from.attrs.underline != 0;
	cell.plain_fg = VTERM_COLOR_IS_DEFAULT_FG(&from.fg);
	cell.plain_bg = VTERM_COLOR_IS_DEFAULT_BG(&from.bg);
	cell.fg = palette(&from.fg, cell.plain_fg);
	cell.bg = palette(&from.bg, cell.plain_bg);
	return cell;
}

void screen_row(const struct screen *screen, int row, struct buf *out)
{
	int cols = screen_size(screen).col;
	size_t end = out->len;

	for (int col = 0; col < cols; col++) {
		struct screen_cell cell = screen_cell(screen, row, col);

		buf_text(out, cell.text[0] ? cell.text : " ");
		if (cell.text[0] && strcmp(cell.text, " ") != 0)
			end = out->len;
		if (cell.width == 2)
			col++;
	}
	buf_cut(out, end);
}

void screen_text(const struct screen *screen, struct buf *out)
{
	int rows = screen_size(screen).row;

	for (int row = 0; row < rows; row++) {
		screen_row(screen, row, out);
		buf_char(out, '\n');
	}
}

bool screen_row_has(const struct screen *screen, int row, const char *text)
{
	struct buf line = {0};

	screen_row(screen, row, &line);
	bool has = strstr(buf_cstr(&line), text) != NULL;
	buf_done(&line);
	return has;
}

bool screen_find(const struct screen *screen, const char *text, struct screen_pos *at)
{
	struct buf line = {0};
	int rows = screen_size(screen).row;
	const char *hit = NULL;

	for (int row = 0; row < rows && !hit; row++) {
		buf_clear(&line);
		screen_row(screen, row, &line);
		hit = strstr(buf_cstr(&line), text);
		if (hit && at) {
			size_t before = (size_t)(hit - buf_cstr(&line));

			at->row = row;
			at->col = (int)utf8_width(str_sub(buf_cstr(&line), before));
		}
	}
	buf_done(&line);
	return hit != NULL;
}
