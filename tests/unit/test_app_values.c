/*
 * Values of a run's parameters: where they are from, whether they fit, and that of a secret nothing
 * is shown.
 */
#include "app/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "app/verbs.h"
#include "base/secret.h"
#include "tests/lib/cases.h"
#include "tests/lib/worlds.h"

#define SECRET_TEXT "hunter2-and-more-of-it"

static const char *const environment[] = { "REGION=eu", "EMPTY=", "KEY=" SECRET_TEXT, NULL };
static const struct pair pairs[] = { { .name = "CLUSTER", .value = "blue" } };

struct place {
	struct context context;
	struct settings settings;
	struct incident incident;
	struct run run;
	struct card card;
	struct param param;
	struct vault vault;
	struct arena arena;
	struct values values;
};

static int set_up(void **state)
{
	static struct place place;

	place = (struct place){
		.context = { .environment = environment },
		.settings = { .variables = { pairs, ARRAY_LEN(pairs) } },
		.param = { .name = "X", .from = "", .def = "", .pattern = "", .help = "",
			   .required = true },
	};
	str_put(place.incident.id, sizeof(place.incident.id), "7k3f9q");
	str_put(place.incident.title, sizeof(place.incident.title), "Indexer down");
	str_put(place.run.event, sizeof(place.run.event), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
	place.card.params = &place.param;
	place.card.param_count = 1;
	*state = &place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	vault_done(&place->vault);
	arena_done(&place->arena);
	return 0;
}

static void make(struct place *place, const struct world *world, const char *text)
{
	const struct values_in in = {
		.context = &place->context, .settings = &place->settings, .world = world,
		.incident = &place->incident, .run = &place->run, .card = &place->card,
		.vault = &place->vault, .text = text,
	};

	values_make(&in, &place->arena, &place->values);
}

/* NULL: it is none. */
static const char *value_of(const struct place *place)
{
	return place->values.real[0];
}

static void enter(struct place *place, const char *value)
{
	static char kept[64];
	static struct run_value entered;

	entered = (struct run_value){ .name = "X", .value = value ? kept : NULL };
	if (value)
		str_put(kept, sizeof(kept), value);
	place->run.values = &entered;
	place->run.value_count = 1;
}

/* --- where from --- */

static void a_value_comes_from_where_the_runbook_says(void **state)
{
	static const struct {
		const char *from, *value;	/* NULL: it is not there */
	} cases[] = {
		{ "env:REGION", "X=eu" }, { "env:EMPTY", NULL }, { "env:NOWHERE", NULL },
		{ "config:variables.CLUSTER", "X=blue" }, { "config:variables.OTHER", NULL },
		{ "incident:id", "X=7k3f9q" }, { "incident:title", "X=Indexer down" },
		{ "incident:other", NULL }, { "alert:name", "X=IndexerHighLag" },
		{ "alert:labels.service", "X=indexer" }, { "alert:labels.nothing", NULL },
		{ "selected:tx.hash", NULL }, { "elsewhere:x", NULL }, { "", NULL },
	};
	struct place *place = *state;
	struct world *world = worlds_healthy();

	worlds_fire(world, (const char *[]){ "IndexerHighLag" }, 1, worlds_now());
	world_refresh(world, worlds_now());
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		place->param.from = cases[i].from;
		make(place, world, "echo $X");
		if (cases[i].value)
			assert_string_equal(value_of(place), cases[i].value);
		else
			assert_null(value_of(place));
		assert_int_equal(place->values.missing == NULL, cases[i].value != NULL);
	}
	world_free(world);
}

static void what_was_entered_comes_first_and_the_default_last(void **state)
{
	struct place *place = *state;
	struct world *world = worlds_healthy();

	place->param.from = "env:REGION";
	place->param.def = "us";
	enter(place, "asia");
	make(place, world, "");
	assert_string_equal(value_of(place), "X=asia");
	place->run.value_count = 0;
	make(place, world, "");
	assert_string_equal(value_of(place), "X=eu");
	place->param.from = "env:NOWHERE";
	make(place, world, "");
	assert_string_equal(value_of(place), "X=us");
	world_free(world);
}

/* Of several that fire it is the one that the run was begun for, by its whole name. */
static void the_alert_is_the_one_of_the_run(void **state)
{
	static const struct {
		const char *because, *value;
	} cases[] = {
		{ "", "X=HighLag" }, { "alert IndexerHighLag", "X=IndexerHighLag" },
		{ "alert HighLag", "X=HighLag" }, { "alert Lag", NULL }, { "component db", NULL },
	};
	struct place *place = *state;
	struct world *world = worlds_healthy();

	worlds_fire(world, (const char *[]){ "HighLag", "IndexerHighLag" }, 2, worlds_now());
	world_refresh(world, worlds_now());
	place->param.from = "alert:name";
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		str_put(place->run.because, sizeof(place->run.because), cases[i].because);
		make(place, world, "");
		if (cases[i].value)
			assert_string_equal(value_of(place), cases[i].value);
		else
			assert_null(value_of(place));
	}
	world_free(world);
}

static void of_several_transactions_none_is_taken(void **state)
{
	struct place *place = *state;
	struct world *world = worlds_healthy();

	place->param.from = "selected:tx.hash";
	world->tx.known = true;
	world->tx.row_count = 1;
	str_put(world->tx.rows[0].hash, sizeof(world->tx.rows[0].hash), "abc");
	make(place, world, "$X");
	assert_string_equal(value_of(place), "X=abc");
	world->tx.row_count = 2;
	make(place, world, "$X");
	assert_null(value_of(place));
	world->tx.row_count = 1;
	world->tx.known = false;
	make(place, world, "$X");
	assert_null(value_of(place));
	world_free(world);
}

static void select_row(struct cases *cases, const char *id, const char *hash)
{
	str_put(cases->load.selected_id, sizeof(cases->load.selected_id), id);
	str_put(cases->load.selected_hash, sizeof(cases->load.selected_hash), hash);
}

static void the_selected_transaction_gives_all_that_it_has(void **state)
{
	static const struct {
		const char *from, *value;
	} rows[] = {
		{ "selected:tx.hash", "X=8f4100000" }, { "selected:tx.id", "X=b-1001" },
		{ "selected:tx.sequence", "X=236223201286001" },
		{ "selected:tx.source", "X=GBX37QLAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA7QLA" },
		{ "selected:tx.amount", NULL },
	};
	struct place *place = *state;
	struct world *world = worlds_healthy();
	struct cases *cases = cases_new(CASES_VERDICTS, world);

	select_row(cases, cases->lines[0].id, cases->lines[0].hash);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		place->param.from = rows[i].from;
		make(place, world, "$X");
		if (!rows[i].value)
			assert_null(value_of(place));
		else
			assert_int_equal(strncmp(value_of(place), rows[i].value,
						 strlen(rows[i].value)), 0);
	}
	cases_free(cases);
	world_free(world);
}

/* Or a command would get the hash of one transaction and the account of another. */
static void what_the_selected_one_lacks_is_no_other_ones(void **state)
{
	struct place *place = *state;
	struct world *world = worlds_healthy();
	struct cases *cases = cases_new(CASES_VERDICTS, world);

	world->tx.known = true;
	world->tx.row_count = 1;
	str_put(world->tx.rows[0].hash, sizeof(world->tx.rows[0].hash), "abc");
	place->param.from = "selected:tx.hash";
	make(place, world, "$X");
	assert_string_equal(value_of(place), "X=abc");
	cases->of[0].line.hash[0] = '\0';
	select_row(cases, cases->lines[0].id, "");
	make(place, world, "$X");
	assert_null(value_of(place));
	select_row(cases, "gone", "");
	make(place, world, "$X");
	assert_null(value_of(place));
	cases_free(cases);
	world_free(world);
}

/* --- what fits --- */

static void a_value_that_does_not_fit_is_none_and_says_why(void **state)
{
	static const struct {
		enum param_type type;
		const char *good, *bad;
	} cases[] = {
		{ PARAM_INT, "-12", "12a" }, { PARAM_DURATION, "5m", "soon" },
		{ PARAM_URL, "https://x.example/a", "x.example" },
		{ PARAM_STRING, "anything at all", "two\nlines" },
	};
	struct place *place = *state;
	struct world *world = worlds_healthy();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		place->param.type = cases[i].type;
		enter(place, cases[i].good);
		make(place, world, "$X");
		if (!value_of(place))
			fail_msg("%s: %s", cases[i].good, place->values.missing);
		assert_null(place->values.missing);
		enter(place, cases[i].bad);
		make(place, world, "$X");
		assert_null(value_of(place));
		assert_true(str_starts(str_of(place->values.missing), "X is not usable: "));
	}
	world_free(world);
}

static void a_choice_is_one_of_its_choices(void **state)
{
	static const char *const choices[] = { "red", "blue" };
	struct place *place = *state;
	struct world *world = worlds_healthy();

	place->param.type = PARAM_CHOICE;
	place->param.choices = (struct texts){ choices, 2 };
	place->param.def = "blue";
	make(place, world, "$X");
	assert_string_equal(value_of(place), "X=blue");
	place->param.def = "green";
	make(place, world, "$X");
	assert_null(value_of(place));
	world_free(world);
}

/* Only who reads it misses it: as a word, not as a part of one. */
static void what_is_missing_is_said_to_whom_it_concerns(void **state)
{
	static const struct {
		const char *text;
		bool missing;
	} cases[] = {
		{ "echo $X", true }, { "echo ${X}", true }, { "SELECT :'X'", true },
		{ "echo $XY", false }, { "echo $_X", false }, { "echo", false }, { "", false },
	};
	struct place *place = *state;
	struct world *world = worlds_healthy();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		make(place, world, cases[i].text);
		assert_int_equal(place->values.missing != NULL, cases[i].missing);
		if (cases[i].missing)
			assert_string_equal(place->values.missing,
					    "X is not known: V gives it a value");
	}
	place->param.required = false;
	make(place, world, "echo $X");
	assert_null(place->values.missing);
	world_free(world);
}

/* --- secrets --- */

static bool is_hidden(const char *text)
{
	struct buf out = { 0 };
	bool hidden;

	redact(&out, str_of(text));
	hidden = !strstr(buf_cstr(&out), SECRET_TEXT);
	buf_done(&out);
	return hidden;
}

static void of_a_secret_only_its_place_is_shown(void **state)
{
	struct place *place = *state;
	struct world *world = worlds_healthy();

	assert_false(is_hidden("it is " SECRET_TEXT));
	place->param.type = PARAM_SECRET;
	place->param.from = "env:KEY";
	make(place, world, "$X");
	assert_string_equal(value_of(place), "X=" SECRET_TEXT);
	assert_string_equal(place->values.shown[0], "X=(secret, from env:KEY)");
	assert_null(strstr(place->values.marks[0], SECRET_TEXT));
	assert_true(is_hidden("it is " SECRET_TEXT));
	world_free(world);
}

/* The journal has only that it was given. */
static void a_secret_that_was_given_here_is_known_here_only(void **state)
{
	struct place *place = *state;
	struct world *world = worlds_healthy();

	place->param.type = PARAM_SECRET;
	enter(place, NULL);
	make(place, world, "$X");
	assert_null(value_of(place));
	assert_string_equal(place->values.missing,
			    "X is a secret that another console has: give it here");
	vault_put(&place->vault, place->run.event, "X", SECRET_TEXT);
	make(place, world, "$X");
	assert_string_equal(value_of(place), "X=" SECRET_TEXT);
	assert_string_equal(place->values.shown[0], "X=(secret, from you)");
	world_free(world);
}

static void a_secret_of_one_run_is_none_of_another(void **state)
{
	struct place *place = *state;

	vault_put(&place->vault, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "X", "first-of-them");
	vault_put(&place->vault, "01ARZ3NDEKTSV4RRFFQ69G5FAW", "X", "second-of-them");
	vault_put(&place->vault, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "X", "third-of-them");
	assert_string_equal(vault_get(&place->vault, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "X"),
			    "third-of-them");
	assert_string_equal(vault_get(&place->vault, "01ARZ3NDEKTSV4RRFFQ69G5FAW", "X"),
			    "second-of-them");
	assert_null(vault_get(&place->vault, "01ARZ3NDEKTSV4RRFFQ69G5FAW", "Y"));
}

/* --- what commands found out --- */

static void what_was_captured_needs_no_parameter(void **state)
{
	struct place *place = *state;
	struct world *world = worlds_healthy();

	enter(place, "found");
	place->card.param_count = 0;
	make(place, world, "$X");
	assert_string_equal(value_of(place), "X=found");
	assert_null(place->values.real[1]);
	world_free(world);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(a_value_comes_from_where_the_runbook_says),
		T(what_was_entered_comes_first_and_the_default_last),
		T(the_alert_is_the_one_of_the_run),
		T(of_several_transactions_none_is_taken),
		T(the_selected_transaction_gives_all_that_it_has),
		T(what_the_selected_one_lacks_is_no_other_ones),
		T(a_value_that_does_not_fit_is_none_and_says_why),
		T(a_choice_is_one_of_its_choices),
		T(what_is_missing_is_said_to_whom_it_concerns),
		T(of_a_secret_only_its_place_is_shown),
		T(a_secret_that_was_given_here_is_known_here_only),
		T(a_secret_of_one_run_is_none_of_another),
		T(what_was_captured_needs_no_parameter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
