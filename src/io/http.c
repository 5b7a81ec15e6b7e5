/*
 * The life of a call: prepared (all options set, secrets copied into libcurl), its name resolved,
 * in the multi handle, finished. A call that fails before libcurl sees it waits for the next round
 * by its own timer, so that `done` never comes from inside http_send().
 */
#include "io/http.h"

#include <assert.h>
#include <curl/curl.h>
#include <linux/close_range.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/http_reply.h"
#include "io/http_setup.h"
#include "io/outcome.h"
#include "io/watch.h"

enum {
	HEADERS_MAX = 64 * 1024,	/* of all header lines of an answer together */
	/* The prober has one call for each ask, and these only bound it. Were they as low as 2 and
	 * 16, a source that hangs would starve another behind the same reverse proxy. */
	HOST_CONNECTIONS = 8,
	ALL_CONNECTIONS = 256,
	SLOW_BYTES = 100, SLOW_SECONDS = 3,
};

struct http {
	struct loop *loop;
	struct resolver *resolver;
	CURLM *multi;			/* NULL before the first call */
	struct loop_timer timer;	/* libcurl's */
	struct http_call *calls;
};

struct http_call {
	struct http *http;
	struct http_call *next;
	http_done *done;
	void *arg;

	CURL *easy;
	bool added;			/* to the multi handle */
	bool failed;			/* before it began; the reply is ready */
	struct curl_slist *headers, *addresses;
	struct http_target target;
	struct lookup lookup;
	struct loop_timer deadline;
	msec started, timeout;
	bool dialled;			/* a socket was opened for it */

	struct reply reply;
	struct buf body;
	size_t header_bytes;
	char limit[64];			/* of ours, that it ran into; "" */
	char error[CURL_ERROR_SIZE];
};

static void drain(struct http *http);

static int want_of(int what)
{
	switch (what) {
	case CURL_POLL_IN:
		return UV_READABLE;
	case CURL_POLL_OUT:
		return UV_WRITABLE;
	default:
		return UV_READABLE | UV_WRITABLE;
	}
}

static void on_socket_event(void *arg, int fd, int events)
{
	struct http *http = arg;
	int running, flags = events ? 0 : CURL_CSELECT_ERR;

	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	curl_multi_socket_action(http->multi, fd, flags, &running);
	drain(http);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_data)
{
	struct http *http = arg;
	struct watch_fd *watch = socket_data;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		watch_free(watch);
		watch = NULL;
	} else if (watch) {
		watch_change(watch, want_of(what));
	} else {
		watch = watch_new(http->loop, fd, want_of(what), on_socket_event, http);
	}
	curl_multi_assign(http->multi, fd, watch);
	return 0;
}

static int on_timer_wanted(CURLM *multi, long wait, void *arg)
{
	struct http *http = arg;

	(void)multi;
	if (wait < 0)
		loop_timer_stop(http->loop, &http->timer);
	else
		loop_timer_set(http->loop, &http->timer, loop_now(http->loop).steady + wait);
	return 0;
}

static void on_timer(void *arg)
{
	struct http *http = arg;
	int running;

	curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	drain(http);
}

struct http *http_new(struct loop *loop, struct resolver *resolver)
{
	struct http *http = mem_new(sizeof(*http));

	http->loop = loop;
	http->resolver = resolver;
	http->timer.call = on_timer;
	http->timer.arg = http;
	return http;
}

static void start_libcurl(struct http *http)
{
	CURLcode failed = curl_global_init(CURL_GLOBAL_DEFAULT);

	assert(!failed);
	http->multi = curl_multi_init();
	assert(http->multi);
	/* Its own wake-up pair would leak into commands. Everything else is so already. */
	(void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_timer_wanted);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)HOST_CONNECTIONS);
	curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)ALL_CONNECTIONS);
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)ALL_CONNECTIONS);
}

/* Take it off libcurl and the lists; what it holds stays until free_call(). */
static void detach(struct http_call *call)
{
	struct http_call **at = &call->http->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	lookup_cancel(&call->lookup);
	loop_timer_stop(call->http->loop, &call->deadline);
	if (call->added)
		curl_multi_remove_handle(call->http->multi, call->easy);
	curl_easy_cleanup(call->easy);
}

static void free_call(struct http_call *call)
{
	curl_slist_free_all(call->headers);
	curl_slist_free_all(call->addresses);
	buf_done(&call->body);
	mem_free(call);
}

void http_cancel(struct http_call *call)
{
	detach(call);
	free_call(call);
}

void http_free(struct http *http)
{
	if (!http)
		return;
	while (http->calls)
		http_cancel(http->calls);
	if (http->multi)
		curl_multi_cleanup(http->multi);
	loop_timer_stop(http->loop, &http->timer);
	mem_free(http);
}

static void finish(struct http_call *call)
{
	struct now now = loop_now(call->http->loop);

	call->reply.at = now.wall;
	call->reply.took = now.steady - call->started;
	call->reply.body = str_sub(buf_cstr(&call->body), call->body.len);
	detach(call);
	call->done(call->arg, &call->reply);
	free_call(call);
}

static void end_transfer(struct http_call *call, CURLcode code)
{
	curl_off_t sent_after = 0;
	struct http_end end = {
		.code = code, .detail = call->error, .peer = call->target.peer,
		.limit = *call->limit ? call->limit : NULL,
		.waited = loop_now(call->http->loop).steady - call->started,
	};
	long status = 0;

	curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &end.os_errno);
	curl_easy_getinfo(call->easy, CURLINFO_PRETRANSFER_TIME_T, &sent_after);
	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	end.connected = sent_after > 0;
	end.started = call->dialled || end.connected;
	call->reply.status = (int)status;
	http_reply_end(&call->reply, &end);
	finish(call);
}

/* To the last message, whatever libcurl says about transfers still running: the last one's time-out
 * comes when none is. */
static void drain(struct http *http)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(http->multi, &left))) {
		CURLcode code = message->data.result;
		struct http_call *call = NULL;

		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
		end_transfer(call, code);
	}
}

static void on_deadline(void *arg)
{
	struct http_call *call = arg;
	char waited[WHEN_TEXT];

	if (call->failed) {
		finish(call);
	} else if (call->added) {
		end_transfer(call, CURLE_OPERATION_TIMEDOUT);
	} else {
		when_format_duration(waited, call->timeout);
		reply_fail(&call->reply, REPLY_NO_NAME, "%s: no answer from the name server in %s",
			   call->target.host, waited);
		finish(call);
	}
}

static void fail_next_round(struct http_call *call)
{
	call->failed = true;
	loop_timer_set(call->http->loop, &call->deadline, 0);
}

/* Sockets must not leak into commands, and libcurl 7.88 does not see to it. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct http_call *call = arg;

	(void)purpose;
	call->dialled = true;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* libcurl's own limit on slow bodies starts with the request, and would give up a server that
 * thinks for 3 s. So it is set when the body begins. */
static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct http_call *call = arg;

	(void)size;
	if (!call->body.len) {
		curl_easy_setopt(call->easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
		curl_easy_setopt(call->easy, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
	}
	if (buf_add(&call->body, bytes, count))
		return count;
	snprintf(call->limit, sizeof(call->limit), "a body of more than %zu bytes", call->body.max);
	return 0;
}

/* An answer that follows "100 Continue" or the like starts with nothing known, but the bytes of all
 * of them count. */
static size_t on_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct http_call *call = arg;
	struct str line = str_sub(bytes, count);

	(void)size;
	call->header_bytes += count;
	if (call->header_bytes > HEADERS_MAX) {
		snprintf(call->limit, sizeof(call->limit), "headers of more than %d bytes", HEADERS_MAX);
		return 0;
	}
	if (str_starts(line, "HTTP/"))
		reply_init(&call->reply);
	else
		http_reply_header(&call->reply, line, loop_now(call->http->loop).wall);
	return count;
}

static void send_it(struct http_call *call, const struct addresses *addresses)
{
	struct buf entry = { .max = 2048 };

	buf_fmt(&entry, "%s:%s:", call->target.host, call->target.port);
	for (size_t i = 0; i < addresses->count; i++)
		buf_fmt(&entry, strchr(addresses->text[i], ':') ? "%s[%s]" : "%s%s", i ? "," : "",
			addresses->text[i]);
	/* A literal address needs no entry, and one with brackets would not be understood. */
	if (!resolve_is_literal(call->target.host)) {
		call->addresses = curl_slist_append(NULL, buf_cstr(&entry));
		curl_easy_setopt(call->easy, CURLOPT_RESOLVE, call->addresses);
	}
	buf_done(&entry);
	call->added = !curl_multi_add_handle(call->http->multi, call->easy);
	assert(call->added);
}

static void take_addresses(struct http_call *call, const struct addresses *addresses)
{
	if (addresses->count) {
		send_it(call, addresses);
		return;
	}
	reply_fail(&call->reply, REPLY_NO_NAME, "%s: %s", call->target.host, addresses->error);
	fail_next_round(call);
}

static void on_addresses(void *arg, const struct addresses *addresses)
{
	take_addresses(arg, addresses);
}

static void set_callbacks(struct http_call *call)
{
	CURL *easy = call->easy;

	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, call);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->error);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
}

static struct http_call *new_call(struct http *http, const struct http_ask *ask)
{
	struct http_call *call = mem_new(sizeof(*call));

	call->http = http;
	call->easy = curl_easy_init();
	assert(call->easy);
	call->timeout = ask->timeout;
	call->started = loop_now(http->loop).steady;
	call->lookup.done = on_addresses;
	call->lookup.arg = call;
	call->deadline.call = on_deadline;
	call->deadline.arg = call;
	call->next = http->calls;
	http->calls = call;
	reply_init(&call->reply);
	buf_init(&call->body, ask->max_body ? ask->max_body : JSON_MAX_SMALL);
	return call;
}

struct http_call *http_send(struct http *http, const struct http_ask *ask, http_done *done,
			    void *arg)
{
	const struct addresses *known;
	struct http_call *call;
	const char *wrong;

	if (!http->multi)
		start_libcurl(http);
	call = new_call(http, ask);
	call->done = done;
	call->arg = arg;
	set_callbacks(call);
	loop_timer_set(http->loop, &call->deadline, call->started + ask->timeout);
	wrong = http_setup(call->easy, ask, &call->target, &call->headers);
	if (wrong) {
		reply_fail(&call->reply, REPLY_BAD_PROTOCOL, "%s%s%.*s", wrong,
			   ask->url ? "" : ": ", ask->url ? 0 : (int)ask->base.len, ask->base.p);
		fail_next_round(call);
		return call;
	}
	known = resolver_ask(http->resolver, call->target.host, false, &call->lookup);
	if (known)
		take_addresses(call, known);
	return call;
}
