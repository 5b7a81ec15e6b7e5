/*
 * What only the runbook knows of an order about a step; decide() has the rest.
 */
#include <string.h>

#include "core/checklist_inside.h"

struct gate {
	const struct checklist *list;
	const struct checklist_item *item;
	struct order *order;
	struct err *err;
};

#define REFUSE(gate, ...) (err_set((gate)->err, ERR_REFUSED, __VA_ARGS__))

static const struct checklist_item *item_of(const struct checklist *list, const struct order *order)
{
	if (!(order->data.has & F(run)) || !(order->data.has & F(step)) ||
	    strcmp(event_text(order->data.run), list->run->event) != 0)
		return NULL;
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].step->id, event_text(order->data.step)) == 0)
			return &list->items[i];
	return NULL;
}

static bool allow(struct gate *gate)
{
	(void)gate;
	return true;
}

static bool check_applicable(struct gate *gate)
{
	return is_applicable(gate->item) ||
	       REFUSE(gate, "step %u is not applicable: its branch was not taken, or its `when` is "
			    "not so", gate->item->step->n);
}

/* --- ticking -------------------------------------------------------------------------------- */

static bool done(struct gate *gate)
{
	const struct checklist_item *item = gate->item;

	if (!check_applicable(gate))
		return false;
	if (item->step->kind == STEP_DECISION)
		return REFUSE(gate, "step %u is a decision: choose one of its options", item->step->n);
	if (item->sense && item->sense->begun && item->sense->now == TRUTH_NO)
		return REFUSE(gate, "the check of step %u does not hold: %s; override it with a reason",
			      item->step->n, item->sense->because);
	if (item->early)
		EVENT_SET(gate->order->data, early, true);
	return true;
}

static bool override(struct gate *gate)
{
	const struct checklist_item *item = gate->item;

	if (!check_applicable(gate))
		return false;
	if (!item->sense)
		return REFUSE(gate, "step %u has no check to override: say done, or skip it with a reason",
			      item->step->n);
	if (item->sense->begun && item->sense->now == TRUTH_YES)
		return REFUSE(gate, "the check of step %u holds: it ticks itself", item->step->n);
	EVENT_SET(gate->order->data, because, item->sense->because);
	return true;
}

/* --- decisions ------------------------------------------------------------------------------ */

static bool choose(struct gate *gate)
{
	const struct step *step = gate->item->step;
	const char *option = event_text(gate->order->data.option);
	struct buf options = { 0 };

	if (!check_applicable(gate))
		return false;
	if (step->kind != STEP_DECISION)
		return REFUSE(gate, "step %u is no decision", step->n);
	for (size_t i = 0; i < step->option_count; i++) {
		buf_fmt(&options, "%s%s", i ? ", " : "", step->options[i].value);
		if (strcmp(step->options[i].value, option) == 0) {
			buf_done(&options);
			return true;
		}
	}
	REFUSE(gate, "step %u has no such option: it has %s", step->n, buf_cstr(&options));
	buf_done(&options);
	return false;
}

/* --- commands ------------------------------------------------------------------------------- */

/* Every check before the command must have been seen to hold lately. */
static bool check_guards(struct gate *gate, const struct sense *senses, size_t fence)
{
	const struct step *step = gate->item->step;

	for (size_t i = 0; i < fence && i < step->fence_count; i++) {
		size_t slot = checklist_fence(step, i);
		const struct fence_sense *guard;

		if (slot == SIZE_MAX || fence_ticks(step, i))
			continue;
		guard = senses ? &senses->fences[slot] : NULL;
		if (!guard || guard->at == 0 || guard->at == WHEN_NEVER)
			return REFUSE(gate, "the check before the command of step %u has not run yet",
				      step->n);
		if (guard->truth != TRUTH_YES)
			return REFUSE(gate, "the check before the command of step %u does not hold: %s",
				      step->n, guard->said);
	}
	return true;
}

static bool run(struct gate *gate)
{
	const struct step *step = gate->item->step;
	size_t fence = gate->order->data.fence > 0 ? (size_t)gate->order->data.fence : 0;

	if (!check_applicable(gate))
		return false;
	if (fence >= step->fence_count)
		return REFUSE(gate, "step %u has no such command", step->n);
	if (!step->fences[fence].runnable)
		return REFUSE(gate, "that of step %u cannot be run: %s", step->n,
			      step->fences[fence].why_not);
	gate->order->two_person = gate->order->two_person || step->two_person;
	return check_guards(gate, gate->item->looked, fence);
}

static bool (*gate_of(enum event_kind kind))(struct gate *gate)
{
	static const struct {
		enum event_kind kind;
		bool (*gate)(struct gate *gate);
	} gates[] = {
		{ EVENT_STEP_DONE, done }, { EVENT_STEP_OVERRIDDEN, override },
		{ EVENT_STEP_DEFERRED, check_applicable }, { EVENT_STEP_STARTED, check_applicable },
		{ EVENT_STEP_CLAIMED, check_applicable }, { EVENT_DECISION_TAKEN, choose },
		{ EVENT_STEP_RUN_STARTED, run }, { EVENT_STEP_CONFIRM_ASKED, run },
	};

	for (size_t i = 0; i < ARRAY_LEN(gates); i++)
		if (gates[i].kind == kind)
			return gates[i].gate;
	return allow;
}

bool checklist_allows(const struct checklist *list, struct order *order, struct err *err)
{
	struct gate gate = { list, item_of(list, order), order, err };

	return !gate.item || gate_of(order->kind)(&gate);
}
