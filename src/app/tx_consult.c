#include "app/tx_consult.h"

#include <stdio.h>
#include <string.h>

#include "app/paths.h"
#include "base/mem.h"
#include "stellar/spot.h"

enum { ROW_TRIES = 3 };			/* a busy database may be too slow once */

static void open_casebook(struct tx_consult *consult)
{
	const struct work *work = consult->work;
	struct buf dir = { 0 };
	char said[BECAUSE_TEXT] = "";
	struct err err = { 0 };

	if (paths_state(work->context, &dir, &err))
		consult->casebook = casebook_open(buf_cstr(&dir), said, &err);
	buf_done(&dir);
	if (work_given(work, OPTION_QUIET))
		return;
	if (!consult->casebook)
		fprintf(work->context->err, "binnacle: nothing is remembered: %s\n", err.text);
	else if (said[0])
		fprintf(work->context->err, "binnacle: %s\n", said);
}

/* The verbs look at what has changed from the loop, and once for many changes. */
static void change(struct tx_consult *consult)
{
	if (!consult->soon.set)
		loop_timer_set(consult->work->loop, &consult->soon, 0);
}

static void on_soon(void *arg)
{
	struct tx_consult *consult = arg;

	consult->changed(consult->arg);
}

static void on_judged(void *arg, const char *key, bool judged)
{
	(void)key;
	(void)judged;
	change(arg);
}

static void on_rows(void *arg)
{
	change(arg);
}

static void open_rows(struct tx_consult *consult)
{
	struct work *work = consult->work;
	struct err err = { 0 };

	if (work->settings.transactions_source)
		consult->pages = tx_pages_new(&(struct tx_pages_setup){
			.loop = work->loop, .settings = &work->settings, .context = work->context,
			.changed = on_rows, .arg = consult }, &err);
}

bool tx_consult_open(struct tx_consult *consult, struct work *work, tx_changed *changed, void *arg,
		     struct err *err)
{
	*consult = (struct tx_consult){ .work = work, .changed = changed, .arg = arg };
	consult->soon = (struct loop_timer){ .call = on_soon, .arg = consult };
	consult->errands = errands_new(work->loop, work->context->environment);
	open_casebook(consult);
	consult->diagnoser = diagnoser_new(&(struct diagnoser_setup){
		.loop = work->loop, .settings = &work->settings, .estate = &work->estate,
		.errands = consult->errands, .casebook = consult->casebook, .changed = on_judged,
		.arg = consult }, err);
	if (consult->diagnoser)
		open_rows(consult);
	consult->intent = (struct tx_intent){
		.diagnoser = consult->diagnoser, .casebook = consult->casebook,
		.pages = consult->pages, .config = &work->settings.transactions,
	};
	return consult->diagnoser;
}

void tx_consult_close(struct tx_consult *consult)
{
	if (consult->soon.set)
		loop_timer_stop(consult->work->loop, &consult->soon);
	diagnoser_free(consult->diagnoser);
	tx_pages_free(consult->pages);
	errands_free(consult->errands);
	casebook_close(consult->casebook);
	*consult = (struct tx_consult){ .work = consult->work };
}

/* --- one transaction --- */

/* What has no hash has no row that could be looked for: its key is ACCOUNT:SEQUENCE. */
static bool has_hash(const struct tx_query *query)
{
	return !strchr(query->key, ':');
}

static void want_rows(struct tx_consult *consult, struct tx_query *query, enum tx_stage stage)
{
	query->stage = stage;
	query->read = false;
	if (consult->pages && !consult->rows_lost && has_hash(query))
		tx_pages_want_group(consult->pages, "", query->key);
}

bool tx_query_read(struct tx_query *query, const char *text, struct err *err)
{
	struct buf envelope = { 0 };
	char account[ACCOUNT_TEXT];
	struct err why = { 0 };
	enum spotted found = spot(str_of(text), query->identity.hash, &envelope, account, &why);

	if (found == SPOT_ENVELOPE)
		query->identity.envelope = mem_text(buf_cstr(&envelope));
	buf_done(&envelope);
	if (found == SPOT_NOTHING)
		return err_set(err, ERR_USAGE, "the text %s", why.text);
	if (found == SPOT_ACCOUNT)
		return err_set(err, ERR_USAGE, "%s is an account: give the hash or the envelope of a "
			       "transaction", account);
	return true;
}

bool tx_query_begin(struct tx_consult *consult, struct tx_query *query)
{
	query->tries = 1;
	if (!diagnoser_key(consult->diagnoser, &query->identity, query->key, &query->err))
		return false;
	want_rows(consult, query, TX_READS_ROWS);
	return true;
}

static void lose_rows(struct tx_consult *consult, const char *why)
{
	consult->rows_lost = true;
	fprintf(consult->work->context->err, "binnacle: %s cannot be read (%s): which other envelopes "
		"these payments have is not known, so nothing is safe before somebody confirms it\n",
		consult->work->settings.transactions_source, why);
}

static bool holds(const struct tx_consult *consult, const struct tx_query *query)
{
	return tx_pages_group_holds(consult->pages, "", query->key,
				    loop_now(consult->work->loop).steady);
}

/* True: they are read, or will not be. */
static bool read_rows(struct tx_consult *consult, struct tx_query *query)
{
	const char *why;

	if (!consult->pages || !has_hash(query) || consult->rows_lost)
		return true;
	query->read = holds(consult, query);
	why = query->read ? NULL : tx_pages_group_trouble(consult->pages, "", query->key);
	if (!why)
		return query->read;
	if (query->tries++ < ROW_TRIES)
		tx_pages_want_group(consult->pages, "", query->key);
	else
		lose_rows(consult, why);
	return consult->rows_lost;
}

/* By what its row says, which is what the platform recorded; an envelope that was given is used
 * where the row has none. */
static bool ask(struct tx_consult *consult, struct tx_query *query)
{
	struct tx_identity identity;
	char key[DIAGNOSER_KEY];
	int64_t created_at;

	if (!query->read ||
	    !tx_pages_identity(consult->pages, "", query->key, &identity, &created_at))
		return diagnoser_ask(consult->diagnoser, &query->identity, query->created_at, false, key,
				     &query->err);
	if (!identity.envelope)
		identity.envelope = query->identity.envelope;
	if (!diagnoser_ask(consult->diagnoser, &identity, created_at, false, key, &query->err))
		return false;
	(void)tx_intent_ask_others(&consult->intent, "", query->key, false);
	return true;
}

static bool is_asking(const struct tx_consult *consult, const struct tx_query *query)
{
	struct tx_case tx = { .judged = false };

	return (diagnoser_case(consult->diagnoser, query->key, &tx) && tx.asking) ||
	       (query->read && tx_intent_is_asking(&consult->intent, "", query->key));
}

bool tx_query_advance(struct tx_consult *consult, struct tx_query *query)
{
	if (query->stage != TX_ASKS && !read_rows(consult, query))
		return false;
	if (query->stage == TX_READS_ROWS && !ask(consult, query))
		return true;
	if (query->stage == TX_READS_AGAIN && query->read)
		(void)tx_intent_ask_others(&consult->intent, "", query->key, false);
	query->stage = TX_ASKS;
	if (is_asking(consult, query))
		return false;
	/* The platform may have tried again meanwhile. */
	if (query->read && !holds(consult, query)) {
		want_rows(consult, query, TX_READS_AGAIN);
		return false;
	}
	return true;
}

static void at_most(struct verdict *verdict, enum safety safe)
{
	if (verdict->safe > safe)
		verdict->safe = safe;
}

static bool is_row(const struct tx_consult *consult, const struct tx_query *query)
{
	const struct tx_line *lines;
	size_t count = 0;
	bool complete;

	return query->read &&
	       tx_pages_group(consult->pages, "", query->key, &lines, &count, &complete) && count > 0;
}

/* What the envelope alone would allow, the payment may forbid. */
static void limit(const struct tx_consult *consult, const struct tx_query *query,
		  struct tx_case *tx)
{
	if (!tx->decision.allowed[ACT_REBUILD])
		at_most(&tx->verdict, SAFE_NO);
	if ((consult->pages || query->of_list) && !tx->complete)
		at_most(&tx->verdict, SAFE_CONFIRM);
	if (consult->pages && !is_row(consult, query) && !tx->trouble[0])
		(void)str_put(tx->trouble, sizeof(tx->trouble), query->read ?
			      "it is in no row of the platform: whether its payment has other envelopes "
			      "is not known" :
			      "the platform's rows were not read: whether its payment has other "
			      "envelopes is not known");
}

bool tx_query_case(struct tx_consult *consult, const struct tx_query *query, struct tx_case *out)
{
	bool known;

	consult->intent.pages = query->read ? consult->pages : NULL;
	known = tx_intent_case(&consult->intent, "", query->key, out);
	consult->intent.pages = consult->pages;
	if (!known)
		return false;
	if (!has_hash(query))
		out->line.hash[0] = '\0';
	if (!out->judged && out->trouble[0])
		(void)str_put(out->verdict.because, sizeof(out->verdict.because), out->trouble);
	limit(consult, query, out);
	return true;
}

/* --- the exit status --- */

static int status_of(const struct verdict *verdict)
{
	switch (verdict_fate(verdict->kind)) {
	case FATE_CONFIRMED:
		return EXIT_OK;
	case FATE_FAILED:
		return EXIT_TX_FAILED;
	case FATE_DEAD:
		return verdict->safe == SAFE_YES ? EXIT_TX_SAFE : EXIT_TX_UNKNOWN;
	case FATE_LIVE:
		return EXIT_TX_PENDING;
	case FATE_UNKNOWN:
		break;
	}
	return EXIT_TX_UNKNOWN;
}

static void add_status(struct tx_tally *tally, int status)
{
	tally->mixed = tally->mixed || (tally->any && tally->status != status);
	tally->any = true;
	tally->status = status;
	tally->count++;
}

void tx_tally_add(struct tx_tally *tally, const struct tx_case *tx)
{
	for (size_t i = 0; i < tx->proof_count; i++) {
		tally->asked++;
		tally->answered += tx->proofs[i].status > 0;
	}
	add_status(tally, status_of(&tx->verdict));
}

void tx_tally_unknown(struct tx_tally *tally)
{
	add_status(tally, EXIT_TX_UNKNOWN);
}

int tx_tally_status(const struct tx_tally *tally)
{
	if (tally->asked > 0 && tally->answered == 0)
		return EXIT_NO_ANSWER;
	return tally->mixed || !tally->any ? EXIT_TX_UNKNOWN : tally->status;
}
