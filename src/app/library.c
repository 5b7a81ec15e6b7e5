#include "app/library_inside.h"

#include <stdio.h>
#include <string.h>

#include "app/paths.h"
#include "base/mem.h"

/* A look at the folders may take a thirtieth of the time, and no less than a second passes. */
enum { LOOK_SHARE = 30 };

struct book_reader {
	uv_work_t work;
	struct bookcase *bookcase;	/* NULL: left, or the folders are others */
	const struct library *was;	/* borrowed: it stays until this is back; NULL */
	struct library *orphan;		/* was, where the bookcase has left it to us */
	struct arena arena;
	struct texts folders;
	struct library *library;	/* NULL: nothing has changed */
	msec took;
};

void bookcase_tell(struct bookcase *bookcase)
{
	bookcase->books.version++;
	bookcase->changed(bookcase->arg);
}

/* --- reading --- */

static void in_worker(uv_work_t *work)
{
	struct book_reader *reader = work->data;
	uint64_t start = uv_hrtime();

	if (!reader->was || library_stale(reader->was))
		reader->library = library_read(reader->folders.items, reader->folders.count);
	reader->took = (msec)((uv_hrtime() - start) / 1000000);
}

static void say_troubles(struct bookcase *bookcase)
{
	const struct troubles *troubles = library_troubles(bookcase->library);
	struct books *books = &bookcase->books;
	size_t count = 0;

	books->trouble[0] = '\0';
	for (const struct trouble *t = troubles->first; t; t = t->next) {
		if (t->code != TROUBLE_R001)
			continue;
		if (count++ == 0)
			(void)snprintf(books->trouble, sizeof(books->trouble), "%.120s: %.90s",
				       t->path, t->text);
	}
	if (count > 1) {
		size_t len = strlen(books->trouble);

		(void)snprintf(books->trouble + len, sizeof(books->trouble) - len,
			       "; %zu others cannot be read", count - 1);
	}
}

static void take_library(struct bookcase *bookcase, struct library *library)
{
	bookcase_forget(bookcase);
	library_free(bookcase->library);
	bookcase->library = library;
	bookcase->books.cards = library_cards(library);
	bookcase->books.count = library_count(library);
	bookcase->books.match_count = 0;	/* of the next look: they name cards by place */
	bookcase->rematch = true;
	say_troubles(bookcase);
	bookcase_tell(bookcase);
}

static void on_return(uv_work_t *work, int status)
{
	struct book_reader *reader = work->data;
	struct bookcase *bookcase = reader->bookcase;
	msec pause = reader->took * LOOK_SHARE;

	(void)status;
	if (bookcase) {
		bookcase->reader = NULL;
		bookcase->next_read = loop_now(bookcase->loop).steady +
				      (pause > WHEN_SECOND ? pause : WHEN_SECOND);
		if (reader->library)
			take_library(bookcase, reader->library);
	} else {
		library_free(reader->library);
	}
	library_free(reader->orphan);
	arena_done(&reader->arena);
	mem_free(reader);
}

static struct texts copy_texts(const struct texts *from, struct arena *arena)
{
	const char **items = arena_array(arena, from->count, sizeof(*items));

	for (size_t i = 0; i < from->count; i++)
		items[i] = arena_text(arena, from->items[i], strlen(from->items[i]));
	return (struct texts){ items, from->count };
}

static void send_reader(struct bookcase *bookcase)
{
	struct book_reader *reader = mem_new(sizeof(*reader));

	reader->bookcase = bookcase;
	reader->was = bookcase->library;
	reader->folders = copy_texts(&bookcase->folders, &reader->arena);
	reader->work.data = reader;
	bookcase->reader = reader;
	uv_queue_work(loop_uv(bookcase->loop), &reader->work, in_worker, on_return);
}

/* A worker that is out is not waited for; the library that it looks at is freed by its return. */
static void leave_reader(struct bookcase *bookcase)
{
	struct book_reader *reader = bookcase->reader;

	if (!reader)
		return;
	reader->bookcase = NULL;
	if (reader->was) {
		reader->orphan = bookcase->library;
		bookcase->library = NULL;
	}
	bookcase->reader = NULL;
}

/* --- what it is for --- */

struct asked {				/* what runbook_match() is asked, and where its texts live */
	struct arena arena;
	struct match_in in;
};

static struct pairs labels_of(const struct alert *alert, struct arena *arena)
{
	struct pair *items = arena_array(arena, alert->label_count, sizeof(*items));
	const char *at = alert->labels;

	for (size_t i = 0; i < alert->label_count; i++) {
		items[i].name = at;
		at += strlen(at) + 1;
		items[i].value = at;
		at += strlen(at) + 1;
	}
	return (struct pairs){ items, alert->label_count };
}

static struct pairs annotations_of(const struct alert *alert, struct arena *arena)
{
	struct pair *item = arena_array(arena, 1, sizeof(*item));

	*item = (struct pair){ .name = "runbook_url", .value = alert->runbook };
	return (struct pairs){ item, alert->runbook[0] ? 1 : 0 };
}

static void put_alerts(struct asked *asked, const struct world *world)
{
	struct match_alert *list = arena_array(&asked->arena, world->alert_count, sizeof(*list));

	for (size_t i = 0; i < world->alert_count; i++) {
		const struct alert *alert = &world->alerts[i];

		if (alert->watchdog ||
		    (alert->state != ALERT_FIRING && alert->state != ALERT_SUPPRESSED))
			continue;
		list[asked->in.alert_count++] = (struct match_alert){
			.name = alert->name, .labels = labels_of(alert, &asked->arena),
			.annotations = annotations_of(alert, &asked->arena),
		};
	}
	asked->in.alerts = list;
}

static bool is_unwell(enum state state)
{
	return state == STATE_DOWN || state == STATE_BAD || state == STATE_WARN;
}

static void put_components(struct asked *asked, const struct world *world)
{
	const char **names = arena_array(&asked->arena, world->component_count, sizeof(*names));
	size_t count = 0;

	for (size_t i = 0; i < world->component_count; i++) {
		if (is_unwell(world->components[i].state))
			names[count++] = world->components[i].name;
	}
	asked->in.components = (struct texts){ names, count };
}

static bool is_same(const struct book_match *a, const struct book_match *b)
{
	return a->card == b->card && a->kind == b->kind && a->matches == b->matches &&
	       strcmp(a->what, b->what) == 0;
}

static void take_matches(struct bookcase *bookcase, const struct book_match *found, size_t count)
{
	bool same = count == bookcase->books.match_count;

	for (size_t i = 0; same && i < count; i++)
		same = is_same(&found[i], &bookcase->matches[i]);
	if (same)
		return;
	for (size_t i = 0; i < count; i++) {
		bookcase->matches[i] = found[i];
		str_put(bookcase->what[i], sizeof(bookcase->what[i]), found[i].what);
		bookcase->matches[i].what = bookcase->what[i];
	}
	bookcase->books.match_count = count;
	bookcase_tell(bookcase);
}

static void match(struct bookcase *bookcase, const struct world *world)
{
	struct book_match found[BOOK_MATCHES];
	struct asked asked = { .in = {
		.cards = bookcase->books.cards, .card_count = bookcase->books.count } };

	put_alerts(&asked, world);
	put_components(&asked, world);
	take_matches(bookcase, found, runbook_match(&asked.in, found, BOOK_MATCHES));
	arena_done(&asked.arena);
}

/* --- what is asked of it --- */

static bool holds(void *arg, size_t card, const char *words)
{
	const struct bookcase *bookcase = arg;

	return bookcase->library && card < library_count(bookcase->library) &&
	       library_holds(bookcase->library, card, words);
}

const struct books *bookcase_books(const struct bookcase *bookcase)
{
	return &bookcase->books;
}

struct str bookcase_bytes(const struct bookcase *bookcase, const char *id, const char **path,
			  const char **unsafe)
{
	size_t card = bookcase->library ? library_find(bookcase->library, id) : SIZE_MAX;

	if (card == SIZE_MAX)
		return str_of(NULL);
	*path = library_cards(bookcase->library)[card].path;
	*unsafe = library_mark(bookcase->library, card)->unsafe;
	return library_bytes(bookcase->library, card);
}

void bookcase_look(struct bookcase *bookcase, const struct world *world)
{
	if (!bookcase->reader && loop_now(bookcase->loop).steady >= bookcase->next_read)
		send_reader(bookcase);
	bookcase_past_send(bookcase);
	if (!bookcase->library || (!bookcase->rematch && world->version == bookcase->world_seen))
		return;
	bookcase->rematch = false;
	bookcase->world_seen = world->version;
	match(bookcase, world);
}

/* --- its life --- */

static void put_roots(struct bookcase *bookcase, const struct settings *settings)
{
	struct buf path = { 0 };
	struct err err = { 0 };

	mem_free(bookcase->roots[0]);
	mem_free(bookcase->roots[1]);
	bookcase->roots[0] = NULL;
	if (paths_state(bookcase->context, &path, &err) && buf_text(&path, "/incidents"))
		bookcase->roots[0] = buf_take(&path);
	buf_done(&path);
	bookcase->roots[1] = mem_text(settings->share.dir);
}

void bookcase_settings(struct bookcase *bookcase, const struct settings *settings)
{
	struct err err = { 0 };

	leave_reader(bookcase);
	bookcase_past_leave(bookcase);
	arena_done(&bookcase->arena);
	bookcase->folders = (struct texts){ .count = 0 };
	if (!library_folders(bookcase->context, settings, &bookcase->folders, &bookcase->arena,
			     &err))
		str_put(bookcase->books.trouble, sizeof(bookcase->books.trouble), err.text);
	put_roots(bookcase, settings);
	bookcase->next_past = 0;
	/* Its folders may be others; and where a worker had it, it is no longer ours. */
	bookcase_forget(bookcase);
	library_free(bookcase->library);
	bookcase->library = NULL;
	bookcase->books.cards = NULL;
	bookcase->books.count = bookcase->books.match_count = 0;
	send_reader(bookcase);
	bookcase_past_send(bookcase);
}

struct bookcase *bookcase_new(struct loop *loop, const struct context *context,
			      const struct settings *settings, void (*changed)(void *arg),
			      void *arg)
{
	struct bookcase *bookcase = mem_new(sizeof(*bookcase));

	bookcase->loop = loop;
	bookcase->context = context;
	bookcase->changed = changed;
	bookcase->arg = arg;
	bookcase->books = (struct books){
		.matches = bookcase->matches, .holds = holds, .open = bookcase_open,
		.past = bookcase_past, .arg = bookcase,
	};
	bookcase_settings(bookcase, settings);
	return bookcase;
}

void bookcase_free(struct bookcase *bookcase)
{
	if (!bookcase)
		return;
	leave_reader(bookcase);
	bookcase_past_leave(bookcase);
	bookcase_make_leave(bookcase);
	bookcase_forget(bookcase);
	library_free(bookcase->library);
	pasts_free(bookcase->pasts, bookcase->past_count);
	mem_free(bookcase->roots[0]);
	mem_free(bookcase->roots[1]);
	arena_done(&bookcase->arena);
	mem_free(bookcase);
}
