/*
 * walkbench: what one key costs in a runbook of 5,000 steps: from the key to the whole picture, on
 * a desk as the console has it, in both sizes of screen. The time of the processor is judged:
 * others may be at work. The way to the terminal is measured by ttybench.
 */
#include <locale.h>
#include <stdio.h>
#include <time.h>

#include "base/attr.h"
#include "tests/lib/guided.h"
#include "tests/lib/samples.h"
#include "tests/lib/worlds.h"

enum { KEYS = 400 };

#define GOAL 4.0	/* ms, from key to settled */

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

struct walker {
	struct guided *guided;
	struct shell *shell;
	struct surface surface;
	struct moment now;
	int rows, cols;
};

static double press(struct walker *walker, uint32_t code)
{
	struct input event = { .kind = INPUT_KEY, .code = code };
	struct effect effect = { .kind = EFFECT_NONE };
	double start = milliseconds();

	walker->now.steady += 40;
	walker->now.wall += 40;
	shell_event(walker->shell, walker->guided->world, &event, walker->now, &effect);
	surface_reset(&walker->surface, walker->rows, walker->cols);
	shell_draw(walker->shell, walker->guided->world, &walker->surface, walker->now);
	return milliseconds() - start;
}

/* Steps, pages and both ends, as one looks for a place in it. */
static void walk(struct walker *walker, struct samples *all)
{
	static const char keys[] = "jjjjjj    kkGg";

	press(walker, '5');
	for (size_t i = 0; i < KEYS; i++)
		samples_add(all, press(walker, (uint32_t)keys[i % (sizeof(keys) - 1)]));
}

static bool measure(int rows, int cols)
{
	static const struct ui_prefs prefs = { .colour = true };
	struct walker walker = {
		.guided = guided_new(GUIDED_LONG), .shell = shell_new(&prefs),
		.now = { worlds_now(), 5000 }, .rows = rows, .cols = cols,
	};
	struct samples all = { 0 };
	double worst;

	surface_init(&walker.surface, true);
	walk(&walker, &all);
	worst = samples_max(&all);
	printf("R1 a key among %d steps at %dx%d: median %.2f ms, worst %.2f ms (goal %.1f)%s\n",
	       GUIDED_STEPS, cols, rows, samples_median(&all), worst, GOAL,
	       worst <= GOAL ? "" : worst <= 2 * GOAL ? ": over its goal" : ": FAILED");
	samples_done(&all);
	surface_done(&walker.surface);
	shell_free(walker.shell);
	guided_free(walker.guided);
	return worst <= 2 * GOAL;
}

int main(void)
{
	bool ok;

	setlocale(LC_CTYPE, "C.UTF-8");
	ok = measure(24, 80);
	return measure(50, 160) && ok ? 0 : 1;
}
