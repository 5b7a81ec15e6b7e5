#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"
#include "store/journal_inside.h"

/* What was made must be found again after a power cut: its name stands in the folder above. */
static bool sync_folder_above(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *above = mem_text(slash && slash > path ? path : slash ? "/" : ".");
	bool ok;
	int fd;

	if (slash && slash > path)
		above[slash - path] = '\0';
	fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = fd >= 0 && fsync(fd) == 0;
	if (!ok)
		err_set(err, ERR_IO, "cannot sync %s: %s", above, strerror(errno));
	if (fd >= 0)
		close(fd);
	mem_free(above);
	return ok;
}

static bool make_folder(const char *path, struct err *err)
{
	if (mkdir(path, 0700) == 0)
		return sync_folder_above(path, err);
	return errno == EEXIST || err_set(err, ERR_IO, "cannot make %s: %s", path, strerror(errno));
}

static bool make_folders(const char *dir, struct err *err)
{
	char *path = mem_text(dir);
	bool ok = true;

	for (char *p = path + 1; ok && path[0]; p++) {
		char kept = *p;

		if (kept != '/' && kept != '\0')
			continue;
		*p = '\0';
		ok = make_folder(path, err);
		*p = kept;
		if (kept == '\0')
			break;
	}
	mem_free(path);
	return ok;
}

/* Others may not put files beside ours, but for the group of a shared shelf. */
static bool is_safe(const struct journal *journal, struct err *err)
{
	struct stat st;
	mode_t others = journal->shared ? S_IWOTH : S_IWGRP | S_IWOTH;

	if (fstat(journal->dirfd, &st) != 0)
		return err_set(err, ERR_IO, "cannot look at %s: %s", journal->dir, strerror(errno));
	if (st.st_mode & others)
		return err_set(err, ERR_REFUSED,
			       "%s: mode %04o: others can put files there; chmod %s mends it",
			       journal->dir, (unsigned)st.st_mode & 07777,
			       journal->shared ? "o-w" : "go-w");
	return true;
}

static bool open_folder(struct journal *journal, bool made, struct err *err)
{
	journal->dirfd = open(journal->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (journal->dirfd < 0)
		return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %s: %s",
			       journal->dir, strerror(errno));
	if (made && journal->shared && fchmod(journal->dirfd, 02770) != 0)
		return err_set(err, ERR_IO, "cannot share %s: %s", journal->dir, strerror(errno));
	return is_safe(journal, err);
}

struct journal *journal_open(const char *dir, bool create, bool shared,
			     const struct journal_who *who, struct err *err)
{
	struct journal *journal = mem_new(sizeof(*journal));
	struct stat st;
	bool made = create && stat(dir, &st) != 0;

	journal->dir = mem_text(dir);
	journal->shared = shared;
	journal->who = *who;
	journal->dirfd = journal->fd = -1;
	journal_calls_fill(&journal->calls, who->calls);
	if ((made && !make_folders(dir, err)) || !open_folder(journal, made, err)) {
		journal_close(journal);
		return NULL;
	}
	return journal;
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	if (journal->fd >= 0)
		close(journal->fd);
	if (journal->dirfd >= 0)
		close(journal->dirfd);
	mem_free(journal->files);
	mem_free(journal->dir);
	mem_free(journal);
}

const char *journal_dir(const struct journal *journal)
{
	return journal->dir;
}

const char *journal_origin(const struct journal *journal)
{
	return journal->chain.origin;
}

const char *journal_degraded(const struct journal *journal)
{
	return journal->degraded;
}

/* The lines for one write, and where the chain stands after them. */
struct batch {
	struct buf bytes;
	struct journal_chain chain;
};

static bool add_event(struct journal *journal, struct batch *batch, struct event *event, msec now,
		      struct err *err)
{
	char hash[DIGEST_HEX];

	if (!journal_stamp(journal, event, batch->chain.seq + 1, now, err))
		return false;
	if (!journal_line_write(&batch->bytes, event, batch->chain.head, hash))
		return err_set(err, ERR_LIMIT,
			       "%s: no line of the journal: over %d bytes, or without its times",
			       event_name(event->kind), JOURNAL_LINE);
	batch->chain.seq = event->seq;
	str_put(batch->chain.head, sizeof(batch->chain.head), hash);
	if (hlc_compare(event->hlc, batch->chain.hlc) > 0)
		batch->chain.hlc = event->hlc;
	return true;
}

static bool fill(struct journal *journal, struct batch *batch, struct event *events, size_t count,
		 msec now, struct err *err)
{
	struct arena arena = { 0 };
	bool ok = true;

	if (!journal->joined) {
		struct event joined;

		journal_join(journal, now, &arena, &joined);
		ok = add_event(journal, batch, &joined, now, err);
	}
	for (size_t i = 0; ok && i < count; i++)
		ok = add_event(journal, batch, &events[i], now, err);
	arena_done(&arena);
	return ok;
}

/*
 * What stands behind the acknowledged part of a file whose writing failed may be on the disk or
 * not, and the kernel says so once only. So nobody writes it again: it stays as it is, and is made
 * read-only, by which the next start knows it. That mark lives as long as the pages do that may
 * pretend to be on the disk.
 */
static void leave_file(struct journal *journal, const char *why)
{
	struct stat st;

	journal_followed(journal, journal->chain.origin)->limit = journal->size;
	str_put(journal->degraded, sizeof(journal->degraded), why);
	if (fstat(journal->fd, &st) == 0)
		(void)!fchmod(journal->fd, st.st_mode & 0440);
	close(journal->fd);
	journal->fd = -1;
	journal->joined = false;
}

/* Was it taken away, or did somebody else write into it? Then it is not ours any more. */
static bool is_as_we_left_it(const struct journal *journal)
{
	struct stat st;

	return fstat(journal->fd, &st) == 0 && st.st_nlink > 0 && st.st_size == journal->size;
}

static bool write_batch(struct journal *journal, struct str bytes)
{
	return journal_write_whole(&journal->calls, journal->fd, bytes) &&
	       journal_sync(journal->calls.fdatasync, journal->fd) &&
	       (!journal->fresh || journal_sync(journal->calls.fsync, journal->dirfd));
}

static bool store_batch(struct journal *journal, const struct batch *batch, struct err *err)
{
	struct err why = { 0 };

	if (write_batch(journal, str_sub(batch->bytes.data, batch->bytes.len))) {
		journal->size += (int64_t)batch->bytes.len;
		journal->chain = batch->chain;
		journal->fresh = false;
		journal->joined = true;
		return true;
	}
	err_set(&why, ERR_IO, "cannot write %s/%s: %s", journal->dir, journal->name,
		strerror(errno));
	leave_file(journal, why.text);
	if (journal->size == 0) {	/* nothing in it counts */
		(void)!unlinkat(journal->dirfd, journal->name, 0);
		journal_forget(journal, journal->chain.origin);
	}
	return err_set(err, why.kind, "%s", why.text);
}

/* A file of ours that can be written into, ours alone. */
static bool have_file(struct journal *journal, struct err *err)
{
	struct err why = { 0 };

	if (journal->fd >= 0 && !is_as_we_left_it(journal)) {
		err_set(&why, ERR_IO, "%s/%s was changed by somebody else", journal->dir,
			journal->name);
		leave_file(journal, why.text);
	}
	if (journal->fd >= 0 || journal_take(journal, &why))
		return true;
	str_put(journal->degraded, sizeof(journal->degraded), why.text);
	return err_set(err, why.kind, "%s", why.text);
}

bool journal_append(struct journal *journal, struct event *events, size_t count, msec now,
		    struct err *err)
{
	struct batch batch = { .chain = { .seq = 0 } };
	bool ok;

	if (!have_file(journal, err))
		return false;
	batch.chain = journal->chain;
	ok = fill(journal, &batch, events, count, now, err) && store_batch(journal, &batch, err);
	buf_done(&batch.bytes);
	return ok;
}

void journal_touch(struct journal *journal)
{
	if (journal->fd >= 0)
		(void)!futimens(journal->fd, NULL);
}
