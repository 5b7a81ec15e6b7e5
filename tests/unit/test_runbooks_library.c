/* The runbooks that are shipped: what a reader at night relies on holds for each of them. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "runbook/lint.h"
#include "runbook/runbook.h"

enum { BOOKS = 64, TEXT = 256 * 1024 };

static struct runbook *books[BOOKS];
static size_t book_count;

/* --- reading --- */

static const char *file_text(const char *path)
{
	static char text[4][TEXT + 1];
	static unsigned turn;
	char *out = text[turn++ % 4];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		fail_msg("%s cannot be read", path);
	got = read(fd, out, TEXT);
	close(fd);
	assert_in_range(got, 1, TEXT - 1);
	out[got] = '\0';
	return out;
}

static void read_book(const char *name)
{
	char path[300];
	struct err err = {0};

	snprintf(path, sizeof(path), "runbooks/%s", name);
	books[book_count] = runbook_read(path, str_of(file_text(path)), &err);
	if (!books[book_count++])
		fail_msg("%s: %s", path, err.text);
}

static int read_books(void **state)
{
	DIR *dir = opendir("runbooks");

	(void)state;
	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		size_t len = strlen(entry->d_name);

		if (len > 3 && strcmp(entry->d_name + len - 3, ".md") == 0 &&
		    strcmp(entry->d_name, "README.md") != 0 &&
		    strcmp(entry->d_name, "glossary.md") != 0)
			read_book(entry->d_name);
	}
	closedir(dir);
	assert_in_range(book_count, 20, BOOKS);
	return 0;
}

static int free_books(void **state)
{
	(void)state;
	while (book_count > 0)
		runbook_free(books[--book_count]);
	return 0;
}

static const struct runbook *book_of(const char *id)
{
	for (size_t i = 0; i < book_count; i++)
		if (strcmp(books[i]->card.id, id) == 0)
			return books[i];
	fail_msg("there is no runbook %s", id);
	return NULL;
}

/* --- form --- */

static void every_runbook_is_native_and_without_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < book_count; i++) {
		const struct runbook *book = books[i];
		struct buf said = {0};

		troubles_write(&book->troubles, &said);
		if (book->troubles.count > 0)
			print_error("%s", buf_cstr(&said));
		buf_done(&said);
		assert_int_equal(book->troubles.count, 0);
		assert_true(book->card.native);
		assert_string_equal(book->card.id, book->card.stem);
		assert_true(book->card.summary[0] && book->card.owner[0] && book->card.severity);
		assert_true(book->card.escalation_count > 0);
	}
}

static bool exists(void *arg, const char *path)
{
	char whole[600];

	(void)arg;
	snprintf(whole, sizeof(whole), "runbooks/%s", path);
	return access(whole, F_OK) == 0;
}

static void lint_finds_only_that_nobody_has_reviewed_them(void **state)
{
	struct arena arena = {0};
	struct markdown glossary;
	struct err err = {0};
	struct card *cards = arena_array(&arena, BOOKS, sizeof(*cards));
	struct lint lint = {.now = 1800000000000, .others = cards, .other_count = book_count,
			    .exists = exists};

	(void)state;
	assert_true(markdown_parse(str_of(file_text("runbooks/glossary.md")), &arena, &glossary,
				   &err));
	lint.terms = lint_terms(&glossary, &arena);
	for (size_t i = 0; i < book_count; i++)
		cards[i] = books[i]->card;
	for (size_t i = 0; i < book_count; i++) {
		struct troubles found = {.arena = &arena};

		runbook_lint(books[i], &lint, &found);
		for (const struct trouble *t = found.first; t; t = t->next)
			if (t->code != TROUBLE_R007)
				fail_msg("%s:%u: %s", t->path, t->line, t->text);
		assert_int_equal(found.count, 1);
	}
	arena_done(&arena);
}

static void every_runbook_has_the_seven_sections_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < book_count; i++) {
		enum book_section next = SECTION_OVERVIEW;

		for (size_t h = 0; h < books[i]->heading_count; h++) {
			if (books[i]->headings[h].level != 2)
				continue;
			if (books[i]->headings[h].section != next)
				fail_msg("%s:%u: %s", books[i]->card.path,
					 books[i]->headings[h].line, books[i]->headings[h].text);
			next++;
		}
		assert_int_equal(next, SECTION_OTHER);
	}
}

static void nobody_is_said_to_have_reviewed_what_nobody_has(void **state)
{
	(void)state;
	for (size_t i = 0; i < book_count; i++) {
		assert_int_equal(books[i]->card.reviewed_by.count, 0);
		assert_true(books[i]->card.reviewed_at == WHEN_NEVER);
		assert_int_equal(books[i]->card.review_in, 91 * 86400000LL);
	}
}

/* The last steps of the Resolution stand under "End state", and each senses something. */
static void every_resolution_ends_in_checks(void **state)
{
	(void)state;
	for (size_t i = 0; i < book_count; i++) {
		const struct runbook *book = books[i];
		size_t checks = 0;
		bool within = false;

		for (size_t s = 0; s < book->step_count; s++) {
			const struct step *step = &book->steps[s];
			const char *heading = book->headings[step->heading].text;

			if (step->section != SECTION_RESOLUTION)
				continue;
			if (within && strcmp(heading, "End state") != 0)
				fail_msg("%s:%u: a step behind the end state", book->card.path,
					 step->line);
			within = strcmp(heading, "End state") == 0;
			if (within && (step->kind != STEP_CHECK || !step->probe))
				fail_msg("%s:%u: senses nothing", book->card.path, step->line);
			checks += within;
		}
		if (checks < 2)
			fail_msg("%s: no end state", book->card.path);
	}
}

/* --- what they are for --- */

static unsigned claims_of(const char *alert, size_t len)
{
	unsigned claims = 0;

	for (size_t i = 0; i < book_count; i++)
		for (size_t a = 0; a < books[i]->card.alert_count; a++)
			claims += strlen(books[i]->card.alerts[a].name) == len &&
				  strncmp(books[i]->card.alerts[a].name, alert, len) == 0;
	return claims;
}

/* Of those that mean a failure: the Watchdog, of severity none, always fires. */
static void every_alert_of_the_platform_has_one_runbook(void **state)
{
	static const char mark[] = "- alert: ";
	const char *at = file_text("lab/rules.yml");
	size_t alerts = 0;

	(void)state;
	while ((at = strstr(at, mark))) {
		const char *next = strstr(at += sizeof(mark) - 1, mark);
		const char *none = strstr(at, "severity: none");
		size_t len = strcspn(at, "\n");

		if (none && (!next || none < next))
			continue;
		alerts++;
		if (claims_of(at, len) != 1)
			fail_msg("%.*s has %u runbooks", (int)len, at, claims_of(at, len));
	}
	assert_int_equal(alerts, 9);
}

static bool has_branch(const struct step *step, const char *value)
{
	for (size_t o = 0; o < step->option_count; o++)
		if (strcmp(step->options[o].value, value) == 0)
			return true;
	return false;
}

static void a_stuck_transaction_has_a_branch_for_every_verdict(void **state)
{
	static const char *const verdicts[] = {
		"hash-mismatch", "sources-disagree", "confirmed", "failed-on-chain",
		"dead-seq-consumed", "dead-expired", "dead-account-gone", "live-blocked-seq-gap",
		"live-not-yet-valid", "live-may-still-land", "unknown-stale-source",
		"unknown-no-envelope", "unknown-no-identity",
	};
	const struct runbook *book = book_of("stuck-transaction-recovery");
	const struct step *step = runbook_step(book, "verdict");

	(void)state;
	assert_non_null(step);
	assert_int_equal(step->option_count, ARRAY_LEN(verdicts));
	for (size_t v = 0; v < ARRAY_LEN(verdicts); v++)
		if (!has_branch(step, verdicts[v]))
			fail_msg("no branch for %s", verdicts[v]);
	assert_non_null(strstr(file_text(book->card.path), "`404` or `NOT_FOUND` is not proof"));
}

/* --- what they rely on --- */

static struct buf code;			/* of what fills the fields of sources */

static void read_code(void)
{
	DIR *dir = opendir("src/backends");
	char path[300];

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		size_t len = strlen(entry->d_name);

		if (len < 3 || strcmp(entry->d_name + len - 2, ".c") != 0)
			continue;
		snprintf(path, sizeof(path), "src/backends/%s", entry->d_name);
		buf_text(&code, file_text(path));
	}
	closedir(dir);
	buf_text(&code, file_text("src/core/checklist_sense.c"));	/* tx.verdict and its like */
}

/* One of the lab's sources, a signal that always exists, or the selected transaction. */
static bool is_source(struct str name)
{
	static const char *const signals[] = {"lag", "error_rate", "latency", "stuck", "tx"};
	struct buf line = {0};
	bool found;

	buf_fmt(&line, "\n  %.*s: ", (int)name.len, name.p);
	found = strstr(file_text("lab/config.yaml.in"), buf_cstr(&line)) != NULL;
	buf_done(&line);
	buf_fmt(&line, "\n  %.*s:  #@", (int)name.len, name.p);
	found = found || strstr(file_text("lab/config.yaml.in"), buf_cstr(&line));
	buf_done(&line);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		found = found || str_eq(name, signals[i]);
	return found;
}

/* A field is a literal of the code; an item of a list has a name of the configuration. */
static bool is_field(struct str word)
{
	static const char *const always[] = {"state", "age", "latency", "value", "primary"};
	struct buf literal = {0};
	bool found;

	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		if (str_eq(word, always[i]))
			return true;
	buf_fmt(&literal, "\"%.*s\"", (int)word.len, word.p);
	found = strstr(buf_cstr(&code), buf_cstr(&literal)) != NULL;
	buf_done(&literal);
	buf_fmt(&literal, "      %.*s: ", (int)word.len, word.p);
	found = found || strstr(file_text("lab/config.yaml.in"), buf_cstr(&literal));
	buf_done(&literal);
	return found;
}

static bool is_known_name(const char *name)
{
	struct str rest = str_of(name), word = {0};

	if (!str_cut(&rest, '.', &word) || !is_source(word))
		return false;
	while (str_cut(&rest, '.', &word))
		if (!is_field(word))
			return false;
	return true;
}

static void check_name(void *arg, const char *name)
{
	const struct runbook *book = arg;

	if (strncmp(name, "alert(", 6) == 0) {
		const char *alert = name + 6;
		size_t len = strcspn(alert, ")");

		if (claims_of(alert, len) != 1 && strncmp(alert, "Watchdog", len) != 0)
			fail_msg("%s: there is no %s", book->card.path, name);
	} else if (!is_known_name(name)) {
		fail_msg("%s: nothing is called %s", book->card.path, name);
	}
}

static void probes_name_only_what_there_is(void **state)
{
	size_t probes = 0;

	(void)state;
	read_code();
	for (size_t i = 0; i < book_count; i++) {
		for (size_t s = 0; s < books[i]->step_count; s++) {
			const struct step *step = &books[i]->steps[s];

			if (step->probe)
				expr_names(step->probe, check_name, books[i]);
			for (size_t o = 0; o < step->option_count; o++)
				if (step->options[o].probe)
					expr_names(step->options[o].probe, check_name, books[i]);
			probes += step->probe != NULL;
		}
	}
	assert_in_range(probes, 100, 1000);
	buf_done(&code);
}

/* Does the word stand where a command begins? */
static bool uses(const char *text, const char *tool)
{
	size_t len = strlen(tool);

	for (const char *at = text; (at = strstr(at, tool)); at += len) {
		const char *before = at;

		while (before > text && before[-1] == ' ')
			before--;
		if ((before == text || strchr("\n|(;&{", before[-1])) &&
		    (at[len] == ' ' || at[len] == '\n' || !at[len]))
			return true;
	}
	return false;
}

/* A tool that a host may lack is looked for in the same command, before it is relied on. */
static void look_for_tools(const struct card *card, const struct fence *fence)
{
	static const char *const tools[] = {
		"docker", "aws", "jq", "psql", "stellar", "pg_dump", "restore_tool", "openssl",
		"indexer_replay", "data_integrity_verify", "redis-cli", "gpg",
	};
	char look[64];

	for (size_t t = 0; t < ARRAY_LEN(tools); t++) {
		snprintf(look, sizeof(look), "command -v %s", tools[t]);
		if (uses(fence->text, tools[t]) && !strstr(fence->text, look))
			fail_msg("%s:%u: relies on %s", card->path, fence->line, tools[t]);
	}
}

static void a_command_looks_for_its_tools_first(void **state)
{
	(void)state;
	for (size_t i = 0; i < book_count; i++) {
		const struct step *steps = books[i]->steps;

		for (size_t s = 0; s < books[i]->step_count; s++)
			for (size_t f = 0; f < steps[s].fence_count; f++)
				if (steps[s].fences[f].lang == LANG_SH)
					look_for_tools(&books[i]->card, &steps[s].fences[f]);
	}
}

static void every_command_has_words_about_what_to_expect(void **state)
{
	(void)state;
	for (size_t i = 0; i < book_count; i++)
		for (size_t s = 0; s < books[i]->step_count; s++) {
			const struct step *step = &books[i]->steps[s];
			struct arena arena = {0};
			size_t length = 0;

			for (const struct block *b = step->body->first; b; b = b->next)
				if (b->kind == BLOCK_PARAGRAPH)
					length += strlen(markdown_plain(b, &arena));
			arena_done(&arena);
			if (step->fence_count > 0 && length < strlen(step->title) + 40)
				fail_msg("%s:%u: a command without a word", books[i]->card.path,
					 step->line);
		}
}

/* --- where they are found --- */

static void assert_listed(const char *index, const char *to)
{
	const char *text = file_text(index);

	for (size_t i = 0; i < book_count; i++) {
		const struct card *card = &books[i]->card;
		char line[600];

		snprintf(line, sizeof(line), "- [%s](%s%s.md) - %s\n", card->title, to, card->stem,
			 card->summary);
		if (!strstr(text, line))
			fail_msg("%s lacks: %s", index, line);
	}
}

static void the_indexes_list_each_with_its_summary(void **state)
{
	(void)state;
	assert_listed("runbooks/README.md", "");
	assert_listed("docs/runbooks/README.md", "../../runbooks/");
}

static void check_links(const char *path)
{
	const char *at = file_text(path), *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash - path) + 1 : 0;

	while ((at = strstr(at, "]("))) {
		size_t len = strcspn(at += 2, ")#\n");
		struct buf target = {0};

		if (len == 0 || at[len] == '\n' || memchr(at, ':', len))
			continue;
		buf_fmt(&target, "%.*s%.*s", folder, path, (int)len, at);
		if (access(buf_cstr(&target), F_OK) != 0)
			fail_msg("%s: %s leads nowhere", path, buf_cstr(&target));
		buf_done(&target);
	}
}

static void every_relative_link_leads_somewhere(void **state)
{
	static const char *const others[] = {
		"README.md", "SECURITY.md", "INCIDENT_RESPONSE.md", "CONTRIBUTING.md",
		"docs/README.md", "docs/runbooks/README.md", "runbooks/README.md",
		"runbooks/glossary.md",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		check_links(others[i]);
	for (size_t i = 0; i < book_count; i++)
		check_links(books[i]->card.path);
}

static void the_two_readmes_lead_to_the_runbooks(void **state)
{
	(void)state;
	assert_non_null(strstr(file_text("README.md"), "](runbooks/README.md)"));
	assert_non_null(strstr(file_text("docs/README.md"), "](../runbooks/README.md)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_runbook_is_native_and_without_error),
		cmocka_unit_test(lint_finds_only_that_nobody_has_reviewed_them),
		cmocka_unit_test(every_runbook_has_the_seven_sections_in_order),
		cmocka_unit_test(nobody_is_said_to_have_reviewed_what_nobody_has),
		cmocka_unit_test(every_resolution_ends_in_checks),
		cmocka_unit_test(every_alert_of_the_platform_has_one_runbook),
		cmocka_unit_test(a_stuck_transaction_has_a_branch_for_every_verdict),
		cmocka_unit_test(probes_name_only_what_there_is),
		cmocka_unit_test(a_command_looks_for_its_tools_first),
		cmocka_unit_test(every_command_has_words_about_what_to_expect),
		cmocka_unit_test(the_indexes_list_each_with_its_summary),
		cmocka_unit_test(every_relative_link_leads_somewhere),
		cmocka_unit_test(the_two_readmes_lead_to_the_runbooks),
	};

	return cmocka_run_group_tests(tests, read_books, free_books);
}
