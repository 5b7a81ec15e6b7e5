/*
 * inquiry.h: what to ask about one transaction, in which order, and what each answer is evidence
 * of. Pure: whoever drives it (app/diagnoser.h) sends what inquiry_next() gives and hands the reply
 * to inquiry_take().
 *
 *  (1) The order makes it proof (facts/stellar.md 3.2): a quick look for the hashes (finding only);
 *      for each endpoint the tip, then the account with the ledger of its state (A >= B, else the
 *      close time is dropped); when the slot is used: the hashes once more, and who used it. From
 *      RPC a NOT_FOUND counts with the tip of an EARLIER answer, because of getTransaction's race.
 *  (2) The network is asked for once for each endpoint (struct inquiry_endpoint keeps it): another
 *      passphrase makes the endpoint unusable, with a sentence.
 *  (3) Horizon alone, RPC alone (getLedgerEntries, getTransaction, getTransactions around the
 *      ledger in which the sequence was set) and both together work.
 *  (4) Every answer is kept as a proof, bad ones too: nothing that was asked is hidden.
 *  (5) Every envelope that comes back is hashed again. Every consumer is compared with the payment.
 *  (6) It can be stopped between any two asks and go on later. What was found is kept; what could
 *      deny is read anew, in the order of one round: after a long pause between two answers by
 *      itself, and for a later look at one that was live by inquiry_again().
 *  (7) Pages are small: the consumer is looked for around the ledger in which the account's number
 *      was set, and by halving when it was used long ago; at most INQUIRY_PAGES pages.
 */
#ifndef BACKENDS_INQUIRY_H
#define BACKENDS_INQUIRY_H

#include "backends/reply.h"
#include "base/buf.h"
#include "core/tx_case.h"
#include "stellar/verdict.h"

enum { INQUIRY_ENDPOINTS = 12, INQUIRY_PAGES = 24, INQUIRY_PAGE = 20 };

enum endpoint_kind { ENDPOINT_HORIZON, ENDPOINT_RPC };

struct inquiry_endpoint {		/* the caller's; lives through many inquiries */
	enum endpoint_kind kind;
	char name[SRC_TEXT];		/* host:port, for evidence and people */
	bool network_known;
	char passphrase[96];		/* as it says itself */
	int64_t tip;			/* the highest ledger that it has told of */
	char unusable[VERDICT_TEXT];	/* why nothing of it counts; "" */
};

struct inquiry_setup {			/* borrowed for the inquiry's life */
	const char *passphrase;		/* of the configured network */
	struct inquiry_endpoint *endpoints;
	size_t endpoint_count;
	const struct tx_identity *identity;
	int64_t highwater;
	int64_t created_at;		/* unix s, by the database's clock; 0: not known */
};

struct inquiry;

struct inquiry_ask {
	size_t endpoint;
	const char *method;		/* "GET", "POST" */
	struct buf path, body;		/* body: JSON of RPC; empty for GET. The caller's: buf_done() */
	char what[128];			/* "GET /accounts/GABC..", "getTransaction 8f41..c902" */
	size_t max_body;
	unsigned step;			/* its own */
};

/* NULL with err when the identity cannot be asked about: no hash, no envelope, no sequence. */
struct inquiry *inquiry_new(const struct inquiry_setup *setup, struct err *err);
void inquiry_free(struct inquiry *inquiry);	/* takes NULL */

/* False: there is nothing more to ask, the verdict stands. The ask that was given last is repeated
 * while inquiry_take() did not come. */
bool inquiry_next(struct inquiry *inquiry, struct inquiry_ask *out);
/* Also of what did not answer. retry_after: WHEN_NEVER, or for how long this endpoint wants to be
 * left alone (429, 503); it is skipped then. */
void inquiry_take(struct inquiry *inquiry, const struct inquiry_ask *ask,
		  const struct reply *reply, msec *retry_after);

/* Begin another round: the network and what was found are kept, tip and account are read anew, and
 * the hashes only where the number turns out to be used, or nobody could answer before. */
void inquiry_again(struct inquiry *inquiry);

/* As far as it is known; judged again with each answer. */
const struct tx_evidence *inquiry_evidence(const struct inquiry *inquiry);
void inquiry_verdict(const struct inquiry *inquiry, struct verdict *out);
enum twin inquiry_consumer(const struct inquiry *inquiry);
const struct tx_proof *inquiry_proofs(const struct inquiry *inquiry, size_t *count);
/* Asked, of about how many: for progress. */
void inquiry_progress(const struct inquiry *inquiry, unsigned *asked, unsigned *of);

#endif
