/*
 * decide_run.c: runs of runbooks and what is recorded of their steps. A reason that is given for a
 * step that is interrupted, or is somebody else's, is what settles it.
 */
#include <ctype.h>
#include <string.h>

#include "base/digest.h"
#include "core/decide_inside.h"

enum { STEPS_BYTES = 200 * 1024 };	/* of all ids: they stand on one line of the journal */

static bool no_such(struct matter *m, const char *what)
{
	err_set(m->err, ERR_NOT_FOUND, "there is no such %s in this incident", what);
	return false;
}

/* NULL: there is none, or it is over. */
static const struct run *find_run(struct matter *m)
{
	const struct run *run = incident_run(m->incident, m->data.run);

	if (!run) {
		no_such(m, "run of a runbook");
		return NULL;
	}
	if (run_goes_on(run))
		return run;
	refuse(m, "the runbook %s is over (%s): begin it anew", run->runbook, run->words);
	return NULL;
}

bool find_step(struct matter *m, struct step_matter *out)
{
	out->run = find_run(m);
	if (!out->run)
		return false;
	out->step = run_step(out->run, m->data.step);
	if (out->step)
		return true;
	err_set(m->err, ERR_NOT_FOUND, "no step %s is in the runbook %s that runs", m->data.step,
		out->run->runbook);
	return false;
}

/* --- who is at it --------------------------------------------------------------------------- */

static const struct writer *writer_of(const struct incident *incident, const char *origin)
{
	for (size_t i = 0; i < incident->writer_count; i++)
		if (strcmp(incident->writers[i].origin, origin) == 0)
			return &incident->writers[i];
	return NULL;
}

bool is_gone(const struct matter *m, const char *origin)
{
	const struct writer *writer = writer_of(m->incident, origin);

	for (size_t i = 0; m->order->lost && m->order->lost[i]; i++)
		if (strcmp(m->order->lost[i], origin) == 0)
			return true;
	return writer && writer->lost_at != WHEN_NEVER;
}

bool is_free(struct matter *m, const struct run_step *step)
{
	if (!step->claimed_by[0] || strcmp(step->claimed_by, m->by) == 0 ||
	    is_gone(m, step->claim_origin))
		return true;
	return refuse(m, "step %s is %s's: ask for it, or take it over with a reason", step->id,
		      step->claimed_by);
}

bool is_quiet(struct matter *m, const struct run_step *step)
{
	const struct attempt *attempt = run_attempt(step, step->running);

	if (!attempt)
		return true;
	if (attempt->interrupted || is_gone(m, attempt->origin))
		return refuse(m, "the command of step %s was interrupted and its outcome is not known: "
			      "look, and say done, failed or repeat with a reason", step->id);
	return refuse(m, "the command of step %s runs, by %s", step->id, attempt->by);
}

/* What a person says of a step settles an interrupted command, in words. */
static bool is_quiet_or_told(struct matter *m, const struct run_step *step, bool told)
{
	const struct attempt *attempt = run_attempt(step, step->running);
	bool over = attempt && (attempt->interrupted || is_gone(m, attempt->origin));

	return (over && told) || is_quiet(m, step);
}

/* --- runs ----------------------------------------------------------------------------------- */

static bool is_hex(const char *text, size_t digits)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (!isdigit((unsigned char)text[i]) && (text[i] < 'a' || text[i] > 'f'))
			return false;
	return len == digits;
}

static bool check_digests(struct matter *m)
{
	if (m->data.sha256 && !is_hex(m->data.sha256, DIGEST_HEX - 1))
		return wrong(m, "sha256 is 64 hexadecimal digits");
	if (m->data.blob && !is_hex(m->data.blob, 40))
		return wrong(m, "blob is 40 hexadecimal digits");
	return true;
}

static bool check_name(struct matter *m, const char *what, const char *name, size_t size)
{
	if (strlen(name) >= size)
		return wrong(m, "%s is too long: at most %zu bytes", what, size - 1);
	return true;
}

static bool check_steps(struct matter *m)
{
	const struct text_list *ids = &m->data.steps;
	size_t bytes = 0;

	for (size_t i = 0; i < ids->count; i++) {
		bytes += strlen(ids->items[i]);
		if (!check_name(m, "the id of a step", ids->items[i], RUN_STEP_ID))
			return false;
	}
	if (bytes > STEPS_BYTES)
		return wrong(m, "the ids of the steps are too long: at most %d bytes", STEPS_BYTES);
	return true;
}

static bool goes_on_already(struct matter *m)
{
	for (size_t i = 0; i < m->incident->run_count; i++) {
		const struct run *run = &m->incident->runs[i];

		if (run_goes_on(run) && strcmp(run->runbook, m->data.runbook) == 0)
			return true;
	}
	return false;
}

bool decide_run_start(struct matter *m)
{
	static const char *const modes[] = { "native", "plain", "instruct" };

	if (!is_one_of(m->data.mode, modes, ARRAY_LEN(modes)))
		return wrong(m, "a mode is native, plain or instruct");
	if (!check_digests(m) || !check_steps(m) ||
	    !check_name(m, "the id of a runbook", m->data.runbook, BOOK_ID) ||
	    !check_name(m, "the title of a runbook", m->data.title, TITLE_MAX))
		return false;
	if (m->data.of && !incident_run(m->incident, m->data.of))
		return no_such(m, "run of a runbook");
	if (goes_on_already(m))
		return already(m, "the runbook %s goes on already", m->data.runbook);
	if (m->incident->run_count >= RUNS_MAX)
		return refuse(m, "an incident takes %d runs of runbooks at most", RUNS_MAX);
	return accept(m);
}

bool decide_run_end(struct matter *m)
{
	const struct run *run = incident_run(m->incident, m->data.run);

	if (!run)
		return no_such(m, "run of a runbook");
	if (!run_goes_on(run))
		return already(m, "it is over (%s)", run->words);
	for (size_t i = 0; i < run->step_count; i++)
		if (!is_quiet_or_told(m, &run->steps[i], true))
			return false;
	EVENT_SET(m->data, runbook, run->runbook);
	return accept(m);
}

bool decide_accept_book(struct matter *m)
{
	return check_digests(m) && check_name(m, "the id of a runbook", m->data.runbook, BOOK_ID) &&
	       accept(m);
}

bool decide_input(struct matter *m)
{
	const struct run *run = find_run(m);

	if (!run || !check_name(m, "the name of a parameter", m->data.name, NAME_TEXT))
		return false;
	if (m->data.step && !run_step(run, m->data.step))
		return wrong(m, "no step %s is in the runbook %s that runs", m->data.step, run->runbook);
	for (size_t i = 0; m->data.text && i < run->value_count; i++)
		if (strcmp(run->values[i].name, m->data.name) == 0 && run->values[i].value &&
		    strcmp(run->values[i].value, m->data.text) == 0)
			return already(m, "it has this value");
	return accept(m);
}

/* --- steps ---------------------------------------------------------------------------------- */

bool decide_step_claim(struct matter *m)
{
	struct step_matter s;

	if (!find_step(m, &s))
		return false;
	if (step_mark_settles(s.step->mark))
		return refuse(m, "step %s is %s already", s.step->id, step_mark_word(s.step->mark));
	if (strcmp(s.step->claimed_by, m->by) == 0 && !has_reason(m))
		return already(m, "it is yours");
	if (!has_reason(m) && !is_free(m, s.step))
		return false;
	if (!has_reason(m) && s.step->claimed_by[0])
		EVENT_SET(m->data, reason, "the console that had it is gone");
	return accept(m);
}

bool decide_step_release(struct matter *m)
{
	struct step_matter s;

	if (!find_step(m, &s))
		return false;
	if (!s.step->claimed_by[0])
		return already(m, "nobody is at it");
	if (strcmp(s.step->claimed_by, m->by) != 0 && !has_reason(m) && !is_free(m, s.step))
		return false;
	return accept(m);
}

bool decide_step_start(struct matter *m)
{
	struct step_matter s;

	if (!find_step(m, &s) || !is_free(m, s.step))
		return false;
	if (s.step->started_t)
		return already(m, "it was begun");
	return accept(m);
}

static bool is_so(const struct run_step *step)
{
	return step->mark == MARK_DONE || step->mark == MARK_SENSED;
}

bool decide_step_done(struct matter *m)
{
	struct step_matter s;

	if (!find_step(m, &s))
		return false;
	if (is_so(s.step))
		return already(m, "it is done, by %s", s.step->by[0] ? s.step->by : "the instruments");
	return is_free(m, s.step) && is_quiet_or_told(m, s.step, has_text(m)) && accept(m);
}

/* The instruments say what is so; what a person has said of it stands. */
bool decide_step_sensed(struct matter *m)
{
	struct step_matter s;

	if (m->order->src != SRC_SENSED)
		return refuse(m, "only the instruments sense: say done, or override with a reason");
	if (!find_step(m, &s))
		return false;
	if (step_mark_settles(s.step->mark) || s.step->mark == MARK_FAILED)
		return already(m, "it is %s", step_mark_word(s.step->mark));
	return accept(m);
}

bool decide_step_regressed(struct matter *m)
{
	struct step_matter s;

	if (m->order->src != SRC_SENSED)
		return refuse(m, "only the instruments sense: say failed, or repeat it with a reason");
	if (!find_step(m, &s))
		return false;
	return is_so(s.step) ? accept(m) : already(m, "it is not done");
}

/* A step that is not done is passed over, with a reason. */
static bool pass_over(struct matter *m, enum step_mark mark, const char *what)
{
	struct step_matter s;

	if (!find_step(m, &s))
		return false;
	if (s.step->mark == mark)
		return already(m, "it is %s", step_mark_word(mark));
	if (is_so(s.step))
		return refuse(m, "step %s is done: take that back, or repeat it", s.step->id);
	if (!has_reason(m))
		return refuse(m, "%s a step needs a reason", what);
	return is_free(m, s.step) && is_quiet_or_told(m, s.step, true) && accept(m);
}

bool decide_step_skip(struct matter *m)
{
	return pass_over(m, MARK_SKIPPED, "skipping");
}

bool decide_step_override(struct matter *m)
{
	return pass_over(m, MARK_OVERRIDDEN, "overriding");
}

bool decide_step_defer(struct matter *m)
{
	if (!(m->data.has & F(until)))
		return refuse(m, "what is put off needs a time when it comes back");
	if (m->data.until <= m->now)
		return refuse(m, "the time that is set for it has passed");
	if (!(m->data.has & F(owner)) && m->by[0])
		EVENT_SET(m->data, owner, m->by);
	if (!(m->data.has & F(owner)))
		return wrong(m, "what is put off needs an owner");
	return pass_over(m, MARK_DEFERRED, "putting off");
}

bool decide_step_fail(struct matter *m)
{
	struct step_matter s;

	if (!find_step(m, &s))
		return false;
	if (s.step->mark == MARK_FAILED)
		return already(m, "it has failed");
	if (!has_reason(m))
		return refuse(m, "a step that failed needs words: what was seen?");
	return is_free(m, s.step) && is_quiet_or_told(m, s.step, true) && accept(m);
}

static bool is_fresh(const struct run_step *step)
{
	return step->mark == MARK_TODO && !step->started_t && !run_last_attempt(step);
}

bool decide_step_repeat(struct matter *m)
{
	struct step_matter s;

	if (!find_step(m, &s))
		return false;
	if (is_fresh(s.step))
		return already(m, "it is open");
	if (!has_reason(m))
		return refuse(m, "repeating a step needs a reason");
	return is_free(m, s.step) && is_quiet_or_told(m, s.step, true) && accept(m);
}

bool decide_decision(struct matter *m)
{
	struct step_matter s;

	if (!find_step(m, &s) || !check_name(m, "an option", m->data.option, NAME_TEXT))
		return false;
	if (s.step->mark == MARK_DONE && strcmp(s.step->option, m->data.option) == 0)
		return already(m, "that was decided, by %s", s.step->by);
	return is_free(m, s.step) && accept(m);
}
