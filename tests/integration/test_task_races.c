/*
 * A thousand commands, eight at a time, each ended in a way and at a moment that chance picks: by
 * itself, by its timeout, by a signal, by a kill, by being dropped, at once or from its own output.
 * Each that was not dropped ends once; one that was dropped is not heard of again; nothing is left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/pump.h"
#include "tests/lib/tasks.h"

enum { RACES = 1000, LANES = 8, LIMIT = 300000, DELAY = 60 };

enum deed { NOTHING, DROP, DROP_AT_OUTPUT, INTERRUPT, KILL_IT, TIME_OUT, DEEDS };

struct race {
	struct lane *lane;
	struct task *task;
	enum deed deed;
	struct loop_timer timer;
	int ends, drops;
	bool gone;
};

struct lane {
	struct loop *loop;
	int *over;
	int *started;
	struct race *races;
};

static const char *const texts[] = {
	"true", "echo out", "exec sleep inf", "sleep inf & sleep inf & wait", "yes",
	"trap '' INT; setsid sh -c 'sleep inf & sleep inf' & echo x; sleep 0.02", "cat; echo y",
	"(setsid sh -c 'trap : TERM HUP INT; while :; do sleep 0.5; done' &); echo z; sleep 0.01",
};

static void next_race(struct lane *lane);

static void be_over(struct race *race)
{
	struct lane *lane = race->lane;

	race->gone = true;
	loop_timer_stop(lane->loop, &race->timer);
	++*lane->over;
	next_race(lane);
}

static void drop(struct race *race)
{
	race->drops++;
	task_drop(race->task);
	be_over(race);
}

static void on_output(void *arg, struct str bytes)
{
	struct race *race = arg;

	(void)bytes;
	assert_false(race->gone);
	if (race->deed == DROP_AT_OUTPUT)
		drop(race);
}

static void on_ended(void *arg, const struct task_end *end)
{
	struct race *race = arg;

	(void)end;
	assert_false(race->gone);
	race->ends++;
	be_over(race);
}

static void on_time(void *arg)
{
	struct race *race = arg;

	if (race->deed == DROP || race->deed == DROP_AT_OUTPUT)
		drop(race);
	else
		task_signal(race->task, race->deed == INTERRUPT ? SIGINT : SIGKILL);
}

/* What would not end by itself soon has a timeout. */
static void next_race(struct lane *lane)
{
	struct race *race;
	struct task_plan plan;

	if (*lane->started == RACES)
		return;
	race = &lane->races[(*lane->started)++];
	race->lane = lane;
	race->deed = (enum deed)(rand() % DEEDS);
	plan = tasks_plan(lane->loop, texts[(size_t)rand() % ARRAY_LEN(texts)], NULL);
	plan.output = on_output;
	plan.ended = on_ended;
	plan.arg = race;
	plan.timeout = race->deed == TIME_OUT ? rand() % DELAY + 1 : 400;
	plan.interactive = rand() % 4 == 0;
	plan.cap = 4096;
	race->task = task_start(&plan);
	race->timer.call = on_time;
	race->timer.arg = race;
	if (race->deed != NOTHING && race->deed != TIME_OUT)
		loop_timer_set(lane->loop, &race->timer, loop_now(lane->loop).steady + rand() % DELAY);
}

static void however_a_command_is_ended_it_ends_once_and_wholly(void **state)
{
	struct race *races = calloc(RACES, sizeof(*races));
	struct err err;
	struct loop *loop = loop_new(&err);
	unsigned seed = getenv("SEED") ? (unsigned)atoi(getenv("SEED")) : (unsigned)getpid();
	int over = 0, started = 0;
	struct lane lane = { loop, &over, &started, races };

	(void)state;
	printf("SEED=%u\n", seed);
	srand(seed);
	for (size_t i = 0; i < LANES; i++)
		next_race(&lane);
	assert_true(pump(loop, &over, RACES, LIMIT));
	assert_true(tasks_all_gone(loop));
	for (size_t i = 0; i < RACES; i++)
		assert_int_equal(races[i].ends + races[i].drops, 1);
	loop_free(loop);
	free(races);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(however_a_command_is_ended_it_ends_once_and_wholly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
