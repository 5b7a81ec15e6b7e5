#include "io/flight.h"

#include <assert.h>
#include <string.h>

#include "backends/answer.h"
#include "base/mem.h"
#include "io/command.h"
#include "io/dns.h"
#include "io/outcome.h"
#include "io/redis.h"
#include "io/token.h"

enum { HTTP_UNAUTHORIZED = 401 };

struct flight {
	struct flight_plan plan;
	struct request request;
	flight_done *done;
	void *arg;
	msec started;
	bool over;			/* done has come */
	bool starting;			/* flight_start() has not returned */
	const struct secret_ref *secret_from;	/* NULL: none is needed */
	struct credential_wait wait;
	struct http_call *http;
	struct reply token;		/* what is known of the bearer: its token's fields alone */
	struct pg_call *sql;
	struct dns_call *dns;
	struct command *command;
	struct follower *follow;
	struct redis_call *redis;
};

static void free_flight(struct flight *flight)
{
	buf_done(&flight->request.path);
	buf_done(&flight->request.body);
	mem_free(flight);
}

static bool is_refused(const struct reply *reply)
{
	if (reply->kind == REPLY_DENIED)
		return str_starts(str_of(reply->sqlstate), "28");
	return reply->kind == REPLY_ANSWER &&
	       (reply->status == HTTP_UNAUTHORIZED || redis_has_refused(reply));
}

static bool has_expired(const struct reply *reply)
{
	return reply->token_expires != WHEN_NEVER &&
	       reply->token_expires <= answer_server_now(reply);
}

bool flight_doubts_secret(const struct backend *backend, const struct reply *reply)
{
	return backend->canary ? has_expired(reply) : is_refused(reply);
}

/* The server did not believe our secret: it may have been changed behind our back. */
static void doubt(struct flight *flight, const struct reply *reply)
{
	if (flight->secret_from && flight_doubts_secret(flight->plan.backend, reply) &&
	    credentials_doubt(flight->plan.credentials, flight->secret_from) &&
	    flight->plan.database)
		flight->plan.database->renew = true;
}

static void end(struct flight *flight, const struct reply *reply)
{
	doubt(flight, reply);
	if (flight->sql)
		flight->plan.database->flights--;
	flight->over = true;
	flight->done(flight->arg, reply);
	if (!flight->starting)
		free_flight(flight);
}

static void on_reply(void *arg, const struct reply *reply)
{
	end(arg, reply);
}

static void on_http(void *arg, const struct reply *reply)
{
	struct flight *flight = arg;
	struct reply known = *reply;

	(void)str_put(known.token_alg, sizeof(known.token_alg), flight->token.token_alg);
	known.token_issued = flight->token.token_issued;
	known.token_expires = flight->token.token_expires;
	end(flight, &known);
}

static void end_unsent(struct flight *flight, enum reply_kind kind, const char *why)
{
	struct now now = loop_now(flight->plan.loop);
	struct reply reply;

	reply_init(&reply);
	reply_fail(&reply, kind, "%s", why);
	reply.at = now.wall;
	reply.took = now.steady - flight->started;
	end(flight, &reply);
}

/* What is left of the time after waiting for the secret. */
static msec time_left(const struct flight *flight)
{
	msec left = flight->started + flight->plan.timeout - loop_now(flight->plan.loop).steady;

	return left > 0 ? left : 1;
}

static void send_http(struct flight *flight, const struct secret *secret)
{
	const struct source_config *config = flight->plan.config;
	bool bearer = flight->secret_from != &config->access.basic_password;
	struct http_ask ask = {
		.base = backend_target(flight->plan.backend, config, flight->plan.ask->target),
		.path = buf_cstr(&flight->request.path),
		.accept = flight->request.accept,
		.body = str_sub(buf_cstr(&flight->request.body), flight->request.body.len),
		.access = &config->access,
		.bearer = bearer ? secret : NULL,
		.password = bearer ? NULL : secret,
		.timeout = time_left(flight),
		.max_body = flight->plan.ask->max_body,
		.counted = flight->plan.counted,
	};

	reply_init(&flight->token);
	if (ask.bearer)
		token_describe(ask.bearer, &flight->token);
	flight->http = http_send(flight->plan.http, &ask, on_http, flight);
}

static void send_sql(struct flight *flight, const struct secret *dsn)
{
	struct database *database = flight->plan.database;
	struct err err = { 0 };

	if (database->renew && !database->flights)
		database_done(database);
	if (!database->pg)
		database->pg = pg_new(flight->plan.loop, flight->plan.resolver, dsn, &err);
	if (!database->pg) {
		(void)credentials_doubt(flight->plan.credentials, flight->secret_from);
		end_unsent(flight, REPLY_NO_SECRET, err.text);
		return;
	}
	database->flights++;
	flight->sql = pg_ask(database->pg, &flight->request, time_left(flight), on_reply, flight);
}

static void send_dns(struct flight *flight)
{
	flight->dns = dns_ask(flight->plan.loop, flight->plan.resolver, flight->request.host,
			      flight->request.server, time_left(flight), on_reply, flight);
}

static void run_command(struct flight *flight)
{
	const struct command_plan plan = {
		.loop = flight->plan.loop, .argv = flight->request.argv,
		.environment = flight->plan.environment, .timeout = time_left(flight),
		.max_body = flight->plan.ask->max_body,
	};

	flight->command = command_start(&plan, on_reply, flight);
}

static void follow_it(struct flight *flight)
{
	const struct follow_plan plan = {
		.loop = flight->plan.loop, .file = flight->request.file,
		.argv = flight->request.argv, .environment = flight->plan.environment,
	};

	if (!*flight->plan.follow)
		*flight->plan.follow = follow_new(&plan);
	flight->follow = *flight->plan.follow;
	follow_ask(flight->follow, time_left(flight), on_reply, flight);
}

static void send_redis(struct flight *flight, const struct secret *secret)
{
	const struct source_config *config = flight->plan.config;
	struct redis_ask ask = {
		.url = backend_target(flight->plan.backend, config, flight->plan.ask->target),
		.user = config->access.basic_user,
		.password = secret,
		.commands = flight->request.commands,
		.timeout = time_left(flight),
		.max = flight->plan.ask->max_body,
	};

	flight->redis = redis_ask(flight->plan.loop, flight->plan.resolver, &ask, on_reply, flight);
}

static void send_it(struct flight *flight, const struct secret *secret)
{
	switch (flight->plan.ask->via) {
	case ASK_HTTP:
		send_http(flight, secret);
		break;
	case ASK_SQL:
		send_sql(flight, secret);
		break;
	case ASK_DNS:
		send_dns(flight);
		break;
	case ASK_REDIS:
		send_redis(flight, secret);
		break;
	case ASK_COMMAND:
		run_command(flight);
		break;
	case ASK_FOLLOW:
		follow_it(flight);
		break;
	}
}

static void on_secret(void *arg, const struct secret *secret, const struct err *err)
{
	struct flight *flight = arg;

	if (secret)
		send_it(flight, secret);
	else
		end_unsent(flight, REPLY_NO_SECRET, err->text);
}

struct flight *flight_start(const struct flight_plan *plan, struct request *request,
			    flight_done *done, void *arg)
{
	struct flight *flight = mem_new(sizeof(*flight));

	flight->plan = *plan;
	flight->request = *request;
	memset(request, 0, sizeof(*request));
	flight->done = done;
	flight->arg = arg;
	flight->started = loop_now(plan->loop).steady;
	flight->wait.done = on_secret;
	flight->wait.arg = flight;
	flight->secret_from = backend_secret(plan->backend, plan->config, plan->ask->target);
	flight->starting = true;
	if (flight->secret_from && plan->backend->canary)
		credentials_reread(plan->credentials, flight->secret_from);
	if (flight->secret_from)
		credentials_want(plan->credentials, flight->secret_from, plan->timeout,
				 &flight->wait);
	else if (plan->ask->via == ASK_SQL)
		end_unsent(flight, REPLY_NO_SECRET, "no DSN is configured");
	else
		send_it(flight, NULL);
	flight->starting = false;
	if (!flight->over)
		return flight;
	free_flight(flight);
	return NULL;
}

void flight_cancel(struct flight *flight)
{
	credential_wait_cancel(&flight->wait);
	if (flight->http)
		http_cancel(flight->http);
	if (flight->sql) {
		pg_cancel(flight->sql);
		flight->plan.database->flights--;
	}
	if (flight->dns)
		dns_cancel(flight->dns);
	if (flight->command)
		command_cancel(flight->command);
	if (flight->follow)
		follow_cancel(flight->follow);
	if (flight->redis)
		redis_cancel(flight->redis);
	free_flight(flight);
}

void database_done(struct database *database)
{
	pg_free(database->pg);
	memset(database, 0, sizeof(*database));
}
