/*
 * tx_find.h: which transaction a row of any screen is about, and where it is now.
 */
#ifndef UI_TX_FIND_H
#define UI_TX_FIND_H

#include "core/caseload.h"
#include "ui/screen.h"

struct item tx_item(const struct tx_line *line);
struct item tx_item_member(const struct tx_member *member);

/* The transaction of the row under the cursor: of the platform's, of a payment's group, of a line
 * of a log; else the one that the whole view is about. False: neither is about one. */
bool tx_ref_of(const struct scene *scene, struct item item, struct tx_ref *out);

/* Its case; false: it is not in the window any more, or nobody looks after transactions. */
bool tx_case_of(const struct world *world, const struct tx_ref *ref, struct tx_case *out);
/* The n-th line of the window with its case; what is not known of it is empty. */
void tx_case_at(const struct caseload *cases, size_t n, struct tx_case *out);
const struct tx_line *tx_line_of(const struct caseload *cases, struct item item);	/* NULL */

/* The first 64 hexadecimal digits that stand alone in a text. */
bool tx_find_hash(struct str text, char out[TX_HASH_TEXT]);

#endif
