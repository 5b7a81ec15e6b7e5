/* test_core_clocks_runs.c: what runs of runbooks owe, with and without their checklists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "core/books.h"
#include "tests/lib/owed.h"
#include "tests/lib/walks.h"

static struct walk walk;
static struct owed_look look;
static struct docket_run docket;

#define WALK(rows) walk_open(&walk, (rows), ARRAY_LEN(rows))

static int drop(void **state)
{
	(void)state;
	walk_close(&walk);
	return 0;
}

static const struct owed *row(enum owed_kind kind)
{
	docket = (struct docket_run){ .run = walk_run_of(&walk), .runbook = &walk.book,
				      .list = &walk.list };
	owed_look(&look, &walk.orders.incident, &walk.orders.policy, walk.orders.now);
	look.in.runs = &docket;
	look.in.run_count = 1;
	owed_again(&look, walk.orders.now);
	return owed_find(&look, kind);
}

/* As a verb sees it, that has read no runbook. */
static const struct owed *bare_row(enum owed_kind kind)
{
	owed_look(&look, &walk.orders.incident, &walk.orders.policy, walk.orders.now);
	return owed_find(&look, kind);
}

static void the_next_step_comes_before_all_that_is_not_overdue(void **state)
{
	static const struct walk_row rows[] = { { .id = "announce" }, { .id = "promote" } };
	const struct owed *next;
	struct order order;

	(void)state;
	WALK(rows);
	next = row(OWED_STEP);
	assert_string_equal(next->text, "step 1  announce");
	assert_string_equal(next->event, walk.run);
	assert_string_equal(next->subject, "announce");
	assert_true(next->prompt && !next->overdue);
	orders_seat(&walk.orders, "commander", "ana");
	order = ORDER(&walk.orders, COMMAND_OFFERED);
	EVENT_SET(order.data, who, "ben");
	EVENT_SET(order.data, text, "the card");
	assert_true(orders_give(&walk.orders, &order));
	assert_true(row(OWED_OFFER)->prompt);	/* it is time for that one, too, and longer */
	for (size_t i = 0; i < look.count && look.rows[i].kind != OWED_STEP; i++)
		assert_true(look.rows[i].overdue || look.rows[i].kind == OWED_ANNOUNCE);
	assert_null(bare_row(OWED_STEP));
	walk_do(&walk, EVENT_STEP_DONE, "announce");
	assert_string_equal(row(OWED_STEP)->text, "step 2  promote");
	walk_do(&walk, EVENT_STEP_DONE, "promote");
	assert_null(row(OWED_STEP));
}

static void a_step_says_who_is_at_it_and_where_it_belongs(void **state)
{
	static const struct fence fences[] = { { .runnable = true, .on = "db-1" } };
	static const struct walk_row rows[] = {
		{ .id = "promote", .kind = STEP_COMMAND,
		  .more = { .fences = fences, .fence_count = 1 } },
	};
	char id[ULID_TEXT];

	(void)state;
	WALK(rows);
	assert_string_equal(row(OWED_STEP)->text, "step 1  promote, on db-1");
	walk_do(&walk, EVENT_STEP_CLAIMED, "promote");
	assert_string_equal(row(OWED_STEP)->text, "step 1  promote, on db-1");
	walk_do(&walk, EVENT_STEP_CLAIM_RELEASED, "promote");
	walk.orders.by = "ben";
	walk_do(&walk, EVENT_STEP_CLAIMED, "promote");
	assert_string_equal(row(OWED_STEP)->text, "step 1  promote: ben is at it");
	walk_run(&walk, "promote", id);
	assert_string_equal(row(OWED_STEP)->text, "step 1  promote: its command runs");
}

/* A second runbook of one step; on top of the run `parent`, or beside it (NULL). */
static void begin_another(const char *parent)
{
	const char *step = "look";
	struct order order = ORDER(&walk.orders, RUN_STARTED);

	EVENT_SET(order.data, runbook, "redis-degraded");
	EVENT_SET(order.data, title, "Redis degraded");
	EVENT_SET(order.data, sha256,
		  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	EVENT_SET(order.data, mode, "native");
	EVENT_SET(order.data, steps, ((struct text_list){ &step, 1 }));
	if (parent)
		EVENT_SET(order.data, of, parent);
	assert_true(orders_give(&walk.orders, &order));
}

static void of_several_walks_a_step_is_named_with_its_runbook(void **state)
{
	static const struct walk_row rows[] = { { .id = "announce" } };

	(void)state;
	WALK(rows);
	begin_another(NULL);
	walk_look(&walk, 0);
	assert_true(str_starts(str_of(row(OWED_STEP)->text), walk_run_of(&walk)->runbook));
}

static void a_runbook_on_top_hides_the_next_step_below_it(void **state)
{
	static const struct walk_row rows[] = { { .id = "announce" } };
	struct order order;

	(void)state;
	WALK(rows);
	begin_another(walk.run);
	assert_null(row(OWED_STEP));
	order = ORDER(&walk.orders, RUN_ENDED);
	EVENT_SET(order.data, run, walk.orders.incident.runs[1].event);
	EVENT_SET(order.data, text, "COMPLETE");
	assert_true(orders_give(&walk.orders, &order));
	assert_non_null(row(OWED_STEP));
}

static void what_regressed_asks_for_attention(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "write", .kind = STEP_CHECK, .probe = "db.writable" }, { .id = "tidy" },
	};

	(void)state;
	WALK(rows);
	walk_sense(&walk, WHEN_SECOND);
	assert_null(row(OWED_REGRESSED));
	walk_writable(&walk, false);
	walk_sense(&walk, WHEN_SECOND);
	assert_string_equal(row(OWED_REGRESSED)->text, "step 1  write was so, and is so no more");
	assert_string_equal(bare_row(OWED_REGRESSED)->text, "step write was so, and is so no more");
}

static void a_command_without_an_outcome_asks_for_a_look(void **state)
{
	static const struct fence fences[] = { { .runnable = true } };
	static const struct walk_row rows[] = {
		{ .id = "promote", .kind = STEP_COMMAND,
		  .more = { .fences = fences, .fence_count = 1 } },
	};
	char id[ULID_TEXT];

	(void)state;
	WALK(rows);
	walk_run(&walk, "promote", id);
	assert_null(row(OWED_INTERRUPTED));
	walk.lost[0] = "aaaaaaaaaaaaaaaa";
	walk_look(&walk, WHEN_SECOND);
	assert_string_equal(row(OWED_INTERRUPTED)->text,
			    "step 1  promote was interrupted, its outcome is not known: look, and say "
			    "what it came to");
	assert_null(bare_row(OWED_INTERRUPTED));	/* that it is gone, app knows */
}

static void a_second_person_is_asked_for_a_word(void **state)
{
	static const struct fence fences[] = { { .runnable = true } };
	static const struct walk_row rows[] = {
		{ .id = "promote", .kind = STEP_COMMAND,
		  .more = { .fences = fences, .fence_count = 1 } },
	};
	struct order order;

	(void)state;
	WALK(rows);
	order = walk_order(&walk, EVENT_STEP_CONFIRM_ASKED, "promote");
	EVENT_SET(order.data, sha256,
		  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	order.by = "ben";
	assert_true(walk_give(&walk, &order));
	assert_string_equal(row(OWED_CONFIRM)->text,
			    "step 1  promote waits for your word, as the second person");
	look.in.operator = "ben";
	owed_again(&look, walk.orders.now);
	assert_string_equal(owed_find(&look, OWED_CONFIRM)->text,
			    "step 1  promote waits for a second person to confirm it");
}

static void times_of_the_runbook_are_owed(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "wait", .kind = STEP_WAIT, .more = { .hold = 5 * WHEN_MINUTE } },
		{ .id = "lead", .kind = STEP_ESCALATE,
		  .more = { .after = 30 * WHEN_MINUTE, .to = "on-call lead" } },
		{ .id = "review", .more = { .due = 48 * WHEN_HOUR } },
	};
	msec start;

	(void)state;
	WALK(rows);
	start = walk.orders.now;
	assert_true(row(OWED_STEP_DUE)->due_at == start + 30 * WHEN_MINUTE);
	assert_string_equal(row(OWED_STEP_DUE)->text, "step 2  lead: call on-call lead");
	walk_sense(&walk, WHEN_SECOND);
	assert_true(row(OWED_STEP_DUE)->due_at == start + WHEN_SECOND + 5 * WHEN_MINUTE);
	assert_int_equal(owed_count(&look, OWED_STEP_DUE), 2);
	walk_do(&walk, EVENT_STEP_DONE, "wait");
	walk_do(&walk, EVENT_STEP_DONE, "lead");
	assert_null(row(OWED_STEP_DUE));
	orders_status(&walk.orders, "resolved", "it is so", "payments were late");
	assert_true(row(OWED_STEP_DUE)->due_at == walk.orders.now + 48 * WHEN_HOUR);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, drop)
	static const struct CMUnitTest tests[] = {
		TEST(the_next_step_comes_before_all_that_is_not_overdue),
		TEST(a_step_says_who_is_at_it_and_where_it_belongs),
		TEST(a_runbook_on_top_hides_the_next_step_below_it),
		TEST(of_several_walks_a_step_is_named_with_its_runbook),
		TEST(what_regressed_asks_for_attention),
		TEST(a_command_without_an_outcome_asks_for_a_look),
		TEST(a_second_person_is_asked_for_a_word),
		TEST(times_of_the_runbook_are_owed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
