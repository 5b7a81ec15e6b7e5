/* How everything is, as JSON and as text: every key always there, null for what is not known. */
#include "export/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/worlds.h"

static const char *const root_keys[] = {
	"schema", "at", "environment", "state", "sources", "signals", "alerts", "alerts_dropped",
	"alerts_trusted", "alerts_because", "components", "transactions", NULL };
static const char *const component_keys[] = {
	"name", "state", "because", "version", "version_at", "deployed_at", "version_before", "hit_by",
	"depends_on", "serves", "sources", "contacts", NULL };
static const char *const source_keys[] = {
	"name", "kind", "state", "because", "since", "since_before", "age_ms", "latency_ms",
	"consequence_of", "fields", NULL };
static const char *const signal_keys[] = {
	"name", "value", "unit", "state", "because", "age_ms", "source", "consequence_of", NULL };
static const char *const alert_keys[] = {
	"name", "state", "severity", "since", "labels", "summary", "runbook", "silenced_by", NULL };
static const char *const transaction_keys[] = {
	"stuck", "late", "cancellable", "dismissed", "total_open", "bounded", "oldest_age_s", "at_risk",
	"because", NULL };

static int free_world(void **state)
{
	world_free(*state);
	return 0;
}

static int open_start(void **state)
{
	*state = worlds_start();
	return 0;
}

static int open_hung(void **state)
{
	*state = worlds_db_hung();
	return 0;
}

static int open_blind(void **state)
{
	*state = worlds_prometheus_down();
	return 0;
}

static void assert_keys(const json_t *object, const char *const *keys)
{
	size_t count = 0;

	for (; keys[count]; count++) {
		if (!json_object_get(object, keys[count]))
			fail_msg("the key '%s' is missing", keys[count]);
	}
	assert_int_equal(json_object_size(object), count);
}

static void assert_all_keys(const json_t *list, const char *const *keys)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		assert_keys(json_array_get(list, i), keys);
}

static const json_t *named(const json_t *root, const char *list, const char *name)
{
	const json_t *items = json_object_get(root, list);

	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);

		if (strcmp(json_string_value(json_object_get(item, "name")), name) == 0)
			return item;
	}
	fail_msg("%s has no '%s'", list, name);
	return NULL;
}

static const char *text_of_key(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void every_key_is_there_before_anything_has_answered(void **state)
{
	json_t *root = status_json(*state, NULL);
	const json_t *db = named(root, "sources", "db"), *lag = named(root, "signals", "lag");

	assert_keys(root, root_keys);
	assert_all_keys(json_object_get(root, "sources"), source_keys);
	assert_all_keys(json_object_get(root, "signals"), signal_keys);
	assert_keys(json_object_get(root, "transactions"), transaction_keys);
	assert_string_equal(text_of_key(root, "schema"), "binnacle.status/1");
	assert_string_equal(text_of_key(root, "state"), "unknown");
	assert_string_equal(text_of_key(db, "state"), "unknown");
	assert_true(json_is_null(json_object_get(db, "age_ms")));
	assert_true(json_is_null(json_object_get(db, "latency_ms")));
	assert_true(json_is_null(json_object_get(db, "consequence_of")));
	assert_true(json_is_object(json_object_get(db, "fields")));
	assert_true(json_is_null(json_object_get(lag, "value")));
	json_decref(root);
}

static void transactions_that_nobody_has_read_are_null_and_never_zero(void **state)
{
	json_t *root = status_json(*state, NULL);
	const json_t *tx = json_object_get(root, "transactions");

	for (size_t i = 0; transaction_keys[i]; i++) {
		if (strcmp(transaction_keys[i], "because") != 0)
			assert_true(json_is_null(json_object_get(tx, transaction_keys[i])));
	}
	assert_string_not_equal(text_of_key(tx, "because"), "");
	json_decref(root);
}

static void transactions_that_are_not_configured_are_null(void **state)
{
	struct world *world = *state;
	json_t *root;

	world->tx_configured = false;
	root = status_json(world, NULL);
	assert_true(json_is_null(json_object_get(root, "transactions")));
	json_decref(root);
}

static void an_outage_names_its_root_and_its_alerts(void **state)
{
	json_t *root = status_json(*state, NULL);
	const json_t *alert = named(root, "alerts", "IndexerHighLag");

	assert_string_equal(text_of_key(root, "state"), "down");
	assert_string_equal(text_of_key(root, "environment"), "prod");
	assert_string_equal(text_of_key(root, "at"), "2026-11-22T02:14:07Z");
	assert_string_equal(text_of_key(named(root, "sources", "indexer"), "consequence_of"), "db");
	assert_all_keys(json_object_get(root, "alerts"), alert_keys);
	assert_string_equal(text_of_key(alert, "state"), "firing");
	assert_string_equal(text_of_key(json_object_get(alert, "labels"), "service"), "indexer");
	assert_true(json_is_null(json_object_get(alert, "runbook")));
	assert_true(json_is_null(json_object_get(alert, "silenced_by")));
	assert_true(json_is_null(json_object_get(json_object_get(root, "transactions"), "stuck")));
	json_decref(root);
}

static void amounts_at_risk_are_exact_text(void **state)
{
	struct world *world = *state;
	const json_t *tx, *risk;
	json_t *root;

	world->tx.known = true;		/* as when the database answers again */
	root = status_json(world, NULL);
	tx = json_object_get(root, "transactions");
	risk = json_array_get(json_object_get(tx, "at_risk"), 0);
	assert_keys(tx, transaction_keys);
	assert_int_equal(json_integer_value(json_object_get(tx, "stuck")), 37);
	assert_string_equal(text_of_key(risk, "asset"), "USDC");
	assert_string_equal(text_of_key(risk, "amount"), "12400.0000001");
	json_decref(root);
}

static void the_same_world_gives_the_same_bytes(void **state)
{
	struct buf first = { 0 }, second = { 0 };

	for (int i = 0; i < 2; i++) {
		json_t *root = status_json(*state, NULL);

		json_write(i ? &second : &first, root);
		json_decref(root);
	}
	assert_string_equal(buf_cstr(&first), buf_cstr(&second));
	buf_done(&first);
	buf_done(&second);
}

static void a_filter_lets_a_source_and_its_signals_through(void **state)
{
	static const char *const names[] = { "prometheus" };
	const struct status_filter filter = { names, 1 };
	json_t *root = status_json(*state, &filter);

	assert_int_equal(json_array_size(json_object_get(root, "sources")), 1);
	assert_int_equal(json_array_size(json_object_get(root, "signals")), 2);
	named(root, "signals", "error_rate");
	named(root, "signals", "latency");
	json_decref(root);
}

struct expectation {
	const char *name;
	enum state worst;
};

static void the_worst_is_that_of_what_the_filter_lets_through(void **state)
{
	static const struct expectation cases[] = {
		{ "db", STATE_DOWN }, { "indexer", STATE_DOWN }, { "horizon", STATE_OK },
		{ "error_rate", STATE_OK }, { "prometheus", STATE_OK },
		{ "no such thing", STATE_UNKNOWN },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct status_filter filter = { &cases[i].name, 1 };

		if (status_worst(*state, &filter) != cases[i].worst)
			fail_msg("%s is %s", cases[i].name, state_word(status_worst(*state, &filter)));
	}
	assert_int_equal(status_worst(*state, NULL), STATE_DOWN);
	assert_int_equal(status_worst(*state, &(struct status_filter){ NULL, 0 }), STATE_DOWN);
}

static void a_bad_signal_makes_its_source_no_better_than_bad(void **state)
{
	static const char *const names[] = { "prometheus" };
	const struct status_filter filter = { names, 1 };
	struct world *world = *state;

	world->signals[world_find_signal(world, "error_rate")].state = STATE_BAD;
	assert_int_equal(world->sources[world_find_source(world, "prometheus")].state, STATE_OK);
	assert_int_equal(status_worst(world, &filter), STATE_BAD);
}

static void plain_text_is_worst_first_and_names_the_cause(void **state)
{
	struct buf out = { 0 };
	const char *text, *db, *horizon;

	status_plain(*state, NULL, &out);
	text = buf_cstr(&out);
	db = strstr(text, "DOWN  db ");
	horizon = strstr(text, "OK    horizon ");
	assert_non_null(db);
	assert_non_null(horizon);
	assert_true(db < horizon);
	assert_ptr_equal(strstr(text, "prod DOWN 2026-11-22T02:14:07Z\n"), text);
	assert_non_null(strstr(text, "cause: db "));
	assert_non_null(strstr(text, "(because of db)"));
	assert_non_null(strstr(text, "not known: "));
	buf_done(&out);
}

static void plain_text_counts_what_is_stuck_with_its_amounts(void **state)
{
	struct world *world = *state;
	struct buf out = { 0 };

	world->tx.known = true;
	status_plain(world, NULL, &out);
	assert_non_null(strstr(buf_cstr(&out), "37 stuck, 4 late, 2 cancellable of 214 open; at risk "
					       "12400.0000001 USDC, 3 XLM\n"));
	buf_done(&out);
}

static void plain_text_says_when_silence_means_nothing(void **state)
{
	struct world *world = *state;
	struct buf out = { 0 };

	world->alerts_trusted = false;
	world->alerts_dropped = 3;
	world->tx_configured = false;
	status_plain(world, NULL, &out);
	assert_non_null(strstr(buf_cstr(&out), "silence means nothing here"));
	assert_non_null(strstr(buf_cstr(&out), "(3 more alerts are not shown)"));
	assert_null(strstr(buf_cstr(&out), "TRANSACTIONS"));
	buf_done(&out);
}

static void what_is_not_known_is_never_ok(void **state)
{
	json_t *root = status_json(*state, NULL);

	assert_string_equal(text_of_key(named(root, "signals", "error_rate"), "source"), "prometheus");
	assert_string_not_equal(text_of_key(named(root, "signals", "error_rate"), "state"), "ok");
	assert_string_not_equal(text_of_key(named(root, "signals", "latency"), "state"), "ok");
	json_decref(root);
}

#define WITH(open, test) cmocka_unit_test_setup_teardown(test, open, free_world)

static const json_t *component(const json_t *root, const char *name)
{
	const json_t *all = json_object_get(root, "components");

	for (size_t i = 0; i < json_array_size(all); i++)
		if (strcmp(json_text_at(json_array_get(all, i), "name", ""), name) == 0)
			return json_array_get(all, i);
	return NULL;
}

/* A new version of the indexer a quarter of an hour ago, and somebody to call. */
static void deploy(struct world *world)
{
	struct component *indexer = &world->components[1];

	str_put(indexer->version, sizeof(indexer->version), "v1.4.3");
	str_put(indexer->version_before, sizeof(indexer->version_before), "v1.4.2");
	indexer->version_at = world->now;
	indexer->deployed_at = world->now - 15 * WHEN_MINUTE;
	world_add_contact(world, "database team", "+49 30 1234", "failover");
	world->contacts[0].components[0] = 1;
	world->contacts[0].component_count = 1;
	world->contacts[0].has_rota = true;
	str_put(world->contacts[0].on_call, sizeof(world->contacts[0].on_call), "ana");
}

static void components_are_told_with_versions_and_contacts(void **state)
{
	const struct status_filter all = {0}, horizon = {(const char *const[]){"horizon"}, 1};
	struct world *world = *state;
	const json_t *indexer;
	json_t *root;

	deploy(world);
	root = status_json(world, &all);
	indexer = component(root, "indexer");
	assert_keys(indexer, component_keys);
	assert_string_equal(json_text_at(indexer, "state", ""), "down");
	assert_string_equal(json_text_at(indexer, "version", ""), "v1.4.3");
	assert_string_equal(json_text_at(indexer, "version_before", ""), "v1.4.2");
	assert_string_equal(json_text_at(indexer, "deployed_at", ""), "2026-11-22T01:59:07Z");
	assert_string_equal(json_text_at(indexer, "hit_by", ""), "db");
	assert_string_equal(json_text_at(json_array_get(json_object_get(indexer, "contacts"), 0),
					 "on_call", ""), "ana");
	assert_int_equal(json_array_size(json_object_get(component(root, "db"), "contacts")), 0);
	json_decref(root);
	root = status_json(world, &horizon);
	assert_null(component(root, "indexer"));
	assert_non_null(component(root, "horizon"));
	json_decref(root);
}

static void plain_lines_say_what_was_deployed_and_whom_to_call(void **state)
{
	const struct status_filter all = {0};
	struct world *world = *state;
	struct buf out = {0};

	deploy(world);
	status_plain(world, &all, &out);
	assert_non_null(strstr(buf_cstr(&out), "v1.4.3, deployed 15m ago, was v1.4.2 (hit by db)\n"));
	assert_non_null(strstr(buf_cstr(&out), "reach database team: +49 30 1234, for failover; "
					       "on call: ana\n"));
	assert_null(strstr(buf_cstr(&out), " \n"));
	buf_done(&out);
}

static void a_component_that_nobody_watches_is_told_so_and_is_no_question(void **state)
{
	const struct status_filter all = {0};
	struct world *world = *state;
	json_t *root;
	struct buf out = {0};

	world_add_component(world, "users");
	world_refresh(world, world->now);
	root = status_json(world, &all);
	assert_string_equal(json_text_at(component(root, "users"), "state", ""), "unknown");
	assert_string_equal(json_text_at(component(root, "users"), "because", ""),
			    "no source watches it");
	assert_true(json_is_null(json_object_get(component(root, "db"), "because")));
	json_decref(root);
	status_plain(world, &all, &out);
	assert_non_null(strstr(buf_cstr(&out), "\n-     users"));
	assert_null(strstr(buf_cstr(&out), "????  users"));
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(open_start, every_key_is_there_before_anything_has_answered),
		WITH(open_start, transactions_that_nobody_has_read_are_null_and_never_zero),
		WITH(open_start, transactions_that_are_not_configured_are_null),
		WITH(open_hung, an_outage_names_its_root_and_its_alerts),
		WITH(open_hung, amounts_at_risk_are_exact_text),
		WITH(open_hung, the_same_world_gives_the_same_bytes),
		WITH(open_hung, a_filter_lets_a_source_and_its_signals_through),
		WITH(open_hung, the_worst_is_that_of_what_the_filter_lets_through),
		WITH(open_hung, a_bad_signal_makes_its_source_no_better_than_bad),
		WITH(open_hung, plain_text_is_worst_first_and_names_the_cause),
		WITH(open_hung, plain_text_counts_what_is_stuck_with_its_amounts),
		WITH(open_hung, plain_text_says_when_silence_means_nothing),
		WITH(open_hung, components_are_told_with_versions_and_contacts),
		WITH(open_hung, a_component_that_nobody_watches_is_told_so_and_is_no_question),
		WITH(open_hung, plain_lines_say_what_was_deployed_and_whom_to_call),
		WITH(open_blind, what_is_not_known_is_never_ok),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
