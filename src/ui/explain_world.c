#include "ui/explain_world.h"

#include "ui/explain.h"
#include "ui/rows_alerts.h"
#include "ui/say.h"

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

void explain_source(const struct scene *scene, struct page *page, size_t index)
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

void explain_signal(const struct scene *scene, struct page *page, size_t index)
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

static void put_ack(const struct scene *scene, struct page *page,
		    const struct incident_alert *known)
{
	char at[SAY_TEXT], age[SAY_TEXT];

	if (!known->acked) {
		explain_put(page, "acked", "by nobody yet");
		return;
	}
	say_time(scene, known->acked_at, at);
	say_age(scene, known->acked_at, age);
	explain_put(page, "acked", "by %s at %s, %s ago", known->acked_by, at, age);
}

static void put_silence(const struct scene *scene, struct page *page,
		     const struct incident_alert *known)
{
	static const char *const words[] = {
		[SILENCE_NONE] = "", [SILENCE_ASKED] = "asked for; no answer is recorded",
		[SILENCE_IN_FORCE] = "in force", [SILENCE_EXPIRED] = "expired",
		[SILENCE_FAILED] = "failed",
	};
	char until[SAY_TEXT];

	if (known->silence == SILENCE_NONE)
		return;
	say_time(scene, known->silence_until, until);
	explain_put(page, "silence", "%s, until %s%s%s%s%s", words[known->silence], until,
		    known->silence_id[0] ? ", id " : "", known->silence_id,
		    known->silence_because[0] ? ": " : "", known->silence_because);
}

void explain_alert(const struct scene *scene, struct page *page, const struct alert *alert)
{
	const struct incident_alert *known = alert_known(scene->world, alert);

	put_state(page, alert->name, alert_state_word(alert->state), ' ',
		  alert->state == ALERT_FIRING ? ROLE_BAD : ROLE_PLAIN, alert->summary);
	if (alert->since != WHEN_NEVER)
		put_since(scene, page, alert->since, false);
	explain_put(page, "severity", "%s", alert->severity[0] ? alert->severity : "none given");
	if (known)
		put_ack(scene, page, known);
	if (alert->silenced_by[0])
		explain_put(page, "silenced", "by %s", alert->silenced_by);
	if (known)
		put_silence(scene, page, known);
	if (alert->runbook[0])
		explain_put(page, "runbook", "%s", alert->runbook);
}

/* What was recorded of it while the incident went on; it may not be in any list any more. */
void explain_fired(const struct scene *scene, struct page *page,
		   const struct incident_alert *known)
{
	char since[SAY_TEXT], ended[SAY_TEXT];

	put_state(page, known->name, known->firing ? "firing" : "resolved", ' ',
		  known->firing ? ROLE_BAD : ROLE_PLAIN, "");
	say_time(scene, known->since, since);
	say_time(scene, known->resolved_at, ended);
	if (known->firing)
		explain_put(page, "since", "%s; fired %u time%s", since, known->fired,
			    known->fired == 1 ? "" : "s");
	else
		explain_put(page, "since", "%s to %s; fired %u time%s", since, ended, known->fired,
			    known->fired == 1 ? "" : "s");
	put_ack(scene, page, known);
	put_silence(scene, page, known);
	for (size_t i = 0; i < known->label_count; i++)
		explain_put(page, i ? "" : "labels", "%s", known->labels[i]);
}

void explain_trust(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;

	explain_put(page, "alerts", "%zu, %s", world->alert_count,
		    world->alerts_trusted ? "and the list can be trusted" : "and silence means nothing");
	explain_put(page, "because", "%s", world->alerts_because);
	explain_put(page, "rule", "an empty list means quiet only while rules are evaluated or the "
		    "watchdog fires");
}

void explain_tx(struct page *page, const struct tx_row *tx)
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

void explain_txs(const struct scene *scene, struct page *page)
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

void explain_change(const struct scene *scene, struct page *page,
			   const struct change *change)
{
	char day[WHEN_TEXT], age[SAY_TEXT];

	when_format(day, change->at);
	say_age(scene, change->at, age);
	put_state(page, change->what, state_label(change->state), state_mark(change->state),
		  role_of_state(change->state), change->text);
	explain_put(page, "at", "%s, %s ago", day, age);
}
