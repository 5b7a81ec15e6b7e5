/*
 * api.h: a stand-in for the FuTuRe backend with the traps of the real one.
 *
 *   /health                       the deep check: asks Horizon through the breaker that payments
 *                                 use, and so opens it during an outage; its database check is
 *                                 always unhealthy, whatever the database does
 *   /health/ready                 the same check, always 503
 *   /health/live                  the process
 *   /metrics                      JSON (an accident of the routes), no Prometheus text
 *   /api/v1/metrics               Prometheus text when text/plain is asked for, else JSON
 *   /api/v1/metrics/shards        the pools; /health asks PostgreSQL itself, and gives up after 5 s
 *   /api/v1/metrics/fee-bump      kills the process: its port is closed for two seconds
 *   /api/v1/retry/metrics         and the other verifiers' routes: only with a bearer token
 *   /api/...                      what is not known there is redirected to /api/v1/...
 *
 * More than 100 requests in 60 s are answered 429, all of them, liveness included.
 */
#ifndef LAB_API_H
#define LAB_API_H

#include "lab/breaker.h"
#include "lab/db.h"
#include "lab/gate.h"
#include "lab/limiter.h"
#include "lab/serve.h"
#include "lab/tally.h"

struct api_faults {
	bool throttled;		/* as if the window were used up for ever */
	bool mute;		/* takes requests and answers none */
	bool waiting;		/* clients wait for a connection of the pool */
};

struct api {
	struct site site;
	struct db *db;
	char db_address[80];		/* "127.0.0.1:5432", for the text of a refusal */
	const char *horizon_url;
	int redis_port;			/* 0: there is none */
	char redis_password[GATE_SECRET_MAX];
	int port;
	struct api_faults faults;
	struct breaker breaker;
	struct limiter limiter;
	struct gate gate;
	struct tally lifetime;		/* of this process of the backend: what it says of itself */
	struct tally seen;		/* of the lab: what GET /requests of the control port tells */
	struct request *held;		/* asked while it was mute */
	bool shut;			/* closed until api_listen() opens it */
	uv_timer_t timer;		/* of the payments */
	msec started;			/* wall time */
	bool redis_tried;		/* the first look after a start always fails */
	long serial;			/* of answers: cookies and ids differ */
	long payments, payments_failed;
	long horizon_calls, horizon_errors;
	long kills;
};

void api_init(struct api *api, uv_loop_t *loop, struct db *db, const char *dsn,
	      const char *horizon_url);
void api_start(struct api *api, int port);
void api_mute(struct api *api, bool mute);
bool api_listen(struct api *api, bool listening, struct err *err);	/* opened: a new process */

msec api_now(void);	/* wall clock */

/* The parts: the deep check (api_health.c), heads and bodies (api_text.c). */
void api_check(struct api *api, struct request *req);
void api_send(struct api *api, struct request *req, int status, const char *type,
	      const struct buf *body);
void api_send_text(struct api *api, struct request *req, int status, const char *json);
void api_redirect(struct api *api, struct request *req);
void api_put_now(struct buf *out);	/* 2026-11-22T01:54:07.165Z */
void api_put_metrics(const struct api *api, struct buf *out);		/* Prometheus text */
void api_put_metrics_json(const struct api *api, struct buf *out);
void api_put_process(const struct api *api, struct buf *out);		/* JSON of /metrics */

#endif
