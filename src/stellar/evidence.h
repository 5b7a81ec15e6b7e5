/*
 * evidence.h: all that was observed of one transaction, from which a verdict follows. Neutral of
 * how it was asked for. Its JSON form is that of formats.md 7.8.
 */
#ifndef STELLAR_EVIDENCE_H
#define STELLAR_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "stellar/envelope.h"

enum { EVIDENCE_FINDS = 16, EVIDENCE_READS = 32, EVIDENCE_CONSUMERS = 16, EVIDENCE_COMPLETE = 16,
       SRC_TEXT = 64, CODE_TEXT = 48 };

struct life {				/* what the transaction itself says of when it may be applied */
	bool envelope;			/* false: only source and sequence are known */
	int64_t sequence;
	uint64_t min_time, max_time;	/* 0: no bound, here and below */
	uint32_t min_ledger, max_ledger;
	bool has_min_sequence;
	int64_t min_sequence;
	uint64_t min_sequence_age;
	uint32_t min_sequence_gap;
};

struct found {				/* a source has it in a ledger */
	char src[SRC_TEXT];
	int64_t ledger;
	bool ok;
	char code[CODE_TEXT];		/* XDR name, of a fee bump that of its inner transaction; "" */
	bool hash_ok;			/* the envelope that came with it hashes to what was asked */
};

struct account_read {			/* one atomic answer: the account at the end of ledger `at` */
	char src[SRC_TEXT];
	bool usable;			/* false: it did not say of which ledger it is */
	int64_t at;
	bool exists;
	int64_t sequence;
	int64_t b_ledger;		/* a ledger that closed at b_close; 0: none is known */
	int64_t b_close;		/* unix s; 0: not known */
	int64_t sequence_ledger, sequence_time;	/* when it was set; 0: not told */
};

struct consumer {			/* a transaction of this source with this sequence number */
	char src[SRC_TEXT];
	int64_t sequence;
	char hashes[2][TX_HASH_TEXT];	/* outer, inner; "" */
	int64_t ledger;
	bool ok;
	char code[CODE_TEXT];
};

struct complete {			/* an unfiltered source that had none of the hashes */
	char src[SRC_TEXT];
	int64_t tip_before;		/* known from an EARLIER answer than the NOT_FOUND */
	bool oldest_ok;			/* its window reaches back before the transaction was made */
};

struct tx_evidence {
	bool has_tx;
	struct life tx;
	char db_hash[TX_HASH_TEXT];	/* as the platform recorded it; "" */
	char hashes[2][TX_HASH_TEXT];	/* of the envelope: outer, inner; "" */
	struct found found[EVIDENCE_FINDS];
	struct account_read account[EVIDENCE_READS];	/* in the order in which they were read */
	struct consumer consumers[EVIDENCE_CONSUMERS];
	struct complete complete[EVIDENCE_COMPLETE];
	size_t found_count, account_count, consumer_count, complete_count;
	int64_t highwater;		/* the highest ledger ever seen of this network; 0 */
};

/* From the sequence and preconditions of an envelope. Its hashes are the caller's to set; hashes[]
 * are only ever those of an envelope (so that both are known), what somebody recorded or pasted is
 * db_hash: it may be either hash of a fee bump, of which the other one is not known then. */
void evidence_take_envelope(struct tx_evidence *evidence, const struct envelope *envelope);

/* Strict: an unknown member, a wrong type, a number out of range is refused with its place. What
 * does not fit (more finds than there is room for) is refused too. Every number may be written as
 * a number or as a text of digits. A min_seq_num of 0 is a bound, as on the ledger; a hash of 64
 * digits is taken in lower case. Written back, sequence numbers, times of bounds and the sequence
 * age are texts (64 bits), all others numbers. */
bool evidence_read(const json_t *json, struct tx_evidence *out, struct err *err);
void evidence_write(const struct tx_evidence *evidence, struct buf *out);	/* one JSON object */
json_t *tx_evidence_json(const struct tx_evidence *evidence);	/* the same; a new reference */

#endif
