/*
 * checks.h: the signals that always exist (formats.md 7.3), with the limits and queries that they
 * have when nothing else is configured.
 */
#ifndef APP_CHECKS_H
#define APP_CHECKS_H

#include "app/settings.h"

bool check_is_built_in(const char *name);

/* Put the built-in checks first, each under what was configured for it, and name the source of
 * every query that names none. */
void checks_complete(struct settings *settings);

#endif
