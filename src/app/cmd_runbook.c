/*
 * cmd_runbook.c: see cmd_runbook.h; and the verbs that only show: list and show.
 */
#include "app/cmd_runbook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/cmd_incident.h"
#include "app/fail.h"
#include "base/mem.h"
#include "base/scrub.h"
#include "export/runbook_json.h"
#include "export/runbook_text.h"

bool librarian_given(const struct librarian *librarian, enum option_id id)
{
	return librarian->context->options->given[id];
}

const char *librarian_flag(const struct librarian *librarian, enum option_id id)
{
	return librarian->context->options->value[id];
}

bool librarian_is_path(const char *word)
{
	return strchr(word, '/') || str_ends(str_of(word), ".md") || strcmp(word, ".") == 0;
}

bool librarian_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *librarian_folder(struct librarian *librarian, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? arena_text(&librarian->arena, path, (size_t)(slash - path)) : ".";
}

bool librarian_file(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char chunk[8192];
	ssize_t got = 0;
	struct stat st;

	if (fd < 0)
		return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s", path,
			       strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(err, ERR_INPUT, "%s: not a file", path);
	}
	while ((got = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(out, chunk, (size_t)got);
	close(fd);
	if (out->full)
		return err_set(err, ERR_LIMIT, "%s: too large", path);
	return got == 0 || err_set(err, ERR_IO, "%s: cannot be read", path);
}

void librarian_borrow(struct librarian *librarian, const struct work *work)
{
	*librarian = (struct librarian){ .context = work->context, .settings = work->settings,
					 .now = work->now };
}

void librarian_return(struct librarian *librarian)
{
	library_free(librarian->library);
	arena_done(&librarian->arena);
}

static void tell_troubles(const struct librarian *librarian)
{
	struct buf text = { 0 };

	if (librarian_given(librarian, OPTION_QUIET))
		return;
	troubles_write(library_troubles(librarian->library), &text);
	fputs(buf_cstr(&text), librarian->context->err);
	buf_done(&text);
}

const struct library *librarian_library(struct librarian *librarian, struct err *err)
{
	if (!librarian->library) {
		librarian->library = library_of(librarian->context, &librarian->settings, err);
		if (librarian->library)
			tell_troubles(librarian);
	}
	return librarian->library;
}

size_t librarian_find(struct librarian *librarian, const char *id, struct err *err)
{
	const struct library *library = librarian_library(librarian, err);
	size_t count = library ? library_count(library) : 0, found;
	const char **ids = arena_array(&librarian->arena, count + 1, sizeof(*ids)), *nearest;
	char shown[80];

	if (!library)
		return SIZE_MAX;
	found = library_find(library, id);
	if (found != SIZE_MAX)
		return found;
	for (size_t i = 0; i < count; i++)
		ids[i] = library_cards(library)[i].id;
	nearest = str_nearest(id, ids, count);
	scrub_put(shown, sizeof(shown), str_of(id));
	if (nearest)
		err_set(err, ERR_NOT_FOUND, "no runbook is called '%s': did you mean '%s'?", shown,
			nearest);
	else
		err_set(err, ERR_NOT_FOUND, "no runbook is called '%s': binnacle runbook list", shown);
	return SIZE_MAX;
}

bool librarian_print(struct librarian *librarian, struct buf *text)
{
	int status = verb_print(librarian->context, text);

	if (status != EXIT_OK)
		librarian->status = status;
	return true;
}

bool librarian_print_json(struct librarian *librarian, const char *schema, json_t *members)
{
	json_t *root = json_object();
	struct buf text = { 0 };

	json_set_text(root, "schema", schema);
	json_set_time(root, "at", librarian->now);
	json_object_update(root, members);
	json_decref(members);
	json_write(&text, root);
	buf_char(&text, '\n');
	json_decref(root);
	return librarian_print(librarian, &text);
}

static bool set_now(struct librarian *librarian, struct err *err)
{
	struct timespec now;

	if (!context_now(librarian->context, &librarian->now, err))
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	if (librarian->now == WHEN_NEVER)
		librarian->now = (msec)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	return true;
}

int librarian_run(const struct context *context, librarian_body *body)
{
	struct librarian librarian = { .context = context };
	struct err err = { 0 };

	if (!settings_load(context, &librarian.settings))
		librarian.status = settings_fail(context, &librarian.settings);
	else if (!set_now(&librarian, &err) || !body(&librarian, &err))
		librarian.status = verb_fail(context, "BN-R001", &err);
	library_free(librarian.library);
	settings_done(&librarian.settings);
	arena_done(&librarian.arena);
	return librarian.status;
}

/* --- list ------------------------------------------------------------------------------------ */

static bool has(const struct texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcasecmp(texts->items[i], text) == 0)
			return true;
	return false;
}

static bool is_wanted(const struct librarian *librarian, const struct card *card)
{
	const char *component = librarian_flag(librarian, OPTION_COMPONENT);
	const char *tag = librarian_flag(librarian, OPTION_TAG);
	const char *sev = librarian_flag(librarian, OPTION_SEV);

	return (!component || has(&card->components, component)) &&
	       (!tag || has(&card->tags, tag)) &&
	       (!sev || (unsigned)(sev[0] - '0') == card->severity);
}

static bool check_filters(const struct librarian *librarian, struct err *err)
{
	const char *sev = librarian_flag(librarian, OPTION_SEV);

	if (sev && (strlen(sev) != 1 || sev[0] < '1' || sev[0] > '3'))
		return err_set(err, ERR_USAGE, "--sev: '%.20s' is none of 1, 2, 3", sev);
	return true;
}

static const char *review_word(const struct card *card, msec now)
{
	msec due = card_review_due(card);

	if (card->reviewed_by.count == 0 || due == WHEN_NEVER)
		return "unreviewed";
	return due <= now ? "overdue" : "reviewed";
}

static void put_row(const struct librarian *librarian, const struct card *card,
		    const struct shelf_mark *mark, struct buf *out)
{
	buf_fmt(out, "%-28s %s%c %-10s %s%s%s\n", card->id, card->severity ? "SEV" : "   ",
		card->severity ? (char)('0' + card->severity % 10) : '-',
		review_word(card, librarian->now), card->title, mark->unsafe ? "  NOT RUN: " : "",
		mark->unsafe ? mark->unsafe : "");
}

static json_t *row_json(const struct library *library, size_t index)
{
	const struct shelf_mark *mark = library_mark(library, index);
	struct card card = library_cards(library)[index];
	json_t *row;

	card_hash(&card, library_bytes(library, index));
	row = runbook_card_json(&card);
	json_set_text(row, "folder", mark->folder);
	json_set_text(row, "unsafe", mark->unsafe);
	return row;
}

static bool run_list(struct librarian *librarian, struct err *err)
{
	const struct library *library = check_filters(librarian, err) ?
					librarian_library(librarian, err) : NULL;
	json_t *rows = json_array(), *root = json_object();
	struct buf out = { 0 };

	json_set(root, "runbooks", rows);
	for (size_t i = 0; library && i < library_count(library); i++) {
		const struct card *card = &library_cards(library)[i];

		if (!is_wanted(librarian, card))
			continue;
		json_array_append_new(rows, row_json(library, i));
		put_row(librarian, card, library_mark(library, i), &out);
	}
	if (json_array_size(rows) == 0 && librarian_given(librarian, OPTION_FAIL_EMPTY))
		librarian->status = EXIT_NOT_FOUND;
	if (library && librarian_given(librarian, OPTION_JSON)) {
		buf_done(&out);
		return librarian_print_json(librarian, "binnacle.runbooks/1", root);
	}
	json_decref(root);
	if (library)
		return librarian_print(librarian, &out);
	buf_done(&out);
	return false;
}

int cmd_runbook_list(const struct context *context)
{
	return librarian_run(context, run_list);
}

/* --- show ------------------------------------------------------------------------------------ */

/* By id out of the library, or a file by its path. */
static struct runbook *read_named(struct librarian *librarian, const char *word, struct err *err)
{
	struct buf bytes = { .max = MARKDOWN_BYTES + 1 };
	struct runbook *runbook = NULL;
	size_t at;

	if (librarian_is_path(word)) {
		if (librarian_file(word, &bytes, err))
			runbook = runbook_read(word, str_sub(buf_cstr(&bytes), bytes.len), err);
		buf_done(&bytes);
		return runbook;
	}
	at = librarian_find(librarian, word, err);
	if (at == SIZE_MAX)
		return NULL;
	return runbook_read(library_cards(librarian->library)[at].path,
			    library_bytes(librarian->library, at), err);
}

static bool run_show(struct librarian *librarian, struct err *err)
{
	struct runbook *runbook;
	struct buf out = { 0 };
	bool ok;

	if (librarian->context->word_count == 0)
		return err_set(err, ERR_USAGE, "which runbook? binnacle runbook list names them");
	runbook = read_named(librarian, librarian->context->words[0], err);
	if (!runbook)
		return false;
	if (librarian_given(librarian, OPTION_JSON)) {
		ok = librarian_print_json(librarian, "binnacle.runbook/1",
					runbook_json(runbook, &runbook->troubles));
	} else {
		runbook_text(runbook, librarian->now, &out);
		ok = librarian_print(librarian, &out);
	}
	runbook_free(runbook);
	return ok;
}

int cmd_runbook_show(const struct context *context)
{
	return librarian_run(context, run_show);
}
