/* Components and contacts on the screen: what changed beside what fails, and whom to call. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/str.h"
#include "tests/lib/worlds.h"
#include "ui/key.h"
#include "ui/shell.h"

enum { DB, INDEXER };

static struct world *world;
static struct shell *shell;
static struct surface surface;
static struct buf text;

/* The database hangs; the indexer became another version twelve minutes ago. */
static int open_screen(void **state)
{
	struct ui_prefs prefs = { .colour = true };
	struct component *indexer;

	(void)state;
	world = worlds_db_hung();
	indexer = &world->components[INDEXER];
	str_put(indexer->version, sizeof(indexer->version), "v1.4.3");
	str_put(indexer->version_before, sizeof(indexer->version_before), "v1.4.2");
	indexer->version_at = worlds_now();
	indexer->deployed_at = worlds_now() - 12 * WHEN_MINUTE;
	world_add_contact(world, "database team", "+49 30 1234", "failover");
	world->contacts[0].components[0] = DB;
	world->contacts[0].component_count = 1;
	world->contacts[0].has_rota = true;
	str_put(world->contacts[0].on_call, NAME_TEXT, "ana");
	world_add_contact(world, "desk", "#oncall", "");
	shell = shell_new(&prefs);
	surface_init(&surface, false);
	return 0;
}

static int close_screen(void **state)
{
	(void)state;
	shell_free(shell);
	surface_done(&surface);
	buf_done(&text);
	world_free(world);
	return 0;
}

static void draw(int rows, int cols)
{
	struct moment now = { worlds_now(), 5000 };

	surface_reset(&surface, rows, cols);
	shell_draw(shell, world, &surface, now);
	buf_clear(&text);
	surface_dump(&surface, &text);
}

static void press(uint32_t code)
{
	struct input event = { .kind = INPUT_KEY, .code = code };
	struct moment now = { worlds_now(), 5000 };
	struct effect effect;

	shell_event(shell, world, &event, now, &effect);
	draw(24, 80);
}

static void expect(const char *words)
{
	if (!strstr(buf_cstr(&text), words))
		fail_msg("no \"%s\" in\n%s", words, buf_cstr(&text));
}

static void a_late_deploy_stands_beside_what_fails(void **state)
{
	(void)state;
	draw(50, 160);
	expect("deployed 12m ago");
	draw(24, 80);
	expect("(db, deployed 12m ago)");
	world->components[INDEXER].deployed_at = worlds_now() - 2 * WHEN_DAY;
	draw(50, 160);
	assert_null(strstr(buf_cstr(&text), "deployed"));
}

static void the_components_are_listed_with_what_hits_them(void **state)
{
	(void)state;
	draw(24, 80);
	press('c');
	expect("COMPONENTS");
	expect("v1.4.3");
	expect("12m ago");
	expect("hit by db; needs db");
	expect("CONTACTS");
	expect("on call: ana; of db");
	press('c');
	assert_null(strstr(buf_cstr(&text), "COMPONENTS"));
	press('C');
	expect("CONTACTS");
	assert_null(strstr(buf_cstr(&text), "COMPONENTS"));
}

static void the_users_stand_above_what_they_stand_on(void **state)
{
	const char *indexer, *db;

	(void)state;
	draw(24, 80);
	press('c');
	indexer = strstr(buf_cstr(&text), "indexer ");
	db = strstr(buf_cstr(&text), "   db ");
	assert_non_null(indexer);
	assert_non_null(db);
	assert_true(indexer < db);
}

static void a_circle_of_components_is_drawn_all_the_same(void **state)
{
	(void)state;
	world->components[DB].depends_on[0] = INDEXER;
	world->components[DB].depends_count = 1;
	draw(24, 80);
	press('c');
	expect("indexer");
	expect("db");
}

static void a_component_that_nobody_watches_has_a_dash_for_its_state(void **state)
{
	char *row;

	(void)state;
	world_add_component(world, "visitors");
	draw(24, 80);
	press('c');
	row = strstr(buf_cstr(&text), "visitors ");
	assert_non_null(row);
	*strchr(row, '\n') = '\0';
	assert_non_null(strstr(row, " - "));
	assert_null(strstr(row, "????"));
}

static void the_detail_of_what_fails_says_whom_to_call(void **state)
{
	(void)state;
	draw(24, 80);
	press(KEYCODE_ENTER);
	draw(50, 160);
	expect("reach      database team: +49 30 1234, for failover; on call: ana");
	expect("reach      desk: #oncall");
	expect("hits       indexer");
}

static void a_component_that_is_well_names_nobody(void **state)
{
	(void)state;
	world_free(world);
	world = worlds_healthy();
	world_add_contact(world, "desk", "#oncall", "");
	draw(24, 80);
	press('c');
	press(KEYCODE_ENTER);
	expect("component");
	assert_null(strstr(buf_cstr(&text), "reach"));
}

static void the_palette_opens_a_contact_by_its_name(void **state)
{
	static const char keys[] = ":open database";

	(void)state;
	draw(24, 80);
	for (const char *key = keys; *key; key++)
		press((uint32_t)(unsigned char)*key);
	press(KEYCODE_ENTER);
	expect("database team");
	expect("+49 30 1234");
}

static void small_windows_hold_them_too(void **state)
{
	(void)state;
	draw(10, 40);
	press('c');
	draw(10, 40);
	expect("COMPONENTS");
	draw(8, 40);
	draw(50, 200);
	expect("CONTACTS");
}

int main(void)
{
#define ON_SCREEN(test) cmocka_unit_test_setup_teardown(test, open_screen, close_screen)
	const struct CMUnitTest tests[] = {
		ON_SCREEN(a_late_deploy_stands_beside_what_fails),
		ON_SCREEN(the_components_are_listed_with_what_hits_them),
		ON_SCREEN(the_users_stand_above_what_they_stand_on),
		ON_SCREEN(a_component_that_nobody_watches_has_a_dash_for_its_state),
		ON_SCREEN(a_circle_of_components_is_drawn_all_the_same),
		ON_SCREEN(the_detail_of_what_fails_says_whom_to_call),
		ON_SCREEN(a_component_that_is_well_names_nobody),
		ON_SCREEN(the_palette_opens_a_contact_by_its_name),
		ON_SCREEN(small_windows_hold_them_too),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
