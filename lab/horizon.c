/*
 * horizon.c: see horizon.h. Heads and bodies have the shape of the real server: Go's order of
 * header lines, two blanks of indentation, problem+json for errors.
 */
#include "lab/horizon_inside.h"

#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/num.h"
#include "lab/later.h"

enum { KEPT_LEDGERS = 120960, SLOW_ANSWER_MS = 3000 };

const char horizon_hal[] = "application/hal+json; charset=utf-8";
const char horizon_problem[] = "application/problem+json; charset=utf-8";

const char *const horizon_mood_words[HORIZON_MOOD_COUNT] = {
#define X(sym, word) [HORIZON_##sym] = (word),
	HORIZON_MOODS(X)
#undef X
};

static msec wall(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (msec)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t horizon_tip(void)
{
	return ledger_tip(wall());
}

int64_t horizon_latest(const struct horizon *horizon)
{
	int64_t tip = horizon_tip() - horizon->behind;

	return horizon->stuck_at > 0 && horizon->stuck_at < tip ? horizon->stuck_at : tip;
}

int64_t horizon_elder(const struct horizon *horizon)
{
	int64_t pruned = horizon->book->faults.pruned;

	return pruned > 0 ? horizon_tip() - pruned : (horizon_tip() - KEPT_LEDGERS) / 1000 * 1000;
}

/* latest: of which ledger the state in it is; 0: there is none in it. */
static void send_answer(struct request *req, int status, const char *type, int64_t latest,
			const struct buf *body)
{
	struct buf raw = { 0 };

	buf_fmt(&raw, "HTTP/1.1 %d %s\r\nCache-Control: no-cache, no-store, max-age=0\r\n"
		"Content-Disposition: inline\r\nContent-Type: %s\r\n", status, http_reason(status),
		type);
	if (latest > 0)
		buf_fmt(&raw, "Latest-Ledger: %lld\r\n", (long long)latest);
	if (status == 429)
		buf_text(&raw, "Retry-After: 12\r\n");
	buf_fmt(&raw, "Vary: Origin\r\nX-Ratelimit-Limit: 3601\r\nX-Ratelimit-Remaining: %d\r\n"
		"X-Ratelimit-Reset: 12\r\nDate: ", status == 429 ? 0 : 3600);
	http_date(&raw);
	buf_fmt(&raw, "\r\nContent-Length: %zu\r\n\r\n", body->len);
	if (strcmp(req->method, "HEAD") != 0)
		buf_add(&raw, buf_cstr(body), body->len);
	request_send(req, &raw);
}

void horizon_answer(struct horizon *horizon, struct request *req, int status, const char *type,
		    const struct buf *body)
{
	(void)horizon;
	send_answer(req, status, type, 0, body);
}

void horizon_answer_state(struct horizon *horizon, struct request *req, int status,
			  const char *type, const struct buf *body)
{
	send_answer(req, status, type, horizon_latest(horizon), body);
}

const struct complaint horizon_not_found = {
	404, "not_found", "Resource Missing",
	"The resource at the url requested was not found.  This usually occurs for one of two "
	"reasons:  The url requested is not valid, or no data in our database could be found with "
	"the parameters provided.",
	NULL, NULL,
};
static const struct complaint overloaded = {
	503, "server_over_capacity", "Server Over Capacity",
	"This horizon server is currently overloaded.  Please wait for several minutes before "
	"trying your request again.",
	NULL, NULL,
};
const struct complaint horizon_limited = {
	429, "rate_limit_exceeded", "Rate Limit Exceeded",
	"The rate limit for the requesting IP address is over its alloted limit.  The allowed limit "
	"and requests left per time period are communicated to clients via the http response "
	"headers 'X-RateLimit-*' headers.",
	NULL, NULL,
};
const struct complaint horizon_bad_request = {
	400, "bad_request", "Bad Request", "The request you sent was invalid in some way.",
	NULL, NULL,
};
const struct complaint horizon_before_history = {
	410, "before_history", "Data Requested Is Before Recorded History",
	"This horizon instance is configured to only track a portion of the Stellar network's "
	"latest history. This request is asking for results prior to the recorded history known to "
	"this horizon instance.",
	NULL, NULL,
};

void horizon_put_complaint(struct buf *body, const struct complaint *why, json_t *extras)
{
	json_t *json = json_object();
	struct buf type = { 0 };

	buf_fmt(&type, "https://stellar.org/horizon-errors/%s", why->name);
	json_object_set_new(json, "type", json_string(buf_cstr(&type)));
	buf_done(&type);
	json_object_set_new(json, "title", json_string(why->title));
	json_object_set_new(json, "status", json_integer(why->status));
	json_object_set_new(json, "detail", json_string(why->detail));
	if (extras)
		json_object_set_new(json, "extras", extras);
	horizon_put_json(body, json);
	json_decref(json);
}

void horizon_complain(struct horizon *horizon, struct request *req, const struct complaint *why)
{
	struct buf body = { 0 };
	json_t *extras = why->field ? json_pack("{s:s, s:s}", "invalid_field", why->field, "reason",
						why->reason) : NULL;

	horizon_put_complaint(&body, why, extras);
	horizon_answer(horizon, req, why->status, horizon_problem, &body);
	buf_done(&body);
}

bool horizon_read_page(const struct request *req, struct page *page)
{
	char text[64];

	page->cursor = -1;
	page->limit = HORIZON_PAGE_DEFAULT;
	if (request_param(req, "order", text, sizeof(text)))
		page->descending = strcmp(text, "desc") == 0;
	if (request_param(req, "cursor", text, sizeof(text)) && *text &&
	    strcmp(text, "now") != 0 && !num_parse_i64(str_of(text), &page->cursor))
		return false;
	if (request_param(req, "limit", text, sizeof(text)) &&
	    (!num_parse_i64(str_of(text), &page->limit) || page->limit < 1 ||
	     page->limit > HORIZON_PAGE_MAX))
		return false;
	return true;
}

bool page_beyond_cursor(const struct page *page, int64_t token)
{
	if (page->cursor < 0)
		return true;
	return page->descending ? token < page->cursor : token > page->cursor;
}

static void open_page(struct horizon *horizon, const struct request *req, struct buf *out)
{
	buf_fmt(out, "{\n  \"_links\": {\n    \"self\": {\n      \"href\": "
		"\"http://127.0.0.1:%d%s?%s\"\n    }\n  },\n  \"_embedded\": {\n    \"records\": [",
		horizon->site.port, req->path, req->query);
}

int64_t page_start(const struct page *page)
{
	int64_t end = page->descending ? page->last : page->first;
	int64_t at = page->cursor < 0 ? end : page->cursor >> 32;

	if (page->descending)
		return at < end ? at : end;
	return at > end ? at : end;
}

bool page_has(const struct page *page, int64_t at)
{
	return page->descending ? at >= page->first : at <= page->last;
}

static void put_ledgers(const struct horizon *horizon, const struct page *page, struct buf *out)
{
	int64_t left = page->limit;

	for (int64_t at = page_start(page); page_has(page, at) && left > 0;
	     at += page->descending ? -1 : 1) {
		if (!page_beyond_cursor(page, at << 32))
			continue;
		buf_text(out, left == page->limit ? "" : ",");
		horizon_put_ledger(horizon, out, at);
		left--;
	}
}

static void put_operations(const struct page *page, const struct quiet *quiet, struct buf *out)
{
	struct ledger_op ops[LEDGER_OPS_MAX];
	int64_t left = page->limit;

	for (int64_t at = page_start(page); page_has(page, at) && left > 0;
	     at += page->descending ? -1 : 1) {
		int count = ledger_operations(at, quiet, ops);

		for (int i = 0; i < count && left > 0; i++) {
			const struct ledger_op *op = &ops[page->descending ? count - 1 - i : i];

			if (!page_beyond_cursor(page, op->token))
				continue;
			buf_text(out, left == page->limit ? "" : ",");
			horizon_put_operation(out, op);
			left--;
		}
	}
}

static void answer_page(struct horizon *horizon, struct request *req, int64_t first, int64_t last,
			bool operations)
{
	struct page page = { .first = first, .last = last };
	struct buf body = { 0 };

	if (!horizon_read_page(req, &page)) {
		horizon_complain(horizon, req, &horizon_bad_request);
		return;
	}
	open_page(horizon, req, &body);
	if (operations)
		put_operations(&page, horizon->quiet, &body);
	else
		put_ledgers(horizon, &page, &body);
	buf_text(&body, "]\n  }\n}");
	horizon_answer(horizon, req, 200, horizon_hal, &body);
	buf_done(&body);
}

static void answer_one_ledger(struct horizon *horizon, struct request *req, int64_t ledger)
{
	struct buf body = { 0 };

	horizon_put_ledger(horizon, &body, ledger);
	horizon_answer(horizon, req, 200, horizon_hal, &body);
	buf_done(&body);
}

/* /ledgers/N, /ledgers/N/operations and /ledgers/N/transactions */
static void answer_ledger(struct horizon *horizon, struct request *req)
{
	struct str rest = str_of(req->path + strlen("/ledgers/"));
	struct str number;
	int64_t ledger = 0;
	bool known = str_cut(&rest, '/', &number) && num_parse_i64(number, &ledger) &&
		     ledger <= horizon_latest(horizon);

	if (known && ledger < horizon_elder(horizon))
		horizon_complain(horizon, req, &horizon_before_history);
	else if (known && rest.len == 0)
		answer_one_ledger(horizon, req, ledger);
	else if (known && str_eq(rest, "operations"))
		answer_page(horizon, req, ledger, ledger, true);
	else if (known && str_eq(rest, "transactions"))
		horizon_tx_of_ledger(horizon, req, ledger);
	else
		horizon_complain(horizon, req, &horizon_not_found);
}

typedef void put_body(const struct horizon *horizon, struct buf *out);

static void route(struct horizon *horizon, struct request *req)
{
	static const struct {
		const char *path;
		put_body *put;
	} bodies[] = {
		{ "/", horizon_put_root },
		{ "/health", horizon_put_health },
		{ "/fee_stats", horizon_put_fee_stats },
	};
	struct buf body = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		if (strcmp(req->path, bodies[i].path) != 0)
			continue;
		bodies[i].put(horizon, &body);
		horizon_answer(horizon, req, 200, horizon_hal, &body);
		buf_done(&body);
		return;
	}
	if (strcmp(req->path, "/ledgers") == 0)
		answer_page(horizon, req, horizon_elder(horizon), horizon_latest(horizon), false);
	else if (strcmp(req->path, "/operations") == 0)
		answer_page(horizon, req, horizon_elder(horizon), horizon_latest(horizon), true);
	else if (str_starts(str_of(req->path), "/ledgers/"))
		answer_ledger(horizon, req);
	else if (!horizon_tx_route(horizon, req))
		horizon_complain(horizon, req, &horizon_not_found);
}

struct delayed {
	struct horizon *horizon;
	struct request *req;
};

static void on_delay_over(void *arg)
{
	struct delayed *delayed = arg;

	route(delayed->horizon, delayed->req);
	mem_free(delayed);
}

static void route_later(struct horizon *horizon, struct request *req)
{
	struct delayed *delayed = mem_new(sizeof(*delayed));

	*delayed = (struct delayed){ .horizon = horizon, .req = req };
	later(horizon->site.loop, SLOW_ANSWER_MS, on_delay_over, delayed);
}

static void answer_portal(struct request *req)
{
	static const char page[] = "<html>\r\n<head><title>Sign in to continue</title></head>\r\n"
		"<body>\r\n<center><h1>Sign in to continue</h1></center>\r\n"
		"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
	struct buf raw = { 0 };

	buf_text(&raw, "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: ");
	http_date(&raw);
	buf_fmt(&raw, "\r\nContent-Type: text/html\r\nContent-Length: %zu\r\n"
		"Connection: keep-alive\r\n\r\n%s", sizeof(page) - 1, page);
	request_send(req, &raw);
}

/* JSON that stops in the middle of a number, as a proxy with a full disk sends it. */
static void answer_torn(struct horizon *horizon, struct request *req)
{
	struct buf body = { 0 };

	horizon_put_root(horizon, &body);
	buf_cut(&body, body.len / 2);
	horizon_answer(horizon, req, 200, horizon_hal, &body);
	buf_done(&body);
}

static void hold(struct horizon *horizon, struct request *req)
{
	req->next = horizon->held;
	horizon->held = req;
}

static void on_request(void *arg, struct request *req)
{
	struct horizon *horizon = arg;

	switch (horizon->mood) {
	case HORIZON_WELL: route(horizon, req); break;
	case HORIZON_OVERLOADED: horizon_complain(horizon, req, &overloaded); break;
	case HORIZON_LIMITED: horizon_complain(horizon, req, &horizon_limited); break;
	case HORIZON_PORTAL: answer_portal(req); break;
	case HORIZON_TORN: answer_torn(horizon, req); break;
	case HORIZON_SLOW: route_later(horizon, req); break;
	case HORIZON_MUTE: hold(horizon, req); break;
	case HORIZON_MOOD_COUNT: break;
	}
}

void horizon_init(struct horizon *horizon, uv_loop_t *loop, const struct quiet *quiet,
		  struct book *book)
{
	*horizon = (struct horizon){ .quiet = quiet, .book = book };
	site_init(&horizon->site, loop, on_request, horizon);
}

void horizon_set_mood(struct horizon *horizon, enum horizon_mood mood)
{
	struct request *held = horizon->held;

	horizon->mood = mood;
	horizon->held = NULL;
	while (held) {
		struct request *req = held;

		held = req->next;
		on_request(horizon, req);
	}
}
