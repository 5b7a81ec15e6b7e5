/* Hostile text in every text of an incident at once: no control byte reaches a cell, on any screen
 * of an incident and on the detail of any of its rows, and the frame around them stays. */
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

enum { ROWS = 30, COLS = 140, SIDE = 84, STRIDE = 9, STEPS = 26 };

static struct incident incident;
static struct desk desk;
static struct sent sent;
static struct tracked tracked[4];
static struct incident_alert fired;
static struct snapshot snapshot;
static struct evidence evidence;
static struct writer writer;
static struct escalated escalated;
static char text[1024], label[256];
static char *labels[] = { label };

/* Every text that a screen can reach. */
#define ALL(object) { #object, object, sizeof(object) }
static const struct {
	const char *name;
	char *at;
	size_t size;
} fields[] = {
	ALL(incident.title), ALL(incident.type), ALL(incident.environment), ALL(incident.rule),
	ALL(incident.components[0]), ALL(incident.reason), ALL(incident.into), ALL(incident.ticket),
	ALL(incident.seats[0].who), ALL(incident.seats[3].who), ALL(incident.offer.event),
	ALL(incident.offer.from), ALL(incident.offer.to), ALL(incident.first_minutes),
	ALL(incident.cadence.snoozed_because), ALL(incident.conflict.text),
	ALL(sent.by), ALL(sent.type), ALL(sent.audience), ALL(sent.channels[0].channel),
	ALL(sent.channels[0].response), ALL(sent.channels[1].channel),
	ALL(tracked[0].by), ALL(tracked[0].type), ALL(tracked[0].text), ALL(tracked[0].who),
	ALL(tracked[0].outcome), ALL(tracked[1].text), ALL(tracked[2].who), ALL(tracked[3].type),
	ALL(fired.name), ALL(fired.acked_by), ALL(fired.silence_id), ALL(fired.silence_because),
	ALL(snapshot.figures[0].name), ALL(snapshot.figures[0].unit), ALL(snapshot.figures[0].text),
	ALL(snapshot.figures[0].because), ALL(evidence.name), ALL(evidence.text),
	ALL(evidence.sha256), ALL(escalated.who), ALL(escalated.by), ALL(escalated.text),
	ALL(writer.host), ALL(writer.console),
	ALL(desk.open[0].folder), ALL(desk.open[0].trouble), ALL(desk.open[0].peers[0].who),
	ALL(desk.open[0].peers[0].host), ALL(desk.open[0].peers[1].who), ALL(desk.owed[0].text),
	ALL(desk.owed[0].subject), ALL(desk.figures.figures[0].name),
	ALL(desk.figures.figures[0].text), ALL(desk.figures.figures[0].unit), ALL(desk.last),
	ALL(desk.proposal.rule), ALL(desk.proposal.title), ALL(desk.proposal.components[0]),
	ALL(desk.trouble), ALL(text), ALL(label),
};
#undef ALL

static void put_everywhere(struct str payload)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		size_t len = payload.len < fields[i].size - 2 ? payload.len : fields[i].size - 2;

		memset(fields[i].at, 0, fields[i].size);
		memcpy(fields[i].at, payload.p, len);
	}
	str_put(evidence.event, sizeof(evidence.event), "evidence");
	str_put(sent.event, sizeof(sent.event), "sent");
	for (size_t i = 0; i < ARRAY_LEN(tracked); i++)
		tracked[i].event[0] = (char)('a' + i);
}

static void set_lists(void)
{
	incident.sent = &sent;
	sent.text = incident.summary = incident.offer.card = text;
	sent.channel_count = 2;
	sent.channels[0].done = true;
	incident.asks = &tracked[0];
	incident.actions = &tracked[1];
	incident.follow_ups = &tracked[2];
	incident.deferred = &tracked[3];
	incident.alerts = &fired;
	fired.labels = labels;
	fired.acked = true;
	fired.silence = SILENCE_FAILED;
	incident.snapshots = &snapshot;
	incident.evidence = &evidence;
	incident.writers = &writer;
	incident.escalated = &escalated;
	incident.sent_count = incident.ask_count = incident.action_count = incident.follow_up_count =
		incident.deferred_count = incident.alert_count = incident.snapshot_count =
		incident.evidence_count = incident.writer_count = incident.escalated_count =
		incident.component_count = snapshot.count = desk.figures.count = fired.label_count = 1;
	tracked[0].settled = incident.first_minutes_answered = incident.conflict.status = true;
	incident.severity = 1;
	incident.imported_from = worlds_now();
	snapshot.figures[0].known = true;
}

static void set_desk(struct history *history, size_t count)
{
	set_lists();
	desk.open[0].incident = &incident;
	desk.open[0].history = history;
	desk.open[0].saving = SAVING_NOT_SAVED;
	desk.open[0].peer_count = 2;
	desk.open[0].peers[0].heard = worlds_now();
	desk.count = count;
	desk.owed_count = count;
	str_put(desk.owed[0].incident, sizeof(desk.owed[0].incident), incident.id);
	desk.proposal.worth = true;
	desk.proposal.component_count = 1;
	if (count == 0)
		desk.trouble[0] = '\0';		/* else nothing but it is shown */
}

static bool is_harmless(const struct cell *cell)
{
	return scrub_clean(str_sub(cell->bytes, cell->len));
}

static bool frame_stands(const struct surface *surface)
{
	for (int y = 2; y < ROWS - 2; y++)
		if (surface_cell(surface, SIDE + 1, y)->bytes[0] != '|')
			return false;
	return surface_cell(surface, COLS - 1, 0)->bytes[0] == 'Z';
}

static void check(const struct surface *surface, bool framed, size_t payload)
{
	for (int y = 0; y < ROWS; y++)
		for (int x = 0; x < COLS; x++)
			if (!is_harmless(surface_cell(surface, x, y)))
				fail_msg("payload %zu: a control at %d,%d", payload, x, y);
	if (framed && !frame_stands(surface))
		fail_msg("payload %zu changed the frame", payload);
}

static void press(struct shell *shell, const struct world *world, struct surface *surface,
		  uint32_t code)
{
	struct moment now = { worlds_now(), 1000 };
	struct input event = { .kind = INPUT_KEY, .code = code };
	struct effect effect;

	shell_event(shell, world, &event, now, &effect);
	surface_reset(surface, ROWS, COLS);
	shell_draw(shell, world, surface, now);
}

/* Down all rows, with the detail of each at the side; then the last as a screen of its own. */
static void walk(struct shell *shell, const struct world *world, struct surface *surface,
		 uint32_t screen, size_t payload)
{
	press(shell, world, surface, screen);
	press(shell, world, surface, 'g');
	for (int i = 0; i < STEPS; i++) {
		check(surface, true, payload);
		press(shell, world, surface, 'j');
	}
	press(shell, world, surface, KEYCODE_ENTER);
	check(surface, false, payload);
	press(shell, world, surface, KEYCODE_ESC);
}

/* What is no UTF-8 cannot stand in the JSON of an event, only in what was made of one. */
static void look_at_all(struct world *world, const struct hostile *hostile, size_t payload,
			size_t count)
{
	struct str bytes = hostile->bytes;
	bool utf8 = hostile->utf8;
	static const uint32_t screens[] = { '1', '2', '4', '6' };
	struct ui_prefs prefs = { .colour = true };
	struct shell *shell = shell_new(&prefs);
	struct night night;
	struct surface surface;
	struct buf data = { 0 };

	night_begin(&night, "7k3f9q");
	buf_text(&data, "{\"text\":");
	hostile_json(&data, utf8 ? bytes : str_of("plain"));
	buf_text(&data, ",\"odd\":[{\"key\":");
	hostile_json(&data, utf8 ? bytes : str_of("plain"));
	buf_text(&data, "}]}");
	night_tell(&night, &(struct night_event){ .at = worlds_now(), .rec = WHEN_NEVER,
						  .kind = EVENT_NOTE, .data = buf_cstr(&data) });
	put_everywhere(bytes);
	set_desk(night.history, count);
	surface_init(&surface, false);
	for (size_t i = 0; i < ARRAY_LEN(screens); i++)
		walk(shell, world, &surface, screens[i], payload);
	surface_done(&surface);
	shell_free(shell);
	history_free(night.history);
	buf_done(&data);
}

static void hostile_text_of_an_incident_stays_in_its_place(void **state)
{
	struct world *world = worlds_db_hung();
	size_t count, tried = 0;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	world->desk = &desk;
	for (size_t i = 0; i < count; i += STRIDE) {
		look_at_all(world, &all[i], i, 1);
		look_at_all(world, &all[i], i, 0);
		tried++;
	}
	world->desk = NULL;
	world_free(world);
	assert_true(tried > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_text_of_an_incident_stays_in_its_place),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
