/*
 * A hundred incidents are made up, as journals of two consoles with clock steps, corrections, undos
 * and back-dated notes, reopened and not. What their exports say is derived anew by a script that
 * knows the journal's lines and nothing of this program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"
#include "export/postmortem.h"
#include "tests/lib/pen.h"

enum { INCIDENTS = 100, EVENTS = 120, CONSOLES = 2, KEPT = 256 };

struct night {				/* one incident in the making */
	struct pen pens[CONSOLES];
	msec stepped[CONSOLES];
	msec now;
	unsigned seed;
	char ids[KEPT][ULID_TEXT];
	size_t id_count;
	char run[ULID_TEXT], sent[ULID_TEXT], action[ULID_TEXT], command[ULID_TEXT];
};

static unsigned draw(struct night *night, unsigned below)
{
	night->seed = night->seed * 1103515245 + 12345;
	return (night->seed >> 16) % below;
}

#define PICK(night, list) ((list)[draw((night), ARRAY_LEN(list))])

static msec about(struct night *night, msec at)
{
	return at + ((msec)draw(night, 1200) - 900) * WHEN_SECOND;
}

static const char *known(struct night *night)
{
	return night->id_count ? night->ids[draw(night, (unsigned)night->id_count)] : "";
}

static void put_figures(struct night *night, struct event *event, struct figure *room)
{
	static const char *const amounts[] = { "12400.0000001", "0", "922337203685.4775807" };

	*room = (struct figure){ .name = "at_risk", .unit = draw(night, 2) ? "XLM" : "USDC",
				 .known = draw(night, 3) > 0, .at = event->at,
				 .text = PICK(night, amounts), .because = "the database is silent" };
	EVENT_SET(event->data, figures, (struct figure_list){ room, 1 });
}

static const char *const steps[] = { "look", "drain", "restart", "verify" };

static void fill_step(struct night *night, struct event *event)
{
	static const enum event_kind kinds[] = {
		EVENT_STEP_STARTED, EVENT_STEP_DONE, EVENT_STEP_SENSED, EVENT_STEP_REGRESSED,
		EVENT_STEP_SKIPPED, EVENT_STEP_OVERRIDDEN, EVENT_STEP_DEFERRED, EVENT_STEP_FAILED,
		EVENT_STEP_REPEATED, EVENT_DECISION_TAKEN, EVENT_STEP_RUN_STARTED,
	};

	event->kind = PICK(night, kinds);
	pen_fill(&event->data, event->kind);
	event->src = event->kind == EVENT_STEP_SENSED || event->kind == EVENT_STEP_REGRESSED ?
		     SRC_SENSED : SRC_HUMAN;
	EVENT_SET(event->data, run, night->run);
	EVENT_SET(event->data, step, PICK(night, steps));
	if (event->kind == EVENT_STEP_DONE) {
		event->data.has &= ~F(who);
		EVENT_SET(event->data, early, draw(night, 3) == 0);
	}
	if (event->kind == EVENT_STEP_RUN_STARTED && draw(night, 4) == 0)
		event->data.has &= ~(F(run) | F(step));
}

static void fill_state(struct night *night, struct event *event, struct figure *figure)
{
	static const char *const statuses[] = { "investigating", "identified", "mitigated", "resolved",
						"reopened", "monitoring", "closed" };
	static const char *const severities[] = { "SEV1", "SEV2", "SEV3" };
	static const char *const names[] = { "impact_started", "recovered", "detected", "mitigated" };

	event->src = SRC_HUMAN;
	switch (draw(night, 4)) {
	case 0:
		event->kind = EVENT_SEVERITY_SET;
		EVENT_SET(event->data, new_, PICK(night, severities));
		put_figures(night, event, figure);
		break;
	case 1:
		event->kind = EVENT_MILESTONE_SET;
		event->src = draw(night, 2) ? SRC_HUMAN : SRC_SENSED;
		EVENT_SET(event->data, name, PICK(night, names));
		EVENT_SET(event->data, when, about(night, event->at));
		break;
	default:
		event->kind = EVENT_STATUS_SET;
		EVENT_SET(event->data, new_, PICK(night, statuses));
		if (draw(night, 2))
			put_figures(night, event, figure);
	}
}

static void fill_alert(struct night *night, struct event *event)
{
	static const enum event_kind kinds[] = { EVENT_ALERT_FIRING, EVENT_ALERT_FIRING,
						 EVENT_ALERT_RESOLVED, EVENT_ALERT_ACKED };
	static const char *const names[] = { "=IndexerDown", "HorizonLag" };

	event->kind = PICK(night, kinds);
	event->src = event->kind == EVENT_ALERT_ACKED ? SRC_HUMAN : SRC_SENSED;
	EVENT_SET(event->data, name, PICK(night, names));
	EVENT_SET(event->data, fingerprint, event->data.name[0] == '=' ? "f1" : "f2");
	if (event->kind == EVENT_ALERT_FIRING && draw(night, 2))
		EVENT_SET(event->data, when, about(night, event->at));
}

static const char *const channels[] = { "ops", "status" };

static void fill_update(struct night *night, struct event *event)
{
	static const enum event_kind kinds[] = { EVENT_UPDATE_DUE, EVENT_UPDATE_SENT,
						 EVENT_UPDATE_MISSED, EVENT_UPDATE_SNOOZED,
						 EVENT_UPDATE_DELIVERED };

	event->kind = PICK(night, kinds);
	event->src = event->kind == EVENT_UPDATE_DUE ? SRC_SENSED : SRC_HUMAN;
	if (event->kind == EVENT_UPDATE_SENT) {
		EVENT_SET(event->data, type, "update");
		EVENT_SET(event->data, text, "we are at it");
		EVENT_SET(event->data, channels, (struct text_list){ channels, ARRAY_LEN(channels) });
	} else if (event->kind == EVENT_UPDATE_DELIVERED) {
		EVENT_SET(event->data, of, night->sent);
		EVENT_SET(event->data, channel, PICK(night, channels));
		EVENT_SET(event->data, ok, draw(night, 2));
	} else {
		EVENT_SET(event->data, when, event->at - (msec)draw(night, 600) * WHEN_SECOND);
		EVENT_SET(event->data, until, event->at + (msec)draw(night, 900) * WHEN_SECOND);
		EVENT_SET(event->data, reason, "busy");
		event->data.has &= ~(event->kind == EVENT_UPDATE_MISSED ? F(until) : 0);
		event->data.has &= ~(event->kind == EVENT_UPDATE_SNOOZED ? F(when) : F(reason));
	}
}

static void fill_other(struct night *night, struct event *event)
{
	static const enum event_kind kinds[] = { EVENT_NOTE, EVENT_NOTE, EVENT_ACTION_ITEM,
						 EVENT_ACTION_ITEM_DONE, EVENT_CORRECTION, EVENT_UNDO,
						 EVENT_STEP_RUN_ENDED };
	static const char *const hows[] = { "exited", "copied", "not-run", "timeout" };

	event->kind = PICK(night, kinds);
	event->src = SRC_HUMAN;
	if (event->kind == EVENT_NOTE) {
		EVENT_SET(event->data, text, "=1+1 \"quoted\", and\na line");
		event->at -= (msec)draw(night, 3600) * WHEN_SECOND;
	} else if (event->kind == EVENT_ACTION_ITEM) {
		EVENT_SET(event->data, type, draw(night, 2) ? "alert" : "test");
		EVENT_SET(event->data, text, "watch the lag");
		EVENT_SET(event->data, owner, "ben");
		if (draw(night, 2))
			EVENT_SET(event->data, until, event->at + WHEN_DAY * (msec)draw(night, 9));
	} else if (event->kind == EVENT_ACTION_ITEM_DONE) {
		EVENT_SET(event->data, of, night->action);
	} else if (event->kind == EVENT_STEP_RUN_ENDED) {
		EVENT_SET(event->data, of, night->command);
		EVENT_SET(event->data, how, PICK(night, hows));
	} else {
		EVENT_SET(event->data, of, known(night));
		if (event->kind == EVENT_CORRECTION)
			EVENT_SET(event->data, when, about(night, event->at));
	}
}

/* What comes after it; most of it long before it is over, from a console that had not seen that. */
static void fill_after(struct night *night, struct event *event)
{
	static const enum event_kind kinds[] = { EVENT_POSTMORTEM_SET, EVENT_POSTMORTEM_ANSWERED,
						 EVENT_ACTION_ITEM_NONE, EVENT_SIGNED_OFF };
	static const char *const statuses[] = { "draft", "in review", "published" };
	static const char *const sections[] = { "summary", "impact", "surprises" };
	static const char *const types[] = { "alert", "test" };

	event->kind = PICK(night, kinds);
	event->src = SRC_HUMAN;
	if (event->kind == EVENT_POSTMORTEM_SET) {
		EVENT_SET(event->data, new_, PICK(night, statuses));
		if (draw(night, 2))
			EVENT_SET(event->data, who, draw(night, 2) ? "ana" : "ben");
	} else if (event->kind == EVENT_POSTMORTEM_ANSWERED) {
		EVENT_SET(event->data, name, PICK(night, sections));
		EVENT_SET(event->data, text, draw(night, 2) ? "the disk\nwas full" : "nobody knows");
	} else if (event->kind == EVENT_ACTION_ITEM_NONE) {
		EVENT_SET(event->data, type, PICK(night, types));
		EVENT_SET(event->data, reason, "there is none");
	} else {
		EVENT_SET(event->data, text, "seen");
	}
}

static void keep(struct night *night, const struct event *event, const char *id)
{
	if (night->id_count < KEPT)
		(void)str_put(night->ids[night->id_count++], ULID_TEXT, id);
	if (event->kind == EVENT_RUN_STARTED)
		(void)str_put(night->run, ULID_TEXT, id);
	if (event->kind == EVENT_UPDATE_SENT)
		(void)str_put(night->sent, ULID_TEXT, id);
	if (event->kind == EVENT_ACTION_ITEM)
		(void)str_put(night->action, ULID_TEXT, id);
	if (event->kind == EVENT_STEP_RUN_STARTED)
		(void)str_put(night->command, ULID_TEXT, id);
}

static struct event begin(struct night *night, size_t console, enum event_kind kind)
{
	struct pen *pen = &night->pens[console];

	pen->now = night->now + night->stepped[console];
	return pen_event(pen, kind);
}

/* Mostly a console has seen what the other wrote. */
static void write_down(struct night *night, size_t console, struct event *event)
{
	if (draw(night, 3))
		pen_see(&night->pens[console], &night->pens[1 - console]);
	keep(night, event, pen_write(&night->pens[console], event));
}

static void step_clock(struct night *night, size_t console)
{
	msec by = ((msec)draw(night, 240) - 120) * WHEN_SECOND;
	struct event event;

	night->stepped[console] += by;
	event = begin(night, console, EVENT_CLOCK_STEPPED);
	event.src = SRC_SENSED;
	EVENT_SET(event.data, by_ms, by);
	write_down(night, console, &event);
}

static void declare(struct night *night)
{
	static const char *const values[] = {
		"sev1.update_every=900", "rto.indexer=1200", "rpo.indexer=60", "rto.api=60", "zone=UTC",
		"sev1.postmortem=172800", "sev2.postmortem=259200", "sev1.rca=345600", "sev2.rca=1",
	};
	static const char *const components[] = { "indexer" };
	struct event event = begin(night, 0, EVENT_INCIDENT_DECLARED);
	struct figure figure;

	EVENT_SET(event.data, title, "Indexer down");
	EVENT_SET(event.data, severity, 1 + draw(night, 3));
	EVENT_SET(event.data, type, draw(night, 2) ? "outage" : "recovery");
	EVENT_SET(event.data, values, (struct text_list){ values, ARRAY_LEN(values) });
	EVENT_SET(event.data, components, (struct text_list){ components, 1 });
	if (draw(night, 2))
		EVENT_SET(event.data, impact_at, about(night, event.at));
	if (draw(night, 2))
		EVENT_SET(event.data, rule, "indexer down");
	put_figures(night, &event, &figure);
	write_down(night, 0, &event);
	night->id_count = 0;		/* a declaration is not taken back */
}

static void start_run(struct night *night)
{
	static const char *const usual[] = { "look=41", "restart=7", "of another=3", "verify" };
	struct event event = begin(night, 0, EVENT_RUN_STARTED);

	pen_fill(&event.data, EVENT_RUN_STARTED);
	event.data.has &= ~F(of);
	EVENT_SET(event.data, values, (struct text_list){ usual, draw(night, ARRAY_LEN(usual) + 1) });
	EVENT_SET(event.data, runbook, "restart-indexer");
	EVENT_SET(event.data, mode, "native");
	EVENT_SET(event.data, steps, (struct text_list){ steps, ARRAY_LEN(steps) });
	write_down(night, 0, &event);
	night->id_count = 0;
}

static void happen(struct night *night)
{
	size_t console = draw(night, CONSOLES);
	unsigned what = draw(night, 40);
	struct event event = begin(night, console, EVENT_NOTE);
	struct figure figure;

	if (what == 0) {
		step_clock(night, console);
		return;
	}
	if (what < 12)
		fill_step(night, &event);
	else if (what < 18)
		fill_state(night, &event, &figure);
	else if (what < 23)
		fill_alert(night, &event);
	else if (what < 31)
		fill_update(night, &event);
	else if (what < 38)
		fill_other(night, &event);
	else
		fill_after(night, &event);
	if (event.data.has & F(of) && !event_text(event.data.of)[0])
		return;
	write_down(night, console, &event);
}

static bool into_file(void *arg, struct str bytes)
{
	return fwrite(bytes.p, 1, bytes.len, arg) == bytes.len;
}

static void export_as(const struct story *story, const char *folder, const char *name,
		      postmortem_writer *writer)
{
	char path[256];
	struct pour pour;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	pour_begin(&pour, into_file, file);
	assert_true(writer(story, &pour));
	assert_true(pour_end(&pour));
	assert_int_equal(fclose(file), 0);
}

static void export_all(struct night *night, const char *folder)
{
	struct history *history = history_new("7k3f9q");
	struct story_in in = { .history = history, .tool_version = "1", .exported_at = PEN_START };
	struct story *story;

	for (size_t i = 0; i < CONSOLES; i++) {
		struct buf *lines = &night->pens[i].lines;
		struct str rest = str_sub(lines->data, lines->len), line;
		char path[256];
		FILE *file;

		snprintf(path, sizeof(path), "%s/journal.%s.jsonl", folder, night->pens[i].chain.origin);
		file = fopen(path, "w");
		assert_non_null(file);
		assert_int_equal(fwrite(lines->data, 1, lines->len, file), lines->len);
		assert_int_equal(fclose(file), 0);
		while (str_cut(&rest, '\n', &line))
			assert_true(history_take(history, line, NULL));
	}
	(void)history_fold(history);
	story = story_new(&in);
	export_as(story, folder, "timeline.json", postmortem_json);
	export_as(story, folder, "timeline.csv", postmortem_csv);
	story_free(story);
	history_free(history);
}

static void make_incident(const char *root, unsigned seed)
{
	struct night *night = calloc(1, sizeof(*night));
	char folder[200];

	assert_non_null(night);
	night->seed = seed * 7919 + 1;
	night->now = PEN_START;
	pen_open(&night->pens[0], 1, "ana");
	pen_open(&night->pens[1], 2, "ben");
	fill_alert(night, &(struct event){ .at = night->now });
	declare(night);
	start_run(night);
	for (unsigned i = 0; i < EVENTS; i++) {
		night->now += (msec)(1 + draw(night, 180)) * WHEN_SECOND + draw(night, 1000);
		happen(night);
	}
	snprintf(folder, sizeof(folder), "%s/%03u", root, seed);
	assert_int_equal(mkdir(folder, 0700), 0);
	export_all(night, folder);
	for (size_t i = 0; i < CONSOLES; i++)
		pen_close(&night->pens[i]);
	free(night);
}

static void every_figure_is_what_the_lines_say(void **state)
{
	const char *shared = getenv("BINNACLE_SHARED");
	char root[] = "/tmp/binnacle-figures-XXXXXX", theirs[200], command[700];
	int failed;

	(void)state;
	if (system("command -v python3 >/dev/null") != 0) {
		printf("SKIPPED: python3 is not there\n");
		skip();
	}
	assert_non_null(mkdtemp(root));
	for (unsigned seed = 0; seed < INCIDENTS; seed++)
		make_incident(root, seed);
	snprintf(theirs, sizeof(theirs), "%s/design/schemas/timeline.schema.json",
		 shared ? shared : "../shared");
	if (access(theirs, R_OK) != 0) {
		printf("SKIPPED: %s is not there\n", theirs);
		theirs[0] = '\0';
	}
	snprintf(command, sizeof(command), "python3 tests/tools/timeline_check.py %s %s %s", root,
		 "docs/schemas/timeline.schema.json", theirs);
	failed = system(command);
	if (failed)
		fail_msg("the export and the journal differ; see %s", root);
	snprintf(command, sizeof(command), "rm -r %s", root);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_figure_is_what_the_lines_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
