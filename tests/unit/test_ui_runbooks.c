/* What the library and a walk look like: golden pictures in three sizes. UPDATE_GOLDEN=1 writes
 * them anew; then read the difference. */
#include "ui/shell.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/golden.h"
#include "tests/lib/guided.h"
#include "tests/lib/worlds.h"
#include "ui/key.h"

enum { KEYS = 10, PAUSE = 1000 };	/* ms between two keys: nothing is typed ahead */

static void print_output(struct guided *guided)
{
	guided_print(guided, "look", true, "starting\nconnection refused\n");
}

static void lock_some(struct guided *guided)
{
	struct interlock *locks = &guided->box.interlock;

	locks->count = 2;
	locks->state = LOCK_BOUNDED;
	locks->locks[0] = (struct lock){ LOCK_GREEN, "replica is one", "it receives, 0 s behind" };
	locks->locks[1] = (struct lock){ LOCK_BOUNDED, "old primary fenced",
					 "hung for 20m, last heard 23 s before" };
	str_put(locks->target, sizeof(locks->target), "127.0.0.1:5433 timeline 1");
	str_put(locks->loss, sizeof(locks->loss), "commits after LSN 0/3000148, 23 s at most");
}

static void refuse(struct guided *guided)
{
	guided->box.refusal = "this version of the runbook is not accepted yet: A shows it";
}

static void belong_elsewhere(struct guided *guided)
{
	guided->box.elsewhere = true;
	guided->box.host = "idx-1";
}

static const struct {
	const char *name;
	enum guided_kind kind;
	void (*prepare)(struct guided *guided);
	uint32_t keys[KEYS];
} pictures[] = {
	{ "library", GUIDED_LIBRARY, NULL, { '5' } },
	{ "library-filter", GUIDED_LIBRARY, NULL, { '5', '/', 'c', 'a', 'c', 'h', 'e' } },
	{ "now", GUIDED_LIBRARY, NULL, { 0 } },
	{ "book", GUIDED_LIBRARY, NULL, { '5', KEYCODE_ENTER } },
	{ "new", GUIDED_NEW, NULL, { '5' } },
	{ "accept", GUIDED_NEW, NULL, { '5', 'A' } },
	{ "walk", GUIDED_WALK, NULL, { '5' } },
	{ "walk-now", GUIDED_WALK, NULL, { 0 } },
	{ "check", GUIDED_WALK, NULL, { '5', ':', '6', KEYCODE_ENTER } },
	{ "command", GUIDED_WALK, print_output, { '5', ':', '4', KEYCODE_ENTER } },
	{ "decide", GUIDED_WALK, NULL, { '5', ':', '3', KEYCODE_ENTER, KEYCODE_ENTER } },
	{ "menu", GUIDED_WALK, NULL, { '5', ':', '4', KEYCODE_ENTER, 'X' } },
	{ "box-L1", GUIDED_WALK, NULL, { '5', ':', '4', KEYCODE_ENTER, KEYCODE_ENTER } },
	{ "box-L2", GUIDED_WALK, NULL, { '5', ':', '5', KEYCODE_ENTER, KEYCODE_ENTER } },
	{ "box-L3", GUIDED_WALK, lock_some, { '5', ':', '1', '0', KEYCODE_ENTER, KEYCODE_ENTER } },
	{ "box-refused", GUIDED_WALK, refuse, { '5', ':', '4', KEYCODE_ENTER, KEYCODE_ENTER } },
	{ "box-elsewhere", GUIDED_WALK, belong_elsewhere,
	  { '5', ':', '4', KEYCODE_ENTER, KEYCODE_ENTER } },
	{ "output", GUIDED_WALK, print_output, { '5', '+' } },
	{ "long", GUIDED_LONG, NULL, { '5', 'G' } },
};

static const struct {
	int rows, cols;
} sizes[] = { { 24, 80 }, { 50, 160 }, { 10, 40 } };

static void draw(struct shell *shell, const struct world *world, struct surface *surface,
		 struct moment now, size_t size)
{
	surface_reset(surface, sizes[size].rows, sizes[size].cols);
	shell_draw(shell, world, surface, now);
}

static bool picture_is_golden(size_t picture, size_t size)
{
	struct ui_prefs prefs = { .colour = true };
	struct moment now = { worlds_now(), 5000 };
	struct guided *guided = guided_new(pictures[picture].kind);
	struct shell *shell = shell_new(&prefs);
	struct surface surface;
	struct buf text = { 0 };
	char name[80];
	bool same;

	if (pictures[picture].prepare)
		pictures[picture].prepare(guided);
	surface_init(&surface, false);
	draw(shell, guided->world, &surface, now, size);
	for (size_t i = 0; i < KEYS && pictures[picture].keys[i]; i++) {
		struct input event = { .kind = INPUT_KEY, .code = pictures[picture].keys[i] };
		struct effect effect;

		now.steady += PAUSE;
		shell_event(shell, guided->world, &event, now, &effect);
		draw(shell, guided->world, &surface, now, size);
	}
	(void)snprintf(name, sizeof(name), "ui-run-%s-%dx%d.txt", pictures[picture].name,
		       sizes[size].cols, sizes[size].rows);
	surface_dump(&surface, &text);
	same = golden_same(name, str_sub(text.data, text.len));
	buf_done(&text);
	surface_done(&surface);
	shell_free(shell);
	guided_free(guided);
	return same;
}

static void every_picture_of_runbooks_is_as_it_was_approved(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t p = 0; p < ARRAY_LEN(pictures); p++)
		for (size_t z = 0; z < ARRAY_LEN(sizes); z++)
			wrong += !picture_is_golden(p, z);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_picture_of_runbooks_is_as_it_was_approved),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
