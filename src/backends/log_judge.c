/* log_judge.c: from what was found in a log to its state, its signals and its sightings. */
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/log_lines.h"

/* How long it is said that lines were lost: as long as an operator may still trust the counts. */
static const msec remember = 15 * WHEN_MINUTE;

static bool is_over(const struct threshold *limit, double value)
{
	switch (limit->side) {
	case THRESHOLD_ABOVE:
		return value > limit->value;
	case THRESHOLD_BELOW:
		return value < limit->value;
	case THRESHOLD_NONE:
		break;
	}
	return false;
}

/* Too few can only be said of a whole window; until then it is not known. */
static enum state level(const struct threshold *limit, double value, bool whole, enum state beyond)
{
	if (!is_over(limit, value))
		return STATE_OK;
	return limit->side == THRESHOLD_BELOW && !whole ? STATE_UNKNOWN : beyond;
}

static void judge_pattern(const struct look *look, size_t index, struct reading *out)
{
	const struct log_config *config = look->config;
	const struct log_pattern *pattern = (const struct log_pattern *)config->patterns.data + index;
	const struct log_facts *facts = look->facts;
	uint64_t count = log_in_window(&facts->counts[index], pattern, look->now);
	bool whole = look->now - facts->begun_at >= pattern->window;
	const struct threshold *limit = &pattern->bad;
	char window[WHEN_TEXT];

	when_format_duration(window, pattern->window);
	(void)snprintf(out->unit, sizeof(out->unit), "in %.12s", window);
	out->known = out->judged = true;
	out->at = look->views[0].good_at;
	out->value = (double)count;
	out->state = state_worse(level(&pattern->bad, out->value, whole, STATE_BAD),
				 level(&pattern->warn, out->value, whole, STATE_WARN));
	if (!is_over(&pattern->bad, out->value) && pattern->warn.side != THRESHOLD_NONE)
		limit = &pattern->warn;
	if (limit->side == THRESHOLD_NONE)
		(void)snprintf(out->because, sizeof(out->because), "%llu %s",
			       (unsigned long long)count, out->unit);
	else
		(void)snprintf(out->because, sizeof(out->because), "%llu %s, limit %g%s",
			       (unsigned long long)count, out->unit, limit->value,
			       out->state == STATE_UNKNOWN ? ", not read for so long yet" : "");
}

static void judge_patterns(const struct look *look, struct report *out)
{
	const struct log_config *config = look->config;
	const struct log_pattern *patterns = config->patterns.data;
	struct log_facts *facts = look->facts;
	bool known = answer_is_current(look, 0);
	size_t count = log_pattern_count(config);

	for (size_t i = 0; i < count; i++) {
		struct reading *reading = &facts->readings[i];

		*reading = (struct reading){ .at = WHEN_NEVER, .state = STATE_UNKNOWN };
		(void)str_put(reading->name, sizeof(reading->name), patterns[i].name);
		if (known)
			judge_pattern(look, i, reading);
		else
			(void)str_put(reading->because, sizeof(reading->because),
				      "the log is not read");
		if (known)
			finding(out, reading->state, "%s: %s", patterns[i].name, reading->because);
	}
	out->readings = facts->readings;
	out->reading_count = count;
}

static bool was_lately(const struct look *look, msec at)
{
	return at != WHEN_NEVER && look->now - at <= remember;
}

static void judge_growth(const struct look *look, struct report *out)
{
	const struct log_config *config = look->config;
	const struct log_facts *facts = look->facts;
	char age[WHEN_TEXT], limit[WHEN_TEXT];
	msec silent = look->now - facts->grown_at;

	if (was_lately(look, facts->lost_at))
		finding(out, STATE_WARN, "%llu bytes of it were lost, as they came faster than they "
			"could be read: the counts are too low", (unsigned long long)facts->lost);
	if (config->quiet == 0 || silent <= config->quiet)
		return;
	when_format_age(age, silent);
	when_format_duration(limit, config->quiet);
	finding(out, STATE_STALE, "no new line for %s, limit %s", age, limit);
}

/* What is said while nothing is wrong; it must not change with every line. */
static void say_well(const struct look *look, struct report *out)
{
	const struct log_config *config = look->config;
	const struct log_facts *facts = look->facts;
	const char *happened = was_lately(look, facts->rotated_at) ? ", was rotated" :
			       was_lately(look, facts->truncated_at) ? ", was truncated" :
			       was_lately(look, facts->restarted_at) ? ", was started again" : "";
	size_t count = config->patterns.count;

	if (count == 0)
		report_say(out, STATE_OK, "is followed%s", happened);
	else
		report_say(out, STATE_OK, "is followed%s, %s%zu pattern%s within limits", happened,
			   count > 1 ? "all " : "its ", count, count > 1 ? "s" : "");
}

static void lend_sightings(struct log_facts *facts, struct report *out)
{
	size_t count = facts->matched < SIGHTINGS ? (size_t)facts->matched : SIGHTINGS;

	for (size_t i = 0; i < count; i++)
		facts->lent[i] = facts->seen[(facts->matched - count + i) % SIGHTINGS];
	out->sightings = facts->lent;
	out->sighting_count = count;
}

static json_t *pattern_fields(const struct look *look, size_t index)
{
	const struct log_config *config = look->config;
	const struct log_pattern *pattern = (const struct log_pattern *)config->patterns.data + index;
	const struct log_count *count = &((const struct log_facts *)look->facts)->counts[index];
	uint64_t in_window = log_in_window(count, pattern, look->now);
	json_t *out = json_object();

	json_set_i64(out, "count", (int64_t)in_window);
	json_set_number(out, "rate_per_min",
			(double)in_window * (double)WHEN_MINUTE / (double)pattern->window);
	json_set_time(out, "last_at", count->last_at);
	return out;
}

static json_t *follow_fields(const struct log_facts *facts)
{
	json_t *out = json_object();

	json_set_time(out, "grown_at", facts->grown_at);
	json_set_time(out, "rotated_at", facts->rotated_at);
	json_set_time(out, "truncated_at", facts->truncated_at);
	json_set_time(out, "restarted_at", facts->restarted_at);
	return out;
}

static json_t *fields(const struct look *look)
{
	const struct log_config *config = look->config;
	const struct log_pattern *patterns = config->patterns.data;
	const struct log_facts *facts = look->facts;
	json_t *out = json_object(), *counts = json_object();

	for (size_t i = 0; facts->begun && i < log_pattern_count(config); i++)
		json_set(counts, patterns[i].name, pattern_fields(look, i));
	json_set(out, "lines_total", facts->begun ? json_integer((json_int_t)facts->lines)
						  : json_null());
	json_set(out, "patterns", counts);
	json_set(out, "lost_bytes", facts->begun ? json_integer((json_int_t)facts->lost)
						 : json_null());
	json_set(out, "follow", facts->begun ? follow_fields(facts) : json_null());
	return out;
}

void log_judge(const struct look *look, struct report *out)
{
	struct log_facts *facts = look->facts;
	char because[BECAUSE_TEXT];
	enum state state;

	if (outcome_judge(look->asks, look->views, &state, because)) {
		report_say(out, state, "%s", because);
		judge_patterns(look, out);
	} else if (facts->begun) {
		say_well(look, out);
		judge_growth(look, out);
		judge_patterns(look, out);
	}
	lend_sightings(facts, out);
	out->fields = fields(look);
}
