/*
 * diagnoser_judge.c: what follows from an inquiry that is over: the verdict that stands, what is
 * remembered of it, and when it is asked about again.
 */
#include <stdio.h>
#include <string.h>

#include "app/diagnoser_inside.h"
#include "base/log.h"
#include "base/mem.h"
#include "stellar/base64.h"
#include "stellar/verdict_facts.h"

/* A ledger number that is a little newer is not worth a line on the disk. */
static const int64_t highwater_step = 1000;

static msec wall_of(const struct diagnoser *diagnoser)
{
	return loop_now(diagnoser->setup.loop).wall;
}

/* --- what an answer is worth by its age --- */

static int64_t newest_close(const struct tx_evidence *evidence)
{
	int64_t newest = 0;

	for (size_t i = 0; i < evidence->account_count; i++)
		if (evidence->account[i].b_close > newest)
			newest = evidence->account[i].b_close;
	return newest;
}

/* An old answer is true, and says nothing of now. Our own clock only takes away here: with it
 * nothing is ever proved. */
static void doubt_what_is_old(const struct diagnoser *diagnoser, const struct tx_evidence *evidence,
			      struct verdict *verdict)
{
	int64_t newest = newest_close(evidence);
	msec age = wall_of(diagnoser) - newest * WHEN_SECOND;
	char ago[WHEN_TEXT];

	if (verdict_fate(verdict->kind) != FATE_LIVE || newest == 0 || age <= diagnoser->pace->old)
		return;
	when_format_age(ago, age);
	verdict->kind = VERDICT_UNKNOWN_STALE_SOURCE;
	verdict->safe = SAFE_NO;
	(void)str_put(verdict->row, sizeof(verdict->row), "14");
	(void)snprintf(verdict->because, sizeof(verdict->because), "it had not landed by the newest "
		       "ledger that a source knows, which closed %s ago: it may have since", ago);
	(void)snprintf(verdict->next, sizeof(verdict->next), "wait, or ask a source that is up to date");
}

/* --- what stands --- */

static bool says_nothing(const struct verdict *verdict)
{
	return verdict->kind == VERDICT_UNKNOWN_STALE_SOURCE ||
	       verdict->kind == VERDICT_UNKNOWN_NO_ENVELOPE ||
	       verdict->kind == VERDICT_UNKNOWN_NO_IDENTITY;
}

/* Ledgers that nobody reaches any more, though they were seen: those of another network now. */
static bool began_again(const struct tx_evidence *evidence)
{
	for (size_t i = 0; i < evidence->account_count; i++)
		if (evidence->account[i].usable && fact_reset(evidence, &evidence->account[i]))
			return !fact_latest(evidence);
	return false;
}

/* It is final, so what differs is wrong on one of both sides, however often it is asked again. */
static void contradict(const struct matter *matter, bool anew, struct verdict *fresh)
{
	struct verdict before = matter->settled_as, now = *fresh;
	char at[WHEN_TEXT];

	if (now.kind == VERDICT_SOURCES_DISAGREE || now.kind == VERDICT_HASH_MISMATCH ||
	    (says_nothing(&now) ? !anew : verdict_fate(now.kind) == verdict_fate(before.kind)))
		return;
	when_format(at, matter->settled_at);
	*fresh = (struct verdict){ .kind = VERDICT_SOURCES_DISAGREE, .safe = SAFE_NO, .row = "2" };
	(void)snprintf(fresh->because, sizeof(fresh->because), "%s now, and it was %s for good at %s",
		       verdict_name(now.kind), verdict_name(before.kind), at);
	(void)snprintf(fresh->next, sizeof(fresh->next), "touch nothing: was the network reset, or is a "
		       "source wrong? Ask a third one");
}

static void show(struct matter *matter, const struct verdict *verdict, msec now)
{
	matter->verdict = *verdict;
	matter->judged = true;
	matter->judged_at = now;
	if (matter->settled || !verdict->final)
		return;
	matter->settled = true;
	matter->settled_as = *verdict;
	matter->settled_at = now;
}

/* --- what is remembered --- */

static bool is_hash(const char *key)
{
	return strlen(key) == TX_HASH_TEXT - 1 && !strchr(key, ':');
}

static void remember(const struct diagnoser *diagnoser, const struct matter *matter)
{
	struct tx_mark mark = {
		.verdict = matter->verdict.kind, .safe = matter->verdict.safe, .at = matter->judged_at,
	};
	struct err err = { 0 };

	if (!diagnoser->setup.casebook || !matter->verdict.final || !is_hash(matter->key))
		return;
	(void)str_put(mark.hash, sizeof(mark.hash), matter->key);
	(void)str_put(mark.because, sizeof(mark.because), matter->verdict.because);
	(void)str_put(mark.by, sizeof(mark.by), diagnoser->setup.settings->operator);
	if (!casebook_judge(diagnoser->setup.casebook, diagnoser->passphrase, &mark, &err))
		log_put(LOG_WARN, "a verdict is not remembered: %s", err.text);
}

static void note_highwater(struct diagnoser *diagnoser, const struct tx_evidence *evidence)
{
	int64_t ledger = 0;
	struct err err = { 0 };

	for (size_t i = 0; i < evidence->account_count; i++)
		if (evidence->account[i].usable && evidence->account[i].at > ledger)
			ledger = evidence->account[i].at;
	if (!diagnoser->setup.casebook || ledger == 0 ||
	    (diagnoser->highwater > 0 && ledger < diagnoser->highwater + highwater_step))
		return;
	diagnoser->highwater = ledger;
	if (!casebook_highwater(diagnoser->setup.casebook, diagnoser->passphrase, ledger, &err))
		log_put(LOG_WARN, "the newest ledger is not remembered: %s", err.text);
}

/* The verdict is of the hash: an envelope that does not have it is another matter. */
static bool has_its_envelope(const struct diagnoser *diagnoser, const struct matter *matter)
{
	struct envelope *envelope;
	struct buf xdr = { 0 };
	char outer[TX_HASH_TEXT], inner[TX_HASH_TEXT];
	struct err err = { 0 };
	bool ok;

	if (!matter->identity.envelope)
		return true;
	envelope = mem_new(sizeof(*envelope));
	ok = base64_read(str_of(matter->identity.envelope), &xdr, &err) &&
	     envelope_read(str_sub(buf_cstr(&xdr), xdr.len), envelope, &err);
	if (ok) {
		envelope_hash(envelope, str_sub(buf_cstr(&xdr), xdr.len), diagnoser->passphrase, outer,
			      inner);
		ok = strcmp(outer, matter->key) == 0 || strcmp(inner, matter->key) == 0;
	}
	mem_free(envelope);
	buf_done(&xdr);
	return ok;
}

bool matter_recall(struct diagnoser *diagnoser, struct matter *matter)
{
	const struct tx_mark *mark = NULL;
	struct verdict verdict;

	if (diagnoser->setup.casebook && !diagnoser->began_again && is_hash(matter->key))
		mark = casebook_verdict(diagnoser->setup.casebook, diagnoser->passphrase, matter->key);
	if (!mark || !has_its_envelope(diagnoser, matter))
		return false;
	verdict = (struct verdict){ .kind = mark->verdict, .safe = mark->safe, .final = true };
	(void)str_put(verdict.because, sizeof(verdict.because), mark->because);
	(void)str_put(verdict.next, sizeof(verdict.next),
		      "known for good: asked again, it shows its proof");
	show(matter, &verdict, mark->at);
	return true;
}

/* What is only remembered holds of the network as it was before. */
static void note_began_again(struct diagnoser *diagnoser)
{
	diagnoser->began_again = true;
	for (size_t i = 0; i < diagnoser->count; i++) {
		struct matter *matter = diagnoser->matters[i];

		if (!matter->ended && !matter->inquiry)
			matter->judged = false;
	}
}

/* --- the end of an inquiry --- */

void matter_conclude(struct diagnoser *diagnoser, struct matter *matter)
{
	const struct tx_evidence *evidence = inquiry_evidence(matter->inquiry);
	bool final = matter->judged && matter->verdict.final, anew = began_again(evidence);
	struct verdict fresh;

	inquiry_verdict(matter->inquiry, &fresh);
	doubt_what_is_old(diagnoser, evidence, &fresh);
	note_highwater(diagnoser, evidence);
	if (anew)
		note_began_again(diagnoser);
	inquiry_free(matter->ended);
	matter->ended = matter->inquiry;
	matter->inquiry = NULL;
	matter->turn = TURN_RESTS;
	matter->told = false;
	if (final && !anew && says_nothing(&fresh)) {
		(void)snprintf(matter->trouble, sizeof(matter->trouble), "asked again: %.200s",
			       fresh.because);
		return;
	}
	if (matter->settled)
		contradict(matter, anew, &fresh);
	show(matter, &fresh, wall_of(diagnoser));
	remember(diagnoser, matter);
	matter_plan(diagnoser, matter);
}

/* A ledger after its bound, as far as our clock can tell; a minute from now at the latest. */
static msec delay_of(const struct diagnoser *diagnoser, const struct verdict *verdict)
{
	const struct diagnoser_pace *pace = diagnoser->pace;
	msec until = verdict->decidable_at * WHEN_SECOND + pace->settles - wall_of(diagnoser);

	if (verdict->decidable_at <= 0 || until < -pace->again || until > pace->again)
		return pace->again;
	return until > pace->settles ? until : pace->settles;
}

void matter_plan(struct diagnoser *diagnoser, struct matter *matter)
{
	enum fate fate = verdict_fate(matter->verdict.kind);
	bool undecided = !matter->judged || fate == FATE_LIVE ||
			 (fate == FATE_UNKNOWN && matter->watched);

	matter->again_at = undecided ? loop_now(diagnoser->setup.loop).steady +
				       delay_of(diagnoser, &matter->verdict) : WHEN_NEVER;
}
