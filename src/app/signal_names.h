/*
 * signal_names.h: every signal has one teller. Whatever else in the configuration makes a signal of
 * the same name would be read and never shown: that is a problem, at the place where it stands.
 */
#ifndef APP_SIGNAL_NAMES_H
#define APP_SIGNAL_NAMES_H

#include "app/settings.h"

/* After everything is complete. More signals than can be watched are a problem too. */
void signal_names_check(struct settings *settings);

#endif
