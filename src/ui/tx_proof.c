#include "ui/tx_proof.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "ui/rows.h"
#include "ui/tx_record.h"
#include "ui/tx_say.h"

enum { LABEL = 12, XDR_SHOWN = 48 };

static void put(struct page *page, enum role role, const char *label, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
static void put(struct page *page, enum role role, const char *label, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	page_text(page);
	page_put(page, 1, LABEL - 1, ROLE_DIM, "%s", label);
	page_wrap(page, 1 + LABEL, role, buf_cstr(&text));
	buf_done(&text);
}

/* --- the verdict ---------------------------------------------------------------------------- */

static void put_unjudged(struct page *page, const struct tx_case *is)
{
	if (is->trouble[0])
		put(page, ROLE_UNKNOWN, "cannot ask", "%s", is->trouble);
	else if (!is->asking)
		put(page, ROLE_PLAIN, "do now", "d asks the network what became of it");
}

static void put_allowed(struct page *page, const struct tx_case *is)
{
	struct buf words = { 0 };

	for (int act = 0; act < ACT_COUNT; act++)
		if (is->decision.allowed[act])
			buf_fmt(&words, "%s%s", words.len ? ", " : "", act_word((enum tx_act)act));
	put(page, ROLE_STRONG, "may be done", "%s%s. t shows each",
	    words.len ? buf_cstr(&words) : "nothing",
	    words.len && is->decision.confirm ? ", with a reason" : "");
	buf_done(&words);
}

static void put_judged(const struct scene *scene, struct page *page, const struct tx_case *is)
{
	static const char *const twins[] = {
		[TWIN_UNKNOWN] = "was used by what nobody has compared with this payment yet",
		[TWIN_OTHER] = "was used by another payment",
		[TWIN_SAME] = "was used by the SAME payment: it was paid",
	};
	const struct verdict *verdict = &is->verdict;
	struct buf when = { 0 };
	char at[SAY_TEXT];

	put(page, ROLE_PLAIN, "because", "%s", verdict->because);
	put(page, ROLE_STRONG, "do now", "%s", verdict->next);
	if (verdict->kind == VERDICT_DEAD_SEQ_CONSUMED)
		put(page, is->consumer == TWIN_OTHER ? ROLE_PLAIN : ROLE_WARN, "its number", "%s",
		    twins[is->consumer]);
	put_allowed(page, is);
	tx_say_decidable(scene, verdict, &when);
	if (when.len > 0)
		put(page, ROLE_STRONG, "decidable", "%s", buf_cstr(&when));
	else if (verdict_fate(verdict->kind) == FATE_LIVE)
		put(page, ROLE_WARN, "decidable", "never by itself: it has no bound");
	say_time(scene, is->judged_at, at);
	put(page, ROLE_PLAIN, "judged", "%s, %s", at, verdict->final ? "final: nothing changes it" :
	    verdict->safe == SAFE_CONFIRM ? "on a stated assumption" : "not final: it is asked again");
	buf_done(&when);
}

static void put_row(const struct scene *scene, struct page *page, const struct tx_case *is)
{
	struct buf money = { 0 };
	char age[TX_WORDS], until[TX_WORDS];

	tx_say_money(&is->line, &money);
	tx_say_age(is->line.age_s, age);
	tx_say_until(scene, &is->line, until);
	if (is->line.amount[0])
		put(page, ROLE_STRONG, "money", "%s", buf_cstr(&money));
	if (is->line.id[0])
		put(page, ROLE_PLAIN, "the row", "%s, age %s, valid until: %s", is->line.status, age, until);
	if (is->line.last_error[0])
		put(page, ROLE_PLAIN, "last error", "%s", is->line.last_error);
	if (is->line.attempts >= 0)
		put(page, ROLE_PLAIN, "attempts", "%ld", is->line.attempts);
	buf_done(&money);
}

static void put_verdict(const struct scene *scene, struct page *page, const struct tx_case *is)
{
	char words[TX_WORDS], hash[TX_WORDS];
	enum role role = tx_say_verdict(is, words);
	struct item item = { ITEM_TX_VALUE, TX_VALUE_VERDICT };
	struct text right = text_fmt("%s%s ", is->line.id[0] ? "row " : "pasted", is->line.id);

	tx_say_account(is->line.hash[0] ? is->line.hash : is->line.id, hash);
	page_title(page, text_fmt("TRANSACTION %s", hash).bytes, right.bytes);
	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "state", words);
	page_put(page, 1, LABEL - 1, ROLE_DIM, "verdict");
	page_put(page, 1 + LABEL, page->cols - LABEL - 2, role, "%s%s%s%s", words,
		 is->judged ? " (" : "", is->judged ? verdict_name(is->verdict.kind) : "",
		 is->judged ? ")" : "");
	if (is->judged && is->asking)
		put(page, ROLE_STRONG, "", "asked again now: %u of %u", is->asked, is->of);
	if (is->dismissed)
		put(page, ROLE_STRONG, "dismissed", "%s", is->dismissed_reason);
	if (is->judged)
		put_judged(scene, page, is);
	else
		put_unjudged(page, is);
	put_row(scene, page, is);
}

/* --- the payment ---------------------------------------------------------------------------- */

static void row_member(struct page *page, const struct tx_case *is, size_t i)
{
	enum { VERDICT = 15 };
	const struct tx_member *member = &is->members[i];
	struct tx_case as = { .judged = member->member.judged };
	struct item item = tx_item_member(member);
	char words[TX_WORDS], hash[TX_WORDS];
	enum role role;
	int x;

	as.verdict.kind = member->member.verdict;
	role = tx_say_verdict(&as, words);
	tx_say_account(member->member.hash[0] ? member->member.hash : member->id, hash);
	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "hash", member->member.hash);
	page_field(page, "state", words);
	page_put(page, 1, VERDICT, role, "%s", words);
	x = page_put(page, 1 + VERDICT + 1, 12, ROLE_PLAIN, "%s", hash) + 2;
	page_put(page, x, page->cols - x - 1, ROLE_PLAIN, "%s%s", i == is->self ? "this one; " : "",
		 member->what);
}

static void put_payment(struct page *page, const struct tx_case *is)
{
	char right[SAY_TEXT] = "";

	if (is->member_count == 0 && !is->decision.because[0])
		return;
	if (is->member_count > 0)
		tx_say_members(is, is->member_count, right);
	page_title(page, "THE PAYMENT", text_fmt("%s%s", right, right[0] ? " " : "").bytes);
	if (is->intent_key[0])
		put(page, ROLE_PLAIN, "known by", "%s", is->intent_key);
	if (is->decision.because[0])
		put(page, ROLE_STRONG, "decision", "%s", is->decision.because);
	put(page, is->complete ? ROLE_PLAIN : ROLE_WARN, "all of it?", "%s", is->complete ?
	    "yes: the platform stores every envelope that it signs" :
	    "not known: there may be envelopes that nobody stored");
	for (size_t i = 0; i < is->member_count; i++)
		row_member(page, is, i);
}

/* --- the proof ------------------------------------------------------------------------------ */

static void say_ledger(int64_t ledger, char out[TX_WORDS])
{
	out[0] = '\0';
	if (ledger > 0)
		(void)snprintf(out, TX_WORDS, " L%lld", (long long)ledger);
}

static void say_status(int status, char out[TX_WORDS])
{
	if (status > 0)
		(void)snprintf(out, TX_WORDS, "%d", status);
	else
		(void)snprintf(out, TX_WORDS, "no answer");
}

static void row_proof(const struct scene *scene, struct page *page, const struct tx_proof *proof,
		      size_t i)
{
	struct item item = { ITEM_TX_PROOF, i };
	char at[SAY_TEXT], status[TX_WORDS], ledger[TX_WORDS], took[TX_WORDS];
	int x;

	say_time(scene, proof->at, at);
	say_status(proof->status, status);
	say_ledger(proof->ledger, ledger);
	page_row(page, (struct row){ ROW_ITEM, item, item, proof->status == 0 });
	page_field(page, "name", proof->endpoint);
	page_field(page, "state", status);
	x = page_put(page, 1, page->cols, ROLE_DIM, "%-9s", at) + 1;
	x = page_put(page, x, page->cols, proof->status == 200 ? ROLE_PLAIN : ROLE_STRONG, "%s%s",
		     status, ledger) + 1;
	row_took(proof->took, took, sizeof(took));
	page_put(page, x, page->cols - x - 1, ROLE_PLAIN, "%s, %s", proof->endpoint, took);
	put(page, ROLE_PLAIN, "  asked", "%s", proof->what);
	put(page, ROLE_STRONG, "  says", "%s", proof->says);
	for (size_t h = 0; h < ARRAY_LEN(proof->headers); h++)
		if (proof->headers[h][0])
			put(page, ROLE_PLAIN, h ? "" : "  headers", "%s", proof->headers[h]);
	if (proof->sha256[0])
		put(page, ROLE_DIM, "  sha256", "%s", proof->sha256);	/* of the body */
}

static void put_proofs(const struct scene *scene, struct page *page, const struct tx_case *is)
{
	char right[TX_WORDS];

	(void)snprintf(right, sizeof(right), "%zu request%s ", is->proof_count,
		       is->proof_count == 1 ? "" : "s");
	page_title(page, "PROOF", right);
	if (is->judged && is->verdict.row[0]) {
		put(page, ROLE_PLAIN, "decided by", "row %s of the decision table", is->verdict.row);
		put(page, ROLE_PLAIN, "proves it", "%s", tx_say_theorem(is->verdict.row));
	}
	if (is->proof_count == 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_DIM, "%s", is->judged ?
			 "judged before this console began; d asks again and shows the proof" :
			 "nothing was asked yet");
	}
	for (size_t i = 0; i < is->proof_count; i++)
		row_proof(scene, page, &is->proofs[i], i);
}

/* --- the transaction ------------------------------------------------------------------------ */

static void row_value(struct page *page, const struct tx_case *is, enum tx_value which)
{
	struct item item = { ITEM_TX_VALUE, (uint64_t)which };
	struct buf text = { 0 };

	if (tx_value(is, which, &text)) {
		page_row(page, (struct row){ ROW_ITEM, item, item, false });
		page_field(page, "name", tx_value_label(which));
		page_put(page, 1, LABEL - 1, ROLE_DIM, "%s", tx_value_label(which));
		if (which == TX_VALUE_XDR)
			page_put(page, 1 + LABEL, page->cols - LABEL - 2, ROLE_PLAIN, "%zu characters, y copies: %.*s~",
				 text.len, XDR_SHOWN, buf_cstr(&text));
		else
			page_wrap(page, 1 + LABEL, ROLE_PLAIN, buf_cstr(&text));
	}
	buf_done(&text);
}

static void put_op(struct page *page, const struct envelope_op *op, size_t i)
{
	char label[TX_WORDS];

	(void)snprintf(label, sizeof(label), "op %zu", i + 1);
	if (!op->pays)
		put(page, ROLE_PLAIN, label, "%s%s%s", operation_name(op->type), op->source[0] ? " of " : "",
		    op->source);
	else
		put(page, ROLE_PLAIN, label, "%s %lld.%07lld %s to %s%s%s", operation_name(op->type),
		    (long long)(op->amount / 10000000), (long long)(op->amount % 10000000), op->asset,
		    op->destination, op->source[0] ? " of " : "", op->source);
}

static void put_transaction(struct page *page, const struct tx_case *is)
{
	const struct envelope *envelope = is->envelope;
	static const char *const types[] = {
		[ENVELOPE_V0] = "V0 ", [ENVELOPE_V1] = "V1 ", [ENVELOPE_FEE_BUMP] = "fee bump ",
	};

	page_title(page, "THE TRANSACTION", envelope ? types[envelope->type] : "no envelope ");
	for (int which = TX_VALUE_ID; which < TX_VALUE_COUNT; which++)
		row_value(page, is, (enum tx_value)which);
	for (size_t i = 0; envelope && i < envelope->op_count && i < ENVELOPE_OPS; i++)
		put_op(page, &envelope->ops[i], i);
}

void tx_proof_build(const struct scene *scene, struct page *page, const struct tx_case *is)
{
	struct tx_ref ref = { .id = "" };

	str_put(ref.id, sizeof(ref.id), is->line.id);
	str_put(ref.hash, sizeof(ref.hash), is->line.hash);
	put_verdict(scene, page, is);
	put_payment(page, is);
	tx_record_build(scene, page, &ref);
	put_proofs(scene, page, is);
	put_transaction(page, is);
}

/* --- one row of it -------------------------------------------------------------------------- */

static const struct view *view_of(const struct scene *scene)
{
	return scene->under ? scene->under : scene->view;
}

static const struct tx_proof *proof_of(const struct scene *scene, struct item item,
				       struct tx_case *is)
{
	if (item.kind != ITEM_TX_PROOF || !tx_case_of(scene->world, &view_of(scene)->tx, is) ||
	    item.key >= is->proof_count)
		return NULL;
	return &is->proofs[item.key];
}

bool tx_proof_copy(const struct scene *scene, struct item item, struct buf *out)
{
	struct tx_case is;
	const struct tx_proof *proof = proof_of(scene, item, &is);
	char at[WHEN_TEXT];

	if (proof) {
		when_format(at, proof->at);
		buf_fmt(out, "%s %s %s: %d, %s, sha256 %s", at, proof->endpoint, proof->what,
			proof->status, proof->says, proof->sha256);
		return true;
	}
	if (item.kind == ITEM_TX_VALUE && item.key < TX_VALUE_COUNT &&
	    tx_case_of(scene->world, &view_of(scene)->tx, &is))
		return tx_value(&is, (enum tx_value)item.key, out);
	return false;
}
