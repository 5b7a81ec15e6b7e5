/*
 * httpd_answer.h: the bytes of each way to answer, and what follows the last one. Private to httpd.
 */
#ifndef LIB_HTTPD_ANSWER_H
#define LIB_HTTPD_ANSWER_H

#include <stddef.h>

#include "base/buf.h"
#include "tests/lib/httpd.h"

enum after {
	AFTER_KEEP,		/* the connection waits for its next request */
	AFTER_CLOSE,
	AFTER_RESET,
	AFTER_SHUTDOWN,		/* end our direction, then hold */
	AFTER_HOLD,		/* nothing, for as long as the connection lives */
	AFTER_REFILL,		/* the same bytes again */
};

struct answer {
	struct buf out;		/* owned; grows once and is kept */
	size_t slow_from;	/* from this byte on, one byte per step; SIZE_MAX: never */
	enum after after;
};

void answer_make(struct answer *a, const struct httpd_rule *rule);

#endif
