/*
 * explain_incident.h: the explanations of what an incident is made of. explain.h is the way to
 * them.
 */
#ifndef UI_EXPLAIN_INCIDENT_H
#define UI_EXPLAIN_INCIDENT_H

#include "ui/screen.h"

/* How one kind of thing is explained. `name` is false when it is gone; the others are asked only
 * after it was true, of the same world. */
struct explainer {
	bool (*name)(const struct scene *scene, struct item item, struct text *out);
	void (*build)(const struct scene *scene, struct page *page, struct item item);
	void (*line)(const struct scene *scene, struct item item, struct buf *out);
};

extern const struct explainer explain_record, explain_seat, explain_tracked, explain_sent;
extern const struct explainer explain_evidence;
extern const struct explainer explain_book, explain_walk, explain_step, explain_past;	/* of runs */
extern const struct explainer explain_transaction, explain_tx_member, explain_tx_act,
	explain_tx_part;					/* explain_tx.c */
extern const struct explainer explain_section, explain_lack, explain_exported;	/* explain_after.c */
extern const struct explainer explain_drill;		/* drills.c */

#endif
