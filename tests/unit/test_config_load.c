/* test_config_load.c: which files count, in which order, and which are refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/load.h"
#include "tests/lib/config_sample.h"

enum { NOBODY = 65534 };

struct place {			/* a home of its own for each test */
	char root[64];
	char variables[3][128];
	const char *environment[12];
};

/* Run a command in which @ stands for the place's folder. */
static void shell(const char *command, const char *root)
{
	struct buf line = { 0 };

	for (; *command; command++)
		if (*command == '@')
			buf_text(&line, root);
		else
			buf_char(&line, *command);
	assert_int_equal(system(buf_cstr(&line)), 0);
	buf_done(&line);
}

static int place_new(void **state)
{
	struct place *p = test_calloc(1, sizeof(*p));

	snprintf(p->root, sizeof(p->root), "/tmp/binnacle-load-XXXXXX");
	assert_non_null(mkdtemp(p->root));
	shell("umask 022; mkdir -p @/home/.config/binnacle @/etc/binnacle", p->root);
	snprintf(p->variables[0], sizeof(p->variables[0]), "HOME=%s/home", p->root);
	snprintf(p->variables[1], sizeof(p->variables[1]), "XDG_CONFIG_DIRS=%s/etc", p->root);
	p->environment[0] = p->variables[0];
	p->environment[1] = p->variables[1];
	*state = p;
	return 0;
}

static int place_done(void **state)
{
	struct place *p = *state;

	shell("rm -rf @", p->root);
	test_free(p);
	return 0;
}

static const char *path_in(const struct place *p, const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", p->root, name);
	return path;
}

static void put(const struct place *p, const char *name, mode_t mode, const char *text)
{
	FILE *file = fopen(path_in(p, name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path_in(p, name), mode), 0);
}

struct loaded {
	struct arena arena;
	struct problems problems;
	struct config_files files;
	struct node *tree;
	struct sample sample;
	struct buf text;
	bool ok;
};

static void load(struct loaded *l, const struct place *p, const char *file,
		 const struct config_override *overrides, size_t override_count)
{
	struct config_sources sources = {
		.file = file, .environment = p->environment, .overrides = overrides,
		.override_count = override_count, .table = sample_table,
	};

	*l = (struct loaded){ .ok = false };
	l->problems.arena = &l->arena;
	l->ok = config_load(&sources, &l->arena, &l->tree, &l->files, &l->problems);
	l->ok = settings_read(sample_table, l->tree, &l->sample, &l->arena, &l->problems) && l->ok;
	problems_write(&l->problems, &l->text);
}

static void done(struct loaded *l)
{
	buf_done(&l->text);
	arena_done(&l->arena);
}

static void nothing_anywhere_is_all_defaults_and_no_error(void **state)
{
	struct place *p = *state;
	struct loaded l;

	load(&l, p, NULL, NULL, 0);
	assert_true(l.ok);
	assert_null(l.tree);
	assert_true(l.files.main_missing);
	assert_string_equal(l.files.main, path_in(p, "home/.config/binnacle/config.yaml"));
	assert_int_equal(l.files.count, 0);
	done(&l);
}

static void later_layers_win_and_say_where_they_are(void **state)
{
	static const struct config_override flag = { "read_only", "true", "--read-only" };
	struct place *p = *state;
	struct buf shown = { 0 };
	struct loaded l;
	const struct node *node;

	put(p, "etc/binnacle/config.yaml", 0644,
	    "operator: system\nui: {theme: mono, ratio: 0.1}\n");
	put(p, "home/.config/binnacle/config.yaml", 0600, "operator: ana\nversion: 2\n");
	shell("umask 022; mkdir @/home/.config/binnacle/conf.d", p->root);
	put(p, "home/.config/binnacle/conf.d/20.yaml", 0600, "ui: {ratio: 0.3}\n");
	put(p, "home/.config/binnacle/conf.d/10.yaml", 0600, "ui: {ratio: 0.2}\nhome: /ten\n");
	put(p, "home/.config/binnacle/conf.d/.30.yaml", 0600, "operator: hidden\n");
	put(p, "home/.config/binnacle/conf.d/30.yaml~", 0600, "operator: backup\n");
	p->environment[2] = "BINNACLE_UI_THEME=default";
	p->environment[3] = "BINNACLE_READ_ONLY=no";
	p->environment[4] = "BINNACLE_OPERATOR=";
	load(&l, p, NULL, &flag, 1);
	assert_string_equal(buf_cstr(&l.text), "");
	assert_string_equal(l.sample.operator, "ana");
	assert_string_equal(l.sample.home, "/ten");
	assert_true(l.sample.ui.ratio > 0.29);
	assert_int_equal(l.sample.ui.theme, 0);
	assert_true(l.sample.read_only);
	assert_int_equal(l.files.count, 4);
	node = tree_at(l.tree, "ui.theme");
	assert_string_equal(node->at.file, "environment BINNACLE_UI_THEME");
	assert_string_equal(tree_at(l.tree, "read_only")->at.file, "flag --read-only");
	assert_string_equal(tree_at(l.tree, "home")->at.file,
			    path_in(p, "home/.config/binnacle/conf.d/10.yaml"));
	settings_show(sample_table, l.tree, true, &shown);
	assert_non_null(strstr(buf_cstr(&shown), "home/.config/binnacle/config.yaml:2\n"));
	buf_done(&shown);
	done(&l);
}

static void the_file_that_is_named_replaces_the_operators_own(void **state)
{
	struct place *p = *state;
	char variable[256], own[256];
	struct loaded l;

	put(p, "home/.config/binnacle/config.yaml", 0600, "operator: ana\n");
	put(p, "a.yaml", 0600, "operator: from-a\n");
	put(p, "b.yaml", 0600, "operator: from-b\n");
	snprintf(variable, sizeof(variable), "BINNACLE_CONFIG=%s/a.yaml", p->root);
	p->environment[2] = variable;
	load(&l, p, NULL, NULL, 0);
	assert_string_equal(l.sample.operator, "from-a");
	done(&l);
	snprintf(own, sizeof(own), "%s/b.yaml", p->root);
	load(&l, p, own, NULL, 0);
	assert_string_equal(l.sample.operator, "from-b");
	done(&l);
}

static void xdg_config_home_counts_when_it_is_absolute(void **state)
{
	struct place *p = *state;
	char variable[256];
	struct loaded l;

	put(p, "home/.config/binnacle/config.yaml", 0600, "operator: ana\n");
	shell("umask 022; mkdir -p @/xdg/binnacle", p->root);
	put(p, "xdg/binnacle/config.yaml", 0600, "operator: xdg\n");
	snprintf(variable, sizeof(variable), "XDG_CONFIG_HOME=%s/xdg", p->root);
	p->environment[2] = variable;
	load(&l, p, NULL, NULL, 0);
	assert_string_equal(l.sample.operator, "xdg");
	done(&l);
	p->environment[2] = "XDG_CONFIG_HOME=xdg";
	load(&l, p, NULL, NULL, 0);
	assert_string_equal(l.sample.operator, "ana");
	done(&l);
}

static void a_file_that_is_named_must_exist(void **state)
{
	struct place *p = *state;
	struct buf want = { 0 };
	struct loaded l;

	buf_fmt(&want, "error: %s: No such file or directory [BN-C001]\n1 error in all\n",
		path_in(p, "nowhere.yaml"));
	load(&l, p, path_in(p, "nowhere.yaml"), NULL, 0);
	assert_false(l.ok);
	assert_string_equal(buf_cstr(&l.text), buf_cstr(&want));
	buf_done(&want);
	done(&l);
}

static void variables_set_single_values_only_and_others_are_ignored(void **state)
{
	struct place *p = *state;
	struct loaded l;

	p->environment[2] = "BINNACLE_CONFIG_X=1";
	p->environment[3] = "BINNACLE_STATE_DIR=/x";
	p->environment[4] = "BINNACLE_SOURCES=x";
	p->environment[5] = "BINNACLE_UI=x";
	p->environment[6] = "BINNACLE_UI_BELL=down";
	p->environment[7] = "BINNACLE_VERSION=two";
	p->environment[8] = "BINNACLE_HOME=a\x1b[31m";
	load(&l, p, NULL, NULL, 0);
	assert_int_equal(l.problems.count, 2);
	assert_non_null(strstr(buf_cstr(&l.text),
			       "error: environment BINNACLE_HOME: a control character"));
	assert_non_null(strstr(buf_cstr(&l.text), "error: environment BINNACLE_VERSION: version: "
			       "'two' is no whole number\n   write it like 42 [BN-C004]\n"));
	assert_int_equal(l.sample.ui.bell.count, 2);
	done(&l);
}

static void a_broken_layer_leaves_the_others_in_force(void **state)
{
	struct place *p = *state;
	struct loaded l;

	put(p, "etc/binnacle/config.yaml", 0644, "operator: system\n");
	put(p, "home/.config/binnacle/config.yaml", 0600, "operator: [unclosed\n");
	load(&l, p, NULL, NULL, 0);
	assert_false(l.ok);
	assert_string_equal(l.sample.operator, "system");
	assert_non_null(strstr(buf_cstr(&l.text), "config.yaml:2:1: not YAML: "));
	done(&l);
}

/* What is wrong with the file, made by a command. */
static void files_that_others_could_have_written_are_refused(void **state)
{
	static const struct { const char *command, *says; bool root; } rows[] = {
		{ "umask 077; echo 'version: 1' >@/d/c; chmod 620 @/d/c",
		  "/d/c: mode 0620: its group can write it; chmod go-w mends it", false },
		{ "umask 077; echo 'version: 1' >@/d/c; chmod 602 @/d/c",
		  "/d/c: mode 0602: everybody can write it; chmod go-w mends it", false },
		{ "umask 077; echo 'version: 1' >@/d/c; chmod 777 @/d",
		  "/d/c: its folder has mode 0777: everybody can put another file there", false },
		{ "umask 077; echo 'version: 1' >@/d/c; chmod 770 @/d",
		  "/d/c: its folder has mode 0770: its group can put another file there", false },
		{ "umask 077; mkfifo @/d/c", "/d/c: is a FIFO, not a file", false },
		{ "umask 077; mkdir @/d/c", "/d/c: is a folder, not a file", false },
		{ "ln -s /dev/null @/d/c", "/d/c: is a device, not a file", false },
		{ "umask 077; echo 'version: 1' >@/d/c; ln @/d/c @/d/other",
		  "/d/c: has a second name (a hard link), which others may hold", false },
		{ "umask 077; mkdir -m 777 @/open; echo 'version: 1' >@/open/c;"
		  " ln -s ../open/c @/d/c",
		  "/open/c: its folder has mode 0777: everybody can put another file there",
		  false },
		{ "ln -s nowhere @/d/c", "/d/c: No such file or directory", false },
		{ "umask 077; ln -s c @/d/c", "/d/c: Too many levels of symbolic links", false },
		{ "umask 077; echo 'version: 1' >@/d/c; chown 65534 @/d/c",
		  "/d/c: belongs to user 65534, neither to us nor to root", true },
		{ "umask 077; echo 'version: 1' >@/t; ln -s ../t @/d/c; chown -h 65534 @/d/c",
		  "/d/c: is a link of user 65534, neither ours nor root's", true },
	};
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct loaded l;

		if (rows[i].root && geteuid() != 0) {
			printf("SKIPPED: %s (needs root)\n", rows[i].says);
			continue;
		}
		shell("umask 022; rm -rf @/d @/open @/t", p->root);
		shell("umask 022; mkdir @/d", p->root);
		shell(rows[i].command, p->root);
		load(&l, p, path_in(p, "d/c"), NULL, 0);
		assert_false(l.ok);
		assert_int_equal(l.problems.count, 1);
		if (!strstr(buf_cstr(&l.text), rows[i].says))
			fail_msg("wanted: %s\ngot: %s", rows[i].says, buf_cstr(&l.text));
		done(&l);
	}
}

static void files_that_only_we_could_have_written_are_read(void **state)
{
	static const char *const commands[] = {
		"umask 077; echo 'version: 2' >@/d/c",
		"umask 022; echo 'version: 2' >@/d/c",
		"umask 077; echo 'version: 2' >@/d/c; chmod 1777 @/d",
		"umask 077; mkdir @/dots; echo 'version: 2' >@/dots/c; ln -s ../dots/c @/d/c",
	};
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		struct loaded l;

		shell("umask 022; rm -rf @/d; mkdir @/d", p->root);
		shell(commands[i], p->root);
		load(&l, p, path_in(p, "d/c"), NULL, 0);
		assert_string_equal(buf_cstr(&l.text), "");
		assert_int_equal(l.sample.version, 2);
		done(&l);
	}
}

static void a_file_over_the_limit_is_refused_not_cut(void **state)
{
	struct place *p = *state;
	struct loaded l;

	shell("umask 077; yes '# words' | head -c 10485760 >@/big", p->root);
	load(&l, p, path_in(p, "big"), NULL, 0);
	assert_false(l.ok);
	assert_non_null(strstr(buf_cstr(&l.text), "/big: more than 64 KiB [BN-C002]\n"));
	done(&l);
}

static void secrets_come_from_variables_and_files(void **state)
{
	struct place *p = *state;
	struct err err;
	struct secret_ref from_env = { .from = SECRET_ENV, .name = "DB_PASSWORD" };
	struct secret_ref from_file = { .from = SECRET_FILE, .name = path_in(p, "pw") };
	struct secret *secret;

	p->environment[2] = "DB_PASSWORD=correct horse";
	secret = secret_fetch(&from_env, p->environment, &err);
	assert_string_equal(secret_reveal(secret), "correct horse");
	secret_free(secret);
	put(p, "pw", 0640, "battery staple\r\nsecond line\n");
	secret = secret_fetch(&from_file, p->environment, &err);
	assert_string_equal(secret_reveal(secret), "battery staple");
	secret_free(secret);
}

static void a_secret_that_cannot_be_had_is_a_sentence_without_it(void **state)
{
	static const struct { const char *text; mode_t mode; const char *says; } rows[] = {
		{ "hunter2\n", 0604, "/pw: mode 0604: everybody can read it; chmod o-r mends it" },
		{ "hunter2\n", 0620, "/pw: mode 0620: its group can write it" },
		{ "", 0600, "/pw: is empty" },
		{ "\nhunter2\n", 0600, "/pw: its first line is empty" },
	};
	struct place *p = *state;
	struct secret_ref from_file = { .from = SECRET_FILE, .name = path_in(p, "pw") };
	struct secret_ref from_env = { .from = SECRET_ENV, .name = "NOT_SET" };
	struct secret_ref none = { .from = SECRET_NONE };
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		put(p, "pw", rows[i].mode, rows[i].text);
		assert_null(secret_fetch(&from_file, p->environment, &err));
		assert_non_null(strstr(err.text, rows[i].says));
		assert_null(strstr(err.text, "hunter2"));
	}
	assert_null(secret_fetch(&from_env, p->environment, &err));
	assert_string_equal(err.text, "environment variable NOT_SET is not set");
	assert_null(secret_fetch(&none, p->environment, &err));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, place_new, place_done)
	const struct CMUnitTest tests[] = {
		TEST(nothing_anywhere_is_all_defaults_and_no_error),
		TEST(later_layers_win_and_say_where_they_are),
		TEST(the_file_that_is_named_replaces_the_operators_own),
		TEST(xdg_config_home_counts_when_it_is_absolute),
		TEST(a_file_that_is_named_must_exist),
		TEST(variables_set_single_values_only_and_others_are_ignored),
		TEST(a_broken_layer_leaves_the_others_in_force),
		TEST(files_that_others_could_have_written_are_refused),
		TEST(files_that_only_we_could_have_written_are_read),
		TEST(a_file_over_the_limit_is_refused_not_cut),
		TEST(secrets_come_from_variables_and_files),
		TEST(a_secret_that_cannot_be_had_is_a_sentence_without_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
