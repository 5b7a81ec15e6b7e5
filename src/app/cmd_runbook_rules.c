/*
 * cmd_runbook_rules.c: which alert rules there are, out of a rules file or from Prometheus; and
 * `runbook coverage`: rules without a runbook, runbooks without an alert.
 */
#include <stdio.h>
#include <string.h>

#include "app/cmd_runbook.h"
#include "backends/alertmanager.h"
#include "base/mem.h"
#include "base/scrub.h"
#include "io/errand.h"
#include "runbook/match.h"

#define RULES_TIME (10 * WHEN_SECOND)

enum { RULES = 2000 };

struct rules {
	struct librarian *librarian;
	struct match_alert *items;
	size_t count, cap;
};

static bool is_watchdog(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);
		const struct alertmanager_config *manager = (const void *)source;

		if (strcmp(source->kind, "alertmanager") == 0 && manager->watchdog)
			return strcmp(name, manager->watchdog) == 0;
	}
	return strcmp(name, "Watchdog") == 0;
}

/* A rule is told once, though many expressions may make the alert. The dead man's switch is for
 * nobody to act on. */
static struct match_alert *add_rule(struct rules *rules, const char *name)
{
	struct arena *arena = &rules->librarian->arena;
	struct buf clean = { 0 };
	const char *kept;

	scrub(&clean, str_of(name));
	kept = arena_text(arena, buf_cstr(&clean), clean.len);
	buf_done(&clean);
	for (size_t i = 0; i < rules->count; i++)
		if (strcmp(rules->items[i].name, kept) == 0)
			return NULL;
	if (is_watchdog(&rules->librarian->settings, kept) || rules->count == RULES)
		return NULL;
	if (rules->count == rules->cap) {
		struct match_alert *old = rules->items;

		rules->cap = rules->cap ? rules->cap * 2 : 32;
		rules->items = arena_array(arena, rules->cap, sizeof(*rules->items));
		if (rules->count)
			memcpy(rules->items, old, rules->count * sizeof(*old));
	}
	rules->items[rules->count] = (struct match_alert){ .name = kept };
	return &rules->items[rules->count++];
}

static void add_pair(struct rules *rules, struct pairs *to, const char *name, const char *value)
{
	struct arena *arena = &rules->librarian->arena;
	struct pair *items = arena_array(arena, to->count + 1, sizeof(*items));

	if (to->count)
		memcpy(items, to->items, to->count * sizeof(*items));
	items[to->count].name = arena_text(arena, name, strlen(name));
	items[to->count].value = arena_text(arena, value, strlen(value));
	*to = (struct pairs){ items, to->count + 1 };
}

/* --- a file ---------------------------------------------------------------------------------- */

static void take_map(struct rules *rules, const struct node *map, struct pairs *to)
{
	for (const struct node *n = map ? map->first : NULL; n; n = n->next)
		if (n->kind == NODE_SCALAR && n->key)
			add_pair(rules, to, n->key, n->text);
}

static void take_groups(struct rules *rules, const struct node *groups)
{
	for (const struct node *group = groups ? groups->first : NULL; group; group = group->next) {
		const struct node *list = tree_child(group, "rules");

		for (const struct node *n = list ? list->first : NULL; n; n = n->next) {
			const struct node *alert = tree_child(n, "alert");
			struct match_alert *rule = alert && alert->kind == NODE_SCALAR ?
						   add_rule(rules, alert->text) : NULL;

			if (!rule)
				continue;
			take_map(rules, tree_child(n, "labels"), &rule->labels);
			take_map(rules, tree_child(n, "annotations"), &rule->annotations);
		}
	}
}

static bool read_rules_file(struct rules *rules, const char *path, struct err *err)
{
	struct problems problems = { .arena = &rules->librarian->arena };
	struct buf bytes = { 0 };
	struct node *root = NULL;
	bool ok = librarian_file(path, &bytes, err);

	if (ok && !tree_parse(path, str_sub(buf_cstr(&bytes), bytes.len),
			      &rules->librarian->arena, &root, &problems))
		ok = err_set(err, ERR_INPUT, "%s: not YAML: %s", path, problems.first ?
			     problems.first->text : "it cannot be read");
	if (ok && (!root || root->kind != NODE_MAP || !tree_child(root, "groups")))
		ok = err_set(err, ERR_INPUT, "%s: no groups of alert rules are in it", path);
	if (ok)
		take_groups(rules, tree_child(root, "groups"));
	buf_done(&bytes);
	return ok;
}

/* --- Prometheus ------------------------------------------------------------------------------ */

struct asking {
	struct rules *rules;
	struct loop *loop;
	const char *name;		/* of the source */
	struct err *err;
	bool ok;
};

static void take_object(struct rules *rules, const json_t *object, struct pairs *to)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value)
		if (json_is_string(value))
			add_pair(rules, to, key, json_string_value(value));
}

static void take_json(struct rules *rules, const json_t *groups)
{
	const json_t *group, *one;
	size_t i, j;

	json_array_foreach(groups, i, group) {
		json_array_foreach(json_at(group, "rules"), j, one) {
			bool alerting = strcmp(json_text_at(one, "type", ""), "alerting") == 0;
			const char *name = json_text_at(one, "name", "");
			struct match_alert *rule = alerting && *name ? add_rule(rules, name) : NULL;

			if (!rule)
				continue;
			take_object(rules, json_at(one, "labels"), &rule->labels);
			take_object(rules, json_at(one, "annotations"), &rule->annotations);
		}
	}
}

static bool take_reply(struct asking *asking, const struct reply *reply)
{
	json_t *root;

	if (reply->kind != REPLY_ANSWER)
		return err_set(asking->err, ERR_IO, "%s does not tell its rules: %s", asking->name,
			       reply->why);
	if (reply->status != 200)
		return err_set(asking->err, ERR_IO, "%s does not tell its rules: HTTP %d",
			       asking->name, reply->status);
	root = json_read(reply->body, JSON_MAX_PINNED, asking->err);
	if (!root)
		return err_add(asking->err, "%s", asking->name);
	take_json(asking->rules, json_at(root, "data.groups"));
	json_decref(root);
	return true;
}

static void on_rules(void *arg, const struct reply *reply)
{
	struct asking *asking = arg;

	asking->ok = take_reply(asking, reply);
	loop_stop(asking->loop);
}

static const struct source_config *find_prometheus(const struct settings *settings)
{
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);

		if (strcmp(source->kind, "prometheus") == 0)
			return source;
	}
	return NULL;
}

static msec patience(const struct librarian *librarian)
{
	const char *told = librarian_flag(librarian, OPTION_TIMEOUT);
	msec time = RULES_TIME;

	if (told && !when_parse_duration(str_of(told), &time, NULL))
		return RULES_TIME;
	return time;
}

static bool ask_prometheus(struct rules *rules, const struct source_config *source, struct err *err)
{
	struct asking asking = { .rules = rules, .name = source->name, .err = err };
	struct errand_plan plan = { .source = source, .path = "/api/v1/rules?type=alert",
				    .timeout = patience(rules->librarian),
				    .max_body = JSON_MAX_PINNED };
	struct errands *errands;

	asking.loop = loop_new(err);
	if (!asking.loop)
		return false;
	errands = errands_new(asking.loop, rules->librarian->context->environment);
	(void)errand_start(errands, &plan, on_rules, &asking);
	loop_run(asking.loop);
	errands_free(errands);
	loop_free(asking.loop);
	return asking.ok;
}

bool rules_read(struct librarian *librarian, struct match_alert **out, size_t *count,
		struct err *err)
{
	const char *file = librarian_flag(librarian, OPTION_RULES);
	const struct source_config *source = find_prometheus(&librarian->settings);
	struct rules rules = { .librarian = librarian };
	bool ok;

	if (!file && !source)
		return err_set(err, ERR_USAGE, "no Prometheus is configured to ask for its rules: "
			       "name a file of them by --rules");
	ok = file ? read_rules_file(&rules, file, err) : ask_prometheus(&rules, source, err);
	*out = rules.items;
	*count = rules.count;
	return ok;
}

/* --- coverage -------------------------------------------------------------------------------- */

struct coverage {
	struct librarian *librarian;
	const struct library *library;
	struct match_alert *rules;
	size_t rule_count, uncovered;
	struct buf text;
	json_t *rows, *without, *unknown;
};

static bool claims(const struct card *card, const char *alert)
{
	for (size_t i = 0; i < card->alert_count; i++)
		if (strcmp(card->alerts[i].name, alert) == 0)
			return true;
	return false;
}

/* One that wants labels too is for the alert: which labels it will have, only its firing tells. */
static const struct card *card_for(const struct coverage *c, const struct match_alert *rule)
{
	const struct card *cards = library_cards(c->library);
	struct match_in in = { cards, library_count(c->library), rule, 1, { 0 } };
	struct book_match match;

	for (size_t i = 0; i < library_count(c->library); i++)
		if (claims(&cards[i], rule->name))
			return &cards[i];
	if (runbook_match(&in, &match, 1) == 0 || match.kind == MATCH_COMPONENT)
		return NULL;
	return &cards[match.card];
}

static void cover_rules(struct coverage *c)
{
	for (size_t i = 0; i < c->rule_count; i++) {
		const struct card *card = card_for(c, &c->rules[i]);
		json_t *row = json_object();

		json_set_text(row, "name", c->rules[i].name);
		json_set_text(row, "runbook", card ? card->id : NULL);
		json_array_append_new(c->rows, row);
		c->uncovered += !card;
		buf_fmt(&c->text, "%-8s %-40s %s\n", card ? "covered" : "MISSING", c->rules[i].name,
			card ? card->id : "no runbook is for it");
	}
}

static bool is_rule(const struct coverage *c, const char *alert)
{
	for (size_t i = 0; i < c->rule_count; i++)
		if (strcmp(c->rules[i].name, alert) == 0)
			return true;
	return false;
}

static void tell_card(struct coverage *c, const struct card *card)
{
	if (card->alert_count == 0) {
		json_array_append_new(c->without, json_string(card->id));
		buf_fmt(&c->text, "%-8s %-40s %s\n", "no alert", card->id, "found by hand only");
	}
	for (size_t i = 0; i < card->alert_count; i++) {
		json_t *row;

		if (is_rule(c, card->alerts[i].name))
			continue;
		row = json_object();
		json_set_text(row, "runbook", card->id);
		json_set_text(row, "alert", card->alerts[i].name);
		json_array_append_new(c->unknown, row);
		buf_fmt(&c->text, "%-8s %-40s %s\n", "NO RULE", card->alerts[i].name, card->id);
	}
}

static bool print_coverage(struct coverage *c)
{
	json_t *root = json_object();

	json_set(root, "rules", c->rows);
	json_set_i64(root, "uncovered", (int64_t)c->uncovered);
	json_set(root, "runbooks_without_alert", c->without);
	json_set(root, "alerts_without_rule", c->unknown);
	if (c->uncovered > 0 && librarian_given(c->librarian, OPTION_CHECK))
		c->librarian->status = EXIT_FAILED;
	if (librarian_given(c->librarian, OPTION_JSON)) {
		buf_done(&c->text);
		return librarian_print_json(c->librarian, "binnacle.coverage/1", root);
	}
	json_decref(root);
	return librarian_print(c->librarian, &c->text);
}

static bool run_coverage(struct librarian *librarian, struct err *err)
{
	struct coverage c = { .librarian = librarian,
			      .library = librarian_library(librarian, err) };

	if (!c.library || !rules_read(librarian, &c.rules, &c.rule_count, err))
		return false;
	c.rows = json_array();
	c.without = json_array();
	c.unknown = json_array();
	cover_rules(&c);
	for (size_t i = 0; i < library_count(c.library); i++)
		tell_card(&c, &library_cards(c.library)[i]);
	return print_coverage(&c);
}

int cmd_runbook_coverage(const struct context *context)
{
	return librarian_run(context, run_coverage);
}
