/*
 * incident_runs.c: the runs of runbooks in the state of an incident, as their events say.
 */
#include "export/incident_lists.h"

static json_t *attempt_json(const struct attempt *attempt)
{
	json_t *one = json_object();

	json_set_text(one, "event", attempt->event);
	set_text_or_null(one, "by", attempt->by);
	set_text_or_null(one, "host", attempt->host);
	json_set_i64(one, "fence", (int64_t)attempt->fence);
	json_set_text(one, "command", event_text(attempt->command));
	json_set_time(one, "at", attempt->at);
	json_set_bool(one, "ended", attempt->ended);
	json_set_bool(one, "interrupted", attempt->interrupted && !attempt->ended);
	set_text_or_null(one, "how", attempt->how);
	json_set(one, "status", attempt->ended ? json_integer(attempt->exit) : json_null());
	json_set(one, "ok", attempt->judged ? json_boolean(attempt->well) : json_null());
	json_set(one, "took_ms", attempt->ended ? json_integer(attempt->took) : json_null());
	set_text_or_null(one, "output", attempt->output);
	set_text_or_null(one, "said", attempt->answer);
	return one;
}

static json_t *attempts_json(const struct run_step *step)
{
	json_t *all = json_array();

	for (size_t i = 0; i < step->attempt_count; i++)
		json_array_append_new(all, attempt_json(&step->attempts[i]));
	return all;
}

static json_t *step_json(const struct run_step *step)
{
	json_t *one = json_object();

	json_set_text(one, "id", step->id);
	json_set_text(one, "mark", step_mark_word(step->mark));
	json_set_time(one, "at", step->at);
	set_text_or_null(one, "by", step->by);
	json_set(one, "src", step->event[0] ? json_string(event_src_word(step->src)) : json_null());
	set_text_or_null(one, "reason", step->reason);
	set_text_or_null(one, "option", step->option);
	json_set_time(one, "until", step->until);
	json_set_bool(one, "early", step->early);
	json_set_i64(one, "repeated", step->round);
	set_text_or_null(one, "claimed_by", step->claimed_by);
	json_set_bool(one, "running", step->running[0] != '\0');
	set_text_or_null(one, "confirmed_by", step->confirmed_by);
	json_set(one, "attempts", attempts_json(step));
	return one;
}

static json_t *steps_json(const struct run *run)
{
	json_t *all = json_array();

	for (size_t i = 0; i < run->step_count; i++)
		json_array_append_new(all, step_json(&run->steps[i]));
	return all;
}

static json_t *values_json(const struct run *run)
{
	json_t *all = json_array();

	for (size_t i = 0; i < run->value_count; i++) {
		const struct run_value *value = &run->values[i];
		json_t *one = json_object();

		json_set_text(one, "name", value->name);
		json_set(one, "value", value->value ? json_string(value->value) : json_null());
		json_set_bool(one, "secret", !value->value);
		set_text_or_null(one, "by", value->by);
		json_array_append_new(all, one);
	}
	return all;
}

json_t *run_json(const struct run *run)
{
	json_t *one = json_object();

	json_set_text(one, "event", run->event);
	json_set_text(one, "runbook", run->runbook);
	json_set_text(one, "title", run->title);
	json_set_text(one, "sha256", run->sha256);
	set_text_or_null(one, "blob", run->blob);
	json_set_text(one, "mode", run->instruct ? "instruct" : run->native ? "native" : "plain");
	set_text_or_null(one, "opened_from", run->parent);
	set_text_or_null(one, "by", run->by);
	set_text_or_null(one, "because", run->because);
	json_set_time(one, "at", run->at);
	json_set_time(one, "ended_at", run->ended_at);
	set_text_or_null(one, "words", run->words);
	json_set(one, "steps", steps_json(run));
	json_set(one, "values", values_json(run));
	return one;
}

json_t *runs_json(const struct incident *incident)
{
	json_t *all = json_array();

	for (size_t i = 0; i < incident->run_count; i++)
		json_array_append_new(all, run_json(&incident->runs[i]));
	return all;
}
