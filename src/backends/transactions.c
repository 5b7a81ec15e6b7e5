#include "backends/transactions.h"

#include <string.h>

#include "backends/tx_sql.h"
#include "base/num.h"
#include "base/outside.h"

enum { WHY = 200 };

static const char *const preset_names[] = {
	[TX_CUSTOM] = "custom",
	[TX_TEACHLINK_BRIDGE] = "teachlink-bridge",
	[TX_TEACHLINK_ESCROW] = "teachlink-escrow",
	[TX_FUTURE_PAYMENTS] = "future-payments",
	[TX_PAYMENT_INTENTS] = "payment-intents",
	NULL,
};

static const char *const hash_is_names[] = {
	[TX_HASH_AS_PRESET] = "preset",
	[TX_HASH_PAYMENT] = "payment",
	[TX_HASH_INITIATION] = "initiation",
	NULL,
};

const struct setting transactions_settings[] = {
	{ .key = "source", .type = SETTING_TEXT, .offset = offsetof(struct tx_config, source),
	  .required = true, .help = "Name of the postgres source that holds the rows." },
	{ .key = "preset", .type = SETTING_CHOICE, .offset = offsetof(struct tx_config, preset),
	  .def = "custom", .choices = preset_names,
	  .help = "Whose tables they are; custom needs a query." },
	{ .key = "query", .type = SETTING_TEXT, .offset = offsetof(struct tx_config, query),
	  .help = "A SELECT of the open rows with any of the columns id, hash, envelope_xdr, source,"
		  " sequence, amount, asset, created_at, status, attempts, last_error, valid_until,"
		  " intent, destination, memo." },
	{ .key = "asset", .type = SETTING_TEXT, .offset = offsetof(struct tx_config, asset),
	  .def = "units", .help = "What amounts are counted in where no column says it." },
	{ .key = "late", .type = SETTING_DURATION, .offset = offsetof(struct tx_config, late),
	  .def = "5m", .min = 1000, .help = "Age from which an open row is late." },
	{ .key = "stuck", .type = SETTING_DURATION, .offset = offsetof(struct tx_config, stuck),
	  .def = "2h", .min = 1000, .help = "Age from which an open row is stuck." },
	{ .key = "cancellable", .type = SETTING_DURATION,
	  .offset = offsetof(struct tx_config, cancellable), .def = "7d", .min = 1000,
	  .help = "Age from which the contract lets a stuck row be cancelled; older ones are counted"
		  " apart, for some stay open for ever." },
	{ .key = "hash_is", .type = SETTING_CHOICE, .offset = offsetof(struct tx_config, hash_is),
	  .def = "preset", .choices = hash_is_names,
	  .help = "What the hash of a row proves: the payment, or only its initiation (then no act on"
		  " a row is ever offered). A bridge and an escrow are initiations, payments and"
		  " intents payments; so is a query unless this says otherwise." },
	{ .key = "write_dsn", .type = SETTING_SECRET, .offset = offsetof(struct tx_config, write_dsn),
	  .help = "A login that may mark rows. Without it the SQL is shown and copied, never run." },
	{ .key = "complete", .type = SETTING_BOOL, .offset = offsetof(struct tx_config, complete),
	  .def = "false",
	  .help = "The rows hold every envelope that the platform ever signs, so that no other can be"
		  " alive for the same payment." },
	{ .key = "network", .type = SETTING_TEXT, .offset = offsetof(struct tx_config, network),
	  .help = "public, testnet or a network passphrase; that of the horizon and stellar-rpc"
		  " sources when absent." },
	{ .key = "mark_done", .type = SETTING_TEXT, .offset = offsetof(struct tx_config, mark_done),
	  .help = "Of a query of your own: the UPDATE that says that row $1, with hash $2, was paid." },
	{ .key = "mark_failed", .type = SETTING_TEXT,
	  .offset = offsetof(struct tx_config, mark_failed),
	  .help = "The UPDATE that says that row $1, with hash $2, failed on the ledger." },
	{ .key = "mark_cancelled", .type = SETTING_TEXT,
	  .offset = offsetof(struct tx_config, mark_cancelled),
	  .help = "The UPDATE that says that row $1, with hash $2, can never be paid any more." },
	SETTING_END
};

/* Of these a confirmed hash says that something began, never that it ended. */
static const bool starts_only[] = {
	[TX_CUSTOM] = false,
	[TX_TEACHLINK_BRIDGE] = true,
	[TX_TEACHLINK_ESCROW] = true,
	[TX_FUTURE_PAYMENTS] = false,
	[TX_PAYMENT_INTENTS] = false,
};

const char *tx_config_problem(const struct tx_config *config)
{
	bool has_query = config->query && str_trim(str_of(config->query)).len > 0;

	if (config->preset == TX_CUSTOM && !has_query)
		return "transactions needs a preset or a query";
	if (config->preset != TX_CUSTOM && has_query)
		return "transactions has a preset and a query: one of them must go";
	if (config->late > config->stuck || config->stuck > config->cancellable)
		return "transactions needs late <= stuck <= cancellable";
	if (starts_only[config->preset] && config->hash_is == TX_HASH_PAYMENT)
		return "transactions: the hash of this preset only begins a transfer, which hash_is cannot"
		       " change";
	if (config->preset != TX_CUSTOM &&
	    (config->mark_done || config->mark_failed || config->mark_cancelled))
		return "transactions: mark_done, mark_failed and mark_cancelled belong to a query";
	return NULL;
}

enum hash_is tx_hash_is(const struct tx_config *config)
{
	if (starts_only[config->preset] || config->hash_is == TX_HASH_INITIATION)
		return HASH_IS_INITIATION;
	return HASH_IS_PAYMENT;
}

/* The next page, or the first one when the reading begins or the last answer was none. */
void tx_prepare(const struct tx_config *config, const struct tx_facts *facts,
		const struct ask_view *view, struct request *out)
{
	struct tx_window window = { .order = TX_OLDEST_FIRST, .bare = true, .limit = TX_PAGE,
				    .from_key = facts->more && view->good };

	str_put(window.at, sizeof(window.at), facts->after_at);
	str_put(window.id, sizeof(window.id), facts->after_id);
	tx_sql_page(config, &window, out);
}

static bool is_true(const struct rows *rows, size_t row, const char *column)
{
	const char *cell = rows_cell(rows, row, column);

	return cell && strcmp(cell, "t") == 0;
}

/* The sum of this asset; a new one while there is room. */
static struct at_risk *sum_of(struct tx_summary *tx, const char *asset)
{
	for (size_t i = 0; i < tx->at_risk_count; i++)
		if (strcmp(tx->at_risk[i].asset, asset) == 0)
			return &tx->at_risk[i];
	if (tx->at_risk_count == TX_ASSETS)
		return NULL;
	str_put(tx->at_risk[tx->at_risk_count].asset, NAME_TEXT, asset);
	return &tx->at_risk[tx->at_risk_count++];
}

static void add_amount(const struct tx_config *config, struct tx_facts *facts,
		       const struct tx_cells *cells)
{
	const char *amount = tx_cells_amount(cells);
	struct at_risk *sum;
	char asset[NAME_TEXT];

	if (!cells->at[CELL_AMOUNT])
		return;
	outside_put(asset, sizeof(asset), str_of(cells->at[CELL_ASSET]));
	sum = amount ? sum_of(&facts->building, asset[0] ? asset : config->asset) : NULL;
	if (!sum || !num_decimal_add(sum->amount, str_of(amount)))
		facts->unread++;
}

static void add_row(struct tx_summary *tx, const struct tx_cells *cells, double age_s)
{
	struct tx_row *out;

	if (tx->row_count == TX_ROWS)
		return;
	out = &tx->rows[tx->row_count++];
	out->age_s = age_s;
	outside_put(out->id, sizeof(out->id), str_of(cells->at[CELL_ID]));
	outside_put(out->hash, sizeof(out->hash), str_of(cells->at[CELL_HASH]));
	outside_put(out->status, sizeof(out->status), str_of(cells->at[CELL_STATUS]));
	outside_put(out->amount, sizeof(out->amount), str_of(cells->at[CELL_AMOUNT]));
	outside_put(out->asset, sizeof(out->asset), str_of(cells->at[CELL_ASSET]));
}

static bool is_dismissed(const struct tx_config *config, const struct tx_cells *cells)
{
	const char *id = cells->at[CELL_ID], *hash = cells->at[CELL_HASH];

	const struct tx_dismissals *all = config->dismissals;

	return all && all->has && all->has(all->arg, id ? id : "", hash ? hash : "");
}

/* Late and stuck rows make the headline. */
static void count_band(const struct tx_config *config, struct tx_facts *facts,
		       const struct tx_cells *cells, enum tx_band band)
{
	struct tx_summary *tx = &facts->building;
	double age_s = tx_cells_age(cells);

	tx->late += band == TX_LATE;
	tx->stuck += band == TX_STUCK;
	tx->cancellable += band == TX_OLD;
	if (band == TX_OLD)
		return;
	if (age_s > facts->oldest_open_s)
		facts->oldest_open_s = age_s;
	if (band == TX_FRESH)
		return;
	if (age_s > tx->oldest_age_s)
		tx->oldest_age_s = age_s;
	add_row(tx, cells, age_s);
	if (band == TX_STUCK)
		add_amount(config, facts, cells);
}

static void count_row(const struct tx_config *config, struct tx_facts *facts,
		      const struct tx_cells *cells)
{
	enum tx_band band;

	facts->building.total_open++;
	if (is_dismissed(config, cells))
		facts->building.dismissed++;
	else if (tx_cells_band(config, cells, &band))
		count_band(config, facts, cells, band);
	else
		facts->building.undated++;
}

static void restart(struct tx_facts *facts)
{
	memset(&facts->building, 0, sizeof(facts->building));
	facts->building.oldest_age_s = facts->oldest_open_s = -1;
	facts->pages = facts->unread = 0;
	facts->more = facts->passed_over = false;
}

/*
 * Where the next page starts; false when this was the last one. Without a key there is none. After
 * a page of nothing but old rows it is the first time that counts.
 */
static bool go_on(const struct tx_config *config, struct tx_facts *facts, const struct rows *rows)
{
	struct tx_cells last;
	enum tx_band band;

	if (rows->count < TX_PAGE)
		return false;
	facts->building.bounded = true;
	if (facts->pages >= TX_PAGES || !tx_cells_of(rows, rows->count - 1, &last) ||
	    !last.at[CELL_CREATED_AT] || !last.at[CELL_ID] ||
	    strlen(last.at[CELL_ID]) > tx_cell_most(CELL_ID))
		return false;
	facts->after_id[0] = '\0';
	if (!facts->passed_over && tx_cells_band(config, &last, &band) && band == TX_OLD &&
	    tx_cells_time(&last, config->cancellable, facts->after_at)) {
		facts->passed_over = true;
		return true;
	}
	if (!str_put(facts->after_at, sizeof(facts->after_at), last.at[CELL_CREATED_AT]) ||
	    !str_put(facts->after_id, sizeof(facts->after_id), last.at[CELL_ID]))
		return false;
	facts->building.bounded = facts->passed_over;
	return true;
}

/* What is open and not in the headline. */
static void say_beside(const struct tx_config *config, const struct tx_facts *facts,
		       struct buf *text)
{
	const struct tx_summary *tx = &facts->building;
	char age[WHEN_TEXT];

	when_format_age(age, config->cancellable);
	if (tx->cancellable > 0)
		buf_fmt(text, "; %s%ld older than %s", facts->passed_over ? "at least " : "",
			tx->cancellable, age);
	if (tx->dismissed > 0)
		buf_fmt(text, "; %ld dismissed", tx->dismissed);
	if (tx->undated > 0)
		buf_fmt(text, "; the age of %ld cannot be read", tx->undated);
	if (facts->unread > 0)
		buf_fmt(text, "; %u amounts could not be read", facts->unread);
}

static void say_known(const struct tx_config *config, struct tx_facts *facts)
{
	struct tx_summary *tx = &facts->building;
	const char *blind = tx_sql_blind(config);
	char oldest[WHEN_TEXT], limit[WHEN_TEXT];
	struct buf text = {0};

	when_format_age(oldest, (msec)(tx->oldest_age_s * 1000));
	when_format_age(limit, config->stuck);
	/* Rows passed over are old, and no others. */
	buf_fmt(&text, "%s%ld stuck", facts->pages >= TX_PAGES && tx->bounded ? "at least " : "",
		tx->stuck);
	if (tx->late > 0)
		buf_fmt(&text, ", %ld late", tx->late);
	buf_fmt(&text, " of %s%ld open", tx->bounded ? "at least " : "", tx->total_open);
	if (tx->oldest_age_s >= 0)
		buf_fmt(&text, ", oldest %s", oldest);
	if (config->preset != TX_TEACHLINK_ESCROW)
		buf_fmt(&text, ", limit %s", limit);
	say_beside(config, facts, &text);
	if (blind)
		buf_fmt(&text, "; %s", blind);
	str_put(tx->because, sizeof(tx->because), buf_cstr(&text));
	buf_done(&text);
}

static void publish(const struct tx_config *config, struct tx_facts *facts, bool ever, msec at)
{
	struct tx_summary *tx = &facts->building;

	tx->at = at;
	tx->known = ever;
	tx->old_matter = tx->cancellable > 0 && tx_hash_is(config) == HASH_IS_PAYMENT;
	if (tx->row_count == 0)
		tx->oldest_age_s = facts->oldest_open_s;
	if (ever)
		say_known(config, facts);
	else
		str_put(tx->because, sizeof(tx->because),
			"no data: the table has never held a row");
	facts->shown = *tx;
}

/* False: it has rows, and of none is the age known: created_at is something else. */
static bool count_page(const struct tx_config *config, struct tx_facts *facts,
		       const struct rows *rows)
{
	long before = facts->building.total_open, undated = facts->building.undated;
	struct tx_cells cells;

	for (size_t i = 0; i < rows->count; i++)
		if (tx_cells_of(rows, i, &cells))
			count_row(config, facts, &cells);
	before = facts->building.total_open - before;
	return before == 0 || facts->building.undated - undated < before;
}

enum decoded tx_decode(const struct tx_config *config, const struct reply *reply,
		       struct tx_facts *facts, char why[WHY])
{
	const struct rows *rows = &reply->rows;

	if (rows->count == 0 || !rows_cell(rows, 0, "ever")) {
		str_put(why, WHY, "the answer holds no row of the question");
		return DECODED_BAD;
	}
	if (is_true(rows, 0, "first"))
		restart(facts);
	facts->pages++;
	if (!count_page(config, facts, rows)) {
		facts->more = false;
		str_put(why, WHY, "the age of no row can be read from created_at");
		return DECODED_BAD;
	}
	facts->more = go_on(config, facts, rows);
	if (facts->more)
		return DECODED_MORE;
	publish(config, facts, is_true(rows, 0, "ever"), reply->at);
	return DECODED_GOOD;
}

/*
 * What nobody could count is not well. Old rows of a payment are payments that nobody settled;
 * those of a bridge or an escrow stay open for ever once they were refunded, and would never be
 * well again.
 */
static enum state state_of(const struct tx_summary *tx)
{
	if (!tx->known)
		return STATE_UNKNOWN;
	if (tx->stuck > 0)
		return STATE_BAD;
	if (tx->undated > 0)
		return STATE_UNKNOWN;
	return tx->late > 0 || tx->old_matter ? STATE_WARN : STATE_OK;
}

void tx_judge(struct tx_facts *facts, const struct ask_view *view, struct reading *out)
{
	struct tx_summary *tx = &facts->shown;

	if (view->answered && !view->good) {
		tx->known = false;
		str_put(tx->because, sizeof(tx->because), view->error);
	} else if (!tx->because[0]) {
		str_put(tx->because, sizeof(tx->because), "not read yet");
	}
	*out = (struct reading){.name = "stuck", .unit = "count", .known = tx->known,
				.value = (double)tx->stuck, .at = tx->at, .judged = true,
				.yields = true,
				.state = state_of(tx)};
	memcpy(out->because, tx->because, sizeof(out->because));
}
