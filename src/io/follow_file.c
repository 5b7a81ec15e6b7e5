#include "io/follow_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "base/mem.h"

void follow_file_init(struct follow_file *file, const char *path)
{
	memset(file, 0, sizeof(*file));
	file->path = mem_text(path);
	file->fd = -1;
}

static void leave(struct follow_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

void follow_file_done(struct follow_file *file)
{
	leave(file);
	lines_done(&file->lines);
	mem_free(file->path);
}

/* A long path is cut: the sentence is for reading. */
static bool fail(struct follow_file *file, struct follow_read *out, const char *what)
{
	out->failed = true;
	(void)snprintf(out->why, sizeof(out->why), "%s: %.100s", what, file->path);
	return false;
}

static bool fail_errno(struct follow_file *file, struct follow_read *out)
{
	int number = errno;

	return fail(file, out, number == ENOENT ? "no such file" : uv_strerror(-number));
}

static bool may_be_followed(const struct stat *info)
{
	return S_ISREG(info->st_mode) || S_ISFIFO(info->st_mode);
}

static void go_to(struct follow_file *file, off_t offset)
{
	file->offset = offset;
	file->marked = 0;
	lines_reset(&file->lines);
}

/* One byte earlier: if that is the end of a line, no line is cut in two. */
static void go_into(struct follow_file *file, off_t offset)
{
	go_to(file, offset - 1);
	lines_skip(&file->lines);
}

/* Looked at before it is opened too, as opening a device may do something. */
static bool enter(struct follow_file *file, struct follow_read *out)
{
	struct stat info;

	if (stat(file->path, &info) != 0)
		return fail_errno(file, out);
	if (!may_be_followed(&info))
		return fail(file, out, "neither a file nor a FIFO");
	file->fd = open(file->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (file->fd < 0 || fstat(file->fd, &info) != 0)
		return fail_errno(file, out);
	if (!may_be_followed(&info)) {
		leave(file);
		return fail(file, out, "neither a file nor a FIFO");
	}
	file->fifo = S_ISFIFO(info.st_mode);
	file->device = info.st_dev;
	file->inode = info.st_ino;
	go_to(file, 0);
	return true;
}

/* The last bytes read, by which a file that was cut and has grown again is known. */
static void mark(struct follow_file *file, struct str bytes)
{
	size_t len = bytes.len < FOLLOW_MARK ? bytes.len : FOLLOW_MARK;

	memcpy(file->mark, bytes.p + bytes.len - len, len);
	file->marked = len;
}

static bool is_truncated(const struct follow_file *file, off_t size)
{
	char now[FOLLOW_MARK];
	ssize_t got;

	if (size < file->offset)
		return true;
	if (file->marked == 0)
		return false;
	got = pread(file->fd, now, file->marked, file->offset - (off_t)file->marked);
	return got == (ssize_t)file->marked && memcmp(now, file->mark, file->marked) != 0;
}

/* Where to read from now. */
static bool find_place(struct follow_file *file, bool first, struct follow_read *out)
{
	struct stat info;
	off_t size;

	if (file->fifo)
		return true;
	if (fstat(file->fd, &info) != 0)
		return fail_errno(file, out);
	size = info.st_size;
	if (is_truncated(file, size)) {
		out->follow = FOLLOW_TRUNCATED;
		go_to(file, 0);
	}
	if (first && size > FOLLOW_FIRST) {
		go_into(file, size - FOLLOW_FIRST);
	} else if (size - file->offset > FOLLOW_BEHIND) {
		out->lost += (uint64_t)(size - file->offset - FOLLOW_RESUME);
		go_into(file, size - FOLLOW_RESUME);
	}
	return true;
}

static ssize_t read_at(const struct follow_file *file, char *bytes, size_t size)
{
	return file->fifo ? read(file->fd, bytes, size) :
			    pread(file->fd, bytes, size, file->offset);
}

/* Up to the end, or until the answer is full: then there is more. */
static bool read_lines(struct follow_file *file, struct follow_read *out)
{
	enum { CHUNK = 16 * 1024 };
	char *bytes = mem_new(CHUNK);
	ssize_t got = 1;

	while (got > 0 && out->lines.len + LINES_LONGEST + 2 + CHUNK <= FOLLOW_ANSWER) {
		got = read_at(file, bytes, CHUNK);
		if (got <= 0)
			break;
		file->offset += got;
		mark(file, str_sub(bytes, (size_t)got));
		lines_take(&file->lines, str_sub(bytes, (size_t)got), &out->lines);
	}
	mem_free(bytes);
	out->more = got > 0;
	if (got >= 0 || errno == EAGAIN || errno == EINTR)
		return true;
	(void)fail_errno(file, out);
	leave(file);
	return false;
}

/* Is another file at the path now, or none? */
static bool was_renamed(const struct follow_file *file, bool *gone)
{
	struct stat info;

	*gone = stat(file->path, &info) != 0;
	return *gone || info.st_dev != file->device || info.st_ino != file->inode;
}

static void change_over(struct follow_file *file, struct follow_read *out)
{
	lines_end(&file->lines, &out->lines);
	leave(file);
	out->follow = FOLLOW_ROTATED;
	if (enter(file, out) && find_place(file, false, out))
		(void)read_lines(file, out);
}

static void read_on(struct follow_file *file, struct follow_read *out)
{
	bool first = !file->begun, opened = file->fd < 0, gone = false;

	file->begun = true;
	if (opened && !enter(file, out))
		return;
	if (opened)
		out->follow = first ? FOLLOW_BEGUN : FOLLOW_ROTATED;
	if (!find_place(file, opened && first, out) || !read_lines(file, out))
		return;
	if (out->more || !was_renamed(file, &gone))
		return;
	if (gone)
		(void)fail_errno(file, out);
	else
		change_over(file, out);
}

/* What was read before something failed is an answer; the next one will say what failed. */
void follow_file_read(struct follow_file *file, struct follow_read *out)
{
	read_on(file, out);
	out->failed = out->failed && out->lines.len == 0;
}
