/* The figures of what is over: from the record alone, worked out beside the loop. */
#include "app/afterword.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/desk.h"
#include "tests/lib/nights.h"
#include "tests/lib/worlds.h"

enum { PATIENCE_MS = 20000 };

static const struct afterword_time *time_of(const struct afterword *afterword, const char *label)
{
	for (size_t i = 0; i < afterword->time_count; i++)
		if (strcmp(afterword->times[i].label, label) == 0)
			return &afterword->times[i];
	fail_msg("there is no %s", label);
	return NULL;
}

static void every_time_names_both_its_ends_or_why_it_is_not_known(void **state)
{
	struct world *world = worlds_db_hung();
	struct nights *nights = nights_new(NIGHTS_RESOLVED, world);
	struct afterword after;
	const struct afterword_time *resolve;

	(void)state;
	afterword_make(nights->nights[0].history, worlds_now(), &after);
	assert_true(after.known);
	resolve = time_of(&after, "time to resolve");
	assert_string_equal(resolve->from, "impact_started");
	assert_string_equal(resolve->to, "resolved");
	assert_int_equal(resolve->took, resolve->to_at - resolve->from_at);
	for (size_t i = 0; i < after.time_count; i++)
		assert_true(after.times[i].took != WHEN_NEVER || after.times[i].note[0]);
	assert_true(after.question_count > 0);
	assert_int_equal(after.updates_sent, nights->desk.open[0].incident->sent_count);
	nights_free(nights);
	world->desk = NULL;
	world_free(world);
}

struct wait {
	struct loop *loop;
	struct afterword made;
	bool over;
};

static void on_made(void *arg, const struct afterword *afterword)
{
	struct wait *wait = arg;

	wait->made = *afterword;
	wait->over = true;
	loop_stop(wait->loop);
}

static void give_up(void *arg)
{
	loop_stop(arg);
}

static void a_record_that_cannot_be_read_says_so(void **state)
{
	struct err err = { 0 };
	struct wait wait = { .loop = loop_new(&err) };
	struct loop_timer late = { .call = give_up, .arg = wait.loop };

	(void)state;
	assert_non_null(wait.loop);
	loop_timer_set(wait.loop, &late, loop_now(wait.loop).steady + PATIENCE_MS);
	assert_non_null(afterword_start(&(struct afterword_plan){
		.loop = wait.loop, .folder = "/nonexistent/7k3f9q", .incident = "7k3f9q",
		.made = on_made, .arg = &wait }));
	loop_run(wait.loop);
	loop_timer_stop(wait.loop, &late);
	assert_true(wait.over);
	assert_false(wait.made.known);
	assert_non_null(strstr(wait.made.trouble, "/nonexistent/7k3f9q"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_time_names_both_its_ends_or_why_it_is_not_known),
		cmocka_unit_test(a_record_that_cannot_be_read_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
