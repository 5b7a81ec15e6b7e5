#include "backends/headroom.h"

#include <math.h>

#include "base/buf.h"
#include "base/str.h"

static const msec pace_step = 20 * WHEN_SECOND, pace_least = 30 * WHEN_SECOND;
static const double same_pace = 0.98;		/* of the chain's: it keeps up */

void pace_note(struct pace *pace, int64_t ledger, msec at)
{
	size_t newest = (pace->first + pace->count + PACE_SAMPLES - 1) % PACE_SAMPLES;

	if (pace->count > 0 && (ledger < pace->samples[newest].ledger ||
				at < pace->samples[newest].at))
		*pace = (struct pace){ .count = 0 };
	if (pace->count > 0 && at - pace->samples[newest].at < pace_step)
		return;
	if (pace->count == PACE_SAMPLES) {
		pace->first = (pace->first + 1) % PACE_SAMPLES;
		pace->count--;
	}
	newest = (pace->first + pace->count++) % PACE_SAMPLES;
	pace->samples[newest].at = at;
	pace->samples[newest].ledger = ledger;
}

double pace_rate(const struct pace *pace)
{
	size_t newest = (pace->first + pace->count + PACE_SAMPLES - 1) % PACE_SAMPLES;
	msec over = pace->samples[newest].at - pace->samples[pace->first].at;

	if (pace->count < 2 || over < pace_least)
		return (double)NAN;
	return (double)(pace->samples[newest].ledger - pace->samples[pace->first].ledger) * 1000 /
	       (double)over;
}

static double percent_of(int64_t part, int64_t whole)
{
	double percent = 100 * (double)part / (double)whole;

	return percent < 0 ? 0 : percent > 100 ? 100 : percent;
}

/* When the chain's pace is not known, neither is any time. */
static void measure_time(struct headroom *h)
{
	double chain = 1 / h->cadence_s;		/* ledgers a second */
	double gained = isnan(h->rate) ? 0 : h->rate;

	h->loss_s = (double)NAN;
	if (isnan(h->cadence_s) || h->cadence_s <= 0)
		return;
	h->keeps_up = gained >= same_pace * chain;
	if (!h->keeps_up)
		h->loss_s = (double)h->left / (chain - gained);
}

static bool is_within(const struct headroom *h, int64_t whole, msec limit, double percent)
{
	double limit_s = (double)limit / 1000;
	bool reachable = limit_s < (double)whole * h->cadence_s;

	return h->percent < percent || (reachable && h->loss_s < limit_s);
}

void headroom_measure(struct headroom *h, const struct headroom_limits *limits)
{
	int64_t span = h->latest - h->oldest + 1;
	int64_t whole = h->window > span ? h->window : span;

	h->filling = h->window > span;
	h->keeps_up = false;
	h->ledgers = h->cursor - h->oldest;
	h->left = (h->ledgers > 0 ? h->ledgers : 0) + (h->end_stands ? whole - span : 0);
	h->percent = percent_of(h->ledgers, span);
	h->percent_of_window = h->window > 0 ? percent_of(h->ledgers, h->window) : (double)NAN;
	h->lost_from = h->lost_to = 0;
	measure_time(h);
	if (h->cursor + 1 < h->oldest) {
		h->lost_from = h->cursor + 1;
		h->lost_to = h->oldest - 1;
		h->loss_s = 0;
		h->state = STATE_BAD;
	} else if (is_within(h, whole, limits->bad, limits->bad_percent)) {
		h->state = STATE_BAD;
	} else {
		h->state = is_within(h, whole, limits->warn, limits->warn_percent) ? STATE_WARN :
			   STATE_OK;
	}
}

static void put_age(char out[WHEN_TEXT], double seconds)
{
	const double longest_s = 1e9;

	when_format_age(out, (msec)(1000 * (seconds < longest_s ? seconds : longest_s)));
}

/* What is wrong comes first: how long it takes until something is lost. */
static void say_time(const struct headroom *h, struct buf *out)
{
	char age[WHEN_TEXT];

	if (h->state == STATE_OK || isnan(h->loss_s))
		return;
	put_age(age, h->loss_s);
	(void)buf_fmt(out, "loss in %s%s; ", age, isnan(h->rate) ? " if the indexer stands still" :
		      h->rate > 0 ? " at the indexer's pace" : ", the indexer stands still");
}

/* While all is well, how long it would last; else how long it does. */
static void say_headroom(const struct headroom *h, struct buf *out)
{
	char age[WHEN_TEXT];

	say_time(h, out);
	(void)buf_fmt(out, "headroom %lld ledgers", (long long)h->ledgers);
	if (h->state == STATE_OK && h->cadence_s > 0) {
		put_age(age, (double)h->left * h->cadence_s);
		(void)buf_fmt(out, " or %s", age);
	}
	(void)buf_fmt(out, " (%.3g %%)", h->percent);
	if (h->state != STATE_OK && h->keeps_up)
		(void)buf_text(out, ", the indexer keeps up");
}

void headroom_say(const struct headroom *h, char out[BECAUSE_TEXT])
{
	long long from = h->lost_from, to = h->lost_to, span = h->latest - h->oldest + 1;
	struct buf text = { 0 };

	if (h->lost_from > 0)
		(void)buf_fmt(&text, "headroom lost: ledgers %lld to %lld (%lld of them) are gone here and "
			      "were not read", from, to, to - from + 1);
	else
		say_headroom(h, &text);
	if (h->filling)
		(void)buf_fmt(&text, "; it holds only %lld of the %lld ledgers that it is set to keep",
			      span, (long long)h->window);
	(void)str_put(out, BECAUSE_TEXT, buf_cstr(&text));
	buf_done(&text);
}
