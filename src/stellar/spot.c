#include "stellar/spot.h"

#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "stellar/strkey.h"

/* The shortest envelope that could be one: base64 of a V0 without memo and with one signature. */
enum { HASH_CHARS = 64, ENVELOPE_LEAST = 120, ACCOUNT_CHARS = 56,
       SPOT_BYTES = 1024 * 1024 };

struct finds {
	struct str envelope;
	char hash[TX_HASH_TEXT], account[ACCOUNT_TEXT];
	unsigned envelopes, hashes, accounts;	/* different ones */
	bool seed;
};

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What base64 is written with, in both alphabets: a URL may hold the envelope. */
static bool is_base64(char c)
{
	return is_word(c) || c == '+' || c == '/' || c == '=';
}

static bool is_hex(struct str word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!strchr("0123456789abcdefABCDEF", word.p[i]))
			return false;
	return true;
}

static void take_hash(struct finds *finds, struct str word)
{
	char hash[TX_HASH_TEXT];

	for (size_t i = 0; i < HASH_CHARS; i++)
		hash[i] = word.p[i] >= 'A' && word.p[i] <= 'F' ? (char)(word.p[i] + 32) : word.p[i];
	hash[HASH_CHARS] = '\0';
	if (finds->hashes > 0 && strcmp(finds->hash, hash) == 0)
		return;
	finds->hashes++;
	memcpy(finds->hash, hash, sizeof(hash));
}

static void take_account(struct finds *finds, const struct strkey *key)
{
	char text[STRKEY_TEXT];

	/* The key of a muxed account is that of its G. */
	strkey_write(text, STRKEY_ACCOUNT, key->payload, 32);
	if (finds->accounts > 0 && strcmp(finds->account, text) == 0)
		return;
	finds->accounts++;
	str_put(finds->account, sizeof(finds->account), text);
}

/* A word that looks like a seed is one, even when its sum is wrong: somebody mistyped a secret. */
static bool is_seed(struct str word)
{
	if (word.len != ACCOUNT_CHARS || word.p[0] != 'S')
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", word.p[i]))
			return false;
	return true;
}

static void take_word(struct finds *finds, struct str word)
{
	struct strkey key;

	if (is_seed(word))
		finds->seed = true;
	else if (word.len == HASH_CHARS && is_hex(word))
		take_hash(finds, word);
	else if (word.len >= ACCOUNT_CHARS && strkey_read(word, &key, NULL) &&
		 (key.kind == STRKEY_ACCOUNT || key.kind == STRKEY_MUXED))
		take_account(finds, &key);
}

/* Whatever is between two characters that cannot be in one. */
static void each_run(struct str text, bool (*is_part)(char c), struct finds *finds,
		     void (*take)(struct finds *finds, struct str run))
{
	for (size_t i = 0; i < text.len;) {
		size_t from = i;

		while (i < text.len && is_part(text.p[i]))
			i++;
		if (i > from)
			take(finds, str_sub(text.p + from, i - from));
		else
			i++;
	}
}

static void take_envelope(struct finds *finds, struct str run)
{
	struct envelope *envelope;

	/* "tx=AAAA...", as a form sends it, and a query of a URL. */
	while (run.len > 0 && run.p[0] != 'A') {
		const char *equals = memchr(run.p, '=', run.len);

		if (!equals)
			return;
		run = str_sub(equals + 1, run.len - (size_t)(equals + 1 - run.p));
	}
	if (run.len < ENVELOPE_LEAST)
		return;
	envelope = mem_new(sizeof(*envelope));
	if (envelope_read_base64(run, envelope, NULL)) {
		if (finds->envelopes == 0 || finds->envelope.len != run.len ||
		    memcmp(finds->envelope.p, run.p, run.len) != 0)
			finds->envelopes++;
		finds->envelope = run;
	}
	mem_free(envelope);
}

static enum spotted several(struct err *err, unsigned count, const char *what)
{
	err_set(err, ERR_INPUT, "holds %u %s: paste one of them", count, what);
	return SPOT_NOTHING;
}

/* What a URL wrote as %2B, %2F, %3D. */
static void put_plain(struct buf *out, struct str text)
{
	static const struct {
		const char *code;
		char c;
	} codes[] = { { "%2B", '+' }, { "%2F", '/' }, { "%3D", '=' } };

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		for (size_t k = 0; c == '%' && k < ARRAY_LEN(codes); k++) {
			struct str code = str_sub(text.p + i, text.len - i < 3 ? 0 : 3);

			if (code.len == 3 && str_has_nocase(code, codes[k].code)) {
				c = codes[k].c;
				i += 2;
			}
		}
		buf_char(out, c);
	}
}

/* An envelope alone, broken into lines: the same without blanks. False: it is something else. */
static bool put_joined(struct buf *out, struct str text)
{
	size_t parts = 1;

	text = str_trim(text);
	for (size_t i = 0; i < text.len; i++) {
		if (is_base64(text.p[i])) {
			buf_char(out, text.p[i]);
			continue;
		}
		if (!strchr(" \t\r\n", text.p[i]))
			return false;
		parts++;
	}
	return parts > 1;
}

static enum spotted answer(const struct finds *finds, char hash[TX_HASH_TEXT],
			   struct buf *envelope, char account[ACCOUNT_TEXT], struct err *err)
{
	if (finds->seed) {
		err_set(err, ERR_REFUSED, "holds what looks like a secret seed (S...): clear it from"
			" wherever it was copied, it is not needed here");
		return SPOT_NOTHING;
	}
	if (finds->envelopes > 1)
		return several(err, finds->envelopes, "envelopes");
	if (finds->envelopes == 1) {
		buf_add(envelope, finds->envelope.p, finds->envelope.len);
		return SPOT_ENVELOPE;
	}
	if (finds->hashes > 1)
		return several(err, finds->hashes, "hashes");
	if (finds->hashes == 1) {
		memcpy(hash, finds->hash, sizeof(finds->hash));
		return SPOT_HASH;
	}
	if (finds->accounts > 1)
		return several(err, finds->accounts, "accounts");
	if (finds->accounts == 1) {
		memcpy(account, finds->account, sizeof(finds->account));
		return SPOT_ACCOUNT;
	}
	err_set(err, ERR_INPUT, "holds no hash (64 hexadecimal digits), no envelope (base64) and no"
		" account (G...)");
	return SPOT_NOTHING;
}

enum spotted spot(struct str text, char hash[TX_HASH_TEXT], struct buf *envelope,
		  char account[ACCOUNT_TEXT], struct err *err)
{
	struct finds finds = { .seed = false };
	struct buf plain = { 0 }, joined = { 0 };
	enum spotted found;

	hash[0] = account[0] = '\0';
	put_plain(&plain, str_sub(text.p, text.len < SPOT_BYTES ? text.len : SPOT_BYTES));
	text = str_sub(buf_cstr(&plain), plain.len);
	each_run(text, is_base64, &finds, take_envelope);
	if (finds.envelopes == 0 && put_joined(&joined, text))
		take_envelope(&finds, str_sub(buf_cstr(&joined), joined.len));
	each_run(text, is_word, &finds, take_word);
	found = answer(&finds, hash, envelope, account, err);
	buf_done(&plain);
	buf_done(&joined);
	return found;
}
