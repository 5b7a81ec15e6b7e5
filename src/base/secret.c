/*
 * Secrets and how they are recognised in a text. A secret may be written raw or in one of a few
 * encodings. Where an encoding has many spellings (%2f, %2F or / for one byte) the text is decoded
 * while it is compared; base64 alone is encoded beforehand, once for each of the three places that
 * a byte can have in a group of three, without the characters that also depend on the neighbours.
 */
#include "base/secret.h"

#include <pthread.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/scrub.h"

enum { SHORTEST = 4, LABEL_DIGITS = 8 };

/* One written character: how many bytes of text it takes and what it stands for. */
struct unit {
	size_t used, len;
	unsigned char bytes[4];
};

typedef struct unit decoder(struct str text);	/* text is not empty; used 0: cannot be */

struct needle {
	char *bytes;
	size_t len;
	decoder *decode;
};

enum { NEEDLES = 9 };	/* five ways to write the bytes, three phases of base64, scrubbed */

struct secret {
	struct secret *next;
	char *bytes;
	size_t len;
	char label[sizeof("sha256:") + LABEL_DIGITS];
	struct needle needles[NEEDLES];
	size_t count;
	struct secret *password;	/* in it; NULL */
};

/* Sanctioned statics: the registry. hot: bytes with which some needle may begin. Answers
 * are redacted in workers, too. */
static struct secret *known;
static bool hot[256];
static pthread_mutex_t registry = PTHREAD_MUTEX_INITIALIZER;

static struct unit one(size_t used, int byte)
{
	return (struct unit){ .used = used, .len = 1, .bytes = { (unsigned char)byte } };
}

static struct unit as_is(struct str text)
{
	return one(1, (unsigned char)text.p[0]);
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The number that `count` hex digits write, -1 when they do not. */
static int hex_at(struct str text, size_t from, size_t count)
{
	int value = 0;
	if (text.len < from + count)
		return -1;
	for (size_t i = from; i < from + count; i++) {
		int digit = nibble(text.p[i]);
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static struct unit hex(struct str text)
{
	int byte = hex_at(text, 0, 2);
	return byte < 0 ? (struct unit){ 0 } : one(2, byte);
}

static struct unit url(struct str text)
{
	int byte = text.p[0] == '%' ? hex_at(text, 1, 2) : -1;
	return byte < 0 ? as_is(text) : one(3, byte);
}

/* As browsers write forms: a blank is a plus sign. */
static struct unit form(struct str text)
{
	return text.p[0] == '+' ? one(1, ' ') : url(text);
}

static struct unit utf8(size_t used, unsigned cp)
{
	if (cp < 0x80)
		return one(used, (int)cp);
	struct unit unit = { .used = used };
	if (cp < 0x800) {
		unit.bytes[unit.len++] = (unsigned char)(0xC0 | cp >> 6);
	} else if (cp < 0x10000) {
		unit.bytes[unit.len++] = (unsigned char)(0xE0 | cp >> 12);
		unit.bytes[unit.len++] = (unsigned char)(0x80 | (cp >> 6 & 0x3F));
	} else {
		unit.bytes[unit.len++] = (unsigned char)(0xF0 | cp >> 18);
		unit.bytes[unit.len++] = (unsigned char)(0x80 | (cp >> 12 & 0x3F));
		unit.bytes[unit.len++] = (unsigned char)(0x80 | (cp >> 6 & 0x3F));
	}
	unit.bytes[unit.len++] = (unsigned char)(0x80 | (cp & 0x3F));
	return unit;
}

static struct unit json_unicode(struct str text)
{
	int high = hex_at(text, 2, 4);
	if (high < 0)
		return as_is(text);
	if (high < 0xD800 || high > 0xDBFF || text.len < 12 || text.p[6] != '\\' || text.p[7] != 'u')
		return utf8(6, (unsigned)high);
	int low = hex_at(text, 8, 4);
	if (low < 0xDC00 || low > 0xDFFF)
		return utf8(6, (unsigned)high);
	return utf8(12, 0x10000U + ((unsigned)(high - 0xD800) << 10) + (unsigned)(low - 0xDC00));
}

static struct unit json(struct str text)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	if (text.p[0] != '\\' || text.len < 2)
		return as_is(text);
	if (text.p[1] == 'u')
		return json_unicode(text);
	const char *at = memchr(letters, text.p[1], sizeof(letters) - 1);
	return at ? one(2, meanings[at - letters]) : as_is(text);
}

/* Both alphabets of base64, also in a URL. */
static struct unit base64(struct str text)
{
	struct unit unit = url(text);
	if (unit.bytes[0] == '-')
		unit.bytes[0] = '+';
	else if (unit.bytes[0] == '_')
		unit.bytes[0] = '/';
	return unit;
}

static size_t match(const struct needle *needle, struct str text)
{
	size_t used = 0, done = 0;
	while (done < needle->len) {
		if (used == text.len)
			return 0;
		struct unit unit = needle->decode(str_sub(text.p + used, text.len - used));
		if (unit.used == 0 || unit.len > needle->len - done ||
		    memcmp(unit.bytes, needle->bytes + done, unit.len) != 0)
			return 0;
		used += unit.used;
		done += unit.len;
	}
	return used;
}

/* Bytes that may stand for something else than themselves; see the decoders. */
static bool special(char c)
{
	return c == '%' || c == '+' || c == '\\' || c == '-' || c == '_';
}

/* A quick no, which spares most needles the decoding: the first two bytes differ as they stand. */
static bool differs(const struct needle *needle, struct str text)
{
	if (needle->decode == hex || special(text.p[0]))
		return false;
	if (text.p[0] != needle->bytes[0])
		return true;
	return text.len > 1 && !special(text.p[1]) && text.p[1] != needle->bytes[1];
}

static size_t longest_at(struct str text)
{
	size_t longest = 0;
	for (const struct secret *secret = known; secret; secret = secret->next) {
		for (size_t i = 0; i < secret->count; i++) {
			const struct needle *needle = &secret->needles[i];
			size_t len = differs(needle, text) ? 0 : match(needle, text);
			longest = len > longest ? len : longest;
		}
	}
	return longest;
}

size_t secret_find(struct str text, size_t from, size_t *len)
{
	size_t at = from;

	pthread_mutex_lock(&registry);
	for (*len = 0; at < text.len; at++) {
		if (hot[(unsigned char)text.p[at]])
			*len = longest_at(str_sub(text.p + at, text.len - at));
		if (*len > 0)
			break;
	}
	pthread_mutex_unlock(&registry);
	return at;
}

/* The longest end of the text that is a beginning of these bytes, and not all of them. */
static size_t begun(struct str text, const char *bytes, size_t len)
{
	size_t most = text.len < len - 1 ? text.len : len - 1;

	for (size_t n = most; n >= SHORTEST; n--) {
		if (memcmp(text.p + text.len - n, bytes, n) == 0)
			return n;
	}
	return 0;
}

size_t secret_begun(struct str text)
{
	size_t longest = 0;

	pthread_mutex_lock(&registry);
	for (const struct secret *secret = known; secret; secret = secret->next) {
		size_t n = secret->len > SHORTEST && memchr(secret->bytes, '\n', secret->len) ?
			   begun(text, secret->bytes, secret->len) : 0;

		longest = n > longest ? n : longest;
	}
	pthread_mutex_unlock(&registry);
	return longest;
}

/* Every byte from which the decoder could make the needle's first one. */
static void heat(const struct needle *needle)
{
	for (int c = 0; c < 256; c++) {
		char text = (char)c;
		struct unit unit = needle->decode(str_sub(&text, 1));
		if (unit.used && unit.bytes[0] == (unsigned char)needle->bytes[0])
			hot[c] = true;
	}
	/* A lone byte cannot show what begins a longer form. */
	if (needle->decode == hex) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		size_t high = (unsigned char)needle->bytes[0] >> 4;
		hot[(unsigned char)digits[high]] = hot[(unsigned char)digits[high + 16]] = true;
	}
	hot['%'] = hot['\\'] = true;
}

static void add(struct secret *secret, decoder *decode, const char *bytes, size_t len)
{
	secret->needles[secret->count++] =
		(struct needle){ .bytes = mem_dup(bytes, len), .len = len, .decode = decode };
}

static void add_base64(struct secret *secret, size_t phase)
{
	static const size_t shared[] = { 0, 2, 3 };	/* characters that the bytes before decide, too */
	size_t len = phase + secret->len, size = (len + 2) / 3 * 4 + 1;
	char *bytes = mem_new(len), *text = mem_new(size);
	memcpy(bytes + phase, secret->bytes, secret->len);
	digest_base64(text, size, str_sub(bytes, len));
	add(secret, base64, text + shared[phase], len * 8 / 6 - shared[phase]);
	explicit_bzero(bytes, len);
	explicit_bzero(text, size);
	mem_free(bytes);
	mem_free(text);
}

static void add_scrubbed(struct secret *secret)
{
	struct buf text = { 0 };
	scrub(&text, str_sub(secret->bytes, secret->len));
	if (text.len >= SHORTEST && !scrub_clean(str_sub(secret->bytes, secret->len)))
		add(secret, as_is, buf_cstr(&text), text.len);
	if (text.data)
		explicit_bzero(text.data, text.cap);
	buf_done(&text);
}

static void enroll(struct secret *secret)
{
	static decoder *const spellings[] = { as_is, url, form, json, hex };
	for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
		add(secret, spellings[i], secret->bytes, secret->len);
	for (size_t phase = 0; phase < 3; phase++)
		add_base64(secret, phase);
	add_scrubbed(secret);
	pthread_mutex_lock(&registry);
	for (size_t i = 0; i < secret->count; i++)
		heat(&secret->needles[i]);
	secret->next = known;
	known = secret;
	pthread_mutex_unlock(&registry);
}

static void withdraw(const struct secret *secret)
{
	pthread_mutex_lock(&registry);
	memset(hot, 0, sizeof(hot));
	for (struct secret **at = &known; *at;) {
		if (*at == secret) {
			*at = secret->next;
			continue;
		}
		for (size_t i = 0; i < (*at)->count; i++)
			heat(&(*at)->needles[i]);
		at = &(*at)->next;
	}
	pthread_mutex_unlock(&registry);
}

struct secret *secret_new(struct str bytes)
{
	struct str password = redact_password(bytes);
	char sum[DIGEST_HEX];
	struct secret *secret = mem_new(sizeof(*secret));
	secret->bytes = mem_new(bytes.len + 1);
	secret->len = bytes.len;
	if (bytes.len)
		memcpy(secret->bytes, bytes.p, bytes.len);
	digest_sha256(sum, bytes);
	str_put(secret->label, sizeof("sha256:"), "sha256:");
	str_copy(secret->label + strlen("sha256:"), LABEL_DIGITS + 1, str_sub(sum, LABEL_DIGITS));
	if (bytes.len >= SHORTEST)
		enroll(secret);
	if (password.len >= SHORTEST && password.len < bytes.len)
		secret->password = secret_new(password);
	return secret;
}

void secret_free(struct secret *secret)
{
	if (!secret)
		return;
	withdraw(secret);
	secret_free(secret->password);
	for (size_t i = 0; i < secret->count; i++) {
		explicit_bzero(secret->needles[i].bytes, secret->needles[i].len);
		mem_free(secret->needles[i].bytes);
	}
	explicit_bzero(secret->bytes, secret->len);
	mem_free(secret->bytes);
	mem_free(secret);
}

const char *secret_reveal(const struct secret *secret)
{
	return secret ? secret->bytes : "";
}

const char *secret_label(const struct secret *secret)
{
	return secret ? secret->label : "";
}
