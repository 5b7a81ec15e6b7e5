/*
 * dossier.h: one incident that this program has open: its journal, its history, its state. Orders
 * go in, durable events come out; used by the console (on its loop) and by the verbs (at once).
 *
 *  (1) Nothing is folded before it is on the disk, unless the operator chose to go on in memory.
 *  (2) What the disk refuses is kept in order and tried again every second; nothing is lost and
 *      nothing stands there twice.
 *  (3) Effects (a message, a silence) follow durable events of this console only: `durable` is
 *      called for those, and for no replay and no other console's events.
 */
#ifndef APP_DOSSIER_H
#define APP_DOSSIER_H

#include "core/desk.h"
#include "io/loop.h"
#include "store/journal.h"
#include "store/shelf.h"

struct dossier;

struct dossier_setup {
	struct loop *loop;		/* NULL: everything happens before the function returns */
	const char *folder;
	bool create, shared;
	struct journal_who who;
	const struct policy *policy;
	/* Called on the loop. `durable` may submit. */
	void (*durable)(void *arg, struct dossier *dossier, const struct event *event);
	void (*changed)(void *arg, struct dossier *dossier);	/* state, timeline, saving or peers */
	void (*said)(void *arg, const char *sentence);		/* what the operator should know */
	void *arg;
};

/* Opens and reads all of it. NULL with err. */
struct dossier *dossier_open(const struct dossier_setup *setup, struct err *err);
void dossier_close(struct dossier *dossier);	/* waits for the append in flight; takes NULL */

/*
 * Decide and write down. False: refused, or (without a loop) not saved; err says why. With a loop
 * true means "accepted": it shows once it is durable. `already` ("" else) says that it was so.
 */
bool dossier_submit(struct dossier *dossier, const struct order *order, msec now,
		    char already[BECAUSE_TEXT], struct err *err);

const struct incident *dossier_incident(const struct dossier *dossier);
const struct history *dossier_history(const struct dossier *dossier);
void dossier_docket(const struct dossier *dossier, struct docket *out);
const char *dossier_origin(const struct dossier *dossier);	/* "" before it has one */
/* Nothing waits to be saved, and nobody is at the disk: closing it waits for nothing. */
bool dossier_idle(const struct dossier *dossier);

/* Be on the record as a console that takes part, although it has nothing to say yet. On a loop. */
void dossier_join(struct dossier *dossier);

/* Look for lines of others, try again what was not saved: once a second, and when the folder says
 * that it changed. */
void dossier_tick(struct dossier *dossier, msec now);
/* Evidence: in a worker, then evidence.added. With and without a loop. */
bool dossier_evidence(struct dossier *dossier, struct str bytes, const char *name,
		      const char *text, const char *by, msec now, struct err *err);
/* The operator's choice to go on although nothing can be saved. Recorded once it can. */
void dossier_in_memory(struct dossier *dossier);

#endif
