/*
 * decide_remains.c: what somebody would have to think of after the incident: the lines of the
 * dialogs of resolving and closing, and the rule that stands behind them.
 */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "core/decide_inside.h"

enum { NAMED = 3 };		/* so many are named, the rest is counted */

struct tally {
	struct buf names;
	size_t count;
};

static void tally_add(struct tally *tally, const char *name)
{
	if (tally->count < NAMED)
		buf_fmt(&tally->names, "%s%.80s", tally->count ? ", " : "", name);
	tally->count++;
}

static void tally_firing(const struct incident *incident, struct tally *tally)
{
	for (size_t i = 0; i < incident->alert_count; i++)
		if (incident->alerts[i].firing)
			tally_add(tally, incident->alerts[i].name);
}

/* One whose outcome is not known may be there. */
static void tally_silences(const struct incident *incident, struct tally *tally)
{
	for (size_t i = 0; i < incident->alert_count; i++)
		if (incident->alerts[i].silence == SILENCE_IN_FORCE ||
		    incident->alerts[i].silence == SILENCE_ASKED)
			tally_add(tally, incident->alerts[i].name);
}

static void tally_open(const struct tracked *items, size_t count, struct tally *tally)
{
	for (size_t i = 0; i < count; i++)
		if (!items[i].settled)
			tally_add(tally, items[i].text);
}

static void tally_follow_ups(const struct incident *incident, struct tally *tally)
{
	tally_open(incident->follow_ups, incident->follow_up_count, tally);
}

static void tally_deferred(const struct incident *incident, struct tally *tally)
{
	tally_open(incident->deferred, incident->deferred_count, tally);
}

static void tally_asks(const struct incident *incident, struct tally *tally)
{
	tally_open(incident->asks, incident->ask_count, tally);
}

static void tally_loose_actions(const struct incident *incident, struct tally *tally)
{
	for (size_t i = 0; i < incident->action_count; i++) {
		const struct tracked *action = &incident->actions[i];

		if (!action->settled && (!action->who[0] || action->until == WHEN_NEVER))
			tally_add(tally, action->text);
	}
}

/* The steps of the runs that go on; which of them do not apply is not known here. */
static void tally_runs(const struct incident *incident, struct tally *tally)
{
	for (size_t i = 0; i < incident->run_count; i++) {
		const struct run *run = &incident->runs[i];
		char text[BECAUSE_TEXT];
		size_t open = 0;

		for (size_t j = 0; j < run->step_count; j++)
			open += !step_mark_settles(run->steps[j].mark);
		(void)snprintf(text, sizeof(text), "%.60s (%zu of %zu steps open)", run->runbook, open,
			       run->step_count);
		if (run_goes_on(run))
			tally_add(tally, text);
	}
}

/* What was begun and nobody knows how it came out; of what was sent again the ledger tells it. */
static void tally_deeds(const struct incident *incident, struct tally *tally)
{
	for (size_t i = 0; i < incident->tx_count; i++) {
		const struct incident_tx *tx = &incident->txs[i];
		const struct tx_deed *last = tx_last_deed(tx);
		bool told = tx->diagnosed && verdict_fate(tx->verdict) >= FATE_DEAD;
		char text[BECAUSE_TEXT];

		if (!last || last->judged || (told && strcmp(last->how, "resubmit") == 0))
			continue;
		(void)snprintf(text, sizeof(text), "%.20s of %.60s", last->how,
			       tx->id[0] ? tx->id : tx->hash);
		tally_add(tally, text);
	}
}

static const struct {
	const char *one, *many;		/* after the number */
	void (*count)(const struct incident *incident, struct tally *tally);
	bool resolve, close;		/* it counts there */
} kinds[] = {
	{ "alert still fires", "alerts still fire", tally_firing, true, false },
	{ "silence remains", "silences remain", tally_silences, true, true },
	{ "follow-up is open", "follow-ups are open", tally_follow_ups, true, true },
	{ "deferred item is open", "deferred items are open", tally_deferred, true, true },
	{ "runbook goes on", "runbooks go on", tally_runs, true, true },
	{ "act on a transaction has an unknown outcome",
	  "acts on transactions have unknown outcomes", tally_deeds, true, false },
	{ "ask has no answer", "asks have no answer", tally_asks, true, true },
	{ "action has no owner or no date", "actions have no owner or no date",
	  tally_loose_actions, false, true },
};

static void add_line(struct buf *out, size_t kind, const struct tally *tally)
{
	buf_fmt(out, "%zu %s: %s", tally->count,
		tally->count == 1 ? kinds[kind].one : kinds[kind].many, buf_cstr(&tally->names));
	if (tally->count > NAMED)
		buf_fmt(out, " and %zu more", tally->count - NAMED);
	buf_char(out, '\n');
}

size_t remains_list(const struct incident *incident, enum remains which, struct buf *out)
{
	size_t lines = 0;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct tally tally = {0};

		if ((which == REMAINS_RESOLVE && !kinds[i].resolve) ||
		    (which == REMAINS_CLOSE && !kinds[i].close))
			continue;
		kinds[i].count(incident, &tally);
		if (tally.count > 0) {
			add_line(out, i, &tally);
			lines++;
		}
		buf_done(&tally.names);
	}
	return lines;
}

static size_t add_stuck(const struct world *world, struct buf *out)
{
	const struct tx_summary *tx = &world->tx;

	if (!world->tx_configured || (tx->known && tx->stuck <= 0))
		return 0;
	if (tx->known)
		buf_fmt(out, "%ld %s stuck\n", tx->stuck,
			tx->stuck == 1 ? "transaction is" : "transactions are");
	else
		buf_fmt(out, "stuck transactions: not known, %s\n", tx->because);
	return 1;
}

size_t decide_remains(const struct incident *incident, const struct world *world, struct buf *out)
{
	size_t lines = remains_list(incident, REMAINS_ALL, out);

	return lines + (world ? add_stuck(world, out) : 0);
}
