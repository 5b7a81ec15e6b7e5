/*
 * tx_pages.c: where the window is and where it goes. A page is asked for by the key of the first or
 * the last row that is shown; one row more than there is room for tells whether it goes on.
 */
#include "app/tx_pages_inside.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"

#define COUNT_EVERY (10 * WHEN_SECOND)
#define EXACT_EVERY (60 * WHEN_SECOND)

enum { FEWEST = 25 };			/* rows: 25 of the largest envelopes fit into an answer */

static const struct source_config *source_of(const struct settings *settings)
{
	for (size_t i = 0; settings->transactions_source && i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);

		if (strcmp(source->name, settings->transactions_source) == 0)
			return source;
	}
	return NULL;
}

struct tx_pages *tx_pages_new(const struct tx_pages_setup *setup, struct err *err)
{
	const struct source_config *source = source_of(setup->settings);
	struct tx_pages *pages;

	if (!source) {
		err_set(err, ERR_NOT_FOUND, "no `transactions:` are configured");
		return NULL;
	}
	pages = mem_new(sizeof(*pages));
	pages->setup = *setup;
	pages->config = &setup->settings->transactions;
	pages->source = source;
	pages->total = -1;
	tx_link_init(pages);
	return pages;
}

void tx_pages_free(struct tx_pages *pages)
{
	if (!pages)
		return;
	tx_link_done(pages);
	tx_groups_free(pages);
	for (size_t i = 0; i < pages->count; i++)
		tx_record_done(&pages->records[i]);
	mem_free(pages);
}

void tx_pages_changed(struct tx_pages *pages)
{
	if (pages->setup.changed)
		pages->setup.changed(pages->setup.arg);
}

/* --- where it goes --- */

static bool is_paging(const struct tx_pages *pages)
{
	return pages->slots[ASK_PAGE].call || pages->slots[ASK_PAGE].wanted ||
	       pages->slots[ASK_FIND].call || pages->slots[ASK_FIND].wanted;
}

/* The key of a row in the order that it is asked in; false when it has none. */
static bool set_key(struct tx_window *window, const struct tx_record *row)
{
	const char *at = row->key_at;

	if (window->order == TX_BY_AMOUNT)
		at = row->line.amount;
	else if (window->order == TX_BY_ACCOUNT)
		at = row->key_account;
	window->from_key = row->keyed && at[0] && str_put(window->at, sizeof(window->at), at) &&
			   str_put(window->id, sizeof(window->id), row->key_id);
	return window->from_key;
}

/* In the order of the screen, `rows` of them, from this row on; NULL: from the beginning. */
static bool go(struct tx_pages *pages, const struct tx_record *from, bool back)
{
	struct tx_window window = { .order = pages->order, .back = back,
				    .limit = CASELOAD_LINES + 1 };

	if (from && !set_key(&window, from))
		return false;
	pages->next = window;
	tx_pages_want(pages, ASK_PAGE);
	return true;
}

void tx_pages_move(struct tx_pages *pages, enum tx_move move)
{
	const struct tx_record *first = pages->count ? &pages->records[0] : NULL;
	const struct tx_record *last = pages->count ? &pages->records[pages->count - 1] : NULL;

	if (is_paging(pages) && move != TX_FIRST && move != TX_LAST)
		return;
	pages->again = false;
	switch (move) {
	case TX_FIRST:
		go(pages, NULL, false);
		break;
	case TX_LAST:
		go(pages, NULL, true);
		break;
	case TX_NEXT:
		if (!last || !go(pages, last, false))
			pages->more_after = false;
		break;
	case TX_PREV:
		if (!first || !go(pages, first, true))
			pages->more_before = false;
		break;
	case TX_AGAIN:
		pages->again = first && pages->more_before && go(pages, first, false);
		pages->next.including = pages->again;
		if (!pages->again)
			go(pages, NULL, false);
		break;
	}
	tx_pages_changed(pages);
}

void tx_pages_order(struct tx_pages *pages, enum tx_order order)
{
	pages->order = tx_sql_has_order(order) ? order : TX_OLDEST_FIRST;
	pages->slow = false;
	tx_pages_want(pages, ASK_PLAN);
	tx_pages_move(pages, TX_FIRST);
}

void tx_pages_find(struct tx_pages *pages, const char *text)
{
	struct str words = str_trim(str_of(text));

	pages->found[0] = '\0';
	if (words.len == 0 || !str_copy(pages->words, sizeof(pages->words), words))
		return;
	tx_pages_want(pages, ASK_FIND);
	tx_pages_changed(pages);
}

/* --- what comes back --- */

bool tx_pages_good(struct tx_pages *pages, const struct reply *reply)
{
	if (reply->kind == REPLY_ANSWER)
		return true;
	str_put(pages->trouble, sizeof(pages->trouble),
		reply->why[0] ? reply->why : "the database gave no answer");
	return false;
}

/* It took too long, or is too much: perhaps fewer rows are not. */
static bool try_fewer(struct tx_pages *pages, const struct reply *reply)
{
	if (reply->kind != REPLY_TOO_LARGE && strcmp(reply->sqlstate, "57014") != 0)
		return false;
	if (pages->asked.limit / 2 < FEWEST || pages->slots[ASK_PAGE].wanted)
		return false;
	pages->next = pages->asked;
	pages->next.limit = reply->kind == REPLY_TOO_LARGE ? pages->asked.limit / 2 : FEWEST;
	tx_pages_want(pages, ASK_PAGE);
	return true;
}

static void read_records(struct tx_pages *pages, const struct rows *rows, size_t count)
{
	struct tx_cells cells;

	for (size_t i = 0; i < pages->count; i++)
		tx_record_done(&pages->records[i]);
	pages->count = 0;
	for (size_t i = 0; i < count; i++) {
		/* Backwards they come in the reverse of the order that they are shown in. */
		size_t row = pages->asked.back ? count - 1 - i : i;

		if (!tx_cells_of(rows, row, &cells))
			continue;
		tx_record_read(pages->config, &cells, &pages->records[pages->count]);
		pages->lines[pages->count] = pages->records[pages->count].line;
		pages->count++;
	}
}

static size_t rows_of(const struct rows *rows)
{
	struct tx_cells cells;

	return rows->count == 1 && !tx_cells_of(rows, 0, &cells) ? 0 : rows->count;
}

static void take_rows(struct tx_pages *pages, const struct rows *rows)
{
	const struct tx_window *asked = &pages->asked;
	size_t got = rows_of(rows);
	bool more = got >= asked->limit;

	if (got == 0 && asked->from_key && !pages->again) {
		/* There was nothing more that way. */
		*(asked->back ? &pages->more_before : &pages->more_after) = false;
		return;
	}
	if (got == 0 && pages->again) {
		/* The rows from here on are gone. */
		pages->again = false;
		go(pages, NULL, true);
		return;
	}
	read_records(pages, rows, more ? asked->limit - 1 : got);
	if (asked->back) {
		pages->more_before = more;
		pages->more_after = asked->from_key;
	} else {
		pages->more_after = more;
		pages->more_before = asked->from_key;
	}
}

static void say_never(struct tx_pages *pages, const struct rows *rows)
{
	const char *ever = rows_cell(rows, 0, "ever");

	if (ever && strcmp(ever, "t") == 0)
		pages->trouble[0] = '\0';
	else
		str_put(pages->trouble, sizeof(pages->trouble),
			"no data: the table has never held a row");
}

static void want_figures(struct tx_pages *pages)
{
	msec now = loop_now(pages->setup.loop).steady;

	if (pages->counted_at == 0) {
		tx_pages_want(pages, ASK_PLAN);
		tx_pages_want(pages, ASK_HASH_PLAN);
	}
	if (pages->counted_at == 0 || now - pages->counted_at >= COUNT_EVERY) {
		pages->counted_at = now;
		tx_pages_want(pages, ASK_COUNT);
	}
}

static void take_page(struct tx_pages *pages, const struct reply *reply)
{
	if (try_fewer(pages, reply))
		return;
	if (tx_pages_good(pages, reply)) {
		say_never(pages, &reply->rows);
		take_rows(pages, &reply->rows);
		want_figures(pages);
	} else if (strcmp(reply->sqlstate, "57014") == 0) {
		tx_pages_want(pages, ASK_PLAN);
	}
	tx_pages_changed(pages);
}

static void take_find(struct tx_pages *pages, const struct reply *reply)
{
	struct tx_cells cells;
	struct tx_record row;

	/* 22P02: no id is written like that. */
	if (strcmp(reply->sqlstate, "22P02") != 0 && !tx_pages_good(pages, reply)) {
		tx_pages_changed(pages);
		return;
	}
	if (reply->kind != REPLY_ANSWER || !tx_cells_of(&reply->rows, 0, &cells)) {
		str_put(pages->found, sizeof(pages->found), pages->words);
		tx_pages_changed(pages);
		return;
	}
	tx_record_read(pages->config, &cells, &row);
	pages->again = false;
	if (go(pages, &row, false))
		pages->next.including = true;
	tx_record_done(&row);
}

static bool number_of(const struct reply *reply, long *out)
{
	int64_t total;

	if (reply->kind != REPLY_ANSWER ||
	    !num_parse_i64(str_of(rows_cell(&reply->rows, 0, "total")), &total))
		return false;
	*out = (long)total;
	return true;
}

static void take_count(struct tx_pages *pages, const struct reply *reply)
{
	msec now = loop_now(pages->setup.loop).steady;
	long total;

	if (!number_of(reply, &total))
		return;
	if (total <= TX_BOUND) {
		pages->total = total;
		pages->total_bounded = false;
	} else if (pages->total <= TX_BOUND) {
		pages->total = TX_BOUND;
		pages->total_bounded = true;
	}
	if (total > TX_BOUND && (pages->exact_at == 0 || now - pages->exact_at >= EXACT_EVERY)) {
		pages->exact_at = now;
		tx_pages_want(pages, ASK_EXACT);
	}
	tx_pages_changed(pages);
}

static void take_exact(struct tx_pages *pages, const struct reply *reply)
{
	long total;

	/* What took too long stays "at least". */
	if (!number_of(reply, &total)) {
		pages->total_bounded = true;
		return;
	}
	pages->total = total;
	pages->total_bounded = false;
	tx_pages_changed(pages);
}

static bool is_slow(const struct reply *reply, bool of_one_row)
{
	return reply->kind == REPLY_ANSWER && reply->rows.count > 0 && reply->rows.columns == 1 &&
	       tx_plan_is_slow(str_of(reply->rows.cells[0]), of_one_row);
}

/* --- the questions --- */

bool tx_pages_build(struct tx_pages *pages, enum tx_question question, struct request *out)
{
	static const char some_hash[] =
		"0000000000000000000000000000000000000000000000000000000000000000";
	struct tx_window first = { .order = pages->order, .limit = CASELOAD_LINES + 1 };

	switch (question) {
	case ASK_FIND:
		tx_sql_find(pages->config, pages->words, out);
		return true;
	case ASK_PAGE:
		pages->asked = pages->next;
		tx_sql_page(pages->config, &pages->asked, out);
		return true;
	case ASK_GROUP:
		return tx_group_build(pages, out);
	case ASK_COUNT:
		tx_sql_count(pages->config, TX_BOUND + 1, out);
		return true;
	case ASK_EXACT:
		tx_sql_count(pages->config, 0, out);
		return true;
	case ASK_PLAN:
		tx_sql_page(pages->config, &first, out);
		tx_sql_plan(out);
		return true;
	case ASK_HASH_PLAN:
		tx_sql_find(pages->config, some_hash, out);
		tx_sql_plan(out);
		return true;
	case TX_QUESTIONS:
		break;
	}
	return false;
}

void tx_pages_take(struct tx_pages *pages, enum tx_question question, const struct reply *reply)
{
	switch (question) {
	case ASK_FIND:
		take_find(pages, reply);
		break;
	case ASK_PAGE:
		take_page(pages, reply);
		break;
	case ASK_GROUP:
		tx_group_take(pages, reply);
		break;
	case ASK_COUNT:
		take_count(pages, reply);
		break;
	case ASK_EXACT:
		take_exact(pages, reply);
		break;
	case ASK_PLAN:
		pages->slow = is_slow(reply, false);
		tx_pages_changed(pages);
		break;
	case ASK_HASH_PLAN:
		pages->hash_slow = is_slow(reply, true);
		tx_pages_changed(pages);
		break;
	case TX_QUESTIONS:
		break;
	}
}

/* --- what is known --- */

bool tx_is_row(const struct tx_line *line, const char *id, const char *hash)
{
	bool by_hash = hash[0] && line->hash[0], by_id = id[0] && line->id[0];

	if (!by_hash && !by_id)
		return false;
	return (!by_hash || strcmp(line->hash, hash) == 0) && (!by_id || strcmp(line->id, id) == 0);
}

bool tx_pages_identity(const struct tx_pages *pages, const char *id, const char *hash,
		       struct tx_identity *out, int64_t *created_at)
{
	const struct tx_record *row = NULL;

	for (size_t i = 0; i < pages->count && !row; i++)
		if (tx_is_row(&pages->records[i].line, id, hash))
			row = &pages->records[i];
	if (!row)
		row = tx_groups_find(pages, id, hash);
	if (!row)
		return false;
	tx_record_identity(row, out);
	*created_at = row->created_at;
	return true;
}

void tx_pages_caseload(const struct tx_pages *pages, struct caseload *out)
{
	const char *index = pages->slow ? tx_sql_index(pages->config, pages->order) :
			    pages->hash_slow ? tx_sql_hash_index(pages->config) : "";

	out->configured = true;
	out->lines = pages->lines;
	out->count = pages->count;
	out->more_before = pages->more_before;
	out->more_after = pages->more_after;
	out->paging = is_paging(pages);
	out->order = pages->order;
	out->total = pages->total;
	out->total_bounded = pages->total_bounded;
	memcpy(out->found, pages->found, sizeof(out->found));
	memcpy(out->trouble, pages->trouble, sizeof(out->trouble));
	str_put(out->index, sizeof(out->index), index);
}
