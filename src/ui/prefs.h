/*
 * prefs.h: what the configuration, the command line and the environment say about the screen, as
 * app made it out. Plain data, borrowed texts that outlive the shell.
 */
#ifndef UI_PREFS_H
#define UI_PREFS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/when.h"

enum time_mode { TIMES_UTC, TIMES_LOCAL, TIMES_RELATIVE };

/* When the bell rings: names for `ui.bell`. */
#define BELLS(X) \
	X(DOWN, "down", "the whole turns bad or down") \
	X(ALERT, "alert", "an alert starts to fire") \
	X(UPDATE_DUE, "update_due", "an update of an incident falls due") \
	X(SEV1, "sev1", "a SEV1 is open that was none before")

enum {
#define X(sym, name, help) BELL_INDEX_##sym,
	BELLS(X)
#undef X
#define X(sym, name, help) BELL_##sym = 1 << BELL_INDEX_##sym,
	BELLS(X)
#undef X
};

struct key_override {		/* name of an action -> key names, or "none" */
	const char *action, *keys;
};

struct ui_prefs {
	const char *theme;		/* NULL: default */
	bool unicode_frame;		/* ascii otherwise */
	bool ascii;			/* no byte over 0x7e at all (locale or --ascii) */
	bool colour;			/* false: NO_COLOR, --color never */
	bool mouse;
	unsigned bell;			/* BELL_* */
	enum time_mode time;
	msec utc_offset;		/* of local time now; app keeps it current */
	char zone[16];			/* "CET" */
	bool root;			/* effective user is root: the header says so */
	const struct key_override *keys;
	size_t key_count;
};

#endif
