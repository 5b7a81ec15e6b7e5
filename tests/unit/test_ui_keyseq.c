/* From the bytes of a terminal to keys, pastes and clicks. */
#include "ui/keyseq.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

static struct keyseq seq;

static int set_up(void **state)
{
	(void)state;
	keyseq_init(&seq);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	keyseq_done(&seq);
	return 0;
}

static void feed(const char *bytes)
{
	keyseq_feed(&seq, bytes, strlen(bytes));
}

static void assert_keys(const uint32_t *codes)
{
	struct input event;

	for (size_t i = 0; codes[i]; i++) {
		assert_true(keyseq_next(&seq, &event));
		assert_int_equal(event.kind, INPUT_KEY);
		assert_int_equal(event.code, codes[i]);
	}
	assert_false(keyseq_next(&seq, &event));
}

static const struct {
	const char *bytes;
	uint32_t codes[4];
} cases[] = {
	{ "a", { 'a' } },
	{ "jk", { 'j', 'k' } },
	{ "\u00e9", { 0xe9 } },
	{ "\r", { KEYCODE_ENTER } },
	{ "\n", { KEYCODE_ENTER } },
	{ "\t", { KEYCODE_TAB } },
	{ "\177", { KEYCODE_BACKSPACE } },
	{ "\b", { KEYCODE_BACKSPACE } },
	{ "\003", { KEYCODE_CTRL('c') } },
	{ "\032", { KEYCODE_CTRL('z') } },
	{ "\033[A", { KEYCODE_UP } },
	{ "\033OA", { KEYCODE_UP } },
	{ "\033[1;5B", { KEYCODE_DOWN } },
	{ "\033[5~\033[6~", { KEYCODE_PGUP, KEYCODE_PGDN } },
	{ "\033[Z", { KEYCODE_BACKTAB } },
	{ "\033OP", { KEYCODE_F1 } },
	{ "\033[24~", { KEYCODE_F12 } },
	{ "\033q", { KEYCODE_ESC, 'q' } },
	{ "\033\033[A", { KEYCODE_ESC, KEYCODE_UP } },
	{ "\033[I\033[Oq", { 'q' } },
	{ "\033]11;rgb:0/0/0\aq", { 'q' } },
	{ "\033P>|name\033\\q", { 'q' } },
	{ "\033[?1;2cq", { 'q' } },
	{ "\033[999999999999~q", { 'q' } },
	{ "\033[201~q", { 'q' } },
	{ "\xff\xc0q", { 'q' } },
	{ "\xc2\x9bq", { 'q' } },
};

static void bytes_become_the_keys_they_stand_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		feed(cases[i].bytes);
		assert_keys(cases[i].codes);
		assert_false(keyseq_waits(&seq));
	}
}

static void a_sequence_cut_at_any_byte_is_the_same_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t len = strlen(cases[i].bytes), got = 0;
		struct input event;

		for (size_t at = 0; at < len; at++) {
			keyseq_feed(&seq, cases[i].bytes + at, 1);
			while (keyseq_next(&seq, &event)) {
				assert_int_equal(event.code, cases[i].codes[got]);
				got++;
			}
		}
		assert_int_equal(cases[i].codes[got], 0);
	}
}

static void a_lone_escape_waits_and_is_a_key_when_flushed(void **state)
{
	struct input event;

	(void)state;
	feed("\033");
	assert_false(keyseq_next(&seq, &event));
	assert_true(keyseq_waits(&seq));
	keyseq_flush(&seq);
	assert_keys((uint32_t[]){ KEYCODE_ESC, 0 });
	assert_false(keyseq_waits(&seq));
}

static void half_a_sequence_waits_for_its_end_however_long(void **state)
{
	struct input event;

	(void)state;
	feed("\033[1");
	keyseq_flush(&seq);
	assert_false(keyseq_next(&seq, &event));
	assert_false(keyseq_waits(&seq));
	feed(";5B");
	assert_keys((uint32_t[]){ KEYCODE_DOWN, 0 });
}

static void the_terminals_own_sequence_comes_first(void **state)
{
	(void)state;
	keyseq_own(&seq, "\033[25~", KEYCODE_F5);
	keyseq_own(&seq, "\033x", KEYCODE_HOME);
	feed("\033[25~\033x");
	assert_keys((uint32_t[]){ KEYCODE_F5, KEYCODE_HOME, 0 });
}

/* Only the j after the paste is a key, and the ESC of its mark when that came alone. */
static void count_events(size_t *pastes, size_t *keys)
{
	struct input event;

	while (keyseq_next(&seq, &event)) {
		*pastes += event.kind == INPUT_PASTE;
		*keys += event.kind == INPUT_KEY && event.code != KEYCODE_ESC;
		if (event.kind == INPUT_PASTE)
			assert_true(str_eq(event.text, "q\r:quit\033[A y"));
		else
			assert_true(event.code == 'j' || event.code == KEYCODE_ESC);
	}
}

static void a_paste_is_one_event_wherever_it_is_cut(void **state)
{
	static const char bytes[] = "\033[200~q\r:quit\033[A y\033[201~j";
	size_t len = sizeof(bytes) - 1;

	(void)state;
	for (size_t cut = 1; cut < len; cut++) {
		size_t pastes = 0, keys = 0;

		for (int half = 0; half < 2; half++) {
			keyseq_feed(&seq, half ? bytes + cut : bytes, half ? len - cut : cut);
			count_events(&pastes, &keys);
			keyseq_flush(&seq);	/* a pause, wherever it falls, lets nothing in */
			count_events(&pastes, &keys);
		}
		assert_int_equal(pastes, 1);
		assert_int_equal(keys, 1);
	}
}

static void a_paste_that_is_too_long_is_cut_and_says_so(void **state)
{
	static char chunk[4096];
	struct input event;

	(void)state;
	memset(chunk, 'y', sizeof(chunk));
	feed("\033[200~");
	for (int i = 0; i < 256; i++) {
		keyseq_feed(&seq, chunk, sizeof(chunk));
		assert_false(keyseq_next(&seq, &event));
	}
	feed("\033[201~");
	assert_true(keyseq_next(&seq, &event));
	assert_int_equal(event.kind, INPUT_PASTE);
	assert_true(event.cut);
	assert_int_equal(event.text.len, KEYSEQ_PASTE);
	assert_false(keyseq_next(&seq, &event));
	assert_true(seq.bytes.cap < 64 * 1024);
}

static void clicks_and_wheel_are_read(void **state)
{
	struct input event;

	(void)state;
	feed("\033[<0;5;7M\033[<0;5;7m\033[<65;1;1M");
	assert_true(keyseq_next(&seq, &event));
	assert_int_equal(event.kind, INPUT_CLICK);
	assert_int_equal(event.x, 4);
	assert_int_equal(event.y, 6);
	assert_true(keyseq_next(&seq, &event));
	assert_int_equal(event.kind, INPUT_WHEEL);
	assert_true(event.lines > 0);
	assert_false(keyseq_next(&seq, &event));
}

/* Whatever comes: no crash, no endless loop, and little is ever held back. */
static void any_bytes_are_taken_in(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		static const char alphabet[] = "\033[O<;~M20A1\177\xc3\xa9]P\\";
		char bytes[24];
		struct input event;
		size_t events = 0;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			random = random * 1664525 + 1013904223;
			bytes[i] = round % 2 ? alphabet[(random >> 16) % (sizeof(alphabet) - 1)]
					     : (char)(random >> 16);
		}
		keyseq_feed(&seq, bytes, sizeof(bytes));
		while (keyseq_next(&seq, &event))
			assert_true(++events < 1000);
		keyseq_flush(&seq);
		while (keyseq_next(&seq, &event))
			assert_true(++events < 1000);
		assert_false(keyseq_waits(&seq));
		assert_true(seq.bytes.len - seq.at < 128);
	}
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(bytes_become_the_keys_they_stand_for),
		WITH(a_sequence_cut_at_any_byte_is_the_same_key),
		WITH(a_lone_escape_waits_and_is_a_key_when_flushed),
		WITH(half_a_sequence_waits_for_its_end_however_long),
		WITH(the_terminals_own_sequence_comes_first),
		WITH(a_paste_is_one_event_wherever_it_is_cut),
		WITH(a_paste_that_is_too_long_is_cut_and_says_so),
		WITH(clicks_and_wheel_are_read),
		WITH(any_bytes_are_taken_in),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
