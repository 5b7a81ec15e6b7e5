/*
 * Are two envelopes the same payment? To say that they are not allows to pay again: it is said only
 * where nothing in them could be the same.
 */
#include <string.h>

#include "stellar/envelope.h"
#include "stellar/strkey.h"

/* Value goes to somebody, but not in a way that can be compared. */
static bool is_opaque(const struct envelope_op *op)
{
	return op->type == OPERATION_ACCOUNT_MERGE ||
	       op->type == OPERATION_CREATE_CLAIMABLE_BALANCE ||
	       op->type == OPERATION_INVOKE_HOST_FUNCTION;
}

struct moves { size_t payments, opaque; };

static struct moves moves_of(const struct envelope *envelope)
{
	struct moves moves = { 0 };

	for (size_t i = 0; i < envelope->op_count; i++) {
		moves.payments += envelope->ops[i].pays;
		moves.opaque += is_opaque(&envelope->ops[i]);
	}
	return moves;
}

static bool same_memo(const struct memo *a, const struct memo *b)
{
	return a->type == b->type && a->id == b->id && a->len == b->len &&
	       memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* Of a strict send the amount is what is sent, and what arrives is not known. */
static bool is_strict_send(const struct envelope_op *op)
{
	return op->type == OPERATION_PATH_PAYMENT_STRICT_SEND;
}

static bool same_amount(const struct envelope_op *a, const struct envelope_op *b)
{
	return is_strict_send(a) == is_strict_send(b) && a->amount == b->amount &&
	       strcmp(a->asset, b->asset) == 0;
}

static bool same_op(const struct envelope_op *a, const struct envelope_op *b)
{
	return same_amount(a, b) && strcmp(a->destination, b->destination) == 0;
}

/* A G... and every M... of it are one account; two G... are one only when they are alike. */
static bool same_account(const char *a, const char *b)
{
	enum { KEY = 32 };
	struct strkey first, second;

	if (strcmp(a, b) == 0 || (a[0] == 'G' && b[0] == 'G'))
		return strcmp(a, b) == 0;
	return strkey_read(str_of(a), &first, NULL) && strkey_read(str_of(b), &second, NULL) &&
	       memcmp(first.payload, second.payload, KEY) == 0;
}

static bool may_be_same_op(const struct envelope_op *a, const struct envelope_op *b)
{
	return (is_strict_send(a) != is_strict_send(b) || same_amount(a, b)) &&
	       same_account(a->destination, b->destination);
}

/* Each payment of `a` finds one of its own in `b`; there are as many. */
static bool same_payments(const struct envelope *a, const struct envelope *b)
{
	bool taken[ENVELOPE_OPS] = { false };

	for (size_t i = 0; i < a->op_count; i++) {
		size_t j = 0;

		if (!a->ops[i].pays)
			continue;
		while (j < b->op_count &&
		       (!b->ops[j].pays || taken[j] || !same_op(&a->ops[i], &b->ops[j])))
			j++;
		if (j == b->op_count)
			return false;
		taken[j] = true;
	}
	return true;
}

static bool share_payment(const struct envelope *a, const struct envelope *b)
{
	for (size_t i = 0; i < a->op_count; i++)
		for (size_t j = 0; a->ops[i].pays && j < b->op_count; j++)
			if (b->ops[j].pays && may_be_same_op(&a->ops[i], &b->ops[j]))
				return true;
	return false;
}

enum twin envelope_twin(const struct envelope *a, const struct envelope *b)
{
	struct moves of_a = moves_of(a), of_b = moves_of(b);

	if (of_a.payments + of_a.opaque == 0 || of_b.payments + of_b.opaque == 0)
		return TWIN_OTHER;
	if (of_a.opaque + of_b.opaque > 0)
		return TWIN_UNKNOWN;
	if (of_a.payments == of_b.payments && same_memo(&a->memo, &b->memo) && same_payments(a, b))
		return TWIN_SAME;
	return share_payment(a, b) ? TWIN_UNKNOWN : TWIN_OTHER;
}

bool envelope_same_payment(const struct envelope *a, const struct envelope *b)
{
	return envelope_twin(a, b) == TWIN_SAME;
}
