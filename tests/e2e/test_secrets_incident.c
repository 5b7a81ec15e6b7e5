/*
 * The secrets of an incident's ways outside: the URLs of two channels, and the tokens with which
 * Prometheus and Alertmanager are asked of one. Everybody who is asked sends all of them back in
 * every encoding; then all is read that was said, shown, logged or written.
 */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/incidents.h"
#include "base/log.h"
#include "tests/lib/canary.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pump.h"

enum { SLACK, WEBHOOK, PROMETHEUS, MANAGER, USED, LIMIT = 20000, PAUSE = 20, VARIABLES = 7 };

static const char *const names[CANARIES] = { "slack", "webhook", "prometheus", "alertmanager", "4",
					     "5", "6", "7", "8", "9", "10", "11" };

static struct {
	char dir[64], variables[VARIABLES][256];
	const char *environment[VARIABLES + 1];
	struct canaries canaries;
	struct options options;
	struct context context;
	struct settings settings;
	struct httpd *httpd;
	struct loop *loop;
	struct estate estate;
	struct incidents *incidents;
	struct buf said, echo;
	char paths[2][128];		/* of the two URLs */
} stage;

static size_t files_read, files_redacted;

static void on_said(void *arg, const char *sentence)
{
	(void)arg;
	buf_fmt(&stage.said, "%s\n", sentence);
}

static void on_changed(void *arg)
{
	(void)arg;
}

static void write_config(void)
{
	char path[96], url[64];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/c.yaml", stage.dir);
	httpd_url(stage.httpd, "", url, sizeof(url));
	file = fopen(path, "we");
	assert_non_null(file);
	(void)fprintf(file, "version: 1\noperator: ana\nsources:\n"
		      "  prom: {kind: prometheus, url: \"%s\", auth: {bearer_env: PROM}}\n"
		      "  am: {kind: alertmanager, url: \"%s\", auth: {bearer_env: MANAGER}}\n"
		      "checks:\n  error_rate: {query: up, source: prom, warn: \"> 1\"}\n"
		      "notify:\n  - {name: team, kind: slack, url_env: SLACK}\n"
		      "  - {name: page, kind: webhook, url_env: WEBHOOK}\n", url, url);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0600), 0);
	stage.options.given[OPTION_CONFIG] = true;
	(void)snprintf(stage.variables[6], sizeof(stage.variables[6]), "CONFIG=%s", path);
	stage.options.value[OPTION_CONFIG] = stage.variables[6] + strlen("CONFIG=");
}

static void write_environment(void)
{
	const struct canary *all = stage.canaries.all;
	char url[64];

	httpd_url(stage.httpd, "", url, sizeof(url));
	(void)snprintf(stage.paths[0], sizeof(stage.paths[0]), "/services/T01/%s", all[SLACK].text);
	(void)snprintf(stage.paths[1], sizeof(stage.paths[1]), "/hooks/%s", all[WEBHOOK].text);
	(void)snprintf(stage.variables[0], 256, "SLACK=%s%s", url, stage.paths[0]);
	(void)snprintf(stage.variables[1], 256, "WEBHOOK=%s%s", url, stage.paths[1]);
	(void)snprintf(stage.variables[2], 256, "PROM=%s", all[PROMETHEUS].text);
	(void)snprintf(stage.variables[3], 256, "MANAGER=%s", all[MANAGER].text);
	(void)snprintf(stage.variables[4], 256, "BINNACLE_STATE_DIR=%s/state", stage.dir);
	(void)snprintf(stage.variables[5], 256, "XDG_CONFIG_DIRS=/nonexistent");
	for (size_t i = 0; i < 6; i++)
		stage.environment[i] = stage.variables[i];
}

static void answer(const char *path, int status, const char *body)
{
	const struct httpd_rule rule = { .path = path, .status = status, .body = str_of(body) };

	httpd_set(stage.httpd, &rule);
}

static int setup(void **state)
{
	const struct incidents_setup plan = {
		.context = &stage.context, .settings = &stage.settings, .said = on_said,
		.changed = on_changed };
	struct incidents_setup with_loop = plan;
	struct err err = { 0 };

	(void)state;
	(void)snprintf(stage.dir, sizeof(stage.dir), "/tmp/binnacle-secrets-XXXXXX");
	assert_non_null(mkdtemp(stage.dir));
	canaries_make(&stage.canaries, names, 0);
	for (size_t i = 0; i < USED; i++)
		canary_echo(&stage.echo, &stage.canaries.all[i]);
	stage.httpd = httpd_start(NULL, 0, &err);
	stage.loop = with_loop.loop = loop_new(&err);
	assert_true(stage.httpd && stage.loop);
	write_environment();
	write_config();
	stage.context = (struct context){ .options = &stage.options,
					  .environment = stage.environment };
	assert_true(settings_load(&stage.context, &stage.settings));
	assert_true(estate_open(&stage.estate, stage.loop, &stage.settings, &stage.context, 0, &err));
	stage.incidents = incidents_new(&with_loop);
	incidents_begin(stage.incidents, &stage.estate, "");
	return 0;
}

static int teardown(void **state)
{
	char command[96];

	(void)state;
	incidents_leave(stage.incidents, "the test ends");
	estate_close(&stage.estate);
	httpd_stop(stage.httpd);
	(void)snprintf(command, sizeof(command), "rm -rf %s", stage.dir);
	assert_int_equal(system(command), 0);
	buf_done(&stage.said);
	buf_done(&stage.echo);
	return 0;
}

/* --- one incident, from its declaration to its silence --------------------------------------- */

typedef bool condition(const struct incident *incident);

static const struct incident *newest(void)
{
	const struct desk *desk = incidents_desk(stage.incidents);

	return desk->count > 0 ? desk->open[desk->current].incident : NULL;
}

static void wait_until(condition *is, const char *what)
{
	for (int waited = 0; !newest() || !is(newest()); waited += PAUSE) {
		int never = 0;

		if (waited > LIMIT)
			fail_msg("%s: never; %s", what, buf_cstr(&stage.said));
		(void)pump(stage.loop, &never, 1, PAUSE);
		incidents_look(stage.incidents);
	}
}

static bool is_declared(const struct incident *incident)
{
	return incident->severity == 1 && incident->sent_count == 0;
}

static bool is_imported(const struct incident *incident)
{
	return incident->imported_from != WHEN_NEVER && incident->evidence_count > 0;
}

static bool is_answered(const struct incident *incident)
{
	if (incident->sent_count == 0 || incident->sent[0].channel_count < 2)
		return false;
	for (size_t i = 0; i < incident->sent[0].channel_count; i++)
		if (incident->sent[0].channels[i].tries == 0)
			return false;
	return true;
}

static bool is_silence_refused(const struct incident *incident)
{
	for (size_t i = 0; i < incident->alert_count; i++)
		if (incident->alerts[i].silence == SILENCE_FAILED)
			return true;
	return false;
}

static void submit(const char *id, enum event_kind kind, enum event_src src,
		   const struct event_data *data)
{
	const struct order order = { .kind = kind, .data = *data, .at = WHEN_NEVER, .src = src,
				     .by = "ana" };

	incidents_submit(stage.incidents, id, &order);
}

static void silence_one(const char *id)
{
	static const char *const labels[] = { "alertname=Stuck" };
	struct event_data data = { .has = 0 };

	EVENT_SET(data, name, "Stuck");
	EVENT_SET(data, fingerprint, "00ff");
	EVENT_SET(data, labels, (struct text_list){ labels, 1 });
	submit(id, EVENT_ALERT_FIRING, SRC_SENSED, &data);
	EVENT_SET(data, until, loop_now(stage.loop).wall + 10 * WHEN_MINUTE);
	submit(id, EVENT_ALERT_SILENCE_ASKED, SRC_HUMAN, &data);
	wait_until(is_silence_refused, "the silence is refused");
}

static void live_through(const char *title)
{
	static const char *const channels[] = { "team", "page" };
	struct event_data declared = { .has = 0 }, update = { .has = 0 };
	char id[INCIDENT_ID];

	EVENT_SET(declared, title, title);
	EVENT_SET(declared, severity, 1);
	EVENT_SET(declared, type, "outage");
	submit("", EVENT_INCIDENT_DECLARED, SRC_HUMAN, &declared);
	wait_until(is_declared, "it is declared");
	(void)str_put(id, sizeof(id), newest()->id);
	incidents_choose(stage.incidents, id);
	wait_until(is_imported, "the hour before is there");
	EVENT_SET(update, type, "announce");
	EVENT_SET(update, text, "it began");
	EVENT_SET(update, channels, (struct text_list){ channels, 2 });
	submit(id, EVENT_UPDATE_SENT, SRC_HUMAN, &update);
	wait_until(is_answered, "both channels have answered");
	silence_one(id);
}

/* --- the looking ----------------------------------------------------------------------------- */

static void expect_clean(const char *where, struct str bytes)
{
	const char *how = NULL;
	const struct canary *canary = canaries_find(&stage.canaries, bytes, &how);

	if (canary)
		fail_msg("%s holds the secret %s (%s)", where, canary->name, how);
}

static int read_file(const char *path, const struct stat *is, int type, struct FTW *place)
{
	static char bytes[4 * 1024 * 1024];
	FILE *file;
	size_t len;

	(void)is;
	(void)place;
	if (type != FTW_F)
		return 0;
	file = fopen(path, "re");
	assert_non_null(file);
	len = fread(bytes, 1, sizeof(bytes), file);
	(void)fclose(file);
	expect_clean(path, str_sub(bytes, len));
	files_read++;
	files_redacted += str_has(str_sub(bytes, len), "[redacted]");
	return 0;
}

static void an_incident_leaves_no_secret_of_its_ways_outside(void **state)
{
	static const int refusals[] = { 200, 500 };
	struct buf json = { 0 };
	char state_dir[96];

	(void)state;
	/* All secrets are fetched; nobody says one. */
	answer("/api/v1/query_range", 200, "{\"data\":{\"result\":[]}}");
	answer("/api/v2/alerts", 200, "[]");
	answer(stage.paths[0], 200, "ok");
	answer(stage.paths[1], 200, "{}");
	live_through("first");
	buf_fmt(&json, "{\"data\":{\"result\":[{\"metric\":{\"alertname\":\"Stuck\",\"note\":\"%s\"},"
		"\"values\":[[%lld,\"9\"]]}]}}", buf_cstr(&stage.echo),
		(long long)(loop_now(stage.loop).wall / WHEN_SECOND - 60));
	for (size_t i = 0; i < 2; i++) {
		answer("/api/v1/query_range", 200, buf_cstr(&json));
		answer("/api/v2/alerts", refusals[i] == 200 ? 403 : 500, buf_cstr(&stage.echo));
		answer(stage.paths[0], refusals[i], buf_cstr(&stage.echo));
		answer(stage.paths[1], refusals[i] == 200 ? 404 : 200, buf_cstr(&stage.echo));
		live_through(i == 0 ? "second" : "third");
	}
	buf_done(&json);
	expect_clean("what was said", str_sub(buf_cstr(&stage.said), stage.said.len));
	for (size_t i = 0; log_line(i); i++)
		expect_clean("the log", str_of(log_line(i)));
	(void)snprintf(state_dir, sizeof(state_dir), "%s/state", stage.dir);
	assert_int_equal(nftw(state_dir, read_file, 16, FTW_PHYS), 0);
	assert_true(files_read >= 6);		/* three journals, three files of evidence */
	assert_true(files_redacted >= 4);	/* what was sent is there, without the secrets */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_incident_leaves_no_secret_of_its_ways_outside, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
