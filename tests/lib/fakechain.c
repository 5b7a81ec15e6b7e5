/* fakechain.c: ledgers, the account's number in each of them, and its transactions. */
#include "tests/lib/fakechain.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"

uint64_t fake_random(uint64_t *seed)
{
	uint64_t x = *seed;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return *seed = x;
}

void fake_chain_init(struct fake_chain *chain, int64_t first, int64_t close, int64_t sequence)
{
	*chain = (struct fake_chain){ .passphrase = FAKE_NETWORK, .account = 'S', .first = first,
				      .now = first };
	chain->closes = mem_grow(NULL, &chain->close_cap, 1, sizeof(*chain->closes));
	chain->closes[0] = close;
	fake_set_state(chain, true, sequence);
}

void fake_chain_done(struct fake_chain *chain)
{
	for (size_t i = 0; i < chain->tx_count; i++)
		fake_envelope_done(&chain->txs[i].envelope);
	mem_free(chain->closes);
	mem_free(chain->txs);
	mem_free(chain->states);
}

void fake_close(struct fake_chain *chain, int64_t seconds)
{
	size_t count = (size_t)(chain->now - chain->first) + 1;

	chain->closes = mem_grow(chain->closes, &chain->close_cap, count + 1,
				 sizeof(*chain->closes));
	chain->closes[count] = chain->closes[count - 1] + seconds;
	chain->now++;
}

int64_t fake_close_of(const struct fake_chain *chain, int64_t ledger)
{
	if (ledger < chain->first)
		return chain->closes[0] - (chain->first - ledger) * 5;
	assert(ledger <= chain->now);
	return chain->closes[ledger - chain->first];
}

const struct fake_state *fake_state_at(const struct fake_chain *chain, int64_t ledger)
{
	size_t i = chain->state_count;

	while (i > 1 && chain->states[i - 1].ledger > ledger)
		i--;
	return &chain->states[i - 1];
}

void fake_set_state(struct fake_chain *chain, bool exists, int64_t sequence)
{
	chain->states = mem_grow(chain->states, &chain->state_cap, chain->state_count + 1,
				 sizeof(*chain->states));
	chain->states[chain->state_count++] = (struct fake_state){
		chain->now, sequence, chain->now, exists };
}

void fake_apply(struct fake_chain *chain, const struct fake_plan *plan, unsigned char wrapper,
		int code)
{
	struct fake_tx *tx;
	unsigned index = 1;

	if (chain->tx_count && chain->txs[chain->tx_count - 1].ledger == chain->now)
		index = chain->txs[chain->tx_count - 1].index + 1;
	chain->txs = mem_grow(chain->txs, &chain->tx_cap, chain->tx_count + 1,
			      sizeof(*chain->txs));
	tx = &chain->txs[chain->tx_count++];
	*tx = (struct fake_tx){ .ledger = chain->now, .index = index, .source = plan->source,
				.sequence = plan->sequence, .code = code,
				.pays = plan->amount > 0 };
	fake_envelope(&tx->envelope, plan, chain->passphrase, wrapper);
	if (plan->source == chain->account && code != -5)
		fake_set_state(chain, true, plan->sequence);
}
