/*
 * Bytes of others as the ledger entry of an account: whose it is can be asked for again, and
 * nothing can be left out. Also as base64, which an answer brings.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/digest.h"
#include "stellar/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 4096 };

static bool read_bytes(const uint8_t *data, size_t size, struct account_entry *out, struct err *err)
{
	char text[(MOST + 2) / 3 * 4 + 1];

	assert(size == 0 || digest_base64(text, sizeof(text), str_sub((const char *)data, size)));
	return entry_read_account_base64(size == 0 ? str_of("") : str_of(text), out, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct account_entry entry, less;
	struct err err = { 0 };
	char key[ENTRY_KEY_TEXT];

	if (size > MOST)
		return 0;
	if (!read_bytes(data, size, &entry, &err)) {
		assert(err.text[0] && !entry.account[0] && entry.sequence == 0);
		err = (struct err){ 0 };
		assert(entry_read_account_base64(str_sub((const char *)data, size), &entry, &err) ||
		       err.text[0]);
		return 0;
	}
	assert(entry_account_key(key, entry.account, NULL) && strlen(key) == 56);
	assert(entry.has_sequence_at || (entry.sequence_ledger == 0 && entry.sequence_time == 0));
	assert(!read_bytes(data, size - 4, &less, NULL));
	return 0;
}
