#include "export/sheet_text.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

static bool in(char c, const char *set)
{
	return c && strchr(set, c);
}

/* Sets of bytes as tables: most bytes of an export are asked whether they are plain. */
static const bool html_signs[UCHAR_MAX + 1] = {
	['&'] = true, ['<'] = true, ['>'] = true, ['"'] = true, ['\''] = true,
};
static const bool line_signs[UCHAR_MAX + 1] = {
	['\n'] = true, ['<'] = true, ['>'] = true, ['&'] = true, ['\\'] = true, ['|'] = true,
	['*'] = true, ['_'] = true, ['`'] = true, ['['] = true, [']'] = true, ['~'] = true,
	['#'] = true,
};
static const bool prose_signs[UCHAR_MAX + 1] = {
	['<'] = true, ['&'] = true, ['\\'] = true, ['['] = true, [']'] = true, ['`'] = true,
	['~'] = true, ['|'] = true, ['#'] = true, ['='] = true, ['-'] = true,
};

/* The bytes up to the next one of the set; all of them when there is none. */
static size_t plain(struct str text, size_t from, const bool set[UCHAR_MAX + 1])
{
	size_t at = from;

	while (at < text.len && !set[(unsigned char)text.p[at]])
		at++;
	return at - from;
}

static const char *entity(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void sheet_html(struct buf *out, struct str text)
{
	for (size_t at = 0; at < text.len; at++) {
		size_t len = plain(text, at, html_signs);

		buf_add(out, text.p + at, len);
		at += len;
		if (at < text.len)
			buf_text(out, entity(text.p[at]));
	}
}

static bool word_at(struct str text, size_t at)
{
	return at < text.len && isalnum((unsigned char)text.p[at]);
}

/* Does this byte mean anything to Markdown here? An underscore within a word does not, and the sign
 * of a heading does only where a line begins. */
static bool means(struct str text, size_t at)
{
	bool first = at == 0 || text.p[at - 1] == '\n';

	switch (text.p[at]) {
	case '_': return first || !word_at(text, at - 1) || !word_at(text, at + 1);
	case '#': return first;
	default: return true;
	}
}

static void put_line_byte(struct buf *out, struct str text, size_t at)
{
	char c = text.p[at];

	if (c == '\n') {
		buf_text(out, "<br>");
	} else if (c == '<' || c == '>' || c == '&') {
		buf_text(out, entity(c));
	} else {
		if (means(text, at))
			buf_char(out, '\\');
		buf_char(out, c);
	}
}

void sheet_line(struct buf *out, struct str text)
{
	for (size_t at = 0; at < text.len; at++) {
		size_t len = plain(text, at, line_signs);

		buf_add(out, text.p + at, len);
		at += len;
		if (at < text.len)
			put_line_byte(out, text, at);
	}
}

/* "- ", "+ ", "1. ", "1) ", and the lines under a heading. */
void sheet_opening(struct buf *out, struct str text)
{
	size_t digits = 0;

	while (digits < text.len && isdigit((unsigned char)text.p[digits]))
		digits++;
	if (digits == text.len || !in(text.p[digits], digits > 0 ? ".)" : "+-=")) {
		sheet_line(out, text);
		return;
	}
	buf_add(out, text.p, digits);
	buf_char(out, '\\');
	sheet_line(out, str_sub(text.p + digits, text.len - digits));
}

/* A heading may stand in a list or a quotation, too: a sign after a blank may begin one. An
 * underline of equals signs makes one of the line before it, and so do dashes. */
static bool prose_means(struct str text, size_t at)
{
	bool first = at == 0 || text.p[at - 1] == '\n';

	switch (text.p[at]) {
	case '#': return first || in(text.p[at - 1], " \t>");
	case '=': return first || text.p[at - 1] == ' ';
	case '-': return at + 1 < text.len && text.p[at + 1] == '-';
	default: return true;
	}
}

void sheet_prose(struct buf *out, struct str text)
{
	for (size_t at = 0; at < text.len; at++) {
		size_t len = plain(text, at, prose_signs);
		char c;

		buf_add(out, text.p + at, len);
		at += len;
		if (at == text.len)
			break;
		c = text.p[at];
		if (c == '<' || c == '&') {
			buf_text(out, entity(c));
			continue;
		}
		if (prose_means(text, at))
			buf_char(out, '\\');
		buf_char(out, c);
	}
}

void sheet_prose_read(struct buf *out, struct str markdown)
{
	static const struct { const char *text; char c; } entities[] = {
		{ "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' },
	};

	for (size_t at = 0; at < markdown.len; at++) {
		struct str rest = str_sub(markdown.p + at, markdown.len - at);
		char c = rest.p[0];

		if (str_starts(rest, "\r\n"))
			continue;
		if (c == '\\' && rest.len > 1 && ispunct((unsigned char)rest.p[1])) {
			c = rest.p[1];
			at++;
		}
		for (size_t i = 0; rest.p[0] == '&' && i < sizeof(entities) / sizeof(*entities); i++) {
			if (!str_starts(rest, entities[i].text))
				continue;
			c = entities[i].c;
			at += strlen(entities[i].text) - 1;
			break;
		}
		buf_char(out, c);
	}
}

bool sheet_url(struct buf *out, const char *url)
{
	static const char safe[] = "-._~:/?#@!$&*+,;=%";
	struct str rest = str_of(url);
	size_t scheme = str_starts(rest, "https://") ? 8 : str_starts(rest, "http://") ? 7 : 0;

	if (scheme == 0 || scheme == rest.len || !isalnum((unsigned char)rest.p[scheme]))
		return false;
	for (size_t i = 0; i < rest.len; i++) {
		unsigned char c = (unsigned char)rest.p[i];

		if (isalnum(c) || in((char)c, safe))
			buf_char(out, (char)c);
		else
			buf_fmt(out, "%%%02X", c);
	}
	return true;
}

void sheet_quoted(struct buf *out, struct str text)
{
	buf_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '"' || c == '\\')
			buf_fmt(out, "\\%c", c);
		else if (c < 0x20)
			buf_fmt(out, "\\x%02x", c);
		else
			buf_char(out, (char)c);
	}
	buf_char(out, '"');
}
