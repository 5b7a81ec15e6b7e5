/*
 * 200 hostile texts in every text of every kind of event, in every format, for everybody and for
 * the house: tests/tools/exports.py reads them as a browser, a spreadsheet and a program would and
 * must find nothing (R28).
 */
#include "tests/lib/nightly.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/journals.h"
#include "tests/lib/markup.h"

#define RUN_ID "01KAMT00000000000000000001"

static char *hostile;		/* what all texts are just now */
static bool named;		/* but people and hosts, and what everybody may read, are not */

#define FILL_TEXT(member) hostile
#define FILL_INT(member) 1
#define FILL_TIME(member) NIGHTLY_AT
#define FILL_BOOL(member) true
#define FILL_TEXTS(member) ((struct text_list){ texts, 1 })
#define FILL_FIGURES(member) ((struct figure_list){ figures, 1 })

static void fill(struct event *event)
{
	static struct figure figures[1];
	static const char *texts[1];
	uint64_t members = event_must(event->kind) | event_may(event->kind);

	texts[0] = hostile;
	figures[0] = (struct figure){ hostile, hostile, hostile, true, NIGHTLY_AT, hostile };
#define X(member, key, type, help) \
	if (members & F(member)) \
		EVENT_SET(event->data, member, FILL_##type(member));
	EVENT_FIELDS(X)
#undef X
}

/* Words that must be some of ours, or the event says nothing at all. */
static void make_sense(struct event *event)
{
	struct event_data *data = &event->data;

	if (data->has & F(run))
		EVENT_SET(*data, run, RUN_ID);
	if (data->has & F(of))
		EVENT_SET(*data, of, RUN_ID);
	if (data->has & F(role))
		EVENT_SET(*data, role, "commander");
	if (event->kind == EVENT_INCIDENT_DECLARED)
		EVENT_SET(*data, type, "outage");
	else if (event->kind == EVENT_ACTION_ITEM || event->kind == EVENT_ACTION_ITEM_NONE)
		EVENT_SET(*data, type, "test");
	else if (event->kind == EVENT_SEVERITY_SET)
		EVENT_SET(*data, new_, "SEV1");
	else if (event->kind == EVENT_STATUS_SET)
		EVENT_SET(*data, new_, "resolved");
	else if (event->kind == EVENT_POSTMORTEM_SET)
		EVENT_SET(*data, new_, "in review");
	else if (event->kind == EVENT_MILESTONE_SET)
		EVENT_SET(*data, name, "detected");
	else if (event->kind == EVENT_POSTMORTEM_ANSWERED)
		EVENT_SET(*data, name, "summary");
	else if (event->kind == EVENT_UPDATE_SENT)
		EVENT_SET(*data, audience, "public");
}

/* Whoever is named in the record is called by his seat wherever he stands. */
static void name(struct event *event)
{
	struct event_data *data = &event->data;

	(void)str_put(event->by, sizeof(event->by), "zaphod");
	if (data->has & F(who))
		EVENT_SET(*data, who, "zaphod");
	if (data->has & F(host))
		EVENT_SET(*data, host, "magrathea");
	if (data->has & F(title))
		EVENT_SET(*data, title, "zaphod looks for magrathea");
	if (event->kind == EVENT_UPDATE_SENT || event->kind == EVENT_STATUS_SET)
		EVENT_SET(*data, text, "zaphod restarts magrathea");
}

static void tell(struct night *night, enum event_kind kind, bool sense)
{
	struct night_origin *origin = &night->origins[0];
	struct event event = { .seq = ++origin->seq, .at = NIGHTLY_AT, .rec = NIGHTLY_AT,
			       .kind = kind };
	struct buf line = { 0 };
	struct err err = { 0 };

	event.hlc = (struct hlc){ NIGHTLY_AT, (unsigned)night->told };
	night_id(night->told++, event.id);
	(void)str_put(event.origin, sizeof(event.origin), origin->origin);
	(void)str_put(event.by, sizeof(event.by), hostile);
	if (kind == EVENT_RUN_STARTED && sense)
		(void)str_put(event.id, sizeof(event.id), RUN_ID);
	fill(&event);
	if (sense)
		make_sense(&event);
	if (named)
		name(&event);
	if (!journal_line_write(&line, &event, origin->head, origin->head) ||
	    !history_take(night->history, str_sub(line.data, line.len - 1), &err))
		fail_msg("%s: %s", event_name(kind), err.text);
	buf_done(&line);
}

static void tell_all(struct night *night)
{
	tell(night, EVENT_INCIDENT_DECLARED, true);
	tell(night, EVENT_RUN_STARTED, true);
	for (int i = EVENT_UNKNOWN + 1; i < EVENT_KIND_COUNT; i++) {
		tell(night, (enum event_kind)i, false);
		if (i != EVENT_RUN_STARTED)
			tell(night, (enum event_kind)i, true);
	}
	(void)history_fold(night->history);
}

static void put_file(const char *dir, size_t index, const char *who, const struct story *story)
{
	for (int i = 0; i < POSTMORTEM_FORMAT_COUNT; i++) {
		enum postmortem_format format = (enum postmortem_format)i;
		struct buf out = { 0 };
		char path[256];

		(void)snprintf(path, sizeof(path), "%s/%03zu-%s.%s", dir, index, who,
			       postmortem_word(format));
		nightly_write(story, format, str_of(""), &out);
		journals_write(path, str_sub(buf_cstr(&out), out.len), 0);
		buf_done(&out);
	}
}

static bool said(struct night *night, bool public_, enum postmortem_format format, const char *text)
{
	struct story *story = nightly_story(night->history, public_);
	struct buf out = { 0 };
	bool found;

	nightly_write(story, format, str_of(""), &out);
	found = str_has(str_sub(buf_cstr(&out), out.len), text);
	buf_done(&out);
	story_free(story);
	return found;
}

/* What everybody may read is the name, the impact on customers and the updates for everybody: here
 * they say what all other texts say, but in words of which nothing else is made. */
static void the_public_reads_nothing_that_is_not_for_it(void **state)
{
	static char canary[] = "canary";
	static const struct night_event shown[] = {
		{ 0, NIGHTLY_AT, WHEN_NEVER, SRC_HUMAN, EVENT_INCIDENT_RENAMED,
		  "{\"title\":\"payouts are late\"}" },
		{ 0, NIGHTLY_AT, WHEN_NEVER, SRC_HUMAN, EVENT_STATUS_SET,
		  "{\"old\":\"triage\",\"new\":\"resolved\",\"text\":\"late for an hour\"}" },
	};
	static const char *const words[] = { "\"payouts are late\"", "late for an hour" };
	struct night night;

	(void)state;
	hostile = canary;
	named = true;
	night_begin(&night, "7k3f9q");
	tell_all(&night);
	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		night_tell(&night, &shown[i]);
	for (int i = 0; i < POSTMORTEM_FORMAT_COUNT; i++) {
		assert_false(said(&night, true, (enum postmortem_format)i, canary));
		assert_false(said(&night, true, (enum postmortem_format)i, "zaphod"));
		assert_false(said(&night, true, (enum postmortem_format)i, "magrathea"));
		assert_true(said(&night, false, (enum postmortem_format)i, canary));
	}
	named = false;
	assert_true(said(&night, true, POSTMORTEM_JSON, words[0]));
	assert_true(said(&night, true, POSTMORTEM_JSON, words[1]));
	history_free(night.history);
}

/* The bytes of the secret alone: what stands around it may be seen. */
static void no_secret_is_read_in_any_format(void **state)
{
	static char seed[] = "SCZANGBA5YHTNYVVV4C3U252E2B6P6F5T3U6MM63WBSBZATAQI3EBTQ4";
	static char jwt[] = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0."
			    "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
	static char dsn[] = "postgres://app:hunter2hunter@db/payments";
	static const struct { char *text; const char *secret; } cases[] = {
		{ seed, seed }, { jwt, "dozjgNryP4J3jVmNHl0w5N" }, { dsn, "hunter2hunter" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct night night;

		hostile = cases[i].text;
		night_begin(&night, "7k3f9q");
		tell_all(&night);
		for (int k = 0; k < 2 * POSTMORTEM_FORMAT_COUNT; k++)
			assert_false(said(&night, k % 2, (enum postmortem_format)(k / 2),
					  cases[i].secret));
		assert_true(said(&night, false, POSTMORTEM_JSON, "\"redacted\":true"));
		history_free(night.history);
	}
}

/* The last word of the script is how many it found; its lines name each. */
static void run_script(const char *dir)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		execlp("python3", "python3", "tests/tools/exports.py", dir, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
		puts("SKIPPED: there is no python3 to read the exports");
		skip();
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void no_text_does_anything_in_any_format(void **state)
{
	char dir[] = "/tmp/binnacle-exports-XXXXXX", command[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < MARKUP_COUNT; i++) {
		struct night night;

		hostile = markup_text(i);
		night_begin(&night, "7k3f9q");
		tell_all(&night);
		for (int public_ = 0; public_ < 2; public_++) {
			struct story *story = nightly_named(night.history, public_, hostile);

			put_file(dir, i, public_ ? "public" : "inside", story);
			story_free(story);
		}
		history_free(night.history);
	}
	run_script(dir);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_public_reads_nothing_that_is_not_for_it),
		cmocka_unit_test(no_secret_is_read_in_any_format),
		cmocka_unit_test(no_text_does_anything_in_any_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
