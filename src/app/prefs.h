/*
 * prefs.h: from configuration, flags and environment to struct ui_prefs.
 */
#ifndef APP_PREFS_H
#define APP_PREFS_H

#include "app/settings.h"
#include "ui/prefs.h"

enum { PREFS_KEYS = 64 };

struct prefs_texts {			/* what struct ui_prefs borrows */
	struct key_override keys[PREFS_KEYS];
};

/* Sets the locale of the process as a side effect: it decides whether the screen is pure ASCII. */
void prefs_make(const struct context *context, const struct settings *settings,
		struct prefs_texts *texts, struct ui_prefs *out);

/* Offset and name of local time at this moment (they change with daylight saving). A TZ that names
 * no zone reads as UTC and is called so. */
void prefs_zone(struct ui_prefs *prefs, msec wall);

/* Is colour wanted on this stream? --color, NO_COLOR, TERM, and whether it is a terminal. */
bool prefs_colour(const struct context *context);

#endif
