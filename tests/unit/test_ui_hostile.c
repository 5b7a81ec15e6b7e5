/* Hostile text in every text field of the world: no control byte reaches a cell, and the parts of
 * the picture that show something else stay as they are. */
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
#include "tests/lib/hostile.h"
#include "tests/lib/worlds.h"

enum { ROWS = 45, COLS = 140, SIDE = 84, STRIDE = 7 };

/* Every text of every struct that a screen can reach: the place in the world of one example. */
#define IN(member) { #member, offsetof(struct world, member), sizeof(((struct world *)0)->member) }
static const struct {
	const char *name;
	size_t offset, size;
} fields[] = {
	IN(environment), IN(operator), IN(alerts_because),
	IN(sources[0].name), IN(sources[0].kind), IN(sources[0].because),
	IN(sources[1].name), IN(sources[1].because),
	IN(sources[0].asks[0].what), IN(sources[0].asks[0].endpoint), IN(sources[0].asks[0].blinds),
	IN(sources[0].asks[0].error),
	IN(signals[0].name), IN(signals[0].unit), IN(signals[0].because), IN(signals[1].unit),
	IN(alerts[0].name), IN(alerts[0].severity), IN(alerts[0].fingerprint), IN(alerts[0].labels),
	IN(alerts[0].summary), IN(alerts[0].runbook), IN(alerts[0].silenced_by),
	IN(tx.because), IN(tx.at_risk[0].asset), IN(tx.at_risk[0].amount), IN(tx.rows[0].id),
	IN(tx.rows[0].hash), IN(tx.rows[0].status), IN(tx.rows[0].amount), IN(tx.rows[0].asset),
	IN(components[0].name), IN(changes[0].what), IN(changes[0].text),
};
#undef IN

static const uint32_t screens[] = { 0, '2', '7', KEYCODE_ENTER, '?', ':' };

static void draw(struct shell *shell, const struct world *world, struct surface *surface)
{
	surface_reset(surface, ROWS, COLS);
	shell_draw(shell, world, surface, (struct moment){ worlds_now(), 1000 });
}

/* What scrub() would leave as it is drives no terminal and hides nothing. */
static bool is_harmless(const struct cell *cell)
{
	return scrub_clean(str_sub(cell->bytes, cell->len));
}

/* The clock, the bar between the columns, and the row of hints' first word. */
static bool frame_stands(const struct surface *surface)
{
	static const char clock[] = "02:14:07Z";

	for (size_t i = 0; i < sizeof(clock) - 1; i++) {
		int x = COLS - (int)(sizeof(clock) - 1 - i);

		if (surface_cell(surface, x, 0)->bytes[0] != clock[i])
			return false;
	}
	for (int y = 2; y < ROWS - 2; y++)
		if (surface_cell(surface, SIDE + 1, y)->bytes[0] != '|')
			return false;
	return surface_cell(surface, 1, ROWS - 1)->bytes[0] == 'E';
}

static void look_at(struct shell *shell, const struct world *world, struct surface *surface,
		    const char *field)
{
	for (size_t s = 0; s < ARRAY_LEN(screens); s++) {
		struct input event = { .kind = INPUT_KEY, .code = screens[s] };
		struct input escape = { .kind = INPUT_KEY, .code = KEYCODE_ESC };
		struct effect effect;

		if (screens[s])
			shell_event(shell, world, &event, (struct moment){ worlds_now(), 1000 }, &effect);
		draw(shell, world, surface);
		for (int y = 0; y < ROWS; y++)
			for (int x = 0; x < COLS; x++)
				if (!is_harmless(surface_cell(surface, x, y)))
					fail_msg("%s: a control at %d,%d of screen %zu", field, x, y, s);
		if (s < 3 && !frame_stands(surface))
			fail_msg("%s: the frame of screen %zu was changed", field, s);
		shell_event(shell, world, &escape, (struct moment){ worlds_now(), 1000 }, &effect);
		shell_event(shell, world, &escape, (struct moment){ worlds_now(), 1000 }, &effect);
	}
}

static void put(struct world *world, size_t field, struct str payload)
{
	char *at = (char *)world + fields[field].offset;
	size_t len = payload.len < fields[field].size - 2 ? payload.len : fields[field].size - 2;

	memset(at, 0, fields[field].size);
	memcpy(at, payload.p, len);
}

static void hostile_text_in_any_field_stays_in_its_place(void **state)
{
	size_t count, tried = 0;
	const struct hostile *all = hostile_all(&count);
	struct ui_prefs prefs = { .colour = true };
	struct surface surface;

	(void)state;
	surface_init(&surface, false);
	for (size_t field = 0; field < ARRAY_LEN(fields); field++) {
		struct world *world = worlds_db_hung();
		struct shell *shell = shell_new(&prefs);

		world->tx.known = field % 2;	/* both what is known and what is not */
		for (size_t i = field % STRIDE; i < count; i += STRIDE, tried++) {
			put(world, field, all[i].bytes);
			look_at(shell, world, &surface, fields[field].name);
		}
		shell_free(shell);
		world_free(world);
	}
	surface_done(&surface);
	assert_true(tried > 2000);
}

static void hostile_figures_stay_in_their_place(void **state)
{
	size_t count;
	const struct hostile *all = hostile_all(&count);
	struct ui_prefs prefs = { .colour = true };
	struct world *world = worlds_db_hung();
	struct shell *shell = shell_new(&prefs);
	struct surface surface;

	(void)state;
	surface_init(&surface, false);
	for (size_t i = 0; i < count; i += STRIDE) {
		json_t *fields_of_it = json_object();
		json_t *text = json_stringn_nocheck(all[i].bytes.p, all[i].bytes.len);

		if (all[i].utf8 && memchr(all[i].bytes.p, '\0', all[i].bytes.len) == NULL) {
			char key[64];

			str_copy(key, sizeof(key), all[i].bytes);
			json_object_set_nocheck(fields_of_it, key, text);
		}
		json_object_set_new(fields_of_it, "list", json_pack("[{s:O}]", "x", text));
		json_decref(text);
		json_decref(world->sources[0].fields);
		world->sources[0].fields = fields_of_it;
		look_at(shell, world, &surface, "fields");
	}
	shell_free(shell);
	world_free(world);
	surface_done(&surface);
}

static void hostile_lines_of_a_log_stay_in_their_place(void **state)
{
	size_t count;
	const struct hostile *all = hostile_all(&count);
	struct ui_prefs prefs = { .colour = true };
	struct world *world = worlds_db_hung();
	struct shell *shell = shell_new(&prefs);
	struct surface surface;

	(void)state;
	surface_init(&surface, false);
	for (size_t i = 0; i < count; i += STRIDE) {
		struct sighting line = { .at = worlds_now() };
		struct report report = { .state = STATE_DOWN, .newest = worlds_now(),
					 .sightings = &line, .sighting_count = 1 };

		(void)str_copy(line.text, sizeof(line.text), all[i].bytes);
		(void)str_copy(line.pattern, sizeof(line.pattern), all[i].bytes);
		(void)str_copy(line.hash, sizeof(line.hash), all[i].bytes);
		world_report(world, 0, &report, worlds_now());
		look_at(shell, world, &surface, "sightings");
	}
	shell_free(shell);
	world_free(world);
	surface_done(&surface);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_text_in_any_field_stays_in_its_place),
		cmocka_unit_test(hostile_figures_stay_in_their_place),
		cmocka_unit_test(hostile_lines_of_a_log_stay_in_their_place),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
