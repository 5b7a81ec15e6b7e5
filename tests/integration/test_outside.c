/*
 * What a platform sees of the program itself: a stand-in that counts, by its own clock, while the
 * console runs and somebody keeps pressing r.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/lib/command.h"
#include "tests/lib/console.h"

enum { LOG_MAX = 512, YAML = 4096, ENOUGH = 12, PRESSES = 25 };

#define WINDOW (15 * WHEN_SECOND)
#define PATIENCE (2 * WHEN_MINUTE)	/* more than two windows, on a loaded machine */

/* All that the configuration below allows to be asked. */
static const char *const allowed[] = {
	"GET /health/live HTTP/1.1", "GET /api/v1/metrics/shards/health HTTP/1.1",
	"GET /api/v1/metrics HTTP/1.1", "GET /v/access HTTP/1.1", "GET /v/mobile HTTP/1.1",
	"GET /v/webauthn HTTP/1.1", "GET /v/websocket HTTP/1.1",
};

struct outside {
	struct rig *rig;
	struct httpd *trap;	/* where redirects lead */
	char redirect[128], token[128];
};

static const char estate[] =
	"version: 1\n"
	"sources:\n"
	"  backend: {kind: health, url: \"http://127.0.0.1:%u\", every: 1s}\n"
	"  tokens:\n"
	"    kind: jwt\n"
	"    token_file: %s\n"
	"    every: 1s\n"
	"    verifiers:\n"
	"      - {name: access, url: \"http://127.0.0.1:%u/v/access\"}\n"
	"      - {name: mobile, url: \"http://127.0.0.1:%u/v/mobile\"}\n"
	"      - {name: webauthn, url: \"http://127.0.0.1:%u/v/webauthn\"}\n"
	"      - {name: websocket, url: \"http://127.0.0.1:%u/v/websocket\"}\n";

static void set_rule(struct rig *rig, const char *path, int status, const char *headers,
		     const char *body)
{
	const struct httpd_rule rule = {
		.path = path, .status = status, .headers = headers, .body = str_of(body),
		.mode = status == 302 ? HTTPD_REDIRECT : HTTPD_NORMAL,
	};

	httpd_set(rig_httpd(rig), &rule);
}

static void write_token(const char *path)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs("a-canary-that-is-no-jwt\n", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

static int setup(void **state)
{
	static struct outside outside;
	struct err err = { 0 };

	outside = (struct outside){ .rig = rig_new(RIG_HEALTHY, &err) };
	outside.trap = httpd_start(NULL, 0, &err);
	if (!outside.rig || !outside.trap)
		fail_msg("%s", err.text);
	(void)snprintf(outside.redirect, sizeof(outside.redirect),
		       "Location: http://127.0.0.1:%u/stolen\r\n", httpd_port(outside.trap));
	(void)snprintf(outside.token, sizeof(outside.token), "%s/canary", rig_dir(outside.rig));
	write_token(outside.token);
	set_rule(outside.rig, "/health/live", 200, NULL,
		 "{\"status\":\"alive\",\"timestamp\":\"2026-11-22T01:37:21Z\"}");
	set_rule(outside.rig, "/api/v1/metrics/shards/health", 200, NULL,
		 "[{\"shardId\":0,\"status\":\"ok\"}]");
	set_rule(outside.rig, "/api/v1/metrics", 200, NULL, "up 1\n");
	set_rule(outside.rig, "/v/access", 200, NULL, "{}");
	set_rule(outside.rig, "/v/mobile", 302, outside.redirect, "");
	set_rule(outside.rig, "/v/webauthn", 401, NULL, "{}");
	set_rule(outside.rig, "/v/websocket", 503, NULL, "{}");
	*state = &outside;
	return 0;
}

static int teardown(void **state)
{
	struct outside *outside = *state;

	rig_free(outside->rig);
	httpd_stop(outside->trap);
	return 0;
}

static void configure_estate(const struct outside *outside)
{
	unsigned port = rig_port(outside->rig);
	char yaml[YAML];
	struct err err = { 0 };

	(void)snprintf(yaml, sizeof(yaml), estate, port, outside->token, port, port, port, port);
	if (!rig_write_config(outside->rig, yaml, &err))
		fail_msg("%s", err.text);
}

static size_t most_in_a_window(const struct httpd_request *log, size_t count)
{
	size_t most = 0, first = 0;

	for (size_t i = 0; i < count; i++) {
		while (log[i].at - log[first].at >= WINDOW)
			first++;
		most = i - first + 1 > most ? i - first + 1 : most;
	}
	return most;
}

static bool is_allowed(const char *line)
{
	for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
		if (strcmp(line, allowed[i]) == 0)
			return true;
	return false;
}

/* At most four in 15 s, none that is not allowed, none to where a redirect leads. */
static size_t check_count(const struct outside *outside)
{
	static struct httpd_request log[LOG_MAX];
	size_t count = httpd_log(rig_httpd(outside->rig), log, LOG_MAX);
	size_t most = most_in_a_window(log, count);

	print_message("%zu requests in %lld s, at most %zu in 15 s\n", count,
		      count ? (long long)(log[count - 1].at - log[0].at) / 1000 : 0, most);
	for (size_t i = 0; i < count; i++)
		if (!is_allowed(log[i].line))
			fail_msg("it asked '%s'", log[i].line);
	assert_in_range(most, 1, 4);
	assert_int_equal(httpd_requests(outside->trap, NULL), 0);
	assert_int_equal(httpd_connections(outside->trap), 0);
	return count;
}

static void the_console_keeps_to_four_in_fifteen_seconds_whoever_presses_r(void **state)
{
	struct outside *outside = *state;
	const struct console_setup plan = { .rig = outside->rig, .rows = 30, .cols = 120,
					    .awaits = "backend" };
	nsec until = nsec_now() + PATIENCE * NSEC_PER_MSEC;
	struct screen *screen;

	configure_estate(outside);
	screen = console_start(&plan);
	while (httpd_requests(rig_httpd(outside->rig), NULL) < ENOUGH) {
		if (nsec_now() > until)
			console_fail(screen, "it stopped asking");
		assert_true(screen_key(screen, "r"));
		screen_pump(screen, 100);
	}
	console_quit(screen);
	assert_true(check_count(outside) >= ENOUGH);
	/* Seven asks have had three rounds of four places: each was in turn. */
	for (size_t i = 0; i < ARRAY_LEN(allowed); i++) {
		char path[64];

		str_copy(path, sizeof(path), str_sub(allowed[i] + 4, strlen(allowed[i]) - 13));
		if (httpd_requests(rig_httpd(outside->rig), path) == 0)
			fail_msg("%s was never asked", path);
	}
}

static void one_shot_says_what_it_did_not_ask(void **state)
{
	struct outside *outside = *state;
	const char *const argv[] = { command_binnacle(), "-c", rig_config(outside->rig), "status",
				     "--plain", "--timeout", "5s", NULL };
	struct command command = { 0 };

	configure_estate(outside);
	command_run(&command, argv, PATIENCE);
	assert_int_equal(command.status, 0);
	assert_int_equal(check_count(outside), 4);
	assert_non_null(strstr(buf_cstr(&command.out), "not asked: at most 4 requests in 15 s to "
						       "127.0.0.1:"));
	command_done(&command);
}

/* A source that asks every second, and a host that wants to be left alone. */
static void is_left_alone(struct outside *outside, int status, const char *headers)
{
	const struct console_setup plan = { .rig = outside->rig, .rows = 30, .cols = 120,
					    .awaits = "website" };
	struct httpd *httpd = rig_httpd(outside->rig);
	struct screen *screen;
	char yaml[YAML];
	struct err err = { 0 };

	(void)snprintf(yaml, sizeof(yaml), "version: 1\nsources:\n  website: {kind: http, every: 1s, "
		       "url: \"http://127.0.0.1:%u/site\"}\n", rig_port(outside->rig));
	assert_true(rig_write_config(outside->rig, yaml, &err));
	set_rule(outside->rig, "/site", status, headers, "{}");
	screen = console_start(&plan);
	assert_true(screen_key(screen, "7"));
	for (int i = 0; i < PRESSES; i++) {
		assert_true(screen_key(screen, "r"));
		screen_pump(screen, 100);
	}
	if (!screen_wait_text(screen, "held back", CONSOLE_PATIENCE) ||
	    !screen_wait_text(screen, "wants to be left alone", CONSOLE_PATIENCE))
		console_fail(screen, "it does not say that it holds back");
	assert_int_equal(httpd_requests(httpd, "/site"), 1);
	console_quit(screen);
}

static void retry_after_stops_the_asking(void **state)
{
	is_left_alone(*state, 429, "Retry-After: 600\r\n");
}

static void nothing_remaining_stops_the_asking(void **state)
{
	is_left_alone(*state, 200, "X-Ratelimit-Remaining: 0\r\nX-Ratelimit-Reset: 600\r\n");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_console_keeps_to_four_in_fifteen_seconds_whoever_presses_r),
		T(one_shot_says_what_it_did_not_ask),
		T(retry_after_stops_the_asking),
		T(nothing_remaining_stops_the_asking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
