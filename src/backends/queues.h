/*
 * queues.h: how much waits in a database that nobody works off, one number for each question, read
 * from a postgres source and shown as a signal of the queue's name.
 *
 * A preset knows the tables of a platform; a queue of one's own is a SELECT of one number. An entry
 * of a preset's name without a query only sets its limits. A table that does not exist, a NULL and
 * an answer without a row are not known, and said; a queue that is empty is 0.
 */
#ifndef BACKENDS_QUEUES_H
#define BACKENDS_QUEUES_H

#include "backends/ask.h"
#include "core/report.h"

enum { QUEUES = 16 };

struct queue {
	const char *name, *query, *unit;
	struct threshold warn, bad;
};

struct queue_config {
	struct texts presets;
	struct items own;		/* struct queue */
};

extern const char *const queue_preset_names[];
extern const struct setting queue_settings[];

/* All of them, at most QUEUES; the rest is told by queues_problem(). */
size_t queues_list(const struct queue_config *config, struct queue out[QUEUES]);
/* What is wrong with them as a whole, in one sentence, or NULL. */
const char *queues_problem(const struct queue_config *config);

struct queue_fact {
	bool known;
	double value;
	msec at;
};

enum decoded queue_decode(const struct reply *reply, struct queue_fact *fact, char why[200]);
void queue_judge(const struct queue *queue, const struct queue_fact *fact,
		 const struct ask_view *view, struct reading *out);

#endif
