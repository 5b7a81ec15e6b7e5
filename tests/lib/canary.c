#include "tests/lib/canary.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/attr.h"

enum { PREFIX = 4, RANDOM = 18 };

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

void canaries_make(struct canaries *canaries, const char *const names[CANARIES], unsigned special)
{
	for (size_t i = 0; i < CANARIES; i++) {
		struct canary *canary = &canaries->all[i];
		unsigned char noise[RANDOM];
		char *at = canary->text;

		canary->name = names[i];
		if (getrandom(noise, sizeof(noise), 0) != (ssize_t)sizeof(noise))
			memset(noise, (int)(i + 1), sizeof(noise));
		memcpy(at, "cnry", PREFIX);
		for (size_t k = 0; k < RANDOM; k++)
			at[PREFIX + k] = plain[noise[k] % (sizeof(plain) - 1)];
		if (special & 1u << i)
			memcpy(at + PREFIX + RANDOM / 2, "%\"\\/", 4);
		at[PREFIX + RANDOM] = '\0';
	}
}

/* All of it, with `phase` bytes of something else before the text. */
static void base64(struct buf *out, const char *text, size_t phase, const char last[2])
{
	char bytes[64 + 4] = {0};
	size_t len = strlen(text);

	memset(bytes, 'x', phase);
	memcpy(bytes + phase, text, len);
	for (size_t i = 0; i < phase + len; i += 3) {
		uint32_t bits = (uint32_t)(unsigned char)bytes[i] << 16 |
				(uint32_t)(unsigned char)bytes[i + 1] << 8 |
				(uint32_t)(unsigned char)bytes[i + 2];

		for (unsigned shift = 24; shift > 0; shift -= 6) {
			unsigned six = bits >> (shift - 6) & 63;
			char c = six < 26 ? (char)('A' + six) : six < 52 ? (char)('a' + six - 26) :
				 six < 62 ? (char)('0' + six - 52) : last[six - 62];

			buf_add(out, &c, 1);
		}
	}
}

static void hex(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_fmt(out, "%02x", (unsigned)(unsigned char)*text);
}

static void url(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || strchr("-._~", *text))
			buf_add(out, text, 1);
		else
			buf_fmt(out, "%%%02X", (unsigned)(unsigned char)*text);
	}
}

static void json(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_text(out, "\\");
		buf_add(out, text, 1);
	}
}

static const char *const encodings[] = {
	"raw", "base64", "base64 +1", "base64 +2", "base64url", "base64url +1", "base64url +2", "hex",
	"URL", "JSON",
};

/* The part of a base64 text that depends on nothing but the secret: whole groups, without the first
 * when other bytes share it. */
static struct str sure_part(struct str text, size_t encoding)
{
	size_t phase = (encoding - 1) % 3, from = phase == 0 ? 0 : 4;
	size_t to = text.len - 4;

	return str_sub(text.p + from, to - from);
}

static void encode(struct buf *out, const char *text, size_t encoding)
{
	buf_clear(out);
	if (encoding == 0)
		buf_text(out, text);
	else if (encoding <= 3)
		base64(out, text, encoding - 1, "+/");
	else if (encoding <= 6)
		base64(out, text, encoding - 4, "-_");
	else if (encoding == 7)
		hex(out, text);
	else if (encoding == 8)
		url(out, text);
	else
		json(out, text);
}

void canary_echo(struct buf *out, const struct canary *canary)
{
	struct buf one = {0};

	for (size_t i = 0; i < ARRAY_LEN(encodings); i++) {
		encode(&one, canary->text, i);
		buf_fmt(out, " %s ", buf_cstr(&one));
	}
	buf_done(&one);
}

const struct canary *canaries_find(const struct canaries *canaries, struct str bytes,
				   const char **how)
{
	const struct canary *found = NULL;
	struct buf one = {0};

	for (size_t i = 0; i < CANARIES && !found; i++) {
		for (size_t k = 0; k < ARRAY_LEN(encodings) && !found; k++) {
			encode(&one, canaries->all[i].text, k);
			struct str part = str_sub(one.data, one.len);

			if (k >= 1 && k <= 6)
				part = sure_part(part, k);
			if (!memmem(bytes.p, bytes.len, part.p, part.len))
				continue;
			found = &canaries->all[i];
			*how = encodings[k];
		}
	}
	buf_done(&one);
	return found;
}
