/*
 * shell.c: the console between events and pictures: where a key, a paste or a click goes. What the
 * actions do is acts.c, what is painted is shell_draw.c.
 */
#include "ui/shell.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "ui/explain.h"
#include "ui/form_parts.h"
#include "ui/say.h"
#include "ui/shell_state.h"

void shell_prefs(struct shell *shell, const struct ui_prefs *prefs)
{
	struct buf problems = { 0 };

	shell->prefs = *prefs;
	shell->dirty = true;
	if (!keymap_init(&shell->keymap, prefs->keys, prefs->key_count, &problems))
		shell_say(shell, "%s", buf_cstr(&problems));
	buf_done(&problems);
}

struct shell *shell_new(const struct ui_prefs *prefs)
{
	struct shell *shell = mem_new(sizeof(*shell));

	shell_prefs(shell, prefs);
	for (size_t i = 0; i < SHELL_TABS; i++)
		shell->tabs[i].screen = screen_tabs[i];
	for (size_t i = 0; i < SHELL_CANCELS; i++)
		shell->cancels[i] = -CANCEL_WITHIN - 1;
	page_init(&shell->page);
	page_init(&shell->side);
	page_init(&shell->panel);
	shell->dirty = true;
	return shell;
}

void shell_follow(struct world *frozen, const struct world *live)
{
	frozen->desk = live->desk;
	frozen->cases = live->cases;
}

void shell_thaw(struct shell *shell)
{
	if (!shell->frozen)
		return;
	for (size_t i = 0; i < shell->frozen->source_count; i++) {
		/* The copy that freezing made is const to everybody else. */
		union {
			const void *in;
			void *out;
		} same = { .in = shell->frozen->sources[i].last.sightings };

		mem_free(same.out);
		json_decref(shell->frozen->sources[i].fields);
	}
	mem_free(shell->frozen);
	shell->frozen = NULL;
}

void shell_free(struct shell *shell)
{
	if (!shell)
		return;
	shell_thaw(shell);
	for (size_t i = 0; i < SHELL_TABS; i++)
		list_done(&shell->tabs[i].list);
	for (int i = 0; i < SHELL_DEPTH; i++)
		list_done(&shell->stack[i].list);
	page_done(&shell->page);
	page_done(&shell->side);
	page_done(&shell->panel);
	arena_done(&shell->entered);
	mem_free(shell);
}

void shell_zone(struct shell *shell, msec utc_offset, const char *zone)
{
	shell->prefs.utc_offset = utc_offset;
	str_put(shell->prefs.zone, sizeof(shell->prefs.zone), zone);
}

struct view *shell_view(struct shell *shell)
{
	return shell->depth > 0 ? &shell->stack[shell->depth - 1] : &shell->tabs[shell->tab];
}

const struct world *shell_world(const struct shell *shell, const struct world *live)
{
	return shell->frozen ? shell->frozen : live;
}

static const struct view *view_under(const struct shell *shell, const struct view *view)
{
	if (view->screen != &screen_help || shell->depth == 0)
		return NULL;
	return shell->depth > 1 ? &shell->stack[shell->depth - 2] : &shell->tabs[shell->tab];
}

struct scene shell_scene(const struct shell *shell, const struct world *live,
			 const struct view *view, msec wall)
{
	return (struct scene){
		.world = shell_world(shell, live), .view = view, .under = view_under(shell, view),
		.prefs = &shell->prefs, .keymap = &shell->keymap, .messages = shell->messages,
		.message_count = shell->message_count, .run = shell->run,
		.frozen = shell->frozen != NULL,
		.now = shell->frozen ? shell->frozen_at : wall,
	};
}

static void speak(struct shell *shell, bool refusal, const char *fmt, va_list args)
	PRINTF_LIKE(3, 0);
static void speak(struct shell *shell, bool refusal, const char *fmt, va_list args)
{
	struct message *message = &shell->messages[shell->message_count++ % SCENE_MESSAGES];
	struct buf text = { 0 };

	buf_vfmt(&text, fmt, args);
	message->at = shell->now.wall;
	message->refusal = refusal;
	str_put(message->text, sizeof(message->text), buf_cstr(&text));
	shell->speaking = shell->dirty = true;
	buf_done(&text);
}

void shell_say(struct shell *shell, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	speak(shell, false, fmt, args);
	va_end(args);
}

void shell_refuse(struct shell *shell, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	speak(shell, true, fmt, args);
	va_end(args);
}

/* `:7` is step 7. */
static bool is_number(const char *text, unsigned *out)
{
	*out = 0;
	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '9' || c - text >= 6)
			return false;
		*out = *out * 10 + (unsigned)(*c - '0');
	}
	return text[0] != '\0';
}

/* A palette's choice: an action, or a thing to open. */
static void take_candidate(struct act *act)
{
	struct candidate chosen;
	unsigned step;

	act->shell->mode = MODE_KEYS;
	if (is_number(act->shell->palette.edit.text, &step))
		act_go_to_step(act, step);
	else if (!palette_take(&act->shell->palette, &chosen))
		shell_refuse(act->shell, "no command matches '%s'", act->shell->palette.edit.text);
	else if (chosen.action != ACTION_NONE)
		shell_perform(act, chosen.action);
	else if (chosen.form)
		shell_form(act, chosen.form, "");
	else
		shell_push(act, &screen_detail, chosen.item);
}

static bool leaves_field(const struct shell *shell, uint32_t code)
{
	return code == KEYCODE_ESC || keymap_find(&shell->keymap, code) == ACTION_CANCEL;
}

static void key_in_palette(struct act *act, uint32_t code)
{
	if (leaves_field(act->shell, code))
		act->shell->mode = MODE_KEYS;
	else if (code == KEYCODE_ENTER)
		take_candidate(act);
	else
		palette_key(&act->shell->palette, act->world, code);
}

/* The list follows every letter; Enter keeps the filter, Esc drops it. */
static void key_in_filter(struct act *act, uint32_t code)
{
	struct shell *shell = act->shell;
	struct view *view = shell_view(shell);

	if (leaves_field(shell, code)) {
		edit_set(&shell->filter, "");
		shell->mode = MODE_KEYS;
	} else if (code == KEYCODE_ENTER) {
		shell->mode = MODE_KEYS;
		act_tx_find(act);
	} else if (code == KEYCODE_UP || code == KEYCODE_DOWN) {
		list_move(&view->list, code == KEYCODE_UP ? -1 : 1);
	} else {
		edit_key(&shell->filter, code);
	}
	str_put(view->filter.text, sizeof(view->filter.text), shell->filter.text);
}

/* Leaving is asked once: the same key again is a yes. */
static bool quits_again(const struct shell *shell, uint32_t code)
{
	return shell->form.kind == &form_quit &&
	       keymap_find(&shell->keymap, code) == ACTION_QUIT;
}

static void key_in_form(struct act *act, uint32_t code)
{
	if (leaves_field(act->shell, code))
		shell_form_leave(act);
	else if (quits_again(act->shell, code))
		shell_form_key(act, 'Y');
	else
		shell_form_key(act, code);
}

static void key_in_menu(struct act *act, uint32_t code)
{
	if (leaves_field(act->shell, code) ||
	    keymap_find(&act->shell->keymap, code) == ACTION_QUIT)
		act->shell->mode = MODE_KEYS;
	else
		shell_menu_key(act, code);
}

static void key_in_box(struct act *act, uint32_t code)
{
	if (!leaves_field(act->shell, code)) {
		shell_box_key(act, code);
		return;
	}
	act->shell->mode = MODE_KEYS;
	shell_say(act->shell, "nothing was done");
}

static void key_on_screen(struct act *act, uint32_t code)
{
	enum action action = keymap_find(&act->shell->keymap, code);
	char name[KEY_NAME];

	if (action != ACTION_NONE) {
		shell_perform(act, action);
		return;
	}
	key_text(name, code);
	shell_refuse(act->shell, "%s does nothing here; ? lists the keys", name);
}

static void (*const modes[])(struct act *act, uint32_t code) = {
	[MODE_KEYS] = key_on_screen, [MODE_FILTER] = key_in_filter, [MODE_PALETTE] = key_in_palette,
	[MODE_FORM] = key_in_form, [MODE_MENU] = key_in_menu,
	[MODE_BOX] = key_in_box,
};

static void take_paste(struct act *act, const struct input *event)
{
	struct shell *shell = act->shell;
	struct view *view = shell_view(shell);

	if (shell->mode == MODE_KEYS && act_paste_tx(act, event))
		return;
	switch (shell->mode) {
	case MODE_PALETTE:
		palette_paste(&shell->palette, act->world, event->text);
		break;
	case MODE_FILTER:
		edit_paste(&shell->filter, event->text);
		str_put(view->filter.text, sizeof(view->filter.text), shell->filter.text);
		break;
	case MODE_FORM:
		shell_form_paste(act, event);
		break;
	case MODE_BOX:
		shell_refuse(shell, "%zu%s bytes were pasted and nothing was done: what confirms is typed",
			     event->text.len, event->cut ? " and more" : "");
		break;
	case MODE_MENU:
	case MODE_KEYS:
		shell_refuse(shell, "%zu%s bytes were pasted and nothing was done: / or : take text",
		       event->text.len, event->cut ? " and more" : "");
		break;
	}
}

static void take_click(struct act *act, const struct input *event)
{
	struct area body = act->shell->layout.body;

	if (act->shell->mode == MODE_KEYS && event->x >= body.x && event->x < body.x + body.w)
		list_click(&shell_view(act->shell)->list, event->y - body.y);
}

void shell_event(struct shell *shell, const struct world *world, const struct input *event,
		 struct moment now, struct effect *out)
{
	struct act act = { shell, shell_world(shell, world), now, out };

	*out = (struct effect){ 0 };
	arena_done(&shell->entered);
	if (shell->frozen)
		shell_follow(shell->frozen, world);
	shell->now = now;
	shell->dirty = true;
	shell_run_look(shell, world);
	switch (event->kind) {
	case INPUT_NONE:
	case INPUT_RESIZE:
		break;
	case INPUT_KEY:
		shell->speaking = false;
		modes[shell->mode](&act, event->code);
		break;
	case INPUT_PASTE:
		take_paste(&act, event);
		break;
	case INPUT_CLICK:
		take_click(&act, event);
		break;
	case INPUT_WHEEL:
		list_move(&shell_view(shell)->list, event->lines);
		break;
	}
}
