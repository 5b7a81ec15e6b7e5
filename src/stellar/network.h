/*
 * network.h: which chain something belongs to. Only its passphrase says so: every hash is made with
 * it.
 */
#ifndef STELLAR_NETWORK_H
#define STELLAR_NETWORK_H

/* The passphrase of a network with a name (public, testnet, futurenet, standalone); any other text
 * is taken for a passphrase itself. */
const char *network_passphrase(const char *name);

#endif
