/*
 * propose_rules.c: the written rules of severity (demands S0-6 to S0-8) as a table, and how each
 * looks for what it is about.
 *
 *  (1) A state counts only while somebody has said it: what nobody has heard of for too long, what
 *      is being asked for and what is not known is no evidence.
 *  (2) A count counts when it is new or grows. One that has stood for an hour is old news, however
 *      large it is.
 */
#include "core/propose_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

/* What the platform's users and their money hang on, and what only watches. */
enum part { PART_SERVICE, PART_DATA, PART_SUPPLIER, PART_WATCHER };

static enum part part_of(const struct source *source)
{
	static const struct {
		const char *kind;
		enum part part;
	} parts[] = {
		{ "indexer", PART_SERVICE }, { "health", PART_SERVICE }, { "postgres", PART_DATA },
		{ "prometheus", PART_WATCHER }, { "alertmanager", PART_WATCHER },
		{ "grafana", PART_WATCHER }, { "log", PART_WATCHER }, { "backup", PART_WATCHER },
	};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (strcmp(source->kind, parts[i].kind) == 0)
			return parts[i].part;
	return PART_SUPPLIER;
}

static bool is_kind(const struct source *source, const char *kind)
{
	return strcmp(source->kind, kind) == 0;
}

/* "stale" by its own word: it answers, and what it serves is old. */
static bool serves_old(const struct source *source)
{
	return source->state == STATE_STALE && source->last.state == STATE_STALE;
}

static void found_source(const struct search *search, int index)
{
	const struct source *source = &search->world->sources[index];

	found(search, (struct ground){ source->name, index, source->since }, "%s is %s", source->name,
	      state_word(source->state));
}

/* Each source that the test holds for. */
static void each_source(const struct search *search, bool (*test)(const struct source *source))
{
	for (size_t i = 0; i < search->world->source_count; i++)
		if (!search->world->sources[i].asking && test(&search->world->sources[i]))
			found_source(search, (int)i);
}

/* --- counts --------------------------------------------------------------------------------- */

#define HOUR_OF_POINTS 60
_Static_assert(HOUR_OF_POINTS < SERIES_POINTS, "the series holds the last hour");

/* Does it stand higher than at some time within the last hour, or is it new altogether? */
static bool is_new_or_grows(const struct signal *signal, msec now)
{
	bool any = false, news;
	enum state state;
	double before;

	for (size_t ago = 1; ago <= HOUR_OF_POINTS; ago++) {
		if (!series_at(&signal->series, now, ago, &before, &state) ||
		    state == STATE_UNKNOWN || state == STATE_STALE)
			continue;
		any = true;
		if (before < signal->value)
			return true;
	}
	news = !signal->since_before && now - signal->since <= WHEN_HOUR;
	return !any && news;
}

static bool is_over_limit(const struct signal *signal)
{
	return signal->known && (signal->state == STATE_WARN || signal->state == STATE_BAD);
}

static const struct signal *signal_of(const struct world *world, const char *name)
{
	int index = world_find_signal(world, name);

	return index < 0 ? NULL : &world->signals[index];
}

static bool is_count(const struct signal *signal)
{
	return strcmp(signal->name, "stuck") == 0;
}

/* "payments stuck 37", "error rate 7.1 %" */
static void found_signal(const struct search *search, const struct signal *signal)
{
	struct buf text = {0};

	buf_text(&text, is_count(signal) ? "payments stuck" : signal->name);
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] == '_')
			text.data[i] = ' ';
	buf_char(&text, ' ');
	num_put(&text, signal->value, 2);
	if (signal->unit[0] && !is_count(signal))
		buf_fmt(&text, " %s", signal->unit);
	found(search, (struct ground){ signal->name, signal->source, signal->since }, "%s",
	      buf_cstr(&text));
	buf_done(&text);
}

static void find_stuck(const struct search *search)
{
	const struct signal *stuck = signal_of(search->world, "stuck");

	if (stuck && is_over_limit(stuck) && stuck->value > 0 &&
	    is_new_or_grows(stuck, search->world->now))
		found_signal(search, stuck);
}

static void find_errors(const struct search *search)
{
	const struct signal *errors = signal_of(search->world, "error_rate");

	if (errors && is_over_limit(errors))
		found_signal(search, errors);
}

/* The rest of the signals, by how bad they are. */
static void each_signal(const struct search *search, enum state state)
{
	for (size_t i = 0; i < search->world->signal_count; i++) {
		const struct signal *signal = &search->world->signals[i];
		const struct source *source = signal->source < 0 ? NULL :
					      &search->world->sources[signal->source];

		if (!signal->known || signal->state != state || is_count(signal) ||
		    strcmp(signal->name, "error_rate") == 0 ||
		    (source && is_kind(source, "backup")))
			continue;
		found_signal(search, signal);
	}
}

static void find_slow(const struct search *search)
{
	each_signal(search, STATE_BAD);
}

/* --- sources -------------------------------------------------------------------------------- */

static bool is_indexer_down(const struct source *source)
{
	return is_kind(source, "indexer") && source->state == STATE_DOWN;
}

static void find_indexer_down(const struct search *search)
{
	each_source(search, is_indexer_down);
	for (size_t i = 0; i < search->world->alert_count; i++) {
		const struct alert *alert = &search->world->alerts[i];

		if (alert->state == ALERT_FIRING && str_has(str_of(alert->name), "IndexerDown"))
			found(search, (struct ground){ alert->name, -1, alert->since }, "%s fires",
			      alert->name);
	}
}

/* The words are those of the state sentences of formats.md 7.2. */
static bool is_split(const struct source *source)
{
	return part_of(source) == PART_DATA && source->state == STATE_BAD &&
	       str_has(str_of(source->because), "two writable");
}

static bool refuses_writes(const struct source *source)
{
	return part_of(source) == PART_DATA && source->state == STATE_BAD &&
	       str_has(str_of(source->because), "read-only");
}

static void find_split(const struct search *search)
{
	for (size_t i = 0; i < search->world->source_count; i++) {
		const struct source *source = &search->world->sources[i];

		if (!source->asking && is_split(source))
			found(search, (struct ground){ source->name, (int)i, source->since },
			      "%s has two writable nodes", source->name);
	}
}

static void find_refused_writes(const struct search *search)
{
	for (size_t i = 0; i < search->world->source_count; i++) {
		const struct source *source = &search->world->sources[i];

		if (!source->asking && refuses_writes(source))
			found(search, (struct ground){ source->name, (int)i, source->since },
			      "%s refuses writes", source->name);
	}
}

static bool is_outage(const struct source *source)
{
	return source->state == STATE_DOWN &&
	       (part_of(source) == PART_SERVICE || part_of(source) == PART_DATA);
}

static void find_outage(const struct search *search)
{
	each_source(search, is_outage);
}

static bool is_broken(const struct source *source)
{
	return source->state == STATE_DOWN || source->state == STATE_BAD || serves_old(source);
}

static bool is_partial(const struct source *source)
{
	return part_of(source) != PART_WATCHER && is_broken(source);
}

static void find_partial(const struct search *search)
{
	each_source(search, is_partial);
}

static bool is_minor(const struct source *source)
{
	return part_of(source) == PART_WATCHER ?
	       source->state == STATE_DOWN || source->state == STATE_BAD :
	       source->state == STATE_WARN;
}

static void find_minor(const struct search *search)
{
	each_source(search, is_minor);
	each_signal(search, STATE_WARN);
}

/* --- alerts --------------------------------------------------------------------------------- */

bool alert_is_critical(const struct alert *alert)
{
	return alert->state == ALERT_FIRING && strcmp(alert->severity, "critical") == 0;
}

enum { FLAPS = 3 };

static bool began_to_fire(const struct world *world, const struct change *change)
{
	return world->now - change->at <= WHEN_HOUR && str_starts(str_of(change->text), "firing:");
}

static void find_flapping(const struct search *search)
{
	const struct world *world = search->world;
	const struct change *change, *other;

	for (size_t i = 0; (change = world_change(world, i)); i++) {
		size_t times = 0;

		if (!began_to_fire(world, change))
			continue;
		for (size_t k = 0; (other = world_change(world, k)); k++)
			times += began_to_fire(world, other) && strcmp(other->what, change->what) == 0;
		if (times >= FLAPS)
			found(search, (struct ground){ change->what, -1, change->at },
			      "%s fired %zu times in an hour", change->what, times);
	}
}

static void find_warnings(const struct search *search)
{
	for (size_t i = 0; i < search->world->alert_count; i++) {
		const struct alert *alert = &search->world->alerts[i];

		if (alert->state == ALERT_FIRING && !alert_is_critical(alert))
			found(search, (struct ground){ alert->name, -1, alert->since }, "%s fires",
			      alert->name);
	}
}

/* --- the table ------------------------------------------------------------------------------ */

/* FIRM: about integrity, and never stands back behind a rule of the operator's. QUIET: proposes
 * when somebody declares, and asks nobody to. */
static const struct {
	const char *words;
	void (*find)(const struct search *search);
	unsigned severity;
	enum weight { PLAIN, FIRM, QUIET } weight;
} written[] = {
	{ "payments/escrow/bridge stuck", find_stuck, 1, PLAIN },
	{ "data-integrity risk", find_split, 1, FIRM },
	{ "data-integrity risk", find_refused_writes, 1, FIRM },
	{ "indexer down", find_indexer_down, 1, PLAIN },
	{ "user-impacting outage", find_outage, 1, PLAIN },
	{ "elevated error rate", find_errors, 2, PLAIN },
	{ "degraded performance", find_slow, 2, PLAIN },
	{ "partial feature outage", find_partial, 2, PLAIN },
	{ "noisy alerts", find_flapping, 3, PLAIN },
	{ "minor degradation", find_minor, 3, QUIET },
	{ "minor degradation", find_warnings, 3, QUIET },
};

/* Did the operator say what this thing means? Then the written rules stand back. */
static bool has_own_rule(const struct policy *policy, const char *what)
{
	for (size_t i = 0; i < policy->rule_count; i++)
		if (strcmp(policy->rules[i].what, what) == 0)
			return true;
	return false;
}

static void say_rule(const struct search *search, const struct ground *what, struct basis *basis)
{
	const char *words = search->words;
	bool bare = search->own && (!words || strcmp(words, what->what) == 0);

	(void)snprintf(basis->rule, sizeof(basis->rule), "%s: SEV%u, %s", basis->fact,
		       search->severity, bare ? "as configured" : words);	/* cut: one line */
}

/* The first of the worst severity stands; what else holds at that severity tells since when. */
void found(const struct search *search, struct ground what, const char *fmt, ...)
{
	struct basis *basis = search->basis;
	va_list args;

	if (!search->own && !search->firm && has_own_rule(search->policy, what.what))
		return;
	if (basis->severity && search->severity > basis->severity)
		return;
	if (search->severity == basis->severity) {
		basis->asks = basis->asks || !search->quiet;
		if (what.since != WHEN_NEVER && (basis->since == WHEN_NEVER ||
						 what.since < basis->since))
			basis->since = what.since;
		return;
	}
	basis->severity = search->severity;
	basis->asks = !search->quiet;
	basis->source = what.source;
	basis->since = what.since;
	va_start(args, fmt);
	(void)vsnprintf(basis->fact, sizeof(basis->fact), fmt, args);	/* cut: it is one line */
	va_end(args);
	say_rule(search, &what, basis);
}

static void find_own_signal(const struct search *search, const struct signal *signal)
{
	if (is_over_limit(signal) &&
	    (!is_count(signal) || is_new_or_grows(signal, search->world->now)))
		found_signal(search, signal);
}

/* The thing of a rule of the operator's: whatever has that name. */
static void find_own(const struct search *search, const char *what)
{
	const struct world *world = search->world;
	int signal = world_find_signal(world, what), source = world_find_source(world, what);
	int component = world_find_component(world, what);

	if (signal >= 0)
		find_own_signal(search, &world->signals[signal]);
	if (source >= 0 && !world->sources[source].asking && is_broken(&world->sources[source]))
		found_source(search, source);
	if (component >= 0 && (world->components[component].state == STATE_DOWN ||
			       world->components[component].state == STATE_BAD))
		found(search, (struct ground){ what, -1, WHEN_NEVER }, "%s is %s", what,
		      state_word(world->components[component].state));
	for (size_t i = 0; i < world->alert_count; i++)
		if (world->alerts[i].state == ALERT_FIRING && strcmp(world->alerts[i].name, what) == 0)
			found(search, (struct ground){ what, -1, world->alerts[i].since }, "%s fires",
			      what);
}

void rules_search(const struct world *world, const struct policy *policy, struct basis *basis)
{
	struct search search = { .world = world, .policy = policy, .basis = basis, .own = true };

	*basis = (struct basis){ .source = -1, .since = WHEN_NEVER };
	for (size_t i = 0; i < policy->rule_count; i++) {
		search.severity = policy->rules[i].severity;
		search.words = policy->rules[i].words;
		find_own(&search, policy->rules[i].what);
	}
	search.own = false;
	for (size_t i = 0; i < ARRAY_LEN(written); i++) {
		search.severity = written[i].severity;
		search.words = written[i].words;
		search.firm = written[i].weight == FIRM;
		search.quiet = written[i].weight == QUIET;
		written[i].find(&search);
	}
}
