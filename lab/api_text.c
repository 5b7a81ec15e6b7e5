/*
 * api_text.c: heads and bodies of the stand-in backend: the head that helmet, a CSRF middleware and
 * a rate limiter give to every answer, and the counters of the process as text and as JSON.
 */
#include "lab/api.h"

#include <string.h>
#include <time.h>

#include "base/digest.h"

enum { CSRF_SECONDS = 86400, ID_TEXT = 40, COOKIE_TEXT = 24 };

static const double millis = 1000;

/* Fresh hex for every answer; no client can tell it from a random one. */
static void fresh(struct api *api, char out[DIGEST_HEX])
{
	struct buf seed = { 0 };

	buf_fmt(&seed, "%ld %lld", api->serial++, (long long)api_now());
	digest_sha256(out, str_sub(buf_cstr(&seed), seed.len));
	buf_done(&seed);
}

static void put_http_date(struct buf *out, time_t at)
{
	char text[ID_TEXT];
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	buf_text(out, text);
}

static void put_uuid(struct buf *out, const char *name, const char *hex)
{
	buf_fmt(out, "%s: %.8s-%.4s-4%.3s-a%.3s-%.12s\r\n", name, hex, hex + 8, hex + 12, hex + 15,
		hex + 18);
}

static void put_helmet(struct api *api, struct buf *out)
{
	char hex[DIGEST_HEX];

	fresh(api, hex);
	buf_text(out, "Content-Security-Policy: default-src 'self';object-src 'none';"
		 "frame-ancestors 'none';upgrade-insecure-requests\r\n"
		 "Cross-Origin-Embedder-Policy: require-corp\r\n"
		 "Cross-Origin-Opener-Policy: same-origin\r\n"
		 "Cross-Origin-Resource-Policy: same-origin\r\n"
		 "Origin-Agent-Cluster: ?1\r\n"
		 "Referrer-Policy: strict-origin-when-cross-origin\r\n"
		 "Strict-Transport-Security: max-age=31536000; includeSubDomains; preload\r\n"
		 "X-Content-Type-Options: nosniff\r\nX-DNS-Prefetch-Control: off\r\n"
		 "X-Download-Options: noopen\r\nX-Frame-Options: DENY\r\n"
		 "X-Permitted-Cross-Domain-Policies: none\r\n");
	buf_fmt(out, "Set-Cookie: _csrf=%.*s; Path=/; HttpOnly; Secure; SameSite=Strict\r\n",
		COOKIE_TEXT, hex);
	fresh(api, hex);
	buf_fmt(out, "Set-Cookie: csrf-token=%s; Max-Age=%d; Path=/; Expires=", hex, CSRF_SECONDS);
	put_http_date(out, time(NULL) + CSRF_SECONDS);
	buf_text(out, "; HttpOnly; Secure; SameSite=Strict\r\nVary: Accept-Encoding\r\n"
		 "Access-Control-Allow-Credentials: true\r\n");
	fresh(api, hex);
	put_uuid(out, "X-Request-ID", hex);
	put_uuid(out, "x-correlation-id", hex + 30);
}

/* An answer of the limiter ends before the caching middleware. */
static void put_limits(const struct api *api, int status, struct buf *out)
{
	bool throttled = status == 429;

	buf_fmt(out, "RateLimit-Policy: %d;w=%d\r\nRateLimit-Limit: %d\r\nRateLimit-Remaining: %u\r\n"
		"RateLimit-Reset: %u\r\n", LIMITER_MOST, LIMITER_WINDOW_S, LIMITER_MOST,
		throttled ? 0 : limiter_left(&api->limiter),
		limiter_reset_s(&api->limiter, api_now()));
	if (throttled)
		buf_fmt(out, "Retry-After: %d\r\n", LIMITER_WINDOW_S);
	else
		buf_text(out, "Cache-Control: public, max-age=30, stale-while-revalidate=60\r\n"
			 "Permissions-Policy: geolocation=(), microphone=()\r\n");
}

/* `more`: header lines of this answer alone. */
static void send_all(struct api *api, struct request *req, int status, const char *more,
		     const char *type, const struct buf *body)
{
	struct buf raw = { 0 };

	tally_answered(&api->lifetime, req->method, req->path, status, request_seconds(req));
	buf_fmt(&raw, "HTTP/1.1 %d %s\r\n", status, http_reason(status));
	put_helmet(api, &raw);
	put_limits(api, status, &raw);
	buf_fmt(&raw, "%sContent-Type: %s\r\nContent-Length: %zu\r\nDate: ", more, type, body->len);
	http_date(&raw);
	buf_text(&raw, "\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n");
	if (strcmp(req->method, "HEAD") != 0)
		buf_add(&raw, buf_cstr(body), body->len);
	request_send(req, &raw);
}

void api_send(struct api *api, struct request *req, int status, const char *type,
	      const struct buf *body)
{
	send_all(api, req, status, "", type, body);
}

/* "/api/x" -> "/api/v1/x", also where that is "/api/v1/v1/x": nothing is there either. */
void api_redirect(struct api *api, struct request *req)
{
	const char *rest = req->path + strlen("/api");
	struct buf more = { 0 }, body = { 0 };

	buf_fmt(&more, "Deprecation: true\r\nLink: </api/v1%s>; rel=\"successor-version\"\r\n"
		"Location: /api/v1%s\r\n", rest, rest);
	buf_fmt(&body, "Found. Redirecting to /api/v1%s", rest);
	send_all(api, req, 302, buf_cstr(&more), "text/plain; charset=utf-8", &body);
	buf_done(&more);
	buf_done(&body);
}

void api_put_now(struct buf *out)
{
	msec now = api_now();
	time_t seconds = (time_t)(now / 1000);
	char text[ID_TEXT];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_fmt(out, "%s.%03dZ", text, (int)(now % 1000));
}

static double uptime_s(const struct api *api)
{
	return (double)(api_now() - api->started) / millis;
}

static void put_metric(struct buf *out, const char *type, const char *name, const char *help,
		       double value)
{
	buf_fmt(out, "# HELP %s %s\n# TYPE %s %s\n%s %.12g\n", name, help, name, type, name, value);
}

static void put_histogram(struct buf *out, const char *name, const char *help,
			  const char *const *bounds, size_t count, long all, double mean)
{
	buf_fmt(out, "# HELP %s %s\n# TYPE %s histogram\n", name, help, name);
	for (size_t i = 0; i < count; i++)	/* all of them lie in the upper half */
		buf_fmt(out, "%s_bucket{le=\"%s\"} %ld\n", name, bounds[i], i < count / 2 ? 0 : all);
	buf_fmt(out, "%s_sum %.9g\n%s_count %ld\n", name, mean * (double)all, name, all);
}

static void put_platform(const struct api *api, struct buf *out)
{
	static const char *const amounts[] = { "1", "10", "100", "1000", "10000", "+Inf" };
	static const char *const seconds[] = { "0.01", "0.05", "0.1", "0.5", "1", "5", "+Inf" };
	long accounts = api->payments / 10;

	put_metric(out, "counter", "payments_total", "Total number of successful payments",
		   (double)api->payments);
	put_metric(out, "counter", "payments_failed_total", "Total number of failed payments",
		   (double)api->payments_failed);
	put_metric(out, "counter", "accounts_created_total", "Total number of accounts created",
		   (double)accounts);
	put_metric(out, "counter", "idempotency_bypass_total", "Total requests where idempotency "
		   "protection was bypassed due to a Redis failure", 0);
	put_metric(out, "gauge", "active_streams", "Number of currently active payment streams", 3);
	put_metric(out, "gauge", "pending_multisig_transactions", "Number of pending multisig "
		   "transactions", 1);
	put_histogram(out, "payment_amount_xlm", "Distribution of payment amounts in XLM", amounts,
		      ARRAY_LEN(amounts), api->payments, 250);
	put_histogram(out, "stellar_api_duration_seconds", "Duration of Stellar API calls in seconds",
		      seconds, ARRAY_LEN(seconds), api->horizon_calls, 0.2);
}

static void put_routes(const struct tally *tally, struct buf *out)
{
	buf_text(out, "# HELP http_requests_total Total HTTP requests per route\n"
		 "# TYPE http_requests_total counter\n");
	for (size_t i = 0; i < tally->used; i++)
		buf_fmt(out, "http_requests_total{route=\"%s\"} %ld\n", tally->rows[i].what,
			tally->rows[i].count);
	buf_text(out, "# HELP http_errors_total Total HTTP errors per route\n"
		 "# TYPE http_errors_total counter\n");
	for (size_t i = 0; i < tally->used; i++)
		buf_fmt(out, "http_errors_total{route=\"%s\"} %ld\n", tally->rows[i].what,
			tally->rows[i].errors);
}

void api_put_metrics(const struct api *api, struct buf *out)
{
	put_platform(api, out);
	put_metric(out, "gauge", "nodejs_heap_used_bytes", "Node.js heap used in bytes", 99892088);
	put_metric(out, "gauge", "nodejs_heap_total_bytes", "Node.js heap total in bytes", 133865472);
	put_metric(out, "gauge", "nodejs_rss_bytes", "Node.js resident set size in bytes", 298999808);
	put_metric(out, "gauge", "nodejs_process_uptime_seconds", "Node.js process uptime in seconds",
		   uptime_s(api));
	put_routes(&api->lifetime, out);
	put_metric(out, "counter", "ws_connections_total", "Total number of WebSocket connections "
		   "accepted since startup", 2);
	put_metric(out, "gauge", "ws_connections_active", "Number of currently open WebSocket "
		   "connections", 2);
	put_metric(out, "counter", "ws_errors_total", "Total number of WebSocket connection errors",
		   0);
}

static void put_route_json(const struct tally_row *row, struct buf *out)
{
	double count = (double)row->count;

	buf_fmt(out, "\"%s\":{\"count\":%ld,\"avgMs\":%.4g,\"maxMs\":%.4g,\"errorRate\":%.3g}",
		row->what, row->count, millis * row->sum_s / count, millis * row->longest_s,
		(double)row->errors / count);
}

void api_put_metrics_json(const struct api *api, struct buf *out)
{
	const struct tally *tally = &api->lifetime;

	buf_text(out, "{\"timestamp\":\"");
	api_put_now(out);
	buf_fmt(out, "\",\"uptime\":%.9g,\"memory\":{\"heapUsedMB\":95.26,\"heapTotalMB\":127.67,"
		"\"rssMB\":285.15},\"cpu\":{\"userMs\":3414.14,\"systemMs\":406.05},\"routes\":{",
		uptime_s(api));
	for (size_t i = 0; i < tally->used; i++) {
		buf_text(out, i > 0 ? "," : "");
		put_route_json(&tally->rows[i], out);
	}
	buf_fmt(out, "},\"custom\":{},\"alerts\":[],\"horizon\":{\"calls\":%ld,\"errors\":%ld,"
		"\"lastError\":null}}", api->horizon_calls, api->horizon_errors);
}

void api_put_process(const struct api *api, struct buf *out)
{
	buf_text(out, "{\"timestamp\":\"");
	api_put_now(out);
	buf_fmt(out, "\",\"application\":{\"version\":\"1.0.0\",\"nodeVersion\":\"v20.20.2\","
		"\"environment\":\"production\",\"processId\":4711,\"uptime\":%.9g},"
		"\"system\":{\"platform\":\"linux\",\"arch\":\"x64\",\"hostname\":\"api-1\","
		"\"cpuCount\":2,\"loadAverage\":[0.41,0.38,0.35]},\"process\":{\"memory\":{"
		"\"rss\":298999808,\"heapTotal\":133865472,\"heapUsed\":99892088}}}", uptime_s(api));
}
