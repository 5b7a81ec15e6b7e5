/* What transactions look like: golden pictures in three sizes. UPDATE_GOLDEN=1 writes them anew;
 * then read the difference. */
#include "ui/shell.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/cases.h"
#include "tests/lib/golden.h"
#include "tests/lib/worlds.h"
#include "ui/key.h"

enum { KEYS = 12, PAUSE = 1000 };

/* Four stuck ones, and the money that hangs on them. */
static void stick(struct world *world)
{
	world->tx = (struct tx_summary){ .known = true, .stuck = 4, .late = 1, .total_open = 6,
					 .oldest_age_s = 664, .at_risk_count = 2, .at = world->now };
	world->tx.at_risk[0] = (struct at_risk){ "USDC", "49600.0000004" };
	world->tx.at_risk[1] = (struct at_risk){ "XLM", "3" };
}

static void run_bulk(struct cases *cases)
{
	cases->load.bulk_done = 12;
	cases->load.bulk_all = 40;
	cases->load.bulk_held = true;
}

static void group(struct cases *cases)
{
	cases->load.grouped = true;
}

static void lack_index(struct cases *cases)
{
	str_put(cases->load.index, sizeof(cases->load.index),
		"CREATE INDEX CONCURRENTLY ON bridge_transactions (created_at, id) WHERE status = 'PENDING'");
}

static void not_set_up(struct cases *cases)
{
	cases->load.configured = false;
	cases->world->tx_configured = false;
}

static void lose(struct cases *cases)
{
	str_put(cases->load.trouble, sizeof(cases->load.trouble), "db: no answer in 8 s");
	cases->load.count = 0;
	cases->load.total = -1;
	cases->world->tx.known = false;
	str_put(cases->world->tx.because, sizeof(cases->world->tx.because), "db gives no answer");
}

static void copy_only(struct cases *cases)
{
	cases->box.copied = true;
}

static void confirm(struct cases *cases)
{
	cases->box.confirm = true;
	cases->box.host = "horizon.example";
	cases->box.text = "AAAAAgAAAABexSIg06FtXzmFBQQtHZsrnyWxUzmthkBEhs/ktoeVYgAAAGQ=";
}

#define DOWN KEYCODE_DOWN
#define ENTER KEYCODE_ENTER
static const struct {
	const char *name;
	enum cases_kind kind;
	void (*prepare)(struct cases *cases);
	uint32_t keys[KEYS];
} pictures[] = {
	{ "empty", CASES_EMPTY, NULL, { '3' } },
	{ "none", CASES_EMPTY, not_set_up, { '3' } },
	{ "trouble", CASES_NIGHT, lose, { '3' } },
	{ "verdicts", CASES_VERDICTS, NULL, { '3' } },
	{ "night", CASES_NIGHT, NULL, { '3' } },
	{ "grouped", CASES_NIGHT, group, { '3' } },
	{ "bulk", CASES_NIGHT, run_bulk, { '3' } },
	{ "index", CASES_MANY, lack_index, { '3' } },
	{ "filter", CASES_NIGHT, NULL, { '3', '/', 'e', 'x', 'p', 'i', 'r' } },
	{ "sort", CASES_NIGHT, NULL, { '3', 's' } },
	{ "paste", CASES_EMPTY, NULL, { '3', 'd' } },
	{ "now", CASES_NIGHT, NULL, { 0 } },
	{ "expired", CASES_NIGHT, NULL, { '3', ENTER } },
	{ "expired-end", CASES_NIGHT, NULL, { '3', ENTER, 'G' } },
	{ "live", CASES_NIGHT, NULL, { '3', DOWN, DOWN, ENTER } },
	{ "confirmed", CASES_VERDICTS, NULL, { '3', DOWN, DOWN, ENTER } },
	{ "unknown", CASES_VERDICTS, NULL, { '3', 'G', 'k', 'k', ENTER } },
	{ "acts", CASES_NIGHT, NULL, { '3', 't' } },
	{ "help", CASES_NIGHT, NULL, { '3', '?' } },
	{ "box-L2", CASES_NIGHT, NULL, { '3', 't', ENTER } },
	{ "box-copied", CASES_NIGHT, copy_only, { '3', 't', ENTER } },
	{ "box-L3", CASES_NIGHT, confirm, { '3', DOWN, DOWN, 't', DOWN, ENTER } },
	{ "box-dismiss", CASES_NIGHT, NULL, { '3', 't', DOWN, DOWN, ENTER } },
	{ "refused", CASES_NIGHT, NULL, { '3', 't', 'G', ENTER } },
};

static const struct {
	int rows, cols;
} sizes[] = { { 24, 80 }, { 50, 160 }, { 10, 40 } };

static bool picture_is_golden(size_t picture, size_t size)
{
	struct ui_prefs prefs = { .colour = true };
	struct moment now = { worlds_now(), 5000 };
	struct world *world = worlds_healthy();
	struct cases *cases = cases_new(pictures[picture].kind, world);
	struct shell *shell = shell_new(&prefs);
	struct surface surface;
	struct buf text = { 0 };
	char name[80];
	bool same;

	if (pictures[picture].kind != CASES_EMPTY)
		stick(world);
	if (pictures[picture].prepare)
		pictures[picture].prepare(cases);
	surface_init(&surface, false);
	surface_reset(&surface, sizes[size].rows, sizes[size].cols);
	shell_draw(shell, world, &surface, now);
	for (size_t i = 0; i < KEYS && pictures[picture].keys[i]; i++) {
		struct input event = { .kind = INPUT_KEY, .code = pictures[picture].keys[i] };
		struct effect effect;

		now.steady += PAUSE;
		shell_event(shell, world, &event, now, &effect);
		surface_reset(&surface, sizes[size].rows, sizes[size].cols);
		shell_draw(shell, world, &surface, now);
	}
	surface_dump(&surface, &text);
	(void)snprintf(name, sizeof(name), "ui-tx-%s-%dx%d.txt", pictures[picture].name,
		       sizes[size].cols, sizes[size].rows);
	same = golden_same(name, str_sub(text.data, text.len));
	buf_done(&text);
	surface_done(&surface);
	shell_free(shell);
	cases_free(cases);
	world_free(world);
	return same;
}

static void every_picture_of_transactions_is_as_it_was_approved(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t p = 0; p < ARRAY_LEN(pictures); p++)
		for (size_t s = 0; s < ARRAY_LEN(sizes); s++)
			wrong += !picture_is_golden(p, s);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_picture_of_transactions_is_as_it_was_approved),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
