/*
 * Text of others as an address, and bytes written as one: only what an encoder writes is read, what
 * is written is read back, no seed passes, and no complaint repeats the text.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"
#include "stellar/strkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_text(struct str text)
{
	struct err err = { 0 };
	char again[STRKEY_TEXT];
	struct strkey key;

	if (strkey_read(text, &key, &err)) {
		assert(text.p[0] != 'S');
		strkey_write(again, key.kind, key.payload, key.len);
		assert(str_eq(text, again));
	} else {
		assert(err.text[0]);
		assert(text.len < 8 || !memmem(err.text, strlen(err.text), text.p, text.len));
	}
}

/* As the payload of every kind; one of a wrong length is written and refused. */
static void try_bytes(const uint8_t *data, size_t size)
{
	static const size_t least[] = {
#define X(sym, version, least, most, what) [STRKEY_##sym] = (least),
		STRKEY_KINDS(X)
#undef X
	};

	for (size_t i = 0; size <= STRKEY_PAYLOAD && i < ARRAY_LEN(least); i++) {
		char text[STRKEY_TEXT];
		struct strkey key;
		bool read;

		strkey_write(text, (enum strkey_kind)i, data, size);
		read = strkey_read(str_of(text), &key, NULL);
		assert(!read || (key.kind == i && key.len == size &&
				 memcmp(key.payload, data, size) == 0));
		if (i != STRKEY_SIGNED_PAYLOAD && i != STRKEY_BALANCE)
			assert(read == (size == least[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_text(str_sub((const char *)data, size));
	try_bytes(data, size);
	return 0;
}
