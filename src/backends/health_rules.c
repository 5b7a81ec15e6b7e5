/*
 * health_rules.c: another platform's answers, judged by the rules of the configuration alone. Each
 * path is asked once, whatever many rules read its answer.
 */
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/health.h"

enum { WHY = 200 };

size_t health_rule_count(const struct health_config *config)
{
	return config->rules.count < HEALTH_RULES ? config->rules.count : HEALTH_RULES;
}

const struct health_rule *health_rules(const struct health_config *config)
{
	return config->rules.data;
}

/* The index of an ask is the first rule of its path. */
static bool is_first(const struct health_rule *rules, size_t rule)
{
	for (size_t i = 0; i < rule; i++)
		if (strcmp(rules[i].path, rules[rule].path) == 0)
			return false;
	return true;
}

/* The paths of the rules may be asked unless the configuration lists others. */
static bool may_ask(const struct health_config *config, const char *path)
{
	return config->paths.count == 0 || health_may_ask(config, path);
}

size_t health_rules_asks(const struct health_config *config, struct ask *out, size_t max)
{
	const struct health_rule *rules = health_rules(config);
	size_t count = 0, most = max < HEALTH_PATHS ? max : HEALTH_PATHS;

	for (size_t i = 0; i < health_rule_count(config) && count < most; i++) {
		if (!is_first(rules, i) || !may_ask(config, rules[i].path))
			continue;
		out[count] = (struct ask){
			.name = rules[i].path, .what = rules[i].path, .via = ASK_HTTP,
			.blinds = "what the configuration reads of it", .index = (unsigned)i,
			.every = config->source.every, .timeout = config->source.timeout,
		};
		count++;
	}
	return count;
}

/* A health answer often comes with 503 and says in its body what is wrong. */
enum decoded health_rules_decode(const struct ask *ask, const struct reply *reply,
				 const struct health_config *config, struct health_facts *facts,
				 char why[WHY])
{
	const struct health_rule *rules = health_rules(config);
	json_t *root = reply->status >= 500 ? answer_json_of_failure(ask, reply, why) :
					      answer_json(ask, reply, why);
	bool any = false;

	if (!root)
		return DECODED_BAD;
	for (size_t i = 0; i < health_rule_count(config); i++) {
		struct health_value *value = &facts->values[i];

		if (strcmp(rules[i].path, ask->what) != 0)
			continue;
		value->found = json_put_at(root, rules[i].field, value->text, sizeof(value->text));
		any = any || value->found;
	}
	json_decref(root);
	if (!any && reply->status >= 500) {
		(void)answer_is_ok(reply, why);
		return DECODED_BAD;
	}
	return DECODED_GOOD;
}

static bool lists(const struct texts *texts, const char *value)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->items[i], value) == 0)
			return true;
	return false;
}

static enum state state_of(const struct health_rule *rule, const struct health_value *value)
{
	if (!value->found)
		return STATE_UNKNOWN;
	if (lists(&rule->bad, value->text))
		return STATE_BAD;
	if (lists(&rule->warn, value->text))
		return STATE_WARN;
	return lists(&rule->ok, value->text) ? STATE_OK : STATE_UNKNOWN;
}

static int find_ask(const struct look *look, const char *path)
{
	for (size_t i = 0; i < look->ask_count; i++)
		if (strcmp(look->asks[i].what, path) == 0)
			return (int)i;
	return -1;
}

/* Is there a value that counts? Else the report says why not. */
static bool has_answer(const struct look *look, const struct health_rule *rule, struct report *out)
{
	int ask = find_ask(look, rule->path);
	char because[BECAUSE_TEXT];
	enum state state;

	if (ask < 0)
		finding(out, STATE_UNKNOWN, "%.60s is not asked: not in paths, or one too many",
			rule->path);
	else if (outcome_judge(&look->asks[ask], &look->views[ask], &state, because))
		finding(out, state, "%.60s: %.150s", rule->path, because);
	else if (!look->views[ask].answered)
		finding(out, STATE_UNKNOWN, "waiting for the answer of %.60s", rule->path);
	else if (!answer_is_current(look, (size_t)ask))
		finding(out, STATE_UNKNOWN, "the last answer of %.60s is too old to count",
			rule->path);
	else
		return true;
	return false;
}

/* An answer that the server itself calls a failure is one, whatever its body says. */
static enum state judge_rule(const struct look *look, const struct health_rule *rule,
			     const struct health_value *value, struct report *out)
{
	enum state state = state_of(rule, value);
	int status;

	if (!has_answer(look, rule, out))
		return STATE_UNKNOWN;
	status = look->views[find_ask(look, rule->path)].status;
	if (!value->found)
		finding(out, STATE_UNKNOWN, "%.60s has no %.60s", rule->path, rule->field);
	else if (state == STATE_UNKNOWN)
		finding(out, state, "%.60s is '%s', which the configuration does not know",
			rule->field, value->text);
	else if (state != STATE_OK)
		finding(out, state, "%.60s is '%s'", rule->field, value->text);
	if (status < 500)
		return state;
	finding(out, STATE_BAD, "%.60s answers %d, %.60s is '%s'", rule->path, status, rule->field,
		value->found ? value->text : "absent");
	return state_worse(state, STATE_BAD);
}

static json_t *publish(const struct health_rule *rule, const struct health_value *value,
		       enum state state)
{
	json_t *object = json_object();

	json_set_text(object, "path", rule->path);
	json_set_text(object, "field", rule->field);
	json_set_text(object, "value", value->found ? value->text : NULL);
	json_set_text(object, "state", state_word(state));
	return object;
}

/* The fields that the kind always has; those of FuTuRe's own answers are not known. */
static void publish_always(const struct look *look, json_t *fields)
{
	static const char *const unknown[] = { "live", "circuit", "shards_ok", "shards_error" };
	msec until = health_throttled_until(look);

	for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
		json_set(fields, unknown[i], json_null());
	json_set_time(fields, "throttled_until", until > look->now ? until : WHEN_NEVER);
}

void health_rules_judge(const struct look *look, struct report *out)
{
	const struct health_config *config = look->config;
	const struct health_facts *facts = look->facts;
	const struct health_rule *rules = health_rules(config);
	size_t count = health_rule_count(config);
	json_t *values = json_array();

	out->asking = out->asking && look->ask_count > 0;
	if (!out->asking)
		report_say(out, STATE_OK, "%s as it should be", count > 1 ? "every field is" :
			   "its field is");
	if (config->rules.count > count)
		finding(out, STATE_UNKNOWN, "only the first %zu of its %zu rules are read", count,
			config->rules.count);
	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(values, publish(&rules[i], &facts->values[i],
							    judge_rule(look, &rules[i],
								       &facts->values[i], out)));
	out->fields = json_object();
	publish_always(look, out->fields);
	json_set(out->fields, "values", values);
}
