#include "stellar/wide.h"

#include <assert.h>

#include "base/attr.h"

static void negate(uint32_t words[WIDE_WORDS])
{
	uint64_t carry = 1;

	for (size_t i = WIDE_WORDS; i-- > 0; carry >>= 32) {
		carry += (uint32_t)~words[i];
		words[i] = (uint32_t)carry;
	}
}

/* Divide by ten to the ninth; the remainder. */
static uint32_t nine_digits(uint32_t words[WIDE_WORDS])
{
	const uint64_t billion = 1000000000;
	uint64_t rest = 0;

	for (size_t i = 0; i < WIDE_WORDS; i++) {
		rest = rest << 32 | words[i];
		words[i] = (uint32_t)(rest / billion);
		rest %= billion;
	}
	return (uint32_t)rest;
}

static bool is_zero(const uint32_t words[WIDE_WORDS])
{
	uint32_t all = 0;

	for (size_t i = 0; i < WIDE_WORDS; i++)
		all |= words[i];
	return all == 0;
}

void wide_put(struct buf *out, const uint32_t *words, size_t count, bool is_signed)
{
	uint32_t rest[WIDE_WORDS] = { 0 }, parts[WIDE_WORDS + 1];	/* 2^256 has 78 digits */
	bool negative = is_signed && words[0] >> 31;
	size_t used = 0;

	assert(count > 0 && count <= WIDE_WORDS);
	for (size_t i = 0; i < WIDE_WORDS; i++)
		rest[i] = i >= WIDE_WORDS - count ? words[i - (WIDE_WORDS - count)] :
			  negative ? UINT32_MAX : 0;
	if (negative)
		negate(rest);
	do {
		assert(used < ARRAY_LEN(parts));
		parts[used++] = nine_digits(rest);
	} while (!is_zero(rest));
	(void)buf_fmt(out, "%s%u", negative ? "-" : "", (unsigned)parts[--used]);
	while (used > 0)
		(void)buf_fmt(out, "%09u", (unsigned)parts[--used]);
}
