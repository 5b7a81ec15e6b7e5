/*
 * tx_box.h: the box in front of what is done about a transaction: the same box as that of a
 * runbook's command (box.h), filled from struct ready_act.
 */
#ifndef UI_TX_BOX_H
#define UI_TX_BOX_H

#include "ui/box.h"

bool tx_box_ready(const struct box *box, const struct scene *scene, struct ready *out);
void tx_box_build(const struct box *box, const struct scene *scene, const struct ready *ready,
		  struct page *page);

#endif
