/* Folders of runbooks: who could have written them, and what is found in them. */
#include "store/library.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "runbook/markdown.h"

enum { OTHER = 65534 };			/* a user that is neither we nor root */

struct place {
	char root[64], folder[96];
};

static int build(void **state)
{
	struct place *place = mem_new(sizeof(*place));

	(void)umask(022);
	snprintf(place->root, sizeof(place->root), "/tmp/binnacle-library-XXXXXX");
	assert_non_null(mkdtemp(place->root));
	snprintf(place->folder, sizeof(place->folder), "%s/books", place->root);
	assert_int_equal(mkdir(place->folder, 0755), 0);
	*state = place;
	return 0;
}

static int drop(void **state)
{
	struct place *place = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", place->root);
	assert_int_equal(system(command), 0);
	mem_free(place);
	return 0;
}

static const char *in(const struct place *place, const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", place->folder, name);
	return path;
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static struct library *read_one(const char *folder)
{
	return library_read(&folder, 1);
}

static bool has_trouble(const struct library *library, const char *part)
{
	for (const struct trouble *t = library_troubles(library)->first; t; t = t->next) {
		if (strstr(t->text, part))
			return true;
	}
	return false;
}

static const char book[] =
	"---\nbinnacle: 1\nid: a\ntitle: A title\n---\n# A title\n\nText of ALPHA.\n";

/* --- what is unsafe is shown and not run --- */

static void harmless(const struct place *place)
{
	(void)place;
}

static void group_writes_file(const struct place *place)
{
	assert_int_equal(chmod(in(place, "a.md"), 0664), 0);
}

static void others_write_file(const struct place *place)
{
	assert_int_equal(chmod(in(place, "a.md"), 0646), 0);
}

static void group_writes_folder(const struct place *place)
{
	assert_int_equal(chmod(place->folder, 0775), 0);
}

static void others_write_folder(const struct place *place)
{
	assert_int_equal(chmod(place->folder, 0757), 0);
}

static void group_writes_parent(const struct place *place)
{
	assert_int_equal(chmod(place->root, 0770), 0);
}

static void others_write_parent(const struct place *place)
{
	assert_int_equal(chmod(place->root, 0707), 0);
}

static void sticky_parent(const struct place *place)
{
	assert_int_equal(chmod(place->root, 01777), 0);
}

static void file_of_another(const struct place *place)
{
	assert_int_equal(chown(in(place, "a.md"), OTHER, OTHER), 0);
}

static void folder_and_file_of_another(const struct place *place)
{
	file_of_another(place);
	assert_int_equal(chown(place->folder, OTHER, OTHER), 0);
}

static void parent_of_another(const struct place *place)
{
	assert_int_equal(chown(place->root, OTHER, OTHER), 0);
}

static void hard_link(const struct place *place)
{
	char second[256];

	snprintf(second, sizeof(second), "%s/second", place->root);
	assert_int_equal(link(in(place, "a.md"), second), 0);
}

static void link_inside(const struct place *place)
{
	put(in(place, "target.txt"), book);
	assert_int_equal(unlink(in(place, "a.md")), 0);
	assert_int_equal(symlink("target.txt", in(place, "a.md")), 0);
}

static void subfolder(const struct place *place, mode_t mode, uid_t owner)
{
	char from[256];

	assert_int_equal(mkdir(in(place, "sub"), 0755), 0);
	snprintf(from, sizeof(from), "%s", in(place, "a.md"));
	assert_int_equal(rename(from, in(place, "sub/a.md")), 0);
	assert_int_equal(chmod(in(place, "sub"), mode), 0);
	assert_int_equal(chown(in(place, "sub"), owner, (gid_t)-1), 0);
}

static void safe_subfolder(const struct place *place)
{
	subfolder(place, 0755, geteuid());
}

static void group_writes_subfolder(const struct place *place)
{
	subfolder(place, 0775, geteuid());
}

static void subfolder_of_another(const struct place *place)
{
	subfolder(place, 0755, OTHER);
}

static void link_outside(const struct place *place)
{
	char target[256];

	snprintf(target, sizeof(target), "%s/outside", place->root);
	put(target, book);
	assert_int_equal(unlink(in(place, "a.md")), 0);
	assert_int_equal(symlink(target, in(place, "a.md")), 0);
}

static void link_up(const struct place *place)
{
	link_outside(place);
	assert_int_equal(unlink(in(place, "a.md")), 0);
	assert_int_equal(symlink("../outside", in(place, "a.md")), 0);
}

static void fifo(const struct place *place)
{
	assert_int_equal(unlink(in(place, "a.md")), 0);
	assert_int_equal(mkfifo(in(place, "a.md"), 0644), 0);
}

static void link_to_fifo(const struct place *place)
{
	assert_int_equal(mkfifo(in(place, "pipe"), 0644), 0);
	assert_int_equal(unlink(in(place, "a.md")), 0);
	assert_int_equal(symlink("pipe", in(place, "a.md")), 0);
}

static void device(const struct place *place)
{
	assert_int_equal(unlink(in(place, "a.md")), 0);
	if (mknod(in(place, "a.md"), S_IFCHR | 0644, makedev(1, 5)) != 0)
		skip();
}

static void broken_link(const struct place *place)
{
	assert_int_equal(unlink(in(place, "a.md")), 0);
	assert_int_equal(symlink("nothing", in(place, "a.md")), 0);
}

enum outcome { SAFE, SHOWN_ONLY, NOT_READ };

static const struct {
	const char *name;
	void (*make)(const struct place *place);
	enum outcome outcome;
	const char *words;
	bool root;		/* only root can make it */
} cases[] = {
	{ "nothing", harmless, SAFE, NULL, false },
	{ "group writes the file", group_writes_file, SHOWN_ONLY, "mode 0664", false },
	{ "others write the file", others_write_file, SHOWN_ONLY, "everybody can write", false },
	{ "group writes the folder", group_writes_folder, SHOWN_ONLY, "mode 0775", false },
	{ "others write the folder", others_write_folder, SHOWN_ONLY, "mode 0757", false },
	{ "group writes the parent", group_writes_parent, SHOWN_ONLY, "its group", false },
	{ "others write the parent", others_write_parent, SHOWN_ONLY, "everybody", false },
	{ "a parent with the sticky bit", sticky_parent, SAFE, NULL, false },
	{ "the file is another's", file_of_another, SHOWN_ONLY, "user 65534", true },
	{ "folder and file are one other's", folder_and_file_of_another, SAFE, NULL, true },
	{ "the parent is another's", parent_of_another, SHOWN_ONLY, "user 65534", true },
	{ "a hard link", hard_link, SHOWN_ONLY, "second name", false },
	{ "a link inside", link_inside, SHOWN_ONLY, "symbolic link", false },
	{ "a subfolder", safe_subfolder, SAFE, NULL, false },
	{ "group writes the subfolder", group_writes_subfolder, SHOWN_ONLY, "its folder", false },
	{ "the subfolder is another's", subfolder_of_another, SHOWN_ONLY, "its folder", true },
	{ "a link outside", link_outside, NOT_READ, "link out of its folder", false },
	{ "a link up and outside", link_up, NOT_READ, "link out of its folder", false },
	{ "a FIFO", fifo, NOT_READ, "a FIFO", false },
	{ "a link to a FIFO", link_to_fifo, NOT_READ, "a FIFO", false },
	{ "a device", device, NOT_READ, "a device", true },
	{ "a link to nothing", broken_link, NOT_READ, "No such file", false },
};

static void what_others_could_have_written_is_shown_and_not_run(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct place *place;
		struct library *library;

		if (cases[i].root && geteuid() != 0)
			continue;
		drop(state);
		build(state);
		place = *state;
		put(in(place, "a.md"), book);
		cases[i].make(place);
		alarm(10);		/* a FIFO must not hang it */
		library = read_one(place->folder);
		alarm(0);
		print_message("%s\n", cases[i].name);
		assert_int_equal(library_count(library), cases[i].outcome == NOT_READ ? 0 : 1);
		if (cases[i].outcome == SAFE)
			assert_null(library_mark(library, 0)->unsafe);
		else if (cases[i].outcome == SHOWN_ONLY)
			assert_non_null(strstr(library_mark(library, 0)->unsafe, cases[i].words));
		else
			assert_true(has_trouble(library, cases[i].words));
		library_free(library);
	}
}

/* --- what is in it --- */

static void bytes_are_kept_as_they_were_read(void **state)
{
	const struct place *place = *state;
	struct library *library;

	put(in(place, "a.md"), book);
	library = read_one(place->folder);
	put(in(place, "a.md"), "# Another\n");
	assert_int_equal(library_count(library), 1);
	assert_true(str_eq(library_bytes(library, 0), book));
	assert_string_equal(library_cards(library)[0].id, "a");
	assert_int_equal(library_find(library, "a"), 0);
	assert_int_equal(library_find(library, "b"), SIZE_MAX);
	library_free(library);
}

static void hidden_files_and_other_files_are_passed_over(void **state)
{
	const struct place *place = *state;
	struct library *library;

	put(in(place, "a.md"), book);
	put(in(place, ".hidden.md"), book);
	put(in(place, "notes.txt"), book);
	assert_int_equal(mkdir(in(place, ".git"), 0755), 0);
	put(in(place, ".git/b.md"), book);
	library = read_one(place->folder);
	assert_int_equal(library_count(library), 1);
	library_free(library);
}

static void the_index_and_the_glossary_are_no_runbooks(void **state)
{
	const struct place *place = *state;
	struct library *library;

	put(in(place, "a.md"), book);
	put(in(place, "README.md"), "# Runbooks\n\n- [A title](a.md)\n");
	put(in(place, "glossary.md"), "# Glossary\n\n- **lag**: how late it is\n");
	library = read_one(place->folder);
	assert_int_equal(library_count(library), 1);
	assert_string_equal(library_cards(library)[0].id, "a");
	library_free(library);
}

static void a_file_that_is_too_large_is_not_read(void **state)
{
	const struct place *place = *state;
	struct library *library;
	char *text = mem_new(MARKDOWN_BYTES + 2);

	memset(text, 'x', MARKDOWN_BYTES + 1);
	put(in(place, "large.md"), text);
	text[MARKDOWN_BYTES] = '\0';
	put(in(place, "fits.md"), text);
	library = read_one(place->folder);
	assert_int_equal(library_count(library), 1);
	assert_string_equal(library_cards(library)[0].id, "fits");
	assert_true(has_trouble(library, "larger than 256 KiB"));
	library_free(library);
	mem_free(text);
}

static void a_folder_that_does_not_exist_is_a_trouble(void **state)
{
	const struct place *place = *state;
	struct library *library = read_one(in(place, "nothing"));

	assert_int_equal(library_count(library), 0);
	assert_true(has_trouble(library, "No such file"));
	library_free(library);
}

static void of_two_with_one_id_the_first_folder_counts(void **state)
{
	const struct place *place = *state;
	const char *folders[2] = { mem_text(in(place, "one")), mem_text(in(place, "two")) };
	struct library *library;

	for (size_t i = 0; i < 2; i++) {
		char path[256];

		assert_int_equal(mkdir(folders[i], 0755), 0);
		snprintf(path, sizeof(path), "%s/%s", folders[i], i == 0 ? "z.md" : "a.md");
		put(path, "---\nbinnacle: 1\nid: same\ntitle: T\n---\n# T\n");
	}
	library = library_read(folders, 2);
	assert_int_equal(library_count(library), 1);
	assert_string_equal(library_mark(library, 0)->folder, folders[0]);
	assert_true(has_trouble(library, "not listed: the id \"same\""));
	library_free(library);
	for (size_t i = 0; i < 2; i++) {
		char *folder = (char *)(uintptr_t)folders[i];

		mem_free(folder);
	}
}

static void all_words_of_a_question_must_be_there(void **state)
{
	static const struct { const char *words; bool there; } rows[] = {
		{ "alpha", true }, { "ALPHA", true }, { "text alpha", true }, { "alpha text", true },
		{ "beta", false }, { "alpha beta", false }, { "", true }, { "  ", true },
		{ "text of", true }, { "title: a", true }, { "xt", true }, { "a.", true },
		{ "qz", false }, { "--", true }, { ".\n", true },
	};
	const struct place *place = *state;
	struct library *library;

	put(in(place, "a.md"), book);
	put(in(place, "b.md"), "# Beta\n");
	library = read_one(place->folder);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(library_holds(library, library_find(library, "a"), rows[i].words),
				 rows[i].there);
	assert_true(library_holds(library, library_find(library, "b"), "beta"));
	library_free(library);
}

/* --- changes --- */

static void every_change_is_noticed(void **state)
{
	const struct place *place = *state;
	struct library *library;

	put(in(place, "a.md"), book);
	library = read_one(place->folder);
	assert_false(library_stale(library));
	put(in(place, "a.md"), "# Other text\n");
	assert_true(library_stale(library));
	library_free(library);
	library = read_one(place->folder);
	put(in(place, "b.md"), book);
	assert_true(library_stale(library));
	assert_int_equal(unlink(in(place, "b.md")), 0);
	library_free(library);
	library = read_one(place->folder);
	assert_false(library_stale(library));
	assert_int_equal(chmod(in(place, "a.md"), 0666), 0);
	assert_true(library_stale(library));
	library_free(library);
	library = read_one(place->folder);
	assert_int_equal(unlink(in(place, "a.md")), 0);
	assert_true(library_stale(library));
	library_free(library);
}

/* --- a new one, and what was accepted --- */

static void a_new_file_never_takes_the_place_of_another(void **state)
{
	const struct place *place = *state;
	struct buf path = { 0 };
	struct err err = { 0 };

	assert_true(library_new_file(place->folder, "fresh", str_of(book), &path, &err));
	assert_string_equal(buf_cstr(&path), in(place, "fresh.md"));
	assert_false(library_new_file(place->folder, "fresh", str_of("x"), &path, &err));
	assert_non_null(strstr(err.text, "there is one already"));
	assert_int_equal(symlink("/tmp/nowhere", in(place, "link.md")), 0);
	assert_false(library_new_file(place->folder, "link", str_of("x"), &path, &err));
	for (size_t i = 0; i < 5; i++) {
		static const char *const wrong[] = { "", "../x", "A", "a b", "-a" };

		assert_false(library_new_file(place->folder, wrong[i], str_of("x"), &path, &err));
		assert_int_equal(err.kind, ERR_INPUT);
	}
	buf_done(&path);
}

static void what_was_accepted_is_read_back(void **state)
{
	const struct place *place = *state;
	struct buf bytes = { 0 };
	struct err err = { 0 };

	assert_false(trust_read(place->root, "a", &bytes, &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	assert_true(trust_write(place->root, "a", str_of("one"), &err));
	assert_true(trust_write(place->root, "../a", str_of("two"), &err));
	assert_true(trust_write(place->root, "a", str_of("three"), &err));
	assert_true(trust_read(place->root, "a", &bytes, &err));
	assert_string_equal(buf_cstr(&bytes), "three");
	assert_true(trust_read(place->root, "../a", &bytes, &err));
	assert_string_equal(buf_cstr(&bytes), "two");
	buf_done(&bytes);
}

/* Blocks have edges: a word is found wherever it stands, and one letter off is another word. */
static void a_word_is_found_at_every_place_of_a_file(void **state)
{
	static const char *const words[] = { "q", "qz", "zqx", "moth", "horizon", "entreated",
					     "a-word-that-is-longer-than-any-block-of-sixty-four-"
					     "letters-in-which-it-is-looked-for" };
	const struct place *place = *state;

	for (size_t w = 0; w < ARRAY_LEN(words); w++) {
		for (size_t at = 0; at < 200; at++) {
			char text[512], near[160];
			struct library *library;
			size_t len = strlen(words[w]);

			memset(text, 'e', 200 + len);
			memcpy(text + at, words[w], len);
			text[200 + len] = '\0';
			put(in(place, "a.md"), text);
			library = read_one(place->folder);
			str_put(near, sizeof(near), words[w]);
			near[len - 1] = near[len - 1] == 'j' ? 'k' : 'j';
			if (!library_holds(library, 0, words[w]) || library_holds(library, 0, near))
				fail_msg("'%s' at %zu", words[w], at);
			library_free(library);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown(test, build, drop)
		T(what_others_could_have_written_is_shown_and_not_run),
		T(bytes_are_kept_as_they_were_read),
		T(hidden_files_and_other_files_are_passed_over),
		T(the_index_and_the_glossary_are_no_runbooks),
		T(a_file_that_is_too_large_is_not_read),
		T(a_folder_that_does_not_exist_is_a_trouble),
		T(of_two_with_one_id_the_first_folder_counts),
		T(all_words_of_a_question_must_be_there),
		T(a_word_is_found_at_every_place_of_a_file),
		T(every_change_is_noticed),
		T(a_new_file_never_takes_the_place_of_another),
		T(what_was_accepted_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
