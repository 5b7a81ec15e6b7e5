/* The parts of the platform as configured: who tells their versions, whom to call, what serves. */
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
#include "backends/version.h"

static char path[64];
static const char *const environment[] = { "HOME=/nonexistent", "USER=ana",
					   "XDG_CONFIG_DIRS=/nonexistent", NULL };
static struct options options = { .given = { [OPTION_CONFIG] = true },
				  .value = { [OPTION_CONFIG] = path } };
static const struct context context = { .options = &options, .environment = environment };
static struct settings settings;

static bool load(const char *yaml)
{
	FILE *file;
	int fd;

	(void)snprintf(path, sizeof(path), "/tmp/binnacle-parts-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	file = fdopen(fd, "w");
	(void)fputs(yaml, file);
	(void)fclose(file);
	return settings_load(&context, &settings);
}

static int unload(void **state)
{
	(void)state;
	settings_done(&settings);
	(void)unlink(path);
	return 0;
}

static void expect_problem(const char *yaml, const char *says)
{
	struct buf errors = { 0 };

	assert_false(load(yaml));
	problems_write(&settings.problems, &errors);
	if (!strstr(buf_cstr(&errors), says))
		fail_msg("wanted: %s\ngot: %s", says, buf_cstr(&errors));
	buf_done(&errors);
	unload(NULL);
}

static const char parts[] =
	"sources: {web: {kind: http, url: \"http://127.0.0.1:1\"}}\n"
	"components:\n"
	"  indexer: {sources: [web], version_command: [version-of, indexer], serves: [ui]}\n"
	"  api: {depends_on: [indexer], version: {source: web, field: build.tag}}\n"
	"  ui: {depends_on: [api]}\n"
	"contacts:\n"
	"  - {who: database team, reach: \"+49 30 1234\", for: failover, components: [indexer],\n"
	"     rota_command: [rota, database]}\n"
	"  - {who: desk, reach: \"#oncall\"}\n";

static void commands_make_one_more_source(void **state)
{
	const struct version_config *versions;

	(void)state;
	assert_true(load(parts));
	assert_int_equal(settings.sources.count, 2);
	versions = (const struct version_config *)settings_source(&settings, 1);
	assert_string_equal(versions->source.name, "versions");
	assert_int_equal(versions->count, 2);
	assert_string_equal(versions->commands[0].component, "indexer");
	assert_string_equal(versions->commands[0].argv.items[1], "indexer");
	assert_null(versions->commands[1].component);
	assert_int_equal(versions->commands[1].contact, 0);
}

static void without_a_command_there_is_no_such_source(void **state)
{
	(void)state;
	assert_true(load("components: {a: {}}\ncontacts: [{who: desk, reach: here}]\n"));
	assert_int_equal(settings.sources.count, 0);
}

static void the_estate_knows_tellers_servers_and_contacts(void **state)
{
	struct err err = { 0 };
	struct loop *loop = loop_new(&err);
	struct estate estate;
	const struct world *world;

	(void)state;
	assert_true(load(parts));
	assert_true(estate_open(&estate, loop, &settings, &context, WHEN_SECOND, &err));
	world = estate.world;
	assert_int_equal(world->components[0].version_source, 1);
	assert_string_equal(world->components[1].version_field, "build.tag");
	assert_int_equal(world->components[1].version_source, 0);
	assert_int_equal(world->components[2].version_source, -1);
	/* ui depends on api, and by the word of the indexer on it too */
	assert_int_equal(world->components[2].depends_count, 2);
	assert_int_equal(world->components[2].depends_on[1], 0);
	assert_int_equal(world->contact_count, 2);
	assert_true(world->contacts[0].has_rota);
	assert_true(contact_is_for(&world->contacts[0], 0));
	assert_false(contact_is_for(&world->contacts[0], 1));
	assert_true(contact_is_for(&world->contacts[1], 2));
	prober_free(estate.prober);
	world_free(estate.world);
	loop_free(loop);
}

static void what_does_not_fit_is_told(void **state)
{
	(void)state;
	expect_problem("components: {a: {version: {source: x, field: v}}}\n",
		       "components.a.version.source: there is no source 'x'");
	expect_problem("components: {a: {version: {field: v}}}\n", "source: is required");
	expect_problem("sources: {w: {kind: http, url: \"http://h\"}}\n"
		       "components: {a: {version: {source: w, field: v}, version_command: [v]}}\n",
		       "version and version_command together");
	expect_problem("sources: {versions: {kind: http, url: \"http://h\"}}\n"
		       "components: {a: {version_command: [v]}}\n", "the name versions belongs");
	expect_problem("sources: {v: {kind: version}}\n", "unknown kind 'version'");
	expect_problem("contacts: [{who: desk, reach: here, components: [b]}]\n",
		       "contacts.components: there is no component 'b'");
	expect_problem("contacts: [{who: desk}]\n", "reach: is required");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(commands_make_one_more_source, unload),
		cmocka_unit_test_teardown(without_a_command_there_is_no_such_source, unload),
		cmocka_unit_test_teardown(the_estate_knows_tellers_servers_and_contacts, unload),
		cmocka_unit_test(what_does_not_fit_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
