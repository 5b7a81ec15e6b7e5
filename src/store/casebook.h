/*
 * casebook.h: what is known for good of transactions, beside all incidents: final verdicts,
 * dismissals, the highest ledger of each network. $STATE/transactions.jsonl, appended under a lock
 * and synced; read whole at start (a torn last line is passed over, and said).
 *
 * A final verdict is not asked for again; a dismissed row is out of the headline until the
 * dismissal is taken back. Nothing here is needed: without the file everything is asked again.
 */
#ifndef STORE_CASEBOOK_H
#define STORE_CASEBOOK_H

#include "base/err.h"
#include "core/tx_case.h"

struct casebook;

/* Makes the file; NULL with err. `said` is "" or what was wrong in it. */
struct casebook *casebook_open(const char *state_dir, char said[BECAUSE_TEXT], struct err *err);
void casebook_close(struct casebook *book);	/* takes NULL */
bool casebook_tick(struct casebook *book);	/* read what others appended; true: something new */

/* Only final ones are kept. False: not on the disk. */
bool casebook_judge(struct casebook *book, const char *network, const struct tx_mark *mark,
		    struct err *err);
/* reason NULL: the dismissal is taken back. */
bool casebook_dismiss(struct casebook *book, const char *id, const char *hash, const char *reason,
		      const char *by, msec now, struct err *err);
bool casebook_highwater(struct casebook *book, const char *network, int64_t ledger,
			struct err *err);

const struct tx_mark *casebook_verdict(const struct casebook *book, const char *network,
				       const char *hash);	/* NULL */
/* Of a row, by its hash or, without one, its id; NULL: not dismissed. */
const char *casebook_dismissed(const struct casebook *book, const char *id, const char *hash);
int64_t casebook_ledger(const struct casebook *book, const char *network);	/* 0 */

#endif
