/*
 * cmd_runbook_check.c: `runbook check`: is a runbook still true of this estate? Which of its checks
 * hold now, and whether everything that it takes for granted is there: programs on this host, data,
 * alerts, metrics, tables, pages, values of its parameters. It only reads.
 */
#include <string.h>
#include <unistd.h>

#include "app/cmd_incident.h"
#include "app/cmd_runbook.h"
#include "app/values.h"
#include "base/mem.h"
#include "core/checklist.h"
#include "io/fences.h"
#include "runbook/needs.h"

#define ASK_TIMEOUT (5 * WHEN_SECOND)

enum standing { THERE, MISSING, NOT_KNOWN };

static const char *const need_words[] = { "there", "MISSING", "not known" };
static const char *const verdict_keys[] = { "there", "missing", "unknown" };

struct check {
	struct work *work;
	struct runbook *runbook;
	struct librarian *librarian;	/* for the rules */
	struct texts rules;
	bool rules_known;
	struct buf text;
	json_t *checks, *needs;
	size_t count, missing, unknown;
	enum standing verdict;		/* of the question under way */
	char said[BECAUSE_TEXT];
};

/* --- probes ---------------------------------------------------------------------------------- */

static const char *const truth_words[] = { "does not hold", "holds", "is unknown" };
static const char *const truth_keys[] = { "no", "yes", "unknown" };

static void look_at_probe(struct check *check, const struct step *step)
{
	struct expr_world world = checklist_world(check->work->estate.world);
	struct buf because = { 0 };
	enum truth truth;
	json_t *row;

	if (!step->probe)
		return;
	truth = expr_eval(step->probe, &world, &because);
	buf_fmt(&check->text, "step %-3u %-13s %s: %s\n", step->n, truth_words[truth], step->title,
		buf_cstr(&because));
	row = json_object();
	json_set_text(row, "step", step->id);
	json_set_i64(row, "n", (int64_t)step->n);
	json_set_text(row, "probe", step->probe_text);
	json_set_text(row, "holds", truth_keys[truth]);
	json_set_text(row, "because", buf_cstr(&because));
	json_array_append_new(check->checks, row);
	buf_done(&because);
}

/* --- needs ----------------------------------------------------------------------------------- */

static void conclude(struct check *check, enum standing verdict, const char *why)
{
	check->verdict = verdict;
	str_put(check->said, sizeof(check->said), why);
}

static bool is_program(struct str folder, const char *name)
{
	struct buf path = { 0 };
	bool there;

	buf_add(&path, folder.p, folder.len);
	buf_fmt(&path, "/%s", name);
	there = access(buf_cstr(&path), X_OK) == 0;
	buf_done(&path);
	return there;
}

static void find_tool(struct check *check, const struct need *need)
{
	struct str rest = str_of(context_env(check->work->context, "PATH")), folder;

	if (strchr(need->what, '/')) {
		conclude(check, access(need->what, X_OK) == 0 ? THERE : MISSING, "on this host");
		return;
	}
	while (str_cut(&rest, ':', &folder)) {
		if (folder.len > 0 && is_program(folder, need->what)) {
			conclude(check, THERE, "");
			return;
		}
	}
	conclude(check, MISSING, "no such program in PATH on this host");
}

static void find_datum(struct check *check, const struct need *need)
{
	struct expr_world world = checklist_world(check->work->estate.world);
	struct datum datum;

	if (world.datum(world.arg, need->what, &datum))
		conclude(check, THERE, "");
	else
		conclude(check, MISSING, "no source or signal of this configuration has it");
}

static void find_rule(struct check *check, const struct need *need)
{
	if (!check->rules_known) {
		conclude(check, NOT_KNOWN, "no Prometheus tells its rules");
		return;
	}
	for (size_t i = 0; i < check->rules.count; i++) {
		if (strcmp(check->rules.items[i], need->what) == 0) {
			conclude(check, THERE, "");
			return;
		}
	}
	conclude(check, MISSING, "Prometheus has no rule of this name");
}

static const struct source_config *find_source(const struct check *check, const char *name,
					       const char *kind)
{
	const struct settings *settings = &check->work->settings;

	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);

		if (*name ? !strcmp(source->name, name) : !strcmp(source->kind, kind))
			return source;
	}
	return NULL;
}

static void on_answer(void *arg, const struct fence_answer *answer)
{
	struct check *check = arg;
	struct str text = str_trim(answer->text);

	check->verdict = !answer->ran ? NOT_KNOWN :
			 answer->well && text.len > 0 ? THERE : MISSING;
	if (check->verdict != THERE)
		str_copy(check->said, sizeof(check->said), text.len ? text : str_of("no answer"));
	loop_stop(check->work->loop);
}

/* One question through a fence of our own making, which only reads. */
static void ask_source(struct check *check, const struct need *need, enum fence_lang lang,
		       const char *kind, const char *text)
{
	const struct fence fence = {
		.lang = lang, .word = "", .text = text, .runnable = true, .why_not = "",
		.expected = "", .source = need->source, .node = "", .on = "", .expect = "",
		.capture = "", .cwd = "", .name = "", .timeout = ASK_TIMEOUT,
	};
	const char *const none[] = { NULL };
	const struct fence_plan plan = {
		.loop = check->work->loop, .environment = check->work->context->environment,
		.fence = &fence, .source = find_source(check, need->source, kind),
		.values = none, .timeout = ASK_TIMEOUT,
	};

	if (!plan.source) {
		conclude(check, NOT_KNOWN, "no source is configured to ask");
		return;
	}
	conclude(check, NOT_KNOWN, "");
	if (fences_start(&plan, on_answer, check))
		loop_run(check->work->loop);
}

static void find_metric(struct check *check, const struct need *need)
{
	struct buf query = { 0 };

	buf_fmt(&query, "count(%s)", need->what);
	ask_source(check, need, LANG_PROMQL, "prometheus", buf_cstr(&query));
	if (check->verdict == MISSING)
		str_put(check->said, sizeof(check->said), "Prometheus has no series of this name");
	buf_done(&query);
}

/* A name as SQL reads it: without quotes it is folded, as the server does. */
static void find_table(struct check *check, const struct need *need)
{
	struct buf query = { 0 };

	if (strspn(need->what, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") !=
	    strlen(need->what)) {
		conclude(check, NOT_KNOWN, "a name that is not asked for");
		return;
	}
	buf_fmt(&query, "SELECT coalesce(to_regclass('%s'), to_regclass('\"%s\"'))::text", need->what,
		need->what);
	ask_source(check, need, LANG_SQL, "postgres", buf_cstr(&query));
	if (check->verdict == MISSING)
		str_put(check->said, sizeof(check->said), "the database has no such table");
	buf_done(&query);
}

/* The name that a fence gives, or its kind's where it gives none. */
static void find_named(struct check *check, const struct need *need)
{
	if (find_source(check, need->what, ""))
		conclude(check, THERE, "");
	else
		conclude(check, MISSING, "no source of this name is configured");
}

/* Only what a source is configured for is asked: a check calls nobody else. */
static const struct source_config *source_of_url(const struct check *check, const char *url)
{
	const struct settings *settings = &check->work->settings;

	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);

		for (size_t t = 0; t < source->urls.count; t++) {
			if (str_starts(str_of(url), source->urls.items[t]))
				return source;
		}
	}
	return NULL;
}

static void find_url(struct check *check, const struct need *need)
{
	const struct source_config *source = source_of_url(check, need->what);
	struct need asked = *need;
	struct buf request = { 0 };

	if (!source) {
		conclude(check, NOT_KNOWN, "not asked: no source stands at this address");
		return;
	}
	asked.source = source->name;
	buf_fmt(&request, "GET %s", need->what);
	ask_source(check, &asked, LANG_HTTP, "", buf_cstr(&request));
	buf_done(&request);
}

/* What belongs on another host is shown there and not run here: nothing is missing. */
static void find_host(struct check *check, const struct need *need)
{
	(void)need;
	conclude(check, THERE, "");
}

static void find_param(struct check *check, const struct need *need)
{
	const struct param *param = values_param(&check->runbook->card, need->what);
	struct vault vault = { 0 };
	struct arena arena = { 0 };
	struct buf text = { 0 };
	struct values values;
	struct values_in in = {
		.context = check->work->context, .settings = &check->work->settings,
		.world = check->work->estate.world, .card = &check->runbook->card, .vault = &vault,
	};

	buf_fmt(&text, "$%s", need->what);
	in.text = buf_cstr(&text);
	values_make(&in, &arena, &values);
	if (!values.missing)
		conclude(check, THERE, "");
	else
		conclude(check, param && !param->required ? NOT_KNOWN : MISSING, values.missing);
	vault_done(&vault);
	buf_done(&text);
	arena_done(&arena);
}

typedef void finder(struct check *check, const struct need *need);

static finder *const finders[] = {
	[NEED_TOOL] = find_tool, [NEED_SOURCE] = find_named, [NEED_DATUM] = find_datum,
	[NEED_ALERT] = find_rule, [NEED_METRIC] = find_metric, [NEED_TABLE] = find_table,
	[NEED_URL] = find_url, [NEED_HOST] = find_host,
};

static void look_at_need(struct check *check, const char *word, finder *find,
			 const struct need *need)
{
	const char *step = need->step ? need->step->id : "";
	json_t *row = json_object();

	check->said[0] = '\0';
	find(check, need);
	check->count++;
	check->missing += check->verdict == MISSING;
	check->unknown += check->verdict == NOT_KNOWN;
	if (check->verdict != THERE)
		buf_fmt(&check->text, "%-9s %s %s%s%s (line %u): %s\n",
			need_words[check->verdict], word, need->what, *step ? ", step " : "",
			step, need->line, check->said);
	json_set_text(row, "kind", word);
	json_set_text(row, "name", need->what);
	json_set_text(row, "step", *step ? step : NULL);
	json_set_i64(row, "line", (int64_t)need->line);
	json_set_text(row, "is", verdict_keys[check->verdict]);
	json_set_text(row, "because", check->said[0] ? check->said : NULL);
	json_array_append_new(check->needs, row);
}

static void look_at_needs(struct check *check)
{
	const struct card *card = &check->runbook->card;
	struct needs needs = { 0 };

	runbook_needs(check->runbook, &check->work->arena, &needs);
	for (size_t i = 0; i < needs.count; i++)
		look_at_need(check, need_word(needs.items[i].kind), finders[needs.items[i].kind],
			     &needs.items[i]);
	for (size_t i = 0; i < card->param_count; i++)
		look_at_need(check, "parameter", find_param, &(struct need){
			     .what = card->params[i].name, .line = card->params[i].line });
}

/* --- the verb -------------------------------------------------------------------------------- */

static void read_rules(struct check *check)
{
	struct match_alert *alerts = NULL;
	struct err err = { 0 };
	const char **items;
	size_t count = 0;

	if (!rules_read(check->librarian, &alerts, &count, &err))
		return;
	items = arena_array(&check->work->arena, count + 1, sizeof(*items));
	for (size_t i = 0; i < count; i++)
		items[i] = alerts[i].name;
	check->rules = (struct texts){ items, count };
	check->rules_known = true;
}

static bool print(struct check *check, struct err *err)
{
	const struct card *card = &check->runbook->card;
	json_t *root;

	if (!work_given(check->work, OPTION_JSON)) {
		buf_fmt(&check->text, "%s: %zu of %zu things that it needs are there, %zu missing, "
			"%zu not known\n", card->id, check->count - check->missing - check->unknown,
			check->count, check->missing, check->unknown);
		json_decref(check->checks);
		json_decref(check->needs);
		return work_print_text(check->work, &check->text, err);
	}
	buf_done(&check->text);
	root = json_object();
	json_set_text(root, "schema", "binnacle.runbook-check/1");
	json_set_text(root, "id", card->id);
	json_set_text(root, "sha256", card->sha256);
	json_set(root, "checks", check->checks);
	json_set(root, "needs", check->needs);
	return work_print_json(check->work, root, err);
}

static bool check_runbook(struct check *check, struct err *err)
{
	struct work *work = check->work;

	work_ask(work);
	read_rules(check);
	check->checks = json_array();
	check->needs = json_array();
	for (size_t i = 0; i < check->runbook->step_count; i++)
		look_at_probe(check, &check->runbook->steps[i]);
	look_at_needs(check);
	work->status = check->missing ? EXIT_BAD : check->unknown ? EXIT_UNKNOWN : EXIT_OK;
	return print(check, err);
}

static bool run_check(struct work *work, struct err *err)
{
	struct librarian librarian;
	struct check check = { .work = work, .librarian = &librarian };
	const char *id = NULL;
	size_t index;
	bool ok = false;

	if (!work_word(work, 0, "the id of a runbook", &id, err))
		return false;
	librarian_borrow(&librarian, work);
	index = librarian_find(&librarian, id, err);
	if (index != SIZE_MAX)
		check.runbook = runbook_read(library_cards(librarian.library)[index].path,
					     library_bytes(librarian.library, index), err);
	if (check.runbook)
		ok = check_runbook(&check, err);
	runbook_free(check.runbook);
	librarian_return(&librarian);
	return ok;
}

int cmd_runbook_check(const struct context *context)
{
	return work_run(context, run_check);
}
