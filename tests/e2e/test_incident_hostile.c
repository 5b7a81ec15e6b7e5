/*
 * Hostile text in every member of every kind of event, in the file of another console: who may
 * write into a shared folder may not draw on our terminal. The fields are those of the table. The
 * oracle is the raw byte stream, and the frame around the rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "tests/lib/casefile.h"
#include "tests/lib/console.h"
#include "tests/lib/hostile.h"
#include "tests/lib/pen.h"

enum { ROUNDS = 12, LONGEST = 600, DETAILS = 12, ROWS = 50 };

struct stage {
	struct rig *rig;
	struct casefile file;
	const struct hostile *corpus;
	size_t corpus_count, next;
	struct arena arena;
	size_t marked;			/* pictures in which a payload stood, made harmless */
};

static const char *payload(struct stage *stage)
{
	const struct hostile *hostile;

	do
		hostile = &stage->corpus[stage->next++ % stage->corpus_count];
	while (!hostile->utf8 || hostile->bytes.len > LONGEST);
	return arena_text(&stage->arena, hostile->bytes.p, hostile->bytes.len);
}

static struct text_list payloads(struct stage *stage)
{
	const char **items = arena_array(&stage->arena, 2, sizeof(*items));

	items[0] = payload(stage);
	items[1] = payload(stage);
	return (struct text_list){ items, 2 };
}

static struct figure_list figures(struct stage *stage)
{
	struct figure *figure = arena_new(&stage->arena, sizeof(*figure));

	*figure = (struct figure){ payload(stage), payload(stage), payload(stage), true,
				   casefile_now(), payload(stage) };
	return (struct figure_list){ figure, 1 };
}

#define FOUL_TEXT(member) event->data.member = payload(stage)
#define FOUL_TEXTS(member) event->data.member = payloads(stage)
#define FOUL_FIGURES(member) event->data.member = figures(stage)
#define FOUL_INT(member) (void)0
#define FOUL_TIME(member) (void)0
#define FOUL_BOOL(member) (void)0

static void foul(struct stage *stage, struct event *event)
{
#define X(member, key, type, help) \
	if (event->data.has & F(member)) \
		FOUL_##type(member);
	EVENT_FIELDS(X)
#undef X
	str_put(event->by, sizeof(event->by), payload(stage));
}

static void write_file(const struct stage *stage, const struct pen *pen)
{
	char path[700];
	FILE *file;

	snprintf(path, sizeof(path), "%s/journal.%s.jsonl", stage->file.folder, pen->last.origin);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(pen->lines.data, 1, pen->lines.len, file), pen->lines.len);
	assert_int_equal(fclose(file), 0);
}

/* A round is a console whose every event is foul; the kinds' own words are left where a kind would
 * have no effect without them, in every second round. */
static void write_round(struct stage *stage, unsigned round)
{
	struct pen pen;

	pen_open(&pen, 40 + round, "mallory");
	pen.now = casefile_now();
	for (int kind = EVENT_UNKNOWN + 1; kind < EVENT_KIND_COUNT; kind++) {
		struct event event = pen_event(&pen, (enum event_kind)kind);
		const char *new_, *role, *type;

		if (kind == EVENT_STATUS_SET || kind == EVENT_UNDO)
			continue;	/* the incident must stay open to be looked at */
		pen_fill(&event.data, (enum event_kind)kind);
		new_ = event.data.new_;
		role = event.data.role;
		type = event.data.type;
		foul(stage, &event);
		if (round % 2 == 0) {
			event.data.new_ = new_;
			event.data.role = role;
			event.data.type = type;
		}
		pen_write(&pen, &event);
	}
	write_file(stage, &pen);
	pen_close(&pen);
}

/* A tab stands in its row; the title of a screen without one may be scrolled away. */
static bool is_there(const struct screen *screen, const char *tab)
{
	return tab[0] != '[' || screen_row_has(screen, 1, tab);
}

static void check(struct stage *stage, struct screen *screen, const char *tab)
{
	const struct wire *wire = screen_wire(screen);

	if (wire->foreign)
		console_fail(screen, wire->foreign_text);
	assert_null(strstr(wire->title, "\033"));
	if (!is_there(screen, tab) || !screen_row_has(screen, ROWS - 1, "keys"))
		console_fail(screen, "the frame was written over");
	stage->marked += screen_find(screen, HOSTILE_MARK, NULL);
}

static void press(struct screen *screen, const char *key)
{
	assert_true(screen_key(screen, key));
	screen_settle(screen, 60, CONSOLE_PATIENCE);
}

static void visit(struct stage *stage, struct screen *screen, const char *key, const char *tab)
{
	assert_true(screen_key(screen, key));
	if (!screen_wait_text(screen, tab, CONSOLE_PATIENCE))
		console_fail(screen, "a key did not reach its screen");
	press(screen, "g");
	check(stage, screen, tab);
	for (int i = 0; i < DETAILS; i++) {
		press(screen, "Enter");
		if (!screen_row_has(screen, 0, "SEV"))
			console_fail(screen, "the header was written over");
		if (screen_wire(screen)->foreign)
			console_fail(screen, screen_wire(screen)->foreign_text);
		press(screen, "Esc");
		press(screen, "j");
	}
	press(screen, "G");
	check(stage, screen, tab);
}

static void what_another_console_writes_draws_nothing_but_text(void **state)
{
	struct stage stage = { 0 };
	struct screen *screen;
	struct err err = { 0 };

	(void)state;
	stage.corpus = hostile_all(&stage.corpus_count);
	stage.rig = rig_new(RIG_HEALTHY, &err);
	if (!stage.rig)
		fail_msg("%s", err.text);
	casefile_declare(&stage.file, stage.rig, "Indexer down", 1);
	for (unsigned round = 0; round < ROUNDS; round++)
		write_round(&stage, round);
	screen = console_start(&(struct console_setup){
		.rig = stage.rig, .rows = ROWS, .cols = 160, .awaits = stage.file.id,
	});
	visit(&stage, screen, "6", "[6 Timeline");
	visit(&stage, screen, "4", "[4 Incident");
	visit(&stage, screen, "2", "[2 Alerts");
	visit(&stage, screen, "1", "[1 Now");
	visit(&stage, screen, "W", "POSTMORTEM #");
	/* the payloads did reach the screen, or all of this has shown nothing */
	assert_true(stage.marked > 2);
	screen_free(screen);
	rig_free(stage.rig);
	arena_done(&stage.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_another_console_writes_draws_nothing_but_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
