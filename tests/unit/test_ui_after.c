/* What comes after an incident, at the terminal: golden pictures in four sizes, what keys do, what
 * is refused. UPDATE_GOLDEN=1 writes the pictures anew; then read the difference. */
#include "ui/shell.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "core/decide.h"
#include "tests/lib/golden.h"
#include "tests/lib/nights.h"
#include "tests/lib/worlds.h"
#include "ui/drills.h"
#include "ui/form_parts.h"
#include "ui/shell_state.h"

#define PUT(field, text) str_put((field), sizeof(field), (text))

static const struct {
	int rows, cols;
} sizes[] = { { 24, 80 }, { 50, 160 }, { 10, 40 }, { 4, 15 } };

static struct shell *shell;
static struct world *world;
static struct nights *nights;
static struct surface surface;
static struct moment now;
static struct effect last;
static struct afterword facts;
static struct drill_board board;
static struct rehearsal table;
static struct night replayed;
static int screen_rows = 60, screen_cols = 100;

static void open_night(enum nights_kind kind)
{
	struct ui_prefs prefs = { .colour = true };

	now = (struct moment){ worlds_now(), 100000 };
	world = worlds_db_hung();
	nights = nights_new(kind, world);
	shell = shell_new(&prefs);
	surface_init(&surface, false);
	facts = (struct afterword){ 0 };
}

static void close_night(void)
{
	shell_free(shell);
	nights_free(nights);
	history_free(replayed.history);
	replayed = (struct night){ 0 };
	world->desk = NULL;
	world_free(world);
	surface_done(&surface);
}

static void draw_at(int rows, int cols)
{
	surface_reset(&surface, rows, cols);
	shell_draw(shell, world, &surface, now);
}

static void press(uint32_t code)
{
	struct input event = { .kind = INPUT_KEY, .code = code };

	now.steady += 1000;
	shell_event(shell, world, &event, now, &last);
	draw_at(screen_rows, screen_cols);
}

static void type(const char *keys)
{
	for (; *keys; keys++)
		press(*keys == '\n' ? KEYCODE_ENTER : *keys == '\t' ? KEYCODE_TAB : (uint32_t)*keys);
}

static bool shows(const char *text)
{
	struct buf picture = { 0 };
	bool found;

	draw_at(60, 100);
	surface_dump(&surface, &picture);
	found = strstr(buf_cstr(&picture), text) != NULL;
	buf_done(&picture);
	return found;
}

static void tell_of(struct night *night, enum event_kind kind, const char *data)
{
	night_tell(night, &(struct night_event){
		.at = now.wall, .rec = WHEN_NEVER, .kind = kind, .data = data });
	nights->desk.version++;
}

static void tell(enum event_kind kind, const char *data)
{
	now.wall += WHEN_SECOND;
	tell_of(&nights->nights[0], kind, data);
}

/* --- what the pictures are of ---------------------------------------------------------------- */

static void know_facts(void)
{
	const struct incident *in = nights->desk.open[0].incident;

	facts = (struct afterword){
		.known = true, .update_every = 15 * WHEN_MINUTE, .longest_gap = 22 * WHEN_MINUTE,
		.updates_due = 3, .updates_sent = 2, .updates_late = 1, .runs = 1, .done = 8,
		.sensed = 3, .skipped = 1, .overridden = 1, .commands = 4, .by_hand = 1,
		.time_count = 3, .question_count = 2, .questions_more = 1,
	};
	facts.times[0] = (struct afterword_time){
		.label = "time to detect", .from = "impact_started", .to = "detected",
		.from_at = in->declared_at - 6 * WHEN_MINUTE, .to_at = in->declared_at - WHEN_MINUTE,
		.took = 5 * WHEN_MINUTE, .note = "the start is an estimate",
	};
	facts.times[1] = (struct afterword_time){
		.label = "time to resolve", .from = "impact_started", .to = "resolved",
		.from_at = in->declared_at - 6 * WHEN_MINUTE, .to_at = in->declared_at + WHEN_HOUR,
		.took = 66 * WHEN_MINUTE,
	};
	facts.times[2] = (struct afterword_time){
		.label = "time to mitigate", .from = "impact_started", .to = "mitigated",
		.from_at = in->declared_at - 6 * WHEN_MINUTE, .to_at = WHEN_NEVER, .took = WHEN_NEVER,
		.note = "nobody recorded when it was mitigated",
	};
	PUT(facts.questions[0], "When did users first feel it? The start is an estimate.");
	PUT(facts.questions[1], "Which deploy was it? None is on record.");
	nights->desk.open[0].afterword = &facts;
}

#define ANSWER(name, text) \
	{ EVENT_POSTMORTEM_ANSWERED, "{\"name\":\"" name "\",\"text\":\"" text "\"}" }

static const struct told {
	enum event_kind kind;
	const char *data;
} drafted[] = {
	ANSWER("impact", "Payments were late for an hour.\\n\\nNobody lost money."),
	{ EVENT_ACTION_ITEM, "{\"type\":\"alert\",\"text\":\"alert on a hung primary\","
	  "\"owner\":\"ben\"}" },
}, ready[] = {
	ANSWER("summary", "The database hung and nothing failed over."),
	{ EVENT_ACTION_ITEM_NONE, "{\"type\":\"test\",\"reason\":\"the hang is the vendor's\"}" },
	{ EVENT_POSTMORTEM_SET, "{\"new\":\"in review\",\"who\":\"ben\"}" },
}, published[] = {
	{ EVENT_POSTMORTEM_SET, "{\"new\":\"published\",\"old\":\"in review\"}" },
	{ EVENT_EXPORT_WRITTEN, "{\"format\":\"md\",\"sha256\":\"aa\",\"name\":\"postmortem.md\"}" },
};

static void tell_all(const struct told *told, size_t count)
{
	for (size_t i = 0; i < count; i++)
		tell(told[i].kind, told[i].data);
}

static void make_draft(void)
{
	open_night(NIGHTS_RESOLVED);
	know_facts();
	tell_all(drafted, ARRAY_LEN(drafted));
}

static void make_ready(void)
{
	make_draft();
	tell_all(ready, ARRAY_LEN(ready));
}

static void make_published(void)
{
	make_ready();
	tell_all(published, ARRAY_LEN(published));
	nights->desk.owed_count = 0;
	facts.outing = (struct outing){ .verb = "export", .ok = true, .said = "exported",
					.path_count = 2 };
	PUT(facts.outing.paths[0], "postmortems/2026-11-22-7k3f9q/postmortem.md");
	PUT(facts.outing.paths[1], "postmortems/2026-11-22-7k3f9q/postmortem.html");
}

/* The one incident is a drill from here on: its record says so. */
static void make_drill(void)
{
	static const struct told told[] = {
		{ EVENT_INCIDENT_DECLARED, "{\"title\":\"Restore test\",\"severity\":3,\"type\":\"drill\"}" },
		{ EVENT_DRILL_ANNOUNCED, "{\"type\":\"restoration\",\"name\":\"indexer-db-restore\","
		  "\"environment\":\"dr-test\",\"target\":\"teachlink/dr-test\",\"runbook\":\"restore-test\"}" },
	};

	open_night(NIGHTS_OPEN);
	history_free(nights->nights[0].history);
	nights->nights[0] = (struct night){ 0 };
	night_begin(&nights->nights[0], "d7rill");
	tell_all(told, ARRAY_LEN(told));
	nights->desk.open[0].incident = history_incident(nights->nights[0].history);
	nights->desk.open[0].history = nights->nights[0].history;
	nights->desk.owed_count = 0;
}

static void make_board(void)
{
	open_night(NIGHTS_NONE);
	board = (struct drill_board){ .count = 4, .reports = 3 };
	PUT(board.folder, "backups/recovery_reports");
	for (int i = 0; i < DRILL_TYPE_COUNT; i++)
		board.rows[i] = (struct drill_due){
			.type = (enum drill_type)i, .every = drill_type_every((enum drill_type)i),
			.last_at = now.wall - 5 * WHEN_DAY * (i + 1), .last_pass = i != 2, .last_signed = i == 0,
			.due_at = now.wall + (i == 0 ? 2 : -12) * WHEN_DAY, .overdue = i != 0,
			.last_id = "2026-11-01-d7rill",
		};
	board.rows[3].last_at = WHEN_NEVER;
	board.rows[3].last_id[0] = '\0';
	PUT(board.rows[1].scenario, "indexer-db-restore");
	PUT(board.rows[1].runbook, "restore-test");
	nights->desk.board = &board;
}

static void make_no_board(void)
{
	open_night(NIGHTS_NONE);
}

/* Three moments of an old incident; the table has seen so many of them. */
static void make_table(size_t shown)
{
	static const struct told told[] = {
		{ EVENT_INCIDENT_DECLARED, "{\"title\":\"Indexer down\",\"severity\":1,\"type\":\"outage\"}" },
		{ EVENT_NOTE, "{\"text\":\"the primary hangs\"}" },
		{ EVENT_NOTE, "{\"text\":\"failed over to the replica\"}" },
	};

	make_drill();
	night_begin(&replayed, "old111");
	now.wall -= WHEN_DAY;
	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		now.wall += WHEN_MINUTE;
		tell_of(&replayed, told[i].kind, told[i].data);
	}
	now.wall += WHEN_DAY;
	table = (struct rehearsal){ .drill = "d7rill", .replays = "old111", .history = replayed.history,
				    .shown = shown, .clock = WHEN_NEVER, .over = shown == 3 };
	if (shown > 0)
		table.clock = history_record(replayed.history, shown - 1)->at;
	nights->desk.rehearsal = &table;
}

static void answer_at_the_table(void)
{
	struct buf note = { 0 }, data = { 0 };

	rehearsal_note_put(history_record(replayed.history, 1)->at, "we would fence the primary", &note);
	buf_fmt(&data, "{\"text\":\"%s\"}", buf_cstr(&note));
	tell(EVENT_NOTE, buf_cstr(&data));
	buf_done(&note);
	buf_done(&data);
}

static void make_table_begun(void)
{
	make_table(0);
}

static void make_table_going(void)
{
	make_table(2);
	answer_at_the_table();
}

static void make_table_over(void)
{
	make_table(3);
	answer_at_the_table();
}

static const struct {
	const char *name;
	void (*make)(void);
	const char *keys;
	enum action action;
} pictures[] = {
	{ "draft", make_draft, "W", ACTION_NONE },
	{ "draft-menu", make_draft, "WW", ACTION_NONE },
	{ "draft-answer", make_draft, "W\nIt hung.\n\nNobody saw", ACTION_NONE },
	{ "draft-publish", make_draft, "WWp", ACTION_NONE },
	{ "ready", make_ready, "W", ACTION_NONE },
	{ "published", make_published, "W", ACTION_NONE },
	{ "published-end", make_published, "WG", ACTION_NONE },
	{ "drill", make_drill, "W", ACTION_NONE },
	{ "drill-now", make_drill, "", ACTION_NONE },
	{ "board", make_board, "", ACTION_DRILLS },
	{ "board-now", make_board, "", ACTION_NONE },
	{ "board-none", make_no_board, "", ACTION_DRILLS },
	{ "table-begun", make_table_begun, "", ACTION_TABLETOP },
	{ "table", make_table_going, "", ACTION_TABLETOP },
	{ "table-over", make_table_over, "", ACTION_TABLETOP },
};

static void perform(enum action action)
{
	struct act act = { shell, world, now, &last };

	if (action != ACTION_NONE)
		shell_perform(&act, action);
}

static bool is_golden(const char *picture, int rows, int cols)
{
	struct buf text = { 0 };
	char name[80];
	bool same;

	(void)snprintf(name, sizeof(name), "ui-after-%s-%dx%d.txt", picture, cols, rows);
	draw_at(rows, cols);
	surface_dump(&surface, &text);
	same = golden_same(name, str_sub(text.data, text.len));
	buf_done(&text);
	return same;
}

static void every_picture_of_what_comes_after_is_as_it_was_approved(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pictures) * ARRAY_LEN(sizes); i++) {
		size_t picture = i / ARRAY_LEN(sizes);

		screen_rows = sizes[i % ARRAY_LEN(sizes)].rows;
		screen_cols = sizes[i % ARRAY_LEN(sizes)].cols;
		pictures[picture].make();
		draw_at(screen_rows, screen_cols);
		perform(pictures[picture].action);
		type(pictures[picture].keys);
		wrong += !is_golden(pictures[picture].name, screen_rows, screen_cols);
		close_night();
	}
	screen_rows = 60;
	screen_cols = 100;
	assert_int_equal(wrong, 0);
}

/* --- a drill says so ------------------------------------------------------------------------- */

static size_t watermarks(int rows, int cols)
{
	size_t count = 0;

	draw_at(rows, cols);
	for (int y = 0; y < rows; y++)
		for (int x = 0; x < cols; x++)
			count += surface_cell(&surface, x, y)->role == ROLE_DRILL;
	return count;
}

static void every_picture_of_a_drill_says_so_and_none_of_an_outage(void **state)
{
	char title[TITLE_TEXT];

	(void)state;
	for (int drill = 0; drill < 2; drill++) {
		if (drill)
			make_drill();
		else
			open_night(NIGHTS_OPEN);
		for (const char *key = "1234567W?"; *key; key++) {
			press((uint32_t)*key);
			for (size_t z = 0; z < ARRAY_LEN(sizes); z++)
				if ((watermarks(sizes[z].rows, sizes[z].cols) > 0) != (drill == 1))
					fail_msg("screen %c at %dx%d", *key, sizes[z].cols, sizes[z].rows);
		}
		shell_title(world, now.wall, title);
		assert_int_equal(strncmp(title, "DRILL ", 6) == 0, drill);
		close_night();
	}
	for (const char *const *name = theme_names(); *name; name++)
		assert_true(theme_find(*name)->faces[ROLE_DRILL].attributes & FACE_REVERSE);
}

static void a_box_says_what_a_drill_is_done_to(void **state)
{
	enum role role;

	(void)state;
	make_drill();
	world->production = false;
	assert_string_equal(drill_warning(world, "d7rill", &role),
			    "this is a drill; what it is done to is not production");
	world->production = true;
	assert_non_null(strstr(drill_warning(world, NULL, &role), "ON PRODUCTION"));
	assert_int_equal(role, ROLE_DOWN);
	close_night();
	open_night(NIGHTS_OPEN);
	assert_null(drill_warning(world, NULL, &role));
	close_night();
}

/* --- what keys do ---------------------------------------------------------------------------- */

static void next_leads_to_the_postmortem(void **state)
{
	(void)state;
	make_draft();
	draw_at(60, 100);
	assert_true(shows(">postmortem"));
	press(KEYCODE_ENTER);
	assert_ptr_equal(shell_view(shell)->screen, &screen_postmortem);
	assert_true(shows("POSTMORTEM #"));
	close_night();
	make_draft();
	type("iW");
	assert_ptr_equal(shell_view(shell)->screen, &screen_postmortem);
	close_night();
}

static void an_answer_of_several_lines_is_one_order(void **state)
{
	(void)state;
	make_draft();
	type("W\nIt hung.\n\nNobody saw.\t");
	assert_int_equal(last.kind, EFFECT_ORDER);
	assert_int_equal(last.order.kind, EVENT_POSTMORTEM_ANSWERED);
	assert_string_equal(last.order.data.name, "summary");
	assert_string_equal(last.order.data.text, "It hung.\n\nNobody saw.");
	close_night();
}

static void an_answer_that_stands_is_there_to_be_changed(void **state)
{
	(void)state;
	make_draft();
	type("Wj\n");
	assert_true(shows("Nobody lost money."));
	assert_true(shows("Who felt what, for how long"));
	type(" None.\t");
	assert_string_equal(last.order.data.name, "impact");
	assert_string_equal(last.order.data.text,
			    "Payments were late for an hour.\n\nNobody lost money. None.");
	close_night();
}

static void another_section_brings_its_own_text_and_keeps_what_was_typed(void **state)
{
	(void)state;
	make_draft();
	type("WWw");
	assert_string_equal(shell->form.values[0].text, "Summary");
	press(KEYCODE_RIGHT);
	assert_string_equal(shell->form.values[0].text, "Impact");
	assert_true(shows("Nobody lost money."));
	press(KEYCODE_RIGHT);
	assert_int_equal(shell->form.text.len, 0);
	press(KEYCODE_ENTER);
	type("half a thought");
	press(KEYCODE_BACKTAB);
	press(KEYCODE_RIGHT);
	assert_string_equal(shell->form.text.text, "half a thought");
	close_night();
}

static void what_publishing_lacks_is_said_before_and_when_it_is_tried(void **state)
{
	(void)state;
	make_draft();
	type("W");
	assert_true(shows("publishing needs an action of type test"));
	type("Wp");
	assert_true(shows(" publishing needs an action of type test, or the reason why there is none"));
	press('Y');
	assert_int_equal(last.kind, EFFECT_NONE);
	close_night();
	make_ready();
	type("W");
	assert_true(shows("nothing: W p publishes it"));
	type("WpY");
	assert_int_equal(last.order.kind, EVENT_POSTMORTEM_SET);
	assert_string_equal(last.order.data.new_, "published");
	close_night();
}

/* Said without asking decide(), and never otherwise than it says. */
static void what_is_grey_has_the_reason_that_decide_would_give(void **state)
{
	static const struct {
		const struct form_kind *form;
		enum event_kind kind;
		const char *new_;
	} cases[] = {
		{ &form_publish, EVENT_POSTMORTEM_SET, "published" },
		{ &form_signoff, EVENT_SIGNED_OFF, NULL },
	};
	struct decision decision;

	(void)state;
	make_draft();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct docket *docket = &nights->desk.open[0];
		struct scene scene = { .world = world };
		struct order order = { .kind = cases[i].kind, .at = WHEN_NEVER, .src = SRC_HUMAN,
				       .by = "ana" };
		struct err err = { 0 };

		if (cases[i].new_)
			EVENT_SET(order.data, new_, cases[i].new_);
		assert_false(decide(docket->incident, nights->desk.policy, &order, now.wall, &decision,
				    &err));
		assert_string_equal(cases[i].form->refusal(&scene, docket), err.text);
		decision_done(&decision);
	}
	close_night();
	make_published();
	assert_string_equal(form_answer.refusal(NULL, &nights->desk.open[0]),
			    "the postmortem is published: make it a draft again first, with a reason");
	close_night();
}

static void a_missing_type_is_added_or_reasoned_away(void **state)
{
	(void)state;
	make_draft();
	type("W/missing\n");
	press('g');
	type("\nrestore once a month\n\n\n");
	assert_int_equal(last.order.kind, EVENT_ACTION_ITEM);
	assert_string_equal(last.order.data.type, "test");
	type("WWn");
	assert_string_equal(shell->form.values[0].text, "test");
	type("\n\n");
	assert_int_equal(last.kind, EFFECT_NONE);
	assert_true(shows("why is there none?"));
	type("the vendor tests it\n");
	assert_int_equal(last.order.kind, EVENT_ACTION_ITEM_NONE);
	assert_string_equal(last.order.data.reason, "the vendor tests it");
	close_night();
}

static void files_are_written_after_a_yes_one_at_a_time_and_never_read_only(void **state)
{
	static const struct {
		const char *keys, *verb;
	} cases[] = { { "Wx", "export" }, { "Wb", "bundle" }, { "WE", "edit" } };

	(void)state;
	make_draft();
	type("W");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		type(cases[i].keys);
		assert_int_equal(last.kind, EFFECT_NONE);
		press('Y');
		assert_int_equal(last.kind, EFFECT_OUTING);
		assert_string_equal(last.text, cases[i].verb);
		assert_string_equal(last.incident, nights->desk.open[0].incident->id);
	}
	facts.outing = (struct outing){ .verb = "export", .busy = true };
	type("Wx");
	assert_true(shows("one is at work already"));
	assert_true(shows("export: at work ..."));
	facts.outing.busy = false;
	world->read_only = true;
	type("Wx");
	assert_true(shows("this console is read-only"));
	press('Y');
	assert_int_equal(last.kind, EFFECT_NONE);
	close_night();
}

static void whoever_ran_it_does_not_sign_it_off(void **state)
{
	(void)state;
	make_published();
	tell(EVENT_ROLE_TAKEN, "{\"role\":\"audit\",\"who\":\"dora\"}");
	type("WWs\t");
	assert_true(shows("signing off is for the seat audit, which dora has"));
	press(KEYCODE_ESC);
	PUT(world->operator, "dora");
	type("Ws\tY");
	assert_int_equal(last.order.kind, EVENT_SIGNED_OFF);
	assert_string_equal(last.order.by, "dora");
	close_night();
}

static void before_the_resolution_it_says_what_begins_it(void **state)
{
	(void)state;
	open_night(NIGHTS_OPEN);
	type("W");
	assert_true(shows("not begun: the resolution begins it"));
	type("Wr");
	assert_true(shows("its postmortem begins with the resolution"));
	close_night();
}

/* --- drills that are due --------------------------------------------------------------------- */

static void an_overdue_drill_is_owed_and_leads_to_the_board(void **state)
{
	(void)state;
	make_board();
	type("1/drill\n");
	press('g');
	assert_true(shows("restoration, passed 2026-11-12"));
	assert_true(shows("over 12d"));
	assert_false(shows("backup-verification,"));
	press(KEYCODE_ENTER);
	assert_ptr_equal(shell_view(shell)->screen, &screen_drills);
	assert_true(shows("FAIL 2026-11-07"));
	press('j');
	press('y');
	assert_int_equal(last.kind, EFFECT_COPY);
	assert_string_equal(last.text, "binnacle drill start --type restoration --scenario "
			    "indexer-db-restore --runbook restore-test");
	close_night();
}

/* --- the tabletop ---------------------------------------------------------------------------- */

static void the_future_of_a_tabletop_is_on_no_picture(void **state)
{
	static const char *const lines[] = { "Indexer down", "the primary hangs", "failed over" };

	(void)state;
	for (size_t shown = 0; shown < ARRAY_LEN(lines); shown++) {
		make_table(shown);
		for (const char *key = "1234567"; *key; key++) {
			press((uint32_t)*key);
			for (size_t i = shown; i < ARRAY_LEN(lines); i++)
				assert_false(shows(lines[i]));
		}
		perform(ACTION_TABLETOP);
		for (size_t i = 0; i < ARRAY_LEN(lines); i++)
			assert_int_equal(shows(lines[i]), i < shown);
		assert_false(shows("of 3"));
		close_night();
	}
}

static void the_table_goes_on_until_the_last_moment(void **state)
{
	(void)state;
	make_table(1);
	press('n');
	assert_int_equal(last.kind, EFFECT_REHEARSE);
	press(KEYCODE_ENTER);
	assert_int_equal(last.kind, EFFECT_REHEARSE);
	close_night();
	make_table(3);
	press('n');
	assert_int_equal(last.kind, EFFECT_NONE);
	assert_true(shows("that was the last moment"));
	close_night();
	open_night(NIGHTS_OPEN);
	press('n');
	assert_true(shows("no tabletop goes on"));
	close_night();
}

static void what_the_table_says_is_a_note_of_the_drill_at_its_clock(void **state)
{
	const char *words;
	msec clock;

	(void)state;
	make_table(2);
	perform(ACTION_TABLETOP);
	type("mcall ben\n");
	assert_int_equal(last.order.kind, EVENT_NOTE);
	assert_string_equal(last.text, "d7rill");
	assert_true(rehearsal_note_read(last.order.data.text, &clock, &words));
	assert_int_equal(clock, table.clock);
	assert_string_equal(words, "call ben");
	close_night();
	make_table(0);
	perform(ACTION_TABLETOP);
	press('m');
	assert_true(shows("no moment is on the table yet"));
	close_night();
}

static void the_end_of_a_table_compares_the_answer_with_the_deed(void **state)
{
	(void)state;
	make_table_over();
	perform(ACTION_TABLETOP);
	assert_true(shows("we would fence the primary"));
	assert_true(shows("failed over to the replica"));
	assert_true(shows("WHAT WE WOULD HAVE DONE"));
	close_night();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_picture_of_what_comes_after_is_as_it_was_approved),
		cmocka_unit_test(every_picture_of_a_drill_says_so_and_none_of_an_outage),
		cmocka_unit_test(a_box_says_what_a_drill_is_done_to),
		cmocka_unit_test(next_leads_to_the_postmortem),
		cmocka_unit_test(an_answer_of_several_lines_is_one_order),
		cmocka_unit_test(an_answer_that_stands_is_there_to_be_changed),
		cmocka_unit_test(another_section_brings_its_own_text_and_keeps_what_was_typed),
		cmocka_unit_test(what_publishing_lacks_is_said_before_and_when_it_is_tried),
		cmocka_unit_test(what_is_grey_has_the_reason_that_decide_would_give),
		cmocka_unit_test(a_missing_type_is_added_or_reasoned_away),
		cmocka_unit_test(files_are_written_after_a_yes_one_at_a_time_and_never_read_only),
		cmocka_unit_test(whoever_ran_it_does_not_sign_it_off),
		cmocka_unit_test(before_the_resolution_it_says_what_begins_it),
		cmocka_unit_test(an_overdue_drill_is_owed_and_leads_to_the_board),
		cmocka_unit_test(the_future_of_a_tabletop_is_on_no_picture),
		cmocka_unit_test(the_table_goes_on_until_the_last_moment),
		cmocka_unit_test(what_the_table_says_is_a_note_of_the_drill_at_its_clock),
		cmocka_unit_test(the_end_of_a_table_compares_the_answer_with_the_deed),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
