/*
 * chart_steps.c: how long the steps of a walk took, as bars, the longest first; a line across the
 * bar is how long it usually takes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "export/chart.h"
#include "export/chart_scale.h"
#include "export/sheet.h"

enum { BARS = 40, ROW = 26, BAR = 14, NAMES = 330, RIGHT = 790, NAME_CELLS = 44, HEAD = 34 };

struct bar {
	const struct story_step *step;
	size_t number;
};

static int longest_first(const void *a, const void *b)
{
	const struct bar *one = a, *two = b;
	msec left = one->step->took, right = two->step->took;

	if (left != right)
		return left < right ? 1 : -1;
	return one->number < two->number ? -1 : one->number > two->number;
}

static void put_name(struct buf *out, const struct story *story, const struct bar *bar, int y)
{
	const char *title = bar->step->title ? bar->step->title : bar->step->step->id;
	struct str name = str_of(title);
	struct buf text = { 0 };

	buf_fmt(&text, "%zu ", bar->number);
	if (!story->in.public_) {
		size_t fit = utf8_fit(name, NAME_CELLS);

		buf_add(&text, name.p, fit);
		buf_text(&text, fit < name.len ? "~" : "");
	} else {
		buf_text(&text, "step");
	}
	chart_text(out, NAMES - 8, y + BAR - 2, "end", buf_cstr(&text));
	buf_done(&text);
}

static void put_bar(struct buf *out, const struct bar *bar, msec most, int y)
{
	double scale = (double)(RIGHT - NAMES) / (double)most;
	msec usually = bar->step->usually;
	char took[WHEN_TEXT], usual[WHEN_TEXT], words[3 * WHEN_TEXT];

	sheet_took(took, bar->step->took);
	sheet_took(usual, usually);
	(void)snprintf(words, sizeof(words), usually == WHEN_NEVER ? "%s" : "%s, usually %s", took,
		       usual);
	buf_fmt(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
		usually != WHEN_NEVER && bar->step->took > usually ? "over" : "bar", NAMES, y,
		(double)bar->step->took * scale + 1, BAR);
	if (usually != WHEN_NEVER)
		buf_fmt(out, "<path class=\"usual\" d=\"M%.1f %dV%d\"/>",
			NAMES + (double)usually * scale, y - 4, y + BAR + 4);
	chart_text(out, NAMES + (double)(bar->step->took > usually ? bar->step->took : usually) *
		   scale + 8, y + BAR - 2, "start", words);
}

static void put_bars(struct buf *out, const struct story *story, size_t run,
		     const struct bar *bars, size_t count)
{
	size_t shown = count < BARS ? count : BARS;
	char id[32], title[120];
	msec most = 1;

	for (size_t i = 0; i < shown; i++) {
		most = bars[i].step->took > most ? bars[i].step->took : most;
		most = bars[i].step->usually > most ? bars[i].step->usually : most;
	}
	(void)snprintf(id, sizeof(id), "steps-%zu", run);
	(void)snprintf(title, sizeof(title), "How long steps took: %zu of %zu, the longest first",
		       shown, count);
	chart_begin(out, id, HEAD + (int)shown * ROW, title);
	chart_desc(out, id, str_of("Each bar is a step; the line across it is how long the step "
				   "usually takes. The figures stand beside the bars."));
	buf_text(out, "<g class=\"name\">");
	chart_text(out, 0, 16, "start", title);
	buf_text(out, "</g>");
	for (size_t i = 0; i < shown; i++) {
		int y = HEAD + (int)i * ROW;

		put_name(out, story, &bars[i], y);
		put_bar(out, &bars[i], most, y);
	}
	chart_end(out);
}

void chart_steps(const struct story *story, size_t run, struct buf *out)
{
	const struct story_run *of = &story->runs[run];
	struct bar *bars = mem_array(of->run->step_count, sizeof(*bars));
	size_t count = 0;

	for (size_t i = 0; i < of->run->step_count; i++) {
		if (of->steps[i].took > 0)
			bars[count++] = (struct bar){ &of->steps[i], i + 1 };
	}
	if (count > 0) {
		qsort(bars, count, sizeof(*bars), longest_first);
		put_bars(out, story, run, bars, count);
	}
	mem_free(bars);
}
