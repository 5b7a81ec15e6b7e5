/*
 * What became of transactions. The results of the SDKs' own tests and the list of all codes are
 * read where they are; what must hold without them stands here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <string.h>

#include "base/attr.h"
#include "stellar/result.h"
#include "tests/lib/vectors.h"

#define BYTES(text) str_sub(text, sizeof(text) - 1)
#define BYTES_OF(text) { (text), sizeof(text) - 1 }
#define ZEROS8 "\0\0\0\0\0\0\0\0"
#define ZEROS32 ZEROS8 ZEROS8 ZEROS8 ZEROS8

static const struct {
	const char *text, *say;
	bool succeeded;
	int64_t fee;
	size_t ops;
} results[] = {
	{ "AAAAAAAAAGT////7AAAAAA==",
	  "txBAD_SEQ (its sequence number does not fit: used already, perhaps by this very "
	  "transaction, or there is a gap before it)", false, 100, 0 },
	{ "AAAAAAAAAGT/////AAAAAf////4AAAAA",
	  "txFAILED: operation 1 opNO_ACCOUNT (the account that this operation is for does not "
	  "exist)", false, 100, 1 },
	{ "AAAAAAAAAGQAAAAAAAAAAQAAAAAAAAAHAAAAAAAAAAA=",
	  "txSUCCESS (done: every operation was applied)", true, 100, 1 },
};

static struct tx_result result;

static void results_are_read_and_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		char text[256];

		assert_true(result_read_base64(str_of(results[i].text), &result, NULL));
		result_say(&result, text, sizeof(text));
		assert_string_equal(text, results[i].say);
		assert_int_equal(result_succeeded(&result), results[i].succeeded);
		assert_true(result.fee_charged == results[i].fee);
		assert_int_equal(result.op_count, results[i].ops);
	}
}

/* Fee 200, inner failed: hash of zeros, fee 100, failed: BEGIN_SPONSORING done, PAYMENT without
 * trust, PAYMENT underfunded. */
static const char bumped[] =
	"\0\0\0\0\0\0\0\xc8" "\xff\xff\xff\xf3" ZEROS32 "\0\0\0\0\0\0\0\x64" "\xff\xff\xff\xff"
	"\0\0\0\x03" "\0\0\0\0\0\0\0\x10\0\0\0\0" "\0\0\0\0\0\0\0\x01\xff\xff\xff\xfa"
	"\0\0\0\0\0\0\0\x01\xff\xff\xff\xfe" "\0\0\0\0" "\0\0\0\0";

static void of_a_fee_bump_the_inner_code_decides(void **state)
{
	char text[256];

	(void)state;
	assert_true(result_read(BYTES(bumped), &result, NULL));
	assert_true(result.fee_bump);
	assert_int_equal(strlen(result.inner_hash), 64);
	assert_true(result.fee_charged == 200 && result.inner_fee_charged == 100);
	assert_string_equal(result_code(&result)->name, "txFAILED");
	assert_true(result_code(&result)->uses_sequence);
	assert_int_equal(result.op_count, 3);
	assert_string_equal(op_result_code(&result.ops[1])->horizon, "op_no_trust");
	result_say(&result, text, sizeof(text));
	assert_string_equal(text, "txFEE_BUMP_INNER_FAILED: txFAILED: operation 2 PAYMENT_NO_TRUST "
			    "(the destination has no trust line for the asset: its owner must add "
			    "one) and 1 more failed");
}

static void a_result_cut_anywhere_is_refused(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(bumped) - 1; len++) {
		struct err err = { 0 };

		assert_false(result_read(str_sub(bumped, len), &result, &err));
		assert_non_null(strstr(err.text, "transaction result: XDR: byte "));
		assert_int_equal(result.op_count, 0);
	}
}

static void what_is_no_result_is_refused(void **state)
{
	static const struct {
		struct str bytes;
		const char *why;
	} cases[] = {
		{ BYTES_OF(ZEROS8 "\0\0\0\x02" "\0\0\0\0"), "no known code of a transaction" },
		{ BYTES_OF(ZEROS8 "\xff\xff\xff\xed" "\0\0\0\0"), "no known code of a transaction" },
		{ BYTES_OF(ZEROS8 "\xff\xff\xff\xfb" "\0\0\0\1"), "no known kind of ExtensionPoint" },
		{ BYTES_OF(ZEROS8 "\xff\xff\xff\xfb" "\0\0\0\0" "\0\0\0\0"), "more bytes" },
		{ BYTES_OF(ZEROS8 "\xff\xff\xff\xff" "\0\0\0\x65" ZEROS32), "more items" },
		{ BYTES_OF(ZEROS8 "\xff\xff\xff\xff" "\0\0\0\x01" "\xff\xff\xff\xf9" "\0\0\0\0"),
		  "no known code of an operation" },
		{ BYTES_OF(ZEROS8 "\xff\xff\xff\xff" "\0\0\0\x01" "\0\0\0\0" "\0\0\0\x1b" ZEROS8),
		  "no known kind of OperationResultTr" },
		{ BYTES_OF(ZEROS8 "\xff\xff\xff\xff" "\0\0\0\x01" "\0\0\0\0" "\0\0\0\x01"
			   "\xff\xff\xff\xf6" "\0\0\0\0"), "no known kind of PaymentResult" },
		{ BYTES_OF(ZEROS8 "\0\0\0\x01" ZEROS32 ZEROS8 "\0\0\0\x01" ZEROS32 ZEROS8
			   "\xff\xff\xff\xfb" "\0\0\0\0\0\0\0\0\0\0\0\0"), "a fee bump within" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };

		assert_false(result_read(cases[i].bytes, &result, &err));
		if (!strstr(err.text, cases[i].why))
			fail_msg("case %zu: %s", i, err.text);
	}
	assert_false(result_read_base64(str_of("AAAA*"), &result, NULL));
}

static void the_extremes_of_64_bits_are_exact(void **state)
{
	(void)state;
	assert_true(result_read(BYTES("\x7f\xff\xff\xff\xff\xff\xff\xff" "\xff\xff\xff\xfb"
				      "\0\0\0\0"), &result, NULL));
	assert_true(result.fee_charged == INT64_MAX);
	assert_true(result_read(BYTES("\x80\0\0\0\0\0\0\0" "\xff\xff\xff\xfb" "\0\0\0\0"),
				&result, NULL));
	assert_true(result.fee_charged == INT64_MIN);
}

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if (!isprint((unsigned char)*text))
			return false;
	return true;
}

static void every_code_has_words_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(code_count(), 208);
	for (size_t i = 0; i < code_count(); i++) {
		const struct code *code = code_at(i);
		size_t len = strlen(code->means);

		assert_true(len >= 8 && len <= 160 && is_plain(code->means));
		assert_true(code->means[len - 1] != '.' && !strchr(code->means, '_'));
		assert_ptr_equal(code_find(code->name), code);
	}
}

static void codes_are_found_by_what_they_are_called(void **state)
{
	(void)state;
	assert_string_equal(code_find("tx_bad_seq")->name, "txBAD_SEQ");
	assert_string_equal(code_find("txTOO_LATE")->horizon, "tx_too_late");
	assert_string_equal(code_find_horizon(OPERATION_PAYMENT, "op_no_trust")->name,
			    "PAYMENT_NO_TRUST");
	assert_string_equal(code_find_horizon(OPERATION_PAYMENT, "op_bad_auth")->name, "opBAD_AUTH");
	assert_string_equal(code_find_horizon(OPERATION_INVOKE_HOST_FUNCTION,
					      "function_trapped")->name,
			    "INVOKE_HOST_FUNCTION_TRAPPED");
	assert_string_equal(code_of_operation(OPERATION_CREATE_PASSIVE_SELL_OFFER, -7)->name,
			    "MANAGE_SELL_OFFER_UNDERFUNDED");
	assert_null(code_find("op_no_trust"));
	assert_null(code_find(""));
	assert_null(code_of_tx(2));
	assert_null(code_of_op(-7));
	assert_null(code_of_operation(OPERATION_PAYMENT, -10));
	assert_null(code_find_horizon(OPERATION_BUMP_SEQUENCE, "op_no_trust"));
}

/* What is not used up can be sent again: only the codes that say so are trusted to use it. */
static void the_codes_that_use_the_sequence_number_are_these(void **state)
{
	static const int32_t uses[] = { 1, 0, -1, -6, -7, -10, -11, -14, -15 };
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(uses); i++)
		assert_true(code_of_tx(uses[i])->uses_sequence);
	for (size_t i = 0; i < code_count(); i++)
		found += code_at(i)->uses_sequence;
	assert_int_equal(found, ARRAY_LEN(uses));
}

static void every_kind_of_operation_has_its_codes(void **state)
{
	(void)state;
	for (int type = 0; type < OPERATION_COUNT; type++) {
		const struct code *code = code_of_operation((enum operation)type, 0);

		assert_non_null(code);
		assert_true(str_ends(str_of(code->name), "_SUCCESS"));
		if (type != OPERATION_CREATE_PASSIVE_SELL_OFFER)
			assert_memory_equal(code->name, operation_name((enum operation)type),
					    strlen(operation_name((enum operation)type)));
	}
}

/* The grammar and the table of codes are two tables: neither knows more than the other. What a code
 * brings with it is not there, so that some end early. */
static void a_code_is_read_where_it_has_words_and_only_there(void **state)
{
	(void)state;
	for (int type = 0; type < OPERATION_COUNT; type++)
		for (int number = -40; number <= 40; number++) {
			char bytes[] = ZEROS8 "\xff\xff\xff\xff" "\0\0\0\x01" "\0\0\0\0"
				       "\0\0\0\0" "\0\0\0\0" "\0\0\0\0";
			struct err err = { 0 };
			bool known = code_of_operation((enum operation)type, number);

			bytes[23] = (char)type;
			memset(bytes + 24, number < 0 ? 0xff : 0, 4);
			bytes[27] = (char)number;
			(void)result_read(BYTES(bytes), &result, &err);
			if (known == str_has(str_of(err.text), "no known kind of"))
				fail_msg("%s %d: %s", operation_name((enum operation)type), number,
					 err.text);
		}
}

static void expect_result(void *arg, const json_t *vector)
{
	const char *text = json_text_at(vector, "result", "");
	const json_t *ops = json_object_get(vector, "op_results");
	const char *inner = json_text_at(vector, "inner_result_code", "");
	size_t *seen = arg;
	struct err err = { 0 };

	if (!*text)
		return;
	++*seen;
	if (!result_read_base64(str_of(text), &result, &err))
		fail_msg("%s: %s", json_text_at(vector, "id", ""), err.text);
	assert_string_equal(code_of_tx(result.code)->name, json_text_at(vector, "result_code", ""));
	if (*inner)
		assert_string_equal(code_of_tx(result.inner_code)->name, inner);
	assert_int_equal(result.op_count, json_array_size(ops));
	for (size_t i = 0; i < result.op_count; i++)
		assert_string_equal(op_result_code(&result.ops[i])->name,
				    json_string_value(json_array_get(ops, i)));
}

static void every_vector_with_a_result_is_read(void **state)
{
	size_t seen = 0;

	(void)state;
	if (vectors_shared("vectors.jsonl", expect_result, &seen) > 0)
		assert_true(seen >= 70);
}

static void expect_code(const char *of, const json_t *row)
{
	const char *name = json_text_at(row, "name", ""), *horizon = json_text_at(row, "horizon", NULL);
	const struct code *code = code_find(name);
	int64_t number = 0;

	if (!code)
		fail_msg("no code %s", name);
	assert_true(json_i64_at(row, "num", &number));
	assert_int_equal(code->number, number);
	assert_string_equal(code->of, of);
	if (horizon)
		assert_string_equal(code->horizon, horizon);
	else
		assert_null(code->horizon);
}

static void the_list_of_all_codes_is_the_network_s(void **state)
{
	json_t *all = vectors_document("result_codes.json"), *rows, *row;
	const char *of;
	size_t i, count = 0;

	(void)state;
	if (!all)
		return;
	json_object_foreach(all, of, rows)
		json_array_foreach(rows, i, row) {
			expect_code(of, row);
			count++;
		}
	assert_int_equal(count, code_count());
	json_decref(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_are_read_and_said),
		cmocka_unit_test(of_a_fee_bump_the_inner_code_decides),
		cmocka_unit_test(a_result_cut_anywhere_is_refused),
		cmocka_unit_test(what_is_no_result_is_refused),
		cmocka_unit_test(the_extremes_of_64_bits_are_exact),
		cmocka_unit_test(every_code_has_words_of_its_own),
		cmocka_unit_test(codes_are_found_by_what_they_are_called),
		cmocka_unit_test(the_codes_that_use_the_sequence_number_are_these),
		cmocka_unit_test(every_kind_of_operation_has_its_codes),
		cmocka_unit_test(a_code_is_read_where_it_has_words_and_only_there),
		cmocka_unit_test(every_vector_with_a_result_is_read),
		cmocka_unit_test(the_list_of_all_codes_is_the_network_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
