/*
 * form_draw.c: the picture of a form: a panel at the bottom of what is under it, so that the
 * instruments stay in sight while one writes.
 */
#include <string.h>

#include "ui/form.h"

enum { LABEL = 13, LINES_LEAST = 3, PASTED = 8 };	/* rows */

struct place_on {			/* where the cursor's field is, on the page */
	int first, last;
};

static void put_text(struct page *page, enum role role, const struct buf *text)
{
	struct str rest = str_sub(text->data, text->len), line;

	while (compose_line(&rest, (size_t)(page->cols - 2), &line)) {
		page_text(page);
		page_put(page, 1, page->cols - 1, role, "%.*s", (int)line.len, line.p);
	}
}

static void put_title(const struct form *form, const struct scene *scene, struct page *page)
{
	const struct docket *docket = form_docket(form, scene);
	char title[FORM_OPTION], right[NAME_TEXT + TITLE_MAX] = "";
	struct text text = text_fmt("%s", form->kind->title);

	str_put(title, sizeof(title), text.bytes);
	if (docket) {
		text = text_fmt("SEV%u #%s %s ", docket->incident->severity, docket->incident->id,
				docket->incident->title);
		text = text_cut(&text, (size_t)(page->cols > 40 ? page->cols / 2 : 14));
		str_put(right, sizeof(right), text.bytes);
	}
	page_title(page, title, right);
}

static struct area row_area(struct page *page)
{
	return area_row(surface_area(&page->surface), page->count - 1);
}

static void put_choice(const struct form *form, const struct scene *scene, struct page *page,
		       size_t i)
{
	char option[FORM_OPTION];
	size_t chosen = form_chosen(form, scene, form->kind->fields[i].name), count = 0;
	bool here = i == form->at;
	int x;

	while (count < FORM_OPTIONS && form->kind->fields[i].option(form, scene, count, option))
		count++;
	x = page_put(page, LABEL + 2, page->cols - LABEL - 12, here ? ROLE_FIELD : ROLE_PLAIN, "%s",
		     form->values[i].len ? form->values[i].text : "nothing to choose from");
	if (count > 1)
		page_put(page, x + 1, 10, ROLE_DIM, here ? "< %zu/%zu >" : "%zu/%zu", chosen + 1, count);
}

static void put_lines(struct form *form, struct page *page, int height)
{
	int top = page->count;
	struct area area;

	for (int i = 0; i < height; i++)
		page_text(page);
	area = surface_area(&page->surface);
	area = (struct area){ 1, top, area.w - 2, height };
	compose_draw(&form->text, &page->surface, area, form->kind->fields[form->at].kind == FIELD_LINES);
}

static void put_field(struct form *form, const struct scene *scene, struct page *page, size_t i)
{
	const struct field *field = &form->kind->fields[i];
	bool here = i == form->at;

	page_text(page);
	page_put(page, 0, 1, ROLE_KEY, "%s", here ? ">" : " ");
	page_put(page, 1, LABEL, here ? ROLE_STRONG : ROLE_PLAIN, "%s", field->label);
	switch (field->kind) {
	case FIELD_LINE:
		if (form->secret)
			page_put(page, LABEL + 2, page->cols - LABEL - 2, ROLE_FIELD, "%s",
				 form->values[i].len ? "(not shown) " : " ");
		else if (here)
			edit_draw(&form->values[i], &page->surface, row_area(page), LABEL + 2, 0);
		else
			page_put(page, LABEL + 2, page->cols - LABEL - 2, ROLE_PLAIN, "%s",
				 form->values[i].text);
		break;
	case FIELD_CHOICE:
		put_choice(form, scene, page, i);
		break;
	case FIELD_LINES:
		break;
	}
}

static bool has_lines(const struct form_kind *kind)
{
	return kind->count > 0 && kind->fields[kind->count - 1].kind == FIELD_LINES;
}

static struct place_on put_fields(struct form *form, const struct scene *scene, struct page *page,
				  int most)
{
	struct place_on place = { 0 };
	int height;

	for (size_t i = 0; i < form->kind->count; i++) {
		int first = page->count;

		put_field(form, scene, page, i);
		if (form->kind->fields[i].kind == FIELD_LINES) {
			height = most - page->count;
			put_lines(form, page, height < LINES_LEAST ? LINES_LEAST : height);
		}
		if (i == form->at)
			place = (struct place_on){ first, page->count - 1 };
	}
	return place;
}

static void put_question(const struct form *form, const struct scene *scene, struct page *page)
{
	struct buf text = { 0 };

	page_text(page);
	page_put(page, 1, page->cols - 2, ROLE_STRONG, "Y %s; everything else is no", form->kind->does);
	form->kind->asks(form, scene, &text);
	put_text(page, ROLE_PLAIN, &text);
	buf_done(&text);
}

static void put_telling(const struct form *form, const struct scene *scene, struct page *page)
{
	struct buf text = { 0 };

	if (form->kind->tells)
		form->kind->tells(form, scene, &text);
	while (text.len > 0 && text.data[text.len - 1] == '\n')
		buf_cut(&text, text.len - 1);
	if (text.len > 0)
		put_text(page, ROLE_PLAIN, &text);
	buf_done(&text);
}

/* The first row of the page that is shown, so that the field with the cursor is. */
static int top_of(struct form *form, const struct page *page, int height, struct place_on place)
{
	int most = page->count - height;

	form->taller = false;
	if (most <= 0)
		return form->top = 0;
	if (form->asking) {
		form->top = form->top > most ? most : form->top;
		form->taller = form->top < most;
		return form->top;
	}
	return place.last < height ? 0 : place.last - height + 1 < place.first ?
	       place.last - height + 1 : place.first;
}

void form_draw(struct form *form, const struct scene *scene, struct page *page,
	       struct surface *surface, struct area area)
{
	const struct filter none = { .text = "" };
	struct place_on place = { 0 };
	int height, top;
	struct area panel = area;

	page_begin(page, area.w, surface->ascii, &none);
	page->unicode = scene->prefs->unicode_frame;
	put_title(form, scene, page);
	if (form->asking) {
		put_question(form, scene, page);
	} else {
		put_telling(form, scene, page);
		place = put_fields(form, scene, page, form->kind->one_text ? PASTED :
				   has_lines(form->kind) ? area.h : 0);
	}
	page_end(page);
	height = page->count < area.h ? page->count : area.h;
	top = top_of(form, page, height, place);
	panel.y += area.h - height;
	panel.h = height;
	for (int y = 0; y < height; y++)
		surface_fill(surface, area_row(panel, y), 0, 0, ROLE_PLAIN, ' ');
	surface_copy(surface, panel, &page->surface, 0, top);
}
