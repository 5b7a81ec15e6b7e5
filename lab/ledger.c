/* ledger.c: see ledger.h. */
#include "lab/ledger.h"

#include <stdio.h>

/* Ledger numbers of the size that real networks have, for any present after 2020. */
static const int64_t before_first = 800000000;

int64_t ledger_tip(msec now)
{
	return now / LEDGER_STEP - before_first;
}

msec ledger_closed_at(int64_t ledger)
{
	return (ledger + before_first) * LEDGER_STEP;
}

static void hash_of(char out[DIGEST_HEX], const char *what, int64_t number)
{
	char text[64];

	snprintf(text, sizeof(text), "%s %lld", what, (long long)number);
	digest_sha256(out, str_of(text));
}

void ledger_hash(char out[DIGEST_HEX], int64_t ledger)
{
	hash_of(out, "ledger", ledger);
}

int64_t ledger_everyday_sequence(int64_t ledger)
{
	static const int64_t made_in = 900;

	return (made_in << 32) + ledger;
}

void operation_draft(struct draft *out, const struct ledger_op *op)
{
	*out = (struct draft){
		.sequence = ledger_everyday_sequence(op->ledger),
		.fee = op->contract ? 60000 : 100,
		.max_time = (uint64_t)(ledger_closed_at(op->ledger) / WHEN_SECOND) + 30,
		.op = op->contract ? DRAFT_CALL : DRAFT_PAYMENT,
		.amount = 125000000,
		.function = "bridge_out",
	};
	(void)account_key_read(&out->source, op->contract ? LEDGER_SUBMITTER : LEDGER_PAYER);
	(void)account_key_read(&out->payee, LEDGER_PAYEE);
}

void operation_hash(char out[DIGEST_HEX], const struct ledger_op *op)
{
	struct draft draft;

	operation_draft(&draft, op);
	draft_hash(&draft, false, DRAFT_PASSPHRASE, out);
}

static bool is_quiet(const struct quiet *quiet, int64_t ledger)
{
	return quiet->from > 0 && ledger >= quiet->from &&
		(quiet->until == 0 || ledger < quiet->until);
}

int ledger_operations(int64_t ledger, const struct quiet *quiet,
		      struct ledger_op out[LEDGER_OPS_MAX])
{
	int count = 0;

	for (int64_t i = 0; i < LEDGER_OPS_MAX; i++) {
		bool contract = i == 1;

		if (contract && is_quiet(quiet, ledger))
			continue;
		out[count++] = (struct ledger_op){
			.ledger = ledger,
			.token = ledger << 32 | (i + 1) << 12 | 1,
			.contract = contract,
		};
	}
	return count;
}
