#include "core/terms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/orders.h"

static struct policy promised(void)
{
	struct policy policy;

	policy_default(&policy);
	policy.has_terms = true;
	policy.zone = "Africa/Lagos";
	policy.targets[0] = (struct policy_target){ "indexer", 2 * WHEN_HOUR, 15 * WHEN_MINUTE };
	policy.targets[1] = (struct policy_target){ "db.primary=1", 0, WHEN_HOUR };
	policy.targets[2] = (struct policy_target){ "api", 90 * WHEN_SECOND, 0 };
	policy.target_count = 3;
	return policy;
}

static void what_is_written_is_read_again(void **state)
{
	static struct policy policy;
	static struct terms terms;
	struct arena arena = { 0 };
	struct text_list values;

	(void)state;
	policy = promised();
	values = terms_values(&policy, &arena);
	terms_read(&terms, values.items, values.count);
	assert_true(terms.known);
	assert_memory_equal(&terms.sev[1], &policy.sev[1], sizeof(terms.sev[1]));
	assert_memory_equal(&terms.sev[3], &policy.sev[3], sizeof(terms.sev[3]));
	assert_int_equal(terms.component_count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(terms.components[i].name, policy.targets[i].component);
		assert_int_equal(terms.components[i].rto, policy.targets[i].rto);
		assert_int_equal(terms.components[i].rpo, policy.targets[i].rpo);
	}
	assert_string_equal(terms.zone, "Africa/Lagos");
	arena_done(&arena);
}

static bool has(struct text_list values, const char *value)
{
	for (size_t i = 0; i < values.count; i++)
		if (strcmp(values.items[i], value) == 0)
			return true;
	return false;
}

static void what_is_not_promised_is_not_said(void **state)
{
	static struct policy policy;
	struct arena arena = { 0 };
	struct text_list values;

	(void)state;
	policy = promised();
	policy.zone = NULL;
	values = terms_values(&policy, &arena);
	assert_true(has(values, "sev1.update_every=900"));
	assert_true(has(values, "rto.indexer=7200"));
	assert_true(has(values, "rpo.db.primary=1=3600"));
	assert_true(has(values, "zone=UTC"));
	for (size_t i = 0; i < values.count; i++) {
		assert_null(strstr(values.items[i], "sev3.update"));
		assert_null(strstr(values.items[i], "rto.db"));
		assert_null(strstr(values.items[i], "rpo.api"));
	}
	arena_done(&arena);
}

static void what_is_not_understood_is_passed_over(void **state)
{
	static const char *const values[] = {
		"", "=", "=5", "zone=", "zone", "sev1", "sev1.=5", "sev0.rca=5", "sev4.rca=5",
		"sev12.rca=5", "sev.rca=5", "sev1.colour=5", "sev1.rca=", "sev1.rca=-5", "sev1.rca=0",
		"sev1.rca=5s", "sev1.rca=99999999999999999999", "rto.=5", "rto.x=0", "rto.x=many",
		"rpo.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=5",
		"zone=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"sev2.ack=60",
	};
	static struct terms terms, none;

	(void)state;
	terms_read(&terms, values, ARRAY_LEN(values));
	assert_int_equal(terms.sev[2].ack, WHEN_MINUTE);
	terms.sev[2].ack = 0;
	assert_memory_equal(terms.sev, none.sev, sizeof(none.sev));
	assert_int_equal(terms.component_count, 0);
	assert_string_equal(terms.zone, "UTC");
	terms_read(&terms, NULL, 0);
	assert_false(terms.known);
}

static void more_components_than_there_is_room_for_are_left_out(void **state)
{
	static char texts[TERMS_COMPONENTS + 3][16];
	static struct terms terms;
	const char *values[TERMS_COMPONENTS + 3];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		(void)snprintf(texts[i], sizeof(texts[i]), "rto.c%zu=5", i);
		values[i] = texts[i];
	}
	terms_read(&terms, values, ARRAY_LEN(values));
	assert_int_equal(terms.component_count, TERMS_COMPONENTS);
}

static struct order declaration(const struct orders *orders)
{
	static const char *const invented[] = { "sev1.update_every=1" };
	struct order order = ORDER(orders, INCIDENT_DECLARED);

	EVENT_SET(order.data, title, "Indexer down");
	EVENT_SET(order.data, severity, 1);
	EVENT_SET(order.data, values, (struct text_list){ invented, 1 });
	return order;
}

static bool declare(struct orders *orders)
{
	struct order order = declaration(orders);

	return orders_give(orders, &order);
}

static void without_terms_a_declaration_has_none(void **state)
{
	static struct orders orders;
	struct decision decision;
	struct order order;
	struct err err = { 0 };

	(void)state;
	orders_open(&orders);
	order = declaration(&orders);
	assert_true(decide(&orders.incident, &orders.policy, &order, orders.now, &decision, &err));
	assert_false(decision.events[0].data.has & F(values));
	decision_done(&decision);
	orders_close(&orders);
}

static void a_declaration_records_the_terms_of_the_policy_and_no_others(void **state)
{
	static struct orders orders;

	(void)state;
	orders_open(&orders);
	assert_taken(&orders, declare(&orders));
	assert_false(orders.incident.terms.known);
	orders_close(&orders);
	orders_open(&orders);
	orders.policy = promised();
	assert_taken(&orders, declare(&orders));
	assert_true(orders.incident.terms.known);
	assert_int_equal(orders.incident.terms.sev[1].update_every, 15 * WHEN_MINUTE);
	assert_string_equal(orders.incident.terms.zone, "Africa/Lagos");
	assert_int_equal(orders.incident.terms.component_count, 3);
	orders_close(&orders);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(what_is_not_promised_is_not_said),
		cmocka_unit_test(what_is_not_understood_is_passed_over),
		cmocka_unit_test(more_components_than_there_is_room_for_are_left_out),
		cmocka_unit_test(without_terms_a_declaration_has_none),
		cmocka_unit_test(a_declaration_records_the_terms_of_the_policy_and_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
