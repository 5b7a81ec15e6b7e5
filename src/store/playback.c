#include "store/playback.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/segment.h"

#define HOUR (SERIES_POINTS * WHEN_MINUTE)

/* Told by its beginning alone: reading a line whole costs a hundred times as much. */
static bool is_older(struct str text, msec oldest)
{
	static const char begin[] = "{\"at\":\"";
	struct str time;
	msec at;

	if (!str_starts(text, begin))
		return false;
	text = str_sub(text.p + strlen(begin), text.len - strlen(begin));
	return str_cut(&text, '"', &time) && when_parse(time, &at) && at < oldest;
}

bool playback_scan(struct str bytes, bool cut, msec oldest, struct recall *recall,
		   struct playback *out)
{
	struct flight_line *line = mem_new(sizeof(*line));
	const char *last = bytes.len ? memrchr(bytes.p, '\n', bytes.len) : NULL;
	struct str rest = str_sub(bytes.p, last ? (size_t)(last - bytes.p) : 0), text;

	if (cut)
		(void)str_cut(&rest, '\n', &text);
	while (str_cut(&rest, '\n', &text)) {
		struct err err = { 0 };

		if (rest.len > 0 && is_older(text, oldest))
			continue;
		if (flight_decode(text, line, &err)) {
			recall_take(recall, line);
			out->lines++;
		} else if (err.kind != ERR_NOT_FOUND) {
			out->bad++;
		}
	}
	mem_free(line);
	return bytes.len == 0 || last == bytes.p + bytes.len - 1;
}

static bool read_end(int fd, struct buf *out, bool *cut)
{
	struct stat st;
	off_t from;
	char chunk[8192];

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	from = st.st_size > PLAYBACK_BYTES ? st.st_size - PLAYBACK_BYTES : 0;
	*cut = from > 0;
	while (out->len < PLAYBACK_BYTES) {
		ssize_t got = pread(fd, chunk, sizeof(chunk), from + (off_t)out->len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		buf_add(out, chunk, (size_t)got);
	}
	return true;
}

/* A line that its writer is just writing is not torn. */
static bool was_left(int fd)
{
	return flock(fd, LOCK_SH | LOCK_NB) == 0;
}

static void read_segment(int dirfd, const char *name, msec now, struct recall *recall,
			 struct playback *out)
{
	int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct buf bytes = { 0 };
	bool cut, left = fd >= 0 && was_left(fd);

	if (fd >= 0 && read_end(fd, &bytes, &cut)) {
		out->segments++;
		if (!playback_scan(str_sub(buf_cstr(&bytes), bytes.len), cut, now - HOUR, recall,
				   out) && left)
			str_put(out->torn, sizeof(out->torn), name);
	}
	if (fd >= 0)
		close(fd);
	buf_done(&bytes);
}

/* May it hold lines of the last hour? Not when its writer had begun the next one by then. */
static bool is_recent(const struct segment *all, size_t i, size_t count, msec now)
{
	if (all[i].start > now + WHEN_MINUTE || all[i].written < now - HOUR)
		return false;
	for (size_t k = i + 1; k < count; k++) {
		if (strcmp(all[k].origin, all[i].origin) == 0 && all[k].start <= now - HOUR)
			return false;
	}
	return true;
}

/* The newest counts always: where nothing is recent, it says since when nothing was recorded. */
static void read_folder(int dirfd, const char *estate, msec now, struct recall *recall,
			struct playback *out)
{
	size_t count, newest = SEGMENTS_MAX;
	struct segment *all = segment_list(dirfd, &count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(all[i].estate, estate) == 0 &&
		    (newest == SEGMENTS_MAX || all[i].written >= all[newest].written))
			newest = i;
	}
	for (size_t i = 0; i < count; i++) {
		if (strcmp(all[i].estate, estate) == 0 &&
		    (i == newest || is_recent(all, i, count, now)))
			read_segment(dirfd, all[i].name, now, recall, out);
	}
	mem_free(all);
}

void playback_read(const char *const *dirs, size_t count, const char *estate,
		   struct recall *recall, msec now, struct playback *out)
{
	*out = (struct playback){ .segments = 0 };
	for (size_t i = 0; i < count; i++) {
		int dirfd = dirs[i] ? open(dirs[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

		if (dirfd < 0)
			continue;
		read_folder(dirfd, estate, now, recall, out);
		close(dirfd);
	}
}
