#include "ui/explain.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ui/parts.h"
#include "ui/say.h"
#include "ui/sightings.h"

enum { INDENT = 12 };

static const char *rule_of(enum state state)
{
	static const char *const rules[] = {
		[STATE_OK] = "it answers, and every figure is within its limit and fresh",
		[STATE_WARN] = "it works, worse than it should",
		[STATE_STALE] = "the newest fact is older than three periods, or it serves facts "
				"older than its own limit",
		[STATE_UNKNOWN] = "no evidence: not asked yet, our own network, credentials, or an "
				  "answer that cannot be read; never counted as fine",
		[STATE_BAD] = "it answers and is broken",
		[STATE_DOWN] = "refused, reset, timed out in full, or it says itself that it is dead",
	};

	return rules[state];
}

void explain_put(struct page *page, const char *label, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	page_text(page);
	page_put(page, 1, INDENT - 2, ROLE_DIM, "%s", label);
	page_wrap(page, INDENT, ROLE_PLAIN, buf_cstr(&text));
	buf_done(&text);
}

static void put_state(struct page *page, const char *name, const char *word, char mark,
		      enum role role, const char *because)
{
	int x;

	page_text(page);
	x = page_put(page, 1, page->cols, ROLE_STRONG, "%s ", name);
	x = page_put(page, x, page->cols, role, "%s %c", word, mark);
	page_wrap(page, x + 1, ROLE_PLAIN, because);
}

static void put_since(const struct scene *scene, struct page *page, msec since, bool before)
{
	char time[SAY_TEXT], age[SAY_TEXT];

	say_time(scene, since, time);
	say_age(scene, since, age);
	if (before)
		explain_put(page, "since", "before %s, when it was first asked %s ago", time, age);
	else
		explain_put(page, "since", "%s, for %s", time, age);
}

static void explain_source(const struct scene *scene, struct page *page, size_t index)
{
	const struct source *source = &scene->world->sources[index];
	const struct source *root = world_root_of_source(scene->world, (int)index);
	char age[SAY_TEXT], latency[WHEN_TEXT], every[WHEN_TEXT];
	enum role role;
	const char *word = say_source_word(source, &role);

	put_state(page, source->name, word, source->asking ? ' ' : state_mark(source->state), role,
		  source->because);
	explain_put(page, "rule", "%s", source->asking ? "asked, and neither answered nor timed out"
						       : rule_of(source->state));
	put_since(scene, page, source->since, source->since_before);
	when_format_duration(latency, source->latency == WHEN_NEVER ? 0 : source->latency);
	if (source->latency != WHEN_NEVER)
		explain_put(page, "latency", "%s", latency);
	say_age(scene, source->newest, age);
	when_format_duration(every, source->every);
	explain_put(page, "age", "%s%s; asked every %s", age,
		    say_source_old(scene, source) ? "!" : "", every);
	explain_put(page, "source", "%s, kind %s, %zu question%s", source->name, source->kind,
		    source->ask_count, source->ask_count == 1 ? "" : "s");
	if (root)
		explain_put(page, "cause", "%s %s: %s", root->name, state_label(root->state),
			    root->because);
	if (source->explains > 0)
		explain_put(page, "explains", "%zu other row%s not ok", source->explains,
			    source->explains == 1 ? " that is" : "s that are");
}

static void put_value(const struct scene *scene, struct page *page, const struct signal *signal)
{
	char value[SAY_TEXT], limit[SAY_TEXT], age[SAY_TEXT];
	struct signal last = *signal;

	say_limit(signal, limit);
	say_age(scene, signal->at, age);
	last.known = signal->at != WHEN_NEVER;
	say_value(&last, value);
	if (!signal->known && last.known)
		explain_put(page, "figures", "not known; %s before, %s ago", value, age);
	else
		explain_put(page, "figures", "%s%s%s", value, limit[0] ? ", " : "", limit);
}

static void explain_signal(const struct scene *scene, struct page *page, size_t index)
{
	const struct signal *signal = &scene->world->signals[index];
	const struct source *root = world_root_of_signal(scene->world, (int)index);
	const struct source *source = signal->source < 0 ? NULL
							 : &scene->world->sources[signal->source];
	char age[SAY_TEXT], stale[WHEN_TEXT] = "three periods";

	put_state(page, signal->name, state_label(signal->state), state_mark(signal->state),
		  role_of_state(signal->state), signal->because);
	if (signal->has_last && signal->last.judged && signal->known)
		explain_put(page, "rule", "as %s itself judges it", source ? source->name : "its source");
	else if (signal->state == STATE_OK || signal->state == STATE_STALE ||
		 signal->state == STATE_UNKNOWN)
		explain_put(page, "rule", "%s", rule_of(signal->state));
	else
		explain_put(page, "rule", "%s: over its limit; it comes back a tenth inside of it",
			    state_label(signal->state));
	put_value(scene, page, signal);
	put_since(scene, page, signal->since, signal->since_before);
	say_age(scene, signal->at, age);
	if (signal->limit.stale > 0)
		when_format_duration(stale, signal->limit.stale);
	explain_put(page, "age", "%s%s, stale after %s", age,
		    say_signal_old(scene, signal) ? "!" : "", stale);
	if (source)
		explain_put(page, "source", "%s (%s) %s", source->name, source->kind,
			    state_label(source->state));
	else
		explain_put(page, "source", "none is configured");
	if (root)
		explain_put(page, "cause", "%s %s: %s", root->name, state_label(root->state),
			    root->because);
}

static void explain_alert(const struct scene *scene, struct page *page, const struct alert *alert)
{
	put_state(page, alert->name, alert_state_word(alert->state), ' ',
		  alert->state == ALERT_FIRING ? ROLE_BAD : ROLE_PLAIN, alert->summary);
	if (alert->since != WHEN_NEVER)
		put_since(scene, page, alert->since, false);
	explain_put(page, "severity", "%s", alert->severity[0] ? alert->severity : "none given");
	if (alert->silenced_by[0])
		explain_put(page, "silenced", "by %s", alert->silenced_by);
	if (alert->runbook[0])
		explain_put(page, "runbook", "%s", alert->runbook);
}

static void explain_trust(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;

	explain_put(page, "alerts", "%zu, %s", world->alert_count,
		    world->alerts_trusted ? "and the list can be trusted" : "and silence means nothing");
	explain_put(page, "because", "%s", world->alerts_because);
	explain_put(page, "rule", "an empty list means quiet only while rules are evaluated or the "
		    "watchdog fires");
}

static void explain_tx(struct page *page, const struct tx_row *tx)
{
	explain_put(page, "id", "%s", tx->id[0] ? tx->id : "none");
	explain_put(page, "hash", "%s", tx->hash[0] ? tx->hash : "none");
	explain_put(page, "amount", "%s %s", tx->amount[0] ? tx->amount : "none", tx->asset);
	explain_put(page, "status", "%s", tx->status);
	if (tx->age_s >= 0) {
		char age[WHEN_TEXT];

		when_format_age(age, (msec)(tx->age_s * 1000));
		explain_put(page, "age", "%s by the database's own clock", age);
	}
}

static void explain_txs(const struct scene *scene, struct page *page)
{
	const struct tx_summary *tx = &scene->world->tx;
	struct buf risk = { 0 };
	char age[SAY_TEXT];

	say_age(scene, tx->at, age);
	say_at_risk(tx, &risk);
	if (!tx->known)
		explain_put(page, "state", "not known: %s", tx->because);
	if (tx->known || tx->at != WHEN_NEVER)
		explain_put(page, "figures", "%ld stuck, %ld late, %ld cancellable, %s%ld open", tx->stuck,
			    tx->late, tx->cancellable, tx->bounded ? "at least " : "", tx->total_open);
	if (risk.len > 0)
		explain_put(page, "at risk", "%s", buf_cstr(&risk));
	explain_put(page, "age", "%s%s", age, tx->known ? "" : "!");
	if (scene->world->tx_source >= 0)
		explain_put(page, "source", "%s", scene->world->sources[scene->world->tx_source].name);
	buf_done(&risk);
}

static void explain_change(const struct scene *scene, struct page *page,
			   const struct change *change)
{
	char day[WHEN_TEXT], age[SAY_TEXT];

	when_format(day, change->at);
	say_age(scene, change->at, age);
	put_state(page, change->what, state_label(change->state), state_mark(change->state),
		  role_of_state(change->state), change->text);
	explain_put(page, "at", "%s, %s ago", day, age);
}

bool explain_build(const struct scene *scene, struct page *page, struct item item)
{
	const struct world *world = scene->world;
	const struct alert *alert = item_alert(world, item);
	const struct tx_row *tx = item_tx(world, item);
	const struct change *change = item_change(world, item);
	const struct contact *contact = item_contact(world, item);
	size_t ask, of;
	const struct sighting *sighting = item_sighting(world, item, &of);
	int source = item_source(world, item), signal = item_signal(world, item);
	int component = item_component(world, item);

	if (source < 0)
		source = item_ask(world, item, &ask);
	if (source >= 0)
		explain_source(scene, page, (size_t)source);
	else if (signal >= 0)
		explain_signal(scene, page, (size_t)signal);
	else if (alert)
		explain_alert(scene, page, alert);
	else if (tx)
		explain_tx(page, tx);
	else if (change)
		explain_change(scene, page, change);
	else if (component >= 0)
		explain_component(scene, page, (size_t)component);
	else if (contact)
		explain_contact(page, contact);
	else if (sighting)
		sighting_explain(scene, page, sighting);
	else if (item.kind == ITEM_ALERTS)
		explain_trust(scene, page);
	else if (item.kind == ITEM_TXS)
		explain_txs(scene, page);
	else
		return false;
	return true;
}

bool explain_name(const struct scene *scene, struct item item, struct text *out)
{
	const struct world *world = scene->world;
	const struct alert *alert = item_alert(world, item);
	const struct tx_row *tx = item_tx(world, item);
	const struct change *change = item_change(world, item);
	const struct contact *contact = item_contact(world, item);
	size_t ask, of;
	const struct sighting *sighting = item_sighting(world, item, &of);
	int source = item_source(world, item), signal = item_signal(world, item);
	int component = item_component(world, item);

	if (source < 0)
		source = item_ask(world, item, &ask);
	if (source >= 0)
		*out = text_fmt("%s", world->sources[source].name);
	else if (signal >= 0)
		*out = text_fmt("%s", world->signals[signal].name);
	else if (alert)
		*out = text_fmt("alert %s", alert->name);
	else if (tx)
		*out = text_fmt("transaction %s", tx->id[0] ? tx->id : tx->hash);
	else if (change)
		*out = text_fmt("change of %s", change->what);
	else if (component >= 0)
		*out = text_fmt("component %s", world->components[component].name);
	else if (contact)
		*out = text_fmt("%s", contact->who);
	else if (sighting)
		*out = text_fmt("line of %s", world->sources[of].name);
	else if (item.kind == ITEM_ALERTS || item.kind == ITEM_TXS)
		*out = text_fmt("%s", item.kind == ITEM_ALERTS ? "alerts" : "transactions");
	else
		return false;
	return true;
}

static void line_of_signal(const struct signal *signal, struct buf *out)
{
	char value[SAY_TEXT];

	say_value(signal, value);
	buf_fmt(out, "%s %s: %s, %s", signal->name, state_label(signal->state), value,
		signal->because);
}

void explain_line(const struct scene *scene, struct item item, struct buf *out)
{
	const struct world *world = scene->world;
	const struct alert *alert = item_alert(world, item);
	const struct tx_row *tx = item_tx(world, item);
	const struct change *change = item_change(world, item);
	const struct contact *contact = item_contact(world, item);
	size_t ask, of;
	const struct sighting *sighting = item_sighting(world, item, &of);
	int source = item_source(world, item), signal = item_signal(world, item);
	int component = item_component(world, item);

	if (source < 0)
		source = item_ask(world, item, &ask);
	if (source >= 0)
		buf_fmt(out, "%s %s: %s", world->sources[source].name,
			state_label(world->sources[source].state), world->sources[source].because);
	else if (signal >= 0)
		line_of_signal(&world->signals[signal], out);
	else if (alert)
		buf_fmt(out, "%s %s: %s", alert->name, alert_state_word(alert->state), alert->summary);
	else if (tx)
		buf_text(out, tx->hash[0] ? tx->hash : tx->id);
	else if (change)
		buf_fmt(out, "%s %s", change->what, change->text);
	else if (component >= 0)
		buf_fmt(out, "%s %s %s", world->components[component].name,
			state_label(world->components[component].state),
			world->components[component].version);
	else if (contact)
		say_contact(contact, out);
	else if (sighting)
		buf_text(out, sighting->hash[0] ? sighting->hash : sighting->text);
	else if (item.kind == ITEM_TXS)
		say_at_risk(&world->tx, out);
	else
		buf_text(out, world->alerts_because);
}
