#include "app/recovery_ask.h"

#include <stdio.h>
#include <string.h>

#include "base/outside.h"
#include "io/command.h"
#include "io/fences.h"

struct turn {				/* one question, while the loop runs */
	struct recovery_ask *ask;
	struct recovery_answer *out;
};

void recovery_answer_done(struct recovery_answer *answer)
{
	buf_done(&answer->body);
	*answer = (struct recovery_answer){ .at = WHEN_NEVER };
}

void recovery_ask_done(struct recovery_ask *ask)
{
	if (ask->http)
		http_free(ask->http);
	if (ask->resolver)
		resolver_free(ask->resolver);
	errands_free(ask->errands);
	*ask = (struct recovery_ask){ .work = ask->work };
}

static msec now_of(const struct recovery_ask *ask)
{
	return loop_now(ask->work->loop).steady;
}

static void begin(struct recovery_answer *out)
{
	recovery_answer_done(out);
}

/* Until the answer has stopped the loop. */
static void await(struct turn *turn)
{
	msec started = now_of(turn->ask);

	loop_run(turn->ask->work->loop);
	turn->out->at = loop_now(turn->ask->work->loop).wall;
	turn->out->took = now_of(turn->ask) - started;
}

static const struct source_config *find_source(const struct recovery_ask *ask, const char *name)
{
	const struct settings *settings = &ask->work->settings;

	for (size_t i = 0; i < settings->sources.count; i++)
		if (!strcmp(settings_source(settings, i)->name, name))
			return settings_source(settings, i);
	return NULL;
}

static void on_http(void *arg, const struct reply *reply)
{
	struct turn *turn = arg;
	struct recovery_answer *out = turn->out;
	bool has_code = reply->kind == REPLY_ANSWER && reply->status >= 100 && reply->status <= 999;

	out->reached = reply->kind == REPLY_ANSWER;
	out->well = out->reached && reply->status >= 200 && reply->status < 300;
	snprintf(out->code, sizeof(out->code), "%03u",
		 has_code ? (unsigned)reply->status % 1000U : 0U);
	buf_add(&out->body, reply->body.p, reply->body.len);
	if (!out->reached)
		str_put(out->why, sizeof(out->why), reply->why);
	else if (!out->well)
		snprintf(out->why, sizeof(out->why), "it answers %d", reply->status);
	loop_stop(turn->ask->work->loop);
}

void recovery_url(struct recovery_ask *ask, const char *url, const char *body, msec timeout,
		  struct recovery_answer *out)
{
	struct turn turn = { ask, out };
	const struct http_ask what = {
		.base = str_of(url), .path = "", .body = str_of(body), .timeout = timeout,
		.max_body = JSON_MAX_PINNED, .counted = body != NULL,
	};

	begin(out);
	if (!ask->resolver)
		ask->resolver = resolver_new(ask->work->loop, NULL);
	if (!ask->http)
		ask->http = http_new(ask->work->loop, ask->resolver);
	http_send(ask->http, &what, on_http, &turn);
	await(&turn);
}

void recovery_post(struct recovery_ask *ask, const char *source, const char *body, msec timeout,
		   struct recovery_answer *out)
{
	struct turn turn = { ask, out };
	const struct errand_plan plan = {
		.source = find_source(ask, source), .path = "", .body = str_of(body),
		.timeout = timeout, .max_body = JSON_MAX_PINNED,
	};

	begin(out);
	if (!plan.source) {
		snprintf(out->why, sizeof(out->why), "there is no source %s", source);
		return;
	}
	if (!ask->errands)
		ask->errands = errands_new(ask->work->loop, ask->work->context->environment);
	errand_start(ask->errands, &plan, on_http, &turn);
	await(&turn);
}

static void on_fence(void *arg, const struct fence_answer *answer)
{
	struct turn *turn = arg;
	struct recovery_answer *out = turn->out;
	struct str text = str_trim(answer->text), line;

	out->reached = answer->ran;
	out->well = answer->ran && answer->well;
	buf_add(&out->body, answer->text.p, answer->text.len);
	if (!out->well && str_cut(&text, '\n', &line))
		outside_put(out->why, sizeof(out->why), line);
	if (!out->well && !out->why[0])
		str_put(out->why, sizeof(out->why), "it could not be asked");
	loop_stop(turn->ask->work->loop);
}

void recovery_sql(struct recovery_ask *ask, const char *source, const char *query, bool write,
		  msec timeout, struct recovery_answer *out)
{
	struct turn turn = { ask, out };
	const struct fence fence = { .lang = LANG_SQL, .word = "sql", .text = query,
				     .runnable = true, .write = write, .source = source,
				     .node = "" };
	const struct fence_plan plan = {
		.loop = ask->work->loop, .environment = ask->work->context->environment,
		.fence = &fence, .source = find_source(ask, source), .timeout = timeout,
	};

	begin(out);
	if (!plan.source) {
		snprintf(out->why, sizeof(out->why), "there is no source %s", source);
		return;
	}
	fences_start(&plan, on_fence, &turn);
	await(&turn);
}

static void on_command(void *arg, const struct reply *reply)
{
	struct turn *turn = arg;
	struct recovery_answer *out = turn->out;

	out->reached = reply->kind == REPLY_ANSWER;
	out->well = out->reached && reply->status == 0;
	buf_add(&out->body, reply->body.p, reply->body.len);
	if (!out->reached)
		str_put(out->why, sizeof(out->why), reply->why);
	else if (!out->well)
		snprintf(out->why, sizeof(out->why), "it exits %d%s%s", reply->status,
			 reply->why[0] ? ": " : "", reply->why);
	loop_stop(turn->ask->work->loop);
}

void recovery_command(struct recovery_ask *ask, const struct texts *argv, msec timeout,
		      struct recovery_answer *out)
{
	struct turn turn = { ask, out };
	const struct command_plan plan = {
		.loop = ask->work->loop, .argv = argv,
		.environment = ask->work->context->environment, .timeout = timeout,
	};

	begin(out);
	command_start(&plan, on_command, &turn);
	await(&turn);
}

static void on_asked(void *arg)
{
	struct turn *turn = arg;

	estate_settle(&turn->ask->work->estate);
	loop_stop(turn->ask->work->loop);
}

void recovery_source(struct recovery_ask *ask, const char *source, msec timeout,
		     struct recovery_answer *out)
{
	const struct world *world = ask->work->estate.world;
	struct turn turn = { ask, out };
	int index = world_find_source(world, source);

	begin(out);
	if (index < 0) {
		snprintf(out->why, sizeof(out->why), "there is no source %s", source);
		return;
	}
	prober_once(ask->work->estate.prober, now_of(ask) + timeout, on_asked, &turn);
	await(&turn);
	out->reached = true;
	out->well = world->sources[index].state == STATE_OK;
	if (!out->well)
		snprintf(out->why, sizeof(out->why), "%s: %s",
			 state_word(world->sources[index].state), world->sources[index].because);
}

static void on_pause(void *arg)
{
	struct turn *turn = arg;

	loop_stop(turn->ask->work->loop);
}

void recovery_pause(struct recovery_ask *ask, msec pause)
{
	struct turn turn = { ask, NULL };
	struct loop_timer timer = { .call = on_pause, .arg = &turn };

	loop_timer_set(ask->work->loop, &timer, now_of(ask) + pause);
	loop_run(ask->work->loop);
}
