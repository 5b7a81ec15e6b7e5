/*
 * librarybench: what ten thousand runbooks cost (R1 of the performance goals): until the list of
 * them is usable, and one key of a search through the text of all of them. The files are in the
 * page cache. It waits for nothing but the processor, so that the time of the processor is judged:
 * others may be at work.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "store/library.h"
#include "tests/lib/command.h"
#include "tests/lib/samples.h"

enum { BOOKS = 10000, FOLDERS = 100, BYTES = 3800, ROUNDS = 5 };

static char root[64];

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void die(const char *what)
{
	fprintf(stderr, "librarybench: %s\n", what);
	exit(1);
}

static void write_file(const char *path, const struct buf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);

	if (fd < 0 || write(fd, text->data, text->len) != (ssize_t)text->len)
		die(path);
	close(fd);
}

/* Words of every kind of runbook, so that a search meets what a real one meets. */
static void fill(struct buf *text, int n)
{
	static const char *const words[] = {
		"the", "database", "replica", "is", "promoted", "when", "lag", "of", "indexer",
		"grows", "check", "restart", "and", "then", "look", "at", "horizon", "ledger",
		"account", "queue", "error", "rate", "operator", "confirm", "primary", "timeline",
	};
	unsigned seed = (unsigned)n * 2654435761u + 1;

	buf_fmt(text, "---\nbinnacle: 1\nid: book-%d\ntitle: Runbook number %d\n"
		"summary: What to do when thing %d fails\nseverity: SEV2\n"
		"components: [component-%d, database]\nalerts: [Alert%d]\nowner: team-%d\n"
		"last_reviewed_on: 2026-09-01\nreview_in: 90d\n---\n# Runbook number %d\n\n"
		"## Overview\n\n", n, n, n, n % 50, n, n % 20, n);
	for (int step = 1; text->len < BYTES; step++) {
		if (step % 12 == 0)
			buf_fmt(text, "\n%d. **Step %d** of it.\n\n", step, step);
		for (int i = 0; i < 12; i++) {
			seed = seed * 1103515245u + 12345u;
			buf_fmt(text, "%s ", words[(seed >> 16) % ARRAY_LEN(words)]);
		}
		buf_char(text, '\n');
	}
}

static void make_library(void)
{
	struct buf text = { 0 };
	char path[160];

	for (int i = 0; i < FOLDERS; i++) {
		snprintf(path, sizeof(path), "%s/%d", root, i);
		if (mkdir(path, 0755) != 0)
			die(path);
	}
	for (int i = 0; i < BOOKS; i++) {
		buf_clear(&text);
		fill(&text, i);
		snprintf(path, sizeof(path), "%s/%d/book-%d.md", root, i % FOLDERS, i);
		write_file(path, &text);
	}
	buf_done(&text);
}

static struct library *read_all(struct samples *took)
{
	const char *const folders[] = { root };
	double start = milliseconds();
	struct library *library = library_read(folders, 1);

	samples_add(took, milliseconds() - start);
	if (library_count(library) != BOOKS)
		die("not all of them were read");
	return library;
}

/* One key: every file is asked, as a list that is filtered asks. */
static double search(const struct library *library, const char *words, size_t *found)
{
	double start = milliseconds();

	*found = 0;
	for (size_t i = 0; i < library_count(library); i++)
		*found += library_holds(library, i, words);
	return milliseconds() - start;
}

static double slowest_key(const struct library *library)
{
	static const char *const typed[] = {
		"promoted replica", "horizon zzz", "entreated", "ledger account nothing", "thing 9999",
	};
	double slowest = 0;
	char words[64];

	for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
		for (size_t len = 1; len <= strlen(typed[i]); len++) {
			struct samples all = { 0 };
			size_t found;

			(void)str_copy(words, sizeof(words), str_sub(typed[i], len));
			for (int round = 0; round < ROUNDS; round++)
				samples_add(&all, search(library, words, &found));
			if (samples_median(&all) > slowest) {
				slowest = samples_median(&all);
				printf("  %6.2f ms: \"%s\" is in %zu\n", slowest, words, found);
			}
			samples_done(&all);
		}
	}
	return slowest;
}

static void remove_root(void)
{
	struct command command = { 0 };

	command_run(&command, (const char *const[]){ "rm", "-rf", root, NULL }, 60 * WHEN_SECOND);
	command_done(&command);
}

/* As for every gate: it fails at twice its goal. */
static bool judge(const char *what, double value, double goal)
{
	printf("R1 %s: %.1f ms (goal %.1f)%s\n", what, value, goal,
	       value <= goal ? "" : value <= 2 * goal ? ": over its goal" : ": FAILED");
	return value <= 2 * goal;
}

int main(void)
{
	const char *under = getenv("TMPDIR");
	struct samples took = { 0 };
	struct library *library = NULL;
	bool ok;

	snprintf(root, sizeof(root), "%.40s/binnacle-bench-XXXXXX", under ? under : "/tmp");
	if (!mkdtemp(root))
		die("no folder under TMPDIR");
	atexit(remove_root);
	make_library();
	for (int round = 0; round < ROUNDS; round++) {
		library_free(library);
		library = read_all(&took);
	}
	ok = judge("10,000 runbooks (38 MB) listed", samples_median(&took), 250);
	ok = judge("a key of a full-text search", slowest_key(library), 16.7) && ok;
	library_free(library);
	samples_done(&took);
	return ok ? 0 : 1;
}
