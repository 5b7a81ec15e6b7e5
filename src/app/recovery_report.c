#include "app/recovery_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/paths.h"
#include "base/mem.h"
#include "base/secret.h"

enum { DATE = 10 };

static bool write_all(int fd, const struct buf *bytes)
{
	size_t done = 0;

	while (done < bytes->len) {
		ssize_t put = write(fd, bytes->data + done, bytes->len - done);

		if (put < 0 && errno != EINTR)
			return false;
		done += put > 0 ? (size_t)put : 0;
	}
	return fsync(fd) == 0;
}

/* Under another name first: whoever looks sees the whole of it or nothing. */
static bool write_file(const char *path, const struct buf *bytes, struct err *err)
{
	struct buf aside = { 0 };
	bool ok;
	int fd;

	buf_fmt(&aside, "%s.%ld", path, (long)getpid());
	fd = open(buf_cstr(&aside), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	ok = fd >= 0 && write_all(fd, bytes) && rename(buf_cstr(&aside), path) == 0;
	if (!ok)
		err_set(err, ERR_IO, "cannot write the report %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (!ok && fd >= 0)
		unlink(buf_cstr(&aside));
	buf_done(&aside);
	return ok;
}

static bool make_folder(const char *reports, struct err *err)
{
	char *folder = mem_text(reports);
	bool ok = paths_make(folder, err);

	mem_free(folder);
	return ok;
}

static void put_path(const char *reports, const struct dr_report_in *in, struct buf *path)
{
	char id[DR_REPORT_ID], at[WHEN_TEXT];

	dr_report_id(in, id);
	when_format(at, in->verification->started);
	buf_fmt(path, "%s/%.*s-%s.json", reports, DATE, at, id);
}

bool recovery_report(struct work *work, const struct verification *verification,
		     enum drill_type type, struct buf *path, bool *pass, struct err *err)
{
	const struct drills_settings *set = &work->settings.drills;
	struct drill *drill = arena_new(&work->arena, sizeof(*drill));
	const struct dr_report_in in = { .verification = verification, .drill = drill,
					 .tool_version = BINNACLE_VERSION, .host = work->host };
	struct buf text = { 0 }, clean = { 0 };
	json_t *root;
	bool ok;

	drill->type = type;
	drill->scenario = SCENARIO_OTHER;
	drill->started_at = verification->started;
	str_put(drill->environment, sizeof(drill->environment), work->settings.environment);
	str_put(drill->image, sizeof(drill->image), set->image ? set->image : "");
	root = dr_report_json(&in, pass);
	json_write(&text, root);
	buf_char(&text, '\n');
	json_decref(root);
	redact(&clean, str_sub(buf_cstr(&text), text.len));
	put_path(set->reports, &in, path);
	ok = make_folder(set->reports, err) && write_file(buf_cstr(path), &clean, err);
	buf_done(&text);
	buf_done(&clean);
	return ok;
}
