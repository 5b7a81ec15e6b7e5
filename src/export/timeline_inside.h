/*
 * timeline_inside.h: what the formats for other programs share.
 */
#ifndef EXPORT_TIMELINE_INSIDE_H
#define EXPORT_TIMELINE_INSIDE_H

#include "base/json.h"
#include "export/moment.h"
#include "export/story.h"

/* Whole seconds, or with as many digits as it takes: "-60", "12.5". */
void timeline_seconds(struct buf *out, msec span);
void timeline_stamp(struct buf *out, msec at);	/* with its milliseconds, always */

void timeline_set_stamp(json_t *object, const char *key, msec at);	/* WHEN_NEVER: null */
void timeline_set_seconds(json_t *object, const char *key, msec span);	/* likewise */
/* Every text in it through story_text(). Takes the reference, gives one. */
json_t *timeline_show(const struct story *story, json_t *value);

/* The parts of timeline.json that are no list of events: new references. Every text in
 * them is as it may be shown. timeline_facts.c, timeline_people.c */
json_t *timeline_incident(const struct story *story);
json_t *timeline_milestones(const struct story *story);
json_t *timeline_metrics(const struct story *story);
json_t *timeline_updates(const struct story *story);
json_t *timeline_run(const struct story *story, const struct story_run *run);
json_t *timeline_postmortem(const struct story *story);

#endif
