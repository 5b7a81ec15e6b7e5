#include "app/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

static struct {
	uv_poll_t poll;
	int saved, read_end;
	bool open;
	char line[512];
	size_t len;
} capture;			/* there is one standard error */

static void take(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool end = bytes[i] == '\n' || capture.len == sizeof(capture.line);

		if (end && capture.len > 0) {
			log_put(LOG_WARN, "stderr: %.*s", (int)capture.len, capture.line);
			capture.len = 0;
		}
		if (bytes[i] != '\n')
			capture.line[capture.len++] = bytes[i];
	}
}

static ssize_t take_some(void)
{
	char bytes[1024];
	ssize_t got = read(capture.read_end, bytes, sizeof(bytes));

	if (got > 0)
		take(bytes, (size_t)got);
	return got;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	ssize_t got;

	(void)events;
	if (status < 0) {
		uv_poll_stop(poll);
		return;
	}
	got = take_some();
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		uv_poll_stop(poll);
}

bool capture_open(struct loop *loop, struct err *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return err_set(err, ERR_IO, "no pipe for standard error: %s", strerror(errno));
	capture.saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	capture.read_end = ends[0];
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	capture.open = true;
	uv_poll_init(loop_uv(loop), &capture.poll, capture.read_end);
	uv_poll_start(&capture.poll, UV_READABLE, on_readable);
	uv_unref((uv_handle_t *)&capture.poll);
	return true;
}

void capture_rescue(void)
{
	if (capture.open && capture.saved >= 0)
		dup2(capture.saved, STDERR_FILENO);
}

void capture_close(void)
{
	if (!capture.open)
		return;
	capture.open = false;
	uv_poll_stop(&capture.poll);
	if (capture.saved >= 0) {
		dup2(capture.saved, STDERR_FILENO);
		close(capture.saved);
	}
	while (take_some() > 0)		/* last words, the pipe does not block */
		;
	take("\n", 1);
	close(capture.read_end);
}
