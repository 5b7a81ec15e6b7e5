#include "ui/form_menu.h"

#include "base/attr.h"
#include "ui/form_parts.h"

enum { TWO_COLUMNS = 64, LABEL_AT = 4 };

struct choice {
	char key;
	const struct form_kind *form;	/* NULL: the screen of the postmortem */
	const char *label;
};

static const struct choice of_incident[] = {
	{ 's', &form_severity, "severity" },
	{ 't', &form_status, "status: identified, mitigated ..." },
	{ 'p', &form_update, "update: write and send it" },
	{ 'P', &form_snooze, "update: not yet, with a reason" },
	{ 'm', &form_note, "note into the timeline" },
	{ 'a', &form_ask, "ask somebody, with a time" },
	{ 'w', &form_escalated, "call: who was reached" },
	{ '1', &form_minutes, "first 10 minutes: the answer" },
	{ 'e', &form_seat, "seats: who does what" },
	{ 'h', &form_offer, "hand over: offer command" },
	{ 'H', &form_accept, "command is offered: answer" },
	{ 'f', &form_follow_up, "follow-up: done by hand" },
	{ 'd', &form_deferred, "put something off" },
	{ 'i', &form_action, "action item" },
	{ 'v', &form_settle, "settle one of these" },
	{ 'b', &form_ticket, "ticket: paste its address" },
	{ 'B', &form_ticket_run, "ticket: run the command" },
	{ 'l', &form_milestone, "milestone: when it happened" },
	{ 'r', &form_resolve, "resolve" },
	{ 'c', &form_close, "close" },
	{ 'o', &form_reopen, "reopen" },
	{ 'x', &form_cancel, "cancel: it was none" },
	{ 'g', &form_merge, "merge into another" },
	{ 'n', &form_declare, "declare another one" },
	{ 'y', &form_memory, "not saved: go on in memory" },
	{ 'W', NULL, "postmortem: its screen" },
};

static const struct choice of_step[] = {
	{ 'd', &form_done, "done, with words" },
	{ 's', &form_skip, "skip it, with a reason" },
	{ 'o', &form_override, "override its check, and say why" },
	{ 'p', &form_put_off, "put it off: it comes back" },
	{ 'n', &form_failed, "not done: it failed" },
	{ 'r', &form_repeat, "once more: open it again" },
	{ 'c', &form_claim, "I am at it, or take it over" },
	{ 'e', &form_end_run, "end this runbook" },
};

static const struct choice of_after[] = {
	{ 'w', &form_answer, "write an answer" },
	{ 'E', &form_editor, "the whole text in $EDITOR" },
	{ 'i', &form_action, "action item" },
	{ 'n', &form_none, "no action of a type, because" },
	{ 'v', &form_settle, "settle an action" },
	{ 'o', &form_owner, "owner" },
	{ 'r', &form_review, "to review" },
	{ 'p', &form_publish, "publish" },
	{ 'd', &form_redraft, "back to draft" },
	{ 'x', &form_export, "export all formats" },
	{ 'b', &form_bundle, "bundle to hand in" },
	{ 'V', &form_drill_review, "review of the drill" },
	{ 's', &form_signoff, "sign off" },
	{ 'c', &form_close, "close the incident" },
};

static const struct {
	const struct choice *rows;
	size_t count;
	const char *title;
} menus[] = {
	[MENU_INCIDENT] = { of_incident, ARRAY_LEN(of_incident), "INCIDENT" },
	[MENU_STEP] = { of_step, ARRAY_LEN(of_step), "STEP" },
	[MENU_AFTER] = { of_after, ARRAY_LEN(of_after), "POSTMORTEM" },
};

void menu_open(struct menu *menu, enum menu_kind kind, msec steady)
{
	*menu = (struct menu){ .kind = kind, .since = steady };
}

static const struct choice *row_of(const struct menu *menu, size_t i)
{
	return &menus[menu->kind].rows[i];
}

static size_t rows_of(const struct menu *menu)
{
	return menus[menu->kind].count;
}

static void step(struct menu *menu, uint32_t code)
{
	if ((code == KEYCODE_UP || code == KEYCODE_BACKTAB || code == 'k') && menu->at > 0)
		menu->at--;
	if ((code == KEYCODE_DOWN || code == KEYCODE_TAB || code == 'j') &&
	    menu->at + 1 < rows_of(menu))
		menu->at++;
}

static struct chosen choose(const struct menu *menu)
{
	const struct choice *row = row_of(menu, menu->at);

	return (struct chosen){ row->form, row->form ? ACTION_NONE : ACTION_POSTMORTEM };
}

struct chosen menu_key(struct menu *menu, uint32_t code, msec steady)
{
	const struct chosen none = { NULL, ACTION_NONE };

	if (code == KEYCODE_ENTER)
		return steady - menu->since < FORM_DEAF ? none : choose(menu);
	for (size_t i = 0; i < rows_of(menu); i++)
		if (code == (uint32_t)row_of(menu, i)->key) {
			menu->at = i;
			return choose(menu);
		}
	step(menu, code);
	return none;
}

static const char *refusal_of(const struct choice *row, const struct scene *scene)
{
	return row->form ? form_refusal(scene, row->form) : screen_refusal(scene, ACTION_POSTMORTEM);
}

const char *menu_hint(const struct menu *menu, const struct scene *scene)
{
	const char *refusal = refusal_of(row_of(menu, menu->at), scene);

	return refusal ? refusal : "its letter or Enter opens it; Esc goes back";
}

static void put_row(const struct menu *menu, const struct scene *scene, struct page *page, int x,
		    size_t i)
{
	bool here = i == menu->at;
	bool can = !refusal_of(row_of(menu, i), scene);
	enum role role = !can ? ROLE_DIM : here ? ROLE_FIELD : ROLE_PLAIN;

	page_put(page, x, 1, ROLE_KEY, "%s", here ? ">" : " ");
	page_put(page, x + 1, 1, can ? ROLE_KEY : ROLE_DIM, "%c", can ? row_of(menu, i)->key : '-');
	page_put(page, x + LABEL_AT - 1, page->cols - x - LABEL_AT, role, "%s", row_of(menu, i)->label);
}

static void put_title(const struct menu *menu, const struct scene *scene, struct page *page)
{
	const struct docket *docket = desk_current(scene->world->desk);
	struct text text = text_fmt("SEV%u #%s %s ", docket->incident->severity, docket->incident->id,
				    docket->incident->title);

	if (menu->title[0])
		text = text_fmt("%s ", menu->title);
	text = text_cut(&text, (size_t)(page->cols > 40 ? page->cols / 2 : 14));
	page_title(page, menus[menu->kind].title, text.bytes);
}

void menu_draw(const struct menu *menu, const struct scene *scene, struct page *page,
	       struct surface *surface, struct area area)
{
	size_t columns = area.w >= TWO_COLUMNS ? 2 : 1, lines;
	int height, top;

	lines = (rows_of(menu) + columns - 1) / columns;
	lines = lines > 0 ? lines : 1;		/* nothing is one empty line */
	page_begin(page, area.w, surface->ascii, NULL);
	page->unicode = scene->prefs->unicode_frame;
	if (desk_current(scene->world->desk))
		put_title(menu, scene, page);
	for (size_t y = 0; y < lines; y++) {
		page_text(page);
		for (size_t c = 0; c < columns && c * lines + y < rows_of(menu); c++)
			put_row(menu, scene, page, (int)c * area.w / (int)columns, c * lines + y);
	}
	page_end(page);
	height = page->count < area.h ? page->count : area.h;
	top = (int)(menu->at % lines) + 2 - height;
	area.y += area.h - height;
	area.h = height;
	for (int y = 0; y < height; y++)
		surface_fill(surface, area_row(area, y), 0, 0, ROLE_PLAIN, ' ');
	surface_copy(surface, area, &page->surface, 0, top > 0 ? top : 0);
}
