/*
 * The way of a call; from everywhere the deadline and redis_cancel() lead out:
 *
 *   STARTING --next round--> NAMING --addresses--> CONNECTING --> TALKING --all replies--> done
 *                                                   ^      |
 *                                                   +------+ refused: the next address
 */
#include "io/redis.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/outcome.h"
#include "io/redis_reply.h"
#include "io/watch.h"

enum stage { STARTING, NAMING, CONNECTING, TALKING };

struct redis_call {
	struct loop *loop;
	struct resolver *resolver;
	redis_done *done;
	void *arg;
	enum stage stage;
	char host[RESOLVE_NAME];
	int port;
	bool sound;			/* the URL is one */
	struct lookup lookup;
	struct addresses addresses;
	size_t next_address;
	int fd;				/* -1: none */
	struct watch_fd *watch;
	struct buf out;			/* holds the password: wiped */
	size_t sent;
	struct redis_cells cells;
	struct loop_timer timer, deadline;
	msec started, timeout;
	struct reply reply;
};

static void hang_up(struct redis_call *call)
{
	watch_free(call->watch);
	call->watch = NULL;
	if (call->fd >= 0)
		close(call->fd);
	call->fd = -1;
}

static void release(struct redis_call *call)
{
	lookup_cancel(&call->lookup);
	loop_timer_stop(call->loop, &call->timer);
	loop_timer_stop(call->loop, &call->deadline);
	hang_up(call);
	redis_cells_done(&call->cells);
	if (call->out.data)
		explicit_bzero(call->out.data, call->out.cap);
	buf_done(&call->out);
	mem_free(call);
}

void redis_cancel(struct redis_call *call)
{
	release(call);
}

static void finish(struct redis_call *call)
{
	struct now now = loop_now(call->loop);

	call->reply.at = now.wall;
	call->reply.took = now.steady - call->started;
	call->done(call->arg, &call->reply);
	release(call);
}

static void fail(struct redis_call *call, enum reply_kind kind, const char *why)
{
	reply_fail(&call->reply, kind, "%s", why);
	finish(call);
}

static void answer(struct redis_call *call)
{
	call->reply.kind = REPLY_ANSWER;
	call->reply.rows = redis_cells_view(&call->cells);
	finish(call);
}

static void on_deadline(void *arg)
{
	struct redis_call *call = arg;
	char waited[WHEN_TEXT];

	when_format_duration(waited, call->timeout);
	if (call->stage == NAMING)
		reply_fail(&call->reply, REPLY_NO_NAME, "no answer from the name server in %s", waited);
	else
		reply_fail(&call->reply, REPLY_TIMEOUT, "no %s in %s",
			   call->stage == TALKING ? "answer" : "connection", waited);
	finish(call);
}

static void note_errno(struct redis_call *call, int number)
{
	enum reply_kind kind = REPLY_NO_ROUTE;
	const char *text = strerror(number);

	(void)outcome_of_errno(number, &kind, &text);
	reply_fail(&call->reply, kind, "%s", text);
}

/* An error is the server's last word, and its reason for hanging up. */
static void ended(struct redis_call *call, int number)
{
	if (redis_cells_end_in_error(&call->cells)) {
		answer(call);
		return;
	}
	note_errno(call, number ? number : ECONNRESET);
	finish(call);
}

/* True while more is awaited; else the call is over. */
static bool take_bytes(struct redis_call *call, const char *bytes, size_t len)
{
	switch (redis_cells_feed(&call->cells, bytes, len)) {
	case REDIS_UNFINISHED:
		return true;
	case REDIS_COMPLETE:
		answer(call);
		return false;
	case REDIS_GARBAGE:
		fail(call, REPLY_BAD_PROTOCOL, "it does not speak the protocol of Redis");
		return false;
	case REDIS_TOO_LARGE:
		fail(call, REPLY_TOO_LARGE, "more bytes than we take");
		return false;
	}
	return false;
}

/* What the kernel does not take now is sent when it can be. A broken connection shows when it is
 * read: the server's last word may be waiting there. */
static void send_rest(struct redis_call *call)
{
	ssize_t sent = send(call->fd, call->out.data + call->sent, call->out.len - call->sent,
			    MSG_NOSIGNAL);

	if (sent > 0)
		call->sent += (size_t)sent;
	if (sent < 0 && errno != EAGAIN && errno != EINTR)
		call->sent = call->out.len;
	watch_change(call->watch, call->sent < call->out.len ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

/* Until nothing is left for now, or the call is over. */
static void read_all(struct redis_call *call, bool broken)
{
	char bytes[8192];

	for (;;) {
		ssize_t got = recv(call->fd, bytes, sizeof(bytes), 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN && !broken)
			return;
		if (got <= 0) {
			ended(call, got < 0 && errno != EAGAIN ? errno : 0);
			return;
		}
		if (!take_bytes(call, bytes, (size_t)got))
			return;
	}
}

static void connect_next(struct redis_call *call);

static void on_event(void *arg, int fd, int events)
{
	struct redis_call *call = arg;
	socklen_t size = sizeof(int);
	int failed = 0;

	if (call->stage == CONNECTING) {
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size) != 0)
			failed = errno;
		if (failed) {
			note_errno(call, failed);
			connect_next(call);
			return;
		}
		call->stage = TALKING;
	}
	if (events && call->sent < call->out.len)
		send_rest(call);
	read_all(call, !events);
}

/* False when it is refused at once; errno says why. */
static bool begin_connecting(struct redis_call *call, const char *address)
{
	struct sockaddr_storage to = { 0 };
	socklen_t size = sizeof(struct sockaddr_in);

	if (uv_ip4_addr(address, call->port, (struct sockaddr_in *)&to) != 0) {
		size = sizeof(struct sockaddr_in6);
		if (uv_ip6_addr(address, call->port, (struct sockaddr_in6 *)&to) != 0) {
			errno = EADDRNOTAVAIL;
			return false;
		}
	}
	call->fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	return call->fd >= 0 &&
	       (connect(call->fd, (struct sockaddr *)&to, size) == 0 || errno == EINPROGRESS);
}

/* The last address's failure is the call's. */
static void connect_next(struct redis_call *call)
{
	call->stage = CONNECTING;
	while (call->next_address < call->addresses.count) {
		hang_up(call);
		if (begin_connecting(call, call->addresses.text[call->next_address++])) {
			call->watch = watch_new(call->loop, call->fd, UV_WRITABLE, on_event, call);
			return;
		}
		note_errno(call, errno);
	}
	finish(call);
}

static void take_addresses(struct redis_call *call, const struct addresses *addresses)
{
	call->addresses = *addresses;
	if (addresses->count)
		connect_next(call);
	else
		fail(call, REPLY_NO_NAME, addresses->error);
}

static void on_addresses(void *arg, const struct addresses *addresses)
{
	take_addresses(arg, addresses);
}

static void on_start(void *arg)
{
	struct redis_call *call = arg;
	const struct addresses *known;

	if (!call->sound) {
		fail(call, REPLY_NO_NAME, "no redis://host:port URL");
		return;
	}
	call->stage = NAMING;
	known = resolver_ask(call->resolver, call->host, false, &call->lookup);
	if (known)
		take_addresses(call, known);
}

bool redis_parse_url(struct str url, char host[RESOLVE_NAME], int *port)
{
	static const char scheme[] = "redis://";
	struct str rest = url, name;
	int64_t number = REDIS_PORT;
	const char *colon;

	if (!str_starts(url, scheme))
		return false;
	rest = str_sub(url.p + strlen(scheme), url.len - strlen(scheme));
	if (!str_cut(&rest, '/', &name))
		return false;
	colon = memrchr(name.p, ':', name.len);
	if (colon && !memchr(colon, ']', name.len - (size_t)(colon - name.p))) {
		struct str digits = str_sub(colon + 1, name.len - (size_t)(colon - name.p) - 1);

		if (!num_parse_i64(digits, &number) || number < 1 || number > UINT16_MAX)
			return false;
		name.len = (size_t)(colon - name.p);
	}
	if (str_starts(name, "[") && str_ends(name, "]"))
		name = str_sub(name.p + 1, name.len - 2);
	*port = (int)number;
	return name.len > 0 && str_copy(host, RESOLVE_NAME, name);
}

bool redis_has_refused(const struct reply *reply)
{
	struct str auth = str_of(rows_cell(&reply->rows, 0, "reply"));

	return str_starts(auth, "-WRONGPASS") || str_starts(auth, "-ERR invalid password");
}

/* All commands at once: the server answers them in order. */
static size_t write_commands(struct redis_call *call, const struct redis_ask *ask)
{
	size_t count = 0;

	if (ask->password) {
		redis_put_auth(&call->out, ask->user, secret_reveal(ask->password));
		count++;
	}
	for (const char *const *command = ask->commands; *command; command++, count++)
		redis_put_command(&call->out, *command);
	return count;
}

struct redis_call *redis_ask(struct loop *loop, struct resolver *resolver,
			     const struct redis_ask *ask, redis_done *done, void *arg)
{
	struct redis_call *call = mem_new(sizeof(*call));

	call->loop = loop;
	call->resolver = resolver;
	call->done = done;
	call->arg = arg;
	call->fd = -1;
	call->sound = redis_parse_url(ask->url, call->host, &call->port);
	call->lookup.done = on_addresses;
	call->lookup.arg = call;
	call->timer.call = on_start;
	call->timer.arg = call;
	call->deadline.call = on_deadline;
	call->deadline.arg = call;
	call->started = loop_now(loop).steady;
	call->timeout = ask->timeout;
	reply_init(&call->reply);
	redis_cells_init(&call->cells, write_commands(call, ask), ask->max ? ask->max : REDIS_BYTES);
	loop_timer_set(loop, &call->timer, call->started);
	loop_timer_set(loop, &call->deadline, call->started + ask->timeout);
	return call;
}
