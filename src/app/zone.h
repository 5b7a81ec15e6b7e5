/*
 * zone.h: the local time of one IANA zone ("Africa/Lagos"), as the zone files of this host have it.
 * glibc takes a name that it does not know silently as UTC, so that it is looked for here first.
 *
 * There is one zone for a process (TZ). Set it before anything else runs beside it: the environment
 * of a process is not for threads. UTC is what holds without it.
 */
#ifndef APP_ZONE_H
#define APP_ZONE_H

#include "base/err.h"
#include "base/when.h"

/* Is there a file for it? "UTC" is known on every host. */
bool zone_known(const char *name);
bool zone_use(const char *name, struct err *err);
/* Seconds east of UTC at a time, in the zone that is in use. For struct story_in; arg is unused. */
int zone_offset(void *arg, msec at);

#endif
