/*
 * journalbench: what the journal costs, on the disk under TMPDIR (/tmp).
 *
 *   journalbench            measure and judge; exit 1 when a gate failed
 *   journalbench append N   only append N events (to be watched by strace)
 *
 * J1: a durable append beside a bare append and fdatasync of as many bytes, in turns.
 * J2: a replay as the console does it: journal_follow, history_take with every hash, history_fold;
 *     each size in a process of its own, beside the hashing of the same bytes. It waits for nothing
 *     but the processor, so that the time of the processor is judged: others may be at work.
 */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mem.h"
#include "core/history.h"
#include "store/journal.h"
#include "tests/lib/command.h"
#include "tests/lib/samples.h"

enum {
	APPENDS = 1000,			/* of each, in turns */
	WATCHED = 200,			/* appends under strace */
	BATCH = 1000, REPLAYS = 5,
	TMPFS = 0x01021994,
};

static const long sizes[] = { 10000, 100000, 1000000 };
static const msec start = 1795313640000;	/* 2026-11-22T02:14:00Z */

static char root[64];

static double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void die(const char *what)
{
	fprintf(stderr, "journalbench: %s\n", what);
	exit(1);
}

static struct journal *open_journal(const char *name, const struct journal_calls *calls)
{
	const struct journal_who who = { .operator = "ana", .host = "ops1", .console = "command",
					 .tool_version = "0.1.0", .calls = calls };
	struct err err = { 0 };
	struct journal *journal;
	char dir[128];

	snprintf(dir, sizeof(dir), "%s/%s", root, name);
	journal = journal_open(dir, true, false, &who, &err);
	if (!journal)
		die(err.text);
	return journal;
}

/* --- events: what an incident is mostly made of ----------------------------------------------- */

static struct event base_event(enum event_kind kind, enum event_src src, msec at)
{
	struct event event = { .kind = kind, .src = src, .at = at, .rec = at };

	str_put(event.by, sizeof(event.by), "ana");
	return event;
}

static struct event declared(msec at)
{
	static const char *const components[] = { "indexer", "api" };
	struct event event = base_event(EVENT_INCIDENT_DECLARED, SRC_HUMAN, at);

	EVENT_SET(event.data, title, "Indexer stuck behind the chain");
	EVENT_SET(event.data, severity, 1);
	EVENT_SET(event.data, type, "outage");
	EVENT_SET(event.data, components, (struct text_list){ components, ARRAY_LEN(components) });
	return event;
}

static struct event nth_event(long n, msec at)
{
	static const char *const labels[] = { "alertname=IndexerLag", "severity=critical" };
	static const char *const names[] = { "horizon", "db", "redis", "api" };
	struct event event;

	if (n == 0)
		return declared(at);
	if (n % 10 < 4) {
		event = base_event(EVENT_SIGNAL_CHANGED, SRC_SENSED, at);
		EVENT_SET(event.data, name, names[n % 4]);
		EVENT_SET(event.data, new_, n % 8 < 4 ? "down" : "ok");
		EVENT_SET(event.data, old, n % 8 < 4 ? "ok" : "down");
		EVENT_SET(event.data, because, "connection refused");
		EVENT_SET(event.data, type, "source");
	} else if (n % 10 < 7) {
		event = base_event(n % 2 ? EVENT_ALERT_FIRING : EVENT_ALERT_RESOLVED, SRC_SENSED, at);
		EVENT_SET(event.data, name, "IndexerLag");
		EVENT_SET(event.data, fingerprint, "0123456789abcdef");
		EVENT_SET(event.data, labels, (struct text_list){ labels, ARRAY_LEN(labels) });
		EVENT_SET(event.data, when, at);
	} else {
		event = base_event(EVENT_NOTE, SRC_HUMAN, at);
		EVENT_SET(event.data, text, "restarted the indexer, lag goes down: 1240 s to 35 s");
	}
	return event;
}

static void append(struct journal *journal, long from, long count)
{
	struct event *events = mem_array((size_t)count, sizeof(*events));
	struct err err = { 0 };

	for (long i = 0; i < count; i++)
		events[i] = nth_event(from + i, start + (from + i) * 10);
	if (!journal_append(journal, events, (size_t)count, start + from * 10, &err))
		die(err.text);
	mem_free(events);
}

/* --- J1 --------------------------------------------------------------------------------------- */

static size_t syncs, writes, written;

static int count_sync(int fd)
{
	syncs++;
	return fdatasync(fd);
}

static ssize_t count_write(int fd, const void *bytes, size_t len)
{
	writes++;
	written += len;
	return write(fd, bytes, len);
}

static void time_append(struct journal *journal, long n, struct samples *out)
{
	double before = seconds(CLOCK_MONOTONIC);

	append(journal, n, 1);
	samples_add(out, (seconds(CLOCK_MONOTONIC) - before) * 1e6);
}

static void time_bare(int fd, size_t len, struct samples *out)
{
	char *bytes = mem_new(len);
	double before = seconds(CLOCK_MONOTONIC);

	if (write(fd, bytes, len) != (ssize_t)len || fdatasync(fd) != 0)
		die("the bare file cannot be written");
	samples_add(out, (seconds(CLOCK_MONOTONIC) - before) * 1e6);
	mem_free(bytes);
}

static bool print_verdict(const char *id, const char *what, double value, double goal, double limit)
{
	bool ok = value <= limit;	/* false for what was not measured */

	printf("  %-3s %-46s %9.2f, goal %6.2f: %s\n", id, what, value, goal,
	       isnan(value) ? "NOT MEASURED" : value <= goal ? "goal met" :
	       ok ? "within twice the goal" : "FAILED");
	return ok;
}

/* Counted by the kernel, from outside. */
static double strace_syncs(const char *self)
{
	char trace[128], count[16];
	struct command command = { 0 };
	double syncs_seen = 0;
	char line[512];
	FILE *file;

	snprintf(trace, sizeof(trace), "%s/trace", root);
	snprintf(count, sizeof(count), "%d", WATCHED);
	command_run(&command, (const char *const[]){ "strace", "-f", "-qq", "-o", trace, "-e",
						     "trace=fdatasync", self, "append", count,
						     NULL }, 60 * WHEN_SECOND);
	file = command.status == 0 ? fopen(trace, "r") : NULL;
	command_done(&command);
	if (!file)
		return (double)NAN;
	while (fgets(line, sizeof(line), file))
		syncs_seen += strstr(line, "fdatasync(") ? 1 : 0;
	fclose(file);
	return syncs_seen / WATCHED;
}

static bool measure_appends(const char *self)
{
	const struct journal_calls calls = { .write = count_write, .fdatasync = count_sync };
	struct journal *journal = open_journal("append", &calls);
	struct samples ours = { 0 }, bare = { 0 };
	char path[128];
	double ratio;
	bool ok;
	int fd;

	snprintf(path, sizeof(path), "%s/bare", root);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	append(journal, 0, 1);		/* the file is there */
	syncs = writes = written = 0;
	for (long n = 1; n <= APPENDS; n++) {	/* A B B A: whoever comes second gains or pays */
		if (n % 2)
			time_append(journal, n, &ours);
		time_bare(fd, writes ? written / writes : 1, &bare);
		if (n % 2 == 0)
			time_append(journal, n, &ours);
	}
	close(fd);
	journal_close(journal);
	ratio = samples_median(&ours) / samples_median(&bare);
	printf("durable append, %zu bytes: median %.0f us (%.0f/s), 99th %.0f us; "
	       "bare append+fdatasync: %.0f us, 99th %.0f us\n", written / writes,
	       samples_median(&ours), 1e6 / samples_median(&ours), samples_quantile(&ours, 0.99),
	       samples_median(&bare), samples_quantile(&bare, 0.99));
	ok = print_verdict("J1", "durable append to a bare one, median", ratio, 1.5, 3);
	ok = print_verdict("J1", "fdatasync for each event, counted within",
			   (double)syncs / APPENDS, 1, 1) && ok;
	ok = print_verdict("J1", "fdatasync for each event, counted by strace",
			   strace_syncs(self), 1, 1) && ok;
	samples_done(&ours);
	samples_done(&bare);
	return ok;
}

/* --- J2 --------------------------------------------------------------------------------------- */

struct replay {
	double follow, all, floor;	/* CPU s: reading alone, all of it, hashing alone */
	double wall;			/* all of it, s */
	double rss;			/* MB */
	long records;
};

static void look(void *arg, const char *origin, struct str line)
{
	(void)origin;
	*(size_t *)arg += line.len;
}

static void hash(void *arg, const char *origin, struct str line)
{
	(void)origin;
	digest_sha256(arg, line);
}

static void take(void *arg, const char *origin, struct str line)
{
	struct err err = { 0 };

	(void)origin;
	if (!history_take(arg, line, &err))
		die(err.text);
}

static double time_follow(const char *name, journal_visit *visit, void *arg,
			  struct history *history)
{
	struct journal *journal = open_journal(name, NULL);
	double before = seconds(CLOCK_PROCESS_CPUTIME_ID);
	struct err err = { 0 };

	if (!journal_follow(journal, visit, arg, &err))
		die(err.text);
	if (history)
		history_fold(history);
	before = seconds(CLOCK_PROCESS_CPUTIME_ID) - before;
	journal_close(journal);
	return before;
}

static void replay_once(const char *name, struct replay *out)
{
	struct history *history = history_new("k3f9qa");
	struct rusage usage;
	char digest[DIGEST_HEX];
	size_t bytes = 0;

	out->follow = time_follow(name, look, &bytes, NULL);
	out->floor = time_follow(name, hash, digest, NULL) - out->follow;
	out->wall = seconds(CLOCK_MONOTONIC);
	out->all = time_follow(name, take, history, history);
	out->wall = seconds(CLOCK_MONOTONIC) - out->wall;
	out->records = (long)history_count(history);
	getrusage(RUSAGE_SELF, &usage);
	out->rss = (double)usage.ru_maxrss / 1024;
}

/* In a process of its own, so that memory is that of this one replay. */
static void replay(const char *name, struct replay *out)
{
	int ends[2], status = -1;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		die("no pipe");
	child = fork();
	if (child == 0) {
		replay_once(name, out);
		_exit(write(ends[1], out, sizeof(*out)) == sizeof(*out) ? 0 : 1);
	}
	close(ends[1]);
	if (child < 0 || read(ends[0], out, sizeof(*out)) != sizeof(*out))
		die("a replay did not end");
	close(ends[0]);
	waitpid(child, &status, 0);
}

static void make_history(const char *name, long count)
{
	struct journal *journal = open_journal(name, NULL);

	for (long n = 0; n < count; n += BATCH)
		append(journal, n, BATCH);
	journal_close(journal);
}

static double measure_replay(long count, struct replay *out)
{
	struct samples all = { 0 }, wall = { 0 }, follow = { 0 }, floor_ = { 0 };
	double median;
	char name[32];

	snprintf(name, sizeof(name), "replay-%ld", count);
	make_history(name, count);
	for (int i = 0; i < REPLAYS; i++) {
		replay(name, out);
		samples_add(&all, out->all);
		samples_add(&wall, out->wall);
		samples_add(&follow, out->follow);
		samples_add(&floor_, out->floor);
	}
	median = samples_median(&all);
	printf("  %8ld events: %7.3f s of CPU (%.2f us/event), %.3f s by the clock; reading %.3f s, "
	       "hashing alone %.3f s; %.0f MB, %ld on the timeline\n", count, median,
	       median * 1e6 / (double)count, samples_median(&wall), samples_median(&follow),
	       samples_median(&floor_), out->rss, out->records);
	samples_done(&all);
	samples_done(&wall);
	samples_done(&follow);
	samples_done(&floor_);
	return median;
}

static bool measure_replays(void)
{
	double took[ARRAY_LEN(sizes)];
	struct replay last;
	double exponent;
	bool ok;

	puts("replay, every hash verified, folded");
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		took[i] = measure_replay(sizes[i], &last);
	exponent = log(took[2] / took[0]) / log((double)sizes[2] / (double)sizes[0]);
	ok = print_verdict("J2", "replay of 100,000 events, s of CPU", took[1], 0.5, 1);
	ok = print_verdict("G",
			   "growth exponent of replays, 10k to 1M", exponent, 1.05, 1.15) && ok;
	return ok;
}

static void remove_root(void)
{
	struct command command = { 0 };

	command_run(&command, (const char *const[]){ "rm", "-rf", root, NULL }, 60 * WHEN_SECOND);
	command_done(&command);
}

int main(int argc, char **argv)
{
	const char *under = getenv("TMPDIR");
	struct statfs disk;
	bool ok;

	snprintf(root, sizeof(root), "%.40s/binnacle-bench-XXXXXX", under ? under : "/tmp");
	if (!mkdtemp(root))
		die("no folder under TMPDIR");
	atexit(remove_root);
	if (argc == 3 && strcmp(argv[1], "append") == 0) {
		struct journal *journal = open_journal("watched", NULL);

		for (long n = 0; n < atol(argv[2]); n++)
			append(journal, n, 1);
		journal_close(journal);
		return 0;
	}
	if (statfs(root, &disk) == 0 && disk.f_type == TMPFS)
		puts("the folder is in memory: J1 is not that of a disk (TMPDIR= says where)");
	ok = measure_appends(argv[0]);
	return measure_replays() && ok ? 0 : 1;
}
