/*
 * Silences in a real Alertmanager: made for exactly one alert, seen, renewed, expired; and the
 * pager gets its "resolved" after that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "app/silencer.h"
#include "backends/alertmanager.h"
#include "io/errand.h"
#include "tests/lib/httpd.h"
#include "tests/lib/managerserver.h"
#include "tests/lib/pump.h"

enum { LIMIT = 30000, PAUSE = 100 };

struct told {
	int count;
	int what;
	char incident[INCIDENT_ID], fingerprint[24], id[64], reason[BECAUSE_TEXT];
	msec until;
};

struct answer {
	int count, status;
	json_t *root;
};

static const char *const environment[] = { "PATH=/usr/bin:/bin", NULL };
static const struct context context = { .environment = environment };
static struct managerserver server;
static struct httpd *pager;
static struct loop *loop;
static struct errands *errands;
static struct silencer *silencer;
static struct alertmanager_config config, dead;
static struct source_config *sources[2];
static struct settings settings;
static struct told told;

static void on_told(void *arg, const struct silenced *what)
{
	(void)arg;
	told.count++;
	told.what = what->what;
	told.until = what->until;
	(void)str_put(told.incident, sizeof(told.incident), what->incident);
	(void)str_put(told.fingerprint, sizeof(told.fingerprint), what->fingerprint);
	(void)str_put(told.id, sizeof(told.id), what->id ? what->id : "");
	(void)str_put(told.reason, sizeof(told.reason), what->reason);
}

static int setup(void **state)
{
	const struct httpd_rule hook = { .path = "/pager" };
	char url[64];
	struct err err = { 0 };

	(void)state;
	pager = httpd_start(&hook, 1, &err);
	loop = loop_new(&err);
	assert_true(pager && loop);
	httpd_url(pager, "/pager", url, sizeof(url));
	if (!managerserver_start(&server, url, &err))
		fail_msg("%s", err.text);
	config = (struct alertmanager_config){
		.source = { .name = "am", .kind = "alertmanager", .url = server.url, .timeout = 5000 },
		.watchdog = "AlwaysThere" };
	dead = (struct alertmanager_config){
		.source = { .name = "dead", .kind = "alertmanager", .url = "http://127.0.0.1:1",
			    .timeout = 2000 }, .watchdog = "Watchdog" };
	sources[0] = &dead.source;
	sources[1] = &config.source;
	settings = (struct settings){ .sources = { sources, 2 } };
	errands = errands_new(loop, environment);
	silencer = silencer_new(loop, &context, &settings, on_told, NULL);
	told = (struct told){ .count = 0 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	silencer_free(silencer);
	errands_free(errands);
	if (loop)
		loop_free(loop);
	httpd_stop(pager);
	managerserver_stop(&server);
	silencer = NULL;
	errands = NULL;
	loop = NULL;
	pager = NULL;
	return 0;
}

static void on_answer(void *arg, const struct reply *reply)
{
	struct answer *answer = arg;

	answer->count++;
	answer->status = reply->status;
	answer->root = json_read(reply->body, JSON_MAX_PINNED, NULL);
}

/* The caller's reference; NULL when the answer was no JSON. */
static json_t *talk(const char *path, const char *body)
{
	const struct errand_plan plan = { .source = &config.source, .path = path,
					  .body = str_of(body), .timeout = 5000 };
	struct answer answer = { 0 };

	errand_start(errands, &plan, on_answer, &answer);
	assert_true(pump(loop, &answer.count, 1, LIMIT));
	assert_int_equal(answer.status, 200);
	return answer.root;
}

static msec now(void)
{
	return (msec)time(NULL) * WHEN_SECOND;
}

/* Tell Alertmanager of alerts as Prometheus would; `resolved` ends them. */
static void push(const char *name, const char *service, bool resolved)
{
	char body[512], ends[WHEN_TEXT];

	when_format(ends, resolved ? now() - WHEN_SECOND : now() + WHEN_HOUR);
	(void)snprintf(body, sizeof(body),
		       "[{\"labels\":{\"alertname\":\"%s\",\"service\":\"%s\",\"path\":\"a\\\"b.*\"},"
		       "\"startsAt\":\"2020-01-01T00:00:00Z\",\"endsAt\":\"%s\"}]", name, service, ends);
	json_decref(talk("/api/v2/alerts", body));
}

static struct incident_alert alert_of(const char *name, const char *service)
{
	struct incident_alert alert = { .firing = true };
	json_t *all = talk("/api/v2/alerts", NULL), *item;
	size_t i;

	(void)str_put(alert.name, sizeof(alert.name), name);
	json_array_foreach(all, i, item)
		if (!strcmp(json_text_at(item, "labels.alertname", ""), name) &&
		    !strcmp(json_text_at(item, "labels.service", ""), service))
			(void)str_put(alert.fingerprint, sizeof(alert.fingerprint),
				      json_text_at(item, "fingerprint", ""));
	json_decref(all);
	assert_true(*alert.fingerprint);
	return alert;
}

/* "active", "suppressed"; static. */
static const char *state_of(const char *fingerprint)
{
	static char state[32];
	json_t *all = talk("/api/v2/alerts", NULL), *item;
	size_t i;

	state[0] = '\0';
	json_array_foreach(all, i, item)
		if (!strcmp(json_text_at(item, "fingerprint", ""), fingerprint))
			(void)str_put(state, sizeof(state), json_text_at(item, "status.state", ""));
	json_decref(all);
	return state;
}

static void wait_for_state(const char *fingerprint, const char *state)
{
	for (int waited = 0; strcmp(state_of(fingerprint), state) != 0; waited += PAUSE) {
		int never = 0;

		if (waited > LIMIT)
			fail_msg("it is %s, not %s", state_of(fingerprint), state);
		(void)pump(loop, &never, 1, PAUSE);
	}
}

static bool paged(const char *status, const char *name)
{
	struct buf head = { 0 };
	bool found;

	httpd_last_head(pager, "/pager", &head);
	found = strstr(buf_cstr(&head), status) && strstr(buf_cstr(&head), name);
	buf_done(&head);
	return found;
}

static void wait_for_page(const char *status, const char *name)
{
	for (int waited = 0; !paged(status, name); waited += PAUSE) {
		int never = 0;

		if (waited > LIMIT)
			fail_msg("the pager never got %s of %s", status, name);
		(void)pump(loop, &never, 1, PAUSE);
	}
}

static void await(int what)
{
	told.count = 0;
	assert_true(pump(loop, &told.count, 1, LIMIT));
	if (told.what != what)
		fail_msg("told %d: %s", told.what, told.reason);
}

static void make(const struct incident_alert *alert, msec from, msec until, int what)
{
	silencer_make(silencer, "7k3f9q", alert, "ana", from, until);
	await(what);
	assert_string_equal(told.incident, "7k3f9q");
	assert_string_equal(told.fingerprint, alert->fingerprint);
}

static json_t *silence(const char *id)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "/api/v2/silence/%s", id);
	return talk(path, NULL);
}

static void check_matchers(const json_t *silence_, const char *service)
{
	const json_t *matchers = json_at(silence_, "matchers"), *matcher;
	size_t i;

	assert_int_equal(json_array_size(matchers), 3);
	json_array_foreach(matchers, i, matcher) {
		const char *name = json_text_at(matcher, "name", "");
		const char *wanted = !strcmp(name, "alertname") ? "Stuck" :
				     !strcmp(name, "service") ? service : "a\"b.*";

		assert_string_equal(json_text_at(matcher, "value", ""), wanted);
		assert_true(json_is_false(json_at(matcher, "isRegex")));
		assert_true(json_is_true(json_at(matcher, "isEqual")));
	}
}

/* The first source refuses connections: the next one is asked. */
static void one_alert_is_silenced_renewed_and_let_out_again(void **state)
{
	struct incident_alert alert;
	msec from = now(), until = from + 10 * WHEN_MINUTE;
	char first[64], other[24], ends[WHEN_TEXT];
	json_t *made;

	(void)state;
	push("Stuck", "payments", false);
	push("Stuck", "escrow", false);
	alert = alert_of("Stuck", "payments");
	(void)str_put(other, sizeof(other), alert_of("Stuck", "escrow").fingerprint);
	wait_for_page("\"status\":\"firing\"", "payments");
	make(&alert, from, until, SILENCER_MADE);
	assert_int_equal(told.until, until);
	made = silence(told.id);
	check_matchers(made, "payments");
	assert_string_equal(json_text_at(made, "createdBy", ""), "ana");
	assert_string_equal(json_text_at(made, "comment", ""),
			    "incident #7k3f9q: Stuck is being worked on");
	json_decref(made);
	wait_for_state(alert.fingerprint, "suppressed");
	assert_string_equal(state_of(other), "active");

	/* Renewed from the same beginning it keeps its id, and ends later. */
	(void)str_put(first, sizeof(first), told.id);
	(void)str_put(alert.silence_id, sizeof(alert.silence_id), told.id);
	alert.silence = SILENCE_IN_FORCE;
	made = silence(first);
	assert_true(when_parse(str_of(json_text_at(made, "startsAt", "")), &from));
	json_decref(made);
	make(&alert, from, until + 5 * WHEN_MINUTE, SILENCER_MADE);
	assert_string_equal(told.id, first);
	made = silence(first);
	when_format(ends, until + 5 * WHEN_MINUTE);
	assert_memory_equal(json_text_at(made, "endsAt", ""), ends, strlen(ends) - 1);
	json_decref(made);

	/* From another beginning it is another one, and the first ends. */
	make(&alert, from + WHEN_MINUTE, until + 6 * WHEN_MINUTE, SILENCER_MADE);
	assert_string_not_equal(told.id, first);
	made = silence(first);
	assert_string_equal(json_text_at(made, "status.state", ""), "expired");
	json_decref(made);

	silencer_expire(silencer, "7k3f9q", alert.fingerprint, told.id);
	await(SILENCER_EXPIRED);
	wait_for_state(alert.fingerprint, "active");
	push("Stuck", "payments", true);
	push("Stuck", "escrow", true);
	wait_for_page("\"status\":\"resolved\"", "payments");
}

static void what_has_expired_already_is_expired(void **state)
{
	struct incident_alert alert;

	(void)state;
	push("Stuck", "payments", false);
	alert = alert_of("Stuck", "payments");
	make(&alert, now(), now() + 10 * WHEN_MINUTE, SILENCER_MADE);
	silencer_expire(silencer, "7k3f9q", alert.fingerprint, told.id);
	await(SILENCER_EXPIRED);
	assert_string_equal(told.reason, "");
	silencer_expire(silencer, "7k3f9q", alert.fingerprint, told.id);
	await(SILENCER_EXPIRED);
}

/* The other instance does not answer, so that it may have it still. */
static void what_nobody_has_is_only_gone_when_all_say_so(void **state)
{
	static const char id[] = "7a0c3c2e-5b0f-4a2b-9a8e-0123456789ab";

	(void)state;
	push("Stuck", "payments", false);
	silencer_expire(silencer, "7k3f9q", "f", id);
	await(SILENCER_FAILED);
	sources[0] = &config.source;
	silencer_expire(silencer, "7k3f9q", "f", id);
	await(SILENCER_EXPIRED);
	assert_string_equal(told.reason, "Alertmanager does not know it any more");
}

static void a_silence_that_was_forgotten_is_made_anew(void **state)
{
	struct incident_alert alert;

	(void)state;
	push("Stuck", "payments", false);
	alert = alert_of("Stuck", "payments");
	alert.silence = SILENCE_IN_FORCE;
	(void)str_put(alert.silence_id, sizeof(alert.silence_id),
		      "7a0c3c2e-5b0f-4a2b-9a8e-0123456789ab");
	make(&alert, now(), now() + 10 * WHEN_MINUTE, SILENCER_MADE);
	assert_string_not_equal(told.id, alert.silence_id);
	wait_for_state(alert.fingerprint, "suppressed");
}

static void what_must_not_be_silenced_is_refused_in_a_sentence(void **state)
{
	static const char *const watchdogs[] = { "Watchdog", "AlwaysThere" };
	struct incident_alert alert;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(watchdogs); i++) {
		push(watchdogs[i], "prometheus", false);
		alert = alert_of(watchdogs[i], "prometheus");
		make(&alert, now(), now() + 10 * WHEN_MINUTE, SILENCER_FAILED);
		assert_string_equal(told.reason, "the watchdog is never silenced");
	}
	(void)str_put(alert.name, sizeof(alert.name), "Other \"one\\");
	make(&alert, now(), now() + 10 * WHEN_MINUTE, SILENCER_FAILED);
	assert_string_equal(told.reason, "Alertmanager does not have this alert now");
	silencer_expire(silencer, "7k3f9q", "f", "../alerts");
	await(SILENCER_FAILED);
	assert_string_equal(told.reason, "this is no id of a silence");
	settings.read_only = true;
	make(&alert, now(), now() + 10 * WHEN_MINUTE, SILENCER_FAILED);
	assert_string_equal(told.reason, "read-only: no silence is touched");
}

static void an_alertmanager_that_is_down_is_told(void **state)
{
	struct incident_alert alert;

	(void)state;
	push("Stuck", "payments", false);
	alert = alert_of("Stuck", "payments");
	make(&alert, now(), now() + 10 * WHEN_MINUTE, SILENCER_MADE);
	managerserver_kill(&server);
	make(&alert, now(), now() + 10 * WHEN_MINUTE, SILENCER_FAILED);
	assert_non_null(strstr(told.reason, "connection refused"));
	silencer_expire(silencer, "7k3f9q", alert.fingerprint, "7a0c3c2e-5b0f-4a2b-9a8e-0123456789ab");
	await(SILENCER_FAILED);
	assert_non_null(strstr(told.reason, "connection refused"));
	settings.sources.count = 0;
	make(&alert, now(), now() + 10 * WHEN_MINUTE, SILENCER_FAILED);
	assert_string_equal(told.reason, "no alertmanager is configured");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_alert_is_silenced_renewed_and_let_out_again),
		T(what_has_expired_already_is_expired),
		T(what_nobody_has_is_only_gone_when_all_say_so),
		T(a_silence_that_was_forgotten_is_made_anew),
		T(what_must_not_be_silenced_is_refused_in_a_sentence),
		T(an_alertmanager_that_is_down_is_told),
	};

	if (!managerserver_exists()) {
		print_message("SKIPPED: no prometheus-alertmanager here; lab/lab fetch unpacks one\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
