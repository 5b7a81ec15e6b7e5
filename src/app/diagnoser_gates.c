/*
 * diagnoser_gates.c: the endpoints. One request goes through each at a time, at a pace of its own
 * that leaves most of what a Horizon allows to others, and with leave of the prober, whose budget
 * is of the host. An endpoint that wants to be left alone for long is told to the inquiry as one
 * that was not asked, so that the others can decide meanwhile.
 */
#include <string.h>

#include "app/diagnoser_inside.h"
#include "app/tx_network.h"
#include "backends/horizon.h"
#include "backends/stellar_rpc.h"
#include "base/mem.h"
#include "io/outcome.h"
#include "stellar/network.h"

/* Of the sixty requests a minute that a Horizon allows unless it is told otherwise, these are 42;
 * the standing asking takes three and a half. */
const struct diagnoser_pace diagnoser_usual_pace = {
	.rules = {
		[ENDPOINT_HORIZON] = { .most = 14, .window = 20 * WHEN_SECOND },
		[ENDPOINT_RPC] = { .most = 10, .window = 5 * WHEN_SECOND },
	},
	.again = WHEN_MINUTE, .settles = 6 * WHEN_SECOND, .old = 5 * WHEN_MINUTE,
};

/* What is held for longer is not waited for. No rule of ours has a longer window. */
static const msec patience = 20 * WHEN_SECOND;
static const msec held_cap = 10 * WHEN_MINUTE;
static const msec usual_timeout = 10 * WHEN_SECOND;

/* --- which there are --- */

static const char *network_of(const struct source_config *source, enum endpoint_kind *kind)
{
	if (strcmp(source->kind, "horizon") == 0) {
		*kind = ENDPOINT_HORIZON;
		return ((const struct horizon_config *)(const void *)source)->network;
	}
	*kind = ENDPOINT_RPC;
	return ((const struct stellar_rpc_config *)(const void *)source)->network;
}

static bool has_endpoints(const struct source_config *source)
{
	return strcmp(source->kind, "horizon") == 0 || strcmp(source->kind, "stellar-rpc") == 0;
}

static void put_name(char out[SRC_TEXT], struct str url)
{
	char origin[BUDGET_ORIGIN];
	const char *mark;

	budget_origin(url, origin);
	mark = strstr(origin, "://");
	(void)str_put(out, SRC_TEXT, mark ? mark + 3 : origin);
}

static struct str url_of(const struct gate *gate)
{
	return backend_url(gate->source, gate->target);
}

static void add_gate(struct diagnoser *diagnoser, const struct source_config *source,
		     unsigned target, enum endpoint_kind kind)
{
	struct gate *gate = &diagnoser->gates[diagnoser->gate_count];
	struct inquiry_endpoint *facts = &diagnoser->facts[diagnoser->gate_count++];

	*gate = (struct gate){ .owner = diagnoser, .source = source, .target = target };
	*facts = (struct inquiry_endpoint){ .kind = kind };
	put_name(facts->name, url_of(gate));
	budget_allow(&gate->pace, diagnoser->pace->rules[kind]);
	(void)str_put(gate->pace.origin, sizeof(gate->pace.origin), facts->name);
}

static void add_source(struct diagnoser *diagnoser, const struct source_config *source)
{
	enum endpoint_kind kind;
	const char *network = network_of(source, &kind);

	if (network && strcmp(network_passphrase(network), diagnoser->passphrase) != 0)
		return;
	for (unsigned i = 0; i < backend_url_count(source); i++)
		if (diagnoser->gate_count < INQUIRY_ENDPOINTS)
			add_gate(diagnoser, source, i, kind);
}

bool gates_make(struct diagnoser *diagnoser, struct err *err)
{
	const struct settings *settings = diagnoser->setup.settings;

	diagnoser->passphrase = mem_text(tx_network(settings));
	diagnoser->gate_count = 0;
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);

		if (has_endpoints(source))
			add_source(diagnoser, source);
	}
	return diagnoser->gate_count > 0 ||
	       err_set(err, ERR_CONFIG, "no horizon or stellar-rpc source of this network is "
		       "configured: nobody can be asked about a transaction");
}

/* --- one request --- */

static void free_gate(struct gate *gate)
{
	gate->matter->sent = false;
	gate->matter = NULL;
}

static msec later(msec a, msec b)
{
	return a > b ? a : b;
}

static void take(struct diagnoser *diagnoser, struct gate *gate, const struct reply *reply)
{
	struct matter *matter = gate->matter;
	msec now = loop_now(diagnoser->setup.loop).steady, retry = WHEN_NEVER;

	free_gate(gate);
	inquiry_take(matter->inquiry, &matter->ask, reply, &retry);
	if (retry > 0)
		gate->pace.closed_until = later(gate->pace.closed_until,
						now + (retry < held_cap ? retry : held_cap));
	if (matter->turn == TURN_WORKS)
		matter_go_on(diagnoser, matter);
	else
		matter->wants = false;
}

static void on_reply(void *arg, const struct reply *reply)
{
	struct gate *gate = arg;
	struct diagnoser *diagnoser = gate->owner;
	struct matter *matter = gate->matter;
	msec now = loop_now(diagnoser->setup.loop).steady;

	gate->errand = NULL;
	budget_end(&gate->pace, gate->place, now);
	budget_heed(&gate->pace, reply, now);
	prober_pass_back(&gate->pass, reply);
	take(diagnoser, gate, reply);
	diagnoser_advance(diagnoser);
	if (matter->turn == TURN_WORKS)
		matter_tell(diagnoser, matter, false);
}

static void send_it(void *arg)
{
	struct gate *gate = arg;
	struct diagnoser *diagnoser = gate->owner;
	const struct inquiry_ask *ask = &gate->matter->ask;
	const struct errand_plan plan = {
		.source = gate->source, .target = gate->target, .method = ask->method,
		.path = buf_cstr(&ask->path), .body = str_sub(buf_cstr(&ask->body), ask->body.len),
		.timeout = gate->source->timeout > 0 ? gate->source->timeout : usual_timeout,
		.max_body = ask->max_body,
	};

	gate->place = budget_start(&gate->pace, loop_now(diagnoser->setup.loop).steady);
	gate->errand = errand_start(diagnoser->setup.errands, &plan, on_reply, gate);
}

static void pass_through(struct diagnoser *diagnoser, struct gate *gate, struct matter *matter)
{
	gate->matter = matter;
	matter->sent = true;
	if (!diagnoser->setup.estate) {
		send_it(gate);
		return;
	}
	gate->pass.granted = send_it;
	gate->pass.arg = gate;
	prober_pass_want(diagnoser->setup.estate->prober, &gate->pass, url_of(gate));
}

/* --- what may go --- */

/* Until when it wants to be left alone, by what it said to us or to the standing asking. */
static bool is_held(const struct diagnoser *diagnoser, const struct gate *gate, msec *until,
		    char why[BUDGET_TEXT])
{
	msec now = loop_now(diagnoser->setup.loop).steady, at = now;

	if (diagnoser->setup.estate)
		at = prober_pass_at(diagnoser->setup.estate->prober, url_of(gate), why);
	if (gate->pace.closed_until > at) {
		at = gate->pace.closed_until;
		budget_say(&gate->pace, now, why);
	}
	*until = at;
	return at != WHEN_NEVER && at > now + patience;
}

bool gates_are_held(const struct diagnoser *diagnoser, msec *until)
{
	char why[BUDGET_TEXT];
	msec at;

	*until = WHEN_NEVER;
	for (size_t i = 0; i < diagnoser->gate_count; i++) {
		if (!is_held(diagnoser, &diagnoser->gates[i], &at, why))
			return false;
		*until = *until == WHEN_NEVER || at < *until ? at : *until;
	}
	return diagnoser->gate_count > 0;
}

static struct matter *next_for(const struct diagnoser *diagnoser, size_t gate)
{
	struct matter *found = NULL;

	for (size_t i = 0; i < diagnoser->count; i++) {
		struct matter *matter = diagnoser->matters[i];

		if (matter->turn != TURN_WORKS || !matter->wants || matter->sent ||
		    matter->ask.endpoint != gate)
			continue;
		if (!found || matter_goes_before(matter, found))
			found = matter;
	}
	return found;
}

static void say_held(struct diagnoser *diagnoser, struct gate *gate, struct matter *matter,
		     const char *why)
{
	struct reply reply;

	reply_init(&reply);
	reply_fail(&reply, REPLY_HELD, "not asked: %s", why);
	reply.at = loop_now(diagnoser->setup.loop).wall;
	gate->matter = matter;
	take(diagnoser, gate, &reply);
}

/* True when something went, after which there may be more. */
static bool send_one(struct diagnoser *diagnoser, size_t index, msec *wake)
{
	struct gate *gate = &diagnoser->gates[index];
	struct matter *matter = gate->matter ? NULL : next_for(diagnoser, index);
	msec now = loop_now(diagnoser->setup.loop).steady, at;
	char why[BUDGET_TEXT];

	if (!matter)
		return false;
	if (is_held(diagnoser, gate, &at, why)) {
		say_held(diagnoser, gate, matter, why);
		return true;
	}
	at = budget_free_at(&gate->pace, now);
	if (at <= now) {
		pass_through(diagnoser, gate, matter);
		return true;
	}
	if (*wake == WHEN_NEVER || at < *wake)
		*wake = at;
	return false;
}

void gates_send(struct diagnoser *diagnoser, msec *wake)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < diagnoser->gate_count; i++)
			more |= send_one(diagnoser, i, wake);
	}
}

/* --- giving up --- */

static void cancel(struct gate *gate)
{
	if (!gate->matter)
		return;
	if (gate->errand)
		budget_end(&gate->pace, gate->place, loop_now(gate->owner->setup.loop).steady);
	errand_cancel(gate->errand);
	gate->errand = NULL;
	prober_pass_back(&gate->pass, NULL);
	free_gate(gate);
}

void gates_cancel(struct diagnoser *diagnoser)
{
	for (size_t i = 0; i < diagnoser->gate_count; i++)
		cancel(&diagnoser->gates[i]);
}

void gates_let_go(struct diagnoser *diagnoser, struct matter *matter, bool also_sent)
{
	for (size_t i = 0; i < diagnoser->gate_count; i++) {
		struct gate *gate = &diagnoser->gates[i];

		if (gate->matter == matter && (also_sent || !gate->errand))
			cancel(gate);
	}
}
