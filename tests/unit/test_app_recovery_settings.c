/* test_app_recovery_settings.c: `recovery:` of the configuration. */
#include "app/recovery_settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/settings.h"

static char path[] = "/tmp/binnacle-recovery-XXXXXX";
static struct settings settings;
static struct buf errors;

static bool load(const char *yaml)
{
	static const char *const environment[] = { "HOME=/nonexistent", "USER=ana",
						   "XDG_CONFIG_DIRS=/nonexistent", NULL };
	struct options options = { .given[OPTION_CONFIG] = true, .value[OPTION_CONFIG] = path };
	struct context context = { .options = &options, .environment = environment };
	FILE *file = fopen(path, "w");
	bool ok;

	assert_non_null(file);
	assert_true(fputs("sources:\n  db: {kind: postgres, dsn_file: /nonexistent}\n", file) >= 0);
	assert_true(fputs(yaml, file) >= 0);
	assert_int_equal(fclose(file), 0);
	settings_done(&settings);
	buf_clear(&errors);
	ok = settings_load(&context, &settings);
	problems_write(&settings.problems, &errors);
	return ok;
}

static int setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd >= 0 ? close(fd) : -1;
}

static int teardown(void **state)
{
	(void)state;
	settings_done(&settings);
	buf_done(&errors);
	return unlink(path);
}

static void without_it_there_is_nothing_to_verify(void **state)
{
	(void)state;
	assert_true(load(""));
	assert_null(settings.recovery.manifest);
	assert_int_equal(settings.recovery.components.count, 0);
}

static void what_is_configured_is_read(void **state)
{
	const struct recovered_settings *component;
	const struct smoke_settings *smoke;
	const struct count_settings *count;

	(void)state;
	if (!load("recovery:\n"
		  "  manifest: /b/m.json\n  artifacts: /b/a\n  golden: /b/g.json\n  source: db\n"
		  "  release_command: [cat, /b/release]\n"
		  "  counts: [{name: escrows, query: SELECT 1, tolerance: 2}]\n"
		  "  components:\n"
		  "    - {name: database, layer: persistence, source: db, within: 2m}\n"
		  "    - {name: api, layer: api, url: \"http://127.0.0.1:1/health\"}\n"
		  "  smoke:\n"
		  "    - {name: write, kind: write, query: SELECT 1}\n"
		  "    - {name: transfer, kind: synthetic-transaction, command: [./transfer]}\n"
		  "  on_chain: {url: \"http://127.0.0.1:1/backup/recoveries\"}\n"))
		fail_msg("%s", buf_cstr(&errors));
	count = settings.recovery.counts.data;
	assert_int_equal(count->tolerance, 2);
	assert_null(count->golden);
	component = settings.recovery.components.data;
	assert_int_equal(component[0].layer, LAYER_PERSISTENCE);
	assert_int_equal(component[0].within, 2 * WHEN_MINUTE);
	assert_int_equal(component[1].within, 30 * WHEN_SECOND);
	smoke = settings.recovery.smoke.data;
	assert_int_equal(smoke[0].kind, SMOKE_WRITE);
	assert_int_equal(smoke[1].command.count, 1);
}

static void what_does_not_fit_is_told(void **state)
{
	static const struct {
		const char *yaml, *why;
	} cases[] = {
		{ "recovery: {source: nobody}\n", "recovery.source: there is no postgres source" },
		{ "recovery: {data_until: SELECT 1}\n", "recovery.data_until needs recovery.source" },
		{ "recovery: {manifest: /m}\n", "recovery.manifest needs recovery.artifacts" },
		{ "recovery: {artifacts: /a}\n", "recovery.artifacts needs recovery.manifest" },
		{ "recovery: {release_command: [x]}\n", "needs recovery.manifest" },
		{ "recovery: {source: db, counts: [{name: a, query: SELECT 1}]}\n",
		  "nothing to compare counts with" },
		{ "recovery: {components: [{name: a}]}\n", "one of url and source" },
		{ "recovery: {components: [{name: a, source: b}]}\n", "there is no source" },
		{ "recovery: {smoke: [{name: a}]}\n", "one of url, query and command" },
		{ "recovery: {smoke: [{name: a, query: SELECT 1}]}\n", "needs recovery.source" },
		{ "recovery: {smoke: [{name: a, url: \"http://a/\", body: \"{}\"}]}\n",
		  "body is for the url of a write" },
		{ "recovery: {on_chain: {source: db}}\n", "there is no stellar-rpc source" },
		{ "recovery: {components: [{name: a, layer: attic, source: db}]}\n", "attic" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_false(load(cases[i].yaml));
		if (!strstr(buf_cstr(&errors), cases[i].why))
			fail_msg("%s: %s", cases[i].yaml, buf_cstr(&errors));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_it_there_is_nothing_to_verify),
		cmocka_unit_test(what_is_configured_is_read),
		cmocka_unit_test(what_does_not_fit_is_told),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
