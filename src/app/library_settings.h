/*
 * library_settings.h: the table of `runbooks`.
 */
#ifndef APP_LIBRARY_SETTINGS_H
#define APP_LIBRARY_SETTINGS_H

#include "config/setting.h"

struct runbook_settings {
	struct texts dirs;		/* empty: the two usual ones */
	bool instruct, two_person;
};

extern const struct setting runbooks_table[];

#endif
