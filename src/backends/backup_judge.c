/* backup_judge.c: from the newest backups of each component to what they are worth. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/backup.h"

/* Clocks may differ by this much; a backup that is dated later than that is dated wrongly. */
static const msec same_clock = 2 * WHEN_MINUTE;

struct verdict {
	enum state state;
	char because[BECAUSE_TEXT];
	const struct backup_kept *newest;	/* the one that counts; NULL: none does */
	bool verified;
	msec age;
};

PRINTF_LIKE(3, 4)
static void conclude(struct verdict *verdict, enum state state, const char *fmt, ...)
{
	va_list args;

	verdict->state = state;
	va_start(args, fmt);
	/* A sentence that is too long is cut: it is for reading. */
	(void)vsnprintf(verdict->because, sizeof(verdict->because), fmt, args);
	va_end(args);
}

static const struct backup_config *config_of(const struct look *look)
{
	return look->config;
}

static const struct backup_component *component_at(const struct look *look, size_t index)
{
	const struct backup_component *all = config_of(look)->components.data;

	return &all[index];
}

static const struct backup_found *found_at(const struct look *look, size_t index)
{
	const struct backup_facts *facts = look->facts;

	return &facts->found[index];
}

/* Is there anything that could tell a verified backup from another one? */
static bool can_verify(const struct look *look)
{
	const struct backup_facts *facts = look->facts;
	const struct backup_config *config = config_of(look);

	return facts->told || facts->recorded || config->verified_by || config->companions.count > 0;
}

/* The list of verifications should exist, and was not to be had. */
static bool misses_records(const struct look *look)
{
	const struct backup_facts *facts = look->facts;

	return look->ask_count > 1 && !look->views[1].good && !facts->told && !facts->recorded;
}

/* ... but may come yet. */
static bool awaits_records(const struct look *look)
{
	return misses_records(look) && !look->views[1].answered;
}

static bool is_verified(const struct look *look, const struct backup_kept *backup)
{
	const struct backup_facts *facts = look->facts;

	for (size_t i = 0; i < facts->record_count; i++)
		if (!strcmp(facts->records[i].id, backup->id))
			return facts->records[i].valid;
	return backup->verified == VERIFIED_YES;
}

static size_t kept_count(const struct backup_found *found)
{
	return found->count < BACKUP_KEPT ? found->count : BACKUP_KEPT;
}

static bool is_of_the_future(const struct look *look, const struct backup_kept *backup)
{
	return backup->at > look->now + same_clock;
}

/* The newest one that counts, NULL when none does. */
static const struct backup_kept *find_newest(const struct look *look, size_t index, bool verified)
{
	const struct backup_found *found = found_at(look, index);

	for (size_t i = 0; i < kept_count(found); i++) {
		const struct backup_kept *backup = &found->newest[i];

		if (backup->at != WHEN_NEVER && !is_of_the_future(look, backup) &&
		    (!verified || is_verified(look, backup)))
			return backup;
	}
	return NULL;
}

static void judge_none(const struct look *look, size_t index, struct verdict *out)
{
	const struct backup_facts *facts = look->facts;
	const struct backup_found *found = found_at(look, index);

	if (found->count == 0 && facts->whole)
		conclude(out, STATE_BAD, "no backup");
	else if (found->count == 0)
		conclude(out, STATE_UNKNOWN, "no backup in the part of the list that can be read");
	else if (found->undated == found->count)
		conclude(out, STATE_UNKNOWN, "no backup of it says when it was made");
	else if (is_of_the_future(look, &found->newest[0]))
		conclude(out, STATE_UNKNOWN, "its newest backup is dated in the future: whose clock "
			 "is wrong?");
	else
		conclude(out, STATE_BAD, "no verified backup, none of the newest %zu is",
			 kept_count(found));
}

static void judge_age(const struct look *look, size_t index, struct verdict *out)
{
	const struct backup_component *component = component_at(look, index);
	char age[WHEN_TEXT], rpo[WHEN_TEXT];

	when_format_age(age, out->age);
	when_format_duration(rpo, component->rpo);
	if (component->rpo == 0)
		conclude(out, STATE_UNKNOWN, "%s old, and no RPO is set to judge it by", age);
	else if (out->age > component->rpo)
		conclude(out, STATE_BAD, "newest %sbackup is %s old, older than its RPO of %s",
			 out->verified ? "verified " : "", age, rpo);
	else if (misses_records(look))
		conclude(out, STATE_UNKNOWN, "%s old, and nobody says whether it was verified", age);
	else if (!out->verified)
		conclude(out, STATE_WARN, "unverified: nothing says that the backup of %s ago can be "
			 "restored", age);
	else if (is_of_the_future(look, &found_at(look, index)->newest[0]))
		conclude(out, STATE_WARN, "a newer backup is dated in the future: whose clock is "
			 "wrong?");
	else
		conclude(out, STATE_OK, "verified backup of %s ago, RPO %s", age, rpo);
}

static void judge_component(const struct look *look, size_t index, struct verdict *out)
{
	*out = (struct verdict){ .state = STATE_UNKNOWN, .verified = can_verify(look) };
	out->newest = find_newest(look, index, out->verified);
	if (!out->newest) {
		judge_none(look, index, out);
		return;
	}
	out->age = look->now > out->newest->at ? look->now - out->newest->at : 0;
	judge_age(look, index, out);
}

static void put_reading(const struct look *look, size_t index, const struct verdict *verdict)
{
	struct backup_facts *facts = look->facts;
	struct reading *reading = &facts->readings[index];

	*reading = (struct reading){ .unit = "s", .at = look->views[BACKUP_LIST].good_at,
				     .state = STATE_UNKNOWN };
	(void)snprintf(reading->name, sizeof(reading->name), "backup %.50s",
		       component_at(look, index)->name);
	(void)str_put(reading->because, sizeof(reading->because), verdict->because);
	reading->known = verdict->newest != NULL;
	reading->judged = true;
	reading->state = reading->known ? verdict->state : STATE_UNKNOWN;
	reading->value = (double)verdict->age / (double)WHEN_SECOND;
}

static json_t *component_fields(const struct look *look, size_t index,
				const struct verdict *verdict)
{
	const struct backup_component *component = component_at(look, index);
	const struct backup_kept *newest = verdict->newest;
	json_t *out = json_object();

	json_set_text(out, "name", component->name);
	json_set_text(out, "state", state_word(verdict->state));
	json_set_time(out, "newest_at", newest ? newest->at : WHEN_NEVER);
	json_set(out, "age_s", newest ? json_integer(verdict->age / WHEN_SECOND) : json_null());
	json_set(out, "rpo_s", component->rpo ? json_integer(component->rpo / WHEN_SECOND)
					      : json_null());
	json_set(out, "rto_s", component->rto ? json_integer(component->rto / WHEN_SECOND)
					      : json_null());
	json_set(out, "verified", newest ? json_boolean(verdict->verified) : json_null());
	json_set_text(out, "manifest", newest ? newest->id : NULL);
	return out;
}

void backup_judge(const struct look *look, struct report *out)
{
	struct backup_facts *facts = look->facts;
	size_t count = backup_component_count(look->config);
	json_t *components = json_array();
	bool known = look->views[BACKUP_LIST].good;
	char because[BECAUSE_TEXT];
	enum state state;

	if (outcome_judge(look->asks, look->views, &state, because))
		report_say(out, state, "%s", because);
	else if (known)
		report_say(out, STATE_OK, "%s a verified backup within %s RPO",
			   count == 1 ? "its component has" : "all components have",
			   count == 1 ? "its" : "their");
	for (size_t i = 0; i < count; i++) {
		struct verdict verdict = { .state = STATE_UNKNOWN };

		if (known) {
			judge_component(look, i, &verdict);
			finding(out, verdict.state, "%s: %s", component_at(look, i)->name,
				verdict.because);
		} else {
			conclude(&verdict, STATE_UNKNOWN, "the list of backups is not known");
		}
		put_reading(look, i, &verdict);
		(void)json_array_append_new(components, component_fields(look, i, &verdict));
	}
	if (!look->views[BACKUP_LIST].answered ||
	    (known && out->state == STATE_UNKNOWN && awaits_records(look)))
		out->asking = true;
	out->readings = facts->readings;
	out->reading_count = count;
	out->fields = json_object();
	json_set(out->fields, "components", components);
}
