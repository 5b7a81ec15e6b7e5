/* test_app_recovery_judge.c: what an answer means for a recovery. */
#include "app/recovery_judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "stellar/scval.h"

static struct arena arena;

static int teardown(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static void a_body_may_say_that_it_is_an_error_whatever_the_status(void **state)
{
	static const struct {
		const char *body;
		bool error;
	} cases[] = {
		{ "{\"status\":\"ok\"}", false }, { "{\"status\":\"degraded\"}", false },
		{ "{\"status\":\"error\"}", true }, { "{\"status\":\"unhealthy\"}", true },
		{ "{\"status\":\"not_ready\"}", true }, { "{\"error\":null}", false },
		{ "{\"error\":false}", false }, { "{\"error\":\"no database\"}", true },
		{ "{\"error\":{\"code\":1}}", true }, { "[]", false }, { "well", false }, { "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char why[160] = "";

		if (recovery_body_is_error(str_of(cases[i].body), why, sizeof(why)) !=
		    cases[i].error)
			fail_msg("%s", cases[i].body);
		assert_int_equal(why[0] != '\0', cases[i].error);
	}
}

static void a_number_and_a_time_are_the_whole_first_line(void **state)
{
	int64_t number;
	msec time;

	(void)state;
	assert_true(recovery_number(str_of(" 42\n43\n"), &number));
	assert_int_equal(number, 42);
	assert_true(recovery_number(str_of("-1"), &number));
	assert_int_equal(number, -1);
	assert_false(recovery_number(str_of(""), &number));
	assert_false(recovery_number(str_of("4.5"), &number));
	assert_false(recovery_number(str_of("9223372036854775808"), &number));
	assert_true(recovery_time(str_of("2026-11-21 08:00:02+00\n"), &time));
	assert_int_equal(time, 1795248002000);
	assert_true(recovery_time(str_of("1795248002"), &time));
	assert_int_equal(time, 1795248002000);
	assert_false(recovery_time(str_of("0"), &time));
	assert_false(recovery_time(str_of("yesterday"), &time));
	assert_false(recovery_time(str_of("9223372036854775807"), &time));
}

static void counts_are_within_their_tolerance_on_both_sides(void **state)
{
	static const struct {
		int64_t golden, restored, tolerance;
		bool within;
		const char *why;
	} cases[] = {
		{ 10, 10, 0, true, "" },
		{ 10, 9, 0, false, "reconciliation: rows differ by -1 (tolerance 0)" },
		{ 10, 9, 1, true, "" }, { 10, 11, 1, true, "" },
		{ 10, 12, 1, false, "reconciliation: rows differ by 2 (tolerance 1)" },
		{ INT64_MIN, INT64_MAX, 5, false, "reconciliation: rows differ beyond all numbers" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct verified_count count = { "rows", true, true, cases[i].golden,
						cases[i].restored, cases[i].tolerance, false };
		struct buf why = { 0 };

		recovery_compare(&count);
		assert_int_equal(count.within, cases[i].within);
		assert_int_equal(recovery_count_failure(&count, &why), !cases[i].within);
		assert_string_equal(buf_cstr(&why), cases[i].why);
		buf_done(&why);
	}
}

static void what_was_not_counted_is_never_within(void **state)
{
	struct verified_count count = { "rows", false, true, 0, 0, 1000, true };
	struct buf why = { 0 };

	(void)state;
	recovery_compare(&count);
	assert_true(recovery_count_failure(&count, &why));
	assert_non_null(strstr(buf_cstr(&why), "rows is in no golden manifest"));
	buf_clear(&why);
	count = (struct verified_count){ "rows", true, false, 0, 0, 1000, true };
	recovery_compare(&count);
	assert_true(recovery_count_failure(&count, &why));
	assert_non_null(strstr(buf_cstr(&why), "rows could not be counted"));
	buf_done(&why);
}

static void a_golden_number_is_found_by_its_path(void **state)
{
	int64_t number = 0;

	(void)state;
	assert_true(recovery_golden(str_of("{\"counts\":{\"rows\":7}}"), "counts.rows", &number));
	assert_int_equal(number, 7);
	assert_false(recovery_golden(str_of("{\"counts\":{}}"), "counts.rows", &number));
	assert_false(recovery_golden(str_of("no JSON"), "counts.rows", &number));
	assert_false(recovery_golden(str_of(""), "counts.rows", &number));
}

static void each_state_of_an_artifact_has_its_sentence(void **state)
{
	static const struct {
		enum artifact_state state;
		const char *why;
	} cases[] = {
		{ ARTIFACT_MATCH, "" }, { ARTIFACT_MISSING, "integrity: the artifact a is missing" },
		{ ARTIFACT_EXTRA, "integrity: a is on no manifest" },
		{ ARTIFACT_CORRUPT, "integrity: the artifact a is not what the manifest says" },
		{ ARTIFACT_UNREADABLE, "integrity: a is a symbolic link" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct artifact artifact = { { .path = "a" }, cases[i].state, "is a symbolic link" };
		struct buf why = { 0 };

		recovery_artifact_failure(&artifact, &why);
		assert_string_equal(buf_cstr(&why), cases[i].why);
		buf_done(&why);
	}
}

#define RECORD(id, backup, at) \
	"{\"recoveryId\":\"" id "\",\"backupId\":\"" backup "\",\"executedAt\":\"" at "\"," \
	"\"executedBy\":\"GA\",\"recoveryDurationSecs\":\"5400\",\"success\":true," \
	"\"ledger\":\"9\",\"txHash\":\"ab\"}"

static void the_newest_recovery_of_the_backup_is_taken_from_the_list(void **state)
{
	static const char list[] = "[" RECORD("1", "7", "100") "," RECORD("3", "7", "300") ","
				   RECORD("2", "7", "200") "," RECORD("4", "8", "400") ",{},7]";
	struct verified_chain found;

	(void)state;
	assert_true(recovery_listed(str_of(list), "7", &arena, &found));
	assert_string_equal(found.recovery_id, "3");
	assert_string_equal(found.duration_secs, "5400");
	assert_string_equal(found.executed_by, "GA");
	assert_string_equal(found.tx_hash, "ab");
	assert_true(found.success && found.indexed);
	assert_true(recovery_listed(str_of(list), NULL, &arena, &found));
	assert_string_equal(found.recovery_id, "4");
	assert_false(recovery_listed(str_of(list), "9", &arena, &found));
	assert_false(recovery_listed(str_of("[]"), NULL, &arena, &found));
	assert_false(recovery_listed(str_of("<html>"), NULL, &arena, &found));
}

static void what_is_no_event_of_a_recovery_is_passed_over(void **state)
{
	char topic[64];
	struct verified_chain found;
	struct buf json = { 0 };

	(void)state;
	assert_true(scval_symbol_base64(topic, sizeof(topic), str_of("recovery_executed_event")));
	buf_fmt(&json, "{\"result\":{\"events\":[{\"topic\":[\"%s\"],\"value\":\"AAAA\"},"
		"{\"topic\":[],\"value\":\"\"},{},7]}}", topic);
	assert_false(recovery_emitted(str_of(buf_cstr(&json)), NULL, &arena, &found));
	buf_done(&json);
	recovery_events_ask(&json, "CA", 17);
	assert_non_null(strstr(buf_cstr(&json), "\"startLedger\":17"));
	assert_non_null(strstr(buf_cstr(&json), topic));
	buf_done(&json);
}

/* --- an event of the chain, as XDR has it ----------------------------------------------------- */

static void word(struct buf *out, uint32_t value)
{
	const unsigned char bytes[] = { (unsigned char)(value >> 24), (unsigned char)(value >> 16),
					(unsigned char)(value >> 8), (unsigned char)value };

	buf_add(out, bytes, sizeof(bytes));
}

static void key(struct buf *out, const char *name)
{
	static const char zeros[4];

	word(out, 15);		/* a symbol */
	word(out, (uint32_t)strlen(name));
	buf_text(out, name);
	buf_add(out, zeros, (4 - strlen(name) % 4) % 4);
}

static void key_number(struct buf *out, const char *name, uint32_t value)
{
	key(out, name);
	word(out, 5);		/* an u64 */
	word(out, 0);
	word(out, value);
}

static void put_event(struct buf *json, uint32_t recovery, uint32_t backup, bool success)
{
	static const char account[32] = "0123456789abcdef0123456789abcdef";
	char topic[64], value[512];
	struct buf xdr = { 0 };

	word(&xdr, 17);		/* a map, which is there, of five */
	word(&xdr, 1);
	word(&xdr, 5);
	key_number(&xdr, "backup_id", backup);
	key(&xdr, "executed_by");
	word(&xdr, 18);		/* an address: an account */
	word(&xdr, 0);
	word(&xdr, 0);
	buf_add(&xdr, account, sizeof(account));
	key_number(&xdr, "recovery_duration_secs", 5400);
	key_number(&xdr, "recovery_id", recovery);
	key(&xdr, "success");
	word(&xdr, 0);		/* a bool */
	word(&xdr, success);
	digest_base64(value, sizeof(value), str_sub(buf_cstr(&xdr), xdr.len));
	assert_true(scval_symbol_base64(topic, sizeof(topic), str_of("recovery_executed_event")));
	buf_fmt(json, "%s{\"ledger\":9,\"txHash\":\"ab\",\"topic\":[\"%s\"],\"value\":\"%s\"}",
		json->len ? "," : "", topic, value);
	buf_done(&xdr);
}

static void the_newest_event_of_the_backup_is_taken_from_the_chain(void **state)
{
	struct buf events = { 0 }, json = { 0 };
	struct verified_chain found;

	(void)state;
	put_event(&events, 1, 7, false);
	put_event(&events, 2, 7, true);
	put_event(&events, 3, 8, false);
	buf_fmt(&json, "{\"result\":{\"events\":[%s]}}", buf_cstr(&events));
	assert_true(recovery_emitted(str_of(buf_cstr(&json)), "7", &arena, &found));
	assert_string_equal(found.recovery_id, "2");
	assert_string_equal(found.backup_id, "7");
	assert_string_equal(found.duration_secs, "5400");
	assert_int_equal(found.executed_by[0], 'G');
	assert_string_equal(found.ledger, "9");
	assert_string_equal(found.tx_hash, "ab");
	assert_true(found.success && !found.indexed);
	assert_true(recovery_emitted(str_of(buf_cstr(&json)), NULL, &arena, &found));
	assert_string_equal(found.recovery_id, "3");
	assert_false(found.success);
	assert_false(recovery_emitted(str_of(buf_cstr(&json)), "9", &arena, &found));
	buf_done(&events);
	buf_done(&json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_may_say_that_it_is_an_error_whatever_the_status),
		cmocka_unit_test(a_number_and_a_time_are_the_whole_first_line),
		cmocka_unit_test(counts_are_within_their_tolerance_on_both_sides),
		cmocka_unit_test(what_was_not_counted_is_never_within),
		cmocka_unit_test(a_golden_number_is_found_by_its_path),
		cmocka_unit_test(each_state_of_an_artifact_has_its_sentence),
		cmocka_unit_test(the_newest_recovery_of_the_backup_is_taken_from_the_list),
		cmocka_unit_test(the_newest_event_of_the_backup_is_taken_from_the_chain),
		cmocka_unit_test(what_is_no_event_of_a_recovery_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
