#include "core/run.h"

#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "core/incident.h"

static const char *const words[] = {
#define X(sym, word) [MARK_##sym] = (word),
	STEP_MARKS(X)
#undef X
};

const char *step_mark_word(enum step_mark mark)
{
	return words[mark];
}

bool step_mark_settles(enum step_mark mark)
{
	return mark == MARK_SENSED || mark == MARK_DONE || mark == MARK_SKIPPED ||
	       mark == MARK_OVERRIDDEN;
}

static void attempt_done(struct attempt *attempt)
{
	mem_free(attempt->command);
}

void run_done(struct run *run)
{
	for (size_t i = 0; i < run->step_count; i++) {
		for (size_t j = 0; j < run->steps[i].attempt_count; j++)
			attempt_done(&run->steps[i].attempts[j]);
		mem_free(run->steps[i].attempts);
	}
	for (size_t i = 0; i < run->value_count; i++)
		mem_free(run->values[i].value);
	mem_free(run->steps);
	mem_free(run->values);
	memset(run, 0, sizeof(*run));
}

struct run *incident_run(const struct incident *incident, const char *event)
{
	for (size_t i = 0; i < incident->run_count; i++) {
		if (strcmp(incident->runs[i].event, event) == 0)
			return &incident->runs[i];
	}
	return NULL;
}

struct run_step *run_step(const struct run *run, const char *id)
{
	for (size_t i = 0; i < run->step_count; i++) {
		if (strcmp(run->steps[i].id, id) == 0)
			return &run->steps[i];
	}
	return NULL;
}

struct attempt *run_attempt(const struct run_step *step, const char *event)
{
	for (size_t i = step->attempt_count; i-- > 0;) {
		if (strcmp(step->attempts[i].event, event) == 0)
			return &step->attempts[i];
	}
	return NULL;
}

const struct attempt *run_last_attempt(const struct run_step *step)
{
	const struct attempt *last = NULL;

	if (step->attempt_count > 0)
		last = &step->attempts[step->attempt_count - 1];
	return last && last->round == step->round ? last : NULL;
}

bool run_goes_on(const struct run *run)
{
	return run->ended_at == WHEN_NEVER;
}

size_t incident_manual_interventions(const struct incident *incident)
{
	size_t count = incident->manual_commands;

	for (size_t i = 0; i < incident->run_count; i++) {
		const struct run *run = &incident->runs[i];

		for (size_t j = 0; j < run->step_count; j++) {
			enum step_mark mark = run->steps[j].mark;

			count += run->steps[j].round;
			count += mark == MARK_FAILED || mark == MARK_OVERRIDDEN;
		}
	}
	return count;
}
