/*
 * console.h: the console itself on a terminal of the harness, watching a rig. The program is
 * $BINNACLE, which make sets, else build/rel/binnacle.
 */
#ifndef LIB_CONSOLE_H
#define LIB_CONSOLE_H

#include "tests/lib/rig.h"
#include "tests/lib/screen.h"

/* Waiting for something that must come: long, because a loaded machine under sanitizers is slow,
 * and never the thing that is tested. */
#define CONSOLE_PATIENCE ((msec)20000)

struct console_setup {
	const struct rig *rig;
	int rows, cols;
	const char *const *env;		/* besides the rig's; NULL at the end, or NULL */
	const char *const *args;	/* besides "-c CONFIG"; NULL at the end, or NULL */
	const char *awaits;		/* ready when this is shown; NULL: the names of all sources */
};

/* Started and ready; never NULL: a console that does not come up fails the test with its screen. */
struct screen *console_start(const struct console_setup *setup);

/* The command line that console_start() would run, for a shell to run: quoted by nobody, because
 * the paths of a rig need no quotes. */
void console_command(const struct console_setup *setup, struct buf *out);

const char *console_program(void);

/* Fail the running test with a sentence and what the screen shows. */
_Noreturn void console_fail(const struct screen *screen, const char *what);

/* Wait for the end, and check its code and that the terminal is as it was. */
void console_ended(struct screen *screen, int code);

/* Quit by keys from any of the numbered screens, check the end, and free the screen. */
void console_quit(struct screen *screen);

#endif
