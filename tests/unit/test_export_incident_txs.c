/* test_export_incident_txs.c: transactions in the state of an incident, for scripts and people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "export/incident_json.h"
#include "tests/lib/orders.h"

#define HASH "8f41000000000000000000000000000000000000000000000000000000009c02"
#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void give(struct orders *orders, struct order *order)
{
	EVENT_SET(order->data, hash, HASH);
	assert_taken(orders, orders_give(orders, order));
}

static void judge(struct order *order, const char *verdict, const char *safe)
{
	EVENT_SET(order->data, verdict, verdict);
	EVENT_SET(order->data, safe, safe);
	EVENT_SET(order->data, because, "sequence 4710 at ledger 9");
}

static int build(void **state)
{
	struct orders *orders;
	struct order order;

	orders_set_up(state, 2);
	orders = *state;
	order = ORDER(orders, TX_DIAGNOSED);
	judge(&order, "DEAD_ACCOUNT_GONE", "confirm");
	EVENT_SET(order.data, how, "13");
	EVENT_SET(order.data, sha256, SHA);
	give(orders, &order);
	order = ORDER(orders, TX_ACT_STARTED);
	judge(&order, "DEAD_ACCOUNT_GONE", "confirm");
	EVENT_SET(order.data, how, "mark-cancelled");
	EVENT_SET(order.data, id, "k1");
	EVENT_SET(order.data, text, "BEGIN;\nCOMMIT;");
	EVENT_SET(order.data, target, "db, node primary");
	EVENT_SET(order.data, reason, "the merge was ours");
	give(orders, &order);
	order = ORDER(orders, TX_DISMISSED);
	EVENT_SET(order.data, reason, "paid back");
	give(orders, &order);
	return 0;
}

static struct incident_view view(struct orders *orders)
{
	return (struct incident_view){
		.in = { .incident = &orders->incident, .policy = &orders->policy, .origin = "",
			.operator = "ana", .wall = orders->now },
		.folder = "/tmp/x", .degraded = "" };
}

static void scripts_see_the_verdict_its_proof_and_each_act(void **state)
{
	struct incident_view in = view(*state);
	json_t *root = incident_state_json(&in);
	const json_t *tx = json_array_get(json_at(root, "transactions"), 0);
	const json_t *act = json_array_get(json_at(tx, "acts"), 0);

	assert_int_equal(json_array_size(json_at(root, "transactions")), 1);
	assert_string_equal(json_text_at(tx, "hash", ""), HASH);
	assert_string_equal(json_text_at(tx, "id", ""), "k1");
	assert_string_equal(json_text_at(tx, "verdict", ""), "DEAD_ACCOUNT_GONE");
	assert_string_equal(json_text_at(tx, "safe_to_cancel", ""), "confirm");
	assert_string_equal(json_text_at(tx, "row", ""), "13");
	assert_string_equal(json_text_at(tx, "proof", ""), SHA);
	assert_true(json_is_true(json_at(tx, "dismissed")));
	assert_string_equal(json_text_at(tx, "dismissed_reason", ""), "paid back");
	assert_string_equal(json_text_at(act, "act", ""), "mark-cancelled");
	assert_string_equal(json_text_at(act, "text", ""), "BEGIN;\nCOMMIT;");
	assert_string_equal(json_text_at(act, "target", ""), "db, node primary");
	assert_string_equal(json_text_at(act, "reason", ""), "the merge was ours");
	assert_string_equal(json_text_at(act, "state", ""), "under way");
	assert_true(json_is_null(json_at(act, "ok")));
	assert_true(json_is_null(json_at(act, "ended_at")));
	json_decref(root);
}

static void people_read_it_in_a_line(void **state)
{
	struct incident_view in = view(*state);
	struct buf text = { 0 };

	incident_plain(&in, &text);
	assert_non_null(strstr(buf_cstr(&text), HASH " DEAD_ACCOUNT_GONE "));
	assert_non_null(strstr(buf_cstr(&text), ", safe to cancel: confirm; mark-cancelled by ana: under "
						"way; dismissed by ana: paid back\n"));
	buf_done(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(scripts_see_the_verdict_its_proof_and_each_act, build,
						orders_tear_down),
		cmocka_unit_test_setup_teardown(people_read_it_in_a_line, build, orders_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
