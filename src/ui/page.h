/*
 * page.h: what a screen builds: rows on a surface as tall as they need, each with the item that it
 * stands for. Scrolling, filtering, cursor, plain print and jumping are then the same for all.
 *
 * Build: page_title(), page_row(), page_text() begin a row, page_put() draws on the row begun last.
 * An item row that the filter leaves out takes the text rows after it with it.
 *
 * A list of thousands is a lot: its rows are known to cursor and filter, and drawn one by one only
 * where they are in sight. One lot a page, one line a row. It may stand on the page in parts, with
 * other rows between them: what is unfolded under the row with the cursor.
 */
#ifndef UI_PAGE_H
#define UI_PAGE_H

#include "base/attr.h"
#include "ui/filter.h"
#include "ui/item.h"
#include "ui/surface.h"

enum row_kind { ROW_TITLE, ROW_ITEM, ROW_TEXT };

struct row {
	enum row_kind kind;
	struct item item;	/* what the cursor sticks to; also unique on the page */
	struct item target;	/* what Enter opens */
	bool wrong;		/* `e` stops here */
};

struct scene;
struct page;

/* Draw the caller's row `which` with page_put(). */
typedef void page_draw(const struct scene *scene, struct page *page, size_t which);

struct lot_row {
	uint64_t key;		/* of the item */
	size_t which;
	bool wrong, title;	/* title: no item, the cursor passes over it */
};

struct lot {
	uint64_t of;		/* what `rows` was made of; kept from page to page while it is that */
	struct lot_row *rows;
	size_t count, cap;
	size_t total, hidden;	/* without the filter; what is on no page at all: the caller's */
	int line;		/* of the surface, where they are drawn; -1: this page has none */
	bool drawing;
	page_draw *draw;
	const struct scene *scene;
};

struct page {
	struct surface surface;		/* the rows that are drawn at once */
	int cols;
	bool unicode;			/* rules of line characters */
	struct row *rows;
	int *lines;			/* of the surface, for each row; -1 - n: the n-th of the lot */
	size_t cap, line_cap;
	int count, used;		/* rows, lines of the surface so far */
	int start, fold;		/* the row where the cursor stands until a key moves it, -1 the
					 * first item; rows under that of the cursor that belong to it */
	struct lot lot;
	const struct filter *filter;
	struct buf fields;		/* of the row begun last, for the filter */
	bool dropping;			/* the item row begun last did not match */
	int matched, total;		/* item rows */
};

void page_init(struct page *page);
void page_done(struct page *page);
void page_begin(struct page *page, int cols, bool ascii, const struct filter *filter);
void page_end(struct page *page);

/* A titled rule over the whole width, with a text at its right end ("" for none). */
void page_title(struct page *page, const char *title, const char *right);
/* The same on the row begun last: for a row of a lot. */
void page_put_title(struct page *page, const char *title, const char *right);
void page_row(struct page *page, struct row row);
void page_text(struct page *page);
void page_field(struct page *page, const char *name, const char *value);

/* Should the lot be filled anew? `of` is a number for all that it is made of, the filter included.
 * Then page_lot_add() each row that the filter leaves in, before any row of the page. */
bool page_lot_begin(struct page *page, uint64_t of);
void page_lot_add(struct page *page, struct lot_row row);
/* Put it on the page; lot.total has to be set by then. */
void page_lot_end(struct page *page, enum item_kind kind, page_draw *draw,
		  const struct scene *scene);
/* The same of its rows from..to-1 only; the totals are counted with the part that begins at 0. */
void page_lot_part(struct page *page, enum item_kind kind, page_draw *draw,
		   const struct scene *scene, size_t from, size_t to);

/* The rows from `top` on, as far as they fit into the area; below them blanks. */
void page_copy(struct page *page, struct surface *to, struct area area, int shift, int top);
void page_dump_row(struct page *page, int y, struct buf *out);

/* Draw at column x, at most w cells (cut texts end in "~"); returns the x after. */
int page_put(struct page *page, int x, int w, enum role role, const char *fmt, ...)
	PRINTF_LIKE(5, 6);
/* The same so that it ends before column x + w. */
void page_put_right(struct page *page, int x, int w, enum role role, const char *fmt, ...)
	PRINTF_LIKE(5, 6);
/* A long text over as many rows as it needs, from column x on; the first on the row begun last. */
void page_wrap(struct page *page, int x, enum role role, const char *text);

#endif
