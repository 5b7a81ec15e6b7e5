/* Hostile text in every text of a transaction, of its proof and of the box of an act: no control
 * byte reaches a cell, nothing is done by it, and the frame of the picture stays as it is. */
#include "ui/shell.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/scrub.h"
#include "tests/lib/cases.h"
#include "tests/lib/hostile.h"
#include "tests/lib/worlds.h"
#include "ui/key.h"

enum { ROWS = 60, COLS = 140, STRIDE = 7, KEYS = 4, PAUSE = 1000 };

/* The place of one example of every text that a screen can reach; hash and id of a line are its
 * identity, and stand in what find() gives. */
#define IN(member) { #member, offsetof(struct cases, member), sizeof(((struct cases *)0)->member) }
static const struct {
	const char *name;
	size_t offset, size;
} fields[] = {
	IN(of[0].line.account), IN(of[0].line.amount), IN(of[0].line.asset), IN(of[0].line.status),
	IN(of[0].line.intent), IN(of[0].line.last_error), IN(of[0].line.id), IN(of[0].line.hash),
	IN(of[0].verdict.because), IN(of[0].verdict.next), IN(of[0].verdict.row),
	IN(of[0].decision.because), IN(of[0].inner_hash), IN(of[0].intent_key),
	IN(of[5].dismissed_reason), IN(of[3].trouble), IN(lines[1].intent), IN(lines[0].id),
	IN(lines[0].hash), IN(proofs[0].endpoint), IN(proofs[0].what), IN(proofs[0].headers[0]),
	IN(proofs[0].sha256), IN(proofs[0].says), IN(members[0].what), IN(members[0].id),
	IN(members[0].member.hash), IN(load.index), IN(load.trouble), IN(load.found),
};
#undef IN

static const struct {
	bool grouped;
	uint32_t keys[KEYS];
} looks[] = {
	{ false, { '3' } }, { true, { '3' } }, { false, { '3', KEYCODE_ENTER } },
	{ false, { '3', 'j', KEYCODE_ENTER } }, { false, { '3', 't' } },
	{ false, { '3', 't', KEYCODE_ENTER } }, { false, { '3', '?' } }, { false, { '1' } },
};

static struct surface surface;

static void check(const char *what)
{
	for (int y = 0; y < ROWS; y++)
		for (int x = 0; x < COLS; x++) {
			const struct cell *cell = surface_cell(&surface, x, y);

			if (!scrub_clean(str_sub(cell->bytes, cell->len)))
				fail_msg("%s: a control at %d,%d", what, x, y);
		}
	for (int i = 0; i < 9; i++)
		if (surface_cell(&surface, COLS - 9 + i, 0)->bytes[0] != " 02:14:07Z"[i + 1])
			fail_msg("%s: the clock was changed", what);
}

static void look(size_t which, size_t field, const struct hostile *payload)
{
	struct ui_prefs prefs = { .colour = true };
	struct moment now = { worlds_now(), 5000 };
	struct world *world = worlds_db_hung();
	struct cases *cases = cases_new(CASES_NIGHT, world);
	struct shell *shell = shell_new(&prefs);
	char *at = (char *)cases + fields[field].offset;
	size_t room = fields[field].size - 1;

	cases->load.grouped = looks[which].grouped;
	memset(at, 0, fields[field].size);
	memcpy(at, payload->bytes.p, payload->bytes.len < room ? payload->bytes.len : room);
	surface_reset(&surface, ROWS, COLS);
	shell_draw(shell, world, &surface, now);
	for (size_t i = 0; i < KEYS && looks[which].keys[i]; i++) {
		struct input event = { .kind = INPUT_KEY, .code = looks[which].keys[i] };
		struct effect effect;

		now.steady += PAUSE;
		shell_event(shell, world, &event, now, &effect);
		if (effect.kind != EFFECT_NONE)
			fail_msg("%s: something was done", fields[field].name);
		surface_reset(&surface, ROWS, COLS);
		shell_draw(shell, world, &surface, now);
	}
	check(fields[field].name);
	shell_free(shell);
	cases_free(cases);
	world_free(world);
}

static void hostile_text_of_a_transaction_stays_in_its_place(void **state)
{
	size_t count, tried = 0;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	surface_init(&surface, false);
	for (size_t field = 0; field < ARRAY_LEN(fields); field++)
		for (size_t i = field % STRIDE; i < count; i += STRIDE, tried++)
			look((field + i) % ARRAY_LEN(looks), field, &all[i]);
	surface_done(&surface);
	assert_true(tried > 1000);
}

static void hostile_text_in_a_memo_and_in_a_box_stays_in_its_place(void **state)
{
	size_t count;
	const struct hostile *all = hostile_all(&count);
	char text[512];

	(void)state;
	surface_init(&surface, false);
	for (size_t i = 0; i < count; i += 2) {
		struct ui_prefs prefs = { .colour = true };
		struct moment now = { worlds_now(), 5000 };
		struct world *world = worlds_healthy();
		struct cases *cases = cases_new(CASES_NIGHT, world);
		struct shell *shell = shell_new(&prefs);
		struct memo *memo = &cases->envelope->memo;

		memo->len = all[i].bytes.len < MEMO_BYTES ? all[i].bytes.len : MEMO_BYTES;
		memcpy(memo->bytes, all[i].bytes.p, memo->len);
		(void)str_copy(text, sizeof(text), all[i].bytes);
		cases->box.text = cases->box.evidence = cases->box.host = cases->box.refusal = text;
		surface_reset(&surface, ROWS, COLS);
		shell_draw(shell, world, &surface, now);
		for (const char *key = i % 4 ? "3t\r" : "3\r"; *key; key++) {
			struct input event = { .kind = INPUT_KEY,
					       .code = *key == '\r' ? KEYCODE_ENTER : (uint32_t)*key };
			struct effect effect;

			now.steady += PAUSE;
			shell_event(shell, world, &event, now, &effect);
			surface_reset(&surface, ROWS, COLS);
			shell_draw(shell, world, &surface, now);
		}
		check(hostile_class_name(all[i].kind));
		shell_free(shell);
		cases_free(cases);
		world_free(world);
	}
	surface_done(&surface);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_text_of_a_transaction_stays_in_its_place),
		cmocka_unit_test(hostile_text_in_a_memo_and_in_a_box_stays_in_its_place),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
