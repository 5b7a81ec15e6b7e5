#include "app/tx_consult.h"

#include <stdio.h>
#include <string.h>

#include "app/paths.h"

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

bool tx_consult_open(struct tx_consult *consult, struct work *work, tx_changed *changed, void *arg,
		     struct err *err)
{
	*consult = (struct tx_consult){ .work = work };
	consult->errands = errands_new(work->loop, work->context->environment);
	open_casebook(consult);
	consult->diagnoser = diagnoser_new(&(struct diagnoser_setup){
		.loop = work->loop, .settings = &work->settings, .estate = &work->estate,
		.errands = consult->errands, .casebook = consult->casebook, .changed = changed,
		.arg = arg }, err);
	consult->intent = (struct tx_intent){
		.diagnoser = consult->diagnoser, .casebook = consult->casebook,
		.config = &work->settings.transactions,
	};
	return consult->diagnoser;
}

void tx_consult_close(struct tx_consult *consult)
{
	diagnoser_free(consult->diagnoser);
	errands_free(consult->errands);
	casebook_close(consult->casebook);
	*consult = (struct tx_consult){ .work = consult->work };
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
