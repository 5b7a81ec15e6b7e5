/*
 * incidents.h: the console's desk: which incidents are open, what is owed, what is sensed. It joins
 * dossiers, the world, the channels and Alertmanager; the shell gets a struct desk.
 *
 *  (1) A change of health or of an alert while an incident is open becomes an event of it.
 *  (2) A step of the wall clock is noticed each second against CLOCK_BOOTTIME and recorded.
 *  (3) What is due is recorded once (update.due, update.missed), by whichever console sees it
 *      first; others' words for it are repeats.
 *  (4) The next start is on the same incident and screen, with the same half-written text: the
 *      session file says which, and is written within 200 ms of a change.
 */
#ifndef APP_INCIDENTS_H
#define APP_INCIDENTS_H

#include "app/settings.h"
#include "app/dossier.h"
#include "core/policy.h"
#include "io/prober.h"

struct incidents;

struct incidents_setup {
	struct loop *loop;
	const struct context *context;
	const struct settings *settings;
	void (*said)(void *arg, const char *sentence);
	void (*changed)(void *arg);	/* the desk is another */
	void *arg;
};

struct incidents *incidents_new(const struct incidents_setup *setup, struct err *err);
void incidents_free(struct incidents *incidents);

/* Open what is open; done when the desk is complete. Before the first frame nothing is waited for
 * but this: it takes milliseconds. */
void incidents_start(struct incidents *incidents, struct world *world);
void incidents_settings(struct incidents *incidents, const struct settings *settings);	/* reload */

/* After each settling, and once a second: sense, watch clocks, make the desk anew. */
void incidents_look(struct incidents *incidents, struct world *world, msec now);

const struct desk *incidents_desk(const struct incidents *incidents);

/* What the shell asks for. A refusal is said. `incident` "" makes a new one (INCIDENT_DECLARED). */
void incidents_submit(struct incidents *incidents, const char *incident,
		      const struct order *order);
void incidents_choose(struct incidents *incidents, const char *incident);	/* current */
void incidents_in_memory(struct incidents *incidents);

#endif
