#include "ui/say.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

enum { PERIODS = 3 };

static msec shown_time(const struct scene *scene, msec at)
{
	return scene->prefs->time == TIMES_LOCAL ? at + scene->prefs->utc_offset : at;
}

void say_age(const struct scene *scene, msec at, char out[SAY_TEXT])
{
	char age[WHEN_TEXT] = "-";

	if (at != WHEN_NEVER)
		when_format_age(age, scene->now - at);
	str_put(out, SAY_TEXT, age);
}

void say_time(const struct scene *scene, msec at, char out[SAY_TEXT])
{
	bool utc = scene->prefs->time == TIMES_UTC;
	char clock[WHEN_TEXT], day[WHEN_TEXT];

	if (at == WHEN_NEVER || scene->prefs->time == TIMES_RELATIVE) {
		say_age(scene, at, out);
		if (at != WHEN_NEVER)
			snprintf(out + strlen(out), SAY_TEXT - strlen(out), " ago");
		return;
	}
	at = shown_time(scene, at);
	when_format_clock(clock, at);
	if (at / WHEN_DAY == shown_time(scene, scene->now) / WHEN_DAY) {
		snprintf(out, SAY_TEXT, "%s%s", clock, utc ? "Z" : "");
		return;
	}
	when_format(day, at - at % WHEN_SECOND);
	snprintf(out, SAY_TEXT, "%.5s %s%s", day + 5, clock, utc ? "Z" : "");
}

void say_clock(const struct scene *scene, msec at, char out[SAY_TEXT])
{
	char text[SAY_TEXT], clock[WHEN_TEXT];

	if (at == WHEN_NEVER || scene->prefs->time == TIMES_RELATIVE) {
		str_put(out, SAY_TEXT, "");
		return;
	}
	at = shown_time(scene, at);
	when_format_clock(clock, at);
	snprintf(text, sizeof(text), "%.5s", clock);
	if (at / WHEN_DAY != shown_time(scene, scene->now) / WHEN_DAY) {
		when_format(clock, at);
		snprintf(text, sizeof(text), "%.5s", clock + 5);
	}
	str_put(out, SAY_TEXT, text);
}

static void put_quantity(struct buf *out, double value, const char *unit)
{
	num_put(out, value, fabs(value) < 10 ? 2 : fabs(value) < 1000 ? 1 : 0);
	if (unit[0] && strcmp(unit, "count") != 0)
		buf_fmt(out, " %s", unit);
}

static void take(struct buf *buf, char out[SAY_TEXT])
{
	str_put(out, SAY_TEXT, buf_cstr(buf));
	buf_done(buf);
}

void say_value(const struct signal *signal, char out[SAY_TEXT])
{
	struct buf text = { 0 };

	if (signal->known && isfinite(signal->value))
		put_quantity(&text, signal->value, signal->unit);
	else
		buf_text(&text, "not known");
	take(&text, out);
}

void say_before(const struct signal *signal, char out[SAY_TEXT])
{
	struct buf text = { 0 };

	if (!signal->known && signal->at != WHEN_NEVER && isfinite(signal->value)) {
		buf_text(&text, "was ");
		put_quantity(&text, signal->value, signal->unit);
		buf_text(&text, "; ");
	}
	take(&text, out);
}

void say_limit(const struct signal *signal, char out[SAY_TEXT])
{
	struct buf text = { 0 };

	if (!isnan(signal->limit.warn)) {
		buf_text(&text, signal->limit.below ? "least " : "limit ");
		put_quantity(&text, signal->limit.warn, signal->unit);
	}
	if (!isnan(signal->limit.bad)) {
		buf_text(&text, text.len ? ", bad " : "limit ");
		put_quantity(&text, signal->limit.bad, signal->unit);
	}
	take(&text, out);
}

void say_near_limit(const struct signal *signal, char out[SAY_TEXT])
{
	bool bad = signal->state == STATE_BAD || isnan(signal->limit.warn);
	double limit = bad ? signal->limit.bad : signal->limit.warn;
	struct buf text = { 0 };

	if (!isnan(limit)) {
		buf_text(&text, "limit ");
		put_quantity(&text, limit, signal->unit);
	}
	take(&text, out);
}

void say_at_risk(const struct tx_summary *tx, struct buf *out)
{
	for (size_t i = 0; i < tx->at_risk_count; i++)
		buf_fmt(out, "%s%s%s%s", i ? ", " : "", tx->at_risk[i].amount,
			tx->at_risk[i].asset[0] ? " " : "", tx->at_risk[i].asset);
}

bool say_source_old(const struct scene *scene, const struct source *source)
{
	msec period = source->last.period > source->every ? source->last.period : source->every;

	return source->state == STATE_STALE ||
	       (source->state == STATE_UNKNOWN && source->newest != WHEN_NEVER &&
		scene->now - source->newest > PERIODS * period);
}

bool say_signal_old(const struct scene *scene, const struct signal *signal)
{
	return signal->state == STATE_STALE || (signal->at != WHEN_NEVER && !signal->known) ||
	       (signal->limit.stale > 0 && signal->at != WHEN_NEVER &&
		scene->now - signal->at > signal->limit.stale);
}

const char *say_source_word(const struct source *source, enum role *role)
{
	*role = source->asking ? ROLE_STRONG : role_of_state(source->state);
	return source->asking ? "ASK" : state_label(source->state);
}

bool say_source_wrong(const struct source *source)
{
	return source->asking || source->state != STATE_OK;
}

bool say_signal_wrong(const struct signal *signal)
{
	return signal->source >= 0 && signal->state != STATE_OK;
}
