/*
 * What the instruments say of a checklist: probes and check fences, and what must be recorded.
 */
#include <math.h>
#include <string.h>

#include "core/caseload.h"
#include "core/checklist_inside.h"

#define CHECK_EVERY (10 * WHEN_SECOND)		/* where nothing is given */
enum { PERIODS = 3 };				/* after so many what was not seen is not known */

/* --- which fences --------------------------------------------------------------------------- */

size_t checklist_fence(const struct step *step, size_t fence)
{
	size_t slot = 0;

	if (fence >= step->fence_count || !step->fences[fence].check || !step->fences[fence].runnable)
		return SIZE_MAX;
	for (size_t i = 0; i < fence; i++)
		slot += step->fences[i].check && step->fences[i].runnable;
	return slot < SENSE_FENCES ? slot : SIZE_MAX;
}

const struct fence *check_fence(const struct step *step, size_t slot)
{
	for (size_t i = 0; i < step->fence_count; i++)
		if (checklist_fence(step, i) == slot)
			return &step->fences[i];
	return NULL;
}

bool fence_ticks(const struct step *step, size_t fence)
{
	if (checklist_fence(step, fence) == SIZE_MAX)
		return false;
	for (size_t i = fence + 1; step->kind != STEP_CHECK && i < step->fence_count; i++)
		if (step->fences[i].runnable && !step->fences[i].check)
			return false;
	return true;
}

/* What a person chooses, enters or says is not sensed: a check beside it only informs. */
static bool can_tick(enum step_kind kind)
{
	return kind == STEP_MANUAL || kind == STEP_COMMAND || kind == STEP_CHECK ||
	       kind == STEP_WAIT;
}

bool checklist_senses(const struct step *step)
{
	if (!can_tick(step->kind))
		return false;
	if (step->probe)
		return true;
	for (size_t i = 0; i < step->fence_count; i++)
		if (fence_ticks(step, i))
			return true;
	return false;
}

msec checklist_every(const struct step *step, const struct fence *fence)
{
	if (fence && fence->every > 0)
		return fence->every;
	return step->every > 0 ? step->every : CHECK_EVERY;
}

msec check_patience(const struct step *step)
{
	return PERIODS * checklist_every(step, NULL);
}

static msec longer(msec a, msec b)
{
	return a > b ? a : b;
}

msec check_needed(const struct step *step)
{
	msec needed = longer(step->hold, step->probe ? expr_for(step->probe) : 0);

	for (size_t i = 0; i < step->fence_count; i++)
		if (fence_ticks(step, i))
			needed = longer(needed, step->fences[i].hold);
	return needed;
}

/* --- looking -------------------------------------------------------------------------------- */

/* What several say: no where one says no. */
static enum truth both(enum truth a, enum truth b)
{
	if (a == TRUTH_NO || b == TRUTH_NO)
		return TRUTH_NO;
	return a == TRUTH_UNKNOWN || b == TRUTH_UNKNOWN ? TRUTH_UNKNOWN : TRUTH_YES;
}

static bool has_run(const struct fence_sense *fence)
{
	return fence->at != WHEN_NEVER && fence->at != 0;
}

/* An outcome that is too old is none; that nobody runs the fence now is our own choice. */
static enum truth truth_of_fence(const struct checklist_in *in, struct sense *sense, size_t slot,
				 msec every)
{
	const struct fence_sense *fence = &sense->fences[slot];

	if (has_run(fence) && in->steady - fence->at <= PERIODS * every)
		return fence->truth;
	sense->idle = true;
	return TRUTH_UNKNOWN;
}

static void say(struct buf *because, const char *text)
{
	if (text[0])
		buf_fmt(because, "%s%s", because->len ? "; " : "", text);
}

static void look_at_fences(const struct checklist_in *in, const struct step *step,
			   struct sense *sense, struct buf *because)
{
	for (size_t i = 0; i < step->fence_count; i++) {
		size_t slot = checklist_fence(step, i);
		msec every = checklist_every(step, &step->fences[i]);

		if (slot == SIZE_MAX || !fence_ticks(step, i))
			continue;
		sense->now = both(sense->now, truth_of_fence(in, sense, slot, every));
		say(because, has_run(&sense->fences[slot]) ? sense->fences[slot].said :
							     "its check has not run yet");
	}
}

static void look_at(const struct checklist_in *in, const struct step *step,
		    const struct expr_world *world, struct sense *sense)
{
	struct buf because = { 0 };

	if (!sense->begun)
		hold_start(&sense->probe);
	sense->begun = true;
	sense->idle = false;
	sense->now = TRUTH_YES;
	if (step->probe)
		sense->now = expr_eval(step->probe, world, &because);
	look_at_fences(in, step, sense, &because);
	/* What the probe does not know is not our choice. */
	if (step->probe && sense->idle && sense->now == TRUTH_UNKNOWN)
		sense->idle = expr_eval(step->probe, world, &(struct buf){ .max = 1 }) != TRUTH_UNKNOWN;
	(void)str_put(sense->because, sizeof(sense->because), buf_cstr(&because));
	hold_see(&sense->probe, sense->now, in->steady);
	buf_done(&because);
}

void checklist_sense(const struct checklist_in *in, struct sense *senses)
{
	struct expr_world world = checklist_world(in->world);

	for (size_t i = 0; i < in->runbook->step_count; i++)
		if (checklist_senses(&in->runbook->steps[i]))
			look_at(in, &in->runbook->steps[i], &world, &senses[i]);
}

/* --- the world that expressions read -------------------------------------------------------- */

static bool find_count(struct datum *out, double number, const char *unit)
{
	out->kind = DATUM_NUMBER;
	out->number = number;
	(void)str_put(out->unit, sizeof(out->unit), unit);
	return true;
}

/* tx.stuck, tx.late, tx.open, tx.cancellable, tx.oldest_age_s: as the platform itself believes. */
static bool find_tx(const struct world *world, const char *field, struct datum *out)
{
	const struct tx_summary *tx = &world->tx;
	const struct {
		const char *name, *unit;
		double number;
	} fields[] = {
		{ "stuck", "", (double)tx->stuck },
		{ "late", "", (double)tx->late },
		{ "open", "", (double)tx->total_open },
		{ "cancellable", "", (double)tx->cancellable },
		{ "oldest_age_s", "s", tx->oldest_age_s },
	};

	if (!world->tx_configured)
		return false;
	*out = (struct datum){ .state = tx->known ? STATE_OK : STATE_UNKNOWN, .age = WHEN_NEVER };
	if (tx->known && tx->at != WHEN_NEVER && world->now >= tx->at)
		out->age = world->now - tx->at;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (strcmp(fields[i].name, field) == 0)
			return find_count(out, fields[i].number, fields[i].unit);
	return false;
}

/* --- the selected transaction (formats.md 7.7) --- */

static bool find_text(struct datum *out, const char *text)
{
	out->kind = DATUM_TEXT;
	(void)str_put(out->text, sizeof(out->text), text);
	return true;
}

/* Does the evidence show a ledger after its bound, within what the account's state covers? */
static bool is_past(const struct tx_evidence *evidence, const struct account_read *read)
{
	const struct life *life = &evidence->tx;

	return read->usable && ((life->max_time > 0 && read->b_ledger > 0 &&
				 read->b_ledger <= read->at &&
				 read->b_close > (int64_t)life->max_time) ||
				(life->max_ledger > 0 && read->at + 1 >= (int64_t)life->max_ledger));
}

/* Without an envelope nobody knows whether it has a bound. */
static bool find_bound_passed(const struct tx_case *tx, struct datum *out)
{
	const struct tx_evidence *evidence = tx->evidence;

	if (!evidence || !evidence->has_tx || !evidence->tx.envelope || evidence->account_count == 0)
		return true;
	out->kind = DATUM_BOOL;
	out->state = STATE_OK;
	for (size_t i = 0; i < evidence->account_count; i++)
		out->truth = out->truth || is_past(evidence, &evidence->account[i]);
	return true;
}

/* Of the payment, as screens offer it: a dead envelope beside one that can land is not safe. */
static enum safety safe_of(const struct tx_case *tx)
{
	const bool *allowed = tx->decision.allowed;

	if (!allowed[ACT_MARK_CANCELLED] && !allowed[ACT_MARK_FAILED] && !allowed[ACT_REBUILD])
		return SAFE_NO;
	return tx->decision.confirm ? SAFE_CONFIRM : tx->verdict.safe;
}

static bool find_of_case(const struct world *world, const struct tx_case *tx, const char *field,
			 struct datum *out)
{
	*out = (struct datum){ .state = STATE_UNKNOWN, .age = WHEN_NEVER };
	if (strcmp(field, "bound_passed") == 0)
		return find_bound_passed(tx, out);
	if (strcmp(field, "verdict") != 0 && strcmp(field, "safe_to_cancel") != 0)
		return false;
	if (!tx->judged)
		return true;
	out->state = STATE_OK;
	if (tx->judged_at != WHEN_NEVER && world->now >= tx->judged_at)
		out->age = world->now - tx->judged_at;
	return find_text(out, strcmp(field, "verdict") == 0 ? verdict_name(tx->verdict.kind) :
			 safety_word(safe_of(tx)));
}

/* tx.verdict, tx.safe_to_cancel, tx.bound_passed; unknown while no row is selected. */
static bool find_selected(const struct world *world, const char *field, struct datum *out)
{
	const struct caseload *cases = world->cases;
	struct tx_case tx = { .judged_at = WHEN_NEVER };

	if (cases && cases->find && (cases->selected_id[0] || cases->selected_hash[0]))
		(void)cases->find(cases->arg, cases->selected_id, cases->selected_hash, &tx);
	return find_of_case(world, &tx, field, out);
}

/* Can transactions be asked about: do all Horizons and RPCs answer as they should? */
static bool find_healthy(const struct world *world, struct datum *out)
{
	bool any = false, well = true;

	*out = (struct datum){ .state = STATE_UNKNOWN, .age = WHEN_NEVER };
	for (size_t i = 0; i < world->source_count; i++) {
		const struct source *source = &world->sources[i];

		if (strcmp(source->kind, "horizon") != 0 && strcmp(source->kind, "stellar-rpc") != 0)
			continue;
		if (source->state == STATE_UNKNOWN || source->state == STATE_STALE)
			return true;
		any = true;
		well = well && source->state == STATE_OK;
	}
	if (!any)
		return false;
	out->kind = DATUM_BOOL;
	out->state = STATE_OK;
	out->truth = well;
	return true;
}

static bool find_stellar(const struct world *world, const char *field, struct datum *out)
{
	if (strcmp(field, "healthy") == 0)
		return find_healthy(world, out);
	return find_selected(world, field, out);
}

static bool find_datum(void *arg, const char *path, struct datum *out)
{
	const struct world *world = arg;
	static const char tx[] = "tx.", stellar[] = "stellar.";

	if (world_datum(world, path, out))
		return true;
	if (strncmp(path, stellar, strlen(stellar)) == 0)
		return find_stellar(world, path + strlen(stellar), out);
	if (strncmp(path, tx, strlen(tx)) != 0)
		return false;
	return find_tx(world, path + strlen(tx), out) ||
	       find_selected(world, path + strlen(tx), out);
}

/* One that is silenced fires all the same; one that is pending does not yet. */
static bool fires(const struct alert *alert)
{
	return alert->state == ALERT_FIRING || alert->state == ALERT_SUPPRESSED;
}

static enum truth find_alert(void *arg, const char *name)
{
	const struct world *world = arg;

	for (size_t i = 0; i < world->alert_count; i++)
		if (strcmp(world->alerts[i].name, name) == 0 && fires(&world->alerts[i]))
			return world->alerts_trusted ? TRUTH_YES : TRUTH_UNKNOWN;
	return world->alerts_trusted && world->alerts_dropped == 0 ? TRUTH_NO : TRUTH_UNKNOWN;
}

struct expr_world checklist_world(const struct world *world)
{
	/* They only read it. */
	return (struct expr_world){ find_datum, find_alert, (void *)(uintptr_t)world };
}

/* --- what must be recorded ------------------------------------------------------------------ */

static void put_order(const struct checklist *list, const struct checklist_item *item,
		      enum event_kind kind, struct order *out)
{
	*out = (struct order){ .kind = kind, .at = WHEN_NEVER, .src = SRC_SENSED, .by = "" };
	EVENT_SET(out->data, run, list->run->event);
	EVENT_SET(out->data, step, item->step->id);
	if (kind != EVENT_STEP_STARTED)
		EVENT_SET(out->data, because, item->sense ? item->sense->because :
							     "the time has passed");
}

/* A step that a person has passed over, or says has failed, stays as it is. */
static bool may_tick(const struct checklist_item *item)
{
	enum step_mark mark = item->mark->mark;

	return (mark == MARK_TODO || mark == MARK_REGRESSED || mark == MARK_DEFERRED) &&
	       item->state != ITEM_STATE_RUNNING;
}

/* What is waited for counts from its turn on: a wait that is over stays over. */
static bool is_so(const struct checklist_item *item)
{
	const struct sense *sense = item->sense;

	if (item->step->kind == STEP_WAIT && !item->began_t)
		return false;
	if (sense)
		return sense->begun && sense->now == TRUTH_YES && item->held >= item->needed;
	return item->step->kind == STEP_WAIT && item->needed > 0 && item->held >= item->needed;
}

static bool is_no_more(const struct checklist_item *item)
{
	enum step_mark mark = item->mark->mark;

	return (mark == MARK_SENSED || mark == MARK_DONE) && item->step->kind != STEP_WAIT &&
	       item->sense && item->sense->begun && item->sense->now == TRUTH_NO;
}

/* A wait, and a check that must hold within a time, begin when it is their turn. */
static bool must_begin(const struct checklist *list, const struct checklist_item *item)
{
	return item == &list->items[list->next] && !item->began_t && item->mark->mark == MARK_TODO &&
	       (item->step->kind == STEP_WAIT || item->step->timeout > 0);
}

size_t checklist_orders(const struct checklist *list, struct order *out, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count && count < max && run_goes_on(list->run); i++) {
		const struct checklist_item *item = &list->items[i];

		if (!is_applicable(item))
			continue;
		if (may_tick(item) && is_so(item))
			put_order(list, item, EVENT_STEP_SENSED, &out[count++]);
		else if (is_no_more(item))
			put_order(list, item, EVENT_STEP_REGRESSED, &out[count++]);
		else if (must_begin(list, item))
			put_order(list, item, EVENT_STEP_STARTED, &out[count++]);
	}
	return count;
}
