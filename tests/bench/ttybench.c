/*
 * ttybench: how fast a terminal program is, from outside.
 *
 *   ttybench suite --console ./binnacle --floor F --floor-all F [--rounds N] [--keys N] [--idle S]
 *   ttybench one [--size 24x80] [--rounds N] [--keys N] [--quiet MS] [--expect TEXT]
 *                [--moves Down,Up] [--opens KEY] [--quit KEY] [--idle S] -- PROGRAM ARG...
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/num.h"
#include "tests/bench/suite.h"
#include "tests/lib/measure.h"

struct settings {
	struct suite_options suite;
	struct subject subject;
	struct plan plan;
	const char *expect[2];
	char moves[256];
};

enum option_id {
	OPT_CONSOLE = 256, OPT_FLOOR, OPT_FLOOR_ALL, OPT_PEER, OPT_ROUNDS, OPT_STARTS, OPT_KEYS, OPT_IDLE,
	OPT_SIZE, OPT_QUIET, OPT_EXPECT, OPT_MOVES, OPT_OPENS, OPT_QUIT,
};

static const struct option options[] = {
	{"console", required_argument, NULL, OPT_CONSOLE},
	{"floor", required_argument, NULL, OPT_FLOOR},
	{"floor-all", required_argument, NULL, OPT_FLOOR_ALL},
	{"peer", required_argument, NULL, OPT_PEER},
	{"rounds", required_argument, NULL, OPT_ROUNDS},
	{"starts", required_argument, NULL, OPT_STARTS},
	{"keys", required_argument, NULL, OPT_KEYS},
	{"idle", required_argument, NULL, OPT_IDLE},
	{"size", required_argument, NULL, OPT_SIZE},
	{"quiet", required_argument, NULL, OPT_QUIET},
	{"expect", required_argument, NULL, OPT_EXPECT},
	{"moves", required_argument, NULL, OPT_MOVES},
	{"opens", required_argument, NULL, OPT_OPENS},
	{"quit", required_argument, NULL, OPT_QUIT},
	{NULL, 0, NULL, 0},
};

static bool number(const char *text, size_t *out)
{
	uint64_t value;

	if (!num_parse_u64(str_of(text), &value) || value > 1000000)
		return false;
	*out = (size_t)value;
	return true;
}

static bool set_size(struct plan *plan, const char *text)
{
	return sscanf(text, "%dx%d", &plan->rows, &plan->cols) == 2 && plan->rows > 9 &&
	       plan->cols > 19 && plan->rows <= SCREEN_MAX_ROWS && plan->cols <= SCREEN_MAX_COLS;
}

static void set_moves(struct settings *s, const char *list)
{
	struct str rest, key;
	size_t count = 0, at = 0;

	rest = str_of(list);
	memset(s->subject.moves, 0, sizeof(s->subject.moves));
	while (count < MEASURE_MAX_KEYS && str_cut(&rest, ',', &key) &&
	       at + key.len + 1 < sizeof(s->moves)) {
		s->subject.moves[count++] = s->moves + at;
		memcpy(s->moves + at, key.p, key.len);
		at += key.len + 1;
	}
}

static bool set_number(struct settings *s, int id, const char *text)
{
	size_t value;

	if (!number(text, &value))
		return false;
	if (id == OPT_ROUNDS)
		s->suite.rounds = value;
	else if (id == OPT_STARTS)
		s->suite.starts = value;
	else if (id == OPT_KEYS)
		s->suite.keys = value;
	else if (id == OPT_IDLE)
		s->suite.idle = (msec)value * WHEN_SECOND;
	else
		s->plan.quiet = (msec)value;
	return true;
}

static bool set_option(struct settings *s, int id, const char *text)
{
	static const struct { int id; size_t offset; } texts[] = {
		{OPT_CONSOLE, offsetof(struct settings, suite.console)},
		{OPT_FLOOR, offsetof(struct settings, suite.floor)},
		{OPT_FLOOR_ALL, offsetof(struct settings, suite.floor_all)},
		{OPT_PEER, offsetof(struct settings, suite.peer)},
		{OPT_EXPECT, offsetof(struct settings, expect[0])},
		{OPT_OPENS, offsetof(struct settings, subject.opens)},
		{OPT_QUIT, offsetof(struct settings, subject.quit)},
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (texts[i].id == id) {
			memcpy((char *)s + texts[i].offset, &text, sizeof(text));
			return true;
		}
	if (id == OPT_SIZE)
		return set_size(&s->plan, text);
	if (id == OPT_MOVES)
		set_moves(s, text);
	return id == OPT_MOVES || set_number(s, id, text);
}

static void print_samples(const char *what, const struct samples *s)
{
	if (s->count)
		printf("%-16s median %9.2f   p95 %9.2f   max %9.2f   n %zu\n", what, samples_median(s),
		       samples_quantile(s, 0.95), samples_max(s), s->count);
}

static void print_one(const struct figures *f)
{
	const struct { const char *what; const struct samples *samples; } rows[] = {
		{"first byte ms", &f->first_byte}, {"usable ms", &f->usable}, {"settled ms", &f->settled},
		{"key first ms", &f->key_first}, {"key settled ms", &f->key_settled},
		{"flood ms", &f->flood}, {"flood bytes", &f->flood_bytes}, {"full frame bytes", &f->frame},
		{"esc ms", &f->esc}, {"resize ms", &f->resize}, {"resize bytes", &f->resize_bytes},
		{"quit ms", &f->quit}, {"RSS MB", &f->rss_mb}, {"PSS MB", &f->pss_mb},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		print_samples(rows[i].what, rows[i].samples);
	if (f->key_settled.count)
		printf("%-16s %.0f a key, %.2f of the reference encoder's; %zu silent keys\n", "key bytes",
		       (double)f->key_bytes / (double)f->key_settled.count,
		       (double)f->key_bytes / (double)(f->key_reference ? f->key_reference : 1),
		       f->silent_keys);
	if (f->failures)
		printf("%-16s %zu times: %s\n", "trouble", f->failures, f->trouble);
}

static void run_idle(const struct settings *s, struct figures *figures)
{
	struct screen *screen = measure_open(&s->subject, &s->plan, figures);
	struct idle idle;

	if (!screen)
		return;
	screen_drain(screen, WHEN_SECOND);
	measure_idle(&screen, &idle, 1, s->suite.idle);
	printf("%-16s CPU %.2f %%   wake-ups %.1f/s   bytes %.0f/s\n", "idle", idle.cpu_percent,
	       idle.wakeups, idle.bytes);
	screen_free(screen);
}

static int run_one(struct settings *s)
{
	struct figures figures = {0};

	s->plan.keys = s->suite.keys;
	for (size_t round = 0; round < s->suite.rounds; round++)
		measure_round(&s->subject, &s->plan, &figures);
	if (s->suite.idle > 0)
		run_idle(s, &figures);
	print_one(&figures);
	bool failed = figures.failures > 0;
	figures_done(&figures);
	return failed;
}

static int usage(void)
{
	fputs("usage: ttybench suite --console P --floor P --floor-all P [--rounds N] [--starts N]"
	      " [--keys N] [--idle S]\n"
	      "       ttybench one [--size 24x80] [--rounds N] [--keys N] [--quiet MS] [--expect TEXT]\n"
	      "                    [--moves Down,Up] [--opens KEY] [--quit KEY] [--idle S] -- PROGRAM"
	      " ARG...\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct settings s = {
		.suite = {.peer = "htop", .rounds = 5, .starts = 11, .keys = 60, .idle = 20 * WHEN_SECOND},
		.subject = {.name = "program", .moves = {"Down", "Up"}, .held = "Down"},
		.plan = {.rows = 24, .cols = 80, .quiet = 80, .gap = 40, .flood = 200, .resizes = 3},
	};
	int id;

	if (argc < 2)
		return usage();
	while ((id = getopt_long(argc - 1, argv + 1, "", options, NULL)) != -1)
		if (id == '?' || !set_option(&s, id, optarg))
			return usage();
	if (strcmp(argv[1], "suite") == 0)
		return s.suite.console && s.suite.floor && s.suite.floor_all ? !suite_run(&s.suite) : usage();
	if (strcmp(argv[1], "one") != 0 || optind + 1 >= argc)
		return usage();
	s.subject.argv = (const char *const *)(argv + 1 + optind);
	s.subject.name = s.subject.argv[0];
	s.subject.expect = s.expect;
	return run_one(&s);
}
