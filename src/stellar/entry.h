/*
 * entry.h: an account's ledger entry as stellar-rpc gives it (LedgerEntryData), and the key by
 * which it is asked for.
 */
#ifndef STELLAR_ENTRY_H
#define STELLAR_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "stellar/envelope.h"

enum { ENTRY_KEY_TEXT = 60 };

struct account_entry {
	char account[ACCOUNT_TEXT];
	int64_t balance, sequence;
	bool has_sequence_at;		/* accounts untouched since protocol 19 do not say */
	uint32_t sequence_ledger;
	uint64_t sequence_time;		/* unix s */
};

/* Another kind of entry is an error. */
bool entry_read_account_base64(struct str text, struct account_entry *out, struct err *err);
/* LedgerKey of an account G... (or M...: its G), base64. */
bool entry_account_key(char out[ENTRY_KEY_TEXT], const char *account, struct err *err);

#endif
