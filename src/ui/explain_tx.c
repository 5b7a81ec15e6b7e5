/*
 * explain_tx.c: why a transaction is judged as it is, and what a row of its evidence means; what is
 * copied of each.
 */

#include "ui/explain.h"
#include "ui/explain_incident.h"
#include "ui/explain_world.h"
#include "ui/tx_proof.h"
#include "ui/tx_say.h"

/* In the list that is judged; what only the count of open rows knows is told by that. */
static bool case_of(const struct scene *scene, struct item item, struct tx_case *out)
{
	struct tx_ref ref;

	return tx_ref_of(scene, item, &ref) && tx_case_of(scene->world, &ref, out);
}

static bool name_tx(const struct scene *scene, struct item item, struct text *out)
{
	const struct tx_line *line = tx_line_of(scene->world->cases, item);
	const struct tx_row *row = item_tx(scene->world, item);
	char hash[TX_WORDS];

	if (!line && !row)
		return false;
	tx_say_account(line ? line->hash : row->hash, hash);
	*out = text_fmt("transaction %s", line && line->id[0] ? line->id : row && row->id[0] ? row->id :
			hash);
	return true;
}

static void explain_case(const struct scene *scene, struct page *page, const struct tx_case *is)
{
	char words[TX_WORDS], may[TX_WORDS];
	struct buf money = { 0 };

	(void)tx_say_verdict(is, words);
	(void)tx_say_may(is, may);
	tx_say_money(&is->line, &money);
	explain_put(page, "hash", "%s", is->line.hash[0] ? is->line.hash : "none");
	explain_put(page, "money", "%s", buf_cstr(&money));
	explain_put(page, "verdict", "%s%s%s", words, is->judged ? ": " : "",
		    is->judged ? is->verdict.because : is->trouble);
	buf_done(&money);
	if (!is->judged) {
		explain_put(page, "next", "d asks the network what became of it");
		return;
	}
	money = (struct buf){ 0 };
	tx_say_decidable(scene, &is->verdict, &money);
	explain_put(page, "proves it", "row %s: %s", is->verdict.row, tx_say_theorem(is->verdict.row));
	explain_put(page, "next", "%s", is->verdict.next);
	if (money.len > 0)
		explain_put(page, "decidable", "%s", buf_cstr(&money));
	if (is->decision.because[0])
		explain_put(page, "payment", "%s", is->decision.because);
	explain_put(page, "may", "%s: t shows what may be done, and why the rest may not", may);
	buf_done(&money);
}

static void build_tx(const struct scene *scene, struct page *page, struct item item)
{
	struct tx_case is;

	if (case_of(scene, item, &is))
		explain_case(scene, page, &is);
	else if (item_tx(scene->world, item))
		explain_tx(page, item_tx(scene->world, item));
	else
		explain_put(page, "state", "nothing is known of it yet");
}

static void line_tx(const struct scene *scene, struct item item, struct buf *out)
{
	struct tx_ref ref;

	if (tx_ref_of(scene, item, &ref))
		buf_text(out, ref.hash[0] ? ref.hash : ref.id);
}

static bool name_member(const struct scene *scene, struct item item, struct text *out)
{
	struct tx_ref ref;
	char hash[TX_WORDS];

	if (!tx_ref_of(scene, item, &ref))
		return false;
	tx_say_account(ref.hash[0] ? ref.hash : ref.id, hash);
	*out = text_fmt("envelope %s", hash);
	return true;
}

static bool name_act(const struct scene *scene, struct item item, struct text *out)
{
	(void)scene;
	if (item.key >= ACT_COUNT)
		return false;
	*out = text_fmt("%s", act_word((enum tx_act)item.key));
	return true;
}

static void build_act(const struct scene *scene, struct page *page, struct item item)
{
	static const char *const levels[] = {
		"L0: ours, and reversible", "L1: outside, and reversible: Y does it",
		"L2: production: a word is typed", "L3: irreversible: what is typed is its target",
	};
	enum tx_act act = (enum tx_act)item.key;
	struct tx_case is;
	const char *refusal;

	explain_put(page, "level", "%s", levels[act_care(act) & 3]);
	if (!case_of(scene, item, &is))
		return;
	refusal = tx_act_refusal(scene->world, &is, act);
	explain_put(page, refusal ? "not now" : "allowed", "%s", refusal ? refusal :
		    is.decision.because);
}

static void line_act(const struct scene *scene, struct item item, struct buf *out)
{
	struct tx_case is;
	const char *refusal;

	if (!case_of(scene, item, &is))
		return;
	refusal = tx_act_refusal(scene->world, &is, (enum tx_act)item.key);
	buf_fmt(out, "%s %s: %s", act_word((enum tx_act)item.key), refusal ? "refused" : "allowed",
		refusal ? refusal : is.decision.because);
}

static bool name_part(const struct scene *scene, struct item item, struct text *out)
{
	struct buf text = { 0 };
	bool there = tx_proof_copy(scene, item, &text);

	if (there)
		*out = item.kind == ITEM_TX_PROOF ? text_fmt("request %llu", (unsigned long long)item.key + 1) :
		       text_fmt("%s", tx_value_label((enum tx_value)item.key));
	buf_done(&text);
	return there;
}

static void line_part(const struct scene *scene, struct item item, struct buf *out)
{
	(void)tx_proof_copy(scene, item, out);
}

static void build_part(const struct scene *scene, struct page *page, struct item item)
{
	struct buf text = { 0 };

	(void)tx_proof_copy(scene, item, &text);
	explain_put(page, "value", "%s", buf_cstr(&text));
	explain_put(page, "copy", "y copies all of it");
	buf_done(&text);
}

const struct explainer explain_transaction = { name_tx, build_tx, line_tx };
const struct explainer explain_tx_member = { name_member, build_tx, line_tx };
const struct explainer explain_tx_act = { name_act, build_act, line_act };
const struct explainer explain_tx_part = { name_part, build_part, line_part };
