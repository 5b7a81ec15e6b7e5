/*
 * tx_value.c: the parts of a transaction as text. Memos and names are a stranger's: they are shown
 * as scrubbed text or as hexadecimal digits, and never as what they would do.
 */

#include "ui/tx_proof.h"
#include "ui/tx_say.h"

const char *tx_value_label(enum tx_value which)
{
	static const char *const labels[] = {
#define X(sym, label) label,
		TX_VALUES(X)
#undef X
	};

	return labels[which];
}

static void put_hex(const unsigned char *bytes, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++)
		buf_fmt(out, "%02x", bytes[i]);
}

static void say_memo(const struct memo *memo, struct buf *out)
{
	struct text text;

	buf_text(out, memo_type_name(memo->type));
	switch (memo->type) {
	case MEMO_NONE:
		break;
	case MEMO_TEXT:
		text = text_of(str_sub((const char *)memo->bytes, memo->len));
		buf_fmt(out, " \"%s\"", text.bytes);
		break;
	case MEMO_ID:
		buf_fmt(out, " %llu", (unsigned long long)memo->id);
		break;
	case MEMO_HASH: case MEMO_RETURN:
		buf_char(out, ' ');
		put_hex(memo->bytes, memo->len, out);
		break;
	}
}

static void say_second(uint64_t at, struct buf *out)
{
	char time[WHEN_TEXT];

	if (at == 0 || at > 253402300799) {
		buf_fmt(out, "%llu", (unsigned long long)at);
		return;
	}
	when_format(time, (msec)at * WHEN_SECOND);
	buf_text(out, time);
}

static void say_times(const struct envelope *is, struct buf *out)
{
	if (!is->has_time_bounds) {
		buf_text(out, is->max_ledger > 0 ? "no time bounds, but a last ledger" :
			 "for ever: it has no bounds");
		return;
	}
	if (is->min_time > 0) {
		buf_text(out, "from ");
		say_second(is->min_time, out);
		buf_char(out, ' ');
	}
	if (is->max_time > 0) {
		buf_text(out, "until a ledger closes after ");
		say_second(is->max_time, out);
	} else {
		buf_text(out, is->max_ledger > 0 ? "no last time, but a last ledger" :
			 "for ever: its bound is 0");
	}
}

static void say_others(const struct envelope *is, struct buf *out)
{
	if (is->has_min_sequence)
		buf_fmt(out, "the account at sequence %lld or later", (long long)is->min_sequence);
	if (is->min_sequence_age > 0)
		buf_fmt(out, "%s%llu s since its number was set", out->len ? ", " : "",
			(unsigned long long)is->min_sequence_age);
	if (is->min_sequence_gap > 0)
		buf_fmt(out, "%s%u ledgers since its number was set", out->len ? ", " : "",
			is->min_sequence_gap);
	for (size_t i = 0; i < is->signer_count && i < ENVELOPE_SIGNERS; i++)
		buf_fmt(out, "%ssigner %s", out->len ? ", " : "", is->signers[i].text);
}

static void say_envelope(const struct envelope *is, enum tx_value which, struct buf *out)
{
	switch (which) {
	case TX_VALUE_SOURCE:
		buf_text(out, is->source);
		break;
	case TX_VALUE_SEQUENCE:
		buf_fmt(out, "%lld", (long long)is->sequence);
		break;
	case TX_VALUE_FEE_SOURCE:
		buf_text(out, is->fee_source);
		break;
	case TX_VALUE_FEE:
		buf_fmt(out, "%lld stroops", (long long)is->fee);
		break;
	case TX_VALUE_TIMES:
		say_times(is, out);
		break;
	case TX_VALUE_LEDGERS:
		if (is->has_ledger_bounds)
			buf_fmt(out, "from %u, before %u%s", is->min_ledger, is->max_ledger,
				is->max_ledger == 0 ? " (no end)" : "");
		break;
	case TX_VALUE_OTHERS:
		say_others(is, out);
		break;
	case TX_VALUE_MEMO:
		say_memo(&is->memo, out);
		break;
	case TX_VALUE_SIGNATURES:
		buf_fmt(out, "%zu signature%s", is->signature_count, is->signature_count == 1 ? "" : "s");
		break;
	case TX_VALUE_VERDICT: case TX_VALUE_ID: case TX_VALUE_HASH: case TX_VALUE_INNER:
	case TX_VALUE_XDR: case TX_VALUE_COUNT:
		break;
	}
}

/* What the platform says of it, where there is no envelope. */
static void say_line(const struct tx_case *is, enum tx_value which, struct buf *out)
{
	if (which == TX_VALUE_SOURCE)
		buf_text(out, is->line.account);
	if (which == TX_VALUE_SEQUENCE && is->line.has_sequence)
		buf_fmt(out, "%lld", (long long)is->line.sequence);
}

bool tx_value(const struct tx_case *is, enum tx_value which, struct buf *out)
{
	size_t before = out->len;
	const char *whole = which == TX_VALUE_ID ? is->line.id : which == TX_VALUE_HASH ? is->line.hash :
			    which == TX_VALUE_INNER ? is->inner_hash :
			    which == TX_VALUE_XDR ? is->xdr : NULL;
	bool is_whole = which == TX_VALUE_ID || which == TX_VALUE_HASH || which == TX_VALUE_INNER ||
			(which == TX_VALUE_XDR && is->xdr);

	if (which == TX_VALUE_VERDICT)
		buf_fmt(out, "%s: %s", is->judged ? verdict_name(is->verdict.kind) : "not judged",
			is->judged ? is->verdict.because : is->trouble);
	else if (is_whole)
		buf_text(out, whole);
	else if (is->envelope)
		say_envelope(is->envelope, which, out);
	else
		say_line(is, which, out);
	return out->len > before;
}
