#include "app/clip.h"

#include <string.h>

#include "base/mem.h"
#include "ui/term.h"

struct job {
	uv_process_t process;
	uv_pipe_t in;
	uv_write_t write;
	char *text;
	unsigned open;			/* handles that are not closed yet */
	clip_done *done;
	void *arg;
};

static void closed(uv_handle_t *handle)
{
	struct job *job = handle->data;

	if (--job->open > 0)
		return;
	mem_free(job->text);
	mem_free(job);
}

static void on_exit_(uv_process_t *process, int64_t status, int signum)
{
	struct job *job = process->data;

	if (status == 0 && signum == 0)
		job->done(job->arg, true, "copied by tmux load-buffer -w");
	else
		job->done(job->arg, false, "not copied: tmux load-buffer failed");
	uv_close((uv_handle_t *)process, closed);
}

static void written(uv_write_t *write, int status)
{
	struct job *job = write->data;

	(void)status;		/* tmux's exit status tells */
	uv_close((uv_handle_t *)&job->in, closed);
}

static void by_tmux(struct loop *loop, const char *text, clip_done *done, void *arg)
{
	static char words[][12] = { "tmux", "load-buffer", "-w", "-" };
	char *argv[] = { words[0], words[1], words[2], words[3], NULL };
	struct job *job = mem_new(sizeof(*job));
	uv_stdio_container_t stdio[] = {
		{ .flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&job->in },
		{ .flags = UV_IGNORE },
		{ .flags = UV_IGNORE },
	};
	uv_process_options_t options = { .file = "tmux", .args = argv, .exit_cb = on_exit_,
					 .stdio = stdio, .stdio_count = ARRAY_LEN(stdio) };
	uv_buf_t bytes;

	job->done = done;
	job->arg = arg;
	job->text = mem_text(text);
	job->process.data = job->in.data = job->write.data = job;
	job->open = 2;
	uv_pipe_init(loop_uv(loop), &job->in, 0);
	if (uv_spawn(loop_uv(loop), &job->process, &options) != 0) {
		done(arg, false, "not copied: tmux could not be started");
		uv_close((uv_handle_t *)&job->process, closed);
		uv_close((uv_handle_t *)&job->in, closed);
		return;
	}
	bytes = uv_buf_init(job->text, (unsigned)strlen(job->text));
	if (uv_write(&job->write, (uv_stream_t *)&job->in, &bytes, 1, written) != 0)
		uv_close((uv_handle_t *)&job->in, closed);
}

void clip_copy(struct loop *loop, const char *text, bool in_tmux, clip_done *done, void *arg)
{
	if (in_tmux)
		by_tmux(loop, text, done, arg);
	else if (term_clipboard(text))
		done(arg, true, "sent to the terminal's clipboard (OSC 52; the terminal does not "
		     "confirm)");
	else
		done(arg, false, "not copied: the terminal is busy or the text is too long");
}
