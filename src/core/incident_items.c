/*
 * What is written down and what must be settled: notes, asks, action items, follow-ups, deferred
 * items, evidence; and the kinds that a timeline shows and a state does not need.
 */
#include <string.h>

#include "base/mem.h"
#include "core/incident_fold.h"

struct list {
	struct tracked **items;
	size_t *count, *cap;
};

static struct list list_of(struct incident *incident, enum lookup_what what)
{
	switch (what) {
	case LOOKUP_ASK:
		return (struct list){ &incident->asks, &incident->ask_count, &incident->ask_cap };
	case LOOKUP_ACTION:
		return (struct list){ &incident->actions, &incident->action_count,
				      &incident->action_cap };
	case LOOKUP_FOLLOW_UP:
		return (struct list){ &incident->follow_ups, &incident->follow_up_count,
				      &incident->follow_up_cap };
	case LOOKUP_DEFERRED:
		return (struct list){ &incident->deferred, &incident->deferred_count,
				      &incident->deferred_cap };
	case LOOKUP_ALERT:
	case LOOKUP_SIGNAL:
	case LOOKUP_SENT:
	case LOOKUP_ATTEMPT:
	case LOOKUP_CONFIRM:
	case LOOKUP_TX:
	case LOOKUP_DEED:
		break;
	}
	return (struct list){ 0 };
}

static struct tracked *track(struct folding *f, enum lookup_what what, const char *who)
{
	struct list list = list_of(f->incident, what);
	size_t place = *list.count;
	struct tracked *item;

	*list.items = mem_grow(*list.items, list.cap, place + 1, sizeof(*item));
	item = &(*list.items)[place];
	*item = (struct tracked){ .n = (unsigned)place + 1, .at = f->event->at, .t = f->t,
				  .settled_at = WHEN_NEVER };
	str_put(item->event, sizeof(item->event), f->event->id);
	str_put(item->by, sizeof(item->by), f->event->by);
	put_line(item->type, sizeof(item->type), f->data->type);
	put_line(item->text, sizeof(item->text), f->data->text);
	put_line(item->who, sizeof(item->who), who);
	item->until = folding_time(f, F(until), f->data->until);
	item->until_t = folding_t(f, item->until);
	lookup_add(f->incident->lookup, lookup_hash(what, f->event->id), place);
	*list.count = place + 1;
	return item;
}

static struct tracked *find_tracked(struct folding *f, enum lookup_what what, const char *of)
{
	struct tracked *items = *list_of(f->incident, what).items;
	size_t step = 0, at;

	while (lookup_next(f->incident->lookup, lookup_hash(what, of), &step, &at)) {
		if (strcmp(items[at].event, of) == 0)
			return &items[at];
	}
	return NULL;
}

/* The first outcome counts. */
static void settle_item(struct folding *f, struct tracked *item, const char *outcome)
{
	if (!item || item->settled)
		return;
	item->settled = true;
	item->settled_at = f->event->at;
	put_line(item->outcome, sizeof(item->outcome), outcome);
}

static void settle(struct folding *f, enum lookup_what what)
{
	settle_item(f, find_tracked(f, what, event_text(f->data->of)), f->data->text);
}

/* "Drain the queue (reason)": the title of the step where it was told, else its id. */
void step_put_off(struct folding *f)
{
	struct tracked *item = track(f, LOOKUP_DEFERRED, f->data->owner);
	const char *title = f->data->has & F(text) ? f->data->text : f->data->step;
	struct buf text = { 0 };

	buf_fmt(&text, "%s (%s)", event_text(title), event_text(f->data->reason));
	put_line(item->text, sizeof(item->text), buf_cstr(&text));
	buf_done(&text);
}

void step_taken_up(struct folding *f, const char *event, const char *outcome)
{
	settle_item(f, find_tracked(f, LOOKUP_DEFERRED, event), outcome);
}

void fold_TIMER_STARTED(struct folding *f)
{
	track(f, LOOKUP_ASK, f->data->who);
}

void fold_TIMER_ENDED(struct folding *f)
{
	settle(f, LOOKUP_ASK);
}

/* Where there is one, no reason is wanted any more why there is none. */
void fold_ACTION_ITEM(struct folding *f)
{
	enum action_type type;

	track(f, LOOKUP_ACTION, f->data->owner);
	if (action_type_find(f->data->type, &type))
		f->incident->aftermath.none[type][0] = '\0';
}

void fold_ACTION_ITEM_DONE(struct folding *f)
{
	settle(f, LOOKUP_ACTION);
}

void fold_FOLLOW_UP_ADDED(struct folding *f)
{
	track(f, LOOKUP_FOLLOW_UP, f->data->who);
}

void fold_FOLLOW_UP_SETTLED(struct folding *f)
{
	settle(f, LOOKUP_FOLLOW_UP);
}

void fold_DEFERRED_ADDED(struct folding *f)
{
	track(f, LOOKUP_DEFERRED, f->data->owner);
}

void fold_DEFERRED_SETTLED(struct folding *f)
{
	settle(f, LOOKUP_DEFERRED);
	run_deferred_settled(f);
}

void fold_NOTE(struct folding *f)
{
	f->incident->note_count++;
	put_line(f->incident->last_note, sizeof(f->incident->last_note), f->data->text);
}

void evidence_add(struct folding *f, const char *name)
{
	struct incident *incident = f->incident;
	struct evidence *evidence;

	incident->evidence = mem_grow(incident->evidence, &incident->evidence_cap,
				      incident->evidence_count + 1, sizeof(*evidence));
	evidence = &incident->evidence[incident->evidence_count++];
	*evidence = (struct evidence){ .at = f->event->at, .bytes = f->data->bytes };
	str_put(evidence->event, sizeof(evidence->event), f->event->id);
	put_line(evidence->sha256, sizeof(evidence->sha256), f->data->sha256);
	put_line(evidence->name, sizeof(evidence->name), name);
	put_line(evidence->text, sizeof(evidence->text), f->data->text);
}

void fold_EVIDENCE_ADDED(struct folding *f)
{
	evidence_add(f, f->data->name);
}

void fold_SIGNALS_RECORDED(struct folding *f)
{
	evidence_add(f, "signals");
}

void fold_FLIGHT_IMPORTED(struct folding *f)
{
	msec *from = &f->incident->imported_from;

	if (*from == WHEN_NEVER || f->data->when < *from)
		*from = f->data->when;
}

void fold_CHECKPOINT_ANSWERED(struct folding *f)
{
	struct incident *incident = f->incident;

	if (strcmp(event_text(f->data->name), CHECKPOINT_FIRST_MINUTES) != 0)
		return;
	incident->first_minutes_answered = true;
	put_line(incident->first_minutes, sizeof(incident->first_minutes), f->data->text);
}

/* Readable ones are a postmortem; the others are for programs. */
void fold_EXPORT_WRITTEN(struct folding *f)
{
	static const char *const readable[] = { "md", "markdown", "html" };

	for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++) {
		if (strcmp(event_text(f->data->format), readable[i]) != 0)
			continue;
		f->incident->exported = true;
		put_line(f->incident->aftermath.exported, sizeof(f->incident->aftermath.exported),
			 f->data->sha256);
	}
}

/* history.c makes of these three what they mean: they are about other events. */
void fold_PIN(struct folding *f)
{
	(void)f;
}

void fold_CORRECTION(struct folding *f)
{
	(void)f;
}

void fold_UNDO(struct folding *f)
{
	(void)f;
}

/* The timeline says it. */
void fold_RECORDING_GAP(struct folding *f)
{
	(void)f;
}
