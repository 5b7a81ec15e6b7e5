/*
 * importer.h: the hour before a declaration: the flight recorder's lines, and what no console
 * recorded from Prometheus (query_range of the signals and of ALERTS) and Alertmanager (startsAt),
 * as events marked `import`; where nobody has it, a recording.gap says so. The raw course of the
 * signals becomes a file of evidence.
 */
#ifndef APP_IMPORTER_H
#define APP_IMPORTER_H

#include "app/estate.h"
#include "core/decide.h"

struct importer;

/* orders are borrowed for the call; evidence is JSON, may be empty. Once. */
typedef void importer_done(void *arg, const struct order *orders, size_t count,
			   struct str evidence);

struct importer *importer_start(struct estate *estate, const struct context *context, msec from,
				msec until, importer_done *done, void *arg);
/* The course of the configured signals alone, of any time: what charts are drawn from. Evidence as
 * above; empty when nothing was answered. `why` is the first failure, "" when there was none. */
typedef void importer_course_done(void *arg, struct str evidence, const char *why);

struct importer *importer_course(struct estate *estate, const struct context *context, msec from,
				 msec until, importer_course_done *done, void *arg);
/* Is there any Prometheus with signals to ask? */
bool importer_has_signals(const struct estate *estate);
void importer_cancel(struct importer *importer);	/* takes NULL; done does not come */

#endif
