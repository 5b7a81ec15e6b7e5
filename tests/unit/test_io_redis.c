/*
 * The Redis client against a server of the test's own, on the same loop: it sends what the test
 * says as soon as something was received, and then keeps silent, or hangs up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/kinds.h"
#include "backends/redis.h"
#include "io/prober.h"
#include "io/redis.h"
#include "tests/lib/pump.h"

enum { LIMIT = 30000, LONG = 20000, SHORT = 300, CELL = 128, CONNECTIONS = 16 };

struct server {
	uv_tcp_t listener;
	uv_tcp_t links[CONNECTIONS];
	int accepted, closed;
	const char *answer;
	size_t length;
	bool hangs_up, resets;
	struct buf received;
};

struct got {
	int count;
	struct reply reply;
	size_t rows;
	bool refused;
	char cells[3][CELL];
};

static const char *const commands[] = { "PING", "INFO", NULL };
static struct loop *loop;
static struct resolver *resolver;
static struct server server;
static char url[64];

static void on_link_closed(uv_handle_t *handle)
{
	(void)handle;
	server.closed++;
}

static void hang_up(uv_stream_t *link)
{
	if (uv_is_closing((uv_handle_t *)link))
		return;
	if (server.resets)
		assert_int_equal(uv_tcp_close_reset((uv_tcp_t *)link, on_link_closed), 0);
	else
		uv_close((uv_handle_t *)link, on_link_closed);
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
	static char room[65536];

	(void)handle;
	(void)suggested;
	*out = uv_buf_init(room, sizeof(room));
}

static void on_received(uv_stream_t *link, ssize_t len, const uv_buf_t *bytes)
{
	uv_buf_t out = uv_buf_init((char *)(uintptr_t)server.answer, (unsigned)server.length);

	if (len < 0) {
		hang_up(link);
		return;
	}
	buf_add(&server.received, bytes->base, (size_t)len);
	if (server.length && uv_try_write(link, &out, 1) < 0)
		fail_msg("the server of the test cannot write");
	if (server.hangs_up)
		hang_up(link);
}

static void on_connection(uv_stream_t *listener, int status)
{
	uv_tcp_t *link = &server.links[server.accepted++ % CONNECTIONS];

	assert_int_equal(status, 0);
	assert_int_equal(uv_tcp_init(listener->loop, link), 0);
	assert_int_equal(uv_accept(listener, (uv_stream_t *)link), 0);
	assert_int_equal(uv_read_start((uv_stream_t *)link, give_room, on_received), 0);
}

static void listen_somewhere(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int size = sizeof(address);

	assert_int_equal(uv_ip4_addr("127.0.0.1", 0, &address), 0);
	assert_int_equal(uv_tcp_init(loop_uv(loop), &server.listener), 0);
	assert_int_equal(uv_tcp_bind(&server.listener, (struct sockaddr *)&address, 0), 0);
	assert_int_equal(uv_listen((uv_stream_t *)&server.listener, 16, on_connection), 0);
	assert_int_equal(uv_tcp_getsockname(&server.listener, (struct sockaddr *)&address, &size), 0);
	(void)snprintf(url, sizeof(url), "redis://127.0.0.1:%u/0", ntohs(address.sin_port));
}

/* two.test has two addresses, on the first of which nobody listens; dead.test is never answered. */
static void name_start(void *arg, struct resolver *asked, const char *host)
{
	struct addresses answer = { 0 };

	(void)arg;
	if (!strcmp(host, "dead.test"))
		return;
	if (!strcmp(host, "two.test"))
		str_put(answer.text[answer.count++], RESOLVE_ADDRESS, "127.0.0.2");
	if (!strcmp(host, "two.test"))
		str_put(answer.text[answer.count++], RESOLVE_ADDRESS, "127.0.0.1");
	else
		str_put(answer.error, sizeof(answer.error), "no such host");
	resolver_answer(asked, host, &answer);
}

static int setup(void **state)
{
	static const struct resolve_origin origin = { .start = name_start };
	struct err err;

	(void)state;
	memset(&server, 0, sizeof(server));
	loop = loop_new(&err);
	resolver = resolver_new(loop, &origin);
	listen_somewhere();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < server.accepted && i < CONNECTIONS; i++)
		if (!uv_is_closing((uv_handle_t *)&server.links[i]))
			uv_close((uv_handle_t *)&server.links[i], NULL);
	if (!uv_is_closing((uv_handle_t *)&server.listener))
		uv_close((uv_handle_t *)&server.listener, NULL);
	resolver_free(resolver);
	loop_free(loop);
	buf_done(&server.received);
	return 0;
}

static void serve(const char *answer)
{
	server.answer = answer;
	server.length = strlen(answer);
}

static void on_done(void *arg, const struct reply *reply)
{
	struct got *got = arg;

	got->count++;
	got->reply = *reply;
	got->rows = reply->rows.count;
	got->refused = redis_has_refused(reply);
	for (size_t i = 0; i < got->rows && i < ARRAY_LEN(got->cells); i++)
		str_put(got->cells[i], CELL, rows_cell(&reply->rows, i, "reply"));
}

static struct redis_call *ask_at(const char *where, msec timeout, struct got *got)
{
	struct redis_ask ask = { .url = str_of(where), .commands = commands, .timeout = timeout };

	memset(got, 0, sizeof(*got));
	return redis_ask(loop, resolver, &ask, on_done, got);
}

static void expect_end(const char *where, msec timeout, enum reply_kind kind, const char *word)
{
	struct got got;

	(void)ask_at(where, timeout, &got);
	assert_int_equal(got.count, 0);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	if (got.reply.kind != kind || !strstr(got.reply.why, word))
		fail_msg("%s: kind %d (%s)", where, (int)got.reply.kind, got.reply.why);
}

static void replies_come_as_rows_in_order(void **state)
{
	struct got got;

	(void)state;
	serve("+PONG\r\n$9\r\nrole:one\n\r\n");
	(void)ask_at(url, LONG, &got);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	assert_int_equal(got.rows, 2);
	assert_string_equal(got.cells[0], "+PONG");
	assert_string_equal(got.cells[1], "$role:one\n");
	assert_string_equal(buf_cstr(&server.received),
			    "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nINFO\r\n");
}

static void a_password_goes_first_and_its_reply_too(void **state)
{
	struct secret *password = secret_new(str_of("canary-Passw0rd-11bb"));
	struct redis_ask ask = { .commands = commands, .timeout = LONG, .user = "ana",
				 .password = password, .url = str_of(url) };
	struct got got = { 0 };

	(void)state;
	serve("+OK\r\n+PONG\r\n$0\r\n\r\n");
	(void)redis_ask(loop, resolver, &ask, on_done, &got);
	secret_free(password);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_int_equal(got.rows, 3);
	assert_string_equal(got.cells[0], "+OK");
	assert_true(str_starts(str_of(buf_cstr(&server.received)), "*3\r\n$4\r\nAUTH\r\n$3\r\nana\r\n"
			       "$20\r\ncanary-Passw0rd-11bb\r\n*1\r\n$4\r\nPING\r\n"));
}

static void errors_are_content(void **state)
{
	struct got got;

	(void)state;
	serve("-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n");
	(void)ask_at(url, LONG, &got);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	assert_string_equal(got.cells[1], "-NOAUTH Authentication required.");
	assert_false(got.refused);
}

/* Only that is a reason to fetch the password anew. */
static void a_wrong_password_is_known_as_refused(void **state)
{
	static const struct {
		const char *answer;
		bool refused;
	} cases[] = {
		{ "-WRONGPASS invalid username-password pair\r\n-NOAUTH x\r\n", true },
		{ "-ERR invalid password\r\n-NOAUTH x\r\n", true },
		{ "+OK\r\n-WRONGPASS x\r\n", false },
	};
	struct got got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		serve(cases[i].answer);
		(void)ask_at(url, LONG, &got);
		assert_true(pump(loop, &got.count, 1, LIMIT));
		assert_int_equal(got.refused, cases[i].refused);
	}
}

static void a_connection_is_kept_no_longer_than_its_question(void **state)
{
	struct got got;

	(void)state;
	serve("+PONG\r\n$0\r\n\r\n");
	(void)ask_at(url, LONG, &got);
	assert_true(pump(loop, &server.closed, 1, LIMIT));
	assert_int_equal(got.count, 1);
}

static void nobody_listening_is_refused(void **state)
{
	(void)state;
	uv_close((uv_handle_t *)&server.listener, NULL);
	(void)uv_run(loop_uv(loop), UV_RUN_NOWAIT);
	expect_end(url, LONG, REPLY_REFUSED, "refused");
}

static void a_server_that_accepts_and_is_silent_misses_the_deadline(void **state)
{
	(void)state;
	serve("");
	expect_end(url, SHORT, REPLY_TIMEOUT, "no answer in 300ms");
	assert_int_equal(server.accepted, 1);
	serve("+PONG\r\n$100\r\nhalf");
	expect_end(url, SHORT, REPLY_TIMEOUT, "no answer in 300ms");
}

static void a_server_that_dies_in_mid_answer_has_not_answered(void **state)
{
	static const char *const halves[] = { "", "+PONG\r\n", "+PONG\r\n$100\r\nhalf", "-ERR ma" };

	(void)state;
	server.hangs_up = true;
	for (size_t i = 0; i < 2 * ARRAY_LEN(halves); i++) {
		serve(halves[i / 2]);
		server.resets = i % 2;
		expect_end(url, LONG, REPLY_RESET, "reset");
	}
}

static void an_error_before_hanging_up_is_the_answer(void **state)
{
	struct got got;

	(void)state;
	serve("-ERR max number of clients reached\r\n");
	server.hangs_up = true;
	(void)ask_at(url, LONG, &got);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	assert_int_equal(got.rows, 1);
	assert_string_equal(got.cells[0], "-ERR max number of clients reached");
}

static void another_protocol_is_told_as_such(void **state)
{
	(void)state;
	serve("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
	expect_end(url, LONG, REPLY_BAD_PROTOCOL, "protocol of Redis");
}

static void an_endless_answer_is_too_large(void **state)
{
	static char bytes[20000];
	struct redis_ask ask = { .url = str_of(url), .commands = commands, .timeout = LONG,
				 .max = sizeof(bytes) / 2 };
	struct got got = { 0 };

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	bytes[0] = '+';
	server.answer = bytes;
	server.length = sizeof(bytes);
	(void)redis_ask(loop, resolver, &ask, on_done, &got);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_int_equal(got.reply.kind, REPLY_TOO_LARGE);
}

static void every_address_of_a_name_is_tried(void **state)
{
	struct got got;
	char named[80];

	(void)state;
	serve("+PONG\r\n$0\r\n\r\n");
	(void)snprintf(named, sizeof(named), "redis://two.test%s", strrchr(url, ':'));
	(void)ask_at(named, LONG, &got);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_int_equal(got.reply.kind, REPLY_ANSWER);
}

static void a_name_that_is_not_resolved_is_our_blindness(void **state)
{
	(void)state;
	expect_end("redis://none.test", LONG, REPLY_NO_NAME, "no such host");
	expect_end("redis://dead.test:1", SHORT, REPLY_NO_NAME, "name server");
	expect_end("http://127.0.0.1:1", LONG, REPLY_NO_NAME, "redis://host:port");
}

/* In every stage: new, waiting for a name, waiting for the answer. */
static void a_cancelled_call_never_calls_back(void **state)
{
	const char *const places[] = { "redis://dead.test", url };
	struct got got, other;

	(void)state;
	serve("");
	for (size_t i = 0; i < 2 * ARRAY_LEN(places); i++) {
		struct redis_call *call = ask_at(places[i / 2], LONG, &got);

		if (i % 2) {
			(void)ask_at(url, SHORT, &other);
			assert_true(pump(loop, &other.count, 1, LIMIT));
		}
		redis_cancel(call);
		(void)ask_at(url, SHORT, &other);
		assert_true(pump(loop, &other.count, 1, LIMIT));
		assert_int_equal(got.count, 0);
	}
}

static void a_cancelled_call_closes_its_connection(void **state)
{
	struct redis_call *call;
	struct got got;

	(void)state;
	serve("");
	call = ask_at(url, LONG, &got);
	assert_true(pump(loop, &server.accepted, 1, LIMIT));
	redis_cancel(call);
	assert_true(pump(loop, &server.closed, 1, LIMIT));
	assert_int_equal(got.count, 0);
}

static void on_changed(void *arg, size_t source, size_t ask)
{
	int *changes = arg;

	(void)source;
	(void)ask;
	++*changes;
}

static struct prober *new_prober(struct redis_config *config, struct prober_source *source,
				 int *changes)
{
	static const char *const environment[] = { "PASSWORD=canary-Passw0rd-22cc", NULL };
	const struct prober_setup made = {
		.loop = loop, .sources = source, .count = 1, .environment = environment,
		.changed = on_changed, .arg = changes,
	};

	*config = (struct redis_config){
		.source = { .name = "redis", .url = url, .every = 3600000, .timeout = LONG },
	};
	config->source.access.basic_user = "ana";
	config->source.access.basic_password =
		(struct secret_ref){ .from = SECRET_ENV, .name = "PASSWORD" };
	*source = (struct prober_source){ &redis_backend, config };
	return prober_new(&made);
}

static void the_prober_asks_with_the_user_and_password_of_the_source(void **state)
{
	struct redis_config config;
	struct prober_source source;
	int changes = 0;
	struct prober *prober = new_prober(&config, &source, &changes);

	(void)state;
	serve("+OK\r\n+PONG\r\n$13\r\nrole:master\r\n\r\n");
	prober_start(prober);
	assert_true(pump(loop, &changes, 1, LIMIT));
	assert_true(prober_probe(prober, 0)->views[0].good);
	assert_true(str_has(str_of(buf_cstr(&server.received)), "$3\r\nana\r\n$20\r\ncanary-"));
	prober_free(prober);
}

static void stopping_the_prober_closes_the_connection_and_tells_nobody(void **state)
{
	struct redis_config config;
	struct prober_source source;
	int changes = 0;
	struct prober *prober = new_prober(&config, &source, &changes);

	(void)state;
	serve("+OK\r\n");
	prober_start(prober);
	assert_true(pump(loop, &server.accepted, 1, LIMIT));
	prober_stop(prober);
	assert_true(pump(loop, &server.closed, 1, LIMIT));
	assert_int_equal(changes, 0);
	prober_free(prober);
}

static void a_url_is_host_port_and_nothing_else_that_matters(void **state)
{
	static const struct {
		const char *url, *host;
		int port;
	} cases[] = {
		{ "redis://h", "h", 6379 }, { "redis://h:1", "h", 1 }, { "redis://h:65535/3", "h", 65535 },
		{ "redis://[::1]", "::1", 6379 }, { "redis://[::1]:7/0", "::1", 7 },
		{ "redis://10.0.0.1:6380/", "10.0.0.1", 6380 }, { "redis://", NULL, 0 },
		{ "redis:///0", NULL, 0 }, { "redis://:1", NULL, 0 }, { "redis://h:0", NULL, 0 },
		{ "redis://h:65536", NULL, 0 }, { "redis://h:", NULL, 0 }, { "rediss://h", NULL, 0 },
		{ "", NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char host[RESOLVE_NAME] = "";
		int port = 0;
		bool good = redis_parse_url(str_of(cases[i].url), host, &port);

		if (good != (cases[i].host != NULL))
			fail_msg("%s", cases[i].url);
		if (good && (strcmp(host, cases[i].host) != 0 || port != cases[i].port))
			fail_msg("%s: %s %d", cases[i].url, host, port);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(replies_come_as_rows_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(a_password_goes_first_and_its_reply_too, setup, teardown),
		cmocka_unit_test_setup_teardown(errors_are_content, setup, teardown),
		cmocka_unit_test_setup_teardown(a_wrong_password_is_known_as_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_connection_is_kept_no_longer_than_its_question, setup,
						teardown),
		cmocka_unit_test_setup_teardown(nobody_listening_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_server_that_accepts_and_is_silent_misses_the_deadline,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_server_that_dies_in_mid_answer_has_not_answered, setup,
						teardown),
		cmocka_unit_test_setup_teardown(an_error_before_hanging_up_is_the_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(another_protocol_is_told_as_such, setup, teardown),
		cmocka_unit_test_setup_teardown(an_endless_answer_is_too_large, setup, teardown),
		cmocka_unit_test_setup_teardown(every_address_of_a_name_is_tried, setup, teardown),
		cmocka_unit_test_setup_teardown(a_name_that_is_not_resolved_is_our_blindness, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_cancelled_call_never_calls_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_cancelled_call_closes_its_connection, setup, teardown),
		cmocka_unit_test_setup_teardown(the_prober_asks_with_the_user_and_password_of_the_source,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			stopping_the_prober_closes_the_connection_and_tells_nobody, setup, teardown),
		cmocka_unit_test(a_url_is_host_port_and_nothing_else_that_matters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
