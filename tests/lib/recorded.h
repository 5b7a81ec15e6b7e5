/*
 * recorded.h: answers recorded from the real systems, fed to a source under test. They lie in
 * $BINNACLE_SHARED/data/captures (default ../shared), where they are.
 */
#ifndef LIB_RECORDED_H
#define LIB_RECORDED_H

#include "tests/lib/desk.h"

const char *recorded_folder(void);
void recorded_or_skip(void);	/* skips the test aloud when there are none */

/* Feed FOLDER/NAME.raw to an ask, at the time that its head tells; false when there is none. */
bool recorded_feed(struct desk *desk, const char *folder, const char *name, size_t ask, msec took);

/* Judge; says what is wrong, without ending the test, so that a table is told whole. */
bool recorded_expect(struct desk *desk, const char *folder, enum state state, const char *word);

#endif
