/*
 * form_when.h: times as people type them, always UTC: "-5m", "02:10", "02:10:30Z", RFC 3339; for
 * what is to come also "15m". Pure.
 */
#ifndef UI_FORM_WHEN_H
#define UI_FORM_WHEN_H

#include "base/when.h"

/* What has happened: "-5m" or "5m" ago, the last time that it was 02:10, an instant. "" and
 * "unknown": WHEN_NEVER. False: it is none, or lies ahead. */
bool form_past(struct str text, msec now, msec *out, struct err *err);

/* What is to come: "15m" from now, the next time that it is 02:30, an instant. "" and "none":
 * WHEN_NEVER. */
bool form_ahead(struct str text, msec now, msec *out, struct err *err);

/* "@-5m text" or "@02:10 text": cut the time off *text. Without one *out is WHEN_NEVER. */
bool form_backdate(struct str *text, msec now, msec *out, struct err *err);

#endif
