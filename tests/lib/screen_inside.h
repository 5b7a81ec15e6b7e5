/* screen_inside.h: what screen.c and screen_view.c share, and nobody else. */
#ifndef LIB_SCREEN_INSIDE_H
#define LIB_SCREEN_INSIDE_H

#include <vterm.h>

#include "tests/lib/screen.h"

enum { CHUNK = 64 * 1024, RAW_MAX = 64 * 1024 * 1024 };

struct screen {
	struct pty pty;
	VTerm *vt;
	VTermScreen *model;
	struct wire wire;
	struct buf raw;
	struct screen_counts counts;
	char chunk[CHUNK];
};

#endif
