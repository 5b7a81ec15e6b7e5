/*
 * silent.h: alerts that are due by what this console senses itself, and that no list holds: the
 * rule, its exporter or its way to Alertmanager fails exactly when it is needed.
 *
 *  (1) Only while the lists can be trusted: else every alert would be silent.
 *  (2) Only what has held for longer than the rule waits, by fresh evidence, without a break that
 *      we saw.
 *  (3) Only rules of a platform that is watched here: where no TeachLink indexer is configured, its
 *      alerts are nobody's.
 */
#ifndef UI_SILENT_H
#define UI_SILENT_H

#include "ui/item.h"

enum { SILENT_MAX = 9 };

struct silent {
	const char *name, *severity;	/* as the rule has them */
	msec since;			/* held since then at the latest */
	msec waits;			/* the rule's `for` */
	char because[BECAUSE_TEXT];	/* "db DOWN: hung, no answer in 8 s" */
	struct item target;		/* the source or signal that shows it */
};

size_t silent_alerts(const struct world *world, msec now, struct silent out[SILENT_MAX]);

#endif
