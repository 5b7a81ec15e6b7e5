/* library_open.c: one runbook taken apart for the screen, when it is first asked for. */
#include <string.h>

#include "app/library_inside.h"
#include "base/mem.h"

struct book_opener {
	uv_work_t work;
	struct bookcase *bookcase;	/* NULL: left, or the library is another */
	size_t card;
	char *path, *bytes;
	size_t len;
	struct runbook *runbook;
	struct err err;
};

static void in_worker(uv_work_t *work)
{
	struct book_opener *opener = work->data;

	opener->runbook = runbook_read(opener->path, str_sub(opener->bytes, opener->len),
				       &opener->err);
}

static void opener_free(struct book_opener *opener)
{
	runbook_free(opener->runbook);
	mem_free(opener->path);
	mem_free(opener->bytes);
	mem_free(opener);
}

static struct opened *find_opened(struct bookcase *bookcase, size_t card)
{
	for (size_t i = 0; i < BOOKCASE_OPEN; i++) {
		struct opened *opened = &bookcase->opened[i];

		if (opened->used && opened->card == card)
			return opened;
	}
	return NULL;
}

static void on_return(uv_work_t *work, int status)
{
	struct book_opener *opener = work->data;
	struct bookcase *bookcase = opener->bookcase;
	struct opened *opened = bookcase ? find_opened(bookcase, opener->card) : NULL;

	(void)status;
	if (bookcase)
		bookcase->opener = NULL;
	if (opened) {
		opened->runbook = opener->runbook;
		opener->runbook = NULL;
		str_put(opened->why, sizeof(opened->why), opener->err.text);
		bookcase_tell(bookcase);
	}
	opener_free(opener);
}

static void send_opener(struct bookcase *bookcase, size_t card)
{
	struct book_opener *opener = mem_new(sizeof(*opener));
	struct str bytes = library_bytes(bookcase->library, card);

	opener->bookcase = bookcase;
	opener->card = card;
	opener->path = mem_text(library_cards(bookcase->library)[card].path);
	opener->bytes = mem_dup(bytes.p, bytes.len);
	opener->len = bytes.len;
	opener->work.data = opener;
	bookcase->opener = opener;
	uv_queue_work(loop_uv(bookcase->loop), &opener->work, in_worker, on_return);
}

/* The one that was asked for least lately leaves; what the screen holds now was asked for last. */
static struct opened *make_room(struct bookcase *bookcase)
{
	struct opened *oldest = &bookcase->opened[0];

	for (size_t i = 1; i < BOOKCASE_OPEN; i++) {
		if (bookcase->opened[i].used < oldest->used)
			oldest = &bookcase->opened[i];
	}
	runbook_free(oldest->runbook);
	return oldest;
}

const struct runbook *bookcase_open(void *arg, size_t card, const char **why)
{
	struct bookcase *bookcase = arg;
	struct opened *opened;

	*why = "it is not in the library any more";
	if (!bookcase->library || card >= library_count(bookcase->library))
		return NULL;
	opened = find_opened(bookcase, card);
	if (!opened && bookcase->opener) {
		*why = "it is being read";	/* one at a time: asked for again with the next frame */
		return NULL;
	}
	if (!opened) {
		opened = make_room(bookcase);
		*opened = (struct opened){ .card = card };
		str_put(opened->why, sizeof(opened->why), "it is being read");
		send_opener(bookcase, card);
	}
	opened->used = ++bookcase->clock;
	*why = opened->why;
	return opened->runbook;
}

void bookcase_open_leave(struct bookcase *bookcase)
{
	if (bookcase->opener)
		bookcase->opener->bookcase = NULL;
	bookcase->opener = NULL;
}

void bookcase_forget(struct bookcase *bookcase)
{
	bookcase_open_leave(bookcase);
	for (size_t i = 0; i < BOOKCASE_OPEN; i++)
		runbook_free(bookcase->opened[i].runbook);
	memset(bookcase->opened, 0, sizeof(bookcase->opened));
}
