#include "tests/bench/suite.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "tests/lib/rig.h"
#include "tests/lib/measure.h"

/*
 * Four subjects take turns: the console on eight healthy endpoints, htop, a minimal ncurses
 * program, and the same linked with all of the console's libraries. A gate compares the console
 * with a yardstick among them: goal and yardstick were measured on one machine, so their ratio is
 * the goal wherever this runs. Bytes, memory and wake-ups do not depend on the machine's speed and
 * are judged as they are.
 */
enum who { CONSOLE, PEER, FLOOR, FLOOR_ALL, SUBJECTS };

static const char *const names[SUBJECTS] = {"console", "htop", "floor", "floor+libs"};

enum { ROWS = 50, COLS = 160 };

struct suite {
	const struct suite_options *options;
	struct rig *rig;
	const char *argv[SUBJECTS][4];
	struct subject subjects[SUBJECTS];
	struct plan plan;
	struct figures figures[SUBJECTS];
	struct idle idle[SUBJECTS];
	double fault_start[RIG_FAULT_COUNT];
	double fault_quit;
	struct figures chaos;		/* keys while every source lies */
	struct figures crowd;		/* keys with twenty sources of every kind, five of them hung */
	struct idle crowd_idle;
	size_t signals_left;		/* signals after which the terminal was not restored */
	char signal_trouble[160];
};

static const char *const console_shows[] = {
	"api1", "api2", "api3", "api4", "api5", "api6", "api7", "api8", NULL,
};
static const char *const peer_shows[] = {"PID", NULL};
static const char *const floor_shows[] = {"row 20", "q quits", NULL};

static void set_subjects(struct suite *s)
{
	const struct suite_options *o = s->options;
	const struct subject common = {.moves = {"Down", "Up"}, .held = "Down", .quit = "q"};
	const char *const *shows[] = {console_shows, peer_shows, floor_shows, floor_shows};
	const char *const opens[] = {"?", "F2", "/", "/"};
	const char *const programs[] = {o->console, o->peer, o->floor, o->floor_all};

	for (int who = 0; who < SUBJECTS; who++) {
		s->argv[who][0] = programs[who];
		s->subjects[who] = common;
		s->subjects[who].name = names[who];
		s->subjects[who].argv = s->argv[who];
		s->subjects[who].expect = shows[who];
		s->subjects[who].opens = opens[who];
	}
	/* on Sources every row is there, whatever the state: the bar has something to move over */
	s->subjects[CONSOLE].prepare = "7";
	s->subjects[CONSOLE].leave = "1";
	s->argv[CONSOLE][1] = "-c";
	s->argv[CONSOLE][2] = rig_config(s->rig);
	s->subjects[CONSOLE].env = rig_env(s->rig);
}

/* --- measuring -------------------------------------------------------------------------------- */

static void run_rounds(struct suite *s)
{
	for (size_t i = 0; i < s->options->starts; i++)
		for (int who = 0; who < SUBJECTS; who++)
			measure_start(&s->subjects[who], &s->plan, &s->figures[who]);
	for (size_t i = 0; i < s->options->rounds; i++) {
		for (int who = 0; who < SUBJECTS; who++)
			measure_cold(&s->subjects[who], &s->plan, &s->figures[who]);
		for (int who = 0; who < SUBJECTS; who++)
			measure_round(&s->subjects[who], &s->plan, &s->figures[who]);
	}
}

static void run_idle(struct suite *s)
{
	struct screen *screens[SUBJECTS];
	bool all = true;

	for (int who = 0; who < SUBJECTS; who++) {
		screens[who] = measure_open(&s->subjects[who], &s->plan, &s->figures[who]);
		all = all && screens[who];
	}
	if (all) {
		for (int who = 0; who < SUBJECTS; who++)
			screen_drain(screens[who], WHEN_SECOND);
		measure_idle(screens, s->idle, SUBJECTS, s->options->idle);
	}
	for (int who = 0; who < SUBJECTS; who++)
		screen_free(screens[who]);
}

/* Start-up against each kind of dead endpoint, in turns with healthy ones. */
static bool run_faults(struct suite *s)
{
	struct figures figures[RIG_FAULT_COUNT] = {0};
	struct rig *rigs[RIG_FAULT_COUNT] = {0};
	struct subject subject = s->subjects[CONSOLE];
	const char *argv[] = {s->options->console, "-c", NULL, NULL};
	struct err err = {0};
	bool ok = true;

	subject.argv = argv;
	for (int fault = 0; fault < RIG_FAULT_COUNT; fault++) {
		rigs[fault] = rig_new((enum rig_fault)fault, &err);
		ok = ok && rigs[fault];
	}
	for (size_t i = 0; ok && i < s->options->starts; i++)
		for (int fault = 0; fault < RIG_FAULT_COUNT; fault++) {
			argv[2] = rig_config(rigs[fault]);
			subject.env = rig_env(rigs[fault]);
			measure_start(&subject, &s->plan, &figures[fault]);
		}
	if (!ok)
		fprintf(stderr, "ttybench: %s\n", err.text);
	for (int fault = 0; fault < RIG_FAULT_COUNT; fault++) {
		s->fault_start[fault] = samples_median(&figures[fault].usable);
		s->fault_quit = fmax(s->fault_quit, samples_median(&figures[fault].quit));
		figures_done(&figures[fault]);
		rig_free(rigs[fault]);
	}
	return ok;
}

static void run_crowd_idle(struct suite *s, const struct subject *subject)
{
	struct screen *screen = measure_open(subject, &s->plan, &s->crowd);

	if (!screen)
		return;
	screen_drain(screen, WHEN_SECOND);
	measure_idle(&screen, &s->crowd_idle, 1, s->options->idle);
	screen_free(screen);
}

/* Keys, Esc and floods: while every source misbehaves once a second, and in a crowd. */
static void run_keys(struct suite *s, enum rig_fault fault, struct figures *figures)
{
	struct err err = {0};
	struct rig *rig = rig_new(fault, &err);

	if (!rig) {
		fprintf(stderr, "ttybench: %s\n", err.text);
		return;
	}
	const char *argv[] = {s->options->console, "-c", rig_config(rig), NULL};
	struct subject subject = s->subjects[CONSOLE];
	subject.argv = argv;
	subject.env = rig_env(rig);
	for (size_t i = 0; i < s->options->rounds; i++)
		measure_round(&subject, &s->plan, figures);
	if (fault == RIG_CROWD)
		run_crowd_idle(s, &subject);
	rig_free(rig);
}

/* The terminal as it was after every way to die, with hung endpoints. */
static void run_signals(struct suite *s)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGSEGV};

	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		struct figures figures = {0};
		struct screen *screen = measure_open(&s->subjects[CONSOLE], &s->plan, &figures);
		bool restored = screen &&
				(signals[i] == SIGINT ||
				 measure_quit(screen, &s->subjects[CONSOLE], signals[i], &figures));

		if (!restored && s->signals_left++ == 0)
			snprintf(s->signal_trouble, sizeof(s->signal_trouble), "SIG%s: %.120s",
				 sigabbrev_np(signals[i]), figures.trouble);
		screen_free(screen);
		figures_done(&figures);
	}
}

/* --- printing --------------------------------------------------------------------------------- */

static void print_row(const char *what, const double *values, int digits)
{
	printf("  %-26s", what);
	for (int who = 0; who < SUBJECTS; who++)
		if (isnan(values[who]))
			printf("%12s", "-");
		else
			printf("%12.*f", digits, values[who]);
	putchar('\n');
}

static void print_quantile(const struct suite *s, const char *what, size_t offset, double q)
{
	double values[SUBJECTS];

	for (int who = 0; who < SUBJECTS; who++)
		values[who] = samples_quantile((const struct samples *)(const void *)
					       ((const char *)&s->figures[who] + offset), q);
	print_row(what, values, 2);
}

/* glibc's NAN is a float. */
static const double none = (double)NAN;

static double bytes_to_reference(const struct figures *f)
{
	return f->key_reference ? (double)f->key_bytes / (double)f->key_reference : none;
}

static double bytes_a_key(const struct figures *f)
{
	return f->key_settled.count ? (double)f->key_bytes / (double)f->key_settled.count : none;
}

static void print_figures(const struct suite *s)
{
	static const struct { const char *what; size_t offset; double q; } rows[] = {
		{"start: first byte, ms", offsetof(struct figures, first_byte), 0.5},
		{"start: usable, ms", offsetof(struct figures, usable), 0.5},
		{"start: usable, cold, ms", offsetof(struct figures, cold), 0.5},
		{"start: settled, ms", offsetof(struct figures, settled), 0.5},
		{"key to first byte, ms", offsetof(struct figures, key_first), 0.5},
		{"key to settled, ms", offsetof(struct figures, key_settled), 0.5},
		{"  95th percentile", offsetof(struct figures, key_settled), 0.95},
		{"  maximum", offsetof(struct figures, key_settled), 1.0},
		{"Esc, ms", offsetof(struct figures, esc), 0.5},
		{"200 held keys, ms", offsetof(struct figures, flood), 0.5},
		{"  bytes", offsetof(struct figures, flood_bytes), 0.5},
		{"a full frame, bytes", offsetof(struct figures, frame), 0.5},
		{"resize, ms", offsetof(struct figures, resize), 0.5},
		{"  bytes", offsetof(struct figures, resize_bytes), 0.5},
		{"quit, ms", offsetof(struct figures, quit), 0.5},
		{"RSS, MB", offsetof(struct figures, rss_mb), 0.5},
		{"PSS, MB", offsetof(struct figures, pss_mb), 0.5},
	};
	double ratio[SUBJECTS], key_bytes[SUBJECTS], silent[SUBJECTS], cpu[SUBJECTS];
	double wakeups[SUBJECTS], bytes[SUBJECTS];

	printf("  %-26s", "medians");
	for (int who = 0; who < SUBJECTS; who++)
		printf("%12s", names[who]);
	putchar('\n');
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		print_quantile(s, rows[i].what, rows[i].offset, rows[i].q);
	for (int who = 0; who < SUBJECTS; who++) {
		ratio[who] = bytes_to_reference(&s->figures[who]);
		key_bytes[who] = bytes_a_key(&s->figures[who]);
		silent[who] = (double)s->figures[who].silent_keys;
		cpu[who] = s->idle[who].cpu_percent;
		wakeups[who] = s->idle[who].wakeups;
		bytes[who] = s->idle[who].bytes;
	}
	print_row("keys without an answer", silent, 0);
	print_row("bytes a key", key_bytes, 0);
	print_row("  to the reference encoder", ratio, 2);
	print_row("idle CPU, %", cpu, 2);
	print_row("idle wake-ups/s", wakeups, 1);
	print_row("idle bytes/s", bytes, 0);
}

/* --- verdicts --------------------------------------------------------------------------------- */

struct check {
	const char *id, *what;
	double value, goal;
	enum who yardstick;		/* CONSOLE: none, the value is judged as it is */
	double yard, yard_then;		/* the yardstick now, and where the goal was set */
};

enum { LENIENCE = 2 };

/* Prints one line; false when it is over twice the goal. */
static bool print_check(const struct check *c, bool gate)
{
	bool relative = c->yardstick != CONSOLE;
	double value = relative ? c->value / c->yard : c->value;
	double goal = relative ? c->goal / c->yard_then : c->goal;
	bool passed = value <= LENIENCE * goal;	/* false for what was not measured */
	const char *verdict = isnan(value) ? "NOT MEASURED" : value <= goal ? "goal met" :
			      passed ? "within twice the goal" : gate ? "FAILED" : "goal missed";

	printf("  %-3s %-34s %9.2f, goal %7.2f", c->id, c->what, c->value, c->goal);
	if (relative)
		printf("; %6.2fx %s, goal %6.2fx", value, names[c->yardstick], goal);
	printf(": %s\n", verdict);
	return passed || !gate;
}

/* The yardsticks' figures of the machine on which the goals were set, 50x160, ms. */
#define FLOOR_KEY 0.28
#define FLOOR_KEY_P95 1.35
#define PEER_KEY 0.87
#define PEER_KEY_MAX 8.1
#define PEER_ESC 26.0
#define PEER_FLOOD 24.0
#define PEER_RESIZE 1.5
#define FLOOR_ALL_START 12.6
#define FLOOR_ALL_COLD 75.0
#define PEER_START 105.3

static bool print_gates(const struct suite *s)
{
	const struct figures *f = s->figures, *me = &f[CONSOLE];
	const struct idle *idle = &s->idle[CONSOLE];
	const struct check gates[] = {
		{"K1", "key to settled, median ms", samples_median(&me->key_settled), 1, FLOOR,
		 samples_median(&f[FLOOR].key_settled), FLOOR_KEY},
		{"K1", "the same against htop", samples_median(&me->key_settled), 1.5 * PEER_KEY, PEER,
		 samples_median(&f[PEER].key_settled), PEER_KEY},
		{"K1", "95th percentile, ms", samples_quantile(&me->key_settled, 0.95), 4, FLOOR,
		 samples_quantile(&f[FLOOR].key_settled, 0.95), FLOOR_KEY_P95},
		{"K1", "maximum, ms", samples_max(&me->key_settled), 16.7, PEER,
		 samples_max(&f[PEER].key_settled), PEER_KEY_MAX},
		{"K3", "Esc, ms", samples_median(&me->esc), 30, PEER, samples_median(&f[PEER].esc), PEER_ESC},
		{"K3", "200 held keys, ms", samples_median(&me->flood), 25, PEER,
		 samples_median(&f[PEER].flood), PEER_FLOOD},
		{"K3", "200 held keys, full frames",
		 samples_median(&me->flood_bytes) / samples_median(&me->frame), 2, CONSOLE, 0, 0},
		{"K3", "resize, ms", samples_median(&me->resize), 5, PEER, samples_median(&f[PEER].resize),
		 PEER_RESIZE},
		{"K2", "key, all sources lying, 95th, ms", samples_quantile(&s->chaos.key_settled, 0.95), 8,
		 FLOOR, samples_quantile(&f[FLOOR].key_settled, 0.95), FLOOR_KEY_P95},
		{"K2", "key, all sources lying, max, ms", samples_max(&s->chaos.key_settled), 33, PEER,
		 samples_max(&f[PEER].key_settled), PEER_KEY_MAX},
		{"K4", "key, twenty sources, 95th, ms", samples_quantile(&s->crowd.key_settled, 0.95), 4,
		 FLOOR, samples_quantile(&f[FLOOR].key_settled, 0.95), FLOOR_KEY_P95},
		{"K4", "key, twenty sources, max, ms", samples_max(&s->crowd.key_settled), 16.7, PEER,
		 samples_max(&f[PEER].key_settled), PEER_KEY_MAX},
		{"I2", "idle CPU, twenty sources, %", s->crowd_idle.cpu_percent, 0.2, CONSOLE, 0, 0},
		{"I2", "idle wake-ups/s, twenty sources", s->crowd_idle.wakeups, 6, CONSOLE, 0, 0},
		/* most of it is the kernel's end of an inotify watch, a grace period of its own */
		{"X1", "quit, worst of all faults, ms", s->fault_quit, 20, CONSOLE, 0, 0},
		{"I1", "idle CPU, %", idle->cpu_percent, 0.2, CONSOLE, 0, 0},
		{"I1", "idle wake-ups/s", idle->wakeups, 6, CONSOLE, 0, 0},
		{"M1", "RSS, MB", idle->rss_mb, 20, CONSOLE, 0, 0},
		{"M1", "PSS, MB", idle->pss_mb, 12, CONSOLE, 0, 0},
	};
	bool ok = true;

	puts("\ngates (fail over twice the goal; where a yardstick is named, the ratio to it is judged)");
	for (size_t i = 0; i < ARRAY_LEN(gates); i++)
		ok = print_check(&gates[i], true) && ok;
	printf("  X1  terminal restored after TERM HUP QUIT ABRT SEGV and q: %s\n",
	       s->signals_left ? s->signal_trouble : me->failures ? me->trouble : "goal met");
	return ok && s->signals_left == 0 && me->failures == 0;
}

static void print_goals(const struct suite *s)
{
	const struct figures *f = s->figures, *me = &f[CONSOLE];
	const struct check goals[] = {
		{"S1", "usable, warm, ms", samples_median(&me->usable), 25, FLOOR_ALL,
		 samples_median(&f[FLOOR_ALL].usable), FLOOR_ALL_START},
		{"S1", "usable, cold, ms", samples_median(&me->cold), 120, FLOOR_ALL,
		 samples_median(&f[FLOOR_ALL].cold), FLOOR_ALL_COLD},
		{"S1", "usable, warm, a third of htop", samples_median(&me->usable), PEER_START / 3, PEER,
		 samples_median(&f[PEER].usable), PEER_START},
		{"B1", "key bytes to the reference", bytes_to_reference(me), 1.35, CONSOLE, 0, 0},
		{"B2", "idle bytes/s", s->idle[CONSOLE].bytes, 120, CONSOLE, 0, 0},
	};
	double healthy = s->fault_start[RIG_HEALTHY];

	puts("\ngoals");
	for (size_t i = 0; i < ARRAY_LEN(goals); i++)
		print_check(&goals[i], false);
	for (int fault = 0; fault < RIG_FAULT_COUNT; fault++)
		if (fault != RIG_HEALTHY)
			printf("  S2  usable, all endpoints %-10s %9.2f ms, %.2fx healthy, goal 1.10x: %s\n",
			       rig_fault_word((enum rig_fault)fault), s->fault_start[fault],
			       s->fault_start[fault] / healthy,
			       s->fault_start[fault] <= 1.1 * healthy ? "goal met" : "goal missed");
	puts("  S2  dead DNS: not measured (loopback only)");
	printf("  what dominates the start: the dynamic linker and libraries take %.0f %% of it, "
	       "%.0f %% cold\n", 100 * samples_median(&f[FLOOR_ALL].usable) / samples_median(&me->usable),
	       100 * samples_median(&f[FLOOR_ALL].cold) / samples_median(&me->cold));
}

bool suite_run(const struct suite_options *options)
{
	struct suite s = {
		.options = options,
		.plan = {.rows = ROWS, .cols = COLS, .keys = options->keys, .quiet = 20, .gap = 30,
			 .flood = 200, .resizes = 3},
	};
	struct err err = {0};
	bool ok = false;

	s.rig = rig_new(RIG_HEALTHY, &err);
	if (!s.rig) {
		fprintf(stderr, "ttybench: %s\n", err.text);
		return false;
	}
	set_subjects(&s);
	run_rounds(&s);
	run_idle(&s);
	bool faults = run_faults(&s);
	run_keys(&s, RIG_LYING, &s.chaos);
	run_keys(&s, RIG_CROWD, &s.crowd);
	run_signals(&s);
	printf("%dx%d, %zu rounds in turns, %zu keys each; "
	       "settled = last byte before %lld ms of silence\n",
	       ROWS, COLS, options->rounds, options->keys, (long long)s.plan.quiet);
	print_figures(&s);
	ok = print_gates(&s) && faults;
	print_goals(&s);
	for (int who = 0; who < SUBJECTS; who++) {
		if (s.figures[who].failures)
			printf("%zu rounds went wrong: %s\n", s.figures[who].failures,
			       s.figures[who].trouble);
		figures_done(&s.figures[who]);
	}
	figures_done(&s.chaos);
	figures_done(&s.crowd);
	rig_free(s.rig);
	return ok;
}
