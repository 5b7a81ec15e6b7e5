/*
 * moment_inside.h: what the files of the moments share.
 */
#ifndef EXPORT_MOMENT_INSIDE_H
#define EXPORT_MOMENT_INSIDE_H

#include "export/moment.h"
#include "export/story.h"

/*  How a kind of event reads (moment_kinds.c) */
struct moment_class {
	enum moment_kind kind;
	enum moment_marker marker;
	bool public_;			/* everybody may know of it; of an update only its own audience */
};

const struct moment_class *moment_class_of(enum event_kind kind);
const char *moment_step_state(enum event_kind kind);	/* NULL: it is about no step's state */

/* One moment in the making. */
struct making {
	const struct story *story;
	struct arena *arena;		/* of this moment */
	const struct record *record;
	const struct event *event;	/* its data; NULL: this version does not know it */
	struct moment *moment;
};

const char *making_text(struct making *making, const char *text, bool lines);
void moment_put_evidence(struct making *making);
/* What everybody may read of it instead of its sentence. */
void moment_put_public(struct making *making);

#endif
