/*
 * datum.h: one live value with what is known about it: the currency between backends, world,
 * checks and screens.
 */
#ifndef BASE_DATUM_H
#define BASE_DATUM_H

#include <stdbool.h>

#include "base/state.h"
#include "base/when.h"

enum datum_kind {
	DATUM_NONE,	/* not known */
	DATUM_NUMBER,
	DATUM_TEXT,
	DATUM_BOOL,
};

struct datum {
	enum datum_kind kind;
	enum state state;	/* of the thing that the value belongs to */
	double number;
	bool truth;
	char text[128];		/* scrubbed */
	char unit[16];
	msec age;		/* WHEN_NEVER when not known */
	bool old;		/* no answer for longer than is allowed: it may be otherwise by now */
};

#endif
