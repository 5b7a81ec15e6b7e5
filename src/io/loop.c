#include "io/loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

struct hook {
	loop_call *call;
	void *arg;
};

struct signal_hook {
	uv_signal_t handle;
	loop_signalled *call;
	void *arg;
};

struct loop {
	uv_loop_t uv;
	uv_prepare_t before_sleep;
	uv_poll_t alarm;
	int alarm_fd;
	msec armed;			/* what the timerfd is set to; WHEN_NEVER */
	struct loop_timer *timers;	/* few: a list is enough */
	struct now now;
	uint64_t now_read_at;		/* uv_now() of the round in which `now` was read */
	msec fixed_wall;
	bool is_fixed;
	struct signal_hook signals[LOOP_SIGNALS];
	struct hook rounds[LOOP_HOOKS], lates[LOOP_HOOKS];
	size_t signal_count, round_count, late_count;
	unsigned jobs;

	/* The watchdog: both in ns, as of the last time that the loop was about to sleep. */
	uint64_t slept_at, idle_at;
	uint64_t largest_gap;
	unsigned long round_number;
};

uv_loop_t *loop_uv(struct loop *loop)
{
	return &loop->uv;
}

static msec read_clock(clockid_t id)
{
	struct timespec at;

	clock_gettime(id, &at);
	return (msec)at.tv_sec * WHEN_SECOND + at.tv_nsec / 1000000;
}

/* libuv reads its own clock when it wakes up; as long as that one stands still, so does ours. */
struct now loop_now(struct loop *loop)
{
	uint64_t round = uv_now(&loop->uv);

	if (loop->now_read_at != round) {
		loop->now.wall = loop->is_fixed ? loop->fixed_wall : read_clock(CLOCK_REALTIME);
		loop->now.steady = read_clock(CLOCK_BOOTTIME);
		loop->now_read_at = round;
	}
	return loop->now;
}

void loop_fix_wall(struct loop *loop, msec wall)
{
	loop->is_fixed = true;
	loop->fixed_wall = wall;
	loop->now.wall = wall;
}

void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
	struct loop_timer **at = &loop->timers;

	if (!timer->set)
		return;
	while (*at != timer)
		at = &(*at)->next;
	*at = timer->next;
	timer->set = false;
}

void loop_timer_set(struct loop *loop, struct loop_timer *timer, msec at)
{
	msec earliest = loop_now(loop).steady + 1;

	assert(timer->call);
	loop_timer_stop(loop, timer);
	timer->at = at > earliest ? at : earliest;
	timer->set = true;
	timer->next = loop->timers;
	loop->timers = timer;
}

static struct loop_timer *first_timer(const struct loop *loop)
{
	struct loop_timer *first = loop->timers;

	for (struct loop_timer *timer = first; timer; timer = timer->next) {
		if (timer->at < first->at)
			first = timer;
	}
	return first;
}

static void call_hooks(const struct hook *hooks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hooks[i].call(hooks[i].arg);
}

/* A callback may stop or set any timer, so the list is read anew after each. It ends: a timer that
 * is set now is due in a later round. */
static void run_timers(struct loop *loop)
{
	msec now = loop_now(loop).steady;
	struct loop_timer *timer;

	if (loop->armed != WHEN_NEVER && now - loop->armed > LOOP_LATE)
		call_hooks(loop->lates, loop->late_count);
	loop->armed = WHEN_NEVER;
	while ((timer = first_timer(loop)) && timer->at <= now) {
		loop_timer_stop(loop, timer);
		timer->call(timer->arg);
	}
}

static void on_alarm(uv_poll_t *poll, int status, int events)
{
	struct loop *loop = poll->data;
	uint64_t expirations;

	(void)events;
	/* EAGAIN: it was set anew between the wake-up and here. */
	if (status == 0 && read(loop->alarm_fd, &expirations, sizeof(expirations)) > 0)
		run_timers(loop);
}

static void arm(struct loop *loop)
{
	struct itimerspec spec = { 0 };
	const struct loop_timer *first = first_timer(loop);
	msec at = first ? first->at : WHEN_NEVER;

	if (at == loop->armed)
		return;
	if (first) {
		spec.it_value.tv_sec = at / WHEN_SECOND;
		spec.it_value.tv_nsec = at % WHEN_SECOND * 1000000;
	}
	timerfd_settime(loop->alarm_fd, TFD_TIMER_ABSTIME, &spec, NULL);
	loop->armed = at;
}

/* Everything between two sleeps counts, what was slept does not. */
static void measure(struct loop *loop)
{
	uint64_t now = uv_hrtime(), idle = uv_metrics_idle_time(&loop->uv);

	if (loop->slept_at) {
		uint64_t gap = now - loop->slept_at - (idle - loop->idle_at);

		if (gap > loop->largest_gap)
			loop->largest_gap = gap;
	}
	loop->slept_at = now;
	loop->idle_at = idle;
	loop->round_number++;
}

static void on_before_sleep(uv_prepare_t *prepare)
{
	struct loop *loop = prepare->data;

	call_hooks(loop->rounds, loop->round_count);
	arm(loop);
	measure(loop);
}

static void start_handles(struct loop *loop)
{
	uv_prepare_init(&loop->uv, &loop->before_sleep);
	loop->before_sleep.data = loop;
	uv_prepare_start(&loop->before_sleep, on_before_sleep);
	uv_poll_init(&loop->uv, &loop->alarm, loop->alarm_fd);
	loop->alarm.data = loop;
	uv_poll_start(&loop->alarm, UV_READABLE, on_alarm);
}

struct loop *loop_new(struct err *err)
{
	struct loop *loop = mem_new(sizeof(*loop));
	int failed;

	setenv("UV_THREADPOOL_SIZE", "8", 1);
	loop->armed = WHEN_NEVER;
	loop->now_read_at = UINT64_MAX;
	loop->alarm_fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (loop->alarm_fd < 0) {
		err_set(err, ERR_IO, "cannot make a timer: %s", strerror(errno));
		goto out;
	}
	failed = uv_loop_init(&loop->uv);
	if (failed) {
		err_set(err, ERR_IO, "cannot make the event loop: %s", uv_strerror(failed));
		goto out;
	}
	uv_loop_configure(&loop->uv, UV_METRICS_IDLE_TIME);
	start_handles(loop);
	return loop;
out:
	if (loop->alarm_fd >= 0)
		close(loop->alarm_fd);
	mem_free(loop);
	return NULL;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	uv_close((uv_handle_t *)&loop->before_sleep, NULL);
	uv_close((uv_handle_t *)&loop->alarm, NULL);
	for (size_t i = 0; i < loop->signal_count; i++)
		uv_close((uv_handle_t *)&loop->signals[i].handle, NULL);
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	uv_loop_close(&loop->uv);
	close(loop->alarm_fd);
	mem_free(loop);
}

void loop_run(struct loop *loop)
{
	loop->slept_at = 0;
	uv_update_time(&loop->uv);
	uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
	uv_stop(&loop->uv);
}

static void on_signal(uv_signal_t *handle, int signum)
{
	struct signal_hook *hook = handle->data;

	hook->call(signum, hook->arg);
}

bool loop_on_signal(struct loop *loop, int signum, loop_signalled *call, void *arg, struct err *err)
{
	struct signal_hook *hook = &loop->signals[loop->signal_count];
	int failed;

	assert(loop->signal_count < LOOP_SIGNALS);
	hook->call = call;
	hook->arg = arg;
	failed = uv_signal_init(&loop->uv, &hook->handle);
	if (failed)
		return err_set(err, ERR_IO, "signal %d: %s", signum, uv_strerror(failed));
	loop->signal_count++;
	hook->handle.data = hook;
	failed = uv_signal_start(&hook->handle, on_signal, signum);
	if (failed)
		return err_set(err, ERR_IO, "signal %d: %s", signum, uv_strerror(failed));
	return true;
}

void loop_on_round(struct loop *loop, loop_call *call, void *arg)
{
	assert(loop->round_count < LOOP_HOOKS);
	loop->rounds[loop->round_count++] = (struct hook){ call, arg };
}

void loop_on_late(struct loop *loop, loop_call *call, void *arg)
{
	assert(loop->late_count < LOOP_HOOKS);
	loop->lates[loop->late_count++] = (struct hook){ call, arg };
}

static size_t drop(struct hook *hooks, size_t count, const void *arg)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (hooks[i].arg != arg)
			hooks[kept++] = hooks[i];
	}
	return kept;
}

void loop_forget(struct loop *loop, const void *arg)
{
	loop->round_count = drop(loop->rounds, loop->round_count, arg);
	loop->late_count = drop(loop->lates, loop->late_count, arg);
}

void loop_job_began(struct loop *loop)
{
	loop->jobs++;
}

void loop_job_ended(struct loop *loop)
{
	loop->jobs--;
}

unsigned loop_jobs(const struct loop *loop)
{
	return loop->jobs;
}

double loop_largest_gap(const struct loop *loop)
{
	return (double)loop->largest_gap / 1e6;
}

unsigned long loop_rounds(const struct loop *loop)
{
	return loop->round_number;
}

void loop_gap_reset(struct loop *loop)
{
	loop->largest_gap = 0;
	loop->round_number = 0;
}
