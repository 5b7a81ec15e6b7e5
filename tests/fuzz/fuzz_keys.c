/*
 * Whatever a terminal sends, cut into pieces anywhere: the shell takes it, a paste never acts, and
 * every cell of the picture after it is harmless.
 */
#include <assert.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/scrub.h"
#include "tests/lib/worlds.h"
#include "ui/keyseq.h"
#include "ui/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 30, COLS = 130, PIECE = 16, MOST = 4096 };

static struct world *world;
static struct surface surface;

static void look(struct shell *shell, struct moment now)
{
	surface_reset(&surface, ROWS, COLS);
	shell_draw(shell, world, &surface, now);
	for (int y = 0; y < ROWS; y++)
		for (int x = 0; x < COLS; x++) {
			const struct cell *cell = surface_cell(&surface, x, y);

			assert(scrub_clean(str_sub(cell->bytes, cell->len)));
		}
}

static void take(struct keyseq *seq, struct shell *shell, struct moment now)
{
	struct input event;
	struct effect effect;

	while (keyseq_next(seq, &event)) {
		shell_event(shell, world, &event, now, &effect);
		assert(event.kind != INPUT_PASTE || effect.kind == EFFECT_NONE);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ui_prefs prefs = { .colour = true };
	struct moment now = { worlds_now(), 1000 };
	struct keyseq seq;
	struct shell *shell;

	if (!world) {
		setlocale(LC_ALL, "C.UTF-8");
		world = worlds_db_hung();
		surface_init(&surface, false);
	}
	if (size > MOST)
		return 0;
	shell = shell_new(&prefs);
	keyseq_init(&seq);
	look(shell, now);
	for (size_t at = 0; at < size;) {
		size_t len = 1 + data[at] % PIECE;

		if (len > size - at)
			len = size - at;
		keyseq_feed(&seq, (const char *)data + at, len);
		take(&seq, shell, now);
		if (data[at] % 3 == 0) {
			keyseq_flush(&seq);
			take(&seq, shell, now);
		}
		at += len;
		now.steady += data[at < size ? at : 0] * 16;
	}
	look(shell, now);
	keyseq_done(&seq);
	shell_free(shell);
	return 0;
}
