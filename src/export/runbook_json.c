#include "export/runbook_json.h"

#include <string.h>

#include "base/scrub.h"
#include "export/incident_lists.h"

static json_t *texts_json(const struct texts *texts)
{
	json_t *all = json_array();

	for (size_t i = 0; i < texts->count; i++)
		json_array_append_new(all, json_string(texts->items[i]));
	return all;
}

static void set_seconds(json_t *object, const char *key, msec time)
{
	if (time > 0)
		json_set_number(object, key, (double)time / (double)WHEN_SECOND);
	else
		json_set(object, key, json_null());
}

static void set_severity(json_t *object, unsigned severity)
{
	char word[] = "SEV0";

	word[3] = (char)('0' + severity % 10);
	set_text_or_null(object, "severity", severity ? word : "");
}

/* As the front matter has it: a name, or a map with the labels that it must have. */
static json_t *book_alerts_json(const struct card *card)
{
	json_t *all = json_array();

	for (size_t i = 0; i < card->alert_count; i++) {
		const struct book_alert *alert = &card->alerts[i];
		json_t *one = json_object();

		json_set_text(one, "alertname", alert->name);
		for (size_t j = 0; j < alert->labels.count; j++)
			json_set_text(one, alert->labels.items[j].name, alert->labels.items[j].value);
		if (alert->labels.count == 0) {
			json_decref(one);
			one = json_string(alert->name);
		}
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *escalations_json(const struct card *card)
{
	json_t *all = json_array();

	for (size_t i = 0; i < card->escalation_count; i++) {
		json_t *one = json_object();

		json_set_text(one, "to", card->escalations[i].to);
		set_seconds(one, "after_s", card->escalations[i].after);
		set_text_or_null(one, "via", card->escalations[i].via);
		json_array_append_new(all, one);
	}
	return all;
}

static const char *type_word(enum param_type type)
{
	static const char *const words[] = {
#define X(sym, word) [PARAM_##sym] = (word),
		PARAM_TYPES(X)
#undef X
	};

	return words[type];
}

static json_t *params_json(const struct card *card)
{
	json_t *all = json_array();

	for (size_t i = 0; i < card->param_count; i++) {
		const struct param *param = &card->params[i];
		json_t *one = json_object();

		json_set_text(one, "name", param->name);
		json_set_text(one, "type", type_word(param->type));
		set_text_or_null(one, "from", param->from);
		set_text_or_null(one, "default", param->def);
		json_set_bool(one, "required", param->required);
		json_set(one, "choices", texts_json(&param->choices));
		set_text_or_null(one, "pattern", param->pattern);
		set_text_or_null(one, "help", param->help);
		json_array_append_new(all, one);
	}
	return all;
}

static void set_card(json_t *to, const struct card *card)
{
	json_set_text(to, "id", card->id);
	json_set_text(to, "title", card->title);
	set_text_or_null(to, "summary", card->summary);
	json_set_text(to, "mode", card->native ? "native" : "plain");
	json_set_text(to, "path", card->path);
	json_set_text(to, "sha256", card->sha256);
	json_set_text(to, "blob", card->blob);
	set_severity(to, card->severity);
	json_set(to, "components", texts_json(&card->components));
	json_set(to, "alerts", book_alerts_json(card));
	json_set(to, "params", params_json(card));
	json_set(to, "reviewed_by", card->reviewed_by.count ? texts_json(&card->reviewed_by) :
		 json_null());
	json_set_time(to, "reviewed_at", card->reviewed_at);
	json_set_time(to, "review_due", card_review_due(card));
	set_text_or_null(to, "owner", card->owner);
	json_set(to, "tags", texts_json(&card->tags));
	json_set(to, "escalation", escalations_json(card));
	set_seconds(to, "rto_s", card->rto);
	set_seconds(to, "rpo_s", card->rpo);
}

json_t *runbook_card_json(const struct card *card)
{
	json_t *root = json_object();

	set_card(root, card);
	return root;
}

static void set_given(json_t *attrs, const char *key, const char *value)
{
	if (value[0])
		json_set_text(attrs, key, value);
}

static void set_given_time(json_t *attrs, const char *key, msec value)
{
	if (value > 0)
		set_seconds(attrs, key, value);
}

static void set_given_flag(json_t *attrs, const char *key, bool value)
{
	if (value)
		json_set_bool(attrs, key, true);
}

/* Only what was given. */
static json_t *attrs_json(const struct fence *fence)
{
	json_t *attrs = json_object();

	set_given_time(attrs, "every_s", fence->every);
	set_given_time(attrs, "for_s", fence->hold);
	set_given_time(attrs, "timeout_s", fence->timeout);
	if (fence->exit)
		json_set_i64(attrs, "exit", fence->exit);
	set_given(attrs, "source", fence->source);
	set_given(attrs, "node", fence->node);
	set_given(attrs, "on", fence->on);
	set_given(attrs, "expect", fence->expect);
	set_given(attrs, "capture", fence->capture);
	set_given(attrs, "cwd", fence->cwd);
	set_given(attrs, "name", fence->name);
	set_given_flag(attrs, "write", fence->write);
	set_given_flag(attrs, "interactive", fence->interactive);
	set_given_flag(attrs, "background", fence->background);
	set_given_flag(attrs, "norun", fence->norun);
	return attrs;
}

/* Harmless to look at, line by line. */
static json_t *lines_json(const char *text)
{
	struct str rest = str_of(text), line;
	struct buf out = {0};
	json_t *made;

	while (str_cut(&rest, '\n', &line)) {
		scrub(&out, line);
		buf_char(&out, '\n');
	}
	made = json_stringn(buf_cstr(&out), out.len);
	buf_done(&out);
	return made;
}

static json_t *fences_json(const struct step *step)
{
	json_t *all = json_array();

	for (size_t i = 0; i < step->fence_count; i++) {
		const struct fence *fence = &step->fences[i];
		json_t *one = json_object();

		json_set_text(one, "lang", fence->word[0] ? fence->word :
			      fence_lang_word(fence->lang));
		json_set_i64(one, "line", fence->line);
		json_set_bool(one, "check", fence->check);
		json_set_bool(one, "runnable", fence->runnable);
		set_text_or_null(one, "why_not", fence->why_not);
		json_set(one, "placeholders", texts_json(&fence->placeholders));
		json_set(one, "attrs", attrs_json(fence));
		json_set(one, "text", lines_json(fence->text));
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *options_json(const struct step *step)
{
	json_t *all = json_array();

	for (size_t i = 0; i < step->option_count; i++) {
		json_t *one = json_object();

		json_set_text(one, "value", step->options[i].value);
		set_text_or_null(one, "goto", step->options[i].jump);
		json_set_text(one, "title", step->options[i].title);
		json_array_append_new(all, one);
	}
	return all;
}

static void set_when(json_t *to, const struct when *when)
{
	char text[256];

	if (when->step[0])
		(void)snprintf(text, sizeof(text), "step.%s == %s", when->step, when->outcome);
	else
		(void)str_put(text, sizeof(text), when->param);
	set_text_or_null(to, "when", text);
}

/* The time of a check stands beside it or in it. */
static msec step_hold(const struct step *step)
{
	return step->hold || !step->probe ? step->hold : expr_for(step->probe);
}

static json_t *step_json(const struct runbook *runbook, const struct step *step)
{
	const struct heading *heading = step->heading < runbook->heading_count ?
					&runbook->headings[step->heading] : NULL;
	json_t *one = json_object();

	json_set_text(one, "id", step->id);
	json_set_i64(one, "n", step->n);
	json_set_text(one, "kind", step_kind_word(step->kind));
	json_set_text(one, "title", step->title);
	json_set_i64(one, "line", step->line);
	set_text_or_null(one, "group", heading && heading->level > 2 ? heading->text : "");
	set_text_or_null(one, "role", step->role);
	set_when(one, &step->when);
	set_text_or_null(one, "probe", step->probe ? step->probe_text : "");
	set_seconds(one, "for_s", step_hold(step));
	json_set_text(one, "danger", danger_word(step->danger));
	set_text_or_null(one, "target", step->target);
	set_text_or_null(one, "interlock", step->interlock);
	json_set_bool(one, "two_person", step->two_person);
	json_set(one, "options", options_json(step));
	json_set(one, "fences", fences_json(step));
	return one;
}

/* Steps of the headings [from, to); all that stand before the first where from is SIZE_MAX. */
static json_t *section_json(const struct runbook *runbook, size_t from, size_t to)
{
	json_t *section = json_object(), *steps = json_array();
	bool named = from < runbook->heading_count;

	json_set_text(section, "name", named ? runbook->headings[from].text : "");
	json_set_i64(section, "line", named ? runbook->headings[from].line : 0);
	for (size_t i = 0; i < runbook->step_count; i++) {
		size_t heading = runbook->steps[i].heading;
		bool in = named ? heading >= from && heading < to : heading >= runbook->heading_count;

		if (in)
			json_array_append_new(steps, step_json(runbook, &runbook->steps[i]));
	}
	json_set(section, "steps", steps);
	return section;
}

static json_t *sections_json(const struct runbook *runbook)
{
	json_t *all = json_array(), *rest = section_json(runbook, SIZE_MAX, 0);
	size_t from = 0, to;

	if (json_array_size(json_object_get(rest, "steps")))
		json_array_append(all, rest);
	json_decref(rest);
	for (; from < runbook->heading_count; from = to) {
		to = from + 1;
		while (to < runbook->heading_count && runbook->headings[to].level > 2)
			to++;
		json_array_append_new(all, section_json(runbook, from, to));
	}
	return all;
}

json_t *runbook_json(const struct runbook *runbook, const struct troubles *troubles)
{
	json_t *root = json_object();

	json_set_text(root, "schema", "binnacle.runbook/1");
	set_card(root, &runbook->card);
	json_set(root, "sections", sections_json(runbook));
	json_set(root, "problems", runbook_troubles_json(troubles, false));
	return root;
}

static json_t *trouble_json(const struct trouble *trouble, bool with_path)
{
	json_t *one = json_object();

	if (with_path)
		json_set_text(one, "path", trouble->path);
	json_set_text(one, "code", trouble_name(trouble->code));
	json_set_text(one, "level", trouble_is_error(trouble->code) ? "error" : "warning");
	json_set_i64(one, "line", trouble->line);
	json_set_i64(one, "column", trouble->column);
	json_set_text(one, "message", trouble->text);
	set_text_or_null(one, "fix", trouble->fix);
	return one;
}

json_t *runbook_troubles_json(const struct troubles *troubles, bool with_path)
{
	const struct trouble *all[TROUBLES_KEPT];
	size_t count = troubles_sorted(troubles, all);
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, trouble_json(all[i], with_path));
	return list;
}
