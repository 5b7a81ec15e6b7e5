/* handin.c: see handin.h. */
#include "lab/handin.h"

#include <string.h>

#include "base/mem.h"
#include "lab/xdrout.h"
#include "stellar/base64.h"
#include "stellar/envelope.h"

enum { LEDGERS_LATER = 2, FEE = 100 };

static const struct {
	const char *word;
	int status, number;
	const char *name;
} handins[] = {
#define X(sym, word, status, number, name) [HANDIN_##sym] = { word, status, number, name },
	HANDINS(X)
#undef X
};

const char *handin_word(enum handin how)
{
	return handins[how].word;
}

int handin_status(enum handin how)
{
	return handins[how].status;
}

bool handin_refused(enum handin how)
{
	return handins[how].number != 0;
}

const char *handin_code(enum handin how)
{
	return handins[how].name;
}

void handin_result(enum handin how, char out[BOOK_BASE64])
{
	struct buf xdr = { 0 };

	xdrout_u64(&xdr, FEE);
	xdrout_u32(&xdr, (uint32_t)handins[how].number);
	xdrout_u32(&xdr, 0);
	digest_base64(out, BOOK_BASE64, str_sub(buf_cstr(&xdr), xdr.len));
	buf_done(&xdr);
}

/* Operations whose success carries nothing, and those that draft.c knows. */
static bool known_operation(enum operation type)
{
	return type == OPERATION_CREATE_ACCOUNT || type == OPERATION_PAYMENT ||
		type == OPERATION_ACCOUNT_MERGE || type == OPERATION_MANAGE_DATA ||
		type == OPERATION_BUMP_SEQUENCE || type == OPERATION_INVOKE_HOST_FUNCTION;
}

static void take_payment(struct draft *draft, const struct envelope_op *op)
{
	draft->op = (enum draft_op)op->type;
	(void)account_key_read(&draft->payer, op->source);
	if (!op->pays)
		return;
	(void)account_key_read(&draft->payee, op->destination);
	draft->amount = op->amount;
	draft->asset = strcmp(op->asset, "native") == 0 ? NULL : "USDC";
}

static void take_envelope(struct draft *draft, const struct envelope *envelope)
{
	size_t memo = envelope->memo.type == MEMO_TEXT ? envelope->memo.len : 0;

	*draft = (struct draft){
		.sequence = envelope->sequence, .fee = FEE,
		.min_time = envelope->min_time, .max_time = envelope->max_time,
		.min_ledger = envelope->min_ledger, .max_ledger = envelope->max_ledger,
		.min_sequence = envelope->has_min_sequence ? envelope->min_sequence : 0,
	};
	(void)account_key_read(&draft->source, envelope->source_account);
	(void)account_key_read(&draft->fee_source, envelope->fee_source);
	memcpy(draft->memo, envelope->memo.bytes, memo < DRAFT_MEMO ? memo : DRAFT_MEMO - 1);
	take_payment(draft, &envelope->ops[0]);
}

static bool read_envelope(struct booked *out, const char *base64)
{
	struct envelope *envelope = mem_new(sizeof(*envelope));
	struct buf xdr = { 0 };
	struct str text = str_of(base64);
	struct err err;
	bool good = text.len < BOOK_BASE64 && base64_read(text, &xdr, &err) &&
		envelope_read(str_sub(buf_cstr(&xdr), xdr.len), envelope, &err) &&
		envelope->op_count == 1 && known_operation(envelope->ops[0].type);

	if (good) {
		*out = (struct booked){ .flags = BOOKED_ALL };
		str_put(out->name, sizeof(out->name), "handed in");
		take_envelope(&out->draft, envelope);
		envelope_hash(envelope, str_sub(buf_cstr(&xdr), xdr.len), DRAFT_PASSPHRASE,
			      out->hash, out->inner);
	}
	mem_free(envelope);
	buf_done(&xdr);
	return good;
}

/* What the ledger after the next would make of it. */
static enum handin judge(const struct book *book, const struct draft *draft, int64_t tip)
{
	int64_t ledger = tip + LEDGERS_LATER;
	uint64_t closes = (uint64_t)(ledger_closed_at(ledger) / WHEN_SECOND);
	struct account_state state;
	bool gap;

	book_state(book, &draft->source, tip, &state);
	gap = state.sequence < (draft->min_sequence ? draft->min_sequence : draft->sequence - 1);
	if (draft->min_time > closes || draft->min_ledger > ledger)
		return HANDIN_TOO_EARLY;
	if ((draft->max_time && draft->max_time < closes) ||
	    (draft->max_ledger && draft->max_ledger <= ledger))
		return HANDIN_TOO_LATE;
	if (!state.exists)
		return HANDIN_NO_ACCOUNT;
	if (state.sequence >= draft->sequence || gap)
		return HANDIN_BAD_SEQ;
	for (size_t i = 0; i < book->count; i++)
		if (book->items[i].ledger > tip && account_key_same(&book->items[i].draft.source, &draft->source))
			return HANDIN_BUSY;
	return HANDIN_TAKEN;
}

/* The book has it already when the platform has a row of it. */
static struct booked *booked_as(struct book *book, const char *hash)
{
	for (size_t i = 0; i < book->count; i++)
		if (strcmp(book->items[i].hash, hash) == 0)
			return &book->items[i];
	return NULL;
}

static struct booked *book_in(struct book *book, const struct booked *handed, const char *base64,
			      int64_t ledger)
{
	struct booked *item = booked_as(book, handed->hash);

	if (!item)
		item = book_add_foreign(book, handed, base64);
	if (item)
		item->ledger = ledger;
	return item;
}

enum handin handin(struct book *book, const char *base64, int64_t tip, char hash[DIGEST_HEX],
		   const struct booked **item)
{
	struct booked handed, everyday;
	enum handin how;

	hash[0] = '\0';
	*item = NULL;
	if (!read_envelope(&handed, base64))
		return HANDIN_MALFORMED;
	str_put(hash, DIGEST_HEX, handed.hash);
	*item = book_find(book, hash, tip, &everyday);
	if (*item == &everyday)
		*item = NULL;
	else if (*item && (*item)->ledger > 0)
		return HANDIN_KNOWN;
	how = judge(book, &handed.draft, tip);
	if (how == HANDIN_TAKEN)
		*item = book_in(book, &handed, base64, tip + LEDGERS_LATER);
	return how == HANDIN_TAKEN && !*item ? HANDIN_BUSY : how;
}
