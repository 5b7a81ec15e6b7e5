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

#include "app/dossier.h"
#include "app/estate.h"
#include "app/runs.h"

struct incidents;

struct incidents_setup {
	struct loop *loop;
	const struct context *context;
	const struct settings *settings;
	void (*said)(void *arg, const char *sentence);
	void (*changed)(void *arg);	/* the desk is another */
	void (*durable)(void *arg, const struct event *event);	/* of this console; or NULL */
	/* As struct runs_setup has them; NULL: there is no terminal to lend. */
	void (*terminal)(void *arg, struct str bytes);
	void (*terminal_back)(void *arg);
	void *arg;
};

struct incidents *incidents_new(const struct incidents_setup *setup);

/* Open what is open; the desk hangs on the estate's world after it. `first` ("" any) is opened
 * before all others. Before the first frame nothing is waited for but this: it takes at most
 * START_PATIENCE and one incident; the rest is read in a worker. */
#define START_PATIENCE ((msec)200)
void incidents_begin(struct incidents *incidents, struct estate *estate, const char *first);

/* Another configuration is in force, and with it another estate. */
void incidents_replace(struct incidents *incidents, const struct settings *settings,
		       struct estate *estate);

/* After each settling, and once a second: sense, watch clocks, make the desk anew. */
void incidents_look(struct incidents *incidents);

const struct desk *incidents_desk(const struct incidents *incidents);
struct dossier *incidents_dossier(const struct incidents *incidents);	/* current; NULL: none */
bool incidents_holds(const struct incidents *incidents, const struct dossier *dossier);

/* What the shell asks for. A refusal is said. `incident` "" makes a new one (INCIDENT_DECLARED). */
void incidents_submit(struct incidents *incidents, const char *incident,
		      const struct order *order);
void incidents_choose(struct incidents *incidents, const char *incident);	/* current */
void incidents_in_memory(struct incidents *incidents);
/* End the silence of this alert. That it is over is recorded when Alertmanager has said so. */
void incidents_expire(struct incidents *incidents, const char *incident,
		      const char *fingerprint);
void incidents_ticket(struct incidents *incidents, const char *incident);

/* Runbooks and commands: what the shell asks for. Refusals are said. */
struct effect;
void incidents_walk(struct incidents *incidents, const struct effect *effect);
/* A verb of this program for one of them. */
void incidents_outing(struct incidents *incidents, const struct effect *effect);
void incidents_rehearse(struct incidents *incidents);	/* the next moment of the tabletop */
void incidents_interrupt(struct incidents *incidents);
/* Checks run by themselves for what is in sight. */
struct shell;
void incidents_sight(struct incidents *incidents, const struct shell *shell);
void incidents_in_sight(struct incidents *incidents, const char *run, enum book_section section);
struct task *incidents_wants_terminal(struct incidents *incidents);

/* The console goes: that is recorded where it took part, if the disk takes it in time. */
void incidents_leave(struct incidents *incidents, const char *reason);

#endif
