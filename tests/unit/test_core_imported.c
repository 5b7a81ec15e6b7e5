/* test_core_imported.c: what is imported of the time before is recorded, and changes no present. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "core/decide.h"

#define NOW ((msec)1795316400000)

static struct incident incident;
static struct policy policy;

static struct event event(enum event_kind kind, enum event_src src, msec at)
{
	return (struct event){ .kind = kind, .src = src, .at = at, .rec = NOW, .seq = 1,
			       .origin = "0123456789abcdef", .hlc = { NOW, 0 }, .by = "ana" };
}

/* Decide, and fold what it gives; false when it is so already. */
static bool submit(enum event_kind kind, enum event_src src, msec at, const struct event_data *data)
{
	const struct order order = { .kind = kind, .data = *data, .at = at, .src = src, .by = "ana" };
	struct decision decision = { .count = 0 };
	struct err err = { 0 };
	bool told;

	if (!decide(&incident, &policy, &order, NOW, &decision, &err))
		fail_msg("%s", err.text);
	told = decision.count > 0;
	for (size_t i = 0; i < decision.count; i++) {
		bool repeat = false;

		memcpy(decision.events[i].origin, "0123456789abcdef", 17);
		incident_fold(&incident, &decision.events[i], &repeat);
		assert_false(repeat);
	}
	decision_done(&decision);
	return told;
}

static int setup(void **state)
{
	struct event declared = event(EVENT_INCIDENT_DECLARED, SRC_HUMAN, NOW - WHEN_MINUTE);
	bool repeat = false;

	(void)state;
	policy_default(&policy);
	incident_init(&incident);
	EVENT_SET(declared.data, title, "Payments stuck");
	EVENT_SET(declared.data, severity, 1);
	EVENT_SET(declared.data, type, "outage");
	incident_fold(&incident, &declared, &repeat);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	incident_done(&incident);
	return 0;
}

static bool alert(enum event_kind kind, enum event_src src, msec when)
{
	struct event_data data = { .has = 0 };

	EVENT_SET(data, name, "Stuck");
	EVENT_SET(data, fingerprint, "0011223344556677");
	EVENT_SET(data, when, when);
	return submit(kind, src, src == SRC_IMPORT ? when : NOW, &data);
}

static bool signal_(enum event_src src, msec at, const char *new_)
{
	struct event_data data = { .has = 0 };

	EVENT_SET(data, name, "error_rate");
	EVENT_SET(data, type, "signal");
	EVENT_SET(data, new_, new_);
	return submit(EVENT_SIGNAL_CHANGED, src, at, &data);
}

static void an_alert_that_fires_is_not_resolved_by_its_past(void **state)
{
	const struct incident_alert *is;
	struct event_data ack = { .has = 0 };

	(void)state;
	assert_true(alert(EVENT_ALERT_FIRING, SRC_SENSED, NOW - 5 * WHEN_MINUTE));
	EVENT_SET(ack, fingerprint, "0011223344556677");
	EVENT_SET(ack, name, "Stuck");
	assert_true(submit(EVENT_ALERT_ACKED, SRC_HUMAN, NOW, &ack));
	assert_true(alert(EVENT_ALERT_FIRING, SRC_IMPORT, NOW - 40 * WHEN_MINUTE));
	assert_true(alert(EVENT_ALERT_RESOLVED, SRC_IMPORT, NOW - 30 * WHEN_MINUTE));
	assert_false(alert(EVENT_ALERT_FIRING, SRC_IMPORT, NOW - 5 * WHEN_MINUTE));
	is = incident_alert(&incident, "0011223344556677");
	assert_true(is->firing && is->acked);
	assert_int_equal(is->since, NOW - 5 * WHEN_MINUTE);
	assert_int_equal(is->fired, 2);
	assert_true(alert(EVENT_ALERT_RESOLVED, SRC_SENSED, NOW));
	assert_false(incident_alert(&incident, "0011223344556677")->firing);
}

static void an_alert_that_is_known_only_from_the_past_has_come_and_gone(void **state)
{
	const struct incident_alert *is;

	(void)state;
	assert_true(alert(EVENT_ALERT_FIRING, SRC_IMPORT, NOW - 40 * WHEN_MINUTE));
	assert_true(alert(EVENT_ALERT_RESOLVED, SRC_IMPORT, NOW - 30 * WHEN_MINUTE));
	is = incident_alert(&incident, "0011223344556677");
	assert_false(is->firing);
	assert_int_equal(is->resolved_at, NOW - 30 * WHEN_MINUTE);
}

static void what_was_over_before_has_not_detected_this_incident(void **state)
{
	const struct milestone *detected = &incident.milestones[MILESTONE_DETECTED];

	(void)state;
	assert_true(alert(EVENT_ALERT_FIRING, SRC_IMPORT, NOW - 40 * WHEN_MINUTE));
	assert_true(alert(EVENT_ALERT_RESOLVED, SRC_IMPORT, NOW - 30 * WHEN_MINUTE));
	assert_int_equal(detected->at, NOW - WHEN_MINUTE);
	assert_true(alert(EVENT_ALERT_FIRING, SRC_IMPORT, NOW - 5 * WHEN_MINUTE));
	assert_int_equal(detected->at, NOW - 5 * WHEN_MINUTE);
	assert_int_equal(incident_alert(&incident, "0011223344556677")->since, NOW - 5 * WHEN_MINUTE);
}

/* All orders of an import are decided before the first of them is folded. */
static void the_end_of_an_imported_alert_is_taken_before_its_beginning_is_folded(void **state)
{
	(void)state;
	assert_true(alert(EVENT_ALERT_RESOLVED, SRC_IMPORT, NOW - 30 * WHEN_MINUTE));
}

static void a_signal_stays_as_it_is_whatever_it_was(void **state)
{
	(void)state;
	assert_true(signal_(SRC_SENSED, NOW, "bad"));
	assert_true(signal_(SRC_IMPORT, NOW - 30 * WHEN_MINUTE, "bad"));
	assert_true(signal_(SRC_IMPORT, NOW - 20 * WHEN_MINUTE, "ok"));
	assert_int_equal(incident.signal_count, 1);
	assert_int_equal(incident.signals[0].state, STATE_BAD);
	assert_false(signal_(SRC_SENSED, NOW, "bad"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_alert_that_fires_is_not_resolved_by_its_past),
		T(an_alert_that_is_known_only_from_the_past_has_come_and_gone),
		T(what_was_over_before_has_not_detected_this_incident),
		T(the_end_of_an_imported_alert_is_taken_before_its_beginning_is_folded),
		T(a_signal_stays_as_it_is_whatever_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
