#include "app/tx_acts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/tx_acts_inside.h"
#include "base/mem.h"

#define SAVING_PATIENCE (5 * WHEN_SECOND)	/* an act that begins later is a surprise */
#define CONSOLE_SILENT (30 * WHEN_SECOND)	/* a console without a sign of life is gone */

/* --- small things --------------------------------------------------------------------------- */

struct now acts_now(const struct tx_acts *acts)
{
	return loop_now(acts->setup.loop);
}

PRINTF_LIKE(2, 3) static void say(struct tx_acts *acts, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	if (acts->setup.said)
		acts->setup.said(acts->setup.arg, buf_cstr(&text));
	buf_done(&text);
}

struct dossier *acts_dossier(const struct tx_acts *acts)
{
	struct dossier *dossier = acts->setup.dossier ? acts->setup.dossier(acts->setup.arg) : NULL;
	const struct incident *incident = dossier ? dossier_incident(dossier) : NULL;

	return incident && incident->severity > 0 && !incident_over(incident) ? dossier : NULL;
}

static void look_who_is_lost(struct tx_acts *acts, const struct dossier *dossier)
{
	struct docket *docket = mem_new(sizeof(*docket));
	msec wall = acts_now(acts).wall;
	size_t count = 0;

	dossier_docket(dossier, docket);
	for (size_t i = 0; i < docket->peer_count && count < ACTS_LOST; i++) {
		const struct peer *peer = &docket->peers[i];

		if (!peer->lost && wall - peer->heard < CONSOLE_SILENT)
			continue;
		str_put(acts->lost_text[count], ORIGIN_TEXT, peer->origin);
		acts->lost[count] = acts->lost_text[count];
		count++;
	}
	acts->lost[count] = NULL;
	mem_free(docket);
}

static bool submit(struct tx_acts *acts, struct dossier *dossier, const struct order *order,
		   struct err *err)
{
	char already[BECAUSE_TEXT];

	return dossier_submit(dossier, order, acts_now(acts).wall, already, err);
}

/* --- life ----------------------------------------------------------------------------------- */

static void clear(struct tx_acts *acts)
{
	struct deed *deed = &acts->deed;

	deed_cancel(deed);
	loop_timer_stop(acts->setup.loop, &deed->patience);
	arena_done(&deed->arena);
	*deed = (struct deed){ .stage = DEED_NONE };
}

struct tx_acts *tx_acts_new(const struct tx_acts_setup *setup)
{
	struct tx_acts *acts = mem_new(sizeof(*acts));

	acts->setup = *setup;
	acts->intent.diagnoser = setup->diagnoser;
	acts->intent.pages = setup->pages;
	acts->intent.casebook = setup->casebook;
	acts->find = tx_intent_case;
	acts->ask = tx_intent_ask;
	acts->intent.config = &setup->settings->transactions;
	policy_make(setup->settings, &acts->policy);
	return acts;
}

void tx_acts_free(struct tx_acts *acts)
{
	if (!acts)
		return;
	if (acts->deed.stage == DEED_RUNNING)
		deed_finish(acts, &(struct deed_end){
			.says = "the console was closed, or given another configuration, meanwhile" });
	clear(acts);
	for (size_t i = 0; i < ACT_COUNT; i++)
		arena_done(&acts->boxes[i]);
	mem_free(acts);
}

bool tx_acts_case(struct tx_acts *acts, const char *id, const char *hash, struct tx_case *out)
{
	return acts->find(&acts->intent, id, hash, out);
}

bool tx_acts_ready(struct tx_acts *acts, const char *id, const char *hash, enum tx_act act,
		   struct ready_act *out)
{
	struct dossier *dossier = acts_dossier(acts);
	struct tx_case tx;

	if (dossier)
		look_who_is_lost(acts, dossier);
	return acts_box(acts, id, hash, act, false, &tx, out);
}

/* --- the order ------------------------------------------------------------------------------ */

static bool is_blank(const char *text)
{
	return str_trim(str_of(text)).len == 0;
}

static bool check_typed(const struct ready_act *ready, const char *digest, const char *typed,
			const char *reason, struct err *err)
{
	if (ready->refusal)
		return err_set(err, ERR_REFUSED, "not done: %s", ready->refusal);
	if (strcmp(ready->digest, digest) != 0)
		return err_set(err, ERR_REFUSED, "not done: it is not what was shown any more, look again");
	if (ready->word && strcmp(event_text(typed), ready->word) != 0)
		return err_set(err, ERR_REFUSED, "not done: it wants the word %s", ready->word);
	if (ready->confirm && is_blank(event_text(reason)))
		return err_set(err, ERR_REFUSED, "not done: it needs a reason");
	return true;
}

/* In the casebook for all consoles; in the incident for the record. */
static bool dismiss(struct tx_acts *acts, const struct tx_case *tx, const char *reason,
		    struct err *err)
{
	struct dossier *dossier = acts_dossier(acts);
	struct order order = {
		.kind = tx->dismissed ? EVENT_TX_RESTORED : EVENT_TX_DISMISSED, .at = WHEN_NEVER,
		.src = SRC_HUMAN, .by = acts->setup.settings->operator,
	};

	if (!acts->setup.casebook)
		return err_set(err, ERR_REFUSED, "not done: no dismissal can be kept here");
	if (!casebook_dismiss(acts->setup.casebook, tx->line.id, tx->line.hash,
			      tx->dismissed ? NULL : reason, acts->setup.settings->operator,
			      acts_now(acts).wall, err))
		return false;
	if (tx->line.hash[0])
		EVENT_SET(order.data, hash, tx->line.hash);
	if (tx->line.id[0])
		EVENT_SET(order.data, id, tx->line.id);
	if (!tx->dismissed)
		EVENT_SET(order.data, reason, reason);
	return !dossier || submit(acts, dossier, &order, err);
}

/* The verdict that it rests on stands in this incident, with its proof, whenever it was reached. */
static bool record_verdict(struct tx_acts *acts, struct dossier *dossier, const struct tx_case *tx,
			   const struct ready_act *ready, struct err *err)
{
	const struct incident_tx *known = incident_tx(dossier_incident(dossier), tx->line.hash,
						      tx->line.id);
	struct order order = acts_order(acts, EVENT_TX_DIAGNOSED, tx, ready, NULL);
	struct buf proof = { 0 };
	char sha256[DIGEST_HEX];
	bool ok;

	if (known && known->diagnosed && known->verdict == tx->verdict.kind &&
	    known->safe == tx->verdict.safe)
		return true;
	order.src = SRC_SENSED;
	EVENT_SET(order.data, how, tx->verdict.row);
	if (tx->evidence) {
		evidence_write(tx->evidence, &proof);
		digest_sha256(sha256, str_sub(buf_cstr(&proof), proof.len));
		EVENT_SET(order.data, sha256, sha256);
	}
	ok = submit(acts, dossier, &order, err) &&
	     (proof.len == 0 ||
	      dossier_evidence(dossier, str_sub(buf_cstr(&proof), proof.len), "diagnosis.json",
			       "evidence of a verdict", acts->setup.settings->operator,
			       acts_now(acts).wall, err));
	buf_done(&proof);
	return ok;
}

/* True: somebody else has to do it; that was recorded and said, or err says why not. */
static bool asks_second(struct tx_acts *acts, struct dossier *dossier, const struct tx_case *tx,
			const struct ready_act *ready, const char *reason, struct err *err)
{
	const struct incident_tx *known = incident_tx(dossier_incident(dossier), tx->line.hash,
						      tx->line.id);
	const char *operator = acts->setup.settings->operator;
	struct order order = acts_order(acts, EVENT_TX_ACT_ASKED, tx, ready, reason);

	if (!ready->confirm || !acts->setup.settings->runbooks.two_person)
		return false;
	if (known && known->asked_by[0] && strcmp(known->asked_by, operator) != 0 &&
	    strcmp(known->asked_how, act_word(ready->act)) == 0 &&
	    strcmp(known->asked_digest, ready->digest) == 0)
		return false;
	order.two_person = true;
	if (submit(acts, dossier, &order, err))
		say(acts, "a second person is asked: the same act, from their console, does it");
	return true;
}

static void on_patience(void *arg)
{
	struct tx_acts *acts = arg;

	if (acts->deed.stage != DEED_SAVING)
		return;
	clear(acts);
	say(acts, "not done: its beginning could not be saved");
}

static bool fill(struct tx_acts *acts, const struct tx_case *tx, const struct ready_act *ready,
		 struct err *err)
{
	const struct postgres_config *database = acts_database(acts->setup.settings);
	struct deed *deed = &acts->deed;

	*deed = (struct deed){ .stage = DEED_NONE, .act = ready->act, .copied = ready->copied };
	deed->patience = (struct loop_timer){ .call = on_patience, .arg = acts };
	str_put(deed->id, sizeof(deed->id), tx->line.id);
	str_put(deed->hash, sizeof(deed->hash), tx->line.hash);
	str_put(deed->digest, sizeof(deed->digest), ready->digest);
	deed->text = arena_text(&deed->arena, ready->text, strlen(ready->text));
	if (database) {
		deed->config = *database;
		deed->config.dsn = acts->setup.settings->transactions.write_dsn;
		deed->config.replicas = (struct items){ .count = 0 };
	}
	if (ready->act != ACT_RESUBMIT)
		return true;
	deed->source = acts_endpoint(acts->setup.settings, &deed->way, err);
	deed->envelope = deed->source ? acts_envelope(acts, tx, &deed->arena, err) : NULL;
	return deed->envelope != NULL;
}

static bool begin(struct tx_acts *acts, struct dossier *dossier, const struct tx_case *tx,
		  const struct ready_act *ready, const char *reason, struct err *err)
{
	struct order order = acts_order(acts, EVENT_TX_ACT_STARTED, tx, ready, reason);

	order.two_person = ready->confirm && acts->setup.settings->runbooks.two_person;
	if (!fill(acts, tx, ready, err)) {
		clear(acts);
		return false;
	}
	acts->deed.stage = DEED_SAVING;		/* before the order: it may be durable at once */
	acts->deed.dossier = dossier;
	loop_timer_set(acts->setup.loop, &acts->deed.patience,
		       acts_now(acts).steady + SAVING_PATIENCE);
	if (submit(acts, dossier, &order, err))
		return true;
	clear(acts);
	return false;
}

bool tx_acts_do(struct tx_acts *acts, const char *id, const char *hash, enum tx_act act,
		const char *digest, const char *typed, const char *reason, struct err *err)
{
	struct dossier *dossier = acts_dossier(acts);
	struct ready_act ready;
	struct tx_case tx;

	if (dossier)
		look_who_is_lost(acts, dossier);
	if (!acts_box(acts, id, hash, act, false, &tx, &ready))
		return err_set(err, ERR_NOT_FOUND, "not done: nothing is known of this transaction");
	if (!check_typed(&ready, digest, typed, reason, err))
		return false;
	if (act == ACT_DISMISS)
		return dismiss(acts, &tx, reason, err);
	if (!record_verdict(acts, dossier, &tx, &ready, err))
		return false;
	if (asks_second(acts, dossier, &tx, &ready, reason, err))
		return err->kind == ERR_NONE;
	return begin(acts, dossier, &tx, &ready, reason, err);
}

/* --- durable -------------------------------------------------------------------------------- */

static bool is_ours(const struct deed *deed, const struct event *event)
{
	return deed->stage == DEED_SAVING && strcmp(deed->digest, event_text(event->data.sha256)) == 0 &&
	       strcmp(act_word(deed->act), event_text(event->data.how)) == 0;
}

/* One that comes after it was given up: it was begun on paper only. */
static void end_late(struct tx_acts *acts, const struct event *event)
{
	struct dossier *dossier = acts_dossier(acts);
	struct order order = { .kind = EVENT_TX_ACT_ENDED, .at = WHEN_NEVER, .src = SRC_SENSED,
			       .of_kind = EVENT_TX_ACT_STARTED };
	struct err err = { 0 };

	EVENT_SET(order.data, of, event->id);
	EVENT_SET(order.data, ok, false);
	EVENT_SET(order.data, text, "it was given up before it was saved");
	if (dossier && !submit(acts, dossier, &order, &err))
		say(acts, "%s", err.text);
}

/* Nobody else began it between the box and our own beginning. */
static bool is_alone(const struct deed *deed)
{
	const struct incident_tx *tx = incident_tx(dossier_incident(deed->dossier), deed->hash,
						   deed->id);
	size_t open = 0;

	for (size_t i = 0; tx && i < tx->deed_count; i++)
		open += !tx->deeds[i].ended && !tx->deeds[i].interrupted;
	return open == 1;
}

static bool is_so_still(struct tx_acts *acts)
{
	struct deed *deed = &acts->deed;
	struct ready_act ready;
	struct tx_case tx;

	return acts_box(acts, deed->id, deed->hash, deed->act, true, &tx, &ready) && !ready.refusal &&
	       strcmp(ready.digest, deed->digest) == 0;
}

static void give_out(struct tx_acts *acts)
{
	struct deed *deed = &acts->deed;
	bool marks = deed->act != ACT_CANCEL;

	if (acts->setup.copy)
		acts->setup.copy(acts->setup.arg, deed->text);
	/* What somebody does with it elsewhere is not known here. */
	deed_finish(acts, &(struct deed_end){ .known = !marks, .done = !marks, .says =
		    marks ? "copied, and run by nobody here: what came of it is not known" :
			    "copied, unsigned: whoever holds the key signs and sends it" });
}

static void carry_out(struct tx_acts *acts)
{
	struct deed *deed = &acts->deed;

	deed->stage = DEED_RUNNING;
	if (deed->act == ACT_REBUILD)
		deed_finish(acts, &(struct deed_end){ .known = true, .done = true,
						      .says = "it may be built again" });
	else if (deed->copied)
		give_out(acts);
	else if (deed->act == ACT_RESUBMIT)
		deed_send(acts);
	else
		deed_write(acts);
}

void tx_acts_durable(struct tx_acts *acts, const struct event *event)
{
	struct deed *deed = &acts->deed;
	const char *why = NULL;

	if (event->kind != EVENT_TX_ACT_STARTED)
		return;
	if (!is_ours(deed, event)) {
		end_late(acts, event);
		return;
	}
	loop_timer_stop(acts->setup.loop, &deed->patience);
	str_put(deed->event, sizeof(deed->event), event->id);
	if (!is_alone(deed))
		why = "another console began one at the same time";
	else if (!is_so_still(acts))
		why = "what it rests on is another now: look again";
	if (why)
		deed_finish(acts, &(struct deed_end){ .known = true, .says = why });
	else
		carry_out(acts);
}

/* What is shown of it may be another now, and what was sent is asked about. */
static void look_anew(struct tx_acts *acts, const struct deed *deed)
{
	char key[DIAGNOSER_KEY];

	if (deed->act == ACT_RESUBMIT)
		(void)acts->ask(&acts->intent, deed->id, deed->hash, false, key,
				&(struct err){ .kind = ERR_NONE });
	if (acts->setup.pages)
		tx_pages_move(acts->setup.pages, TX_AGAIN);
}

void deed_finish(struct tx_acts *acts, const struct deed_end *end)
{
	struct deed *deed = &acts->deed;
	struct order order = { .kind = EVENT_TX_ACT_ENDED, .at = WHEN_NEVER, .src = SRC_SENSED,
			       .of_kind = EVENT_TX_ACT_STARTED };
	struct err err = { 0 };

	EVENT_SET(order.data, of, deed->event);
	EVENT_SET(order.data, text, end->says[0] ? end->says : "nothing was answered");
	if (end->known)
		EVENT_SET(order.data, ok, end->done);
	if (end->status)
		EVENT_SET(order.data, status, end->status);
	if (acts->setup.is_open && !acts->setup.is_open(acts->setup.arg, deed->dossier))
		say(acts, "the incident is closed here: what came of it is not on its record");
	else if (!submit(acts, deed->dossier, &order, &err))
		say(acts, "%s", err.text);
	say(acts, "%s %s: %s", act_word(deed->act), !end->known ? "has an UNKNOWN outcome" :
	    end->done ? "is done" : "was NOT done", end->says);
	look_anew(acts, deed);
	clear(acts);
}
