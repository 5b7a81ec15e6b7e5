/*
 * tx_dismissed.h: the casebook's dismissals, for whoever counts the stuck ones
 * (backends/transactions.h).
 */
#ifndef APP_TX_DISMISSED_H
#define APP_TX_DISMISSED_H

#include "app/settings.h"
#include "store/casebook.h"

/* Borrowed until it is taken away by another one, or by NULL. */
void tx_dismissed_use(const struct settings *settings, struct casebook *casebook);

/* For a program that keeps no casebook for anything else: NULL when none is needed, or it cannot be
 * read, which is said in the log: all rows count then. */
struct casebook *tx_dismissed_open(const struct context *context,
				   const struct settings *settings);

#endif
