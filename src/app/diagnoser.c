/*
 * diagnoser.c: which transactions are asked about, and what is known of them. Whose turn it is
 * stands in diagnoser_turns.c, what goes through the endpoints in diagnoser_gates.c, what follows
 * from an ended inquiry in diagnoser_judge.c.
 */
#include "app/diagnoser.h"

#include <stdio.h>
#include <string.h>

#include "app/diagnoser_inside.h"
#include "base/mem.h"
#include "stellar/base64.h"

/* --- matters --- */

void matter_drop_inquiry(struct matter *matter)
{
	matter_drop_ask(matter);
	inquiry_free(matter->inquiry);
	matter->inquiry = NULL;
}

static void free_matter(struct matter *matter)
{
	matter_drop_inquiry(matter);
	inquiry_free(matter->ended);
	mem_free(matter->identity.envelope);
	mem_free(matter->envelope);
	mem_free(matter);
}

static struct matter *find(const struct diagnoser *diagnoser, const char *key)
{
	for (size_t i = 0; i < diagnoser->count; i++)
		if (strcmp(diagnoser->matters[i]->key, key) == 0)
			return diagnoser->matters[i];
	return NULL;
}

/* The one that nobody has asked for longest; MATTERS: all of them are busy. */
static size_t longest_unused(const struct diagnoser *diagnoser, bool also_watched)
{
	size_t oldest = MATTERS;

	for (size_t i = 0; i < diagnoser->count; i++) {
		const struct matter *matter = diagnoser->matters[i];

		if (matter->turn == TURN_WAITS || matter->turn == TURN_WORKS || matter->sent ||
		    (matter->watched && !also_watched))
			continue;
		if (oldest == MATTERS || matter->used < diagnoser->matters[oldest]->used)
			oldest = i;
	}
	return oldest;
}

/* Everything that was ever asked about by hand is watched: it goes last, not never. */
static bool make_room(struct diagnoser *diagnoser)
{
	size_t oldest = longest_unused(diagnoser, false);

	if (oldest == MATTERS)
		oldest = longest_unused(diagnoser, true);
	if (oldest == MATTERS)
		return false;
	free_matter(diagnoser->matters[oldest]);
	diagnoser->matters[oldest] = diagnoser->matters[--diagnoser->count];
	return true;
}

static struct matter *add(struct diagnoser *diagnoser, const char *key, struct err *err)
{
	struct matter *matter;

	if (diagnoser->count == MATTERS && !make_room(diagnoser)) {
		err_set(err, ERR_LIMIT, "%d transactions are asked about already: wait, or stop them",
			MATTERS);
		return NULL;
	}
	matter = mem_new(sizeof(*matter));
	str_put(matter->key, sizeof(matter->key), key);
	matter->again_at = matter->judged_at = WHEN_NEVER;
	matter->told = true;
	diagnoser->matters[diagnoser->count++] = matter;
	return matter;
}

static bool is_same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* What is known of it only grows: a hash that is pasted takes no envelope away. True when it has,
 * and what was found without that does not count. */
static bool learn(struct matter *matter, const struct tx_identity *identity)
{
	struct tx_identity *own = &matter->identity;
	bool is_new = !own->hash[0] && !own->envelope && !own->has_sequence;
	bool more = identity->envelope ? !is_same(identity->envelope, own->envelope) :
		    !own->envelope && identity->has_sequence && !own->has_sequence;

	if (!is_new && !more)
		return false;
	mem_free(own->envelope);
	mem_free(matter->envelope);
	matter->envelope = NULL;
	*own = *identity;
	own->envelope = mem_text(identity->envelope);
	return !is_new;
}

/* It begins anew when it is asked for. */
static void forget(struct diagnoser *diagnoser, struct matter *matter)
{
	gates_let_go(diagnoser, matter, true);
	matter_drop_inquiry(matter);
	inquiry_free(matter->ended);
	matter->ended = NULL;
	matter->may_go_on = false;
	matter->judged = matter->settled = false;
	matter->turn = TURN_RESTS;
}

/* --- orders --- */

static void ask_by_hand(struct diagnoser *diagnoser, struct matter *matter)
{
	matter->by_hand = true;
	if (matter->judged && matter->verdict.final && matter->ended)
		matter->told = false;		/* with its proof: there is nothing to ask */
	else if (matter->turn == TURN_WORKS)
		matter->rank = RANK_HAND;
	else
		matter_enlist(diagnoser, matter, RANK_HAND);
}

static void ask_in_bulk(struct diagnoser *diagnoser, struct matter *matter)
{
	bool busy = matter->turn == TURN_WORKS || matter->turn == TURN_WAITS;

	if (matter->counted)
		return;
	matter->counted = true;
	diagnoser->bulk_all++;
	if (busy)
		return;
	if (matter->judged && matter->verdict.final)
		matter->told = false;
	else
		matter_enlist(diagnoser, matter, RANK_BULK);
}

bool diagnoser_ask(struct diagnoser *diagnoser, const struct tx_identity *identity,
		   int64_t created_at, bool bulk, char key[DIAGNOSER_KEY], struct err *err)
{
	struct matter *matter;

	if (!diagnoser_key(diagnoser, identity, key, err))
		return false;
	matter = find(diagnoser, key);
	if (!matter)
		matter = add(diagnoser, key, err);
	if (!matter)
		return false;
	matter->used = ++diagnoser->clock;
	if (created_at > 0)
		matter->created_at = created_at;
	if (learn(matter, identity))
		forget(diagnoser, matter);
	if (!matter->judged && !matter->ended)
		(void)matter_recall(diagnoser, matter);
	if (bulk)
		ask_in_bulk(diagnoser, matter);
	else
		ask_by_hand(diagnoser, matter);
	diagnoser_advance(diagnoser);
	return true;
}

void diagnoser_watch(struct diagnoser *diagnoser, const char *key, bool on)
{
	struct matter *matter = find(diagnoser, key);

	if (!matter)
		return;
	matter->watched = on;
	if (on && matter->turn == TURN_RESTS)
		matter_plan(diagnoser, matter);
	diagnoser_advance(diagnoser);
}

void diagnoser_stop_bulk(struct diagnoser *diagnoser)
{
	for (size_t i = 0; i < diagnoser->count; i++) {
		struct matter *matter = diagnoser->matters[i];

		matter->counted = false;
		if (matter->rank == RANK_HAND ||
		    (matter->turn != TURN_WAITS && matter->turn != TURN_WORKS))
			continue;
		matter->turn = TURN_STOPPED;
		gates_let_go(diagnoser, matter, false);
	}
	diagnoser->bulk_done = diagnoser->bulk_all = 0;
	diagnoser_advance(diagnoser);
}

/* --- what is known --- */

static void put_envelope(struct matter *matter, struct tx_case *out)
{
	struct err err = { 0 };

	if (!matter->envelope && matter->identity.envelope) {
		matter->envelope = mem_new(sizeof(*matter->envelope));
		if (!envelope_read_base64(str_of(matter->identity.envelope), matter->envelope, &err)) {
			mem_free(matter->envelope);
			matter->envelope = NULL;
		}
	}
	out->envelope = matter->envelope;
	out->xdr = matter->envelope ? matter->identity.envelope : NULL;
}

/* It forbids everything, as nothing is known. */
static void put_unjudged(struct verdict *verdict)
{
	*verdict = (struct verdict){ .kind = VERDICT_UNKNOWN_STALE_SOURCE, .safe = SAFE_NO, .row = "14" };
	str_put(verdict->because, sizeof(verdict->because), "no source has told enough of it yet");
	str_put(verdict->next, sizeof(verdict->next), "wait for the answers, or ask another source");
}

bool diagnoser_case(const struct diagnoser *diagnoser, const char *key, struct tx_case *out)
{
	struct matter *matter = find(diagnoser, key);
	const struct inquiry *shown;

	if (!matter)
		return false;
	shown = matter->ended ? matter->ended : matter->inquiry;
	out->judged = matter->judged;
	out->verdict = matter->verdict;
	if (!matter->judged)
		put_unjudged(&out->verdict);
	out->consumer = shown ? inquiry_consumer(shown) : TWIN_UNKNOWN;
	out->judged_at = matter->judged_at;
	out->asking = matter->turn == TURN_WAITS || matter->turn == TURN_WORKS;
	out->asked = out->of = 0;
	if (matter->inquiry)
		inquiry_progress(matter->inquiry, &out->asked, &out->of);
	str_put(out->trouble, sizeof(out->trouble), matter->trouble);
	out->proofs = shown ? inquiry_proofs(shown, &out->proof_count) : NULL;
	out->evidence = shown ? inquiry_evidence(shown) : NULL;
	if (!shown)
		out->proof_count = 0;
	put_envelope(matter, out);
	str_put(out->inner_hash, sizeof(out->inner_hash), out->evidence ? out->evidence->hashes[1] : "");
	return true;
}

bool diagnoser_idle(const struct diagnoser *diagnoser)
{
	for (size_t i = 0; i < diagnoser->count; i++) {
		const struct matter *matter = diagnoser->matters[i];

		if (matter->turn == TURN_WAITS || matter->turn == TURN_WORKS || matter->sent ||
		    !matter->told)
			return false;
	}
	return true;
}

void diagnoser_progress(const struct diagnoser *diagnoser, struct caseload *out)
{
	msec until;

	memset(out->verdicts, 0, sizeof(out->verdicts));
	out->judged = 0;
	for (size_t i = 0; i < diagnoser->count; i++) {
		const struct matter *matter = diagnoser->matters[i];

		out->judged += matter->judged;
		if (matter->judged)
			out->verdicts[matter->verdict.kind]++;
	}
	out->bulk_done = diagnoser->bulk_done;
	out->bulk_all = diagnoser->bulk_all;
	out->bulk_held = diagnoser->bulk_all > 0 && gates_are_held(diagnoser, &until);
}

/* --- its life --- */

/* The machine slept: what is under way says nothing, and an order that was interrupted proves
 * nothing. All that were at work begin anew. */
static void on_late(void *arg)
{
	struct diagnoser *diagnoser = arg;

	gates_cancel(diagnoser);
	for (size_t i = 0; i < diagnoser->count; i++) {
		struct matter *matter = diagnoser->matters[i];

		if (matter->turn == TURN_WORKS)
			matter->turn = TURN_WAITS;
		matter_drop_inquiry(matter);
	}
	diagnoser_advance(diagnoser);
}

struct diagnoser *diagnoser_new(const struct diagnoser_setup *setup, struct err *err)
{
	struct diagnoser *diagnoser = mem_new(sizeof(*diagnoser));

	diagnoser->setup = *setup;
	diagnoser->pace = setup->pace ? setup->pace : &diagnoser_usual_pace;
	diagnoser->keys = diagnoser_keys_new();
	diagnoser->wake = (struct loop_timer){ .call = diagnoser_turn, .arg = diagnoser };
	if (!gates_make(diagnoser, err)) {
		diagnoser_keys_free(diagnoser->keys);
		mem_free(diagnoser->passphrase);
		mem_free(diagnoser);
		return NULL;
	}
	if (setup->casebook)
		diagnoser->highwater = casebook_ledger(setup->casebook, diagnoser->passphrase);
	loop_on_late(setup->loop, on_late, diagnoser);
	return diagnoser;
}

static void free_matters(struct diagnoser *diagnoser)
{
	for (size_t i = 0; i < diagnoser->count; i++)
		free_matter(diagnoser->matters[i]);
	diagnoser->count = 0;
	diagnoser->bulk_done = diagnoser->bulk_all = 0;
}

void diagnoser_free(struct diagnoser *diagnoser)
{
	if (!diagnoser)
		return;
	loop_forget(diagnoser->setup.loop, diagnoser);
	loop_timer_stop(diagnoser->setup.loop, &diagnoser->wake);
	gates_cancel(diagnoser);
	free_matters(diagnoser);
	diagnoser_keys_free(diagnoser->keys);
	mem_free(diagnoser->passphrase);
	mem_free(diagnoser);
}

/* On another network nothing of before holds. Without an endpoint what is known stays, and nothing
 * is asked. */
void diagnoser_replace(struct diagnoser *diagnoser, const struct settings *settings,
		       struct estate *estate)
{
	char *before = diagnoser->passphrase;
	struct err err = { 0 };

	on_late(diagnoser);
	for (size_t i = 0; i < diagnoser->count; i++)
		diagnoser->matters[i]->may_go_on = false;
	diagnoser->passphrase = NULL;
	diagnoser->setup.settings = settings;
	diagnoser->setup.estate = estate;
	(void)gates_make(diagnoser, &err);
	if (!is_same(before, diagnoser->passphrase)) {
		free_matters(diagnoser);
		diagnoser_keys_free(diagnoser->keys);
		diagnoser->keys = diagnoser_keys_new();
		diagnoser->began_again = false;
	}
	if (diagnoser->setup.casebook)
		diagnoser->highwater = casebook_ledger(diagnoser->setup.casebook,
						       diagnoser->passphrase);
	mem_free(before);
}

void diagnoser_tick(struct diagnoser *diagnoser, msec now)
{
	(void)now;
	if (!diagnoser->setup.casebook)
		return;
	/* Whoever else looks into it may have read the news before: what is new is not asked for. */
	(void)casebook_tick(diagnoser->setup.casebook);
	for (size_t i = 0; i < diagnoser->count; i++) {
		struct matter *matter = diagnoser->matters[i];

		if (!matter->judged && matter_recall(diagnoser, matter))
			matter->told = false;
	}
	diagnoser_advance(diagnoser);
}
