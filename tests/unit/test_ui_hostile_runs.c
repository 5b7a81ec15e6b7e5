/* Hostile text in every text of a library, a walk, a box and an output: no control byte reaches a
 * cell, and the frame of the picture stays as it is. */
#include "ui/shell.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/scrub.h"
#include "tests/lib/guided.h"
#include "tests/lib/hostile.h"
#include "tests/lib/worlds.h"
#include "ui/key.h"

enum { ROWS = 45, COLS = 140, STRIDE = 13, KEYS = 6 };

static struct guided *guided;
static struct shell *shell;
static struct surface surface;

/* Texts that are pointed to, and texts that are held. */
static void of_title(const char *text) { guided->cards[0].title = text; }
static void of_id(const char *text) { guided->cards[0].id = text; }
static void of_summary(const char *text) { guided->cards[0].summary = text; }
static void of_owner(const char *text) { guided->cards[0].owner = text; }
static void of_path(const char *text) { guided->cards[0].path = text; }
static void of_match(const char *text) { guided->match.what = text; }
static void of_trouble(const char *text) { str_put(guided->library.trouble, BECAUSE_TEXT, text); }
static void of_run(const char *text) { str_put(guided->run->runbook, BOOK_ID, text); }
static void of_because(const char *text) { str_put(guided->run->because, BECAUSE_TEXT, text); }
static void of_words(const char *text) { str_put(guided->list.words, BECAUSE_TEXT, text); }
static void of_waits(const char *text) { str_put(guided->list.waits_for, BECAUSE_TEXT, text); }
static void of_by(const char *text) { str_put(guided->run->steps[0].by, OPERATOR_TEXT, text); }
static void of_claim(const char *text)
{
	str_put(guided->run->steps[3].claimed_by, OPERATOR_TEXT, text);
}
static void of_reason(const char *text)
{
	guided->run->steps[3].mark = MARK_FAILED;
	guided->list.items[3].state = ITEM_STATE_FAILED;
	str_put(guided->run->steps[3].reason, BECAUSE_TEXT, text);
}
static void of_sense(const char *text) { str_put(guided->senses[5].because, BECAUSE_TEXT, text); }
static void of_incident(const char *text) { str_put(guided->past.runs[0].title, TITLE_MAX, text); }
static void of_folder(const char *text) { str_put(guided->past.runs[0].folder, 256, text); }
static void of_mended(const char *text) { str_put(guided->past.runs[0].mended_by, 65, text); }
static void of_output(const char *text) { guided_print(guided, "look", false, text); }
static void of_state(const char *text)
{
	guided_print(guided, "look", true, "x\n");
	str_put(guided->pane.state, BECAUSE_TEXT, text);
	str_put(guided->pane.command, BECAUSE_TEXT, text);
}
static void of_command(const char *text) { guided->box.text = text; }
static void of_host(const char *text) { guided->box.host = text; }
static void of_word(const char *text) { guided->box.word = text; }
static void of_refusal(const char *text) { guided->box.refusal = text; }
static void of_lock(const char *text)
{
	guided->box.interlock.count = 1;
	str_put(guided->box.interlock.locks[0].name, NAME_TEXT, text);
	str_put(guided->box.interlock.locks[0].because, BECAUSE_TEXT, text);
}
static void of_target(const char *text)
{
	str_put(guided->box.interlock.target, 128, text);
	str_put(guided->box.interlock.loss, BECAUSE_TEXT, text);
}

static void (*const places[])(const char *text) = {
	of_title, of_id, of_summary, of_owner, of_path, of_match, of_trouble, of_run, of_because,
	of_words, of_waits, of_by, of_claim, of_reason, of_sense, of_incident, of_folder, of_mended,
	of_output, of_state, of_command, of_host, of_word, of_refusal, of_lock, of_target,
};

static const struct {
	enum guided_kind kind;
	uint32_t keys[KEYS];
} looks[] = {
	{ GUIDED_WALK, { 0 } }, { GUIDED_WALK, { '5' } },
	{ GUIDED_WALK, { '5', ':', '4', KEYCODE_ENTER, KEYCODE_ENTER } },
	{ GUIDED_WALK, { '5', ':', '9', KEYCODE_ENTER, '5' } },
	{ GUIDED_WALK, { '5', ':', '5', KEYCODE_ENTER, KEYCODE_ENTER } },
	{ GUIDED_WALK, { '5', ':', '6', KEYCODE_ENTER, KEYCODE_ENTER } },
	{ GUIDED_WALK, { '5', '+' } }, { GUIDED_WALK, { '5', ':', '4', KEYCODE_ENTER, 'X' } },
	{ GUIDED_WALK, { '5', '5', KEYCODE_ENTER } },
};

static void draw(msec steady)
{
	surface_reset(&surface, ROWS, COLS);
	shell_draw(shell, guided->world, &surface, (struct moment){ worlds_now(), steady });
}

static void check(size_t place)
{
	for (int y = 0; y < ROWS; y++)
		for (int x = 0; x < COLS; x++) {
			const struct cell *cell = surface_cell(&surface, x, y);

			if (!scrub_clean(str_sub(cell->bytes, cell->len)))
				fail_msg("place %zu: a control at %d,%d", place, x, y);
		}
	for (int i = 0; i < 9; i++)
		if (surface_cell(&surface, COLS - 9 + i, 0)->bytes[0] != " 02:14:07Z"[i + 1])
			fail_msg("place %zu: the clock was changed", place);
}

static void look(size_t which, size_t place, const struct hostile *payload)
{
	struct ui_prefs prefs = { .colour = true };
	char text[600] = "";
	size_t len = payload->bytes.len < sizeof(text) - 1 ? payload->bytes.len : sizeof(text) - 1;
	msec steady = 1000;

	memcpy(text, payload->bytes.p, len);
	guided = guided_new(looks[which].kind);
	shell = shell_new(&prefs);
	places[place](text);
	draw(steady);
	for (size_t i = 0; i < KEYS && looks[which].keys[i]; i++) {
		struct input event = { .kind = INPUT_KEY, .code = looks[which].keys[i] };
		struct effect effect;

		steady += 1000;
		shell_event(shell, guided->world, &event, (struct moment){ worlds_now(), steady },
			    &effect);
		draw(steady);
	}
	check(place);
	shell_free(shell);
	guided_free(guided);
}

static void hostile_text_of_a_walk_stays_in_its_place(void **state)
{
	size_t count, tried = 0;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	surface_init(&surface, false);
	for (size_t place = 0; place < ARRAY_LEN(places); place++)
		for (size_t i = place % STRIDE; i < count; i += STRIDE, tried++)
			look((place + i) % ARRAY_LEN(looks), place, &all[i]);
	surface_done(&surface);
	assert_true(tried > 500);
}

static void without_colour_and_unicode_every_mark_is_a_word(void **state)
{
	struct ui_prefs prefs = { .ascii = true };
	struct buf dump = { 0 };

	(void)state;
	guided = guided_new(GUIDED_WALK);
	shell = shell_new(&prefs);
	surface_init(&surface, true);
	draw(1000);
	for (size_t i = 0; i < 1; i++) {
		struct input event = { .kind = INPUT_KEY, .code = '5' };
		struct effect effect;

		shell_event(shell, guided->world, &event, (struct moment){ worlds_now(), 3000 }, &effect);
		draw(3000);
	}
	surface_dump(&surface, &dump);
	for (size_t i = 0; i < dump.len; i++)
		assert_true((unsigned char)dump.data[i] < 0x80);
	assert_non_null(strstr(buf_cstr(&dump), "[x]"));
	assert_non_null(strstr(buf_cstr(&dump), "WARNING"));
	assert_non_null(strstr(buf_cstr(&dump), "CAUTION"));
	buf_done(&dump);
	surface_done(&surface);
	shell_free(shell);
	guided_free(guided);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_text_of_a_walk_stays_in_its_place),
		cmocka_unit_test(without_colour_and_unicode_every_mark_is_a_word),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
