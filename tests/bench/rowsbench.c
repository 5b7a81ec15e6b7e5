/*
 * rowsbench: what the list of open transactions costs on ten thousand, a hundred thousand and a
 * million rows of a real PostgreSQL (D1 of the performance goals), through the console's own code
 * and its connection. Nothing may grow with the table. Time is measured twice: as it passes, and as
 * what processors did for it here and in the server's process, which is judged: others may be at
 * work.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/digest.h"
#include "io/pg.h"
#include "tests/lib/txrig.h"

enum { SIZES = 3, FINDS = 200, PAGES = 45, WALK = 2000, FIRSTS = 41, TRIPS = 200 };

/*  X(symbol, what it is, goal in ms beyond the round trip) */
#define MEASURES(X) \
	X(FIRST, "first page", 10) \
	X(NEXT, "next page", 5) \
	X(PREV, "previous page", 5) \
	X(LAST, "last page", 5) \
	X(FIND, "search by hash", 5)

enum measure {
#define X(sym, what, goal) MEASURE_##sym,
	MEASURES(X)
#undef X
	MEASURE_COUNT
};

static const struct {
	const char *what;
	double goal;
} measures[] = {
#define X(sym, what, goal) [MEASURE_##sym] = { what, goal },
	MEASURES(X)
#undef X
};

static const long sizes[SIZES] = { 10000, 100000, 1000000 };

static struct txrig rig;
static double medians[MEASURE_COUNT][SIZES], taken[WALK];
static double worked[MEASURE_COUNT][SIZES], since;	/* ms of processors for each */
static char server[24];			/* the process that serves the pages */
static size_t taken_count;
static double trip;			/* of the smallest question, over the same code */
static bool failed;

static void die(const char *what)
{
	fprintf(stderr, "rowsbench: %s\n", what);
	txrig_stop(&rig);
	exit(1);
}

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* What processors did for us since we began, ours and the server's. */
static double work_ms(void)
{
	unsigned long long theirs = 0;
	struct timespec ours;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/schedstat", server);
	file = fopen(path, "re");
	if (!file || fscanf(file, "%llu", &theirs) != 1)
		die("the server's process has no schedstat");
	fclose(file);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ours);
	return (double)ours.tv_sec * 1e3 + (double)ours.tv_nsec / 1e6 + (double)theirs / 1e6;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double at_share(double share)
{
	qsort(taken, taken_count, sizeof(*taken), by_value);
	return taken[(size_t)((double)(taken_count - 1) * share)];
}

static void take(double began)
{
	taken[taken_count++] = milliseconds() - began;
}

static double rss_mb(void)
{
	unsigned long pages = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file) {
		if (fscanf(file, "%lu %lu", &pages, &resident) != 2)
			resident = 0;
		fclose(file);
	}
	return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static void fill(long rows)
{
	char sql[700];

	snprintf(sql, sizeof(sql), "TRUNCATE payment_intents;"
		 "INSERT INTO payment_intents (idempotency_key, hash, source, sequence, destination, asset,"
		 " amount, created_at, envelope_xdr) SELECT 'pay-' || n,"
		 " encode(sha256(n::text::bytea), 'hex'), 'G' || n %% 1000, n, 'GB', 'USDC', n * 0.01,"
		 " now() - n * interval '1 second', repeat('A', 300) FROM generate_series(1, %ld) AS n;",
		 rows);
	txrig_sql(&rig, sql);
	txrig_sql(&rig, "VACUUM ANALYZE payment_intents");
}

static void move(enum tx_move where)
{
	double began = milliseconds();

	if (!txrig_move(&rig, where) || rig.cases.trouble[0])
		die(rig.cases.trouble[0] ? rig.cases.trouble : "a page did not come");
	take(began);
}

static void put_hash(char out[TX_HASH_TEXT], long n)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", n);
	digest_sha256(out, str_of(text));
}

static void find(const char *hash)
{
	double began = milliseconds();

	tx_pages_find(rig.pages, hash);
	if (!txrig_wait(&rig) || rig.cases.found[0] || strcmp(rig.cases.lines[0].hash, hash) != 0)
		die("a hash was not found");
	take(began);
}

static void note(enum measure measure, size_t size)
{
	medians[measure][size] = at_share(0.5);
	worked[measure][size] = (work_ms() - since) / (double)taken_count;
	printf("  %9ld rows  %-16s median %6.2f ms  p99 %6.2f ms  work %5.2f ms\n", sizes[size],
	       measures[measure].what, medians[measure][size], at_share(0.99), worked[measure][size]);
	taken_count = 0;
	since = work_ms();
}

static void times(enum measure measure, size_t size, enum tx_move where, size_t count)
{
	for (size_t i = 0; i < count; i++)
		move(where);
	note(measure, size);
}

static void on_trip(void *arg, const struct reply *reply)
{
	*(bool *)arg = reply->kind == REPLY_ANSWER;
	loop_stop(rig.loop);
}

static void measure_trip(void)
{
	struct secret *dsn = secret_new(str_of(rig.server.dsn));
	struct resolver *resolver = resolver_new(rig.loop, NULL);
	struct request request = { .sql = "SELECT 1" };
	struct err err = { 0 };
	struct pg *pg = pg_new(rig.loop, resolver, dsn, &err);

	for (size_t i = 0; pg && i <= TRIPS; i++) {
		double began = milliseconds();
		bool ok = false;

		pg_ask(pg, &request, 60 * WHEN_SECOND, on_trip, &ok);
		loop_run(rig.loop);
		if (!ok)
			die("SELECT 1 is not answered");
		if (i > 0)
			take(began);
	}
	trip = at_share(0.5);
	taken_count = 0;
	printf("  a question and its answer, as SELECT 1: %.2f ms\n", trip);
	pg_free(pg);
	resolver_free(resolver);
	secret_free(dsn);
}

static bool is_counted(const struct txrig *at)
{
	return !at->cases.paging && at->cases.total >= 0;
}

static void measure_size(size_t size)
{
	static char hashes[FINDS][TX_HASH_TEXT];
	double before, after;

	fill(sizes[size]);
	txrig_open(&rig, TX_PAYMENT_INTENTS, NULL);
	move(TX_FIRST);			/* connects */
	if (!txrig_until(&rig, is_counted))
		die("the count did not come");
	if (rig.cases.index[0])
		die("an index is said to be missing that is there");
	/* Waits for the exact count, too; the pages' connection is the older one of ours. */
	if (!txrig_cell(&rig, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
			" AND pid <> pg_backend_pid() ORDER BY backend_start LIMIT 1", server,
			sizeof(server)))
		die("the server does not tell who serves us");
	taken_count = 0;
	since = work_ms();
	times(MEASURE_FIRST, size, TX_FIRST, FIRSTS);
	times(MEASURE_NEXT, size, TX_NEXT, PAGES);
	times(MEASURE_PREV, size, TX_PREV, PAGES);
	times(MEASURE_LAST, size, TX_LAST, FIRSTS);
	for (long i = 0; i < FINDS; i++)
		put_hash(hashes[i], 1 + i * (sizes[size] / FINDS));
	since = work_ms();
	for (size_t i = 0; i < FINDS; i++)
		find(hashes[i]);
	note(MEASURE_FIND, size);
	if (size + 1 < SIZES)
		return;
	before = rss_mb();
	move(TX_FIRST);
	taken_count = 0;
	for (size_t i = 0; i < WALK; i++)
		move(TX_NEXT);
	after = rss_mb();
	printf("  %d pages on: median %.2f ms, p99 %.2f ms; resident memory %.1f MB, %+.1f MB after\n",
	       WALK, at_share(0.5), at_share(0.99), before, after - before);
	if (after - before > 4) {
		printf("  FAILED: memory grows with the pages: goal 2 MB\n");
		failed = true;
	}
}

static void judge(void)
{
	for (size_t i = 0; i < MEASURE_COUNT; i++) {
		double exponent = log(worked[i][SIZES - 1] / worked[i][0]) /
				  log((double)sizes[SIZES - 1] / (double)sizes[0]);
		double goal = measures[i].goal + trip;
		bool slow = worked[i][SIZES - 1] > 2 * goal || exponent > 0.2;

		printf("%-16s %6.2f ms at a million, of work %.2f (goal %.2f)  growth exponent %5.2f "
		       "(goal 0.10)%s\n", measures[i].what, medians[i][SIZES - 1], worked[i][SIZES - 1],
		       goal, exponent, slow ? "  FAILED" : "");
		failed = failed || slow;
	}
}

static bool is_missing(const struct txrig *at)
{
	return at->cases.index[0];
}

static void without_index(void)
{
	txrig_sql(&rig, "DROP INDEX payment_intents_open");
	txrig_open(&rig, TX_PAYMENT_INTENTS, NULL);
	taken_count = 0;
	tx_pages_move(rig.pages, TX_FIRST);
	if (!txrig_until(&rig, is_missing)) {
		printf("  FAILED: the missing index is not noticed\n");
		failed = true;
		return;
	}
	printf("without its index: %s\n  said to be missing: %s\n",
	       rig.cases.trouble[0] ? rig.cases.trouble : "the page comes all the same",
	       rig.cases.index);
}

int main(void)
{
	struct err err = { 0 };

	printf("open transactions, pages of %d by keyset\n", CASELOAD_LINES);
	if (!txrig_start(&rig, &err)) {
		if (err.kind != ERR_NONE)
			die(err.text);
		return 0;
	}
	measure_trip();
	for (size_t i = 0; i < SIZES; i++)
		measure_size(i);
	judge();
	without_index();
	txrig_stop(&rig);
	return failed ? 1 : 0;
}
