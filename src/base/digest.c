#include "base/digest.h"

#include <assert.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>

/* Of two parts, one after the other. Fails only in a libcrypto without the algorithm, which could
 * do no TLS either. */
static void digest(char *out, size_t size, const EVP_MD *md, struct str head, struct str bytes)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char sum[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned len = 0;
	bool ok = context && EVP_DigestInit_ex(context, md, NULL) == 1 &&
		  EVP_DigestUpdate(context, head.p, head.len) == 1 &&
		  EVP_DigestUpdate(context, bytes.p ? bytes.p : "", bytes.len) == 1 &&
		  EVP_DigestFinal_ex(context, sum, &len) == 1;

	assert(ok && 2 * len + 1 == size);
	EVP_MD_CTX_free(context);
	for (unsigned i = 0; i < len; i++) {
		out[2 * i] = hex[sum[i] >> 4];
		out[2 * i + 1] = hex[sum[i] & 15];
	}
	out[2 * len] = '\0';
}

void digest_sha256(char out[DIGEST_HEX], struct str bytes)
{
	digest(out, DIGEST_HEX, EVP_sha256(), str_of(""), bytes);
}

void digest_blob(char out[DIGEST_BLOB], struct str bytes)
{
	char head[32];
	int len = snprintf(head, sizeof(head), "blob %zu", bytes.len);

	/* The NUL at its end counts. */
	digest(out, DIGEST_BLOB, EVP_sha1(), str_sub(head, (size_t)len + 1), bytes);
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
