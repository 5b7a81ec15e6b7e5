/*
 * Bytes of the ledger in the hands of outsiders, as base64, as a value: what is read can be written
 * again and gives the same text, what is not says why, and whatever a leaf says is harmless.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/digest.h"
#include "base/scrub.h"
#include "stellar/base64.h"
#include "stellar/scval.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_leaf(void *arg, const struct scval_leaf *leaf)
{
	size_t *leaves = arg;

	assert(leaf->type < SCVAL_TYPE_COUNT);
	assert(scrub_clean(str_of(leaf->text)));
	assert(scrub_clean(str_of(leaf->path)));
	++*leaves;
}

static void try_base64(struct str text)
{
	struct buf bytes = { 0 };
	struct err err = { 0 };
	char room[8192];

	if (text.len < sizeof(room) && base64_read(text, &bytes, &err)) {
		assert(digest_base64(room, sizeof(room), str_sub(buf_cstr(&bytes), bytes.len)) ==
		       text.len);
		assert(str_eq(text, room));
	}
	buf_done(&bytes);
}

static void try_value(struct str bytes)
{
	size_t leaves = 0, skipped;
	struct err err = { 0 };
	struct xdr xdr;
	bool ok;

	xdr_init(&xdr, bytes);
	scval_read(&xdr, expect_leaf, &leaves);
	skipped = xdr.at;
	ok = xdr_ok(&xdr);
	assert(xdr.at <= bytes.len && leaves <= bytes.len / 4);
	assert(ok || !xdr_end(&xdr, &err));
	xdr_init(&xdr, bytes);
	scval_read(&xdr, NULL, NULL);
	assert(xdr.at == skipped && xdr_ok(&xdr) == ok);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_sub((const char *)data, size);
	struct err err = { 0 };
	size_t leaves = 0;

	try_base64(bytes);
	try_value(bytes);
	if (!scval_read_base64(bytes, expect_leaf, &leaves, &err))
		assert(err.text[0]);
	return 0;
}
