/*
 * Hashes of an envelope: SHA-256 of the network, a tag, and the bytes before the signatures. The
 * type of the envelope in its first bytes is the tag itself. That of V0 (0) is not: it stands for
 * the type of the source's key in the V1 that is signed instead, and the tag of V1 goes before it.
 */
#include <assert.h>

#include "base/attr.h"
#include "base/digest.h"
#include "stellar/envelope.h"

static void hash_bytes(const char *passphrase, struct str tag, struct str bytes,
		       char out[TX_HASH_TEXT])
{
	unsigned char network[DIGEST_RAW];
	struct str name = str_of(passphrase);
	struct str parts[] = { { (const char *)network, sizeof(network) }, tag, bytes };

	digest_sha256_raw(network, &name, 1);
	digest_sha256_parts(out, parts, ARRAY_LEN(parts));
}

void envelope_hash(const struct envelope *envelope, struct str xdr, const char *passphrase,
		   char hash[TX_HASH_TEXT], char inner[TX_HASH_TEXT])
{
	static const char tag_v1[] = { 0, 0, 0, 2 };
	size_t from = envelope->inner_from, end = envelope->inner_end;

	assert(envelope->hashed_end <= xdr.len && from <= end && end <= xdr.len);
	hash_bytes(passphrase,
		   str_sub(tag_v1, envelope->type == ENVELOPE_V0 ? sizeof(tag_v1) : 0),
		   str_sub(xdr.p, envelope->hashed_end), hash);
	inner[0] = '\0';
	if (envelope->type == ENVELOPE_FEE_BUMP)
		hash_bytes(passphrase, str_of(""), str_sub(xdr.p + from, end - from), inner);
}
