#include "export/sheet_sections.h"

#include "base/attr.h"

typedef size_t sheet_counter(const struct story *story);

static size_t one(const struct story *story)
{
	(void)story;
	return 1;
}

static size_t count_timeline(const struct story *story)
{
	return story->moment_count;
}

static size_t count_runs(const struct story *story)
{
	return story->run_count;
}

static size_t count_actions(const struct story *story)
{
	return story->incident->action_count;
}

static size_t count_messages(const struct story *story)
{
	return story->incident->sent_count;
}

static size_t count_questions(const struct story *story)
{
	return story->question_count;
}

static sheet_counter *const counters[] = {
	[SHEET_FACTS] = one, [SHEET_METRICS] = one, [SHEET_TIMELINE] = count_timeline,
	[SHEET_SIGNALS] = one, [SHEET_RUNS] = count_runs, [SHEET_UPDATES] = one,
	[SHEET_ACTIONS] = count_actions, [SHEET_MESSAGES] = count_messages,
	[SHEET_QUESTIONS] = count_questions,
};
_Static_assert(ARRAY_LEN(counters) == SHEET_SECTION_COUNT, "every section can be counted");

static sheet_writer *const writers[] = {
	[SHEET_FACTS] = sheet_write_facts, [SHEET_METRICS] = sheet_write_metrics,
	[SHEET_TIMELINE] = sheet_write_timeline, [SHEET_SIGNALS] = sheet_write_signals,
	[SHEET_RUNS] = sheet_write_runs, [SHEET_UPDATES] = sheet_write_updates,
	[SHEET_ACTIONS] = sheet_write_actions, [SHEET_MESSAGES] = sheet_write_messages,
	[SHEET_QUESTIONS] = sheet_write_questions,
};
_Static_assert(ARRAY_LEN(writers) == SHEET_SECTION_COUNT, "every section can be written");

static const struct {
	const char *name, *heading;
	size_t most;
} sections[] = {
#define X(sym, name, heading, most) [SHEET_##sym] = { name, heading, most },
	SHEET_SECTIONS(X)
#undef X
};

const char *sheet_section_name(enum sheet_section section)
{
	return sections[section].name;
}

const char *sheet_section_heading(enum sheet_section section)
{
	return sections[section].heading;
}

size_t sheet_section_most(enum sheet_section section)
{
	return sections[section].most;
}

bool sheet_section_find(struct str name, enum sheet_section *out)
{
	for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
		if (!str_eq(name, sections[i].name))
			continue;
		*out = (enum sheet_section)i;
		return true;
	}
	return false;
}

size_t sheet_section_parts(enum sheet_section section, const struct story *story)
{
	size_t count = counters[section](story), most = sections[section].most;

	return count <= most ? 1 : (count + most - 1) / most;
}

void sheet_section_write(enum sheet_section section, struct sheet *sheet, size_t part)
{
	size_t count = counters[section](sheet->story), most = sections[section].most;
	size_t from = part * most;

	writers[section](sheet, from, from + most < count ? from + most : count);
}
