/*
 * The hour before a declaration from a real Prometheus that was started a moment ago: what it has
 * becomes events, what it has not is a gap.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/importer.h"
#include "backends/prometheus.h"
#include "base/json.h"
#include "tests/lib/command.h"
#include "tests/lib/pump.h"

enum { LIMIT = 60000, PAUSE = 500 };

struct stage {
	char program[64], dir[64], url[64];
	unsigned port;
	pid_t pid;
	struct loop *loop;
	struct world *world;
};

struct got {
	int count;
	bool alert, changed, watchdog;
	size_t gaps;
	msec first_gap_until, alert_at;
	char summary[BECAUSE_TEXT];
	bool evidence_has_result;
};

static struct stage stage;

static bool find(void)
{
	static const char *const places[] = { "/usr/bin/prometheus",
					      "build/lab/pkg/usr/bin/prometheus" };

	for (size_t i = 0; i < 2; i++) {
		str_put(stage.program, sizeof(stage.program), places[i]);
		if (access(places[i], X_OK) == 0)
			return true;
	}
	return false;
}

static unsigned free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&address, len) == 0)
		getsockname(fd, (struct sockaddr *)&address, &len);
	close(fd);
	return ntohs(address.sin_port);
}

static void write_file(const char *name, const char *text)
{
	char path[96];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", stage.dir, name);
	file = fopen(path, "we");
	assert_non_null(file);
	(void)fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void become_server(void)
{
	char config[96], data[96], listen_at[64];

	(void)snprintf(config, sizeof(config), "--config.file=%s/prometheus.yml", stage.dir);
	(void)snprintf(data, sizeof(data), "--storage.tsdb.path=%s/data", stage.dir);
	(void)snprintf(listen_at, sizeof(listen_at), "--web.listen-address=127.0.0.1:%u", stage.port);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execl(stage.program, stage.program, config, data, listen_at, "--log.level=error",
	      (char *)NULL);
	_exit(127);
}

static int setup(void **state)
{
	static const struct limit limit = { .warn = 1, .bad = 5 };
	struct err err = { 0 };
	char config[256];

	(void)state;
	(void)snprintf(stage.dir, sizeof(stage.dir), "build/importer-XXXXXX");
	(void)mkdir("build", 0755);
	assert_non_null(mkdtemp(stage.dir));
	stage.port = free_port();
	(void)snprintf(stage.url, sizeof(stage.url), "http://127.0.0.1:%u", stage.port);
	(void)snprintf(config, sizeof(config),
		       "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
		       "rule_files: [rules.yml]\nscrape_configs:\n  - job_name: self\n"
		       "    static_configs: [{targets: [\"127.0.0.1:%u\"]}]\n", stage.port);
	write_file("prometheus.yml", config);
	write_file("rules.yml", "groups:\n  - name: g\n    rules:\n"
		   "      - {alert: Stuck, expr: vector(1), labels: {severity: critical}}\n"
		   "      - {alert: Watchdog, expr: vector(1)}\n");
	stage.pid = fork();
	if (stage.pid == 0)
		become_server();
	stage.loop = loop_new(&err);
	stage.world = world_new((msec)time(NULL) * WHEN_SECOND);
	world_add_signal(stage.world, "error_rate", "%", -1, limit);
	return 0;
}

static int teardown(void **state)
{
	const char *const remove[] = { "rm", "-rf", stage.dir, NULL };
	struct command command = { 0 };

	(void)state;
	if (stage.pid > 0) {
		kill(stage.pid, SIGKILL);
		waitpid(stage.pid, NULL, 0);
	}
	world_free(stage.world);
	loop_free(stage.loop);
	command_run(&command, remove, LIMIT);
	command_done(&command);
	return 0;
}

static void on_done(void *arg, const struct order *orders, size_t count, struct str evidence)
{
	struct got *got = arg;

	*got = (struct got){ .count = got->count + 1, .first_gap_until = WHEN_NEVER };
	got->evidence_has_result = str_has(evidence, "\"__name__\":\"ALERTS\"");
	for (size_t i = 0; i < count; i++) {
		const struct event_data *data = &orders[i].data;

		assert_int_equal(orders[i].src, SRC_IMPORT);
		if (orders[i].kind == EVENT_RECORDING_GAP && got->gaps++ == 0)
			got->first_gap_until = data->until;
		if (orders[i].kind == EVENT_ALERT_FIRING && !strcmp(data->name, "Stuck")) {
			got->alert = true;
			got->alert_at = orders[i].at;
			assert_string_equal(data->labels.items[1], "severity=critical");
		}
		if (orders[i].kind == EVENT_ALERT_FIRING && !strcmp(data->name, "Watchdog"))
			got->watchdog = true;
		if (orders[i].kind == EVENT_SIGNAL_CHANGED) {
			got->changed = true;
			assert_string_equal(data->name, "error_rate");
			assert_string_equal(data->new_, "bad");
		}
		if (orders[i].kind == EVENT_FLIGHT_IMPORTED)
			(void)str_put(got->summary, sizeof(got->summary), data->text);
	}
}

/* One Prometheus with one signal. */
static const struct context *plan(struct estate *estate)
{
	static const struct prometheus_check check = { "error_rate", "count(up) * 9", "%" };
	static const char *const environment[] = { NULL };
	static const struct context context = { .environment = environment };
	static struct prometheus_config prometheus;
	static struct source_config *sources[] = { &prometheus.source };
	static const struct settings settings = { .operator = "ana", .sources = { sources, 1 } };

	prometheus = (struct prometheus_config){
		.source = { .name = "prom", .kind = "prometheus", .url = stage.url },
		.watchdog = "Watchdog", .checks = &check, .check_count = 1 };
	*estate = (struct estate){ .settings = &settings, .loop = stage.loop,
				   .world = stage.world };
	return &context;
}

static void what_prometheus_has_is_imported_and_the_rest_is_a_gap(void **state)
{
	struct estate estate;
	const struct context *context = plan(&estate);
	struct got got = { 0 };
	msec now = 0;

	(void)state;
	for (int waited = 0; !(got.alert && got.changed); waited += PAUSE) {
		int before = got.count;

		if (waited > LIMIT)
			fail_msg("it never came: %s", got.summary);
		(void)poll(NULL, 0, PAUSE);
		now = (msec)time(NULL) * WHEN_SECOND;
		importer_start(&estate, context, now - WHEN_HOUR, now, on_done, &got);
		assert_true(pump(stage.loop, &got.count, before + 1, LIMIT));
	}
	assert_false(got.watchdog);
	assert_true(got.evidence_has_result);
	assert_true(got.gaps >= 1);
	assert_true(got.first_gap_until > now - 5 * WHEN_MINUTE && got.first_gap_until <= now);
	assert_true(got.alert_at >= now - 5 * WHEN_MINUTE && got.alert_at <= now);
	assert_non_null(strstr(got.summary, "0 were recorded"));
	assert_null(strstr(got.summary, " 0 are known from Prometheus"));
}

struct course {
	int count;
	json_t *evidence;		/* NULL: there was none */
	char why[BECAUSE_TEXT];
};

static void on_course(void *arg, struct str evidence, const char *why)
{
	struct course *course = arg;
	struct err err = { 0 };

	course->count++;
	json_decref(course->evidence);
	course->evidence = evidence.len > 0 ? json_read(evidence, JSON_MAX_PINNED, &err) : NULL;
	(void)str_put(course->why, sizeof(course->why), why);
}

static size_t values_of(const struct course *course)
{
	const json_t *asked = json_array_get(json_at(course->evidence, "prometheus"), 0);
	const json_t *series = json_array_get(json_at(asked, "result"), 0);

	return json_array_size(json_at(series, "values"));
}

/* Longer than the hour of an import, and nothing but the signals of the configuration. */
static void the_course_of_any_time_is_asked_of_the_signals_alone(void **state)
{
	struct course course = { 0 };
	struct estate estate;
	const struct context *context = plan(&estate);
	msec now = 0;

	(void)state;
	assert_true(importer_has_signals(&estate));
	for (int waited = 0; values_of(&course) == 0; waited += PAUSE) {
		int before = course.count;

		if (waited > LIMIT)
			fail_msg("it never came: %s", course.why);
		(void)poll(NULL, 0, PAUSE);
		now = (msec)time(NULL) * WHEN_SECOND;
		(void)importer_course(&estate, context, now - 5 * WHEN_HOUR, now, on_course,
				      &course);
		assert_true(pump(stage.loop, &course.count, before + 1, LIMIT));
	}
	assert_string_equal(course.why, "");
	assert_int_equal(json_array_size(json_at(course.evidence, "prometheus")), 1);
	assert_string_equal(json_text_at(course.evidence, "schema", ""), "binnacle.flight/1");
	json_decref(course.evidence);
}

static void a_server_that_is_gone_gives_no_course_and_a_sentence(void **state)
{
	struct course course = { 0 };
	struct estate estate;
	const struct context *context = plan(&estate);

	(void)state;
	kill(stage.pid, SIGKILL);
	waitpid(stage.pid, NULL, 0);
	stage.pid = 0;
	(void)importer_course(&estate, context, 0, WHEN_HOUR, on_course, &course);
	assert_true(pump(stage.loop, &course.count, 1, LIMIT));
	assert_null(course.evidence);
	assert_non_null(strstr(course.why, "refused"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_prometheus_has_is_imported_and_the_rest_is_a_gap,
						setup, teardown),
		cmocka_unit_test_setup_teardown(the_course_of_any_time_is_asked_of_the_signals_alone,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_server_that_is_gone_gives_no_course_and_a_sentence,
						setup, teardown),
	};

	if (!find()) {
		print_message("SKIPPED: no prometheus here; lab/lab fetch unpacks one\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
