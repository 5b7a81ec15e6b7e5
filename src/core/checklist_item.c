/*
 * One item of a checklist: whether it applies, what it is now, and which one comes next.
 */
#include <string.h>

#include "core/checklist_inside.h"

/* A step that the run does not name: of other bytes than it began with. */
static const struct run_step untouched = { .at = WHEN_NEVER, .until = WHEN_NEVER };

/* The run names the steps in the order of the runbook. */
static const struct run_step *mark_of(const struct run *run, size_t index, const char *id)
{
	const struct run_step *step;

	if (index < run->step_count && strcmp(run->steps[index].id, id) == 0)
		return &run->steps[index];
	step = run_step(run, id);
	return step ? step : &untouched;
}

static bool is_done(const struct run_step *mark)
{
	return mark->mark == MARK_SENSED || mark->mark == MARK_DONE || mark->mark == MARK_OVERRIDDEN;
}

/* Its last command came out otherwise than wanted, and nobody has said anything since. */
static bool has_failed(const struct run_step *mark)
{
	const struct attempt *last = run_last_attempt(mark);

	return mark->mark == MARK_FAILED ||
	       (mark->mark == MARK_TODO && last && last->judged && !last->well);
}

/* --- does it apply? ------------------------------------------------------------------------- */

static bool has_value(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->value_count; i++) {
		const struct run_value *value = &run->values[i];

		if (strcmp(value->name, name) == 0)
			return !value->value || value->value[0];
	}
	return false;
}

static bool came_to(const struct run_step *mark, const char *outcome)
{
	if (strcmp(outcome, "done") == 0)
		return is_done(mark);
	if (strcmp(outcome, "skipped") == 0)
		return mark->mark == MARK_SKIPPED;
	if (strcmp(outcome, "failed") == 0)
		return has_failed(mark);
	return mark->mark == MARK_DONE && strcmp(mark->option, outcome) == 0;
}

static bool when_is_so(const struct run *run, const struct when *when)
{
	const struct run_step *mark;

	if (event_text(when->param)[0])
		return has_value(run, when->param);
	if (!event_text(when->step)[0])
		return true;
	mark = run_step(run, when->step);
	return mark && came_to(mark, event_text(when->outcome));
}

enum branch { BRANCH_TAKEN, BRANCH_NOT_YET, BRANCH_OTHER };

static enum branch branch_of(const struct checklist *list, const struct step *step, size_t index)
{
	const struct checklist_item *parent;
	const char *option;

	if (step->branch_of >= index)	/* of none */
		return BRANCH_TAKEN;
	parent = &list->items[step->branch_of];
	if (!is_applicable(parent))
		return BRANCH_OTHER;
	option = parent->mark->option;
	if (parent->mark->mark != MARK_DONE || !option[0])
		return step_mark_settles(parent->mark->mark) ? BRANCH_OTHER : BRANCH_NOT_YET;
	return step->branch < parent->step->option_count &&
	       strcmp(parent->step->options[step->branch].value, option) == 0 ?
		       BRANCH_TAKEN : BRANCH_OTHER;
}

/* --- what is it now? ------------------------------------------------------------------------ */

static bool is_lost(const struct checklist_in *in, const char *origin)
{
	for (size_t i = 0; in->lost && in->lost[i]; i++)
		if (strcmp(in->lost[i], origin) == 0)
			return true;
	return false;
}

static bool is_running(const struct checklist_in *in, const struct run_step *mark,
		       enum item_state *out)
{
	const struct attempt *attempt = run_attempt(mark, mark->running);

	if (!attempt)
		return false;
	*out = attempt->interrupted || is_lost(in, attempt->origin) ? ITEM_STATE_INTERRUPTED :
								     ITEM_STATE_RUNNING;
	return true;
}

static bool cannot_be_seen(const struct checklist_in *in, const struct checklist_item *item)
{
	const struct sense *sense = item->sense;

	return sense && sense->begun && !sense->idle &&
	       hold_is(&sense->probe, item->needed, check_patience(item->step), in->steady) ==
		       TRUTH_UNKNOWN;
}

/* What was so, and perhaps is not. What is seen counts before it is recorded. */
static enum item_state state_of_settled(const struct checklist_in *in,
					const struct checklist_item *item, enum item_state state)
{
	if (item->step->kind == STEP_WAIT)
		return state;
	if (item->sense && item->sense->begun && item->sense->now == TRUTH_NO)
		return ITEM_STATE_REGRESSED;
	return state == ITEM_STATE_SENSED && cannot_be_seen(in, item) ? ITEM_STATE_UNKNOWN : state;
}

static enum item_state state_of(const struct checklist_in *in, const struct checklist_item *item)
{
	const struct run_step *mark = item->mark;
	enum item_state state;

	if (is_running(in, mark, &state))
		return state;
	switch (mark->mark) {
	case MARK_TODO:
		if (has_failed(mark))
			return ITEM_STATE_FAILED;
		return cannot_be_seen(in, item) ? ITEM_STATE_UNKNOWN : ITEM_STATE_TODO;
	case MARK_SENSED: return state_of_settled(in, item, ITEM_STATE_SENSED);
	case MARK_DONE: return state_of_settled(in, item, ITEM_STATE_DONE);
	case MARK_FAILED: return ITEM_STATE_FAILED;
	case MARK_SKIPPED: return ITEM_STATE_SKIPPED;
	case MARK_OVERRIDDEN: return ITEM_STATE_OVERRIDDEN;
	case MARK_DEFERRED: return ITEM_STATE_DEFERRED;
	case MARK_REGRESSED: return ITEM_STATE_REGRESSED;
	}
	return ITEM_STATE_TODO;
}

static bool is_settled(enum item_state state)
{
	return state == ITEM_STATE_SENSED || state == ITEM_STATE_DONE ||
	       state == ITEM_STATE_SKIPPED || state == ITEM_STATE_OVERRIDDEN ||
	       state == ITEM_STATE_DEFERRED || state == ITEM_STATE_NOT_APPLICABLE;
}

bool step_is_called_for(const struct incident *incident, const struct step *step)
{
	return incident_open(incident) && incident->status != INCIDENT_MITIGATED &&
	       incident->status != INCIDENT_MONITORING &&
	       (step->severity == 0 || incident->severity <= step->severity);
}

/* A call is open from its time on; before, it may be made and counts for nothing. */
static bool is_ahead(const struct checklist_in *in, const struct checklist_item *item)
{
	return item->state == ITEM_STATE_TODO && item->step->kind == STEP_ESCALATE &&
	       (in->t < in->run->t + item->step->after || !step_is_called_for(in->incident, item->step));
}

/* --- its list ------------------------------------------------------------------------------- */

static bool is_same_list(const struct step *a, const struct step *b)
{
	return a->heading == b->heading && a->branch_of == b->branch_of && a->branch == b->branch;
}

/* Is one before it in its ordered list open? The nearest one of the list knows of those before. */
static bool is_early(const struct checklist *list, size_t index)
{
	const struct step *step = list->items[index].step;

	for (size_t i = index; step->ordered && i-- > 0;) {
		const struct checklist_item *before = &list->items[i];

		if (before->step->heading != step->heading)
			return false;
		if (is_same_list(before->step, step))
			return before->early || before->open;
	}
	return false;
}

static bool is_late(const struct checklist_in *in, const struct checklist_item *item)
{
	return item->open && item->step->timeout > 0 && item->began_t > 0 &&
	       in->t - item->began_t >= item->step->timeout;
}

void item_make(struct checklist *list, const struct checklist_in *in, size_t index)
{
	struct checklist_item *item = &list->items[index];
	const struct step *step = &in->runbook->steps[index];
	enum branch branch;

	*item = (struct checklist_item){ .step = step, .mark = mark_of(in->run, index, step->id),
					 .needed = check_needed(step) };
	branch = branch_of(list, step, index);
	item->began_t = item->mark->started_t;
	item->looked = in->senses ? &in->senses[index] : NULL;
	item->sense = checklist_senses(step) ? item->looked : NULL;
	if (step->kind == STEP_WAIT && !item->sense)
		item->held = item->began_t ? in->t - item->began_t : 0;
	else if (item->sense && item->sense->begun)
		item->held = hold_held(&item->sense->probe);
	item->state = branch == BRANCH_OTHER || !when_is_so(in->run, &step->when) ?
			      ITEM_STATE_NOT_APPLICABLE : state_of(in, item);
	/* Nobody knows yet whether it will be wanted: it is shown, and counts for nothing. */
	if (branch == BRANCH_NOT_YET && item->state == ITEM_STATE_TODO)
		item->state = ITEM_STATE_NOT_APPLICABLE;
	item->ahead = is_ahead(in, item);
	item->open = !is_settled(item->state) && !item->ahead;
	item->early = is_early(list, index);
	item->late = is_late(in, item);
}

/* --- what comes next ------------------------------------------------------------------------ */

static size_t index_of(const struct checklist *list, const char *id)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].step->id, id) == 0)
			return i;
	return list->count;
}

static size_t index_of_section(const struct checklist *list, const char *anchor)
{
	const struct runbook *runbook = list->runbook;

	for (size_t i = 0; i < list->count; i++) {
		size_t heading = list->items[i].step->heading;

		if (heading < runbook->heading_count &&
		    strcmp(runbook->headings[heading].anchor, anchor) == 0)
			return i;
	}
	return list->count;
}

static size_t index_of_kind(const struct checklist *list, enum step_kind kind)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].step->kind == kind &&
		    (list->items[i].open || list->items[i].ahead))
			return i;
	return list->count;
}

/* A step, a section, or whoever is to be called. */
static size_t target_of(const struct checklist *list, const char *jump)
{
	if (jump[0] == '#')
		return index_of_section(list, jump + 1);
	if (strcmp(jump, "escalate") == 0)
		return index_of_kind(list, STEP_ESCALATE);
	return jump[0] ? index_of(list, jump) : list->count;
}

static const char *jump_of(const struct checklist_item *item)
{
	const struct step *step = item->step;

	for (size_t i = 0; i < step->option_count; i++)
		if (item->mark->mark == MARK_DONE &&
		    strcmp(step->options[i].value, item->mark->option) == 0)
			return event_text(step->options[i].jump);
	return "";
}

/* Where the last decision that leads somewhere leads to; 0: to the beginning. */
static size_t start_of(const struct checklist *list)
{
	const struct checklist_item *last = NULL;
	size_t target;

	for (size_t i = 0; i < list->count; i++) {
		const struct checklist_item *item = &list->items[i];

		if (item->step->kind == STEP_DECISION && is_applicable(item) && jump_of(item)[0] &&
		    (!last || item->mark->t > last->mark->t))
			last = item;
	}
	target = last ? target_of(list, jump_of(last)) : list->count;
	return target < list->count ? target : 0;
}

/* Something to do: not what was seen to be so and only cannot be seen just now. */
static bool is_to_do(const struct checklist_item *item)
{
	return item->open && (item->state != ITEM_STATE_UNKNOWN || item->mark->mark == MARK_TODO);
}

static size_t first_to_do(const struct checklist *list, size_t from)
{
	while (from < list->count && !is_to_do(&list->items[from]))
		from++;
	return from;
}

/* One that failed or is late leads on to another, while that one is to do. */
static size_t led_on(const struct checklist *list, size_t index)
{
	const struct checklist_item *item = &list->items[index];
	size_t target = list->count;

	if (item->state == ITEM_STATE_FAILED)
		target = target_of(list, event_text(item->step->on_fail));
	else if (item->late)
		target = target_of(list, event_text(item->step->on_timeout));
	if (target == list->count)
		return index;
	return is_to_do(&list->items[target]) || list->items[target].ahead ? target : index;
}

void item_next(struct checklist *list)
{
	size_t next = first_to_do(list, start_of(list));

	if (next == list->count)
		next = first_to_do(list, 0);
	for (size_t i = 0; next == list->count && i < list->count; i++)
		if (list->items[i].open)
			next = i;
	list->next = next < list->count ? led_on(list, next) : next;
}
