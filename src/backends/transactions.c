#include "backends/transactions.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/outside.h"
#include "base/when.h"

enum { WHY = 200 };

/* An epoch beyond this is in milliseconds: as seconds it would lie in the year 5138. */
static const double epoch_ms = 1e11;

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

/*
 * The tables of the presets. `stuck` decides where age alone does not: an escrow is stuck when its
 * deadline has passed, when it was approved and nobody released it, or when it is disputed. An
 * intent need not have every column; it is open until it says that it was settled.
 */
static const struct {
	const char *ever;	/* has the table ever held a row? */
	const char *query;
	const char *blind;	/* what even an empty list does not show */
} presets[] = {
	[TX_CUSTOM] = {"true", NULL, NULL},
	[TX_TEACHLINK_BRIDGE] = {
		"EXISTS (SELECT FROM bridge_transactions)",
		"SELECT id, \"txHash\" AS hash, \"from\" AS source, amount,"
		" \"timestamp\" AS created_at, status"
		" FROM bridge_transactions WHERE status = 'initiated'", NULL},
	[TX_TEACHLINK_ESCROW] = {
		"EXISTS (SELECT FROM escrows)",
		"SELECT id, \"createdTxHash\" AS hash, depositor AS source, amount,"
		" \"indexedAt\" AS created_at, status, status <> 'active' OR"
		" coalesce(deadline < extract(epoch FROM now()), false) AS stuck"
		" FROM escrows WHERE status IN ('active', 'approved', 'disputed')", NULL},
	[TX_FUTURE_PAYMENTS] = {
		"EXISTS (SELECT FROM \"Transaction\")",
		"SELECT id, hash, trim_scale(amount) AS amount, \"assetCode\" AS asset,"
		" \"createdAt\" AT TIME ZONE 'UTC' AS created_at, 'unknown: no ledger' AS status"
		" FROM \"Transaction\" WHERE ledger IS NULL AND successful AND \"deletedAt\" IS NULL",
		"a payment that was never written shows in the logs only"},
	[TX_PAYMENT_INTENTS] = {
		"EXISTS (SELECT FROM payment_intents)",
		"SELECT idempotency_key AS id, i.hash, j ->> 'amount' AS amount,"
		" j ->> 'asset' AS asset, i.created_at, j ->> 'status' AS status"
		" FROM payment_intents AS i, to_jsonb(i) AS j WHERE j ->> 'settled_at' IS NULL"
		" AND coalesce(j ->> 'status', '') NOT IN"
		" ('confirmed', 'settled', 'failed', 'cancelled')", NULL},
};

/*
 * The question around the query. Columns that the query lacks are found in `d`, one scope further
 * out, as NULL. Times are written by to_jsonb, which knows no DateStyle. A page starts after the
 * key ($1, $2) unless $3 is NULL, and says so itself; the parameters take the columns' types.
 */
static const char head_sql[] =
	"SELECT e.ever, $3::text IS NULL AS first, to_jsonb(now()) #>> '{}' AS now_at,"
	" to_jsonb(localtimestamp) #>> '{}' AS local_at, p.*"
	" FROM (SELECT %s) AS e(ever) LEFT JOIN LATERAL (SELECT x.* FROM"
	" (VALUES (NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text,"
	"  NULL::boolean))"
	" AS d(id, hash, amount, asset, created_at, status, stuck) CROSS JOIN LATERAL"
	" (SELECT true AS present, id::text AS row_id, hash::text AS row_hash,"
	"  amount::text AS row_amount, asset::text AS row_asset, status::text AS row_status,"
	"  to_jsonb(created_at) #>> '{}' AS row_at, stuck AS row_stuck FROM (\n";
static const char tail_sql[] =
	"\n) AS q WHERE $3::text IS NULL OR (created_at, id) > ($1, $2)"
	" ORDER BY created_at, id LIMIT %d) AS x) AS p ON true";

/* A query as people write it may end in a semicolon. */
static struct str bare_query(const char *text)
{
	struct str query = str_trim(str_of(text));

	while (str_ends(query, ";"))
		query = str_trim(str_sub(query.p, query.len - 1));
	return query;
}

void tx_prepare(const struct tx_config *config, const struct tx_facts *facts,
		const struct ask_view *view, struct request *out)
{
	struct str query = bare_query(config->preset == TX_CUSTOM ? config->query :
				      presets[config->preset].query);

	/* The request has one growing text; a question in SQL has no path. */
	buf_clear(&out->path);
	buf_fmt(&out->path, head_sql, presets[config->preset].ever);
	buf_add(&out->path, query.p, query.len);
	buf_fmt(&out->path, tail_sql, (int)TX_PAGE);
	out->sql = buf_cstr(&out->path);
	out->param_count = 3;
	for (size_t i = 0; i < out->param_count; i++)
		out->is_null[i] = !(facts->more && view->good);
	str_put(out->params[0], sizeof(out->params[0]), facts->after_at);
	str_put(out->params[1], sizeof(out->params[1]), facts->after_id);
	str_put(out->params[2], sizeof(out->params[2]), "after");
}

static bool is_true(const struct rows *rows, size_t row, const char *column)
{
	const char *cell = rows_cell(rows, row, column);

	return cell && strcmp(cell, "t") == 0;
}

/* Age in seconds by the database's own clock; negative when it cannot be known. */
static double age_of(const struct rows *rows, size_t row)
{
	struct str at = str_of(rows_cell(rows, row, "row_at"));
	struct str now_text = str_of(rows_cell(rows, row, "now_at"));
	struct str local_text = str_of(rows_cell(rows, row, "local_at"));
	double epoch, age;
	msec now, then;

	if (at.len == 0)
		return -1;
	if (when_parse(now_text, &now) && num_parse_double(at, &epoch))
		age = (double)now / 1000 - (epoch > epoch_ms ? epoch / 1000 : epoch);
	else if ((when_parse(at, &then) && when_parse(now_text, &now)) ||
		 (when_parse_local(at, &then) && when_parse_local(local_text, &now)))
		age = (double)(now - then) / 1000;
	else
		return -1;
	return age > 0 ? age : 0;
}

enum band { BAND_FRESH, BAND_LATE, BAND_STUCK, BAND_CANCELLABLE, BAND_UNKNOWN };

static enum band band_of(const struct tx_config *config, const struct rows *rows, size_t row,
			 double age_s)
{
	double age = age_s * 1000;

	if (rows_cell(rows, row, "row_stuck"))
		return is_true(rows, row, "row_stuck") ? BAND_STUCK : BAND_FRESH;
	if (age_s < 0)
		return BAND_UNKNOWN;
	if (age >= (double)config->cancellable)
		return BAND_CANCELLABLE;
	if (age >= (double)config->stuck)
		return BAND_STUCK;
	return age >= (double)config->late ? BAND_LATE : BAND_FRESH;
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

static void cell_text(const struct rows *rows, size_t row, const char *column, char *out,
		      size_t size)
{
	outside_put(out, size, str_of(rows_cell(rows, row, column)));
}

static void add_amount(const struct tx_config *config, struct tx_facts *facts,
		       const struct rows *rows, size_t row)
{
	const char *amount = rows_cell(rows, row, "row_amount");
	struct at_risk *sum;
	char asset[NAME_TEXT];

	if (!amount)
		return;
	cell_text(rows, row, "row_asset", asset, sizeof(asset));
	sum = sum_of(&facts->building, asset[0] ? asset : config->asset);
	if (!sum || !num_decimal_add(sum->amount, str_of(amount)))
		facts->unread++;
}

static void add_row(struct tx_summary *tx, const struct rows *rows, size_t row, double age_s)
{
	struct tx_row *out;

	if (tx->row_count == TX_ROWS)
		return;
	out = &tx->rows[tx->row_count++];
	out->age_s = age_s;
	cell_text(rows, row, "row_id", out->id, sizeof(out->id));
	cell_text(rows, row, "row_hash", out->hash, sizeof(out->hash));
	cell_text(rows, row, "row_status", out->status, sizeof(out->status));
	cell_text(rows, row, "row_amount", out->amount, sizeof(out->amount));
	cell_text(rows, row, "row_asset", out->asset, sizeof(out->asset));
}

/* False when this row's age, and with it everything, cannot be judged. */
static bool count_row(const struct tx_config *config, struct tx_facts *facts,
		      const struct rows *rows, size_t row)
{
	struct tx_summary *tx = &facts->building;
	double age_s = age_of(rows, row);
	enum band band = band_of(config, rows, row, age_s);

	if (band == BAND_UNKNOWN)
		return false;
	tx->total_open++;
	tx->late += band == BAND_LATE;
	tx->stuck += band == BAND_STUCK || band == BAND_CANCELLABLE;
	tx->cancellable += band == BAND_CANCELLABLE;
	if (age_s > facts->oldest_open_s)
		facts->oldest_open_s = age_s;
	if (band == BAND_FRESH)
		return true;
	if (age_s > tx->oldest_age_s)
		tx->oldest_age_s = age_s;
	add_row(tx, rows, row, age_s);
	if (band == BAND_STUCK || band == BAND_CANCELLABLE)
		add_amount(config, facts, rows, row);
	return true;
}

static void restart(struct tx_facts *facts)
{
	memset(&facts->building, 0, sizeof(facts->building));
	facts->building.oldest_age_s = facts->oldest_open_s = -1;
	facts->pages = facts->unread = 0;
	facts->more = false;
}

/* Where the next page starts; false when this was the last one. Without a key there is none. */
static bool go_on(struct tx_facts *facts, const struct rows *rows)
{
	const char *at = rows_cell(rows, rows->count - 1, "row_at");
	const char *id = rows_cell(rows, rows->count - 1, "row_id");

	if (rows->count < TX_PAGE)
		return false;
	facts->building.bounded = true;
	if (facts->pages >= TX_PAGES || !at || !id)
		return false;
	if (!str_put(facts->after_at, sizeof(facts->after_at), at) ||
	    !str_put(facts->after_id, sizeof(facts->after_id), id))
		return false;
	facts->building.bounded = false;
	return true;
}

static void say_known(const struct tx_config *config, struct tx_facts *facts)
{
	struct tx_summary *tx = &facts->building;
	char oldest[WHEN_TEXT], limit[WHEN_TEXT];
	struct buf text = {0};

	when_format_age(oldest, (msec)(tx->oldest_age_s * 1000));
	when_format_age(limit, config->stuck);
	buf_fmt(&text, "%s%ld stuck", tx->bounded ? "at least " : "", tx->stuck);
	if (tx->late > 0)
		buf_fmt(&text, ", %ld late", tx->late);
	buf_fmt(&text, " of %ld open", tx->total_open);
	if (tx->oldest_age_s >= 0)
		buf_fmt(&text, ", oldest %s", oldest);
	if (config->preset != TX_TEACHLINK_ESCROW)
		buf_fmt(&text, ", limit %s", limit);
	if (facts->unread > 0)
		buf_fmt(&text, "; %u amounts could not be read", facts->unread);
	if (presets[config->preset].blind)
		buf_fmt(&text, "; %s", presets[config->preset].blind);
	str_put(tx->because, sizeof(tx->because), buf_cstr(&text));
	buf_done(&text);
}

static void publish(const struct tx_config *config, struct tx_facts *facts, bool ever, msec at)
{
	struct tx_summary *tx = &facts->building;

	tx->at = at;
	tx->known = ever;
	if (tx->row_count == 0)
		tx->oldest_age_s = facts->oldest_open_s;
	if (ever)
		say_known(config, facts);
	else
		str_put(tx->because, sizeof(tx->because),
			"no data: the table has never held a row");
	facts->shown = *tx;
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
	for (size_t i = 0; i < rows->count; i++) {
		if (!is_true(rows, i, "present") || count_row(config, facts, rows, i))
			continue;
		facts->more = false;
		str_put(why, WHY, "the age of a row cannot be read from created_at");
		return DECODED_BAD;
	}
	facts->more = go_on(facts, rows);
	if (facts->more)
		return DECODED_MORE;
	publish(config, facts, is_true(rows, 0, "ever"), reply->at);
	return DECODED_GOOD;
}

static enum state state_of(const struct tx_summary *tx)
{
	if (!tx->known)
		return STATE_UNKNOWN;
	if (tx->stuck > 0)
		return STATE_BAD;
	return tx->late > 0 ? STATE_WARN : STATE_OK;
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
