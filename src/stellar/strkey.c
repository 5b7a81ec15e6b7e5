#include "stellar/strkey.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"

enum { VERSION = 1, CRC = 2, RAW = VERSION + STRKEY_PAYLOAD + CRC, BITS = 5, KEY = 32 };

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const unsigned char seed_version = 0x90;

static const struct {
	unsigned char version;
	size_t least, most;
	const char *what;
} kinds[] = {
#define X(sym, version, least, most, what) [STRKEY_##sym] = { version, least, most, what },
	STRKEY_KINDS(X)
#undef X
};
_Static_assert(ARRAY_LEN(kinds) == STRKEY_KIND_COUNT, "every kind of strkey has its line");

/* CRC16-XModem: polynomial 0x1021, begins at 0, nothing reflected. */
static uint16_t crc16(const unsigned char *bytes, size_t len)
{
	uint32_t crc = 0;

	for (size_t i = 0; i < len; i++) {
		crc ^= (uint32_t)bytes[i] << 8;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
	}
	return (uint16_t)crc;
}

/* False for a character that is none, more bytes than fit, or a text that an encoder of whole
 * bytes does not write. */
static bool base32_read(struct str text, unsigned char out[RAW], size_t *len)
{
	uint32_t bits = 0;
	unsigned held = 0;

	*len = 0;
	for (size_t i = 0; i < text.len; i++) {
		const char *digit = text.p[i] ? strchr(digits, text.p[i]) : NULL;

		if (!digit || *len == RAW)
			return false;
		bits = (bits << BITS | (uint32_t)(digit - digits)) & 0xfff;
		held += BITS;
		if (held >= 8) {
			held -= 8;
			out[(*len)++] = (unsigned char)(bits >> held);
		}
	}
	return held < BITS && (bits & ((UINT32_C(1) << held) - 1)) == 0;
}

static void base32_write(char *out, const unsigned char *bytes, size_t len)
{
	uint32_t bits = 0;
	unsigned held = 0;

	for (size_t i = 0; i < len; i++) {
		bits = (bits << 8 | bytes[i]) & 0xfff;
		for (held += 8; held >= BITS; held -= BITS)
			*out++ = digits[bits >> (held - BITS) & 31];
	}
	if (held > 0)
		*out++ = digits[bits << (BITS - held) & 31];
	*out = '\0';
}

/* Bytes that a struct of variable length must hold: its length, and zeros up to a multiple of 4. */
static bool is_signed_payload(const unsigned char *payload, size_t len)
{
	size_t stated = (size_t)payload[KEY] << 24 | (size_t)payload[KEY + 1] << 16 |
			(size_t)payload[KEY + 2] << 8 | payload[KEY + 3];
	size_t from = KEY + 4;

	if (stated == 0 || stated > 64 || from + (stated + 3) / 4 * 4 != len)
		return false;
	for (size_t i = from + stated; i < len; i++)
		if (payload[i] != 0)
			return false;
	return true;
}

static bool is_sound(const struct strkey *key)
{
	if (key->len < kinds[key->kind].least || key->len > kinds[key->kind].most)
		return false;
	if (key->kind == STRKEY_SIGNED_PAYLOAD)
		return is_signed_payload(key->payload, key->len);
	return key->kind != STRKEY_BALANCE || key->payload[0] == 0;
}

static bool find_kind(unsigned char version, enum strkey_kind *out)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].version == version) {
			*out = (enum strkey_kind)i;
			return true;
		}
	return false;
}

bool strkey_read(struct str text, struct strkey *out, struct err *err)
{
	unsigned char raw[RAW];
	size_t len, body;
	uint16_t crc;

	memset(out, 0, sizeof(*out));
	/* Also one that is mistyped, and one that is cut. */
	if (str_starts(text, "S"))
		return err_set(err, ERR_REFUSED, "a secret seed: it is never needed here, take it out");
	if (!base32_read(text, raw, &len) || len < VERSION + CRC)
		return err_set(err, ERR_INPUT, "not a Stellar address: %zu characters that are no base32",
			       text.len);
	body = len - CRC;
	crc = (uint16_t)(raw[body] | raw[body + 1] << 8);
	if (crc != crc16(raw, body))
		return err_set(err, ERR_INPUT, "not a Stellar address: its check sum is wrong, a "
			       "character was mistyped or lost");
	assert(raw[0] != seed_version);		/* it begins with S, always */
	if (!find_kind(raw[0], &out->kind))
		return err_set(err, ERR_INPUT, "not a Stellar address: of no kind that is known");
	out->len = body - VERSION;
	memcpy(out->payload, raw + VERSION, out->len);
	if (!is_sound(out))
		return err_set(err, ERR_INPUT, "not a Stellar address: %zu bytes are no %s", out->len,
			       kinds[out->kind].what);
	return true;
}

bool strkey_read_as(struct str text, enum strkey_kind kind, struct strkey *out, struct err *err)
{
	if (!strkey_read(text, out, err))
		return false;
	if (out->kind != kind)
		return err_set(err, ERR_INPUT, "%s where %s is meant", kinds[out->kind].what,
			       kinds[kind].what);
	return true;
}

void strkey_write(char out[STRKEY_TEXT], enum strkey_kind kind, const unsigned char *payload,
		  size_t len)
{
	unsigned char raw[RAW];
	size_t body = VERSION + len;
	uint16_t crc;

	assert(len <= STRKEY_PAYLOAD);
	raw[0] = kinds[kind].version;
	memcpy(raw + VERSION, payload, len);
	crc = crc16(raw, body);
	raw[body] = (unsigned char)(crc & 0xff);
	raw[body + 1] = (unsigned char)(crc >> 8);
	base32_write(out, raw, body + CRC);
}
