/*
 * The redactor: marks what must not be seen, then copies the rest.
 *
 *  (1) Spans may overlap: what any rule covers is hidden.
 *  (2) A rule never reaches over a double quote that it did not see opened as part of a value, so
 *      that JSON that was redacted as a text is JSON still.
 *  (3) The time is linear in the text but for small bounded look-aheads, whatever the text.
 */
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"

enum {
	SEED_LEN = 56,
	JWT_HEADER = 1024,	/* a longer first part is no header of a token */
	AUTHORITY = 1024,	/* bytes of a URL in which a password is looked for */
	PEM_HEADER = 80,	/* the first line of a key, and the last */
};

/* What a shape hides: from and len, counted from the start of the text; len 0 is nothing. */
struct span {
	size_t from, len;
};

typedef struct span shape(struct str text, size_t at);

static bool base32(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
}

/* A run of exactly 56 base32 characters that begins with S. */
static struct span seed(struct str text, size_t at)
{
	size_t end = at;
	if (at > 0 && base32(text.p[at - 1]))
		return (struct span){ 0 };
	while (end < text.len && end - at <= SEED_LEN && base32(text.p[end]))
		end++;
	return (struct span){ at, end - at == SEED_LEN ? SEED_LEN : 0 };
}

static bool base64url(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

static size_t base64url_end(struct str text, size_t from, size_t most)
{
	size_t end = from;
	while (end < text.len && end - from < most && base64url(text.p[end]))
		end++;
	return end;
}

/* eyJ (base64 of {") . part . part, the last of which may be empty; five parts when encrypted. */
static struct span jwt(struct str text, size_t at)
{
	if (!str_starts(str_sub(text.p + at, text.len - at), "eyJ"))
		return (struct span){ 0 };
	size_t end = base64url_end(text, at, JWT_HEADER), dots = 0;
	while (end < text.len && text.p[end] == '.' && dots < 4) {
		size_t next = base64url_end(text, end + 1, text.len);
		if (next == end + 1 && dots == 0)
			break;
		end = next;
		dots++;
	}
	return (struct span){ at, dots >= 2 ? end - at : 0 };
}

static bool ends_url(char c)
{
	return (unsigned char)c <= ' ' || c == '"' || c == '<' || c == '>';
}

static bool ends_authority(char c)
{
	return c == '/' || c == '?' || c == '#';
}

/* Is what stands between a colon and the end of the authority a port number (or nothing)? */
static bool is_port(struct str text, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	}
	return true;
}

/*
 * ://user:PASSWORD@host. The password ends at the last @ of the authority. One with a slash in it,
 * which should have been escaped, ends at the last @ of the URL, unless a port explains the colon.
 */
static struct span url_password(struct str text, size_t at)
{
	if (!str_starts(str_sub(text.p + at, text.len - at), "://"))
		return (struct span){ 0 };
	size_t most = text.len - at > AUTHORITY ? at + AUTHORITY : text.len;
	size_t colon = 0, sign = 0, authority = 0, end = at + 3;
	for (; end < most && !ends_url(text.p[end]); end++) {
		if (!authority && ends_authority(text.p[end])) {
			if (sign || (colon && is_port(text, colon + 1, end)))
				break;
			authority = end;
		}
		if (!colon && !authority && text.p[end] == ':')
			colon = end;
		if (colon && text.p[end] == '@')
			sign = end;
	}
	return (struct span){ colon + 1, sign > colon ? sign - colon - 1 : 0 };
}

static size_t skip_blanks(struct str text, size_t i)
{
	while (i < text.len && (text.p[i] == ' ' || text.p[i] == '\t'))
		i++;
	return i;
}

/* A backslash takes the next character along, as in libpq and in JSON. */
static size_t value_end(struct str text, size_t from)
{
	bool quoted = from < text.len && text.p[from] == '\'';
	size_t i = from + quoted;
	while (i < text.len && text.p[i] != '"') {
		char c = text.p[i];
		bool last = i + 1 == text.len;
		if (quoted ? c == '\'' : (unsigned char)c <= ' ')
			return i + quoted;
		i += c == '\\' && !last ? 2 : 1;
	}
	return i;
}

/* password=VALUE as libpq reads it: blanks around the sign, a value in single quotes. */
static struct span dsn_password(struct str text, size_t at)
{
	static const char name[] = "password";
	if (text.len - at < sizeof(name) || strncasecmp(text.p + at, name, sizeof(name) - 1) != 0)
		return (struct span){ 0 };
	size_t sign = skip_blanks(text, at + sizeof(name) - 1);
	if (sign == text.len || text.p[sign] != '=')
		return (struct span){ 0 };
	size_t from = skip_blanks(text, sign + 1);
	return (struct span){ from, value_end(text, from) - from };
}

/* -----BEGIN ... PRIVATE KEY----- up to its end; to the end of the text where that is not there,
 * because what is cut off is a key all the same. */
static struct span private_key(struct str text, size_t at)
{
	static const char begin[] = "-----BEGIN ", end[] = "PRIVATE KEY-----";
	struct str rest = str_sub(text.p + at, text.len - at), header;
	const char *quote, *close;

	header = str_sub(rest.p, rest.len < PEM_HEADER ? rest.len : PEM_HEADER);
	if (!str_starts(rest, begin) || !str_has(header, end))
		return (struct span){ 0 };
	quote = memchr(rest.p, '"', rest.len);
	if (quote)
		rest.len = (size_t)(quote - rest.p);
	close = memmem(rest.p, rest.len, "-----END ", strlen("-----END "));
	if (close) {
		struct str tail = str_sub(close, rest.len - (size_t)(close - rest.p));
		const char *last = memmem(tail.p, tail.len < PEM_HEADER ? tail.len : PEM_HEADER, end,
					  strlen(end));

		if (last)
			rest.len = (size_t)(last - rest.p) + strlen(end);
	}
	return (struct span){ at, rest.len };
}

static struct span shape_at(struct str text, size_t at)
{
	switch (text.p[at]) {
	case '-': return private_key(text, at);
	case 'S': return seed(text, at);
	case 'e': return jwt(text, at);
	case ':': return url_password(text, at);
	case 'p':
	case 'P': return dsn_password(text, at);
	default: return (struct span){ 0 };
	}
}

/* A quote that is not closed, a blank, ends what is plain. */
struct str redact_password(struct str text)
{
	struct span span = { 0 };
	size_t end = 0;
	struct str value;

	for (size_t at = 0; at < text.len && span.len == 0; at++) {
		span = url_password(text, at);
		if (span.len == 0 && (text.p[at] == 'p' || text.p[at] == 'P'))
			span = dsn_password(text, at);
	}
	value = str_sub(text.p + span.from, span.len);
	if (str_starts(value, "'"))
		value = str_sub(value.p + 1, value.len - 1);
	while (end < value.len && (unsigned char)value.p[end] > ' ' && value.p[end] != '\'')
		end++;
	return str_sub(value.p, end);
}

/* A mask has one byte for each of the text's, 1 when it is hidden; it is NULL until one is. */
static char *hide(char *mask, struct str text, struct span span)
{
	if (span.len == 0)
		return mask;
	if (!mask)
		mask = mem_new(text.len);
	memset(mask + span.from, 1, span.len);
	return mask;
}

static char *mask_of(struct str text)
{
	char *mask = NULL;
	size_t len = 0;
	for (size_t at = 0; (at = secret_find(text, at, &len)) < text.len; at++)
		mask = hide(mask, text, (struct span){ at, len });
	for (size_t at = 0; at < text.len; at++) {
		/* Shapes within what is hidden already would only cost time (3). */
		if (!mask || !mask[at])
			mask = hide(mask, text, shape_at(text, at));
	}
	return mask;
}

void redact(struct buf *out, struct str text)
{
	char *mask = mask_of(text);
	if (!mask) {
		buf_add(out, text.p, text.len);
		return;
	}
	for (size_t at = 0; at < text.len;) {
		const char *change = memchr(mask + at, !mask[at], text.len - at);
		size_t end = change ? (size_t)(change - mask) : text.len;
		if (mask[at])
			buf_text(out, "[redacted]");
		else
			buf_add(out, text.p + at, end - at);
		at = end;
	}
	mem_free(mask);
}
