/* book.c: see book.h. */
#include "lab/book.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"

enum { EVERYDAY_KEPT = 900, ORDER_FIRST = LEDGER_OPS_MAX + 1 };

static const char *const expectation_names[] = {
#define X(sym, name) [EXPECT_##sym] = (name),
	EXPECTATIONS(X)
#undef X
};

const struct booked_account *book_account(struct book *book, const char *name, int64_t since)
{
	struct booked_account *account = &book->accounts[book->account_count];

	for (size_t i = 0; i < book->account_count; i++)
		if (strcmp(book->accounts[i].name, name) == 0)
			return &book->accounts[i];
	if (book->account_count == BOOK_MOST)
		return NULL;
	book->account_count++;
	account->since = since;
	str_put(account->name, sizeof(account->name), name);
	account_key_of(&account->key, name);
	return account;
}

static struct booked *append(struct book *book, const struct booked *item)
{
	struct booked *added = &book->items[book->count];

	if (book->count == BOOK_MOST)
		return NULL;
	*added = *item;
	added->order = ORDER_FIRST + (int)book->count++;
	return added;
}

struct booked *book_add_foreign(struct book *book, const struct booked *item, const char *base64)
{
	struct booked *added = append(book, item);

	if (added)
		added->foreign = mem_text(base64);
	return added;
}

struct booked *book_add(struct book *book, const struct booked *item)
{
	struct booked *added = append(book, item);

	if (!added)
		return NULL;
	draft_hash(&added->draft, false, DRAFT_PASSPHRASE, added->hash);
	if (!account_key_none(&added->draft.fee_source))
		draft_hash(&added->draft, true, DRAFT_PASSPHRASE, added->inner);
	return added;
}

int64_t booked_token(const struct booked *item)
{
	return item->ledger << 32 | (int64_t)item->order << 12;
}

void booked_envelope(const struct booked *item, char out[BOOK_BASE64])
{
	struct buf xdr = { 0 };

	if (item->foreign) {
		str_put(out, BOOK_BASE64, item->foreign);
		return;
	}
	draft_envelope(&item->draft, false, &xdr);
	digest_base64(out, BOOK_BASE64, str_sub(buf_cstr(&xdr), xdr.len));
	buf_done(&xdr);
}

void booked_result(const struct booked *item, char out[BOOK_BASE64])
{
	struct buf xdr = { 0 };

	draft_result(&item->draft, item->inner, item->op_code, &xdr);
	digest_base64(out, BOOK_BASE64, str_sub(buf_cstr(&xdr), xdr.len));
	buf_done(&xdr);
}

void book_everyday(const struct ledger_op *op, struct booked *out)
{
	*out = (struct booked){
		.ledger = op->ledger,
		.order = (int)(op->token >> 12 & 0xfffff),
	};
	operation_draft(&out->draft, op);
	draft_hash(&out->draft, false, DRAFT_PASSPHRASE, out->hash);
}

/* A hash leads nowhere by itself: the last ledgers are looked through. */
static bool find_everyday(const char *hash, int64_t tip, struct booked *out)
{
	static const struct quiet never;
	struct ledger_op ops[LEDGER_OPS_MAX];

	for (int64_t ledger = tip; ledger > tip - EVERYDAY_KEPT; ledger--) {
		int count = ledger_operations(ledger, &never, ops);

		for (int i = 0; i < count; i++) {
			book_everyday(&ops[i], out);
			if (strcmp(out->hash, hash) == 0)
				return true;
		}
	}
	return false;
}

const struct booked *book_find(const struct book *book, const char *hash, int64_t tip,
			       struct booked *out)
{
	const struct booked *found = NULL;

	for (size_t i = 0; i < book->count; i++) {
		const struct booked *item = &book->items[i];

		if (strcmp(item->hash, hash) != 0 && strcmp(item->inner, hash) != 0)
			continue;
		if (item->ledger > 0)
			return item;
		found = item;
	}
	return found ? found : find_everyday(hash, tip, out) ? out : NULL;
}

/* What one transaction that was applied by then has made of its source. */
static void apply(const struct booked *item, struct account_state *state)
{
	int64_t sequence = item->draft.sequence;

	if (item->op_code == 0 && item->draft.op == DRAFT_MERGE)
		state->exists = false;
	if (item->op_code == 0 && item->draft.op == DRAFT_BUMP && item->draft.bump_to > sequence)
		sequence = item->draft.bump_to;
	if (sequence <= state->sequence)
		return;
	state->sequence = sequence;
	state->sequence_ledger = item->ledger;
}

bool book_is_everyday(const struct account_key *key)
{
	static const char *const addresses[] = { LEDGER_PAYER, LEDGER_PAYEE, LEDGER_SUBMITTER };
	char text[DRAFT_ACCOUNT];

	account_key_text(key, text);
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
		if (strcmp(text, addresses[i]) == 0)
			return true;
	return false;
}

void book_state(const struct book *book, const struct account_key *key, int64_t at,
		struct account_state *out)
{
	*out = (struct account_state){ 0 };
	if (book_is_everyday(key))
		*out = (struct account_state){ true, ledger_everyday_sequence(at), at };
	for (size_t i = 0; i < book->account_count; i++) {
		int64_t since = book->accounts[i].since;

		if (account_key_same(&book->accounts[i].key, key) && since <= at)
			*out = (struct account_state){ true, since << 32, since };
	}
	if (!out->exists)
		return;
	for (size_t i = 0; i < book->count; i++) {
		const struct booked *item = &book->items[i];

		if (item->ledger > 0 && item->ledger <= at && account_key_same(&item->draft.source, key))
			apply(item, out);
	}
}

static bool is_over(const struct draft *draft, int64_t tip)
{
	uint64_t closed = (uint64_t)(ledger_closed_at(tip) / WHEN_SECOND);

	return (draft->max_time != 0 && closed > draft->max_time) ||
		(draft->max_ledger != 0 && tip + 1 >= draft->max_ledger);
}

enum expectation book_expected(const struct book *book, const struct booked *item, int64_t tip)
{
	struct account_state state;
	struct booked everyday;

	if (item->expected != EXPECT_LIVE && item->expected != EXPECT_GAP &&
	    item->expected != EXPECT_EARLY)
		return item->expected;
	item = book_find(book, item->hash, tip, &everyday);	/* or in a fee bump by now */
	if (item->ledger > 0 && item->ledger <= tip)
		return item->op_code == 0 ? EXPECT_CONFIRMED : EXPECT_FAILED;
	book_state(book, &item->draft.source, tip, &state);
	if (state.sequence >= item->draft.sequence)
		return EXPECT_CONSUMED;
	return is_over(&item->draft, tip) ? EXPECT_EXPIRED : item->expected;
}

static const char *safe_word(const struct booked *item, enum expectation expected)
{
	switch (expected) {
	case EXPECT_GONE: return "confirm";
	case EXPECT_CONSUMED: return item->flags & BOOKED_ASSUMED ? "confirm" : "true";
	case EXPECT_FAILED:
	case EXPECT_EXPIRED: return "true";
	case EXPECT_NOTHING:
	case EXPECT_HASH_MISMATCH:
	case EXPECT_DISAGREE:
	case EXPECT_CONFIRMED:
	case EXPECT_LIVE:
	case EXPECT_GAP:
	case EXPECT_EARLY:
	case EXPECT_STALE:
	case EXPECT_NO_ENVELOPE:
	case EXPECT_NO_IDENTITY: break;
	}
	return "false";
}

/* As the row has it: without the fee bump that somebody else put around it. */
static void set_recorded(json_t *json, const struct booked *item)
{
	bool inner = (item->flags & BOOKED_INNER) != 0;
	char hash[DIGEST_HEX], text[BOOK_BASE64];
	struct buf xdr = { 0 };

	draft_hash(&item->draft, inner, item->flags & BOOKED_MISMATCH ? DRAFT_OTHER_PASSPHRASE :
		   DRAFT_PASSPHRASE, hash);
	draft_envelope(&item->draft, inner, &xdr);
	digest_base64(text, sizeof(text), str_sub(buf_cstr(&xdr), xdr.len));
	buf_done(&xdr);
	json_set_text(json, "hash", item->flags & BOOKED_HASH ? hash : NULL);
	json_set_text(json, "envelope_xdr", item->flags & BOOKED_ENVELOPE ? text : NULL);
}

static void set_account(json_t *json, const char *name, const struct account_key *key, bool known)
{
	char text[DRAFT_ACCOUNT];

	account_key_text(key, text);
	json_set_text(json, name, known ? text : NULL);
}

static void set_payment(json_t *json, const struct draft *draft)
{
	struct buf amount = { 0 };

	set_account(json, "destination", &draft->payee, true);
	json_set_text(json, "asset", draft->asset ? draft->asset : "XLM");
	buf_fmt(&amount, "%lld.%07lld", (long long)(draft->amount / 10000000),
		(long long)(draft->amount % 10000000));
	json_set_text(json, "amount", buf_cstr(&amount));
	buf_done(&amount);
	/* Not scrubbed: what is hostile in it must reach the database as it is. */
	json_set(json, "memo", draft->memo[0] ? json_string(draft->memo) : json_null());
}

static void set_sequence(json_t *json, const struct booked *item)
{
	struct buf text = { 0 };

	buf_fmt(&text, "%lld", (long long)item->draft.sequence);
	json_set_text(json, "sequence", item->flags & BOOKED_SEQUENCE ? buf_cstr(&text) : NULL);
	buf_done(&text);
}

static json_t *line_of(const struct book *book, const struct booked *item, int64_t tip)
{
	enum expectation expected = book_expected(book, item, tip);
	json_t *json = json_object();

	json_set_text(json, "name", item->name);
	json_set_text(json, "table", item->table);
	json_set_text(json, "key", item->key);
	set_recorded(json, item);
	set_account(json, "source", &item->draft.source, (item->flags & BOOKED_SEQUENCE) != 0);
	set_sequence(json, item);
	set_payment(json, &item->draft);
	json_set_i64(json, "created_at", item->created);
	json_set_i64(json, "attempts", item->attempts);
	json_set_text(json, "last_error", item->trouble);
	json_set_i64(json, "valid_until", (int64_t)item->draft.max_time);
	json_set_i64(json, "ledger", item->ledger);
	json_set_text(json, "network_hash", item->hash);
	json_set_text(json, "expected", expectation_names[expected]);
	json_set_text(json, "safe_to_cancel", safe_word(item, expected));
	return json;
}

void book_list(const struct book *book, int64_t tip, struct buf *out)
{
	for (size_t i = 0; i < book->count; i++) {
		const struct booked *item = &book->items[i];
		json_t *json;

		if (!item->table)
			continue;
		json = line_of(book, item, tip);
		json_write(out, json);
		buf_char(out, '\n');
		json_decref(json);
	}
}
