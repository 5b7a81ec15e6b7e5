/*
 * decide_run_command.c: commands, and the second person who confirms one. Nothing is run twice by
 * accident, and nothing but what was shown.
 */
#include <string.h>

#include "base/digest.h"
#include "core/decide_inside.h"

/* --- a second person ------------------------------------------------------------------------ */

static const struct run_step *find_asked(const struct incident *incident, const char *of,
					 const struct run **run)
{
	for (size_t i = 0; i < incident->run_count; i++) {
		*run = &incident->runs[i];
		for (size_t j = 0; j < (*run)->step_count; j++)
			if (strcmp((*run)->steps[j].asked, of) == 0)
				return &(*run)->steps[j];
	}
	return NULL;
}

static bool check_digest(struct matter *m)
{
	if (strlen(m->data.sha256) != DIGEST_HEX - 1)
		return wrong(m, "sha256 is 64 hexadecimal digits");
	return true;
}

bool decide_confirm_ask(struct matter *m)
{
	struct step_matter s;

	if (!check_digest(m) || !find_step(m, &s) || !is_free(m, s.step) || !is_quiet(m, s.step))
		return false;
	if (s.step->asked[0] && strcmp(s.step->asked_digest, m->data.sha256) == 0 &&
	    strcmp(s.step->asked_by, m->by) == 0)
		return already(m, "a second person is asked%s%s",
			       s.step->confirmed_by[0] ? ", and confirmed: " : "", s.step->confirmed_by);
	return accept(m);
}

bool decide_confirm(struct matter *m)
{
	const struct run *run;
	const struct run_step *step = find_asked(m->incident, m->data.of, &run);

	if (!step) {
		err_set(m->err, ERR_NOT_FOUND, "no such confirmation is waited for");
		return false;
	}
	if (m->order->src != SRC_HUMAN)
		return refuse(m, "only a person confirms");
	if (!run_goes_on(run))
		return refuse(m, "the runbook %s is over (%s)", run->runbook, run->words);
	if (step->confirmed_by[0])
		return already(m, "it is confirmed, by %s", step->confirmed_by);
	if (strcmp(step->asked_by, m->by) == 0)
		return refuse(m, "a second person confirms: %s asked for it", m->by);
	return accept(m);
}

/* Another than who asked has confirmed what would run now, not what stood there before. */
static bool is_confirmed(struct matter *m, const struct run_step *step)
{
	if (!m->order->two_person && !step->asked[0])
		return true;
	if (!step->asked[0])
		return refuse(m, "step %s wants a second person: ask for a confirmation first", step->id);
	if (!step->confirmed_by[0])
		return refuse(m, "step %s waits for a second person to confirm it", step->id);
	if (strcmp(step->confirmed_by, m->by) == 0)
		return refuse(m, "step %s was confirmed by %s: who asked for it runs it", step->id, m->by);
	if (strcmp(step->asked_digest, event_text(m->data.sha256)) != 0)
		return refuse(m, "what would run is not what was confirmed: ask again");
	return true;
}

/* --- commands ------------------------------------------------------------------------------- */

/* A fence that came out well is not run again in the same round. */
static bool has_run_well(const struct run_step *step, int64_t fence)
{
	for (size_t i = 0; i < step->attempt_count; i++) {
		const struct attempt *attempt = &step->attempts[i];

		if (attempt->round == step->round && attempt->ended && attempt->well &&
		    (int64_t)attempt->fence == fence)
			return true;
	}
	return false;
}

/* Outside any runbook: by hand. */
static bool by_hand(struct matter *m)
{
	if (m->data.run || m->data.step)
		return wrong(m, "a command is of a run and a step, or of neither");
	return accept(m);
}

bool decide_command(struct matter *m)
{
	struct step_matter s;

	if (m->data.sha256 && !check_digest(m))
		return false;
	if (m->data.has & F(fence) && m->data.fence < 0)
		return wrong(m, "fences are counted from 0");
	if (!m->data.run || !m->data.step)
		return by_hand(m);
	if (!find_step(m, &s))
		return false;
	if (s.run->instruct)
		return refuse(m, "instructions only: nothing is run here; do it by hand and say done");
	if (step_mark_settles(s.step->mark))
		return refuse(m, "step %s is %s: repeat it with a reason first", s.step->id,
			      step_mark_word(s.step->mark));
	if (!is_free(m, s.step) || !is_quiet(m, s.step))
		return false;
	if (has_run_well(s.step, m->data.fence))
		return refuse(m, "the command of step %s ran as wanted: repeat the step with a reason first",
			      s.step->id);
	return is_confirmed(m, s.step) && accept(m);
}

/* An outcome is a fact: it is recorded whatever has become of the step meanwhile. */
static const struct attempt *find_attempt(const struct incident *incident, const char *of)
{
	for (size_t i = 0; i < incident->run_count; i++) {
		const struct run *run = &incident->runs[i];

		for (size_t j = 0; j < run->step_count; j++) {
			const struct attempt *attempt = run_attempt(&run->steps[j], of);

			if (attempt)
				return attempt;
		}
	}
	return NULL;
}

bool decide_command_end(struct matter *m)
{
	static const char *const ways[] = {
		"exited", "signalled", "timeout", "killed", "not-run", "copied",
	};
	const struct attempt *attempt = find_attempt(m->incident, m->data.of);

	if (!is_one_of(m->data.how, ways, ARRAY_LEN(ways)))
		return wrong(m, "a command ends exited, signalled, timeout, killed, not-run or copied");
	if (m->data.sha256 && !check_digest(m))
		return false;
	if (!attempt && m->order->of_kind != EVENT_STEP_RUN_STARTED) {
		err_set(m->err, ERR_NOT_FOUND, "no such command was begun in this incident");
		return false;
	}
	if (attempt && attempt->ended)
		return already(m, "it is known how it ended: %s", attempt->how);
	return accept(m);
}
