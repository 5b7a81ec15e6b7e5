#include "backends/grafana.h"

#include <assert.h>

#include "backends/answer.h"
#include "backends/kinds.h"

static const struct setting settings[] = {
	URL_SETTING(struct grafana_config),
	SOURCE_SETTINGS(struct grafana_config, "60s", "5s"),
	HTTP_SETTINGS(struct grafana_config),
	{ .key = "links", .type = SETTING_PAIRS, .offset = offsetof(struct grafana_config, links),
	  .help = "Dashboards to be offered: a name, and a URL or a path of this Grafana." },
	SETTING_END
};

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct source_config *source = config;

	assert(max >= 1);
	out[0] = (struct ask){
		.name = "health", .what = "GET /api/health", .via = ASK_HTTP,
		.every = source->every, .timeout = source->timeout,
		.blinds = "whether the links lead anywhere",
	};
	return 1;
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	(void)look;
	(void)ask;
	return buf_text(&out->path, "/api/health");
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[200])
{
	struct grafana_facts *out = facts, read = { .version = "" };
	json_t *root = answer_json(ask, reply, why);
	bool good;

	(void)config;
	if (!root)
		return DECODED_BAD;
	good = json_put_at(root, "database", read.database, sizeof(read.database));
	(void)json_put_at(root, "version", read.version, sizeof(read.version));
	json_decref(root);
	if (!good) {
		(void)str_put(why, 200, "no database in it: is this a Grafana?");
		return DECODED_BAD;
	}
	*out = read;
	return DECODED_GOOD;
}

/* A path is completed by the base URL, so that what is shown can be opened as it is. */
static json_t *link_of(const struct look *look, const struct pair *pair)
{
	struct buf url = { .max = 1024 };
	struct str base = backend_url(look->config, 0);
	json_t *link = json_object();

	if (pair->value[0] == '/')
		(void)buf_add(&url, base.p, base.len);
	(void)buf_text(&url, pair->value);
	json_set_text(link, "name", pair->name);
	json_set_text(link, "url", buf_cstr(&url));
	buf_done(&url);
	return link;
}

static void judge(const struct look *look, struct report *out)
{
	const struct grafana_config *config = look->config;
	const struct grafana_facts *facts = look->facts;
	const struct ask_view *view = look->views;
	json_t *links = json_array();
	char because[BECAUSE_TEXT];
	enum state state;

	if (outcome_judge(look->asks, view, &state, because))
		report_say(out, state, "%s", because);
	else if (view->answered && !str_eq(str_of(facts->database), "ok"))
		report_say(out, STATE_BAD, "its database is '%s'", facts->database);
	else if (view->answered)
		report_say(out, STATE_OK, "version %s", facts->version);
	for (size_t i = 0; i < config->links.count; i++)
		(void)json_array_append_new(links, link_of(look, &config->links.items[i]));
	out->fields = json_object();
	json_set(out->fields, "links", links);
}

const struct backend grafana_backend = {
	.kind = "grafana",
	.settings = settings,
	.config_size = sizeof(struct grafana_config),
	.facts_size = sizeof(struct grafana_facts),
	.rank = 2,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = judge,
};
