/*
 * contracts.h: the contracts that sources and components name, given to those who follow them.
 */
#ifndef APP_CONTRACTS_H
#define APP_CONTRACTS_H

#include "app/settings.h"

/* Hang the contract of each stellar-rpc source and those of all components on it; only those that
 * are addresses of contracts, each once. */
void contracts_complete(struct settings *settings);

/* Say what is wrong with them, and with the rest of what a stellar-rpc source names. */
void contracts_check(struct settings *settings);

#endif
