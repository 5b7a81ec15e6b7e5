/* What `tx diagnose` and `tx watch` take for a transaction, and what they say of anything else. */
#include "app/tx_consult.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

#define HASH "91048f2656f09d388ef033cba1dd429f983c61b356bd59611f63771ee50544e6"
#define ACCOUNT "GAW3C5DGYND2YIEFYHALC6KQ3JH76SFBRKWMAYVLQSAR36S7A4PLE2WO"
#define SEED "SCZANGBA5YHTNYVVV4C3U252E2B6P6F5T3U6MM63WBSBZATAQI3EBTQ4"

static void a_hash_is_taken_out_of_any_text(void **state)
{
	static const char *const texts[] = {
		HASH, "payment 12 hash=" HASH " timed out", "https://horizon.example/transactions/" HASH,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct tx_query query = { .tries = 0 };
		struct err err = { 0 };

		assert_true(tx_query_read(&query, texts[i], &err));
		assert_string_equal(query.identity.hash, HASH);
	}
}

static void what_is_no_transaction_gets_one_whole_sentence(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "foo", "the text holds no hash" },
		{ ACCOUNT, ACCOUNT " is an account: give the hash or the envelope of a transaction" },
		{ SEED, "the text holds what looks like a secret seed" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tx_query query = { .tries = 0 };
		struct err err = { 0 };

		assert_false(tx_query_read(&query, cases[i].text, &err));
		assert_int_equal(err.kind, ERR_USAGE);
		assert_non_null(strstr(err.text, cases[i].says));
		assert_null(strstr(err.text, SEED));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_is_taken_out_of_any_text),
		cmocka_unit_test(what_is_no_transaction_gets_one_whole_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
