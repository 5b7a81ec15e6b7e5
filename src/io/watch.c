#include "io/watch.h"

#include <assert.h>

#include "base/mem.h"

struct watch_fd {
	uv_poll_t poll;
	watch_event *call;
	void *arg;
	int fd;
};

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct watch_fd *watch = poll->data;

	watch->call(watch->arg, watch->fd, status < 0 ? 0 : events);
}

struct watch_fd *watch_new(struct loop *loop, int fd, int events, watch_event *call, void *arg)
{
	struct watch_fd *watch = mem_new(sizeof(*watch));
	int failed = uv_poll_init(loop_uv(loop), &watch->poll, fd);

	/* Only a descriptor that is none, or that is watched twice, can fail. */
	assert(!failed);
	watch->poll.data = watch;
	watch->call = call;
	watch->arg = arg;
	watch->fd = fd;
	watch_change(watch, events);
	return watch;
}

void watch_change(struct watch_fd *watch, int events)
{
	uv_poll_start(&watch->poll, events, on_poll);
}

static void on_closed(uv_handle_t *handle)
{
	mem_free(handle->data);
}

void watch_free(struct watch_fd *watch)
{
	if (watch)
		uv_close((uv_handle_t *)&watch->poll, on_closed);
}
