/* knock.c: see knock.h. */
#include "lab/knock.h"

#include <netinet/in.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

enum { DEADLINE_MS = 1000, ANSWER_MAX = 256 };

struct call {
	uv_tcp_t tcp;
	uv_timer_t timer;
	uv_connect_t connect;
	uv_write_t write;
	struct buf out, in;
	knock_done *done;
	void *arg;
	int handles;	/* still open */
	bool over;
};

static void on_closed(uv_handle_t *handle)
{
	struct call *call = handle->data;

	if (--call->handles > 0)
		return;
	buf_done(&call->out);
	buf_done(&call->in);
	mem_free(call);
}

static void finish(struct call *call, bool pong)
{
	if (call->over)
		return;
	call->over = true;
	call->done(call->arg, pong);
	uv_close((uv_handle_t *)&call->tcp, on_closed);
	uv_close((uv_handle_t *)&call->timer, on_closed);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
	static char bytes[ANSWER_MAX];	/* one read at a time on one loop: copied in on_read */

	(void)handle;
	(void)suggested;
	*room = uv_buf_init(bytes, sizeof(bytes));
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
	struct call *call = stream->data;

	if (got < 0 || (got > 0 && !buf_add(&call->in, room->base, (size_t)got))) {
		finish(call, false);
		return;
	}
	if (str_has(str_of(buf_cstr(&call->in)), "+PONG"))
		finish(call, true);
	else if (str_starts(str_of(buf_cstr(&call->in)), "-"))
		finish(call, false);
}

static void on_written(uv_write_t *write, int status)
{
	if (status < 0)
		finish(write->data, false);
}

static void on_connected(uv_connect_t *connect, int status)
{
	struct call *call = connect->data;
	uv_buf_t piece = uv_buf_init(call->out.data, (unsigned int)call->out.len);

	if (call->over)
		return;
	if (status == 0)
		status = uv_read_start((uv_stream_t *)&call->tcp, on_alloc, on_read);
	if (status == 0)
		status = uv_write(&call->write, (uv_stream_t *)&call->tcp, &piece, 1, on_written);
	if (status < 0)
		finish(call, false);
}

static void on_deadline(uv_timer_t *timer)
{
	finish(timer->data, false);
}

void knock(uv_loop_t *loop, int port, const char *password, knock_done *done, void *arg)
{
	struct call *call = mem_new(sizeof(*call));
	struct sockaddr_in at;

	call->done = done;
	call->arg = arg;
	call->handles = 2;
	call->tcp.data = call->timer.data = call->connect.data = call->write.data = call;
	buf_init(&call->in, ANSWER_MAX);
	if (*password)
		buf_fmt(&call->out, "AUTH %s\r\n", password);
	buf_text(&call->out, "PING\r\n");
	uv_tcp_init(loop, &call->tcp);
	uv_timer_init(loop, &call->timer);
	uv_timer_start(&call->timer, on_deadline, DEADLINE_MS, 0);
	if (uv_ip4_addr("127.0.0.1", port, &at) != 0 ||
	    uv_tcp_connect(&call->connect, &call->tcp, (const struct sockaddr *)&at,
			   on_connected) != 0)
		uv_timer_start(&call->timer, on_deadline, 0, 0);
}
