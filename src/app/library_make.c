/*
 * library_make.c: a new runbook from the template, for the verb and the console alike. The console
 * leaves it to a worker: a folder may lie on a disk that hangs.
 */
#include <string.h>
#include <sys/stat.h>

#include "app/example.h"
#include "app/library_inside.h"
#include "base/mem.h"

/* --- the file --- */

/* "db-lost" -> "Db lost". */
static void put_title(struct buf *out, const char *id)
{
	for (const char *c = id; *c; c++) {
		if (c == id && *c >= 'a' && *c <= 'z')
			buf_char(out, (char)(*c - 'a' + 'A'));
		else
			buf_char(out, *c == '-' ? ' ' : *c);
	}
}

static void fill_template(struct buf *out, const char *id, const char *title)
{
	struct str rest = str_of(example_runbook), part;
	static const char open[] = "@ID@", name[] = "@TITLE@";

	while (rest.len) {
		const char *at = memchr(rest.p, '@', rest.len);

		part = str_sub(rest.p, at ? (size_t)(at - rest.p) : rest.len);
		buf_add(out, part.p, part.len);
		rest = str_sub(rest.p + part.len, rest.len - part.len);
		if (str_starts(rest, open)) {
			buf_text(out, id);
			rest = str_sub(rest.p + strlen(open), rest.len - strlen(open));
		} else if (str_starts(rest, name)) {
			buf_text(out, title);
			rest = str_sub(rest.p + strlen(name), rest.len - strlen(name));
		} else if (rest.len) {
			buf_char(out, rest.p[0]);
			rest = str_sub(rest.p + 1, rest.len - 1);
		}
	}
}

static const char *first_folder(const struct texts *folders)
{
	struct stat st;

	for (size_t i = 0; i < folders->count; i++) {
		if (stat(folders->items[i], &st) == 0 && S_ISDIR(st.st_mode))
			return folders->items[i];
	}
	return NULL;
}

bool library_make(const struct texts *folders, const char *id, const char *title, struct buf *path,
		  struct err *err)
{
	const char *folder = first_folder(folders);
	struct buf name = { 0 }, text = { 0 };
	bool ok;

	if (!folder)
		return err_set(err, ERR_NOT_FOUND, "there is no folder of runbooks: name one, or set "
			       "runbooks.dirs in the configuration");
	put_title(&name, id);
	fill_template(&text, id, title ? title : buf_cstr(&name));
	ok = library_new_file(folder, id, str_sub(buf_cstr(&text), text.len), path, err);
	buf_done(&name);
	buf_done(&text);
	return ok;
}

/* --- in a worker --- */

struct book_maker {
	uv_work_t work;
	struct bookcase *bookcase;	/* NULL: left */
	struct arena arena;
	struct texts folders;
	const char *id;
	struct buf path;
	struct err err;
	bool made;
	bookcase_made *told;
	void *arg;
};

static void in_worker(uv_work_t *work)
{
	struct book_maker *maker = work->data;

	maker->made = library_make(&maker->folders, maker->id, NULL, &maker->path, &maker->err);
}

static void on_return(uv_work_t *work, int status)
{
	struct book_maker *maker = work->data;
	struct bookcase *bookcase = maker->bookcase;

	(void)status;
	if (bookcase) {
		bookcase->maker = NULL;
		bookcase->next_read = 0;
		maker->told(maker->arg, maker->made,
			    maker->made ? buf_cstr(&maker->path) : maker->err.text);
	}
	buf_done(&maker->path);
	arena_done(&maker->arena);
	mem_free(maker);
}

static struct texts copy_texts(const struct texts *texts, struct arena *arena)
{
	const char **items = arena_array(arena, texts->count, sizeof(*items));

	for (size_t i = 0; i < texts->count; i++)
		items[i] = arena_text(arena, texts->items[i], strlen(texts->items[i]));
	return (struct texts){ items, texts->count };
}

void bookcase_make(struct bookcase *bookcase, const char *id, bookcase_made *told, void *arg)
{
	struct book_maker *maker;

	if (bookcase->maker) {
		told(arg, false, "another runbook is being made");
		return;
	}
	maker = mem_new(sizeof(*maker));
	maker->bookcase = bookcase;
	maker->folders = copy_texts(&bookcase->folders, &maker->arena);
	maker->id = arena_text(&maker->arena, id, strlen(id));
	maker->told = told;
	maker->arg = arg;
	maker->work.data = maker;
	bookcase->maker = maker;
	uv_queue_work(loop_uv(bookcase->loop), &maker->work, in_worker, on_return);
}

void bookcase_make_leave(struct bookcase *bookcase)
{
	if (bookcase->maker)
		bookcase->maker->bookcase = NULL;
	bookcase->maker = NULL;
}
