#include "tests/lib/bykeys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/shelf.h"
#include "tests/lib/console.h"

enum { DEAF = 400, PATIENT = 6, LOOK_EVERY = 200 };

/* --- keys --- */

void bykeys_press(struct bykeys *walk, const char *key)
{
	assert_true(screen_key(walk->screen, key));
}

void bykeys_type(struct bykeys *walk, const char *text)
{
	assert_true(screen_type(walk->screen, text));
}

void bykeys_rest(struct bykeys *walk)
{
	assert_true(screen_drain(walk->screen, DEAF));
}

void bykeys_must_show(struct bykeys *walk, const char *text)
{
	if (!screen_wait_text(walk->screen, text, PATIENT * CONSOLE_PATIENCE))
		console_fail(walk->screen, text);
}

static void press_at(struct bykeys *walk, const char *text, const char *key)
{
	bykeys_must_show(walk, text);
	bykeys_rest(walk);
	bykeys_press(walk, key);
}

/* --- what is recorded --- */

void bykeys_must_record(struct bykeys *walk, enum event_kind kind, size_t count)
{
	nsec deadline = nsec_now() + PATIENT * CONSOLE_PATIENCE * NSEC_PER_MSEC;

	while (casefile_count(&walk->file, kind) < count && nsec_now() < deadline)
		screen_pump(walk->screen, LOOK_EVERY);
	if (casefile_count(&walk->file, kind) < count)
		console_fail(walk->screen, event_name(kind));
}

static const struct run_step *step_of(const struct dossier *dossier, const char *id)
{
	const struct incident *incident = dossier_incident(dossier);
	const struct run_step *step = incident->run_count == 1 ? run_step(&incident->runs[0], id) :
								 NULL;

	if (!step)
		fail_msg("%zu runs, and no step %s in the first", incident->run_count, id);
	return step;
}

const char *bykeys_other_than(struct bykeys *walk, const char *const *steps, size_t max,
			      enum step_mark mark)
{
	struct dossier *dossier = casefile_read(&walk->file);
	const char *other = NULL;

	for (size_t i = 0; i < max && steps[i] && !other; i++)
		if (step_of(dossier, steps[i])->mark != mark)
			other = steps[i];
	dossier_close(dossier);
	return other;
}

void bykeys_must_become(struct bykeys *walk, const char *const *steps, size_t max,
			enum step_mark mark)
{
	nsec deadline = nsec_now() + PATIENT * CONSOLE_PATIENCE * NSEC_PER_MSEC;
	const char *other = bykeys_other_than(walk, steps, max, mark);
	char what[160];

	while (other && nsec_now() < deadline) {
		screen_pump(walk->screen, LOOK_EVERY);
		other = bykeys_other_than(walk, steps, max, mark);
	}
	snprintf(what, sizeof(what), "step %s is not %s", other ? other : "", step_mark_word(mark));
	if (other)
		console_fail(walk->screen, what);
}

static void must_become(struct bykeys *walk, const char *step, enum step_mark mark)
{
	bykeys_must_become(walk, (const char *[]){ step }, 1, mark);
}

/* --- the console and its incident --- */

static void read_bytes(const char *path, struct buf *out)
{
	FILE *in = fopen(path, "r");
	char chunk[4096];
	size_t got;

	if (!in)
		fail_msg("%s: it cannot be read", path);
	while ((got = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_add(out, chunk, got);
	fclose(in);
}

static void read_book(struct bykeys *walk, const char *path)
{
	struct buf bytes = { 0 };
	struct err err = { 0 };

	read_bytes(path, &bytes);
	walk->book = runbook_read(path, str_sub(bytes.data, bytes.len), &err);
	if (!walk->book)
		fail_msg("%s", err.text);
	buf_done(&bytes);
}

void bykeys_start(struct bykeys *walk, const char *book)
{
	char home[320], state[360];
	const char *const env[] = { home, state, "TERM=xterm-256color", NULL };
	const char *argv[] = { console_program(), "-c", walk->config, NULL };
	struct pty_spec spec = { .argv = argv, .env = env, .rows = 60, .cols = 130 };
	struct err err = { 0 };

	read_book(walk, book);
	snprintf(home, sizeof(home), "HOME=%s", walk->home);
	snprintf(state, sizeof(state), "BINNACLE_STATE_DIR=%s", walk->state);
	walk->screen = screen_start(&spec, &err);
	if (!walk->screen)
		fail_msg("%s", err.text);
}

/* It would ask before it quits: clocks of the incident may run on. */
void bykeys_end(struct bykeys *walk)
{
	screen_free(walk->screen);
	runbook_free(walk->book);
	*walk = (struct bykeys){ .screen = NULL };
}

static void find_incident(struct bykeys *walk)
{
	char root[360];
	const char *const roots[2] = { root, NULL };
	struct err err = { 0 };
	struct shelved *list;
	size_t count = 0;

	snprintf(root, sizeof(root), "%s/incidents", walk->state);
	list = shelf_list(roots, &count, &err);
	assert_int_equal(count, 1);
	memcpy(walk->file.folder, list[0].folder, sizeof(walk->file.folder));
	memcpy(walk->file.id, list[0].id, sizeof(walk->file.id));
	mem_free(list);
}

static void declare(struct bykeys *walk, const char *hint, const char *title)
{
	press_at(walk, hint, "i");
	bykeys_must_show(walk, "DECLARE ---");
	bykeys_rest(walk);
	bykeys_type(walk, title);
	for (int i = 0; i < 5; i++)	/* everything as it is proposed */
		bykeys_press(walk, "Enter");
	press_at(walk, "Y declares the incident", "Y");
	bykeys_must_show(walk, "ANNOUNCE");
	find_incident(walk);
}

void bykeys_declare(struct bykeys *walk)
{
	declare(walk, "i declares", "");
}

void bykeys_declare_unasked(struct bykeys *walk, const char *title)
{
	declare(walk, "i incident", title);
}

void bykeys_begin(struct bykeys *walk)
{
	bykeys_press(walk, "5");
	bykeys_must_show(walk, "first-10-minutes");	/* of the library */
	bykeys_press(walk, "/");
	bykeys_type(walk, "name:");		/* others speak of it */
	bykeys_type(walk, walk->book->card.id);
	bykeys_press(walk, "Enter");
	bykeys_rest(walk);
	bykeys_press(walk, "Enter");
	press_at(walk, "b begins it", "b");
	bykeys_must_record(walk, EVENT_RUN_STARTED, 1);
	press_at(walk, walk->book->steps[0].title, "A");
	press_at(walk, "ITS COMMANDS", "Y");
	bykeys_must_record(walk, EVENT_RUNBOOK_ACCEPTED, 1);
}

void bykeys_resolve(struct bykeys *walk, const char *summary)
{
	bykeys_press(walk, "i");
	press_at(walk, "INCIDENT ---", "r");
	bykeys_must_show(walk, "RESOLVE ---");
	bykeys_rest(walk);
	bykeys_type(walk, summary);
	bykeys_press(walk, "Enter");
	bykeys_press(walk, "Enter");
	press_at(walk, "everything else is no", "Y");
	bykeys_must_record(walk, EVENT_STATUS_SET, 1);
	assert_int_equal(casefile_lines(&walk->file, "\"new\":\"resolved\""), 1);
}

/* --- steps --- */

static void go_to(struct bykeys *walk, const char *id)
{
	const struct step *step = runbook_step(walk->book, id);
	char number[16];

	if (!step)
		fail_msg("%s has no step %s", walk->book->card.id, id);
	snprintf(number, sizeof(number), "%u", step->n);
	bykeys_press(walk, ":");
	bykeys_type(walk, number);
	bykeys_press(walk, "Enter");
	bykeys_rest(walk);
}

/* An item of the menu of the step, and the words that its form wants. */
static void say_of(struct bykeys *walk, const char *id, const char *letter, const char *words)
{
	go_to(walk, id);
	bykeys_press(walk, "X");
	press_at(walk, "STEP ---", letter);
	assert_true(screen_wait_gone(walk->screen, "STEP ---", CONSOLE_PATIENCE));
	bykeys_rest(walk);
	bykeys_type(walk, words);
	bykeys_press(walk, "Enter");
}

void bykeys_skip(struct bykeys *walk, const char *step, const char *why)
{
	say_of(walk, step, "s", why);
	must_become(walk, step, MARK_SKIPPED);
}

void bykeys_reopen(struct bykeys *walk, const char *step)
{
	say_of(walk, step, "r", "it is another night");
	must_become(walk, step, MARK_TODO);
}

void bykeys_tick(struct bykeys *walk, const char *step)
{
	go_to(walk, step);
	bykeys_press(walk, "x");
	must_become(walk, step, MARK_DONE);
}

/* An option by its number or first letters; NULL: the one that the instruments propose. */
void bykeys_choose(struct bykeys *walk, const char *step, const char *key, const char *option)
{
	struct dossier *dossier;

	go_to(walk, step);
	bykeys_press(walk, "Enter");
	bykeys_must_show(walk, "DECIDE ---");
	if (!key)
		bykeys_must_show(walk, "the instruments propose");
	bykeys_rest(walk);
	if (key)
		bykeys_type(walk, key);
	bykeys_press(walk, "Enter");
	bykeys_rest(walk);
	bykeys_press(walk, "Enter");
	must_become(walk, step, MARK_DONE);
	dossier = casefile_read(&walk->file);
	assert_string_equal(step_of(dossier, step)->option, option);
	dossier_close(dossier);
}

void bykeys_answer(struct bykeys *walk, const char *step, const char *value)
{
	size_t before = casefile_count(&walk->file, EVENT_INPUT_GIVEN);

	go_to(walk, step);
	bykeys_press(walk, "x");
	bykeys_must_show(walk, "VALUE ---");
	bykeys_rest(walk);
	bykeys_type(walk, value);
	bykeys_press(walk, "Enter");
	bykeys_must_record(walk, EVENT_INPUT_GIVEN, before + 1);
	assert_true(screen_wait_gone(walk->screen, "VALUE ---", CONSOLE_PATIENCE));
	bykeys_tick(walk, step);
}

/* --- commands --- */

/* Evidence is written by a worker, beside the journal: the event may be there before its file. */
static void await_file(struct bykeys *walk, const char *path)
{
	nsec deadline = nsec_now() + PATIENT * CONSOLE_PATIENCE * NSEC_PER_MSEC;

	while (access(path, R_OK) != 0 && nsec_now() < deadline)
		screen_pump(walk->screen, LOOK_EVERY);
}

/* The newest evidence of the step is what its command printed. */
static void must_be_kept(struct bykeys *walk, const char *step, const char *prints)
{
	struct dossier *dossier = casefile_read(&walk->file);
	const struct attempt *last = run_last_attempt(step_of(dossier, step));
	char path[sizeof(walk->file.folder) + 80];
	struct buf kept = { 0 };

	assert_non_null(last);
	assert_true(last->ended && last->judged && last->well);
	assert_string_equal(last->how, "exited");
	snprintf(path, sizeof(path), "%s/evidence/%s", walk->file.folder, last->output);
	await_file(walk, path);
	read_bytes(path, &kept);
	if (!strstr(buf_cstr(&kept), prints))
		fail_msg("%s printed: %s", step, buf_cstr(&kept));
	buf_done(&kept);
	dossier_close(dossier);
}

static void confirm_box(struct bykeys *walk)
{
	size_t before = casefile_count(&walk->file, EVENT_STEP_RUN_ENDED);

	press_at(walk, "Y does it", "Y");
	bykeys_must_record(walk, EVENT_STEP_RUN_ENDED, before + 1);
}

void bykeys_run(struct bykeys *walk, const char *step, const char *prints)
{
	go_to(walk, step);
	bykeys_press(walk, "Enter");
	confirm_box(walk);
	must_be_kept(walk, step, prints);
	go_to(walk, step);
	bykeys_press(walk, "v");
	bykeys_must_show(walk, prints);
	bykeys_press(walk, "q");
	bykeys_must_show(walk, walk->book->steps[0].title);
}

void bykeys_run_own(struct bykeys *walk, const char *command, const char *prints)
{
	bykeys_press(walk, "!");
	bykeys_must_show(walk, "COMMAND ---");
	bykeys_rest(walk);
	bykeys_type(walk, command);
	bykeys_press(walk, "Enter");
	confirm_box(walk);
	bykeys_press(walk, "+");
	bykeys_must_show(walk, prints);
	bykeys_press(walk, "+");
	bykeys_must_show(walk, walk->book->steps[0].title);
}

void bykeys_run_elsewhere(struct bykeys *walk, const char *step, const char *host)
{
	size_t before = casefile_count(&walk->file, EVENT_STEP_RUN_ENDED);

	go_to(walk, step);
	bykeys_press(walk, "Enter");
	bykeys_must_show(walk, host);
	press_at(walk, "NOT HERE", "Enter");
	press_at(walk, "WHAT CAME OF IT THERE?", "d");
	bykeys_press(walk, "Enter");
	bykeys_type(walk, "Started");
	bykeys_press(walk, "Enter");
	bykeys_must_record(walk, EVENT_STEP_RUN_ENDED, before + 1);
	bykeys_tick(walk, step);
}

void bykeys_end_run(struct bykeys *walk)
{
	go_to(walk, walk->book->steps[0].id);
	bykeys_press(walk, "X");
	press_at(walk, "STEP ---", "e");
	press_at(walk, "END THE RUNBOOK ---", "Enter");
	bykeys_must_record(walk, EVENT_RUN_ENDED, 1);
}
