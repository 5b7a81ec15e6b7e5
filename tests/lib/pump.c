#include "tests/lib/pump.h"

struct pumping {
	struct loop *loop;
	const int *what;
	int least;
};

static void look(void *arg)
{
	struct pumping *pumping = arg;

	if (*pumping->what >= pumping->least)
		loop_stop(pumping->loop);
}

static void give_up(void *arg)
{
	loop_stop(arg);
}

bool pump(struct loop *loop, const int *what, int least, msec limit)
{
	struct pumping pumping = { loop, what, least };
	struct loop_timer timer = { .call = give_up, .arg = loop };

	if (*what >= least)
		return true;
	uv_update_time(loop_uv(loop));
	loop_on_round(loop, look, &pumping);
	loop_timer_set(loop, &timer, loop_now(loop).steady + limit);
	loop_run(loop);
	loop_timer_stop(loop, &timer);
	loop_forget(loop, &pumping);
	return *what >= least;
}
