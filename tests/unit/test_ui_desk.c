/* What forms and NEXT look like: golden pictures of desks in four sizes. UPDATE_GOLDEN=1 writes
 * them anew; then read the difference. */
#include "ui/shell.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/desks.h"
#include "tests/lib/golden.h"
#include "tests/lib/worlds.h"
#include "ui/key.h"

enum { KEYS = 8, PAUSE = 1000 };	/* ms between two keys: nothing is typed ahead */

static const struct {
	const char *name;
	enum desks_kind desk;
	uint32_t keys[KEYS];
} pictures[] = {
	{ "quiet-now", DESKS_QUIET, { 0 } },
	{ "closed-now", DESKS_CLOSED, { 0 } },
	{ "proposed-now", DESKS_PROPOSED, { 0 } },
	{ "proposed-declare", DESKS_PROPOSED, { 'i' } },
	{ "proposed-declare-ask", DESKS_PROPOSED,
	  { 'i', KEYCODE_ENTER, KEYCODE_ENTER, KEYCODE_ENTER, KEYCODE_ENTER, KEYCODE_ENTER } },
	{ "open-now", DESKS_OPEN, { 0 } },
	{ "open-menu", DESKS_OPEN, { 'i' } },
	{ "open-note", DESKS_OPEN, { 'm', 'h', 'i' } },
	{ "open-resolve", DESKS_OPEN, { 'i', 'r' } },
	{ "due-now", DESKS_DUE, { 0 } },
	{ "due-update", DESKS_DUE, { 'p' } },
	{ "due-update-ask", DESKS_DUE, { 'p', 'x', KEYCODE_TAB, 'y', KEYCODE_TAB } },
	{ "two-now", DESKS_TWO, { 0 } },
	{ "resolved-now", DESKS_RESOLVED, { 0 } },
};

static const struct {
	int rows, cols;
} sizes[] = { { 24, 80 }, { 50, 160 }, { 10, 40 }, { 4, 15 } };

static void draw(struct shell *shell, const struct world *world, struct surface *surface,
		 struct moment now, int rows, int cols)
{
	surface_reset(surface, rows, cols);
	shell_draw(shell, world, surface, now);
}

static bool picture_is_golden(const struct world *world, size_t picture, int rows, int cols)
{
	struct ui_prefs prefs = { .colour = true };
	struct moment now = { worlds_now(), 5000 };
	struct shell *shell = shell_new(&prefs);
	struct surface surface;
	struct buf text = { 0 };
	char name[80];
	bool same;

	surface_init(&surface, false);
	draw(shell, world, &surface, now, rows, cols);
	for (size_t i = 0; i < KEYS && pictures[picture].keys[i]; i++) {
		struct input event = { .kind = INPUT_KEY, .code = pictures[picture].keys[i] };
		struct effect effect;

		now.steady += PAUSE;
		shell_event(shell, world, &event, now, &effect);
		draw(shell, world, &surface, now, rows, cols);
	}
	snprintf(name, sizeof(name), "ui-desk-%s-%dx%d.txt", pictures[picture].name, cols, rows);
	surface_dump(&surface, &text);
	same = golden_same(name, str_sub(text.data, text.len));
	buf_done(&text);
	surface_done(&surface);
	shell_free(shell);
	return same;
}

static void every_form_and_list_is_as_it_was_approved(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t p = 0; p < ARRAY_LEN(pictures); p++) {
		struct world *world = worlds_db_hung();
		struct desks *desks = desks_new(pictures[p].desk, world);

		for (size_t z = 0; z < ARRAY_LEN(sizes); z++)
			wrong += !picture_is_golden(world, p, sizes[z].rows, sizes[z].cols);
		desks_free(desks);
		world_free(world);
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_and_list_is_as_it_was_approved),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
