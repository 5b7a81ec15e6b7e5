/* One incident in the hands of a program: saved first, folded second; and what a disk may do. */
#include "app/dossier.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/mem.h"
#include "export/incident_json.h"

#define START ((msec)1795312447000)	/* 2026-11-22T01:54:07Z */
#define PATIENCE ((msec)20000)

enum { MOST_DURABLE = 64, SAID_TEXT = 2048 };

/* --- a disk that fails when it is told to --- */

static int refusing;			/* errno of every write, 0: none */
static unsigned syncs;

static ssize_t a_write(int fd, const void *bytes, size_t len)
{
	if (refusing) {
		errno = refusing;
		return -1;
	}
	return write(fd, bytes, len);
}

static int a_sync(int fd)
{
	syncs++;
	return fdatasync(fd);
}

static const struct journal_calls calls = { .write = a_write, .fdatasync = a_sync };

/* --- a folder, a loop, a dossier --- */

struct bench {
	char root[64], folder[128];
	struct loop *loop;
	struct dossier *dossier, *other;
	struct policy policy;
	struct loop_timer turn;
	bool (*holds)(struct bench *bench);
	msec deadline;
	size_t durable_count, other_durable;
	enum event_kind durable[MOST_DURABLE];
	char said[SAID_TEXT];
	bool folded_before_told;
	size_t want;			/* for the conditions */
};

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

static void on_durable(void *arg, struct dossier *dossier, const struct event *event)
{
	struct bench *bench = arg;

	if (dossier == bench->other) {
		bench->other_durable++;
		return;
	}
	assert_true(bench->durable_count < MOST_DURABLE);
	bench->durable[bench->durable_count++] = event->kind;
	if (!history_find(dossier_history(dossier), event->id))
		bench->folded_before_told = false;
}

static void on_said(void *arg, const char *sentence)
{
	struct bench *bench = arg;

	size_t len = strlen(bench->said);

	snprintf(bench->said + len, sizeof(bench->said) - len, "%s\n", sentence);	/* cut when full */
}

static struct dossier *open_dossier(struct bench *bench, const char *operator, bool create,
				    bool on_loop)
{
	struct dossier_setup setup = {
		.loop = on_loop ? bench->loop : NULL, .folder = bench->folder, .create = create,
		.who = { .operator = operator, .host = "idx-1", .console = "console",
			 .tool_version = "0", .calls = &calls },
		.policy = &bench->policy, .durable = on_durable, .said = on_said, .arg = bench,
	};
	struct err err = { 0 };
	struct dossier *dossier = dossier_open(&setup, &err);

	if (!dossier)
		fail_msg("%s", err.text);
	return dossier;
}

static int set_up(void **state)
{
	struct bench *bench = mem_new(sizeof(*bench));
	struct err err = { 0 };

	refusing = 0;
	syncs = 0;
	snprintf(bench->root, sizeof(bench->root), "/tmp/binnacle-dossier-XXXXXX");
	assert_non_null(mkdtemp(bench->root));
	snprintf(bench->folder, sizeof(bench->folder), "%s/2026-11-22-indexer-down-7k3f9q", bench->root);
	bench->loop = loop_new(&err);
	assert_non_null(bench->loop);
	policy_default(&bench->policy);
	bench->folded_before_told = true;
	*state = bench;
	return 0;
}

static void turn(void *arg);

static int tear_down(void **state)
{
	struct bench *bench = *state;

	dossier_close(bench->other);
	dossier_close(bench->dossier);
	loop_free(bench->loop);
	nftw(bench->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	mem_free(bench);
	return 0;
}

/* --- turning the loop until something holds --- */

static void turn(void *arg)
{
	struct bench *bench = arg;
	struct now now = loop_now(bench->loop);

	if (bench->holds(bench) || now.steady > bench->deadline) {
		loop_stop(bench->loop);
		return;
	}
	dossier_tick(bench->dossier, now.wall);
	if (bench->other)
		dossier_tick(bench->other, now.wall);
	loop_timer_set(bench->loop, &bench->turn, now.steady + 5);
}

static void wait_until(struct bench *bench, bool (*holds)(struct bench *bench), const char *what)
{
	bench->holds = holds;
	bench->turn = (struct loop_timer){ .call = turn, .arg = bench };
	bench->deadline = loop_now(bench->loop).steady + PATIENCE;
	loop_timer_set(bench->loop, &bench->turn, 0);
	loop_run(bench->loop);
	if (!holds(bench))
		fail_msg("never came: %s; said: %s", what, bench->said);
}

static enum saving saving_of(const struct dossier *dossier, size_t *waiting)
{
	static struct docket docket;

	dossier_docket(dossier, &docket);
	if (waiting)
		*waiting = docket.waiting;
	return docket.saving;
}

static bool all_saved(struct bench *bench)
{
	size_t waiting;
	enum saving saving = saving_of(bench->dossier, &waiting);

	return (saving == SAVING_SAVED || saving == SAVING_DEGRADED) && waiting == 0;
}

/* Refused, and not merely late: a loaded disk easily outlasts the few milliseconds that two ticks
 * are here. */
static bool not_saved(struct bench *bench)
{
	struct docket docket;

	dossier_docket(bench->dossier, &docket);
	return docket.saving == SAVING_NOT_SAVED &&
	       strcmp(docket.trouble, "the disk does not answer") != 0;
}

static size_t count_of(const struct dossier *dossier, enum event_kind kind)
{
	const struct history *history = dossier_history(dossier);
	size_t count = 0;

	for (size_t i = 0; i < history_count(history); i++)
		count += history_record(history, i)->kind == kind;
	return count;
}

static bool in_memory(struct bench *bench)
{
	return saving_of(bench->dossier, NULL) == SAVING_IN_MEMORY &&
	       count_of(bench->dossier, EVENT_NOTE) == bench->want;
}

static bool other_has_them(struct bench *bench)
{
	return count_of(bench->other, EVENT_NOTE) == bench->want &&
	       count_of(bench->dossier, EVENT_NOTE) == bench->want;
}

/* --- orders --- */

static bool submit(struct dossier *dossier, struct order *order, struct err *err)
{
	char already[BECAUSE_TEXT];

	order->at = WHEN_NEVER;
	if (!order->by)
		order->by = "ana";
	return dossier_submit(dossier, order, START, already, err);
}

static void must(struct dossier *dossier, struct order *order)
{
	struct err err = { 0 };

	if (!submit(dossier, order, &err))
		fail_msg("%s", err.text);
}

static void declare(struct dossier *dossier)
{
	struct order order = { .kind = EVENT_INCIDENT_DECLARED };

	EVENT_SET(order.data, title, "Indexer down");
	EVENT_SET(order.data, severity, 1);
	EVENT_SET(order.data, type, "outage");
	must(dossier, &order);
}

static void note(struct dossier *dossier, const char *text)
{
	struct order order = { .kind = EVENT_NOTE };

	EVENT_SET(order.data, text, text);
	must(dossier, &order);
}

static void note_number(struct dossier *dossier, size_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "note %zu", number);
	note(dossier, text);
}

static void open_declared(struct bench *bench)
{
	bench->dossier = open_dossier(bench, "ana", true, true);
	declare(bench->dossier);
	wait_until(bench, all_saved, "the declaration");
}

/* --- without a loop --- */

static void a_verb_gets_its_event_saved_and_folded_before_it_returns(void **state)
{
	struct bench *bench = *state;

	bench->dossier = open_dossier(bench, "ana", true, false);
	declare(bench->dossier);
	assert_int_equal(dossier_incident(bench->dossier)->severity, 1);
	assert_string_equal(dossier_incident(bench->dossier)->id, "7k3f9q");
	assert_int_equal(bench->durable_count > 0, true);
	assert_true(bench->folded_before_told);
	assert_true(syncs > 0);
}

static void a_verb_is_told_that_nothing_was_saved(void **state)
{
	struct bench *bench = *state;
	struct order order = { .kind = EVENT_NOTE };
	struct err err = { 0 };

	bench->dossier = open_dossier(bench, "ana", true, false);
	declare(bench->dossier);
	refusing = ENOSPC;
	EVENT_SET(order.data, text, "lost");
	assert_false(submit(bench->dossier, &order, &err));
	assert_non_null(strstr(err.text, "not saved"));
	assert_non_null(strstr(err.text, "No space left"));
	refusing = 0;
	note(bench->dossier, "kept");
	assert_int_equal(count_of(bench->dossier, EVENT_NOTE), 1);
}

static void evidence_is_a_file_and_an_event(void **state)
{
	struct bench *bench = *state;
	struct buf back = { 0 };
	struct err err = { 0 };

	bench->dossier = open_dossier(bench, "ana", true, false);
	declare(bench->dossier);
	assert_true(dossier_evidence(bench->dossier, str_of("pg_promote t"), "psql.txt", "promoted",
				     "ana", START, &err));
	assert_int_equal(dossier_incident(bench->dossier)->evidence_count, 1);
	assert_true(journal_evidence_read(bench->folder,
					  dossier_incident(bench->dossier)->evidence[0].sha256, &back,
					  &err));
	assert_string_equal(buf_cstr(&back), "pg_promote t");
	buf_done(&back);
}

static void text_from_outside_is_made_harmless_and_keeps_its_lines(void **state)
{
	struct bench *bench = *state;
	const struct history *history;
	bool found = false;

	bench->dossier = open_dossier(bench, "ana", true, false);
	declare(bench->dossier);
	note(bench->dossier, "first \x1b]52;c;AAAA\x07\nsecond postgres://ana:hunter2hunter2@db/x");
	history = dossier_history(bench->dossier);
	for (size_t i = 0; i < history_count(history); i++) {
		const char *line = history_record(history, i)->line;

		assert_null(strchr(line, '\x1b'));
		assert_null(strstr(line, "\\u001b"));
		assert_null(strstr(line, "hunter2"));
		found = found || strstr(line, "\\nsecond");
	}
	assert_true(found);
}

static void a_text_without_end_is_refused(void **state)
{
	struct bench *bench = *state;
	struct order order = { .kind = EVENT_NOTE };
	struct err err = { 0 };
	char *text = mem_new(200 * 1024);

	bench->dossier = open_dossier(bench, "ana", true, false);
	declare(bench->dossier);
	memset(text, 'a', 200 * 1024 - 1);
	EVENT_SET(order.data, text, text);
	assert_false(submit(bench->dossier, &order, &err));
	assert_non_null(strstr(err.text, "KiB"));
	mem_free(text);
}

/* --- on a loop --- */

static void nothing_shows_before_it_is_on_the_disk(void **state)
{
	struct bench *bench = *state;

	bench->dossier = open_dossier(bench, "ana", true, true);
	declare(bench->dossier);
	assert_int_equal(dossier_incident(bench->dossier)->severity, 0);
	assert_int_equal(saving_of(bench->dossier, NULL), SAVING_SAVING);
	wait_until(bench, all_saved, "the declaration");
	assert_int_equal(dossier_incident(bench->dossier)->severity, 1);
	assert_int_equal(bench->durable[0], EVENT_INCIDENT_DECLARED);
	assert_true(bench->folded_before_told);
}

static void pressing_a_key_twice_counts_once(void **state)
{
	struct bench *bench = *state;

	open_declared(bench);
	for (int i = 0; i < 3; i++) {
		struct order order = { .kind = EVENT_ROLE_TAKEN };

		EVENT_SET(order.data, role, "scribe");
		EVENT_SET(order.data, who, "ben");
		must(bench->dossier, &order);
	}
	wait_until(bench, all_saved, "the seat");
	assert_int_equal(count_of(bench->dossier, EVENT_ROLE_TAKEN), 1);
}

static void what_instruments_say_at_once_goes_to_the_disk_at_once(void **state)
{
	enum { CHANGES = 40 };
	struct bench *bench = *state;
	unsigned before;

	open_declared(bench);
	before = syncs;
	for (int i = 0; i < CHANGES; i++) {
		struct order order = { .kind = EVENT_SIGNAL_CHANGED, .src = SRC_SENSED };
		char name[16];

		snprintf(name, sizeof(name), "api%d", i);
		EVENT_SET(order.data, name, name);
		EVENT_SET(order.data, type, "source");
		EVENT_SET(order.data, new_, "down");
		must(bench->dossier, &order);
	}
	wait_until(bench, all_saved, "the changes");
	assert_int_equal(count_of(bench->dossier, EVENT_SIGNAL_CHANGED), CHANGES);
	assert_true(syncs - before <= 4);
}

static void a_full_disk_is_said_and_nothing_is_lost_or_doubled(void **state)
{
	enum { NOTES = 50 };
	struct bench *bench = *state;
	const struct history *history;
	size_t waiting, number = 0;

	open_declared(bench);
	refusing = ENOSPC;
	for (size_t i = 0; i < NOTES; i++)
		note_number(bench->dossier, i);
	wait_until(bench, not_saved, "NOT SAVED");
	assert_int_equal(saving_of(bench->dossier, &waiting), SAVING_NOT_SAVED);
	assert_int_equal(waiting, NOTES);
	assert_int_equal(count_of(bench->dossier, EVENT_NOTE), 0);
	assert_non_null(strstr(bench->said, "NOT SAVED"));
	assert_non_null(strstr(bench->said, "No space left"));
	refusing = 0;
	wait_until(bench, all_saved, "the flush");
	history = dossier_history(bench->dossier);
	for (size_t i = 0; i < history_count(history); i++) {
		char text[32];

		if (history_record(history, i)->kind != EVENT_NOTE)
			continue;
		snprintf(text, sizeof(text), "\"note %zu\"", number++);
		assert_non_null(strstr(history_record(history, i)->line, text));
	}
	assert_int_equal(number, NOTES);
}

static void by_choice_one_goes_on_in_memory_and_that_is_recorded(void **state)
{
	struct bench *bench = *state;
	struct dossier *again;

	open_declared(bench);
	refusing = EIO;
	note(bench->dossier, "kept in mind");
	wait_until(bench, not_saved, "NOT SAVED");
	assert_int_equal(count_of(bench->dossier, EVENT_NOTE), 0);
	dossier_in_memory(bench->dossier);
	note(bench->dossier, "shown at once");
	bench->want = 2;
	wait_until(bench, in_memory, "the memory");
	refusing = 0;
	wait_until(bench, all_saved, "the flush");
	assert_int_equal(count_of(bench->dossier, EVENT_NOTE), 3);
	again = open_dossier(bench, "ben", false, false);
	assert_int_equal(count_of(again, EVENT_NOTE), 3);
	dossier_close(again);
}

static void what_is_only_in_memory_has_no_effect_outside(void **state)
{
	struct bench *bench = *state;
	size_t before;

	open_declared(bench);
	refusing = EIO;
	note(bench->dossier, "kept in mind");
	wait_until(bench, not_saved, "NOT SAVED");
	before = bench->durable_count;
	dossier_in_memory(bench->dossier);
	bench->want = 1;
	wait_until(bench, in_memory, "the memory");
	assert_int_equal(bench->durable_count, before);
	refusing = 0;
	wait_until(bench, all_saved, "the flush");
	assert_true(bench->durable_count > before);
}

static void two_consoles_see_each_other_and_act_for_themselves_only(void **state)
{
	struct bench *bench = *state;

	open_declared(bench);
	bench->other = open_dossier(bench, "ben", false, true);
	bench->want = 3;
	for (size_t i = 0; i < 3; i++)
		note_number(bench->dossier, i);
	wait_until(bench, other_has_them, "the notes at the other console");
	assert_int_equal(bench->other_durable, 0);
	assert_int_equal(history_count(dossier_history(bench->dossier)),
			 history_count(dossier_history(bench->other)));
}

static bool other_saved_it(struct bench *bench)
{
	return dossier_idle(bench->other) && count_of(bench->other, EVENT_NOTE) == 1;
}

static void what_is_said_while_a_console_joins_is_not_lost(void **state)
{
	struct bench *bench = *state;
	struct dossier *again;

	open_declared(bench);
	bench->other = open_dossier(bench, "ben", false, true);
	dossier_join(bench->other);
	note(bench->other, "said on the way in");
	wait_until(bench, other_saved_it, "the note");
	again = open_dossier(bench, "cem", false, false);
	assert_int_equal(count_of(again, EVENT_NOTE), 1);
	assert_int_equal(count_of(again, EVENT_SESSION_JOINED), 2);
	dossier_close(again);
}

static void closing_saves_what_still_waits(void **state)
{
	struct bench *bench = *state;
	struct dossier *again;

	open_declared(bench);
	for (size_t i = 0; i < 5; i++)
		note_number(bench->dossier, i);
	dossier_close(bench->dossier);
	bench->dossier = NULL;
	again = open_dossier(bench, "ben", false, false);
	assert_int_equal(count_of(again, EVENT_NOTE), 5);
	dossier_close(again);
}

/* Another console, whose clock is a day ahead. */
static void write_ahead(struct bench *bench)
{
	const struct journal_who who = { .operator = "eve", .host = "idx-9", .console = "console" };
	msec now = loop_now(bench->loop).wall;
	struct event event = { .kind = EVENT_NOTE, .src = SRC_HUMAN, .at = now, .rec = now,
			       .hlc = { .ms = now + WHEN_DAY } };
	struct err err = { 0 };
	struct journal *journal = journal_open(bench->folder, false, false, &who, &err);

	assert_non_null(journal);
	EVENT_SET(event.data, text, "from tomorrow");
	str_put(event.by, sizeof(event.by), "eve");
	assert_true(journal_append(journal, &event, 1, now, &err));
	journal_close(journal);
}

static bool noted(struct bench *bench)
{
	return count_of(bench->dossier, EVENT_NOTE) == bench->want;
}

static void what_was_kept_in_memory_follows_no_clock_that_runs_ahead(void **state)
{
	struct bench *bench = *state;
	const struct history *history;

	open_declared(bench);
	write_ahead(bench);
	bench->want = 1;
	wait_until(bench, noted, "the other's note");
	refusing = ENOSPC;
	note(bench->dossier, "kept");
	wait_until(bench, not_saved, "NOT SAVED");
	dossier_in_memory(bench->dossier);
	bench->want = 2;
	wait_until(bench, in_memory, "the memory");
	refusing = 0;
	wait_until(bench, all_saved, "the flush");
	history = dossier_history(bench->dossier);
	for (size_t i = 0; i < history_count(history); i++) {
		const struct record *record = history_record(history, i);

		if (strcmp(record->by, "ana") == 0)
			assert_true(record->hlc.ms < loop_now(bench->loop).wall + HLC_AHEAD);
	}
}

static void keep(struct dossier *dossier, const char *bytes)
{
	struct err err = { 0 };

	assert_true(dossier_evidence(dossier, str_of(bytes), "psql.txt", "", "ana", START, &err));
}

static void evidence_that_finds_no_room_keeps_no_note_from_the_disk(void **state)
{
	struct bench *bench = *state;
	char path[160];
	int fd;

	open_declared(bench);
	snprintf(path, sizeof(path), "%s/evidence", bench->folder);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);	/* no folder can be made there */
	assert_true(fd >= 0);
	close(fd);
	keep(bench->dossier, "lag 1240");
	wait_until(bench, not_saved, "NOT SAVED");
	note(bench->dossier, "we look at it by hand");
	bench->want = 1;
	wait_until(bench, noted, "the note");
	assert_true(not_saved(bench));
	unlink(path);
	wait_until(bench, all_saved, "the evidence");
	assert_int_equal(count_of(bench->dossier, EVENT_EVIDENCE_ADDED), 1);
}

static bool was_looked_at(struct bench *bench)
{
	return bench->want == 0 || --bench->want == 0;
}

static void what_stays_odd_about_a_folder_is_said_once(void **state)
{
	enum { FILES = 1100 };		/* more than are read */
	struct bench *bench = *state;
	const char *first;

	open_declared(bench);
	for (int i = 0; i < FILES; i++) {
		char path[192];
		int fd;

		snprintf(path, sizeof(path), "%s/journal.%016x.jsonl", bench->folder, (unsigned)i);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		close(fd);
	}
	bench->want = 50;
	wait_until(bench, was_looked_at, "fifty looks");
	first = strstr(bench->said, "more journals than are read");
	assert_non_null(first);
	assert_null(strstr(first + 1, "more journals than are read"));
}

static void closing_saves_evidence_too(void **state)
{
	struct bench *bench = *state;
	struct dossier *again;

	open_declared(bench);
	note(bench->dossier, "first");
	keep(bench->dossier, "lag 1240");
	dossier_close(bench->dossier);
	bench->dossier = NULL;
	again = open_dossier(bench, "ben", false, false);
	assert_int_equal(count_of(again, EVENT_EVIDENCE_ADDED), 1);
	dossier_close(again);
}

/* Its text belongs to a configuration, which goes when another one is in force. */
static void the_name_of_the_operator_is_kept(void **state)
{
	struct bench *bench = *state;
	char operator[] = "ana";
	const struct history *history;

	bench->dossier = open_dossier(bench, operator, true, true);
	memcpy(operator, "???", 3);
	declare(bench->dossier);
	wait_until(bench, all_saved, "the declaration");
	assert_int_equal(count_of(bench->dossier, EVENT_SESSION_JOINED), 1);
	history = dossier_history(bench->dossier);
	for (size_t i = 0; i < history_count(history); i++)
		assert_string_equal(history_record(history, i)->by, "ana");
}

static void a_folder_that_cannot_be_made_is_trouble_and_no_end(void **state)
{
	struct bench *bench = *state;
	int fd;

	fd = open(bench->folder, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	bench->dossier = open_dossier(bench, "ana", true, true);
	declare(bench->dossier);
	wait_until(bench, not_saved, "NOT SAVED");
	dossier_in_memory(bench->dossier);
	wait_until(bench, in_memory, "the memory");
	assert_int_equal(dossier_incident(bench->dossier)->severity, 1);
	unlink(bench->folder);
	wait_until(bench, all_saved, "the flush");
	assert_int_equal(count_of(bench->dossier, EVENT_INCIDENT_DECLARED), 1);
}

/* --- live and replayed --- */

static uint64_t seed;

static unsigned roll(unsigned sides)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % sides;
}

static const char *pick(const char *const *words, size_t count)
{
	return words[roll((unsigned)count)];
}

#define PICK(...) \
	pick((const char *const[]){ __VA_ARGS__ }, ARRAY_LEN(((const char *const[]){ __VA_ARGS__ })))

/* Orders of every sort, most of them good, some of them refused. */
static void fill(struct order *order)
{
	static const enum event_kind kinds[] = {
		EVENT_NOTE, EVENT_SEVERITY_SET, EVENT_STATUS_SET, EVENT_ROLE_TAKEN,
		EVENT_ROLE_RELEASED, EVENT_ALERT_FIRING, EVENT_ALERT_RESOLVED, EVENT_ALERT_ACKED,
		EVENT_SIGNAL_CHANGED, EVENT_ACTION_ITEM, EVENT_FOLLOW_UP_ADDED, EVENT_TIMER_STARTED,
		EVENT_UPDATE_SENT, EVENT_MILESTONE_SET, EVENT_CLOCK_STEPPED, EVENT_COMMAND_OFFERED,
		EVENT_COMMAND_ACCEPTED, EVENT_TICKET_SET, EVENT_COMPONENTS_SET, EVENT_INCIDENT_RENAMED,
	};
	static const char *const components[] = { "indexer", "api" };
	struct event_data *data = &order->data;

	order->kind = kinds[roll(ARRAY_LEN(kinds))];
	order->by = PICK("ana", "ben");
	order->src = roll(4) == 0 ? SRC_SENSED : SRC_HUMAN;
	EVENT_SET(*data, text, PICK("restarted", "asked the database team", "no"));
	EVENT_SET(*data, title, PICK("Indexer down", "Indexer and API down"));
	EVENT_SET(*data, reason, "because");
	EVENT_SET(*data, new_, order->kind == EVENT_SEVERITY_SET ? PICK("SEV1", "SEV2", "SEV3") :
		  order->kind == EVENT_STATUS_SET ?
		  PICK("identified", "monitoring", "mitigated", "resolved", "reopened") :
		  PICK("ok", "down", "unknown"));
	EVENT_SET(*data, role, PICK("commander", "scribe", "comms"));
	EVENT_SET(*data, who, PICK("ana", "ben", "cem"));
	EVENT_SET(*data, name, order->kind == EVENT_MILESTONE_SET ?
		  PICK("detected", "impact_started") : PICK("IndexerDown", "db"));
	EVENT_SET(*data, fingerprint, PICK("0beac77d704b1229", "13414b9dc93e33b2"));
	EVENT_SET(*data, type, order->kind == EVENT_UPDATE_SENT ? PICK("announce", "update") :
		  order->kind == EVENT_ACTION_ITEM ? PICK("alert", "test") : "source");
	EVENT_SET(*data, when, START - (msec)roll(600000));
	EVENT_SET(*data, until, START + (msec)roll(600000));
	EVENT_SET(*data, by_ms, roll(2) ? 3600000 : -3600000);
	EVENT_SET(*data, url, "https://tracker.example/42");
	EVENT_SET(*data, by_hand, true);
	EVENT_SET(*data, components, (struct text_list){ components, 1 + roll(2) });
	data->has &= event_must(order->kind) | event_may(order->kind);
}

static void write_state(const struct dossier *dossier, const struct policy *policy, struct buf *out)
{
	struct incident_view view = {
		.in = { .incident = dossier_incident(dossier), .policy = policy, .origin = "",
			.operator = "ana", .wall = START + WHEN_HOUR },
		.history = dossier_history(dossier), .folder = "", .degraded = "",
	};
	json_t *state = incident_state_json(&view);

	json_write(out, state);
	json_decref(state);
	timeline_plain(view.history, out);
}

static void random_orders_leave_the_state_that_their_replay_gives(void **state)
{
	enum { SEEDS = 12, ORDERS = 120 };
	struct bench *bench = *state;

	for (uint64_t s = 1; s <= SEEDS; s++) {
		struct buf live = { 0 }, replayed = { 0 };
		struct dossier *again;

		seed = s * 7919;
		snprintf(bench->folder, sizeof(bench->folder), "%s/2026-11-22-x-%06u", bench->root,
			 (unsigned)s);
		bench->durable_count = 0;
		bench->dossier = open_dossier(bench, "ana", true, false);
		declare(bench->dossier);
		for (int i = 0; i < ORDERS; i++) {
			struct order order = { .of_kind = EVENT_UNKNOWN };
			char already[BECAUSE_TEXT];
			struct err err = { 0 };

			fill(&order);
			order.at = WHEN_NEVER;
			bench->durable_count = 0;
			if (!dossier_submit(bench->dossier, &order, START + i * 997, already, &err))
				assert_true(err.text[0] != '\0');
		}
		again = open_dossier(bench, "ben", false, false);
		write_state(bench->dossier, &bench->policy, &live);
		write_state(again, &bench->policy, &replayed);
		assert_string_equal(buf_cstr(&live), buf_cstr(&replayed));
		assert_true(history_count(dossier_history(again)) > ORDERS / 4);
		dossier_close(again);
		dossier_close(bench->dossier);
		bench->dossier = NULL;
		buf_done(&live);
		buf_done(&replayed);
	}
}

int main(void)
{
#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_BENCH(a_verb_gets_its_event_saved_and_folded_before_it_returns),
		ON_BENCH(a_verb_is_told_that_nothing_was_saved),
		ON_BENCH(evidence_is_a_file_and_an_event),
		ON_BENCH(text_from_outside_is_made_harmless_and_keeps_its_lines),
		ON_BENCH(a_text_without_end_is_refused),
		ON_BENCH(nothing_shows_before_it_is_on_the_disk),
		ON_BENCH(pressing_a_key_twice_counts_once),
		ON_BENCH(what_instruments_say_at_once_goes_to_the_disk_at_once),
		ON_BENCH(a_full_disk_is_said_and_nothing_is_lost_or_doubled),
		ON_BENCH(by_choice_one_goes_on_in_memory_and_that_is_recorded),
		ON_BENCH(what_is_only_in_memory_has_no_effect_outside),
		ON_BENCH(two_consoles_see_each_other_and_act_for_themselves_only),
		ON_BENCH(what_is_said_while_a_console_joins_is_not_lost),
		ON_BENCH(closing_saves_what_still_waits),
		ON_BENCH(evidence_that_finds_no_room_keeps_no_note_from_the_disk),
		ON_BENCH(what_stays_odd_about_a_folder_is_said_once),
		ON_BENCH(closing_saves_evidence_too),
		ON_BENCH(what_was_kept_in_memory_follows_no_clock_that_runs_ahead),
		ON_BENCH(the_name_of_the_operator_is_kept),
		ON_BENCH(a_folder_that_cannot_be_made_is_trouble_and_no_end),
		ON_BENCH(random_orders_leave_the_state_that_their_replay_gives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
