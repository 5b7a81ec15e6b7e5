#include "ui/surface.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static const struct cell blank = { .len = 1, .width = 1, .role = ROLE_PLAIN, .bytes = " " };

void surface_init(struct surface *surface, bool ascii)
{
	*surface = (struct surface){ .ascii = ascii };
	surface_reset(surface, 1, 1);
}

void surface_done(struct surface *surface)
{
	mem_free(surface->cells);
	*surface = (struct surface){ 0 };
}

void surface_grow(struct surface *surface, int rows)
{
	size_t old = (size_t)surface->rows * (size_t)surface->cols;
	size_t need = (size_t)rows * (size_t)surface->cols;

	if (rows <= surface->rows)
		return;
	surface->cells = mem_grow(surface->cells, &surface->cap, need, sizeof(struct cell));
	for (size_t i = old; i < need; i++)
		surface->cells[i] = blank;
	surface->rows = rows;
}

void surface_reset(struct surface *surface, int rows, int cols)
{
	surface->rows = 0;
	surface->cols = cols < 1 ? 1 : cols > SURFACE_COLS ? SURFACE_COLS : cols;
	surface_grow(surface, rows < 1 ? 1 : rows);
}

struct area surface_area(const struct surface *surface)
{
	return (struct area){ 0, 0, surface->cols, surface->rows };
}

struct area area_row(struct area area, int y)
{
	bool inside = y >= 0 && y < area.h;

	return (struct area){ area.x, area.y + y, inside ? area.w : 0, inside ? 1 : 0 };
}

struct area area_cut(struct area area, int x, int w)
{
	if (x < 0)
		x = 0;
	if (x > area.w)
		x = area.w;
	if (w > area.w - x)
		w = area.w - x;
	return (struct area){ area.x + x, area.y, w < 0 ? 0 : w, area.h };
}

/* The part of the area that exists; a screen may compute one that sticks out. */
static struct area clip(const struct surface *surface, struct area area)
{
	int right = area.x + area.w, bottom = area.y + area.h;

	if (area.x < 0)
		area.x = 0;
	if (area.y < 0)
		area.y = 0;
	if (right > surface->cols)
		right = surface->cols;
	if (bottom > surface->rows)
		bottom = surface->rows;
	area.w = right > area.x ? right - area.x : 0;
	area.h = bottom > area.y ? bottom - area.y : 0;
	return area;
}

static struct cell *cell_at(const struct surface *surface, int x, int y)
{
	return &surface->cells[(size_t)y * (size_t)surface->cols + (size_t)x];
}

/* Before cells from..to are overwritten: a wide cluster that reaches over an end falls apart. */
static void split(struct surface *surface, int y, int from, int to)
{
	int left = from, right = to;

	if (cell_at(surface, from, y)->width == 0)
		while (left > 0 && cell_at(surface, left, y)->width == 0)
			left--;
	while (right < surface->cols && cell_at(surface, right, y)->width == 0)
		right++;
	for (int x = left; x < right; x++)
		if (x < from || x >= to)
			*cell_at(surface, x, y) = blank;
}

static bool is_plain(char c)
{
	return c >= ' ' && c < 0x7f;
}

/* Most text is ASCII: a byte before another one is a cluster, and nobody has to be asked. */
static size_t cluster_len(struct str text)
{
	size_t len;

	if (is_plain(text.p[0]) && (text.len == 1 || is_plain(text.p[1])))
		return 1;
	len = utf8_cluster(text);
	return len == 0 || len > text.len ? 1 : len;
}

static bool harmless(struct str cluster, bool ascii)
{
	for (size_t i = 0; i < cluster.len; i++) {
		unsigned char c = (unsigned char)cluster.p[i];

		if (c < 0x20 || c == 0x7f || (ascii && c > 0x7e))
			return false;
		if (c == 0xc2 && i + 1 < cluster.len && (unsigned char)cluster.p[i + 1] < 0xa0)
			return false;
	}
	return true;
}

static struct cell cell_of(const struct surface *surface, struct str cluster, enum role role)
{
	struct cell cell = { .len = 1, .width = 1, .role = (uint8_t)role, .bytes = "?" };
	size_t width;

	if (cluster.len == 1 && is_plain(*cluster.p)) {
		cell.bytes[0] = *cluster.p;
		return cell;
	}
	width = utf8_width(cluster);

	if (!harmless(cluster, surface->ascii) || cluster.len > CELL_BYTES - 1 || width > 9) {
		cell.width = (uint8_t)(width > 0 && width <= 2 ? width : 1);
		if (cell.width == 2)
			memcpy(cell.bytes, "??", 2), cell.len = 2;
		return cell;
	}
	if (width == 0)
		cell.bytes[0] = ' ';	/* a mark without a base gets a blank one */
	memcpy(cell.bytes + (width == 0), cluster.p, cluster.len);
	cell.len = (uint8_t)(cluster.len + (width == 0));
	cell.width = (uint8_t)(width ? width : 1);
	return cell;
}

static void set(struct surface *surface, int x, int y, const struct cell *cell)
{
	struct cell rest = { .width = 0, .role = cell->role, .selected = cell->selected };
	struct cell *at = cell_at(surface, x, y);

	if (at->width != 1 || cell->width != 1)
		split(surface, y, x, x + cell->width);
	*at = *cell;
	for (int i = 1; i < cell->width; i++)
		at[i] = rest;
}

static int put(struct surface *surface, struct area area, int x, int y, enum role role,
	       struct str text)
{
	struct area in = clip(surface, area);
	int row = area.y + y, right = in.x + in.w;

	while (text.len > 0) {
		size_t len = cluster_len(text);
		struct cell cell = cell_of(surface, str_sub(text.p, len), role);

		if (row >= in.y && row < in.y + in.h && area.x + x >= in.x &&
		    area.x + x + cell.width <= right)
			set(surface, area.x + x, row, &cell);
		x += cell.width;
		text = str_sub(text.p + len, text.len - len);
		if (area.x + x >= right)
			break;
	}
	return x;
}

int surface_put(struct surface *surface, struct area area, int x, int y, enum role role,
		const struct text *text)
{
	return put(surface, area, x, y, role, text_str(text));
}

int surface_fmt(struct surface *surface, struct area area, int x, int y, enum role role,
		const char *fmt, ...)
{
	struct text text;
	va_list args;

	va_start(args, fmt);
	text = text_vfmt(fmt, args);
	va_end(args);
	return surface_put(surface, area, x, y, role, &text);
}

void surface_fill(struct surface *surface, struct area area, int x, int y, enum role role, char c)
{
	for (; x < area.w; x++)
		put(surface, area, x, y, role, str_sub(&c, 1));
}

void surface_rule(struct surface *surface, struct area area, int x, int y, bool unicode)
{
	struct str dash = str_of(unicode && !surface->ascii ? "\u254c" : "-");

	for (; x < area.w; x++)
		put(surface, area, x, y, ROLE_DIM, dash);
}

void surface_select(struct surface *surface, struct area area, int y)
{
	struct area in = clip(surface, area_row(area, y));

	if (in.h > 0)
		for (int x = 0; x < in.w; x++)
			cell_at(surface, in.x + x, in.y)->selected = 1;
}

/* One row of n cells; a cluster that is cut at an edge of the part leaves blanks. */
static void copy_row(struct surface *surface, int x, int y, const struct cell *from, int n)
{
	struct cell *to = cell_at(surface, x, y);
	int last = n - 1;

	split(surface, y, x, x + n);
	memcpy(to, from, (size_t)n * sizeof(*to));
	for (int i = 0; i < n && to[i].width == 0; i++)
		to[i] = blank;
	while (last > 0 && to[last].width == 0)
		last--;
	if (last + to[last].width > n)
		for (int i = last; i < n; i++)
			to[i] = blank;
}

void surface_copy(struct surface *surface, struct area area, const struct surface *from,
		  int from_x, int from_y)
{
	struct area in = clip(surface, area);
	int n = from->cols - from_x < in.w ? from->cols - from_x : in.w;

	for (int y = 0; y < in.h && from_y + y < from->rows && n > 0; y++)
		copy_row(surface, in.x, in.y + y, cell_at(from, from_x, from_y + y), n);
}

const struct cell *surface_cell(const struct surface *surface, int x, int y)
{
	if (x < 0 || y < 0 || x >= surface->cols || y >= surface->rows)
		return NULL;
	return cell_at(surface, x, y);
}

void surface_dump_row(const struct surface *surface, int y, struct buf *out)
{
	size_t kept = out->len;

	for (int x = 0; x < surface->cols; x++) {
		const struct cell *cell = surface_cell(surface, x, y);

		if (!cell || cell->width == 0)
			continue;
		buf_add(out, cell->bytes, cell->len);
		if (cell->bytes[0] != ' ' || cell->len > 1)
			kept = out->len;
	}
	buf_cut(out, kept);
}

void surface_dump(const struct surface *surface, struct buf *out)
{
	for (int y = 0; y < surface->rows; y++) {
		surface_dump_row(surface, y, out);
		buf_char(out, '\n');
	}
}
