/*
 * typed.c: a terminal and a pipe are streams of libuv; a file is read bit by bit, because a file is
 * always ready and cannot be polled.
 */
#include "io/typed.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"

enum { CHUNK = 4096 };

struct typed {
	struct loop *loop;
	struct typed_watcher watcher;
	struct lines lines;
	bool ended, freed;		/* freed: its owner is gone, the handle closes */
	bool is_file;
	int fd;				/* ours where it is the terminal, opened anew; else -1 */
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tty_t tty;
		uv_pipe_t pipe;
		uv_idle_t idle;		/* of a file */
	} uv;
	int file;
	char chunk[CHUNK];
};

static void tell_lines(struct typed *typed, struct buf *whole)
{
	struct str rest = str_sub(buf_cstr(whole), whole->len), line;

	while (!typed->freed && rest.len > 0 && str_cut(&rest, '\n', &line))
		typed->watcher.line(typed->watcher.arg, line);
	buf_done(whole);
}

static void stop_reading(struct typed *typed)
{
	if (typed->is_file)
		uv_idle_stop(&typed->uv.idle);
	else
		uv_read_stop(&typed->uv.stream);
}

static void take(struct typed *typed, struct str bytes)
{
	struct buf whole = { 0 };

	lines_take(&typed->lines, bytes, &whole);
	tell_lines(typed, &whole);
}

static void end(struct typed *typed)
{
	struct buf whole = { 0 };

	if (typed->ended)
		return;
	typed->ended = true;
	stop_reading(typed);
	lines_end(&typed->lines, &whole);
	tell_lines(typed, &whole);
	if (!typed->freed)
		typed->watcher.ended(typed->watcher.arg);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
	struct typed *typed = handle->data;

	(void)suggested;
	*out = uv_buf_init(typed->chunk, sizeof(typed->chunk));
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *room)
{
	struct typed *typed = stream->data;

	if (got > 0)
		take(typed, str_sub(room->base, (size_t)got));
	else if (got < 0)
		end(typed);
}

static void on_idle(uv_idle_t *idle)
{
	struct typed *typed = idle->data;
	ssize_t got = read(typed->file, typed->chunk, sizeof(typed->chunk));

	if (got > 0)
		take(typed, str_sub(typed->chunk, (size_t)got));
	else
		end(typed);
}

static int begin(struct typed *typed, int fd)
{
	uv_loop_t *loop = loop_uv(typed->loop);
	uv_handle_type type = uv_guess_handle(fd);
	int failed;

	typed->fd = -1;
	typed->is_file = type == UV_FILE;
	if (typed->is_file) {
		typed->file = fd;
		uv_idle_init(loop, &typed->uv.idle);
		return uv_idle_start(&typed->uv.idle, on_idle);
	}
	if (type == UV_TTY) {
		typed->fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
		failed = uv_tty_init(loop, &typed->uv.tty, typed->fd >= 0 ? typed->fd : fd, 1);
	} else {
		failed = uv_pipe_init(loop, &typed->uv.pipe, 0);
		if (!failed)
			failed = uv_pipe_open(&typed->uv.pipe, fd);
	}
	if (failed)
		return failed;
	typed->uv.handle.data = typed;
	return uv_read_start(&typed->uv.stream, on_room, on_read);
}

struct typed *typed_new(struct loop *loop, int fd, const struct typed_watcher *watcher,
			struct err *err)
{
	struct typed *typed = mem_new(sizeof(*typed));
	int failed;

	typed->loop = loop;
	typed->watcher = *watcher;
	typed->uv.handle.data = typed;
	failed = begin(typed, fd);
	if (!failed) {
		typed->uv.handle.data = typed;
		return typed;
	}
	err_set(err, ERR_IO, "cannot read standard input: %s", uv_strerror(failed));
	if (typed->uv.handle.loop)
		typed_free(typed);
	else
		mem_free(typed);
	return NULL;
}

static void on_closed(uv_handle_t *handle)
{
	struct typed *typed = handle->data;

	lines_done(&typed->lines);
	mem_free(typed);
}

void typed_free(struct typed *typed)
{
	if (!typed || typed->freed)
		return;
	typed->freed = true;
	stop_reading(typed);
	uv_close(&typed->uv.handle, on_closed);
}
