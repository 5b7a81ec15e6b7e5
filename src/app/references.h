/*
 * references.h: what in the configuration must fit together: a name in one place that another place
 * must have, limits that contradict each other, one of two keys. Everything that is wrong is added
 * to the problems, at the place where it was written.
 */
#ifndef APP_REFERENCES_H
#define APP_REFERENCES_H

#include "app/settings.h"

/* After checks_complete(): limits are compared as they are in force. */
void references_check(struct settings *settings);

#endif
