/*
 * signal.c: from a reading to a state: is it known, is it fresh, is it over its limit.
 *
 *  (1) A signal whose source is down or unknown is unknown, unless the source judged it itself
 *      while it could not judge the rest.
 *      One that lacks the cursor of another source hangs on that one.
 *  (2) A sample older than the limit is stale, however fresh the answer that carried it.
 *  (3) A level is left only when the value is a tenth of the limit inside it: a value that dances
 *      on its limit makes one change, not twenty.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "core/internal.h"

static const double inside = 0.1;

/* "1842 s", "7.1 %", "37": what is counted has no unit. */
static void quantity(char *out, size_t size, const struct signal *signal, double value)
{
	struct buf text = {0};

	num_put(&text, value, 2);
	if (signal->unit[0] && strcmp(signal->unit, "count") != 0)
		buf_fmt(&text, " %s", signal->unit);
	(void)snprintf(out, size, "%s", buf_cstr(&text));
	buf_done(&text);
}

static bool is_over(const struct signal *signal, double limit, bool held)
{
	double margin = held ? inside * fabs(limit) : 0;

	if (isnan(limit))
		return false;
	return signal->limit.below ? signal->value < limit + margin :
	       signal->value > limit - margin;
}

static bool is_beyond(const struct limit *limit, double value, double edge)
{
	return limit->below ? value < edge : value > edge;
}

void signal_fill(struct signal *signal, const struct series *past, msec now)
{
	const struct limit *limit = &signal->limit;
	struct series *series = &signal->series;
	enum state state;
	double value, there;

	for (size_t ago = 0; past->newest > 0 && ago < SERIES_POINTS; ago++) {
		msec at = past->newest - (msec)ago * WHEN_MINUTE;
		bool too_old = series->newest != WHEN_NEVER &&
			       series->newest - at >= SERIES_POINTS * WHEN_MINUTE;

		if (at > now || too_old || !series_at(past, past->newest, ago, &value, &state) ||
		    series_at(series, at, 0, &there, &state))
			continue;
		series_add(series, at, value, is_beyond(limit, value, limit->bad) ? STATE_BAD :
			   is_beyond(limit, value, limit->warn) ? STATE_WARN : STATE_OK);
	}
}

static void judge_level(struct world *world, struct signal *signal, struct visible at, msec now)
{
	enum state state = STATE_OK;
	double limit = isnan(signal->limit.warn) ? signal->limit.bad : signal->limit.warn;
	char value[48], most[48];
	bool held;

	if (is_over(signal, signal->limit.bad, signal->state == STATE_BAD)) {
		state = STATE_BAD;
		limit = signal->limit.bad;
	} else if (is_over(signal, signal->limit.warn,
			   signal->state == STATE_BAD || signal->state == STATE_WARN)) {
		state = STATE_WARN;
		limit = signal->limit.warn;
	}
	held = state != STATE_OK && !is_over(signal, limit, false);
	quantity(value, sizeof(value), signal, signal->value);
	quantity(most, sizeof(most), signal, limit);
	if (signal->last.judged)
		visible_set(world, at, state, now, "%s, limit %s: %s", value, most,
			    signal->last.because);
	else if (isnan(limit))
		visible_set(world, at, state, now, "%s", value);
	else
		visible_set(world, at, state, now, held ? "%s, not yet well inside the limit %s" :
			    "%s, limit %s", value, most);
}

static bool is_stale(const struct signal *signal, const struct source *source, msec now,
		     msec *limit)
{
	*limit = signal->limit.stale > 0 ? signal->limit.stale : STALE_PERIODS * source->every;
	return signal->at != WHEN_NEVER && now - signal->at > *limit;
}

static void judge_known(struct world *world, struct signal *signal, struct visible at, msec now)
{
	const struct source *source = &world->sources[signal->source];
	char value[48], age[WHEN_TEXT], most[WHEN_TEXT];
	msec limit;

	if (is_stale(signal, source, now, &limit)) {
		quantity(value, sizeof(value), signal, signal->value);
		when_format_age(age, now - signal->at);
		when_format_age(most, limit);
		visible_set(world, at, STATE_STALE, now, "sample is %s old, limit %s; it was %s",
			    age, most, value);
	} else if (signal->last.judged && !(signal->last.yields && signal->own_limit)) {
		visible_set(world, at, signal->last.state, now, "%s", signal->last.because);
	} else {
		judge_level(world, signal, at, now);
	}
}

static int teller_of_cursor(const struct world *world)
{
	for (size_t i = 0; world->cursor_source < 0 && i < world->source_count; i++)
		if (world->sources[i].last.cursor)
			return (int)i;
	return world->cursor_source;
}

int world_teller(const struct world *world, const struct signal *signal)
{
	int teller = signal->has_last && signal->last.wants_cursor ? teller_of_cursor(world) : -1;

	return teller < 0 ? signal->source : teller;
}

/* The source that keeps the cursor to itself; NULL: that is not why. */
static const struct source *silent_teller(const struct world *world, const struct signal *signal)
{
	int teller = world_teller(world, signal);

	return teller == signal->source ? NULL : &world->sources[teller];
}

static void say_no_cursor(const struct source *teller, char because[BECAUSE_TEXT])
{
	if (teller->state == STATE_DOWN)
		say(because, "no cursor: %s does not answer: %s", teller->name, teller->because);
	else if (teller->state == STATE_OK)
		say(because, "no cursor: %s tells none", teller->name);
	else
		say(because, "no cursor: %s is %s: %s", teller->name, state_word(teller->state),
		    teller->because);
}

static bool has_told(const struct source *teller)
{
	const struct cursor *cursor = teller->last.cursor;

	return cursor && cursor->known && cursor->ledger > 0;
}

/* Does it only wait for the first answer of another source, or to be judged by it? */
static bool is_waiting(const struct source *teller)
{
	return teller && (teller->asking || has_told(teller));
}

/* Why nothing can be said; false when something can. */
static bool cannot_know(const struct world *world, const struct signal *signal,
			char because[BECAUSE_TEXT])
{
	const struct source *source = signal->source < 0 ? NULL : &world->sources[signal->source];
	const struct source *teller = silent_teller(world, signal);

	because[0] = '\0';
	if (!source)
		say(because, "no source is configured for it");
	else if (source->asking)
		say(because, "asking %s", source->name);
	else if (source->state == STATE_DOWN)
		say(because, "%s does not answer: %s", source->name, source->because);
	else if (source->state == STATE_UNKNOWN && !(signal->has_last && signal->last.judged))
		say(because, "%s cannot be judged: %s", source->name, source->because);
	else if (!signal->has_last)
		say(because, "%s has not said it yet", source->name);
	else if (is_waiting(teller))
		say(because, "asking %s", teller->name);
	else if (teller)
		say_no_cursor(teller, because);
	else if (!signal->last.known)
		say(because, "%s", signal->last.because[0] ? signal->last.because : "absent");
	return because[0] != '\0';
}

static void take_value(struct world *world, struct signal *signal, bool known)
{
	double value = known ? signal->last.value : signal->value;

	/* What was known last stays beside "not known", with its age. */
	if (known != signal->known)
		world->version++;
	signal->known = known;
	signal->value = value;
	if (known)
		signal->at = signal->last.at;
}

/* A source that answers another question first has not been asked this one yet. */
static bool was_asked(const struct world *world, const struct signal *signal)
{
	const struct source *source = signal->source < 0 ? NULL : &world->sources[signal->source];

	if (!source || source->asking || is_waiting(silent_teller(world, signal)))
		return false;
	return signal->has_last || source->state == STATE_DOWN || source->state == STATE_UNKNOWN;
}

/* Its source answers, and may lack what another source, or its own next question, will tell. */
static bool is_early(const struct world *world, const struct signal *signal, msec now)
{
	const struct source *source = signal->source < 0 ? NULL : &world->sources[signal->source];

	return source && source->state != STATE_DOWN && source->state != STATE_UNKNOWN &&
	       now < world->early_until;
}

static void refresh_signal(struct world *world, struct signal *signal, msec now)
{
	bool asked = was_asked(world, signal), early = is_early(world, signal, now);
	struct visible at = {signal->name, &signal->state, &signal->since, &signal->since_before,
			     signal->because, !signal->judged_once && asked, &signal->past, early};
	char because[BECAUSE_TEXT];
	bool known = !cannot_know(world, signal, because);

	take_value(world, signal, known);
	if (known)
		judge_known(world, signal, at, now);
	else
		visible_set(world, at, STATE_UNKNOWN, now, "%s", because);
	signal->judged_once = asked && !(at.first && early && signal->state == STATE_UNKNOWN);
	if (asked)
		series_add(&signal->series, now, known ? signal->value : (double)NAN,
			   signal->state);
}

void signals_refresh(struct world *world, msec now)
{
	for (size_t i = 0; i < world->signal_count; i++)
		refresh_signal(world, &world->signals[i], now);
}
