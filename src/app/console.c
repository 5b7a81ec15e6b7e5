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
#include "app/console_inside.h"
#include "app/crash.h"
#include "app/fail.h"
#include "app/logfile.h"
#include "app/paths.h"
#include "base/log.h"
#include "base/mem.h"
#include "ui/term.h"

struct moment console_moment(struct console *console)
{
	struct now now = loop_now(console->loop);

	return (struct moment){ now.wall, now.steady };
}

const struct world *console_world(const struct console *console)
{
	return console->keeper.estate->world;
}

bool console_is_away(const struct console *console)
{
	return console->printout.open || console->handover.open;
}

void console_end(struct console *console, int status)
{
	console->status = status;
	console->leaving = true;
	loop_stop(console->loop);
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
	struct task *task = console_is_away(console) || console->leaving ? NULL :
			    incidents_wants_terminal(console->incidents);
	struct err err = { 0 };

	if (!task)
		return;
	console_leave(console);
	if (handover_start(&console->handover, console->loop, task, console_printed, console, &err))
		return;
	console_back(console);
	shell_say(console->shell, "%s", err.text);
	incidents_interrupt(console->incidents);
}

/* A page that is being printed has the keyboard, and what follows a q is not for us. */
static bool takes_keys(const struct console *console)
{
	return !console_is_away(console) && !console->leaving;
}

/* For the next start: it may be a minute away, after a kill. */
static void keep_place(struct console *console)
{
	shell_place(console->shell, console_world(console), &console->place);
	session_put(console->session, &console->place);
}

/* What `selected:` means is the row under the cursor. */
static void keep_selected(struct console *console)
{
	char id[NAME_TEXT], hash[TX_HASH_TEXT];

	shell_on_tx(console->shell, console_world(console), id, hash);
	tx_desk_select(console->transactions, id, hash);
}

void console_take(struct console *console)
{
	struct moment now = console_moment(console);
	struct input event;
	msec wait;

	while (takes_keys(console) && term_next(&event, now.steady)) {
		struct effect effect = { .kind = EFFECT_NONE };

		shell_event(console->shell, console_world(console), &event, now, &effect);
		console_carry_out(console, &effect);
	}
	keep_place(console);
	keep_selected(console);
	wait = term_wait(now.steady);
	if (takes_keys(console) && wait != WHEN_NEVER)
		loop_timer_set(console->loop, &console->escape, now.steady + wait);
}

static void on_escape(void *arg)
{
	console_take(arg);
}

static void on_terminal(uv_poll_t *poll, int status, int events)
{
	struct console *console = poll->data;
	bool alive = status >= 0;

	if (alive && (events & UV_WRITABLE))
		alive = term_pump();
	if (alive && (events & UV_READABLE)) {
		alive = term_read(console_moment(console).steady);
		console_take(console);
	}
	if (!alive || (events & UV_DISCONNECT)) {
		log_put(LOG_WARN, "the terminal is gone");
		console_end(console, EXIT_SIGNAL + SIGHUP);
		return;
	}
	console_watch(console);
}

void console_watch(struct console *console)
{
	int events = UV_READABLE | UV_DISCONNECT;

	if (console_is_away(console))
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
	shell_draw(console->shell, console_world(console), &console->surface, console_moment(console));
	term_paint(&console->surface);
	shell_title(console_world(console), console_moment(console).wall, title);
	if (strcmp(title, console->title) != 0) {
		term_title(title);
		str_put(console->title, sizeof(console->title), title);
	}
	if (shell_bell(console->shell, console_world(console)))
		term_bell();
	if (!term_pump())
		console_end(console, EXIT_SIGNAL + SIGHUP);
	else
		console_watch(console);
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
	struct moment now = console_moment(console);
	msec wait;

	log_now(now.wall);
	if (console->keeper.estate->marked) {
		keeper_catch_up(&console->keeper);
		incidents_look(console->incidents);
	}
	tx_desk_look(console->transactions, false);
	lend_terminal(console);
	if (console_is_away(console))
		return;
	wait = shell_wait(console->shell, console_world(console), now);
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
	msec next = console_moment(console).steady / WHEN_SECOND * WHEN_SECOND + WHEN_SECOND;
	const char *lost;

	keeper_settle(&console->keeper);
	incidents_sight(console->incidents, console->shell);
	incidents_look(console->incidents);
	tx_desk_look(console->transactions, true);
	prefs_zone(&console->prefs, console_moment(console).wall);
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
		shell_event(console->shell, console_world(console), &resize, console_moment(console), &effect);
		break;
	case SIGTSTP:
		console_suspend(console, getpid());
		break;
	case SIGCONT:
		if (!console_is_away(console))
			term_redraw();
		break;
	case SIGINT:		/* on the screen Ctrl-C is a key; on a printed page it is this */
		if (console->printout.open)
			printout_stop(&console->printout);
		else if (console->handover.open)
			incidents_interrupt(console->incidents);
		else
			console_end(console, EXIT_SIGNAL + signum);
		break;
	default:
		console_end(console, EXIT_SIGNAL + signum);
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
	tx_desk_replace(console->transactions, console->keeper.settings, console->keeper.estate);
	prefs_make(console->context, console->keeper.settings, &console->texts, &console->prefs);
	prefs_zone(&console->prefs, console_moment(console).wall);
	shell_prefs(console->shell, &console->prefs);
	if (console_is_away(console) || mouse == console->prefs.mouse)
		return;
	term_mouse(console->prefs.mouse);
	console_watch(console);	/* it has something to write */
}

static bool open_keeper(struct console *console, struct settings *settings, struct err *err)
{
	struct keeper_setup setup = {
		.loop = console->loop, .context = console->context, .settings = settings,
		.said = said, .replaced = replaced, .arg = console,
	};

	return keeper_open(&console->keeper, &setup, err);
}

/* --- transactions --- */

static struct dossier *current_dossier(void *arg)
{
	const struct console *console = arg;

	return incidents_dossier(console->incidents);
}

static bool is_held(void *arg, const struct dossier *dossier)
{
	const struct console *console = arg;

	return incidents_holds(console->incidents, dossier);
}

static void cases_changed(void *arg)
{
	struct console *console = arg;

	console->keeper.estate->world->version++;
}

static void copy(void *arg, const char *text)
{
	struct console *console = arg;

	console_copy(console, text);
}

static void durable(void *arg, const struct event *event)
{
	struct console *console = arg;

	if (console->transactions)
		tx_desk_durable(console->transactions, event);
}

static void open_transactions(struct console *console)
{
	const struct tx_desk_setup setup = {
		.loop = console->loop, .context = console->context,
		.settings = console->keeper.settings, .estate = console->keeper.estate,
		.dossier = current_dossier, .is_open = is_held, .changed = cases_changed, .said = said,
		.copy = copy, .arg = console,
	};

	console->transactions = tx_desk_new(&setup);
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
		.durable = durable, .terminal = on_task_output, .terminal_back = on_task_over, .arg = console,
	};
	struct err err = { 0 };

	if (!session_load(console->context, &console->place, &err))
		log_put(LOG_WARN, "%s", err.text);
	console->incidents = incidents_new(&setup);
	incidents_begin(console->incidents, console->keeper.estate, console->place.incident);
	open_transactions(console);
	shell_restore(console->shell, console_world(console), &console->place);
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
	console_watch(console);
	on_second(console);
	loop_gap_reset(console->loop);
	loop_run(console->loop);
	log_put(LOG_DEBUG, "largest gap %.1f ms in %lu rounds", loop_largest_gap(console->loop),
		loop_rounds(console->loop));
	keeper_stop(&console->keeper);
	handover_stop(&console->handover);
	console->keeper.estate->world->cases = NULL;
	tx_desk_free(console->transactions);	/* what it ends is recorded before the incidents go */
	console->transactions = NULL;
	term_close();		/* first: whatever the disk does, the operator has the terminal */
	incidents_leave(console->incidents, ending(console->status));
	session_end(console->session);
	capture_close();
	return console->status;
}
