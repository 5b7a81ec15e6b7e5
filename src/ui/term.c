/*
 * term.c: ncurses draws into an outlet that never blocks (outlet.h). Modes of the terminal that it
 * knows nothing of (bracketed paste, mouse, titles) are entered and left here.
 *
 *  (1) The terminal is a descriptor of its own (/dev/tty opened anew), so that O_NONBLOCK on it
 *      never reaches the shell that started us.
 *  (2) termios is ours: ncurses cannot set it, its output is no terminal.
 *  (3) getch() is never called: keyseq.c reads, so nothing waits after an ESC.
 *  (4) The signal handlers that newterm() installs are taken out again.
 */
#include "ui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/keyseq.h"
#include "ui/outlet.h"

enum { READ_BYTES = 4096, READS = 4, LEAVE_WAIT = 250, RESCUE_BYTES = 256, PAIR_BASE = 1 };

static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";
static const char mouse_on[] = "\033[?1000h\033[?1006h", mouse_off[] = "\033[?1006l\033[?1000l";
static const char title_push[] = "\033[22;2t", title_pop[] = "\033[23;2t";

static struct {
	bool open, left;		/* left: for the shell or for plain print */
	int tty;			/* -1 */
	FILE *in;
	SCREEN *screen;
	struct termios saved;
	struct term_options options;
	bool modern;			/* knows the modes of xterm */
	bool mouse;
	struct surface shown;		/* what the last frame left on the terminal */
	bool forget;			/* paint every cell */
	cchar_t row[SURFACE_COLS + 1];
	struct outlet outlet;
	struct keyseq seq;
	msec read_at;
	char rescue[RESCUE_BYTES];
	size_t rescue_len;
} term = { .tty = -1, .outlet.memory = -1 };

static void send(const char *text)
{
	outlet_send(&term.outlet, text);
}

static bool is_modern(const char *name)
{
	static const char *const families[] = {
		"xterm", "tmux", "screen", "rxvt", "alacritty", "foot", "wezterm", "konsole", "gnome",
		"vte", "st-", "kitty", "ghostty", "contour", "putty",
	};

	for (size_t i = 0; i < ARRAY_LEN(families); i++)
		if (strncmp(name, families[i], strlen(families[i])) == 0)
			return true;
	return false;
}

static void set_raw(void)
{
	struct termios raw = term.saved;

	raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | ISTRIP);
	raw.c_oflag &= ~(tcflag_t)OPOST;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(term.tty, TCSANOW, &raw);
}

static int clamped(int value, int most, int unknown)
{
	return value <= 0 ? unknown : value > most ? most : value;
}

/* A serial line without a size is taken for the classic one. */
struct term_size term_size(void)
{
	struct winsize window = { 0 };

	if (term.tty >= 0)
		ioctl(term.tty, TIOCGWINSZ, &window);
	if (window.ws_row == 0 && window.ws_col == 0)
		return (struct term_size){ 24, 80 };
	return (struct term_size){ clamped(window.ws_row, SURFACE_ROWS, 1),
				   clamped(window.ws_col, SURFACE_COLS, 1) };
}

/* resize_term() and not resizeterm(), which would queue a key that nobody reads. */
void term_resized(void)
{
	struct term_size size = term_size();

	if (!term.open)
		return;
	resize_term(size.rows, size.cols);
	term_redraw();
}

/* Whoever left the picture in disorder may have changed the modes too (a shell, after SIGSTOP). */
void term_redraw(void)
{
	if (term.open && !term.left)
		set_raw();
	term.forget = true;
}

static bool knows(const char *name)
{
	char *value = tigetstr(name);

	return value && (intptr_t)value != -1;
}

/* Asked before newterm(), which keeps memory when it fails. */
static bool is_known(const char *name)
{
	int why = 0;

	if (setupterm(name, term.outlet.memory, &why) == ERR)
		return false;
	del_curterm(cur_term);
	return true;
}

static bool try_terminal(const char *name)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
	struct sigaction actions[ARRAY_LEN(signals)];
	char *dup;

	if (!is_known(name))
		return false;
	dup = mem_text(name);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaction(signals[i], NULL, &actions[i]);
	term.screen = newterm(dup, term.outlet.file, term.in);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaction(signals[i], &actions[i], NULL);
	mem_free(dup);
	return term.screen != NULL;
}

/* The terminal's own name, else the nearest that a bare Debian knows. */
static bool find_terminal(char *notice, size_t size, struct err *err)
{
	static const char *const others[] = { "xterm-256color", "xterm", "vt100" };
	const char *name = getenv("TERM");

	notice[0] = '\0';
	if (name && strcmp(name, "dumb") == 0)
		return err_set(err, ERR_IO, "TERM=dumb: this terminal cannot draw a screen");
	if (name && *name && try_terminal(name)) {
		term.modern = is_modern(name);
		if (knows("cup"))
			return true;
		return err_set(err, ERR_IO, "TERM=%s: this terminal cannot move its cursor", name);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (try_terminal(others[i])) {
			term.modern = is_modern(others[i]);
			snprintf(notice, size, "TERM=%.40s is not known here; drawing as %s",
				 name ? name : "", others[i]);
			return true;
		}
	return err_set(err, ERR_IO, "TERM=%s is not known here, nor is xterm or vt100",
		       name ? name : "");
}

static void own_keys(void)
{
	static const struct { const char *name; uint32_t code; } keys[] = {
		{ "kcuu1", KEYCODE_UP }, { "kcud1", KEYCODE_DOWN }, { "kcub1", KEYCODE_LEFT },
		{ "kcuf1", KEYCODE_RIGHT }, { "khome", KEYCODE_HOME }, { "kend", KEYCODE_END },
		{ "kpp", KEYCODE_PGUP }, { "knp", KEYCODE_PGDN }, { "kich1", KEYCODE_INSERT },
		{ "kdch1", KEYCODE_DELETE }, { "kcbt", KEYCODE_BACKTAB }, { "kbs", KEYCODE_BACKSPACE },
		{ "kf1", KEYCODE_F1 }, { "kf2", KEYCODE_F2 }, { "kf3", KEYCODE_F3 },
		{ "kf4", KEYCODE_F4 }, { "kf5", KEYCODE_F5 }, { "kf6", KEYCODE_F6 },
		{ "kf7", KEYCODE_F7 }, { "kf8", KEYCODE_F8 }, { "kf9", KEYCODE_F9 },
		{ "kf10", KEYCODE_F10 }, { "kf11", KEYCODE_F11 }, { "kf12", KEYCODE_F12 },
	};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (knows(keys[i].name))
			keyseq_own(&term.seq, tigetstr(keys[i].name), keys[i].code);
}

static void add_rescue(const char *text)
{
	while (*text && term.rescue_len < sizeof(term.rescue)) {
		if (text[0] == '$' && text[1] == '<') {	/* padding is not for us to wait */
			text = strchr(text, '>');
			if (!text)
				return;
			text++;
			continue;
		}
		term.rescue[term.rescue_len++] = *text++;
	}
}

/* All that a crash handler has to write, prepared: CAN first, since a frame may be half out. */
static void prepare_rescue(void)
{
	static const char *const names[] = { "rmkx", "cnorm", "sgr0", "rmcup" };

	term.rescue_len = 0;
	add_rescue("\030");
	if (term.modern) {
		add_rescue(paste_off);
		add_rescue(mouse_off);
		add_rescue(title_pop);
		add_rescue("\033[r");
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (knows(names[i]))
			add_rescue(tigetstr(names[i]));
	add_rescue("\r\n");
}

static void enter_modes(void)
{
	if (!term.modern)
		return;
	send(title_push);
	send(paste_on);
	if (term.mouse)
		send(mouse_on);
}

static void start_colours(void)
{
	if (!term.options.colour || !has_colors() || start_color() == ERR ||
	    use_default_colors() == ERR || COLORS < 8) {
		term.options.colour = false;
		return;
	}
	for (short colour = 0; colour < 8; colour++)
		init_pair((short)(PAIR_BASE + colour), colour, -1);
}

static bool open_files(struct err *err)
{
	term.tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (term.tty < 0)
		return err_set(err, ERR_IO, "/dev/tty: %s", strerror(errno));
	if (tcgetattr(term.tty, &term.saved) < 0)
		return err_set(err, ERR_IO, "/dev/tty: %s", strerror(errno));
	if (!outlet_open(&term.outlet, err))
		return false;
	term.in = fdopen(fcntl(term.tty, F_DUPFD_CLOEXEC, 3), "r");
	if (!term.in)
		return err_set(err, ERR_IO, "/dev/tty: %s", strerror(errno));
	return true;
}

static void close_files(void)
{
	if (term.in)
		fclose(term.in);
	if (term.tty >= 0)
		close(term.tty);
	outlet_done(&term.outlet);
	term.in = NULL;
	term.tty = -1;
}

static void start_screen(void)
{
	struct term_size size = term_size();

	nonl();
	typeahead(-1);
	curs_set(0);
	keypad(stdscr, TRUE);
	idlok(stdscr, TRUE);
	leaveok(stdscr, TRUE);
	start_colours();
	resize_term(size.rows, size.cols);
}

bool term_open(const struct term_options *options, char *notice, size_t size, struct err *err)
{
	term.options = *options;
	term.mouse = options->mouse;
	keyseq_init(&term.seq);
	surface_init(&term.shown, false);
	use_env(FALSE);
	if (!open_files(err) || !find_terminal(notice, size, err)) {
		if (term.screen)
			delscreen(term.screen);
		term.screen = NULL;
		close_files();
		surface_done(&term.shown);
		keyseq_done(&term.seq);
		return false;
	}
	own_keys();
	prepare_rescue();
	set_raw();
	start_screen();
	outlet_collect(&term.outlet, term.modern);
	enter_modes();
	term.open = term.forget = true;
	term.left = false;
	term_pump();
	return true;
}

/* Give the terminal what is still owed, but not for longer than a person would wait. */
static void flush_out(void)
{
	struct pollfd poll_tty = { .fd = term.tty, .events = POLLOUT };

	while (term_pump() && term_backlog() > 0)
		if (poll(&poll_tty, 1, LEAVE_WAIT) <= 0)
			return;
}

void term_leave(void)
{
	if (!term.open || term.left)
		return;
	if (term.modern) {
		if (term.mouse)
			send(mouse_off);
		send(paste_off);
		send(title_pop);
	}
	endwin();
	outlet_collect(&term.outlet, term.modern);
	flush_out();
	tcsetattr(term.tty, TCSANOW, &term.saved);
	term.left = true;
}

void term_return(void)
{
	if (!term.open || !term.left)
		return;
	set_raw();
	outlet_drop(&term.outlet);
	enter_modes();
	term.left = false;
	term_pump();
	term_resized();
}

void term_close(void)
{
	if (!term.open)
		return;
	term_leave();
	term.open = false;
	delscreen(term.screen);
	term.screen = NULL;
	close_files();
	surface_done(&term.shown);
	keyseq_done(&term.seq);
}

/* write() and tcsetattr() are async-signal-safe; everything else was made before. */
void term_rescue(void)
{
	if (term.tty < 0 || !term.open || term.left)
		return;
	if (write(term.tty, term.rescue, term.rescue_len) < 0)
		errno = 0;	/* a dead terminal needs no rescue */
	tcsetattr(term.tty, TCSANOW, &term.saved);
}

int term_fd(void)
{
	return term.tty;
}

static attr_t attributes_of(const struct face *face, bool selected)
{
	static const struct { unsigned face; attr_t attribute; } bits[] = {
		{ FACE_BOLD, A_BOLD }, { FACE_DIM, A_DIM }, { FACE_REVERSE, A_REVERSE },
		{ FACE_UNDERLINE, A_UNDERLINE },
	};
	attr_t out = A_NORMAL;

	if (selected)	/* one look for the whole row: a bar, and few bytes */
		return A_REVERSE;
	for (size_t i = 0; i < ARRAY_LEN(bits); i++)
		if (face->attributes & bits[i].face)
			out |= bits[i].attribute;
	return out;
}

/* One cluster: a curses cell for each character that has a width, its marks with it. */
static int put_cluster(int at, const struct cell *cell)
{
	const struct face *face = &term.options.theme->faces[cell->role];
	bool coloured = term.options.colour && face->colour >= 0 && !cell->selected;
	short pair = coloured ? (short)(PAIR_BASE + face->colour) : 0;
	attr_t attributes = attributes_of(face, cell->selected);
	struct str rest = str_sub(cell->bytes, cell->len);
	wchar_t wide[CCHARW_MAX + 1];
	size_t count = 0, len;
	uint32_t cp;

	while ((len = utf8_next(rest, &cp)) > 0) {
		bool base = utf8_width(str_sub(rest.p, len)) > 0;

		if (base && count > 0) {
			wide[count] = L'\0';
			setcchar(&term.row[at++], wide, attributes, pair, NULL);
			count = 0;
		}
		if (count < CCHARW_MAX)
			wide[count++] = (wchar_t)cp;
		rest = str_sub(rest.p + len, rest.len - len);
	}
	wide[count] = L'\0';
	setcchar(&term.row[at++], wide, attributes, pair, NULL);
	return at;
}

static const struct cell *row_of(const struct surface *surface, int y)
{
	return &surface->cells[(size_t)y * (size_t)surface->cols];
}

static bool same_cell(const struct surface *surface, int x, int y)
{
	return !memcmp(row_of(surface, y) + x, row_of(&term.shown, y) + x, sizeof(struct cell));
}

/* Only what differs, widened to whole clusters: what ncurses does not see costs it nothing. */
static void paint_row(const struct surface *surface, int y, bool all)
{
	int from = 0, to = surface->cols, count = 0;

	while (!all && from < to && same_cell(surface, from, y))
		from++;
	while (!all && to > from && same_cell(surface, to - 1, y))
		to--;
	while (from > 0 && (row_of(surface, y)[from].width == 0 ||
			    row_of(&term.shown, y)[from].width == 0))
		from--;
	while (to < surface->cols && (row_of(surface, y)[to].width == 0 ||
				      row_of(&term.shown, y)[to].width == 0))
		to++;
	for (int x = from; x < to; x++) {
		const struct cell *cell = surface_cell(surface, x, y);

		if (cell->width > 0 && count < SURFACE_COLS)
			count = put_cluster(count, cell);
	}
	mvadd_wchnstr(y, from, term.row, count);
	memcpy(&term.shown.cells[(size_t)y * (size_t)surface->cols], row_of(surface, y),
	       (size_t)surface->cols * sizeof(struct cell));
}

static bool same_row(const struct surface *surface, int y)
{
	return !memcmp(row_of(surface, y), row_of(&term.shown, y),
		       (size_t)surface->cols * sizeof(struct cell));
}

bool term_paint(const struct surface *surface)
{
	bool all = term.forget || surface->rows != term.shown.rows ||
		   surface->cols != term.shown.cols;

	if (!term.open || term.left || term_backlog() > 0)
		return false;
	if (all)
		surface_reset(&term.shown, surface->rows, surface->cols);
	for (int y = 0; y < surface->rows; y++)
		if (all || !same_row(surface, y))
			paint_row(surface, y, all);
	if (term.forget)
		clearok(curscr, TRUE);
	term.forget = false;
	refresh();
	outlet_collect(&term.outlet, term.modern);
	return true;
}

size_t term_backlog(void)
{
	return outlet_backlog(&term.outlet);
}

bool term_pump(void)
{
	return outlet_pump(&term.outlet, term.tty);
}

bool term_read(msec steady)
{
	char bytes[READ_BYTES];

	for (int i = 0; i < READS; i++) {
		ssize_t n = read(term.tty, bytes, sizeof(bytes));

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		if (n <= 0)
			return false;
		keyseq_feed(&term.seq, bytes, (size_t)n);
		term.read_at = steady;
		if ((size_t)n < sizeof(bytes))
			return true;
	}
	return true;
}

bool term_next(struct input *out, msec steady)
{
	if (keyseq_next(&term.seq, out))
		return true;
	if (!keyseq_waits(&term.seq) || steady - term.read_at < KEYSEQ_ESC)
		return false;
	keyseq_flush(&term.seq);
	return keyseq_next(&term.seq, out);
}

msec term_wait(msec steady)
{
	msec left = KEYSEQ_ESC - (steady - term.read_at);

	if (!keyseq_waits(&term.seq))
		return WHEN_NEVER;
	return left > 0 ? left : 0;
}

void term_bell(void)
{
	send("\a");
}

void term_title(const char *text)
{
	if (!term.modern || !term.open)
		return;
	send("\033]2;");
	for (; *text; text++)
		if (*text >= ' ' && *text < 0x7f)
			buf_char(&term.outlet.out, *text);
	send("\033\\");
}

void term_mouse(bool on)
{
	term.mouse = on;
	if (term.modern)
		send(on ? mouse_on : mouse_off);
}

bool term_clipboard(const char *text)
{
	struct str bytes = str_of(text);
	size_t size = bytes.len / 3 * 4 + 8;
	char *coded;

	if (!term.open || !term.modern || bytes.len > TERM_CLIPBOARD)
		return false;
	coded = mem_new(size);
	digest_base64(coded, size, bytes);
	send("\033]52;c;");
	send(coded);
	send("\033\\");
	mem_free(coded);
	return true;
}
