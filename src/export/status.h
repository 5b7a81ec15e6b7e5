/*
 * status.h: how everything is, as JSON (formats.md 7.3) and as plain text for pipes and screen
 * readers. Pure: same world, same bytes.
 */
#ifndef EXPORT_STATUS_H
#define EXPORT_STATUS_H

#include "base/buf.h"
#include "base/json.h"
#include "core/world.h"

/* Only these sources (by name), and what hangs on them; all when count is 0. */
struct status_filter {
	const char *const *names;
	size_t count;
};

bool status_wants(const struct status_filter *filter, const char *name);
/* A signal is wanted by its own name and by its source's. */
bool status_wants_signal(const struct world *world, const struct status_filter *filter,
			 const struct signal *signal);

/* A component by one of its sources; one without sources only when nothing is left out. */
bool status_wants_component(const struct world *world, const struct status_filter *filter,
			    const struct component *component);

/* A new reference: {"schema":"binnacle.status/1", ...}. Every key is always there. */
json_t *status_json(const struct world *world, const struct status_filter *filter);

/* One line a thing, columns apart by blanks, no frames, nothing wider than its content. */
void status_plain(const struct world *world, const struct status_filter *filter, struct buf *out);

/* The worst state of what the filter lets through. */
enum state status_worst(const struct world *world, const struct status_filter *filter);

#endif
