/* Queues in a database: numbers that are known, and those that are not. */
#include "backends/queues.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "backends/kinds.h"
#include "backends/postgres.h"
#include "base/attr.h"
#include "tests/lib/desk.h"

static const char *const future[] = { "future-queues" };
static struct desk desk;

static struct queue own[] = {
	{ .name = "streams failing", .bad = { THRESHOLD_ABOVE, 1 } },
	{ .name = "jobs", .query = "SELECT count(*) FROM jobs", .unit = "jobs" },
};

static void a_preset_brings_its_queues_and_an_entry_changes_them(void **state)
{
	const struct queue_config config = { { future, 1 }, { own, ARRAY_LEN(own) } };
	struct queue all[QUEUES];

	(void)state;
	assert_int_equal(queues_list(&config, all), 3);
	assert_string_equal(all[0].name, "webhooks overdue");
	assert_string_equal(all[1].name, "streams failing");
	assert_non_null(strstr(all[1].query, "PaymentStream"));
	assert_int_equal(all[1].warn.side, THRESHOLD_ABOVE);
	assert_true(all[1].bad.value < 1.5);
	assert_string_equal(all[2].unit, "jobs");
	assert_null(queues_problem(&config));
}

static void what_cannot_be_asked_is_a_problem(void **state)
{
	static struct queue twice[] = { { .name = "a", .query = "SELECT 1" },
					{ .name = "a", .query = "SELECT 2" } };
	static struct queue bare[] = { { .name = "streams failing" } };
	static struct queue many[QUEUES + 1];
	static char names[QUEUES + 1][8];
	const struct queue_config two = { .own = { twice, 2 } }, none = { .own = { bare, 1 } };
	const struct queue_config more = { .own = { many, ARRAY_LEN(many) } };
	struct queue all[QUEUES];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(many); i++) {
		(void)snprintf(names[i], sizeof(names[i]), "q%zu", i);
		many[i] = (struct queue){ .name = names[i], .query = "SELECT 1" };
	}
	assert_non_null(strstr(queues_problem(&two), "same name"));
	assert_non_null(strstr(queues_problem(&none), "no query"));
	assert_non_null(strstr(queues_problem(&more), "more queues"));
	assert_int_equal(queues_list(&more, all), QUEUES);
}

static struct postgres_config config = {
	.source = { .name = "db", .kind = "postgres", .every = 2000, .timeout = 2000 },
	.lag_bytes = 16777216, .lag = 15000, .message_age = 15000, .blocked = 2000,
	.connections = 80, .queues = { { future, 1 }, { 0 } },
};

static void open_desk(void)
{
	desk_open(&desk, &postgres_backend, &config);
}

static void answer_webhooks(const char *const *cells, size_t count)
{
	static const char *const names[] = { "count" };
	struct reply reply = desk_reply(&desk, NULL);

	reply.rows = (struct rows){ 1, count, names, cells };
	desk_take(&desk, desk_ask(&desk, "queue", 0, PG_QUEUE), &reply);
	(void)desk_judge(&desk);
}

static void a_queue_is_a_reading_of_its_name(void **state)
{
	static const char *const three[] = { "3" };
	const struct reading *reading;

	(void)state;
	open_desk();
	assert_null(desk_reading(&desk, "webhooks overdue"));
	answer_webhooks(three, 1);
	reading = desk_reading(&desk, "webhooks overdue");
	assert_true(reading->known);
	assert_true(fabs(reading->value - 3) < 1e-9);
	assert_false(reading->judged);
	assert_int_equal(reading->at, desk.now.wall);
	assert_null(desk_reading(&desk, "streams failing"));
	desk_close(&desk);
}

static void what_gives_no_number_is_not_known(void **state)
{
	static const char *const none[] = { NULL }, *const text[] = { "many" };
	static const char *const nan_cell[] = { "NaN" }, *const inf_cell[] = { "Inf" };
	static const char *const two[] = { "1", "2" };
	static const struct {
		const char *const *cells;
		size_t count;
		const char *word;
	} cases[] = { { none, 1, "NULL" }, { none, 0, "no row" }, { text, 1, "no single number" },
		      { two, 2, "no single number" }, { nan_cell, 1, "no single number" },
		      { inf_cell, 1, "no single number" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		open_desk();
		answer_webhooks(cases[i].cells, cases[i].count);
		assert_false(desk_reading(&desk, "webhooks overdue")->known);
		assert_non_null(strstr(desk_reading(&desk, "webhooks overdue")->because,
				       cases[i].word));
		desk_close(&desk);
	}
}

static void a_table_that_does_not_exist_is_said(void **state)
{
	static const char *const three[] = { "3" };
	struct reply reply;

	(void)state;
	open_desk();
	answer_webhooks(three, 1);
	reply = desk_reply(&desk, NULL);
	reply.kind = REPLY_SQL_ERROR;
	(void)str_put(reply.sqlstate, sizeof(reply.sqlstate), "42P01");
	(void)str_put(reply.why, sizeof(reply.why), "relation \"WebhookDelivery\" does not exist");
	desk_take(&desk, desk_ask(&desk, "queue", 0, PG_QUEUE), &reply);
	(void)desk_judge(&desk);
	assert_false(desk_reading(&desk, "webhooks overdue")->known);
	assert_non_null(strstr(desk_reading(&desk, "webhooks overdue")->because,
			       "its table does not exist"));
	desk_close(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_preset_brings_its_queues_and_an_entry_changes_them),
		cmocka_unit_test(what_cannot_be_asked_is_a_problem),
		cmocka_unit_test(a_queue_is_a_reading_of_its_name),
		cmocka_unit_test(what_gives_no_number_is_not_known),
		cmocka_unit_test(a_table_that_does_not_exist_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
