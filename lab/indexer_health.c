/*
 * indexer_health.c: GET /health and /metrics/json. The order of the real one: the database, then
 * Horizon (given up after 5 s), then the state row, whose failure nobody catches.
 */
#include "lab/indexer.h"

#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/when.h"
#include "lab/express.h"

static const msec horizon_deadline = 5 * WHEN_SECOND;

struct check {
	struct indexer *indexer;
	struct request *req;
	bool database, horizon;
};

struct state_row {
	const char *ledger;
	int64_t timestamp_s;	/* -1: NULL */
	int64_t events, errors;
};

static void check_over(struct check *check, int status, const struct buf *body)
{
	indexer_send(check->indexer, check->req, status, EXPRESS_JSON, body);
	mem_free(check);
}

static bool read_row(const struct db_rows *rows, struct state_row *row)
{
	const char *timestamp;

	if (!rows || db_count(rows) != 1)
		return false;
	row->ledger = db_cell(rows, 0, 0);
	timestamp = db_cell(rows, 0, 1);
	if (!timestamp)
		row->timestamp_s = -1;
	else if (!num_parse_i64(str_of(timestamp), &row->timestamp_s))
		return false;
	return num_parse_i64(str_of(db_cell(rows, 0, 2)), &row->events) &&
		num_parse_i64(str_of(db_cell(rows, 0, 3)), &row->errors);
}

static void refresh(struct indexer *indexer, const struct state_row *row, int64_t lag_s)
{
	struct gauges *gauges = &indexer->gauges;
	bool never = row->timestamp_s < 0;

	gauges->running = true;
	gauges->state = !never && lag_s <= INDEXER_STALE_AFTER_S;
	gauges->events = row->events;
	gauges->errors = row->errors;
	gauges->timestamp_s = never ? 0 : row->timestamp_s;
	num_parse_i64(str_of(row->ledger), &gauges->ledger);
	if (!indexer->faults.frozen)
		gauges->lag_s = never ? 0 : lag_s;	/* the trap: unknown reads as perfect */
}

static void put_now(struct buf *out)
{
	struct timespec now;
	struct tm tm;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_fmt(out, "%s.%03ldZ", text, now.tv_nsec / 1000000);
}

static const char *word(bool ok, const char *otherwise)
{
	return ok ? "ok" : otherwise;
}

static void put_answer(const struct check *check, const struct state_row *row, int64_t lag_s,
		       struct buf *out)
{
	bool fresh = lag_s <= INDEXER_STALE_AFTER_S;
	const char *status = check->database && check->horizon ? word(fresh, "degraded") : "error";
	bool full = strcmp(check->req->path, "/health") == 0;

	buf_fmt(out, "{\"status\":\"%s\",", status);
	if (!full)
		buf_text(out, "\"service\":\"teachlink-indexer\",");
	buf_text(out, "\"timestamp\":\"");
	put_now(out);
	if (full)
		buf_fmt(out, "\",\"service\":\"teachlink-indexer\",\"checks\":{\"database\":\"%s\","
			"\"horizon\":\"%s\",\"indexerState\":\"%s\"},", word(check->database, "error"),
			word(check->horizon, "error"), word(fresh, "degraded"));
	else
		buf_text(out, "\",");
	buf_fmt(out, "\"details\":{\"lastProcessedLedger\":\"%s\",\"totalEventsProcessed\":%lld,"
		"\"totalErrors\":%lld,\"ledgerLagSeconds\":%lld,\"staleAfterSeconds\":%d}}",
		row->ledger, (long long)row->events, (long long)row->errors, (long long)lag_s,
		INDEXER_STALE_AFTER_S);
}

static void fail(struct check *check)
{
	struct buf body = { 0 };

	buf_text(&body, "{\"statusCode\":500,\"message\":\"Internal server error\"}");
	check_over(check, 500, &body);
	buf_done(&body);
}

static void on_state(void *arg, const struct db_rows *rows)
{
	struct check *check = arg;
	struct state_row row;
	struct buf body = { 0 };
	int64_t lag_s;

	if (!read_row(rows, &row)) {
		fail(check);
		return;
	}
	lag_s = row.timestamp_s < 0 ? INDEXER_SENTINEL_S : indexer_clock() - row.timestamp_s;
	if (lag_s < 0)
		lag_s = 0;
	refresh(check->indexer, &row, lag_s);
	put_answer(check, &row, lag_s, &body);
	check_over(check, 200, &body);
	buf_done(&body);
}

static void on_horizon(void *arg, const struct client_reply *reply)
{
	struct check *check = arg;

	check->horizon = reply->ok && reply->status == 200;	/* blind to what the body says */
	check->indexer->gauges.horizon = check->horizon;
	db_ask(check->indexer->db, "SELECT \"lastProcessedLedger\", \"lastProcessedTimestamp\", "
	       "\"totalEventsProcessed\", \"totalErrors\" FROM indexer_state", on_state, check);
}

static void on_database(void *arg, const struct db_rows *rows)
{
	struct check *check = arg;
	char url[128];

	check->database = rows != NULL;
	check->indexer->gauges.database = check->database;
	if (request_gone(check->req)) {		/* it waited in vain for a hung database */
		fail(check);
		return;
	}
	snprintf(url, sizeof(url), "%s/", check->indexer->horizon_url);
	client_ask(check->indexer->site.loop, &(struct client_ask){
		.url = url, .deadline = horizon_deadline, .done = on_horizon, .arg = check,
	}, NULL);
}

void indexer_health(struct indexer *indexer, struct request *req)
{
	struct check *check = mem_new(sizeof(*check));

	check->indexer = indexer;
	check->req = req;
	db_ask(indexer->db, "SELECT 1", on_database, check);
}
