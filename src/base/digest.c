#include "base/digest.h"

#include <assert.h>
#include <limits.h>
#include <openssl/evp.h>

void digest_sha256(char out[DIGEST_HEX], struct str bytes)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	int ok = EVP_Digest(bytes.p ? bytes.p : "", bytes.len, sum, &len, EVP_sha256(), NULL);
	/* Fails only in a libcrypto without SHA-256, which could do no TLS either. */
	assert(ok == 1 && 2 * len + 1 == DIGEST_HEX);
	for (unsigned i = 0; i < len; i++) {
		out[2 * i] = hex[sum[i] >> 4];
		out[2 * i + 1] = hex[sum[i] & 15];
	}
	out[2 * len] = '\0';
}

size_t digest_base64(char *out, size_t size, struct str bytes)
{
	if (size > 0)
		out[0] = '\0';
	if (bytes.len > INT_MAX / 2 || (bytes.len + 2) / 3 * 4 + 1 > size)
		return 0;
	return (size_t)EVP_EncodeBlock((unsigned char *)out, (const unsigned char *)bytes.p,
				       (int)bytes.len);
}
