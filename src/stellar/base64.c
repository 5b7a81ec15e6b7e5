#include "stellar/base64.h"

#include <stdint.h>

enum { GROUP = 4, BITS = 6, NO_DIGIT = 64 };

static uint32_t digit_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (uint32_t)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (uint32_t)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0') + 52;
	return c == '+' ? 62 : c == '/' ? 63 : NO_DIGIT;
}

static size_t padding_of(struct str text)
{
	return str_ends(text, "==") ? 2 : str_ends(text, "=") ? 1 : 0;
}

/* One group of `digits` characters; false with *at moved to what is wrong in it. */
static bool read_group(struct str text, size_t *at, size_t digits, struct buf *out)
{
	uint32_t bits = 0;
	unsigned char bytes[GROUP - 1];

	for (size_t i = 0; i < digits; i++, (*at)++) {
		uint32_t digit = digit_of(text.p[*at]);

		if (digit == NO_DIGIT)
			return false;
		bits = bits << BITS | digit;
	}
	bits <<= BITS * (GROUP - digits);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(bits >> (16 - 8 * i));
	if (bits & ((UINT32_C(1) << (8 * (GROUP - digits))) - 1)) {
		(*at)--;
		return false;
	}
	return buf_add(out, bytes, digits - 1);
}

bool base64_read(struct str text, struct buf *out, struct err *err)
{
	size_t padding = padding_of(text), end = text.len - padding;

	if (text.len % GROUP != 0)
		return err_set(err, ERR_INPUT, "not base64: %zu characters, which is no multiple of 4",
			       text.len);
	for (size_t at = 0; at < end;) {
		size_t left = end - at;

		if (!read_group(text, &at, left < GROUP ? left : GROUP, out))
			return out->full ?
			       err_set(err, ERR_LIMIT, "base64 of more than %zu bytes", out->max) :
			       err_set(err, ERR_INPUT, "not base64: character %zu", at + 1);
	}
	return true;
}
