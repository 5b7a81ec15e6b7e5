#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "io/http.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pump.h"

enum { LIMIT = 20000, SHORT = 700, BODY_MAX = 256 };

static const char token[] = "canary-T0KEN-7f3a91";
static const char body[] = "{\"status\":\"ok\"}";

struct got {
	int count;
	struct reply reply;
	char body[BODY_MAX];
	int *clock;		/* counts answers over several of these */
	int order;
};

struct rig_http {
	struct loop *loop;
	struct resolver *resolver;
	struct http *http;
	struct httpd *httpd, *other;
	struct secret *bearer;
};

static void on_done(void *arg, const struct reply *reply)
{
	struct got *got = arg;

	got->count++;
	got->reply = *reply;
	str_copy(got->body, sizeof(got->body), reply->body);
	if (got->clock)
		got->order = ++*got->clock;
}

/* app.test is this machine, gone.test does not exist, and dead.test is never answered. */
static void name_start(void *arg, struct resolver *resolver, const char *host)
{
	struct addresses answer = { 0 };

	(void)arg;
	if (!strcmp(host, "dead.test"))
		return;
	if (!strcmp(host, "app.test"))
		str_put(answer.text[answer.count++], RESOLVE_ADDRESS, "127.0.0.1");
	else
		str_put(answer.error, sizeof(answer.error), "no such host");
	resolver_answer(resolver, host, &answer);
}

static int setup(void **state)
{
	static const struct resolve_origin origin = { .start = name_start };
	struct rig_http *rig = calloc(1, sizeof(*rig));
	const struct httpd_rule rule = { .path = "/", .body = str_of(body) };
	struct err err;

	rig->httpd = httpd_start(&rule, 1, &err);
	rig->other = httpd_start(&rule, 1, &err);
	rig->loop = loop_new(&err);
	rig->resolver = resolver_new(rig->loop, &origin);
	rig->http = http_new(rig->loop, rig->resolver);
	rig->bearer = secret_new(str_of(token));
	*state = rig;
	return rig->httpd && rig->other && rig->loop ? 0 : -1;
}

static int teardown(void **state)
{
	struct rig_http *rig = *state;

	http_free(rig->http);
	resolver_free(rig->resolver);
	loop_free(rig->loop);
	httpd_stop(rig->httpd);
	httpd_stop(rig->other);
	secret_free(rig->bearer);
	free(rig);
	return 0;
}

static struct http_call *get(struct rig_http *rig, const char *base, const char *path,
			     struct got *got)
{
	struct http_ask ask = { .base = str_of(base), .path = path, .bearer = rig->bearer,
				.timeout = SHORT };

	return http_send(rig->http, &ask, on_done, got);
}

/* The answer to one request. */
static struct got fetch(struct rig_http *rig, const char *base, const char *path)
{
	struct got got = { 0 };

	get(rig, base, path, &got);
	assert_int_equal(got.count, 0);
	assert_true(pump(rig->loop, &got.count, 1, LIMIT));
	return got;
}

static const char *base_of(struct httpd *httpd)
{
	static char url[64];

	httpd_url(httpd, "", url, sizeof(url));
	return url;
}

static void assert_no_secret(const char *text)
{
	assert_null(strstr(text, token));
	assert_null(strstr(text, "Y2FuYXJ5"));	/* how it begins in base64 */
}

/* How each way to answer is seen, and a word of what is said about it. */
static const struct {
	enum httpd_mode mode;
	enum reply_kind kind;
	const char *word;
} outcomes[] = {
	{ HTTPD_NORMAL, REPLY_ANSWER, "" },
	{ HTTPD_SILENT, REPLY_TIMEOUT, "no answer" },
	{ HTTPD_SLOW_HEADER, REPLY_TIMEOUT, "no answer" },
	{ HTTPD_SLOW_BODY, REPLY_TIMEOUT, "no answer" },
	{ HTTPD_ENDLESS, REPLY_TOO_LARGE, "body of more than 262144 bytes" },
	{ HTTPD_SHORT_BODY, REPLY_RESET, "cut short" },
	{ HTTPD_LONG_BODY, REPLY_ANSWER, "" },
	{ HTTPD_CUT, REPLY_ANSWER, "" },	/* HTTP cannot tell; the decoder will */
	{ HTTPD_EMPTY, REPLY_RESET, "without an answer" },
	{ HTTPD_RESET, REPLY_RESET, "127.0.0.1" },	/* while we read or while we write */
	{ HTTPD_HALF_OPEN, REPLY_RESET, "cut short" },
	{ HTTPD_BIG_HEADER, REPLY_TOO_LARGE, "header" },
	{ HTTPD_MANY_HEADERS, REPLY_TOO_LARGE, "headers of more than 65536 bytes" },
	{ HTTPD_INFORMATIONAL, REPLY_TOO_LARGE, "headers of more than" },
	{ HTTPD_NO_STATUS, REPLY_BAD_PROTOCOL, "HTTP" },
	{ HTTPD_GARBAGE, REPLY_BAD_PROTOCOL, "HTTP" },
	{ HTTPD_GZIP, REPLY_ANSWER, "" },	/* not asked for, so not unpacked */
	{ HTTPD_REDIRECT, REPLY_ANSWER, "" },
};
_Static_assert(ARRAY_LEN(outcomes) == HTTPD_MODE_COUNT, "every way to answer wrong is tried");

static void every_way_to_answer_has_its_outcome(void **state)
{
	struct rig_http *rig = *state;

	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
		const struct httpd_rule rule = {
			.path = "/x", .mode = outcomes[i].mode, .body = str_of(body),
			.headers = "Location: http://169.254.169.254/\r\n",
		};
		struct got got;

		httpd_set(rig->httpd, &rule);
		got = fetch(rig, base_of(rig->httpd), "/x");
		if (got.reply.kind != outcomes[i].kind || !strstr(got.reply.why, outcomes[i].word))
			fail_msg("mode %zu: kind %u, \"%s\"", i, got.reply.kind, got.reply.why);
		assert_int_equal(got.count, 1);
		assert_no_secret(got.reply.why);
		assert_true(got.reply.took <= SHORT + 5000);
		assert_true(got.reply.body.len <= JSON_MAX_SMALL);
	}
}

static void nothing_that_was_sent_in_secret_is_logged(void **state)
{
	every_way_to_answer_has_its_outcome(state);
	for (size_t i = 0; log_line(i); i++)
		assert_no_secret(log_line(i));
}

static void an_answer_carries_its_status_body_and_headers(void **state)
{
	struct rig_http *rig = *state;
	const struct httpd_rule rule = {
		.path = "/limited", .status = 429, .type = "application/problem+json",
		.headers = "Date: Sun, 22 Nov 2026 01:37:23 GMT\r\nretry-after: 17\r\n"
			   "X-Ratelimit-Remaining: 3\r\n",
		.body = str_of(body),
	};
	struct got got;

	httpd_set(rig->httpd, &rule);
	got = fetch(rig, base_of(rig->httpd), "/limited?page=2");
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	assert_int_equal(got.reply.status, 429);
	assert_string_equal(got.body, body);
	assert_string_equal(got.reply.content_type, "application/problem+json");
	assert_int_equal(got.reply.date, 1795311443000);
	assert_int_equal(got.reply.retry_after, 17000);
	assert_int_equal(got.reply.rate_remaining, 3);
	assert_string_equal(got.reply.why, "");
}

static void headers_that_are_absent_are_not_known(void **state)
{
	struct rig_http *rig = *state;
	struct got got = fetch(rig, base_of(rig->httpd), "/");

	assert_int_equal(got.reply.status, 200);
	assert_int_equal(got.reply.date, WHEN_NEVER);
	assert_int_equal(got.reply.retry_after, WHEN_NEVER);
	assert_int_equal(got.reply.rate_remaining, -1);
	assert_string_equal(got.reply.location, "");
}

static void a_port_without_a_listener_is_refused(void **state)
{
	struct rig_http *rig = *state;
	char base[64];
	struct got got;

	str_put(base, sizeof(base), base_of(rig->other));
	httpd_stop(rig->other);
	rig->other = NULL;
	got = fetch(rig, base, "/");
	assert_int_equal(got.reply.kind, REPLY_REFUSED);
	assert_non_null(strstr(got.reply.why, "refused"));
}

/* A listener that takes nobody in any more: its queue is full, further SYNs are dropped. */
static int crowded_listener(int queue[], size_t count, unsigned *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(fd, 0), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	*port = ntohs(address.sin_port);
	for (size_t i = 0; i < count; i++) {
		queue[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		(void)connect(queue[i], (struct sockaddr *)&address, len);
	}
	return fd;
}

static void a_connection_that_nobody_takes_is_a_time_out(void **state)
{
	int queue[4], fd;
	unsigned port;
	char base[64];
	struct got got;

	fd = crowded_listener(queue, ARRAY_LEN(queue), &port);
	snprintf(base, sizeof(base), "http://127.0.0.1:%u", port);
	got = fetch(*state, base, "/");
	assert_int_equal(got.reply.kind, REPLY_TIMEOUT);
	assert_non_null(strstr(got.reply.why, "no connection to"));
	for (size_t i = 0; i < ARRAY_LEN(queue); i++)
		close(queue[i]);
	close(fd);
}

static void a_redirect_is_told_and_not_followed(void **state)
{
	struct rig_http *rig = *state;
	char headers[128];
	const struct httpd_rule rule = { .path = "/moved", .mode = HTTPD_REDIRECT,
					 .headers = headers, .body = str_of("") };
	struct got got;

	snprintf(headers, sizeof(headers), "Location: %s/\r\n", base_of(rig->other));
	httpd_set(rig->httpd, &rule);
	got = fetch(rig, base_of(rig->httpd), "/moved");
	assert_int_equal(got.reply.status, 302);
	assert_non_null(strstr(headers, got.reply.location));
	assert_int_equal(httpd_connections(rig->other), 0);
}

static void a_bearer_token_is_sent_and_nowhere_else(void **state)
{
	struct rig_http *rig = *state;
	struct buf head = { 0 };

	fetch(rig, base_of(rig->httpd), "/");
	httpd_last_head(rig->httpd, "/", &head);
	assert_non_null(strstr(buf_cstr(&head), "Authorization: Bearer canary-T0KEN-7f3a91\r\n"));
	assert_non_null(strstr(buf_cstr(&head), "Accept: application/json\r\n"));
	assert_null(strstr(buf_cstr(&head), "Accept-Encoding"));
	buf_done(&head);
}

static void a_password_is_sent_as_basic(void **state)
{
	struct rig_http *rig = *state;
	const struct http_access access = { .basic_user = "ana" };
	struct http_ask ask = { .base = str_of(base_of(rig->httpd)), .path = "/",
				.access = &access, .password = rig->bearer, .timeout = LIMIT };
	struct got got = { 0 };
	struct buf head = { 0 };

	http_send(rig->http, &ask, on_done, &got);
	assert_true(pump(rig->loop, &got.count, 1, LIMIT));
	httpd_last_head(rig->httpd, "/", &head);
	assert_non_null(strstr(buf_cstr(&head),
			       "Authorization: Basic YW5hOmNhbmFyeS1UMEtFTi03ZjNhOTE=\r\n"));
	buf_done(&head);
}

static void one_that_hangs_delays_nobody(void **state)
{
	struct rig_http *rig = *state;
	const struct httpd_rule silent = { .path = "/hang", .mode = HTTPD_SILENT };
	struct got hung = { 0 }, good = { 0 };
	int clock = 0;

	hung.clock = good.clock = &clock;
	httpd_set(rig->httpd, &silent);
	get(rig, base_of(rig->httpd), "/hang", &hung);
	get(rig, base_of(rig->other), "/", &good);
	assert_true(pump(rig->loop, &clock, 2, LIMIT));
	assert_int_equal(good.order, 1);
	assert_int_equal(good.reply.kind, REPLY_ANSWER);
	assert_int_equal(hung.reply.kind, REPLY_TIMEOUT);
}

static void who_never_had_a_connection_says_nothing_of_the_server(void **state)
{
	enum { CONNECTIONS = 8 };
	struct rig_http *rig = *state;
	const struct httpd_rule silent = { .path = "/hang", .mode = HTTPD_SILENT };
	struct got got[CONNECTIONS + 2] = { 0 };
	size_t hung = 0, starved = 0;
	int clock = 0;

	httpd_set(rig->httpd, &silent);
	for (size_t i = 0; i < ARRAY_LEN(got); i++) {
		got[i].clock = &clock;
		get(rig, base_of(rig->httpd), "/hang", &got[i]);
	}
	assert_true(pump(rig->loop, &clock, ARRAY_LEN(got), LIMIT));
	for (size_t i = 0; i < ARRAY_LEN(got); i++) {
		hung += got[i].reply.kind == REPLY_TIMEOUT;
		starved += got[i].reply.kind == REPLY_NO_ROUTE;
	}
	assert_int_equal(hung, CONNECTIONS);
	assert_int_equal(starved, 2);
	assert_int_equal(httpd_connections(rig->httpd), CONNECTIONS);
}

static void a_name_is_looked_up_once_and_sent_as_host(void **state)
{
	struct rig_http *rig = *state;
	struct buf head = { 0 };
	char base[64];
	struct got got;

	snprintf(base, sizeof(base), "http://app.test:%u", httpd_port(rig->httpd));
	got = fetch(rig, base, "/");
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	httpd_last_head(rig->httpd, "/", &head);
	assert_non_null(strstr(buf_cstr(&head), "Host: app.test:"));
	buf_done(&head);
}

static void a_name_that_does_not_exist_is_our_dns(void **state)
{
	struct got got = fetch(*state, "http://gone.test:8080", "/");

	assert_int_equal(got.reply.kind, REPLY_NO_NAME);
	assert_string_equal(got.reply.why, "gone.test: no such host");
}

static void a_silent_name_server_ends_by_the_deadline_and_delays_nobody(void **state)
{
	struct rig_http *rig = *state;
	struct got dead = { 0 }, good = { 0 };
	int clock = 0;

	dead.clock = good.clock = &clock;
	loop_gap_reset(rig->loop);
	get(rig, "http://dead.test:8080", "/", &dead);
	get(rig, base_of(rig->httpd), "/", &good);
	assert_true(pump(rig->loop, &clock, 2, LIMIT));
	assert_int_equal(good.order, 1);
	assert_int_equal(dead.reply.kind, REPLY_NO_NAME);
	assert_non_null(strstr(dead.reply.why, "name server"));
}

static void a_cancelled_call_is_not_heard_of_again(void **state)
{
	struct rig_http *rig = *state;
	const struct httpd_rule silent = { .path = "/hang", .mode = HTTPD_SILENT };
	struct got dropped = { 0 }, dead = { 0 }, good = { 0 };
	struct http_call *calls[2];

	httpd_set(rig->httpd, &silent);
	calls[0] = get(rig, base_of(rig->httpd), "/hang", &dropped);
	calls[1] = get(rig, "http://dead.test:8080", "/", &dead);
	get(rig, base_of(rig->httpd), "/", &good);
	assert_true(pump(rig->loop, &good.count, 1, LIMIT));
	http_cancel(calls[0]);
	http_cancel(calls[1]);
	good.count = 0;
	get(rig, base_of(rig->other), "/", &good);
	assert_true(pump(rig->loop, &good.count, 1, LIMIT));
	assert_int_equal(dropped.count + dead.count, 0);
}

static void what_is_under_way_at_the_end_is_let_go(void **state)
{
	struct rig_http *rig = *state;
	const struct httpd_rule silent = { .path = "/hang", .mode = HTTPD_SILENT };
	struct got hung = { 0 }, dead = { 0 }, good = { 0 };

	httpd_set(rig->httpd, &silent);
	get(rig, base_of(rig->httpd), "/hang", &hung);
	get(rig, "http://dead.test:8080", "/", &dead);
	get(rig, base_of(rig->other), "/", &good);
	assert_true(pump(rig->loop, &good.count, 1, LIMIT));
	http_free(rig->http);
	rig->http = NULL;
	assert_int_equal(hung.count + dead.count, 0);
}

static void the_proxy_of_the_environment_is_ignored(void **state)
{
	struct rig_http *rig = *state;
	struct got got;

	setenv("http_proxy", base_of(rig->other), 1);
	setenv("ALL_PROXY", base_of(rig->other), 1);
	got = fetch(rig, base_of(rig->httpd), "/");
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	assert_int_equal(httpd_connections(rig->other), 0);
}

static void the_configured_proxy_is_used(void **state)
{
	struct rig_http *rig = *state;
	char proxy[64];
	const struct http_access access = { .proxy = proxy };
	struct http_ask ask = { .base = str_of("http://gone.test"), .path = "/", .access = &access,
				.timeout = LIMIT };
	struct got got = { 0 };

	snprintf(proxy, sizeof(proxy), "http://app.test:%u", httpd_port(rig->other));
	http_send(rig->http, &ask, on_done, &got);
	assert_true(pump(rig->loop, &got.count, 1, LIMIT));
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	assert_int_equal(httpd_connections(rig->other), 1);
}

static void only_http_urls_are_asked_and_a_path_cannot_leave_the_host(void **state)
{
	struct rig_http *rig = *state;
	static const struct {
		const char *base, *path;
	} refused[] = {
		{ "file:///etc/passwd", "" },
		{ "gopher://127.0.0.1:9/x", "" },
		{ "ftp://127.0.0.1/", "" },
		{ "http://ana:pa55word@127.0.0.1:9", "/" },
		{ "http://127.0.0.1:9", "@169.254.169.254/" },
		{ "http://127.0.0.1:9", ".example/" },
		{ "http://", "/" },
		{ "", "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct got got = fetch(rig, refused[i].base, refused[i].path);

		if (got.reply.kind != REPLY_BAD_PROTOCOL)
			fail_msg("%s%s: kind %u", refused[i].base, refused[i].path, got.reply.kind);
		assert_null(strstr(got.reply.why, "pa55word"));
	}
}

static void a_connection_is_kept_for_the_next_ask(void **state)
{
	struct rig_http *rig = *state;

	for (int i = 0; i < 5; i++)
		assert_int_equal(fetch(rig, base_of(rig->httpd), "/").reply.kind, REPLY_ANSWER);
	assert_int_equal(httpd_requests(rig->httpd, "/"), 5);
	assert_int_equal(httpd_connections(rig->httpd), 1);
}

static const char *field_of(const char *request, const char *name)
{
	const char *at = strcasestr(request, name);

	return at ? at + strlen(name) : NULL;
}

static void a_body_is_posted_as_json_in_one_go(void **state)
{
	static const char question[] = "{\"method\":\"getHealth\"}";
	struct rig_http *rig = *state;
	struct http_ask ask = { .base = str_of(base_of(rig->httpd)), .path = "/", .timeout = LIMIT,
				.body = str_of(question), .bearer = rig->bearer };
	struct got got = { 0 };
	struct buf request = { .max = 65536 };

	http_send(rig->http, &ask, on_done, &got);
	assert_true(pump(rig->loop, &got.count, 1, LIMIT));
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	httpd_last_head(rig->httpd, "/", &request);
	assert_int_equal(strncmp(buf_cstr(&request), "POST / HTTP/1.1\r\n", 17), 0);
	assert_true(str_starts(str_of(field_of(buf_cstr(&request), "\r\nContent-Type:")),
			       " application/json\r\n"));
	assert_null(field_of(buf_cstr(&request), "\r\nExpect:"));
	assert_non_null(field_of(buf_cstr(&request), "\r\nAuthorization: Bearer "));
	assert_true(str_ends(str_of(buf_cstr(&request)), question));
	buf_done(&request);
}

static void without_a_body_it_is_a_get(void **state)
{
	struct rig_http *rig = *state;
	struct buf request = { .max = 65536 };

	assert_int_equal(fetch(rig, base_of(rig->httpd), "/").reply.kind, REPLY_ANSWER);
	httpd_last_head(rig->httpd, "/", &request);
	assert_int_equal(strncmp(buf_cstr(&request), "GET / ", 6), 0);
	assert_null(field_of(buf_cstr(&request), "\r\nContent-"));
	buf_done(&request);
}

static void a_body_over_the_limit_is_not_sent(void **state)
{
	static char large[64 * 1024 + 1];
	struct rig_http *rig = *state;
	struct http_ask ask = { .base = str_of(base_of(rig->httpd)), .path = "/", .timeout = LIMIT,
				.body = str_sub(large, sizeof(large)) };
	struct got got = { 0 };

	http_send(rig->http, &ask, on_done, &got);
	assert_true(pump(rig->loop, &got.count, 1, LIMIT));
	assert_int_equal(got.reply.kind, REPLY_BAD_PROTOCOL);
	assert_non_null(strstr(got.reply.why, "64 KiB"));
	assert_int_equal(httpd_requests(rig->httpd, NULL), 0);
}

static void the_limit_is_on_bytes_and_just_fits(void **state)
{
	struct rig_http *rig = *state;
	struct http_ask ask = { .base = str_of(base_of(rig->httpd)), .path = "/",
				.timeout = LIMIT, .max_body = strlen(body) };
	struct got fits = { 0 }, over = { 0 };

	http_send(rig->http, &ask, on_done, &fits);
	ask.max_body--;
	http_send(rig->http, &ask, on_done, &over);
	assert_true(pump(rig->loop, &fits.count, 1, LIMIT) &&
		    pump(rig->loop, &over.count, 1, LIMIT));
	assert_int_equal(fits.reply.kind, REPLY_ANSWER);
	assert_string_equal(fits.body, body);
	assert_int_equal(over.reply.kind, REPLY_TOO_LARGE);
}

/* Sockets of ours: not the server's, which is in this process too. */
static bool is_servers(int fd, unsigned port)
{
	struct sockaddr_in address;
	socklen_t len = sizeof(address);

	return !getsockname(fd, (struct sockaddr *)&address, &len) && address.sin_family == AF_INET &&
	       ntohs(address.sin_port) == port;
}

static void no_descriptor_would_leak_into_a_command(void **state)
{
	struct rig_http *rig = *state;
	bool before[256];
	struct got got;

	for (int fd = 0; fd < 256; fd++)
		before[fd] = fcntl(fd, F_GETFD) >= 0;
	got = fetch(rig, base_of(rig->httpd), "/");
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	for (int fd = 0; fd < 256; fd++) {
		int flags = fcntl(fd, F_GETFD);

		if (before[fd] || flags < 0 || is_servers(fd, httpd_port(rig->httpd)))
			continue;
		if (!(flags & FD_CLOEXEC))
			fail_msg("descriptor %d has no FD_CLOEXEC", fd);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void a_method_is_sent_as_it_is_named(void **state)
{
	struct rig_http *rig = *state;
	struct http_ask ask = { .base = str_of(base_of(rig->httpd)), .path = "/", .timeout = LIMIT,
				.method = "DELETE" };
	struct got got = { 0 };
	struct buf head = { 0 };

	http_send(rig->http, &ask, on_done, &got);
	assert_true(pump(rig->loop, &got.count, 1, LIMIT));
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	httpd_last_head(rig->httpd, "/", &head);
	assert_true(str_starts(str_of(buf_cstr(&head)), "DELETE / HTTP/1.1\r\n"));
	assert_null(strstr(buf_cstr(&head), "Content-Length"));
	buf_done(&head);
}

/* Asked by a URL that is a secret: it arrives whole, and no failure names more than the host. */
static void a_secret_url_is_asked_and_never_named(void **state)
{
	static const char *const hosts[] = { "http://gone.test", "http://127.0.0.1:1", "ftp://a",
					     "http://ana:" "canary-T0KEN-7f3a91@127.0.0.1", "" };
	struct rig_http *rig = *state;
	struct got got = { 0 };
	struct buf text = { 0 }, head = { 0 };
	struct http_ask ask = { .timeout = SHORT, .body = str_of("{}") };
	struct secret *url;
	const struct httpd_rule rule = { .path = "/hook/canary-T0KEN-7f3a91", .body = str_of("ok") };

	httpd_set(rig->httpd, &rule);
	buf_fmt(&text, "%s%s?a=b", base_of(rig->httpd), rule.path);
	ask.url = url = secret_new(str_of(buf_cstr(&text)));
	http_send(rig->http, &ask, on_done, &got);
	assert_true(pump(rig->loop, &got.count, 1, LIMIT));
	assert_int_equal(got.reply.status, 200);
	httpd_last_head(rig->httpd, rule.path, &head);
	assert_true(str_starts(str_of(buf_cstr(&head)), "POST /hook/canary-T0KEN-7f3a91?a=b "));
	secret_free(url);
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		buf_clear(&text);
		buf_fmt(&text, "%s/hook/%s", hosts[i], token);
		ask.url = url = secret_new(str_of(buf_cstr(&text)));
		memset(&got, 0, sizeof(got));
		http_send(rig->http, &ask, on_done, &got);
		assert_true(pump(rig->loop, &got.count, 1, LIMIT));
		assert_int_not_equal(got.reply.kind, REPLY_ANSWER);
		assert_true(*got.reply.why);
		assert_no_secret(got.reply.why);
		assert_null(strstr(got.reply.why, "/hook/"));
		secret_free(url);
	}
	buf_done(&text);
	buf_done(&head);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_way_to_answer_has_its_outcome),
		T(nothing_that_was_sent_in_secret_is_logged),
		T(an_answer_carries_its_status_body_and_headers),
		T(headers_that_are_absent_are_not_known),
		T(a_port_without_a_listener_is_refused),
		T(a_connection_that_nobody_takes_is_a_time_out),
		T(a_redirect_is_told_and_not_followed),
		T(a_bearer_token_is_sent_and_nowhere_else),
		T(a_password_is_sent_as_basic),
		T(one_that_hangs_delays_nobody),
		T(who_never_had_a_connection_says_nothing_of_the_server),
		T(a_name_is_looked_up_once_and_sent_as_host),
		T(a_name_that_does_not_exist_is_our_dns),
		T(a_silent_name_server_ends_by_the_deadline_and_delays_nobody),
		T(a_cancelled_call_is_not_heard_of_again),
		T(what_is_under_way_at_the_end_is_let_go),
		T(the_proxy_of_the_environment_is_ignored),
		T(the_configured_proxy_is_used),
		T(only_http_urls_are_asked_and_a_path_cannot_leave_the_host),
		T(a_connection_is_kept_for_the_next_ask),
		T(a_body_is_posted_as_json_in_one_go),
		T(without_a_body_it_is_a_get),
		T(a_body_over_the_limit_is_not_sent),
		T(the_limit_is_on_bytes_and_just_fits),
		T(no_descriptor_would_leak_into_a_command),
		T(a_method_is_sent_as_it_is_named),
		T(a_secret_url_is_asked_and_never_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
