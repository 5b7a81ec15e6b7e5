/* A row's cells: what is shown, what identifies it, and what is left out because it was cut. */
#include "backends/tx_row.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

#define HASH "8F41ab0000000000000000000000000000000000000000000000000000000001"

static const struct tx_config config = {
	.asset = "units", .late = 5 * WHEN_MINUTE, .stuck = 2 * WHEN_HOUR, .cancellable = 7 * WHEN_DAY,
};

/* 02:13:01 in Greenwich is 21:13:01 the day before where this session is. */
static struct tx_cells cells_now(void)
{
	return (struct tx_cells){ .now = "2026-11-22T02:13:01.956242+00:00",
				  .local = "2026-11-21T21:13:01.956242" };
}

static struct tx_record record;

static const struct tx_line *read_cells(const struct tx_cells *cells)
{
	tx_record_done(&record);
	tx_record_read(&config, cells, &record);
	return &record.line;
}

static int forget(void **unused)
{
	(void)unused;
	tx_record_done(&record);
	return 0;
}

static void a_hash_is_64_hex_digits_in_small_letters_or_none(void **unused)
{
	static const struct {
		const char *text, *is;
	} cases[] = {
		{ HASH, "8f41ab0000000000000000000000000000000000000000000000000000000001" },
		{ " " HASH "\n", "8f41ab0000000000000000000000000000000000000000000000000000000001" },
		{ "8f41", "" }, { HASH "0", "" }, { NULL, "" },
		{ "8f41zz0000000000000000000000000000000000000000000000000000000001", "" },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tx_cells cells = cells_now();

		cells.at[CELL_HASH] = cases[i].text;
		assert_string_equal(read_cells(&cells)->hash, cases[i].is);
	}
}

/* A text of `len` times c; static. */
static const char *long_text(char c, size_t len)
{
	static char text[TX_ENVELOPE_TEXT + 8];

	assert_true(len < sizeof(text));
	memset(text, c, len);
	text[len] = '\0';
	return text;
}

static void what_was_cut_identifies_nothing_and_is_no_number(void **unused)
{
	struct tx_cells cells = cells_now();

	(void)unused;
	cells.at[CELL_ID] = long_text('i', tx_cell_most(CELL_ID) + 1);
	assert_string_equal(read_cells(&cells)->id, "");
	assert_false(record.keyed);
	cells = cells_now();
	cells.at[CELL_SEQUENCE] = long_text('7', tx_cell_most(CELL_SEQUENCE) + 1);
	cells.at[CELL_ATTEMPTS] = "1234567890123456";
	cells.at[CELL_SOURCE] = "GA";
	assert_false(read_cells(&cells)->has_sequence || record.has_identity_sequence);
	assert_int_equal(record.line.attempts, -1);
	cells = cells_now();
	cells.at[CELL_AMOUNT] = long_text('9', tx_cell_most(CELL_AMOUNT) + 1);
	assert_null(tx_cells_amount(&cells));
	cells = cells_now();
	cells.at[CELL_ENVELOPE] = long_text('A', TX_ENVELOPE_TEXT);
	read_cells(&cells);
	assert_null(record.envelope);
	assert_false(record.line.has_envelope);
}

static void an_id_that_cannot_be_written_down_is_none(void **unused)
{
	static const char *const ids[] = { "a\nb", "\x1b[2J", "x\xe2\x80\xaey" };

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct tx_cells cells = cells_now();

		cells.at[CELL_ID] = ids[i];
		assert_string_equal(read_cells(&cells)->id, "");
	}
}

static void every_other_cell_makes_another_digest(void **unused)
{
	char first[65], seen[CELL_COUNT][65];

	(void)unused;
	for (size_t i = 0; i < CELL_COUNT; i++) {
		struct tx_cells cells = cells_now();

		str_put(first, sizeof(first), read_cells(&cells)->sha256);
		cells.at[i] = "";
		str_put(seen[i], sizeof(seen[i]), read_cells(&cells)->sha256);
		/* A time has passed, and nothing else: that is the same row. */
		if (i == CELL_STUCK)
			assert_string_equal(seen[i], first);
		else
			assert_string_not_equal(seen[i], first);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(seen[i], seen[k]);
	}
}

static void text_moved_from_one_cell_to_the_next_is_another_row(void **unused)
{
	struct tx_cells a = cells_now(), b = cells_now();
	char digest[65];

	(void)unused;
	a.at[CELL_AMOUNT] = "12";
	a.at[CELL_ASSET] = "3";
	b.at[CELL_AMOUNT] = "1";
	b.at[CELL_ASSET] = "23";
	str_put(digest, sizeof(digest), read_cells(&a)->sha256);
	assert_string_not_equal(read_cells(&b)->sha256, digest);
}

static void ages_are_right_to_the_second_in_every_form_and_zone(void **unused)
{
	static const struct {
		const char *at;
		double age;
	} cases[] = {
		{ "1795313579.382534", 2.574 }, { "1795313579382", 2.574 },
		{ "2026-11-22T02:12:59.382534+00:00", 2.574 }, { "2026-11-21T21:12:59.382534", 2.574 },
		{ "1795313999", 0 }, { "infinity", -1 }, { "-infinity", -1 }, { "NaN", -1 }, { "", -1 },
		{ "1e300", -1 }, { NULL, -1 }, { "yesterday", -1 },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tx_cells cells = cells_now();

		cells.at[CELL_CREATED_AT] = cases[i].at;
		if (fabs(read_cells(&cells)->age_s - cases[i].age) > 0.01)
			print_message("%s: %f\n", cases[i].at, record.line.age_s);
		assert_true(fabs(record.line.age_s - cases[i].age) < 0.01);
		assert_int_equal(record.created_at, cases[i].age > 0 ? 1795313579 :
				 cases[i].age < 0 ? 0 : 1795313999);
		assert_int_equal(record.line.band, cases[i].age < 0 ? TX_LATE : TX_FRESH);
	}
}

static void a_key_stands_before_a_likeness(void **unused)
{
	struct tx_cells cells = cells_now();
	char alike[128];

	(void)unused;
	cells.at[CELL_SOURCE] = "GA";
	cells.at[CELL_AMOUNT] = "5";
	assert_string_equal(read_cells(&cells)->intent, "");
	cells.at[CELL_DESTINATION] = "GB";
	str_put(alike, sizeof(alike), read_cells(&cells)->intent);
	assert_true(alike[0] != '\0');
	cells.at[CELL_MEMO] = "rent";
	assert_string_not_equal(read_cells(&cells)->intent, alike);
	cells.at[CELL_INTENT] = "pay-7";
	assert_string_equal(read_cells(&cells)->intent, "pay-7");
}

static void an_identity_names_a_sequence_only_together_with_its_account(void **unused)
{
	struct tx_cells cells = cells_now();
	struct tx_identity identity;

	(void)unused;
	cells.at[CELL_HASH] = HASH;
	cells.at[CELL_SEQUENCE] = "4711";
	read_cells(&cells);
	tx_record_identity(&record, &identity);
	assert_false(identity.has_sequence);
	assert_string_equal(identity.account, "");
	cells.at[CELL_SOURCE] = "GA";
	read_cells(&cells);
	tx_record_identity(&record, &identity);
	assert_true(identity.has_sequence && identity.sequence == 4711);
	assert_string_equal(identity.account, "GA");
	/* An envelope that cannot be read is kept as it is, for whoever says what is wrong with it. */
	cells.at[CELL_ENVELOPE] = "AAAA";
	read_cells(&cells);
	tx_record_identity(&record, &identity);
	assert_string_equal(identity.envelope, "AAAA");
	assert_false(record.line.has_envelope);
}

static void every_band_has_a_word_of_its_own(void **unused)
{
	enum tx_band band;

	(void)unused;
	for (int i = TX_FRESH; i <= TX_OLD; i++) {
		assert_true(tx_band_find(tx_band_word((enum tx_band)i), &band));
		assert_int_equal(band, i);
	}
	assert_false(tx_band_find("old", &band));
}

int main(void)
{
#define FORGOTTEN(test) cmocka_unit_test_teardown(test, forget)
	const struct CMUnitTest tests[] = {
		FORGOTTEN(a_hash_is_64_hex_digits_in_small_letters_or_none),
		FORGOTTEN(what_was_cut_identifies_nothing_and_is_no_number),
		FORGOTTEN(an_id_that_cannot_be_written_down_is_none),
		FORGOTTEN(every_other_cell_makes_another_digest),
		FORGOTTEN(text_moved_from_one_cell_to_the_next_is_another_row),
		FORGOTTEN(ages_are_right_to_the_second_in_every_form_and_zone),
		FORGOTTEN(a_key_stands_before_a_likeness),
		FORGOTTEN(an_identity_names_a_sequence_only_together_with_its_account),
		FORGOTTEN(every_band_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
