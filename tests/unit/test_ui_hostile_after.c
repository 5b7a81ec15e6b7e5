/* Hostile text in every text of what comes after an incident: no control byte reaches a cell, on
 * any of its screens, forms and explanations, and the header stays. */
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
#include "tests/lib/nights.h"
#include "tests/lib/worlds.h"
#include "ui/shell_state.h"

enum { ROWS = 30, COLS = 140, STRIDE = 9, STEPS = 20 };

static struct incident incident;
static struct drill drill;
static struct desk desk;
static struct policy policy;
static struct afterword facts;
static struct drill_board board;
static struct rehearsal table;
static struct tracked action;
static char text[1024], question[BECAUSE_TEXT];

#define ALL(object) { object, sizeof(object) }
static const struct {
	char *at;
	size_t size;
} fields[] = {
	ALL(incident.title), ALL(incident.aftermath.owner), ALL(incident.aftermath.none[1]),
	ALL(incident.aftermath.answers[0].by), ALL(incident.aftermath.answers[1].by),
	ALL(incident.aftermath.signed_by), ALL(incident.aftermath.signed_text),
	ALL(incident.seats[0].who), ALL(incident.seats[SEAT_AUDIT].who), ALL(drill.environment),
	ALL(drill.verdict), ALL(facts.questions[0]), ALL(facts.times[0].note), ALL(facts.trouble),
	ALL(facts.outing.said), ALL(facts.outing.paths[0]), ALL(facts.outing.paths[1]),
	ALL(board.rows[0].last_id), ALL(board.rows[0].scenario), ALL(board.rows[0].runbook),
	ALL(board.folder), ALL(board.trouble), ALL(table.replays), ALL(table.why), ALL(action.text),
	ALL(action.who), ALL(action.outcome), ALL(text), ALL(question),
};
#undef ALL

static void put_everywhere(struct str payload)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		size_t len = payload.len < fields[i].size - 2 ? payload.len : fields[i].size - 2;

		memset(fields[i].at, 0, fields[i].size);
		memcpy(fields[i].at, payload.p, len);
	}
}

static void set_scene(struct history *history, bool known)
{
	incident.severity = incident.max_severity = 1;
	incident.status = INCIDENT_RESOLVED;
	str_put(incident.id, sizeof(incident.id), "7k3f9q");
	str_put(incident.type, sizeof(incident.type), "drill");
	incident.drill = &drill;
	drill.announced = drill.finished = true;
	incident.summary = incident.aftermath.answers[0].text = incident.aftermath.answers[1].text = text;
	incident.aftermath.status = PAPER_DRAFT;
	incident.actions = &action;
	incident.action_count = 1;
	str_put(action.type, sizeof(action.type), "alert");
	str_put(action.event, sizeof(action.event), "action");
	facts.known = known;
	facts.time_count = facts.question_count = 1;
	facts.times[0] = (struct afterword_time){ .label = "time to detect", .from = "impact_started",
						  .to = "detected", .took = WHEN_NEVER };
	facts.outing.verb = "export";
	facts.outing.path_count = 2;
	board.count = 1;
	board.rows[0].overdue = true;
	table.history = known ? history : NULL;
	table.shown = history_count(history);
	table.over = true;
	desk = (struct desk){ .count = 1, .board = &board, .rehearsal = &table, .policy = &policy };
	desk.open[0] = (struct docket){ .incident = &incident, .history = history, .afterword = &facts };
}

static struct world *world;
static struct shell *shell;
static struct surface surface;
static msec steady;

static void check(size_t payload)
{
	surface_reset(&surface, ROWS, COLS);
	shell_draw(shell, world, &surface, (struct moment){ worlds_now(), steady });
	for (int y = 0; y < ROWS; y++)
		for (int x = 0; x < COLS; x++) {
			const struct cell *cell = surface_cell(&surface, x, y);

			if (!scrub_clean(str_sub(cell->bytes, cell->len)))
				fail_msg("payload %zu: a control at %d,%d", payload, x, y);
		}
	if (surface_cell(&surface, COLS - 1, 0)->bytes[0] != 'Z')
		fail_msg("payload %zu changed the header", payload);
}

static void press(uint32_t code, size_t payload)
{
	struct input event = { .kind = INPUT_KEY, .code = code };
	struct effect effect;

	steady += 1000;
	shell_event(shell, world, &event, (struct moment){ worlds_now(), steady }, &effect);
	check(payload);
}

/* Down its rows: what Enter opens on each, and why it is so. */
static void walk(enum action screen, size_t payload)
{
	struct effect effect = { 0 };
	struct act act = { shell, world, { worlds_now(), steady }, &effect };

	shell_perform(&act, screen);
	check(payload);
	for (int i = 0; i < STEPS; i++) {
		press(KEYCODE_ENTER, payload);
		press(KEYCODE_ESC, payload);
		if (shell->depth == 0)
			shell_perform(&act, screen);
		press('?', payload);
		press(KEYCODE_ESC, payload);
		press('j', payload);
	}
	press('W', payload);
	press('p', payload);
	press(KEYCODE_ESC, payload);
	while (shell->depth > 0)
		press(KEYCODE_ESC, payload);
}

static void look_at_all(const struct hostile *hostile, size_t payload, bool known)
{
	struct ui_prefs prefs = { .colour = true };
	struct night night;
	struct buf data = { 0 };

	night_begin(&night, "old111");
	buf_text(&data, "{\"text\":");
	hostile_json(&data, hostile->utf8 ? hostile->bytes : str_of("plain"));
	buf_text(&data, "}");
	night_tell(&night, &(struct night_event){ .at = worlds_now(), .rec = WHEN_NEVER,
						  .kind = EVENT_NOTE, .data = buf_cstr(&data) });
	put_everywhere(hostile->bytes);
	set_scene(night.history, known);
	if (known)
		table.why[0] = '\0';
	shell = shell_new(&prefs);
	surface_init(&surface, false);
	walk(ACTION_POSTMORTEM, payload);
	walk(ACTION_DRILLS, payload);
	walk(ACTION_TABLETOP, payload);
	press('1', payload);
	surface_done(&surface);
	shell_free(shell);
	history_free(night.history);
	buf_done(&data);
}

static void hostile_text_of_what_comes_after_stays_in_its_place(void **state)
{
	size_t count, tried = 0;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	world = worlds_db_hung();
	world->desk = &desk;
	for (size_t i = 0; i < count; i += STRIDE) {
		look_at_all(&all[i], i, true);
		look_at_all(&all[i], i, false);
		tried++;
	}
	world->desk = NULL;
	world_free(world);
	assert_true(tried > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_text_of_what_comes_after_stays_in_its_place),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
