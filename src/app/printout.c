#include "app/printout.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char prompt[] = "\n-- Enter returns --\n";

static void closed(uv_handle_t *handle)
{
	struct printout *printout = handle->data;

	close(printout->fd);
	buf_done(&printout->text);
	printout->open = false;
	printout->done(printout->arg);
}

void printout_stop(struct printout *printout)
{
	if (!uv_is_closing((uv_handle_t *)&printout->poll))
		uv_close((uv_handle_t *)&printout->poll, closed);
}

static bool would_block(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* False when the terminal is gone. */
static bool write_some(struct printout *printout)
{
	ssize_t put = write(printout->fd, printout->text.data + printout->out,
			    printout->text.len - printout->out);

	if (put < 0)
		return would_block();
	printout->out += (size_t)put;
	return true;
}

static bool read_some(struct printout *printout, bool *enter)
{
	char bytes[256];
	ssize_t got = read(printout->fd, bytes, sizeof(bytes));

	if (got < 0)
		return would_block();
	*enter = memchr(bytes, '\n', (size_t)got) || memchr(bytes, '\r', (size_t)got);
	return got > 0;
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct printout *printout = poll->data;
	bool alive = status >= 0, enter = false;

	if (alive && (events & UV_WRITABLE) && printout->out < printout->text.len)
		alive = write_some(printout);
	if (alive && (events & UV_READABLE))
		alive = read_some(printout, &enter);
	if (!alive || enter)
		printout_stop(printout);
	else
		uv_poll_start(poll, printout->out < printout->text.len ? UV_READABLE | UV_WRITABLE
								       : UV_READABLE, on_ready);
}

bool printout_start(struct printout *printout, struct loop *loop, const struct buf *text,
		    loop_call *done, void *arg, struct err *err)
{
	int failed;

	memset(printout, 0, sizeof(*printout));
	printout->fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (printout->fd < 0)
		return err_set(err, ERR_IO, "cannot print: no terminal: %s", strerror(errno));
	failed = uv_poll_init(loop_uv(loop), &printout->poll, printout->fd);
	if (failed) {
		close(printout->fd);
		return err_set(err, ERR_IO, "cannot print: the terminal: %s", uv_strerror(failed));
	}
	for (size_t i = 0; i < text->len; i++) {	/* the terminal is raw or not: \r\n does both */
		if (text->data[i] == '\n')
			buf_char(&printout->text, '\r');
		buf_char(&printout->text, text->data[i]);
	}
	buf_text(&printout->text, prompt);
	printout->done = done;
	printout->arg = arg;
	printout->open = true;
	printout->poll.data = printout;
	uv_poll_start(&printout->poll, UV_READABLE | UV_WRITABLE, on_ready);
	return true;
}
