/* Events of contracts: paging without a gap or a double, telemetry, and quiet or stuck by RPC. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "backends/indexer.h"
#include "backends/kinds.h"
#include "backends/stellar_rpc.h"
#include "stellar/scval.h"
#include "tests/lib/desk.h"

#define OURS "CAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6N4O"
#define OTHERS "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526"

/* A map of amount: i128 5 and ok: true. */
#define DATA "AAAAEQAAAAEAAAACAAAADwAAAAZhbW91bnQAAAAAAAoAAAAAAAAAAAAAAAAAAAAFAAAADwAA" \
	     "AAJvawAAAAAAAAAAAAE="

enum { LATEST = 5000, OLDEST = 1000 };

static struct desk desk;
static struct stellar_rpc_config config;
static const char *contracts[7] = { OURS };
static const char *const topics[] = { "bridge_metrics_updated_event", "alert_triggered_event" };

/* Ledger LATEST closes 2 s ago, one each 5 s before it. */
static msec closed_at(int64_t ledger)
{
	return DESK_START - 2000 - (LATEST - ledger) * 5000;
}

static void answer_health_at(int64_t latest, int64_t oldest)
{
	char body[512];

	(void)snprintf(body, sizeof(body), "{\"result\":{\"latestLedger\":%lld,\"oldestLedger\":%lld,"
		       "\"latestLedgerCloseTime\":\"%lld\",\"oldestLedgerCloseTime\":\"%lld\","
		       "\"ledgerRetentionWindow\":4001}}", (long long)latest, (long long)oldest,
		       (long long)closed_at(latest) / 1000, (long long)closed_at(oldest) / 1000);
	desk_answer(&desk, RPC_HEALTH, 200, body);
}

static int open_desk(void **state)
{
	(void)state;
	config = (struct stellar_rpc_config){
		.source = { .name = "rpc", .url = "http://127.0.0.1:8000" },
		.slow = 2000, .old_ledger = 30000, .contracts = { contracts, 1 },
		.topics = { topics, ARRAY_LEN(topics) },
		.headroom = { 3 * WHEN_DAY, 12 * WHEN_HOUR, 50, 10 },
	};
	desk_open(&desk, &stellar_rpc_backend, &config);
	answer_health_at(LATEST, OLDEST);
	return 0;
}

static int close_desk(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

struct page {
	struct buf events;
	size_t count;
};

static void add_event(struct page *page, int64_t ledger, int index, const char *contract,
		      const char *topic, const char *value)
{
	char symbol[64] = "", at[WHEN_TEXT];

	(void)scval_symbol_base64(symbol, sizeof(symbol), str_of(topic));
	when_format(at, closed_at(ledger));
	(void)buf_fmt(&page->events, "%s{\"type\":\"contract\",\"ledger\":%lld,\"ledgerClosedAt\":\"%s\","
		      "\"contractId\":\"%s\",\"id\":\"%019lld-%010d\",\"topic\":[\"%s\"],\"value\":\"%s\","
		      "\"inSuccessfulContractCall\":true}", page->count++ > 0 ? "," : "",
		      (long long)ledger, at, contract, (long long)ledger << 32 | 4096, index, symbol,
		      value);
}

static void add_ours(struct page *page, int64_t ledger, int index)
{
	add_event(page, ledger, index, OURS, topics[0], DATA);
}

/* The page, ending at the end of ledger `to`; 0: the server gives no cursor. */
static void answer_page(size_t ask, struct page *page, int64_t to)
{
	struct buf body = { 0 };

	(void)buf_fmt(&body, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"events\":[%s],"
		      "\"latestLedger\":%d", buf_cstr(&page->events), LATEST);
	if (to > 0)
		(void)buf_fmt(&body, ",\"cursor\":\"%019lld-4294967295\"",
			      (long long)to << 32 | 0xffffffff);
	(void)buf_text(&body, "}}");
	desk_answer(&desk, ask, 200, buf_cstr(&body));
	buf_done(&body);
	buf_done(&page->events);
	*page = (struct page){ .count = 0 };
}

static bool asks_at_once(size_t ask)
{
	return desk.probe.due[ask] == desk.now.steady;
}

static const json_t *field(const char *path)
{
	return json_at(desk_judge(&desk)->fields, path);
}

static int64_t count_of(const char *topic)
{
	int64_t count = -1;

	(void)json_i64_at(json_at(field("events"), topic), "count", &count);
	return count;
}

static const struct stellar_rpc_facts *facts(void)
{
	return desk.probe.facts;
}

static void events_are_asked_for_by_contract_from_an_hour_back(void **state)
{
	(void)state;
	assert_string_equal(desk_body(&desk, RPC_EVENTS),
			    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getEvents\",\"params\":{"
			    "\"startLedger\":4280,\"filters\":[{\"type\":\"contract\",\"contractIds\":[\""
			    OURS "\"]}],\"pagination\":{\"limit\":1000}}}");
	config.contracts.count = 0;
	assert_string_equal(desk_body(&desk, RPC_EVENTS), "");
}

static void more_than_five_contracts_take_two_filters(void **state)
{
	const char *body;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(contracts); i++)
		contracts[i] = i == 5 ? OTHERS : OURS;
	config.contracts.count = 6;
	body = desk_body(&desk, RPC_EVENTS);
	assert_non_null(strstr(body, OURS "\"]},{\"type\":\"contract\",\"contractIds\":[\"" OTHERS
			       "\"]}],"));
}

static void telemetry_is_counted_by_its_topic(void **state)
{
	struct page page = { 0 };

	(void)state;
	(void)desk_body(&desk, RPC_EVENTS);
	add_ours(&page, 4000, 0);
	add_ours(&page, 4000, 1);
	add_event(&page, 4001, 0, OURS, "transfer", DATA);
	add_event(&page, 4002, 0, OTHERS, topics[0], DATA);
	add_event(&page, 4100, 0, OURS, topics[1], "AAAAAwAAAAc=");
	answer_page(RPC_EVENTS, &page, LATEST);
	assert_int_equal(count_of(topics[0]), 2);
	assert_int_equal(count_of(topics[1]), 1);
	assert_string_equal(json_text_at(json_at(field("events"), topics[0]), "last", ""),
			    "amount=5 ok=true");
	assert_string_equal(json_text_at(json_at(field("events"), topics[1]), "last", ""), "7");
	assert_string_equal(json_text_at(json_at(field("events"), topics[0]), "last_at", ""),
			    "2026-11-22T00:13:59Z");
	desk_expect(&desk, STATE_OK, "ledger 5000");
}

static void a_count_of_nothing_is_not_the_same_as_not_looking(void **state)
{
	struct page page = { 0 };

	(void)state;
	assert_true(json_is_null(field("events")));
	(void)desk_body(&desk, RPC_EVENTS);
	answer_page(RPC_EVENTS, &page, LATEST);
	assert_int_equal(count_of(topics[0]), 0);
	assert_true(json_is_null(json_at(json_at(field("events"), topics[0]), "last_at")));
}

static void an_empty_page_is_not_the_end(void **state)
{
	struct page page = { 0 };

	(void)state;
	(void)desk_body(&desk, RPC_EVENTS);
	answer_page(RPC_EVENTS, &page, 4500);
	assert_true(asks_at_once(RPC_EVENTS));
	assert_non_null(strstr(desk_body(&desk, RPC_EVENTS),
			       "\"pagination\":{\"limit\":1000,\"cursor\":\"0000019331647799295-4294967295\""));
	assert_null(strstr(desk_body(&desk, RPC_EVENTS), "startLedger"));
	add_ours(&page, 4900, 0);
	answer_page(RPC_EVENTS, &page, LATEST);
	assert_false(asks_at_once(RPC_EVENTS));
	assert_int_equal(count_of(topics[0]), 1);
}

static void a_full_page_is_followed_by_the_next_one(void **state)
{
	struct page page = { 0 };

	(void)state;
	(void)desk_body(&desk, RPC_EVENTS);
	for (int i = 0; i < RPC_PAGE; i++)
		add_ours(&page, 4000 + i, 0);
	answer_page(RPC_EVENTS, &page, 0);
	assert_true(asks_at_once(RPC_EVENTS));
	assert_false(facts()->telemetry.complete);
	assert_int_equal(facts()->telemetry.reached, 4998);
	assert_non_null(strstr(desk_body(&desk, RPC_EVENTS), "\"cursor\":\"0000021470541516800-"));
	assert_int_equal(facts()->topics[0].count, RPC_PAGE);
	assert_true(json_is_null(field("events")));
}

static void no_event_is_counted_twice(void **state)
{
	struct page page = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		(void)desk_body(&desk, RPC_EVENTS);
		add_ours(&page, 4000, 0);
		add_ours(&page, 4000, 1);
		if (i == 2)
			add_ours(&page, 4001, 0);
		answer_page(RPC_EVENTS, &page, 0);
	}
	assert_int_equal(count_of(topics[0]), 3);
}

static void an_old_server_without_cursors_is_followed_too(void **state)
{
	struct page page = { 0 };

	(void)state;
	(void)desk_body(&desk, RPC_EVENTS);
	answer_page(RPC_EVENTS, &page, 0);
	assert_true(facts()->telemetry.complete);
	assert_false(asks_at_once(RPC_EVENTS));
	assert_non_null(strstr(desk_body(&desk, RPC_EVENTS),
			       "\"cursor\":\"0000021474836480000-0000000000\""));
}

static void answer_range(size_t ask, int64_t oldest, int64_t latest)
{
	char body[256];

	(void)snprintf(body, sizeof(body), "{\"error\":{\"code\":-32600,\"message\":\"startLedger must be "
		       "within the ledger range: %lld - %lld\"}}", (long long)oldest,
		       (long long)latest);
	desk_answer(&desk, ask, 200, body);
}

static void a_place_that_fell_out_of_the_window_is_left(void **state)
{
	struct page page = { 0 };

	(void)state;
	(void)desk_body(&desk, RPC_EVENTS);
	answer_page(RPC_EVENTS, &page, 4500);
	answer_range(RPC_EVENTS, 4700, LATEST);
	assert_true(asks_at_once(RPC_EVENTS));
	assert_non_null(strstr(desk_body(&desk, RPC_EVENTS), "\"startLedger\":4700"));
	assert_int_equal(facts()->telemetry.from, 4700);
}

static void a_server_that_is_behind_is_waited_for(void **state)
{
	struct page page = { 0 };

	(void)state;
	(void)desk_body(&desk, RPC_EVENTS);
	answer_page(RPC_EVENTS, &page, LATEST);
	answer_range(RPC_EVENTS, 900, LATEST - 3);
	assert_false(asks_at_once(RPC_EVENTS));
	assert_int_equal(facts()->telemetry.from, 4280);
	assert_int_equal(facts()->telemetry.next.toid >> 32, LATEST);
	desk_expect(&desk, STATE_OK, "ledger");
}

static void a_chain_that_began_anew_is_read_anew(void **state)
{
	struct page page = { 0 };

	(void)state;
	(void)desk_body(&desk, RPC_EVENTS);
	answer_page(RPC_EVENTS, &page, LATEST);
	answer_range(RPC_EVENTS, 2, 90);
	answer_health_at(90, 2);
	assert_non_null(strstr(desk_body(&desk, RPC_EVENTS), "\"startLedger\":2,"));
}

static void hostile_pages_are_refused_whole(void **state)
{
	static const struct {
		const char *body, *why;
	} cases[] = {
		{ "{\"result\":{}}", "no latestLedger" },
		{ "{\"result\":{\"latestLedger\":5000}}", "no list of events" },
		{ "{\"result\":{\"latestLedger\":-5,\"events\":[]}}", "no latestLedger" },
		{ "{\"result\":{\"latestLedger\":2147483648,\"events\":[]}}", "no latestLedger" },
		{ "{\"result\":{\"latestLedger\":5000,\"events\":[{}]}}", "an event without" },
		{ "{\"result\":{\"latestLedger\":5000,\"events\":[{\"id\":\"17179869184-\","
		  "\"ledgerClosedAt\":\"2026-11-22T00:13:59Z\"}]}}", "an event without" },
		{ "{\"result\":{\"latestLedger\":5000,\"events\":[{\"id\":\"-1-1\","
		  "\"ledgerClosedAt\":\"2026-11-22T00:13:59Z\"}]}}", "an event without" },
		{ "{\"result\":{\"latestLedger\":5000,\"events\":[{\"id\":\"17179869184-0\","
		  "\"ledgerClosedAt\":\"soon\"}]}}", "an event without" },
		{ "{\"error\":{\"code\":-32602,\"message\":\"filter 1 invalid\"}}",
		  "error -32602: filter 1 invalid" },
		{ "{\"error\":{\"code\":-32600,\"message\":\"must be within the ledger range: 9 - 3\"}}",
		  "error -32600" },
	};
	struct page page = { 0 };

	(void)state;
	(void)desk_body(&desk, RPC_EVENTS);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		desk_answer(&desk, RPC_EVENTS, 200, cases[i].body);
		if (!strstr(desk.decoding, cases[i].why))
			fail_msg("case %zu: '%s'", i, desk.decoding);
		desk_expect(&desk, STATE_WARN, "getEvents: ");
		assert_int_equal(facts()->telemetry.newest.toid, 0);
	}
	for (int i = 0; i <= RPC_PAGE; i++)
		add_ours(&page, 4000, i);
	answer_page(RPC_EVENTS, &page, 0);
	assert_non_null(strstr(desk.decoding, "more than asked for"));
}

static void what_cannot_be_decoded_is_counted_and_said(void **state)
{
	struct page page = { 0 };

	(void)state;
	(void)desk_body(&desk, RPC_EVENTS);
	add_event(&page, 4000, 0, OURS, topics[0], "AAAA");
	answer_page(RPC_EVENTS, &page, LATEST);
	assert_int_equal(count_of(topics[0]), 1);
	assert_non_null(strstr(json_text_at(json_at(field("events"), topics[0]), "last", ""),
			       "cannot be read"));
}

/* --- quiet or stuck --- */

/* The last event that the indexer processed was in this ledger. */
static void doubt_at(int64_t ledger)
{
	desk.cursor = (struct cursor){ .known = true, .ledger = ledger, .doubted = true,
				       .processed_at = closed_at(ledger) };
}

static enum activity activity(void)
{
	return desk_judge(&desk)->chain->activity;
}

static void activity_is_asked_for_only_while_a_cursor_is_doubted(void **state)
{
	(void)state;
	assert_string_equal(desk_body(&desk, RPC_ACTIVITY), "");
	doubt_at(4000);
	assert_non_null(strstr(desk_body(&desk, RPC_ACTIVITY), "\"startLedger\":4001,"));
	desk.cursor.doubted = false;
	assert_string_equal(desk_body(&desk, RPC_ACTIVITY), "");
}

static void an_event_after_the_cursor_is_activity(void **state)
{
	struct page page = { 0 };

	(void)state;
	doubt_at(4000);
	(void)desk_body(&desk, RPC_ACTIVITY);
	add_event(&page, 4400, 0, OTHERS, topics[0], DATA);
	add_event(&page, 4500, 0, OURS, "transfer", DATA);
	add_ours(&page, 4600, 0);
	answer_page(RPC_ACTIVITY, &page, LATEST);
	assert_int_equal(activity(), ACTIVITY_SOME);
	assert_true(desk.report.chain->by_events);
	assert_int_equal(desk.report.chain->activity_ledger, 4500);
	assert_true(desk.report.chain->activity_after == desk.cursor.processed_at);
	assert_string_equal(desk_body(&desk, RPC_ACTIVITY), "");
	desk_wait(&desk, 20000);
	answer_health_at(LATEST + 4, OLDEST + 4);
	assert_int_equal(activity(), ACTIVITY_SOME);
	doubt_at(4700);
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
	assert_non_null(strstr(desk_body(&desk, RPC_ACTIVITY), "\"startLedger\":4701,"));
}

static void nothing_after_the_cursor_is_proven_only_to_the_end(void **state)
{
	struct page page = { 0 };

	(void)state;
	doubt_at(2000);
	(void)desk_body(&desk, RPC_ACTIVITY);
	answer_page(RPC_ACTIVITY, &page, 4000);
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
	answer_page(RPC_ACTIVITY, &page, LATEST);
	assert_int_equal(activity(), ACTIVITY_NONE);
	desk_wait(&desk, 60000);
	answer_health_at(LATEST, OLDEST);
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
}

static void a_server_that_is_behind_takes_nothing_back(void **state)
{
	struct page page = { 0 };

	(void)state;
	doubt_at(4000);
	(void)desk_body(&desk, RPC_ACTIVITY);
	answer_page(RPC_ACTIVITY, &page, LATEST);
	answer_range(RPC_ACTIVITY, 900, LATEST - 2);
	assert_int_equal(activity(), ACTIVITY_NONE);
	answer_range(RPC_ACTIVITY, LATEST + 5, LATEST + 50);
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
}

static void a_cursor_before_the_window_can_be_proven_stuck_and_never_quiet(void **state)
{
	struct page page = { 0 };

	(void)state;
	doubt_at(500);
	assert_non_null(strstr(desk_body(&desk, RPC_ACTIVITY), "\"startLedger\":1000,"));
	answer_page(RPC_ACTIVITY, &page, LATEST);
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
	desk_expect(&desk, STATE_BAD, "headroom lost: ledgers 501 to 999");
	add_ours(&page, 4500, 0);
	answer_page(RPC_ACTIVITY, &page, LATEST);
	assert_int_equal(activity(), ACTIVITY_SOME);
}

static void an_event_of_just_now_is_no_proof_of_being_stuck(void **state)
{
	struct page page = { 0 };

	(void)state;
	doubt_at(4000);
	(void)desk_body(&desk, RPC_ACTIVITY);
	add_ours(&page, 4999, 0);
	answer_page(RPC_ACTIVITY, &page, LATEST);
	assert_int_not_equal(activity(), ACTIVITY_SOME);
	desk_wait(&desk, 6000);
	assert_int_equal(activity(), ACTIVITY_SOME);
}

static void a_time_that_is_rounded_otherwise_is_no_other_cursor(void **state)
{
	struct page page = { 0 };

	(void)state;
	doubt_at(4000);
	(void)desk_body(&desk, RPC_ACTIVITY);
	answer_page(RPC_ACTIVITY, &page, LATEST);
	desk.cursor.processed_at += 900;
	(void)desk_body(&desk, RPC_ACTIVITY);
	assert_int_equal(activity(), ACTIVITY_NONE);
	assert_true(desk.report.chain->activity_after == desk.cursor.processed_at);
	desk.cursor.processed_at += 5000;
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
}

static void a_cursor_without_a_ledger_is_looked_for_by_its_time(void **state)
{
	(void)state;
	doubt_at(4000);
	desk.cursor.ledger = 0;
	/* A thousand ledgers ago on average, and a quarter more to be sure. */
	assert_non_null(strstr(desk_body(&desk, RPC_ACTIVITY), "\"startLedger\":3750,"));
	desk.cursor.processed_at = closed_at(100);
	assert_non_null(strstr(desk_body(&desk, RPC_ACTIVITY), "\"startLedger\":1000,"));
}

static void a_quiet_contract_eats_no_headroom(void **state)
{
	struct page page = { 0 };

	(void)state;
	doubt_at(1100);
	(void)desk_body(&desk, RPC_ACTIVITY);
	desk_expect(&desk, STATE_BAD, "headroom 100 ledgers");
	answer_page(RPC_ACTIVITY, &page, LATEST);
	desk_expect(&desk, STATE_OK, "quiet, headroom 4000 ledgers");
	for (int i = 1; i <= 20; i++) {
		desk_wait(&desk, 10000);
		answer_health_at(LATEST, OLDEST + i * 10);
		(void)desk_body(&desk, RPC_ACTIVITY);
		answer_page(RPC_ACTIVITY, &page, LATEST);
	}
	assert_int_equal(activity(), ACTIVITY_NONE);
}

/* What the indexer is told when nobody but the RPC sees the chain. */
static void expect_indexer(enum state state, const char *word)
{
	struct indexer_config indexer = { .source = { .name = "i", .url = "http://127.0.0.1:1" },
					  .slow = 2000 };
	static struct desk other;
	char body[512], at[WHEN_TEXT];

	desk_open(&other, &indexer_backend, &indexer);
	other.now = desk.now;
	when_format(at, desk.now.wall);
	(void)snprintf(body, sizeof(body), "{\"status\":\"degraded\",\"timestamp\":\"%s\",\"checks\":{"
		       "\"database\":\"ok\",\"horizon\":\"ok\",\"indexerState\":\"degraded\"},\"details\":"
		       "{\"ledgerLagSeconds\":%lld,\"staleAfterSeconds\":900,"
		       "\"lastProcessedLedger\":\"%lld\"}}", at,
		       (long long)(desk.now.wall - desk.cursor.processed_at) / 1000,
		       (long long)desk.cursor.ledger);
	desk_answer(&other, INDEXER_HEALTH, 200, body);
	assert_string_equal(other.decoding, "");
	other.chain = *desk_judge(&desk)->chain;
	desk_expect(&other, state, word);
	desk_close(&other);
}

static void an_indexer_is_told_quiet_from_stuck_by_the_rpc_alone(void **state)
{
	struct page page = { 0 };

	(void)state;
	doubt_at(4700);
	expect_indexer(STATE_UNKNOWN, "not known yet");
	(void)desk_body(&desk, RPC_ACTIVITY);
	answer_page(RPC_ACTIVITY, &page, LATEST);
	expect_indexer(STATE_OK, "quiet");
	add_ours(&page, 4900, 0);
	answer_page(RPC_ACTIVITY, &page, LATEST);
	expect_indexer(STATE_STALE, "stuck");
}

int main(void)
{
#define ONE(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)
	const struct CMUnitTest tests[] = {
		ONE(events_are_asked_for_by_contract_from_an_hour_back),
		ONE(more_than_five_contracts_take_two_filters),
		ONE(telemetry_is_counted_by_its_topic),
		ONE(a_count_of_nothing_is_not_the_same_as_not_looking),
		ONE(an_empty_page_is_not_the_end),
		ONE(a_full_page_is_followed_by_the_next_one),
		ONE(no_event_is_counted_twice),
		ONE(an_old_server_without_cursors_is_followed_too),
		ONE(a_place_that_fell_out_of_the_window_is_left),
		ONE(a_server_that_is_behind_is_waited_for),
		ONE(a_chain_that_began_anew_is_read_anew),
		ONE(hostile_pages_are_refused_whole),
		ONE(what_cannot_be_decoded_is_counted_and_said),
		ONE(activity_is_asked_for_only_while_a_cursor_is_doubted),
		ONE(an_event_after_the_cursor_is_activity),
		ONE(nothing_after_the_cursor_is_proven_only_to_the_end),
		ONE(a_server_that_is_behind_takes_nothing_back),
		ONE(a_cursor_before_the_window_can_be_proven_stuck_and_never_quiet),
		ONE(an_event_of_just_now_is_no_proof_of_being_stuck),
		ONE(a_time_that_is_rounded_otherwise_is_no_other_cursor),
		ONE(a_cursor_without_a_ledger_is_looked_for_by_its_time),
		ONE(a_quiet_contract_eats_no_headroom),
		ONE(an_indexer_is_told_quiet_from_stuck_by_the_rpc_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
