/*
 * markdown_text.c: the texts of a tree: harmless, without entities, with URLs that can be trusted
 * to lead where they say.
 */
#include <string.h>

#include "base/num.h"
#include "base/scrub.h"
#include "runbook/markdown_inside.h"

static bool is_plain(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] < ' ' || text.p[i] > '~')
			return false;
	return true;
}

const char *markdown_harmless(struct str text, bool lines, struct arena *arena)
{
	struct buf out = { 0 };
	struct str line;
	const char *kept;

	if (is_plain(text))
		return arena_text(arena, text.p, text.len);
	for (bool more = false; str_cut(&text, '\n', &line); more = true) {
		if (more)
			buf_char(&out, lines ? '\n' : ' ');
		if (str_ends(line, "\r"))
			line.len--;
		scrub(&out, line);
	}
	kept = arena_text(arena, buf_cstr(&out), out.len);
	buf_done(&out);
	return kept;
}

static void put_utf8(struct buf *out, uint32_t cp)
{
	if (cp < 0x80) {
		buf_char(out, (char)cp);
		return;
	}
	if (cp < 0x800) {
		buf_char(out, (char)(0xc0 | cp >> 6));
	} else {
		if (cp < 0x10000) {
			buf_char(out, (char)(0xe0 | cp >> 12));
		} else {
			buf_char(out, (char)(0xf0 | cp >> 18));
			buf_char(out, (char)(0x80 | (cp >> 12 & 0x3f)));
		}
		buf_char(out, (char)(0x80 | (cp >> 6 & 0x3f)));
	}
	buf_char(out, (char)(0x80 | (cp & 0x3f)));
}

/* "&#65;" or "&#x41;" */
static bool numeric(struct str text, uint32_t *cp)
{
	bool hex = text.len > 3 && (text.p[2] == 'x' || text.p[2] == 'X');

	*cp = 0;
	if (!str_starts(text, "&#") || text.len > 10)
		return false;
	for (size_t i = hex ? 3 : 2; i + 1 < text.len; i++) {
		const char *digits = "0123456789abcdef0123456789ABCDEF";
		const char *digit = text.p[i] ? strchr(digits, text.p[i]) : NULL;

		if (!digit)
			return false;
		*cp = *cp * (hex ? 16 : 10) + (uint32_t)((digit - digits) % 16);
	}
	return *cp > 0 && *cp <= 0x10ffff && (*cp < 0xd800 || *cp > 0xdfff);
}

void markdown_entity(struct buf *out, struct str text)
{
	static const struct { const char *name, *text; } known[] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" },
		{ "&apos;", "'" }, { "&nbsp;", " " }, { "&ndash;", "\xe2\x80\x93" },
		{ "&mdash;", "\xe2\x80\x94" }, { "&hellip;", "\xe2\x80\xa6" },
		{ "&rarr;", "\xe2\x86\x92" }, { "&le;", "\xe2\x89\xa4" },
		{ "&ge;", "\xe2\x89\xa5" }, { "&copy;", "\xc2\xa9" },
	};
	uint32_t cp;

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_eq(text, known[i].name)) {
			buf_text(out, known[i].text);
			return;
		}
	if (numeric(text, &cp))
		put_utf8(out, cp);
	else
		buf_add(out, text.p, text.len);
}

static bool is_scheme(struct str scheme, const char *name)
{
	return scheme.len == strlen(name) && str_has_nocase(scheme, name);
}

bool markdown_url_allowed(struct str url)
{
	size_t len = 0;

	if (url.len == 0 || str_starts(url, "//") || str_starts(url, "\\"))
		return false;
	while (len < url.len && (!url.p[len] || !strchr(":/?#", url.p[len])))
		len++;
	if (len == url.len || url.p[len] != ':')
		return true;
	return is_scheme(str_sub(url.p, len), "http") || is_scheme(str_sub(url.p, len), "https") ||
	       is_scheme(str_sub(url.p, len), "mailto");
}

static void put_plain(struct buf *out, const struct block *block)
{
	for (const struct run_of_text *run = block->runs; run; run = run->next) {
		if (run->kind == RUN_BREAK)
			buf_char(out, ' ');
		else if (run->kind != RUN_COMMENT)
			buf_text(out, run->text);
	}
	for (const struct block *child = block->first; child; child = child->next) {
		size_t before = out->len;

		put_plain(out, child);
		if (out->len > before && child->next)
			buf_char(out, ' ');
	}
}

const char *markdown_plain(const struct block *block, struct arena *arena)
{
	struct buf out = { 0 };
	struct str text;
	const char *kept;

	put_plain(&out, block);
	text = str_trim(str_sub(buf_cstr(&out), out.len));
	kept = arena_text(arena, text.p, text.len);
	buf_done(&out);
	return kept;
}

const char *markdown_anchor(const char *heading, struct arena *arena)
{
	struct str text = str_trim(str_of(heading));
	char *anchor = arena_text(arena, "", 0);
	size_t len = 0;

	if (text.len > 0)
		anchor = arena_text(arena, text.p, text.len);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
			      c == '_' || (unsigned char)c >= 0x80;

		if (c >= 'A' && c <= 'Z')
			anchor[len++] = (char)(c - 'A' + 'a');
		else if (letter || c == ' ')
			anchor[len++] = c == ' ' ? '-' : c;
	}
	anchor[len] = '\0';
	return anchor;
}
