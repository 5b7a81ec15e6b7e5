/*
 * The fold of transactions (incident_tx.h).
 */
#include <string.h>

#include "base/mem.h"
#include "core/incident_fold.h"

void tx_done(struct incident_tx *tx)
{
	for (size_t i = 0; i < tx->deed_count; i++)
		mem_free(tx->deeds[i].text);
	mem_free(tx->deeds);
}

/* --- looking -------------------------------------------------------------------------------- */

static bool is_it(const struct incident_tx *tx, const char *hash, const char *id)
{
	return *hash ? strcmp(tx->hash, hash) == 0 : strcmp(tx->id, id) == 0;
}

struct incident_tx *incident_tx(const struct incident *incident, const char *hash, const char *id)
{
	const char *known = *event_text(hash) ? hash : event_text(id);
	size_t next = 0, at;

	if (!*known)
		return NULL;
	while (incident->lookup &&
	       lookup_next(incident->lookup, lookup_hash(LOOKUP_TX, known), &next, &at)) {
		if (is_it(&incident->txs[at], event_text(hash), event_text(id)))
			return &incident->txs[at];
	}
	for (at = 0; !incident->lookup && at < incident->tx_count; at++) {
		if (is_it(&incident->txs[at], event_text(hash), event_text(id)))
			return &incident->txs[at];
	}
	return NULL;
}

const struct tx_deed *tx_open_deed(const struct incident_tx *tx)
{
	for (size_t i = tx->deed_count; i > 0; i--)
		if (!tx->deeds[i - 1].ended)
			return &tx->deeds[i - 1];
	return NULL;
}

const struct tx_deed *tx_last_deed(const struct incident_tx *tx)
{
	return tx->deed_count > 0 ? &tx->deeds[tx->deed_count - 1] : NULL;
}

static struct tx_deed *find_deed(const struct incident *incident, const char *event)
{
	size_t next = 0, at;

	while (lookup_next(incident->lookup, lookup_hash(LOOKUP_DEED, event), &next, &at)) {
		struct incident_tx *tx = &incident->txs[at];

		for (size_t i = 0; i < tx->deed_count; i++)
			if (strcmp(tx->deeds[i].event, event) == 0)
				return &tx->deeds[i];
	}
	return NULL;
}

const struct tx_deed *incident_deed(const struct incident *incident, const char *event)
{
	return find_deed(incident, event);
}

const char *tx_deed_word(const struct tx_deed *deed)
{
	if (!deed->ended)
		return deed->interrupted ? "UNKNOWN OUTCOME" : "under way";
	if (!deed->judged)
		return "UNKNOWN OUTCOME";
	return deed->well ? "done" : "NOT DONE";
}

static bool is_final(enum verdict_kind verdict, enum safety safe)
{
	switch (verdict_fate(verdict)) {
	case FATE_CONFIRMED:
	case FATE_FAILED:
		return true;
	case FATE_DEAD:
		return safe == SAFE_YES;
	case FATE_LIVE:
	case FATE_UNKNOWN:
		return false;
	}
	return false;
}

bool tx_verdict_stands(const struct incident_tx *tx, enum verdict_kind verdict, enum safety safe)
{
	return tx->diagnosed && is_final(tx->verdict, tx->safe) && !is_final(verdict, safe) &&
	       verdict != VERDICT_SOURCES_DISAGREE && verdict != VERDICT_HASH_MISMATCH;
}

bool safety_find(const char *word, enum safety *out)
{
	for (int safe = SAFE_NO; safe <= SAFE_YES; safe++) {
		if (strcmp(safety_word((enum safety)safe), word) == 0) {
			*out = (enum safety)safe;
			return true;
		}
	}
	return false;
}

/* --- folding -------------------------------------------------------------------------------- */

/* The transaction that the event names; made where it is new. NULL: it names none. */
static struct incident_tx *tx_of(struct folding *f)
{
	struct incident *incident = f->incident;
	char hash[TX_HASH_TEXT], id[NAME_TEXT];
	struct incident_tx *tx;

	put_line(hash, sizeof(hash), f->data->hash);
	put_line(id, sizeof(id), f->data->id);
	tx = incident_tx(incident, hash, id);
	if (!tx && (hash[0] || id[0])) {
		incident->txs = mem_grow(incident->txs, &incident->tx_cap, incident->tx_count + 1,
					 sizeof(*tx));
		tx = &incident->txs[incident->tx_count];
		*tx = (struct incident_tx){ .at = WHEN_NEVER };
		str_put(tx->hash, sizeof(tx->hash), hash);
		lookup_add(incident->lookup, lookup_hash(LOOKUP_TX, hash[0] ? hash : id),
			   incident->tx_count++);
	}
	if (tx && id[0])
		str_put(tx->id, sizeof(tx->id), id);
	return tx;
}

void fold_TX_DIAGNOSED(struct folding *f)
{
	enum verdict_kind verdict;
	enum safety safe;
	struct incident_tx *tx;

	if (f->data->has & F(sha256))
		evidence_add(f, "proof");
	if (!verdict_find(f->data->verdict, &verdict) || !safety_find(f->data->safe, &safe))
		return;
	tx = tx_of(f);
	if (!tx)
		return;
	f->repeat = tx->diagnosed && tx->verdict == verdict && tx->safe == safe;
	if (tx_verdict_stands(tx, verdict, safe))
		return;
	tx->diagnosed = true;
	tx->verdict = verdict;
	tx->safe = safe;
	tx->at = f->event->at;
	put_line(tx->because, sizeof(tx->because), f->data->because);
	put_line(tx->row, sizeof(tx->row), f->data->how);
	put_line(tx->sha256, sizeof(tx->sha256), f->data->sha256);
	str_put(tx->by, sizeof(tx->by), f->event->by);
}

static void unask(struct incident_tx *tx)
{
	tx->asked_by[0] = tx->asked_how[0] = tx->asked_digest[0] = '\0';
}

void fold_TX_ACT_ASKED(struct folding *f)
{
	struct incident_tx *tx = tx_of(f);

	if (!tx)
		return;
	str_put(tx->asked_by, sizeof(tx->asked_by), f->event->by);
	put_line(tx->asked_how, sizeof(tx->asked_how), f->data->how);
	put_line(tx->asked_digest, sizeof(tx->asked_digest), f->data->sha256);
}

void fold_TX_ACT_STARTED(struct folding *f)
{
	struct incident_tx *tx = tx_of(f);
	struct tx_deed *deed;

	if (!tx)
		return;
	tx->deeds = mem_grow(tx->deeds, &tx->deed_cap, tx->deed_count + 1, sizeof(*deed));
	deed = &tx->deeds[tx->deed_count++];
	*deed = (struct tx_deed){ .at = f->event->at, .ended_at = WHEN_NEVER,
				  .text = mem_text(event_text(f->data->text)) };
	str_put(deed->event, sizeof(deed->event), f->event->id);
	str_put(deed->origin, sizeof(deed->origin), f->event->origin);
	str_put(deed->by, sizeof(deed->by), f->event->by);
	put_line(deed->how, sizeof(deed->how), f->data->how);
	put_line(deed->target, sizeof(deed->target), f->data->target);
	put_line(deed->because, sizeof(deed->because), f->data->because);
	put_line(deed->reason, sizeof(deed->reason), f->data->reason);
	unask(tx);
	lookup_add(f->incident->lookup, lookup_hash(LOOKUP_DEED, f->event->id),
		   (size_t)(tx - f->incident->txs));
}

void fold_TX_ACT_ENDED(struct folding *f)
{
	struct tx_deed *deed = find_deed(f->incident, event_text(f->data->of));

	if (!deed)
		return;
	f->repeat = deed->ended;
	if (f->repeat)
		return;
	deed->ended = true;
	deed->ended_at = f->event->at;
	deed->judged = f->data->has & F(ok);
	deed->well = deed->judged && f->data->ok;
	put_line(deed->outcome, sizeof(deed->outcome), f->data->text);
}

void tx_interrupt(struct folding *f)
{
	for (size_t i = 0; i < f->incident->tx_count; i++) {
		struct incident_tx *tx = &f->incident->txs[i];

		for (size_t j = 0; j < tx->deed_count; j++)
			if (!tx->deeds[j].ended &&
			    strcmp(tx->deeds[j].origin, f->event->origin) == 0)
				tx->deeds[j].interrupted = true;
	}
}

static void put_dismissed(struct folding *f, bool dismissed)
{
	struct incident_tx *tx = tx_of(f);

	if (!tx)
		return;
	f->repeat = tx->dismissed == dismissed;
	if (f->repeat)
		return;
	tx->dismissed = dismissed;
	put_line(tx->dismissed_reason, sizeof(tx->dismissed_reason), f->data->reason);
	str_put(tx->dismissed_by, sizeof(tx->dismissed_by), dismissed ? f->event->by : "");
}

void fold_TX_DISMISSED(struct folding *f)
{
	put_dismissed(f, true);
}

void fold_TX_RESTORED(struct folding *f)
{
	put_dismissed(f, false);
}
