#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "backends/horizon.h"
#include "backends/kinds.h"
#include "tests/lib/desk.h"

static const char pubnet[] = "Public Global Stellar Network ; September 2015";
static const char testnet[] = "Test SDF Network ; September 2015";

struct says {			/* what a Horizon would say: fill in what a test is about */
	int64_t latest, ahead;	/* ahead: ledgers that its core has more */
	int64_t elder;		/* 0: 2 */
	msec age;		/* of its newest ledger */
	const char *passphrase;
	msec took;
	msec clock_off;
	long remaining;
};

static const struct says well = { .latest = 5000, .ahead = 1, .age = 4000, .passphrase = pubnet,
				  .took = 30, .remaining = 3000 };

static const char *const two[] = { "http://127.0.0.1:8000", "http://127.0.0.1:8001/" };

static struct desk desk;
static struct horizon_config config;

static void open_with(size_t endpoints)
{
	config = (struct horizon_config){
		.source = { .name = "horizon", .urls = { two, endpoints } }, .network = "public",
		.slow = 2000, .old_ledger = 15000, .behind = 5,
	};
	desk_open(&desk, &horizon_backend, &config);
}

static int open_one(void **state)
{
	(void)state;
	open_with(1);
	return 0;
}

static int open_two(void **state)
{
	(void)state;
	open_with(2);
	return 0;
}

static int close_desk(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

static void answer(unsigned endpoint, const struct says *says)
{
	char body[512], closed[WHEN_TEXT];
	struct reply reply;

	when_format(closed, desk.now.wall + says->clock_off - says->age);
	(void)snprintf(body, sizeof(body), "{\"ingest_latest_ledger\":%lld,"
		       "\"history_latest_ledger\":%lld,\"history_latest_ledger_closed_at\":\"%s\","
		       "\"history_elder_ledger\":%lld,\"core_latest_ledger\":%lld,"
		       "\"network_passphrase\":\"%s\"}", (long long)says->latest,
		       (long long)says->latest, closed, (long long)(says->elder ? says->elder : 2),
		       (long long)(says->latest + says->ahead), says->passphrase);
	reply = desk_reply(&desk, body);
	reply.took = says->took;
	reply.date = desk.now.wall + says->clock_off;
	reply.rate_remaining = says->remaining;
	desk_take(&desk, horizon_ask_at(endpoint, HORIZON_ROOT), &reply);
}

static const json_t *endpoint(size_t i)
{
	return json_array_get(json_object_get(desk.report.fields, "endpoints"), i);
}

static void a_well_horizon_is_ok_and_its_tip_is_known(void **state)
{
	int64_t figure = 0;

	(void)state;
	answer(0, &well);
	desk_expect(&desk, STATE_OK, "ledger 5000, closed 4s ago");
	assert_true(desk.report.chain->configured && desk.report.chain->known);
	assert_true(desk.report.chain->fresh && desk.report.chain->ledger == 5000);
	assert_string_equal(json_text_at(endpoint(0), "url", ""), "http://127.0.0.1:8000");
	assert_string_equal(json_text_at(endpoint(0), "state", ""), "ok");
	assert_true(json_i64_at(endpoint(0), "ingest_lag", &figure) && figure == 1);
	assert_true(json_i64_at(endpoint(0), "elder_ledger", &figure) && figure == 2);
	assert_true(json_i64_at(endpoint(0), "behind", &figure) && figure == 0);
	assert_string_equal(json_text_at(desk.report.fields, "network", ""), pubnet);
}

static void the_age_is_taken_by_the_servers_clock_and_ours_is_doubted(void **state)
{
	struct says says = well;

	(void)state;
	says.clock_off = -5 * WHEN_MINUTE;
	answer(0, &says);
	desk_expect(&desk, STATE_WARN, "its clock and ours differ by -300 s");
	assert_true(desk.report.chain->fresh);
}

static void an_old_ledger_is_stale_and_says_whose_fault_it_is(void **state)
{
	struct says says = well;

	(void)state;
	says.age = 90000;
	answer(0, &says);
	desk_expect(&desk, STATE_STALE, "network halted");
	says.ahead = 15;
	answer(0, &says);
	desk_expect(&desk, STATE_STALE, "ledger 5000 closed 1m ago, its core is 15 ahead");
	assert_true(desk.report.chain->known && !desk.report.chain->fresh);
}

static void whoever_polls_through_the_platform_is_told_how_the_horizons_are(void **state)
{
	struct says says = well;

	(void)state;
	assert_int_equal(desk_judge(&desk)->chain->horizons, HORIZONS_UNSEEN);
	answer(0, &well);
	assert_int_equal(desk_judge(&desk)->chain->horizons, HORIZONS_WELL);
	says.took = 3000;
	answer(0, &says);
	assert_int_equal(desk_judge(&desk)->chain->horizons, HORIZONS_LIMP);
	desk_fail(&desk, horizon_ask_at(0, HORIZON_ROOT), REPLY_REFUSED);
	assert_int_equal(desk_judge(&desk)->chain->horizons, HORIZONS_FAIL);
}

static void one_of_two_behind_is_a_warning_and_the_network_is_alive(void **state)
{
	struct says behind = well;

	(void)state;
	behind.latest -= 214;
	behind.age = 214 * 5000;
	answer(0, &behind);
	answer(1, &well);
	desk_expect(&desk, STATE_WARN,
		    "ours (127.0.0.1:8000): behind by 214 ledgers, the network is alive");
	assert_string_equal(json_text_at(endpoint(0), "state", ""), "stale");
	assert_string_equal(json_text_at(endpoint(1), "state", ""), "ok");
	assert_true(desk.report.chain->fresh && desk.report.chain->ledger == 5000);
}

static void two_old_ones_are_no_proof_that_the_network_lives(void **state)
{
	struct says says = well, older = well;

	(void)state;
	says.age = 60000;
	older.age = 120000;
	older.latest -= 12;
	answer(0, &older);
	answer(1, &says);
	desk_expect(&desk, STATE_STALE, "network halted");
	assert_null(strstr(desk.report.because, "alive"));
}

static void endpoints_asked_at_different_times_are_not_behind(void **state)
{
	struct says later = well;

	(void)state;
	answer(0, &well);
	desk_expect(&desk, STATE_OK, "ledger 5000, closed 4s ago, others have not answered yet");
	desk_wait(&desk, 60000);
	later.latest += 12;
	answer(1, &later);
	desk_wait(&desk, -40000);
	desk_expect(&desk, STATE_OK, "ledger 5012, closed 4s ago, and all endpoints agree");
}

static void trouble_of_one_is_a_warning_and_of_all_is_its_state(void **state)
{
	static const struct {
		enum reply_kind kind;
		int status;
		const char *body;
		enum state all;
		const char *word;
	} cases[] = {
		{ REPLY_REFUSED, 0, "", STATE_DOWN, "refused" },
		{ REPLY_TIMEOUT, 0, "", STATE_DOWN, "no answer in 5 s" },
		{ REPLY_NO_NAME, 0, "", STATE_UNKNOWN, "our DNS" },
		{ REPLY_ANSWER, 503, "{\"status\":503}", STATE_DOWN, "503" },
		{ REPLY_ANSWER, 429, "{\"status\":429}", STATE_WARN, "429" },
		{ REPLY_ANSWER, 302, "", STATE_UNKNOWN, "redirects" },
		{ REPLY_ANSWER, 200, "<html></html>", STATE_UNKNOWN, "HTML" },
		{ REPLY_ANSWER, 200, "{\"core_latest_ledger\": 12", STATE_UNKNOWN, "not JSON" },
		{ REPLY_ANSWER, 200, "{\"hello\":1}", STATE_UNKNOWN, "is this a Horizon?" },
		{ REPLY_ANSWER, 200, "{\"history_latest_ledger\":-9223372036854775807,"
		  "\"network_passphrase\":\"x\"}", STATE_UNKNOWN, "is this a Horizon?" },
		{ REPLY_ANSWER, 200, "{\"history_latest_ledger\":1,\"network_passphrase\":\"x\","
		  "\"history_latest_ledger_closed_at\":\"soon\"}", STATE_UNKNOWN, "no time" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		answer(1, &well);
		if (cases[i].kind == REPLY_ANSWER)
			desk_answer(&desk, 0, cases[i].status, cases[i].body);
		else
			desk_fail(&desk, 0, cases[i].kind);
		desk_expect(&desk, STATE_WARN, cases[i].word);
		assert_true(desk.report.chain->known);
		desk_take(&desk, horizon_ask_at(1, HORIZON_ROOT), &(struct reply){
			.kind = cases[i].kind, .at = desk.now.wall, .status = cases[i].status,
			.took = 5000,
			.body = str_of(cases[i].body), .date = WHEN_NEVER, .rate_remaining = -1 });
		desk_expect(&desk, cases[i].all, cases[i].word);
		assert_non_null(strstr(desk.report.because, "all endpoints: "));
		assert_false(desk.report.chain->known);
	}
}

static void another_network_is_unknown_even_beside_a_good_one(void **state)
{
	struct says says = well;

	(void)state;
	says.passphrase = testnet;
	answer(0, &well);
	answer(1, &says);
	desk_expect(&desk, STATE_UNKNOWN, "passphrase is 'Test SDF Network");
	config.network = "testnet";
	answer(0, &says);
	desk_expect(&desk, STATE_OK, "ledger");
	config.network = "Our Own Network";
	desk_expect(&desk, STATE_UNKNOWN, "passphrase");
	config.network = NULL;
	desk_expect(&desk, STATE_OK, "ledger");
}

static void a_slow_answer_is_a_warning_with_its_seconds(void **state)
{
	struct says says = well;

	(void)state;
	says.took = 3012;
	answer(0, &says);
	desk_expect(&desk, STATE_WARN, "slow: answered in 3.0 s");
}

static void ledgers_of_one_number_are_compared_when_both_have_it(void **state)
{
	struct says says = well;

	(void)state;
	assert_string_equal(desk_path(&desk, horizon_ask_at(0, HORIZON_LEDGER)), "");
	answer(0, &well);
	says.latest += 3;
	answer(1, &says);
	assert_string_equal(desk_path(&desk, horizon_ask_at(0, HORIZON_LEDGER)), "/ledgers/4992");
	assert_string_equal(desk_path(&desk, horizon_ask_at(1, HORIZON_LEDGER)), "/ledgers/4992");
	desk_answer(&desk, horizon_ask_at(0, HORIZON_LEDGER), 200,
		    "{\"sequence\":4992,\"hash\":\"aaaaaaaaaaaa\"}");
	desk_answer(&desk, horizon_ask_at(1, HORIZON_LEDGER), 200,
		    "{\"sequence\":4960,\"hash\":\"bbbbbbbbbbbb\"}");
	desk_expect(&desk, STATE_OK, "ledger");
	desk_answer(&desk, horizon_ask_at(1, HORIZON_LEDGER), 200,
		    "{\"sequence\":4992,\"hash\":\"bbbbbbbbbbbb\"}");
	desk_expect(&desk, STATE_BAD, "disagree on ledger 4992: hash aaaaaaaa and bbbbbbbb");
	desk_answer(&desk, horizon_ask_at(1, HORIZON_LEDGER), 404, "{}");
	desk_answer(&desk, horizon_ask_at(1, HORIZON_LEDGER), 200,
		    "{\"sequence\":4992,\"hash\":\"aaaaaaaaaaaa\"}");
	desk_expect(&desk, STATE_OK, "ledger");
}

static void one_endpoint_alone_compares_nothing(void **state)
{
	(void)state;
	answer(0, &well);
	assert_string_equal(desk_path(&desk, horizon_ask_at(0, HORIZON_LEDGER)), "");
}

static void operations_are_asked_only_while_a_cursor_is_doubted(void **state)
{
	size_t ask = horizon_ask_at(0, HORIZON_OPERATIONS);

	(void)state;
	desk.cursor = (struct cursor){ .known = true, .processed_at = DESK_START, .doubted = true };
	assert_string_equal(desk_path(&desk, ask), "");
	answer(0, &well);
	assert_string_equal(desk_path(&desk, ask),
			    "/operations?order=desc&limit=200&include_failed=false");
	desk.cursor.doubted = false;
	assert_string_equal(desk_path(&desk, ask), "");
}

static void optional_asks_stop_when_the_rate_limit_runs_low(void **state)
{
	struct says says = well;

	(void)state;
	desk.cursor = (struct cursor){ .known = true, .processed_at = DESK_START, .doubted = true };
	says.remaining = 12;
	answer(0, &says);
	assert_string_equal(desk_path(&desk, horizon_ask_at(0, HORIZON_OPERATIONS)), "");
	assert_string_equal(desk_path(&desk, horizon_ask_at(0, HORIZON_ROOT)), "/");
	says.remaining = -1;
	answer(0, &says);
	assert_string_not_equal(desk_path(&desk, horizon_ask_at(0, HORIZON_OPERATIONS)), "");
}

struct operation {
	msec ago;
	int type;
	const char *function;
};

/* A page whose tokens begin at this ledger, asked as the console asks it. */
static void answer_page(const struct operation *ops, size_t count, int64_t newest)
{
	size_t ask = horizon_ask_at(0, HORIZON_OPERATIONS);
	struct buf body = { 0 };

	assert_string_not_equal(desk_path(&desk, ask), "");
	(void)buf_text(&body, "{\"_embedded\":{\"records\":[");
	for (size_t i = 0; i < count; i++) {
		char at[WHEN_TEXT];

		when_format(at, desk.now.wall - ops[i].ago);
		(void)buf_fmt(&body, "%s{\"paging_token\":\"%lld\",\"type_i\":%d,\"created_at\":"
			      "\"%s\",\"function\":\"HostFunctionTypeHostFunctionType%s\"}",
			      i ? "," : "", ((long long)newest - (long long)i) << 32, ops[i].type, at,
			      ops[i].function);
	}
	(void)buf_text(&body, "]}}");
	desk_answer(&desk, ask, 200, buf_cstr(&body));
	buf_done(&body);
}

static void answer_operations(const struct operation *ops, size_t count)
{
	answer_page(ops, count, 5000);
}

static void doubt_since(msec ago)
{
	desk.cursor = (struct cursor){ .known = true, .processed_at = desk.now.wall - ago,
				       .doubted = true };
}

static enum activity activity(void)
{
	return desk_judge(&desk)->chain->activity;
}

static void a_contract_call_after_the_last_event_is_activity(void **state)
{
	static const struct operation ops[] = {
		{ 3000, 1, "" }, { 20000, 24, "InvokeContract" }, { 40000, 24, "InvokeContract" },
		{ 70000, 24, "InvokeContract" },
	};

	(void)state;
	doubt_since(60000);
	answer(0, &well);
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
	answer_operations(ops, ARRAY_LEN(ops));
	assert_int_equal(activity(), ACTIVITY_SOME);
	assert_true(desk.report.chain->activity_after == desk.cursor.processed_at);
	assert_true(desk.report.chain->activity_ledger == 4998);
}

static void a_chain_without_calls_after_the_last_event_is_proven_quiet(void **state)
{
	static const struct operation ops[] = {
		{ 3000, 1, "" }, { 20000, 24, "UploadContractWasm" }, { 60000, 24, "InvokeContract" },
	};

	(void)state;
	doubt_since(61000);
	answer(0, &well);
	answer_operations(ops, ARRAY_LEN(ops));
	assert_int_equal(activity(), ACTIVITY_NONE);
	answer_operations(ops, 0);
	assert_int_equal(activity(), ACTIVITY_NONE);
}

static void what_was_found_after_another_time_says_nothing(void **state)
{
	(void)state;
	doubt_since(60000);
	answer(0, &well);
	answer_operations(NULL, 0);
	assert_int_equal(activity(), ACTIVITY_NONE);
	doubt_since(90000);
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
}

static void a_call_in_the_second_of_the_last_event_is_that_event(void **state)
{
	static const struct operation same[] = { { 59000, 24, "InvokeContract" } };
	static const struct operation next[] = { { 57000, 24, "InvokeContract" } };

	(void)state;
	doubt_since(60000);
	answer(0, &well);
	answer_operations(same, 1);
	assert_int_equal(activity(), ACTIVITY_NONE);
	answer_operations(next, 1);
	assert_int_equal(activity(), ACTIVITY_SOME);
}

static void a_call_of_just_now_is_no_proof_of_being_stuck(void **state)
{
	static const struct operation ops[] = { { 4000, 24, "InvokeContract" } };

	(void)state;
	doubt_since(60000);
	answer(0, &well);
	answer_operations(ops, ARRAY_LEN(ops));
	assert_int_equal(activity(), ACTIVITY_NONE);
}

/* A full page without calls, the newest `ago`, one operation every `step`. */
static void answer_full_page(msec ago, msec step, int64_t newest)
{
	struct operation ops[HORIZON_PAGE];

	for (size_t i = 0; i < ARRAY_LEN(ops); i++)
		ops[i] = (struct operation){ ago + (msec)i * step, 1, "" };
	answer_page(ops, ARRAY_LEN(ops), newest);
}

static void a_full_page_that_does_not_reach_back_is_followed_by_the_one_before_it(void **state)
{
	size_t ask = horizon_ask_at(0, HORIZON_OPERATIONS);

	(void)state;
	doubt_since(60000);
	answer(0, &well);
	answer_full_page(1000, 200, 5000);
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
	assert_int_equal(desk.probe.due[ask], desk.now.steady);
	assert_non_null(strstr(desk_path(&desk, ask), "&cursor=20620137988096"));
	answer_full_page(41000, 200, 4800);
	assert_int_equal(activity(), ACTIVITY_NONE);
	assert_true(desk.probe.due[ask] > desk.now.steady);
	assert_null(strstr(desk_path(&desk, ask), "cursor="));
}

static void paging_back_ends_after_eight_pages_and_at_a_call(void **state)
{
	struct operation last[HORIZON_PAGE] = { { 0 } };
	size_t ask = horizon_ask_at(0, HORIZON_OPERATIONS);
	int pages = 0;

	(void)state;
	doubt_since(WHEN_HOUR);
	answer(0, &well);
	do {
		answer_full_page(1000 + pages * 2000, 10, 5000 - pages * 200);
		pages++;
	} while (desk.probe.due[ask] == desk.now.steady && pages < 100);
	assert_int_equal(pages, 8);
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
	answer_full_page(1000, 10, 5200);
	assert_true(desk.probe.due[ask] > desk.now.steady);
	doubt_since(2 * WHEN_HOUR);
	answer_full_page(1000, 10, 5200);
	assert_int_equal(desk.probe.due[ask], desk.now.steady);
	for (size_t i = 0; i < ARRAY_LEN(last); i++)
		last[i] = (struct operation){ 50000 + (msec)i, i == 150 ? 24 : 1, "InvokeContract" };
	answer_page(last, ARRAY_LEN(last), 5000);
	assert_true(desk.probe.due[ask] > desk.now.steady);
	assert_int_equal(activity(), ACTIVITY_SOME);
}

static void pages_that_overlap_keep_a_long_quiet_proven(void **state)
{
	(void)state;
	doubt_since(60000);
	answer(0, &well);
	answer_full_page(1000, 400, 5000);
	assert_int_equal(activity(), ACTIVITY_NONE);
	for (int i = 1; i <= 20; i++) {
		desk_wait(&desk, 10000);
		answer(0, &well);
		answer_full_page(1000, 100, 5000 + i * 100);
		assert_int_equal(activity(), ACTIVITY_NONE);
	}
	answer_full_page(1000, 10, 9000);
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
}

static void an_endpoint_with_an_old_tip_cannot_tell(void **state)
{
	struct says says = well;

	(void)state;
	doubt_since(60000);
	says.age = 120000;
	answer(0, &says);
	answer_operations(NULL, 0);
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
}

static void a_history_that_begins_after_the_cursor_is_told(void **state)
{
	struct says says = well;

	(void)state;
	doubt_since(60000);
	desk.cursor.ledger = 1000;
	says.elder = 1001;
	answer(0, &says);
	answer_operations(NULL, 0);
	assert_int_equal(activity(), ACTIVITY_NONE);
	says.elder = 1100;
	answer(0, &says);
	desk_expect(&desk, STATE_BAD, "ledgers 1001 to 1099 are skipped without an error");
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
	desk.cursor.ledger = 0;
	desk_expect(&desk, STATE_OK, "ledger 5000");
}

static void what_was_seen_long_ago_counts_no_more(void **state)
{
	(void)state;
	doubt_since(60000);
	answer(0, &well);
	answer_operations(NULL, 0);
	assert_int_equal(activity(), ACTIVITY_NONE);
	desk_wait(&desk, 5 * WHEN_MINUTE);
	assert_int_equal(activity(), ACTIVITY_UNKNOWN);
	assert_false(desk.report.chain->known);
}

static void hostile_operations_are_refused_whole(void **state)
{
	struct buf body = { 0 };

	(void)state;
	(void)buf_text(&body, "{\"_embedded\":{\"records\":[");
	for (int i = 0; i < 201; i++)
		(void)buf_fmt(&body, "%s{\"created_at\":\"2026-11-22T01:37:21Z\",\"paging_token\":1}",
			      i ? "," : "");
	(void)buf_text(&body, "]}}");
	answer(0, &well);
	desk_answer(&desk, horizon_ask_at(0, HORIZON_OPERATIONS), 200, buf_cstr(&body));
	assert_non_null(strstr(desk.decoding, "more than asked for"));
	desk_answer(&desk, horizon_ask_at(0, HORIZON_OPERATIONS), 200,
		    "{\"_embedded\":{\"records\":[{}]}}");
	assert_non_null(strstr(desk.decoding, "without time or token"));
	desk_expect(&desk, STATE_OK, "ledger");
	buf_done(&body);
}

static void no_url_is_said_and_not_waited_for(void **state)
{
	(void)state;
	desk_close(&desk);
	open_with(0);
	desk_expect(&desk, STATE_UNKNOWN, "no url");
	assert_false(desk.report.asking);
}

/* At the default period, per endpoint and hour, with all that can be asked. */
static void the_rate_of_all_asks_together_stays_in_the_budget(void **state)
{
	double requests = 0;

	(void)state;
	for (size_t i = 0; i < desk.probe.ask_count; i++)
		if (desk.probe.asks[i].target == 0)
			requests += 3600000.0 / (0.9 * (double)desk.probe.asks[i].every);
	assert_true(requests < 3600);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, open_one, close_desk)
#define TWO(name) cmocka_unit_test_setup_teardown(name, open_two, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_well_horizon_is_ok_and_its_tip_is_known),
		ONE(the_age_is_taken_by_the_servers_clock_and_ours_is_doubted),
		ONE(an_old_ledger_is_stale_and_says_whose_fault_it_is),
		ONE(whoever_polls_through_the_platform_is_told_how_the_horizons_are),
		TWO(one_of_two_behind_is_a_warning_and_the_network_is_alive),
		TWO(two_old_ones_are_no_proof_that_the_network_lives),
		TWO(endpoints_asked_at_different_times_are_not_behind),
		TWO(trouble_of_one_is_a_warning_and_of_all_is_its_state),
		TWO(another_network_is_unknown_even_beside_a_good_one),
		ONE(a_slow_answer_is_a_warning_with_its_seconds),
		TWO(ledgers_of_one_number_are_compared_when_both_have_it),
		ONE(one_endpoint_alone_compares_nothing),
		ONE(operations_are_asked_only_while_a_cursor_is_doubted),
		ONE(optional_asks_stop_when_the_rate_limit_runs_low),
		ONE(a_contract_call_after_the_last_event_is_activity),
		ONE(a_chain_without_calls_after_the_last_event_is_proven_quiet),
		ONE(what_was_found_after_another_time_says_nothing),
		ONE(a_call_in_the_second_of_the_last_event_is_that_event),
		ONE(a_call_of_just_now_is_no_proof_of_being_stuck),
		ONE(a_full_page_that_does_not_reach_back_is_followed_by_the_one_before_it),
		ONE(paging_back_ends_after_eight_pages_and_at_a_call),
		ONE(pages_that_overlap_keep_a_long_quiet_proven),
		ONE(an_endpoint_with_an_old_tip_cannot_tell),
		ONE(a_history_that_begins_after_the_cursor_is_told),
		ONE(what_was_seen_long_ago_counts_no_more),
		ONE(hostile_operations_are_refused_whole),
		ONE(no_url_is_said_and_not_waited_for),
		ONE(the_rate_of_all_asks_together_stays_in_the_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
