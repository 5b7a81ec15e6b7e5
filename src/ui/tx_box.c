#include "ui/tx_box.h"

#include <ctype.h>
#include <string.h>

#include "ui/drills.h"
#include "ui/prose.h"
#include "ui/tx_find.h"
#include "ui/tx_record.h"
#include "ui/tx_say.h"

enum { LABEL = 11 };

static bool ready_of(const struct box *box, const struct scene *scene, struct ready_act *out)
{
	const struct caseload *cases = scene->world->cases;

	*out = (struct ready_act){ .act = box->act };
	return cases && cases->ready && cases->ready(cases->arg, box->tx.id, box->tx.hash, box->act, out);
}

/* The hash of L3 is its target: sensed, and typed whole. What wants no word only is copied. */
bool tx_box_ready(const struct box *box, const struct scene *scene, struct ready *out)
{
	struct ready_act act;

	if (!ready_of(box, scene, &act))
		return false;
	*out = (struct ready){ .text = act.text ? act.text : "", .host = act.host ? act.host : "",
			       .care = act.word || act.care < 2 ? act.care : 1, .word = act.word,
			       .refusal = act.refusal, .reason = act.confirm,
			       .copied = act.copied, .evidence = act.evidence };
	if (act.care >= 3 && act.word)
		str_put(out->interlock.target, sizeof(out->interlock.target), act.word);
	str_put(out->digest, sizeof(out->digest), act.digest);
	return true;
}

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

static void put_title(const struct box *box, struct page *page, unsigned care)
{
	char hash[TX_WORDS], word[NAME_TEXT];

	tx_say_account(box->tx.hash[0] ? box->tx.hash : box->tx.id, hash);
	str_put(word, sizeof(word), act_word(box->act));
	for (char *c = word; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	page_title(page, text_fmt("%s %s", word, hash).bytes, text_fmt("care L%u ", care & 3).bytes);
}

static void put_where(const struct scene *scene, struct page *page, const struct ready *ready)
{
	const struct world *world = scene->world;
	enum role role;
	const char *drill = drill_warning(world, NULL, &role);
	char word[NAME_TEXT];

	if (drill)
		put(page, role, "DRILL", "%s", drill);
	str_put(word, sizeof(word), world->environment[0] ? world->environment : "no environment");
	for (char *c = word; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	if (ready->copied)
		put(page, ROLE_STRONG, "where", "NOT RUN HERE: it is copied, for %s",
		    ready->host[0] ? ready->host : "somebody who may");
	else
		put(page, world->production ? ROLE_BAD : ROLE_STRONG, "where", "%s%s%s%s", word,
		    world->production ? " (production)" : "", ready->host[0] ? ", on " : "",
		    ready->host);
}

static void put_case(const struct box *box, const struct scene *scene, struct page *page)
{
	struct tx_case is;
	struct buf money = { 0 };
	char words[TX_WORDS];
	enum role role;

	if (!tx_case_of(scene->world, &box->tx, &is))
		return;
	role = tx_say_verdict(&is, words);
	tx_say_money(&is.line, &money);
	put(page, role, "verdict", "%s", words);
	if (is.judged && is.verdict.safe == SAFE_CONFIRM)
		put(page, ROLE_WARN, "assumes", "the proof stands on an assumption: a second source "
		    "would settle it");
	put(page, ROLE_PLAIN, "of", "%s%s%s %s", is.line.id[0] ? "row " : "", is.line.id,
	    is.line.id[0] ? "," : "", buf_cstr(&money));
	buf_done(&money);
}

/* What is not known of an earlier act, and who else is asked. */
static void put_record(const struct box *box, const struct scene *scene, const struct ready *ready,
		       struct page *page)
{
	struct buf before = { 0 }, second = { 0 };

	tx_record_say(scene->world, &box->tx, &before);
	tx_record_second(scene->world, &box->tx, box->act, ready->digest, &second);
	if (before.len > 0)
		put(page, ROLE_BAD, "BEFORE", "%.*s", (int)before.len - 2, buf_cstr(&before));
	if (second.len > 0)
		put(page, ROLE_WARN, "second", "%s", buf_cstr(&second));
	buf_done(&before);
	buf_done(&second);
}

void tx_box_build(const struct box *box, const struct scene *scene, const struct ready *ready,
		  struct page *page)
{
	put_title(box, page, ready->care);
	if (box->changed)
		put(page, ROLE_BAD, "CHANGED", "it changed while it was shown: read it again");
	put_where(scene, page, ready);
	put_case(box, scene, page);
	if (ready->evidence && ready->evidence[0])
		put(page, ROLE_STRONG, "proof", "%s", ready->evidence);
	put_record(box, scene, ready, page);
	if (ready->text[0]) {
		put(page, ROLE_DIM, "exactly", "%s", ready->copied ? "this is copied:" :
		    "this, and nothing else:");
		prose_literal(page, 3, ROLE_KEY, ready->text, strlen(ready->text));
	}
	if (ready->refusal)
		put(page, ROLE_DOWN, "NOT NOW", "%s", ready->refusal);
}
