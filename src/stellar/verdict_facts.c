#include "stellar/verdict_facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The last second that has an RFC 3339 form. */
#define LAST_TIME UINT64_C(253402300799)

/* A ledger this far below the highest one ever seen is of another network, or of a reset one. */
enum { RESET_LEDGERS = 50000 };

/* Does a code in a ledger use the sequence number? Others leave it as it was. */
static const char *const using_codes[] = {
	"txFAILED", "txBAD_AUTH", "txBAD_AUTH_EXTRA", "txINSUFFICIENT_BALANCE", "txINTERNAL_ERROR",
	"txBAD_SPONSORSHIP", "txBAD_MIN_SEQ_AGE_OR_GAP", "txFEE_BUMP_INNER_FAILED",
};

enum effect fact_effect(bool ok, const char *code)
{
	for (size_t i = 0; !ok && i < ARRAY_LEN(using_codes); i++)
		if (!strcmp(code, using_codes[i]))
			return EFFECT_USED;
	return ok ? EFFECT_USED : EFFECT_UNPROVEN;
}

static bool is_ours(const struct tx_evidence *e, const char *hash)
{
	return *hash && (!strcasecmp(hash, e->db_hash) || !strcasecmp(hash, e->hashes[0]) ||
			 !strcasecmp(hash, e->hashes[1]));
}

bool fact_identified(const struct tx_evidence *e)
{
	return e->db_hash[0] || e->hashes[0][0];
}

bool fact_hashed(const struct tx_evidence *e)
{
	return e->hashes[0][0] != '\0';
}

bool fact_ours(const struct tx_evidence *e, const struct consumer *c)
{
	return is_ours(e, c->hashes[0]) || is_ours(e, c->hashes[1]);
}

bool fact_other(const struct tx_evidence *e, const struct consumer *c)
{
	return e->has_tx && c->sequence == e->tx.sequence && (c->hashes[0][0] || c->hashes[1][0]) &&
	       fact_identified(e) && !fact_ours(e, c);
}

bool fact_reset(const struct tx_evidence *e, const struct account_read *read)
{
	return read->at < e->highwater - RESET_LEDGERS;
}

bool fact_usable(const struct tx_evidence *e, const struct account_read *read)
{
	return read->usable && read->at > 0 && !fact_reset(e, read);
}

bool fact_unused(const struct tx_evidence *e, const struct account_read *read)
{
	return e->has_tx && fact_usable(e, read) && read->exists && read->sequence < e->tx.sequence;
}

bool fact_used(const struct tx_evidence *e, const struct account_read *read)
{
	return e->has_tx && fact_usable(e, read) && read->exists && read->sequence >= e->tx.sequence;
}

bool fact_close_known(const struct account_read *read)
{
	return read->b_ledger > 0 && read->b_ledger <= read->at && read->b_close > 0;
}

const struct account_read *fact_latest(const struct tx_evidence *e)
{
	const struct account_read *latest = NULL;

	for (size_t i = 0; i < e->account_count; i++)
		if (fact_usable(e, &e->account[i]) && (!latest || e->account[i].at > latest->at))
			latest = &e->account[i];
	return latest;
}

int64_t fact_used_by(const struct tx_evidence *e)
{
	int64_t ledger = -1;

	for (size_t i = 0; i < e->account_count; i++)
		if (fact_used(e, &e->account[i]) && (ledger < 0 || e->account[i].at < ledger))
			ledger = e->account[i].at;
	return ledger;
}

bool fact_used_since(const struct tx_evidence *e, int64_t ledger)
{
	for (size_t i = 0; i < e->account_count; i++)
		if (fact_used(e, &e->account[i]) && e->account[i].at >= ledger)
			return true;
	return false;
}

const struct complete *fact_complete(const struct tx_evidence *e, int64_t ledger)
{
	for (size_t i = 0; i < e->complete_count; i++)
		if (e->complete[i].oldest_ok && e->complete[i].tip_before >= ledger)
			return &e->complete[i];
	return NULL;
}

size_t fact_landings(const struct tx_evidence *e)
{
	return e->found_count + e->consumer_count;
}

bool fact_landing(const struct tx_evidence *e, size_t i, struct landing *out)
{
	const struct consumer *c;

	if (!fact_identified(e))
		return false;
	if (i < e->found_count) {
		*out = (struct landing){ e->found[i].code, e->found[i].ledger, e->found[i].ok, false };
		return true;
	}
	c = &e->consumers[i - e->found_count];
	*out = (struct landing){ c->code, c->ledger, c->ok, true };
	return fact_ours(e, c);
}

void fact_say(struct verdict *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(out->because, sizeof(out->because), fmt, args);
	va_end(args);
}

const char *fact_time(char out[WHEN_TEXT], uint64_t seconds)
{
	if (seconds > LAST_TIME)
		snprintf(out, WHEN_TEXT, "the year 10000");
	else
		when_format(out, (msec)seconds * WHEN_SECOND);
	return out;
}
