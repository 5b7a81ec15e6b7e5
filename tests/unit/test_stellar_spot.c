/* The transaction in what a tired person pastes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "stellar/spot.h"

#define HASH "8f41c902aabbccddeeff00112233445566778899aabbccddeeff001122334455"
#define ENVELOPE_HEAD "AAAAAgAAAAAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHwAAAGQAAAABAAAAAwAA"
#define ENVELOPE_TAIL \
	"AAEAAAAAAAAAAAAAAABqsTuAAAAAAAAAAAEAAAAAAAAACwAAAAEAAAADAAAAAAAAAAA="
#define ACCOUNT "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX"
#define SEED "SAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6NKI"

static const struct {
	const char *pasted;
	enum spotted found;
	const char *is;		/* the hash, the envelope, the account, or the refusal */
} cases[] = {
	{ HASH, SPOT_HASH, HASH },
	{ "  8F41C902AABBCCDDEEFF00112233445566778899AABBCCDDEEFF001122334455\r\n", SPOT_HASH, HASH },
	{ "https://stellar.expert/explorer/public/tx/" HASH "#op", SPOT_HASH, HASH },
	{ "https://horizon.example/transactions/" HASH "/operations?limit=5", SPOT_HASH, HASH },
	{ "{\"event\":\"db.transaction.save.failed\",\"hash\":\"" HASH "\",\"n\":1}", SPOT_HASH, HASH },
	{ "sent " HASH ", again " HASH, SPOT_HASH, HASH },
	{ HASH " from " ACCOUNT, SPOT_HASH, HASH },
	{ ENVELOPE_HEAD ENVELOPE_TAIL, SPOT_ENVELOPE, ENVELOPE_HEAD ENVELOPE_TAIL },
	{ ENVELOPE_HEAD "\n  " ENVELOPE_TAIL "\n", SPOT_ENVELOPE, ENVELOPE_HEAD ENVELOPE_TAIL },
	{ "tx=" ENVELOPE_HEAD ENVELOPE_TAIL, SPOT_ENVELOPE, ENVELOPE_HEAD ENVELOPE_TAIL },
	{ "{\"hash\":\"" HASH "\",\"envelope_xdr\":\"" ENVELOPE_HEAD ENVELOPE_TAIL "\"}", SPOT_ENVELOPE,
	  ENVELOPE_HEAD ENVELOPE_TAIL },
	{ "https://lab.stellar.org/xdr/view?xdr=" ENVELOPE_HEAD
	  "AAEAAAAAAAAAAAAAAABqsTuAAAAAAAAAAAEAAAAAAAAACwAAAAEAAAADAAAAAAAAAAA%3d&x=1", SPOT_ENVELOPE,
	  ENVELOPE_HEAD ENVELOPE_TAIL },
	{ "https://stellar.expert/explorer/testnet/account/" ACCOUNT, SPOT_ACCOUNT, ACCOUNT },
	{ "MAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6AAAAAAAAAAAJUQQM", SPOT_ACCOUNT, ACCOUNT },
	{ HASH " 0000c902aabbccddeeff00112233445566778899aabbccddeeff001122334455", SPOT_NOTHING,
	  "holds 2 hashes: paste one of them" },
	{ "", SPOT_NOTHING, "holds no hash" },
	{ "what happened to my money?", SPOT_NOTHING, "holds no hash" },
	{ HASH "0", SPOT_NOTHING, "holds no hash" },
	{ "CAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6N4O", SPOT_NOTHING, "holds no hash" },
	{ SEED, SPOT_NOTHING, "secret seed" },
	{ HASH " signed with " SEED, SPOT_NOTHING, "secret seed" },
	/* Its sum is wrong: somebody mistyped it, and it is a secret all the same. */
	{ "SAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6NKJ", SPOT_NOTHING, "secret seed" },
};

static void what_is_meant_is_found_in_what_was_pasted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char hash[TX_HASH_TEXT], account[ACCOUNT_TEXT];
		struct buf envelope = { 0 };
		struct err err = { 0 };
		enum spotted found = spot(str_of(cases[i].pasted), hash, &envelope, account, &err);

		assert_int_equal(found, cases[i].found);
		assert_string_equal(hash, found == SPOT_HASH ? cases[i].is : "");
		assert_string_equal(account, found == SPOT_ACCOUNT ? cases[i].is : "");
		assert_string_equal(buf_cstr(&envelope), found == SPOT_ENVELOPE ? cases[i].is : "");
		if (found == SPOT_NOTHING)
			assert_non_null(strstr(err.text, cases[i].is));
		buf_done(&envelope);
	}
}

static void a_seed_is_never_repeated(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char hash[TX_HASH_TEXT], account[ACCOUNT_TEXT];
		struct buf envelope = { 0 };
		struct err err = { 0 };

		(void)spot(str_of(cases[i].pasted), hash, &envelope, account, &err);
		assert_null(strstr(err.text, "SAAA"));
		buf_done(&envelope);
	}
}

/* Whatever is pasted: it ends, and nothing is found in noise. */
static void noise_holds_nothing(void **state)
{
	char noise[4096];
	uint32_t x = 1;

	(void)state;
	for (int round = 0; round < 200; round++) {
		char hash[TX_HASH_TEXT], account[ACCOUNT_TEXT];
		struct buf envelope = { 0 };

		for (size_t i = 0; i < sizeof(noise); i++) {
			x = x * 1664525 + 1013904223;
			noise[i] = "A=/+z09 %\n"[(x >> 16) % 10];
		}
		assert_int_equal(spot(str_sub(noise, sizeof(noise)), hash, &envelope, account, NULL),
				 SPOT_NOTHING);
		buf_done(&envelope);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_meant_is_found_in_what_was_pasted),
		cmocka_unit_test(a_seed_is_never_repeated),
		cmocka_unit_test(noise_holds_nothing),
	};

	return cmocka_run_group_tests_name("stellar/spot", tests, NULL, NULL);
}
