/*
 * shell_draw.c: from the state of the shell to a picture, and when one is due.
 */
#include <stdio.h>
#include <string.h>

#include "ui/chrome.h"
#include "ui/say.h"
#include "ui/shell.h"
#include "ui/shell_state.h"

enum { FRAME_LEAST = 100 };	/* ms between frames that only data wants */

static void build(const struct scene *scene, struct page *page, int cols, bool ascii)
{
	page_begin(page, cols, ascii, &scene->view->filter);
	page->unicode = scene->prefs->unicode_frame;
	scene->view->screen->build(scene, page);
	page_end(page);
}

static bool is_tab(const struct screen *screen)
{
	for (size_t i = 0; screen_tabs[i]; i++)
		if (screen_tabs[i] == screen)
			return true;
	return false;
}

/* What is selected at the left, else the root of what is wrong: that is what one would look at. */
static struct item side_subject(const struct scene *scene)
{
	const struct list *list = &scene->view->list;
	const struct world *world = scene->world;

	if (list->selected && list->row.target.kind != ITEM_FINE)
		return list->row.target;
	if (world->root >= 0)
		return item_of_source(world, (size_t)world->root);
	return (struct item){ .kind = ITEM_NONE };
}

/* What the screen itself puts there, else what is selected. False: nothing is to be told. */
static bool build_side(struct shell *shell, const struct scene *scene, int cols, bool ascii)
{
	struct view view = { .screen = &screen_detail, .subject = side_subject(scene) };
	struct scene about = *scene;

	page_begin(&shell->side, cols, ascii, NULL);
	shell->side.unicode = scene->prefs->unicode_frame;
	if (scene->view->screen->side && scene->view->screen->side(scene, &shell->side)) {
		page_end(&shell->side);
		return true;
	}
	about.view = &view;
	if (view.subject.kind != ITEM_NONE)
		build(&about, &shell->side, cols, ascii);
	return view.subject.kind != ITEM_NONE;
}

/* So that the row where its cursor would stand is in sight. */
static int side_top(const struct page *page, int height)
{
	int most = page->count > height ? page->count - height : 0;
	int top = page->start < height / 3 ? 0 : page->start - height / 3;

	return top < most ? top : most;
}

/* The right column. */
static void draw_side(struct shell *shell, const struct scene *scene, struct surface *surface,
		      struct area area)
{
	int top, below;

	for (int y = 0; y < area.h; y++)
		surface_fmt(surface, surface_area(surface), area.x - 1, area.y + y, ROLE_DIM, "%s",
			    scene->prefs->unicode_frame && !surface->ascii ? "\u254e" : "|");
	if (!build_side(shell, scene, area.w, surface->ascii))
		return;
	top = side_top(&shell->side, area.h);
	below = shell->side.count - top - area.h;
	page_copy(&shell->side, surface, area, 0, top);
	if (below > 0) {
		surface_fill(surface, area_row(area, area.h - 1), 0, 0, ROLE_PLAIN, ' ');
		surface_fmt(surface, area, 1, area.h - 1, ROLE_STRONG, "%d more: %s", below + 1,
			    scene->view->screen->side && scene->view->screen != &screen_transactions ?
			    "5 and + show them" : "Enter opens");
	}
}

static void draw_cursor(const struct list *list, struct surface *surface, struct area area)
{
	int y = list->at - list->top;

	if (!list->selected || y < 0 || y >= area.h)
		return;
	surface_fmt(surface, area, 0, y, ROLE_KEY, ">");
	surface_select(surface, area, y);
}

/* A cursor in one list means nothing in another. */
static void begin_anew(struct view *view, const struct scene *scene)
{
	struct item about = { 0 };

	if (view->screen->about)
		about = view->screen->about(scene);
	if (item_eq(about, view->about))
		return;
	list_done(&view->list);
	view->filter.text[0] = '\0';
	view->about = about;
}

static void draw_body(struct shell *shell, struct view *view, const struct scene *scene,
		      struct surface *surface)
{
	struct area area = shell->layout.body;
	struct page *page = &shell->page;

	if (!is_tab(view->screen))
		area.w = surface->cols;
	begin_anew(view, scene);
	shell_tx_look(view, scene->world);
	build(scene, page, area.w + view->shift, surface->ascii);
	list_see(&view->list, page, area.h);
	page_copy(page, surface, area, view->shift, view->list.top);
	draw_cursor(&view->list, surface, area);
	if (shell->layout.side.w > 0 && is_tab(view->screen))
		draw_side(shell, scene, surface, shell->layout.side);
}

/* A box takes the column at the side, too: a command is not read in half a screen. */
static struct area whole_body(const struct shell *shell, const struct surface *surface)
{
	struct area area = shell->layout.body;

	area.w = surface->cols;
	return area;
}

/* What is being entered, over everything else. */
static void draw_form(struct shell *shell, const struct scene *scene, struct surface *surface)
{
	if (shell->mode == MODE_FORM)
		form_draw(&shell->form, scene, &shell->panel, surface, shell->layout.body);
	else if (shell->mode == MODE_MENU)
		menu_draw(&shell->menu, scene, &shell->panel, surface, shell->layout.body);
	else if (shell->mode == MODE_BOX)
		box_draw(&shell->box, scene, &shell->panel, surface, whole_body(shell, surface),
			 shell->now.steady);
}

/* What the field with the cursor wants, until there is something to say. */
static void draw_hint(const struct shell *shell, const struct scene *scene,
		      struct surface *surface, struct area area)
{
	char hint[MESSAGE_TEXT];

	if (shell->mode == MODE_FORM && shell->form.asking && shell->layout.hints.h == 0)
		form_keys(&shell->form, hint);	/* no other row says that it waits for Y */
	else if (shell->mode == MODE_FORM)
		form_hint(&shell->form, hint);
	else if (shell->mode == MODE_BOX)
		box_hint(&shell->box, scene, hint);
	else
		str_put(hint, sizeof(hint), menu_hint(&shell->menu, scene));
	surface_fill(surface, area, 0, 0, ROLE_PLAIN, ' ');
	surface_fmt(surface, area, 1, 0, ROLE_MESSAGE, "%s", hint);
}

/* While something is entered the keys of the screen below do nothing, and are not offered. */
static void draw_keys(const struct shell *shell, const struct scene *scene,
		      struct surface *surface, struct area area)
{
	char keys[MESSAGE_TEXT] = "its letter or Enter opens it  Esc goes back";

	if (shell->mode == MODE_FORM)
		form_keys(&shell->form, keys);
	else if (shell->mode == MODE_BOX)
		box_keys(&shell->box, scene, keys);
	surface_fill(surface, area, 0, 0, ROLE_PLAIN, ' ');
	surface_fmt(surface, area, 1, 0, ROLE_PLAIN, "%s", keys);
}

static void draw_message(const struct shell *shell, const struct view *view,
			 struct surface *surface, struct area area)
{
	const struct message *message =
		&shell->messages[(shell->message_count + SCENE_MESSAGES - 1) % SCENE_MESSAGES];
	const struct page *page = &shell->page;
	struct text text;
	int x;

	if (shell->mode == MODE_FILTER) {
		x = surface_fmt(surface, area, 0, 0, ROLE_KEY, "/");
		edit_draw(&shell->filter, surface, area_cut(area, 0, area.w - 20), x, 0);
		surface_fmt(surface, area, area.w - 19, 0, ROLE_PLAIN, "%d of %d match", page->matched,
			    page->total);
	} else if (shell->speaking) {
		text = text_of(str_of(message->text));
		text = text_cut(&text, (size_t)area.w - 1);
		surface_put(surface, area, 1, 0, message->refusal ? ROLE_REFUSAL : ROLE_MESSAGE, &text);
	} else if (view->filter.text[0]) {
		surface_fmt(surface, area, 1, 0, ROLE_STRONG, "%d of %d match \"%s\". Esc clears.",
			    page->matched, page->total, view->filter.text);
	} else if (view->list.lost && view->list.moved) {
		surface_fmt(surface, area, 1, 0, ROLE_MESSAGE,
			    "what was selected is gone from the list; nothing is selected");
	}
}

static bool is_entering(const struct shell *shell)
{
	return shell->mode == MODE_FORM || shell->mode == MODE_MENU || shell->mode == MODE_BOX;
}

static uint64_t desk_version(const struct world *world)
{
	return world->desk ? world->desk->version : 0;
}

void shell_draw(struct shell *shell, const struct world *world, struct surface *surface,
		struct moment now)
{
	struct view *view = shell_view(shell);
	struct scene scene;
	int below;

	shell_run_look(shell, world);
	scene = shell_scene(shell, world, view, now.wall);

	if (shell->frozen)
		shell_follow(shell->frozen, world);
	shell->layout = layout_of(surface->rows, surface->cols);
	shell->dirty = false;
	shell->now = shell->drawn = now;
	shell->drawn_version = world->version;
	shell->drawn_desk = desk_version(world);
	if (shell->layout.tiny) {
		chrome_tiny(&scene, surface, now);
		return;
	}
	draw_body(shell, view, &scene, surface);
	chrome_header(&scene, surface, shell->layout.header, now, shell->frozen_at);
	if (shell->layout.tabs.h > 0)
		chrome_tabs(&scene, surface, shell->layout.tabs, screen_tabs[shell->tab]);
	below = view->list.count - view->list.top - view->list.height;
	chrome_hints(&scene, surface, shell->layout.hints, view->list.top, below > 0 ? below : 0);
	draw_form(shell, &scene, surface);
	draw_message(shell, view, surface, shell->layout.message);
	if (is_entering(shell) && !shell->speaking)
		draw_hint(shell, &scene, surface, shell->layout.message);
	if (is_entering(shell) && shell->layout.hints.h > 0)
		draw_keys(shell, &scene, surface, shell->layout.hints);
	if (shell->mode == MODE_PALETTE)
		palette_draw(&shell->palette, &shell->keymap, surface, shell->layout.body,
			     shell->layout.message, shell->prefs.unicode_frame);
}

msec shell_wait(const struct shell *shell, const struct world *world, struct moment now)
{
	msec since = now.steady - shell->drawn.steady;
	msec second = now.wall / WHEN_SECOND;

	if (shell->dirty || second != shell->drawn.wall / WHEN_SECOND)
		return 0;
	if (desk_version(world) != shell->drawn_desk ||
	    (!shell->frozen && world->version != shell->drawn_version))
		return since >= FRAME_LEAST ? 0 : FRAME_LEAST - since;
	return (second + 1) * WHEN_SECOND - now.wall;
}

void shell_print(struct shell *shell, const struct world *world, int cols, struct moment now,
		 struct buf *out)
{
	struct view *view = shell_view(shell);
	struct scene scene = shell_scene(shell, world, view, now.wall);
	struct buf counts = { 0 };
	char at[WHEN_TEXT];

	when_format(at, now.wall);
	chrome_counts(scene.world, &counts);
	build(&scene, &shell->page, cols, shell->prefs.ascii);
	buf_fmt(out, "%s %s (%s) %s %s%s\n", scene.world->environment, state_label(scene.world->state),
		buf_cstr(&counts), view->screen->title, at, scene.frozen ? " FROZEN" : "");
	for (int y = 0; y < shell->page.count; y++) {
		page_dump_row(&shell->page, y, out);
		buf_char(out, '\n');
	}
	if (view->filter.text[0])
		buf_fmt(out, "%d of %d match \"%s\"\n", shell->page.matched, shell->page.total,
			view->filter.text);
	buf_done(&counts);
}
