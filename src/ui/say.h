/*
 * say.h: how the facts of the world read on a screen: times, ages, values, states. The words here
 * are used by every screen, so that one thing reads the same everywhere.
 */
#ifndef UI_SAY_H
#define UI_SAY_H

#include "ui/screen.h"

enum { SAY_TEXT = 48 };

/* "02:13:40Z", "03:13:40" or "12m ago", as preferred; "-" for WHEN_NEVER. With the day in front
 * when it was not today. */
void say_time(const struct scene *scene, msec at, char out[SAY_TEXT]);
/* "02:13", shorter, for columns. */
void say_clock(const struct scene *scene, msec at, char out[SAY_TEXT]);
void say_age(const struct scene *scene, msec at, char out[SAY_TEXT]);	/* "12m", "-" */
/* "1842 s", "37", or "not known". */
void say_value(const struct signal *signal, char out[SAY_TEXT]);
/* "was 3 s; " of a signal that is not known any more, or "". */
void say_before(const struct signal *signal, char out[SAY_TEXT]);
/* "limit 300 s, bad 900 s", or "". */
void say_limit(const struct signal *signal, char out[SAY_TEXT]);
/* The one limit that matters now: "limit 300 s", or "". */
void say_near_limit(const struct signal *signal, char out[SAY_TEXT]);
/* "12400 USDC, 3 XLM" of what is stuck, or "". */
void say_at_risk(const struct tx_summary *tx, struct buf *out);

/* Is the figure too old to stand for now? What is down or bad is so by fresh evidence. */
bool say_source_old(const struct scene *scene, const struct source *source);
bool say_signal_old(const struct scene *scene, const struct signal *signal);

/* The word of a state, or ASK with its role. */
const char *say_source_word(const struct source *source, enum role *role);

/* Is the row something to look at? Not ok, and configured. */
bool say_source_wrong(const struct source *source);
bool say_signal_wrong(const struct signal *signal);

#endif
