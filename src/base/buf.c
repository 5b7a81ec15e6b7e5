#include "base/buf.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { BUF_MAX = 64 * 1024 * 1024 };

static size_t limit(const struct buf *buf)
{
	return buf->max ? buf->max : BUF_MAX;
}

/* Room for len more bytes and the NUL; false when invariant (2) forbids it. */
static bool reserve(struct buf *buf, size_t len)
{
	if (buf->full || len > limit(buf) - buf->len) {
		buf->full = true;
		return false;
	}
	buf->data = mem_grow(buf->data, &buf->cap, buf->len + len + 1, 1);
	return true;
}

void buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf){ .max = max };
}

void buf_done(struct buf *buf)
{
	mem_free(buf->data);
	*buf = (struct buf){ .max = buf->max };
}

void buf_clear(struct buf *buf)
{
	buf->full = false;
	buf_cut(buf, 0);
}

void buf_cut(struct buf *buf, size_t len)
{
	if (!buf->data || len > buf->len)
		return;
	buf->len = len;
	buf->data[len] = '\0';
}

bool buf_add(struct buf *buf, const void *bytes, size_t len)
{
	if (!reserve(buf, len))
		return false;
	if (len)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return true;
}

bool buf_text(struct buf *buf, const char *text)
{
	return buf_add(buf, text, strlen(text));
}

bool buf_char(struct buf *buf, char c)
{
	return buf_add(buf, &c, 1);
}

bool buf_fmt(struct buf *buf, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	bool ok = buf_vfmt(buf, fmt, args);
	va_end(args);
	return ok;
}

bool buf_vfmt(struct buf *buf, const char *fmt, va_list args)
{
	va_list again;
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, fmt, args);
	bool ok = len >= 0 && reserve(buf, (size_t)len);
	if (ok) {
		vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, again);
		buf->len += (size_t)len;
	}
	va_end(again);
	return ok;
}

const char *buf_cstr(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}

char *buf_take(struct buf *buf)
{
	char *text = buf->data ? buf->data : mem_text("");
	*buf = (struct buf){ .max = buf->max };
	return text;
}
