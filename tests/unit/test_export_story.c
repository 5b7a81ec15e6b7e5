/* What is said of an incident afterwards, from its record and from nothing else. */
#include "export/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "export/dr_report.h"
#include "export/moment.h"
#include "tests/lib/nightly.h"

#define T0 ((msec)1795312800000)	/* 2026-11-22T02:00:00Z */

/* Minutes after T0, who (0 ana, 1 ben), what. */
struct line {
	int minute;
	size_t who;
	enum event_src src;
	enum event_kind kind;
	const char *data;
};

static struct night *tell(const struct line *lines, size_t count)
{
	static struct night night;

	night_begin(&night, "7k3f9q");
	for (size_t i = 0; i < count; i++) {
		struct night_event event = { .origin = lines[i].who, .src = lines[i].src,
					     .at = T0 + lines[i].minute * WHEN_MINUTE,
					     .rec = WHEN_NEVER, .kind = lines[i].kind,
					     .data = lines[i].data };
		night_tell(&night, &event);
	}
	return &night;
}

static struct story *story_of(const struct night *night, bool public_)
{
	struct story_in in = { .history = night->history, .tool_version = "1", .exported_at = T0,
			       .public_ = public_ };

	return story_new(&in);
}

static const struct line outage[] = {
	{ 0, 0, SRC_SENSED, EVENT_ALERT_FIRING, "{\"name\":\"IndexerDown\",\"fingerprint\":\"f1\"}" },
	{ 2, 0, SRC_HUMAN, EVENT_INCIDENT_DECLARED,
	  "{\"title\":\"Indexer down on db-7\",\"severity\":1,\"type\":\"outage\","
	  "\"components\":[\"indexer\"],\"impact_at\":\"2026-11-22T01:55:00.000Z\",\"figures\":["
	  "{\"name\":\"at_risk\",\"unit\":\"XLM\",\"text\":\"12400.0000001\","
	  "\"at\":\"2026-11-22T02:02:00.000Z\"}],"
	  "\"values\":[\"sev1.update_every=900\",\"sev1.postmortem=172800\",\"rto.indexer=1200\"]}" },
	{ 3, 0, SRC_HUMAN, EVENT_ALERT_ACKED, "{\"name\":\"IndexerDown\",\"fingerprint\":\"f1\"}" },
	{ 4, 0, SRC_HUMAN, EVENT_ROLE_TAKEN, "{\"role\":\"commander\",\"who\":\"ana\"}" },
	{ 5, 0, SRC_HUMAN, EVENT_NOTE, "{\"text\":\"first\\nsecond\"}" },
	{ 12, 0, SRC_HUMAN, EVENT_SEVERITY_SET,
	  "{\"old\":\"SEV1\",\"new\":\"SEV2\",\"reason\":\"ben says so\",\"figures\":[{"
	  "\"name\":\"at_risk\",\"unit\":\"XLM\",\"because\":\"the database is silent\","
	  "\"at\":\"2026-11-22T02:09:00.000Z\"}]}" },
	{ 20, 1, SRC_HUMAN, EVENT_UPDATE_SENT,
	  "{\"type\":\"update\",\"text\":\"ana is at it\",\"audience\":\"public\"}" },
	{ 32, 0, SRC_HUMAN, EVENT_STATUS_SET, "{\"old\":\"triage\",\"new\":\"mitigated\"}" },
	{ 42, 0, SRC_HUMAN, EVENT_STATUS_SET,
	  "{\"old\":\"mitigated\",\"new\":\"resolved\",\"text\":\"users saw errors\"}" },
};

static void times_have_both_their_ends_or_a_note(void **state)
{
	static const struct {
		enum story_metric_name metric;
		msec minutes;		/* -1: none */
	} cases[] = {
		{ METRIC_TTD, 5 }, { METRIC_TTA, 3 }, { METRIC_TTM, 37 }, { METRIC_TTRC, -1 },
		{ METRIC_TTR, 47 },
	};
	struct night *night = tell(outage, ARRAY_LEN(outage));
	struct story *story = story_of(night, false);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct story_metric *metric = &story->metrics[cases[i].metric];

		if (cases[i].minutes < 0) {
			assert_true(metric->took == WHEN_NEVER);
			assert_string_not_equal(metric->note, "");
		} else {
			assert_int_equal(metric->took, cases[i].minutes * WHEN_MINUTE);
		}
	}
	assert_int_equal(story->t0_is, MILESTONE_IMPACT_STARTED);
	assert_int_equal(story->milestones[MILESTONE_DETECTED].source, STORY_ALERT);
	assert_int_equal(story->in_severity[1], 10 * WHEN_MINUTE);
	assert_int_equal(story->in_severity[2], 30 * WHEN_MINUTE);
	assert_true(story->postmortem_due == T0 + (42 * WHEN_MINUTE) + 2 * WHEN_DAY);
	story_free(story);
	history_free(night->history);
}

static void a_time_that_would_be_negative_is_none(void **state)
{
	static const struct line lines[] = {
		{ 0, 0, SRC_HUMAN, EVENT_INCIDENT_DECLARED,
		  "{\"title\":\"x\",\"severity\":2,\"type\":\"outage\","
		  "\"impact_at\":\"2026-11-22T02:30:00.000Z\"}" },
	};
	struct night *night = tell(lines, ARRAY_LEN(lines));
	struct story *story = story_of(night, false);

	(void)state;
	assert_true(story->metrics[METRIC_TTD].took == WHEN_NEVER);
	assert_non_null(strstr(story->metrics[METRIC_TTD].note, "one of the two times is wrong"));
	story_free(story);
	history_free(night->history);
}

static void money_is_exact_or_not_known_and_says_why(void **state)
{
	struct night *night = tell(outage, ARRAY_LEN(outage));
	struct story *story = story_of(night, false);

	(void)state;
	assert_int_equal(story->money_count, 1);
	assert_string_equal(story->money[0].asset, "XLM");
	assert_string_equal(story->money[0].before, "12400.0000001");
	assert_null(story->money[0].after);
	assert_string_equal(story->money[0].because, "the database is silent");
	story_free(story);
	history_free(night->history);
}

static void an_objective_says_its_ends(void **state)
{
	struct night *night = tell(outage, ARRAY_LEN(outage));
	struct story *story = story_of(night, false);

	(void)state;
	assert_int_equal(story->objective_count, 1);
	assert_int_equal(story->objectives[0].achieved, 32 * WHEN_MINUTE);
	assert_false(story->objectives[0].met);
	assert_string_equal(story->objectives[0].note, "from detected to mitigated");
	story_free(story);
	history_free(night->history);
}

#define VERIFIED "5e1f7c0a3b2d4e6f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7"

static const struct line restore[] = {
	{ 0, 0, SRC_HUMAN, EVENT_INCIDENT_DECLARED,
	  "{\"title\":\"Restore drill\",\"severity\":3,\"type\":\"drill\","
	  "\"components\":[\"indexer\"],\"values\":[\"rto.indexer=1200\",\"rpo.indexer=300\"]}" },
	{ 1, 0, SRC_HUMAN, EVENT_DRILL_ANNOUNCED,
	  "{\"type\":\"restoration\",\"name\":\"indexer-db-restore\",\"environment\":\"drill\","
	  "\"target\":\"dr-test\",\"when\":\"2026-11-22T02:01:00Z\"}" },
	{ 5, 0, SRC_HUMAN, EVENT_COMPONENT_RESTORING, "{\"name\":\"indexer\"}" },
	{ 9, 0, SRC_HUMAN, EVENT_COMPONENT_RESTORED, "{\"name\":\"indexer\",\"ok\":true}" },
	{ 10, 0, SRC_SENSED, EVENT_DRILL_VERIFIED, "{\"ok\":true,\"sha256\":\"" VERIFIED "\"}" },
};

/* What was verified is there unless a test says NULL. */
static bool verified(void *arg, const char *sha256, struct buf *out)
{
	json_t *root = arg && strcmp(sha256, VERIFIED) == 0 ? verification_json(arg) : NULL;

	if (!root)
		return false;
	json_write(out, root);
	json_decref(root);
	return true;
}

/* The report of a drill and its postmortem are two views of one number. */
static void the_data_that_is_lost_is_that_of_the_report(void **state)
{
	static const struct {
		msec until, lost;	/* after the drill began */
		const char *says;
		bool none;		/* the evidence is gone */
	} cases[] = {
		{ -4 * WHEN_MINUTE, 4 * WHEN_MINUTE, "2026-11-22T01:57:00Z, to the beginning", false },
		{ -6 * WHEN_MINUTE, 6 * WHEN_MINUTE, "of the drill, 2026-11-22T02:01:00Z", false },
		{ 2 * WHEN_MINUTE, 0, "nothing is lost", false },
		{ WHEN_NEVER, WHEN_NEVER, "does not say up to when", false },
		{ 0, WHEN_NEVER, "does not say up to when", true },
	};
	struct night *night = tell(restore, ARRAY_LEN(restore));
	const struct incident *incident = history_incident(night->history);
	msec began = T0 + WHEN_MINUTE;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		msec until = cases[i].until == WHEN_NEVER ? WHEN_NEVER : began + cases[i].until;
		struct verification found = { .started = T0, .ended = T0, .health_code = "200",
					      .indexer_code = "200", .data_until = until };
		struct story_in in = { .history = night->history, .tool_version = "1",
				       .exported_at = T0, .evidence = verified,
				       .arg = cases[i].none ? NULL : &found };
		struct dr_report_in of = { .verification = cases[i].none ? NULL : &found,
					   .drill = incident->drill, .incident = incident,
					   .history = night->history, .tool_version = "1", .host = "h" };
		struct story *story = story_new(&in);
		const struct story_objective *rpo = &story->objectives[1];
		bool pass;
		json_t *report = dr_report_json(&of, &pass);
		const json_t *says = json_at(report, "objectives.rpo_achieved_seconds");

		assert_int_equal(story->objective_count, 2);
		assert_int_equal(story->objectives[0].achieved, 4 * WHEN_MINUTE);
		assert_true(rpo->rpo);
		assert_true(rpo->achieved == cases[i].lost);
		assert_int_equal(rpo->known, cases[i].lost != WHEN_NEVER);
		assert_int_equal(rpo->met, rpo->known && cases[i].lost <= 5 * WHEN_MINUTE);
		assert_non_null(strstr(rpo->note, cases[i].says));
		assert_int_equal(json_is_number(says), rpo->known);
		if (rpo->known)
			assert_int_equal((msec)json_number_value(says) * WHEN_SECOND, rpo->achieved);
		json_decref(report);
		story_free(story);
	}
	history_free(night->history);
}

static void moments_come_in_order_with_what_was_so_then(void **state)
{
	struct night *night = tell(outage, ARRAY_LEN(outage));
	struct story *story = story_of(night, false);
	struct moments *moments = moments_new(story);
	const struct moment *moment;
	size_t count = 0;

	(void)state;
	while ((moment = moments_next(moments))) {
		assert_int_equal(moment->seq, ++count);
		if (moment->record->kind == EVENT_NOTE) {
			assert_string_equal(moment->role, "commander");
			assert_string_equal(moment->summary, "first second");
			assert_string_equal(moment->detail, "first\nsecond");
			assert_int_equal(moment->severity, 1);
			assert_int_equal(moment->since_t0, 10 * WHEN_MINUTE);
		}
		if (moment->kind == MOMENT_UPDATE_SENT)
			assert_int_equal(moment->severity, 2);
	}
	assert_int_equal(count, story->moment_count);
	moments_free(moments);
	story_free(story);
	history_free(night->history);
}

/* "db-7" was never named as a host by the record, so that a title keeps it: people wrote it. */
static void everybody_sees_roles_and_what_concerns_them(void **state)
{
	struct night *night = tell(outage, ARRAY_LEN(outage));
	struct story *story = story_of(night, true);
	struct moments *moments = moments_new(story);
	const struct moment *moment;
	size_t count = 0;

	(void)state;
	while ((moment = moments_next(moments))) {
		count++;
		assert_true(moment->public_);
		assert_int_equal(moment->evidence_count, 0);
		assert_null(strstr(moment->summary, "ben"));
		assert_null(strstr(moment->name, "ana"));
		if (moment->kind == MOMENT_UPDATE_SENT) {
			assert_string_equal(moment->detail, "commander is at it");
			assert_string_equal(moment->name, "responder");
		}
	}
	assert_int_equal(count, 5);
	assert_int_equal(count, story->moment_count);
	assert_int_equal(story->money_count, 0);
	assert_int_equal(story->question_count, 0);
	moments_free(moments);
	story_free(story);
	history_free(night->history);
}

static void times_read_with_their_sign_and_their_zone(void **state)
{
	static const struct { msec since; const char *text; } cases[] = {
		{ 760 * WHEN_SECOND, "+00:12:40" }, { -60 * WHEN_SECOND, "-00:01:00" },
		{ 0, "+00:00:00" }, { 100 * WHEN_HOUR, "+100:00:00" },
	};
	char text[WHEN_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		story_since(text, cases[i].since);
		assert_string_equal(text, cases[i].text);
	}
}

/* Open, so that the end of the record is in its figures: the end must not move either. */
static void what_the_program_writes_of_its_exports_changes_no_story(void **state)
{
	static const struct line later[] = {
		{ 90, 1, SRC_SENSED, EVENT_SESSION_JOINED,
		  "{\"tool_version\":\"1\",\"host\":\"h\",\"console\":\"command\"}" },
		{ 90, 1, SRC_HUMAN, EVENT_EXPORT_WRITTEN,
		  "{\"format\":\"md\",\"sha256\":\"00\",\"name\":\"postmortem.md\"}" },
	};
	struct line lines[7 + ARRAY_LEN(later)];
	struct story *before, *after;
	struct history *first, *second;

	(void)state;
	memcpy(lines, outage, 7 * sizeof(*lines));
	memcpy(lines + 7, later, sizeof(later));
	first = tell(lines, 7)->history;
	before = nightly_story(first, false);
	second = tell(lines, ARRAY_LEN(lines))->history;
	after = nightly_story(second, false);
	assert_int_equal(before->moment_count, 7);
	for (int i = 0; i < POSTMORTEM_FORMAT_COUNT; i++) {
		struct buf one = { 0 }, other = { 0 };

		nightly_write(before, (enum postmortem_format)i, str_of(""), &one);
		nightly_write(after, (enum postmortem_format)i, str_of(""), &other);
		assert_string_equal(buf_cstr(&one), buf_cstr(&other));
		buf_done(&one);
		buf_done(&other);
	}
	story_free(before);
	story_free(after);
	history_free(second);
	history_free(first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_have_both_their_ends_or_a_note),
		cmocka_unit_test(a_time_that_would_be_negative_is_none),
		cmocka_unit_test(money_is_exact_or_not_known_and_says_why),
		cmocka_unit_test(an_objective_says_its_ends),
		cmocka_unit_test(the_data_that_is_lost_is_that_of_the_report),
		cmocka_unit_test(moments_come_in_order_with_what_was_so_then),
		cmocka_unit_test(everybody_sees_roles_and_what_concerns_them),
		cmocka_unit_test(what_the_program_writes_of_its_exports_changes_no_story),
		cmocka_unit_test(times_read_with_their_sign_and_their_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
