/*
 * exportbench: what exports of a long incident cost (E1 of the performance goals): ten thousand and
 * a hundred thousand events, in each format, twice, byte by byte the same. Time is that of the
 * processor, since others may be at work; memory is what comes on top of the loaded record.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "export/postmortem.h"
#include "tests/lib/nights.h"

enum { SIZES = 2, FORMATS = 5, MB_MOST = 8 };

#define START ((msec)1795312800000)

static bool markdown(const struct story *story, struct pour *pour)
{
	size_t kept;

	return postmortem_markdown(story, str_of(""), pour, &kept);
}

static const struct {
	const char *name;
	postmortem_writer *writer;
	double goal_ms;			/* of the larger size */
} formats[FORMATS] = {
	{ "Markdown", markdown, 400 }, { "HTML", postmortem_html, 600 },
	{ "JSON", postmortem_json, 500 }, { "CSV", postmortem_csv, 500 },
	{ "text", postmortem_text, 500 },
};

static const size_t sizes[SIZES] = { 10000, 100000 };

/* Exports leave in pieces and are not kept: a sum tells whether two are the same. */
struct sum {
	uint64_t hash;
	size_t bytes;
};

static bool into_sum(void *arg, struct str bytes)
{
	struct sum *sum = arg;

	for (size_t i = 0; i < bytes.len; i++)
		sum->hash = (sum->hash ^ (unsigned char)bytes.p[i]) * 0x100000001B3U;
	sum->bytes += bytes.len;
	return true;
}

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The most that it ever was, in MB. */
static double peak_mb(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	long kb = 0;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "VmHWM: %ld kB", &kb) == 1)
			break;
	}
	if (file)
		fclose(file);
	return (double)kb / 1024;
}

static void forget_peak(void)
{
	FILE *file = fopen("/proc/self/clear_refs", "we");

	if (file) {
		fputs("5", file);
		fclose(file);
	}
}

static void fill(struct night *night, size_t count)
{
	struct night_event event = { .at = START, .rec = WHEN_NEVER,
				     .kind = EVENT_INCIDENT_DECLARED,
				     .data = "{\"title\":\"Indexer down\",\"severity\":1,"
					     "\"type\":\"outage\",\"components\":[\"indexer\"]}" };

	night_begin(night, "7k3f9q");
	night_add(night, &event);
	event.kind = EVENT_NOTE;
	event.data = "{\"text\":\"the lag is 4711 ledgers and grows; we look at | its <log>\"}";
	for (size_t i = 1; i < count; i++) {
		event.at += WHEN_SECOND;
		night_add(night, &event);
	}
	(void)history_fold(night->history);
}

static struct sum export_once(const struct history *history, postmortem_writer *writer)
{
	struct story_in in = { .history = history, .tool_version = "bench", .exported_at = START };
	struct story *story = story_new(&in);
	struct sum sum = { .hash = 0xCBF29CE484222325U };
	struct pour pour;

	pour_begin(&pour, into_sum, &sum);
	(void)writer(story, &pour);
	if (!pour_end(&pour))
		sum.bytes = 0;
	story_free(story);
	return sum;
}

static bool measure(const struct history *history, size_t size, double took[FORMATS])
{
	bool well = true;

	for (size_t i = 0; i < FORMATS; i++) {
		struct sum first, second;
		double began, before, grown;

		forget_peak();
		before = peak_mb();
		first = export_once(history, formats[i].writer);
		grown = peak_mb() - before;	/* the second one has its room already */
		began = cpu_ms();
		second = export_once(history, formats[i].writer);
		took[i] = cpu_ms() - began;
		printf("%-9s %7zu events %8.1f ms %8.1f MB written, memory +%.1f MB\n",
		       formats[i].name, size, took[i], (double)second.bytes / 1e6, grown);
		if (first.hash != second.hash || second.bytes == 0 || grown > 2 * MB_MOST) {
			printf("FAILED: %s is not the same twice, or grows\n", formats[i].name);
			well = false;
		}
	}
	return well;
}

int main(void)
{
	double took[SIZES][FORMATS];
	bool well = true;

	for (size_t i = 0; i < SIZES; i++) {
		struct night night = { 0 };

		fill(&night, sizes[i]);
		well = measure(night.history, sizes[i], took[i]) && well;
		history_free(night.history);
	}
	for (size_t i = 0; i < FORMATS; i++) {
		double exponent = log(took[1][i] / took[0][i]) / log(10);
		bool slow = took[1][i] > 2 * formats[i].goal_ms;

		printf("%-9s %8.1f ms, goal %.0f ms, exponent %.2f%s\n", formats[i].name, took[1][i],
		       formats[i].goal_ms, exponent, slow ? " FAILED" : "");
		well = well && !slow;
	}
	return well ? 0 : 1;
}
