/*
 * The words of what comes after an incident, and who took which part in it.
 */
#include "core/aftermath.h"

#include <string.h>

#include "base/attr.h"
#include "core/incident.h"

static const char *const statuses[] = {
#define X(sym, word) [PAPER_##sym] = (word),
	POSTMORTEM_STATUSES(X)
#undef X
};

static const struct {
	const char *key, *heading, *question;
} sections[] = {
#define X(sym, key, heading, question) [SECTION_##sym] = { key, heading, question },
	POSTMORTEM_SECTIONS(X)
#undef X
};

static const char *const types[] = {
#define X(sym, word) [ACTION_TYPE_##sym] = (word),
	ACTION_TYPES(X)
#undef X
};

static const char *const parts[] = {
#define X(sym, words) [TOOK_##sym] = (words),
	PARTS_TAKEN(X)
#undef X
};

static bool find(const char *word, const char *const *words, size_t count, size_t *out)
{
	for (*out = 0; word && *out < count; ++*out)
		if (strcmp(words[*out], word) == 0)
			return true;
	return false;
}

const char *postmortem_status_word(enum postmortem_status status)
{
	return statuses[status];
}

bool postmortem_status_find(const char *word, enum postmortem_status *out)
{
	size_t at;
	bool found = find(word, statuses, ARRAY_LEN(statuses), &at);

	if (found)
		*out = (enum postmortem_status)at;
	return found;
}

const char *postmortem_section_key(enum postmortem_section section)
{
	return sections[section].key;
}

const char *postmortem_section_heading(enum postmortem_section section)
{
	return sections[section].heading;
}

const char *postmortem_section_question(enum postmortem_section section)
{
	return sections[section].question;
}

bool postmortem_section_find(const char *key, enum postmortem_section *out)
{
	for (size_t i = 0; key && i < ARRAY_LEN(sections); i++) {
		if (strcmp(sections[i].key, key) == 0) {
			*out = (enum postmortem_section)i;
			return true;
		}
	}
	return false;
}

const char *action_type_word(enum action_type type)
{
	return types[type];
}

bool action_type_find(const char *word, enum action_type *out)
{
	size_t at;
	bool found = find(word, types, ARRAY_LEN(types), &at);

	if (found)
		*out = (enum action_type)at;
	return found;
}

const char *part_words(enum part_taken part)
{
	return parts[part];
}

const struct tracked *aftermath_action(const struct incident *incident, enum action_type type)
{
	for (size_t i = 0; i < incident->action_count; i++)
		if (strcmp(incident->actions[i].type, types[type]) == 0)
			return &incident->actions[i];
	return NULL;
}

bool aftermath_lacks(const struct incident *incident, enum action_type type)
{
	return !incident->aftermath.none[type][0] && !aftermath_action(incident, type);
}

unsigned aftermath_parts_of(const struct aftermath *aftermath, const char *who)
{
	for (size_t i = 0; i < aftermath->hand_count; i++)
		if (strcmp(aftermath->hands[i].who, who) == 0)
			return aftermath->hands[i].parts;
	return 0;
}
