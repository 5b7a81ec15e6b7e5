/*
 * tx_desk.h: the transactions of the console: rows, diagnoses and acts joined into the caseload
 * that hangs on the world, and what the shell's effects do to them. Also used by `runbook run`,
 * whose steps ask for `tx.*` and `selected:`.
 *
 * Reached verdicts of an open incident are recorded in it (tx.diagnosed, with the proof as
 * evidence): each once, and again only when it is another one.
 */
#ifndef APP_TX_DESK_H
#define APP_TX_DESK_H

#include "app/tx_acts.h"

struct tx_desk;
struct effect;

struct tx_desk_setup {
	struct loop *loop;
	const struct context *context;
	const struct settings *settings;
	struct estate *estate;
	struct dossier *(*dossier)(void *arg);	/* of the current incident; NULL: none */
	bool (*is_open)(void *arg, const struct dossier *dossier);
	void (*changed)(void *arg);		/* the caseload is another */
	void (*said)(void *arg, const char *sentence);
	void (*copy)(void *arg, const char *text);
	void *arg;
};

/* Never NULL: what cannot work says why in the caseload. */
struct tx_desk *tx_desk_new(const struct tx_desk_setup *setup);
void tx_desk_free(struct tx_desk *desk);	/* takes NULL */
void tx_desk_replace(struct tx_desk *desk, const struct settings *settings,
		     struct estate *estate);	/* hangs the caseload on its world */
void tx_desk_look(struct tx_desk *desk, bool second);
/* EFFECT_TX_PAGE, EFFECT_DIAGNOSE, EFFECT_STOP_BULK, EFFECT_ACT. Refusals are said. */
void tx_desk_effect(struct tx_desk *desk, const struct effect *effect);
/* The row under the cursor; "" and "": it is on none, and the last one stays. */
void tx_desk_select(struct tx_desk *desk, const char *id, const char *hash);
void tx_desk_durable(struct tx_desk *desk, const struct event *event);
const struct caseload *tx_desk_caseload(const struct tx_desk *desk);

#endif
