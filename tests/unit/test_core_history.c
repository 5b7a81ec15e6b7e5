/* All events of an incident, in whatever order they come, are one state and one timeline. */
#include "core/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/incident_dump.h"
#include "tests/lib/pen.h"

static void take_line(struct history *history, struct str line)
{
	struct err err = { 0 };

	if (!history_take(history, line, &err))
		fail_msg("%s: %.*s", err.text, (int)line.len, line.p);
}

static void take_all(struct history *history, const struct pen *pen)
{
	struct str rest = str_sub(pen->lines.data, pen->lines.len), line;

	while (str_cut(&rest, '\n', &line)) {
		if (line.len > 0)
			take_line(history, line);
	}
}

/* Written and taken at once: what a console sees. */
static const char *put(struct history *history, struct pen *pen, struct event event)
{
	pen_write(pen, &event);
	take_line(history, pen_line(pen));
	(void)history_fold(history);
	pen->now += WHEN_SECOND;
	return pen->last.id;
}

static struct event declared(const struct pen *pen, unsigned severity)
{
	struct event event = pen_event(pen, EVENT_INCIDENT_DECLARED);

	EVENT_SET(event.data, title, "Indexer down");
	EVENT_SET(event.data, severity, severity);
	EVENT_SET(event.data, type, "outage");
	return event;
}

static struct event severity(const struct pen *pen, const char *old, const char *new_)
{
	struct event event = pen_event(pen, EVENT_SEVERITY_SET);

	EVENT_SET(event.data, old, old);
	EVENT_SET(event.data, new_, new_);
	return event;
}

static struct event note(const struct pen *pen, const char *text)
{
	struct event event = pen_event(pen, EVENT_NOTE);

	EVENT_SET(event.data, text, text);
	return event;
}

static struct event about(const struct pen *pen, enum event_kind kind, const char *of)
{
	struct event event = pen_event(pen, kind);

	EVENT_SET(event.data, of, of);
	return event;
}

/* The state and the timeline of the lines, each taken alone from the first to the last. */
static void dump(const struct history *history, struct buf *out)
{
	incident_dump(history_incident(history), out);
	timeline_dump(history, out);
}

static void expect_same(const struct history *a, const struct history *b, const char *what)
{
	struct buf first = { 0 }, second = { 0 };

	dump(a, &first);
	dump(b, &second);
	expect_same_text(&first, &second, what);
	buf_done(&first);
	buf_done(&second);
}

/* Random events of several consoles, with fixed seeds. */

static unsigned draw(uint64_t *seed, unsigned below)
{
	*seed = *seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(*seed >> 33) % below;
}

static const char *const severities[] = { "SEV1", "SEV2", "SEV3", "SEV9" };
static const char *const roles[] = { "commander", "scribe", "comms", "nobody" };
static const char *const people[] = { "ana", "ben", "eve" };
static const char *const prints[] = { "f1", "f2", "f3" };
static const char *const state_words[] = { "ok", "bad", "down" };
static const char *const run_steps[] = { "promote", "verify", "tidy" };
static const char *const run_modes[] = { "native", "plain", "instruct" };

/* Values that meet each other, where pen_fill() gives all events the same. */
static void vary(struct event *event, uint64_t *seed, const char *of, const char *run)
{
	struct event_data *data = &event->data;

	if (data->has & F(run))
		data->run = draw(seed, 16) > 0 ? run : of;
	if (data->has & F(step))
		data->step = run_steps[draw(seed, ARRAY_LEN(run_steps))];
	if (data->has & F(steps))
		data->steps = (struct text_list){ run_steps, 2 + draw(seed, 2) };
	if (data->has & F(mode))
		data->mode = run_modes[draw(seed, ARRAY_LEN(run_modes))];
	if (data->has & F(option))
		data->option = people[draw(seed, ARRAY_LEN(people))];
	if (data->has & F(reason) && draw(seed, 2))
		data->has &= ~(F(reason) & ~event_must(event->kind));

	if (data->has & F(of) && draw(seed, 8) > 0)
		data->of = of;
	if (data->has & F(role))
		data->role = roles[draw(seed, ARRAY_LEN(roles))];
	if (data->has & F(who))
		data->who = people[draw(seed, ARRAY_LEN(people))];
	if (data->has & F(fingerprint))
		data->fingerprint = prints[draw(seed, ARRAY_LEN(prints))];
	if (data->has & F(by_ms))
		data->by_ms = (int64_t)draw(seed, 7200000) - 3600000;
	if (data->has & F(boot_ms) && draw(seed, 2))
		data->has &= ~F(boot);
	if (data->has & F(when))
		data->when = PEN_START + draw(seed, 3600000);
	if (data->has & F(on))
		data->on = draw(seed, 2) > 0;
	if (data->has & F(ok))
		data->ok = draw(seed, 2) > 0;
	if (event->kind == EVENT_SEVERITY_SET) {
		data->old = severities[draw(seed, 3)];
		data->new_ = severities[draw(seed, 4)];
	} else if (event->kind == EVENT_STATUS_SET) {
		data->old = incident_status_word((enum incident_status)draw(seed, 10));
		data->new_ = incident_status_word((enum incident_status)draw(seed, 10));
	} else if (event->kind == EVENT_MILESTONE_SET) {
		data->name = milestone_word((enum milestone_name)draw(seed, MILESTONE_COUNT));
	} else if (event->kind == EVENT_SIGNAL_CHANGED) {
		data->new_ = state_words[draw(seed, 3)];
	}
}

enum { CONSOLES = 3 };

/* In a calm session nothing changes what others mean: it is folded as it comes. */
static enum event_kind draw_kind(uint64_t *seed, bool calm)
{
	enum { RUNS = EVENT_KIND_COUNT - EVENT_RUN_STARTED };
	enum event_kind kind;

	do {	/* of runs as often as of all: they meet each other in few steps */
		kind = draw(seed, 2) ? (enum event_kind)(1 + draw(seed, EVENT_KIND_COUNT - 1)) :
				       (enum event_kind)(EVENT_RUN_STARTED + draw(seed, RUNS));
	} while (calm && (kind == EVENT_UNDO || kind == EVENT_CORRECTION || kind == EVENT_PIN));
	return kind;
}

/* A session of several consoles, `count` lines in all, and the lines in the order of writing. */
static void write_session(struct pen pens[CONSOLES], struct str *lines, size_t count, uint64_t seed)
{
	bool calm = seed % 2 == 0;

	char ids[64][ULID_TEXT] = { "" }, runs[2][ULID_TEXT] = { "" };
	size_t ends[CONSOLES] = { 0 }, who[512];

	for (unsigned i = 0; i < CONSOLES; i++)
		pen_open(&pens[i], 0xA0 + i, people[i]);
	for (size_t i = 0; i < count; i++) {
		unsigned console = i == 0 ? 0 : draw(&seed, CONSOLES);
		struct pen *pen = &pens[console];
		struct event event = i == 0 ? declared(pen, 2)
			: pen_event(pen, draw_kind(&seed, calm));

		pen->now += draw(&seed, 20000);
		if (draw(&seed, 3) == 0)
			pen_see(pen, &pens[draw(&seed, CONSOLES)]);
		if (i > 0)
			pen_fill(&event.data, event.kind);
		event.at = pen->now - (draw(&seed, 10) == 0 ? draw(&seed, 600000) : 0);
		event.src = (enum event_src)draw(&seed, 3);
		if (i > 0)
			vary(&event, &seed, ids[draw(&seed, 64)], runs[draw(&seed, 2)]);
		pen_write(pen, &event);
		if (event.kind == EVENT_RUN_STARTED)
			str_put(runs[draw(&seed, 2)], ULID_TEXT, pen->last.id);
		str_put(ids[draw(&seed, 64)], ULID_TEXT, pen->last.id);
		who[i] = console;
	}
	for (size_t i = 0; i < count; i++) {	/* the buffers no longer move */
		const struct buf *file = &pens[who[i]].lines;
		const char *from = file->data + ends[who[i]];

		lines[i] = str_sub(from, (size_t)((const char *)memchr(from, '\n', file->len) - from));
		ends[who[i]] += lines[i].len + 1;
	}
}

static void close_session(struct pen pens[CONSOLES])
{
	for (unsigned i = 0; i < CONSOLES; i++)
		pen_close(&pens[i]);
}

static void shuffle(struct str *lines, size_t count, uint64_t *seed)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = draw(seed, (unsigned)i);
		struct str line = lines[i - 1];

		lines[i - 1] = lines[j];
		lines[j] = line;
	}
}

enum { SESSION = 200, SEEDS = 25 };

/* As it happened, a fold after each line; all at once; from the last to the first; in no order, and
 * lines taken twice and folds in between. */
static void any_order_of_arrival_is_one_state_and_one_timeline(void **state)
{
	struct pen pens[CONSOLES];
	struct str lines[SESSION];

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct history *live = history_new("7k3f9q"), *replay = history_new("7k3f9q");
		struct history *back = history_new("7k3f9q"), *mixed = history_new("7k3f9q");
		uint64_t draws = seed;

		write_session(pens, lines, SESSION, seed);
		for (size_t i = 0; i < SESSION; i++) {
			take_line(live, lines[i]);
			assert_true(history_fold(live));
			take_line(back, lines[SESSION - 1 - i]);
		}
		for (unsigned i = 0; i < CONSOLES; i++)
			take_all(replay, &pens[i]);
		(void)history_fold(replay);
		(void)history_fold(back);
		shuffle(lines, SESSION, &draws);
		for (size_t i = 0; i < SESSION; i++) {
			take_line(mixed, lines[i]);
			take_line(mixed, lines[draw(&draws, (unsigned)i + 1)]);
			if (draw(&draws, 5) == 0)
				(void)history_fold(mixed);
		}
		(void)history_fold(mixed);
		assert_int_equal(history_count(live), SESSION);
		expect_same(live, replay, "as it happened, file by file");
		expect_same(live, back, "as it happened, from the last");
		expect_same(live, mixed, "as it happened, in no order");
		history_free(live);
		history_free(replay);
		history_free(back);
		history_free(mixed);
		close_session(pens);
	}
}

/* Each console sees the others' lines at once: nothing comes late, nothing is folded twice. */
static void what_comes_in_its_order_folds_to_the_same_as_any_other(void **state)
{
	struct history *live = history_new("7k3f9q"), *once = history_new("7k3f9q");
	struct str lines[SESSION];
	struct pen pens[CONSOLES];

	(void)state;
	write_session(pens, lines, SESSION, 2);
	for (unsigned i = 0; i < CONSOLES; i++)
		take_all(once, &pens[i]);
	(void)history_fold(once);
	for (size_t i = 0; i < SESSION; i++) {	/* in the order of the fold: by hlc and origin */
		const struct record *next = NULL;

		for (size_t j = 0; j < SESSION; j++) {
			const struct record *record = history_record(once, j);
			int order = next ? hlc_compare(record->hlc, next->hlc) : -1;

			if (!history_find(live, record->id) &&
			    (order < 0 || (order == 0 && strcmp(record->origin, next->origin) < 0)))
				next = record;
		}
		take_line(live, str_of(next->line));
		if (i % 7 == 0)
			(void)history_fold(live);
	}
	(void)history_fold(live);
	expect_same(live, once, "in order, file by file");
	history_free(live);
	history_free(once);
	close_session(pens);
}

static void a_batch_with_a_back_dated_line_is_a_timeline(void **state)
{
	struct history *history = history_new("7k3f9q");
	struct event event;
	struct pen pen;

	(void)state;
	pen_open(&pen, 1, "ana");
	event = declared(&pen, 1);
	pen_write(&pen, &event);
	event = note(&pen, "now");
	pen_write(&pen, &event);
	event = note(&pen, "before");
	event.at = PEN_START - WHEN_HOUR;
	pen_write(&pen, &event);
	take_all(history, &pen);
	(void)history_fold(history);
	assert_string_equal(history_record(history, 0)->sentence, "before");
	assert_true(history_record(history, 0)->backdated);
	assert_string_equal(history_record(history, 2)->sentence, "now");
	pen_close(&pen);
	history_free(history);
}

/* A console with a slow clock settles what, by the order, was not asked yet. */
static void an_outcome_before_its_ask_reads_the_same_in_any_order(void **state)
{
	struct history *one = history_new("7k3f9q"), *two = history_new("7k3f9q");
	struct event ask, end;
	struct pen ana, ben;

	(void)state;
	pen_open(&ana, 1, "ana");
	pen_open(&ben, 2, "ben");
	ana.now += WHEN_HOUR;
	ask = pen_event(&ana, EVENT_TIMER_STARTED);
	EVENT_SET(ask.data, text, "check the WAL archive");
	EVENT_SET(ask.data, until, ana.now + WHEN_MINUTE);
	pen_write(&ana, &ask);
	end = about(&ben, EVENT_TIMER_ENDED, ask.id);
	pen_write(&ben, &end);
	take_all(one, &ben);
	(void)history_fold(one);
	take_all(one, &ana);
	(void)history_fold(one);
	take_all(two, &ana);
	take_all(two, &ben);
	(void)history_fold(two);
	assert_string_equal(history_record(one, 0)->sentence,
			    "the ask is answered (asked: check the WAL archive, until 03:01Z)");
	expect_same(one, two, "the outcome first, the ask first");
	pen_close(&ana);
	pen_close(&ben);
	history_free(one);
	history_free(two);
}

static void a_fold_without_news_changes_nothing(void **state)
{
	struct history *history = history_new("7k3f9q");
	struct pen pen;

	(void)state;
	pen_open(&pen, 1, "ana");
	assert_false(history_fold(history));
	put(history, &pen, declared(&pen, 1));
	assert_false(history_fold(history));
	take_line(history, pen_line(&pen));
	assert_false(history_fold(history));
	assert_int_equal(history_count(history), 1);
	pen_close(&pen);
	history_free(history);
}

static void a_line_that_is_none_is_kept_out(void **state)
{
	struct history *history = history_new("7k3f9q");
	struct err err = { 0 };
	struct pen pen;
	char *line;

	(void)state;
	pen_open(&pen, 1, "ana");
	put(history, &pen, declared(&pen, 1));
	assert_false(history_take(history, str_of("{\"v\":1}"), &err));
	assert_string_equal(err.text, "no journal line: it is not whole");
	line = mem_dup(pen_line(&pen).p, pen_line(&pen).len);
	line[pen_line(&pen).len / 2] ^= 1;
	assert_false(history_take(history, str_sub(line, pen_line(&pen).len), &err));
	assert_string_equal(err.text, "its hash is another: the line was changed");
	assert_false(history_fold(history));
	assert_int_equal(history_count(history), 1);
	mem_free(line);
	pen_close(&pen);
	history_free(history);
}

static void an_undo_restores_what_was_before(void **state)
{
	struct history *with = history_new("7k3f9q"), *without = history_new("7k3f9q");
	struct buf before = { 0 }, after = { 0 };
	char wrong[ULID_TEXT], undo[ULID_TEXT];
	const struct record *record;
	struct pen pen;

	(void)state;
	pen_open(&pen, 1, "ana");
	put(with, &pen, declared(&pen, 2));
	incident_dump(history_incident(with), &before);
	str_put(wrong, sizeof(wrong), put(with, &pen, severity(&pen, "SEV2", "SEV1")));
	assert_int_equal(history_incident(with)->severity, 1);
	str_put(undo, sizeof(undo), put(with, &pen, about(&pen, EVENT_UNDO, wrong)));
	assert_int_equal(history_incident(with)->severity, 2);
	assert_int_equal(history_incident(with)->max_severity, 2);
	record = history_find(with, wrong);
	assert_true(record->undone);
	assert_string_equal(history_find(with, undo)->sentence, "took back: SEV2 -> SEV1");

	put(with, &pen, about(&pen, EVENT_UNDO, undo));		/* after all it was right */
	assert_int_equal(history_incident(with)->severity, 1);
	assert_false(history_find(with, wrong)->undone);
	take_all(without, &pen);
	(void)history_fold(without);
	expect_same(with, without, "live and replayed undos");
	buf_done(&before);
	buf_done(&after);
	pen_close(&pen);
	history_free(with);
	history_free(without);
}

/* Whatever was undone: the state is that of the same lines without both, but for their number. */
static void any_event_can_be_undone(void **state)
{
	(void)state;
	for (int kind = EVENT_INCIDENT_DECLARED + 1; kind < EVENT_KIND_COUNT; kind++) {
		struct history *with = history_new("7k3f9q"), *without = history_new("7k3f9q");
		const struct incident *a, *b;
		struct pen pen, plain;
		struct event event;

		pen_open(&pen, 1, "ana");
		pen_open(&plain, 1, "ana");
		put(with, &pen, declared(&pen, 2));
		put(without, &plain, declared(&plain, 2));
		event = pen_event(&pen, (enum event_kind)kind);
		pen_fill(&event.data, event.kind);
		put(with, &pen, about(&pen, EVENT_UNDO, put(with, &pen, event)));
		a = history_incident(with);
		b = history_incident(without);
		assert_int_equal(a->severity, b->severity);
		assert_int_equal(a->status, b->status);
		assert_string_equal(a->title, b->title);
		assert_int_equal(a->alert_count + a->sent_count + a->ask_count + a->signal_count +
				 a->evidence_count + a->action_count + a->follow_up_count, 0);
		assert_memory_equal(a->milestones, b->milestones, sizeof(a->milestones));
		assert_memory_equal(a->seats, b->seats, sizeof(a->seats));
		assert_memory_equal(&a->cadence, &b->cadence, sizeof(a->cadence));
		pen_close(&pen);
		pen_close(&plain);
		history_free(with);
		history_free(without);
	}
}

static void two_undos_of_each_other_have_one_outcome(void **state)
{
	struct history *one = history_new("7k3f9q"), *two = history_new("7k3f9q");
	struct event first, second;
	struct pen ana, ben;

	(void)state;
	pen_open(&ana, 1, "ana");
	pen_open(&ben, 2, "ben");
	first = about(&ana, EVENT_UNDO, "01ARZ3NDEKTSV4RRFFQ69G5FAV");
	second = about(&ben, EVENT_UNDO, "01ARZ3NDEKTSV4RRFFQ69G5FAW");
	str_put(first.id, sizeof(first.id), "01ARZ3NDEKTSV4RRFFQ69G5FAW");
	str_put(second.id, sizeof(second.id), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
	pen_write(&ana, &first);
	pen_write(&ben, &second);
	take_all(one, &ana);
	(void)history_fold(one);
	take_all(one, &ben);
	(void)history_fold(one);
	take_all(two, &ben);
	take_all(two, &ana);
	(void)history_fold(two);
	expect_same(one, two, "two undos");
	assert_true(history_find(one, first.id)->undone);
	assert_false(history_find(one, second.id)->undone);
	pen_close(&ana);
	pen_close(&ben);
	history_free(one);
	history_free(two);
}

static void a_correction_moves_its_event_and_says_it_anew(void **state)
{
	struct history *history = history_new("7k3f9q");
	const struct record *record;
	char wrong[ULID_TEXT];
	struct event fix;
	struct pen pen;

	(void)state;
	pen_open(&pen, 1, "ana");
	put(history, &pen, declared(&pen, 2));
	put(history, &pen, note(&pen, "second"));
	str_put(wrong, sizeof(wrong), put(history, &pen, note(&pen, "lag fals")));
	assert_string_equal(history_record(history, 2)->sentence, "lag fals");
	assert_false(history_record(history, 2)->backdated);
	fix = about(&pen, EVENT_CORRECTION, wrong);
	EVENT_SET(fix.data, text, "lag\nfalls");
	EVENT_SET(fix.data, when, PEN_START - WHEN_HOUR);
	put(history, &pen, fix);

	record = history_record(history, 0);
	assert_string_equal(record->id, wrong);
	assert_string_equal(record->sentence, "lag falls");
	assert_int_equal(record->at, PEN_START - WHEN_HOUR);
	assert_true(record->corrected && record->backdated);
	assert_string_equal(history_incident(history)->last_note, "lag falls");
	assert_string_equal(history_record(history, 3)->sentence,
			    "corrected: lag falls, it was at 01:00Z (lag fals)");

	put(history, &pen, about(&pen, EVENT_UNDO, pen.last.id));	/* the correction was wrong */
	record = history_find(history, wrong);
	assert_string_equal(record->sentence, "lag fals");
	assert_false(record->corrected || record->backdated);
	assert_string_equal(history_record(history, 2)->id, wrong);
	pen_close(&pen);
	history_free(history);
}

static void a_corrected_milestone_is_where_it_was_put(void **state)
{
	struct history *history = history_new("7k3f9q");
	struct event event;
	struct pen pen;

	(void)state;
	pen_open(&pen, 1, "ana");
	put(history, &pen, declared(&pen, 2));
	event = pen_event(&pen, EVENT_MILESTONE_SET);
	EVENT_SET(event.data, name, "mitigated");
	EVENT_SET(event.data, when, pen.now);
	put(history, &pen, event);
	event = about(&pen, EVENT_CORRECTION, pen.last.id);
	EVENT_SET(event.data, when, PEN_START - 5 * WHEN_MINUTE);
	put(history, &pen, event);
	assert_int_equal(history_incident(history)->milestones[MILESTONE_MITIGATED].at,
			 PEN_START - 5 * WHEN_MINUTE);
	pen_close(&pen);
	history_free(history);
}

/* A console whose disk failed writes the same events once more, into another file. */
static void an_id_counts_once_in_whatever_files_it_stands(void **state)
{
	struct history *one = history_new("7k3f9q"), *two = history_new("7k3f9q");
	struct event first, again;
	struct pen old, new_;

	(void)state;
	pen_open(&old, 2, "ana");
	pen_open(&new_, 1, "ana");
	first = note(&old, "said once");
	pen_write(&old, &first);
	again = first;
	again.data = first.data;
	pen_write(&new_, &again);
	take_all(one, &old);
	(void)history_fold(one);
	take_all(one, &new_);
	(void)history_fold(one);
	take_all(two, &new_);
	take_all(two, &old);
	(void)history_fold(two);
	assert_int_equal(history_count(one), 1);
	assert_int_equal(history_incident(one)->note_count, 1);
	assert_int_equal(history_incident(one)->writer_count, 2);
	expect_same(one, two, "the two files");
	pen_close(&old);
	pen_close(&new_);
	history_free(one);
	history_free(two);
}

static void pins_and_outcomes_name_what_they_are_about(void **state)
{
	struct history *history = history_new("7k3f9q");
	struct event event;
	char asked[ULID_TEXT];
	struct pen pen;

	(void)state;
	pen_open(&pen, 1, "ana");
	event = pen_event(&pen, EVENT_TIMER_STARTED);
	EVENT_SET(event.data, text, "check the WAL archive");
	EVENT_SET(event.data, until, PEN_START + 5 * WHEN_MINUTE);
	EVENT_SET(event.data, who, "Bo");
	str_put(asked, sizeof(asked), put(history, &pen, event));
	event = about(&pen, EVENT_PIN, asked);
	put(history, &pen, event);
	assert_true(history_find(history, asked)->pinned);
	assert_string_equal(history_record(history, 1)->sentence,
			    "pinned: asked Bo: check the WAL archive, until 02:05Z");
	EVENT_SET(event.data, on, false);
	event.id[0] = '\0';
	put(history, &pen, event);
	assert_false(history_find(history, asked)->pinned);
	event = about(&pen, EVENT_TIMER_ENDED, asked);
	EVENT_SET(event.data, text, "it is whole");
	put(history, &pen, event);
	assert_string_equal(history_record(history, 3)->sentence, "the ask is answered: it is whole "
			    "(asked Bo: check the WAL archive, until 02:05Z)");
	assert_true(history_incident(history)->asks[0].settled);
	pen_close(&pen);
	history_free(history);
}

static void what_is_not_known_is_shown_and_has_no_effect(void **state)
{
	struct history *history = history_new("7k3f9q");
	struct buf before = { 0 }, after = { 0 }, line = { 0 };
	char hash[DIGEST_HEX];
	struct pen pen;

	(void)state;
	pen_open(&pen, 1, "ana");
	put(history, &pen, declared(&pen, 2));
	incident_dump(history_incident(history), &before);
	buf_fmt(&line, "{\"v\":2,\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"seq\":2,"
		"\"origin\":\"0000000000000001\",\"hlc\":\"1795312900000-0000\","
		"\"at\":\"2026-11-22T02:00:00.000Z\",\"rec\":\"2026-11-22T02:00:00.000Z\",\"by\":\"ana\","
		"\"src\":\"human\",\"kind\":\"severity.set\",\"data\":{\"new\":\"SEV1\"},\"prev\":\"%s\"",
		pen.chain.head);
	digest_sha256(hash, str_sub(line.data, line.len));
	buf_fmt(&line, ",\"hash\":\"%s\"}", hash);
	take_line(history, str_sub(line.data, line.len));
	(void)history_fold(history);
	assert_int_equal(history_incident(history)->severity, 2);
	assert_int_equal(history_incident(history)->unknown_count, 1);
	assert_string_equal(history_record(history, 1)->line, line.data);
	assert_string_equal(history_record(history, 1)->sentence,
			    "of a kind that this version does not know: severity.set");
	assert_string_equal(history_incident(history)->writers[0].head, hash);
	buf_done(&before);
	buf_done(&after);
	buf_done(&line);
	pen_close(&pen);
	history_free(history);
}

/* Else one file could bring a million writers, or speak for another console. */
static void a_file_speaks_for_its_own_console_only(void **state)
{
	struct history *history = history_new("7k3f9q");
	struct pen pen;
	struct event event;
	struct err err = { 0 };

	(void)state;
	pen_open(&pen, 1, "ana");
	event = declared(&pen, 1);
	pen_write(&pen, &event);
	assert_false(history_take_from(history, "0123456789abcdef", pen_line(&pen), &err));
	assert_non_null(strstr(err.text, "a line of another file"));
	assert_true(history_take_from(history, pen.last.origin, pen_line(&pen), &err));
	pen_close(&pen);
	history_free(history);
}

/* Its clock was set two minutes forward: what it says afterwards is put where it was. */
static void every_record_stands_on_the_scale_of_the_incident(void **state)
{
	struct history *history = history_new("7k3f9q");
	struct pen pen = { 0 };
	char early[ULID_TEXT], late[ULID_TEXT];
	struct event stepped;

	(void)state;
	pen_open(&pen, 0, "ana");
	put(history, &pen, declared(&pen, 1));
	str_put(early, sizeof(early), put(history, &pen, note(&pen, "before")));
	pen.now += 2 * WHEN_MINUTE;
	stepped = pen_event(&pen, EVENT_CLOCK_STEPPED);
	EVENT_SET(stepped.data, by_ms, 2 * WHEN_MINUTE);
	put(history, &pen, stepped);
	str_put(late, sizeof(late), put(history, &pen, note(&pen, "after")));
	put(history, &pen, about(&pen, EVENT_UNDO, late));
	assert_int_equal(history_find(history, early)->t, history_find(history, early)->at);
	assert_int_equal(history_find(history, late)->t,
			 history_find(history, late)->at - 2 * WHEN_MINUTE);
	pen_close(&pen);
	history_free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_speaks_for_its_own_console_only),
		cmocka_unit_test(any_order_of_arrival_is_one_state_and_one_timeline),
		cmocka_unit_test(what_comes_in_its_order_folds_to_the_same_as_any_other),
		cmocka_unit_test(a_batch_with_a_back_dated_line_is_a_timeline),
		cmocka_unit_test(an_outcome_before_its_ask_reads_the_same_in_any_order),
		cmocka_unit_test(a_fold_without_news_changes_nothing),
		cmocka_unit_test(a_line_that_is_none_is_kept_out),
		cmocka_unit_test(an_undo_restores_what_was_before),
		cmocka_unit_test(any_event_can_be_undone),
		cmocka_unit_test(two_undos_of_each_other_have_one_outcome),
		cmocka_unit_test(a_correction_moves_its_event_and_says_it_anew),
		cmocka_unit_test(a_corrected_milestone_is_where_it_was_put),
		cmocka_unit_test(an_id_counts_once_in_whatever_files_it_stands),
		cmocka_unit_test(pins_and_outcomes_name_what_they_are_about),
		cmocka_unit_test(what_is_not_known_is_shown_and_has_no_effect),
		cmocka_unit_test(every_record_stands_on_the_scale_of_the_incident),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
