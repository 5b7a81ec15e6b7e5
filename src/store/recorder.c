#include "store/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "core/flight_log.h"
#include "store/segment.h"

struct recorder {
	char *dir, *shared, *environment;
	char estate[FLIGHT_ID], origin[FLIGHT_ID];
	bool headless;
	msec keep;
	int64_t size;
	int fd;			/* the segment; -1: none is open */
	msec start;
	int64_t written;
	msec synced;		/* when the segment was brought to the disk last */
	int claim;		/* the lock of the headless recorder; -1 */
};

static bool failed(struct err *err, const char *what, const char *path)
{
	return err_set(err, ERR_IO, "cannot %s %s: %s", what, path, strerror(errno));
}

static void put_origin(char out[FLIGHT_ID])
{
	unsigned char bytes[FLIGHT_ID / 2] = { 0 };
	struct buf text = { 0 };

	/* Without randomness it is zeros: files are made with O_EXCL, so that two never share. */
	(void)!getrandom(bytes, sizeof(bytes), GRND_NONBLOCK);
	for (size_t i = 0; i < sizeof(bytes); i++)
		buf_fmt(&text, "%02x", bytes[i]);
	str_put(out, FLIGHT_ID, buf_cstr(&text));
	buf_done(&text);
}

struct recorder *recorder_new(const struct recorder_setup *setup)
{
	struct recorder *recorder = mem_new(sizeof(*recorder));

	recorder->dir = mem_text(setup->dir);
	recorder->shared = mem_text(setup->shared);
	recorder->environment = mem_text(setup->environment);
	str_put(recorder->estate, sizeof(recorder->estate), setup->estate);
	recorder->headless = setup->headless;
	recorder->keep = setup->keep;
	recorder->size = setup->size;
	recorder->fd = recorder->claim = -1;
	put_origin(recorder->origin);
	return recorder;
}

static void close_segment(struct recorder *recorder)
{
	if (recorder->fd >= 0)
		close(recorder->fd);
	recorder->fd = -1;
}

void recorder_free(struct recorder *recorder)
{
	if (!recorder)
		return;
	close_segment(recorder);
	if (recorder->claim >= 0)
		close(recorder->claim);
	mem_free(recorder->dir);
	mem_free(recorder->shared);
	mem_free(recorder->environment);
	mem_free(recorder);
}

/* A setgid folder shares with its group what lies in it. */
static mode_t mode_in(int dirfd)
{
	struct stat st;

	return fstat(dirfd, &st) == 0 && (st.st_mode & S_ISGID) ? 0660 : 0600;
}

static bool make_folders(char *path, struct err *err)
{
	for (char *p = path + 1;; p++) {
		char kept = *p;
		bool made;

		if (kept != '/' && kept != '\0')
			continue;
		*p = '\0';
		made = mkdir(path, 0700) == 0 || errno == EEXIST || failed(err, "make", path);
		*p = kept;
		if (!made || kept == '\0')
			return made;
	}
}

/* The folder, made when it is missing, with all above it. -1 with err. */
static int open_folder(const struct recorder *recorder, struct err *err)
{
	int fd = open(recorder->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT) {
		if (!make_folders(recorder->dir, err))
			return -1;
		fd = open(recorder->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (fd < 0)
		failed(err, "open", recorder->dir);
	return fd;
}

/* Gone, unless a writer holds it. */
static bool remove_segment(int dirfd, const struct segment *segment)
{
	int fd = openat(dirfd, segment->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool gone = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
		    unlinkat(dirfd, segment->name, 0) == 0;

	if (fd >= 0)
		close(fd);
	return gone;
}

static void prune(const struct recorder *recorder, int dirfd, msec now)
{
	msec span = recorder->keep / SEGMENT_PARTS;
	int64_t total = 0, most = recorder->size - recorder->size / SEGMENT_PARTS;
	size_t count;
	struct segment *all = segment_list(dirfd, &count);

	for (size_t i = 0; i < count; i++)
		total += all[i].size;
	for (size_t i = 0; i < count; i++) {
		bool old = all[i].start + span < now - recorder->keep;
		bool many = count - i > SEGMENTS_MAX / 2;

		if ((old || many || total > most) && remove_segment(dirfd, &all[i]))
			total -= all[i].size;
	}
	mem_free(all);
}

static void put_lock_path(struct buf *out, const char *dir, const char *estate)
{
	buf_fmt(out, "%s/flight.%s.lock", dir, estate);
}

static int lock_failed(const struct recorder *recorder, const char *path, int why, struct err *err)
{
	long other = (long)recorder_at_work(recorder->dir, recorder->estate);

	if (why != EAGAIN && why != EACCES)
		err_set(err, ERR_IO, "cannot lock %s: %s", path, strerror(why));
	else if (other > 0)
		err_set(err, ERR_REFUSED, "%s is recorded already, by process %ld (%s)",
			recorder->environment, other, path);
	else
		err_set(err, ERR_REFUSED, "%s is recorded already, by somebody who holds %s",
			recorder->environment, path);
	return -1;
}

static int take_lock(const struct recorder *recorder, const char *path, mode_t mode,
		     struct err *err)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	if (fd < 0) {
		failed(err, "open", path);
	} else if (fcntl(fd, F_OFD_SETLK, &whole) != 0) {
		int why = errno;

		close(fd);
		fd = lock_failed(recorder, path, why, err);
	} else if (fchmod(fd, mode) != 0 || ftruncate(fd, 0) != 0 ||
		   dprintf(fd, "%ld\n", (long)getpid()) < 0) {
		failed(err, "write", path);
		close(fd);
		fd = -1;
	}
	return fd;
}

bool recorder_claim(struct recorder *recorder, struct err *err)
{
	int dirfd = open_folder(recorder, err);
	struct buf path = { 0 };

	if (dirfd < 0)
		return false;
	put_lock_path(&path, recorder->dir, recorder->estate);
	recorder->claim = take_lock(recorder, buf_cstr(&path), mode_in(dirfd), err);
	close(dirfd);
	buf_done(&path);
	return recorder->claim >= 0;
}

static pid_t pid_in(int fd)
{
	char text[32];
	ssize_t got = pread(fd, text, sizeof(text), 0);
	int64_t pid;

	if (got <= 0 || !num_parse_i64(str_trim(str_sub(text, (size_t)got)), &pid) || pid <= 0 ||
	    pid > INT_MAX)
		return -1;
	return (pid_t)pid;
}

pid_t recorder_at_work(const char *dir, const char *estate)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct buf path = { 0 };
	pid_t pid = 0;
	int fd;

	put_lock_path(&path, dir, estate);
	fd = open(buf_cstr(&path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0 && fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK)
		pid = pid_in(fd);
	if (fd >= 0)
		close(fd);
	buf_done(&path);
	return pid;
}

static bool other_records(const struct recorder *recorder)
{
	if (recorder->headless)
		return false;
	return recorder_at_work(recorder->dir, recorder->estate) != 0 ||
	       (recorder->shared && recorder_at_work(recorder->shared, recorder->estate) != 0);
}

/* All of it or, by cutting off what got through, nothing of it. */
static bool write_whole(struct recorder *recorder, struct str bytes, struct err *err)
{
	size_t done = 0;

	while (done < bytes.len) {
		ssize_t put = write(recorder->fd, bytes.p + done, bytes.len - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			failed(err, "write into", recorder->dir);
			(void)!ftruncate(recorder->fd, recorder->written);
			return false;
		}
		done += (size_t)put;
	}
	recorder->written += (int64_t)bytes.len;
	return true;
}

static bool write_start(struct recorder *recorder, msec now, struct err *err)
{
	struct flight_line *line = mem_new(sizeof(*line));
	struct buf text = { 0 };
	bool ok;

	line->kind = FLIGHT_START;
	line->at = now;
	line->pid = getpid();
	str_put(line->by, sizeof(line->by), recorder->headless ? "record" : "console");
	str_put(line->environment, sizeof(line->environment), recorder->environment);
	flight_encode(line, &text);
	ok = write_whole(recorder, str_sub(text.data, text.len), err);
	buf_done(&text);
	mem_free(line);
	return ok;
}

static bool begin_segment(struct recorder *recorder, int dirfd, const char *name, msec now,
			  struct err *err)
{
	recorder->fd = openat(dirfd, name, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC |
			      O_NOFOLLOW, 0600);
	recorder->start = now;
	recorder->written = 0;
	if (recorder->fd < 0)
		return failed(err, "make a file in", recorder->dir);
	if (flock(recorder->fd, LOCK_EX) == 0 &&	/* a reader may hold it for a moment */
	    fchmod(recorder->fd, mode_in(dirfd)) == 0) {
		if (write_start(recorder, now, err))
			return true;
	} else {
		failed(err, "keep a file in", recorder->dir);
	}
	(void)!unlinkat(dirfd, name, 0);	/* there is nothing in it */
	close_segment(recorder);
	return false;
}

static bool open_segment(struct recorder *recorder, msec now, struct err *err)
{
	char name[SEGMENT_NAME];
	int dirfd = open_folder(recorder, err);
	bool ok;

	if (dirfd < 0)
		return false;
	prune(recorder, dirfd, now);
	segment_put_name(name, recorder->estate, recorder->origin, now);
	ok = begin_segment(recorder, dirfd, name, now, err);
	recorder->synced = now;
	close(dirfd);
	return ok;
}

/* Was the file taken away under us? Then what is appended would be seen by nobody. */
static bool is_gone(int fd)
{
	struct stat st;

	return fstat(fd, &st) != 0 || st.st_nlink == 0;
}

static bool is_full(const struct recorder *recorder, size_t more, msec now)
{
	return now < recorder->start || now - recorder->start >= recorder->keep / SEGMENT_PARTS ||
	       recorder->written + (int64_t)more > recorder->size / SEGMENT_PARTS;
}

/* A program that ends waits for a disk that is being synced: rarely enough, nobody notices. */
static bool is_synced(struct recorder *recorder, msec now)
{
	if (now >= recorder->synced && now - recorder->synced < WHEN_MINUTE)
		return true;
	recorder->synced = now;
	return false;
}

enum recorded recorder_append(struct recorder *recorder, struct str lines, msec now,
			      struct err *err)
{
	if (recorder->headless && recorder->claim < 0 && !recorder_claim(recorder, err))
		return NOT_RECORDED;
	if (other_records(recorder)) {
		close_segment(recorder);
		return RECORDED_BY_OTHER;
	}
	if (recorder->fd >= 0 && (is_gone(recorder->fd) || is_full(recorder, lines.len, now)))
		close_segment(recorder);
	if (recorder->fd < 0 && !open_segment(recorder, now, err))
		return NOT_RECORDED;
	if (!write_whole(recorder, lines, err)) {
		close_segment(recorder);
		return NOT_RECORDED;
	}
	if (!is_synced(recorder, now) && fdatasync(recorder->fd) != 0) {
		failed(err, "write into", recorder->dir);
		close_segment(recorder);
		return NOT_RECORDED;
	}
	return RECORDED;
}
