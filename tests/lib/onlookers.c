#include "tests/lib/onlookers.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

/* ---- requests ---- */

static bool hit(struct chain *chain, unsigned percent)
{
	return dice_hit(&chain->dice, percent);
}

static int64_t roll(struct chain *chain, int64_t sides)
{
	return (int64_t)dice_roll(&chain->dice, (uint64_t)sides);
}

/* Some node answers, after the network went on and the node ingested some of it. */
static int64_t *ask(struct backend *backend, struct chain *chain)
{
	int64_t *tip = &backend->tips[roll(chain, backend->nodes)];

	while (hit(chain, 35) && chain->count < LEDGERS_MOST / 2)
		chain_close(chain);
	if (hit(chain, 60))
		*tip += roll(chain, chain_tip(chain) - *tip + 1);
	return tip;
}

/* getTransaction reads the tip after it looked: a ledger may have come in between. */
static void race(struct view *view, int64_t *tip, struct chain *chain)
{
	if (*tip < chain_tip(chain) && hit(chain, 30))
		*tip += 1;
	if (chain->t.max_time && (uint64_t)chain_at(chain, *tip)->close > chain->t.max_time)
		view->past_by_rpc = true;
}

static bool kept(const struct backend *backend, int64_t tip, const struct entry *entry)
{
	return entry->ledger && !backend->filtered && !backend->reset && entry->ledger <= tip &&
	       entry->ledger > tip - backend->window;
}

static bool has_hash(const struct entry *entry, const char *hash)
{
	return *hash && ((entry->hashes[0] && !strcmp(entry->hashes[0], hash)) ||
			 (entry->hashes[1] && !strcmp(entry->hashes[1], hash)));
}

/* ---- evidence ---- */

static void add_found(struct tx_evidence *e, const struct backend *backend,
		      const struct entry *entry)
{
	struct found *found = &e->found[e->found_count];

	for (size_t i = 0; i < e->found_count; i++)
		if (!strcmp(e->found[i].src, backend->name))
			return;
	if (e->found_count == EVIDENCE_FINDS)
		return;
	*found = (struct found){ .ledger = entry->ledger, .ok = entry->ok, .hash_ok = true };
	str_put(found->src, sizeof(found->src), backend->name);
	str_put(found->code, sizeof(found->code), entry->code);
	e->found_count++;
}

static void add_consumer(struct tx_evidence *e, const struct backend *backend,
			 const struct entry *entry, int64_t sequence)
{
	struct consumer *c = &e->consumers[e->consumer_count];

	if (e->consumer_count == EVIDENCE_CONSUMERS)
		return;
	*c = (struct consumer){ .sequence = sequence, .ledger = entry->ledger, .ok = entry->ok };
	str_put(c->src, sizeof(c->src), backend->name);
	str_put(c->code, sizeof(c->code), entry->code);
	for (int i = 0; i < 2; i++)
		if (entry->hashes[i])
			str_put(c->hashes[i], sizeof(c->hashes[i]), entry->hashes[i]);
	e->consumer_count++;
}

/* Asks for each hash that is known; false: this source has none of them. */
static bool look_up(struct view *view, struct backend *backend, struct chain *chain)
{
	const struct tx_evidence *e = &view->evidence;
	const char *const hashes[] = { e->hashes[0], e->hashes[1], e->db_hash };
	bool any = false;

	for (int i = 0; i < 3; i++) {
		int64_t *tip;
		bool here;

		if (!*hashes[i] || (i == 2 && *hashes[0]))
			continue;
		tip = ask(backend, chain);
		here = kept(backend, *tip, &chain->landing) && has_hash(&chain->landing, hashes[i]);
		any = any || here;
		if (here)
			add_found(&view->evidence, backend, &chain->landing);
		else if (backend->rpc && !backend->reset)
			race(view, tip, chain);
	}
	return any;
}

static void fill_reset(struct account_read *read, struct chain *chain)
{
	read->at = read->b_ledger = 1000 + roll(chain, 100);
	read->b_close = chain_at(chain, chain_tip(chain))->close + 1000;
	read->exists = true;
	read->sequence = 5;
}

/* The tip, then the account: one atomic answer with its ledger. */
static const struct account_read *read_account(struct view *view, struct backend *backend,
					       struct chain *chain)
{
	struct tx_evidence *e = &view->evidence;
	struct account_read *read = &e->account[e->account_count];
	int64_t b = *ask(backend, chain), a = *ask(backend, chain);
	const struct ledger *state = chain_at(chain, a);

	if (e->account_count == EVIDENCE_READS)
		return &e->account[EVIDENCE_READS - 1];
	*read = (struct account_read){ .usable = !backend->headless, .at = a, .exists = state->exists,
				       .sequence = state->exists ? state->sequence : 0,
				       .b_ledger = b, .b_close = chain_at(chain, b)->close };
	if (backend->headless)
		read->at = chain_tip(chain);	/* what it might be taken for */
	if (state->exists) {
		read->sequence_ledger = state->sequence_ledger;
		read->sequence_time = state->sequence_time;
	}
	if (backend->reset)
		fill_reset(read, chain);
	str_put(read->src, sizeof(read->src), backend->name);
	if (!backend->reset)
		backend->heard = a > b ? a : b;
	e->account_count++;
	return read;
}

static void add_complete(struct tx_evidence *e, const struct backend *backend, int64_t tip_before,
			 bool oldest_ok)
{
	struct complete *c = &e->complete[e->complete_count];

	if (e->complete_count == EVIDENCE_COMPLETE)
		return;
	*c = (struct complete){ .tip_before = tip_before, .oldest_ok = oldest_ok };
	str_put(c->src, sizeof(c->src), backend->name);
	e->complete_count++;
}

static void look_for_consumer(struct view *view, struct backend *backend, struct chain *chain)
{
	int64_t tip = *ask(backend, chain);

	if (kept(backend, tip, &chain->user))
		add_consumer(&view->evidence, backend, &chain->user, chain->t.sequence);
	if (kept(backend, tip, &chain->landing) && hit(chain, 50))
		add_consumer(&view->evidence, backend, &chain->landing, chain->t.sequence);
}

static void ask_backend(struct view *view, struct backend *backend, struct chain *chain)
{
	const struct account_read *read;
	int64_t tip_before;
	bool found;

	if (hit(chain, 30))
		look_up(view, backend, chain);		/* a quick one, for finding only */
	if (view->known == KNOWN_HASH) {
		look_up(view, backend, chain);
		return;
	}
	read = read_account(view, backend, chain);
	if (!backend->rpc && read->exists && read->sequence < chain->t.sequence)
		return;
	tip_before = backend->heard;
	found = look_up(view, backend, chain);
	if (backend->rpc && !found && !backend->reset)
		add_complete(&view->evidence, backend, tip_before,
			     *ask(backend, chain) - backend->window < chain->born);
	look_for_consumer(view, backend, chain);
}

/* ---- a view ---- */

static void start_backend(struct backend *backend, struct chain *chain, int number, bool may_reset)
{
	*backend = (struct backend){ .rpc = hit(chain, 45), .nodes = 1, .window = 1000 };
	backend->reset = may_reset && hit(chain, 4);
	backend->filtered = !backend->rpc && hit(chain, 20);
	backend->headless = !backend->rpc && hit(chain, 8);
	if (hit(chain, 30))
		backend->nodes = (int)(2 + roll(chain, NODES - 1));
	if (hit(chain, 15))
		backend->window = 5 + roll(chain, 20);
	for (int i = 0; i < backend->nodes; i++)
		backend->tips[i] = chain_tip(chain) - (hit(chain, 50) ? 0 : roll(chain, 10));
	snprintf(backend->name, sizeof(backend->name), "%c%u", backend->rpc ? 'r' : 'h',
		 (unsigned)number % 100);
}

static void start_evidence(struct view *view, struct chain *chain)
{
	struct tx_evidence *e = &view->evidence;
	const char *outer = chain->wrapped ? HASH_WRAPPER : HASH_INNER;
	int64_t i = roll(chain, 100);

	view->known = i < 80 ? KNOWN_ENVELOPE : i < 92 ? KNOWN_SEQUENCE : KNOWN_HASH;
	e->highwater = chain_tip(chain);
	if (view->known != KNOWN_ENVELOPE || hit(chain, 50))
		str_put(e->db_hash, sizeof(e->db_hash), outer);
	if (view->known == KNOWN_HASH)
		return;
	e->has_tx = true;
	e->tx = chain->t;
	e->tx.envelope = view->known == KNOWN_ENVELOPE;
	if (!e->tx.envelope)
		return;
	str_put(e->hashes[0], sizeof(e->hashes[0]), outer);
	if (chain->wrapped)
		str_put(e->hashes[1], sizeof(e->hashes[1]), HASH_INNER);
}

void view_start(struct view *view, struct chain *chain)
{
	struct tx_evidence *e = &view->evidence;

	e->found_count = e->account_count = e->consumer_count = e->complete_count = 0;
	e->has_tx = false;
	e->db_hash[0] = e->hashes[0][0] = e->hashes[1][0] = '\0';
	view->balanced = view->past_by_rpc = false;
	view->count = (int)(1 + roll(chain, BACKENDS));
	for (int i = 0; i < view->count; i++) {
		struct backend *backend = &view->backends[i];

		start_backend(backend, chain, i, view->count > 1);
		view->balanced = view->balanced || (backend->rpc && backend->nodes > 1);
		view->slowest[i] = backend->tips[0];
		for (int k = 1; k < backend->nodes; k++)
			if (backend->tips[k] < view->slowest[i])
				view->slowest[i] = backend->tips[k];
	}
	start_evidence(view, chain);
}

void view_round(struct view *view, struct chain *chain)
{
	for (int i = 0; i < view->count; i++)
		ask_backend(view, &view->backends[i], chain);
}

/* ---- what could be known ---- */

/* Every node of it had the entry, and none has dropped it since. */
static bool shows(const struct backend *backend, int64_t slowest, const struct chain *chain,
		  const struct entry *entry)
{
	return kept(backend, slowest, entry) &&
	       entry->ledger > chain_tip(chain) - backend->window;
}

static bool shows_t(const struct view *view, int i, const struct chain *chain)
{
	const struct tx_evidence *e = &view->evidence;
	const struct entry *t = &chain->landing;

	return t->effect && shows(&view->backends[i], view->slowest[i], chain, t) &&
	       (has_hash(t, e->db_hash) || has_hash(t, e->hashes[0]) || has_hash(t, e->hashes[1]));
}

static bool is_over(const struct chain *chain, int64_t ledger)
{
	const struct life *t = &chain->t;

	return (t->max_time && (uint64_t)chain_at(chain, ledger)->close > t->max_time) ||
	       (t->max_ledger && ledger + 1 >= t->max_ledger);
}

/* What was free when it began may be used since, and then nobody may be able to tell by whom. */
static bool is_unused_now(const struct chain *chain)
{
	const struct ledger *state = chain_at(chain, chain_tip(chain));

	return state->exists && state->sequence < chain->t.sequence;
}

static bool decidable_by(const struct view *view, int i, const struct chain *chain, bool *final)
{
	const struct backend *backend = &view->backends[i];
	const struct ledger *state;

	if (backend->reset)
		return false;
	*final = true;
	if (shows_t(view, i, chain))
		return true;
	if (view->known == KNOWN_HASH)
		return false;
	if (chain->user.effect && shows(backend, view->slowest[i], chain, &chain->user))
		return true;
	state = chain_at(chain, view->slowest[i]);
	if (backend->headless)
		return false;
	if (!state->exists || state->sequence >= chain->t.sequence) {
		*final = false;		/* it has every transaction since T was made, and not T */
		return backend->rpc && state->exists && !chain->landing.ledger &&
		       chain_tip(chain) - backend->window < chain->born;
	}
	*final = view->known == KNOWN_ENVELOPE && is_over(chain, view->slowest[i]);
	return *final || is_unused_now(chain);
}

bool view_decidable(const struct view *view, const struct chain *chain, bool *final)
{
	bool any = false, some_final = false;

	for (int i = 0; i < view->count; i++) {
		bool one = false;

		if (!decidable_by(view, i, chain, &one))
			continue;
		any = true;
		some_final = some_final || one;
	}
	*final = some_final;
	return any;
}
