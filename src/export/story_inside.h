/*
 * story_inside.h: what the files of a story share.
 *
 *  (1) One reading of the record gives all that the folded state does not hold: figures, people,
 *      files of evidence, gaps. Only the kinds that say something of it are read.
 *  (2) Whatever leaves a story as text went through story_text().
 */
#ifndef EXPORT_STORY_INSIDE_H
#define EXPORT_STORY_INSIDE_H

#include "base/attr.h"
#include "export/story.h"

struct story_build {
	struct story *story;
	size_t question_cap;
	struct figure_list before, after;	/* of the declaration, and the last ones after it */
	bool has_before, has_after;
};

/* Of a record whose line was read once, so that it cannot fail but for a record made by hand. */
bool story_event(const struct record *record, struct arena *arena, struct event *out);

void story_ask(struct story_build *build, const char *fmt, ...) PRINTF_LIKE(2, 3);

void story_read_record(struct story_build *build);		/* (1) */
void story_put_people(struct story *story);
void story_put_milestones(struct story *story);
void story_put_metrics(struct story *story);
void story_put_runs(struct story *story);
void story_put_objectives(struct story *story);
void story_put_money(struct story_build *build);
void story_put_questions(struct story_build *build);
void story_people_free(struct story *story);

#endif
