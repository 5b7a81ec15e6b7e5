#include "ui/tx_now.h"

#include <math.h>
#include <stdio.h>

#include "base/num.h"
#include "ui/next.h"
#include "ui/rows.h"
#include "ui/tx_rows.h"
#include "ui/tx_say.h"

enum { SHOWN = 3, HINT = 14, NARROW = 60 };

static const struct item all = { ITEM_TXS, 0 };

/* --- what to do next ------------------------------------------------------------------------ */

static void begin(const struct scene *scene, struct page *page, const char *what,
		  enum action action, const char *hint)
{
	struct item item = { ITEM_NEXT, item_hash(what) };
	char key[KEY_NAME] = "Enter";

	if (action != ACTION_NONE && scene->keymap->keys[action][0])
		key_text(key, scene->keymap->keys[action][0]);
	page_row(page, (struct row){ ROW_ITEM, item, all, false });
	page_field(page, "name", what);
	page_put(page, 1, NEXT_TEXT_AT - 2, ROLE_STRONG, "%s", what);
	if (page->cols >= NARROW)
		page_put_right(page, page->cols - HINT - 1, HINT, ROLE_KEY, "%s %s", key, hint);
}

static int width_of(const struct page *page)
{
	return page->cols - NEXT_TEXT_AT - (page->cols < NARROW ? 1 : HINT + 2);
}

/* Nobody has asked about any of them: how much hangs on it says why one should. */
static void put_stuck(const struct scene *scene, struct page *page, const struct tx_tally *tally)
{
	const struct tx_summary *tx = &scene->world->tx;
	bool ask = scene->world->cases && tally->unjudged > 0;
	struct buf risk = { 0 };

	say_at_risk(tx, &risk);
	begin(scene, page, "stuck", ask ? ACTION_DIAGNOSE_ALL : ACTION_NONE, ask ? "diagnoses" : "opens");
	page_put(page, NEXT_TEXT_AT, width_of(page), ROLE_PLAIN, "%ld transactions%s%s", tx->stuck,
		 risk.len ? ", at risk " : "", buf_cstr(&risk));
	buf_done(&risk);
}

static void put_safe(const struct scene *scene, struct page *page, const struct tx_tally *tally)
{
	struct buf text = { 0 };

	tx_say_tally(tally, &text);
	begin(scene, page, "safe", ACTION_TRANSACTIONS, "opens");
	page_put(page, NEXT_TEXT_AT, width_of(page), ROLE_PLAIN, "%s", buf_cstr(&text));
	buf_done(&text);
}

void tx_now_next(const struct scene *scene, struct page *page)
{
	struct tx_tally tally = { .stuck = 0 };

	if (!scene->world->tx.known || scene->world->tx.stuck == 0)
		return;
	if (scene->world->cases)
		tx_tally(scene->world->cases, &tally);
	if (tally.safe > 0)
		put_safe(scene, page, &tally);
	if (tally.safe == 0 || tally.unjudged > 0)
		put_stuck(scene, page, &tally);
}

/* --- the part ------------------------------------------------------------------------------- */

static void put_unknown(const struct scene *scene, struct page *page)
{
	const struct tx_summary *tx = &scene->world->tx;
	struct buf risk = { 0 };
	char age[SAY_TEXT];

	page_row(page, (struct row){ ROW_ITEM, all, all, true });
	page_field(page, "name", "transactions");
	page_put(page, 1, 5, ROLE_UNKNOWN, "%s", state_label(STATE_UNKNOWN));
	page_wrap(page, 7, ROLE_PLAIN, tx->because);
	if (tx->at == WHEN_NEVER)
		return;
	say_at_risk(tx, &risk);
	say_age(scene, tx->at, age);
	page_text(page);
	page_put(page, 7, page->cols - 7, ROLE_DIM, "%ld stuck%s%s, %s ago!", tx->stuck,
		 risk.len ? ", at risk " : "", buf_cstr(&risk), age);
	buf_done(&risk);
}

/* " (+2.5 a minute)"; nothing while it is not known. */
static void say_growth(const struct caseload *cases, struct buf *out)
{
	if (!cases || isnan(cases->growth_per_minute))
		return;
	buf_fmt(out, " (%s", cases->growth_per_minute > 0 ? "+" : "");
	num_put(out, cases->growth_per_minute, 1);
	buf_text(out, " a minute)");
}

static void put_summary(const struct scene *scene, struct page *page)
{
	const struct tx_summary *tx = &scene->world->tx;
	struct buf risk = { 0 }, growth = { 0 };
	char seen[SAY_TEXT], oldest[SAY_TEXT];

	say_at_risk(tx, &risk);
	say_growth(scene->world->cases, &growth);
	say_age(scene, tx->at, seen);
	say_age(scene, scene->now - (msec)(tx->oldest_age_s * 1000), oldest);
	page_row(page, (struct row){ ROW_ITEM, all, all, tx->stuck > 0 });
	page_field(page, "name", "transactions");
	if (tx->total_open == 0)
		page_put(page, 1, page->cols - 8, ROLE_PLAIN, "none is open");
	else
		page_put(page, 1, page->cols - 8, tx->stuck ? ROLE_STRONG : ROLE_PLAIN,
			 "%ld stuck%s%s%s, oldest %s", tx->stuck, buf_cstr(&growth),
			 risk.len ? ", at risk " : "", buf_cstr(&risk), oldest);
	page_put_right(page, page->cols - 5, 4, ROLE_PLAIN, "%s", seen);
	buf_done(&growth);
	buf_done(&risk);
}

static void put_more(struct page *page, size_t more)
{
	if (more == 0)
		return;
	page_text(page);
	page_put(page, 1, page->cols, ROLE_DIM, "%zu more: Enter on the line above lists them", more);
}

/* As the platform's own table has them, where nobody judges. */
static void put_rows(const struct scene *scene, struct page *page)
{
	const struct tx_summary *tx = &scene->world->tx;

	for (size_t i = 0; i < tx->row_count && i < SHOWN; i++)
		row_tx(scene, page, &tx->rows[i]);
	put_more(page, tx->row_count > SHOWN ? tx->row_count - SHOWN : 0);
}

/* What may be touched first, then the others; neither old nor dismissed ones. */
static void put_cases(const struct scene *scene, struct page *page, const struct caseload *cases)
{
	struct tx_tally tally;
	struct buf text = { 0 };

	tx_tally(cases, &tally);
	tx_say_tally(&tally, &text);
	page_text(page);
	page_wrap(page, 1, ROLE_STRONG, text_fmt("%zu stuck are listed: %s", tally.stuck,
						 buf_cstr(&text)).bytes);
	tx_rows_head(page);
	for (size_t i = 0; i < tally.first_count; i++) {
		struct tx_case is;

		tx_case_at(cases, tally.first[i], &is);
		row_case(scene, page, &is, 0);
	}
	put_more(page, tally.stuck - tally.first_count);
	buf_done(&text);
}

void tx_now_build(const struct scene *scene, struct page *page)
{
	const struct tx_summary *tx = &scene->world->tx;
	const struct caseload *cases = scene->world->cases;
	char right[96] = "";

	if (!scene->world->tx_configured)
		return;
	if (tx->known)
		snprintf(right, sizeof(right), "%ld late, %s%ld open ", tx->late,
			 tx->bounded ? "at least " : "", tx->total_open);
	page_title(page, "TRANSACTIONS", right);
	if (!tx->known) {
		put_unknown(scene, page);
		return;
	}
	put_summary(scene, page);
	if (cases && cases->count > cases->pasted && tx->stuck > 0)
		put_cases(scene, page, cases);
	else
		put_rows(scene, page);
}
