/*
 * Fences against the servers of a whole estate: a primary and its replica, a real Prometheus.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/postgres.h"
#include "io/fences.h"
#include "tests/lib/lab.h"
#include "tests/lib/pump.h"

enum { LIMIT = 60000, LONG = 20000, TEXT = 400 };

struct got {
	int count;
	bool well;
	char text[TEXT];
};

static char primary[TEXT], replica_dsn[TEXT], prometheus[TEXT];
static const char *const environment[] = { primary, replica_dsn, NULL };
static struct postgres_replica replica = {
	.name = "b", .dsn = { .from = SECRET_ENV, .name = "REPLICA" },
};
static struct postgres_config db = {
	.source = { .name = "db", .kind = "postgres" },
	.dsn = { .from = SECRET_ENV, .name = "PRIMARY" },
	.replicas = { &replica, 1 },
};
static struct source_config metrics = { .name = "prom", .kind = "prometheus", .url = prometheus };

static void on_done(void *arg, const struct fence_answer *answer)
{
	struct got *got = arg;

	got->count++;
	got->well = answer->well;
	(void)str_copy(got->text, TEXT, answer->text);
}

static struct got ask(const struct source_config *source, unsigned target, enum fence_lang lang,
		      const char *text)
{
	const struct fence fence = { .lang = lang, .text = text };
	struct err err;
	struct loop *loop = loop_new(&err);
	const struct fence_plan plan = {
		.loop = loop, .environment = environment, .fence = &fence, .source = source,
		.target = target, .timeout = LONG,
	};
	struct got got = { 0 };

	(void)fences_start(&plan, on_done, &got);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	loop_free(loop);
	return got;
}

static int up(void **state)
{
	char text[TEXT - 10];
	int failed = lab_up(state);

	if (failed)
		return failed;
	lab_variable("LAB_PRIMARY_DSN", text, sizeof(text));
	snprintf(primary, sizeof(primary), "PRIMARY=%s", text);
	lab_variable("LAB_REPLICA_DSN", text, sizeof(text));
	snprintf(replica_dsn, sizeof(replica_dsn), "REPLICA=%s", text);
	lab_variable("LAB_PROMETHEUS_URL", prometheus, sizeof(prometheus));
	return 0;
}

static void each_node_is_asked_itself(void **state)
{
	static const char *const recovers[] = { "f\n", "t\n" };

	(void)state;
	for (unsigned target = 0; target < ARRAY_LEN(recovers); target++) {
		struct got got = ask(&db.source, target, LANG_SQL, "SELECT pg_is_in_recovery();");

		assert_string_equal(got.text, recovers[target]);
		assert_true(got.well);
	}
}

static void a_query_of_series_is_answered(void **state)
{
	struct got got = ask(&metrics, 0, LANG_PROMQL, "vector(1) > 0\n");

	(void)state;
	assert_string_equal(got.text, "{} 1\n");
	assert_true(got.well);
	got = ask(&metrics, 0, LANG_PROMQL, "vector(1) > 1");
	assert_string_equal(got.text, "nothing: no series has a value\n");
	assert_false(got.well);
	got = ask(&metrics, 0, LANG_PROMQL, "rate(");
	assert_non_null(strstr(got.text, "parse error"));
	assert_false(got.well);
}

static void http_is_asked_at_the_sources_own_address(void **state)
{
	struct got got = ask(&metrics, 0, LANG_HTTP, "GET /-/healthy");

	(void)state;
	assert_true(got.well);
	assert_non_null(strstr(got.text, "Healthy"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_node_is_asked_itself),
		cmocka_unit_test(a_query_of_series_is_answered),
		cmocka_unit_test(http_is_asked_at_the_sources_own_address),
	};

	return cmocka_run_group_tests(tests, up, lab_down);
}
