/*
 * The shipped examples: each is accepted as it stands, and the made-up platform, which exists in
 * its configuration alone, is told right in every state.
 */
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

#include "app/estate.h"
#include "app/settings.h"
#include "base/attr.h"
#include "tests/lib/httpd.h"

static char path[64], log_path[80];
static const char *const environment[] = { "HOME=/nonexistent", "USER=ana",
					   "XDG_CONFIG_DIRS=/nonexistent", "PATH=/nonexistent",
					   NULL };
static struct options options = { .given = { [OPTION_CONFIG] = true },
				  .value = { [OPTION_CONFIG] = path } };
static const struct context context = { .options = &options, .environment = environment };
static struct settings settings;

static void read_example(const char *name, struct buf *out)
{
	char file[96], bytes[4096];
	size_t got;
	FILE *from;

	(void)snprintf(file, sizeof(file), "config/%s.yaml", name);
	from = fopen(file, "r");
	if (!from)
		fail_msg("there is no %s", file);
	while ((got = fread(bytes, 1, sizeof(bytes), from)) > 0)
		buf_add(out, bytes, got);
	(void)fclose(from);
}

static bool load(const struct buf *yaml)
{
	int fd;

	(void)snprintf(path, sizeof(path), "/tmp/binnacle-example-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, yaml->data, yaml->len), yaml->len);
	(void)close(fd);
	return settings_load(&context, &settings);
}

static void unload(void)
{
	settings_done(&settings);
	(void)unlink(path);
}

static void every_example_is_accepted_as_it_stands(void **state)
{
	static const char *const names[] = { "teachlink", "future", "both", "harbor" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct buf yaml = { 0 }, errors = { 0 };

		read_example(names[i], &yaml);
		if (!load(&yaml)) {
			problems_write(&settings.problems, &errors);
			fail_msg("%s: %s", names[i], buf_cstr(&errors));
		}
		assert_true(settings.components.count > 4);
		buf_done(&yaml);
		buf_done(&errors);
		unload();
	}
}

static const struct component_settings *component(const char *name)
{
	const struct component_settings *all = settings.components.data;

	for (size_t i = 0; i < settings.components.count; i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	fail_msg("no component %s", name);
	return NULL;
}

/* What both platforms stand on is there once, so that its failure is one cause. */
static void both_platforms_stand_on_one_horizon(void **state)
{
	struct buf yaml = { 0 };
	const struct component_settings *indexer, *api;

	(void)state;
	read_example("both", &yaml);
	assert_true(load(&yaml));
	indexer = component("indexer");
	api = component("api");
	assert_string_equal(indexer->depends_on.items[1], "horizon");
	assert_string_equal(api->depends_on.items[2], "horizon");
	buf_done(&yaml);
	unload();
}

static void say(struct world *world, const char *source, enum state state, const char *because)
{
	struct report report = { .newest = world->now, .latency = WHEN_NEVER };

	report_say(&report, state, "%s", because);
	world_report(world, world_find_source(world, source), &report, world->now);
	report_done(&report);
}

/* Which source each of the others is put down to, in an estate that nobody asked. */
static void one_failure_explains_what_stands_on_it(void **state)
{
	static const struct {
		const char *example, *root, *explained[3];
		const char *hit;	/* a component */
	} cases[] = {
		{ "both", "horizon", { "indexer", "api" }, "users" },
		{ "both", "teachlink-db", { "indexer" }, "teachlink-ui" },
		{ "both", "future-db", { "api", "auth" }, "web" },
		{ "both", "dns", { "horizon", "rpc", "indexer" }, "contracts" },
		{ "teachlink", "db", { "indexer" }, "ui" },
		{ "future", "db", { "api", "auth" }, "users" },
		{ "future", "redis", { "api", "logs" }, "web" },
		{ "future", "auth", { "api" }, "streams" },
		{ "future", "horizon", { "api" }, "webhooks" },
	};
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct loop *loop = loop_new(&err);
		struct buf yaml = { 0 };
		struct estate estate;
		int root, hit;

		read_example(cases[i].example, &yaml);
		assert_true(load(&yaml));
		assert_true(estate_open(&estate, loop, &settings, &context, WHEN_SECOND, &err));
		say(estate.world, cases[i].root, STATE_DOWN, "refused");
		for (size_t k = 0; k < 3 && cases[i].explained[k]; k++)
			say(estate.world, cases[i].explained[k], STATE_BAD, "fails");
		world_refresh(estate.world, estate.world->now);
		root = world_find_source(estate.world, cases[i].root);
		hit = world_find_component(estate.world, cases[i].hit);
		assert_int_equal(estate.world->root, root);
		for (size_t k = 0; k < 3 && cases[i].explained[k]; k++) {
			int source = world_find_source(estate.world, cases[i].explained[k]);

			if (estate.world->sources[source].consequence_of != root)
				fail_msg("%s: %s is not put down to %s", cases[i].example,
					 cases[i].explained[k], cases[i].root);
		}
		assert_int_equal(estate.world->components[hit].hit_by, root);
		prober_free(estate.prober);
		world_free(estate.world);
		loop_free(loop);
		buf_done(&yaml);
		unload();
	}
}

/* The example with other addresses: of the stand-in, and of a log of our own. */
static void put_harbor(const char *base, struct buf *out)
{
	static const char *const from[] = {
		"http://127.0.0.1:8080", "http://127.0.0.1:8081",
		"https://horizon-testnet.stellar.org", "/var/log/harbor/quay.log",
	};
	const char *const to[] = { base, base, base, log_path };
	struct buf yaml = { 0 };

	read_example("harbor", &yaml);
	for (const char *at = buf_cstr(&yaml); *at;) {
		size_t i = 0;

		while (i < ARRAY_LEN(from) && strncmp(at, from[i], strlen(from[i])) != 0)
			i++;
		if (i == ARRAY_LEN(from)) {
			buf_char(out, *at++);
		} else {
			buf_text(out, to[i]);
			at += strlen(from[i]);
		}
	}
	buf_done(&yaml);
}

static void stop(void *arg)
{
	loop_stop(arg);
}

/* Ask everything of the platform once. */
static void look(struct estate *estate, struct loop *loop)
{
	prober_once(estate->prober, loop_now(loop).steady + 5000, stop, loop);
	loop_run(loop);
	estate_settle(estate);
}

static void expect_source(const struct world *world, const char *name, enum state state,
			  const char *word)
{
	const struct source *source = &world->sources[world_find_source(world, name)];

	if (source->state != state || !strstr(source->because, word))
		fail_msg("%s is %s (%s), wanted %s with \"%s\"", name, state_word(source->state),
			 source->because, state_word(state), word);
}

static void a_platform_of_configuration_alone_is_told_right(void **state)
{
	static const struct {
		const char *body;	/* NULL: it does not answer at all */
		enum state state;
		const char *word;
		enum state gate;
	} cases[] = {
		{ "{\"state\":\"up\",\"queue\":{\"state\":\"empty\"}}", STATE_OK, "", STATE_OK },
		{ "{\"state\":\"degraded\",\"queue\":{\"state\":\"empty\"}}", STATE_WARN,
		  "degraded", STATE_OK },
		{ "{\"state\":\"up\",\"queue\":{\"state\":\"stuck\"}}", STATE_BAD, "stuck",
		  STATE_OK },
		{ "{\"state\":\"sideways\",\"queue\":{\"state\":\"empty\"}}", STATE_UNKNOWN,
		  "sideways", STATE_OK },
		{ "{\"queue\":{\"state\":\"empty\"}}", STATE_UNKNOWN, "state", STATE_OK },
		{ NULL, STATE_DOWN, "refused", STATE_DOWN },
	};
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct httpd_rule rules[] = {
			{ .path = "/status", .body = str_of(cases[i].body) },
			{ .path = "/ping", .body = str_of("pong") },
		};
		struct httpd *httpd = httpd_start(rules, ARRAY_LEN(rules), &err);
		struct loop *loop = loop_new(&err);
		struct buf yaml = { 0 };
		struct estate estate;
		char base[64];
		int gate;

		httpd_url(httpd, "", base, sizeof(base));
		put_harbor(base, &yaml);
		assert_true(load(&yaml));
		if (!cases[i].body)
			httpd_stop(httpd);
		assert_true(estate_open(&estate, loop, &settings, &context, WHEN_SECOND, &err));
		look(&estate, loop);
		expect_source(estate.world, "quay", cases[i].state, cases[i].word);
		expect_source(estate.world, "gate", cases[i].gate, "");
		expect_source(estate.world, "ledger-db", STATE_UNKNOWN, "credential");
		gate = world_find_component(estate.world, "gate");
		assert_int_equal(estate.world->components[gate].hit_by >= 0,
				 cases[i].state == STATE_BAD || cases[i].state == STATE_DOWN);
		if (cases[i].body)
			httpd_stop(httpd);
		prober_free(estate.prober);
		world_free(estate.world);
		loop_free(loop);
		buf_done(&yaml);
		unload();
	}
}

/* A line a second, the newest just now. */
static void write_log(size_t lines, msec now)
{
	FILE *file = fopen(log_path, "w");

	assert_non_null(file);
	for (size_t i = lines; i-- > 0;) {
		char at[WHEN_TEXT];

		when_format(at, now - (msec)i * WHEN_SECOND);
		(void)fprintf(file, "%s crane 3 stalled at quay 7\n", at);
	}
	(void)fprintf(file, "crane 4 works\n");
	(void)fclose(file);
}

static void its_log_is_counted(void **state)
{
	static const struct {
		size_t lines;
		enum state state;
	} cases[] = { { 0, STATE_OK }, { 3, STATE_WARN }, { 12, STATE_BAD } };
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct loop *loop = loop_new(&err);
		struct buf yaml = { 0 };
		struct estate estate;
		const struct signal *stalled;

		put_harbor("http://127.0.0.1:1", &yaml);
		assert_true(load(&yaml));
		write_log(cases[i].lines, loop_now(loop).wall);
		assert_true(estate_open(&estate, loop, &settings, &context, WHEN_SECOND, &err));
		look(&estate, loop);
		stalled = &estate.world->signals[world_find_signal(estate.world,
								   "cranes stalled")];
		if (stalled->state != cases[i].state)
			fail_msg("%zu lines are %s (%s)", cases[i].lines,
				 state_word(stalled->state), stalled->because);
		prober_free(estate.prober);
		world_free(estate.world);
		loop_free(loop);
		buf_done(&yaml);
		unload();
		(void)unlink(log_path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_is_accepted_as_it_stands),
		cmocka_unit_test(one_failure_explains_what_stands_on_it),
		cmocka_unit_test(both_platforms_stand_on_one_horizon),
		cmocka_unit_test(its_log_is_counted),
		cmocka_unit_test(a_platform_of_configuration_alone_is_told_right),
	};

	(void)snprintf(log_path, sizeof(log_path), "/tmp/binnacle-example-%d.log", (int)getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
