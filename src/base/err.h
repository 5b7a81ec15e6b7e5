/*
 * err.h: why something failed, in one sentence.
 *
 * A function that can fail returns bool and takes `struct err *err` last; false means that err is
 * filled: one sentence, lower case, no full stop, naming the thing and the place. Callers add
 * context outwards with err_add(). Only app/ shows an err to the operator.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

#include "base/attr.h"

enum err_kind {
	ERR_NONE,
	ERR_INPUT,	/* bytes from outside are not what they should be */
	ERR_CONFIG,	/* the configuration is wrong */
	ERR_USAGE,	/* the command line is wrong */
	ERR_LIMIT,	/* more than we accept */
	ERR_NOT_FOUND,	/* the thing named does not exist */
	ERR_REFUSED,	/* a rule of ours forbids it */
	ERR_IO,		/* the system said no: file, socket, process */
};

struct err {
	enum err_kind kind;
	char text[512];	/* cut at the end when longer; always terminated */
};

/* Fill err and return false, so that `return err_set(...)` reads as what it is. err may be NULL. */
bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Put "context: " before the sentence and return false. */
bool err_add(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
