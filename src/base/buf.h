/*
 * buf.h: a growing byte string, how every text is built.
 *
 *  (1) data is terminated by a NUL that len does not count. It is NULL as long as nothing was
 *      added: buf_cstr() gives "" then.
 *  (2) a buf never grows over max bytes (0: 64 MiB). An addition that does not fit is dropped
 *      whole, so is everything after it, and `full` stays set until buf_clear(): check it where a
 *      cut text would be a lie.
 *
 * A zeroed struct buf is a valid empty one. The caller owns it: buf_done() gives its memory back.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct buf {
	char *data;
	size_t len, cap, max;
	bool full;
};

void buf_init(struct buf *buf, size_t max);
void buf_done(struct buf *buf);
void buf_clear(struct buf *buf);
void buf_cut(struct buf *buf, size_t len);	/* shorten to len bytes */

bool buf_add(struct buf *buf, const void *bytes, size_t len);	/* false: did not fit */
bool buf_text(struct buf *buf, const char *text);
bool buf_char(struct buf *buf, char c);
bool buf_fmt(struct buf *buf, const char *fmt, ...) PRINTF_LIKE(2, 3);
bool buf_vfmt(struct buf *buf, const char *fmt, va_list args);

const char *buf_cstr(const struct buf *buf);	/* borrowed, never NULL */
char *buf_take(struct buf *buf);		/* the caller owns the text; buf is empty after */

#endif
