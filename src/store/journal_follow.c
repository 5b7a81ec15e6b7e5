/*
 * Reading what all consoles write, as it comes. A file is read on from where it was left, if what
 * stood before that place still does: its last line's hash stands for everything before it. A file
 * that was cut or replaced by another is read from its start; ids make that harmless.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/journal_inside.h"

struct followed *journal_followed(struct journal *journal, const char *origin)
{
	struct followed *file;

	for (size_t i = 0; i < journal->file_count; i++) {
		if (strcmp(journal->files[i].origin, origin) == 0)
			return &journal->files[i];
	}
	journal->files = mem_grow(journal->files, &journal->file_cap, journal->file_count + 1,
				  sizeof(*journal->files));
	file = &journal->files[journal->file_count++];
	*file = (struct followed){ .limit = -1 };
	str_put(file->origin, sizeof(file->origin), origin);
	return file;
}

void journal_forget(struct journal *journal, const char *origin)
{
	struct followed *file = journal_followed(journal, origin);

	*file = journal->files[--journal->file_count];
}

const char *journal_remark(const struct journal *journal)
{
	return journal->remark;
}

/* One of them is enough to look into it. */
static void remark(struct journal *journal, const char *name, const char *what)
{
	(void)snprintf(journal->remark, sizeof(journal->remark), "%.300s/%s: %s", journal->dir, name,
		       what);
}

static void cannot_read(struct journal *journal, struct followed *file, const char *name,
			const char *why)
{
	if (!file->said)
		remark(journal, name, why);
	file->said = true;
}

static void begin_again(struct followed *file)
{
	file->offset = 0;
	file->sign_len = 0;
}

static bool has_sign(const struct followed *file, int fd)
{
	char bytes[JOURNAL_SIGN];
	ssize_t len = (ssize_t)file->sign_len;

	return pread(fd, bytes, file->sign_len, file->offset - len) == len &&
	       memcmp(bytes, file->sign, file->sign_len) == 0;
}

/* The line ended where the file is read on from. */
static void keep_sign(struct followed *file, struct str line)
{
	size_t len = line.len < JOURNAL_SIGN - 1 ? line.len : JOURNAL_SIGN - 1;

	memcpy(file->sign, line.p + line.len - len, len);
	file->sign[len] = '\n';
	file->sign_len = len + 1;
}

static void note_time(struct followed *file, struct str text)
{
	struct journal_line line;

	if (journal_line_parse(text, &line, NULL) && hlc_compare(line.hlc, file->hlc) > 0)
		file->hlc = line.hlc;
}

static bool read_on(struct followed *file, int fd, int64_t end, journal_visit *visit, void *arg)
{
	struct journal_lines lines;
	struct str line;
	int error;

	journal_lines_init(&lines, fd, file->offset, end);
	while (journal_lines_next(&lines, &line)) {
		file->offset = lines.next;
		if (lines.skipping) {	/* where it goes on is no place to know again */
			file->sign_len = 0;
		} else {
			keep_sign(file, line);
			note_time(file, line);
		}
		visit(arg, file->origin, line);
	}
	file->offset = lines.next;
	error = lines.error;
	journal_lines_done(&lines);
	errno = error;
	return error == 0;
}

/* No more of our own than what was acknowledged. */
static int64_t end_of(const struct followed *file, int64_t size)
{
	int64_t most = file->limit >= 0 ? file->limit : JOURNAL_BYTES;

	return size < most ? size : most;
}

static void read_file(struct journal *journal, struct followed *file, const char *name, int fd,
		      journal_visit *visit, void *arg)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || journal_oddity(&st)) {
		cannot_read(journal, file, name, "is no file");
		return;
	}
	if (st.st_size < file->offset || !has_sign(file, fd)) {
		remark(journal, name, st.st_size < file->offset ?
		       "is shorter than it was; read again from its start" :
		       "is another file than it was; read again from its start");
		begin_again(file);
	}
	file->dev = st.st_dev;
	file->ino = st.st_ino;
	if (!read_on(file, fd, end_of(file, st.st_size), visit, arg))
		cannot_read(journal, file, name, strerror(errno));
	else if (st.st_size > JOURNAL_BYTES)
		cannot_read(journal, file, name, "is too long; its end is not read");
	else
		file->said = false;
}

static bool is_new(const struct followed *file, const struct stat *st)
{
	return st->st_size < file->offset || st->st_dev != file->dev || st->st_ino != file->ino ||
	       end_of(file, st->st_size) > file->offset;
}

static void look_at(struct journal *journal, const struct journal_file *named, journal_visit *visit,
		    void *arg)
{
	struct followed *file = journal_followed(journal, named->origin);
	const char *odd = journal_oddity(&named->st);
	int fd;

	file->touched = named->touched;
	file->gone = false;
	if (odd) {
		char why[64];

		(void)snprintf(why, sizeof(why), "is %s, not a file", odd);
		cannot_read(journal, file, named->name, why);
		return;
	}
	if (!is_new(file, &named->st))
		return;
	fd = openat(journal->dirfd, named->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		cannot_read(journal, file, named->name, strerror(errno));
		return;
	}
	read_file(journal, file, named->name, fd, visit, arg);
	close(fd);
}

static void note_gone(struct journal *journal, struct followed *file)
{
	char name[JOURNAL_NAME];

	if (file->gone && file->offset > 0 && !file->said) {
		journal_put_name(name, file->origin);
		cannot_read(journal, file, name, "is gone; what was read of it counts");
	}
}

bool journal_follow(struct journal *journal, journal_visit *visit, void *arg, struct err *err)
{
	size_t count;
	struct journal_file *files = journal_files(journal->dirfd, &count, err);

	journal->remark[0] = '\0';
	if (!files)
		return err_add(err, "%s", journal->dir);
	for (size_t i = 0; i < journal->file_count; i++)
		journal->files[i].gone = true;
	for (size_t i = count; i-- > 0;)	/* so that what is older mostly comes first */
		look_at(journal, &files[i], visit, arg);
	for (size_t i = 0; i < journal->file_count; i++)
		note_gone(journal, &journal->files[i]);
	if (count == JOURNAL_FILES)
		remark(journal, ".", "holds more journals than are read");
	mem_free(files);
	return true;
}

static void put_peer(const struct followed *file, struct journal_peer *out)
{
	*out = (struct journal_peer){ .touched = file->touched, .ours = file->ours };
	str_put(out->origin, sizeof(out->origin), file->origin);
}

size_t journal_peers(struct journal *journal, struct journal_peer *out, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < journal->file_count && max > 0; i++) {
		const struct followed *file = &journal->files[i];
		size_t at = count < max ? count : max - 1;

		if (file->gone || (count == max && out[at].touched >= file->touched))
			continue;
		for (; at > 0 && out[at - 1].touched < file->touched; at--)
			out[at] = out[at - 1];
		put_peer(file, &out[at]);
		count += count < max;
	}
	return count;
}
