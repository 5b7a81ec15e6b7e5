/* What checks may ask of the selected transaction, and of those who can be asked about it. */
#include "core/checklist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/cases.h"
#include "tests/lib/worlds.h"

static struct world *world;
static struct cases *cases;

static int set_up(void **state)
{
	(void)state;
	world = worlds_healthy();
	cases = cases_new(CASES_VERDICTS, world);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	cases_free(cases);
	world_free(world);
	return 0;
}

static void choose(const struct tx_case *tx)
{
	str_put(cases->load.selected_id, sizeof(cases->load.selected_id), tx->line.id);
	str_put(cases->load.selected_hash, sizeof(cases->load.selected_hash), tx->line.hash);
}

static struct datum datum_of(const char *path)
{
	struct expr_world live = checklist_world(world);
	struct datum datum;

	assert_true(live.datum(live.arg, path, &datum));
	return datum;
}

static bool is_known(const char *path)
{
	return datum_of(path).state == STATE_OK;
}

static void the_verdict_is_that_of_the_selected_one(void **state)
{
	(void)state;
	for (int kind = 0; kind < VERDICT_COUNT; kind++) {
		const struct tx_case *tx = cases_of(cases, (enum verdict_kind)kind);

		choose(tx);
		assert_true(is_known("tx.verdict"));
		assert_string_equal(datum_of("tx.verdict").text, verdict_name((enum verdict_kind)kind));
		assert_string_equal(datum_of("tx.safe_to_cancel").text,
				    safety_word(tx->verdict.safe));
		assert_true(datum_of("tx.verdict").age == 9 * WHEN_SECOND);
	}
}

static void a_dead_envelope_is_as_safe_as_its_payment(void **state)
{
	struct tx_case *tx = cases_of(cases, VERDICT_DEAD_EXPIRED);

	(void)state;
	choose(tx);
	assert_string_equal(datum_of("tx.safe_to_cancel").text, "true");
	tx->decision.confirm = true;
	assert_string_equal(datum_of("tx.safe_to_cancel").text, "confirm");
	memset(tx->decision.allowed, 0, sizeof(tx->decision.allowed));
	assert_string_equal(datum_of("tx.safe_to_cancel").text, "false");
	assert_string_equal(datum_of("tx.verdict").text, "DEAD_EXPIRED");
}

static void without_a_selected_and_judged_one_nothing_is_known(void **state)
{
	static const char *const paths[] = { "tx.verdict", "tx.safe_to_cancel", "tx.bound_passed" };
	struct tx_case *tx = cases_of(cases, VERDICT_DEAD_EXPIRED);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		assert_false(is_known(paths[i]));
	choose(tx);
	tx->judged = false;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		assert_false(is_known(paths[i]));
	tx->judged = true;
	str_put(cases->load.selected_id, sizeof(cases->load.selected_id), "gone");
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		assert_false(is_known(paths[i]));
	world->cases = NULL;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		assert_false(is_known(paths[i]));
}

/* A ledger after the bound that the account's state covers; our clock says nothing. */
static void a_bound_has_passed_when_the_evidence_shows_a_later_ledger(void **state)
{
	static const struct {
		struct life life;
		struct account_read read;
		bool known, passed;
	} rows[] = {
		{ { .envelope = true, .max_time = 2000 },
		  { .usable = true, .at = 60, .b_ledger = 60, .b_close = 2001 }, true, true },
		{ { .envelope = true, .max_time = 2000 },
		  { .usable = true, .at = 60, .b_ledger = 60, .b_close = 2000 }, true, false },
		{ { .envelope = true, .max_time = 2000 },
		  { .usable = true, .at = 59, .b_ledger = 60, .b_close = 2001 }, true, false },
		{ { .envelope = true, .max_time = 2000 },
		  { .usable = false, .at = 60, .b_ledger = 60, .b_close = 2001 }, true, false },
		{ { .envelope = true, .max_time = 2000 }, { .usable = true, .at = 60 }, true, false },
		{ { .envelope = true, .max_ledger = 61 }, { .usable = true, .at = 60 }, true, true },
		{ { .envelope = true, .max_ledger = 62 }, { .usable = true, .at = 60 }, true, false },
		{ { .envelope = true }, { .usable = true, .at = 60, .b_ledger = 60, .b_close = 9 }, true,
		  false },
		{ { .envelope = false, .max_time = 2000 },
		  { .usable = true, .at = 60, .b_ledger = 60, .b_close = 2001 }, false, false },
	};
	struct tx_case *tx = cases_of(cases, VERDICT_LIVE_MAY_STILL_LAND);

	(void)state;
	choose(tx);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct tx_evidence evidence = { .has_tx = true, .tx = rows[i].life,
						.account = { rows[i].read }, .account_count = 1 };
		struct datum datum;

		tx->evidence = &evidence;
		datum = datum_of("tx.bound_passed");
		if ((datum.state == STATE_OK) != rows[i].known ||
		    (rows[i].known && datum.truth != rows[i].passed))
			fail_msg("row %zu: state %d, %d", i, (int)datum.state, datum.truth);
		evidence.account_count = 0;
		assert_false(is_known("tx.bound_passed"));
		tx->evidence = NULL;
	}
}

static void the_network_is_healthy_when_all_who_tell_of_it_are(void **state)
{
	struct source *horizon = &world->sources[world_find_source(world, "horizon")];

	(void)state;
	assert_true(is_known("stellar.healthy") && datum_of("stellar.healthy").truth);
	horizon->state = STATE_BAD;
	assert_true(is_known("stellar.healthy"));
	assert_false(datum_of("stellar.healthy").truth);
	horizon->state = STATE_STALE;
	assert_false(is_known("stellar.healthy"));
	horizon->state = STATE_UNKNOWN;
	assert_false(is_known("stellar.healthy"));
}

static void what_there_is_not_has_no_name(void **state)
{
	static const char *const paths[] = { "tx.color", "stellar.color", "tx.", "stellar." };
	struct expr_world live = checklist_world(world);
	struct source *horizon = &world->sources[world_find_source(world, "horizon")];
	struct datum datum;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		assert_false(live.datum(live.arg, paths[i], &datum));
	str_put(horizon->kind, sizeof(horizon->kind), "http");
	assert_false(live.datum(live.arg, "stellar.healthy", &datum));
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(the_verdict_is_that_of_the_selected_one),
		T(a_dead_envelope_is_as_safe_as_its_payment),
		T(without_a_selected_and_judged_one_nothing_is_known),
		T(a_bound_has_passed_when_the_evidence_shows_a_later_ledger),
		T(the_network_is_healthy_when_all_who_tell_of_it_are),
		T(what_there_is_not_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
