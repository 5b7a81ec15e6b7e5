#include "ui/text.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/scrub.h"
#include "base/utf8.h"

struct text text_of(struct str bytes)
{
	struct text text = { 0 };

	scrub_put(text.bytes, sizeof(text.bytes), bytes);
	text.len = str_of(text.bytes).len;
	return text;
}

struct text text_vfmt(const char *fmt, va_list args)
{
	struct buf buf = { 0 };
	struct text text;

	buf_vfmt(&buf, fmt, args);
	text = text_of(str_sub(buf.data, buf.len));
	buf_done(&buf);
	return text;
}

struct text text_fmt(const char *fmt, ...)
{
	struct text text;
	va_list args;

	va_start(args, fmt);
	text = text_vfmt(fmt, args);
	va_end(args);
	return text;
}

struct str text_str(const struct text *text)
{
	return str_sub(text->bytes, text->len);
}

size_t text_width(const struct text *text)
{
	return utf8_width(text_str(text));
}

struct text text_cut(const struct text *text, size_t cells)
{
	struct text cut = *text;

	if (cells == 0 || text_width(text) <= cells) {
		cut.len = cells == 0 ? 0 : cut.len;
	} else {
		cut.len = utf8_fit(text_str(text), cells - 1);
		cut.bytes[cut.len++] = '~';
	}
	cut.bytes[cut.len] = '\0';
	return cut;
}

/* Where to break `rest` so that the part fits: after the last blank, else where it is full. */
static size_t break_at(struct str rest, size_t cells)
{
	size_t fit = utf8_fit(rest, cells), blank = fit;

	if (fit == rest.len)
		return fit;
	if (fit == 0)
		return utf8_cluster(rest);
	while (blank > 0 && rest.p[blank] != ' ')
		blank--;
	return blank ? blank : fit;
}

bool text_wrap(struct str *rest, size_t cells, struct str *line)
{
	size_t len;

	*rest = str_trim(*rest);
	if (rest->len == 0)
		return false;
	len = break_at(*rest, cells);
	if (len == 0)
		len = rest->len;
	*line = str_sub(rest->p, len);
	*rest = str_sub(rest->p + len, rest->len - len);
	return true;
}
