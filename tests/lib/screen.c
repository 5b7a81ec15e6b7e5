#include "tests/lib/screen.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tests/lib/screen_inside.h"

_Static_assert(VTERM_VERSION_MAJOR == 0 && VTERM_VERSION_MINOR == 1,
	       "written for libvterm 0.1 (Debian 12); later ones changed the callbacks");

/* How long a write may wait for a program that does not read its keys. */
#define WRITE_PATIENCE ((msec)2000)

static const struct { const char *name; VTermKey key; VTermModifier mod; } keys[] = {
	{"Up", VTERM_KEY_UP, VTERM_MOD_NONE},
	{"Down", VTERM_KEY_DOWN, VTERM_MOD_NONE},
	{"Left", VTERM_KEY_LEFT, VTERM_MOD_NONE},
	{"Right", VTERM_KEY_RIGHT, VTERM_MOD_NONE},
	{"PgUp", VTERM_KEY_PAGEUP, VTERM_MOD_NONE},
	{"PgDn", VTERM_KEY_PAGEDOWN, VTERM_MOD_NONE},
	{"Home", VTERM_KEY_HOME, VTERM_MOD_NONE},
	{"End", VTERM_KEY_END, VTERM_MOD_NONE},
	{"Enter", VTERM_KEY_ENTER, VTERM_MOD_NONE},
	{"Esc", VTERM_KEY_ESCAPE, VTERM_MOD_NONE},
	{"Tab", VTERM_KEY_TAB, VTERM_MOD_NONE},
	{"BackTab", VTERM_KEY_TAB, VTERM_MOD_SHIFT},
	{"Backspace", VTERM_KEY_BACKSPACE, VTERM_MOD_NONE},
	{"Delete", VTERM_KEY_DEL, VTERM_MOD_NONE},
};

/* The terminal's own answers and keys go out here; a program that never reads loses them. */
static void answer(const char *bytes, size_t len, void *arg)
{
	screen_send(arg, bytes, len);
}

struct screen *screen_start(const struct pty_spec *spec, struct err *err)
{
	struct screen *screen = mem_new(sizeof(*screen));

	if (!pty_start(&screen->pty, spec, err)) {
		mem_free(screen);
		return NULL;
	}
	buf_init(&screen->raw, RAW_MAX);
	screen->vt = vterm_new(spec->rows, spec->cols);
	vterm_set_utf8(screen->vt, 1);
	vterm_output_set_callback(screen->vt, answer, screen);
	screen->model = vterm_obtain_screen(screen->vt);
	vterm_screen_enable_altscreen(screen->model, 1);
	vterm_screen_reset(screen->model, 1);
	return screen;
}

void screen_free(struct screen *screen)
{
	if (!screen)
		return;
	pty_stop(&screen->pty);
	vterm_free(screen->vt);
	buf_done(&screen->raw);
	mem_free(screen);
}

static void see(struct screen *screen, size_t len)
{
	struct screen_counts *counts = &screen->counts;

	counts->last = nsec_now();
	if (counts->first == 0)
		counts->first = counts->last;
	counts->bytes += len;
	counts->chunks++;
	buf_add(&screen->raw, screen->chunk, len);
	wire_feed(&screen->wire, screen->chunk, len);
	vterm_input_write(screen->vt, screen->chunk, len);
	vterm_screen_flush_damage(screen->model);
}

static bool read_chunk(struct screen *screen)
{
	ssize_t got;

	if (screen->pty.master < 0)
		return false;
	do
		got = read(screen->pty.master, screen->chunk, sizeof(screen->chunk));
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return false;
	see(screen, (size_t)got);
	return true;
}

enum screen_event screen_pump(struct screen *screen, msec timeout)
{
	struct pollfd fds[] = {
		{.fd = screen->pty.master, .events = POLLIN},
		{.fd = screen->pty.exited ? -1 : screen->pty.pidfd, .events = POLLIN},
	};

	if (read_chunk(screen))
		return SCREEN_BYTES;
	if (screen->pty.exited)
		return SCREEN_ENDED;
	poll(fds, ARRAY_LEN(fds), timeout > 0 ? (int)timeout : 0);
	if (read_chunk(screen))
		return SCREEN_BYTES;
	if (pty_reap(&screen->pty))
		return read_chunk(screen) ? SCREEN_BYTES : SCREEN_ENDED;
	return SCREEN_QUIET;
}

/* Milliseconds from now to the deadline, rounded up, not negative. */
static msec left(nsec deadline)
{
	nsec gap = deadline - nsec_now();

	return gap > 0 ? (gap + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC : 0;
}

static nsec deadline_in(msec timeout)
{
	return nsec_now() + timeout * NSEC_PER_MSEC;
}

bool screen_wait(struct screen *screen, screen_condition *holds, void *arg, msec timeout)
{
	nsec deadline = deadline_in(timeout);

	for (;;) {
		if (holds(screen, arg))
			return true;
		if (left(deadline) == 0)
			return false;
		if (screen_pump(screen, left(deadline)) == SCREEN_ENDED)
			return holds(screen, arg);
	}
}

static bool shows(const struct screen *screen, void *text)
{
	return screen_find(screen, text, NULL);
}

static bool lacks(const struct screen *screen, void *text)
{
	return !screen_find(screen, text, NULL);
}

bool screen_wait_text(struct screen *screen, const char *text, msec timeout)
{
	char wanted[256];

	str_put(wanted, sizeof(wanted), text);
	return screen_wait(screen, shows, wanted, timeout);
}

bool screen_wait_gone(struct screen *screen, const char *text, msec timeout)
{
	char unwanted[256];

	str_put(unwanted, sizeof(unwanted), text);
	return screen_wait(screen, lacks, unwanted, timeout);
}

bool screen_wait_exit(struct screen *screen, msec timeout)
{
	nsec deadline = deadline_in(timeout);

	while (screen_pump(screen, left(deadline)) != SCREEN_ENDED)
		if (left(deadline) == 0)
			return pty_reap(&screen->pty);
	return true;
}

bool screen_settle(struct screen *screen, msec quiet, msec timeout)
{
	nsec deadline = deadline_in(timeout);
	enum screen_event event;

	while ((event = screen_pump(screen, quiet)) == SCREEN_BYTES)
		if (left(deadline) == 0)
			return false;
	return event == SCREEN_QUIET;
}

bool screen_drain(struct screen *screen, msec time)
{
	nsec deadline = deadline_in(time);

	while (left(deadline) > 0)
		if (screen_pump(screen, left(deadline)) == SCREEN_ENDED)
			return false;
	return true;
}

bool screen_send(struct screen *screen, const char *bytes, size_t len)
{
	nsec deadline = deadline_in(WRITE_PATIENCE);

	while (len > 0) {
		ssize_t sent = write(screen->pty.master, bytes, len);

		if (sent > 0) {
			bytes += sent;
			len -= (size_t)sent;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return false;
		/* a program that waits for us to read cannot read its keys */
		if (left(deadline) == 0 || screen_pump(screen, 10) == SCREEN_ENDED)
			return false;
	}
	return true;
}

bool screen_type(struct screen *screen, const char *text)
{
	return screen_send(screen, text, strlen(text));
}

static bool function_key(const char *name, int *number)
{
	*number = name[1] >= '1' && name[1] <= '9' ? name[1] - '0' : 0;
	if (name[2] >= '0' && name[2] <= '9')
		*number = *number * 10 + name[2] - '0';
	return name[0] == 'F' && *number > 0;
}

bool screen_key(struct screen *screen, const char *name)
{
	int number;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(keys[i].name, name) == 0) {
			vterm_keyboard_key(screen->vt, keys[i].key, keys[i].mod);
			return true;
		}
	if (strcmp(name, "Space") == 0)
		return screen_send(screen, " ", 1);
	if (strncmp(name, "C-", 2) == 0 && name[2])
		return screen_send(screen, &(char){(char)(name[2] & 0x1f)}, 1);
	if (name[0] && name[1] && function_key(name, &number)) {
		vterm_keyboard_key(screen->vt, (VTermKey)VTERM_KEY_FUNCTION(number), VTERM_MOD_NONE);
		return true;
	}
	if (utf8_cluster(str_of(name)) == strlen(name) && name[0])
		return screen_type(screen, name);
	return false;
}

bool screen_paste(struct screen *screen, const char *text)
{
	vterm_keyboard_start_paste(screen->vt);
	bool sent = screen_type(screen, text);
	vterm_keyboard_end_paste(screen->vt);
	return sent;
}

static int clamp(int value, int most)
{
	return value < 1 ? 1 : value > most ? most : value;
}

void screen_resize(struct screen *screen, int rows, int cols)
{
	rows = clamp(rows, SCREEN_MAX_ROWS);
	cols = clamp(cols, SCREEN_MAX_COLS);
	vterm_set_size(screen->vt, rows, cols);
	pty_winsize(&screen->pty, (unsigned short)rows, (unsigned short)cols);
}

void screen_claim(struct screen *screen, unsigned short rows, unsigned short cols)
{
	pty_winsize(&screen->pty, rows, cols);
}

void screen_hangup(struct screen *screen)
{
	pty_hangup(&screen->pty);
}

const struct wire *screen_wire(const struct screen *screen)
{
	return &screen->wire;
}

struct str screen_raw(const struct screen *screen)
{
	return str_sub(buf_cstr(&screen->raw), screen->raw.len);
}

void screen_forget(struct screen *screen)
{
	buf_clear(&screen->raw);
	screen->counts = (struct screen_counts){0};
}

struct screen_counts screen_counts(const struct screen *screen)
{
	return screen->counts;
}

struct pty *screen_pty(struct screen *screen)
{
	return &screen->pty;
}
