/*
 * tx_now.h: transactions on Now: how many, how much money, what may be touched, and what to press.
 */
#ifndef UI_TX_NOW_H
#define UI_TX_NOW_H

#include "ui/screen.h"

/* Rows of NEXT: what is stuck and not judged; what is judged and may be touched. */
void tx_now_next(const struct scene *scene, struct page *page);
/* The part TRANSACTIONS; nothing where none are configured. */
void tx_now_build(const struct scene *scene, struct page *page);

#endif
