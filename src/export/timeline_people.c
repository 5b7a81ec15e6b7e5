/*
 * timeline_people.c: what timeline.json says of people's work: what was told to whom, how runbooks
 * were followed, and what came after. Of it everybody sees the updates that were for everybody.
 */
#include <string.h>

#include "export/incident_json.h"
#include "export/incident_lists.h"
#include "export/postmortem.h"
#include "export/sheet.h"
#include "export/timeline_inside.h"

static bool for_everybody(const json_t *message)
{
	return strcmp(json_text_at(message, "audience", ""), "public") == 0;
}

/* Where it went and how it was taken there is for the house. */
static json_t *messages_of(const struct story *story)
{
	json_t *all = messages_json(story->incident);

	for (size_t i = json_array_size(all); story->in.public_ && i-- > 0;) {
		json_t *message = json_array_get(all, i);

		if (!for_everybody(message)) {
			json_array_remove(all, i);
			continue;
		}
		json_object_del(message, "channels");
		json_set_text(message, "by", story_name(story, json_text_at(message, "by", "")));
		json_set_text(message, "type", story_type(story, json_text_at(message, "type", "")));
	}
	return all;
}

json_t *timeline_updates(const struct story *story)
{
	const struct story_updates *updates = &story->updates;
	json_t *all = json_object();

	timeline_set_seconds(all, "interval_min_seconds", updates->every);
	timeline_set_seconds(all, "interval_max_seconds", updates->overdue);
	json_set_i64(all, "due", updates->due);
	json_set_i64(all, "sent", updates->sent);
	json_set_i64(all, "late", updates->late);
	json_set_i64(all, "missed", updates->missed);
	timeline_set_seconds(all, "longest_gap_seconds", updates->longest_gap);
	json_set(all, "messages", messages_of(story));
	return timeline_show(story, all);
}

/* Runs: the state of the run as `show --json` has it, and how it was followed. */

static void add_steps(const struct story_run *run, json_t *steps)
{
	for (size_t i = 0; i < json_array_size(steps); i++) {
		json_t *step = json_array_get(steps, i);

		timeline_set_seconds(step, "took_seconds", run->steps[i].took);
		timeline_set_seconds(step, "usually_seconds", run->steps[i].usually);
		json_set_bool(step, "automatic", run->steps[i].automatic);
	}
}

json_t *timeline_run(const struct story *story, const struct story_run *run)
{
	json_t *all = run_json(run->run), *counts = json_object();

	json_set_text(all, "id", run->run->runbook);
#define COUNT(member) json_set_i64(counts, #member, run->member)
	COUNT(done), COUNT(sensed), COUNT(overridden), COUNT(skipped), COUNT(deferred);
	COUNT(failed), COUNT(open), COUNT(early), COUNT(repeated), COUNT(commands), COUNT(by_hand);
#undef COUNT
	json_set(all, "counts", counts);
	add_steps(run, json_object_get(all, "steps"));
	return timeline_show(story, all);
}

/* What came after */

static json_t *questions_json(const struct story *story)
{
	json_t *all = json_array();

	for (size_t i = 0; i < story->question_count; i++)
		json_array_append_new(all, json_string(story->questions[i]));
	return all;
}

static const char *owner_of(const struct incident *incident)
{
	const struct seat *commander = incident_commander(incident);

	if (incident->aftermath.owner[0])
		return incident->aftermath.owner;
	return commander ? commander->who : NULL;
}

static void put_inside(const struct story *story, json_t *all)
{
	const struct incident *incident = story->incident;
	json_t *aftermath = aftermath_json(incident);

	json_set_text(aftermath, "exported", NULL);	/* an export must not change the next one */
	json_set(all, "aftermath", aftermath);
	json_set_text(all, "owner", owner_of(incident));
	json_set(all, "actions", tracked_json(incident->actions, incident->action_count));
	json_set(all, "follow_ups", tracked_json(incident->follow_ups, incident->follow_up_count));
	json_set(all, "deferred", tracked_json(incident->deferred, incident->deferred_count));
	json_set(all, "promised", terms_json(incident));
	json_set(all, "drill", drill_json(incident));
	json_set(all, "questions", questions_json(story));
}

json_t *timeline_postmortem(const struct story *story)
{
	const struct incident *incident = story->incident;
	json_t *all = json_object();

	timeline_set_stamp(all, "due_at", story->postmortem_due);
	timeline_set_stamp(all, "rca_due_at", story->rca_due);
	json_set_text(all, "status", postmortem_status_word(incident->aftermath.status));
	json_set_text(all, "incident_status", incident_status_word(incident->status));
	json_set_text(all, "customer_impact", story->summary[0] ? story->summary : NULL);
	json_set_text(all, "watermark", sheet_watermark(story));
	if (!story->in.public_)
		put_inside(story, all);
	return timeline_show(story, all);
}
