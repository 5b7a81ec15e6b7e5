/*
 * api_health.c: GET /health and /health/ready of the stand-in backend.
 *
 * The order of the real one: Horizon through the breaker, four tries with growing pauses; Redis;
 * then the list of dependencies, which asks Horizon once more. During an outage that makes five
 * failures, and the breaker opens: the look has done it. The answer shows the breaker as it was
 * before, so that the first one still says healthy, and only online:false tells the truth.
 */
#include "lab/api.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "lab/client.h"
#include "lab/express.h"
#include "lab/knock.h"
#include "lab/later.h"

enum { TRIES = 4, SECOND_LOOK = TRIES + 1 };

static const msec horizon_deadline = 4 * WHEN_SECOND;
static const uint64_t pauses[] = { 0, 500, 1000, 2000 };	/* before each try, in ms */

struct check {
	struct api *api;
	struct request *req;
	struct breaker before;	/* as it was when the check began */
	unsigned tries;
	bool online, redis;
	msec asked_at;		/* when Horizon's part was over */
};

static void try_horizon(void *arg);

static void put_circuit(const struct breaker *breaker, struct buf *out)
{
	char at[WHEN_TEXT];

	buf_fmt(out, "\"circuit\":{\"state\":\"%s\",\"failures\":%u,\"openedAt\":",
		breaker_word(breaker->state), breaker->failures);
	when_format(at, breaker->opened_at);
	if (breaker->opened_at > 0)
		buf_fmt(out, "\"%s\"}", at);
	else
		buf_text(out, "null}");
}

static void put_stellar(const struct check *check, struct buf *out)
{
	bool open = check->before.state == BREAKER_OPEN;

	buf_fmt(out, "{\"name\":\"stellar\",\"status\":\"%s\",", open ? "unhealthy" : "healthy");
	if (open)
		buf_text(out, "\"error\":\"Circuit breaker is open\",");
	else
		buf_fmt(out, "\"network\":\"testnet\",\"horizonUrl\":\"%s\",\"online\":%s,",
			check->api->horizon_url, check->online ? "true" : "false");
	if (!open && check->online)
		buf_text(out, "\"horizonVersion\":\"22.0.1\",\"currentProtocolVersion\":22,");
	put_circuit(&check->before, out);
	buf_fmt(out, ",\"responseTime\":%lld}", (long long)check->asked_at);
}

static void put_checks(const struct check *check, struct buf *out)
{
	buf_text(out, "[");
	put_stellar(check, out);
	buf_text(out, ",{\"name\":\"database\",\"status\":\"unhealthy\",\"eventMonitor\":"
		 "\"unhealthy\",\"auditLogger\":\"unhealthy\",\"type\":\"event-sourcing\"},");
	if (check->redis)
		buf_text(out, "{\"name\":\"redis\",\"status\":\"healthy\",");
	else
		buf_text(out, "{\"name\":\"redis\",\"status\":\"unhealthy\",\"error\":\"Stream isn't "
			 "writeable and enableOfflineQueue options is false\",");
	buf_fmt(out, "\"responseTime\":%lld},{\"name\":\"email\",\"status\":\"unavailable\","
		"\"message\":\"Email service not configured (using stub)\"},"
		"{\"name\":\"websocket\",\"status\":\"healthy\",\"message\":\"WebSocket server "
		"initialized\",\"responseTime\":%lld}]", (long long)api_now(), (long long)api_now());
}

static void put_dependencies(const struct check *check, struct buf *out)
{
	bool open = check->before.state == BREAKER_OPEN;
	const char *stellar = open ? "unhealthy" : "healthy";
	const char *redis = check->redis ? "healthy" : "unhealthy";

	buf_fmt(out, "{\"overall\":\"%s\",\"dependencies\":[{\"name\":\"@stellar/stellar-sdk\","
		"\"status\":\"%s\",\"version\":\"12.3.0\"},{\"name\":\"redis\",\"status\":\"%s\","
		"\"version\":\"7.0.0\"},{\"name\":\"email-service\",\"status\":\"unavailable\","
		"\"version\":\"nodemailer\"},{\"name\":\"ws\",\"status\":\"healthy\","
		"\"version\":\"8.20.0\"},{\"name\":\"express\",\"status\":\"healthy\","
		"\"version\":\"4.19.2\"}]}", open || !check->redis ? "degraded" : "healthy", stellar,
		redis);
}

/* Of the four that count two never change: the database is never healthy, the websocket always. */
static int overall(const struct check *check)
{
	return 25 * (1 + check->redis + (check->before.state != BREAKER_OPEN));
}

static void put_health(const struct check *check, struct buf *out)
{
	double uptime = (double)(api_now() - check->api->started) / 1000;

	buf_fmt(out, "{\"status\":\"degraded\",\"overallHealth\":%d,\"timestamp\":\"",
		overall(check));
	api_put_now(out);
	buf_fmt(out, "\",\"uptime\":%.9g,\"checks\":", uptime);
	put_checks(check, out);
	buf_text(out, ",\"dependencies\":");
	put_dependencies(check, out);
	buf_text(out, ",\"system\":{\"platform\":\"linux\",\"arch\":\"x64\",\"uptime\":86400.17,"
		 "\"loadavg\":[0.41,0.38,0.35],\"totalmem\":8589934592,\"freemem\":4294967296,"
		 "\"cpus\":2,\"hostname\":\"api-1\"},\"application\":{\"version\":\"1.0.0\","
		 "\"nodeVersion\":\"v20.20.2\",\"environment\":\"production\",\"startTime\":\"");
	api_put_now(out);	/* "now" in the real one too */
	buf_text(out, "\",\"processId\":4711}}");
}

static void put_ready(const struct check *check, struct buf *out)
{
	buf_text(out, "{\"status\":\"not_ready\",\"timestamp\":\"");
	api_put_now(out);
	buf_fmt(out, "\",\"checks\":{\"stellar\":\"%s\",\"database\":\"unhealthy\",\"redis\":\"%s\","
		"\"email\":\"unavailable\",\"websocket\":\"healthy\"}}",
		check->before.state == BREAKER_OPEN ? "unhealthy" : "healthy",
		check->redis ? "healthy" : "unhealthy");
}

static bool is_open(const struct check *check)
{
	return breaker_look(&check->api->breaker, api_now()) == BREAKER_OPEN;
}

static void answer(void *arg)
{
	struct check *check = arg;
	struct buf body = { 0 };
	bool ready = strcmp(check->req->path, "/health/ready") == 0;

	if (ready)
		put_ready(check, &body);
	else
		put_health(check, &body);
	api_send(check->api, check->req, ready ? 503 : 200, EXPRESS_JSON, &body);
	buf_done(&body);
	mem_free(check);
}

/* The second look: only what the first one saw as offline is asked again. */
static void on_redis(void *arg, bool pong)
{
	struct check *check = arg;

	check->redis = pong && check->api->redis_tried;
	check->api->redis_tried = true;
	if (check->online || check->before.state == BREAKER_OPEN || is_open(check))
		answer(check);
	else
		try_horizon(check);
}

static void ask_redis(struct check *check)
{
	struct api *api = check->api;

	check->asked_at = api_now();
	if (api->redis_port > 0)
		knock(api->site.loop, api->redis_port, api->redis_password, on_redis, check);
	else
		on_redis(check, false);
}

static void on_horizon(void *arg, const struct client_reply *reply)
{
	struct check *check = arg;
	struct api *api = check->api;
	bool good = reply->ok && reply->status == 200;

	api->horizon_errors += !good;
	breaker_note(&api->breaker, good, api_now());
	if (check->tries == SECOND_LOOK) {
		later(api->site.loop, pauses[1], answer, check);
		return;
	}
	check->online = good;
	if (good || check->tries == TRIES || is_open(check))
		ask_redis(check);
	else
		later(api->site.loop, pauses[check->tries], try_horizon, check);
}

static void try_horizon(void *arg)
{
	struct check *check = arg;
	char url[128];

	check->tries++;
	check->api->horizon_calls++;
	snprintf(url, sizeof(url), "%s/", check->api->horizon_url);
	client_ask(check->api->site.loop, &(struct client_ask){
		.url = url, .deadline = horizon_deadline, .done = on_horizon, .arg = check,
	}, NULL);
}

void api_check(struct api *api, struct request *req)
{
	struct check *check = mem_new(sizeof(*check));

	check->api = api;
	check->req = req;
	(void)breaker_look(&api->breaker, api_now());
	check->before = api->breaker;
	if (check->before.state == BREAKER_OPEN)
		ask_redis(check);
	else
		try_horizon(check);
}
