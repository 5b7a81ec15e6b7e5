/*
 * capture.h: standard error while the screen is up. Libraries write there (libpq's notices, curl,
 * libc): their words go to the log instead of into the picture.
 */
#ifndef APP_CAPTURE_H
#define APP_CAPTURE_H

#include "io/loop.h"

bool capture_open(struct loop *loop, struct err *err);
void capture_close(void);	/* gives standard error back; safe to call twice */
void capture_rescue(void);	/* the same for a crash handler: async-signal-safe */

#endif
