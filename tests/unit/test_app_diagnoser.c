/*
 * The diagnoser with inquiries of this test's own making, against an HTTP server: who goes first,
 * how fast, what is left alone, what is remembered, and what is left when it goes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/diagnoser.h"
#include "backends/horizon.h"
#include "backends/inquiry.h"
#include "base/mem.h"
#include "stellar/network.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pump.h"

enum { LIMIT = 30000, ENDPOINTS = 2 };

/* --- an inquiry of our own: each endpoint is asked `steps` times --- */

struct inquiry {
	struct inquiry_setup setup;
	unsigned step;
	bool skipped[ENDPOINTS];
	struct tx_evidence evidence;
};

static unsigned steps;
static int held, begun;
static enum verdict_kind outcome;
static bool final;
static int64_t ledger;			/* at which the account is read; 0: it is not */
static int64_t closed;			/* when that ledger closed, unix s; 0: not told */

struct inquiry *inquiry_new(const struct inquiry_setup *setup, struct err *err)
{
	struct inquiry *inquiry;

	if (strncmp(setup->identity->hash, "bad", 3) == 0) {
		err_set(err, ERR_INPUT, "nothing to ask by");
		return NULL;
	}
	inquiry = mem_new(sizeof(*inquiry));
	inquiry->setup = *setup;
	inquiry->evidence.highwater = setup->highwater;
	inquiry->evidence.account[0] = (struct account_read){ .usable = true, .at = ledger,
							      .b_ledger = ledger,
							      .b_close = closed };
	inquiry->evidence.account_count = ledger > 0;
	begun++;
	return inquiry;
}

void inquiry_free(struct inquiry *inquiry)
{
	mem_free(inquiry);
}

void inquiry_again(struct inquiry *inquiry)
{
	inquiry->step = 0;
	memset(inquiry->skipped, 0, sizeof(inquiry->skipped));
}

bool inquiry_next(struct inquiry *inquiry, struct inquiry_ask *out)
{
	size_t count = inquiry->setup.endpoint_count;

	while (inquiry->step < steps * count && inquiry->skipped[inquiry->step % count])
		inquiry->step++;
	if (inquiry->step >= steps * count)
		return false;
	*out = (struct inquiry_ask){ .endpoint = inquiry->step % count, .method = "GET" };
	buf_fmt(&out->path, "/%zu", out->endpoint);
	buf_fmt(&out->path, "?%.4s", inquiry->setup.identity->hash);
	return true;
}

void inquiry_take(struct inquiry *inquiry, const struct inquiry_ask *ask,
		  const struct reply *reply, msec *retry_after)
{
	held += reply->kind == REPLY_HELD;
	*retry_after = reply->kind == REPLY_ANSWER && reply->status == 429 ? reply->retry_after :
		       WHEN_NEVER;
	inquiry->skipped[ask->endpoint] = reply->kind != REPLY_ANSWER || reply->status != 200;
	inquiry->step++;
}

const struct tx_evidence *inquiry_evidence(const struct inquiry *inquiry)
{
	return &inquiry->evidence;
}

void inquiry_verdict(const struct inquiry *inquiry, struct verdict *out)
{
	(void)inquiry;
	*out = (struct verdict){ .kind = outcome, .final = final,
				 .safe = final ? SAFE_YES : SAFE_NO, .because = "the test says so" };
}

enum twin inquiry_consumer(const struct inquiry *inquiry)
{
	(void)inquiry;
	return TWIN_UNKNOWN;
}

const struct tx_proof *inquiry_proofs(const struct inquiry *inquiry, size_t *count)
{
	(void)inquiry;
	*count = 0;
	return NULL;
}

void inquiry_progress(const struct inquiry *inquiry, unsigned *asked, unsigned *of)
{
	*asked = inquiry->step;
	*of = steps * (unsigned)inquiry->setup.endpoint_count;
}

/* --- the place --- */

static const char hand[] = "aaaa000000000000000000000000000000000000000000000000000000000000";
static const char bulk1[] = "b001000000000000000000000000000000000000000000000000000000000000";
static const char bulk2[] = "b002000000000000000000000000000000000000000000000000000000000000";

static struct loop *loop;
static struct httpd *httpd;
static struct errands *errands;
static struct casebook *casebook;
static struct diagnoser *diagnoser;
static struct diagnoser_pace pace;
static struct settings *settings;
static char base[64], slow[64], dir[64];
static const char *urls[ENDPOINTS];
static struct horizon_config horizon;
static struct horizon_config *sources[1];
static int judged, told;

static void on_changed(void *arg, const char *key, bool is_judged)
{
	(void)arg;
	(void)key;
	told++;
	judged += is_judged;
}

static void open_diagnoser(size_t endpoints)
{
	struct err err = { 0 };

	horizon.source.urls.count = endpoints;
	diagnoser = diagnoser_new(&(struct diagnoser_setup){
		.loop = loop, .settings = settings, .errands = errands, .casebook = casebook,
		.pace = &pace, .changed = on_changed }, &err);
	assert_non_null(diagnoser);
}

static void remove_dir(void)
{
	char path[96];

	(void)snprintf(path, sizeof(path), "%s/transactions.jsonl", dir);
	(void)unlink(path);
	(void)rmdir(dir);
}

static int setup(void **state)
{
	static const char *const environment[] = { NULL };
	const struct httpd_rule rules[] = {
		{ .path = "/0", .body = str_of("{}") }, { .path = "/1", .body = str_of("{}") },
	};
	char said[BECAUSE_TEXT];
	struct err err = { 0 };

	(void)state;
	httpd = httpd_start(rules, ARRAY_LEN(rules), &err);
	loop = loop_new(&err);
	httpd_url(httpd, "", base, sizeof(base));
	(void)snprintf(slow, sizeof(slow), "http://localhost:%u", httpd_port(httpd));
	urls[0] = base;
	urls[1] = slow;
	horizon = (struct horizon_config){
		.source = { .name = "h", .kind = "horizon", .timeout = 5000, .urls = { urls, 1 } },
		.network = "testnet" };
	sources[0] = &horizon;
	settings = mem_new(sizeof(*settings));
	settings->operator = "ana";
	settings->sources.data = sources;
	settings->sources.count = 1;
	errands = errands_new(loop, environment);
	(void)str_put(dir, sizeof(dir), "/tmp/binnacle-diagnoser-XXXXXX");
	assert_non_null(mkdtemp(dir));
	casebook = casebook_open(dir, said, &err);
	pace = diagnoser_usual_pace;
	pace.rules[ENDPOINT_HORIZON] = (struct budget_rule){ 0, 0 };
	steps = 3;
	held = begun = judged = told = 0;
	outcome = VERDICT_LIVE_MAY_STILL_LAND;
	final = false;
	ledger = 0;
	return httpd && loop && casebook ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	diagnoser_free(diagnoser);
	diagnoser = NULL;
	errands_free(errands);
	casebook_close(casebook);
	remove_dir();
	mem_free(settings);
	loop_free(loop);
	httpd_stop(httpd);
	return 0;
}

static void ask(const char *hash, bool bulk)
{
	struct tx_identity identity = { .has_sequence = false };
	char key[DIAGNOSER_KEY];
	struct err err = { 0 };

	(void)str_put(identity.hash, sizeof(identity.hash), hash);
	assert_true(diagnoser_ask(diagnoser, &identity, 0, bulk, key, &err));
	assert_string_equal(key, hash);
}

static struct tx_case of(const char *hash)
{
	struct tx_case tx = { .judged = false };

	assert_true(diagnoser_case(diagnoser, hash, &tx));
	return tx;
}

static void be(enum verdict_kind kind, bool for_good)
{
	outcome = kind;
	final = for_good;
}

/* --- who goes first, and how fast --- */

static void by_hand_goes_before_the_bulk(void **state)
{
	struct httpd_request log[16];
	size_t count, last = 0;

	(void)state;
	open_diagnoser(1);
	ask(bulk1, true);
	ask(bulk2, true);
	assert_true(pump(loop, &told, 1, LIMIT));
	ask(hand, false);
	assert_true(pump(loop, &judged, 3, LIMIT));
	count = httpd_log(httpd, log, ARRAY_LEN(log));
	assert_int_equal(count, 9);
	for (size_t i = 0; i < count; i++)
		if (strstr(log[i].line, "?aaaa"))
			last = i;
	assert_true(last <= 5);		/* at most what was under way, and one that had begun */
	assert_non_null(strstr(log[8].line, "?b00"));
}

static void one_request_is_under_way_for_each_endpoint(void **state)
{
	(void)state;
	httpd_set(httpd, &(struct httpd_rule){ .path = "/0", .mode = HTTPD_SILENT });
	open_diagnoser(1);
	ask(hand, false);
	ask(bulk1, false);
	ask(bulk2, true);
	assert_false(pump(loop, &told, 1, 200));
	assert_int_equal(httpd_requests(httpd, NULL), 1);
}

static void no_more_is_sent_than_the_pace_allows(void **state)
{
	struct tx_case tx;

	(void)state;
	pace.rules[ENDPOINT_HORIZON] = (struct budget_rule){ 2, WHEN_HOUR };
	open_diagnoser(1);
	ask(hand, false);
	assert_true(pump(loop, &told, 2, LIMIT));
	assert_false(pump(loop, &told, 3, 100));
	assert_int_equal(httpd_requests(httpd, NULL), 2);
	tx = of(hand);
	assert_true(tx.asking);
	assert_false(tx.judged);
	assert_int_equal(tx.asked, 2);
	assert_int_equal(tx.verdict.safe, SAFE_NO);
	assert_int_equal(verdict_fate(tx.verdict.kind), FATE_UNKNOWN);
}

/* --- what answers badly --- */

static void one_that_says_too_many_is_left_alone_and_the_other_decides(void **state)
{
	(void)state;
	httpd_set(httpd, &(struct httpd_rule){ .path = "/0", .status = 429,
					       .headers = "Retry-After: 600\r\n", .body = str_of("{}") });
	be(VERDICT_DEAD_EXPIRED, true);
	open_diagnoser(2);
	ask(hand, false);
	assert_true(pump(loop, &judged, 1, LIMIT));
	ask(bulk1, false);
	assert_true(pump(loop, &judged, 2, LIMIT));
	assert_int_equal(httpd_requests(httpd, "/0"), 1);
	assert_int_equal(httpd_requests(httpd, "/1"), 6);
	assert_int_equal(held, 1);
	assert_int_equal(of(bulk1).verdict.kind, VERDICT_DEAD_EXPIRED);
}

static void while_all_are_held_the_bulk_waits(void **state)
{
	struct caseload *load = mem_new(sizeof(*load));

	(void)state;
	httpd_set(httpd, &(struct httpd_rule){ .path = "/0", .status = 429,
					       .headers = "Retry-After: 600\r\n", .body = str_of("{}") });
	be(VERDICT_UNKNOWN_STALE_SOURCE, false);
	open_diagnoser(1);
	ask(hand, false);
	assert_true(pump(loop, &judged, 1, LIMIT));
	ask(bulk1, true);
	assert_false(pump(loop, &judged, 2, 100));
	diagnoser_progress(diagnoser, load);
	assert_true(load->bulk_held);
	assert_int_equal(load->bulk_all, 1);
	assert_int_equal(load->bulk_done, 0);
	assert_int_equal(held, 0);
	mem_free(load);
}

static void one_that_hangs_ends_in_time(void **state)
{
	(void)state;
	httpd_set(httpd, &(struct httpd_rule){ .path = "/0", .mode = HTTPD_SILENT });
	horizon.source.timeout = 200;
	open_diagnoser(2);
	ask(hand, false);
	assert_true(pump(loop, &judged, 1, LIMIT));
	assert_int_equal(httpd_requests(httpd, "/0"), 1);
	assert_int_equal(httpd_requests(httpd, "/1"), 3);
}

static void what_cannot_be_asked_by_says_why(void **state)
{
	static const char bad[] = "bad0000000000000000000000000000000000000000000000000000000000000";

	(void)state;
	open_diagnoser(1);
	ask(bad, false);
	assert_true(pump(loop, &told, 1, LIMIT));
	assert_string_equal(of(bad).trouble, "nothing to ask by");
	assert_false(of(bad).judged);
	assert_true(diagnoser_idle(diagnoser));
}

/* --- the bulk --- */

static void a_bulk_that_is_stopped_goes_on_where_it_was(void **state)
{
	size_t sent;

	(void)state;
	steps = 5;
	open_diagnoser(1);
	ask(bulk1, true);
	ask(bulk2, true);
	assert_true(pump(loop, &told, 2, LIMIT));
	diagnoser_stop_bulk(diagnoser);
	assert_false(pump(loop, &told, 1000, 100));
	sent = httpd_requests(httpd, NULL);
	assert_true(sent < 10);
	assert_int_equal(judged, 0);
	ask(bulk1, true);
	ask(bulk2, true);
	assert_true(pump(loop, &judged, 2, LIMIT));
	assert_int_equal(httpd_requests(httpd, NULL), 10);
	assert_int_equal(begun, 2);
}

static void what_is_asked_by_hand_is_not_stopped_with_the_bulk(void **state)
{
	(void)state;
	open_diagnoser(1);
	ask(bulk1, true);
	ask(hand, false);
	diagnoser_stop_bulk(diagnoser);
	assert_true(pump(loop, &judged, 1, LIMIT));
	assert_true(of(hand).judged);
	assert_false(of(bulk1).judged);
}

/* --- what is known for good --- */

static void reopen(void)
{
	diagnoser_free(diagnoser);
	judged = told = 0;
	open_diagnoser(1);
}

static void a_final_verdict_is_not_asked_for_again(void **state)
{
	(void)state;
	be(VERDICT_DEAD_EXPIRED, true);
	open_diagnoser(1);
	ask(hand, false);
	assert_true(pump(loop, &judged, 1, LIMIT));
	reopen();
	ask(hand, true);
	assert_true(pump(loop, &judged, 1, LIMIT));
	assert_int_equal(of(hand).verdict.kind, VERDICT_DEAD_EXPIRED);
	assert_int_equal(of(hand).verdict.safe, SAFE_YES);
	assert_true(of(hand).verdict.final);
	assert_int_equal(httpd_requests(httpd, NULL), 3);
}

static void a_verdict_that_is_not_final_is_asked_for_again(void **state)
{
	(void)state;
	open_diagnoser(1);
	ask(hand, false);
	assert_true(pump(loop, &judged, 1, LIMIT));
	reopen();
	ask(hand, true);
	assert_true(pump(loop, &judged, 1, LIMIT));
	assert_int_equal(httpd_requests(httpd, NULL), 6);
}

static void a_final_verdict_stands_while_nobody_answers(void **state)
{
	(void)state;
	be(VERDICT_CONFIRMED, true);
	open_diagnoser(1);
	ask(hand, false);
	assert_true(pump(loop, &judged, 1, LIMIT));
	reopen();
	be(VERDICT_UNKNOWN_STALE_SOURCE, false);
	ask(hand, false);
	assert_true(pump(loop, &judged, 1, LIMIT));
	assert_int_equal(of(hand).verdict.kind, VERDICT_CONFIRMED);
	assert_non_null(strstr(of(hand).trouble, "asked again"));
}

static void what_contradicts_a_final_verdict_allows_nothing(void **state)
{
	static const struct {
		enum verdict_kind before, now;
	} cases[] = {
		{ VERDICT_DEAD_EXPIRED, VERDICT_CONFIRMED },
		{ VERDICT_DEAD_EXPIRED, VERDICT_LIVE_MAY_STILL_LAND },
		{ VERDICT_CONFIRMED, VERDICT_DEAD_EXPIRED },
		{ VERDICT_FAILED_ON_CHAIN, VERDICT_CONFIRMED },
	};

	(void)state;
	open_diagnoser(1);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char hash[TX_HASH_TEXT];

		(void)snprintf(hash, sizeof(hash), "%064zu", i);
		reopen();
		be(cases[i].before, true);
		ask(hash, false);
		assert_true(pump(loop, &judged, 1, LIMIT));
		reopen();
		be(cases[i].now, true);
		ask(hash, false);
		assert_true(pump(loop, &judged, 1, LIMIT));
		assert_int_equal(of(hash).verdict.kind, VERDICT_SOURCES_DISAGREE);
		assert_int_equal(of(hash).verdict.safe, SAFE_NO);
		assert_false(of(hash).verdict.final);
		/* Asking once more makes neither of them right. */
		ask(hash, false);
		assert_true(pump(loop, &judged, 2, LIMIT));
		assert_int_equal(of(hash).verdict.kind, VERDICT_SOURCES_DISAGREE);
	}
}

static void after_the_network_began_again_no_final_verdict_of_before_stands(void **state)
{
	(void)state;
	be(VERDICT_DEAD_EXPIRED, true);
	ledger = 200000;
	open_diagnoser(1);
	ask(hand, false);
	ask(bulk1, false);
	ask(bulk2, false);
	assert_true(pump(loop, &judged, 3, LIMIT));
	reopen();
	ask(bulk1, true);
	assert_true(of(bulk1).judged);
	be(VERDICT_UNKNOWN_STALE_SOURCE, false);
	ledger = 400;
	ask(hand, false);
	assert_true(pump(loop, &judged, 2, LIMIT));
	assert_int_equal(of(hand).verdict.kind, VERDICT_SOURCES_DISAGREE);
	assert_int_equal(of(hand).verdict.safe, SAFE_NO);
	assert_false(of(bulk1).judged);
	ask(bulk2, false);
	assert_false(of(bulk2).judged);
}

static void what_was_watched_long_ago_makes_room(void **state)
{
	enum { MANY = 512 };			/* that are kept */
	struct err err = { 0 };
	char hash[TX_HASH_TEXT], key[DIAGNOSER_KEY];
	struct tx_case tx;

	(void)state;
	steps = 0;
	be(VERDICT_DEAD_EXPIRED, true);
	open_diagnoser(1);
	for (int i = 0; i <= MANY; i++) {
		struct tx_identity identity = { .has_sequence = false };

		(void)snprintf(hash, sizeof(hash), "%064d", i);
		(void)str_put(identity.hash, sizeof(identity.hash), hash);
		assert_true(diagnoser_ask(diagnoser, &identity, 0, false, key, &err));
		diagnoser_watch(diagnoser, key, true);
		assert_true(pump(loop, &judged, i + 1, LIMIT));
	}
	assert_true(diagnoser_case(diagnoser, hash, &tx));
	(void)snprintf(hash, sizeof(hash), "%064d", 0);
	assert_false(diagnoser_case(diagnoser, hash, &tx));
}

static void what_another_console_decided_is_known_whoever_read_it_first(void **state)
{
	struct tx_mark mark = { .verdict = VERDICT_CONFIRMED, .safe = SAFE_NO };
	char said[BECAUSE_TEXT];
	struct err err = { 0 };
	struct casebook *other = casebook_open(dir, said, &err);

	(void)state;
	open_diagnoser(1);
	ask(hand, false);
	(void)str_put(mark.hash, sizeof(mark.hash), hand);
	assert_true(casebook_judge(other, network_passphrase("testnet"), &mark, &err));
	assert_true(casebook_tick(casebook));
	assert_false(of(hand).judged);
	diagnoser_tick(diagnoser, 0);
	assert_int_equal(of(hand).verdict.kind, VERDICT_CONFIRMED);
	assert_true(of(hand).judged);
	casebook_close(other);
}

static void a_live_one_is_asked_about_until_it_is_decided(void **state)
{
	(void)state;
	pace.again = 50;
	open_diagnoser(1);
	ask(hand, false);
	assert_true(pump(loop, &judged, 3, LIMIT));
	be(VERDICT_DEAD_EXPIRED, true);
	while (of(hand).verdict.kind != VERDICT_DEAD_EXPIRED)
		assert_true(pump(loop, &judged, judged + 1, LIMIT));
	assert_true(diagnoser_idle(diagnoser));
	assert_int_equal(begun, 1);	/* what was found stays found: one inquiry goes on */
}

/* --- its end --- */

static void freed_while_requests_are_under_way_nothing_comes_of_them(void **state)
{
	(void)state;
	httpd_set(httpd, &(struct httpd_rule){ .path = "/0", .body = str_of("{}"), .delay = 50 });
	open_diagnoser(2);
	ask(hand, false);
	ask(bulk1, true);
	assert_false(pump(loop, &told, 1, 20));
	diagnoser_free(diagnoser);
	diagnoser = NULL;
	assert_false(pump(loop, &told, 1, 200));
}

static void what_can_still_land_by_an_old_ledger_is_not_known(void **state)
{
	int64_t now = loop_now(loop).wall / WHEN_SECOND;

	(void)state;
	ledger = 700000;
	closed = now - pace.old / WHEN_SECOND - 60;
	open_diagnoser(1);
	ask(hand, false);
	assert_true(pump(loop, &judged, 1, LIMIT));
	assert_int_equal(of(hand).verdict.kind, VERDICT_UNKNOWN_STALE_SOURCE);
	assert_int_equal(of(hand).verdict.safe, SAFE_NO);
	closed = now;
	ask(bulk1, false);
	assert_true(pump(loop, &judged, 2, LIMIT));
	assert_int_equal(of(bulk1).verdict.kind, VERDICT_LIVE_MAY_STILL_LAND);
	/* What is final does not depend on our clock. */
	be(VERDICT_DEAD_EXPIRED, true);
	closed = 1;
	ask(bulk2, false);
	assert_true(pump(loop, &judged, 3, LIMIT));
	assert_int_equal(of(bulk2).verdict.kind, VERDICT_DEAD_EXPIRED);
	ledger = closed = 0;
}

static void with_other_settings_what_was_under_way_begins_anew(void **state)
{
	struct settings *before = settings;

	(void)state;
	httpd_set(httpd, &(struct httpd_rule){ .path = "/0", .mode = HTTPD_SILENT });
	open_diagnoser(1);
	ask(hand, false);
	assert_false(pump(loop, &told, 1, 50));
	settings = mem_dup(before, sizeof(*before));
	httpd_set(httpd, &(struct httpd_rule){ .path = "/0", .body = str_of("{}") });
	diagnoser_replace(diagnoser, settings, NULL);
	errands_reset(errands);
	mem_free(before);
	assert_true(pump(loop, &judged, 1, LIMIT));
	assert_true(of(hand).judged);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(by_hand_goes_before_the_bulk),
		T(one_request_is_under_way_for_each_endpoint),
		T(no_more_is_sent_than_the_pace_allows),
		T(one_that_says_too_many_is_left_alone_and_the_other_decides),
		T(while_all_are_held_the_bulk_waits),
		T(one_that_hangs_ends_in_time),
		T(what_cannot_be_asked_by_says_why),
		T(a_bulk_that_is_stopped_goes_on_where_it_was),
		T(what_is_asked_by_hand_is_not_stopped_with_the_bulk),
		T(a_final_verdict_is_not_asked_for_again),
		T(a_verdict_that_is_not_final_is_asked_for_again),
		T(a_final_verdict_stands_while_nobody_answers),
		T(what_contradicts_a_final_verdict_allows_nothing),
		T(after_the_network_began_again_no_final_verdict_of_before_stands),
		T(what_was_watched_long_ago_makes_room),
		T(what_another_console_decided_is_known_whoever_read_it_first),
		T(a_live_one_is_asked_about_until_it_is_decided),
		T(freed_while_requests_are_under_way_nothing_comes_of_them),
		T(what_can_still_land_by_an_old_ledger_is_not_known),
		T(with_other_settings_what_was_under_way_begins_anew),
	};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}
