#include "backends/version.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/kinds.h"
#include "base/outside.h"

enum { WHY = 200 };

static const msec version_every = WHEN_MINUTE, rota_every = 5 * WHEN_MINUTE;
static const msec command_timeout = 10 * WHEN_SECOND;

struct version_facts {
	char told[VERSION_COMMANDS][NAME_TEXT];
	struct version versions[VERSION_COMMANDS];	/* lent to the report */
	struct duty duties[VERSION_COMMANDS];
};

/* Nothing of it can be set: it is made, not configured. */
static const struct setting settings[] = { SETTING_END };

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct version_config *all = config;

	assert(all->count <= max);
	for (size_t i = 0; i < all->count; i++) {
		bool rota = !all->commands[i].component;

		out[i] = (struct ask){
			.name = rota ? "rota" : "version", .what = all->commands[i].what,
			.blinds = rota ? "who is on call" : "which version runs, and since when",
			.via = ASK_COMMAND, .target = (unsigned)i,
			.every = rota ? rota_every : version_every, .timeout = command_timeout,
		};
	}
	return all->count;
}

static struct str target(const void *config, unsigned target)
{
	const struct version_config *all = config;

	return target < all->count ? str_of(all->commands[target].argv.items[0]) : str_of(NULL);
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	const struct version_config *config = look->config;

	out->argv = &config->commands[ask].argv;
	return true;
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	struct version_facts *all = facts;
	struct str rest = reply->body, line = { 0 };

	(void)config;
	if (reply->status != 0) {
		char text[WHY];

		outside_put(text, sizeof(text), str_of(reply->why));
		(void)snprintf(why, WHY, "the command exited with %d%s%.150s", reply->status,
			       text[0] ? ": " : "", text);
		return DECODED_BAD;
	}
	if (str_cut(&rest, '\n', &line))
		line = str_trim(line);
	if (line.len == 0) {
		(void)snprintf(why, WHY, "the command printed nothing in its first line");
		return DECODED_BAD;
	}
	outside_put(all->told[ask->target], NAME_TEXT, line);
	return DECODED_GOOD;
}

static void lend(const struct look *look, struct report *out)
{
	const struct version_config *config = look->config;
	struct version_facts *facts = look->facts;

	for (size_t i = 0; i < config->count; i++) {
		const struct version_command *command = &config->commands[i];
		const struct ask_view *view = &look->views[i];

		if (!command->component) {
			struct duty *duty = &facts->duties[out->duty_count++];

			*duty = (struct duty){ .contact = command->contact };
			if (answer_is_current(look, i))
				str_put(duty->on_call, sizeof(duty->on_call), facts->told[i]);
		} else if (view->good_at != WHEN_NEVER) {
			struct version *version = &facts->versions[out->version_count++];

			*version = (struct version){ .seen_at = view->good_at };
			str_put(version->component, sizeof(version->component), command->component);
			str_put(version->text, sizeof(version->text), facts->told[i]);
		}
	}
	out->versions = facts->versions;
	out->duties = facts->duties;
}

static json_t *fields(const struct look *look)
{
	const struct version_config *config = look->config;
	const struct version_facts *facts = look->facts;
	json_t *out = json_object(), *all = json_array();

	for (size_t i = 0; i < config->count; i++) {
		json_t *one = json_object();
		bool good = answer_is_current(look, i);

		json_set_text(one, "name", config->commands[i].what);
		json_set_text(one, "value", good ? facts->told[i] : NULL);
		json_array_append_new(all, one);
	}
	json_set(out, "commands", all);
	return out;
}

static void judge(const struct look *look, struct report *out)
{
	const struct version_config *config = look->config;
	char because[BECAUSE_TEXT], more[48];
	size_t failing = 0;
	enum state state;

	out->fields = fields(look);
	lend(look, out);
	if (out->asking)
		return;
	for (size_t i = 0; i < config->count; i++)
		failing += look->views[i].answered && !look->views[i].good;
	report_say(out, STATE_OK, "every command answers, %zu of them", config->count);
	for (size_t i = 0; i < config->count; i++)
		if (outcome_judge(&look->asks[i], &look->views[i], &state, because)) {
			(void)snprintf(more, sizeof(more), "; and %zu more", failing - 1);
			report_say(out, STATE_UNKNOWN, "%s: %s%s", config->commands[i].what,
				   because, failing > 1 ? more : "");
			return;
		}
	for (size_t i = 0; i < config->count; i++)
		if (!look->views[i].answered)
			finding(out, STATE_UNKNOWN, "%s: no answer yet", config->commands[i].what);
}

const struct backend version_backend = {
	.kind = "version",
	.settings = settings,
	.config_size = sizeof(struct version_config),
	.facts_size = sizeof(struct version_facts),
	.rank = 2,
	.target = target,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = judge,
};
