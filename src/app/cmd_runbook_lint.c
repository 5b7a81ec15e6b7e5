/*
 * cmd_runbook_lint.c: `runbook lint`: what is wrong with runbooks, each by its place in its file.
 *
 * Named are files, folders and ids; without a name it is the whole library. Those that are looked
 * at together are compared with each other (who claims which alert).
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/cmd_runbook.h"
#include "app/fail.h"
#include "base/mem.h"
#include "export/runbook_json.h"
#include "io/command.h"
#include "runbook/lint.h"
#include "runbook/match.h"

#define SHELL_TIME (10 * WHEN_SECOND)

struct target {
	const char *path;
	struct str bytes;
};

struct linting {
	struct librarian *librarian;
	struct target *targets;
	struct card *cards;		/* of the targets */
	size_t count, cap;
	struct library *folders[OPTIONS_WORDS];	/* that were named */
	size_t folder_count;
	struct lint lint;
	const char *folder;		/* of the runbook that is looked at */
	struct loop *loop;		/* of the shell that reads a command */
	struct troubles troubles;	/* of all */
};

static void add_target(struct linting *linting, const char *path, struct str bytes)
{
	linting->targets = mem_grow(linting->targets, &linting->cap, linting->count + 1,
				    sizeof(*linting->targets));
	linting->targets[linting->count++] = (struct target){ path, bytes };
}

static void add_library(struct linting *linting, const struct library *library)
{
	for (size_t i = 0; i < library_count(library); i++)
		add_target(linting, library_cards(library)[i].path, library_bytes(library, i));
	for (const struct trouble *t = library_troubles(library)->first; t; t = t->next)
		trouble_add(&linting->troubles, t->code, (struct spot){ t->path, t->line, t->column },
			    t->fix, "%s", t->text);
}

static bool add_file(struct linting *linting, const char *path, struct err *err)
{
	struct buf bytes = { .max = MARKDOWN_BYTES + 1 };
	bool ok = librarian_file(path, &bytes, err);

	if (ok)
		add_target(linting, path, str_sub(arena_text(&linting->librarian->arena,
							     buf_cstr(&bytes), bytes.len),
						  bytes.len));
	buf_done(&bytes);
	return ok;
}

static bool add_named(struct linting *linting, const char *word, struct err *err)
{
	size_t at;

	if (librarian_is_folder(word)) {
		struct library *library = library_read(&word, 1);

		linting->folders[linting->folder_count++] = library;
		add_library(linting, library);
		return true;
	}
	if (librarian_is_path(word))
		return add_file(linting, word, err);
	at = librarian_find(linting->librarian, word, err);
	if (at == SIZE_MAX)
		return false;
	add_target(linting, library_cards(linting->librarian->library)[at].path,
		   library_bytes(linting->librarian->library, at));
	return true;
}

static bool add_targets(struct linting *linting, struct err *err)
{
	const struct context *context = linting->librarian->context;

	if (context->word_count == 0) {
		const struct library *library = librarian_library(linting->librarian, err);

		if (library)
			add_library(linting, library);
		return library != NULL;
	}
	for (size_t i = 0; i < context->word_count; i++)
		if (!add_named(linting, context->words[i], err))
			return false;
	return true;
}

static bool exists(void *arg, const char *path)
{
	const struct linting *linting = arg;
	struct buf whole = { 0 };
	bool found;

	buf_fmt(&whole, "%s/%s", linting->folder, path);
	found = access(buf_cstr(&whole), F_OK) == 0;
	buf_done(&whole);
	return found;
}

struct shell_answer {
	struct loop *loop;
	struct err *err;
	bool well;
};

static void on_shell(void *arg, const struct reply *reply)
{
	struct shell_answer *answer = arg;

	/* A shell that is not here has no opinion. */
	answer->well = reply->kind != REPLY_ANSWER || reply->status == 0;
	if (!answer->well)
		err_set(answer->err, ERR_INPUT, "%s", reply->why);
	loop_stop(answer->loop);
}

/* -n: it is read and not run. */
static bool parses(void *arg, enum fence_lang lang, struct str text, struct err *err)
{
	static const char *const sh[] = { "sh", "-n" }, *const bash[] = { "bash", "-n" };
	struct linting *linting = arg;
	struct texts argv = { lang == LANG_BASH ? bash : sh, 2 };
	struct shell_answer answer = { linting->loop, err, true };
	struct command_plan plan = { .loop = linting->loop, .argv = &argv, .timeout = SHELL_TIME,
				     .environment = linting->librarian->context->environment,
				     .input = text };

	(void)command_start(&plan, on_shell, &answer);
	loop_run(linting->loop);
	return answer.well;
}

static struct texts contacts_of(struct librarian *librarian)
{
	const struct contact_settings *contacts = librarian->settings.contacts.data;
	size_t count = librarian->settings.contacts.count;
	const char **names = arena_array(&librarian->arena, count + 1, sizeof(*names));

	for (size_t i = 0; i < count; i++)
		names[i] = contacts[i].who;
	return (struct texts){ names, count };
}

/* Of the folder that the runbook stands in; none is no trouble. */
static struct texts glossary_of(struct librarian *librarian, const char *folder)
{
	struct buf path = { 0 }, bytes = { .max = MARKDOWN_BYTES };
	struct texts terms = { 0 };
	struct markdown doc;

	buf_fmt(&path, "%s/glossary.md", folder);
	if (librarian_file(buf_cstr(&path), &bytes, NULL) &&
	    markdown_parse(str_sub(buf_cstr(&bytes), bytes.len), &librarian->arena, &doc, NULL))
		terms = lint_terms(&doc, &librarian->arena);
	buf_done(&path);
	buf_done(&bytes);
	return terms;
}

static void go_to_folder(struct linting *linting, const char *path)
{
	const char *folder = librarian_folder(linting->librarian, path);

	if (linting->folder && strcmp(linting->folder, folder) == 0)
		return;
	linting->folder = folder;
	linting->lint.terms = glossary_of(linting->librarian, folder);
}

static void move_troubles(struct linting *linting, const struct troubles *from)
{
	for (const struct trouble *t = from->first; t; t = t->next)
		trouble_add(&linting->troubles, t->code, (struct spot){ t->path, t->line, t->column },
			    t->fix, "%s", t->text);
}

static void lint_target(struct linting *linting, const struct target *target)
{
	struct err err = { 0 };
	struct runbook *runbook = runbook_read(target->path, target->bytes, &err);

	if (!runbook) {
		trouble_add(&linting->troubles, TROUBLE_R001, (struct spot){ target->path, 0, 0 }, "",
			    "%s", err.text);
		return;
	}
	go_to_folder(linting, target->path);
	runbook_lint(runbook, &linting->lint, &runbook->troubles);
	move_troubles(linting, &runbook->troubles);
	runbook_free(runbook);
}

static void read_cards(struct linting *linting)
{
	linting->cards = mem_array(linting->count + 1, sizeof(*linting->cards));
	for (size_t i = 0; i < linting->count; i++) {
		struct troubles none = { .arena = &linting->librarian->arena };

		card_read(linting->targets[i].path, linting->targets[i].bytes,
			  &linting->librarian->arena, &linting->cards[i], &none);
	}
	linting->lint.others = linting->cards;
	linting->lint.other_count = linting->count;
}

/* --rules: an alert that no rule makes, and a rule that no runbook claims. */
static bool read_rules(struct linting *linting, struct err *err)
{
	struct librarian *librarian = linting->librarian;
	struct match_alert *rules;
	const char **names;
	size_t count;

	if (!librarian_given(librarian, OPTION_RULES))
		return true;
	if (!rules_read(librarian, &rules, &count, err))
		return false;
	names = arena_array(&librarian->arena, count + 1, sizeof(*names));
	for (size_t i = 0; i < count; i++) {
		struct match_in in = { linting->cards, linting->count, &rules[i], 1, { 0 } };
		struct book_match match;

		names[i] = rules[i].name;
		if (runbook_match(&in, &match, 1) == 0 || match.kind == MATCH_COMPONENT)
			trouble_add(&linting->troubles, TROUBLE_R009,
				    (struct spot){ librarian_flag(librarian, OPTION_RULES), 0, 0 }, "",
				    "no runbook is for the alert %s", rules[i].name);
	}
	linting->lint.rules = (struct texts){ names, count };
	return true;
}

static bool print_troubles(struct linting *linting)
{
	struct librarian *librarian = linting->librarian;
	const struct troubles *troubles = &linting->troubles;
	json_t *root = json_object();
	struct buf out = { 0 };

	if (troubles->errors > 0)
		librarian->status = EXIT_CONFIG;
	if (librarian_given(librarian, OPTION_JSON)) {
		json_set(root, "problems", runbook_troubles_json(troubles, true));
		json_set_i64(root, "runbooks", (int64_t)linting->count);
		json_set_i64(root, "errors", (int64_t)troubles->errors);
		json_set_i64(root, "warnings", (int64_t)(troubles->count - troubles->errors));
		return librarian_print_json(librarian, "binnacle.lint/1", root);
	}
	json_decref(root);
	troubles_write(troubles, &out);
	if (!librarian_given(librarian, OPTION_QUIET))
		fprintf(librarian->context->err, "%zu runbook%s, %zu error%s, %zu warning%s\n",
			linting->count, linting->count == 1 ? "" : "s", troubles->errors,
			troubles->errors == 1 ? "" : "s", troubles->count - troubles->errors,
			troubles->count - troubles->errors == 1 ? "" : "s");
	return librarian_print(librarian, &out);
}

static bool lint_all(struct linting *linting, struct err *err)
{
	if (!add_targets(linting, err))
		return false;
	read_cards(linting);
	if (!read_rules(linting, err))
		return false;
	linting->loop = loop_new(err);
	if (!linting->loop)
		return false;
	for (size_t i = 0; i < linting->count; i++)
		lint_target(linting, &linting->targets[i]);
	loop_free(linting->loop);
	return print_troubles(linting);
}

static bool run_lint(struct librarian *librarian, struct err *err)
{
	struct linting linting = {
		.librarian = librarian,
		.troubles = { .arena = &librarian->arena },
	};
	bool ok;

	linting.lint = (struct lint){ .now = librarian->now, .contacts = contacts_of(librarian),
				      .exists = exists, .parses = parses, .arg = &linting };
	ok = lint_all(&linting, err);
	for (size_t i = 0; i < linting.folder_count; i++)
		library_free(linting.folders[i]);
	mem_free(linting.targets);
	mem_free(linting.cards);
	return ok;
}

int cmd_runbook_lint(const struct context *context)
{
	return librarian_run(context, run_lint);
}
