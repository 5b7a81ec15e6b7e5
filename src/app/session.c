#include "app/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/paths.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"

enum { SESSION_MAX = 64 * 1024 };

static const char file_name[] = "/session.json", new_name[] = "/session.json.new";

static bool path_of(const struct context *context, const char *name, struct buf *out,
		    struct err *err)
{
	return paths_state(context, out, err) && buf_text(out, name);
}

/* It is ours and private, so its text is taken as it stands: the draft has lines. */
static void take(const json_t *root, const char *key, char *out, size_t size)
{
	(void)str_put(out, size, json_text_at(root, key, ""));
}

static bool parse(struct str bytes, struct place *out, struct err *err)
{
	json_t *root = json_read(bytes, SESSION_MAX, err);

	if (!root)
		return err_add(err, "session.json");
	take(root, "incident", out->incident, sizeof(out->incident));
	take(root, "screen", out->screen, sizeof(out->screen));
	take(root, "form", out->form, sizeof(out->form));
	take(root, "draft", out->draft, sizeof(out->draft));
	json_decref(root);
	return true;
}

static bool read_file(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char *bytes = mem_new(SESSION_MAX);
	ssize_t got = fd < 0 ? -1 : read(fd, bytes, SESSION_MAX);
	bool ok = got >= 0;

	if (!ok && errno != ENOENT)
		err_set(err, ERR_IO, "cannot read %s: %s", path, strerror(errno));
	else if (!ok)
		ok = true;
	else
		buf_add(out, bytes, (size_t)got);
	if (fd >= 0)
		close(fd);
	mem_free(bytes);
	return ok;
}

bool session_load(const struct context *context, struct place *out, struct err *err)
{
	struct buf path = { 0 }, text = { 0 };
	bool ok;

	memset(out, 0, sizeof(*out));
	ok = path_of(context, file_name, &path, err) && read_file(buf_cstr(&path), &text, err);
	if (ok && text.len > 0)
		ok = parse(str_sub(text.data, text.len), out, err);
	buf_done(&path);
	buf_done(&text);
	return ok;
}

static void write_text(const struct place *place, struct buf *out)
{
	json_t *root = json_object();

	json_object_set_new(root, "incident", json_string(place->incident));
	json_object_set_new(root, "screen", json_string(place->screen));
	json_object_set_new(root, "form", json_string(place->form));
	json_object_set_new(root, "draft", json_string(place->draft));
	json_write(out, root);
	buf_char(out, '\n');
	json_decref(root);
}

static bool write_file(const char *path, const struct buf *text, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok = fd >= 0 && write(fd, text->data, text->len) == (ssize_t)text->len;

	if (!ok)
		err_set(err, ERR_IO, "cannot write %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

bool session_save(const struct context *context, const struct place *place, struct err *err)
{
	struct buf path = { 0 }, fresh = { 0 }, text = { 0 };
	bool ok = path_of(context, file_name, &path, err) &&
		  path_of(context, new_name, &fresh, err);

	write_text(place, &text);
	ok = ok && write_file(buf_cstr(&fresh), &text, err);
	if (ok && rename(buf_cstr(&fresh), buf_cstr(&path)) != 0)
		ok = err_set(err, ERR_IO, "cannot replace %s: %s", buf_cstr(&path),
			     strerror(errno));
	buf_done(&path);
	buf_done(&fresh);
	buf_done(&text);
	return ok;
}

/* --- while the console runs --- */

struct session {
	struct loop *loop;
	const struct context *context;
	struct place place, job;	/* as it is; as the worker writes it */
	bool changed, busy, saved, failed;
	uv_work_t work;
	struct loop_timer quiet;
	struct err err;
};

static void on_quiet(void *arg);

struct session *session_new(struct loop *loop, const struct context *context)
{
	struct session *session = mem_new(sizeof(*session));

	session->loop = loop;
	session->context = context;
	session->quiet = (struct loop_timer){ .call = on_quiet, .arg = session };
	return session;
}

static void in_worker(uv_work_t *work)
{
	struct session *session = work->data;

	session->saved = session_save(session->context, &session->job, &session->err);
}

static void take_outcome(struct session *session)
{
	if (!session->saved && !session->failed)
		log_put(LOG_WARN, "the place is not kept: %s", session->err.text);
	session->failed = !session->saved;
}

static void wait_for_quiet(struct session *session)
{
	if (!session->quiet.set && !session->busy)
		loop_timer_set(session->loop, &session->quiet,
			       loop_now(session->loop).steady + SESSION_QUIET);
}

static void on_saved(uv_work_t *work, int status)
{
	struct session *session = work->data;

	(void)status;
	session->busy = false;
	take_outcome(session);
	if (session->changed)
		wait_for_quiet(session);
}

static void on_quiet(void *arg)
{
	struct session *session = arg;

	session->job = session->place;
	session->changed = false;
	session->busy = true;
	session->work.data = session;
	uv_queue_work(loop_uv(session->loop), &session->work, in_worker, on_saved);
}

void session_put(struct session *session, const struct place *place)
{
	if (memcmp(&session->place, place, sizeof(*place)) == 0)
		return;
	session->place = *place;
	session->changed = true;
	wait_for_quiet(session);
}

/* A worker that is still at it writes an older place, or it hangs: then this would too. */
void session_end(struct session *session)
{
	if (!session || !session->changed || session->busy)
		return;
	session->job = session->place;
	session->changed = false;
	session->work.data = session;
	in_worker(&session->work);
	take_outcome(session);
}
