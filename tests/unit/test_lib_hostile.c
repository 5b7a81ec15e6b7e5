/* The corpus must hold what it promises, or tests that pass on it prove nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "tests/lib/hostile.h"
#include "tests/lib/wire.h"

static void every_class_has_payloads_and_there_are_over_four_hundred(void **state)
{
	size_t count, seen[HOSTILE_CLASS_COUNT] = {0};
	const struct hostile *all = hostile_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		seen[all[i].kind]++;
	for (int kind = 0; kind < HOSTILE_CLASS_COUNT; kind++)
		if (seen[kind] == 0)
			fail_msg("no payload for: %s", hostile_class_name((enum hostile_class)kind));
	assert_true(count >= 400);
}

static bool drives_a_terminal(enum hostile_class kind)
{
	return kind == HOSTILE_C1 || kind == HOSTILE_CSI || kind == HOSTILE_OSC ||
	       kind == HOSTILE_STRING || kind == HOSTILE_BIDI || kind == HOSTILE_INVISIBLE ||
	       kind == HOSTILE_ENCODING;
}

/* Raw, most payloads must set off the alarm that tests of the screen rely on. Colours and cursor
 * moves look like ncurses' own; the console's test finds those by the mark that they carry. */
static void raw_payloads_are_noticed_on_the_wire(void **state)
{
	size_t count, noticed = 0, expected = 0;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct wire wire = {0};

		if (!drives_a_terminal(all[i].kind))
			continue;
		expected++;
		wire_feed(&wire, all[i].bytes.p, all[i].bytes.len);
		wire_feed(&wire, "\033\\end", 5);
		noticed += wire.foreign > 0 || wire.sequences > 1 || wire.title[0];
	}
	assert_int_equal(noticed, expected);
}

static void payloads_survive_json(void **state)
{
	size_t count;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct buf text = {0};

		if (!all[i].utf8)
			continue;
		hostile_json(&text, all[i].bytes);
		json_t *read = json_loads(buf_cstr(&text), JSON_DECODE_ANY, NULL);
		assert_non_null(read);
		assert_int_equal(json_string_length(read), all[i].bytes.len);
		assert_memory_equal(json_string_value(read), all[i].bytes.p, all[i].bytes.len);
		json_decref(read);
		buf_done(&text);
	}
}

static void showing_a_payload_is_harmless(void **state)
{
	size_t count;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct buf text = {0};

		hostile_show(&text, all[i].bytes);
		for (size_t at = 0; at < text.len; at++)
			assert_in_range(text.data[at], ' ', '~');
		buf_done(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_class_has_payloads_and_there_are_over_four_hundred),
		cmocka_unit_test(raw_payloads_are_noticed_on_the_wire),
		cmocka_unit_test(payloads_survive_json),
		cmocka_unit_test(showing_a_payload_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
