/*
 * timeline_json.c: binnacle.timeline/1. Facts are few and go through a tree of values; events and
 * the points of signals are written as they come, so that memory does not grow with them.
 */
#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "core/event_text.h"
#include "export/postmortem.h"
#include "export/timeline_inside.h"

/* "key": with a comma before it unless it is the first */
static void put_key(struct buf *out, const char *key)
{
	char last = out->len > 0 ? out->data[out->len - 1] : '{';

	buf_text(out, last == '{' ? "\"" : ",\"");
	buf_text(out, key);
	buf_text(out, "\":");
}

static void put_text(struct buf *out, const char *key, const char *text, bool lines)
{
	put_key(out, key);
	if (text)
		quote_text(out, str_of(text), lines);
	else
		buf_text(out, "null");
}

/* A word of ours, or NULL. */
static void put_word(struct buf *out, const char *key, const char *word)
{
	bool none = !word || !*word;

	put_key(out, key);
	buf_text(out, none ? "" : "\"");
	buf_text(out, none ? "null" : word);
	buf_text(out, none ? "" : "\"");
}

static void put_bool(struct buf *out, const char *key, bool value)
{
	put_key(out, key);
	buf_text(out, value ? "true" : "false");
}

static void put_stamp(struct buf *out, const char *key, msec at)
{
	put_key(out, key);
	if (at == WHEN_NEVER) {
		buf_text(out, "null");
		return;
	}
	buf_char(out, '"');
	timeline_stamp(out, at);
	buf_char(out, '"');
}

/* Takes the reference. */
static void put_value(struct buf *out, const char *key, json_t *value)
{
	put_key(out, key);
	json_write(out, value);
	json_decref(value);
}

/* Events */

static void put_evidence(struct buf *out, const struct moment *moment)
{
	put_key(out, "evidence");
	buf_char(out, '[');
	for (size_t i = 0; i < moment->evidence_count; i++) {
		const struct moment_evidence *evidence = &moment->evidence[i];

		buf_text(out, i > 0 ? ",{" : "{");
		put_word(out, "kind", evidence->kind);
		put_text(out, "label", evidence->label, false);
		put_text(out, "url", evidence->url, false);
		put_text(out, "value", evidence->value, true);
		put_text(out, "sha256", evidence->sha256, false);
		buf_char(out, '}');
	}
	buf_char(out, ']');
}

static void put_runbook(struct buf *out, const struct moment *moment)
{
	put_key(out, "runbook");
	if (!moment->runbook) {
		buf_text(out, "null");
		return;
	}
	buf_char(out, '{');
	put_text(out, "id", moment->runbook, false);
	put_text(out, "sha256", moment->runbook_sha256, false);
	put_text(out, "step", moment->step, false);
	put_word(out, "state", moment->step_state);
	buf_char(out, '}');
}

static void put_actor(struct buf *out, const struct moment *moment)
{
	put_key(out, "actor");
	buf_char(out, '{');
	put_word(out, "type", moment_actor_word(moment->actor));
	put_text(out, "name", moment->name, false);
	put_word(out, "role", moment->role);
	buf_char(out, '}');
}

static void put_event(struct buf *out, const struct moment *moment)
{
	const struct record *record = moment->record;

	buf_char(out, '{');
	put_text(out, "id", record->id, false);
	put_key(out, "seq");
	buf_fmt(out, "%zu", moment->seq);
	put_stamp(out, "at", record->at);
	put_stamp(out, "until", moment->until);
	put_stamp(out, "recorded_at", record->rec);
	put_key(out, "t_rel_seconds");
	timeline_seconds(out, moment->since_t0);
	put_word(out, "kind", moment_kind_word(moment->kind));
	put_word(out, "marker", moment_marker_word(moment->marker));
	put_bool(out, "automatic", moment->automatic);
	put_actor(out, moment);
	put_text(out, "source", moment->source, false);
	put_text(out, "summary", moment->summary, false);
	put_text(out, "detail", moment->detail, true);
	put_runbook(out, moment);
	put_evidence(out, moment);
	put_text(out, "corrects", moment->corrects, false);
	put_word(out, "visibility", moment->public_ ? "public" : "internal");
	put_bool(out, "pinned", record->pinned);
	put_bool(out, "redacted", moment->redacted);
	buf_char(out, '}');
}

static void put_events(const struct story *story, struct pour *pour)
{
	struct moments *moments = moments_new(story);
	const struct moment *moment;

	put_key(&pour->text, "events");
	buf_char(&pour->text, '[');
	while (pour_some(pour) && (moment = moments_next(moments))) {
		buf_text(&pour->text, moment->seq > 1 ? ",\n" : "\n");
		put_event(&pour->text, moment);
	}
	buf_char(&pour->text, ']');
	moments_free(moments);
}

/* Signals */

static void put_points(const struct course *course, struct pour *pour)
{
	for (size_t i = 0; pour_some(pour) && i < course->count; i++) {
		json_t *value = isnan(course->points[i].value) ? json_null() :
			json_real(course->points[i].value);

		buf_text(&pour->text, i > 0 ? ",[\"" : "[\"");
		timeline_stamp(&pour->text, course->points[i].at);
		buf_text(&pour->text, "\",");
		json_write(&pour->text, value);
		buf_char(&pour->text, ']');
		json_decref(value);
	}
}

static void put_signals(const struct story *story, struct pour *pour)
{
	put_key(&pour->text, "signals");
	buf_char(&pour->text, '[');
	for (size_t i = 0; i < story->course_count; i++) {
		buf_text(&pour->text, i > 0 ? ",\n{" : "\n{");
		put_text(&pour->text, "name", story->courses[i].name, false);
		put_text(&pour->text, "unit", story->courses[i].unit, false);
		put_key(&pour->text, "points");
		buf_char(&pour->text, '[');
		put_points(&story->courses[i], pour);
		buf_text(&pour->text, "]}");
	}
	buf_char(&pour->text, ']');
}

static void put_runs(const struct story *story, struct pour *pour)
{
	put_key(&pour->text, "runbooks");
	buf_char(&pour->text, '[');
	for (size_t i = 0; pour_some(pour) && i < story->run_count; i++) {
		json_t *run = timeline_run(story, &story->runs[i]);

		buf_text(&pour->text, i > 0 ? ",\n" : "\n");
		json_write(&pour->text, run);
		json_decref(run);
	}
	buf_char(&pour->text, ']');
}

static void put_postmortem(const struct story *story, struct pour *pour)
{
	json_t *facts = timeline_postmortem(story), *value;
	const char *key;

	put_key(&pour->text, "postmortem");
	buf_char(&pour->text, '{');
	json_object_foreach(facts, key, value) {
		put_key(&pour->text, key);
		json_write(&pour->text, value);
	}
	json_decref(facts);
	put_signals(story, pour);
	buf_char(&pour->text, '}');
}

bool postmortem_json(const struct story *story, struct pour *pour)
{
	struct buf *out = &pour->text;

	buf_char(out, '{');
	put_word(out, "schema", "binnacle.timeline/1");
	put_stamp(out, "exported_at", story->in.exported_at);
	put_text(out, "tool_version", story->in.tool_version, false);
	put_value(out, "incident", timeline_incident(story));
	put_value(out, "milestones", timeline_milestones(story));
	put_value(out, "metrics", timeline_metrics(story));
	put_value(out, "updates", timeline_updates(story));
	put_runs(story, pour);
	put_postmortem(story, pour);
	put_events(story, pour);
	buf_text(out, "}\n");
	return pour_some(pour);
}
