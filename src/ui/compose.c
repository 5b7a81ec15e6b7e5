#include "ui/compose.h"

#include <string.h>

#include "base/utf8.h"

enum { COLS_LEAST = 4 };

static struct pen pen_of(struct compose *compose)
{
	return (struct pen){ compose->text, sizeof(compose->text), &compose->len, &compose->cursor };
}

void compose_set(struct compose *compose, const char *text)
{
	str_put(compose->text, sizeof(compose->text), text);
	compose->len = compose->cursor = strlen(compose->text);
	compose->fresh = false;
}

/*
 * The bytes of one shown line, without what separates it from the next: a blank at the place where
 * it is wrapped, or its LF. *skip is the length of that.
 */
static size_t line_length(struct str rest, size_t cols, size_t *skip)
{
	const char *lf = memchr(rest.p, '\n', rest.len);
	struct str line = str_sub(rest.p, lf ? (size_t)(lf - rest.p) : rest.len);
	size_t fits = utf8_fit(line, cols < COLS_LEAST ? COLS_LEAST : cols), at = fits;

	*skip = lf ? 1 : 0;
	if (fits == line.len)
		return fits;
	*skip = 0;
	while (at > 0 && line.p[at] != ' ')
		at--;
	if (at == 0)		/* one long word; a cluster that is wider than all that there is */
		return fits > 0 ? fits : utf8_cluster(line);
	*skip = 1;
	return at;
}

bool compose_line(struct str *rest, size_t cols, struct str *line)
{
	size_t skip, len;

	if (!rest->p)
		return false;
	len = line_length(*rest, cols, &skip);
	*line = str_sub(rest->p, len);
	if (len == rest->len)
		*rest = (struct str){ NULL, 0 };
	else
		*rest = str_sub(rest->p + len + skip, rest->len - len - skip);
	return true;
}

/* The shown line with the cursor; false: there is no line `row`. */
static bool line_at(const struct compose *compose, int row, struct str *line)
{
	struct str rest = str_sub(compose->text, compose->len);

	for (int y = 0; compose_line(&rest, compose->cols, line); y++)
		if (y == row)
			return true;
	return false;
}

static bool holds(const struct str *line, const struct str *rest, const char *cursor)
{
	return cursor >= line->p && (cursor <= line->p + line->len) &&
	       !(rest->p && cursor >= rest->p);
}

static int row_of_cursor(const struct compose *compose, struct str *line)
{
	struct str rest = str_sub(compose->text, compose->len);
	int row = 0;

	for (; compose_line(&rest, compose->cols, line); row++)
		if (holds(line, &rest, compose->text + compose->cursor))
			break;
	return row;
}

static bool move_row(struct compose *compose, int step)
{
	struct str line, other;
	int row = row_of_cursor(compose, &line);
	size_t before = (size_t)(compose->text + compose->cursor - line.p), x;

	if (row + step < 0 || !line_at(compose, row + step, &other))
		return false;
	x = utf8_width(str_sub(line.p, before));
	compose->cursor = (size_t)(other.p - compose->text) + utf8_fit(other, x);
	return true;
}

/* The length of the [question] at a place; 0: there is none. */
static size_t question_at(const struct compose *compose, size_t at)
{
	const char *open = compose->text + at, *close = strpbrk(open, "]\n");

	return *open == '[' && close && *close == ']' ? (size_t)(close - open) + 1 : 0;
}

bool compose_question(struct compose *compose)
{
	for (size_t i = 1; i <= compose->len; i++) {
		size_t at = (compose->cursor + i) % (compose->len + 1);

		if (question_at(compose, at) == 0)
			continue;
		compose->cursor = at;
		compose->fresh = true;
		return true;
	}
	compose->fresh = question_at(compose, compose->cursor) > 0;
	return compose->fresh;
}

/* What is typed over a question takes its place. */
static void answer_question(struct compose *compose)
{
	size_t len = compose->fresh ? question_at(compose, compose->cursor) : 0;

	if (len == 0)
		return;
	memmove(compose->text + compose->cursor, compose->text + compose->cursor + len,
		compose->len - compose->cursor - len + 1);
	compose->len -= len;
}

bool compose_key(struct compose *compose, uint32_t code)
{
	const struct pen pen = pen_of(compose);

	if (code >= ' ' && code < KEYCODE_BASE)
		answer_question(compose);
	compose->fresh = false;
	if (code == KEYCODE_UP || code == KEYCODE_DOWN)
		return move_row(compose, code == KEYCODE_UP ? -1 : 1);
	if (code == KEYCODE_ENTER) {
		pen_insert(&pen, str_of("\n"));
		return true;
	}
	return pen_key(&pen, code);
}

/* As much of it as one sanitised text holds, whole characters. */
static struct str some_of(struct str line)
{
	enum { SOME = TEXT_BYTES / 4 };		/* what is made harmless may grow */
	size_t len = line.len;

	if (len > SOME)
		for (len = SOME; len > 1 && ((unsigned char)line.p[len] & 0xc0) == 0x80;)
			len--;
	return str_sub(line.p, len);
}

static bool paste_line(const struct pen *pen, struct str line)
{
	while (line.len > 0) {
		struct str some = some_of(line);
		struct text clean = text_of(some);

		if (!pen_insert(pen, text_str(&clean)))
			return false;
		line = str_sub(line.p + some.len, line.len - some.len);
	}
	return true;
}

bool compose_paste(struct compose *compose, struct str text)
{
	const struct pen pen = pen_of(compose);
	struct str line;
	bool fits = true;

	answer_question(compose);
	compose->fresh = false;
	while (fits && str_cut(&text, '\n', &line)) {
		fits = paste_line(&pen, str_trim(line));
		if (fits && text.p && text.len > 0)
			fits = pen_insert(&pen, str_of("\n"));
	}
	return fits;
}

static void draw_cursor(const struct compose *compose, struct surface *surface, struct area area,
			int y, const struct str *line)
{
	size_t before = (size_t)(compose->text + compose->cursor - line->p);
	size_t next = utf8_cluster(str_sub(line->p + before, line->len - before));
	struct text at = text_of(str_sub(line->p + before, next));
	int x = (int)utf8_width(str_sub(line->p, before));

	if (next > 0)
		surface_put(surface, area, x, y, ROLE_FIELD, &at);
	else
		surface_fmt(surface, area, x < area.w ? x : area.w - 1, y, ROLE_FIELD, " ");
}

void compose_draw(struct compose *compose, struct surface *surface, struct area area, bool here)
{
	struct str rest = str_sub(compose->text, compose->len), line, at;
	int row, top;

	compose->cols = area.w > 1 ? (size_t)area.w - 1 : 1;
	row = row_of_cursor(compose, &at);
	top = row < area.h ? 0 : row - area.h + 1;
	for (int y = -top; y < area.h && compose_line(&rest, compose->cols, &line); y++) {
		struct text text = text_of(line);

		surface_put(surface, area, 0, y, ROLE_PLAIN, &text);
		if (here && y == row - top)
			draw_cursor(compose, surface, area, y, &line);
	}
}
