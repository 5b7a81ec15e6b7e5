/*
 * console_effects.c: what the shell asks for is done here. Nothing waits (console.c, (1)): what
 * takes time answers later, by what the shell is told.
 */
#include "app/console_inside.h"

#include <signal.h>
#include <unistd.h>

#include "app/clip.h"
#include "ui/term.h"

static void copied(void *arg, bool ok, const char *message)
{
	struct console *console = arg;

	(void)ok;	/* the message says it */
	shell_say(console->shell, "%s", message);
}

void console_copy(struct console *console, const char *text)
{
	clip_copy(console->loop, text, context_env(console->context, "TMUX") != NULL, copied, console);
}

void console_leave(struct console *console)
{
	uv_poll_stop(&console->tty);
	term_leave();
}

void console_back(struct console *console)
{
	term_return();
	console_watch(console);
}

/*
 * Stop to the shell. A key stops the whole job (whom 0), as Ctrl-Z does to any program, so that a
 * shell gets its terminal back from `make demo` too; a signal stops this process. It is SIGTSTP
 * with its usual effect and not SIGSTOP: the kernel ignores it where no shell could ever continue
 * us.
 */
void console_suspend(struct console *console, pid_t whom)
{
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	struct sigaction ours;
	bool printing = console_is_away(console);

	if (!printing)
		console_leave(console);
	sigaction(SIGTSTP, &usual, &ours);
	kill(whom, SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
	if (!printing)
		console_back(console);
}

void console_printed(void *arg)
{
	console_back(arg);
	console_take(arg);	/* typed behind the P, in the same breath */
}

/* False when there is no terminal that takes it: err says why. */
static bool start_printing(struct console *console, const struct buf *text, struct err *err)
{
	if (term_backlog() > 0)
		return err_set(err, ERR_IO, "not printed: the terminal takes nothing");
	return printout_start(&console->printout, console->loop, text, console_printed, console, err);
}

static void print(struct console *console)
{
	struct buf text = { 0 };
	struct err err = { 0 };

	shell_print(console->shell, console_world(console), term_size().cols, console_moment(console),
		    &text);
	console_leave(console);
	if (!start_printing(console, &text, &err)) {
		console_back(console);
		shell_say(console->shell, "%s", err.text);
	}
	buf_done(&text);
}

/* Over 60 lines: one arm for each effect, so that one which is forgotten does not compile. */
void console_carry_out(struct console *console, const struct effect *effect)
{
	switch (effect->kind) {
	case EFFECT_TX_PAGE:
	case EFFECT_DIAGNOSE:
	case EFFECT_STOP_BULK:
	case EFFECT_ACT:
		tx_desk_effect(console->transactions, effect);
		break;
	case EFFECT_NONE:
		break;
	case EFFECT_QUIT:
		console_end(console, EXIT_OK);
		break;
	case EFFECT_SUSPEND:
		console_suspend(console, 0);
		break;
	case EFFECT_REDRAW:
		term_redraw();
		break;
	case EFFECT_ASK_ALL:
		prober_ask_all(console->keeper.estate->prober);
		break;
	case EFFECT_COPY:
		console_copy(console, effect->text);
		break;
	case EFFECT_LINK:
		shell_say(console->shell, "%s", effect->text);
		break;
	case EFFECT_PRINT:
		print(console);
		break;
	case EFFECT_MOUSE:
		term_mouse(effect->on);
		break;
	case EFFECT_ORDER:
		incidents_submit(console->incidents, effect->text, &effect->order);
		break;
	case EFFECT_CHOOSE:
		incidents_choose(console->incidents, effect->text);
		break;
	case EFFECT_IN_MEMORY:
		incidents_in_memory(console->incidents);
		break;
	case EFFECT_EXPIRE:
		incidents_expire(console->incidents, effect->text,
				 event_text(effect->order.data.fingerprint));
		break;
	case EFFECT_TICKET:
		incidents_ticket(console->incidents, effect->text);
		break;
	case EFFECT_OUTING:
		incidents_outing(console->incidents, effect);
		break;
	case EFFECT_REHEARSE:	/* asked only while a rehearsal is on the desk */
		incidents_rehearse(console->incidents);
		break;
	case EFFECT_BEGIN:
	case EFFECT_EXECUTE:
	case EFFECT_ANSWERED:
	case EFFECT_ACCEPT:
	case EFFECT_VALUE:
	case EFFECT_INTERRUPT:
	case EFFECT_NEW_BOOK:
		incidents_walk(console->incidents, effect);
		break;
	}
}
