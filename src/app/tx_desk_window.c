/*
 * tx_desk_window.c: the lines that screens see: what was pasted, then the window of the platform's
 * rows, by verdict or by payment where that is wanted.
 */
#include <string.h>

#include "app/tx_desk_inside.h"

/* What was pasted and is a row of the window stands there alone. */
static bool is_listed(const struct caseload *load, const char *hash)
{
	for (size_t i = 0; i < load->count; i++)
		if (strcmp(load->lines[i].hash, hash) == 0)
			return true;
	return false;
}

static void put_pasted(struct tx_desk *desk, const struct pasted *pasted, struct tx_line *line)
{
	struct tx_case tx = { .judged = false };

	if (tx_intent_line(&desk->intent, "", pasted->identity.hash, line))
		return;
	line->has_envelope = pasted->identity.envelope != NULL;
	if (!desk->diagnoser || !diagnoser_case(desk->diagnoser, pasted->identity.hash, &tx) ||
	    !tx.evidence || !tx.evidence->has_tx)
		return;
	line->has_sequence = true;
	line->sequence = tx.evidence->tx.sequence;
	line->valid_until = (int64_t)tx.evidence->tx.max_time;
	line->valid_before = tx.evidence->tx.max_ledger;
	if (tx.envelope)
		(void)str_put(line->account, sizeof(line->account), tx.envelope->source_account);
}

int desk_rank(const struct tx_desk *desk, const struct tx_line *line)
{
	static const int ranks[] = {
		[FATE_DEAD] = 0, [FATE_FAILED] = 1, [FATE_CONFIRMED] = 2, [FATE_LIVE] = 3,
		[FATE_UNKNOWN] = 4,
	};
	struct tx_case tx = { .judged = false };

	if (!desk->diagnoser || !line->hash[0] ||
	    !diagnoser_case(desk->diagnoser, line->hash, &tx) || !tx.judged)
		return 5;
	return ranks[verdict_fate(tx.verdict.kind)];
}

struct place {				/* of a line in the picture of the window */
	const struct tx_line *line;
	int rank;
};

static bool goes_before(const struct tx_desk *desk, const struct place *a, const struct place *b)
{
	if (desk->grouped && strcmp(a->line->intent, b->line->intent) != 0)
		return strcmp(a->line->intent, b->line->intent) < 0;
	return a->rank < b->rank;
}

/* Stable, and the window is short: what is equal stays as the database gave it. */
static void sort_window(const struct tx_desk *desk, struct place *places, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct place place = places[i];
		size_t at = i;

		while (at > 0 && goes_before(desk, &place, &places[at - 1])) {
			places[at] = places[at - 1];
			at--;
		}
		places[at] = place;
	}
}

static void put_window(struct tx_desk *desk, const struct tx_line *window, size_t count,
		       struct tx_line *out)
{
	struct place places[CASELOAD_LINES];

	for (size_t i = 0; i < count; i++)
		places[i] = (struct place){
			&window[i], desk->order == TX_BY_VERDICT ? desk_rank(desk, &window[i]) : 0 };
	sort_window(desk, places, count);
	for (size_t i = 0; i < count; i++)
		out[i] = *places[i].line;
}

void desk_put_lines(struct tx_desk *desk, struct caseload *load)
{
	const struct tx_line *window = load->lines;
	size_t pasted = 0, count = load->count < CASELOAD_LINES ? load->count : CASELOAD_LINES;

	for (size_t i = desk->pasted_count; i > 0; i--)
		if (!is_listed(load, desk->pasted[i - 1].identity.hash))
			put_pasted(desk, &desk->pasted[i - 1], &desk->lines[pasted++]);
	put_window(desk, window, count, desk->lines + pasted);
	load->lines = desk->lines;
	load->pasted = pasted;
	load->count = pasted + count;
}
