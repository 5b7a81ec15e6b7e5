/*
 * console.c: one handler for each thing that can happen. Keys are read, taken to the shell and
 * their effect is carried out; answers mark the estate; before the loop sleeps the estate is
 * settled and, when the shell says that a frame is due and the terminal can take one, painted.
 *
 *  (1) Nothing here waits: not for the terminal (term.h), not for a source (prober.h), not at the
 *      end (the program leaves by _exit once the terminal is given back).
 *  (2) The first frame is painted before anything is asked.
 */
#include "app/console.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "app/capture.h"
#include "app/clip.h"
#include "app/crash.h"
#include "app/fail.h"
#include "app/handover.h"
#include "app/incidents.h"
#include "app/keeper.h"
#include "app/logfile.h"
#include "app/paths.h"
#include "app/prefs.h"
#include "app/printout.h"
#include "app/session.h"
#include "base/log.h"
#include "base/mem.h"
#include "ui/shell.h"
#include "ui/term.h"

struct console {
	const struct context *context;
	struct keeper keeper;
	struct loop *loop;
	struct shell *shell;
	struct incidents *incidents;
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

static struct moment moment(struct console *console)
{
	struct now now = loop_now(console->loop);

	return (struct moment){ now.wall, now.steady };
}

static const struct world *world_of(const struct console *console)
{
	return console->keeper.estate->world;
}

/* The screen is left: a page is printed, or a command has the terminal. */
static bool is_away(const struct console *console)
{
	return console->printout.open || console->handover.open;
}

static void quit(struct console *console, int status)
{
	console->status = status;
	console->leaving = true;
	loop_stop(console->loop);
}

static void watch_terminal(struct console *console);
static void take_events(struct console *console);

static void copied(void *arg, bool ok, const char *message)
{
	struct console *console = arg;

	(void)ok;	/* the message says it */
	shell_say(console->shell, "%s", message);
}

static void leave(struct console *console)
{
	uv_poll_stop(&console->tty);
	term_leave();
}

static void come_back(struct console *console)
{
	term_return();
	watch_terminal(console);
}

/*
 * Stop to the shell. A key stops the whole job (whom 0), as Ctrl-Z does to any program, so that a
 * shell gets its terminal back from `make demo` too; a signal stops this process. It is SIGTSTP
 * with its usual effect and not SIGSTOP: the kernel ignores it where no shell could ever continue
 * us.
 */
static void suspend(struct console *console, pid_t whom)
{
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	struct sigaction ours;
	bool printing = is_away(console);

	if (!printing)
		leave(console);
	sigaction(SIGTSTP, &usual, &ours);
	kill(whom, SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
	if (!printing)
		come_back(console);
}

static void printed(void *arg)
{
	come_back(arg);
	take_events(arg);	/* typed behind the P, in the same breath */
}

/* --- a command that wants the terminal --- */

static void on_task_output(void *arg, struct str bytes)
{
	struct console *console = arg;

	handover_output(&console->handover, bytes);
}

static void on_task_over(void *arg)
{
	handover_stop(&((struct console *)arg)->handover);
}

/* In the round in which it was started: it has written nothing yet. */
static void lend_terminal(struct console *console)
{
	struct task *task = is_away(console) || console->leaving ? NULL :
			    incidents_wants_terminal(console->incidents);
	struct err err = { 0 };

	if (!task)
		return;
	leave(console);
	if (handover_start(&console->handover, console->loop, task, printed, console, &err))
		return;
	come_back(console);
	shell_say(console->shell, "%s", err.text);
	incidents_interrupt(console->incidents);
}

/* False when there is no terminal that takes it: err says why. */
static bool start_printing(struct console *console, const struct buf *text, struct err *err)
{
	if (term_backlog() > 0)
		return err_set(err, ERR_IO, "not printed: the terminal takes nothing");
	return printout_start(&console->printout, console->loop, text, printed, console, err);
}

static void print(struct console *console)
{
	struct buf text = { 0 };
	struct err err = { 0 };

	shell_print(console->shell, world_of(console), term_size().cols, moment(console), &text);
	leave(console);
	if (!start_printing(console, &text, &err)) {
		come_back(console);
		shell_say(console->shell, "%s", err.text);
	}
	buf_done(&text);
}

static void carry_out(struct console *console, const struct effect *effect)
{
	switch (effect->kind) {
	case EFFECT_TX_PAGE: case EFFECT_DIAGNOSE: case EFFECT_STOP_BULK: case EFFECT_ACT:
	case EFFECT_NONE:
		break;
	case EFFECT_QUIT:
		quit(console, EXIT_OK);
		break;
	case EFFECT_SUSPEND:
		suspend(console, 0);
		break;
	case EFFECT_REDRAW:
		term_redraw();
		break;
	case EFFECT_ASK_ALL:
		prober_ask_all(console->keeper.estate->prober);
		break;
	case EFFECT_COPY:
		clip_copy(console->loop, effect->text, context_env(console->context, "TMUX") != NULL,
			  copied, console);
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

/* A page that is being printed has the keyboard, and what follows a q is not for us. */
static bool takes_keys(const struct console *console)
{
	return !is_away(console) && !console->leaving;
}

/* For the next start: it may be a minute away, after a kill. */
static void keep_place(struct console *console)
{
	shell_place(console->shell, world_of(console), &console->place);
	session_put(console->session, &console->place);
}

static void take_events(struct console *console)
{
	struct moment now = moment(console);
	struct input event;
	msec wait;

	while (takes_keys(console) && term_next(&event, now.steady)) {
		struct effect effect = { .kind = EFFECT_NONE };

		shell_event(console->shell, world_of(console), &event, now, &effect);
		carry_out(console, &effect);
	}
	keep_place(console);
	wait = term_wait(now.steady);
	if (takes_keys(console) && wait != WHEN_NEVER)
		loop_timer_set(console->loop, &console->escape, now.steady + wait);
}

static void on_escape(void *arg)
{
	take_events(arg);
}

static void on_terminal(uv_poll_t *poll, int status, int events)
{
	struct console *console = poll->data;
	bool alive = status >= 0;

	if (alive && (events & UV_WRITABLE))
		alive = term_pump();
	if (alive && (events & UV_READABLE)) {
		alive = term_read(moment(console).steady);
		take_events(console);
	}
	if (!alive || (events & UV_DISCONNECT)) {
		log_put(LOG_WARN, "the terminal is gone");
		quit(console, EXIT_SIGNAL + SIGHUP);
		return;
	}
	watch_terminal(console);
}

static void watch_terminal(struct console *console)
{
	int events = UV_READABLE | UV_DISCONNECT;

	if (is_away(console))
		return;
	if (term_backlog() > 0)
		events |= UV_WRITABLE;
	uv_poll_start(&console->tty, events, on_terminal);
}

static void paint(struct console *console)
{
	struct term_size size = term_size();
	char title[TITLE_TEXT];

	surface_reset(&console->surface, size.rows, size.cols);
	shell_draw(console->shell, world_of(console), &console->surface, moment(console));
	term_paint(&console->surface);
	shell_title(world_of(console), moment(console).wall, title);
	if (strcmp(title, console->title) != 0) {
		term_title(title);
		str_put(console->title, sizeof(console->title), title);
	}
	if (shell_bell(console->shell, world_of(console)))
		term_bell();
	if (!term_pump())
		quit(console, EXIT_SIGNAL + SIGHUP);
	else
		watch_terminal(console);
	if (!console->asking) {
		console->asking = true;
		keeper_start(&console->keeper);
	}
}

static void on_frame(void *arg)
{
	(void)arg;		/* the round that follows looks anyway */
}

/* Before each sleep: settle what was answered, paint what is due. */
static void on_round(void *arg)
{
	struct console *console = arg;
	struct moment now = moment(console);
	msec wait;

	log_now(now.wall);
	if (console->keeper.estate->marked) {
		keeper_catch_up(&console->keeper);
		incidents_look(console->incidents);
	}
	lend_terminal(console);
	if (is_away(console))
		return;
	wait = shell_wait(console->shell, world_of(console), now);
	if (wait > 0) {
		loop_timer_set(console->loop, &console->frame, now.steady + wait);
		return;
	}
	if (term_backlog() == 0)
		paint(console);
}

static void on_second(void *arg)
{
	struct console *console = arg;
	msec next = moment(console).steady / WHEN_SECOND * WHEN_SECOND + WHEN_SECOND;
	const char *lost;

	keeper_settle(&console->keeper);
	incidents_sight(console->incidents, console->shell);
	incidents_look(console->incidents);
	prefs_zone(&console->prefs, moment(console).wall);
	shell_zone(console->shell, console->prefs.utc_offset, console->prefs.zone);
	lost = logfile_lost();
	if (lost)
		shell_say(console->shell, "%s", lost);
	loop_timer_set(console->loop, &console->second, next);
}

static void on_signal(int signum, void *arg)
{
	struct console *console = arg;
	struct effect effect = { .kind = EFFECT_NONE };
	struct input resize = { .kind = INPUT_RESIZE };

	switch (signum) {
	case SIGWINCH:
		handover_resized(&console->handover);
		term_resized();
		shell_event(console->shell, world_of(console), &resize, moment(console), &effect);
		break;
	case SIGTSTP:
		suspend(console, getpid());
		break;
	case SIGCONT:
		if (!is_away(console))
			term_redraw();
		break;
	case SIGINT:		/* on the screen Ctrl-C is a key; on a printed page it is this */
		if (console->printout.open)
			printout_stop(&console->printout);
		else if (console->handover.open)
			incidents_interrupt(console->incidents);
		else
			quit(console, EXIT_SIGNAL + signum);
		break;
	default:
		quit(console, EXIT_SIGNAL + signum);
	}
}

static bool watch_signals(struct console *console, struct err *err)
{
	static const int signals[] = { SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT, SIGQUIT };

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		if (!loop_on_signal(console->loop, signals[i], on_signal, console, err))
			return false;
	}
	return true;
}

static bool open_terminal(struct console *console, struct err *err)
{
	char notice[160];
	int failed;
	struct term_options options = {
		.theme = theme_find(console->prefs.theme),
		.colour = console->prefs.colour,
		.mouse = console->prefs.mouse,
	};

	if (!term_open(&options, notice, sizeof(notice), err))
		return false;
	if (*notice)
		shell_say(console->shell, "%s", notice);
	failed = uv_poll_init(loop_uv(console->loop), &console->tty, term_fd());
	if (failed)
		return err_set(err, ERR_IO, "cannot watch the terminal: %s", uv_strerror(failed));
	console->tty.data = console;
	return true;
}

/* What is wrong with the configuration does not stop the console: what is right is in force. */
static void say_configuration(struct console *console)
{
	const struct settings *settings = console->keeper.settings;

	if (settings->problems.count > 0)
		shell_say(console->shell, "configuration: %s%s (binnacle config check)",
			  settings->problems.first->text,
			  settings->problems.count > 1 ? ", and more" : "");
	else if (settings->files.main_missing && settings->sources.count == 0)
		shell_say(console->shell, "no configuration: binnacle config init writes %s",
			  settings->files.main);
}

/* In the crash handler: the picture is left, and the last words go to the terminal. */
static void rescue(void)
{
	term_rescue();
	capture_rescue();
}

static void guard(const struct context *context)
{
	struct buf dir = { 0 };
	struct err err = { 0 };

	crash_guard(rescue, paths_state(context, &dir, &err) ? buf_cstr(&dir) : NULL);
	buf_done(&dir);
}

static void said(void *arg, const char *sentence)
{
	struct console *console = arg;

	if (console->shell)
		shell_say(console->shell, "%s", sentence);
	else
		log_put(LOG_WARN, "%s", sentence);
}

/* Another configuration is in force: what the screen takes from it follows; the screens stay. */
static void replaced(void *arg)
{
	struct console *console = arg;
	bool mouse = console->prefs.mouse;

	incidents_replace(console->incidents, console->keeper.settings, console->keeper.estate);
	prefs_make(console->context, console->keeper.settings, &console->texts, &console->prefs);
	prefs_zone(&console->prefs, moment(console).wall);
	shell_prefs(console->shell, &console->prefs);
	if (is_away(console) || mouse == console->prefs.mouse)
		return;
	term_mouse(console->prefs.mouse);
	watch_terminal(console);	/* it has something to write */
}

static bool open_keeper(struct console *console, struct settings *settings, struct err *err)
{
	struct keeper_setup setup = {
		.loop = console->loop, .context = console->context, .settings = settings,
		.said = said, .replaced = replaced, .arg = console,
	};

	return keeper_open(&console->keeper, &setup, err);
}

/* The desk is another: an incident that is open now, or is over, is a place too. */
static void desk_changed(void *arg)
{
	struct console *console = arg;

	if (console->session)
		keep_place(console);
}

/* What was open is open before the first frame, and where one was there one is. */
static void open_desk(struct console *console)
{
	struct incidents_setup setup = {
		.loop = console->loop, .context = console->context,
		.settings = console->keeper.settings, .said = said, .changed = desk_changed,
		.terminal = on_task_output, .terminal_back = on_task_over, .arg = console,
	};
	struct err err = { 0 };

	if (!session_load(console->context, &console->place, &err))
		log_put(LOG_WARN, "%s", err.text);
	console->incidents = incidents_new(&setup);
	incidents_begin(console->incidents, console->keeper.estate, console->place.incident);
	shell_restore(console->shell, world_of(console), &console->place);
	console->session = session_new(console->loop, console->context);
}

static bool console_open(struct console *console, struct settings *settings, struct err *err)
{
	msec fixed;

	if (!context_now(console->context, &fixed, err))
		return false;
	console->loop = loop_new(err);
	if (!console->loop)
		return false;
	if (fixed != WHEN_NEVER)
		loop_fix_wall(console->loop, fixed);
	if (!open_keeper(console, settings, err))
		return false;
	prefs_make(console->context, settings, &console->texts, &console->prefs);
	prefs_zone(&console->prefs, loop_now(console->loop).wall);
	console->shell = shell_new(&console->prefs);
	surface_init(&console->surface, console->prefs.ascii);
	if (!watch_signals(console, err))
		return false;
	if (!open_terminal(console, err))
		return false;
	guard(console->context);
	if (!capture_open(console->loop, err))
		log_put(LOG_WARN, "%s", err->text);
	say_configuration(console);
	open_desk(console);
	return true;
}

static const char *ending(int status)
{
	if (status == EXIT_OK)
		return "quit";
	return status == EXIT_SIGNAL + SIGHUP ? "the terminal is gone" : "ended by a signal";
}

int console_run(const struct context *context, struct settings *settings)
{
	struct console *console = mem_new(sizeof(*console));
	struct err err = { 0 };

	console->context = context;
	if (!console_open(console, settings, &err)) {
		term_close();
		capture_close();
		return verb_fail(context, "BN-T001", &err);
	}
	console->frame = (struct loop_timer){ .call = on_frame };
	console->second = (struct loop_timer){ .call = on_second, .arg = console };
	console->escape = (struct loop_timer){ .call = on_escape, .arg = console };
	loop_on_round(console->loop, on_round, console);
	watch_terminal(console);
	on_second(console);
	loop_gap_reset(console->loop);
	loop_run(console->loop);
	log_put(LOG_DEBUG, "largest gap %.1f ms in %lu rounds", loop_largest_gap(console->loop),
		loop_rounds(console->loop));
	keeper_stop(&console->keeper);
	handover_stop(&console->handover);
	term_close();		/* first: whatever the disk does, the operator has the terminal */
	incidents_leave(console->incidents, ending(console->status));
	session_end(console->session);
	capture_close();
	return console->status;
}
