#include "store/casebook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "store/casebook_inside.h"

static const char file_name[] = "transactions.jsonl";

static bool is_ours(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

static int open_file(const char *state_dir, struct err *err)
{
	int dir = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = dir < 0 ? -1 : openat(dir, file_name, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW |
				       O_NONBLOCK | O_CLOEXEC, 0600);

	if (fd < 0)
		err_set(err, ERR_IO, "%s/%s cannot be opened: %s", state_dir, file_name,
			strerror(errno));
	if (dir >= 0)
		close(dir);
	if (fd >= 0 && !is_ours(fd)) {
		err_set(err, ERR_REFUSED, "%s/%s: others could have written it", state_dir,
			file_name);
		close(fd);
		fd = -1;
	}
	return fd;
}

struct casebook *casebook_open(const char *state_dir, char said[BECAUSE_TEXT], struct err *err)
{
	struct casebook *book;
	int fd = open_file(state_dir, err);

	said[0] = '\0';
	if (fd < 0)
		return NULL;
	book = mem_new(sizeof(*book));
	book->fd = fd;
	(void)casebook_tick(book);
	if (book->odd > 0)
		snprintf(said, BECAUSE_TEXT, "%s/%s: %zu lines say nothing that can be read, line "
			 "%zu first; they are passed over", state_dir, file_name, book->odd,
			 book->first_odd);
	return book;
}

void casebook_close(struct casebook *book)
{
	if (!book)
		return;
	close(book->fd);
	for (size_t i = 0; i < book->count; i++)
		mem_free(book->items[i]);
	mem_free(book->items);
	buf_done(&book->rest);
	mem_free(book);
}

static void take_line(struct casebook *book, struct str line)
{
	struct casebook_item item = { .kind = CASE_LEDGER };

	book->lines++;
	if (casebook_item_read(line, &item)) {
		item.order = book->lines;
		book->items = mem_grow(book->items, &book->cap, book->count + 1,
				       sizeof(struct casebook_item *));
		book->items[book->count++] = mem_dup(&item, sizeof(item));
	} else if (book->odd++ == 0) {
		book->first_odd = book->lines;
	}
}

/* What does not end in a line feed is being written, or was torn off: it waits for its rest. */
static bool take_lines(struct casebook *book)
{
	struct str rest = str_sub(buf_cstr(&book->rest), book->rest.len);
	size_t before = book->lines;
	const char *end;

	while ((end = memchr(rest.p, '\n', rest.len))) {
		take_line(book, str_sub(rest.p, (size_t)(end - rest.p)));
		rest = str_sub(end + 1, rest.len - (size_t)(end + 1 - rest.p));
	}
	if (rest.len > 0)
		memmove(book->rest.data, rest.p, rest.len);
	if (book->rest.len > 0)
		buf_cut(&book->rest, rest.len);
	return book->lines > before;
}

static int by_key(const void *a, const void *b)
{
	const struct casebook_item *left = *(struct casebook_item *const *)a;
	const struct casebook_item *right = *(struct casebook_item *const *)b;
	int order = casebook_compare(left, right);

	return order ? order : (left->order > right->order) - (left->order < right->order);
}

/* In order of what they are about, only the last word on each. */
static void settle(struct casebook *book)
{
	size_t kept = 0;

	if (book->count > 1)
		qsort(book->items, book->count, sizeof(struct casebook_item *), by_key);
	for (size_t i = 0; i < book->count; i++) {
		bool last = i + 1 == book->count ||
			    casebook_compare(book->items[i], book->items[i + 1]) != 0;

		if (last)
			book->items[kept++] = book->items[i];
		else
			mem_free(book->items[i]);
	}
	book->count = kept;
}

bool casebook_tick(struct casebook *book)
{
	char chunk[8192];
	bool news = false;
	ssize_t n;

	while ((n = pread(book->fd, chunk, sizeof(chunk), book->at)) > 0 ||
	       (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		book->at += n;
		buf_add(&book->rest, chunk, (size_t)n);
		news = take_lines(book) || news;
	}
	if (news)
		settle(book);
	return news;
}

/* A line that somebody's crash tore off must not swallow the next one. */
static bool ends_whole(int fd)
{
	struct stat st;
	char last = '\n';

	if (fstat(fd, &st) != 0 || st.st_size == 0)
		return true;
	return pread(fd, &last, 1, st.st_size - 1) != 1 || last == '\n';
}

static bool write_whole(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return fdatasync(fd) == 0;
}

/* One line, and what others wrote before it. What failed half-way is cut by the next line feed. */
static bool append(struct casebook *book, const struct casebook_item *item, struct err *err)
{
	struct buf line = { 0 };
	bool ok;

	if (flock(book->fd, LOCK_EX) != 0)
		return err_set(err, ERR_IO, "%s cannot be locked: %s", file_name, strerror(errno));
	if (!ends_whole(book->fd))
		buf_char(&line, '\n');
	casebook_item_write(item, &line);
	buf_char(&line, '\n');
	ok = write_whole(book->fd, buf_cstr(&line), line.len);
	if (!ok)
		err_set(err, ERR_IO, "%s: %s", file_name, strerror(errno));
	(void)flock(book->fd, LOCK_UN);
	buf_done(&line);
	(void)casebook_tick(book);
	return ok;
}

static const struct casebook_item *find(const struct casebook *book, enum casebook_kind kind,
					const char *network, const char *about)
{
	struct casebook_item key = { .kind = kind };
	const struct casebook_item *wanted = &key;
	size_t low = 0, high = book->count;

	str_put(key.network, sizeof(key.network), network);
	str_put(key.about, sizeof(key.about), about);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = casebook_compare(book->items[middle], wanted);

		if (order == 0)
			return book->items[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool casebook_judge(struct casebook *book, const char *network, const struct tx_mark *mark,
		    struct err *err)
{
	struct casebook_item item = { .kind = CASE_VERDICT, .mark = *mark };
	const struct tx_mark *known = casebook_verdict(book, network, mark->hash);

	if (!mark->hash[0] || (known && known->verdict == mark->verdict))
		return true;
	str_put(item.network, sizeof(item.network), network);
	str_put(item.about, sizeof(item.about), mark->hash);
	return append(book, &item, err);
}

bool casebook_dismiss(struct casebook *book, const char *id, const char *hash, const char *reason,
		      const char *by, msec now, struct err *err)
{
	struct casebook_item item = { .kind = CASE_DISMISSAL };

	str_put(item.about, sizeof(item.about), hash[0] ? hash : id);
	if (!item.about[0])
		return err_set(err, ERR_INPUT, "a row without a hash and without an id cannot be "
			       "told from others");
	str_put(item.mark.hash, sizeof(item.mark.hash), hash);
	str_put(item.mark.id, sizeof(item.mark.id), id);
	str_put(item.mark.by, sizeof(item.mark.by), by);
	str_put(item.mark.because, sizeof(item.mark.because), reason ? reason : "");
	item.taken_back = !reason;
	item.mark.at = now;
	return append(book, &item, err);
}

bool casebook_highwater(struct casebook *book, const char *network, int64_t ledger,
			struct err *err)
{
	struct casebook_item item = { .kind = CASE_LEDGER, .ledger = ledger };
	int64_t known = casebook_ledger(book, network);

	if (known > 0 && ledger < known + CASEBOOK_LEDGER_STEP)
		return true;
	str_put(item.network, sizeof(item.network), network);
	return append(book, &item, err);
}

const struct tx_mark *casebook_verdict(const struct casebook *book, const char *network,
				       const char *hash)
{
	const struct casebook_item *item = find(book, CASE_VERDICT, network, hash);

	return item ? &item->mark : NULL;
}

const char *casebook_dismissed(const struct casebook *book, const char *id, const char *hash)
{
	const struct casebook_item *item = find(book, CASE_DISMISSAL, "", hash[0] ? hash : id);

	return item && !item->taken_back ? item->mark.because : NULL;
}

int64_t casebook_ledger(const struct casebook *book, const char *network)
{
	const struct casebook_item *item = find(book, CASE_LEDGER, network, "");

	return item ? item->ledger : 0;
}
