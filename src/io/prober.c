/*
 * All starts happen in tick(), which is a timer: set to the next time that anything is due, and to
 * the next round whenever something has changed. So nothing recurses, however fast answers come.
 */
#include "io/prober.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "io/decoding.h"
#include "io/flight.h"

enum mode { IDLE, STANDING, ONCE };

/* Where an ask is within prober_once(). */
enum turn { TO_ASK, ASKED, NOT_NEEDED, DONE };

struct slot {			/* an ask of a source */
	struct source *source;
	size_t ask;
	struct flight *flight;	/* NULL: not under way */
	enum turn turn;
};

struct source {
	struct prober *prober;
	struct probe probe;
	struct decoding decoding;
	struct database *databases;	/* by target */
	size_t database_count;
	struct follower *follows[PROBE_ASKS];	/* by ask */
	struct slot slots[PROBE_ASKS];
};

struct prober {
	struct prober_setup setup;
	struct loop *loop;
	struct resolver *resolver;
	struct http *http;
	struct credentials *credentials;
	struct source *sources;
	size_t count;
	enum mode mode;
	struct loop_timer tick;
	msec once_deadline;
	loop_call *once_done;
	void *once_arg;
};

static void tick_next_round(struct prober *prober)
{
	if (prober->mode != IDLE)
		loop_timer_set(prober->loop, &prober->tick, 0);
}

/* An answer is in the probe. */
static void on_taken(void *arg, size_t ask, const struct reply *reply)
{
	struct source *source = arg;
	struct prober *prober = source->prober;
	bool more = source->probe.pages[ask] > 0;

	(void)reply;
	source->slots[ask].turn = more ? TO_ASK : DONE;
	tick_next_round(prober);
	prober->setup.changed(prober->setup.arg, (size_t)(source - prober->sources), ask);
}

static void on_landed(void *arg, const struct reply *reply)
{
	struct slot *slot = arg;

	slot->flight = NULL;
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

/* False when the kind does not need it now. */
static bool start(struct slot *slot)
{
	struct source *source = slot->source;
	struct prober *prober = source->prober;
	const struct ask *ask = &source->probe.asks[slot->ask];
	struct prober_context context = context_of(prober);
	struct now now = loop_now(prober->loop);
	struct request request = { 0 };
	struct look look;
	struct flight_plan plan = {
		.loop = prober->loop, .resolver = prober->resolver, .http = prober->http,
		.credentials = prober->credentials, .backend = source->probe.backend,
		.config = source->probe.config, .ask = ask,
		.timeout = time_for(prober, ask),
	};

	probe_look(&source->probe, context.chain, context.cursor, now.wall, &look);
	if (!source->probe.backend->prepare(&look, slot->ask, &request)) {
		buf_done(&request.path);
		buf_done(&request.body);
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

static msec earlier(msec a, msec b)
{
	if (a == WHEN_NEVER || b == WHEN_NEVER)
		return a == WHEN_NEVER ? b : a;
	return a < b ? a : b;
}

static void tick_standing(struct prober *prober)
{
	struct now now = loop_now(prober->loop);
	msec first = WHEN_NEVER;

	for (size_t i = 0; i < prober->count; i++) {
		struct source *source = &prober->sources[i];
		msec wake;
		int ask;

		while ((ask = probe_next(&source->probe, now, &wake)) >= 0)
			(void)start(&source->slots[ask]);
		first = earlier(first, wake);
	}
	if (first != WHEN_NEVER)
		loop_timer_set(prober->loop, &prober->tick, first);
}

/* Start every ask that stands at `turn`; false when there was none to be started. */
static bool start_all(struct prober *prober, enum turn turn)
{
	bool started = false;

	if (loop_now(prober->loop).steady >= prober->once_deadline)
		return false;
	for (size_t i = 0; i < prober->count; i++) {
		struct source *source = &prober->sources[i];

		for (size_t ask = 0; ask < source->probe.ask_count; ask++) {
			if (source->slots[ask].turn == turn)
				started = start(&source->slots[ask]) || started;
		}
	}
	return started;
}

static bool is_busy(const struct prober *prober)
{
	for (size_t i = 0; i < prober->count; i++) {
		const struct source *source = &prober->sources[i];

		if (decoding_busy(&source->decoding))
			return true;
		for (size_t ask = 0; ask < source->probe.ask_count; ask++) {
			if (source->slots[ask].flight)
				return true;
		}
	}
	return false;
}

/* What was not needed is offered again when all is quiet: the answers may have made it so. */
static void tick_once(struct prober *prober)
{
	if (start_all(prober, TO_ASK) || is_busy(prober) || start_all(prober, NOT_NEEDED))
		return;
	prober->mode = IDLE;
	prober->once_done(prober->once_arg);
}

static void tick(void *arg)
{
	struct prober *prober = arg;

	switch (prober->mode) {
	case STANDING:
		tick_standing(prober);
		break;
	case ONCE:
		tick_once(prober);
		break;
	case IDLE:
		break;
	}
}

static void init_source(struct prober *prober, size_t index)
{
	struct source *source = &prober->sources[index];
	const struct prober_source *from = &prober->setup.sources[index];
	struct probe *probe = &source->probe;

	source->prober = prober;
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
	prober->resolver = resolver_new(setup->loop, setup->names);
	prober->http = http_new(setup->loop, prober->resolver);
	prober->credentials = credentials_new(setup->loop, setup->environment);
	prober->sources = mem_array(setup->count + 1, sizeof(*prober->sources));
	for (size_t i = 0; i < setup->count; i++)
		init_source(prober, i);
	loop_on_late(setup->loop, on_late, prober);
	return prober;
}

void prober_start(struct prober *prober)
{
	assert(prober->mode == IDLE);
	prober->mode = STANDING;
	prober_ask_all(prober);
}

void prober_once(struct prober *prober, msec deadline, loop_call *done, void *arg)
{
	assert(prober->mode == IDLE);
	prober->mode = ONCE;
	prober->once_deadline = deadline;
	prober->once_done = done;
	prober->once_arg = arg;
	for (size_t i = 0; i < prober->count; i++) {
		for (size_t ask = 0; ask < PROBE_ASKS; ask++)
			prober->sources[i].slots[ask].turn = TO_ASK;
	}
	tick_next_round(prober);
}

void prober_ask_all(struct prober *prober)
{
	for (size_t i = 0; i < prober->count; i++)
		probe_all_now(&prober->sources[i].probe, loop_now(prober->loop));
	tick_next_round(prober);
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
	http_free(prober->http);
	credentials_free(prober->credentials);
	resolver_free(prober->resolver);
	mem_free(prober);
}
