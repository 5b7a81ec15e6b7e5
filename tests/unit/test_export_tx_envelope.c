/*
 * A fee bump made by the official SDK that has everything which can be said: a muxed source, every
 * precondition, an amount and an id of 64 bits, a memo that is meant to harm a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "export/tx_envelope.h"
#include "stellar/network.h"

static const char base64[] =
	"AAAABQAAAADqSmxj4pxSCr71UHsTLsX5lUd2rr6+e5JCHuppFEbSLAAAAAAAAE4gAAAAAgAAAQD//////////wAB"
	"AgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fAAACWH/////////+AAAAAgAAAAEAAAAAAAAAAAAAAABqsTuA"
	"AAAAAQAAAAf/////AAAAAQAAAAAAAAAFAAAAAAAAAAkAAAADAAAAAQAAAAAAAQIDBAUGBwgJCgsMDQ4PEBESExQV"
	"FhcYGRobHB0eHwAAAAEAAAAJYeKArhtbMkoiAAAAAAAAAwAAAAAAAAABAAAAAOpKbGPinFIKvvVQexMuxfmVR3au"
	"vr57kkIe6mkURtIsAAAAAVVTREMAAAAAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9//////////wAA"
	"AAEAAAAA6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iwAAAAAAAAAAOpKbGPinFIKvvVQexMuxfmVR3au"
	"vr57kkIe6mkURtIsAAAAAADk4cAAAAAAAAAACQAAAAAAAAABFEbSLAAAAEAKFdU3xXAsnnV0/lubFJqby9TqvGp4"
	"DbtDVpVMvGLCbWyX7+l6rzp1NGzj074/eB59bgkHJfDqXGQ/6ZmMHKYBAAAAAAAAAAIURtIsAAAAQHa2+11hPqed"
	"ymySTHhuhLIwWPDmEPq1UstfSwc/YhxksKPGoG3g/zssb0ztSha4UyieeSYNDB2FnygquCuwawYURtIsAAAAQHa2"
	"+11hPqedymySTHhuhLIwWPDmEPq1UstfSwc/YhxksKPGoG3g/zssb0ztSha4UyieeSYNDB2FnygquCuwawY=";

struct decoded {
	struct envelope envelope;
	char hash[TX_HASH_TEXT], inner[TX_HASH_TEXT];
	struct tx_envelope tx;
	struct buf out;
};

static int set_up(void **state)
{
	struct decoded *decoded = calloc(1, sizeof(*decoded));

	assert_true(envelope_read_base64(str_of(base64), &decoded->envelope, NULL));
	strcpy(decoded->hash, "HASH");
	strcpy(decoded->inner, "INNER");
	decoded->tx = (struct tx_envelope){ &decoded->envelope, decoded->hash, decoded->inner,
					    network_passphrase("testnet") };
	*state = decoded;
	return 0;
}

static int tear_down(void **state)
{
	struct decoded *decoded = *state;

	buf_done(&decoded->out);
	free(decoded);
	return 0;
}

static void scripts_get_every_value_exactly(void **state)
{
	struct decoded *decoded = *state;

	tx_envelope_json(&decoded->tx, &decoded->out);
	assert_string_equal(buf_cstr(&decoded->out),
		"{\"type\":\"fee_bump\",\"hash\":\"HASH\",\"inner_hash\":\"IN"
		"NER\",\"source\":\"MAAACAQDAQCQMBYIBEFA"
		"WDANBYHRAEISCMKBKFQXDAMRUGY4DUPB77777777777776UTS\",\"source_account\":\"GAAACAQDAQCQMBY"
		"IBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX\",\"mux_id\":\"18446744073709551615\",\"fee\":\"20"
		"000\",\"fee_source\":\"GDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCZA57\",\"inner_"
		"fee\":\"600\",\"sequence\":\"9223372036854775806\",\"min_tim"
		"e\":\"0\",\"max_time\":\"1790000000\",\""
		"min_ledger\":7,\"max_ledger\":4294967295,\"min_seq_num\":\"5\",\"min_seq_age\":\"9\",\"min_seq_l"
		"edger_gap\":3,\"extra_signers\":[\"GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7"
		"JZX\"],\"memo\":{\"type\":\"text\",\"value\":\"a\\u202E\\u00"
		"1B[2J\\\"\"},\"operations\":[{\"type\":\"PAY"
		"MENT\",\"source\":null,\"destination\":\"GDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI"
		"3JCZA57\",\"asset\":\"USDC:GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX\",\"am"
		"ount\":\"9223372036854775807\"},{\"type\":\"CREATE_ACCOUNT\",\"source\":\"GDVEU3DD4KOFECV66VIH"
		"WEZOYX4ZKR3WV27L464SIIPOU2IUI3JCZA57\",\"destination\":\"GDVEU3DD4KOFECV66VIHWEZOYX4ZKR3"
		"WV27L464SIIPOU2IUI3JCZA57\",\"asset\":\"native\",\"amount\":"
		"\"15000000\"},{\"type\":\"INFLATION\""
		",\"source\":null}],\"signatures\":1,\"outer_signatures\":2}\n");
}

static void nothing_in_a_memo_reaches_a_terminal(void **state)
{
	struct decoded *decoded = *state;

	tx_envelope_json(&decoded->tx, &decoded->out);
	tx_envelope_text(&decoded->tx, &decoded->out);
	for (size_t i = 0; i < decoded->out.len; i++)
		assert_true(decoded->out.data[i] == '\n' ||
			    (decoded->out.data[i] >= ' ' && decoded->out.data[i] <= '~'));
}

static void people_get_a_line_for_each_fact(void **state)
{
	struct decoded *decoded = *state;

	tx_envelope_text(&decoded->tx, &decoded->out);
	assert_string_equal(buf_cstr(&decoded->out),
		"hash           HASH\n"
		"inner hash     INNER\n"
		"network        Test SDF Network ; September 2015\n"
		"type           fee_bump\n"
		"source         MAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB77777777777776UTS"
		"\n"
		"its account    GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX (id 18446744"
		"073709551615)\n"
		"sequence       9223372036854775806\n"
		"max fee        20000 stroops\n"
		"paid by        GDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCZA57 (inner maxim"
		"um 600)\n"
		"not before     0 (no bound)\n"
		"not after      1790000000 (2026-09-21T14:13:20Z)\n"
		"from ledger    7\n"
		"before ledger  4294967295\n"
		"min sequence   5\n"
		"sequence age   9 s at least\n"
		"sequence gap   3 ledgers at least\n"
		"extra signer   GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX\n"
		"memo           text \"a<U+202E>^[[2J\"\"\n"
		"operation 1    PAYMENT 922337203685.4775807 USDC:GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMK"
		"BKFQXDAMRUGY4DUPB7JZX to GDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCZA57\n"
		"operation 2    CREATE_ACCOUNT 1.5 native to GDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464S"
		"IIPOU2IUI3JCZA57, from GDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCZA57\n"
		"operation 3    INFLATION\n"
		"signatures     1\n"
		"outer ones     2\n");
}

static void a_memo_that_is_no_utf8_is_told_in_hex(void **state)
{
	struct decoded *decoded = *state;
	json_t *root;

	decoded->envelope.memo.bytes[1] = 0xff;
	tx_envelope_json(&decoded->tx, &decoded->out);
	root = json_read(str_sub(decoded->out.data, decoded->out.len), JSON_MAX_SMALL, NULL);
	assert_true(json_is_null(json_at(root, "memo.value")));
	assert_string_equal(json_text_at(root, "memo.bytes", ""), "61ff80ae1b5b324a22");
	json_decref(root);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(scripts_get_every_value_exactly),
		TEST(nothing_in_a_memo_reaches_a_terminal),
		TEST(people_get_a_line_for_each_fact),
		TEST(a_memo_that_is_no_utf8_is_told_in_hex),
	};

	return cmocka_run_group_tests_name("export/tx_envelope", tests, NULL, NULL);
}
