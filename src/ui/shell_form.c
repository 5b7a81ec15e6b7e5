/*
 * shell_form.c: forms and the menu in the shell: opening, leaving, what half-written ones become,
 * and where the operator is for the next start.
 */
#include <string.h>

#include "core/decide.h"
#include "ui/explain.h"
#include "ui/form_parts.h"
#include "ui/shell_state.h"

static struct scene scene_of(struct act *act)
{
	return shell_scene(act->shell, act->world, shell_view(act->shell), act->now.wall);
}

static bool is_same(const struct form *form, const struct form_kind *kind, const char *incident,
		    const char *subject)
{
	return form->kind == kind && strcmp(form->incident, incident) == 0 &&
	       strcmp(form->subject, subject) == 0;
}

/* The draft of this form, taken out of the ring. */
static bool take_draft(struct shell *shell, const struct form_kind *kind, const char *incident,
		       const char *subject, struct form *out)
{
	for (size_t i = 0; i < FORM_DRAFTS; i++)
		if (is_same(&shell->drafts[i], kind, incident, subject)) {
			*out = shell->drafts[i];
			shell->drafts[i] = (struct form){ .kind = NULL };
			return true;
		}
	return false;
}

static const char *incident_of(const struct world *world, const struct form_kind *kind)
{
	const struct docket *docket = desk_current(world->desk);

	return docket && kind != &form_declare && !kind->without_desk ? docket->incident->id : "";
}

void shell_form(struct act *act, const struct form_kind *kind, const char *subject)
{
	struct shell *shell = act->shell;
	struct scene scene = scene_of(act);
	const char *refusal = form_refusal(&scene, kind);

	if (refusal) {
		shell_refuse(shell, "%s", refusal);
		shell->mode = MODE_KEYS;
		return;
	}
	if (take_draft(shell, kind, incident_of(act->world, kind), subject, &shell->form)) {
		shell->form.since = act->now.steady;
		shell->form.asking = kind->count == 0;
		shell_say(shell, "your draft is back; Esc keeps it");
	} else {
		form_open(&shell->form, kind, &scene, subject, act->now.steady);
	}
	shell->mode = MODE_FORM;
}

static void keep_draft(struct shell *shell, const struct form *form)
{
	shell->drafts[shell->draft_count++ % FORM_DRAFTS] = *form;
}

void shell_form_leave(struct act *act)
{
	struct shell *shell = act->shell;

	shell->mode = MODE_KEYS;
	if (!shell->form.touched || shell->form.secret) {
		shell->form = (struct form){ .kind = NULL };
		shell_say(shell, "nothing was done");
		return;
	}
	keep_draft(shell, &shell->form);
	shell_say(shell, "kept as a draft: opening it again brings it back");
}

void shell_form_key(struct act *act, uint32_t code)
{
	struct shell *shell = act->shell;
	struct scene scene = scene_of(act);
	struct entry entry = { .scene = &scene, .steady = act->now.steady,
			       .arena = &shell->entered, .out = act->out };
	enum form_answer answer = form_key(&shell->form, &entry, code);

	if (answer == FORM_DONE) {	/* what came of it is said once it is on disk */
		shell->mode = MODE_KEYS;
		shell_form_after(act, &shell->form);
	}
	if (entry.err.text[0] && entry.err.kind == ERR_NONE)
		shell_say(shell, "%s", entry.err.text);
	else if (entry.err.text[0])
		shell_refuse(shell, "%s", entry.err.text);
}

void shell_form_paste(struct act *act, const struct input *event)
{
	const struct form_kind *kind = act->shell->form.kind;
	struct err err = { .kind = ERR_NONE };

	if (kind->takes && !kind->takes(event->text, &err))
		shell_refuse(act->shell, "nothing was taken: %s", err.text);
	else if (!form_paste(&act->shell->form, event->text))
		shell_refuse(act->shell, "%zu%s bytes were pasted and not all were taken: a field of text "
			     "takes what has room", event->text.len, event->cut ? " and more" : "");
	else if (event->cut)
		shell_refuse(act->shell, "the paste was longer than is taken: its end is missing");
}

void shell_menu_key(struct act *act, uint32_t code)
{
	struct chosen chosen = menu_key(&act->shell->menu, code, act->now.steady);

	if (chosen.form) {
		shell_form(act, chosen.form, act->shell->menu.subject);
	} else if (chosen.action != ACTION_NONE) {
		act->shell->mode = MODE_KEYS;
		shell_perform(act, chosen.action);
	}
}

static const struct form *last_draft(const struct shell *shell)
{
	for (size_t i = shell->draft_count; i > 0 && i + FORM_DRAFTS > shell->draft_count; i--)
		if (shell->drafts[(i - 1) % FORM_DRAFTS].kind)
			return &shell->drafts[(i - 1) % FORM_DRAFTS];
	return NULL;
}

void shell_place(const struct shell *shell, const struct world *world, struct place *out)
{
	const struct docket *docket = desk_current(world->desk);
	bool open = shell->mode == MODE_FORM && shell->form.kind != &form_quit && !shell->form.secret;
	const struct form *form = open ? &shell->form : last_draft(shell);
	struct buf draft = { .max = PLACE_DRAFT - 1 };

	*out = (struct place){ 0 };
	str_put(out->screen, sizeof(out->screen), shell->tabs[shell->tab].screen->name);
	if (docket)
		str_put(out->incident, sizeof(out->incident), docket->incident->id);
	if (form)
		form_write(form, open, &draft);
	if (form && !draft.full) {
		str_put(out->form, sizeof(out->form), form->kind->name);
		str_put(out->draft, sizeof(out->draft), buf_cstr(&draft));
	}
	buf_done(&draft);
}

static void restore_form(struct shell *shell, const struct place *place)
{
	struct form form = { .kind = form_find(place->form) };
	bool open;

	if (!form.kind || !form_read(&form, str_of(place->draft), &open, shell->now.steady))
		return;
	if (open) {
		shell->form = form;
		shell->mode = MODE_FORM;
	} else {
		keep_draft(shell, &form);
	}
	shell_say(shell, "what was half written is back: %s", form.kind->title);
}

void shell_restore(struct shell *shell, const struct world *world, const struct place *place)
{
	(void)world;
	for (int i = 0; screen_tabs[i]; i++)
		if (strcmp(screen_tabs[i]->name, place->screen) == 0)
			shell->tab = i;
	if (place->form[0])
		restore_form(shell, place);
	shell->dirty = true;
}
