#include "app/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { HELD_OUT = 1024 * 1024, KEYS = 256 };

#define KEYS_AGAIN ((msec)20)

/* Off with all that a program may have switched on: the other screen, mice, pasting, cursor keys,
 * colours, a hidden cursor. */
static const char clean[] =
	"\033[?1049l\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?2004l\033[?1l\033>\033[0m\033[?25h";

static bool would_block(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static void on_ready(uv_poll_t *poll, int status, int events);

static void watch(struct handover *handover)
{
	int events = UV_DISCONNECT;

	if (handover->in.len == 0)
		events |= UV_READABLE;
	if (handover->out.len > 0)
		events |= UV_WRITABLE;
	uv_poll_start(&handover->poll, events, on_ready);
}

/* False: the terminal is gone. */
static bool write_some(struct handover *handover)
{
	struct buf *out = &handover->out;
	ssize_t put;

	if (out->len == 0)
		return true;
	put = write(handover->fd, out->data, out->len);
	if (put < 0)
		return would_block();
	memmove(out->data, out->data + put, out->len - (size_t)put);
	buf_cut(out, out->len - (size_t)put);
	return true;
}

/* What the command has no room for waits, and no key is read before it has gone. */
static void pass_keys(struct handover *handover)
{
	if (handover->in.len == 0)
		return;
	if (task_input(handover->task, str_sub(handover->in.data, handover->in.len)))
		buf_clear(&handover->in);
	else
		loop_timer_set(handover->loop, &handover->again,
			       loop_now(handover->loop).steady + KEYS_AGAIN);
}

static void on_again(void *arg)
{
	struct handover *handover = arg;

	if (!handover->open)
		return;
	pass_keys(handover);
	watch(handover);
}

static bool read_some(struct handover *handover)
{
	char bytes[KEYS];
	ssize_t got = read(handover->fd, bytes, sizeof(bytes));

	if (got < 0)
		return would_block();
	buf_add(&handover->in, bytes, (size_t)got);
	pass_keys(handover);
	return got > 0;
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct handover *handover = poll->data;
	bool alive = status >= 0 && !(events & UV_DISCONNECT);

	if (alive && (events & UV_WRITABLE))
		alive = write_some(handover);
	if (alive && (events & UV_READABLE))
		alive = read_some(handover);
	if (alive)
		watch(handover);
	else
		handover_stop(handover);
}

void handover_output(struct handover *handover, struct str bytes)
{
	size_t room = HELD_OUT - handover->out.len;

	if (!handover->open)
		return;
	buf_add(&handover->out, bytes.p, bytes.len < room ? bytes.len : room);
	watch(handover);
}

void handover_resized(struct handover *handover)
{
	struct winsize size;

	/* The command of one that closes is gone. */
	if (!handover->open || uv_is_closing((uv_handle_t *)&handover->poll))
		return;
	if (ioctl(handover->fd, TIOCGWINSZ, &size) == 0)
		task_resize(handover->task, size.ws_col, size.ws_row);
}

static void closed(uv_handle_t *handle)
{
	struct handover *handover = handle->data;

	close(handover->fd);
	buf_done(&handover->out);
	buf_done(&handover->in);
	handover->open = false;
	handover->done(handover->arg);
}

void handover_stop(struct handover *handover)
{
	if (!handover->open || uv_is_closing((uv_handle_t *)&handover->poll))
		return;
	loop_timer_stop(handover->loop, &handover->again);
	(void)write_some(handover);
	(void)!write(handover->fd, clean, sizeof(clean) - 1);
	(void)tcsetattr(handover->fd, TCSANOW, &handover->saved);
	uv_close((uv_handle_t *)&handover->poll, closed);
}

static bool open_terminal(struct handover *handover, struct err *err)
{
	struct termios raw;
	int failed;

	handover->fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (handover->fd < 0 || tcgetattr(handover->fd, &handover->saved) != 0)
		return err_set(err, ERR_IO, "no terminal to lend: %s", strerror(errno));
	failed = uv_poll_init(loop_uv(handover->loop), &handover->poll, handover->fd);
	if (failed)
		return err_set(err, ERR_IO, "no terminal to lend: %s", uv_strerror(failed));
	raw = handover->saved;
	cfmakeraw(&raw);
	(void)tcsetattr(handover->fd, TCSANOW, &raw);
	return true;
}

bool handover_start(struct handover *handover, struct loop *loop, struct task *task,
		    loop_call *done, void *arg, struct err *err)
{
	*handover = (struct handover){
		.loop = loop, .task = task, .done = done, .arg = arg,
		.again = { .call = on_again, .arg = handover },
	};
	if (!open_terminal(handover, err)) {
		if (handover->fd >= 0)
			close(handover->fd);
		return false;
	}
	handover->open = true;
	handover->poll.data = handover;
	handover_resized(handover);
	watch(handover);
	return true;
}
