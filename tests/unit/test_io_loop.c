#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/loop.h"
#include "tests/lib/pump.h"

enum { LIMIT = 10000 };

struct bell {
	struct loop_timer timer;
	struct loop *loop;
	int rung;
	int order;
	int *clock;
	struct now seen;
};

static void ring(void *arg)
{
	struct bell *bell = arg;

	bell->rung++;
	if (bell->clock)
		bell->order = ++*bell->clock;
	bell->seen = loop_now(bell->loop);
}

static int setup(void **state)
{
	struct err err;

	*state = loop_new(&err);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	loop_free(*state);
	return 0;
}

static struct bell bell_of(struct loop *loop)
{
	struct bell bell = { .loop = loop };

	bell.timer.call = ring;
	return bell;
}

static void timers_fire_in_the_order_of_their_times(void **state)
{
	struct bell bells[3];
	int clock = 0;
	static const msec after[] = { 30, 10, 20 };

	for (size_t i = 0; i < ARRAY_LEN(bells); i++) {
		bells[i] = bell_of(*state);
		bells[i].timer.arg = &bells[i];
		bells[i].clock = &clock;
		loop_timer_set(*state, &bells[i].timer, loop_now(*state).steady + after[i]);
	}
	assert_true(pump(*state, &clock, 3, LIMIT));
	assert_int_equal(bells[0].order, 3);
	assert_int_equal(bells[1].order, 1);
	assert_int_equal(bells[2].order, 2);
}

static void a_timer_never_fires_before_its_time(void **state)
{
	struct bell bell = bell_of(*state);
	msec at = loop_now(*state).steady + 25;

	bell.timer.arg = &bell;
	loop_timer_set(*state, &bell.timer, at);
	assert_true(pump(*state, &bell.rung, 1, LIMIT));
	assert_true(bell.seen.steady >= at);
}

static void a_time_that_has_passed_means_the_next_round(void **state)
{
	struct bell bell = bell_of(*state);

	bell.timer.arg = &bell;
	loop_timer_set(*state, &bell.timer, 0);
	assert_int_equal(bell.rung, 0);
	assert_true(pump(*state, &bell.rung, 1, LIMIT));
}

static void a_stopped_timer_does_not_fire(void **state)
{
	struct bell stopped = bell_of(*state), after = bell_of(*state);

	stopped.timer.arg = &stopped;
	after.timer.arg = &after;
	loop_timer_set(*state, &stopped.timer, loop_now(*state).steady + 5);
	loop_timer_set(*state, &after.timer, loop_now(*state).steady + 20);
	loop_timer_stop(*state, &stopped.timer);
	loop_timer_stop(*state, &stopped.timer);
	assert_true(pump(*state, &after.rung, 1, LIMIT));
	assert_int_equal(stopped.rung, 0);
}

static void a_timer_that_is_set_again_fires_once(void **state)
{
	struct bell moved = bell_of(*state), after = bell_of(*state);

	moved.timer.arg = &moved;
	after.timer.arg = &after;
	for (msec i = 0; i < 5; i++)
		loop_timer_set(*state, &moved.timer, loop_now(*state).steady + 5 + i);
	loop_timer_set(*state, &after.timer, loop_now(*state).steady + 40);
	assert_true(pump(*state, &after.rung, 1, LIMIT));
	assert_int_equal(moved.rung, 1);
}

static void ring_and_stop_the_other(void *arg)
{
	struct bell *bells = arg;

	bells[0].rung++;
	loop_timer_stop(bells[0].loop, &bells[1].timer);
}

static void a_timer_may_stop_one_that_is_due_with_it(void **state)
{
	struct bell bells[2] = { bell_of(*state), bell_of(*state) }, after = bell_of(*state);
	msec now = loop_now(*state).steady;

	bells[0].timer.call = ring_and_stop_the_other;
	bells[0].timer.arg = bells;
	bells[1].timer.arg = &bells[1];
	after.timer.arg = &after;
	loop_timer_set(*state, &bells[1].timer, now + 6);
	loop_timer_set(*state, &bells[0].timer, now + 5);
	loop_timer_set(*state, &after.timer, now + 30);
	usleep(10000);
	assert_true(pump(*state, &after.rung, 1, LIMIT));
	assert_int_equal(bells[0].rung, 1);
	assert_int_equal(bells[1].rung, 0);
}

static void time_stands_still_within_a_round(void **state)
{
	struct now first = loop_now(*state), second;

	usleep(5000);
	second = loop_now(*state);
	assert_int_equal(first.steady, second.steady);
	assert_int_equal(first.wall, second.wall);
}

static void on_signal(int signum, void *arg)
{
	*(int *)arg = signum;
}

static void a_signal_reaches_its_handler(void **state)
{
	struct err err;
	int got = 0;

	assert_true(loop_on_signal(*state, SIGUSR1, on_signal, &got, &err));
	raise(SIGUSR1);
	assert_true(pump(*state, &got, 1, LIMIT));
	assert_int_equal(got, SIGUSR1);
}

static void a_signal_that_cannot_be_caught_is_an_error(void **state)
{
	struct err err = { 0 };
	int got = 0;

	assert_false(loop_on_signal(*state, SIGKILL, on_signal, &got, &err));
	assert_non_null(strstr(err.text, "signal 9"));
}

static void busy_20_ms(void *arg)
{
	struct bell *bell = arg;
	uint64_t from = uv_hrtime();

	while (uv_hrtime() - from < 20000000)
		;
	bell->rung++;
}

static void the_watchdog_sees_work_and_not_sleep(void **state)
{
	struct bell idle = bell_of(*state), work = bell_of(*state), end = bell_of(*state);

	idle.timer.arg = &idle;
	loop_timer_set(*state, &idle.timer, loop_now(*state).steady + 200);
	assert_true(pump(*state, &idle.rung, 1, LIMIT));
	assert_true(loop_rounds(*state) > 0);
	loop_gap_reset(*state);
	assert_int_equal(loop_rounds(*state), 0);
	work.timer.call = busy_20_ms;
	work.timer.arg = &work;
	end.timer.arg = &end;
	loop_timer_set(*state, &work.timer, loop_now(*state).steady + 1);
	loop_timer_set(*state, &end.timer, loop_now(*state).steady + 60);
	assert_true(pump(*state, &end.rung, 1, LIMIT));
	assert_true(loop_largest_gap(*state) >= 20);
}

/* What the child of the next test tells by its exit status. */
enum { LATE_FIRST = 0, LATE_NOT_CALLED, LATE_AFTER_TIMER };

struct sleeper {
	struct bell bell;
	int late, clock;
};

static void on_late(void *arg)
{
	struct sleeper *sleeper = arg;

	sleeper->late = ++sleeper->clock;
}

static void run_sleeper(int ready)
{
	struct err err;
	struct loop *loop = loop_new(&err);
	struct sleeper sleeper = { .bell = bell_of(loop) };

	sleeper.bell.timer.arg = &sleeper.bell;
	sleeper.bell.clock = &sleeper.clock;
	loop_on_late(loop, on_late, &sleeper);
	loop_timer_set(loop, &sleeper.bell.timer, loop_now(loop).steady + 200);
	if (write(ready, "x", 1) != 1)
		_exit(9);
	pump(loop, &sleeper.bell.rung, 1, LIMIT);
	if (!sleeper.late)
		_exit(LATE_NOT_CALLED);
	_exit(sleeper.late < sleeper.bell.order ? LATE_FIRST : LATE_AFTER_TIMER);
}

static void a_process_that_was_stopped_hears_of_it_before_its_timers(void **state)
{
	int ready[2], status;
	char byte;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0)
		run_sleeper(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	kill(child, SIGSTOP);
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	assert_true(WIFSTOPPED(status));
	/* The stop itself must last longer than what counts as late: there is nothing to wait for. */
	usleep((useconds_t)(LOOP_LATE + 400) * 1000);
	kill(child, SIGCONT);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), LATE_FIRST);
	close(ready[0]);
	close(ready[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(timers_fire_in_the_order_of_their_times, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_timer_never_fires_before_its_time, setup, teardown),
		cmocka_unit_test_setup_teardown(a_time_that_has_passed_means_the_next_round, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_stopped_timer_does_not_fire, setup, teardown),
		cmocka_unit_test_setup_teardown(a_timer_that_is_set_again_fires_once, setup, teardown),
		cmocka_unit_test_setup_teardown(a_timer_may_stop_one_that_is_due_with_it, setup,
						teardown),
		cmocka_unit_test_setup_teardown(time_stands_still_within_a_round, setup, teardown),
		cmocka_unit_test_setup_teardown(a_signal_reaches_its_handler, setup, teardown),
		cmocka_unit_test_setup_teardown(a_signal_that_cannot_be_caught_is_an_error, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_watchdog_sees_work_and_not_sleep, setup, teardown),
		cmocka_unit_test(a_process_that_was_stopped_hears_of_it_before_its_timers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
