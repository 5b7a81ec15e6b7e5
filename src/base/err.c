#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/str.h"

/* Texts are made this much longer than they may be, so that only str_put() cuts: it splits no
 * character. */
enum { SLACK = 8 };

bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	if (!err)
		return false;
	char text[sizeof(err->text) + SLACK];	/* an argument may be err->text itself */
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	err->kind = kind;
	str_put(err->text, sizeof(err->text), text);
	return false;
}

bool err_add(struct err *err, const char *fmt, ...)
{
	if (!err)
		return false;
	char context[sizeof(err->text) + SLACK];
	va_list args;
	va_start(args, fmt);
	vsnprintf(context, sizeof(context), fmt, args);
	va_end(args);
	char text[sizeof(context) + 2 + sizeof(err->text)];
	snprintf(text, sizeof(text), "%s: %s", context, err->text);
	str_put(err->text, sizeof(err->text), text);
	return false;
}
