/* api.c: the routes; see api.h. */
#include "lab/api.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "lab/express.h"
#include "lab/later.h"

enum { PAYMENT_MS = 2000, DEAD_MS = 2000, POOL_TIMEOUT_MS = 5000 };

static const char not_let_in[] = "{\"error\":\"Missing or invalid Authorization header\"}";
static const char too_many[] =
	"{\"error\":\"Too many requests, please try again later.\",\"statusCode\":429,"
	"\"retryAfter\":60}";

msec api_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (msec)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static msec steady(void)
{
	return (msec)(uv_hrtime() / 1000000);
}

void api_send_text(struct api *api, struct request *req, int status, const char *json)
{
	struct buf body = { 0 };

	buf_text(&body, json);
	api_send(api, req, status, EXPRESS_JSON, &body);
	buf_done(&body);
}

static void visit_live(struct api *api, struct request *req)
{
	struct buf body = { 0 };

	buf_text(&body, "{\"status\":\"alive\",\"timestamp\":\"");
	api_put_now(&body);
	buf_fmt(&body, "\",\"uptime\":%.9g}", (double)(api_now() - api->started) / 1000);
	api_send(api, req, 200, EXPRESS_JSON, &body);
	buf_done(&body);
}

static void visit_process(struct api *api, struct request *req)
{
	struct buf body = { 0 };

	api_put_process(api, &body);
	api_send(api, req, 200, EXPRESS_JSON, &body);
	buf_done(&body);
}

/* JSON unless text is what the client asks for. */
static void visit_metrics(struct api *api, struct request *req)
{
	char accept[128] = "";
	struct buf body = { 0 };
	bool text = request_header(req, "Accept", accept, sizeof(accept)) &&
		    str_has(str_of(accept), "text/plain");

	if (text)
		api_put_metrics(api, &body);
	else
		api_put_metrics_json(api, &body);
	api_send(api, req, 200, text ? EXPRESS_PROMETHEUS : EXPRESS_JSON, &body);
	buf_done(&body);
}

static void visit_pools(struct api *api, struct request *req)
{
	struct buf body = { 0 };

	buf_fmt(&body, "[{\"shardId\":0,\"healthy\":true,\"totalConnections\":%d,"
		"\"idleConnections\":%d,\"waitingClients\":%d}]", api->faults.waiting ? 10 : 1,
		api->faults.waiting ? 0 : 1, api->faults.waiting ? 7 : 0);
	api_send(api, req, 200, EXPRESS_JSON, &body);
	buf_done(&body);
}

/* One look at the database: answered by it, or by the timer; freed when both have come. */
struct shard_check {
	struct api *api;
	struct request *req;	/* NULL: answered */
	bool db_done, timer_done;
};

static void check_answer(struct shard_check *check, int status, const char *json)
{
	if (check->req)
		api_send_text(check->api, check->req, status, json);
	check->req = NULL;
	if (check->db_done && check->timer_done)
		mem_free(check);
}

static void on_database(void *arg, const struct db_rows *rows)
{
	struct shard_check *check = arg;
	char refused[160];

	snprintf(refused, sizeof(refused), "[{\"status\":\"error\",\"error\":\"connect ECONNREFUSED "
		 "%s\"}]", check->api->db_address);
	check->db_done = true;
	check_answer(check, rows ? 200 : 503, rows ? "[{\"shardId\":0,\"status\":\"ok\"}]" : refused);
}

static void on_pool_timeout(void *arg)
{
	struct shard_check *check = arg;

	check->timer_done = true;
	check_answer(check, 503, "[{\"status\":\"error\",\"error\":\"Connection terminated due to "
		     "connection timeout\"}]");
}

static void visit_shards(struct api *api, struct request *req)
{
	struct shard_check *check = mem_new(sizeof(*check));

	*check = (struct shard_check){ .api = api, .req = req };
	later(api->site.loop, POOL_TIMEOUT_MS, on_pool_timeout, check);
	db_ask(api->db, "SELECT 1", on_database, check);
}

/* A process starts with nothing of what the one before it knew. */
static void begin(struct api *api)
{
	api->started = api_now();
	api->breaker = (struct breaker){ .held = false };
	api->limiter = (struct limiter){ .used = 0 };
	api->lifetime = (struct tally){ .used = 0 };
	api->redis_tried = false;
	api->payments = api->payments_failed = api->horizon_calls = api->horizon_errors = 0;
}

static void on_revived(void *arg)
{
	struct api *api = arg;
	struct err err;

	begin(api);
	if (!api->shut && !site_open(&api->site, api->port, &err))
		fprintf(stderr, "labserver: api: %s\n", err.text);
}

static void on_dying(void *arg)
{
	struct api *api = arg;

	site_close(&api->site);
	later(api->site.loop, DEAD_MS, on_revived, api);
}

/* The answer is sent before an unhandled rejection ends the process. */
static void visit_fee_bump(struct api *api, struct request *req)
{
	api->kills++;
	api_send_text(api, req, 200, "{}");
	later(api->site.loop, 1, on_dying, api);
}

static bool is_let_in(const struct api *api, struct request *req, enum gate_verifier verifier)
{
	char header[2048];

	return request_header(req, "Authorization", header, sizeof(header)) &&
		str_starts(str_of(header), "Bearer ") &&
		gate_accepts(&api->gate, verifier, header + strlen("Bearer "));
}

static const struct {
	const char *path, *body;
	enum gate_verifier verifier;
} guarded[] = {
	{ "/api/v1/retry/metrics", "{\"totalRetries\":0,\"successfulRetries\":0,\"failedRetries\":0,"
	  "\"retryByErrorType\":{},\"retryByAttempt\":{},\"averageRetryDelay\":0,"
	  "\"circuitBreakerTrips\":0,\"successRate\":0,\"recentRetries\":[]}", GATE_ACCESS },
	{ "/api/v1/mobile/session", "{\"success\":true,\"data\":{\"devices\":[]}}", GATE_MOBILE },
	{ "/api/v1/webauthn/credentials", "{\"success\":true,\"data\":{\"credentials\":[]}}",
	  GATE_WEBAUTHN },
	{ "/api/v1/ws/session", "{\"success\":true,\"data\":{\"subscriptions\":[]}}",
	  GATE_WEBSOCKET },
};

static bool visit_guarded(struct api *api, struct request *req)
{
	for (size_t i = 0; i < ARRAY_LEN(guarded); i++) {
		bool in;

		if (strcmp(req->path, guarded[i].path) != 0)
			continue;
		in = is_let_in(api, req, guarded[i].verifier);
		api_send_text(api, req, in ? 200 : 401, in ? guarded[i].body : not_let_in);
		return true;
	}
	return false;
}

static void visit_unknown(struct api *api, struct request *req)
{
	struct buf body = { 0 };

	if (str_starts(str_of(req->path), "/api/")) {
		api_redirect(api, req);
		return;
	}
	buf_fmt(&body, "{\"success\":false,\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"Route not "
		"found: %s %s\"}}", req->method, req->path);
	api_send(api, req, 404, EXPRESS_JSON, &body);
	buf_done(&body);
}

static void route(struct api *api, struct request *req)
{
	static const struct {
		const char *path;
		void (*visit)(struct api *api, struct request *req);
	} routes[] = {
		{ "/health", api_check },
		{ "/health/ready", api_check },
		{ "/health/live", visit_live },
		{ "/metrics", visit_process },
		{ "/api/v1/metrics", visit_metrics },
		{ "/api/v1/metrics/shards", visit_pools },
		{ "/api/v1/metrics/shards/health", visit_shards },
		{ "/api/v1/metrics/fee-bump", visit_fee_bump },
	};

	for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
		if (strcmp(req->path, routes[i].path) == 0) {
			routes[i].visit(api, req);
			return;
		}
	}
	if (!visit_guarded(api, req))
		visit_unknown(api, req);
}

/* Whoever is refused is counted too, so that the count stays up as long as he asks. */
static void serve(struct api *api, struct request *req)
{
	bool allowed = limiter_take(&api->limiter, api_now());

	tally_came(&api->lifetime, req->method, req->path, steady());
	if (allowed && !api->faults.throttled)
		route(api, req);
	else
		api_send_text(api, req, 429, too_many);
}

static void on_request(void *arg, struct request *req)
{
	struct api *api = arg;

	tally_came(&api->seen, req->method, req->path, steady());
	if (!api->faults.mute) {
		serve(api, req);
		return;
	}
	req->next = api->held;
	api->held = req;
}

void api_mute(struct api *api, bool mute)
{
	struct request *req = api->held, *next;

	api->faults.mute = mute;
	if (mute)
		return;
	api->held = NULL;
	for (; req; req = next) {
		next = req->next;
		serve(api, req);
	}
}

bool api_listen(struct api *api, bool listening, struct err *err)
{
	api->shut = !listening;
	if (!listening) {
		site_close(&api->site);
		return true;
	}
	if (!api->site.door)
		begin(api);
	return site_open(&api->site, api->port, err);
}

/* Payments go through the breaker, which a poll of /health may have opened. */
static void on_payment(uv_timer_t *timer)
{
	struct api *api = timer->data;

	if (breaker_look(&api->breaker, api_now()) == BREAKER_OPEN)
		api->payments_failed++;
	else
		api->payments++;
}

/* The text of a refusal names where it was refused. */
static void read_address(const char *dsn, char out[80])
{
	PQconninfoOption *options = PQconninfoParse(dsn, NULL);
	const char *host = "127.0.0.1", *port = "5432";

	for (PQconninfoOption *each = options; each && each->keyword; each++) {
		if (each->val && strcmp(each->keyword, "host") == 0)
			host = each->val;
		if (each->val && strcmp(each->keyword, "port") == 0)
			port = each->val;
	}
	snprintf(out, 80, "%.60s:%.10s", host, port);
	PQconninfoFree(options);
}

void api_init(struct api *api, uv_loop_t *loop, struct db *db, const char *dsn,
	      const char *horizon_url)
{
	*api = (struct api){ .db = db, .horizon_url = horizon_url };
	read_address(dsn, api->db_address);
	site_init(&api->site, loop, on_request, api);
	uv_timer_init(loop, &api->timer);
	api->timer.data = api;
}

void api_start(struct api *api, int port)
{
	api->port = port;
	begin(api);
	uv_timer_start(&api->timer, on_payment, PAYMENT_MS, PAYMENT_MS);
}
