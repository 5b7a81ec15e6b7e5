#include "tests/lib/measure.h"

#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/picture.h"
#include "tests/lib/process.h"

/* How long a program may take for anything before the round is given up. */
#define PATIENCE ((msec)10000)
#define START_QUIET ((msec)250)
#define FLOOD_QUIET ((msec)80)

/* Reading one key's answer ends here even if the program never falls silent. */
#define KEY_PATIENCE ((msec)1500)

static double since(nsec from, nsec to)
{
	return (double)(to - from) / (double)NSEC_PER_MSEC;
}

static void trouble(struct figures *figures, const struct subject *subject, const char *what)
{
	figures->failures++;
	if (!figures->trouble[0])
		snprintf(figures->trouble, sizeof(figures->trouble), "%s: %.120s", subject->name, what);
}

static bool all_shown(const struct screen *screen, void *arg)
{
	for (const char *const *text = arg; *text; text++)
		if (!screen_find(screen, *text, NULL))
			return false;
	return true;
}

struct screen *measure_open(const struct subject *subject, const struct plan *plan,
			    struct figures *figures)
{
	struct err err = {0};
	const char *const *expect = subject->expect;
	struct pty_spec spec = {
		.argv = subject->argv, .env = subject->env, .rows = plan->rows, .cols = plan->cols,
	};
	struct screen *screen = screen_start(&spec, &err);

	if (!screen) {
		trouble(figures, subject, err.text);
		return NULL;
	}
	if (!screen_wait(screen, all_shown, (void *)(uintptr_t)expect, PATIENCE)) {
		trouble(figures, subject, "the awaited text never came");
		screen_free(screen);
		return NULL;
	}
	nsec start = screen_pty(screen)->started;
	samples_add(&figures->first_byte, since(start, screen_counts(screen).first));
	samples_add(&figures->usable, since(start, screen_counts(screen).last));
	return screen;
}

/* --- keys ------------------------------------------------------------------------------------- */

/* From a quiet screen, at a random moment of the program's own timers. */
static void pause_before(struct screen *screen, const struct plan *plan)
{
	screen_drain(screen, plan->gap + random() % (plan->gap + 1));
	screen_settle(screen, plan->quiet, KEY_PATIENCE);
}

/* Settled time of what follows the moment `sent`, NaN when nothing came. */
static double answer_time(struct screen *screen, nsec sent, msec quiet, double *first)
{
	/* the first byte may take longer than the silence that ends an answer */
	screen_pump(screen, KEY_PATIENCE);
	screen_settle(screen, quiet, KEY_PATIENCE);
	struct screen_counts counts = screen_counts(screen);
	if (counts.bytes == 0)
		return NAN;
	if (first)
		*first = since(sent, counts.first);
	return since(sent, counts.last);
}

static void time_key(struct screen *screen, const char *key, const struct plan *plan,
		     struct figures *figures)
{
	struct picture before = {0}, after = {0};
	double first = NAN;

	pause_before(screen, plan);
	picture_take(&before, screen);
	screen_forget(screen);
	nsec sent = nsec_now();
	screen_key(screen, key);
	double settled = answer_time(screen, sent, plan->quiet, &first);
	picture_take(&after, screen);
	if (isnan(settled)) {
		figures->silent_keys++;
	} else {
		samples_add(&figures->key_first, first);
		samples_add(&figures->key_settled, settled);
		figures->key_bytes += screen_counts(screen).bytes;
		figures->key_reference += picture_reference(&before, &after);
	}
	picture_done(&before);
	picture_done(&after);
}

static void time_keys(struct screen *screen, const struct subject *subject, const struct plan *plan,
		      struct figures *figures)
{
	size_t next = 0;

	for (size_t i = 0; i < plan->keys; i++) {
		time_key(screen, subject->moves[next++], plan, figures);
		if (next == MEASURE_MAX_KEYS || !subject->moves[next])
			next = 0;
	}
}

static void time_flood(struct screen *screen, const struct subject *subject,
		       const struct plan *plan, struct figures *figures)
{
	struct picture blank = {0}, now = {0};
	struct buf keys = {0};
	bool arrow = strcmp(subject->held, "Down") == 0;

	for (size_t i = 0; i < plan->flood; i++)
		buf_text(&keys, !arrow ? subject->held :
			 wire_mode(screen_wire(screen), WIRE_CURSOR_KEYS) ? "\033OB" : "\033[B");
	pause_before(screen, plan);
	screen_forget(screen);
	nsec sent = nsec_now();
	screen_send(screen, buf_cstr(&keys), keys.len);
	double caught_up = answer_time(screen, sent, FLOOD_QUIET, NULL);
	if (!isnan(caught_up)) {
		samples_add(&figures->flood, caught_up);
		samples_add(&figures->flood_bytes, (double)screen_counts(screen).bytes);
	}
	picture_take(&now, screen);
	picture_blank(&blank, now.rows, now.cols);
	samples_add(&figures->frame, (double)picture_reference(&blank, &now));
	picture_done(&now);
	picture_done(&blank);
	buf_done(&keys);
}

static void time_esc(struct screen *screen, const struct subject *subject, const struct plan *plan,
		     struct figures *figures)
{
	if (!subject->opens)
		return;
	pause_before(screen, plan);
	screen_key(screen, subject->opens);
	pause_before(screen, plan);
	screen_forget(screen);
	nsec sent = nsec_now();
	screen_key(screen, "Esc");
	double closed = answer_time(screen, sent, plan->quiet, NULL);
	if (isnan(closed))
		trouble(figures, subject, "Esc changed nothing on the screen");
	else
		samples_add(&figures->esc, closed);
}

static void time_resizes(struct screen *screen, const struct plan *plan, struct figures *figures)
{
	for (size_t i = 0; i < 2 * plan->resizes; i++) {
		bool there = i % 2 == 0;

		pause_before(screen, plan);
		screen_forget(screen);
		nsec sent = nsec_now();
		screen_resize(screen, plan->rows + (there ? -4 : 0), plan->cols + (there ? -10 : 0));
		double settled = answer_time(screen, sent, plan->quiet, NULL);
		if (isnan(settled))
			continue;
		samples_add(&figures->resize, settled);
		samples_add(&figures->resize_bytes, (double)screen_counts(screen).bytes);
	}
}

/* --- rounds ----------------------------------------------------------------------------------- */

static void note_memory(struct screen *screen, struct figures *figures)
{
	struct process_memory memory;

	if (!process_memory(screen_pty(screen)->pid, &memory))
		return;
	samples_add(&figures->rss_mb, (double)memory.rss_kb / 1024);
	samples_add(&figures->pss_mb, (double)memory.pss_kb / 1024);
}

bool measure_quit(struct screen *screen, const struct subject *subject, int signal,
		  struct figures *figures)
{
	nsec sent = nsec_now();
	struct pty *pty = screen_pty(screen);

	if (signal || !subject->quit)
		kill(pty->pid, signal ? signal : SIGTERM);
	else
		screen_key(screen, subject->quit);
	if (!screen_wait_exit(screen, PATIENCE)) {
		trouble(figures, subject, "did not quit");
		return false;
	}
	samples_add(&figures->quit, since(sent, pty->ended));
	const char *left = wire_left_on(screen_wire(screen));
	if (!left && !pty_termios_restored(pty))
		left = "terminal settings changed";
	if (left)
		trouble(figures, subject, left);
	return left == NULL;
}

void measure_start(const struct subject *subject, const struct plan *plan, struct figures *figures)
{
	struct screen *screen = measure_open(subject, plan, figures);

	if (!screen)
		return;
	screen_settle(screen, START_QUIET, PATIENCE);
	samples_add(&figures->settled, since(screen_pty(screen)->started, screen_counts(screen).last));
	measure_quit(screen, subject, 0, figures);
	screen_free(screen);
}

void measure_cold(const struct subject *subject, const struct plan *plan, struct figures *figures)
{
	struct figures aside = {0};
	struct screen *screen = measure_open(subject, plan, figures);

	if (!screen)
		return;
	process_evict_files(screen_pty(screen)->pid);
	measure_quit(screen, subject, 0, figures);
	screen_free(screen);
	screen = measure_open(subject, plan, &aside);
	if (screen) {
		samples_add(&figures->cold, samples_median(&aside.usable));
		measure_quit(screen, subject, 0, figures);
	}
	screen_free(screen);
	figures_done(&aside);
}

void measure_round(const struct subject *subject, const struct plan *plan, struct figures *figures)
{
	struct screen *screen = measure_open(subject, plan, figures);

	if (!screen)
		return;
	screen_settle(screen, START_QUIET, PATIENCE);
	samples_add(&figures->settled, since(screen_pty(screen)->started, screen_counts(screen).last));
	if (subject->prepare) {
		screen_key(screen, subject->prepare);
		screen_settle(screen, START_QUIET, PATIENCE);
	}
	time_keys(screen, subject, plan, figures);
	if (plan->flood)
		time_flood(screen, subject, plan, figures);
	time_esc(screen, subject, plan, figures);
	time_resizes(screen, plan, figures);
	note_memory(screen, figures);
	if (subject->leave) {
		screen_key(screen, subject->leave);
		screen_settle(screen, START_QUIET, PATIENCE);
	}
	measure_quit(screen, subject, 0, figures);
	screen_free(screen);
}

void measure_idle(struct screen *const *screens, struct idle *idle, size_t count, msec time)
{
	struct process_use *before = mem_array(count, sizeof(*before));
	nsec start = nsec_now(), deadline = start + time * NSEC_PER_MSEC;

	for (size_t i = 0; i < count; i++) {
		screen_forget(screens[i]);
		process_use(screen_pty(screens[i])->pid, &before[i]);
	}
	/* ten looks a second at all of them: reading a pty late costs its program nothing */
	while (nsec_now() < deadline) {
		for (size_t i = 0; i < count; i++)
			while (screen_pump(screens[i], 0) == SCREEN_BYTES)
				continue;
		poll(NULL, 0, 100);
	}
	double seconds = since(start, nsec_now()) / 1000;
	for (size_t i = 0; i < count; i++) {
		struct process_use after = {0};
		struct process_memory memory = {0};

		process_use(screen_pty(screens[i])->pid, &after);
		process_memory(screen_pty(screens[i])->pid, &memory);
		idle[i] = (struct idle){
			.cpu_percent = (double)(after.cpu_ns - before[i].cpu_ns) / 1e7 / seconds,
			.wakeups = (double)(after.wakeups - before[i].wakeups) / seconds,
			.bytes = (double)screen_counts(screens[i]).bytes / seconds,
			.rss_mb = (double)memory.rss_kb / 1024,
			.pss_mb = (double)memory.pss_kb / 1024,
		};
	}
	mem_free(before);
}

void figures_done(struct figures *f)
{
	struct samples *all[] = {
		&f->first_byte, &f->usable, &f->settled, &f->cold, &f->key_first, &f->key_settled,
		&f->flood, &f->flood_bytes, &f->frame, &f->esc, &f->resize, &f->resize_bytes, &f->quit,
		&f->rss_mb, &f->pss_mb,
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		samples_done(all[i]);
}
