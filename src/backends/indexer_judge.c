/*
 * indexer_judge.c: what the two answers of an indexer mean, with what is known of the chain.
 *
 * The steps: weigh() finds the time of the last event and what contradicts it; the judging
 * functions add their findings, of which the worst stands; publish() fills the fields.
 */
#include "backends/indexer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"

enum { CONTRADICTIONS = 6, CONTRADICTION_TEXT = 160 };

static const double default_limit_s = 900;
static const msec old_answer = 60 * WHEN_SECOND, rise_shown_for = 60 * WHEN_SECOND;
static const msec horizon_patience = 5500;

struct standing {
	const struct indexer_config *config;
	const struct indexer_health *health;	/* NULL: no answer that counts */
	const struct indexer_metrics *metrics;
	msec health_at, metrics_at;
	msec processed_at;	/* close time of the last event; WHEN_NEVER */
	const char *from;	/* who says so */
	bool never;		/* no event was ever processed */
	double lag_s, limit_s;	/* lag NaN: not known */
	bool over;		/* lag over limit */
	bool frozen;		/* the gauge hides that */
	enum activity activity;	/* on the chain, after the last event */
	bool quiet;		/* over, and there was nothing to process */
	char contradictions[CONTRADICTIONS][CONTRADICTION_TEXT];
	size_t contradiction_count;
};

PRINTF_LIKE(2, 3) static void contradict(struct standing *s, const char *fmt, ...)
{
	va_list args;

	if (s->contradiction_count == CONTRADICTIONS)
		return;
	va_start(args, fmt);
	(void)vsnprintf(s->contradictions[s->contradiction_count++], CONTRADICTION_TEXT, fmt, args);
	va_end(args);
}

/* Figures of outsiders may be anything: what is no age of ours is cut before it is an integer. */
static const char *age(char out[WHEN_TEXT], double seconds)
{
	const double longest_s = 1e9;

	when_format_age(out, (msec)((seconds < longest_s ? seconds : longest_s) * 1000));
	return out;
}

/* staleAfterSeconds + 1 is what /health says when it has no time at all. */
static bool is_sentinel(const struct indexer_health *health)
{
	return fabs(health->lag_s - health->stale_after_s - 1) < 0.5;
}

static bool has_event_time(const struct indexer_metrics *metrics)
{
	return metrics && isfinite(metrics->timestamp_s) && metrics->timestamp_s > 0 &&
	       metrics->timestamp_s < 1e11;
}

/* The newest time that either answer proves: /metrics is exact, but may be older than /health. */
static void weigh_time(struct standing *s)
{
	const struct indexer_health *health = s->health;

	if (has_event_time(s->metrics)) {
		s->processed_at = (msec)(s->metrics->timestamp_s * 1000);
		s->from = "metrics";
	}
	if (health && health->timestamp != WHEN_NEVER && isfinite(health->lag_s) &&
	    fabs(health->lag_s) < 1e9 && !is_sentinel(health)) {
		msec stated = health->timestamp - (msec)(health->lag_s * 1000);

		if (has_event_time(s->metrics) && s->metrics_at >= s->health_at &&
		    stated > s->processed_at + 3 * WHEN_SECOND)
			contradict(s, "/health knows an event %g s younger than /metrics does",
				   (double)(stated - s->processed_at) / 1000);
		/* The lag is in whole seconds: only a clear difference is a younger event. */
		if (stated > s->processed_at + WHEN_SECOND) {
			s->processed_at = stated;
			s->from = "health";
		}
	}
	s->never = s->processed_at == WHEN_NEVER &&
		   ((health && is_sentinel(health)) ||
		    (s->metrics && fabs(s->metrics->timestamp_s) < 0.5));
}

/* The gauge moves only on an event and on /health, which we ask: more than one and a half of our
 * periods of difference is no delay any more. */
static void weigh_gauge(struct standing *s, msec every)
{
	double tolerance_s = 1.5 * (double)every / 1000 + 2, true_s;

	if (!s->metrics || isnan(s->metrics->lag_s))
		return;
	if (s->never && s->health && is_sentinel(s->health) &&
	    fabs(s->metrics->lag_s - s->health->lag_s) > 1)
		contradict(s, "/health says lag %g s, the lag gauge says %g s: neither is one",
			   s->health->lag_s, s->metrics->lag_s);
	if (!has_event_time(s->metrics))
		return;
	true_s = (double)s->metrics_at / 1000 - s->metrics->timestamp_s;
	if (fabs(true_s - s->metrics->lag_s) <= tolerance_s)
		return;
	contradict(s, "the lag gauge says %g s, the time of the last event says %.0f s",
		   s->metrics->lag_s, true_s);
	s->frozen = true_s > s->limit_s && s->metrics->lag_s <= s->limit_s;
}

/* What the chain's watcher found counts when it looked behind this event, or proves the same. */
static void weigh_activity(struct standing *s, const struct chain *chain)
{
	if (chain->known && chain->activity == ACTIVITY_NONE &&
	    chain->activity_after <= s->processed_at)
		s->activity = ACTIVITY_NONE;
	if (chain->known && chain->activity == ACTIVITY_SOME &&
	    chain->activity_after >= s->processed_at)
		s->activity = ACTIVITY_SOME;
	s->quiet = s->over && chain->fresh && s->activity == ACTIVITY_NONE;
}

static void weigh_rest(struct standing *s, const struct ask_view *health_view, msec now)
{
	const struct indexer_health *health = s->health;

	if (s->processed_at != WHEN_NEVER) {
		s->lag_s = (double)(now - s->processed_at) / 1000;
		if (s->lag_s < -(double)old_answer / 1000)
			contradict(s, "the last event is %.0f s in the future: whose clock is wrong?",
				   -s->lag_s);
		s->lag_s = s->lag_s < 0 ? 0 : s->lag_s;
	}
	s->over = s->lag_s > s->limit_s;
	if (health && strcmp(health->status, "ok") == 0 && s->lag_s > s->limit_s + 1)
		contradict(s, "/health says ok at a lag of %.0f s, limit %g s", s->lag_s, s->limit_s);
	if (!health && health_view->answered && s->metrics && s->metrics->database > 0)
		contradict(s, "/metrics say database 1, while /health %s",
			   health_view->kind == REPLY_ANSWER ? health_view->error :
			   "gives no answer");
}

static void weigh(const struct look *look, struct standing *s)
{
	const struct indexer_facts *facts = look->facts;
	const struct ask_view *views = look->views;

	*s = (struct standing){ .config = look->config, .processed_at = WHEN_NEVER,
				.lag_s = (double)NAN, .limit_s = default_limit_s,
				.health_at = views[INDEXER_HEALTH].at,
				.metrics_at = views[INDEXER_METRICS].at };
	if (answer_is_current(look, INDEXER_HEALTH))
		s->health = &facts->health;
	if (answer_is_current(look, INDEXER_METRICS))
		s->metrics = &facts->metrics;
	if (s->config->stale_after > 0)
		s->limit_s = (double)s->config->stale_after / 1000;
	else if (s->health && s->health->stale_after_s > 0)
		s->limit_s = s->health->stale_after_s;
	weigh_time(s);
	weigh_gauge(s, look->asks[INDEXER_HEALTH].every);
	weigh_rest(s, &views[INDEXER_HEALTH], look->now);
	weigh_activity(s, look->chain);
}

/* Quiet, stuck or upstream: formats.md 7.1, core/chain.h. */
static void judge_lag(const struct look *look, const struct standing *s, struct report *out)
{
	const struct chain *chain = look->chain;
	char lag[WHEN_TEXT], limit[WHEN_TEXT], tip[WHEN_TEXT];

	(void)age(lag, s->lag_s);
	(void)age(limit, s->limit_s);
	if (s->quiet)
		report_say(out, out->state, "quiet: no contract operation on the chain since the last "
			   "event %s ago, and its tip is fresh", lag);
	else if (s->frozen)
		finding(out, STATE_STALE, "the lag gauge is frozen at %g s, the last event is %s old, "
			"limit %s", s->metrics->lag_s, lag, limit);
	else if (!chain->configured)
		finding(out, STATE_STALE, "last event %s ago, limit %s; no source sees the chain, to "
			"tell quiet from stuck", lag, limit);
	else if (!chain->known)
		finding(out, STATE_UNKNOWN, "last event %s ago, limit %s; quiet or stuck: the chain is "
			"not seen now", lag, limit);
	else if (!chain->fresh)
		finding(out, STATE_STALE, "upstream: the chain's newest ledger is %s old, the last event "
			"%s", age(tip, (double)(look->now - chain->closed_at) / 1000), lag);
	else if (s->activity == ACTIVITY_SOME)
		finding(out, STATE_STALE, "stuck: last event %s ago, limit %s, but the chain has contract "
			"operations after it (ledger %lld)", lag, limit,
			(long long)chain->activity_ledger);
	else
		finding(out, STATE_UNKNOWN, "last event %s ago, limit %s; whether the chain is quiet is "
			"not known yet", lag, limit);
}

/* "database, horizon": the checks of /health that say this word. */
static const char *named_checks(const struct indexer_health *health, const char *word,
				char *out, size_t size)
{
	static const char *const names[] = { "database", "horizon", "indexerState" };
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(health->checks[i], word) == 0)
			used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "",
						 names[i]);
	return used ? out : "no check of its own";
}

static void judge_status(const struct standing *s, bool excused, struct report *out)
{
	const struct indexer_health *health = s->health;
	char names[48];

	if (strcmp(health->status, "error") == 0)
		finding(out, STATE_BAD, "says error: %s fails",
			named_checks(health, "error", names, sizeof(names)));
	else if (strcmp(health->status, "degraded") == 0 && !excused)
		finding(out, STATE_WARN, "says degraded: %s",
			named_checks(health, "degraded", names, sizeof(names)));
	else if (strcmp(health->status, "degraded") != 0 && strcmp(health->status, "ok") != 0)
		finding(out, STATE_UNKNOWN, "says '%s', which is no status that we know",
			health->status);
}

/* What is wrong with the answers themselves. */
static void judge_answers(const struct look *look, const struct standing *s, struct report *out)
{
	const struct ask_view *metrics = &look->views[INDEXER_METRICS];
	const struct indexer_errors *rise = &((struct indexer_facts *)look->facts)->rise;
	msec took = look->views[INDEXER_HEALTH].took;
	char text[WHEN_TEXT];

	if (s->health->timestamp != WHEN_NEVER && s->health_at - s->health->timestamp > old_answer)
		finding(out, STATE_STALE, "its answer was made %s before it came: a cache answers",
			age(text, (double)(s->health_at - s->health->timestamp) / 1000));
	if (took > s->config->slow)
		finding(out, STATE_WARN, "slow: /health took %.1f s", (double)took / 1000);
	if (metrics->answered && !metrics->good)
		finding(out, STATE_WARN, "/metrics: %.200s", metrics->error);
	if (rise->at > 0 && look->now - rise->at < rise_shown_for)
		finding(out, STATE_WARN, "errors rise: %g more in %s", rise->by,
			age(text, (double)rise->over / 1000));
}

static void judge_facts(const struct look *look, const struct standing *s, struct report *out)
{
	char lag[WHEN_TEXT];

	report_say(out, STATE_OK, "%s", "");
	if (s->never)
		finding(out, STATE_UNKNOWN, "has never processed an event: the lag it states is no lag");
	else if (isnan(s->lag_s))
		finding(out, STATE_UNKNOWN, "says no time of its last event");
	else if (s->over)
		judge_lag(look, s, out);
	else
		report_say(out, STATE_OK, "last event %s ago, ledger %lld", age(lag, s->lag_s),
			   (long long)s->health->ledger);
	judge_status(s, s->over || s->never, out);
	judge_answers(look, s, out);
}

/* /health did not answer, or answered with a failure: say what is broken behind it. */
static void judge_silence(const struct look *look, const struct standing *s, struct report *out)
{
	const struct ask_view *view = &look->views[INDEXER_HEALTH];
	enum state state;
	char because[BECAUSE_TEXT];

	if (!outcome_judge(&look->asks[INDEXER_HEALTH], view, &state, because)) {
		if (view->answered)
			report_say(out, STATE_UNKNOWN, "its last answer is too old to count");
		else
			out->asking = true;
		return;
	}
	/* The indexer gives its Horizon 5 s: a shorter wait cannot tell the two apart. */
	if (view->kind == REPLY_TIMEOUT && s->metrics && view->took > horizon_patience)
		report_say(out, state, "%.60s while /metrics answers: its database hangs or is locked",
			   because);
	else if (view->kind == REPLY_ANSWER && view->status == 500)
		report_say(out, state, "%.60s: its database fails, a check of Horizon would answer 200",
			   because);
	else
		report_say(out, state, "%s", because);
}

static void lend_cursor(const struct standing *s, struct cursor *cursor)
{
	*cursor = (struct cursor){
		.known = s->processed_at != WHEN_NEVER,
		.ledger = s->health ? s->health->ledger : 0,
		.processed_at = s->processed_at,
		.doubted = s->over,
	};
}

/* The lag is a figure for the signal's thresholds, unless it says nothing about the indexer. */
static void lend_lag(const struct standing *s, const struct report *out, struct reading *lag)
{
	bool fresh = s->health || s->metrics;
	msec at = s->health_at > s->metrics_at ? s->health_at : s->metrics_at;

	memset(lag, 0, sizeof(*lag));
	(void)str_put(lag->name, sizeof(lag->name), "lag");
	(void)str_put(lag->unit, sizeof(lag->unit), "s");
	lag->known = !isnan(s->lag_s);
	lag->value = lag->known ? s->lag_s : 0;
	lag->at = fresh ? at : WHEN_NEVER;
	lag->judged = s->quiet || !lag->known || out->state == STATE_UNKNOWN;
	lag->state = s->quiet ? STATE_OK : STATE_UNKNOWN;
	if (lag->judged)
		(void)str_put(lag->because, sizeof(lag->because), out->because);
}

static void set_ledger(json_t *fields, const char *key, bool known, int64_t ledger)
{
	if (known)
		json_set_i64(fields, key, ledger);
	else
		json_set(fields, key, json_null());
}

static void publish(const struct look *look, const struct standing *s, struct report *out)
{
	const struct indexer_health *health = s->health;
	const struct indexer_metrics *metrics = s->metrics;
	json_t *fields = json_object(), *contradictions = json_array();

	json_set_text(fields, "status", health ? health->status : NULL);
	json_set_number(fields, "lag_s", s->lag_s);
	json_set_text(fields, "lag_from", s->from);
	set_ledger(fields, "cursor_ledger", health && health->ledger > 0, health ? health->ledger : 0);
	set_ledger(fields, "tip_ledger", look->chain->known, look->chain->ledger);
	json_set_time(fields, "last_processed_at", s->processed_at);
	answer_set_count(fields, "events_total", health ? health->events :
			 metrics ? metrics->events : (double)NAN);
	answer_set_count(fields, "errors_total", health ? health->errors :
			 metrics ? metrics->errors : (double)NAN);
	json_set_number(fields, "stale_after_s", s->limit_s);
	for (size_t i = 0; i < s->contradiction_count; i++)
		(void)json_array_append_new(contradictions, json_string(s->contradictions[i]));
	json_set(fields, "contradictions", contradictions);
	out->fields = fields;
}

void indexer_judge(const struct look *look, struct report *out)
{
	struct indexer_facts *facts = look->facts;
	struct standing s;

	weigh(look, &s);
	if (s.health)
		judge_facts(look, &s, out);
	else
		judge_silence(look, &s, out);
	lend_cursor(&s, &facts->cursor);
	lend_lag(&s, out, &facts->lag);
	publish(look, &s, out);
	out->cursor = &facts->cursor;
	out->readings = &facts->lag;
	out->reading_count = 1;
}
