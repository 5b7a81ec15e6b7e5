/*
 * All starts happen in tick(), which is a timer: set to the next time that anything is due, and to
 * the next round whenever something has changed. So nothing recurses, however fast answers come.
 */
#include "io/prober_inside.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"

void prober_tick_next_round(struct prober *prober)
{
	if (prober->mode != IDLE)
		loop_timer_set(prober->loop, &prober->tick, 0);
	if (prober->passes)
		loop_timer_set(prober->loop, &prober->pass, 0);
}

/* An answer is in the probe. */
static void on_taken(void *arg, size_t ask, const struct reply *reply)
{
	struct source *source = arg;
	struct prober *prober = source->prober;
	bool more = source->probe.pages[ask] > 0;

	(void)reply;
	source->slots[ask].turn = more ? TO_ASK : DONE;
	prober_tick_next_round(prober);
	prober->setup.changed(prober->setup.arg, (size_t)(source - prober->sources), ask);
}

static void on_landed(void *arg, const struct reply *reply)
{
	struct slot *slot = arg;

	slot->flight = NULL;
	probe_ended(&slot->source->probe, slot->ask, reply, loop_now(slot->source->prober->loop));
	decoding_put(&slot->source->decoding, slot->ask, reply);
}

/* prober_once() has one deadline for all; otherwise each ask has its own. */
static msec time_for(const struct prober *prober, const struct ask *ask)
{
	msec left = prober->once_deadline - loop_now(prober->loop).steady;

	return prober->mode == ONCE && left < ask->timeout ? left : ask->timeout;
}

static struct prober_context context_of(const struct prober *prober)
{
	return prober->setup.context ? prober->setup.context(prober->setup.arg) :
	       (struct prober_context){ 0 };
}

static bool is_counted(const struct slot *slot)
{
	const struct budget *host = slot->source->probe.hosts[slot->ask];

	return host && host->rule_count > 0;
}

/* The request is the caller's to give away or to drop; false: it is not needed now. */
static bool prepare(const struct slot *slot, struct request *request)
{
	const struct probe *probe = &slot->source->probe;
	struct prober_context context = context_of(slot->source->prober);
	struct look look;

	*request = (struct request){ 0 };
	probe_look(probe, context.chain, context.cursor,
		   loop_now(slot->source->prober->loop).wall, &look);
	return probe->backend->prepare(&look, slot->ask, request);
}

static void drop_request(struct request *request)
{
	buf_done(&request->path);
	buf_done(&request->body);
}

bool prober_needs(const struct slot *slot)
{
	struct request request;
	bool needed = prepare(slot, &request);

	drop_request(&request);
	return needed;
}

bool prober_ask(struct slot *slot)
{
	struct source *source = slot->source;
	struct prober *prober = source->prober;
	const struct ask *ask = &source->probe.asks[slot->ask];
	struct now now = loop_now(prober->loop);
	struct request request;
	struct flight_plan plan = {
		.loop = prober->loop, .resolver = prober->resolver, .http = prober->http,
		.credentials = prober->credentials, .backend = source->probe.backend,
		.config = source->probe.config, .ask = ask,
		.timeout = time_for(prober, ask),
		.counted = is_counted(slot),
	};

	if (!prepare(slot, &request)) {
		drop_request(&request);
		probe_skipped(&source->probe, slot->ask, now);
		slot->turn = NOT_NEEDED;
		return false;
	}
	if (ask->via == ASK_SQL)
		plan.database = &source->databases[ask->target];
	plan.follow = &source->follows[slot->ask];
	plan.environment = prober->setup.environment;
	probe_started(&source->probe, slot->ask, now);
	slot->turn = ASKED;
	slot->flight = flight_start(&plan, &request, on_landed, slot);
	return true;
}

static void tick_standing(struct prober *prober)
{
	struct now now = loop_now(prober->loop);
	struct next_ask next;
	msec wake;

	while (probe_next_of(prober->probes, prober->count, now, &next, &wake))
		(void)prober_ask(&prober->sources[next.probe].slots[next.ask]);
	if (wake != WHEN_NEVER)
		loop_timer_set(prober->loop, &prober->tick, wake);
}

static void tick(void *arg)
{
	struct prober *prober = arg;

	prober_serve(prober);
	switch (prober->mode) {
	case STANDING:
		tick_standing(prober);
		break;
	case ONCE:
		prober_tick_once(prober);
		break;
	case IDLE:
		break;
	}
}

static void on_pass(void *arg)
{
	prober_serve(arg);
}

static void init_source(struct prober *prober, size_t index)
{
	struct source *source = &prober->sources[index];
	const struct prober_source *from = &prober->setup.sources[index];
	struct probe *probe = &source->probe;

	source->prober = prober;
	prober->probes[index] = probe;
	probe_init(probe, from->backend, from->config, loop_now(prober->loop));
	source->decoding = (struct decoding){
		.loop = prober->loop, .probe = probe, .taken = on_taken, .arg = source,
	};
	for (size_t ask = 0; ask < probe->ask_count; ask++) {
		source->slots[ask].source = source;
		source->slots[ask].ask = ask;
		if (probe->asks[ask].via == ASK_SQL && probe->asks[ask].target >= source->database_count)
			source->database_count = probe->asks[ask].target + 1;
	}
	source->databases = mem_array(source->database_count + 1, sizeof(*source->databases));
}

static struct budget *host_of(struct prober *prober, struct str url)
{
	char origin[BUDGET_ORIGIN];
	size_t i = 0;

	budget_origin(url, origin);
	while (i < prober->host_count && strcmp(prober->hosts[i].origin, origin) != 0)
		i++;
	if (i == prober->host_count) {
		prober->host_count++;
		(void)str_put(prober->hosts[i].origin, sizeof(prober->hosts[i].origin), origin);
	}
	return &prober->hosts[i];
}

static void share_hosts(struct prober *prober)
{
	size_t asks = 0;

	for (size_t i = 0; i < prober->count; i++)
		asks += prober->probes[i]->ask_count;
	prober->hosts = mem_array(asks + 1, sizeof(*prober->hosts));
	for (size_t i = 0; i < prober->count; i++) {
		struct probe *probe = prober->probes[i];

		for (size_t ask = 0; ask < probe->ask_count; ask++) {
			if (probe->asks[ask].via != ASK_HTTP)
				continue;
			probe->hosts[ask] = host_of(prober, backend_target(probe->backend, probe->config,
									   probe->asks[ask].target));
			budget_allow(probe->hosts[ask], probe->backend->budget);
		}
	}
	for (size_t i = 0; i < prober->host_count; i++)
		probe_fit(prober->probes, prober->count, &prober->hosts[i]);
}

static void on_late(void *arg)
{
	prober_drop_and_ask_all(arg);
}

struct prober *prober_new(const struct prober_setup *setup)
{
	struct prober *prober = mem_new(sizeof(*prober));

	pg_forget_environment();
	prober->setup = *setup;
	prober->loop = setup->loop;
	prober->count = setup->count;
	prober->tick.call = tick;
	prober->tick.arg = prober;
	prober->pass.call = on_pass;
	prober->pass.arg = prober;
	prober->resolver = resolver_new(setup->loop, setup->names);
	prober->http = http_new(setup->loop, prober->resolver);
	prober->credentials = credentials_new(setup->loop, setup->environment);
	prober->sources = mem_array(setup->count + 1, sizeof(*prober->sources));
	prober->probes = mem_array(setup->count + 1, sizeof(struct probe *));
	for (size_t i = 0; i < setup->count; i++)
		init_source(prober, i);
	share_hosts(prober);
	loop_on_late(setup->loop, on_late, prober);
	return prober;
}

void prober_start(struct prober *prober)
{
	assert(prober->mode == IDLE);
	prober->mode = STANDING;
	prober_ask_all(prober);
}

void prober_ask_all(struct prober *prober)
{
	for (size_t i = 0; i < prober->count; i++)
		probe_all_now(&prober->sources[i].probe, loop_now(prober->loop));
	prober_tick_next_round(prober);
}

/* In the eyes of the probe they were not asked. */
static void drop_flights(struct source *source)
{
	struct now now = loop_now(source->prober->loop);

	for (size_t ask = 0; ask < source->probe.ask_count; ask++) {
		struct slot *slot = &source->slots[ask];

		if (!slot->flight)
			continue;
		flight_cancel(slot->flight);
		slot->flight = NULL;
		probe_ended(&source->probe, ask, NULL, now);
		slot->turn = TO_ASK;
		probe_skipped(&source->probe, ask, now);
	}
}

void prober_drop_and_ask_all(struct prober *prober)
{
	for (size_t i = 0; i < prober->count; i++)
		drop_flights(&prober->sources[i]);
	prober_ask_all(prober);
}

const struct probe *prober_probe(const struct prober *prober, size_t source)
{
	return &prober->sources[source].probe;
}

/*
 * Where everything is asked once, a source is judged as of its own last answer: that another one
 * hung meanwhile makes nothing older here.
 */
static msec judged_at(const struct prober *prober, const struct probe *probe)
{
	msec last = WHEN_NEVER;

	for (size_t ask = 0; prober->once_done && ask < probe->ask_count; ask++)
		if (probe->views[ask].at > last)
			last = probe->views[ask].at;
	return last == WHEN_NEVER ? loop_now(prober->loop).wall : last;
}

void prober_judge(struct prober *prober, size_t source, struct report *out)
{
	const struct probe *probe = &prober->sources[source].probe;
	struct prober_context context = context_of(prober);

	probe_judge(probe, context.chain, context.cursor, judged_at(prober, probe), out);
}

static void drop_follows(struct source *source)
{
	for (size_t ask = 0; ask < source->probe.ask_count; ask++) {
		follow_free(source->follows[ask]);
		source->follows[ask] = NULL;
	}
}

void prober_stop(struct prober *prober)
{
	prober->mode = IDLE;
	loop_timer_stop(prober->loop, &prober->tick);
	prober_drop_passes(prober);
	loop_forget(prober->loop, prober);
	for (size_t i = 0; i < prober->count; i++) {
		drop_flights(&prober->sources[i]);
		drop_follows(&prober->sources[i]);
		decoding_stop(&prober->sources[i].decoding);
	}
	credentials_stop(prober->credentials);
}

void prober_free(struct prober *prober)
{
	if (!prober)
		return;
	prober_stop(prober);
	for (size_t i = 0; i < prober->count; i++) {
		struct source *source = &prober->sources[i];

		for (size_t k = 0; k < source->database_count; k++)
			database_done(&source->databases[k]);
		mem_free(source->databases);
		probe_done(&source->probe);
	}
	mem_free(prober->sources);
	mem_free(prober->probes);
	mem_free(prober->hosts);
	http_free(prober->http);
	credentials_free(prober->credentials);
	resolver_free(prober->resolver);
	mem_free(prober);
}
