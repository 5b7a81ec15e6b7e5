#include "core/incident_words.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"

static const char *const statuses[] = {
#define X(sym, word, help) [INCIDENT_##sym] = (word),
	INCIDENT_STATUSES(X)
#undef X
};

static const struct {
	const char *word, *title;
} seats[] = {
#define X(sym, word, title) [SEAT_##sym] = { word, title },
	SEATS(X)
#undef X
};

static const char *const milestones[] = {
#define X(sym, word) [MILESTONE_##sym] = (word),
	MILESTONES(X)
#undef X
};

const char *incident_status_word(enum incident_status status)
{
	return statuses[status];
}

bool incident_status_find(const char *word, enum incident_status *out)
{
	for (int i = 0; i < INCIDENT_STATUS_COUNT; i++) {
		if (strcmp(word, statuses[i]) == 0) {
			*out = (enum incident_status)i;
			return true;
		}
	}
	return false;
}

const char *seat_word(enum seat_name seat)
{
	return seats[seat].word;
}

const char *seat_title(enum seat_name seat)
{
	return seats[seat].title;
}

bool seat_find(const char *word, enum seat_name *out)
{
	for (int i = 0; i < SEAT_COUNT; i++) {
		if (strcmp(word, seats[i].word) == 0) {
			*out = (enum seat_name)i;
			return true;
		}
	}
	return false;
}

const char *milestone_word(enum milestone_name name)
{
	return milestones[name];
}

bool milestone_find(const char *word, enum milestone_name *out)
{
	for (int i = 0; i < MILESTONE_COUNT; i++) {
		if (strcmp(word, milestones[i]) == 0) {
			*out = (enum milestone_name)i;
			return true;
		}
	}
	return false;
}

bool severity_find(const char *word, unsigned *out)
{
	if (strncmp(word, "SEV", 3) == 0)
		word += 3;
	if (word[0] < '1' || word[0] > '3' || word[1])
		return false;
	*out = (unsigned)(word[0] - '0');
	return true;
}
