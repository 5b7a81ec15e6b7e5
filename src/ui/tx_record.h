/*
 * tx_record.h: what the incidents on the desk say of a transaction: what was done about it, what
 * came of that, and whether a second person is asked.
 */
#ifndef UI_TX_RECORD_H
#define UI_TX_RECORD_H

#include "ui/screen.h"

/* In the current incident, else in the first one that knows it; NULL. */
const struct incident_tx *tx_record(const struct world *world, const struct tx_ref *ref);
/* A part of the evidence view; nothing where nothing was done. */
void tx_record_build(const struct scene *scene, struct page *page, const struct tx_ref *ref);
/* "UNKNOWN OUTCOME of mark-done; " while an act has not come to an end that is known; "" */
void tx_record_say(const struct world *world, const struct tx_ref *ref, struct buf *out);
/* Who is asked to do this act too, or has asked for it; "" */
void tx_record_second(const struct world *world, const struct tx_ref *ref, enum tx_act act,
		      const char *digest, struct buf *out);

#endif
