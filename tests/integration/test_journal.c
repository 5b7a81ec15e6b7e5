/*
 * The journal against the faults themselves: kill -9, a plug that is pulled, a disk that is full,
 * read-only or sick, limits, and two users in one folder. A writer is a child that says over a pipe
 * which events were acknowledged to it.
 *
 * As root everything that is mounted is mounted in a namespace of this process: it goes with it,
 * whatever happens.
 */
#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "store/shelf.h"
#include "tests/lib/command.h"
#include "tests/lib/journals.h"

static bool may_mount;
static const char *self;		/* this program */
static pid_t running[16];		/* what a failed test leaves */

static msec steady(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (msec)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool has_mounts(void)
{
	if (!may_mount)
		puts("SKIPPED: mounting needs root and a namespace");
	return may_mount;
}

/* --- writers ---------------------------------------------------------------------------------- */

struct ids {
	char (*items)[ULID_TEXT];
	size_t count, cap;
};

struct victim {
	pid_t pid;
	int acks;			/* ids, ULID_TEXT bytes each */
	struct ids acked;
};

static int no_sync(int fd)
{
	(void)fd;
	return 0;
}

static const struct journal_calls lying = { .fdatasync = no_sync, .fsync = no_sync };

static void write_on(const char *dir, bool shared, const char *operator,
		     const struct journal_calls *calls, int acks)
{
	struct journal_who who = journals_who(operator, calls);
	struct journal *journal = journal_open(dir, true, shared, &who, NULL);

	while (journal) {
		struct event event = journals_note("what is said here counts", journals_start);

		if (!journal_append(journal, &event, 1, journals_start, NULL) ||
		    write(acks, event.id, ULID_TEXT) != ULID_TEXT)
			break;
	}
	_exit(1);
}

/* Somebody without rights, who is in the group "users" too. */
static void become(uid_t uid)
{
	const struct group *group = getgrnam("users");

	if (setgroups(1, &group->gr_gid) != 0 || setgid(uid) != 0 || setuid(uid) != 0)
		_exit(1);
	umask(077);
}

static void writer_start(struct victim *writer, const char *dir, uid_t uid,
			 const struct journal_calls *calls)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	*writer = (struct victim){ .acks = ends[0] };
	writer->pid = fork();
	assert_true(writer->pid >= 0);
	for (size_t i = 0; writer->pid > 0; i++) {
		assert_true(i < ARRAY_LEN(running));
		if (running[i] == 0) {
			running[i] = writer->pid;
			break;
		}
	}
	if (writer->pid == 0) {
		if (uid)
			become(uid);
		write_on(dir, uid != 0, "ana", calls, ends[1]);
	}
	close(ends[1]);
}

static void ids_add(struct ids *ids, const char *id)
{
	ids->items = mem_grow(ids->items, &ids->cap, ids->count + 1, sizeof(*ids->items));
	memcpy(ids->items[ids->count++], id, ULID_TEXT);
}

/* What it has acknowledged by now; with `all` until it is gone. */
static void writer_hear(struct victim *writer, bool all)
{
	struct pollfd ready = { .fd = writer->acks, .events = POLLIN };
	char id[ULID_TEXT];

	while ((all || poll(&ready, 1, 0) > 0) && read(writer->acks, id, sizeof(id)) == ULID_TEXT)
		ids_add(&writer->acked, id);
}

static void writer_hear_some(struct victim *writer, size_t count)
{
	msec end = steady() + 10 * WHEN_SECOND;

	while (writer->acked.count < count) {
		struct pollfd ready = { .fd = writer->acks, .events = POLLIN };

		if (poll(&ready, 1, 100) > 0)
			writer_hear(writer, false);
		assert_true(steady() < end);
	}
}

static void end(pid_t pid)
{
	for (size_t i = 0; i < ARRAY_LEN(running); i++)
		running[i] = running[i] == pid ? 0 : running[i];
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void writer_kill(struct victim *writer)
{
	end(writer->pid);
	writer_hear(writer, true);
	close(writer->acks);
}

static void ids_move(struct ids *to, struct ids *from)
{
	for (size_t i = 0; i < from->count; i++)
		ids_add(to, from->items[i]);
	mem_free(from->items);
	*from = (struct ids){ 0 };
}

/* How many of the ids the folder lacks, or has twice. Every file must be sound. */
static size_t lost(const struct ids *ids, const char *dir)
{
	struct gathered found;
	size_t lacks;

	journals_sound(dir);
	gather(&found, dir);
	assert_int_equal(found.bad, 0);
	lacks = gathered_lacks(&found, ids->items, ids->count);
	gathered_done(&found);
	return lacks;
}

static void pause_at_most(long ns)
{
	const struct timespec time = { .tv_nsec = rand() % ns };

	nanosleep(&time, NULL);
}

/* Nothing of a test that failed may disturb the next one. */
static int drop(void **state)
{
	static const char *const mounts[] = { "after", "disk", "one" };
	const struct journals *place = *state;
	char path[96];

	for (size_t i = 0; i < ARRAY_LEN(running); i++) {
		if (running[i] > 0)
			end(running[i]);
	}
	for (size_t i = 0; may_mount && i < ARRAY_LEN(mounts); i++) {
		snprintf(path, sizeof(path), "%s/%s", place->root, mounts[i]);
		(void)umount2(path, MNT_DETACH);
	}
	return journals_drop(state);
}

/* --- faults ----------------------------------------------------------------------------------- */

static void a_thousand_kills_lose_nothing_that_was_acknowledged(void **state)
{
	enum { FOLDERS = 20, ROUNDS = 25, WRITERS = 2 };
	struct journals *place = *state;
	struct ids acked = { 0 };
	size_t total = 0;

	srand((unsigned)getpid());
	for (int folder = 0; folder < FOLDERS; folder++) {
		char dir[128];

		snprintf(dir, sizeof(dir), "%s/%d", place->root, folder);
		for (int round = 0; round < ROUNDS; round++) {
			struct victim writers[WRITERS];

			for (int i = 0; i < WRITERS; i++)
				writer_start(&writers[i], dir, 0, NULL);
			for (int i = 0; i < WRITERS; i++) {
				pause_at_most(8000000);
				writer_kill(&writers[i]);
				ids_move(&acked, &writers[i].acked);
			}
		}
		assert_int_equal(lost(&acked, dir), 0);
		/* what was left by the killed was taken up by those who came after them */
		assert_true(journals_count(dir) <= WRITERS);
		total += acked.count;
		mem_free(acked.items);
		acked = (struct ids){ 0 };
	}
	assert_true(total > 1000);
	print_message("%d kills, %zu acknowledged, 0 lost\n", FOLDERS * ROUNDS * WRITERS, total);
}

static void must(const char *const *argv)
{
	struct command command = { 0 };

	command_run(&command, argv, 30 * WHEN_SECOND);
	if (command.status != 0)
		fail_msg("%s: exit %d: %s%s", argv[0], command.status, buf_cstr(&command.out),
			 buf_cstr(&command.err));
	command_done(&command);
}

static void copy(const char *from, const char *to)
{
	struct buf bytes = { .max = 1 << 28 };

	journals_read(from, &bytes);
	journals_write(to, str_sub(bytes.data, bytes.len), O_TRUNC);
	buf_done(&bytes);
}

struct plug {				/* a disk in a file, and a copy of it after the plug was pulled */
	char image[96], disk[96], copy[96], after[96];
};

static struct plug plug_new(const struct journals *place)
{
	struct plug plug;

	snprintf(plug.image, sizeof(plug.image), "%s/image", place->root);
	snprintf(plug.disk, sizeof(plug.disk), "%s/disk", place->root);
	snprintf(plug.copy, sizeof(plug.copy), "%s/image.copy", place->root);
	snprintf(plug.after, sizeof(plug.after), "%s/after", place->root);
	assert_int_equal(mkdir(plug.disk, 0700), 0);
	assert_int_equal(mkdir(plug.after, 0700), 0);
	must((const char *const[]){ "mkfs.ext4", "-q", "-E", "lazy_itable_init=0", plug.image, "16M",
				    NULL });
	must((const char *const[]){ "mount", "-o", "loop", plug.image, plug.disk, NULL });
	return plug;
}

/*
 * Pull the plug now, wherever the writer is: what would the next start find? Returns how many that
 * it acknowledged are lost. It stands still while the image is copied, so that the copy is of one
 * moment.
 */
static size_t plug_pull(const struct plug *plug, struct victim *writer)
{
	char dir[128];
	size_t lacks;

	kill(writer->pid, SIGSTOP);
	assert_int_equal(waitpid(writer->pid, NULL, WUNTRACED), writer->pid);
	writer_hear(writer, false);
	copy(plug->image, plug->copy);
	kill(writer->pid, SIGCONT);
	must((const char *const[]){ "mount", "-o", "loop", plug->copy, plug->after, NULL });
	snprintf(dir, sizeof(dir), "%s/one", plug->after);
	lacks = access(dir, F_OK) == 0 ? lost(&writer->acked, dir) : writer->acked.count;
	assert_int_equal(umount2(plug->after, 0), 0);
	must((const char *const[]){ "e2fsck", "-fn", plug->copy, NULL });
	return lacks;
}

static void a_pulled_plug_loses_nothing_that_was_acknowledged(void **state)
{
	enum { PULLS = 50 };
	struct victim writer;
	struct plug plug;
	char dir[128];

	if (!has_mounts())
		skip();
	plug = plug_new(*state);
	snprintf(dir, sizeof(dir), "%s/one", plug.disk);
	writer_start(&writer, dir, 0, NULL);
	for (size_t i = 0; i < PULLS; i++) {
		writer_hear_some(&writer, 20 * (i + 1));
		if (plug_pull(&plug, &writer) != 0)
			fail_msg("pull %zu lost acknowledged events", i);
	}
	writer_kill(&writer);
	print_message("%d pulls, %zu acknowledged, 0 lost\n", PULLS, writer.acked.count);
	assert_int_equal(lost(&writer.acked, dir), 0);
	mem_free(writer.acked.items);
	assert_int_equal(umount2(plug.disk, 0), 0);
}

/* The control: were nothing lost without syncs, the test above would prove nothing. */
static void without_syncs_a_pulled_plug_is_noticed(void **state)
{
	struct victim writer;
	struct plug plug;
	char dir[128];

	if (!has_mounts())
		skip();
	plug = plug_new(*state);
	snprintf(dir, sizeof(dir), "%s/one", plug.disk);
	writer_start(&writer, dir, 0, &lying);
	writer_hear_some(&writer, 100);
	assert_true(plug_pull(&plug, &writer) > 0);
	writer_kill(&writer);
	mem_free(writer.acked.items);
	assert_int_equal(umount2(plug.disk, 0), 0);
}

/* Events that wait for a disk: given again in order until they are saved. Returns how many are. */
static size_t drain(struct journal *journal, struct event *events, size_t count)
{
	size_t saved = 0;

	while (saved < count && journal_append(journal, &events[saved], 1, journals_start, NULL))
		saved++;
	return saved;
}

static void check_in_order(const char *dir, const struct event *events, size_t count)
{
	struct gathered found;
	struct ids ids = { 0 };

	/* in whatever files they are: their order is that of their hlc */
	for (size_t i = 1; i < count; i++)
		assert_true(hlc_compare(events[i - 1].hlc, events[i].hlc) < 0);
	for (size_t i = 0; i < count; i++)
		ids_add(&ids, events[i].id);
	journals_sound(dir);
	gather(&found, dir);
	assert_int_equal(found.count, count + found.joined);
	assert_int_equal(gathered_lacks(&found, ids.items, count), 0);
	gathered_done(&found);
	mem_free(ids.items);
}

enum { QUEUE = 400, LONG_QUEUE = 10000 };

static struct event *new_queue(size_t count)
{
	struct event *events = mem_array(count, sizeof(*events));

	for (size_t i = 0; i < count; i++)
		events[i] = journals_note("kept until there is room again, and then once", journals_start);
	return events;
}

static void a_full_disk_keeps_its_word_and_goes_on_when_there_is_room(void **state)
{
	struct journals *place = *state;
	struct event *events = new_queue(LONG_QUEUE);
	struct journal *journal;
	struct err err = { 0 };
	size_t saved;

	if (!has_mounts())
		skip();
	assert_int_equal(mkdir(place->dir, 0700), 0);
	assert_int_equal(mount("none", place->dir, "tmpfs", 0, "size=64k,mode=0700"), 0);
	journal = journals_open(place, "ana", NULL);
	saved = drain(journal, events, LONG_QUEUE);
	assert_true(saved > 10 && saved < LONG_QUEUE);
	for (int i = 0; i < 20; i++)
		assert_false(journal_append(journal, &events[saved], 1, journals_start, &err));
	assert_non_null(strstr(err.text, "No space left on device"));
	assert_string_equal(journal_degraded(journal), err.text);
	assert_int_equal(mount("none", place->dir, "tmpfs", MS_REMOUNT, "size=16m"), 0);
	assert_int_equal(saved + drain(journal, &events[saved], LONG_QUEUE - saved), LONG_QUEUE);
	check_in_order(place->dir, events, LONG_QUEUE);
	journal_close(journal);
	assert_int_equal(umount2(place->dir, 0), 0);
	mem_free(events);
}

static void a_read_only_disk_is_said_and_still_read(void **state)
{
	struct journals *place = *state;
	struct event *events = new_queue(QUEUE);
	struct gathered found = { .count = 0 };
	struct journal *journal;
	struct err err = { 0 };
	size_t saved = 10;

	if (!has_mounts())
		skip();
	assert_int_equal(mkdir(place->dir, 0700), 0);
	assert_int_equal(mount(place->dir, place->dir, NULL, MS_BIND, NULL), 0);
	journal = journals_open(place, "ana", NULL);
	assert_int_equal(drain(journal, events, saved), saved);
	journal_close(journal);
	assert_int_equal(mount(NULL, place->dir, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), 0);
	journal = journals_open(place, "ana", NULL);
	assert_false(journal_append(journal, &events[saved], 1, journals_start, &err));
	assert_non_null(strstr(err.text, "Read-only file system"));
	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_int_equal(found.count, saved + 1);
	gathered_done(&found);
	assert_int_equal(mount(NULL, place->dir, NULL, MS_REMOUNT | MS_BIND, NULL), 0);
	assert_int_equal(saved + drain(journal, &events[saved], QUEUE - saved), QUEUE);
	check_in_order(place->dir, events, QUEUE);
	journal_close(journal);
	assert_int_equal(umount2(place->dir, 0), 0);
	mem_free(events);
}

/* A file may not grow over some blocks: what does not fit goes into the next one. */
static void a_limit_on_the_size_of_files_loses_nothing(void **state)
{
	struct journals *place = *state;
	struct event *events = new_queue(QUEUE);
	struct rlimit before, limit;
	struct journal *journal;
	size_t saved = 0;
	int refused = 0;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 20 * 512;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	journal = journals_open(place, "ana", NULL);
	while (saved < QUEUE && refused < QUEUE) {
		saved += drain(journal, &events[saved], QUEUE - saved);
		refused += saved < QUEUE;
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(saved, QUEUE);
	assert_true(refused > 1);
	assert_non_null(strstr(journal_degraded(journal), "File too large"));
	journal_close(journal);
	check_in_order(place->dir, events, QUEUE);
	mem_free(events);
}

/* What the limit does to a program that has not said otherwise is to end it. */
static void a_file_that_may_not_grow_does_not_end_the_program(void **state)
{
	const struct journals *place = *state;
	struct command command = { 0 };
	char script[256];

	snprintf(script, sizeof(script), "ulimit -f 0; exec %s version >%s/out", command_binnacle(),
		 place->root);
	command_run(&command, (const char *const[]){ "sh", "-c", script, NULL }, 10 * WHEN_SECOND);
	assert_int_equal(command.status, 1);
	command_done(&command);
}

/* --- a sick disk, by libfiu ------------------------------------------------------------------- */

enum { SICK = 500 };

/* In a process of its own, with calls that fail at random: says which events were saved. */
static int sick_writer(const char *dir)
{
	struct journal_who who = journals_who("ana", NULL);
	struct journal *journal = NULL;
	int saved = 0, refused = 0;

	for (int tries = 0; !journal && tries < 100; tries++)
		journal = journal_open(dir, true, false, &who, NULL);
	for (int i = 0; journal && i < SICK; i++) {
		struct event event = journals_note("said on a sick disk", journals_start);

		while (!journal_append(journal, &event, 1, journals_start, NULL) && refused < 10 * SICK)
			refused++;
		while (write(STDOUT_FILENO, event.id, ULID_TEXT) != ULID_TEXT)
			;
		saved++;
	}
	journal_close(journal);
	return saved == SICK && refused > 0 && refused < 10 * SICK ? 0 : 1;
}

static void a_sick_disk_tells_no_lies(void **state)
{
#ifdef __SANITIZE_ADDRESS__
	(void)state;
	puts("SKIPPED: libfiu and AddressSanitizer do not mix");
	skip();
#else
	static const char *const points[] = { "posix/io/sync/fdatasync", "posix/io/rw/write" };
	struct journals *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		char dir[128], fault[96];
		struct command command = { 0 };
		struct gathered found;

		snprintf(dir, sizeof(dir), "%s/%zu", place->root, i);
		snprintf(fault, sizeof(fault), "enable_random name=%s,probability=0.05", points[i]);
		command_run(&command, (const char *const[]){ "fiu-run", "-x", "-c", fault, self,
							     "sick-writer", dir, NULL },
			    30 * WHEN_SECOND);
		if (command.status != 0)
			fail_msg("%s: exit %d: %s", points[i], command.status,
				 buf_cstr(&command.err));
		assert_int_equal(command.out.len, SICK * ULID_TEXT);
		journals_sound(dir);
		gather(&found, dir);
		/* a refused one may stand in the file that was left as well: ids make it one event */
		for (size_t k = 0; k < SICK; k++)
			assert_true(gathered_times(&found, command.out.data + k * ULID_TEXT) >= 1);
		gathered_done(&found);
		command_done(&command);
	}
#endif
}

/* --- users ------------------------------------------------------------------------------------ */

struct onlooker {
	struct journal *journal;
	struct gathered found;
};

/* Read on until the folder has them all; the only wait is between two looks. */
static void await_all(struct onlooker *watch, const struct ids *ids)
{
	const struct timespec between = { 0, 10 * 1000 * 1000 };
	msec end = steady() + 10 * WHEN_SECOND;
	struct err err = { 0 };

	do {
		if (!journal_follow(watch->journal, gather_line, &watch->found, &err))
			fail_msg("%s", err.text);
		if (gathered_lacks(&watch->found, ids->items, ids->count) == 0)
			return;
		nanosleep(&between, NULL);
	} while (steady() < end);
	fail_msg("not all %zu lines were seen", ids->count);
}

/* As another user: does this one see what the others wrote? Ids come in, one line goes out. */
static bool sees_all(uid_t uid, const char *dir, const struct ids *ids)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		struct journal_who who = journals_who("watch", NULL);
		struct onlooker watch = { .found = { .count = 0 } };

		become(uid);
		watch.journal = journal_open(dir, false, true, &who, NULL);
		if (!watch.journal)
			_exit(1);
		await_all(&watch, ids);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void two_users_of_one_folder_see_every_line_of_each_other(void **state)
{
	enum { NOBODY = 65534, DAEMON = 1 };
	struct journals *place = *state;
	struct victim nobody, daemon_;
	struct ids acked = { 0 };
	struct err err = { 0 };
	char shelf[96], dir[128];

	if (geteuid() != 0 || !getgrnam("users")) {
		puts("SKIPPED: two users need root and the group users");
		skip();
	}
	snprintf(shelf, sizeof(shelf), "%s/shelf", place->root);
	snprintf(dir, sizeof(dir), "%s/one", shelf);
	assert_int_equal(chmod(place->root, 0755), 0);
	if (!shelf_share(shelf, "users", &err))
		fail_msg("%s", err.text);
	writer_start(&nobody, dir, NOBODY, NULL);
	writer_hear_some(&nobody, 10);
	writer_start(&daemon_, dir, DAEMON, NULL);
	writer_hear_some(&daemon_, 10);
	for (int round = 0; round < 5; round++) {
		writer_kill(&nobody);
		ids_move(&acked, &nobody.acked);
		assert_true(sees_all(DAEMON, dir, &acked));
		writer_start(&nobody, dir, NOBODY, NULL);
		writer_hear_some(&nobody, 10);
		writer_kill(&daemon_);
		ids_move(&acked, &daemon_.acked);
		assert_true(sees_all(NOBODY, dir, &acked));
		writer_start(&daemon_, dir, DAEMON, NULL);
		writer_hear_some(&daemon_, 10);
	}
	writer_kill(&nobody);
	writer_kill(&daemon_);
	ids_move(&acked, &nobody.acked);
	ids_move(&acked, &daemon_.acked);
	assert_true(sees_all(NOBODY, dir, &acked));
	assert_true(sees_all(DAEMON, dir, &acked));
	assert_int_equal(journals_count(dir), 2);	/* each took up its own again */
	mem_free(acked.items);
}

int main(int argc, char **argv)
{
#define T(f) cmocka_unit_test_setup_teardown(f, journals_build, drop)
	const struct CMUnitTest tests[] = {
		T(a_thousand_kills_lose_nothing_that_was_acknowledged),
		T(a_pulled_plug_loses_nothing_that_was_acknowledged),
		T(without_syncs_a_pulled_plug_is_noticed),
		T(a_full_disk_keeps_its_word_and_goes_on_when_there_is_room),
		T(a_read_only_disk_is_said_and_still_read),
		T(a_limit_on_the_size_of_files_loses_nothing),
		T(a_file_that_may_not_grow_does_not_end_the_program),
		T(a_sick_disk_tells_no_lies),
		T(two_users_of_one_folder_see_every_line_of_each_other),
	};

	if (argc == 3 && strcmp(argv[1], "sick-writer") == 0)
		return sick_writer(argv[2]);
	self = argv[0];
	may_mount = geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
		    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
