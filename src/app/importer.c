/*
 * importer.c: who is asked, and when it is over. Everything is asked at once and has the same ten
 * seconds; what has come then is put together in one go, in the order that importer_inside.h names.
 */
#include "app/importer.h"

#include <stdio.h>
#include <string.h>

#include "app/importer_inside.h"
#include "backends/prometheus.h"
#include "base/mem.h"
#include "base/outside.h"
#include "io/errand.h"

#define PATIENCE (10 * WHEN_SECOND)

enum { ANSWERS = 8 * (PROMETHEUS_CHECKS + 2) };

/* What a range query is for. */
enum purpose { FOR_COVER, FOR_ALERTS, FOR_SIGNAL };

static const char cover_query[] = "count(up)";
static const char alerts_query[] = "ALERTS{alertstate=\"firing\"}";

struct answer {
	struct importer *importer;
	const struct prometheus_config *prometheus;
	enum purpose purpose;
	const char *signal;		/* its name */
	const char *query;
	struct errand *errand;		/* NULL: it has come */
	json_t *root;			/* NULL: failed */
	char why[BECAUSE_TEXT];
};

struct importer {
	struct estate *estate;
	struct errands *errands;
	struct hour hour;
	struct answer answers[ANSWERS];
	size_t count, waiting;
	struct loop_timer later;	/* when nobody is asked */
	importer_done *done;
	importer_course_done *course;	/* instead of it: nothing but the signals is asked for */
	void *arg;
};

static void free_importer(struct importer *importer)
{
	loop_timer_stop(importer->estate->loop, &importer->later);
	errands_free(importer->errands);
	for (size_t i = 0; i < importer->count; i++)
		json_decref(importer->answers[i].root);
	hour_done(&importer->hour);
	mem_free(importer);
}

void importer_cancel(struct importer *importer)
{
	if (importer)
		free_importer(importer);
}

static const json_t *result_of(const struct answer *answer)
{
	return json_at(answer->root, "data.result");
}

static void take(struct importer *importer, enum purpose purpose)
{
	struct hour *hour = &importer->hour;
	const struct world *world = importer->estate->world;

	for (size_t i = 0; i < importer->count; i++) {
		const struct answer *answer = &importer->answers[i];
		int signal = answer->signal ? world_find_signal(world, answer->signal) : -1;

		if (answer->purpose != purpose || !answer->root)
			continue;
		if (purpose == FOR_COVER)
			range_cover(hour, result_of(answer));
		else if (purpose == FOR_ALERTS)
			range_alerts(hour, world, answer->prometheus->watchdog, result_of(answer));
		else if (signal >= 0)
			range_signal(hour, &world->signals[signal], result_of(answer));
	}
}

/* Why nobody has a minute that this console does not have. */
static void say_why(const struct importer *importer, char out[BECAUSE_TEXT])
{
	(void)snprintf(out, BECAUSE_TEXT, "nobody recorded, and %s", importer->count == 0 ?
		       "no prometheus is configured" : "Prometheus has no samples");
	for (size_t i = 0; i < importer->count; i++) {
		const struct answer *answer = &importer->answers[i];

		if (answer->purpose == FOR_COVER && !answer->root)
			(void)snprintf(out, BECAUSE_TEXT, "nobody recorded, and %.40s: %.150s",
				       answer->prometheus->source.name, answer->why);
	}
}

/* What one question would have told, where the server answered others. */
static void say_failures(struct importer *importer)
{
	struct hour *hour = &importer->hour;
	bool answers = false;

	for (size_t i = 0; i < importer->count; i++) {
		const struct answer *answer = &importer->answers[i];
		struct event_data data = { .has = 0 };

		if (answer->purpose == FOR_COVER)
			answers = answer->root != NULL;
		if (!answers || answer->root || !hour_is_partial(hour))
			continue;
		EVENT_SET(data, when, hour->from);
		EVENT_SET(data, until, hour->until);
		EVENT_SET(data, reason, arena_fmt(&hour->arena, "%s of %s: %s",
						  answer->signal ? answer->signal : "the alerts",
						  answer->prometheus->source.name, answer->why));
		hour_add(hour, hour->from, EVENT_RECORDING_GAP, &data);
	}
}

/* As it came and as it was recorded; redacted, so that no secret gets into a file. */
static void write_evidence(const struct importer *importer, struct buf *out)
{
	const struct hour *hour = &importer->hour;
	json_t *root = json_object(), *asked = json_array();
	struct buf text = { 0 };

	json_set_text(root, "schema", "binnacle.flight/1");
	json_set_time(root, "from", hour->from);
	json_set_time(root, "until", hour->until);
	json_set(root, "recorded", past_series(hour, importer->estate->world));
	for (size_t i = 0; i < importer->count; i++) {
		const struct answer *answer = &importer->answers[i];
		json_t *item = json_object();
		json_t *result = (json_t *)(uintptr_t)result_of(answer);

		json_set_text(item, "source", answer->prometheus->source.name);
		json_set_text(item, "signal", answer->signal);
		json_set_text(item, "query", answer->query);
		json_set_text(item, "error", answer->root ? NULL : answer->why);
		json_set(item, "result", result ? json_incref(result) : json_null());
		json_array_append_new(asked, item);
	}
	json_set(root, "prometheus", asked);
	json_write(&text, root);
	json_decref(root);
	outside(out, str_sub(buf_cstr(&text), text.len));
	buf_done(&text);
}

static void finish(struct importer *importer)
{
	struct hour *hour = &importer->hour;
	char why[BECAUSE_TEXT];
	struct buf text = { 0 };
	struct str evidence;

	past_cover(hour, importer->estate->world);
	take(importer, FOR_COVER);
	take(importer, FOR_ALERTS);
	past_take(hour, importer->estate->world);
	take(importer, FOR_SIGNAL);
	say_why(importer, why);
	hour_gaps(hour, why);
	say_failures(importer);
	write_evidence(importer, &text);
	evidence = str_sub(buf_cstr(&text), text.full ? 0 : text.len);
	hour_close(hour, evidence);
	importer->done(importer->arg, hour->orders, hour->count, evidence);
	buf_done(&text);
	free_importer(importer);
}

static void finish_course(struct importer *importer)
{
	const char *why = importer->count == 0 ? "no prometheus has signals" : "";
	struct buf text = { 0 };
	bool any = false;

	for (size_t i = 0; i < importer->count; i++) {
		any = any || importer->answers[i].root;
		if (!*why && !importer->answers[i].root)
			why = importer->answers[i].why;
	}
	if (any)
		write_evidence(importer, &text);
	if (text.full)
		why = "the answers are too long";
	importer->course(importer->arg, str_sub(buf_cstr(&text), text.full ? 0 : text.len), why);
	buf_done(&text);
	free_importer(importer);
}

static void on_later(void *arg)
{
	struct importer *importer = arg;

	if (importer->course)
		finish_course(importer);
	else
		finish(importer);
}

static void read_answer(struct answer *answer, const struct reply *reply)
{
	struct err err = { 0 };

	if (reply->kind != REPLY_ANSWER) {
		(void)str_put(answer->why, sizeof(answer->why), reply->why);
		return;
	}
	answer->root = json_read(reply->body, JSON_MAX_PINNED, &err);
	if (!answer->root) {
		(void)snprintf(answer->why, sizeof(answer->why), "HTTP %d, %.200s", reply->status,
			       err.text);
	} else if (!json_is_array(result_of(answer))) {
		if (!json_put_at(answer->root, "error", answer->why, sizeof(answer->why)))
			(void)snprintf(answer->why, sizeof(answer->why), "HTTP %d without a result",
				       reply->status);
		json_decref(answer->root);
		answer->root = NULL;
	}
}

static void on_reply(void *arg, const struct reply *reply)
{
	struct answer *answer = arg;
	struct importer *importer = answer->importer;

	answer->errand = NULL;
	read_answer(answer, reply);
	if (--importer->waiting == 0)
		loop_timer_set(importer->estate->loop, &importer->later, 0);
}

static void put_encoded(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_fmt(out, "%%%02X", (unsigned)(unsigned char)*text);
}

static void ask(struct importer *importer, const struct answer *what)
{
	const struct hour *hour = &importer->hour;
	struct answer *answer;
	struct buf path = { 0 };
	struct errand_plan plan = { .source = &what->prometheus->source, .timeout = PATIENCE,
				    .max_body = JSON_MAX_PINNED };

	if (importer->count == ANSWERS)
		return;
	answer = &importer->answers[importer->count++];
	*answer = *what;
	answer->importer = importer;
	buf_text(&path, "/api/v1/query_range?query=");
	put_encoded(&path, what->query);
	buf_fmt(&path, "&start=%lld&end=%lld&step=%lld", (long long)(hour->from / WHEN_SECOND),
		(long long)(hour->until / WHEN_SECOND), (long long)(hour->step / WHEN_SECOND));
	plan.path = buf_cstr(&path);
	importer->waiting++;
	answer->errand = errand_start(importer->errands, &plan, on_reply, answer);
	buf_done(&path);
}

static void ask_signals_of(struct importer *importer, const struct prometheus_config *prometheus)
{
	for (size_t i = 0; i < prometheus->check_count; i++)
		ask(importer, &(struct answer){
			.prometheus = prometheus, .purpose = FOR_SIGNAL,
			.signal = prometheus->checks[i].name, .query = prometheus->checks[i].query });
}

static void ask_all_of(struct importer *importer, const struct prometheus_config *prometheus)
{
	ask(importer, &(struct answer){ .prometheus = prometheus, .purpose = FOR_COVER,
					.query = cover_query });
	ask(importer, &(struct answer){ .prometheus = prometheus, .purpose = FOR_ALERTS,
					.query = alerts_query });
	ask_signals_of(importer, prometheus);
}

static const struct prometheus_config *prometheus_at(const struct estate *estate, size_t index)
{
	const struct source_config *source = settings_source(estate->settings, index);

	return strcmp(source->kind, "prometheus") == 0 ?
	       (const struct prometheus_config *)source : NULL;
}

/* Every Prometheus that is configured, by one of the two above. */
static void ask_everybody(struct importer *importer,
			  void (*ask_of)(struct importer *, const struct prometheus_config *))
{
	struct estate *estate = importer->estate;

	for (size_t i = 0; i < estate->settings->sources.count; i++) {
		const struct prometheus_config *prometheus = prometheus_at(estate, i);

		if (prometheus)
			ask_of(importer, prometheus);
	}
	if (importer->waiting == 0)
		loop_timer_set(estate->loop, &importer->later, 0);
}

static struct importer *importer_new(struct estate *estate, const struct context *context,
				     void *arg)
{
	struct importer *importer = mem_new(sizeof(*importer));

	importer->estate = estate;
	importer->errands = errands_new(estate->loop, context->environment);
	importer->arg = arg;
	importer->later.call = on_later;
	importer->later.arg = importer;
	return importer;
}

struct importer *importer_start(struct estate *estate, const struct context *context, msec from,
				msec until, importer_done *done, void *arg)
{
	struct importer *importer = importer_new(estate, context, arg);

	importer->done = done;
	hour_init(&importer->hour, from, until, estate->settings->operator);
	ask_everybody(importer, ask_all_of);
	return importer;
}

struct importer *importer_course(struct estate *estate, const struct context *context, msec from,
				 msec until, importer_course_done *done, void *arg)
{
	struct importer *importer = importer_new(estate, context, arg);

	importer->course = done;
	hour_init_course(&importer->hour, from, until);
	ask_everybody(importer, ask_signals_of);
	return importer;
}

bool importer_has_signals(const struct estate *estate)
{
	for (size_t i = 0; i < estate->settings->sources.count; i++) {
		const struct prometheus_config *prometheus = prometheus_at(estate, i);

		if (prometheus && prometheus->check_count > 0)
			return true;
	}
	return false;
}
