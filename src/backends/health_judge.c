/*
 * health_judge.c: what the answers of a FuTuRe backend mean, with what we know of its Horizon.
 *
 * The process first; while it lives its database and its breaker may be worse than that, and of two
 * findings the worse stands. What is ok and could not be seen is said in the same breath.
 */
#include "backends/health.h"

#include <stdio.h>
#include <string.h>

#include "backends/answer.h"

static const msec old_answer = 60 * WHEN_SECOND;	/* a cache may serve one for 90 s */
static const msec restart_shown_for = 10 * WHEN_MINUTE;

static const char *age(char out[WHEN_TEXT], msec d)
{
	when_format_age(out, d);
	return out;
}

const struct ask_view *health_view(const struct health_standing *s, enum health_ask ask)
{
	int at = health_find(s->look, ask);

	return at < 0 ? NULL : &s->look->views[at];
}

static bool was_throttled(const struct ask_view *view)
{
	return view->answered && !view->good && view->kind == REPLY_ANSWER && view->status == 429;
}

/* `stale` of the configuration is meant for what is asked often. */
static bool is_current(const struct look *look, size_t i)
{
	const struct source_config *config = look->config;
	const struct ask *ask = &look->asks[i];

	if (ask->every <= config->every)
		return answer_is_current(look, i);
	return look->views[i].good &&
	       look->now - look->views[i].good_at <= 3 * ask->every + ask->timeout;
}

static void weigh(const struct look *look, struct health_standing *s)
{
	*s = (struct health_standing){ .look = look, .config = look->config, .facts = look->facts,
				.throttled_until = health_throttled_until(look),
				.database = STATE_UNKNOWN };
	for (size_t i = 0; i < look->ask_count; i++) {
		s->has[look->asks[i].index] = is_current(look, i);
		s->throttled = s->throttled || was_throttled(&look->views[i]);
	}
}

static const char *throttled_text(const struct health_standing *s, char out[96])
{
	char until[WHEN_TEXT];

	when_format_clock(until, s->throttled_until);
	(void)snprintf(out, 96, "throttled, HTTP 429%s%s",
		       s->throttled_until == WHEN_NEVER ? "" : ", until ",
		       s->throttled_until == WHEN_NEVER ? "" : until);
	return out;
}

/* An answer that counts: is the process alive, now? */
static void judge_live(const struct health_standing *s, struct report *out)
{
	const struct health_live *live = &s->facts->live;
	msec at = health_view(s, HEALTH_LIVE)->good_at;
	msec late = at - live->timestamp;
	char text[WHEN_TEXT];

	if (strcmp(live->status, "alive") != 0)
		report_say(out, STATE_UNKNOWN, "/health/live says '%s', which is not 'alive'",
			   live->status);
	else if (late > old_answer)
		report_say(out, STATE_STALE, "its answer was made %s before it came: a cache "
			   "answers, or its clock is behind ours", age(text, late));
	else if (late < -old_answer)
		report_say(out, STATE_WARN, "alive, and its clock is %s ahead of ours",
			   age(text, -late));
	else
		report_say(out, STATE_OK, "alive");
}

/* No answer that counts, and why. */
static void judge_silence(const struct health_standing *s, const struct ask_view *view,
			  struct report *out)
{
	const struct ask *ask = &s->look->asks[view - s->look->views];
	char because[BECAUSE_TEXT], text[96];
	enum state state;

	if (was_throttled(view))
		report_say(out, STATE_UNKNOWN, "%s", throttled_text(s, text));
	else if (outcome_judge(ask, view, &state, because))
		report_say(out, state, "%s", because);
	else if (view->answered)
		report_say(out, STATE_UNKNOWN, "its last answer is too old to count");
	else
		report_say(out, STATE_UNKNOWN, "waiting for the answer of /health/live");
}

static void judge_process(const struct health_standing *s, struct report *out)
{
	const struct ask_view *view = health_view(s, HEALTH_LIVE);

	if (s->has[HEALTH_LIVE])
		judge_live(s, out);
	else if (view)
		judge_silence(s, view, out);
	else
		report_say(out, STATE_UNKNOWN,
			   "the process is not watched: /health/live is not in paths");
}

static void say_failed(const struct health_shards *shards, struct report *out)
{
	const char *error = shards->error[0] ? shards->error : "it does not say why";
	long all = shards->ok + shards->failed + shards->other;

	if (all > 1)
		finding(out, STATE_BAD, "%ld of %ld shards of the database are unreachable from "
			"the backend: %s", shards->failed, all, error);
	else
		finding(out, STATE_BAD, "the database is unreachable from the backend: %s", error);
}

static enum state judge_shards(const struct health_shards *shards, struct report *out)
{
	if (shards->failed > 0) {
		say_failed(shards, out);
		return STATE_BAD;
	}
	if (shards->ok > 0 && shards->other == 0)
		return STATE_OK;
	finding(out, STATE_UNKNOWN, shards->other > 0 ?
		"a shard of the database is neither ok nor in error" :
		"its list of database shards is empty");
	return STATE_UNKNOWN;
}

/* No list that counts. A backend that lives and cannot tell in time has a database that hangs. */
static enum state judge_no_shards(const struct health_standing *s, const struct ask_view *view,
				  struct report *out)
{
	bool fails = !view->good && (view->kind == REPLY_TIMEOUT ||
				     (view->kind == REPLY_ANSWER && view->status >= 500));
	enum state state = view->answered && fails ? STATE_BAD : STATE_UNKNOWN;
	char text[96];

	if (was_throttled(view))
		finding(out, state, "%s", throttled_text(s, text));
	else if (!view->answered)
		finding(out, state, "its database is not known yet");
	else if (view->good)
		finding(out, state, "what it said of its database is too old to count");
	else
		finding(out, state, "its database %s: %.150s",
			fails ? "does not answer it" : "is not known", view->error);
	return state;
}

static void judge_database(struct health_standing *s, struct report *out)
{
	const struct ask_view *view = health_view(s, HEALTH_SHARDS);

	if (s->has[HEALTH_SHARDS])
		s->database = judge_shards(&s->facts->shards, out);
	else if (view)
		s->database = judge_no_shards(s, view, out);
	if (!s->has[HEALTH_POOLS] || !(s->facts->waiting > 0))
		return;
	finding(out, STATE_WARN, "%g clients wait for a database connection", s->facts->waiting);
	if (s->database == STATE_OK)
		s->database = STATE_WARN;
}

/* A breaker that was closed is no evidence once Horizon fails; an open one stays one. */
const char *health_circuit(const struct health_standing *s)
{
	const struct health_deep *deep = &s->facts->deep;
	msec at = s->has[HEALTH_DEEP] ? health_view(s, HEALTH_DEEP)->good_at : 0;

	if (!s->has[HEALTH_DEEP] || !deep->circuit[0] || at - deep->timestamp > old_answer)
		return NULL;
	return strcmp(deep->circuit, "CLOSED") == 0 && s->look->chain->horizons != HORIZONS_WELL ?
	       NULL : deep->circuit;
}

static void judge_open(const struct health_standing *s, struct report *out)
{
	char seen[WHEN_TEXT];

	(void)age(seen, s->look->now - health_view(s, HEALTH_DEEP)->good_at);
	switch (s->look->chain->horizons) {
	case HORIZONS_WELL:
	case HORIZONS_LIMP:
		finding(out, STATE_WARN, "breaker open, Horizon is back: payments wait for its "
			"trial (seen %s ago)", seen);
		break;
	case HORIZONS_FAIL:
		finding(out, STATE_BAD, "breaker open and Horizon unreachable: payments are "
			"refused (seen %s ago)", seen);
		break;
	case HORIZONS_UNSEEN:
		finding(out, STATE_BAD, "breaker open: payments are refused, and no Horizon is "
			"seen that could tell why (seen %s ago)", seen);
		break;
	}
}

static void judge_circuit(const struct health_standing *s, struct report *out)
{
	const char *circuit = health_circuit(s);

	if (!circuit || strcmp(circuit, "CLOSED") == 0)
		return;
	if (strcmp(circuit, "OPEN") == 0)
		judge_open(s, out);
	else if (strcmp(circuit, "HALF_OPEN") == 0)
		finding(out, STATE_WARN, "breaker half open: the next payment is its trial");
	else
		finding(out, STATE_UNKNOWN, "its breaker says '%s'", circuit);
}

bool health_restarted(const struct health_standing *s)
{
	return s->has[HEALTH_LIVE] && s->facts->live.restarted_at > 0;
}

/* Room for every note below; a sentence that is too long is cut. */
static void note(struct report *out, const char *text)
{
	char before[BECAUSE_TEXT];

	memcpy(before, out->because, sizeof(before));
	(void)snprintf(out->because, sizeof(out->because), "%.150s; %.80s", before, text);
}

/* Beside an ok: what is known, and what is not. */
static void say_rest(const struct health_standing *s, struct report *out)
{
	const char *circuit = health_circuit(s);
	char text[96], ago[WHEN_TEXT];

	if (health_restarted(s) && s->look->now - s->facts->live.restarted_at < restart_shown_for) {
		(void)snprintf(text, sizeof(text), "restarted %s ago",
			       age(ago, s->look->now - s->facts->live.restarted_at));
		note(out, text);
	}
	if (out->state != STATE_OK)
		return;
	if (!health_view(s, HEALTH_SHARDS))
		note(out, "its database is not watched: not in paths");
	else
		note(out, "it reaches its database");
	if (circuit)
		note(out, "breaker closed");
	else if (health_view(s, HEALTH_DEEP))
		note(out, "breaker not known, it is asked for while every Horizon is well");
	if (s->has[HEALTH_METRICS] && s->facts->metrics.json)
		note(out, "its metrics come as JSON, without payments");
}

/* What a dead process said before is no more true. */
static void judge_all(struct health_standing *s, struct report *out)
{
	char text[96];

	judge_process(s, out);
	if (out->state == STATE_DOWN)
		return;
	judge_database(s, out);
	judge_circuit(s, out);
	if (s->throttled && s->throttled_until > s->look->now)
		finding(out, STATE_UNKNOWN, "%s", throttled_text(s, text));
	say_rest(s, out);
}

/* That it lives says nothing of its database, which is asked for next. */
static bool awaits_shards(const struct health_standing *s)
{
	const struct ask_view *view = health_view(s, HEALTH_SHARDS);

	return view && !view->answered;
}

void health_judge(const struct look *look, struct report *out)
{
	const struct health_config *config = look->config;
	struct health_standing s;

	if (config->rules.count > 0) {
		health_rules_judge(look, out);
		return;
	}
	weigh(look, &s);
	if (!out->asking || look->ask_count == 0) {
		out->asking = false;
		judge_all(&s, out);
		out->asking = out->state == STATE_UNKNOWN && !s.throttled && awaits_shards(&s);
	}
	health_publish(&s, look->facts, out);
}
