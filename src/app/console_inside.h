/*
 * console_inside.h: what the files of the console share.
 */
#ifndef APP_CONSOLE_INSIDE_H
#define APP_CONSOLE_INSIDE_H

#include "app/console.h"
#include "app/handover.h"
#include "app/incidents.h"
#include "app/keeper.h"
#include "app/prefs.h"
#include "app/printout.h"
#include "app/session.h"
#include "app/tx_desk.h"
#include "ui/shell.h"

struct console {
	const struct context *context;
	struct keeper keeper;
	struct loop *loop;
	struct shell *shell;
	struct incidents *incidents;
	struct tx_desk *transactions;
	struct session *session;
	struct place place;
	struct surface surface;
	struct prefs_texts texts;
	struct ui_prefs prefs;
	uv_poll_t tty;
	struct loop_timer frame, second, escape;
	struct printout printout;
	struct handover handover;
	char title[TITLE_TEXT];
	bool asking;			/* the keeper was started */
	bool leaving;			/* what was typed after the q is not for us */
	int status;
};

/* console.c */
struct moment console_moment(struct console *console);
const struct world *console_world(const struct console *console);
/* The screen is left: a page is printed, or a command has the terminal. */
bool console_is_away(const struct console *console);
void console_end(struct console *console, int status);
void console_watch(struct console *console);
void console_take(struct console *console);	/* what was typed */

/* console_effects.c: what the shell asks for. */
void console_carry_out(struct console *console, const struct effect *effect);
/* A key stops the whole job (whom 0), a signal this process. */
void console_suspend(struct console *console, pid_t whom);
void console_leave(struct console *console);
void console_back(struct console *console);
void console_printed(void *console);
void console_copy(struct console *console, const char *text);

#endif
