/*
 * Random runbooks in random states, driven by random orders beside a world that changes: whatever
 * comes, a checklist counts right, says what is next, and the instruments never order a thing
 * twice. The seeds are fixed: a failure comes again.
 */
#include "core/checklist.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "core/past.h"
#include "tests/lib/walks.h"

enum { BOOKS = 300, ORDERS = 120, STEPS = 12 };

static struct walk walk;
static uint64_t dice = 0x9e3779b97f4a7c15;

static size_t roll(size_t sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (size_t)(dice % sides);
}

static const char *const ids[STEPS] = {
	"s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11",
};

static const struct book_option options[] = {
	{ .value = "go", .jump = "s7" }, { .value = "wait", .jump = "#resolution" },
	{ .value = "other", .jump = "" },
};

static const struct fence fences[] = {
	{ .check = true, .runnable = true }, { .runnable = true }, { .check = true, .runnable = true },
};

/* Any step may name any other, itself too. */
static struct walk_row any_row(size_t at, const struct walk_row *before)
{
	static const char *const probes[] = {
		"indexer.lag_s < 300", "db.writable for 30s", "absent(alert(IndexerDown))",
	};
	static const char *const outcomes[] = { "done", "skipped", "failed", "go", "nothing" };
	struct walk_row row = { .id = ids[at], .kind = (enum step_kind)roll(STEP_ESCALATE + 1),
				.loose = roll(3) == 0 };

	if (row.kind == STEP_DECISION) {
		row.more.options = options;
		row.more.option_count = ARRAY_LEN(options);
	}
	if (roll(3) == 0)
		row.probe = probes[roll(ARRAY_LEN(probes))];
	if (roll(3) == 0) {
		row.more.fences = fences + roll(2);
		row.more.fence_count = 1 + roll(2);
	}
	if (roll(4) == 0)
		row.more.when = (struct when){ .step = ids[roll(STEPS)],
					       .outcome = outcomes[roll(ARRAY_LEN(outcomes))] };
	if (roll(4) == 0)
		row.more.timeout = row.more.hold = (msec)(1 + roll(5)) * WHEN_MINUTE;
	if (row.kind == STEP_ESCALATE)
		row.more.after = (msec)roll(20) * WHEN_MINUTE;
	row.more.on_fail = roll(3) ? "" : ids[roll(STEPS)];
	row.more.on_timeout = roll(3) ? "" : "escalate";
	for (size_t i = at; i-- > 0 && roll(2);)
		if (before[i].kind == STEP_DECISION) {
			row.parent = ids[i];
			row.branch = roll(4);	/* one that is not there, too */
		}
	return row;
}

static void any_world(void)
{
	switch (roll(8)) {
	case 0: walk_lag(&walk, (double)roll(600)); break;
	case 1: walk_lag(&walk, NAN); break;
	case 2: walk_writable(&walk, roll(2)); break;
	case 3: walk_alert(&walk, roll(2) ? "IndexerDown" : NULL); break;
	case 4: walk_blind(&walk); break;
	case 5: walk.lost[0] = roll(2) ? "aaaaaaaaaaaaaaaa" : NULL; break;
	case 6:
		walk.senses[roll(walk.list.count)].fences[roll(2)] = (struct fence_sense){
			(enum truth)roll(3), walk.orders.now, "1 row" };
		break;
	default: break;
	}
}

static void any_order(void)
{
	static const enum event_kind kinds[] = {
		EVENT_STEP_DONE, EVENT_STEP_SKIPPED, EVENT_STEP_OVERRIDDEN, EVENT_STEP_DEFERRED,
		EVENT_STEP_FAILED, EVENT_STEP_REPEATED, EVENT_STEP_CLAIMED, EVENT_STEP_STARTED,
		EVENT_STEP_CLAIM_RELEASED,
	};
	const char *step = ids[roll(STEPS)];
	char id[ULID_TEXT];

	switch (roll(4)) {
	case 0:
		(void)walk_decide(&walk, step, options[roll(ARRAY_LEN(options))].value);
		break;
	case 1:
		if (walk_run(&walk, step, id) && roll(4))
			(void)walk_ran(&walk, id, roll(2));
		break;
	case 2:
		(void)walk_do(&walk, kinds[roll(ARRAY_LEN(kinds))], step);
		break;
	default:
		(void)walk_because(&walk, kinds[roll(ARRAY_LEN(kinds))], step, "because");
		break;
	}
}

/* --- what must hold ------------------------------------------------------------------------- */

static void check_item(const struct checklist_item *item)
{
	bool applies = item->state != ITEM_STATE_NOT_APPLICABLE;

	assert_true(item->state < ITEM_STATE_COUNT);
	assert_true(applies || !item->open);
	if (item->state == ITEM_STATE_SENSED || item->state == ITEM_STATE_DONE)
		assert_true(!item->open && (item->mark->mark == MARK_SENSED ||
					    item->mark->mark == MARK_DONE));
	if (item->state == ITEM_STATE_INTERRUPTED || item->state == ITEM_STATE_RUNNING)
		assert_true(item->open && item->mark->running[0]);
	if (item->state == ITEM_STATE_SENSED && item->sense && item->sense->begun)
		assert_true(item->step->kind == STEP_WAIT ||
				    item->sense->now != TRUTH_NO);
}

static void check_list(void)
{
	const struct checklist *list = &walk.list;
	size_t open = 0, applicable = 0;

	for (size_t i = 0; i < list->count; i++) {
		check_item(&list->items[i]);
		open += list->items[i].open;
		applicable += list->items[i].state != ITEM_STATE_NOT_APPLICABLE && !list->items[i].ahead;
	}
	assert_int_equal(list->open, open);
	assert_int_equal(list->applicable, applicable);
	assert_int_equal(list->complete, applicable > 0 && open == 0);
	assert_true(list->next <= list->count);
	assert_int_equal(list->next < list->count, open > 0);
	assert_true(list->next == list->count || list->items[list->next].open ||
		    list->items[list->next].ahead);
	assert_true(list->words[0]);
	if (list->complete)
		assert_true(strncmp(list->words, "COMPLETE", 8) == 0);
}

/* What was recorded once is not ordered again while nothing changes. */
static void check_orders(void)
{
	size_t first = walk_sense(&walk, 0);

	check_list();
	for (int i = 0; first > 0 && i < STEPS; i++)
		first = walk_sense(&walk, 0);	/* one may bring the next its turn */
	assert_int_equal(first, 0);
	check_list();
}

static void a_checklist_counts_right_whatever_comes(void **state)
{
	size_t complete = 0, regressed = 0, taken = 0;

	(void)state;
	for (size_t book = 0; book < BOOKS; book++) {
		struct walk_row rows[STEPS];
		size_t count = 2 + roll(STEPS - 1);

		for (size_t i = 0; i < count; i++)
			rows[i] = any_row(i, rows);
		walk_open(&walk, rows, count);
		for (size_t i = 0; i < ORDERS; i++) {
			walk_look(&walk, (msec)roll(60) * WHEN_SECOND);
			any_world();
			walk_look(&walk, WHEN_SECOND);
			check_list();
			any_order();
			taken += walk.orders.count;
			check_list();
			check_orders();
			complete += walk.list.complete;
			regressed += walk.list.regressed > 0;
		}
		walk_close(&walk);
	}
	/* The dice must reach what is to be tried. */
	print_message("%zu orders taken, complete %zu times, regressed %zu times\n", taken, complete,
		      regressed);
	assert_true(complete > 100 && regressed > 100 && taken > BOOKS * ORDERS / 20);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_checklist_counts_right_whatever_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
