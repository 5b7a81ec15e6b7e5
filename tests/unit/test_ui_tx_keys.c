/* Transactions by keys: what each key asks for, what it refuses, and what never is an answer. */
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
#include "tests/lib/cases.h"
#include "tests/lib/desks.h"
#include "tests/lib/worlds.h"
#include "ui/shell_state.h"

enum { PAUSE = 1000, TYPING = 20 };

static struct world *world;
static struct cases *cases;
static struct shell *shell;
static struct surface surface;
static struct effect effect;
static struct moment now;
static int rows = 24, cols = 80;
static struct ui_prefs prefs = { .colour = true };

static void draw(void)
{
	surface_reset(&surface, rows, cols);
	shell_draw(shell, world, &surface, now);
}

static void begin(enum cases_kind kind)
{
	rows = 24;
	cols = 80;
	world = worlds_healthy();
	cases = cases_new(kind, world);
	shell = shell_new(&prefs);
	surface_init(&surface, true);
	now = (struct moment){ worlds_now(), 5000 };
	draw();
}

static int tear_down(void **state)
{
	(void)state;
	shell_free(shell);
	cases_free(cases);
	world_free(world);
	surface_done(&surface);
	return 0;
}

static void press_after(uint32_t code, msec pause)
{
	struct input event = { .kind = INPUT_KEY, .code = code };

	now.steady += pause;
	shell_event(shell, world, &event, now, &effect);
	draw();
}

static void press(uint32_t code)
{
	press_after(code, PAUSE);
}

static void type(const char *text)
{
	for (; *text; text++)
		press_after((uint32_t)(unsigned char)*text, TYPING);
}

static void paste(const char *text)
{
	struct input event = { .kind = INPUT_PASTE, .text = str_of(text) };

	now.steady += PAUSE;
	shell_event(shell, world, &event, now, &effect);
	draw();
}

static bool shows(const char *text)
{
	struct buf dump = { 0 };
	bool found;

	surface_dump(&surface, &dump);
	found = strstr(buf_cstr(&dump), text) != NULL;
	buf_done(&dump);
	return found;
}

/* The identity of what the cursor is on. */
static struct item here(void)
{
	return shell_view(shell)->list.selected ? shell_view(shell)->list.row.item :
						  (struct item){ .kind = ITEM_NONE };
}

static struct item of_line(size_t i)
{
	return (struct item){ ITEM_TX, item_hash(cases->lines[i].id) };
}

/* --- asking --------------------------------------------------------------------------------- */

static void d_asks_about_the_row_under_the_cursor_and_stays_on_it(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	press('3');
	press('j');
	press('d');
	assert_int_equal(effect.kind, EFFECT_DIAGNOSE);
	assert_false(effect.on);
	assert_string_equal(effect.tx_id, "b-1002");
	assert_string_equal(effect.tx_hash, cases->lines[1].hash);
	assert_true(item_eq(here(), of_line(1)));
	assert_ptr_equal(shell_view(shell)->screen, &screen_transactions);
}

static void the_row_that_was_asked_about_keeps_the_cursor_when_another_comes_before_it(void **state)
{
	struct item asked;
	struct tx_line line;
	struct tx_case of;

	(void)state;
	begin(CASES_NIGHT);
	press('3');
	asked = here();
	press('d');
	line = cases->lines[0];
	of = cases->of[0];
	cases->lines[0] = cases->lines[3];
	cases->of[0] = cases->of[3];
	cases->lines[3] = line;
	cases->of[3] = of;
	draw();
	assert_true(item_eq(here(), asked));
}

static void d_with_nothing_under_the_cursor_asks_for_a_text(void **state)
{
	(void)state;
	begin(CASES_EMPTY);
	press('3');
	press('d');
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_int_equal(shell->mode, MODE_FORM);
	paste("the payment of order 7731 is stuck\n");
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("holds no"));
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
}

static void a_pasted_line_is_diagnosed_by_enter_and_kept_as_no_draft(void **state)
{
	static const char line[] = "ERROR tx "
		"8f4100000000000000000000000000000000000000000000000000000000c902 gave 504";
	struct place place;

	(void)state;
	begin(CASES_EMPTY);
	press('3');
	press('d');
	paste(line);
	assert_true(shows("That is a hash."));
	shell_place(shell, world, &place);
	assert_string_equal(place.draft, "");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_DIAGNOSE);
	assert_string_equal(effect.text, line);
	assert_string_equal(effect.tx_hash, "");
}

static void a_secret_seed_is_never_asked_about(void **state)
{
	(void)state;
	begin(CASES_EMPTY);
	press('3');
	press('d');
	paste("SDGLIZPHOE7QMUV7YGOWPO6NVGGODMQPP27LZYOVLTSNH7PNOTFDVXMJ");
	assert_false(shows("SDGLIZ"));
	assert_true(shows("nothing was taken"));
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_int_equal(shell->mode, MODE_FORM);
}

static void a_hash_pasted_on_a_screen_is_offered_and_not_asked_about(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	paste("8f4100000000000000000000000000000000000000000000000000000000c902\n");
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("That is a hash."));
	press_after(KEYCODE_ENTER, TYPING);
	assert_int_equal(effect.kind, EFFECT_NONE);
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_DIAGNOSE);
	paste("d\nq\n");
	assert_int_equal(shell->mode, MODE_KEYS);
	assert_int_equal(effect.kind, EFFECT_NONE);
}

static void enter_typed_ahead_asks_nothing(void **state)
{
	(void)state;
	begin(CASES_EMPTY);
	press('3');
	press('d');
	paste("8f4100000000000000000000000000000000000000000000000000000000c902");
	shell->form.since = now.steady;		/* as if the form had only just appeared */
	press_after(KEYCODE_ENTER, TYPING);
	assert_int_equal(effect.kind, EFFECT_NONE);
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_DIAGNOSE);
}

static void a_line_of_a_log_with_a_hash_is_diagnosed_from_its_own_screen(void **state)
{
	static struct sighting line = { .at = WHEN_NEVER, .pattern = "save-failed", .text = "tx failed",
		.hash = "8F4100000000000000000000000000000000000000000000000000000000C902" };
	struct report report = { .state = STATE_OK, .newest = worlds_now(), .latency = 10,
				 .sightings = &line, .sighting_count = 1 };
	int moves = 0;

	(void)state;
	begin(CASES_NIGHT);
	world_report(world, 5, &report, worlds_now());
	world_refresh(world, worlds_now());
	press('7');
	type("/api");
	press(KEYCODE_ENTER);
	while (here().kind != ITEM_SOURCE && moves++ < 9)
		press('j');
	press(KEYCODE_ENTER);
	for (moves = 0; here().kind != ITEM_SIGHTING && moves < 9; moves++)
		press('j');
	press('d');
	assert_int_equal(effect.kind, EFFECT_DIAGNOSE);
	assert_string_equal(effect.tx_hash, cases->lines[0].hash);
	assert_ptr_equal(shell_view(shell)->screen, &screen_proof);
}

static void shift_d_asks_about_all_and_the_second_time_stops(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	press('3');
	press('D');
	assert_int_equal(effect.kind, EFFECT_DIAGNOSE);
	assert_true(effect.on);
	cases->load.bulk_done = 12;
	cases->load.bulk_all = 40;
	press('D');
	assert_int_equal(effect.kind, EFFECT_STOP_BULK);
	assert_true(shows("stopped at 12 of 40"));
	cases->load.bulk_done = 40;
	press('D');
	assert_int_equal(effect.kind, EFFECT_DIAGNOSE);
}

static void nothing_is_asked_while_the_picture_is_frozen(void **state)
{
	static const uint32_t keys[] = { 'd', 'D', 't' };

	(void)state;
	begin(CASES_NIGHT);
	press('3');
	press('z');
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		press(keys[i]);
		assert_int_equal(effect.kind, EFFECT_NONE);
		assert_true(shows("frozen"));
	}
}

static void a_frozen_picture_never_reads_a_list_that_is_gone(void **state)
{
	struct caseload other;

	(void)state;
	begin(CASES_NIGHT);
	press('3');
	press('z');
	other = cases->load;
	other.count = 0;
	world->cases = &other;			/* the configuration was read anew */
	cases->load.lines = NULL;
	draw();
	assert_true(shows("No transaction is open"));
}

static void without_anybody_who_looks_every_key_says_so(void **state)
{
	static const uint32_t keys[] = { 'd', 'D', 's' };

	(void)state;
	begin(CASES_EMPTY);
	world->cases = NULL;
	press('3');
	assert_true(shows("No table of transactions is configured"));
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		press(keys[i]);
		assert_int_equal(effect.kind, EFFECT_NONE);
		assert_true(shows("nobody looks after transactions"));
	}
}

/* --- the window ----------------------------------------------------------------------------- */

static void moving_past_the_end_asks_for_the_next_page_and_lands_on_its_first_row(void **state)
{
	(void)state;
	begin(CASES_MANY);
	press('3');
	for (int i = 0; i < CASELOAD_LINES - 1; i++) {
		press('j');
		assert_int_equal(effect.kind, EFFECT_NONE);
	}
	assert_true(item_eq(here(), of_line(CASELOAD_LINES - 1)));
	press('j');
	assert_int_equal(effect.kind, EFFECT_TX_PAGE);
	assert_string_equal(effect.text, "next");
	cases->load.paging = true;
	press('j');
	assert_int_equal(effect.kind, EFFECT_NONE);	/* it is on its way */
	cases_page(cases, CASELOAD_LINES);
	draw();
	assert_true(item_eq(here(), of_line(0)));
	press('k');
	assert_int_equal(effect.kind, EFFECT_TX_PAGE);
	assert_string_equal(effect.text, "prev");
	cases_page(cases, 0);
	draw();
	assert_true(item_eq(here(), of_line(CASELOAD_LINES - 1)));
}

static void end_goes_to_the_last_of_all_and_home_to_the_first(void **state)
{
	(void)state;
	begin(CASES_MANY);
	press('3');
	press('G');
	assert_int_equal(effect.kind, EFFECT_TX_PAGE);
	assert_string_equal(effect.text, "last");
	cases_page(cases, 1300);
	draw();
	assert_true(item_eq(here(), of_line(CASELOAD_LINES - 1)));
	press('G');
	assert_int_equal(effect.kind, EFFECT_NONE);	/* there is nothing after it */
	press('g');
	assert_string_equal(effect.text, "first");
}

static void the_end_is_the_end_also_where_the_old_window_reaches_into_the_last_one(void **state)
{
	(void)state;
	begin(CASES_MANY);
	cases_page(cases, 1200);
	press('3');
	press('G');
	assert_string_equal(effect.text, "last");
	cases_page(cases, 1300);
	draw();
	assert_true(item_eq(here(), of_line(CASELOAD_LINES - 1)));
}

static void the_cursor_stays_with_its_row_when_the_window_slides(void **state)
{
	struct item item;

	(void)state;
	begin(CASES_MANY);
	press('3');
	for (int i = 0; i < 50; i++)
		press('j');
	item = here();
	cases_page(cases, 30);			/* the oldest were settled */
	draw();
	assert_true(item_eq(here(), item));
	assert_true(item_eq(here(), of_line(20)));
}

static void a_row_that_is_gone_selects_no_other_one(void **state)
{
	(void)state;
	begin(CASES_MANY);
	press('3');
	press('j');
	cases_page(cases, 100);
	draw();
	assert_int_equal(here().kind, ITEM_NONE);
	press('t');
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("needs a transaction under the cursor"));
}

static void a_hash_in_the_filter_is_searched_for_in_the_database(void **state)
{
	(void)state;
	begin(CASES_MANY);
	press('3');
	press('/');
	type("8F4100000000000000000000000000000000000000000000000000000000C999");
	assert_int_equal(effect.kind, EFFECT_NONE);
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_TX_PAGE);
	assert_string_equal(effect.text,
			    "find:8f4100000000000000000000000000000000000000000000000000000000c999");
	press('/');
	press(KEYCODE_ESC);
	press('/');
	type("usdc");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);	/* no hash: what is listed is all */
	press(KEYCODE_ESC);
	press('/');
	type("8f4100000000000000000000000000000000000000000000000000000000c902z");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);	/* part of a longer word is none */
}

static void what_was_not_found_is_said(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	str_put(cases->load.found, sizeof(cases->load.found),
		"02ab00000000000000000000000000000000000000000000000000000000771e");
	press('3');
	assert_true(shows("02ab..771e is not in the platform's database"));
}

static void sorting_is_asked_for_by_its_word(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	press('3');
	press('s');
	press(KEYCODE_RIGHT);
	press(KEYCODE_RIGHT);
	press(KEYCODE_ENTER);
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_TX_PAGE);
	assert_string_equal(effect.text, "amount");
	press('s');
	press(KEYCODE_ENTER);
	press(KEYCODE_RIGHT);
	press(KEYCODE_ENTER);
	assert_string_equal(effect.text, "grouped");
	press('s');
	press(KEYCODE_RIGHT);
	press(KEYCODE_ENTER);
	press(KEYCODE_RIGHT);
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);	/* neither of them is lost unseen */
	assert_true(shows("change one of the two, Enter, then the other"));
}

static void sorting_belongs_to_the_list(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	press('s');
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("3 shows it"));
}

/* --- acting --------------------------------------------------------------------------------- */

static void open_box(void)
{
	press('3');
	press('t');
	press(KEYCODE_ENTER);
	assert_int_equal(shell->mode, MODE_BOX);
}

static void an_act_carries_the_row_the_digest_and_what_was_typed(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	cases->changed = 7;
	open_box();
	type("prod");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_ACT);
	assert_int_equal(effect.act, ACT_MARK_CANCELLED);
	assert_string_equal(effect.tx_id, "b-1001");
	assert_string_equal(effect.tx_hash, cases->lines[0].hash);
	assert_string_equal(effect.target, "prod");
	assert_string_equal(effect.reason, "");
	assert_string_equal(effect.digest,
			    "0000000000000000000000000000000000000000000000000000000000000007");
	assert_int_equal(shell->mode, MODE_KEYS);
}

static void the_wrong_word_a_paste_and_an_empty_field_do_nothing(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	open_box();
	type("PROD");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_int_equal(shell->mode, MODE_BOX);
	tear_down(NULL);
	begin(CASES_NIGHT);
	open_box();
	paste("prod");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_int_equal(shell->mode, MODE_KEYS);
}

static void what_changed_while_it_was_shown_is_read_again_first(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	open_box();
	type("prod");
	cases->changed++;
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("CHANGED"));
	assert_string_equal(shell->box.fields[BOX_TYPED].text, "");
}

static void an_assumption_wants_a_reason_beside_the_word(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	cases->box.confirm = true;
	open_box();
	type("prod");
	press(KEYCODE_ENTER);
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("a reason is needed"));
	type("asked ben");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_ACT);
	assert_string_equal(effect.reason, "asked ben");
	assert_string_equal(effect.target, "prod");
}

static void what_cannot_be_undone_wants_the_hash_to_the_letter(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	press('3');
	press('t');
	press('j');			/* rebuild */
	press(KEYCODE_ENTER);
	type("prod");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	for (size_t i = 0; i < 4; i++)
		press(KEYCODE_BACKSPACE);
	type(cases->lines[0].hash);
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_ACT);
	assert_int_equal(effect.act, ACT_REBUILD);
	assert_string_equal(effect.target, cases->lines[0].hash);
}

static void resending_wants_a_large_y_and_everything_else_is_no(void **state)
{
	static const uint32_t no[] = { KEYCODE_ENTER, 'n', ' ', KEYCODE_TAB };

	(void)state;
	for (size_t i = 0; i <= ARRAY_LEN(no); i++) {
		begin(CASES_NIGHT);
		press('3');
		press('j');
		press('j');
		press('t');
		press(KEYCODE_ENTER);
		assert_int_equal(shell->mode, MODE_BOX);
		press(i < ARRAY_LEN(no) ? no[i] : 'Y');
		assert_int_equal(effect.kind, i < ARRAY_LEN(no) ? EFFECT_NONE : EFFECT_ACT);
		assert_int_equal(shell->mode, MODE_KEYS);
		if (i == ARRAY_LEN(no))
			assert_int_equal(effect.act, ACT_RESUBMIT);
		if (i < ARRAY_LEN(no))
			tear_down(NULL);
	}
}

static void a_large_y_typed_ahead_sends_nothing(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	press('3');
	press('j');
	press('j');
	press('t');
	press(KEYCODE_ENTER);
	for (int i = 0; i < 20; i++) {
		press_after('Y', FORM_DEAF / 2);	/* a key that repeats never gets through */
		assert_int_equal(effect.kind, EFFECT_NONE);
	}
	press('Y');
	assert_int_equal(effect.kind, EFFECT_ACT);
}

static void dismissing_wants_a_reason_and_nothing_else(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	press('3');
	press('t');
	press('j');
	press('j');
	press(KEYCODE_ENTER);
	type("yes, a test");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_ACT);
	assert_int_equal(effect.act, ACT_DISMISS);
	assert_string_equal(effect.reason, "yes, a test");
	assert_string_equal(effect.target, "");
}

static void what_is_forbidden_says_why_and_opens_no_box(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	cases->of[0].decision.why_not[ACT_CANCEL] = "another envelope of it is live";
	press('3');
	press('t');
	press('G');
	press(KEYCODE_ENTER);
	assert_int_equal(shell->mode, MODE_KEYS);
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("cancel: another envelope of it is live"));
}

static void what_nobody_has_judged_can_only_be_dismissed(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	for (int act = 0; act < ACT_COUNT; act++)
		cases->of[3].decision.allowed[act] = true;	/* whatever somebody says */
	press('3');
	for (int i = 0; i < 3; i++)
		press('j');
	press('t');
	for (int i = 0; i < ACT_COUNT; i++) {
		bool dismiss = here().key == ACT_DISMISS;

		press(KEYCODE_ENTER);
		assert_int_equal(shell->mode, dismiss ? MODE_BOX : MODE_KEYS);
		press(dismiss ? KEYCODE_ESC : 'j');
		if (dismiss)
			press('j');
	}
}

static void a_console_that_only_reads_dismisses_and_nothing_more(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	world->read_only = true;
	press('3');
	press('t');
	assert_int_equal(here().key, ACT_DISMISS);
	press('j');
	press(KEYCODE_ENTER);
	assert_int_equal(shell->mode, MODE_KEYS);
	assert_int_equal(effect.kind, EFFECT_NONE);
}

/* --- reading -------------------------------------------------------------------------------- */

static void copying_takes_the_verdict_the_hash_the_envelope_or_a_request(void **state)
{
	static const struct {
		const char *on, *copied;
	} rows_[] = {
		{ ">verdict", "DEAD_EXPIRED: expired at L61204380" },
		{ ">02:13:56Z", "horizon.example GET /accounts/GBX3..7QLA: 200, sequence" },
		{ ">hash", "8f4100000000000000000000000000000000000000000000000000000000c902" },
		{ ">envelope", "AAAAAgAAAABexSIg06FtXzmFBQQtHZsrnyWxUzmthkBEhs/ktoeVYgAAAGQ=" },
	};

	(void)state;
	begin(CASES_NIGHT);
	press('3');
	press(KEYCODE_ENTER);
	for (size_t i = 0; i < ARRAY_LEN(rows_); i++) {
		for (int moves = 0; !shows(rows_[i].on); moves++) {
			assert_true(moves < 60);
			press('j');
		}
		press('y');
		assert_int_equal(effect.kind, EFFECT_COPY);
		assert_non_null(strstr(effect.text, rows_[i].copied));
	}
}

static void the_evidence_stays_open_when_the_list_moves_on(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	press('3');
	press(KEYCODE_ENTER);
	assert_true(shows("row 8 of the decision table"));
	press('d');
	assert_string_equal(effect.tx_id, "b-1001");
	cases->load.count = 0;
	draw();
	assert_true(shows("Nothing is known of it yet"));
	press('d');
	assert_string_equal(effect.tx_id, "b-1001");
}

static void the_other_envelope_of_a_payment_opens_from_the_first(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	press('3');
	press('j');
	press(KEYCODE_ENTER);
	while (here().kind != ITEM_TX_MEMBER)
		press('j');
	press(KEYCODE_ENTER);
	assert_true(shows("it is the one that this screen is about"));
	press('j');
	press(KEYCODE_ENTER);
	assert_true(shows("TRANSACTION 8f43..c902"));
}

static void a_hostile_memo_an_id_and_an_error_are_only_text(void **state)
{
	static const char evil[] = "\x1b]52;c;cm0=\a\x1b[2J\xe2\x80\xae\xc2\x9b" "31m";

	(void)state;
	begin(CASES_NIGHT);
	rows = 120;
	memcpy(cases->envelope->memo.bytes, evil, sizeof(evil) - 1);
	cases->envelope->memo.len = sizeof(evil) - 1;
	str_put(cases->of[0].line.last_error, sizeof(cases->of[0].line.last_error), evil);
	str_put(cases->of[0].verdict.because, sizeof(cases->of[0].verdict.because), evil);
	str_put(cases->proofs[0].says, sizeof(cases->proofs[0].says), evil);
	cases->box.text = evil;
	cases->box.evidence = evil;
	press('3');
	press(KEYCODE_ENTER);
	assert_true(shows("memo        text \"^[]52;c;cm0=^G^[[2J<U+202E>"));
	press('t');
	press(KEYCODE_ENTER);
	assert_true(shows("^[]52;c;cm0="));
	for (int y = 0; y < rows; y++)
		for (int x = 0; x < cols; x++) {
			const struct cell *cell = surface_cell(&surface, x, y);

			for (int b = 0; b < cell->len; b++)
				assert_in_range((unsigned char)cell->bytes[b], 0x20, 0x7e);
		}
}

static void a_memo_ends_where_it_ends(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	rows = 120;
	memcpy(cases->envelope->memo.bytes, "order-1 and what was there before", MEMO_BYTES);
	cases->envelope->memo.len = 7;
	press('3');
	press(KEYCODE_ENTER);
	assert_true(shows("text \"order-1\""));
}

static void extreme_numbers_are_shown_and_break_nothing(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	rows = 120;
	cases->envelope->sequence = INT64_MIN;
	cases->envelope->max_time = UINT64_MAX;
	cases->envelope->min_time = 1;
	cases->envelope->ops[0].amount = INT64_MAX;
	cases->of[0].line.valid_until = INT64_MAX;
	cases->of[0].line.age_s = 1e300;
	cases->of[0].verdict.decidable_at = INT64_MAX;
	str_put(cases->of[0].line.amount, sizeof(cases->of[0].line.amount), "9223372036854775807");
	press('3');
	press(KEYCODE_ENTER);
	assert_true(shows("18446744073709551615"));
	assert_true(shows("-9223372036854775808"));
	assert_true(shows("922337203685.4775807"));
	assert_true(shows("9223372036854775807 USDC"));
}

/* An act of ben's that was cut off, and another one that he wants a second person for. */
static struct desks *record(void)
{
	static struct incident incident;
	static struct incident_tx tx;
	static struct tx_deed deed;
	struct desks *desks = desks_new(DESKS_OPEN, world);

	deed = (struct tx_deed){ .event = "01K000000000000000000000AA", .by = "ben", .how = "resubmit",
				 .at = worlds_now() - WHEN_MINUTE, .ended_at = WHEN_NEVER,
				 .interrupted = true };
	tx = (struct incident_tx){ .deeds = &deed, .deed_count = 1, .asked_by = "ben",
				   .asked_how = "mark-cancelled" };
	str_put(tx.hash, sizeof(tx.hash), cases->lines[0].hash);
	memset(tx.asked_digest, '0', sizeof(tx.asked_digest) - 1);
	incident = desks->incidents[0];
	incident.lookup = NULL;		/* made by hand */
	incident.txs = &tx;
	incident.tx_count = 1;
	desks->desk.open[0].incident = &incident;
	return desks;
}

static void what_was_cut_off_is_said_on_the_row_in_the_proof_and_in_the_box(void **state)
{
	struct desks *desks;

	(void)state;
	begin(CASES_NIGHT);
	desks = record();
	press('3');
	assert_true(shows("UNKNOWN OUTCOME of resubmit; expired"));
	rows = 60;
	press(KEYCODE_ENTER);
	assert_true(shows("WHAT WAS DONE"));
	assert_true(shows("ben        resubmit UNKNOWN OUTCOME"));
	assert_true(shows("ben asked a second person for mark-cancelled"));
	press('t');
	press(KEYCODE_ENTER);
	assert_true(shows("BEFORE     UNKNOWN OUTCOME of resubmit"));
	assert_true(shows("ben asked for exactly this"));
	cases->changed++;
	draw();
	assert_true(shows("ben asked for another form of it"));
	desks_free(desks);
}

static void what_is_only_copied_wants_no_word(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	cases->box.copied = true;
	open_box();
	assert_true(shows("NOT RUN HERE"));
	press('Y');
	assert_int_equal(effect.kind, EFFECT_ACT);
	assert_string_equal(effect.target, "");
}

static void now_leads_to_the_list_and_says_what_may_be_touched(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	world->tx = (struct tx_summary){ .known = true, .stuck = 5, .total_open = 6, .at = worlds_now() };
	draw();
	assert_true(shows("1 SAFE TO CANCEL, 1 EXPIRED, 1 STILL PENDING, 2 not"));
	press(KEYCODE_ENTER);
	assert_ptr_equal(shell_view(shell)->screen, &screen_transactions);
}

static void a_confirmed_start_of_something_is_no_safe_one(void **state)
{
	(void)state;
	begin(CASES_NIGHT);
	world->tx = (struct tx_summary){ .known = true, .stuck = 5, .total_open = 6, .at = worlds_now() };
	cases->of[0].decision.confirm = true;	/* stands on an assumption: not without more ado */
	draw();
	assert_false(shows("SAFE TO CANCEL"));
}

#define WITH(test) cmocka_unit_test_teardown(test, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(d_asks_about_the_row_under_the_cursor_and_stays_on_it),
		WITH(the_row_that_was_asked_about_keeps_the_cursor_when_another_comes_before_it),
		WITH(d_with_nothing_under_the_cursor_asks_for_a_text),
		WITH(a_pasted_line_is_diagnosed_by_enter_and_kept_as_no_draft),
		WITH(a_secret_seed_is_never_asked_about),
		WITH(a_hash_pasted_on_a_screen_is_offered_and_not_asked_about),
		WITH(enter_typed_ahead_asks_nothing),
		WITH(a_line_of_a_log_with_a_hash_is_diagnosed_from_its_own_screen),
		WITH(shift_d_asks_about_all_and_the_second_time_stops),
		WITH(nothing_is_asked_while_the_picture_is_frozen),
		WITH(a_frozen_picture_never_reads_a_list_that_is_gone),
		WITH(without_anybody_who_looks_every_key_says_so),
		WITH(moving_past_the_end_asks_for_the_next_page_and_lands_on_its_first_row),
		WITH(end_goes_to_the_last_of_all_and_home_to_the_first),
		WITH(the_end_is_the_end_also_where_the_old_window_reaches_into_the_last_one),
		WITH(the_cursor_stays_with_its_row_when_the_window_slides),
		WITH(a_row_that_is_gone_selects_no_other_one),
		WITH(a_hash_in_the_filter_is_searched_for_in_the_database),
		WITH(what_was_not_found_is_said),
		WITH(sorting_is_asked_for_by_its_word),
		WITH(sorting_belongs_to_the_list),
		WITH(an_act_carries_the_row_the_digest_and_what_was_typed),
		WITH(the_wrong_word_a_paste_and_an_empty_field_do_nothing),
		WITH(what_changed_while_it_was_shown_is_read_again_first),
		WITH(an_assumption_wants_a_reason_beside_the_word),
		WITH(what_cannot_be_undone_wants_the_hash_to_the_letter),
		WITH(resending_wants_a_large_y_and_everything_else_is_no),
		WITH(a_large_y_typed_ahead_sends_nothing),
		WITH(dismissing_wants_a_reason_and_nothing_else),
		WITH(what_is_forbidden_says_why_and_opens_no_box),
		WITH(what_nobody_has_judged_can_only_be_dismissed),
		WITH(a_console_that_only_reads_dismisses_and_nothing_more),
		WITH(copying_takes_the_verdict_the_hash_the_envelope_or_a_request),
		WITH(the_evidence_stays_open_when_the_list_moves_on),
		WITH(the_other_envelope_of_a_payment_opens_from_the_first),
		WITH(a_hostile_memo_an_id_and_an_error_are_only_text),
		WITH(a_memo_ends_where_it_ends),
		WITH(extreme_numbers_are_shown_and_break_nothing),
		WITH(what_was_cut_off_is_said_on_the_row_in_the_proof_and_in_the_box),
		WITH(what_is_only_copied_wants_no_word),
		WITH(now_leads_to_the_list_and_says_what_may_be_touched),
		WITH(a_confirmed_start_of_something_is_no_safe_one),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
