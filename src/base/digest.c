#include "base/digest.h"

#include <assert.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* Of all parts, one after the other; how many bytes it has. Fails only in a libcrypto without the
 * algorithm, which could do no TLS either. */
static unsigned digest(unsigned char sum[EVP_MAX_MD_SIZE], const EVP_MD *md,
		       const struct str *parts, size_t count)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned len = 0;
	bool ok = context && EVP_DigestInit_ex(context, md, NULL) == 1;

	for (size_t i = 0; i < count; i++)
		ok = ok && EVP_DigestUpdate(context, parts[i].p ? parts[i].p : "",
					    parts[i].len) == 1;
	ok = ok && EVP_DigestFinal_ex(context, sum, &len) == 1;
	assert(ok);
	EVP_MD_CTX_free(context);
	return len;
}

static void put_hex(char *out, size_t size, const unsigned char *sum, unsigned len)
{
	static const char hex[] = "0123456789abcdef";

	assert(2 * len + 1 == size);
	for (unsigned i = 0; i < len; i++) {
		out[2 * i] = hex[sum[i] >> 4];
		out[2 * i + 1] = hex[sum[i] & 15];
	}
	out[2 * len] = '\0';
}

static void digest_hex(char *out, size_t size, const EVP_MD *md, const struct str *parts,
		       size_t count)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len = digest(sum, md, parts, count);

	put_hex(out, size, sum, len);
}

void digest_sha256_raw(unsigned char out[DIGEST_RAW], const struct str *parts, size_t count)
{
	unsigned char sum[EVP_MAX_MD_SIZE];

	(void)digest(sum, EVP_sha256(), parts, count);
	memcpy(out, sum, DIGEST_RAW);
}

void digest_sha256_parts(char out[DIGEST_HEX], const struct str *parts, size_t count)
{
	digest_hex(out, DIGEST_HEX, EVP_sha256(), parts, count);
}

void digest_sha256(char out[DIGEST_HEX], struct str bytes)
{
	digest_hex(out, DIGEST_HEX, EVP_sha256(), &bytes, 1);
}

void digest_blob(char out[DIGEST_BLOB], struct str bytes)
{
	char head[32];
	int len = snprintf(head, sizeof(head), "blob %zu", bytes.len);

	/* The NUL at its end counts. */
	digest_hex(out, DIGEST_BLOB, EVP_sha1(),
		   (const struct str[]){ str_sub(head, (size_t)len + 1), bytes }, 2);
}

struct digest {
	EVP_MD_CTX *context;
};

struct digest *digest_begin(void)
{
	struct digest *new = mem_new(sizeof(*new));
	int ok;

	new->context = EVP_MD_CTX_new();
	ok = new->context && EVP_DigestInit_ex(new->context, EVP_sha256(), NULL) == 1;
	assert(ok);
	return new;
}

void digest_feed(struct digest *digest, struct str bytes)
{
	int ok = EVP_DigestUpdate(digest->context, bytes.p ? bytes.p : "", bytes.len);

	assert(ok == 1);
}

void digest_end(struct digest *digest, char out[DIGEST_HEX])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	int ok = EVP_DigestFinal_ex(digest->context, sum, &len);

	assert(ok == 1);
	if (out)
		put_hex(out, DIGEST_HEX, sum, len);
	EVP_MD_CTX_free(digest->context);
	mem_free(digest);
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
