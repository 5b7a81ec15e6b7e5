#include "tests/lib/desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

void desk_open(struct desk *desk, const struct backend *backend, void *config)
{
	struct source_config *source = config;

	memset(desk, 0, sizeof(*desk));
	source->every = source->every > 0 ? source->every : 10 * WHEN_SECOND;
	source->timeout = source->timeout > 0 ? source->timeout : 5 * WHEN_SECOND;
	desk->now = (struct now){ .wall = DESK_START, .steady = 1000 };
	desk->chain = (struct chain){ .closed_at = WHEN_NEVER, .seen_at = WHEN_NEVER,
				      .activity_after = WHEN_NEVER };
	desk->cursor = (struct cursor){ .processed_at = WHEN_NEVER };
	probe_init(&desk->probe, backend, config, desk->now);
}

void desk_close(struct desk *desk)
{
	report_done(&desk->report);
	probe_done(&desk->probe);
}

void desk_wait(struct desk *desk, msec d)
{
	desk->now.wall += d;
	desk->now.steady += d;
}

size_t desk_ask(const struct desk *desk, const char *name, unsigned target, unsigned index)
{
	for (size_t i = 0; i < desk->probe.ask_count; i++) {
		const struct ask *ask = &desk->probe.asks[i];

		if (strcmp(ask->name, name) == 0 && ask->target == target && ask->index == index)
			return i;
	}
	fail_msg("no ask %s of target %u, index %u", name, target, index);
	return 0;
}

static void prepare(struct desk *desk, size_t ask, char *path, char *body, size_t size)
{
	struct request request = { 0 };
	struct look look;

	path[0] = body[0] = '\0';
	probe_look(&desk->probe, &desk->chain, &desk->cursor, desk->now.wall, &look);
	if (desk->probe.backend->prepare(&look, ask, &request)) {
		(void)str_put(path, size, buf_cstr(&request.path));
		(void)str_put(body, size, buf_cstr(&request.body));
	}
	buf_done(&request.path);
	buf_done(&request.body);
}

const char *desk_path(struct desk *desk, size_t ask)
{
	static char path[4096], body[sizeof(path)];

	prepare(desk, ask, path, body, sizeof(path));
	return path;
}

const char *desk_body(struct desk *desk, size_t ask)
{
	static char path[4096], body[sizeof(path)];

	prepare(desk, ask, path, body, sizeof(path));
	return body;
}

struct reply desk_reply(const struct desk *desk, const char *body)
{
	return (struct reply){
		.kind = REPLY_ANSWER, .at = desk->now.wall, .took = 20, .status = 200,
		.body = str_of(body), .content_type = "application/json", .date = WHEN_NEVER,
		.retry_after = WHEN_NEVER, .rate_remaining = -1,
	};
}

void desk_take(struct desk *desk, size_t ask, const struct reply *reply)
{
	probe_started(&desk->probe, ask, desk->now);
	probe_take(&desk->probe, ask, reply, desk->now);
	(void)str_put(desk->decoding, sizeof(desk->decoding), desk->probe.views[ask].error);
}

void desk_answer(struct desk *desk, size_t ask, int status, const char *body)
{
	struct reply reply = desk_reply(desk, body);

	reply.status = status;
	desk_take(desk, ask, &reply);
}

void desk_fail(struct desk *desk, size_t ask, enum reply_kind kind)
{
	struct reply reply = desk_reply(desk, NULL);

	reply.kind = kind;
	reply.status = 0;
	reply.took = kind == REPLY_TIMEOUT ? desk->probe.asks[ask].timeout + 3 : reply.took;
	(void)str_put(reply.why, sizeof(reply.why), "the test says so");
	desk_take(desk, ask, &reply);
}

const struct report *desk_judge(struct desk *desk)
{
	report_done(&desk->report);
	probe_judge(&desk->probe, &desk->chain, &desk->cursor, desk->now.wall, &desk->report);
	return &desk->report;
}

void desk_expect(struct desk *desk, enum state state, const char *word)
{
	const struct report *report = desk_judge(desk);

	if (report->state != state || !strstr(report->because, word))
		fail_msg("is %s (%s), wanted %s with \"%s\"", state_word(report->state),
			 report->because, state_word(state), word);
}

const struct reading *desk_reading(const struct desk *desk, const char *name)
{
	for (size_t i = 0; i < desk->report.reading_count; i++)
		if (strcmp(desk->report.readings[i].name, name) == 0)
			return &desk->report.readings[i];
	return NULL;
}
