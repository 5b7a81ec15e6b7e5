/*
 * Widths come from glibc's wcwidth under C.UTF-8 and not from libunistring: ncurses asks wcwidth,
 * and of 144532 printable characters the two disagree about 77.
 */
#include "base/utf8.h"

#include <locale.h>
#include <threads.h>
#include <unigbrk.h>
#include <wchar.h>

/*
 * A sanctioned static: the locale that widths are asked in, made once and never given back, so that
 * a width does not depend on whether setlocale() has been called (in C, all but ASCII would be -1).
 */
static locale_t utf8_locale;
static once_flag utf8_locale_made = ONCE_FLAG_INIT;

static void make_locale(void)
{
	utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static bool continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* Length that the lead byte promises, with the smallest character that needs this many bytes. */
static size_t promised(unsigned char lead, uint32_t *smallest, uint32_t *bits)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t smallest;
	} forms[] = {
		{ 0x80, 0x00, 0 },
		{ 0xE0, 0xC0, 0x80 },
		{ 0xF0, 0xE0, 0x800 },
		{ 0xF8, 0xF0, 0x10000 },
	};
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if ((lead & forms[i].mask) == forms[i].lead) {
			*smallest = forms[i].smallest;
			*bits = lead & (unsigned char)~forms[i].mask;
			return i + 1;
		}
	}
	return 0;
}

size_t utf8_next(struct str s, uint32_t *cp)
{
	uint32_t smallest, value;
	if (s.len == 0)
		return 0;
	size_t len = promised((unsigned char)s.p[0], &smallest, &value);
	if (len == 0 || len > s.len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (!continuation(s.p[i]))
			return 0;
		value = value << 6 | ((unsigned char)s.p[i] & 0x3F);
	}
	if (value < smallest || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
		return 0;
	*cp = value;
	return len;
}

static bool ascii(char c)
{
	return c >= ' ' && c <= '~';
}

size_t utf8_cluster(struct str s)
{
	if (s.len == 0)
		return 0;
	if (s.len >= 2 && ascii(s.p[0]) && ascii(s.p[1]))
		return 1;
	const uint8_t *start = (const uint8_t *)s.p;
	return (size_t)(u8_grapheme_next(start, start + s.len) - start);
}

static size_t cells_of(struct str s)
{
	size_t cells = 0;
	uint32_t cp;
	call_once(&utf8_locale_made, make_locale);
	locale_t before = utf8_locale ? uselocale(utf8_locale) : (locale_t)0;
	for (size_t i = 0; i < s.len;) {
		size_t len = utf8_next(str_sub(s.p + i, s.len - i), &cp);
		int width = len > 0 ? wcwidth((wchar_t)cp) : -1;
		cells += width < 0 ? 1 : (size_t)width;
		i += len > 0 ? len : 1;
	}
	if (before)
		uselocale(before);
	return cells;
}

size_t utf8_width(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!ascii(s.p[i]))
			return i + cells_of(str_sub(s.p + i, s.len - i));
	}
	return s.len;
}

size_t utf8_fit(struct str s, size_t cells)
{
	size_t used = 0;
	while (used < s.len) {
		struct str rest = str_sub(s.p + used, s.len - used);
		size_t len = utf8_cluster(rest);
		size_t width = utf8_width(str_sub(rest.p, len));
		if (width > cells)
			break;
		cells -= width;
		used += len;
	}
	return used;
}
