/* estate.c: see estate.h. */
#include "lab/estate.h"

#include <stdio.h>

#include "base/when.h"
#include "lab/client.h"

enum { INDEXER_CONNECTIONS = 10, EXPORTER_CONNECTIONS = 2, API_CONNECTIONS = 2, TRAFFIC_MS = 100 };

static const msec traffic_deadline = 10 * WHEN_SECOND;

const char *const estate_port_names[ESTATE_PORT_COUNT] = {
#define X(sym, name) [ESTATE_##sym] = (name),
	ESTATE_PORTS(X)
#undef X
};

static void on_visited(void *arg, const struct client_reply *reply)
{
	(void)arg;
	(void)reply;	/* what the visitors of the platform get is counted by the indexer */
}

/* The visitors of the platform: so that rates exist. */
static void on_traffic(uv_timer_t *timer)
{
	struct estate *estate = timer->data;

	client_ask(estate->loop, &(struct client_ask){
		.url = estate->dashboard_url, .deadline = traffic_deadline, .done = on_visited,
	}, NULL);
}

static void start_traffic(struct estate *estate, int port)
{
	snprintf(estate->dashboard_url, sizeof(estate->dashboard_url),
		 "http://127.0.0.1:%d/analytics/dashboard", port);
	uv_timer_init(estate->loop, &estate->traffic);
	estate->traffic.data = estate;
	uv_timer_start(&estate->traffic, on_traffic, TRAFFIC_MS, TRAFFIC_MS);
}

static bool open_all(struct estate *estate, const struct estate_plan *plan, struct err *err)
{
	struct site *const sites[ESTATE_PORT_COUNT] = {
		[ESTATE_INDEXER] = &estate->indexer.site,
		[ESTATE_HORIZON1] = &estate->horizons[0].site,
		[ESTATE_HORIZON2] = &estate->horizons[1].site,
		[ESTATE_RPC] = &estate->rpc.site,
		[ESTATE_EXPORTER] = &estate->exporter.site,
		[ESTATE_SINK] = &estate->sink.site,
		[ESTATE_API] = &estate->api.site,
		[ESTATE_CONTROL] = &estate->control,
	};

	for (size_t i = 0; i < ESTATE_PORT_COUNT; i++)
		if (plan->ports[i] > 0 && !site_open(sites[i], plan->ports[i], err))
			return err_add(err, "%s", estate_port_names[i]);
	return true;
}

static void init_api(struct estate *estate, const struct estate_plan *plan)
{
	struct api *api = &estate->api;

	api_init(api, estate->loop, db_new(estate->loop, plan->api_dsn, API_CONNECTIONS),
		 plan->api_dsn, estate->horizon_url);
	api->redis_port = plan->redis_port;
	(void)str_put(api->redis_password, sizeof(api->redis_password), plan->redis_password);
	(void)str_put(api->gate.dir, sizeof(api->gate.dir), plan->jwt_dir);
}

bool estate_start(struct estate *estate, uv_loop_t *loop, const struct estate_plan *plan,
		  struct err *err)
{
	*estate = (struct estate){ .loop = loop };
	snprintf(estate->horizon_url, sizeof(estate->horizon_url), "http://127.0.0.1:%d",
		 plan->ports[ESTATE_HORIZON1]);
	for (size_t i = 0; i < ESTATE_HORIZONS; i++)
		horizon_init(&estate->horizons[i], loop, &estate->quiet, &estate->book);
	estate->horizons[1].second = true;
	indexer_init(&estate->indexer, loop,
		     db_new(loop, plan->indexer_dsn, INDEXER_CONNECTIONS), estate->horizon_url);
	rpc_init(&estate->rpc, loop, &estate->quiet, &estate->book);
	exporter_init(&estate->exporter, loop,
		      db_new(loop, plan->exporter_dsn, EXPORTER_CONNECTIONS));
	sink_init(&estate->sink, loop);
	init_api(estate, plan);
	site_init(&estate->control, loop, control_on_request, estate);
	if (!open_all(estate, plan, err))
		return false;
	estate->rpc_port = plan->ports[ESTATE_RPC];
	estate->indexer_port = plan->ports[ESTATE_INDEXER];
	if (estate->indexer_port > 0) {
		indexer_start(&estate->indexer, plan->indexer_held);
		start_traffic(estate, estate->indexer_port);
	}
	if (plan->ports[ESTATE_API] > 0)
		api_start(&estate->api, plan->ports[ESTATE_API]);
	if (plan->api_log[0])
		paylog_start(&estate->paylog, loop, plan->api_log, &estate->api);
	return true;
}
