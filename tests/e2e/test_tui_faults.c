/* Sources that die, hang or lie in every way that the server knows: the console goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "tests/lib/console.h"

static const char *const mode_paths[] = {
#define X(sym, what) "/" #sym,
	HTTPD_MODES(X)
#undef X
};

/* Sixteen sources and more, one for each way to answer wrongly, asked every second. */
static struct rig *lying_estate(void)
{
	struct err err = {0};
	struct rig *rig = rig_new(RIG_HEALTHY, &err);
	struct buf yaml = {0};

	if (!rig)
		fail_msg("%s", err.text);
	buf_text(&yaml, "version: 1\noperator: tester\nenvironment: faults\nsources:\n");
	for (size_t i = 0; i < HTTPD_MODE_COUNT; i++) {
		struct httpd_rule rule = {
			.path = mode_paths[i], .mode = (enum httpd_mode)i,
			.headers = i == HTTPD_REDIRECT ? "Location: http://127.0.0.1:1/\r\n" : NULL,
			.body = str_of("{\"status\":\"ok\",\"database\":\"connected\"}"),
		};

		httpd_set(rig_httpd(rig), &rule);
		buf_fmt(&yaml, "  m%zu: {kind: http, url: \"http://127.0.0.1:%u%s\", every: 1s, "
			"timeout: 900ms}\n", i, rig_port(rig), mode_paths[i]);
	}
	if (!rig_write_config(rig, buf_cstr(&yaml), &err))
		fail_msg("%s", err.text);
	buf_done(&yaml);
	return rig;
}

/* The console's own watchdog, as it writes it into its log at the end. */
static double largest_gap(const char *path)
{
	char line[512];
	double gap = -1;
	FILE *log = fopen(path, "r");

	assert_non_null(log);
	while (fgets(line, sizeof(line), log)) {
		const char *at = strstr(line, "largest gap ");

		if (at)
			sscanf(at, "largest gap %lf ms", &gap);
	}
	fclose(log);
	return gap;
}

static void every_lying_source_gets_a_row_and_the_loop_never_stalls(void **state)
{
	enum { ROUNDS = 4, LONGEST_GAP_MS = 100 };
	struct rig *rig = lying_estate();
	char log[512];

	(void)state;
	snprintf(log, sizeof(log), "%s/console.log", rig_dir(rig));
	const char *const args[] = {"--log-level", "debug", "--log-file", log, NULL};
	struct screen *screen = console_start(&(struct console_setup){
		.rig = rig, .rows = 50, .cols = 160, .args = args, .awaits = "m17",
	});
	nsec deadline = nsec_now() + CONSOLE_PATIENCE * NSEC_PER_MSEC;
	while (httpd_requests(rig_httpd(rig), "/SILENT") < ROUNDS && nsec_now() < deadline)
		screen_pump(screen, 50);
	assert_true(httpd_requests(rig_httpd(rig), "/SILENT") >= ROUNDS);
	for (size_t i = 0; i < HTTPD_MODE_COUNT; i++) {
		char name[16];

		snprintf(name, sizeof(name), "m%zu ", i);
		if (!screen_find(screen, name, NULL))
			console_fail(screen, name);
	}
	if (!screen_find(screen, "no answer", NULL))
		console_fail(screen, "a hung source is not called so");
	assert_int_equal(screen_wire(screen)->foreign, 0);
	console_quit(screen);
	double gap = largest_gap(log);
	print_message("largest gap of the loop: %.1f ms\n", gap);
	assert_true(gap >= 0 && gap < LONGEST_GAP_MS);
	rig_free(rig);
}

/* Twenty sources of every kind, five of which accept and say nothing. */
static void a_crowd_of_sources_does_not_stall_the_loop(void **state)
{
	static const char *const all[] = {
		"api1", "api8", "indexer", "horizon", "prometheus", "alertmanager", "grafana", "health",
		"stellar-rpc", "jwt", "redis", "db", "logs", "backup",
	};
	enum { LONGEST_GAP_MS = 100 };
	struct err err = {0};
	struct rig *rig = rig_new(RIG_CROWD, &err);
	char log[512];

	(void)state;
	if (!rig)
		fail_msg("%s", err.text);
	snprintf(log, sizeof(log), "%s/console.log", rig_dir(rig));
	const char *const args[] = {"--log-level", "debug", "--log-file", log, NULL};
	struct screen *screen = console_start(&(struct console_setup){
		.rig = rig, .rows = 150, .cols = 160, .args = args,
	});
	assert_true(screen_key(screen, "7"));
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (!screen_wait_text(screen, all[i], CONSOLE_PATIENCE))
			console_fail(screen, all[i]);
	assert_true(screen_key(screen, "1"));
	if (!screen_wait_text(screen, "no answer", CONSOLE_PATIENCE))
		console_fail(screen, "a hung source is not called so");
	assert_true(screen_drain(screen, 3 * WHEN_SECOND));
	console_quit(screen);
	double gap = largest_gap(log);
	print_message("largest gap of the loop: %.1f ms\n", gap);
	assert_true(gap >= 0 && gap < LONGEST_GAP_MS);
	rig_free(rig);
}

/* The first full screen does not wait for anybody. */
static void dead_endpoints_have_their_rows_at_once(void **state)
{
	static const struct { enum rig_fault fault; const char *says; } rows[] = {
		{RIG_REFUSED, "refused"}, {RIG_SILENT, "no answer"}, {RIG_DROPPED, "no answer"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {0};
		struct rig *rig = rig_new(rows[i].fault, &err);

		assert_non_null(rig);
		struct screen *screen = console_start(&(struct console_setup){
			.rig = rig, .rows = 50, .cols = 160,
		});
		if (!screen_wait_text(screen, rows[i].says, CONSOLE_PATIENCE))
			console_fail(screen, "a dead endpoint is not called so");
		console_quit(screen);
		rig_free(rig);
	}
}

static void a_redirect_is_not_followed(void **state)
{
	struct err err = {0};
	struct rig *rig = rig_new(RIG_HEALTHY, &err);
	char location[128];

	(void)state;
	assert_non_null(rig);
	snprintf(location, sizeof(location), "Location: http://127.0.0.1:%u/sentinel\r\n", rig_port(rig));
	httpd_set(rig_httpd(rig), &(struct httpd_rule){
		.path = "/1", .mode = HTTPD_REDIRECT, .headers = location,
	});
	struct screen *screen = console_start(&(struct console_setup){.rig = rig, .rows = 24, .cols = 80});
	if (!screen_wait_text(screen, "redirects to", CONSOLE_PATIENCE))
		console_fail(screen, "the redirect is not named");
	assert_int_equal(httpd_requests(rig_httpd(rig), "/sentinel"), 0);
	console_quit(screen);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_lying_source_gets_a_row_and_the_loop_never_stalls),
		cmocka_unit_test(a_crowd_of_sources_does_not_stall_the_loop),
		cmocka_unit_test(dead_endpoints_have_their_rows_at_once),
		cmocka_unit_test(a_redirect_is_not_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
