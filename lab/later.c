/* later.c: see later.h. */
#include "lab/later.h"

#include "base/mem.h"

struct call {
	uv_timer_t timer;
	later_fn *fn;
	void *arg;
};

static void on_closed(uv_handle_t *handle)
{
	mem_free(handle->data);
}

static void on_timer(uv_timer_t *timer)
{
	struct call *call = timer->data;

	call->fn(call->arg);
	uv_close((uv_handle_t *)timer, on_closed);
}

void later(uv_loop_t *loop, uint64_t ms, later_fn *fn, void *arg)
{
	struct call *call = mem_new(sizeof(*call));

	*call = (struct call){ .fn = fn, .arg = arg };
	uv_timer_init(loop, &call->timer);
	call->timer.data = call;
	uv_timer_start(&call->timer, on_timer, ms, 0);
}
