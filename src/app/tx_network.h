/*
 * tx_network.h: the network that the platform's transactions belong to. Every hash depends on it.
 */
#ifndef APP_TX_NETWORK_H
#define APP_TX_NETWORK_H

#include "app/settings.h"

/* The passphrase: of `transactions.network`, else that of the first horizon or stellar-rpc source
 * that has one, else the public network's. settings NULL: the public network's. */
const char *tx_network(const struct settings *settings);

#endif
