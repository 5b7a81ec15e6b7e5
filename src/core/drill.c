/*
 * The words of drills.
 */
#include "core/drill.h"

#include <string.h>

#include "base/attr.h"

static const struct {
	const char *word;
	msec every;
} types[] = {
#define X(sym, word, days, help) [DRILL_##sym] = { word, (days) * WHEN_DAY },
	DRILL_TYPES(X)
#undef X
};

static const struct {
	const char *word, *runbook;
} scenarios[] = {
#define X(sym, word, runbook) [SCENARIO_##sym] = { word, runbook },
	DRILL_SCENARIOS(X)
#undef X
};

const char *drill_type_word(enum drill_type type)
{
	return types[type].word;
}

msec drill_type_every(enum drill_type type)
{
	return types[type].every;
}

bool drill_type_find(const char *word, enum drill_type *out)
{
	for (size_t i = 0; word && i < ARRAY_LEN(types); i++) {
		if (strcmp(types[i].word, word) == 0) {
			*out = (enum drill_type)i;
			return true;
		}
	}
	return false;
}

const char *drill_scenario_word(enum drill_scenario scenario)
{
	return scenarios[scenario].word;
}

const char *drill_scenario_runbook(enum drill_scenario scenario)
{
	return scenarios[scenario].runbook;
}

bool drill_scenario_find(const char *word, enum drill_scenario *out)
{
	for (size_t i = 0; word && i < ARRAY_LEN(scenarios); i++) {
		if (strcmp(scenarios[i].word, word) == 0) {
			*out = (enum drill_scenario)i;
			return true;
		}
	}
	return false;
}
