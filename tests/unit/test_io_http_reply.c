#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <errno.h>

#include <cmocka.h>

#include "base/secret.h"
#include "io/http_reply.h"
#include "io/outcome.h"

#define NOON ((msec)1795348800000)	/* Sun, 22 Nov 2026 12:00:00 GMT */

static struct reply take(const char *line)
{
	struct reply reply;

	reply_init(&reply);
	http_reply_header(&reply, str_of(line), NOON);
	return reply;
}

static void retry_after_is_seconds_or_a_date_and_a_day_at_most(void **state)
{
	static const struct {
		const char *line;
		msec wait;
	} cases[] = {
		{ "Retry-After: 17\r\n", 17000 },
		{ "RETRY-AFTER:0\r\n", 0 },
		{ "Retry-After: Sun, 22 Nov 2026 12:00:30 GMT\r\n", 30000 },
		{ "Retry-After: Sun, 22 Nov 2026 11:00:00 GMT\r\n", 0 },
		{ "Retry-After: Sun, 22 Nov 2037 12:00:00 GMT\r\n", WHEN_DAY },
		{ "Retry-After: 999999999999\r\n", WHEN_DAY },
		{ "Retry-After: 99999999999999999999999\r\n", WHEN_NEVER },
		{ "Retry-After: -5\r\n", WHEN_NEVER },
		{ "Retry-After: soon\r\n", WHEN_NEVER },
		{ "Retry-After:\r\n", WHEN_NEVER },
		{ "X-Retry-After: 17\r\n", WHEN_NEVER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reply reply = take(cases[i].line);

		if (reply.retry_after != cases[i].wait)
			fail_msg("%s: %lld", cases[i].line, (long long)reply.retry_after);
	}
}

static void what_is_left_of_a_rate_limit_has_two_names(void **state)
{
	static const struct {
		const char *line;
		long remaining;
		msec reset;
	} cases[] = {
		{ "X-Ratelimit-Remaining: 17\r\n", 17, WHEN_NEVER },
		{ "RateLimit-Remaining: 0\r\n", 0, WHEN_NEVER },
		{ "ratelimit-remaining: -1\r\n", -1, WHEN_NEVER },
		{ "X-RateLimit-Reset: 360\r\n", -1, 360 * WHEN_SECOND },
		{ "RateLimit-Reset:56\r\n", -1, 56 * WHEN_SECOND },
		{ "RateLimit-Reset: 0\r\n", -1, 0 },
		{ "RateLimit-Reset: -7\r\n", -1, WHEN_NEVER },
		{ "RateLimit-Reset: later\r\n", -1, WHEN_NEVER },
		{ "RateLimit-Reset: 90000\r\n", -1, WHEN_DAY },
		/* A time, as some write it: ours is 2026-11-22T12:00:00Z. */
		{ "X-Ratelimit-Reset: 1795348830\r\n", -1, 30 * WHEN_SECOND },
		{ "X-Ratelimit-Reset: 1795348700\r\n", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reply reply = take(cases[i].line);

		if (reply.rate_remaining != cases[i].remaining || reply.rate_reset != cases[i].reset)
			fail_msg("%s: %ld, %lld", cases[i].line, reply.rate_remaining,
				 (long long)reply.rate_reset);
	}
}

static void the_ledger_of_an_answer_is_kept_only_when_it_is_one(void **state)
{
	static const struct {
		const char *line;
		int64_t ledger;
	} cases[] = {
		{ "Latest-Ledger: 61204380\r\n", 61204380 }, { "latest-ledger:1\r\n", 1 },
		{ "Latest-Ledger: 0\r\n", -1 }, { "Latest-Ledger: -5\r\n", -1 },
		{ "Latest-Ledger: 2147483648\r\n", -1 }, { "Latest-Ledger: 12x\r\n", -1 },
		{ "Latest-Ledger:\r\n", -1 }, { "Latest-Ledgers: 12\r\n", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reply reply = take(cases[i].line);

		if (reply.latest_ledger != cases[i].ledger)
			fail_msg("%s: %lld", cases[i].line, (long long)reply.latest_ledger);
	}
}

static void headers_are_scrubbed_and_cut(void **state)
{
	char line[4096] = "Content-Type: \033]0;PWN\007";
	struct reply reply = take(line);

	(void)state;
	assert_null(strchr(reply.content_type, '\033'));
	assert_non_null(strstr(reply.content_type, "PWN"));
	memset(line + strlen(line), 'x', sizeof(line) - strlen(line) - 1);
	reply = take(line);
	assert_int_equal(strlen(reply.content_type), sizeof(reply.content_type) - 1);
}

static void a_secret_in_a_location_is_redacted_before_it_is_cut(void **state)
{
	struct secret *secret = secret_new(str_of("canary-0123456789-0123456789"));
	char line[512] = "Location: http://h/?";
	struct reply reply;

	(void)state;
	/* So that the field ends in the middle of it. */
	memset(line + strlen(line), 'x', 170);
	memcpy(line + strlen(line), "canary-0123456789-0123456789\r\n", 31);
	reply = take(line);
	assert_null(strstr(reply.location, "canary"));
	secret_free(secret);
}

static void a_line_that_is_no_header_changes_nothing(void **state)
{
	static const char *const lines[] = { "", "\r\n", ":", ": 5", "Date", "Date\r\n", "Dat: x" };
	struct reply untouched;

	(void)state;
	reply_init(&untouched);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct reply reply = take(lines[i]);

		assert_memory_equal(&reply, &untouched, sizeof(reply));
	}
}

/* How a transfer ended, and what that says. */
static const struct {
	struct http_end end;
	enum reply_kind kind;
	const char *why;
} ends[] = {
	{ { .code = CURLE_OK }, REPLY_ANSWER, "" },
	{ { .code = CURLE_OK, .limit = "a body of more than 9 bytes" }, REPLY_TOO_LARGE,
	  "h:1: a body of more than 9 bytes" },
	{ { .code = CURLE_OPERATION_TIMEDOUT, .waited = 2500, .started = true, .connected = true },
	  REPLY_TIMEOUT, "no answer from h:1 in 2s500ms" },
	{ { .code = CURLE_OPERATION_TIMEDOUT, .waited = 2000, .started = true }, REPLY_TIMEOUT,
	  "no connection to h:1 in 2s" },
	{ { .code = CURLE_OPERATION_TIMEDOUT, .waited = 2000 }, REPLY_NO_ROUTE,
	  "h:1: no connection of ours was free in 2s" },
	{ { .code = CURLE_COULDNT_CONNECT, .os_errno = ECONNREFUSED }, REPLY_REFUSED,
	  "h:1: connection refused" },
	{ { .code = CURLE_COULDNT_CONNECT, .os_errno = EHOSTUNREACH }, REPLY_NO_ROUTE,
	  "h:1: no route to the host" },
	{ { .code = CURLE_COULDNT_CONNECT }, REPLY_NO_ROUTE, "h:1: cannot connect" },
	{ { .code = CURLE_SSL_CONNECT_ERROR, .os_errno = ECONNRESET }, REPLY_RESET,
	  "h:1: connection reset" },
	{ { .code = CURLE_PEER_FAILED_VERIFICATION, .detail = "SSL certificate problem: expired" },
	  REPLY_TLS, "h:1: SSL certificate problem: expired" },
	{ { .code = CURLE_PEER_FAILED_VERIFICATION, .detail = "" }, REPLY_TLS,
	  "h:1: certificate not accepted" },
	{ { .code = CURLE_GOT_NOTHING, .detail = "x" }, REPLY_RESET, "h:1: dropped without an answer" },
	{ { .code = CURLE_OUT_OF_MEMORY }, REPLY_TOO_LARGE, "h:1: a header over our limit" },
	{ { .code = CURLE_UNSUPPORTED_PROTOCOL }, REPLY_BAD_PROTOCOL, "h:1: not HTTP/1" },
	{ { .code = CURLE_BAD_CONTENT_ENCODING }, REPLY_BAD_PROTOCOL,
	  "h:1: Unrecognized or bad HTTP Content or Transfer-Encoding" },
};

static void every_end_has_a_kind_and_a_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		struct http_end end = ends[i].end;
		struct reply reply;

		reply_init(&reply);
		end.peer = "h:1";
		end.detail = end.detail ? end.detail : "";
		http_reply_end(&reply, &end);
		assert_int_equal(reply.kind, ends[i].kind);
		assert_string_equal(reply.why, ends[i].why);
	}
}

static void what_fails_is_redacted_scrubbed_and_cut(void **state)
{
	struct secret *secret = secret_new(str_of("canary-9876543210"));
	struct reply reply;
	char longest[600];

	(void)state;
	reply_init(&reply);
	reply_fail(&reply, REPLY_DENIED, "no \033[31m for %s", "canary-9876543210");
	assert_null(strstr(reply.why, "canary"));
	assert_null(strchr(reply.why, '\033'));
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memcpy(longest + 190, "canary-9876543210", 17);
	reply_fail(&reply, REPLY_DENIED, "%s", longest);
	assert_null(strstr(reply.why, "canary"));
	assert_true(strlen(reply.why) < sizeof(reply.why));
	secret_free(secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retry_after_is_seconds_or_a_date_and_a_day_at_most),
		cmocka_unit_test(what_is_left_of_a_rate_limit_has_two_names),
		cmocka_unit_test(the_ledger_of_an_answer_is_kept_only_when_it_is_one),
		cmocka_unit_test(headers_are_scrubbed_and_cut),
		cmocka_unit_test(a_secret_in_a_location_is_redacted_before_it_is_cut),
		cmocka_unit_test(a_line_that_is_no_header_changes_nothing),
		cmocka_unit_test(every_end_has_a_kind_and_a_sentence),
		cmocka_unit_test(what_fails_is_redacted_scrubbed_and_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
