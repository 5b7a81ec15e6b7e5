/*
 * screen_proof.c: the evidence view of one transaction, wherever the window of the list stands; and
 * what may be done about it, with the reason of what may not.
 */

#include "ui/tx_proof.h"
#include "ui/tx_say.h"

static bool case_of(const struct scene *scene, struct page *page, struct tx_case *out)
{
	if (tx_case_of(scene->world, &scene->view->tx, out))
		return true;
	page_title(page, "TRANSACTION", "");
	page_text(page);
	page_wrap(page, 1, ROLE_STRONG, scene->world->cases ?
		  "Nothing is known of it yet: d asks the network about it. Esc goes back." :
		  "Nobody looks after transactions here. Esc goes back.");
	return false;
}

static void build(const struct scene *scene, struct page *page)
{
	struct tx_case is;

	if (case_of(scene, page, &is))
		tx_proof_build(scene, page, &is);
}

const struct screen screen_proof = { .name = "proof", .title = "Transaction", .build = build };

/* --- what may be done ----------------------------------------------------------------------- */

static const char *help_of(enum tx_act act)
{
	static const char *const help[] = {
#define X(sym, word, care, text) text,
		ACTS(X)
#undef X
	};

	return help[act];
}

static void row_act(const struct scene *scene, struct page *page, const struct tx_case *is,
		    enum tx_act act)
{
	enum { WORD = 15, CARE = 3 };
	const char *refusal = tx_act_refusal(scene->world, is, act);
	struct item item = { ITEM_TX_ACT, (uint64_t)act };

	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "name", act_word(act));
	page_field(page, "state", refusal ? "refused" : "allowed");
	page_put(page, 1, WORD, refusal ? ROLE_DIM : ROLE_STRONG, "%s", act_word(act));
	page_put(page, 1 + WORD, CARE, ROLE_DIM, "L%u", act_care(act));
	page_wrap(page, 1 + WORD + CARE + 1, refusal ? ROLE_DIM : ROLE_PLAIN, help_of(act));
	if (!refusal)
		return;
	page_text(page);
	page_put(page, 1 + 2, WORD, ROLE_DIM, "not now");
	page_wrap(page, 1 + WORD + CARE + 1, ROLE_DIM, refusal);
}

static void build_acts(const struct scene *scene, struct page *page)
{
	struct tx_case is;
	char words[TX_WORDS], hash[TX_WORDS];
	enum role role;

	if (!case_of(scene, page, &is))
		return;
	role = tx_say_verdict(&is, words);
	tx_say_account(is.line.hash[0] ? is.line.hash : is.line.id, hash);
	page_title(page, text_fmt("WHAT MAY BE DONE ABOUT %s", hash).bytes, "");
	page_text(page);
	page_put(page, 1, 15, role, "%s", words);
	page_wrap(page, 17, ROLE_PLAIN, is.decision.because[0] ? is.decision.because : is.verdict.because);
	for (int pass = 0; pass < 2; pass++)	/* what may be done comes first */
		for (int act = 0; act < ACT_COUNT; act++) {
			bool refused = tx_act_refusal(scene->world, &is, (enum tx_act)act) != NULL;

			if (refused == (pass == 1))
				row_act(scene, page, &is, (enum tx_act)act);
		}
	page_row(page, (struct row){ .kind = ROW_TITLE });
	page_put(page, 1, page->cols - 1, ROLE_DIM, "Enter shows all that would happen, and asks");
}

const struct screen screen_acts = { .name = "acts", .title = "Acts", .build = build_acts };
