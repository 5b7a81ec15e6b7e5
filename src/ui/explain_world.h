/*
 * explain_world.h: the explanations of what the instruments show: rows of text, from facts that are
 * there. explain.h is the way to them.
 */
#ifndef UI_EXPLAIN_WORLD_H
#define UI_EXPLAIN_WORLD_H

#include "ui/screen.h"

void explain_source(const struct scene *scene, struct page *page, size_t index);
void explain_signal(const struct scene *scene, struct page *page, size_t index);
void explain_alert(const struct scene *scene, struct page *page, const struct alert *alert);
void explain_fired(const struct scene *scene, struct page *page,
		   const struct incident_alert *known);
void explain_trust(const struct scene *scene, struct page *page);	/* of the list of alerts */
void explain_tx(struct page *page, const struct tx_row *tx);
void explain_txs(const struct scene *scene, struct page *page);
void explain_change(const struct scene *scene, struct page *page, const struct change *change);

#endif
