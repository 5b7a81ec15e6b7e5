#include "backends/http.h"

#include <assert.h>
#include <math.h>

#include "backends/answer.h"
#include "backends/kinds.h"

struct http_facts {
	char nothing;	/* the view knows it all */
};

static const struct setting settings[] = {
	URL_SETTING(struct http_config),
	SOURCE_SETTINGS(struct http_config, "30s", "5s"),
	HTTP_SETTINGS(struct http_config),
	{ .key = "slow", .type = SETTING_DURATION, .offset = offsetof(struct http_config, slow),
	  .def = "2s", .min = 100, .max = 60000, .help = "An answer that takes longer is a warning." },
	SETTING_END
};

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct source_config *source = config;

	assert(max >= 1);
	out[0] = (struct ask){
		.name = "get", .what = "GET", .via = ASK_HTTP, .every = source->every,
		.timeout = source->timeout, .max_body = JSON_MAX_PINNED,
		.blinds = "whether it answers",
	};
	return 1;
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	(void)look;
	(void)ask;
	out->accept = "*/*";
	return true;
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[200])
{
	(void)ask;
	(void)config;
	(void)facts;
	return answer_is_ok(reply, why) ? DECODED_GOOD : DECODED_BAD;
}

static void judge(const struct look *look, struct report *out)
{
	const struct http_config *config = look->config;
	const struct ask_view *view = look->views;
	bool answered = view->answered && view->kind == REPLY_ANSWER;
	char because[BECAUSE_TEXT];
	enum state state;

	if (outcome_judge(look->asks, view, &state, because))
		report_say(out, state, "%s", because);
	else if (view->answered && view->took > config->slow)
		report_say(out, STATE_WARN, "slow: answered in %.1f s", (double)view->took / 1000);
	else if (view->answered)
		report_say(out, STATE_OK, "answers %d", view->status);
	out->fields = json_object();
	answer_set_count(out->fields, "status_code", answered ? (double)view->status : (double)NAN);
}

const struct backend http_backend = {
	.kind = "http",
	.settings = settings,
	.config_size = sizeof(struct http_config),
	.facts_size = sizeof(struct http_facts),
	.rank = 2,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = judge,
};
