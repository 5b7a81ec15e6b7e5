/*
 * paths.h: where this program keeps what it writes. Configuration is not among it: that is only
 * read, but for `config init`.
 */
#ifndef APP_PATHS_H
#define APP_PATHS_H

#include <stdbool.h>

#include "app/verbs.h"
#include "base/buf.h"
#include "base/err.h"

/* The state directory: BINNACLE_STATE_DIR, else $XDG_STATE_HOME/binnacle, else
 * ~/.local/state/binnacle. Made with mode 0700 when it is missing. */
bool paths_state(const struct context *context, struct buf *out, struct err *err);

/* Make a folder and all above it that are missing, with mode 0700. path is changed on the way and
 * is itself again after. */
bool paths_make(char *path, struct err *err);

#endif
