#include "tests/lib/ledgers.h"

#include <assert.h>

enum { PAST = 12, FIRST_CLOSE = 1700000000 };

uint64_t dice_roll(struct dice *dice, uint64_t sides)
{
	uint64_t x = dice->state += UINT64_C(0x9e3779b97f4a7c15);	/* splitmix64 */

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (x ^ (x >> 31)) % sides;
}

bool dice_hit(struct dice *dice, unsigned percent)
{
	return dice_roll(dice, 100) < percent;
}

static int64_t roll(struct chain *chain, int64_t sides)
{
	return (int64_t)dice_roll(&chain->dice, (uint64_t)sides);
}

static bool hit(struct chain *chain, unsigned percent)
{
	return dice_hit(&chain->dice, percent);
}

int64_t chain_tip(const struct chain *chain)
{
	return chain->first + chain->count - 1;
}

const struct ledger *chain_at(const struct chain *chain, int64_t ledger)
{
	assert(ledger >= chain->first && ledger <= chain_tip(chain));
	return &chain->ledgers[ledger - chain->first];
}

/* May a ledger that closes then take a transaction of this life, by the state before it? */
static bool applies(const struct life *t, const struct ledger *before, int64_t number,
		    int64_t close)
{
	int64_t least = t->has_min_sequence ? t->min_sequence : t->sequence - 1;

	if (!before->exists || before->sequence < least || before->sequence >= t->sequence ||
	    t->sequence == number << 32)
		return false;
	if ((t->max_time && (uint64_t)close > t->max_time) || (uint64_t)close < t->min_time ||
	    (t->max_ledger && number >= t->max_ledger) || number < t->min_ledger)
		return false;
	return (uint64_t)(close - before->sequence_time) >= t->min_sequence_age &&
	       number - before->sequence_ledger >= t->min_sequence_gap;
}

static void set_sequence(struct ledger *now, int64_t number, int64_t sequence)
{
	now->sequence = sequence;
	now->sequence_ledger = number;
	now->sequence_time = now->close;
}

/* Other accounts' transactions may have operations of this one. */
static void bump(struct chain *chain, struct ledger *now, int64_t number)
{
	static const int64_t to[] = { -3, -2, -1, -1, 0, 0, 1, 5 };
	int64_t sequence = chain->t.sequence + to[roll(chain, 8)];

	if (now->exists && sequence > now->sequence)
		set_sequence(now, number, sequence);
}

/* ACCOUNT_MERGE_SEQNUM_TOO_FAR: neither its number nor one of this ledger may be what a new
 * account would begin above. */
static void merge(struct ledger *now, int64_t number, int64_t used)
{
	if (now->exists && now->sequence < number << 32 && used < number << 32)
		now->exists = false;
}

static void foreign(struct chain *chain, struct ledger *now, int64_t number, int64_t used)
{
	if (!now->exists && hit(chain, 12)) {
		now->exists = true;
		set_sequence(now, number, number << 32);
	} else if (hit(chain, 3)) {
		merge(now, number, used);
	} else if (hit(chain, 2)) {
		bump(chain, now, number);
	}
}

/* Included; what came before it in the same ledger may leave it nothing to do. */
static void include(struct chain *chain, struct ledger *now, int64_t number, int64_t sequence,
		    struct entry *entry)
{
	*entry = (struct entry){ .ledger = number };
	if (!now->exists || now->sequence >= sequence) {
		entry->code = now->exists ? "txBAD_SEQ" : "txNO_ACCOUNT";
		return;
	}
	entry->effect = true;
	entry->ok = hit(chain, 70);
	entry->code = entry->ok ? "txSUCCESS" : hit(chain, 80) ? "txFAILED" : "txBAD_AUTH";
	set_sequence(now, number, sequence);
}

static void include_t(struct chain *chain, struct ledger *now, int64_t number)
{
	struct entry *t = &chain->landing;

	include(chain, now, number, chain->t.sequence, t);
	t->hashes[0] = chain->wrapped && hit(chain, 50) ? HASH_WRAPPER : hit(chain, 30) ? "W" : NULL;
	t->hashes[t->hashes[0] ? 1 : 0] = HASH_INNER;
}

/* Of the same account: with T's number, before it, or far beyond it. */
static void include_other(struct chain *chain, const struct ledger *before, struct ledger *now,
			  int64_t number)
{
	static const int64_t jump[] = { 0, 0, 0, 1, 2, 40 };
	struct life other = { .sequence = chain->t.sequence + jump[roll(chain, 6)],
			      .has_min_sequence = hit(chain, 30) };
	struct entry entry;

	if (!other.has_min_sequence)
		other.sequence = before->sequence + 1;
	if (!applies(&other, before, number, now->close))
		return;
	include(chain, now, number, other.sequence, &entry);
	entry.hashes[0] = hit(chain, 70) ? "X" : "Y";
	entry.hashes[1] = hit(chain, 50) ? "Z" : NULL;
	if (other.sequence == chain->t.sequence)
		chain->user = entry;
}

static struct ledger *next(struct chain *chain, int64_t seconds)
{
	struct ledger *now = &chain->ledgers[chain->count];

	assert(chain->count < LEDGERS_MOST);
	*now = now[-1];
	now->close += seconds;
	chain->count++;
	return now;
}

/* Close times rise by at least a second. */
void chain_close(struct chain *chain)
{
	struct ledger *now = next(chain, hit(chain, 80) ? 5 : 1 + roll(chain, 20));
	const struct ledger *before = now - 1;
	int64_t number = chain_tip(chain);
	bool t = chain->born && !chain->landing.ledger && hit(chain, 15) &&
		 applies(&chain->t, before, number, now->close);
	int64_t used = t ? chain->t.sequence : 0;
	bool first = hit(chain, 50);

	if (first)
		foreign(chain, now, number, used);
	if (t)
		include_t(chain, now, number);
	else if (hit(chain, 4))
		include_other(chain, before, now, number);
	if (!first)
		foreign(chain, now, number, used ? used : now->sequence);
}

void chain_attack(struct chain *chain)
{
	struct ledger *now = next(chain, 1);
	int64_t number = chain_tip(chain);

	if (!chain->landing.effect && applies(&chain->t, now - 1, number, now->close)) {
		include_t(chain, now, number);
		chain->landing.ok = true;
	} else if (!now->exists) {
		now->exists = true;
		set_sequence(now, number, number << 32);
	} else if (now->sequence < chain->t.sequence - 1 && !chain->t.has_min_sequence) {
		set_sequence(now, number, chain->t.sequence - 1);
	} else if (now->sequence < chain->t.min_sequence && chain->t.has_min_sequence) {
		set_sequence(now, number, chain->t.min_sequence);
	}
}

/* Near the account's number, or at the edge where a new account would begin. */
static int64_t choose_sequence(struct chain *chain)
{
	int64_t tip = chain_tip(chain);

	if (hit(chain, 15))
		return ((tip + roll(chain, 30)) << 32) + roll(chain, 4) - 1;
	return chain_at(chain, tip)->sequence + 1 + (hit(chain, 15) ? roll(chain, 4) : 0);
}

static struct life choose_life(struct chain *chain)
{
	int64_t tip = chain_tip(chain), close = chain_at(chain, tip)->close;
	struct life t = { .envelope = true, .sequence = choose_sequence(chain) };

	if (hit(chain, 80))
		t.max_time = (uint64_t)(close + roll(chain, 70));
	if (hit(chain, 35))
		t.max_ledger = (uint32_t)(tip + 1 + roll(chain, 16));
	if (hit(chain, 15))
		t.min_time = (uint64_t)(close + roll(chain, 30));
	if (hit(chain, 15))
		t.min_ledger = (uint32_t)(tip + roll(chain, 8));
	t.has_min_sequence = hit(chain, 20);
	if (t.has_min_sequence)
		t.min_sequence = t.sequence - 1 - roll(chain, 6);
	if (hit(chain, 10))
		t.min_sequence_age = (uint64_t)roll(chain, 60);
	if (hit(chain, 10))
		t.min_sequence_gap = (uint32_t)roll(chain, 10);
	return t;
}

void chain_start(struct chain *chain, uint64_t seed)
{
	chain->dice.state = seed;
	chain->first = 1000000;
	chain->count = 1;
	chain->born = 0;
	chain->landing = chain->user = (struct entry){ 0 };
	chain->ledgers[0] = (struct ledger){ .close = FIRST_CLOSE, .exists = true };
	set_sequence(&chain->ledgers[0], chain->first, ((chain->first - roll(chain, 9)) << 32) + 7);
	chain->t = (struct life){ .sequence = chain->ledgers[0].sequence + 6 };
	for (int i = 0; i < PAST; i++)
		chain_close(chain);
	chain->t = choose_life(chain);
	chain->wrapped = hit(chain, 35);
	chain->user = (struct entry){ 0 };
	chain->born = chain_tip(chain);
}
