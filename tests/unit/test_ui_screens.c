/* What the screens look like: golden pictures of four worlds in three sizes. UPDATE_GOLDEN=1 writes
 * them anew; then read the difference. */
#include "ui/shell.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/golden.h"
#include "tests/lib/worlds.h"
#include "ui/key.h"

static const struct {
	const char *name;
	struct world *(*make)(void);
} worlds[] = {
	{ "start", worlds_start },
	{ "healthy", worlds_healthy },
	{ "db-hung", worlds_db_hung },
	{ "prometheus-down", worlds_prometheus_down },
};

static const struct {
	const char *name;
	uint32_t keys[4];
} screens[] = {
	{ "now", { 0 } },
	{ "alerts", { '2' } },
	{ "sources", { '7' } },
	{ "detail", { KEYCODE_ENTER } },
	{ "help", { '?' } },
};

static const struct {
	int rows, cols;
} sizes[] = { { 24, 80 }, { 50, 160 }, { 10, 40 } };

static void press(struct shell *shell, const struct world *world, struct surface *surface,
		  uint32_t code, struct moment now)
{
	struct input event = { .kind = INPUT_KEY, .code = code };
	int rows = surface->rows, cols = surface->cols;
	struct effect effect;

	shell_event(shell, world, &event, now, &effect);
	surface_reset(surface, rows, cols);
	shell_draw(shell, world, surface, now);
}

static bool picture_is_golden(const struct world *world, const char *name, const uint32_t *keys,
			      int rows, int cols)
{
	struct ui_prefs prefs = { .colour = true };
	struct moment now = { worlds_now(), 5000 };
	struct shell *shell = shell_new(&prefs);
	struct surface surface;
	struct buf text = { 0 };
	bool same;

	surface_init(&surface, false);
	surface_reset(&surface, rows, cols);
	shell_draw(shell, world, &surface, now);
	for (size_t i = 0; keys[i]; i++)
		press(shell, world, &surface, keys[i], now);
	surface_dump(&surface, &text);
	same = golden_same(name, str_sub(text.data, text.len));
	buf_done(&text);
	surface_done(&surface);
	shell_free(shell);
	return same;
}

static void every_screen_of_every_world_is_as_it_was_approved(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t w = 0; w < ARRAY_LEN(worlds); w++) {
		struct world *world = worlds[w].make();

		for (size_t s = 0; s < ARRAY_LEN(screens); s++)
			for (size_t z = 0; z < ARRAY_LEN(sizes); z++) {
				char name[80];

				snprintf(name, sizeof(name), "ui-%s-%s-%dx%d.txt", worlds[w].name,
					 screens[s].name, sizes[z].cols, sizes[z].rows);
				wrong += !picture_is_golden(world, name, screens[s].keys,
							    sizes[z].rows, sizes[z].cols);
			}
		world_free(world);
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_screen_of_every_world_is_as_it_was_approved),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
