/* test_io_errand.c: one request with its account, or by a URL that is a secret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/outside.h"
#include "io/errand.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pump.h"

enum { LIMIT = 20000 };

static const char token[] = "B0token7canary91xyzw";
static char hook_variable[160];
static const char *environment[] = { "PATH=/usr/bin:/bin", "TOKEN=B0token7canary91xyzw",
				     hook_variable, NULL };

struct place {
	struct loop *loop;
	struct httpd *httpd;
	struct errands *errands;
	char url[64];
};

struct got {
	int count;
	struct reply reply;
	char body[256];
};

static int setup(void **state)
{
	static struct place place;
	const struct httpd_rule rules[] = {
		{ .path = "/api", .body = str_of("{}") },
		{ .path = "/services/T012345678/B0token7canary91xyzw", .body = str_of("ok") },
		{ .path = "/slow", .mode = HTTPD_SILENT },
	};
	struct err err;

	place.httpd = httpd_start(rules, ARRAY_LEN(rules), &err);
	place.loop = loop_new(&err);
	assert_true(place.httpd && place.loop);
	place.errands = errands_new(place.loop, environment);
	httpd_url(place.httpd, "", place.url, sizeof(place.url));
	(void)snprintf(hook_variable, sizeof(hook_variable),
		       "HOOK=%s/services/T012345678/%s", place.url, token);
	*state = &place;
	return 0;
}

static int teardown(void **state)
{
	struct place *place = *state;

	errands_free(place->errands);
	loop_free(place->loop);
	httpd_stop(place->httpd);
	return 0;
}

static void on_done(void *arg, const struct reply *reply)
{
	struct got *got = arg;

	got->count++;
	got->reply = *reply;
	str_copy(got->body, sizeof(got->body), reply->body);
}

static struct source_config source_of(const struct place *place)
{
	return (struct source_config){ .name = "am", .kind = "alertmanager", .url = place->url };
}

static struct got run(struct place *place, const struct errand_plan *plan)
{
	struct got got = { 0 };

	errand_start(place->errands, plan, on_done, &got);
	assert_int_equal(got.count, 0);
	assert_true(pump(place->loop, &got.count, 1, LIMIT));
	return got;
}

static void a_source_is_asked_with_its_account(void **state)
{
	struct place *place = *state;
	struct source_config source = source_of(place);
	struct errand_plan plan = { .source = &source, .path = "/api", .body = str_of("{\"a\":1}"),
				    .timeout = LIMIT };
	struct buf head = { 0 };

	assert_int_equal(run(place, &plan).reply.status, 200);
	httpd_last_head(place->httpd, "/api", &head);
	assert_non_null(strstr(buf_cstr(&head), "POST /api HTTP/1.1"));
	assert_non_null(strstr(buf_cstr(&head), "{\"a\":1}"));
	assert_null(strstr(buf_cstr(&head), "Authorization"));
	source.access.bearer = (struct secret_ref){ .from = SECRET_ENV, .name = "TOKEN" };
	(void)run(place, &plan);
	httpd_last_head(place->httpd, "/api", &head);
	assert_non_null(strstr(buf_cstr(&head), "Authorization: Bearer B0token7canary91xyzw"));
	source.access = (struct http_access){ .basic_user = "ana", .basic_password = {
		.from = SECRET_ENV, .name = "TOKEN" } };
	plan.method = "DELETE";
	plan.body = str_of(NULL);
	(void)run(place, &plan);
	httpd_last_head(place->httpd, "/api", &head);
	assert_non_null(strstr(buf_cstr(&head), "DELETE /api HTTP/1.1"));
	assert_non_null(strstr(buf_cstr(&head), "Authorization: Basic "));
	buf_done(&head);
}

/* Whoever is asked by it can answer with a part of it. */
static void a_secret_url_is_hidden_with_its_parts(void **state)
{
	static const char *const echoes[] = {
		"no service at /services/T012345678/B0token7canary91xyzw", "bad B0token7canary91xyzw!",
		"team T012345678", "QjB0b2tlbjdjYW5hcnk5MXh5enc=",
	};
	struct place *place = *state;
	const struct secret_ref hook = { .from = SECRET_ENV, .name = "HOOK" };
	const struct errand_plan plan = { .url = &hook, .body = str_of("{}"), .timeout = LIMIT };
	struct got got = run(place, &plan);
	char text[256];

	assert_int_equal(got.reply.status, 200);
	assert_string_equal(got.body, "ok");
	for (size_t i = 0; i < ARRAY_LEN(echoes); i++) {
		(void)outside_put(text, sizeof(text), str_of(echoes[i]));
		assert_non_null(strstr(text, "[redacted]"));
		assert_null(strstr(text, "canary"));
		assert_null(strstr(text, "T0123"));
	}
	(void)outside_put(text, sizeof(text), str_of("all services are well"));
	assert_string_equal(text, "all services are well");
}

static void without_a_secret_the_answer_says_so_from_the_loop(void **state)
{
	struct place *place = *state;
	const struct secret_ref none = { .from = SECRET_ENV, .name = "NO_SUCH" };
	const struct errand_plan plan = { .url = &none, .body = str_of("{}"), .timeout = LIMIT };
	struct got got = run(place, &plan);

	assert_int_equal(got.reply.kind, REPLY_NO_SECRET);
	assert_non_null(strstr(got.reply.why, "NO_SUCH"));
}

static void one_that_hangs_ends_at_its_deadline_and_others_do_not_wait(void **state)
{
	struct place *place = *state;
	const struct source_config source = source_of(place);
	struct errand_plan plan = { .source = &source, .path = "/slow", .timeout = 700 };
	struct got slow = { 0 };

	errand_start(place->errands, &plan, on_done, &slow);
	plan.path = "/api";
	assert_int_equal(run(place, &plan).reply.status, 200);
	assert_int_equal(slow.count, 0);
	assert_true(pump(place->loop, &slow.count, 1, LIMIT));
	assert_int_equal(slow.reply.kind, REPLY_TIMEOUT);
}

/* One waits for its secret, the other for its answer: that one was sent. */
static void what_was_not_sent_when_the_settings_go_is_told(void **state)
{
	static const char *const words[] = { "sleep", "60" };
	struct place *place = *state;
	const struct source_config source = source_of(place);
	const struct secret_ref slow = { .from = SECRET_COMMAND, .argv = { words, 2 } };
	const struct errand_plan unsent = { .url = &slow, .body = str_of("{}"), .timeout = LIMIT };
	const struct errand_plan sent = { .source = &source, .path = "/api", .timeout = LIMIT };
	struct got first = { 0 }, second = { 0 };

	errand_start(place->errands, &unsent, on_done, &first);
	errand_start(place->errands, &sent, on_done, &second);
	errands_reset(place->errands);
	assert_int_equal(first.count, 0);
	assert_true(pump(place->loop, &first.count, 1, LIMIT));
	assert_int_equal(first.reply.kind, REPLY_NO_SECRET);
	assert_string_equal(first.reply.why, "the configuration was changed meanwhile");
	assert_true(pump(place->loop, &second.count, 1, LIMIT));
	assert_int_equal(second.reply.status, 200);
}

static void a_cancelled_one_is_not_heard_of_again(void **state)
{
	struct place *place = *state;
	const struct source_config source = source_of(place);
	const struct secret_ref none = { .from = SECRET_ENV, .name = "NO_SUCH" };
	struct errand_plan plan = { .source = &source, .path = "/api", .timeout = LIMIT };
	struct errand_plan unsent = { .url = &none, .timeout = LIMIT };
	struct got got = { 0 };

	errand_cancel(errand_start(place->errands, &plan, on_done, &got));
	errand_cancel(errand_start(place->errands, &unsent, on_done, &got));
	errand_start(place->errands, &plan, on_done, &got);
	errands_free(place->errands);
	place->errands = errands_new(place->loop, environment);
	assert_false(pump(place->loop, &got.count, 1, 50));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_source_is_asked_with_its_account),
		T(a_secret_url_is_hidden_with_its_parts),
		T(without_a_secret_the_answer_says_so_from_the_loop),
		T(one_that_hangs_ends_at_its_deadline_and_others_do_not_wait),
		T(what_was_not_sent_when_the_settings_go_is_told),
		T(a_cancelled_one_is_not_heard_of_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
