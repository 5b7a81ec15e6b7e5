/*
 * decide_tx.c: verdicts of transactions, acts on them, dismissals. Unknown blocks, always: an act
 * needs the verdict on record that allows it. What may be done over all envelopes of a payment is
 * decided before (stellar/intent.h); this is the last gate before a thing leaves the house.
 */
#include <ctype.h>
#include <string.h>

#include "core/decide_inside.h"

static bool is_hex64(const char *text)
{
	size_t len = 0;

	while (isdigit((unsigned char)text[len]) || (text[len] >= 'a' && text[len] <= 'f'))
		len++;
	return len == TX_HASH_TEXT - 1 && !text[len];
}

/* Which transaction: by its hash, its row, or both. */
static bool check_name(struct matter *m)
{
	if (!m->data.hash && !m->data.id)
		return wrong(m, "%s needs hash or id", event_name(m->order->kind));
	if (m->data.hash && !is_hex64(m->data.hash))
		return wrong(m, "hash is 64 hexadecimal digits");
	if (m->data.id && strlen(m->data.id) >= NAME_TEXT)
		return wrong(m, "the id of a row is too long: at most %d bytes", NAME_TEXT - 1);
	if (m->data.sha256 && !is_hex64(m->data.sha256))
		return wrong(m, "sha256 is 64 hexadecimal digits");
	return true;
}

static struct incident_tx *known(const struct matter *m)
{
	return incident_tx(m->incident, m->data.hash, m->data.id);
}

static bool read_verdict(struct matter *m, enum verdict_kind *verdict, enum safety *safe)
{
	if (!verdict_find(m->data.verdict, verdict))
		return wrong(m, "there is no verdict \"%.40s\"", m->data.verdict);
	if (!safety_find(m->data.safe, safe))
		return wrong(m, "safe is true, false or confirm");
	return true;
}

bool decide_tx_diagnosed(struct matter *m)
{
	enum verdict_kind verdict = VERDICT_UNKNOWN_NO_IDENTITY;
	enum safety safe = SAFE_NO;
	const struct incident_tx *tx;

	if (!check_name(m) || !read_verdict(m, &verdict, &safe))
		return false;
	tx = known(m);
	if (tx && tx->diagnosed && tx->verdict == verdict && tx->safe == safe)
		return already(m, "it is %s", verdict_name(verdict));
	if (tx && tx_verdict_stands(tx, verdict, safe))
		return already(m, "it is %s, which is final", verdict_name(tx->verdict));
	return accept(m);
}

/* --- acts ----------------------------------------------------------------------------------- */

/* What the verdict of the one envelope must be. */
static bool allows(const struct incident_tx *tx, enum tx_act act)
{
	enum fate fate = verdict_fate(tx->verdict);

	switch (act) {
	case ACT_MARK_DONE:
		return fate == FATE_CONFIRMED;
	case ACT_MARK_FAILED:
		return fate == FATE_FAILED;
	case ACT_MARK_CANCELLED:
		return fate == FATE_DEAD && tx->safe != SAFE_NO;
	case ACT_REBUILD:
		return (fate == FATE_DEAD || fate == FATE_FAILED) && tx->safe != SAFE_NO;
	case ACT_RESUBMIT:
	case ACT_CANCEL:
		return fate == FATE_LIVE;
	case ACT_DISMISS:
	case ACT_COUNT:
		break;
	}
	return false;
}

static bool marks(enum tx_act act)
{
	return act == ACT_MARK_DONE || act == ACT_MARK_FAILED || act == ACT_MARK_CANCELLED;
}

static bool find_act(struct matter *m, enum tx_act *act)
{
	if (!act_find(m->data.how, act) || *act == ACT_DISMISS)
		return wrong(m, "there is no act on a transaction \"%.40s\"", m->data.how);
	if (marks(*act) && !m->data.id)
		return wrong(m, "%s is about a row: it needs its id", m->data.how);
	if (!marks(*act) && !m->data.hash)
		return wrong(m, "%s is about an envelope: it needs its hash", m->data.how);
	return true;
}

/* The verdict on record allows it, and is the one that was shown. */
static bool check_act(struct matter *m, const struct incident_tx **out)
{
	enum verdict_kind verdict = VERDICT_UNKNOWN_NO_IDENTITY;
	enum safety safe = SAFE_NO;
	enum tx_act act = ACT_DISMISS;
	const struct incident_tx *tx;

	if (!check_name(m) || !find_act(m, &act) || !read_verdict(m, &verdict, &safe))
		return false;
	if (m->policy->hash_starts && marks(act))
		return refuse(m, "the hash of such a row only starts the payment: it is never marked");
	tx = *out = known(m);
	if (!tx || !tx->diagnosed)
		return refuse(m, "no verdict of it is on record: diagnose it first");
	if (tx->verdict != verdict || tx->safe != safe)
		return refuse(m, "its verdict is %s now, not %s: look again", verdict_name(tx->verdict),
			      verdict_name(verdict));
	if (!allows(tx, act))
		return refuse(m, "%s is not for a transaction that is %s", act_word(act),
			      verdict_name(verdict));
	if (safe == SAFE_CONFIRM && !has_reason(m))
		return refuse(m, "the verdict stands on an assumption: %s needs a reason",
			      act_word(act));
	return true;
}

/* Nothing is done twice by accident: what is open, or was interrupted, is settled first. A reason
 * says that somebody has looked. */
static bool is_settled(struct matter *m, const struct incident_tx *tx)
{
	const struct tx_deed *deed = tx_open_deed(tx);

	if (!deed)
		return true;
	if (!deed->interrupted && !is_gone(m, deed->origin))
		return refuse(m, "another act on it is under way: %s, by %s", deed->how, deed->by);
	if (has_reason(m))
		return true;
	return refuse(m, "the outcome of %s by %s is not known: look, and give a reason", deed->how,
		      deed->by);
}

bool decide_tx_ask(struct matter *m)
{
	const struct incident_tx *tx = NULL;

	if (!check_act(m, &tx) || !tx || !is_settled(m, tx))
		return false;
	if (strcmp(tx->asked_by, m->by) == 0 && strcmp(tx->asked_how, event_text(m->data.how)) == 0 &&
	    strcmp(tx->asked_digest, event_text(m->data.sha256)) == 0)
		return already(m, "a second person is asked");
	return accept(m);
}

/* Another one has asked for this very box. */
static bool has_second(struct matter *m, const struct incident_tx *tx)
{
	if (!m->order->two_person)
		return true;
	if (!tx->asked_by[0] || strcmp(tx->asked_how, event_text(m->data.how)) != 0)
		return refuse(m, "%s wants a second person: ask for it first", m->data.how);
	if (strcmp(tx->asked_by, m->by) == 0)
		return refuse(m, "%s waits for a second person: %s asked for it", m->data.how, m->by);
	if (strcmp(tx->asked_digest, event_text(m->data.sha256)) != 0)
		return refuse(m, "what would be done is not what %s asked for: look again",
			      tx->asked_by);
	return true;
}

bool decide_tx_act(struct matter *m)
{
	const struct incident_tx *tx = NULL;

	return check_act(m, &tx) && tx && is_settled(m, tx) && has_second(m, tx) && accept(m);
}

/* An outcome is a fact: it is recorded whatever has become of the transaction meanwhile. */
bool decide_tx_act_end(struct matter *m)
{
	const struct tx_deed *deed = incident_deed(m->incident, m->data.of);

	if (!deed && m->order->of_kind != EVENT_TX_ACT_STARTED) {
		err_set(m->err, ERR_NOT_FOUND, "no such act was begun in this incident");
		return false;
	}
	if (deed && deed->ended)
		return already(m, "it is known what came of it: %s", deed->outcome);
	return accept(m);
}

/* --- dismissals ----------------------------------------------------------------------------- */

bool decide_tx_dismiss(struct matter *m)
{
	const struct incident_tx *tx;

	if (!check_name(m))
		return false;
	tx = known(m);
	if (tx && tx->dismissed)
		return already(m, "it was dismissed, by %s", tx->dismissed_by);
	return accept(m);
}

bool decide_tx_restore(struct matter *m)
{
	const struct incident_tx *tx;

	if (!check_name(m))
		return false;
	tx = known(m);
	return tx && tx->dismissed ? accept(m) : already(m, "it is not dismissed");
}
