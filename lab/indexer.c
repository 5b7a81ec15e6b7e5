/* indexer.c: the loop of events; see indexer.h. */
#include "lab/indexer.h"

#include <time.h>

#include "base/json.h"
#include "base/num.h"
#include "base/when.h"
#include "lab/express.h"
#include "lab/ledger.h"

enum { STEP_MS = 1000, PAGE = 200, PAGE_MAX_BYTES = 1024 * 1024 };

static const msec page_deadline = 10 * WHEN_SECOND;
static const char account[] = "GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB";

static void step(struct indexer *indexer);

int64_t indexer_clock(void)
{
	return (int64_t)time(NULL);
}

void indexer_send(struct indexer *indexer, struct request *req, int status, const char *type,
		  const struct buf *body)
{
	if (!request_gone(req))
		meter_count(&indexer->meter, req->method, req->path, status, request_seconds(req));
	express_send(req, status, type, body);
}

static void step_over(struct indexer *indexer)
{
	indexer->stepping = false;
}

static void take_totals(struct indexer *indexer, const struct db_rows *rows)
{
	num_parse_i64(str_of(db_cell(rows, 0, 0)), &indexer->gauges.events);
	num_parse_i64(str_of(db_cell(rows, 0, 1)), &indexer->gauges.errors);
}

/* Whether it could be written or not, the loop goes on: as in the real one, what failed is lost. */
static void on_counted(void *arg, const struct db_rows *rows)
{
	struct indexer *indexer = arg;

	if (rows && db_count(rows) == 1)
		take_totals(indexer, rows);
	step_over(indexer);
}

static void count_errors(struct indexer *indexer, int64_t errors)
{
	struct buf sql = { 0 };

	buf_fmt(&sql, "UPDATE indexer_state SET \"totalErrors\" = \"totalErrors\" + %lld, "
		"\"updatedAt\" = now() RETURNING \"totalEventsProcessed\", \"totalErrors\"",
		(long long)errors);
	db_ask(indexer->db, buf_cstr(&sql), on_counted, indexer);
	buf_done(&sql);
}

/* What one page of operations brought. */
struct harvest {
	struct buf rows;	/* values of bridge_transactions, comma separated */
	int64_t events, records;
	int64_t ledger, timestamp_s;	/* of the last event */
	char hash[DIGEST_HEX];
};

static void harvest_event(struct harvest *harvest, const json_t *record, int64_t token)
{
	msec at = 0;

	when_parse(str_of(json_text_at(record, "created_at", "")), &at);
	str_put(harvest->hash, sizeof(harvest->hash), json_text_at(record, "transaction_hash", ""));
	harvest->ledger = token >> 32;
	harvest->timestamp_s = at / WHEN_SECOND;
	buf_fmt(&harvest->rows, "%s(%lld, '%s', %lld, '1', '0xab5801a7d398351b8be11c439e05c5b3259aec9b'"
		", %lld, '%s', %lld)", harvest->events++ ? ", " : "", (long long)harvest->ledger,
		account, (long long)(25 + harvest->ledger % 97) * 10000000,
		(long long)harvest->ledger, harvest->hash, (long long)harvest->timestamp_s);
}

/* Read the page; the cursor moves past every record, stored or not. */
static bool harvest_page(struct harvest *harvest, struct str body, int64_t *cursor)
{
	json_t *page = json_read(body, PAGE_MAX_BYTES, NULL);
	const json_t *records = json_at(page, "_embedded.records");
	const json_t *record;
	bool is_page = json_is_array(records);
	size_t i;

	json_array_foreach(records, i, record) {
		int64_t token, type;

		if (!json_i64_at(record, "paging_token", &token) ||
		    !json_i64_at(record, "type_i", &type))
			continue;
		*cursor = token;
		harvest->records++;
		if (type == 24)
			harvest_event(harvest, record, token);
	}
	json_decref(page);
	return is_page;
}

static void on_stored(void *arg, const struct db_rows *rows)
{
	struct indexer *indexer = arg;
	struct gauges *gauges = &indexer->gauges;

	if (rows && db_count(rows) == 1) {
		take_totals(indexer, rows);
		num_parse_i64(str_of(db_cell(rows, 0, 2)), &gauges->ledger);
		num_parse_i64(str_of(db_cell(rows, 0, 3)), &gauges->timestamp_s);
		gauges->lag_s = indexer_clock() - gauges->timestamp_s;
		gauges->running = true;
	}
	step_over(indexer);
}

/* New deposits, the completion of older ones, and the state row, in one implicit transaction. */
static void store(struct indexer *indexer, const struct harvest *harvest)
{
	struct buf sql = { 0 };
	long long now = (long long)indexer_clock();

	buf_fmt(&sql, "INSERT INTO bridge_transactions (nonce, \"from\", amount, \"destinationChain\", "
		"\"destinationAddress\", ledger, \"txHash\", \"timestamp\") VALUES %s "
		"ON CONFLICT (nonce) DO NOTHING;", buf_cstr(&harvest->rows));
	buf_fmt(&sql, "UPDATE bridge_transactions SET status = 'completed', \"sourceChain\" = '1', "
		"recipient = \"from\" WHERE status = 'initiated' "
		"AND \"timestamp\" BETWEEN %lld AND %lld;", now - 3600, now - 60);
	buf_fmt(&sql, "UPDATE indexer_state SET \"lastProcessedLedger\" = %lld, "
		"\"lastProcessedTxHash\" = '%s', \"lastProcessedTimestamp\" = %lld, "
		"\"totalEventsProcessed\" = \"totalEventsProcessed\" + %lld, \"updatedAt\" = now() "
		"RETURNING \"totalEventsProcessed\", \"totalErrors\", \"lastProcessedLedger\", "
		"\"lastProcessedTimestamp\"", (long long)harvest->ledger, harvest->hash,
		(long long)harvest->timestamp_s, (long long)harvest->events);
	db_ask(indexer->db, buf_cstr(&sql), on_stored, indexer);
	buf_done(&sql);
}

static void on_page(void *arg, const struct client_reply *reply)
{
	struct indexer *indexer = arg;
	struct harvest harvest = { 0 };

	if (!reply->ok || reply->status != 200 ||
	    !harvest_page(&harvest, reply->body, &indexer->cursor))
		count_errors(indexer, 1);
	else if (harvest.events > 0 && indexer->faults.misread)
		count_errors(indexer, harvest.events);
	else if (harvest.events > 0)
		store(indexer, &harvest);
	else
		step_over(indexer);
	buf_done(&harvest.rows);
}

static void ask_page(struct indexer *indexer)
{
	char url[256];

	snprintf(url, sizeof(url), "%s/operations?cursor=%lld&order=asc&limit=%d",
		 indexer->horizon_url, (long long)indexer->cursor, PAGE);
	client_ask(indexer->site.loop, &(struct client_ask){
		.url = url, .deadline = page_deadline, .done = on_page, .arg = indexer,
	}, NULL);
}

static void on_cursor(void *arg, const struct db_rows *rows)
{
	struct indexer *indexer = arg;
	int64_t ledger;

	if (rows && db_count(rows) == 1 && num_parse_i64(str_of(db_cell(rows, 0, 0)), &ledger))
		indexer->cursor = ledger << 32 | 0xffffffff;
	step_over(indexer);
}

/* The state row as it is when the last event is `rewind` ledgers ago, or was never seen. */
static void rewrite(struct indexer *indexer)
{
	struct indexer_faults *faults = &indexer->faults;
	int64_t ledger = ledger_tip(indexer_clock() * WHEN_SECOND) - faults->rewind;
	struct buf sql = { 0 };

	if (faults->forget)
		buf_text(&sql, "UPDATE indexer_state SET \"lastProcessedTimestamp\" = NULL, "
			 "\"totalEventsProcessed\" = 0");
	else
		buf_fmt(&sql, "UPDATE indexer_state SET \"lastProcessedLedger\" = %lld, "
			"\"lastProcessedTimestamp\" = %lld", (long long)ledger,
			(long long)(ledger_closed_at(ledger) / WHEN_SECOND));
	buf_text(&sql, " RETURNING \"totalEventsProcessed\", \"totalErrors\"");
	if (!faults->forget)
		indexer->cursor = -1;
	if (faults->frozen)
		indexer->gauges.timestamp_s = ledger_closed_at(ledger) / WHEN_SECOND;
	faults->rewind = 0;
	faults->forget = false;
	db_ask(indexer->db, buf_cstr(&sql), on_counted, indexer);
	buf_done(&sql);
}

static void step(struct indexer *indexer)
{
	if (indexer->stepping)
		return;
	indexer->stepping = true;
	if (indexer->faults.rewind > 0 || indexer->faults.forget)
		rewrite(indexer);
	else if (indexer->faults.stalled)
		step_over(indexer);
	else if (indexer->cursor < 0)
		db_ask(indexer->db, "SELECT \"lastProcessedLedger\" FROM indexer_state", on_cursor,
		       indexer);
	else
		ask_page(indexer);
}

static void on_timer(uv_timer_t *timer)
{
	step(timer->data);
}

void indexer_init(struct indexer *indexer, uv_loop_t *loop, struct db *db, const char *horizon_url)
{
	*indexer = (struct indexer){ .db = db, .horizon_url = horizon_url, .cursor = -1 };
	indexer->faults.rewind = 1;	/* begins at the present, whatever the row says */
	site_init(&indexer->site, loop, indexer_on_request, indexer);
	uv_timer_init(loop, &indexer->timer);
	indexer->timer.data = indexer;
}

void indexer_start(struct indexer *indexer, bool held)
{
	indexer->faults.stalled = held;
	if (held)
		indexer->faults.rewind = 0;
	uv_timer_start(&indexer->timer, on_timer, 0, STEP_MS);
}
