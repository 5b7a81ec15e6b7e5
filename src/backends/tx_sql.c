/*
 * tx_sql.c: a question is a query of the platform's in three wrappings:
 *
 *   raw   the preset's own SELECT, or the operator's
 *   q     the same with every column of tx_row.h; one that raw lacks is found in `d`, a row of
 *         NULLs one scope further out
 *   x     its cells as text, cut; times as to_jsonb writes them, which knows no DateStyle
 *
 * around which `e` says whether the table has ever held a row, and the answer has at least one row.
 */
#include "backends/tx_sql.h"

#include <ctype.h>
#include <string.h>

#include "base/json.h"

/* Between a plan that follows an index and one that reads the table: that of a page is worth some
 * hundreds at most, that of one row some tens. */
static const double slow_page = 3000, slow_row = 500;

struct preset {
	const char *ever;		/* has the table ever held a row? */
	const char *columns, *from;
	const char *open;		/* which rows are open; NULL: all that there are */
	const char *same_day;		/* are q and me within a day of each other? */
	const char *by_age, *by_amount, *by_account, *by_hash;	/* the indexes */
	const char *blind;
};

#define WITHIN_A_DAY "q.created_at BETWEEN me.created_at - interval '1 day' AND" \
		     " me.created_at + interval '1 day'"

/* Of a column whose type nobody has told us. */
#define EPOCH_OF(t) "(SELECT CASE WHEN jsonb_typeof(j) = 'number' THEN CASE WHEN j::text::numeric" \
	" > 1e11 THEN j::text::numeric / 1000 ELSE j::text::numeric END" \
	" ELSE extract(epoch FROM (j #>> '{}')::timestamptz) END" \
	" FROM to_jsonb(" t ".created_at) AS j)"

/*
 * The tables of the presets. `stuck` decides where age alone does not: an escrow is stuck when its
 * deadline has passed, when it was approved and nobody released it, or when it is disputed.
 */
static const struct preset presets[] = {
	[TX_CUSTOM] = {
		.ever = "true",
		.same_day = "abs(" EPOCH_OF("q") " - " EPOCH_OF("me") ") <= 86400",
		.by_age = "the query needs an index on what created_at and id are made of",
		.by_amount = "the query needs an index on what amount and id are made of",
		.by_account = "the query needs an index on what source and id are made of",
		.by_hash = "the query needs an index on what hash is made of" },
	[TX_TEACHLINK_BRIDGE] = {
		.ever = "EXISTS (SELECT FROM bridge_transactions)",
		.columns = "id, \"txHash\" AS hash, \"from\" AS source, amount,"
			   " \"timestamp\" AS created_at, status,"
			   " \"destinationChain\" || ':' || \"destinationAddress\" AS destination",
		.from = "bridge_transactions",
		.open = "status = 'initiated'",
		.same_day = "q.created_at BETWEEN me.created_at - 86400 AND me.created_at + 86400",
		.by_age = "CREATE INDEX CONCURRENTLY ON bridge_transactions (\"timestamp\", id)"
			  " WHERE status = 'initiated'",
		.by_amount = "CREATE INDEX CONCURRENTLY ON bridge_transactions (amount, id)"
			     " WHERE status = 'initiated'",
		.by_account = "CREATE INDEX CONCURRENTLY ON bridge_transactions (\"from\", id)"
			      " WHERE status = 'initiated'",
		.by_hash = "CREATE INDEX CONCURRENTLY ON bridge_transactions (\"txHash\")" },
	[TX_TEACHLINK_ESCROW] = {
		.ever = "EXISTS (SELECT FROM escrows)",
		.columns = "id, \"createdTxHash\" AS hash, depositor AS source, amount,"
			   " \"indexedAt\" AS created_at, status, status <> 'active' OR"
			   " coalesce(deadline < extract(epoch FROM now()), false) AS stuck,"
			   " beneficiary AS destination, \"disputeReason\" AS last_error",
		.from = "escrows",
		.open = "status IN ('active', 'approved', 'disputed')",
		.same_day = WITHIN_A_DAY,
		.by_age = "CREATE INDEX CONCURRENTLY ON escrows (\"indexedAt\", id)"
			  " WHERE status IN ('active', 'approved', 'disputed')",
		.by_amount = "CREATE INDEX CONCURRENTLY ON escrows (amount, id)"
			     " WHERE status IN ('active', 'approved', 'disputed')",
		.by_account = "CREATE INDEX CONCURRENTLY ON escrows (depositor, id)"
			      " WHERE status IN ('active', 'approved', 'disputed')",
		.by_hash = "CREATE INDEX CONCURRENTLY ON escrows (\"createdTxHash\")" },
	[TX_FUTURE_PAYMENTS] = {
		.ever = "EXISTS (SELECT FROM \"Transaction\")",
		.columns = "id, hash, trim_scale(amount) AS amount, \"assetCode\" AS asset,"
			   " \"createdAt\" AT TIME ZONE 'UTC' AS created_at, CASE WHEN ledger IS NULL"
			   " THEN 'unknown: no ledger' WHEN successful THEN 'successful'"
			   " ELSE 'failed' END AS status, \"senderId\" AS source,"
			   " \"recipientId\" AS destination, memo, \"retryAttempts\" AS attempts",
		.from = "\"Transaction\"",
		.open = "ledger IS NULL AND successful AND \"deletedAt\" IS NULL",
		.same_day = WITHIN_A_DAY,
		.by_age = "CREATE INDEX CONCURRENTLY ON \"Transaction\""
			  " ((\"createdAt\" AT TIME ZONE 'UTC'), id)"
			  " WHERE ledger IS NULL AND successful AND \"deletedAt\" IS NULL",
		.by_amount = "CREATE INDEX CONCURRENTLY ON \"Transaction\" ((trim_scale(amount)), id)"
			     " WHERE ledger IS NULL AND successful AND \"deletedAt\" IS NULL",
		.by_account = "CREATE INDEX CONCURRENTLY ON \"Transaction\" (\"senderId\", id)"
			      " WHERE ledger IS NULL AND successful AND \"deletedAt\" IS NULL",
		.by_hash = "CREATE UNIQUE INDEX CONCURRENTLY ON \"Transaction\" (hash)",
		.blind = "a payment that was never written shows in the logs only" },
	[TX_PAYMENT_INTENTS] = {
		.ever = "EXISTS (SELECT FROM payment_intents)",
		.columns = "id, idempotency_key AS intent, hash, envelope_xdr, source,"
			   " sequence, amount, asset, created_at, status, attempts, last_error,"
			   " destination, memo",
		.from = "payment_intents AS i",
		.open = "settled_at IS NULL AND coalesce(status::text, '') NOT IN"
			" ('confirmed', 'settled', 'failed', 'cancelled')",
		.same_day = WITHIN_A_DAY,
		.by_age = "CREATE INDEX CONCURRENTLY payment_intents_open ON payment_intents"
			  " (created_at, id) WHERE settled_at IS NULL",
		.by_amount = "CREATE INDEX CONCURRENTLY ON payment_intents (amount, id)"
			     " WHERE settled_at IS NULL",
		.by_account = "CREATE INDEX CONCURRENTLY ON payment_intents (source, id)"
			      " WHERE settled_at IS NULL",
		.by_hash = "CREATE UNIQUE INDEX CONCURRENTLY ON payment_intents (hash)" },
};

static const struct {
	const char *column;		/* that it goes by, before the id; NULL: there is none */
	bool falling;
} orders[] = {
	[TX_OLDEST_FIRST] = { "created_at", false },
	[TX_NEWEST_FIRST] = { "created_at", true },
	[TX_BY_AMOUNT] = { "amount", true },
	[TX_BY_ACCOUNT] = { "source", false },
	[TX_BY_VERDICT] = { NULL, false },
};

bool tx_sql_has_order(enum tx_order order)
{
	return orders[order].column != NULL;
}

static enum tx_order order_of(enum tx_order order)
{
	return tx_sql_has_order(order) ? order : TX_OLDEST_FIRST;
}

/* --- the parts --- */

/* A query as people write it may end in a semicolon. */
static struct str bare_query(const char *text)
{
	struct str query = str_trim(str_of(text));

	while (str_ends(query, ";"))
		query = str_trim(str_sub(query.p, query.len - 1));
	return query;
}

static void put_raw(struct buf *out, const struct tx_config *config, bool all)
{
	const struct preset *preset = &presets[config->preset];
	struct str query;

	if (config->preset == TX_CUSTOM) {
		query = bare_query(config->query);
		buf_add(out, query.p, query.len);
		return;
	}
	buf_fmt(out, "SELECT %s FROM %s", preset->columns, preset->from);
	if (!all)
		buf_fmt(out, " WHERE %s", preset->open);
}

static void put_names(struct buf *out)
{
#define X(sym, name, most, how) buf_fmt(out, "%s" name, CELL_##sym ? ", " : "");
	TX_COLUMNS(X)
#undef X
}

/* (SELECT every column FROM (the query) AS raw) */
static void put_source(struct buf *out, const struct tx_config *config, bool all)
{
	buf_text(out, "(SELECT ");
	put_names(out);
	buf_text(out, " FROM (\n");
	put_raw(out, config, all);
	buf_text(out, "\n) AS raw)");
}

static void put_null_row(struct buf *out)
{
	buf_text(out, "(VALUES (NULL::text");
#define TEXT "NULL::text"
#define TIME "NULL::text"
#define BOOL "NULL::boolean"
#define X(sym, name, most, how) buf_text(out, ", " how);
	TX_COLUMNS(X)
#undef X
#undef TEXT
#undef TIME
#undef BOOL
	buf_text(out, ")) AS d(settled_at, ");
	put_names(out);
	buf_char(out, ')');
}

/* One character more than there is room for, so that what was cut shows. */
static void put_cells(struct buf *out, bool bare)
{
#define TEXT(name) name "::text"
#define TIME(name) "to_jsonb(" name ") #>> '{}'"
#define BOOL(name) name "::text"
#define X(sym, name, most, how) \
	if (!bare || CELL_##sym != CELL_ENVELOPE) \
		buf_fmt(out, ", left(" how("q." name) ", %d) AS row_" name, (most) + 1);
	TX_COLUMNS(X)
#undef X
#undef TEXT
#undef TIME
#undef BOOL
}

static void begin(struct buf *out, const struct tx_config *config, bool first, bool bare)
{
	buf_fmt(out, "SELECT e.ever, %s AS first, to_jsonb(now()) #>> '{}' AS now_at,"
		" to_jsonb(localtimestamp) #>> '{}' AS local_at, p.* FROM (SELECT %s) AS e(ever)"
		" LEFT JOIN LATERAL (SELECT x.* FROM ", first ? "true" : "false",
		presets[config->preset].ever);
	put_null_row(out);
	buf_text(out, " CROSS JOIN LATERAL (SELECT true AS present");
	put_cells(out, bare);
	buf_text(out, " FROM ");
}

/* The request has one growing text; a question in SQL has no path. */
static struct buf *question(struct request *out)
{
	buf_clear(&out->path);
	out->param_count = 0;
	return &out->path;
}

static void finish(struct request *out, const char *rest)
{
	buf_text(&out->path, rest);
	buf_text(&out->path, ") AS x) AS p ON true");
	out->sql = buf_cstr(&out->path);
}

static void param(struct request *out, const char *text)
{
	out->is_null[out->param_count] = false;
	str_put(out->params[out->param_count], sizeof(out->params[0]), text);
	out->param_count++;
}

/* --- the questions --- */

void tx_sql_page(const struct tx_config *config, const struct tx_window *window,
		 struct request *out)
{
	enum tx_order order = order_of(window->order);
	const char *column = orders[order].column;
	bool falling = orders[order].falling != window->back;
	struct buf *text = question(out);

	begin(text, config, !window->from_key, window->bare);
	put_source(text, config, false);
	buf_text(text, " AS q");
	if (window->from_key && !window->id[0]) {
		buf_fmt(text, " WHERE q.%s %c= $1", column, falling ? '<' : '>');
		param(out, window->at);
	} else if (window->from_key) {
		buf_fmt(text, " WHERE (q.%s, q.id) %c%s ($1, $2)", column, falling ? '<' : '>',
			window->including ? "=" : "");
		param(out, window->at);
		param(out, window->id);
	} else if (order == TX_BY_AMOUNT || order == TX_BY_ACCOUNT) {
		buf_fmt(text, " WHERE q.%s IS NOT NULL", column);
	}
	buf_fmt(text, " ORDER BY q.%s%s, q.id%s LIMIT %u", column, falling ? " DESC" : "",
		falling ? " DESC" : "", window->limit);
	finish(out, "");
}

static bool is_hash(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return len == TX_HASH_TEXT - 1;
}

/* In small letters and in capitals: an index knows only what is written in the column. */
static void hash_params(struct request *out, const char *hash)
{
	char low[TX_HASH_TEXT], high[TX_HASH_TEXT];
	size_t len = strlen(hash);

	for (size_t i = 0; i < len && i < sizeof(low); i++) {
		low[i] = (char)tolower((unsigned char)hash[i]);
		high[i] = (char)toupper((unsigned char)hash[i]);
	}
	low[len] = high[len] = '\0';
	param(out, low);
	param(out, high);
}

/* WHERE it is this row; of `name`. */
static void put_this(struct request *out, const char *name, const char *id, const char *hash)
{
	struct buf *text = &out->path;
	bool by_hash = is_hash(hash);

	if (by_hash) {
		buf_fmt(text, " WHERE %s.hash IN ($1, $2)", name);
		hash_params(out, hash);
	}
	if (id[0] || !by_hash) {
		buf_fmt(text, "%s %s.id = $%zu", by_hash ? " AND" : " WHERE", name,
			out->param_count + 1);
		param(out, id);
	}
}

void tx_sql_find(const struct tx_config *config, const char *words, struct request *out)
{
	struct buf *text = question(out);
	bool by_hash = is_hash(words);

	begin(text, config, true, true);
	put_source(text, config, false);
	buf_text(text, " AS q");
	put_this(out, "q", by_hash ? "" : words, by_hash ? words : "");
	finish(out, " LIMIT 1");
}

void tx_sql_row(const struct tx_config *config, const char *id, const char *hash,
		struct request *out)
{
	struct buf *text = question(out);

	begin(text, config, true, false);
	put_source(text, config, true);
	buf_text(text, " AS q");
	put_this(out, "q", id, hash);
	finish(out, " LIMIT 2");
}

/*
 * Rows alike but for the moment, within a day: who is paid what, with which memo. A key that is
 * there decides alone. Whose sequence number is used says nothing of who pays: another channel
 * account may carry the same payment, so that one who is paid is enough; two payers of the same
 * are one group then, which forbids more. `me` may be closed by now, and so may the others.
 */
void tx_sql_group(const struct tx_config *config, const char *id, const char *hash,
		  unsigned limit, struct request *out)
{
	struct buf *text = question(out);

	begin(text, config, true, false);
	buf_text(text, "(SELECT * FROM ");
	put_source(text, config, true);
	buf_text(text, " AS m");
	put_this(out, "m", id, hash);
	buf_text(text, " LIMIT 1) AS me CROSS JOIN LATERAL (SELECT * FROM ");
	put_source(text, config, true);
	buf_text(text, " AS a WHERE a.intent = me.intent UNION ALL SELECT * FROM ");
	put_source(text, config, true);
	buf_text(text, " AS b WHERE me.intent IS NULL AND b.source = me.source"
		 " UNION ALL SELECT * FROM ");
	put_source(text, config, true);
	buf_text(text, " AS c WHERE me.intent IS NULL AND c.destination = me.destination"
		 " AND c.source IS DISTINCT FROM me.source) AS q WHERE me.intent IS NOT NULL"
		 " OR (q.destination IS NOT DISTINCT FROM me.destination"
		 " AND q.asset IS NOT DISTINCT FROM me.asset AND q.amount = me.amount"
		 " AND q.memo IS NOT DISTINCT FROM me.memo AND ");
	buf_text(text, presets[config->preset].same_day);
	buf_fmt(text, ") ORDER BY q.created_at, q.id LIMIT %u", limit);
	finish(out, "");
}

void tx_sql_count(const struct tx_config *config, unsigned bound, struct request *out)
{
	struct buf *text = question(out);

	buf_text(text, "SELECT count(*) AS total FROM ");
	put_null_row(text);
	buf_text(text, " CROSS JOIN LATERAL (SELECT 1 FROM (\n");
	put_raw(text, config, false);
	buf_text(text, "\n) AS raw");
	if (bound > 0)
		buf_fmt(text, " LIMIT %u", bound);
	buf_text(text, ") AS q");
	out->sql = buf_cstr(text);
}

void tx_sql_plan(struct request *request)
{
	struct buf text = { 0 };

	buf_fmt(&text, "EXPLAIN (FORMAT JSON) %s", request->sql);
	buf_clear(&request->path);
	buf_add(&request->path, buf_cstr(&text), text.len);
	request->sql = buf_cstr(&request->path);
	buf_done(&text);
}

/* --- what comes back --- */

bool tx_plan_is_slow(struct str plan, bool of_one_row)
{
	struct err err = { 0 };
	json_t *root = json_read(plan, JSON_MAX_SMALL, &err);
	double cost = 0;
	bool slow = json_double_at(json_array_get(root, 0), "Plan.Total Cost", &cost) &&
		    cost > (of_one_row ? slow_row : slow_page);

	json_decref(root);
	return slow;
}

const char *tx_sql_index(const struct tx_config *config, enum tx_order order)
{
	const struct preset *preset = &presets[config->preset];

	switch (order) {
	case TX_BY_AMOUNT:
		return preset->by_amount;
	case TX_BY_ACCOUNT:
		return preset->by_account;
	case TX_OLDEST_FIRST:
	case TX_NEWEST_FIRST:
	case TX_BY_VERDICT:
	case TX_ORDER_COUNT:
		break;
	}
	return preset->by_age;
}

const char *tx_sql_hash_index(const struct tx_config *config)
{
	return presets[config->preset].by_hash;
}

bool tx_sql_complete(const struct tx_config *config)
{
	return config->complete && config->preset == TX_PAYMENT_INTENTS;
}

const char *tx_sql_blind(const struct tx_config *config)
{
	return presets[config->preset].blind;
}

bool tx_cells_of(const struct rows *rows, size_t row, struct tx_cells *out)
{
	const char *present = rows_cell(rows, row, "present");

	memset(out, 0, sizeof(*out));
	if (!present || strcmp(present, "t") != 0)
		return false;
#define X(sym, name, most, how) out->at[CELL_##sym] = rows_cell(rows, row, "row_" name);
	TX_COLUMNS(X)
#undef X
	out->now = rows_cell(rows, row, "now_at");
	out->local = rows_cell(rows, row, "local_at");
	return true;
}
