/*
 * diagnoser.h: inquiries at work over the configured Horizons and RPCs: one, or all that are
 * listed, at a polite rate; live ones are asked again until they are decided. Used by the console
 * (on its loop) and by `tx diagnose`, `tx watch`, `runbook`.
 *
 *  (1) At most one request is in flight for each endpoint, and each source's budget is kept
 *      together with the standing asking. A 429 or Retry-After holds that endpoint.
 *  (2) A final verdict comes from the casebook without asking, and goes there when it is reached.
 *      By hand it is asked for once more, as its proof is not there; it stands while nobody
 *      answers, and what contradicts it is SOURCES_DISAGREE.
 *  (3) What is asked about by hand goes before the bulk. The bulk can be stopped; it goes on
 *      where it was.
 *  (4) A live verdict is asked about again when it becomes decidable (a ledger after its bound), at
 *      the latest after a minute.
 *  (5) The answers are given to `changed`; what goes into a journal is the caller's.
 */
#ifndef APP_DIAGNOSER_H
#define APP_DIAGNOSER_H

#include "app/estate.h"
#include "core/caseload.h"
#include "io/errand.h"
#include "store/casebook.h"

struct diagnoser;

enum { DIAGNOSER_KEY = 128 };

struct diagnoser_pace {
	struct budget_rule rules[2];	/* for each endpoint, by enum endpoint_kind */
	msec again;			/* the longest until a live one is asked about again */
	msec settles;			/* how long after its bound the next ledger is sure to be seen */
	msec old;			/* a live one is unknown when the newest ledger is older */
};

extern const struct diagnoser_pace diagnoser_usual_pace;

struct diagnoser_setup {
	struct loop *loop;
	const struct settings *settings;
	struct estate *estate;		/* budgets; NULL with a program that asks nothing else */
	struct errands *errands;
	struct casebook *casebook;	/* NULL: nothing is remembered */
	const struct diagnoser_pace *pace;	/* NULL: the usual one */
	/* A verdict was reached (again), or progress was made: of this case. */
	void (*changed)(void *arg, const char *hash, bool judged);
	void *arg;
};

/* NULL with err: no horizon or stellar-rpc source is configured. */
struct diagnoser *diagnoser_new(const struct diagnoser_setup *setup, struct err *err);
void diagnoser_free(struct diagnoser *diagnoser);	/* takes NULL */
void diagnoser_replace(struct diagnoser *diagnoser, const struct settings *settings,
		       struct estate *estate);

/* The key by which it is found again: its hash, that of its envelope, else ACCOUNT:SEQUENCE. False:
 * it cannot be asked about, err says why. */
bool diagnoser_key(const struct diagnoser *diagnoser, const struct tx_identity *identity,
		   char key[DIAGNOSER_KEY], struct err *err);
/* `key` is as above. `bulk`: behind all that was asked for by hand. */
bool diagnoser_ask(struct diagnoser *diagnoser, const struct tx_identity *identity,
		   int64_t created_at, bool bulk, char key[DIAGNOSER_KEY], struct err *err);
void diagnoser_watch(struct diagnoser *diagnoser, const char *key, bool on);
void diagnoser_stop_bulk(struct diagnoser *diagnoser);
void diagnoser_tick(struct diagnoser *diagnoser, msec now);	/* once a second */

/* The verdict, proofs and evidence of a case; false: nothing is known of it. line, members,
 * decision and dismissals are left as they are. Borrowed until the next change. */
bool diagnoser_case(const struct diagnoser *diagnoser, const char *key, struct tx_case *out);
/* Nothing is in flight and nothing waits. */
bool diagnoser_idle(const struct diagnoser *diagnoser);
void diagnoser_progress(const struct diagnoser *diagnoser, struct caseload *out);

#endif
