#include "backends/dns.h"

#include <assert.h>
#include <math.h>

#include "backends/answer.h"
#include "backends/kinds.h"
#include "base/outside.h"

enum { ADDRESSES = 16, ADDRESS_TEXT = 64 };

struct dns_facts {
	char addresses[ADDRESSES][ADDRESS_TEXT];
	size_t count;
};

static const struct setting settings[] = {
	{ .key = "name", .type = SETTING_TEXT, .offset = offsetof(struct dns_config, host),
	  .required = true, .help = "The name to be resolved." },
	{ .key = "server", .type = SETTING_TEXT, .offset = offsetof(struct dns_config, server),
	  .help = "Address of the name server to ask; the system's when absent." },
	SOURCE_SETTINGS(struct dns_config, "30s", "5s"),
	SETTING_END
};

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct source_config *source = config;

	assert(max >= 1);
	out[0] = (struct ask){
		.name = "resolve", .what = "resolve", .via = ASK_DNS, .every = source->every,
		.timeout = source->timeout, .blinds = "whether names resolve",
	};
	return 1;
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	const struct dns_config *config = look->config;

	(void)ask;
	return str_put(out->host, sizeof(out->host), config->host) &&
	       str_put(out->server, sizeof(out->server), config->server ? config->server : "");
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[200])
{
	struct dns_facts *out = facts;

	(void)ask;
	(void)config;
	if (reply->rows.count == 0) {
		(void)str_put(why, 200, "the name has no address");
		return DECODED_BAD;
	}
	out->count = reply->rows.count < ADDRESSES ? reply->rows.count : ADDRESSES;
	for (size_t i = 0; i < out->count; i++)
		(void)outside_put(out->addresses[i], ADDRESS_TEXT,
				str_of(rows_cell(&reply->rows, i, "address")));
	return DECODED_GOOD;
}

static void publish(const struct look *look, struct report *out)
{
	const struct dns_facts *facts = look->facts;
	const struct ask_view *view = look->views;
	json_t *addresses = json_array();

	for (size_t i = 0; view->good && i < facts->count; i++)
		(void)json_array_append_new(addresses, json_string(facts->addresses[i]));
	out->fields = json_object();
	json_set(out->fields, "addresses", addresses);
	answer_set_count(out->fields, "took_ms", view->good ? (double)view->took : (double)NAN);
}

static void judge(const struct look *look, struct report *out)
{
	const struct dns_facts *facts = look->facts;
	const struct dns_config *config = look->config;
	const struct ask_view *view = look->views;
	char because[BECAUSE_TEXT];
	enum state state;

	if (outcome_judge(look->asks, view, &state, because)) {
		bool unresolved = view->kind == REPLY_NO_NAME || view->kind == REPLY_ANSWER;

		if (unresolved)
			report_say(out, STATE_BAD, "%.60s does not resolve: %.150s", config->host,
				   view->error);
		else
			report_say(out, state, "%s", because);
	} else if (view->answered) {
		report_say(out, STATE_OK, "%.60s is %s%s", config->host, facts->addresses[0],
			   facts->count > 1 ? " and others" : "");
	}
	publish(look, out);
}

const struct backend dns_backend = {
	.kind = "dns",
	.settings = settings,
	.config_size = sizeof(struct dns_config),
	.facts_size = sizeof(struct dns_facts),
	.rank = 2,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = judge,
};
