/*
 * Two Unix users of one group, each with a state directory of their own, and one shared folder:
 * they see each other's lines, and a kill of one loses nothing. Only root can become both.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mem.h"
#include "store/shelf.h"
#include "tests/lib/casefile.h"
#include "tests/lib/command.h"
#include "tests/lib/console.h"

enum { USERS = 2, NOTES = 5, ROWS = 50, PATH = 256, LIMIT = 60000, MOST = 24 };

static const char group[] = "users";

static struct user {
	const char *name, *operator;		/* of the system; in the configuration */
	char config[PATH], state[PATH], home[PATH], uid[32], gid[32], groups[32];
	struct screen *screen;
} users[USERS] = { { .name = "daemon", .operator = "ana" }, { .name = "bin", .operator = "ben" } };

static struct {
	char dir[PATH / 4], share[PATH / 2], program[PATH / 2];
	struct casefile file;
	gid_t gid;
} stage;

static void run(const char *const *argv)
{
	struct command command = { 0 };

	command_run(&command, argv, LIMIT);
	if (command.status != 0)
		fail_msg("%s: exit %d: %s%s", argv[0], command.status, buf_cstr(&command.out),
			 buf_cstr(&command.err));
	command_done(&command);
}

/* As an administrator would make it: it is of root, and the group may write in it. */
static void make_places(void)
{
	(void)snprintf(stage.dir, sizeof(stage.dir), "/tmp/binnacle-users-XXXXXX");
	assert_non_null(mkdtemp(stage.dir));
	assert_int_equal(chmod(stage.dir, 0755), 0);
	(void)snprintf(stage.share, sizeof(stage.share), "%s/share", stage.dir);
	(void)snprintf(stage.program, sizeof(stage.program), "%s/binnacle", stage.dir);
	assert_int_equal(mkdir(stage.share, 0700), 0);
	assert_int_equal(chown(stage.share, 0, stage.gid), 0);
	assert_int_equal(chmod(stage.share, 02770), 0);
	/* The tree that it was built in may be closed to others. */
	run((const char *const[]){ "install", "-m755", console_program(), stage.program, NULL });
}

static void make_user(struct user *user)
{
	const struct passwd *entry = getpwnam(user->name);
	FILE *file;

	assert_non_null(entry);
	(void)snprintf(user->uid, sizeof(user->uid), "--reuid=%u", entry->pw_uid);
	(void)snprintf(user->gid, sizeof(user->gid), "--regid=%u", entry->pw_gid);
	(void)snprintf(user->groups, sizeof(user->groups), "--groups=%u", stage.gid);
	(void)snprintf(user->home, sizeof(user->home), "HOME=%s/%s", stage.dir, user->name);
	(void)snprintf(user->state, sizeof(user->state), "BINNACLE_STATE_DIR=%s/%s/state", stage.dir,
		       user->name);
	assert_int_equal(mkdir(user->home + strlen("HOME="), 0700), 0);
	assert_int_equal(chown(user->home + strlen("HOME="), entry->pw_uid, entry->pw_gid), 0);
	(void)snprintf(user->config, sizeof(user->config), "%s/%s.yaml", stage.dir, user->name);
	file = fopen(user->config, "we");
	assert_non_null(file);
	(void)fprintf(file, "version: 1\noperator: %s\nenvironment: bench\n"
		      "share: {dir: %s, group: %s}\nsources:\n"
		      "  down: {kind: http, url: \"http://127.0.0.1:1/\"}\n",
		      user->operator, stage.share, group);
	assert_int_equal(fchmod(fileno(file), 0644), 0);
	assert_int_equal(fclose(file), 0);
}

/* argv of the program as this user; `words` are its own arguments. */
static void as_user(const struct user *user, const char *const *words, const char *argv[MOST])
{
	const char *const before[] = {
		"env", user->home, user->state, "setpriv", user->uid, user->gid, user->groups,
		stage.program,
	};
	size_t count = 0;

	for (; count < ARRAY_LEN(before); count++)
		argv[count] = before[count];
	for (; words && *words; words++)
		argv[count++] = *words;
	argv[count++] = "-c";
	argv[count++] = user->config;
	argv[count] = NULL;
}

static void start(struct user *user, const char *awaits)
{
	const char *argv[MOST];
	struct pty_spec spec = { .argv = argv, .cwd = "/", .rows = ROWS, .cols = 100 };
	struct err err = { 0 };

	as_user(user, NULL, argv);
	user->screen = screen_start(&spec, &err);
	if (!user->screen)
		fail_msg("%s", err.text);
	if (!screen_wait_text(user->screen, awaits, CONSOLE_PATIENCE))
		console_fail(user->screen, "the console did not come up");
}

static void must_show(const struct user *user, const char *text)
{
	if (!screen_wait_text(user->screen, text, CONSOLE_PATIENCE))
		console_fail(user->screen, text);
}

static void find_incident(void)
{
	const char *const roots[] = { stage.share, NULL };
	struct err err = { 0 };
	size_t count = 0;
	struct shelved *list = shelf_list(roots, &count, &err);

	assert_int_equal(count, 1);
	stage.file.shared = true;
	memcpy(stage.file.folder, list[0].folder, sizeof(stage.file.folder));
	memcpy(stage.file.id, list[0].id, sizeof(stage.file.id));
	mem_free(list);
}

/* The first user declares by the command line; each of the two has a console on its timeline. */
static int open_both(void **state)
{
	static const char *const words[] = {
		"incident", "open", "--title", "Indexer down", "--sev", "1", NULL,
	};
	const char *argv[MOST];
	const struct group *entry = getgrnam(group);

	(void)state;
	assert_non_null(entry);
	stage.gid = entry->gr_gid;
	make_places();
	for (size_t i = 0; i < USERS; i++)
		make_user(&users[i]);
	as_user(&users[0], words, argv);
	run(argv);
	find_incident();
	for (size_t i = 0; i < USERS; i++) {
		start(&users[i], stage.file.id);
		assert_true(screen_key(users[i].screen, "6"));
		must_show(&users[i], "declared");
	}
	return 0;
}

static int close_both(void **state)
{
	(void)state;
	for (size_t i = 0; i < USERS; i++) {
		screen_free(users[i].screen);
		users[i].screen = NULL;
	}
	run((const char *const[]){ "rm", "-rf", "--", stage.dir, NULL });
	return 0;
}

/* Written down, and seen as such by its author. When Enter was pressed. */
static nsec note(const struct user *user, const char *text)
{
	assert_true(screen_key(user->screen, "m"));
	must_show(user, "NOTE ---");
	assert_true(screen_type(user->screen, text));
	must_show(user, text);
	assert_true(screen_drain(user->screen, 400));	/* a form that just came is deaf */
	nsec pressed = nsec_now();
	assert_true(screen_key(user->screen, "Enter"));
	if (!screen_wait_gone(user->screen, "NOTE ---", CONSOLE_PATIENCE))
		console_fail(user->screen, "the note stays open");
	must_show(user, text);
	return pressed;
}

/* --- */

static void each_sees_what_the_other_writes(void **state)
{
	static const char *const texts[USERS] = { "payout cron paused", "replica promoted" };

	(void)state;
	for (size_t i = 0; i < USERS; i++) {
		nsec began = note(&users[i], texts[i]);

		must_show(&users[1 - i], texts[i]);
		print_message("a line of %s was read by %s %.0f ms after Enter\n", users[i].name,
			      users[1 - i].name, (double)(nsec_now() - began) / NSEC_PER_MSEC);
	}
	for (size_t i = 0; i < USERS; i++) {
		must_show(&users[i], users[0].operator);
		must_show(&users[i], users[1].operator);
	}
}

static int check_mode(const char *path, const struct stat *st, int type, struct FTW *place)
{
	unsigned wanted = type == FTW_D ? 02770 : 0660;

	(void)place;
	if (((unsigned)st->st_mode & 07777) != wanted || st->st_gid != stage.gid)
		fail_msg("%s: mode %04o, group %u", path, (unsigned)st->st_mode & 07777, st->st_gid);
	return 0;
}

static void what_is_shared_belongs_to_the_group_and_to_nobody_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < USERS; i++)
		note(&users[i], "looked at the archive");
	assert_int_equal(nftw(stage.share, check_mode, 8, FTW_PHYS), 0);
}

static void say(char out[64], const struct user *user, int i)
{
	(void)snprintf(out, 64, "%s saw shard %d", user->operator, i);
}

static void kill_console(struct user *user)
{
	kill(screen_pty(user->screen)->pid, SIGKILL);
	assert_true(screen_wait_exit(user->screen, CONSOLE_PATIENCE));
	screen_free(user->screen);
	user->screen = NULL;
}

/* After a while without a word. Then back to the timeline. */
static void must_show_silence(const struct user *user)
{
	assert_true(screen_key(user->screen, "4"));
	must_show(user, "folder");
	if (!screen_wait_text(user->screen, "silent since", LIMIT))
		console_fail(user->screen, "nobody is silent");
	assert_true(screen_key(user->screen, "6"));
}

static void a_kill_of_either_loses_nothing_and_shows_as_silence(void **state)
{
	char text[64];

	(void)state;
	for (size_t killed = 0; killed < USERS; killed++) {
		struct user *gone = &users[killed], *other = &users[1 - killed];

		for (int i = 0; i < NOTES; i++) {
			say(text, gone, i);
			note(gone, text);
		}
		kill_console(gone);
		say(text, other, NOTES);
		note(other, text);
		for (int i = 0; i < NOTES; i++) {
			say(text, gone, i);
			assert_int_equal(casefile_lines(&stage.file, text), 1);
			must_show(other, text);
		}
		must_show_silence(other);
		start(gone, stage.file.id);
		assert_true(screen_key(gone->screen, "6"));
		say(text, other, NOTES);
		must_show(gone, text);
	}
	assert_int_equal(casefile_count(&stage.file, EVENT_NOTE), USERS * (NOTES + 1));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, open_both, close_both)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(each_sees_what_the_other_writes),
		WITH(what_is_shared_belongs_to_the_group_and_to_nobody_else),
		WITH(a_kill_of_either_loses_nothing_and_shows_as_silence),
	};

	if (geteuid() != 0 || !getgrnam(group) || !getpwnam(users[0].name) || !getpwnam(users[1].name)) {
		print_message("SKIPPED: two Unix users: needs root, daemon, bin and the group users\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
