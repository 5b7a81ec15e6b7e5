#include "ui/tx_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/num.h"
#include "ui/layout.h"
#include "ui/tx_record.h"
#include "ui/tx_say.h"

enum { BECAUSE_LEAST = 16, FOLD_AT = 7, SIDE_FROM = 92 };

enum tx_column {
	COLUMN_AGE, COLUMN_HASH, COLUMN_ACCOUNT, COLUMN_SEQUENCE, COLUMN_UNTIL, COLUMN_AMOUNT,
	COLUMN_VERDICT, COLUMN_MAY, COLUMN_COUNT,
};

/* In their order on the row; each is there from so many columns on. */
static const struct {
	const char *title;
	int width, from;
	bool right;
} columns[] = {
	[COLUMN_AGE] = { "AGE", 5, 0, true },
	[COLUMN_HASH] = { "HASH", 10, 0, false },
	[COLUMN_ACCOUNT] = { "ACCOUNT", 10, SIDE_FROM, false },
	[COLUMN_SEQUENCE] = { "SEQ", 8, SIDE_FROM, false },
	[COLUMN_UNTIL] = { "VALID UNTIL", 12, 80, false },
	[COLUMN_AMOUNT] = { "AMOUNT", 18, 60, true },
	[COLUMN_VERDICT] = { "VERDICT", 14, 0, false },
	[COLUMN_MAY] = { "MAY", 7, 0, false },
};
_Static_assert(ARRAY_LEN(columns) == COLUMN_COUNT, "every column has its width");

struct places {
	int x[COLUMN_COUNT];		/* -1: there is no room for it */
	int because;
};

static struct places places_of(int cols, int depth)
{
	struct places at = { .because = -1 };
	int x = 1 + (cols < columns[COLUMN_AMOUNT].from ? depth : 2 * depth);

	for (int i = 0; i < COLUMN_COUNT; i++) {
		at.x[i] = cols >= columns[i].from ? x : -1;
		x += cols >= columns[i].from ? columns[i].width + 1 : 0;
	}
	if (cols - x >= BECAUSE_LEAST)
		at.because = x;
	return at;
}

static void put(struct page *page, const struct places *at, enum tx_column which, enum role role,
		const char *text)
{
	if (at->x[which] < 0)
		return;
	if (columns[which].right)
		page_put_right(page, at->x[which], columns[which].width, role, "%s", text);
	else
		page_put(page, at->x[which], columns[which].width, role, "%s", text);
}

void tx_rows_head(struct page *page)
{
	struct places at = places_of(page->cols, 0);

	page_row(page, (struct row){ .kind = ROW_TITLE });
	for (int i = 0; i < COLUMN_COUNT; i++)
		put(page, &at, (enum tx_column)i, ROLE_DIM, columns[i].title);
	if (at.because >= 0)
		page_put(page, at.because, page->cols, ROLE_DIM, "BECAUSE");
}

/* --- one row -------------------------------------------------------------------------------- */

static const struct {
	const char *word;
	enum role role;
} bands[] = {
	[TX_FRESH] = { "fresh", ROLE_PLAIN }, [TX_LATE] = { "late", ROLE_PLAIN },
	[TX_STUCK] = { "stuck", ROLE_STRONG }, [TX_OLD] = { "old", ROLE_DIM },
};

/* What keeps it from being decided goes before why it is as it is. */
static void say_because(const struct world *world, const struct tx_case *is, struct buf *out)
{
	struct tx_ref ref = { .id = "" };

	str_put(ref.id, sizeof(ref.id), is->line.id);
	str_put(ref.hash, sizeof(ref.hash), is->line.hash);
	tx_record_say(world, &ref, out);
	buf_text(out, is->dismissed ? is->dismissed_reason : is->judged ? is->verdict.because :
		 is->trouble[0] ? is->trouble : is->line.last_error);
}

static void put_fields(struct page *page, const struct tx_case *is, const char *words,
		       const char *may)
{
	const struct tx_line *line = &is->line;

	page_field(page, "name", line->id);
	page_field(page, "hash", line->hash);
	page_field(page, "acct", line->account);
	page_field(page, "asset", line->asset);
	page_field(page, "state", words);
	page_field(page, "verdict", is->judged ? verdict_name(is->verdict.kind) : "");
	page_field(page, "may", may);
	page_field(page, "status", line->status);
	page_field(page, "band", bands[line->band].word);
	page_field(page, "intent", line->intent);
}

/* Where the cursor is, or will be once this is the first row that anybody sees. */
static bool is_under_cursor(const struct scene *scene, const struct page *page, struct item item)
{
	const struct list *list = &scene->view->list;

	if (list->selected)
		return item_eq(list->row.item, item);
	return !list->lost && page->total == 0;
}

/* Why, where no column and no side of the screen tells it: below the row with the cursor. */
static void put_fold(struct page *page, const struct buf *because)
{
	int before = page->count;

	if (because->len == 0)
		return;
	page_text(page);
	page_wrap(page, FOLD_AT, ROLE_PLAIN, buf_cstr(because));
	page->fold = page->count - before;
}

void row_case(const struct scene *scene, struct page *page, const struct tx_case *is, int depth)
{
	const struct tx_line *line = &is->line;
	struct places at = places_of(page->cols, depth);
	struct item item = tx_item(line);
	char words[TX_WORDS], may[TX_WORDS], text[TX_WORDS];
	enum role role = tx_say_verdict(is, words), may_role = tx_say_may(is, may);
	struct buf money = { 0 }, because = { 0 };

	page_row(page, (struct row){ ROW_ITEM, item, item, line->band == TX_STUCK && !is->dismissed &&
							    !tx_is_safe(is) });
	put_fields(page, is, words, may);
	tx_say_age(line->age_s, text);
	put(page, &at, COLUMN_AGE, bands[line->band].role, text);
	tx_say_account(line->hash[0] ? line->hash : line->id, text);
	put(page, &at, COLUMN_HASH, ROLE_PLAIN, text);
	tx_say_account(line->account, text);
	put(page, &at, COLUMN_ACCOUNT, ROLE_PLAIN, text);
	tx_say_sequence(line, text);
	put(page, &at, COLUMN_SEQUENCE, ROLE_PLAIN, text);
	tx_say_until(scene, line, text);
	put(page, &at, COLUMN_UNTIL, ROLE_PLAIN, text);
	tx_say_money(line, &money);
	put(page, &at, COLUMN_AMOUNT, ROLE_PLAIN, buf_cstr(&money));
	put(page, &at, COLUMN_VERDICT, role, words);
	put(page, &at, COLUMN_MAY, may_role, is->dismissed ? "-" : may);
	say_because(scene->world, is, &because);
	if (at.because >= 0)
		page_put(page, at.because, page->cols - at.because - 1, ROLE_PLAIN, "%s",
			 buf_cstr(&because));
	else if (page->cols < SIDE_FROM && is_under_cursor(scene, page, item))
		put_fold(page, &because);
	buf_done(&because);
	buf_done(&money);
}

/* --- what stands above ---------------------------------------------------------------------- */

void tx_none(struct page *page)
{
	page_text(page);
	page_wrap(page, 1, ROLE_PLAIN,
		  "No table of transactions is configured: name it under `transactions:` in the "
		  "configuration (binnacle config init writes an example), or press d and paste a "
		  "hash, an envelope, a line of a log or the address of an explorer.");
}

static void put_risk(const struct scene *scene, struct page *page, const struct caseload *cases)
{
	const struct tx_summary *tx = &scene->world->tx;
	struct buf text = { 0 };
	char age[TX_WORDS], seen[SAY_TEXT];

	if (!scene->world->tx_configured || (!tx->known && tx->at == WHEN_NEVER))
		return;
	say_at_risk(tx, &text);
	buf_text(&text, text.len ? " at risk" : "nothing is at risk");
	if (tx->stuck > 0) {
		tx_say_age(tx->oldest_age_s, age);
		buf_fmt(&text, "; the oldest waits %s", age);
	}
	if (!isnan(cases->growth_per_minute)) {
		buf_fmt(&text, "; %s", cases->growth_per_minute > 0 ? "+" : "");
		num_put(&text, cases->growth_per_minute, 1);
		buf_text(&text, " stuck a minute");
	}
	if (!tx->known) {
		say_age(scene, tx->at, seen);
		buf_fmt(&text, "; so it was %s ago!", seen);
	}
	page_text(page);
	page_wrap(page, 1, !tx->known ? ROLE_DIM : tx->stuck > 0 ? ROLE_STRONG : ROLE_PLAIN,
		  buf_cstr(&text));
	buf_done(&text);
}

static void put_judged(struct page *page, const struct caseload *cases)
{
	struct buf text = { 0 };

	if (cases->judged == 0)
		return;
	tx_say_verdicts(cases, &text);
	page_text(page);
	page_wrap(page, 1, ROLE_PLAIN, text_fmt("judged %zu: %s", cases->judged, buf_cstr(&text)).bytes);
	buf_done(&text);
}

static void put_bulk(struct page *page, const struct caseload *cases)
{
	if (cases->bulk_all == 0)
		return;
	page_text(page);
	page_wrap(page, 1, ROLE_STRONG,
		  text_fmt("diagnosing all: %zu of %zu%s. D stops", cases->bulk_done, cases->bulk_all,
			   cases->bulk_held ? ", waits for the endpoints' rate" : "").bytes);
}

static void put_sentence(struct page *page, enum role role, const char *text)
{
	if (!text[0])
		return;
	page_text(page);
	page_wrap(page, 1, role, text);
}

static void put_found(struct page *page, const struct caseload *cases)
{
	char hash[TX_WORDS];

	if (!cases->found[0])
		return;
	tx_say_account(cases->found, hash);
	put_sentence(page, ROLE_STRONG, text_fmt("%s is not in the platform's database; d asks the "
						 "network about it", hash).bytes);
}

void tx_head(const struct scene *scene, struct page *page)
{
	const struct caseload *cases = scene->world->cases;
	const struct tx_summary *tx = &scene->world->tx;
	char total[TX_WORDS], right[SAY_TEXT + TX_WORDS] = "";

	tx_say_total(cases, total);
	if (cases->configured && tx->known)
		(void)snprintf(right, sizeof(right), "%ld stuck of %s ", tx->stuck, total);
	else if (cases->configured)
		(void)snprintf(right, sizeof(right), "%s ", total);
	page_title(page, "TRANSACTIONS", right);
	if (!cases->configured && cases->count == 0)
		tx_none(page);
	put_sentence(page, ROLE_UNKNOWN, cases->trouble);
	if (scene->world->tx_configured && !tx->known)
		put_sentence(page, ROLE_UNKNOWN, tx->because);
	put_risk(scene, page, cases);
	put_judged(page, cases);
	put_bulk(page, cases);
	if (cases->index[0])
		put_sentence(page, ROLE_WARN, text_fmt("An index is missing, and each page reads the whole "
						       "table. It would be: %s", cases->index).bytes);
	put_found(page, cases);
}

/* --- sums ----------------------------------------------------------------------------------- */

/* Safe ones stand before the others; of each the order is that of the list. */
static void keep_first(struct tx_tally *tally, size_t line, bool safe)
{
	size_t at = safe ? tally->safe : tally->first_count;

	if (at >= TALLY_FIRST)
		return;
	if (tally->first_count < TALLY_FIRST)
		tally->first_count++;
	memmove(tally->first + at + 1, tally->first + at,
		(tally->first_count - at - 1) * sizeof(tally->first[0]));
	tally->first[at] = line;
}

void tx_tally(const struct caseload *cases, struct tx_tally *out)
{
	*out = (struct tx_tally){ .stuck = 0 };
	for (size_t i = cases->pasted; i < cases->count; i++) {
		struct tx_case is;

		if (cases->lines[i].band != TX_STUCK)
			continue;
		tx_case_at(cases, i, &is);
		if (is.dismissed)
			continue;
		keep_first(out, i, tx_is_safe(&is));
		out->stuck++;
		out->unjudged += !is.judged;
		out->safe += tx_is_safe(&is);
		if (is.judged && !tx_is_safe(&is))
			out->verdicts[is.verdict.kind]++;
	}
}

void tx_say_tally(const struct tx_tally *tally, struct buf *out)
{
	if (tally->safe > 0)
		buf_fmt(out, "%zu SAFE TO CANCEL", tally->safe);
	for (int kind = 0; kind < VERDICT_COUNT; kind++)
		if (tally->verdicts[kind] > 0)
			buf_fmt(out, "%s%zu %s", out->len ? ", " : "", tally->verdicts[kind],
				verdict_words((enum verdict_kind)kind));
	if (tally->unjudged > 0)
		buf_fmt(out, "%s%zu not judged", out->len ? ", " : "", tally->unjudged);
}
