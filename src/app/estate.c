#include "app/estate.h"

#include <math.h>
#include <string.h>

#include "app/objectives.h"
#include "backends/postgres.h"
#include "backends/stellar_rpc.h"
#include "base/str.h"

/* Asked for before each question, so that one source's question can follow from another's
 * answer. */
static struct prober_context context_of(void *arg)
{
	struct estate *estate = arg;

	if (estate->marked)
		estate_catch_up(estate);
	return (struct prober_context){ &estate->world->chain, &estate->world->cursor };
}

static void on_answer(void *arg, size_t source, size_t ask)
{
	struct estate *estate = arg;

	(void)ask;
	estate->marked = true;
	estate->answered[source] = true;
}

/* Where an ask goes, for people: never a DSN. */
static void put_endpoint(char *out, size_t size, const struct source_config *config,
			 const struct ask *ask)
{
	struct str text = backend_target(backend_find(config->kind), config, ask->target);
	const char *rest = text.len > 0 ? memmem(text.p, text.len, "://", 3) : NULL;

	if (rest)
		text = str_sub(rest + 3, text.len - (size_t)(rest + 3 - text.p));
	str_copy(out, size, text);
}

static void add_asks(struct estate *estate, size_t index)
{
	const struct probe *probe = prober_probe(estate->prober, index);
	const struct source_config *config = settings_source(estate->settings, index);

	for (size_t i = 0; i < probe->ask_count; i++) {
		const struct ask *ask = &probe->asks[i];
		char endpoint[96];

		put_endpoint(endpoint, sizeof(endpoint), config, ask);
		world_add_ask(estate->world, (int)index, ask->what, endpoint, ask->blinds, ask->every);
	}
}

static void add_sources(struct estate *estate, msec patience)
{
	const struct settings *settings = estate->settings;

	for (size_t i = 0; i < settings->sources.count && i < WORLD_SOURCES; i++) {
		const struct source_config *config = settings_source(settings, i);

		estate->sources[i].backend = backend_find(config->kind);
		estate->sources[i].config = config;
		world_add_source(estate->world, config->name, config->kind,
				 config->every > patience ? config->every : patience);
		estate->count++;
	}
}

static double threshold_value(const struct threshold *threshold)
{
	return threshold->side == THRESHOLD_NONE ? (double)NAN : threshold->value;
}

static int first_of_kind(const struct estate *estate, const char *kind)
{
	for (size_t i = 0; i < estate->count; i++) {
		if (strcmp(estate->world->sources[i].kind, kind) == 0)
			return (int)i;
	}
	return -1;
}

/* A check of a built-in name without a query only sets the limits of what its source reports. */
static int source_of_check(const struct estate *estate, const struct check_settings *check)
{
	if (check->query)
		return world_find_source(estate->world, check->source);
	if (strcmp(check->name, "lag") == 0)
		return first_of_kind(estate, "indexer");
	if (strcmp(check->name, "stuck") == 0 && estate->settings->transactions_source)
		return world_find_source(estate->world, estate->settings->transactions_source);
	return -1;
}

static struct limit limit_of(const struct threshold *warn, const struct threshold *bad, msec stale)
{
	return (struct limit){
		.warn = threshold_value(warn), .bad = threshold_value(bad),
		.below = warn->side == THRESHOLD_BELOW || bad->side == THRESHOLD_BELOW,
		.stale = stale,
	};
}

static void add_signals(struct estate *estate)
{
	const struct check_settings *checks = estate->settings->checks.data;

	for (size_t i = 0; i < estate->settings->checks.count; i++) {
		const struct check_settings *check = &checks[i];
		int index = world_add_signal(estate->world, check->name,
					     check->unit ? check->unit : "",
					     source_of_check(estate, check),
					     limit_of(&check->warn, &check->bad, check->stale));

		if (index >= 0)
			estate->world->signals[index].own_limit = check->own_limit;
	}
}

/* What a stellar-rpc measures is a signal too: its headroom, and by whose cursor. */
static void add_headroom(struct estate *estate, size_t index)
{
	static const struct limit judged_by_itself = { .warn = (double)NAN, .bad = (double)NAN };
	const struct source_config *source = settings_source(estate->settings, index);
	struct world *world = estate->world;
	const char *cursor_from;

	if (strcmp(source->kind, "stellar-rpc") != 0)
		return;
	if (world_find_signal(world, "headroom") < 0)
		world_add_signal(world, "headroom", "ledgers", (int)index, judged_by_itself);
	cursor_from = ((const struct stellar_rpc_config *)source)->cursor_from;
	if (cursor_from)
		world->cursor_source = world_find_source(world, cursor_from);
}

/* The queues of a database are signals with limits of their own. */
static void add_queues(struct estate *estate, size_t index)
{
	const struct source_config *source = settings_source(estate->settings, index);
	struct queue queues[QUEUES];
	size_t count;

	if (strcmp(source->kind, "postgres") != 0)
		return;
	count = queues_list(&((const struct postgres_config *)source)->queues, queues);
	for (size_t i = 0; i < count; i++)
		world_add_signal(estate->world, queues[i].name, queues[i].unit, (int)index,
				 limit_of(&queues[i].warn, &queues[i].bad, 0));
}

/* Names become indices; settings_load() has refused names that do not exist. */
static void add_edges(int out[WORLD_EDGES], size_t *count, const struct texts *names,
		      const struct world *world, int (*find)(const struct world *, const char *))
{
	for (size_t i = 0; i < names->count && *count < WORLD_EDGES; i++) {
		int index = find(world, names->items[i]);

		if (index >= 0)
			out[(*count)++] = index;
	}
}

/* Who is configured to tell a version tells it alone. */
static void set_teller(struct world *world, struct component *component,
		       const struct component_settings *from)
{
	if (from->version_source && from->version_field) {
		component->version_source = world_find_source(world, from->version_source);
		str_put(component->version_field, sizeof(component->version_field),
			from->version_field);
	} else if (from->version_command.count > 0) {
		component->version_source = world_find_source(world, VERSIONS_SOURCE);
	}
}

static void add_contacts(struct estate *estate)
{
	const struct contact_settings *all = estate->settings->contacts.data;
	struct world *world = estate->world;

	for (size_t i = 0; i < estate->settings->contacts.count; i++) {
		int index = world_add_contact(world, all[i].who ? all[i].who : "",
					      all[i].reach ? all[i].reach : "", all[i].for_what);

		if (index < 0)
			return;
		world->contacts[index].has_rota = all[i].rota_command.count > 0;
		add_edges(world->contacts[index].components,
			  &world->contacts[index].component_count, &all[i].components, world,
			  world_find_component);
	}
}

/* To serve is to be depended on, said from the other side. */
static void add_served(struct world *world, size_t index)
{
	const struct component *server = &world->components[index];

	for (size_t i = 0; i < server->serves_count; i++) {
		struct component *served = &world->components[server->serves[i]];
		bool known = false;

		for (size_t k = 0; k < served->depends_count; k++)
			known = known || served->depends_on[k] == (int)index;
		if (!known && served->depends_count < WORLD_EDGES)
			served->depends_on[served->depends_count++] = (int)index;
	}
}

static void add_components(struct estate *estate)
{
	const struct component_settings *all = estate->settings->components.data;
	struct world *world = estate->world;
	size_t n = estate->settings->components.count;

	for (size_t i = 0; i < n; i++)
		world_add_component(world, all[i].name);
	for (size_t i = 0; i < n && i < world->component_count; i++) {
		struct component *c = &world->components[i];

		add_edges(c->depends_on, &c->depends_count, &all[i].depends_on, world,
			  world_find_component);
		add_edges(c->serves, &c->serves_count, &all[i].serves, world, world_find_component);
		add_edges(c->sources, &c->source_count, &all[i].sources, world, world_find_source);
		set_teller(world, c, &all[i]);
		c->rpo = objective_of(&estate->settings->rpo, all[i].name);
		c->rto = objective_of(&estate->settings->rto, all[i].name);
	}
	for (size_t i = 0; i < world->component_count; i++)
		add_served(world, i);
}

bool estate_open(struct estate *estate, struct loop *loop, const struct settings *settings,
		 const struct context *context, msec patience, struct err *err)
{
	struct prober_setup setup = {
		.loop = loop,
		.sources = estate->sources,
		.environment = context->environment,
		.context = context_of,
		.changed = on_answer,
		.arg = estate,
	};

	memset(estate, 0, sizeof(*estate));
	if (settings->sources.count > WORLD_SOURCES)
		return err_set(err, ERR_LIMIT, "%zu sources are configured, at most %d can be watched",
			       settings->sources.count, WORLD_SOURCES);
	estate->settings = settings;
	estate->loop = loop;
	estate->world = world_new(loop_now(loop).wall);
	str_put(estate->world->environment, sizeof(estate->world->environment),
		settings->environment);
	str_put(estate->world->operator, sizeof(estate->world->operator), settings->operator);
	estate->world->production = settings->production;
	estate->world->read_only = settings->read_only;
	add_sources(estate, patience);
	setup.count = estate->count;
	estate->prober = prober_new(&setup);
	for (size_t i = 0; i < estate->count; i++)
		add_asks(estate, i);
	add_signals(estate);
	for (size_t i = 0; i < estate->count; i++) {
		add_queues(estate, i);
		add_headroom(estate, i);
	}
	add_components(estate);
	add_contacts(estate);
	estate->world->tx_configured = settings->transactions_source != NULL;
	if (settings->transactions_source)
		estate->world->tx_source = world_find_source(estate->world,
							     settings->transactions_source);
	return true;
}

/* The schedule is steady time; people read wall time. */
static msec wall_of(msec steady, struct now now)
{
	return steady == WHEN_NEVER ? WHEN_NEVER : now.wall + (steady - now.steady);
}

static void copy_views(struct estate *estate, size_t index, struct now now)
{
	const struct probe *probe = prober_probe(estate->prober, index);

	for (size_t i = 0; i < probe->ask_count; i++) {
		const struct ask_view *view = &probe->views[i];
		struct ask_status *status = world_ask(estate->world, (int)index, i);
		char held[BUDGET_TEXT];

		if (!status)
			continue;
		status->asked_at = view->started_at;
		status->answered_at = view->answered ? view->at : WHEN_NEVER;
		status->good_at = view->good_at;
		status->took = view->answered ? view->took : WHEN_NEVER;
		status->failures = view->failures;
		status->next_at = wall_of(probe->due[i], now);
		str_put(status->error, sizeof(status->error), view->error);
		status->held[0] = '\0';
		if (probe_is_held(probe, i, now, held))
			str_put(status->held, sizeof(status->held), held);
	}
}

enum { RANKS = 3 };

static void judge(struct estate *estate, size_t index, struct now now)
{
	struct report report = { 0 };

	estate->answered[index] = false;
	prober_judge(estate->prober, index, &report);
	world_report(estate->world, (int)index, &report, now.wall);
	report_done(&report);
	copy_views(estate, index, now);
}

/* In the order of ranks: what one learns of the chain, the next one needs. */
static bool settle(struct estate *estate, bool all)
{
	struct now now = loop_now(estate->loop);
	bool changed = false;

	estate->marked = false;
	for (unsigned rank = 0; rank < RANKS; rank++) {
		bool judged = all;

		for (size_t i = 0; i < estate->count; i++) {
			if (estate->sources[i].backend->rank != rank ||
			    !(all || estate->answered[i]))
				continue;
			judge(estate, i, now);
			judged = true;
		}
		if (judged)
			changed |= world_refresh(estate->world, now.wall);
	}
	return changed;
}

bool estate_settle(struct estate *estate)
{
	return settle(estate, true);
}

bool estate_catch_up(struct estate *estate)
{
	return settle(estate, false);
}

void estate_stop(struct estate *estate)
{
	if (estate->prober)
		prober_stop(estate->prober);
}

void estate_close(struct estate *estate)
{
	prober_free(estate->prober);
	world_free(estate->world);
	estate->prober = NULL;
	estate->world = NULL;
}
