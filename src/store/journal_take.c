/*
 * Which file to write into. A start goes on in a file of its own user and host that nobody holds:
 * flock does not reach over a folder that is synced between hosts. Never taken are files that are
 * damaged, that hard links name elsewhere, or whose writing failed once (they are read-only).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"
#include "store/journal_inside.h"

bool journal_random(unsigned char *bytes, size_t len, struct err *err)
{
	return getrandom(bytes, len, 0) == (ssize_t)len ||
	       err_set(err, ERR_IO, "no random numbers: %s", strerror(errno));
}

static bool put_origin(char out[ORIGIN_TEXT], struct err *err)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char bytes[(ORIGIN_TEXT - 1) / 2];

	if (!journal_random(bytes, sizeof(bytes), err))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		out[2 * i] = hex[bytes[i] >> 4];
		out[2 * i + 1] = hex[bytes[i] & 15];
	}
	out[ORIGIN_TEXT - 1] = '\0';
	return true;
}

/* A setgid folder shares with its group what lies in it, whoever opened it. */
static mode_t mode_here(const struct journal *journal)
{
	struct stat st;

	if (journal->shared)
		return 0660;
	return fstat(journal->dirfd, &st) == 0 && (st.st_mode & S_ISGID) ? 0660 : 0600;
}

struct candidate {
	int fd;
	struct journal_chain chain;
	struct hlc hlc;			/* the highest in it */
	char host[NAME_TEXT];		/* who wrote last */
	int64_t whole;			/* bytes up to the end of the last whole line */
	int64_t size;
};

static void note_line(struct candidate *file, const struct journal_line *line)
{
	struct arena arena = { 0 };
	struct event event;

	if (hlc_compare(line->hlc, file->hlc) > 0)
		file->hlc = line->hlc;
	if (str_eq(line->kind, event_name(EVENT_SESSION_JOINED)) &&
	    journal_line_event(line, &arena, &event, NULL))
		str_put(file->host, sizeof(file->host), event_text(event.data.host));
	arena_done(&arena);
}

/* A write that was cut short leaves a part of a line. A whole one with another byte in the place of
 * its line feed was acknowledged, and damaged since. */
static bool ends_well(const struct candidate *file)
{
	size_t len = (size_t)(file->size - file->whole);
	struct journal_chain chain = file->chain;
	struct journal_line line;
	char *tail;
	bool well;

	if (len <= 1 || len > JOURNAL_LINE)
		return len <= 1;
	tail = mem_new(len);
	well = pread(file->fd, tail, len, file->whole) == (ssize_t)len &&
	       !journal_chain_take(&chain, str_sub(tail, len - 1), &line, NULL);
	mem_free(tail);
	return well;
}

/* Read it to its end. False: it is damaged. */
static bool read_chain(struct candidate *file, const char *origin)
{
	struct journal_lines lines;
	struct journal_line line;
	struct str text;
	bool ok = true;

	journal_lines_init(&lines, file->fd, 0, file->size);
	while (ok && journal_lines_next(&lines, &text)) {
		ok = journal_chain_take(&file->chain, text, &line, NULL);
		if (ok)
			note_line(file, &line);
	}
	file->whole = lines.next;
	ok = ok && lines.error == 0 &&
	     (file->chain.seq == 0 || strcmp(file->chain.origin, origin) == 0);
	journal_lines_done(&lines);
	return ok && ends_well(file);
}

/* Put the bytes behind the last line into FILE.torn, on the disk, before they are cut off. */
static bool keep_torn(const struct journal *journal, const struct candidate *file,
		      const char *name)
{
	size_t len = (size_t)(file->size - file->whole);
	char torn[JOURNAL_NAME + 8], *bytes = mem_new(len + 1);
	bool ok = pread(file->fd, bytes, len, file->whole) == (ssize_t)len;
	int fd;

	(void)snprintf(torn, sizeof(torn), "%s.torn", name);
	bytes[len] = '\n';		/* the next one begins a line */
	fd = journal_open_file(&journal->calls, journal->dirfd, torn, O_WRONLY | O_CREAT | O_APPEND,
			       0600);
	ok = ok && fd >= 0 && fchmod(fd, mode_here(journal)) == 0 &&
	     journal_write_whole(&journal->calls, fd, str_sub(bytes, len + 1)) &&
	     journal_sync(journal->calls.fsync, fd) &&
	     journal_sync(journal->calls.fsync, journal->dirfd);
	if (fd >= 0)
		close(fd);
	mem_free(bytes);
	return ok;
}

static bool mend(const struct journal *journal, const struct candidate *file, const char *name)
{
	return file->whole == file->size ||
	       (keep_torn(journal, file, name) && ftruncate(file->fd, file->whole) == 0);
}

/* Locked: is it still the file of that name, and may we write it? */
static bool is_ours(const struct journal *journal, struct candidate *file, const char *name)
{
	struct stat st, named;

	if (fstat(file->fd, &st) != 0 ||
	    fstatat(journal->dirfd, name, &named, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	file->size = st.st_size;
	return st.st_dev == named.st_dev && st.st_ino == named.st_ino && S_ISREG(st.st_mode) &&
	       st.st_nlink == 1 && st.st_uid == geteuid() && (st.st_mode & S_IWUSR) &&
	       st.st_size <= JOURNAL_BYTES;
}

static bool may_be_free(const struct journal_file *file)
{
	return S_ISREG(file->st.st_mode) && file->st.st_nlink == 1 &&
	       file->st.st_uid == geteuid() && (file->st.st_mode & S_IWUSR) &&
	       file->st.st_size <= JOURNAL_BYTES;
}

/* Take up a file that was left. False: not this one. */
static bool take_up(struct journal *journal, const struct journal_file *named)
{
	struct candidate file = { .whole = 0 };

	file.fd = journal_open_file(&journal->calls, journal->dirfd, named->name,
				    O_RDWR | O_APPEND, 0);
	if (file.fd < 0)
		return false;
	if (flock(file.fd, LOCK_EX | LOCK_NB) != 0 || !is_ours(journal, &file, named->name) ||
	    !read_chain(&file, named->origin) ||
	    (file.chain.seq > 0 && strcmp(file.host, event_text(journal->who.host)) != 0) ||
	    !mend(journal, &file, named->name)) {
		close(file.fd);
		return false;
	}
	journal->fd = file.fd;
	journal->chain = file.chain;
	journal->size = file.whole;
	if (hlc_compare(file.hlc, journal->last) > 0)
		journal->last = file.hlc;
	str_put(journal->chain.origin, sizeof(journal->chain.origin), named->origin);
	str_put(journal->name, sizeof(journal->name), named->name);
	return true;
}

static bool make_new(struct journal *journal, struct err *err)
{
	char origin[ORIGIN_TEXT], name[JOURNAL_NAME];
	int fd, why;

	if (!put_origin(origin, err))
		return false;
	journal_put_name(name, origin);
	fd = journal_open_file(&journal->calls, journal->dirfd, name,
			       O_RDWR | O_APPEND | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return err_set(err, ERR_IO, "cannot make a file in %s: %s", journal->dir,
			       strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 || fchmod(fd, mode_here(journal)) != 0) {
		why = errno;		/* whoever took it up meanwhile keeps it */
		close(fd);
		return err_set(err, ERR_IO, "cannot keep %s/%s: %s", journal->dir, name,
			       strerror(why));
	}
	journal->fd = fd;
	journal->chain = (struct journal_chain){ .seq = 0 };
	journal->size = 0;
	str_put(journal->chain.origin, sizeof(journal->chain.origin), origin);
	str_put(journal->name, sizeof(journal->name), name);
	return true;
}

/* A private folder of somebody else: he could not read what we would write. */
static bool is_for_us(const struct journal *journal, struct err *err)
{
	struct stat st;

	if (fstat(journal->dirfd, &st) != 0)
		return err_set(err, ERR_IO, "cannot look at %s: %s", journal->dir, strerror(errno));
	if (mode_here(journal) == 0600 && st.st_uid != geteuid())
		return err_set(err, ERR_REFUSED, "%s belongs to user %u, who could not read our lines",
			       journal->dir, (unsigned)st.st_uid);
	return true;
}

bool journal_take(struct journal *journal, struct err *err)
{
	struct journal_file *files;
	size_t count;
	bool taken = false;

	if (!is_for_us(journal, err))
		return false;
	files = journal_files(journal->dirfd, &count, err);
	if (!files)
		return err_add(err, "%s", journal->dir);
	for (size_t i = 0; i < count && !taken; i++)
		taken = may_be_free(&files[i]) && take_up(journal, &files[i]);
	mem_free(files);
	if (!taken && !make_new(journal, err))
		return false;
	journal->fresh = true;
	journal->joined = false;
	journal_followed(journal, journal->chain.origin)->ours = true;
	return true;
}
