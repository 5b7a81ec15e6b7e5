#include "ui/box.h"

#include <string.h>

#include "base/attr.h"
#include "ui/form_parts.h"
#include "ui/tx_box.h"

enum { WORD_SHOWN = 30 };	/* cells of it in the row of the hint */

static const struct docket_run *run_of(const struct box *box, const struct docket *docket)
{
	for (size_t i = 0; i < docket->run_count; i++)
		if (strcmp(docket->runs[i].run->event, box->run) == 0)
			return &docket->runs[i];
	return NULL;
}

/* The step of the box; NULL: it has none, or it is gone. */
static const struct checklist_item *item_of(const struct box *box, const struct scene *scene,
					    const struct docket_run **run)
{
	const struct docket *docket = desk_find(scene->world->desk, box->incident);

	*run = docket && box->run[0] ? run_of(box, docket) : NULL;
	for (size_t i = 0; *run && (*run)->list && i < (*run)->list->count; i++)
		if (strcmp((*run)->list->items[i].step->id, box->step) == 0)
			return &(*run)->list->items[i];
	return NULL;
}

bool box_ready(const struct box *box, const struct scene *scene, struct ready *out)
{
	const struct docket *docket = desk_find(scene->world->desk, box->incident);
	const struct docket_run *run;
	const struct checklist_item *item = item_of(box, scene, &run);

	*out = (struct ready){ .text = "" };
	if (box->about_tx)
		return tx_box_ready(box, scene, out);
	if (!docket)
		return false;
	if (!box->run[0])
		return docket->ready && docket->ready(docket->arg, docket, box->command, out);
	return item && run->ready &&
	       run->ready(run->arg, run, (size_t)(item - run->list->items), box->fence, out);
}

bool box_wants_word(const struct ready *ready)
{
	return ready->care >= 2 || ready->odd || (ready->care == 1 && ready->reason);
}

const char *box_word(const struct ready *ready)
{
	if (ready->care >= 3 && ready->interlock.target[0])
		return ready->interlock.target;
	return ready->word && ready->word[0] ? ready->word : "run";
}

bool box_wants_reason(const struct ready *ready)
{
	return ready->reason || (ready->care >= 3 && (!ready->interlock.target[0] ||
						      ready->interlock.state == LOCK_BOUNDED));
}

enum box_field box_first(const struct ready *ready)
{
	return box_wants_word(ready) ? BOX_TYPED : BOX_REASON;
}

enum box_second box_second(const struct box *box, const struct scene *scene,
			   const struct ready *ready)
{
	const struct docket_run *run;
	const struct checklist_item *item = item_of(box, scene, &run);
	const struct run_step *mark = item ? item->mark : NULL;
	bool mine, same;

	if (!mark || (!ready->two_person && !mark->asked[0]))
		return SECOND_NONE;
	mine = strcmp(mark->asked_by, scene->world->operator) == 0;
	same = strcmp(mark->asked_digest, ready->digest) == 0;
	if (!mark->asked[0] || (mine && !same))
		return SECOND_ASK;
	if (!mine)		/* that command of the step, and no other one */
		return mark->confirmed_by[0] || mark->asked_fence != box->fence ? SECOND_WAITS :
										  SECOND_CONFIRMS;
	return mark->confirmed_by[0] ? SECOND_THERE : SECOND_WAITS;
}

void box_open(struct box *box, msec steady)
{
	box->since = steady;
	box->shown = box->changed = box->seen = false;
	box->top = box->most = 0;
	box->at = BOX_TYPED;
	for (size_t i = 0; i < BOX_FIELDS; i++)
		edit_set(&box->fields[i], "");
}

static bool is_deaf(struct box *box, msec steady)
{
	if (steady - box->since >= FORM_DEAF)
		return false;
	box->since = steady;
	return true;
}

static bool say(struct entry *entry, enum err_kind kind, const char *text)
{
	err_set(&entry->err, kind, "%s", text);
	return false;
}

/* Without its last line end: pasted into a shell, that would run it. */
static void copy(const struct ready *ready, struct entry *entry)
{
	char *text = entry->out->text;
	size_t len;

	entry->out->kind = EFFECT_COPY;
	if (!str_put(text, sizeof(entry->out->text), ready->text)) {
		entry->out->kind = EFFECT_NONE;
		say(entry, ERR_REFUSED, "it is too long to be copied from here");
		return;
	}
	for (len = strlen(text); len > 0 && text[len - 1] == '\n'; len--)
		text[len - 1] = '\0';
}

static bool scroll(struct box *box, uint32_t code)
{
	static const struct {
		uint32_t code;
		int by;
	} steps[] = { { KEYCODE_UP, -1 }, { KEYCODE_DOWN, 1 }, { KEYCODE_PGUP, -8 },
		      { KEYCODE_PGDN, 8 } };

	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (steps[i].code == code) {
			box->top += steps[i].by;
			box->top = box->top > box->most ? box->most : box->top;
			box->top = box->top < 0 ? 0 : box->top;
			return true;
		}
	return false;
}

static void order_of(const struct box *box, struct entry *entry, enum event_kind kind)
{
	struct effect *out = entry->out;

	out->kind = EFFECT_ORDER;
	out->order = (struct order){ .kind = kind, .at = WHEN_NEVER, .src = SRC_HUMAN,
				     .by = entry->scene->world->operator };
	str_put(out->text, sizeof(out->text), box->incident);
}

static const char *kept(struct entry *entry, const char *text)
{
	return arena_text(entry->arena, text, strlen(text));
}

static void ask_second(const struct box *box, struct entry *entry, const struct ready *ready)
{
	struct event_data *data = &entry->out->order.data;

	order_of(box, entry, EVENT_STEP_CONFIRM_ASKED);
	EVENT_SET(*data, run, kept(entry, box->run));
	EVENT_SET(*data, step, kept(entry, box->step));
	EVENT_SET(*data, sha256, kept(entry, ready->digest));
	EVENT_SET(*data, fence, (int64_t)box->fence);
	if (ready->interlock.target[0])
		EVENT_SET(*data, target, kept(entry, ready->interlock.target));
}

static void confirm(const struct box *box, struct entry *entry)
{
	const struct docket_run *run;
	const struct checklist_item *item = item_of(box, entry->scene, &run);

	order_of(box, entry, EVENT_STEP_CONFIRMED);
	EVENT_SET(entry->out->order.data, of, kept(entry, item->mark->asked));
}

static void execute(const struct box *box, struct entry *entry, const struct ready *ready)
{
	struct effect *out = entry->out;
	struct str typed = str_trim(str_of(box->fields[BOX_TYPED].text));

	out->kind = box->about_tx ? EFFECT_ACT : EFFECT_EXECUTE;
	out->act = box->act;
	str_put(out->tx_id, sizeof(out->tx_id), box->tx.id);
	str_put(out->tx_hash, sizeof(out->tx_hash), box->tx.hash);
	str_put(out->incident, sizeof(out->incident), box->incident);
	str_put(out->run, sizeof(out->run), box->run);
	str_put(out->step, sizeof(out->step), box->step);
	str_put(out->text, sizeof(out->text), box->command);
	str_put(out->digest, sizeof(out->digest), ready->digest);
	str_put(out->target, sizeof(out->target), box_wants_word(ready) ? text_of(typed).bytes : "");
	str_put(out->reason, sizeof(out->reason),
		form_text(entry, str_trim(str_of(box->fields[BOX_REASON].text))));
	out->fence = box->fence;
}

/* Why it cannot act whatever is typed; NULL: it can. */
static const char *refusal(const struct box *box, const struct scene *scene,
			   const struct ready *ready)
{
	if (scene->frozen)
		return "the picture is frozen: z thaws it";
	if (scene->world->read_only && ready->care > 0)
		return "this console is read-only: nothing is run here";
	if (ready->refusal)
		return ready->refusal;
	if (ready->interlock.count > 0 && ready->interlock.state == LOCK_BLOCKED)
		return "an interlock is BLOCKED: nothing is run before it is green or bounded";
	if (!box->shown || strcmp(box->digest, ready->digest) != 0)
		return "it changed: look at it again";
	return box->seen ? NULL : "there is more of it: scroll to its end first";
}

/* Was what has to be typed typed, to the letter? */
static bool is_typed(struct box *box, struct entry *entry, const struct ready *ready)
{
	struct str typed = str_trim(str_of(box->fields[BOX_TYPED].text));

	if (box_wants_word(ready) && !str_eq(typed, box_word(ready))) {
		box->at = BOX_TYPED;
		err_set(&entry->err, ERR_REFUSED, "that is not %s: nothing was done", box_word(ready));
		return false;
	}
	if (box_wants_reason(ready) && str_trim(str_of(box->fields[BOX_REASON].text)).len == 0) {
		box->at = BOX_REASON;
		return say(entry, ERR_INPUT, ready->reason ? "a reason is needed: it is recorded" :
			   "a reason is needed: what cannot be measured is at risk");
	}
	return true;
}

static enum box_answer act(struct box *box, struct entry *entry, const struct ready *ready)
{
	const char *why = refusal(box, entry->scene, ready);

	if (why) {
		say(entry, ERR_REFUSED, why);
		return BOX_STAYS;
	}
	switch (box_second(box, entry->scene, ready)) {
	case SECOND_CONFIRMS:
		confirm(box, entry);
		return BOX_ACTS;
	case SECOND_WAITS:
		say(entry, ERR_REFUSED, "another console has to answer first: nothing was done");
		return BOX_STAYS;
	case SECOND_ASK:
		if (!is_typed(box, entry, ready))
			return BOX_STAYS;
		ask_second(box, entry, ready);
		return BOX_ACTS;
	case SECOND_NONE: case SECOND_THERE:
		break;
	}
	if (!is_typed(box, entry, ready))
		return BOX_STAYS;
	execute(box, entry, ready);
	return BOX_ACTS;
}

static enum box_answer key_in_fields(struct box *box, struct entry *entry,
				     const struct ready *ready, uint32_t code)
{
	enum box_field first = box_first(ready);
	bool empty = box->fields[first].len == 0, last;

	if (box->at < first)
		box->at = first;
	last = !box_wants_reason(ready) || box->at == BOX_REASON;
	if (code == 'y' && empty && box->at == BOX_TYPED && box_word(ready)[0] != 'y') {
		copy(ready, entry);
		return BOX_STAYS;
	}
	if (code == KEYCODE_TAB || code == KEYCODE_BACKTAB || (code == KEYCODE_ENTER && !last)) {
		box->at = box_wants_reason(ready) && code != KEYCODE_BACKTAB ? BOX_REASON : first;
		(void)is_deaf(box, entry->steady);
		return BOX_STAYS;
	}
	if (code != KEYCODE_ENTER) {
		(void)edit_key(&box->fields[box->at], code);
		return BOX_STAYS;
	}
	if (is_deaf(box, entry->steady))
		return BOX_STAYS;
	if (empty && box_second(box, entry->scene, ready) != SECOND_CONFIRMS) {
		say(entry, ERR_NONE, "nothing was done");	/* cancel has the focus */
		return BOX_CLOSED;
	}
	return act(box, entry, ready);
}

/* Elsewhere there is nothing to confirm: it is copied, and its outcome told. */
static enum box_answer key_elsewhere(struct box *box, struct entry *entry,
				     const struct ready *ready, uint32_t code)
{
	if (code == 'y') {
		copy(ready, entry);
		return BOX_STAYS;
	}
	if (is_deaf(box, entry->steady))
		return BOX_STAYS;
	if (code == KEYCODE_ENTER)
		return BOX_ELSEWHERE;
	say(entry, ERR_NONE, "nothing was done");
	return BOX_CLOSED;
}

static enum box_answer key_in_question(struct box *box, struct entry *entry,
				       const struct ready *ready, uint32_t code)
{
	enum box_answer answer = BOX_CLOSED;

	if (code == 'y') {
		copy(ready, entry);
		return BOX_STAYS;
	}
	if (is_deaf(box, entry->steady))
		return BOX_STAYS;
	if (code == 'Y')
		answer = act(box, entry, ready);
	else
		say(entry, ERR_NONE, "nothing was done: only Y does it");
	return answer;
}

enum box_answer box_key(struct box *box, struct entry *entry, uint32_t code)
{
	struct ready ready;

	if (!box_ready(box, entry->scene, &ready)) {
		say(entry, ERR_REFUSED, "it is not there any more: nothing was done");
		return BOX_CLOSED;
	}
	if (scroll(box, code))
		return BOX_STAYS;
	if (ready.elsewhere)
		return key_elsewhere(box, entry, &ready, code);
	if (box_second(box, entry->scene, &ready) == SECOND_CONFIRMS ||
	    (!box_wants_word(&ready) && !box_wants_reason(&ready)))
		return key_in_question(box, entry, &ready, code);
	return key_in_fields(box, entry, &ready, code);
}

void box_hint(const struct box *box, const struct scene *scene, char out[MESSAGE_TEXT])
{
	struct ready ready;
	const char *why = NULL;
	struct text text = text_fmt("it is not there any more");

	if (box_ready(box, scene, &ready)) {
		why = ready.elsewhere ? NULL : refusal(box, scene, &ready);
		if (why)
			text = text_fmt("%s", why);
		else if (ready.elsewhere)
			text = text_fmt("it belongs on %s: y copies it; Enter when it was run there",
					ready.host);
		else if (box_second(box, scene, &ready) == SECOND_CONFIRMS)
			text = text_fmt("you are asked as the second person: Y confirms exactly this");
		else if (!box_wants_word(&ready))
			text = text_fmt("nothing is %s before %s", box->about_tx ? "done" : "run",
					box_wants_reason(&ready) ? "you say why, and press Enter" : "Y");
		else
			text = text_fmt("type %s, then Enter; nothing is %s before that",
					strlen(box_word(&ready)) < WORD_SHOWN ? box_word(&ready) :
					"what stands above it", box->about_tx ? "done" : "run");
	}
	str_put(out, MESSAGE_TEXT, text.bytes);
}

void box_keys(const struct box *box, const struct scene *scene, char out[MESSAGE_TEXT])
{
	struct ready ready;
	const char *more = box->top < box->most ? "  PgDn shows more" : "";
	struct text text;

	if (!box_ready(box, scene, &ready))
		text = text_fmt("Esc goes back");
	else if (ready.elsewhere)
		text = text_fmt("y copies it  Enter what came of it  Esc back%s", more);
	else if (box->seen && refusal(box, scene, &ready))
		text = text_fmt("y copies it  Esc goes back%s", more);
	else if (box_wants_word(&ready) && box_second(box, scene, &ready) != SECOND_CONFIRMS)
		text = text_fmt("Enter %s it once that is typed  y copies it  Esc no%s",
				box->about_tx ? "does" : "runs", more);
	else if (box_wants_reason(&ready))
		text = text_fmt("Enter does it  Esc no%s", more);
	else
		text = text_fmt("Y does it  y copies it  any other key is no%s", more);
	str_put(out, MESSAGE_TEXT, text.bytes);
}
