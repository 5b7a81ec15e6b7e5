/*
 * The envelopes and hashes here were made by the official SDK (bumpSequence to the number itself, a
 * maximum time and no minimum), for the key of the bytes 0, 1, 2 .. 31.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "stellar/cancelling.h"
#include "stellar/network.h"

static const char account[] = "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX";

static const struct {
	struct cancelling plan;
	const char *network, *base64, *hash;
} cases[] = {
	{ { account, 4294967299, 100, 1790000000 }, "testnet",
	  "AAAAAgAAAAAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHwAAAGQAAAABAAAAAwAAAAEAAAAAAAAAAAAA"
	  "AABqsTuAAAAAAAAAAAEAAAAAAAAACwAAAAEAAAADAAAAAAAAAAA=",
	  "bc4c44e575db73c149c4130d5ce2ab5b6c9d29921475f7905a9cd824612ae739" },
	{ { account, INT64_MAX, 100, 1790000000 }, "testnet",
	  "AAAAAgAAAAAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHwAAAGR//////////wAAAAEAAAAAAAAAAAAA"
	  "AABqsTuAAAAAAAAAAAEAAAAAAAAAC3//////////AAAAAAAAAAA=",
	  "fb2c3f8d2f6b91ae30365bcb613bf7e3307807563dc5f86782c69fa5cac19e47" },
	{ { "MAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6AAAAAAAAAAAJUQQM", 42, 2000,
	    1790000000 }, "public",
	  "AAAAAgAAAQAAAAAAAAAATQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fAAAH0AAAAAAAAAAqAAAAAQAA"
	  "AAAAAAAAAAAAAGqxO4AAAAAAAAAAAQAAAAAAAAALAAAAAAAAACoAAAAAAAAAAA==",
	  "7661a2e5a9da0f04feb81d33c045db880861dc69ea83c0574a85fa6b9cfee291" },
};

static void what_is_written_is_what_the_sdk_writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char hash[TX_HASH_TEXT];
		struct buf out = { 0 };

		assert_true(cancelling_write(&cases[i].plan, network_passphrase(cases[i].network),
					     &out, hash, NULL));
		assert_string_equal(buf_cstr(&out), cases[i].base64);
		assert_string_equal(hash, cases[i].hash);
		buf_done(&out);
	}
}

static void what_cannot_cancel_is_refused(void **state)
{
	static const struct {
		struct cancelling plan;
		const char *why;
	} bad[] = {
		{ { account, 0, 100, 1790000000 }, "sequence numbers begin at 1" },
		{ { account, -1, 100, 1790000000 }, "sequence numbers begin at 1" },
		{ { account, 1, 100, 0 }, "a cancelling transaction needs an end of its own" },
		{ { "CAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6N4O", 1, 100, 1 },
		  "only an account G... or M... has a sequence number" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char hash[TX_HASH_TEXT];
		struct buf out = { 0 };
		struct err err = { 0 };

		assert_false(cancelling_write(&bad[i].plan, "x", &out, hash, &err));
		assert_string_equal(err.text, bad[i].why);
		assert_int_equal(out.len, 0);
		buf_done(&out);
	}
}

static void the_line_of_shell_quotes_the_passphrase(void **state)
{
	struct buf out = { 0 };

	(void)state;
	cancelling_command("AAAA", "it's ; `mine`", &out);
	assert_string_equal(buf_cstr(&out),
		"echo AAAA | stellar tx sign --sign-with-key \"$KEY_NAME\" --rpc-url \"$RPC_URL\""
		" --network-passphrase 'it'\\''s ; `mine`' | stellar tx send --rpc-url \"$RPC_URL\""
		" --network-passphrase 'it'\\''s ; `mine`'");
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_what_the_sdk_writes),
		cmocka_unit_test(what_cannot_cancel_is_refused),
		cmocka_unit_test(the_line_of_shell_quotes_the_passphrase),
	};

	return cmocka_run_group_tests_name("stellar/cancelling", tests, NULL, NULL);
}
