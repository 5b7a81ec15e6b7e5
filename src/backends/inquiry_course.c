/*
 * inquiry_course.c: the order of the asks. A round goes through the phases, each phase through the
 * endpoints, each endpoint through its parts; whether a part is asked follows from what is known by
 * then, so that the course can be stopped and gone on with at any place.
 */
#include <assert.h>
#include <string.h>

#include "backends/inquiry_inside.h"
#include "stellar/result.h"

static const unsigned parts[PHASE_OVER] = {
	[PHASE_NETWORK] = 1, [PHASE_LOOK] = 2, [PHASE_READ] = 3, [PHASE_LOOK_AGAIN] = 3,
	[PHASE_SEARCH] = 1,
};

/* What never changes is kept. A search that came to no end goes on where it was. */
static void begin_stand(struct stand *stand)
{
	struct stand next = { .found = stand->found, .closing_count = stand->closing_count };

	memcpy(next.closings, stand->closings, sizeof(next.closings));
	next.searched = stand->searched || (stand->search.begun && stand->search.over);
	if (stand->search.begun && !stand->search.over) {
		next.search = stand->search;
		memcpy(next.cursor, stand->cursor, sizeof(next.cursor));
	}
	*stand = next;
}

void course_begin(struct inquiry *q)
{
	for (size_t i = 0; i < q->setup.endpoint_count; i++)
		begin_stand(&q->stands[i]);
	q->place = (struct place){ q->setup.endpoint_count ? PHASE_NETWORK : PHASE_OVER, 0, 0 };
	q->evidence.account_count = q->evidence.complete_count = 0;
	q->pages = 0;
}

bool course_settled(const struct inquiry *q)
{
	for (size_t i = 0; i < q->evidence.found_count; i++) {
		const struct found *found = &q->evidence.found[i];
		const struct code *code = code_find(found->code);

		if (found->ok || !found->hash_ok || (code && code->uses_sequence))
			return true;
	}
	return q->evidence.consumer_count > 0;
}

bool course_slot_used(const struct inquiry *q)
{
	for (size_t i = 0; i < q->evidence.account_count; i++) {
		const struct account_read *read = &q->evidence.account[i];

		if (!read->exists || read->sequence >= q->evidence.tx.sequence)
			return true;
	}
	return false;
}

const char *course_hash(const struct inquiry *q, const struct place *at)
{
	bool again = at->phase == PHASE_LOOK_AGAIN;
	const char *hash;

	if (again && at->part == 0)
		return NULL;
	hash = q->has_own ? q->evidence.hashes[again ? at->part - 1 : at->part] :
	       at->part == (again ? 1 : 0) ? q->evidence.db_hash : "";
	return *hash ? hash : NULL;
}

/* The newest ledger at whose end the number was used, or the account gone. */
static int64_t used_at(const struct inquiry *q)
{
	int64_t at = 0;

	for (size_t i = 0; i < q->evidence.account_count; i++) {
		const struct account_read *read = &q->evidence.account[i];

		if (read->usable && read->at > at &&
		    (!read->exists || read->sequence >= q->evidence.tx.sequence))
			at = read->at;
	}
	return at;
}

static enum question read_question(const struct inquiry *q, const struct stand *stand,
				   unsigned part)
{
	static const enum question reads[] = { QUESTION_TIP, QUESTION_LATEST, QUESTION_ACCOUNT };

	if (!q->account[0] || (reads[part] != QUESTION_ACCOUNT && course_settled(q)) ||
	    (reads[part] == QUESTION_LATEST && stand->timed))
		return QUESTION_NONE;
	return reads[part];
}

/* An RPC's "not found" counts from a tip that it told of before and that covers the account. */
static enum question again_question(const struct inquiry *q, const struct place *at)
{
	const struct stand *stand = &q->stands[at->endpoint];
	bool rpc = q->setup.endpoints[at->endpoint].kind == ENDPOINT_RPC;

	if (stand->found || !q->account[0] || course_settled(q) || !course_slot_used(q))
		return QUESTION_NONE;
	if (at->part == 0)
		return rpc && stand->tip < used_at(q) ? QUESTION_TIP : QUESTION_NONE;
	return course_hash(q, at) ? QUESTION_LOOK : QUESTION_NONE;
}

/* Where a search came to its end before, only what may have come in since is looked at. */
static enum question page_question(const struct inquiry *q, const struct stand *stand)
{
	bool wanted = q->account[0] && course_slot_used(q) && !course_settled(q);
	bool room = q->pages < INQUIRY_PAGES && !(stand->searched && stand->pages > 0);

	return wanted && room && !stand->search.over ? QUESTION_PAGE : QUESTION_NONE;
}

static bool exists(const struct inquiry *q, const struct place *at, enum question question)
{
	bool rpc = q->setup.endpoints[at->endpoint].kind == ENDPOINT_RPC;

	return question != QUESTION_LATEST || rpc;
}

enum question course_question(const struct inquiry *q, const struct place *at)
{
	const struct inquiry_endpoint *endpoint = &q->setup.endpoints[at->endpoint];
	const struct stand *stand = &q->stands[at->endpoint];
	enum question question = QUESTION_NONE;

	if (endpoint->unusable[0] || stand->out)
		return QUESTION_NONE;
	switch (at->phase) {
	case PHASE_NETWORK:
		return endpoint->network_known ? QUESTION_NONE : QUESTION_NETWORK;
	case PHASE_LOOK:
		question = !q->looked && !stand->found && course_hash(q, at) ? QUESTION_LOOK :
									      QUESTION_NONE;
		break;
	case PHASE_READ:
		question = read_question(q, stand, at->part);
		break;
	case PHASE_LOOK_AGAIN:
		question = again_question(q, at);
		break;
	case PHASE_SEARCH:
		question = page_question(q, stand);
		break;
	case PHASE_OVER:
		break;
	}
	return exists(q, at, question) ? question : QUESTION_NONE;
}

static void go_on(const struct inquiry *q, struct place *at)
{
	assert(at->phase < PHASE_OVER);
	if (++at->part < parts[at->phase])
		return;
	at->part = 0;
	if (++at->endpoint < q->setup.endpoint_count)
		return;
	at->endpoint = 0;
	at->phase++;
}

void course_step(struct inquiry *q)
{
	enum phase before = q->place.phase;

	go_on(q, &q->place);
	if (before == PHASE_LOOK && q->place.phase != before)
		q->looked = q->account[0];
}

unsigned course_left(const struct inquiry *q)
{
	struct place at = q->place;
	unsigned left = 0;

	for (; at.phase != PHASE_OVER; go_on(q, &at))
		left += course_question(q, &at) != QUESTION_NONE;
	return left;
}

/* Which read bounds the search best: the number was used in a ledger up to *ledger. */
static const struct account_read *bound(const struct inquiry *q, bool exactly, int64_t *ledger)
{
	const struct account_read *best = NULL;

	*ledger = INT64_MAX;
	for (size_t i = 0; i < q->evidence.account_count; i++) {
		const struct account_read *read = &q->evidence.account[i];
		int64_t by = read->sequence_ledger > 0 ? read->sequence_ledger : read->at;
		bool used = !read->exists || read->sequence >= q->evidence.tx.sequence;
		bool exact = read->exists && read->sequence == q->evidence.tx.sequence &&
			     read->sequence_ledger > 0;

		if (!used || by == 0 || by >= *ledger || (exactly && !exact))
			continue;
		best = read;
		*ledger = by;
	}
	return best;
}

/* An RPC lists whole ledgers: it is asked only where the ledger is known. */
static void begin_search(struct inquiry *q)
{
	struct search *search = &q->stands[q->place.endpoint].search;
	bool rpc = q->setup.endpoints[q->place.endpoint].kind == ENDPOINT_RPC;
	const struct account_read *read;
	int64_t ledger;

	if (search->begun)
		return;
	read = bound(q, rpc, &ledger);
	if (read)
		search_begin(search, q->evidence.tx.sequence, ledger,
			     read->exists ? read->sequence : read->at << 32);
	else
		search->begun = search->over = true;
}

void course_settle(struct inquiry *q)
{
	if (q->proof_count == TX_PROOFS)	/* nothing is asked that could not be shown */
		q->place.phase = PHASE_OVER;
	while (q->place.phase != PHASE_OVER) {
		if (q->place.phase == PHASE_SEARCH)
			begin_search(q);
		if (course_question(q, &q->place) != QUESTION_NONE)
			return;
		course_step(q);
	}
}
