/*
 * story.h: what is to be said of an incident afterwards, worked out once, for every format: facts,
 * milestones with their source, times with both ends, what was kept and what was missed, what
 * nobody knows yet. Pure: the same record and the same evidence give the same story.
 *
 *  (1) What follows from configuration (intervals, deadlines, targets, the zone) is as it was
 *      recorded with the declaration (terms, core/terms.h), not as it is today.
 *  (2) A time that cannot be said is none, with a note: an end is missing, it would be negative, a
 *      clock cannot be trusted. Never a wrong number.
 *  (3) Times between two moments are on the incident's scale (incident.h (3)).
 *  (4) Nothing is concluded that no event says. What only people can know stands as a question.
 */
#ifndef EXPORT_STORY_H
#define EXPORT_STORY_H

#include "export/course.h"
#include "export/story_parts.h"

struct story_in {			/* borrowed for the life of the story */
	const struct history *history;
	const char *tool_version;
	msec exported_at;		/* the only thing that is not of the record */
	bool public_;			/* roles for names; no commands, outputs, hosts, notes */
	/* Seconds east of UTC at a time, in the zone of the terms; NULL: UTC. */
	int (*offset)(void *arg, msec at);
	/* The bytes of a piece of evidence; false: it is not there. NULL: none is. */
	bool (*evidence)(void *arg, const char *sha256, struct buf *out);
	void *arg;
};

struct story {
	struct story_in in;
	const struct incident *incident;	/* of the history */
	struct arena arena;
	struct story_names *names;	/* for the public: who is called what */

	/* What people wrote, harmless, and for the public without names; "" where there is none. The
	 * texts of the incident itself are for nobody but these. */
	const char *title, *summary, *reason;
	const char *zone;		/* "UTC" */
	msec end, end_t;		/* of the last moment; end_t: on the incident's scale */
	msec t0, t0_t;			/* T+ counts from it */
	enum milestone_name t0_is;	/* impact_started, detected or declared: the first known */
	struct story_milestone milestones[MILESTONE_COUNT];
	struct story_metric metrics[METRIC_COUNT];
	msec in_severity[4];		/* until it was over, or the last event */
	struct story_updates updates;
	struct story_run *runs;
	size_t run_count;
	struct story_objective *objectives;
	size_t objective_count;
	struct story_money *money;
	size_t money_count;
	struct course *courses;		/* signals around it, from evidence */
	size_t course_count;
	const char **questions;		/* what no one knows yet, one sentence each */
	size_t question_count;
	msec postmortem_due, rca_due;	/* WHEN_NEVER */
	unsigned interventions;		/* by hand: S1-75; those of a drill included */
	size_t moment_count;
};

struct story *story_new(const struct story_in *in);
void story_free(struct story *story);	/* takes NULL */

/* How a person is called here: the name, or for the public the role. Lives with the story. */
const char *story_name(const struct story *story, const char *who);
/* The type of an update or an action: for the public one that is no word of ours is "other". */
const char *story_type(const struct story *story, const char *type);
/* Any text of the record as it may be shown: redacted, harmless, and for the public without names
 * and hosts; `lines` keeps its line feeds. Lives in the arena. *hidden: something of it is. */
const char *story_text(const struct story *story, struct arena *arena, const char *text, bool lines,
		       bool *hidden);
/* "+00:12:40", "-00:01:00" */
void story_since(char out[WHEN_TEXT], msec since);
/* "2026-11-22T03:14:07+01:00" and "+01:00" in the zone of the terms. */
void story_local(const struct story *story, char out[WHEN_TEXT], char offset[8], msec at);

/* All incidents together: `incident stats`. Each story is added once and may go then. */
struct stats;
struct stats *stats_new(void);
void stats_add(struct stats *stats, const struct story *story);
json_t *stats_json(struct stats *stats, msec at);	/* a new reference */
void stats_plain(struct stats *stats, struct buf *out);
void stats_free(struct stats *stats);

#endif
