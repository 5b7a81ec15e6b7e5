/* The hostile server must do what each mode says, or the tests that use it prove nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/lib/rig.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pty.h"

#define PATIENCE ((msec)10000)
#define A_WHILE ((msec)200)

enum { MOST = 4 * 1024 * 1024 };

enum ending { STILL_OPEN, CLOSED, RESET };

static int dial(unsigned port)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)port),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* Read until the end, `most` bytes, or a silence of `patience`. */
static enum ending listen_to(int fd, struct buf *out, size_t most, msec patience)
{
	char chunk[8192];
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	while (out->len < most) {
		if (poll(&wait, 1, (int)patience) == 0)
			return STILL_OPEN;
		ssize_t got = recv(fd, chunk, sizeof(chunk), 0);
		if (got <= 0)
			return got == 0 ? CLOSED : RESET;
		buf_add(out, chunk, (size_t)got);
	}
	return STILL_OPEN;
}

static void ask(int fd, const char *path)
{
	char request[256];
	int len = snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: t\r\n\r\n", path);

	assert_int_equal(send(fd, request, (size_t)len, 0), len);
}

static const char body[] = "{\"status\":\"ok\",\"database\":\"connected\"}";

/* What each mode's bytes begin with and hold, how many there are at least, and how they end. */
static void every_mode_does_what_it_says(void **state)
{
	static const struct {
		enum httpd_mode mode;
		const char *begins, *holds;
		size_t at_least;
		enum ending ending;
	} rows[] = {
		{HTTPD_NORMAL, "HTTP/1.1 200 ", body, 60, STILL_OPEN},
		{HTTPD_SILENT, "", "", 0, STILL_OPEN},
		{HTTPD_SLOW_HEADER, "H", "", 1, STILL_OPEN},
		{HTTPD_SLOW_BODY, "HTTP/1.1 200 ", "\r\n\r\n{", 60, STILL_OPEN},
		{HTTPD_ENDLESS, "HTTP/1.1 200 ", body, MOST, STILL_OPEN},
		{HTTPD_SHORT_BODY, "HTTP/1.1 200 ", "Content-Length: 138", 60, CLOSED},
		{HTTPD_LONG_BODY, "HTTP/1.1 200 ", "Content-Length: 19", 60, CLOSED},
		{HTTPD_CUT, "HTTP/1.1 200 ", "{\"status\":\"ok\",", 30, CLOSED},
		{HTTPD_EMPTY, "", "", 0, CLOSED},
		{HTTPD_RESET, "", "", 0, RESET},
		{HTTPD_HALF_OPEN, "HTTP/1.1 200 ", "Content-Length: 138", 60, CLOSED},
		{HTTPD_BIG_HEADER, "HTTP/1.1 200 ", "X-Big: 0123", 2 * 1024 * 1024, CLOSED},
		{HTTPD_MANY_HEADERS, "HTTP/1.1 200 ", "X-199999: y", 2 * 1024 * 1024, CLOSED},
		{HTTPD_INFORMATIONAL, "HTTP/1.1 100 ", "HTTP/1.1 100 ", MOST, STILL_OPEN},
		{HTTPD_NO_STATUS, "{\"status\"", "connected", 30, CLOSED},
		{HTTPD_GARBAGE, "", "", 4096, CLOSED},
		{HTTPD_GZIP, "HTTP/1.1 200 ", "Content-Encoding: gzip", 5000, STILL_OPEN},
		{HTTPD_REDIRECT, "HTTP/1.1 302 ", "Location: http://127.0.0.1:1/", 60, STILL_OPEN},
	};
	struct err err = {0};

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), HTTPD_MODE_COUNT);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct httpd_rule rule = {.path = "/x", .mode = rows[i].mode, .body = str_of(body)};
		struct buf out = {0};

		if (rule.mode == HTTPD_REDIRECT)
			rule.headers = "Location: http://127.0.0.1:1/\r\n";
		struct httpd *httpd = httpd_start(&rule, 1, &err);
		assert_non_null(httpd);
		int fd = dial(httpd_port(httpd));
		ask(fd, "/x?query=1");
		enum ending ending = listen_to(fd, &out, MOST, A_WHILE);
		assert_int_equal(ending, rows[i].ending);
		assert_true(out.len >= rows[i].at_least);
		assert_true(str_starts(str_sub(buf_cstr(&out), out.len), rows[i].begins));
		assert_true(str_has(str_sub(buf_cstr(&out), out.len), rows[i].holds));
		assert_int_equal(httpd_requests(httpd, "/x"), 1);
		close(fd);
		buf_done(&out);
		httpd_stop(httpd);
	}
}

static void a_connection_is_kept_and_requests_are_counted_by_path(void **state)
{
	const struct httpd_rule rules[] = {
		{.path = "/a", .body = str_of("A")},
		{.path = "/b", .status = 429, .headers = "Retry-After: 7\r\n", .body = str_of("B")},
	};
	struct err err = {0};
	struct httpd *httpd = httpd_start(rules, 2, &err);
	struct buf out = {0}, head = {0};
	int fd = dial(httpd_port(httpd));

	(void)state;
	for (int i = 0; i < 3; i++) {
		ask(fd, i < 2 ? "/a" : "/b");
		assert_int_equal(listen_to(fd, &out, MOST, A_WHILE), STILL_OPEN);
	}
	assert_int_equal(httpd_requests(httpd, "/a"), 2);
	assert_int_equal(httpd_requests(httpd, "/b"), 1);
	assert_int_equal(httpd_requests(httpd, NULL), 3);
	assert_int_equal(httpd_connections(httpd), 1);
	assert_true(str_has(str_sub(out.data, out.len), "429 "));
	assert_true(str_has(str_sub(out.data, out.len), "Retry-After: 7\r\n"));
	httpd_last_head(httpd, "/b", &head);
	assert_string_equal(buf_cstr(&head), "GET /b HTTP/1.1\r\nHost: t\r\n\r\n");
	close(fd);
	buf_done(&out);
	buf_done(&head);
	httpd_stop(httpd);
}

static void a_rule_can_change_while_it_runs(void **state)
{
	struct httpd_rule rule = {.path = "/a", .body = str_of("before")};
	struct err err = {0};
	struct httpd *httpd = httpd_start(&rule, 1, &err);
	struct buf out = {0};
	int fd = dial(httpd_port(httpd));

	(void)state;
	ask(fd, "/a");
	listen_to(fd, &out, MOST, A_WHILE);
	rule.body = str_of("after");
	httpd_set(httpd, &rule);
	ask(fd, "/a");
	listen_to(fd, &out, MOST, A_WHILE);
	assert_true(str_has(str_sub(out.data, out.len), "before"));
	assert_true(str_ends(str_sub(out.data, out.len), "after"));
	ask(fd, "/other");
	listen_to(fd, &out, MOST, A_WHILE);
	assert_true(str_has(str_sub(out.data, out.len), "404 "));
	close(fd);
	buf_done(&out);
	httpd_stop(httpd);
}

static void a_bomb_says_gzip_and_is_small(void **state)
{
	struct httpd_rule rule = {.path = "/z", .mode = HTTPD_GZIP};
	struct err err = {0};
	struct httpd *httpd = httpd_start(&rule, 1, &err);
	struct buf out = {0};
	int fd = dial(httpd_port(httpd));

	(void)state;
	ask(fd, "/z");
	listen_to(fd, &out, MOST, A_WHILE);
	assert_true(out.len < 16 * 1024);
	assert_non_null(strstr(out.data, "\r\n\r\n\x1f\x8b"));
	close(fd);
	buf_done(&out);
	httpd_stop(httpd);
}

/* What a connect to the rig's port does within a while. */
static int connect_result(unsigned port)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)port),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct pollfd wait = {.fd = fd, .events = POLLOUT};
	int why = 0;

	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		why = errno;
	if (why == EINPROGRESS && poll(&wait, 1, (int)A_WHILE) > 0)
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &(socklen_t){sizeof(why)});
	close(fd);
	return why;
}

static void the_rig_can_be_dead_in_each_way(void **state)
{
	static const int results[RIG_FAULT_COUNT] = {
		[RIG_REFUSED] = ECONNREFUSED, [RIG_DROPPED] = EINPROGRESS,
	};
	struct err err = {0};

	(void)state;
	for (int fault = 0; fault < RIG_FAULT_COUNT; fault++) {
		struct rig *rig = rig_new((enum rig_fault)fault, &err);

		assert_non_null(rig);
		assert_int_equal(access(rig_config(rig), R_OK), 0);
		assert_int_equal(connect_result(rig_port(rig)), results[fault]);
		rig_free(rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mode_does_what_it_says),
		cmocka_unit_test(a_connection_is_kept_and_requests_are_counted_by_path),
		cmocka_unit_test(a_rule_can_change_while_it_runs),
		cmocka_unit_test(a_bomb_says_gzip_and_is_small),
		cmocka_unit_test(the_rig_can_be_dead_in_each_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
