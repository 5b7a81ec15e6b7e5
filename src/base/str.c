#include "base/str.h"

#include <string.h>
#include <strings.h>

struct str str_of(const char *text)
{
	return text ? (struct str){ text, strlen(text) } : (struct str){ "", 0 };
}

struct str str_sub(const char *bytes, size_t len)
{
	return (struct str){ bytes, len };
}

static bool same(const char *a, const char *b, size_t len)
{
	return len == 0 || memcmp(a, b, len) == 0;
}

bool str_eq(struct str a, const char *b)
{
	size_t len = strlen(b);
	return a.len == len && same(a.p, b, len);
}

bool str_starts(struct str s, const char *prefix)
{
	size_t len = strlen(prefix);
	return s.len >= len && same(s.p, prefix, len);
}

bool str_ends(struct str s, const char *suffix)
{
	size_t len = strlen(suffix);
	return s.len >= len && (len == 0 || same(s.p + s.len - len, suffix, len));
}

bool str_has(struct str s, const char *part)
{
	size_t len = strlen(part);
	return len == 0 || (s.len > 0 && memmem(s.p, s.len, part, len));
}

static char folded(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_folded(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (folded(a[i]) != folded(b[i]))
			return false;
	}
	return true;
}

bool str_has_nocase(struct str s, const char *part)
{
	size_t len = strlen(part);
	for (size_t i = 0; len <= s.len && i <= s.len - len; i++) {
		if (same_folded(s.p + i, part, len))
			return true;
	}
	return false;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	while (s.len > 0 && blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool str_cut(struct str *rest, char sep, struct str *part)
{
	if (rest->len == 0)
		return false;
	const char *at = memchr(rest->p, sep, rest->len);
	size_t len = at ? (size_t)(at - rest->p) : rest->len;
	size_t skip = at ? len + 1 : len;
	*part = str_sub(rest->p, len);
	*rest = str_sub(rest->p + skip, rest->len - skip);
	return true;
}

/* Step back from a cut at len until it does not split a UTF-8 sequence. */
static size_t whole(const char *p, size_t len)
{
	while (len > 0 && ((unsigned char)p[len] & 0xC0) == 0x80)
		len--;
	return len;
}

bool str_copy(char *dst, size_t size, struct str src)
{
	if (size == 0)
		return src.len == 0;
	bool fits = src.len < size;
	size_t len = fits ? src.len : whole(src.p, size - 1);
	if (len)
		memmove(dst, src.p, len);
	dst[len] = '\0';
	return fits;
}

bool str_put(char *dst, size_t size, const char *src)
{
	return str_copy(dst, size, str_of(src));
}

enum { WORD_MAX = 64 };	/* names to compare are short; a longer one is near to nothing */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool swapped(const char *a, const char *b, size_t i, size_t j)
{
	return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
}

size_t str_distance(const char *a, const char *b, size_t limit)
{
	size_t alen = strlen(a), blen = strlen(b);
	if (alen > WORD_MAX || blen > WORD_MAX)
		return strcmp(a, b) == 0 ? 0 : limit + 1;
	/* Three rows of the table of distances between prefixes: i-2, i-1 and i. */
	size_t rows[3][WORD_MAX + 1] = { { 0 } };
	for (size_t j = 0; j <= blen; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= alen; i++) {
		size_t *row = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= blen; j++) {
			size_t change = up[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = least(change, least(up[j], row[j - 1]) + 1);
			if (swapped(a, b, i, j))
				row[j] = least(row[j], up2[j - 2] + 1);
		}
	}
	return least(rows[alen % 3][blen], limit + 1);
}

const char *str_nearest(const char *word, const char *const *names, size_t count)
{
	size_t best = 3;
	const char *nearest = NULL;
	for (size_t i = 0; i < count; i++) {
		size_t distance = str_distance(word, names[i], 2);
		/* Two edits turn any two letters into any others: ask for something in common. */
		bool kin = distance < strlen(word) || distance < strlen(names[i]);
		if (kin && distance < best) {
			best = distance;
			nearest = names[i];
		}
	}
	return nearest;
}
