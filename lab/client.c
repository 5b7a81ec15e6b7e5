/* client.c: see client.h. Each request has a connection of its own, closed by the server. */
#include "lab/client.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/num.h"

enum { REPLY_MAX = 8 * 1024 * 1024 };

struct call {
	uv_tcp_t tcp;
	uv_timer_t timer;
	uv_connect_t connect;
	uv_write_t write;
	struct sockaddr_in at;
	struct buf out, in;
	client_done *done;
	void *arg;
	uint64_t started;
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

static void finish(struct call *call, struct client_reply *reply)
{
	if (call->over)
		return;
	call->over = true;
	reply->seconds = (double)(uv_hrtime() - call->started) / 1e9;
	call->done(call->arg, reply);
	uv_close((uv_handle_t *)&call->tcp, on_closed);
	uv_close((uv_handle_t *)&call->timer, on_closed);
}

static void fail(struct call *call, const char *why)
{
	finish(call, &(struct client_reply){ .why = why });
}

/* Join the chunks of a chunked body in place; false when it is cut short. */
static bool unchunk(char *body, size_t *len)
{
	char *from = body, *to = body, *end = body + *len;

	for (;;) {
		char *stop = memmem(from, (size_t)(end - from), "\r\n", 2);
		size_t size = stop ? strtoul(from, NULL, 16) : 0;

		if (!stop || (size_t)(end - stop) < size + 4)
			return false;
		if (size == 0)
			break;
		memmove(to, stop + 2, size);
		to += size;
		from = stop + 2 + size + 2;
	}
	*len = (size_t)(to - body);
	return true;
}

static bool head_says(struct str head, const char *line)
{
	struct str rest = head, each;

	while (str_cut(&rest, '\n', &each)) {
		each = str_trim(each);
		if (each.len == strlen(line) && strncasecmp(each.p, line, each.len) == 0)
			return true;
	}
	return false;
}

static bool head_length(struct str head, int64_t *out)
{
	struct str rest = head, each, key;

	while (str_cut(&rest, '\n', &each))
		if (str_cut(&each, ':', &key) && key.len == 14 &&
		    strncasecmp(key.p, "Content-Length", 14) == 0)
			return num_parse_i64(str_trim(each), out);
	return false;
}

/* "HTTP/1.1 200 OK" -> 200 */
static bool head_status(struct str head, int *out)
{
	struct str word;
	int64_t number;

	str_cut(&head, ' ', &word);
	if (!str_starts(word, "HTTP/1.") || !str_cut(&head, ' ', &word) ||
	    !num_parse_i64(word, &number) || number < 100 || number > 999)
		return false;
	*out = (int)number;
	return true;
}

/* What is wrong with an answer, "" when it is whole. *len is that of the body, chunks joined. */
static const char *judge(struct str head, char *body, size_t *len, int *status)
{
	int64_t told = 0;
	bool whole = true;

	if (!head_status(head, status))
		return "not HTTP";
	if (head_says(head, "Transfer-Encoding: chunked"))
		whole = unchunk(body, len);
	else if (head_length(head, &told))
		whole = (size_t)told == *len;
	return whole ? "" : "cut short";
}

/* The server closed: what came must be a whole answer. */
static void conclude(struct call *call)
{
	struct client_reply reply = { .why = "closed without an answer" };
	char *end = memmem(call->in.data, call->in.len, "\r\n\r\n", 4);

	if (end) {
		struct str head = str_sub(call->in.data, (size_t)(end - call->in.data));
		size_t len = call->in.len - head.len - 4;

		reply.why = judge(head, end + 4, &len, &reply.status);
		reply.ok = !*reply.why;
		reply.body = str_sub(end + 4, len);
	}
	finish(call, &reply);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
	static char bytes[64 * 1024];	/* one read at a time on one loop: copied in on_read */

	(void)handle;
	(void)suggested;
	*room = uv_buf_init(bytes, sizeof(bytes));
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
	struct call *call = stream->data;

	if (call->over)
		return;
	if (got == UV_EOF)
		conclude(call);
	else if (got < 0)
		fail(call, uv_err_name((int)got));
	else if (got > 0 && !buf_add(&call->in, room->base, (size_t)got))
		fail(call, "too long");
}

static void on_written(uv_write_t *write, int status)
{
	struct call *call = write->data;

	if (status < 0)
		fail(call, uv_err_name(status));
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
		fail(call, uv_err_name(status));
}

static void on_deadline(uv_timer_t *timer)
{
	fail(timer->data, "deadline");
}

/* Cut "http://A.B.C.D:PORT/rest" up. */
static bool parse_url(const char *url, struct sockaddr_in *at, struct str *host, const char **path)
{
	struct str rest = str_of(url), authority, name;
	char address[64];
	int64_t port;

	if (!str_starts(rest, "http://"))
		return false;
	rest = str_of(url + 7);
	str_cut(&rest, '/', &authority);
	*host = authority;
	*path = authority.p + authority.len;
	return str_cut(&authority, ':', &name) && str_copy(address, sizeof(address), name) &&
		num_parse_i64(authority, &port) && port > 0 && port < 65536 &&
		uv_ip4_addr(address, (int)port, at) == 0;
}

static void write_request(struct call *call, const struct client_ask *ask, struct str host,
			  const char *path)
{
	buf_fmt(&call->out, "%s %s HTTP/1.1\r\nHost: %.*s\r\nConnection: close\r\n",
		ask->body ? "POST" : "GET", *path ? path : "/", (int)host.len, host.p);
	if (ask->body)
		buf_fmt(&call->out, "Content-Length: %zu\r\n\r\n%s", strlen(ask->body), ask->body);
	else
		buf_text(&call->out, "\r\n");
}

bool client_ask(uv_loop_t *loop, const struct client_ask *ask, struct err *err)
{
	struct call *call = mem_new(sizeof(*call));
	const char *path;
	struct str host;
	int why;

	if (!parse_url(ask->url, &call->at, &host, &path)) {
		mem_free(call);
		return err_set(err, ERR_INPUT, "%s: not http://ADDRESS:PORT/path", ask->url);
	}
	buf_init(&call->in, REPLY_MAX);
	write_request(call, ask, host, path);
	call->done = ask->done;
	call->arg = ask->arg;
	call->started = uv_hrtime();
	call->handles = 2;
	call->tcp.data = call->timer.data = call->connect.data = call->write.data = call;
	uv_tcp_init(loop, &call->tcp);
	uv_timer_init(loop, &call->timer);
	uv_timer_start(&call->timer, on_deadline, (uint64_t)ask->deadline, 0);
	why = uv_tcp_connect(&call->connect, &call->tcp, (const struct sockaddr *)&call->at,
			     on_connected);
	if (why < 0)	/* rule (1): told from the loop, by a deadline that has passed */
		uv_timer_start(&call->timer, on_deadline, 0, 0);
	return true;
}
