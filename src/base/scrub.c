/*
 * One table decides what is harmless: the general category of a character. Format characters (Cf)
 * hold the bidi controls, the zero-width and tag characters and the language marks; what Unicode
 * calls "default ignorable" holds the invisible letters (Hangul fillers) and variation selectors.
 *
 * The two selectors that choose between text and picture (U+FE0E, U+FE0F) are dropped without a
 * trace: they are common in chat text, change no meaning, and change the width on some terminals
 * only. No other character disappears, save the fifth and later marks on one base.
 */
#include "base/scrub.h"

#include <string.h>
#include <unictype.h>

#include "base/utf8.h"

enum { MARKS = 4 };	/* what ncurses keeps in one cell besides the base (CCHARW_MAX) */

static bool hidden(uint32_t cp)
{
	const uint32_t categories = UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Cs |
		UC_CATEGORY_MASK_Co | UC_CATEGORY_MASK_Cn | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp;
	return uc_is_general_category_withtable(cp, categories) ||
	       uc_is_property_default_ignorable_code_point(cp);
}

static bool is_selector(uint32_t cp)
{
	return cp == 0xFE0E || cp == 0xFE0F;
}

/* Marks take no cell of their own, or join the cell before. */
static bool is_mark(uint32_t cp, struct str bytes)
{
	return uc_is_general_category_withtable(cp, UC_CATEGORY_MASK_M) || utf8_width(bytes) == 0;
}

/* The marks that follow the last base; none may stand alone, it would sit on a neighbour's text. */
struct marks {
	bool base;
	unsigned count;
};

static void put_char(struct buf *out, struct marks *marks, uint32_t cp, struct str bytes)
{
	bool unseen = hidden(cp), mark = !unseen && is_mark(cp, bytes);
	if (is_selector(cp) || (mark && marks->base && marks->count == MARKS))
		return;
	if (mark && marks->base) {
		marks->count++;
		buf_add(out, bytes.p, bytes.len);
		return;
	}
	*marks = (struct marks){ .base = true };
	if (cp == '\t')
		buf_char(out, ' ');
	else if (cp < ' ' || cp == 0x7F)
		buf_fmt(out, "^%c", (int)(cp ^ 0x40));
	else if (mark || unseen)
		buf_fmt(out, "<U+%04X>", (unsigned)cp);
	else
		buf_add(out, bytes.p, bytes.len);
}

static size_t plain_run(struct str s)
{
	size_t len = 0;
	while (len < s.len && s.p[len] >= ' ' && s.p[len] <= '~')
		len++;
	return len;
}

void scrub(struct buf *out, struct str bytes)
{
	struct marks marks = { 0 };
	for (size_t i = 0; i < bytes.len;) {
		struct str rest = str_sub(bytes.p + i, bytes.len - i);
		uint32_t cp;
		size_t len = plain_run(rest);
		if (len > 0) {
			buf_add(out, rest.p, len);
			marks = (struct marks){ .base = true };
		} else if ((len = utf8_next(rest, &cp)) > 0) {
			put_char(out, &marks, cp, str_sub(rest.p, len));
		} else {
			buf_fmt(out, "\\x%02X", (unsigned)(unsigned char)rest.p[0]);
			marks = (struct marks){ .base = true };
			len = 1;
		}
		i += len;
	}
}

bool scrub_put(char *dst, size_t size, struct str bytes)
{
	struct buf text = { 0 };
	scrub(&text, bytes);
	bool fits = str_put(dst, size, buf_cstr(&text));
	if (!fits && size >= 2) {
		str_put(dst, size - 1, buf_cstr(&text));
		str_put(dst + strlen(dst), 2, "~");
	}
	buf_done(&text);
	return fits;
}

bool scrub_clean(struct str text)
{
	if (plain_run(text) == text.len)
		return true;
	struct buf clean = { 0 };
	scrub(&clean, text);
	bool same = clean.len == text.len && memcmp(buf_cstr(&clean), text.p, text.len) == 0;
	buf_done(&clean);
	return same;
}
