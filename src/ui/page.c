#include "ui/page.h"

#include <stdarg.h>
#include <string.h>

#include "base/mem.h"

void page_init(struct page *page)
{
	*page = (struct page){ 0 };
	surface_init(&page->surface, false);
}

void page_done(struct page *page)
{
	surface_done(&page->surface);
	mem_free(page->rows);
	mem_free(page->lines);
	mem_free(page->lot.rows);
	buf_done(&page->fields);
	*page = (struct page){ 0 };
}

void page_begin(struct page *page, int cols, bool ascii, const struct filter *filter)
{
	page->surface.ascii = ascii;
	surface_reset(&page->surface, 1, cols);
	page->cols = page->surface.cols;
	page->count = page->used = page->matched = page->total = page->fold = 0;
	page->start = -1;
	page->filter = filter;
	page->dropping = false;
	page->lot.line = -1;
	page->lot.drawing = false;
	buf_clear(&page->fields);
}

/* The line to draw on: that of the last row, or, while a row of the lot is drawn, the lot's. */
static int line(const struct page *page)
{
	return page->lot.drawing ? page->lot.line : page->lines[page->count - 1];
}

static bool ends_in_lot(const struct page *page)
{
	return page->count > 0 && page->lines[page->count - 1] < 0;
}

static struct area last_row(const struct page *page)
{
	return area_row(surface_area(&page->surface), line(page));
}

/* Take the row begun last back when it is an item that the filter leaves out. */
static void settle(struct page *page)
{
	struct buf seen = { 0 };
	bool is_item = page->count > 0 && page->rows[page->count - 1].kind == ROW_ITEM;

	if (ends_in_lot(page))
		return;
	if (is_item && !page->dropping) {
		page->total++;
		surface_dump_row(&page->surface, line(page), &seen);
		page->dropping = page->filter && page->filter->text[0] &&
				 !filter_matches(page->filter, str_sub(seen.data, seen.len),
						 str_sub(page->fields.data, page->fields.len));
		page->matched += !page->dropping;
		buf_done(&seen);
	}
	if (page->dropping && page->count > 0) {
		surface_fill(&page->surface, last_row(page), 0, 0, ROLE_PLAIN, ' ');
		page->count--;
		page->used--;
	}
	buf_clear(&page->fields);
}

static int new_line(struct page *page)
{
	if (++page->used > page->surface.rows)
		surface_grow(&page->surface, page->used + page->used / 2);
	return page->used - 1;
}

static void add_row(struct page *page, struct row row, int at)
{
	size_t need = (size_t)page->count + 1;

	page->rows = mem_grow(page->rows, &page->cap, need, sizeof(row));
	page->lines = mem_grow(page->lines, &page->line_cap, need, sizeof(at));
	page->rows[page->count] = row;
	page->lines[page->count++] = at;
}

static void begin_row(struct page *page, struct row row)
{
	settle(page);
	if (row.kind != ROW_TEXT)
		page->dropping = false;
	add_row(page, row, new_line(page));
}

void page_end(struct page *page)
{
	settle(page);
}

bool page_lot_begin(struct page *page, uint64_t of)
{
	if (page->lot.of == of)
		return false;
	page->lot.of = of;
	page->lot.count = page->lot.total = page->lot.hidden = 0;
	return true;
}

void page_lot_add(struct page *page, struct lot_row row)
{
	struct lot *lot = &page->lot;

	lot->rows = mem_grow(lot->rows, &lot->cap, lot->count + 1, sizeof(row));
	lot->rows[lot->count++] = row;
}

void page_lot_part(struct page *page, enum item_kind kind, page_draw *draw,
		   const struct scene *scene, size_t from, size_t to)
{
	struct lot *lot = &page->lot;

	settle(page);
	page->dropping = false;
	if (lot->line < 0)
		lot->line = new_line(page);
	lot->draw = draw;
	lot->scene = scene;
	for (size_t i = from; i < to && i < lot->count; i++) {
		const struct lot_row *row = &lot->rows[i];
		struct item item = { kind, row->key };
		struct row title = { .kind = ROW_TITLE };

		add_row(page, row->title ? title : (struct row){ ROW_ITEM, item, item, row->wrong },
			-1 - (int)i);
		page->matched += !row->title;
	}
	if (from == 0)
		page->total += (int)lot->total;
}

void page_lot_end(struct page *page, enum item_kind kind, page_draw *draw,
		  const struct scene *scene)
{
	page_lot_part(page, kind, draw, scene, 0, page->lot.count);
}

/* The line of the surface where row y stands; a row of the lot is drawn there now. */
static int line_of(struct page *page, int y)
{
	struct lot *lot = &page->lot;

	if (page->lines[y] >= 0)
		return page->lines[y];
	lot->drawing = true;
	surface_fill(&page->surface, last_row(page), 0, 0, ROLE_PLAIN, ' ');
	lot->draw(lot->scene, page, lot->rows[-1 - page->lines[y]].which);
	buf_clear(&page->fields);
	lot->drawing = false;
	return lot->line;
}

void page_copy(struct page *page, struct surface *to, struct area area, int shift, int top)
{
	for (int y = 0; y < area.h; y++) {
		struct area row = area_row(area, y);

		if (top + y >= 0 && top + y < page->count)
			surface_copy(to, row, &page->surface, shift, line_of(page, top + y));
		else
			surface_fill(to, row, 0, 0, ROLE_PLAIN, ' ');
	}
}

void page_dump_row(struct page *page, int y, struct buf *out)
{
	surface_dump_row(&page->surface, line_of(page, y), out);
}

void page_title(struct page *page, const char *title, const char *right)
{
	begin_row(page, (struct row){ .kind = ROW_TITLE });
	page_put_title(page, title, right);
}

void page_put_title(struct page *page, const char *title, const char *right)
{
	struct text text = text_fmt(" %s ", title), end = text_fmt(" %s", right);
	int at = page->cols - (int)text_width(&end), x;

	x = surface_put(&page->surface, last_row(page), 0, 0, ROLE_RULE, &text);
	surface_rule(&page->surface, last_row(page), x, 0, page->unicode);
	if (right[0] && at > x)
		surface_put(&page->surface, last_row(page), at, 0, ROLE_PLAIN, &end);
}

void page_row(struct page *page, struct row row)
{
	begin_row(page, row);
}

void page_text(struct page *page)
{
	begin_row(page, (struct row){ .kind = ROW_TEXT });
}

void page_field(struct page *page, const char *name, const char *value)
{
	buf_text(&page->fields, name);
	buf_char(&page->fields, ':');
	buf_text(&page->fields, value);
	buf_char(&page->fields, '\n');
}

static struct text format(const char *fmt, va_list args) PRINTF_LIKE(1, 0);
static struct text format(const char *fmt, va_list args)
{
	struct buf buf = { 0 };
	struct text text;

	buf_vfmt(&buf, fmt, args);
	text = text_of(str_sub(buf.data, buf.len));
	buf_done(&buf);
	return text;
}

static int put(struct page *page, int x, int w, enum role role, const struct text *text)
{
	struct text cut;

	if (w > page->cols - x)
		w = page->cols - x;
	if (w <= 0)
		return x;
	cut = text_cut(text, (size_t)w);
	return surface_put(&page->surface, last_row(page), x, 0, role, &cut);
}

int page_put(struct page *page, int x, int w, enum role role, const char *fmt, ...)
{
	struct text text;
	va_list args;

	va_start(args, fmt);
	text = format(fmt, args);
	va_end(args);
	return put(page, x, w, role, &text);
}

void page_put_right(struct page *page, int x, int w, enum role role, const char *fmt, ...)
{
	struct text text;
	va_list args;
	int width;

	va_start(args, fmt);
	text = format(fmt, args);
	va_end(args);
	width = (int)text_width(&text);
	put(page, width < w ? x + w - width : x, w, role, &text);
}

void page_wrap(struct page *page, int x, enum role role, const char *text)
{
	struct text all = text_of(str_of(text));
	struct str rest = text_str(&all), line;
	int room = page->cols - x - 1;

	for (bool first = true; room > 0 && text_wrap(&rest, (size_t)room, &line); first = false) {
		if (!first)
			page_text(page);
		page_put(page, x, room, role, "%.*s", (int)line.len, line.p);
	}
}
