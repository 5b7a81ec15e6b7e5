/*
 * tx_say.h: how a transaction reads: its verdict, what may be done about it, until when it is
 * valid, its money. The words are the same on every screen.
 */
#ifndef UI_TX_SAY_H
#define UI_TX_SAY_H

#include "core/caseload.h"
#include "ui/say.h"

enum { TX_WORDS = 32 };

/* "EXPIRED", "ASK 3/5", "not judged"; the role is that of its fate. */
enum role tx_say_verdict(const struct tx_case *is, char out[TX_WORDS]);
/* The one thing that may be done, in a word: "done" "failed" "cancel" "resend", with "?" where it
 * wants a reason; "wait" "no"; "" before there is a verdict. */
enum role tx_say_may(const struct tx_case *is, char out[TX_WORDS]);
/* May the row be cancelled, or the payment be built again, without more ado? */
bool tx_is_safe(const struct tx_case *is);
bool tx_is_live(const struct tx_case *is);
/* Why this is not done about it now; NULL: its box opens. */
const char *tx_act_refusal(const struct world *world, const struct tx_case *is, enum tx_act act);

void tx_say_age(double seconds, char out[TX_WORDS]);		/* "11m04" "2h03" "3d"; "-" */
/* "in 01:09", "passed 02:08", "<L61204380", "no limit", "not known". Of the operator's clock: no
 * evidence. */
void tx_say_until(const struct scene *scene, const struct tx_line *line, char out[TX_WORDS]);
void tx_say_sequence(const struct tx_line *line, char out[TX_WORDS]);	/* its end: "..001286" */
void tx_say_account(const char *account, char out[TX_WORDS]);		/* "GBX3..7QLA" */
void tx_say_money(const struct tx_line *line, struct buf *out);
/* When it can be decided: "in 01:09, once a ledger has closed after 02:15:16Z"; "" */
void tx_say_decidable(const struct scene *scene, const struct verdict *verdict, struct buf *out);
/* "3 EXPIRED, 2 STILL PENDING" of all that were judged. */
void tx_say_verdicts(const struct caseload *cases, struct buf *out);
/* Of `count` members: "2 envelopes", "1 envelope, others unread". */
void tx_say_members(const struct tx_case *is, size_t count, char out[SAY_TEXT]);
/* "1000+ open", "37 open", "not counted yet". */
void tx_say_total(const struct caseload *cases, char out[TX_WORDS]);
const char *tx_say_theorem(const char *row);	/* why a row of the decision table holds; "" */

#endif
